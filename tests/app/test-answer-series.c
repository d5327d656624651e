/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-answer-series.h"

#include <string.h>

static char *
names (GPtrArray *answers)
{
  g_autoptr (GPtrArray) series = sg_answer_series_make (answers);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < series->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " | " : "",
                            sg_series_data_get_name (series->pdata[i]));
  return g_string_free (out, FALSE);
}

static void
test_names (void)
{
  static const struct
  {
    const char *text;
    const char *labels[3];
    const char *names;
  } cases[] = {
    { "up", { "up{job=\"a\"}" }, "up" },
    { "sum(x)", { "{}" }, "sum(x)" },
    { "x", { "x{code=\"200\", job=\"a\"}", "x{code=\"404\", job=\"a\"}" }, "code=200 | code=404" },
    { "x or y", { "x{job=\"a\"}", "y{job=\"a\"}" }, "x | y" },
    { "x or y", { "x{job=\"a\"}", "y{job=\"b\"}" }, "x job=a | y job=b" },
    { "x", { "x", "x{a=\"1\"}" }, "x | a=1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) answers =
          g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
      g_autofree char *got = NULL;

      g_ptr_array_add (answers, sg_test_answer_new (cases[i].text, cases[i].labels, 3, 60));
      got = names (answers);
      g_assert_cmpstr (got, ==, cases[i].names);
    }
}

/* The columns are those of the result, and keep it. */
static void
test_columns (void)
{
  const char *labels[] = { "x", NULL };
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  g_autoptr (GPtrArray) series = NULL;
  SgQueryAnswer *answer = sg_test_answer_new ("x", labels, 1, 60);
  const SgTimeMs *times = answer->result->series[0].column.t;

  g_ptr_array_add (answers, answer);
  series = sg_answer_series_make (answers);
  g_ptr_array_set_size (answers, 0);
  g_assert_true (sg_series_data_get_times (series->pdata[0]) == times);
  g_assert_cmpuint (sg_series_data_get_n (series->pdata[0]), ==, 60);
  g_assert_cmpint (sg_series_data_get_times (series->pdata[0])[59], <=, SG_TEST_NOW);
}

static void
test_units (void)
{
  static const struct
  {
    const char *text;
    SgUnit unit;
  } cases[] = {
    { "process_resident_memory_bytes", SG_UNIT_BYTES },
    { "rate(process_cpu_seconds_total[$rate])", SG_UNIT_NONE },
    { "rate(http_requests_total[5m])", SG_UNIT_PER_SECOND },
    { "increase(http_requests_total[5m])", SG_UNIT_COUNT },
    { "sum by (job) (rate(network_bytes_total[5m]))", SG_UNIT_BYTES_PER_SECOND },
    { "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
      SG_UNIT_SECONDS },
    { "a_bytes / b_bytes", SG_UNIT_NONE },
    { "count(a_bytes)", SG_UNIT_NONE },
    { "hit_ratio", SG_UNIT_RATIO },
    { "a_bytes > 5", SG_UNIT_NONE },
    { "1", SG_UNIT_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sg_answer_series_unit (cases[i].text, NULL), ==, cases[i].unit);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/answer-series/names", test_names);
  g_test_add_func ("/app/answer-series/columns", test_columns);
  g_test_add_func ("/app/answer-series/units", test_units);
  return g_test_run ();
}
