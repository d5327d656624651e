/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-matcher.h"
#include "tsdb/sg-head.h"
#include "tsdb/sg-tsdb-error.h"

#define T0 G_GINT64_CONSTANT (1700000000000)

static SgSample
sample_at (SgTimeMs t,
           double   value)
{
  return (SgSample) { t, 0, { SG_VALUE_FLOAT, { value } } };
}

/* Appends to the series that @text names. Returns: the error code, or -1. */
static int
append (SgAppender *appender,
        const char *text,
        SgTimeMs    t,
        double      value)
{
  g_autoptr (SgLabels) labels = sg_labels_parse (text, NULL);
  g_autoptr (GError) error = NULL;
  SgSample sample = sample_at (t, value);
  SgHeadRef ref = 0;

  if (sg_appender_append (appender, &ref, labels, &sample, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpuint (ref, !=, 0);
      return -1;
    }
  g_assert_cmpint (error->domain, ==, SG_TSDB_ERROR);
  return error->code;
}

static void
commit (SgAppender *appender)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_appender_commit (appender, &error));
  g_assert_no_error (error);
}

/* Everything that matches, as text: name[t:v t:v …] with the times counted from T0. */
static char *
select_text (SgQuerier       *querier,
             const SgMatcher *matcher,
             SgTimeMs         start,
             SgTimeMs         end)
{
  SgSelectHints hints = { .start = start, .end = end };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = NULL;
  GString *text = g_string_new (NULL);
  const SgSeries *series;

  set = sg_querier_select (querier, &matcher, matcher != NULL, &hints, NULL, &error);
  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      g_string_append (text, text->len > 0 ? " " : "");
      sg_labels_append_text (series->labels, text);
      g_assert_cmpuint (series->n_columns, ==, 1);
      for (gsize i = 0; i < series->columns->n; i++)
        g_string_append_printf (text, "%c%" G_GINT64_FORMAT ":%g", i == 0 ? '[' : ' ',
                                series->columns->t[i] - T0, series->columns->f[i]);
      g_string_append_c (text, ']');
    }
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
assert_select (SgHead     *head,
               const char *expected)
{
  g_autoptr (SgQuerier) querier = sg_head_querier_new (head);
  g_autofree char *text = select_text (querier, NULL, G_MININT64, G_MAXINT64);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_append (void)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  g_autoptr (SgAppender) appender = sg_head_appender_new (head);
  SgHeadStats stats;

  g_assert_cmpint (append (appender, "up{job=\"b\"}", T0, 1), ==, -1);
  g_assert_cmpint (append (appender, "up{job=\"a\"}", T0, 0), ==, -1);
  assert_select (head, "");
  commit (appender);
  assert_select (head, "up{job=\"a\"}[0:0] up{job=\"b\"}[0:1]");
  g_assert_cmpint (append (appender, "up{job=\"a\"}", T0 + 15000, 1), ==, -1);
  sg_appender_rollback (appender);
  g_assert_cmpint (append (appender, "up{job=\"a\"}", T0 + 15001, 2), ==, -1);
  commit (appender);
  commit (appender);
  assert_select (head, "up{job=\"a\"}[0:0 15001:2] up{job=\"b\"}[0:1]");
  sg_head_get_stats (head, &stats);
  g_assert_cmpuint (stats.n_series, ==, 2);
  g_assert_cmpuint (stats.samples_appended, ==, 3);
  g_assert_cmpint (stats.min_t, ==, T0);
  g_assert_cmpint (stats.max_t, ==, T0 + 15001);
}

static void
test_refusals (void)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { .max_series = 2 });
  g_autoptr (SgAppender) appender = sg_head_appender_new (head);
  SgHeadStats stats;

  g_assert_cmpint (append (appender, "a", T0, 1), ==, -1);
  g_assert_cmpint (append (appender, "b", T0 + 3600000, 1), ==, -1);
  commit (appender);
  g_assert_cmpint (append (appender, "a", T0, 1), ==, SG_TSDB_ERROR_OUT_OF_BOUNDS);
  g_assert_cmpint (append (appender, "b", T0 + 3600000, 1), ==, -1);
  g_assert_cmpint (append (appender, "b", T0 + 3600000, 2), ==, SG_TSDB_ERROR_DUPLICATE);
  g_assert_cmpint (append (appender, "b", T0 + 3599999, 2), ==, SG_TSDB_ERROR_OUT_OF_ORDER);
  g_assert_cmpint (append (appender, "a", T0 + 1, 2), ==, -1);
  g_assert_cmpint (append (appender, "c", T0 + 3600000, 1), ==, SG_TSDB_ERROR_LIMIT);
  g_assert_cmpint (append (appender, "{}", T0 + 3600000, 1), ==, SG_TSDB_ERROR_INVALID);
  commit (appender);
  assert_select (head, "a[0:1 1:2] b[3600000:1]");
  sg_head_get_stats (head, &stats);
  g_assert_cmpuint (stats.refused_out_of_bounds, ==, 1);
  g_assert_cmpuint (stats.refused_duplicate, ==, 1);
  g_assert_cmpuint (stats.refused_out_of_order, ==, 1);
  g_assert_cmpuint (stats.refused_series_limit, ==, 1);
  g_assert_cmpuint (stats.refused_invalid, ==, 1);
  g_assert_cmpuint (stats.samples_same, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/head/append", test_append);
  g_test_add_func ("/head/refusals", test_refusals);
  return g_test_run ();
}
