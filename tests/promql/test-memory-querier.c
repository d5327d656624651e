/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-memory-querier.h"

#include "base/sg-matcher.h"

static SgMemoryQuerier *
make_store (void)
{
  static const char *const names[] = { "m{a=\"2\"}", "m{a=\"1\"}", "n{a=\"1\", b=\"x\"}" };
  SgMemoryQuerier *store = sg_memory_querier_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SgLabels) labels = sg_labels_parse (names[i], NULL);

      for (SgTimeMs t = 0; t < 10; t++)
        sg_memory_querier_add (store, labels, t * 10, (double) t);
    }
  return store;
}

/* What a selection yields: name first-last (count), … */
static char *
list (SgMemoryQuerier *store,
      const char      *name,
      const char      *value,
      SgTimeMs         start,
      SgTimeMs         end)
{
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, name, value, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = start, .end = end };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set =
      sg_querier_select (SG_QUERIER (store), matchers, 1, &hints, NULL, &error);
  GString *out = g_string_new (NULL);
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      const SgColumn *column = &series->columns[0];

      sg_labels_append_text (series->labels, out);
      if (column->n > 0)
        g_string_append_printf (out, " %g-%g", column->f[0], column->f[column->n - 1]);
      g_string_append_printf (out, " (%zu/%u)\n", column->n, series->n_columns);
    }
  g_assert_no_error (error);
  return g_string_free (out, FALSE);
}

static void
test_memory_querier_select (void)
{
  g_autoptr (SgMemoryQuerier) store = make_store ();
  g_autofree char *all = list (store, "a", ".*", G_MININT64, G_MAXINT64);
  g_autofree char *part = list (store, "__name__", "m", 15, 40);
  g_autofree char *one = list (store, "b", "x", 40, 40);
  g_autofree char *none = list (store, "b", "x", 41, 49);

  g_assert_cmpstr (
      all, ==, "m{a=\"1\"} 0-9 (10/1)\nm{a=\"2\"} 0-9 (10/1)\nn{a=\"1\", b=\"x\"} 0-9 (10/1)\n");
  g_assert_cmpstr (part, ==, "m{a=\"1\"} 2-4 (3/1)\nm{a=\"2\"} 2-4 (3/1)\n");
  g_assert_cmpstr (one, ==, "n{a=\"1\", b=\"x\"} 4-4 (1/1)\n");
  g_assert_cmpstr (none, ==, "");
}

/* Samples may come in any order, replace each other, and go again. */
static void
test_memory_querier_order (void)
{
  g_autoptr (SgMemoryQuerier) store = sg_memory_querier_new ();
  g_autoptr (SgLabels) labels = sg_labels_parse ("m", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  sg_memory_querier_add (store, labels, 30, 3);
  sg_memory_querier_add (store, labels, 10, 1);
  sg_memory_querier_add (store, labels, 20, 9);
  sg_memory_querier_add (store, labels, 20, 2);
  sg_memory_querier_add_histogram (store, labels, 15);
  before = list (store, "__name__", "m", 0, 100);
  g_assert_cmpstr (before, ==, "m 1-3 (3/2)\n");
  sg_memory_querier_remove (store, labels, 10);
  sg_memory_querier_remove (store, labels, 15);
  sg_memory_querier_remove (store, labels, 16);
  after = list (store, "__name__", "m", 0, 100);
  g_assert_cmpstr (after, ==, "m 2-3 (2/1)\n");
}

static void
test_memory_querier_labels (void)
{
  g_autoptr (SgMemoryQuerier) store = make_store ();
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, "__name__", "m", NULL);
  const SgMatcher *matchers[] = { matcher };
  g_auto (GStrv) names = sg_querier_label_names (SG_QUERIER (store), NULL, 0, NULL, NULL, NULL);
  g_auto (GStrv) of_m = sg_querier_label_names (SG_QUERIER (store), matchers, 1, NULL, NULL, NULL);
  g_auto (GStrv) values =
      sg_querier_label_values (SG_QUERIER (store), "a", NULL, 0, NULL, NULL, NULL);
  g_auto (GStrv) few = sg_querier_label_values (SG_QUERIER (store), "b", NULL, 0, NULL, NULL, NULL);
  g_autoptr (GPtrArray) series =
      sg_querier_series (SG_QUERIER (store), matchers, 1, NULL, NULL, NULL);
  g_autofree char *joined = g_strjoinv (",", names);
  g_autofree char *joined_of_m = g_strjoinv (",", of_m);
  g_autofree char *joined_values = g_strjoinv (",", values);
  g_autofree char *joined_few = g_strjoinv (",", few);

  g_assert_cmpstr (joined, ==, "__name__,a,b");
  g_assert_cmpstr (joined_of_m, ==, "__name__,a");
  g_assert_cmpstr (joined_values, ==, "1,2");
  g_assert_cmpstr (joined_few, ==, "x");
  g_assert_cmpuint (series->len, ==, 2);
}

static void
test_memory_querier_cancelled (void)
{
  g_autoptr (SgMemoryQuerier) store = make_store ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SgSelectHints hints = { 0 };
  SgSeriesSet *set;

  g_cancellable_cancel (cancellable);
  set = sg_querier_select (SG_QUERIER (store), NULL, 0, &hints, cancellable, &error);
  g_assert_null (set);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory-querier/select", test_memory_querier_select);
  g_test_add_func ("/memory-querier/order", test_memory_querier_order);
  g_test_add_func ("/memory-querier/labels", test_memory_querier_labels);
  g_test_add_func ("/memory-querier/cancelled", test_memory_querier_cancelled);
  return g_test_run ();
}
