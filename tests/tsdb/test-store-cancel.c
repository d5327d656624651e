/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-matcher.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store-verifier.h"
#include "tsdb/sg-tsdb-analysis.h"
#include "tsdb/sg-tsdb-list.h"
#include "tsdb/sg-tsdb-verify.h"

#include <string.h>

/*
 * Every call of a store that takes a cancellable ends when it is cancelled, says so, and leaves the store
 * as it was.
 */
#define T0 G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  char *path;
  SgStore *store;
  SgQuerier *querier;
  SgMatcher *matcher;
  GCancellable *cancelled;
} Fixture;

/* Seven hours of a series each fifteen seconds. */
static void
fill (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "cancel", NULL);
  SgHeadRef ref = 0;

  for (guint i = 0; i < 7 * 240; i++)
    {
      SgSample sample = { T0 + i * 15000, 0, { SG_VALUE_FLOAT, { i } } };

      g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->path = g_dir_make_tmp ("sg-cancel-XXXXXX", NULL);
  fixture->store = sg_store_new (&(SgStoreOptions) { .path = fixture->path }, &error);
  g_assert_no_error (error);
  fill (fixture->store);
  fixture->querier = sg_store_querier_new (fixture->store);
  fixture->matcher = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, "cancel", NULL);
  fixture->cancelled = g_cancellable_new ();
  g_cancellable_cancel (fixture->cancelled);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_unref (fixture->cancelled);
  sg_matcher_unref (fixture->matcher);
  g_object_unref (fixture->querier);
  g_object_unref (fixture->store);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static void
assert_cancelled (GError **error)
{
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (error);
}

static void
assert_samples (Fixture *fixture)
{
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (fixture->querier, NULL, 0, &hints, NULL, NULL);
  const SgSeries *series;

  g_assert_true (sg_series_set_next (set, &series, NULL));
  g_assert_cmpuint (series->columns->n, ==, 7 * 240);
}

static void
test_queries (Fixture       *fixture,
              gconstpointer  data)
{
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  const SgMatcher *const *matchers = (const SgMatcher *const *) &fixture->matcher;
  GError *error = NULL;

  for (gsize n = 0; n < 2; n++)
    {
      g_assert_null (
          sg_querier_select (fixture->querier, matchers, n, &hints, fixture->cancelled, &error));
      assert_cancelled (&error);
      g_assert_null (sg_querier_label_names (fixture->querier, matchers, n, &hints,
                                             fixture->cancelled, &error));
      assert_cancelled (&error);
      g_assert_null (sg_querier_label_values (fixture->querier, SG_LABEL_NAME, matchers, n, &hints,
                                              fixture->cancelled, &error));
      assert_cancelled (&error);
      g_assert_null (
          sg_querier_series (fixture->querier, matchers, n, &hints, fixture->cancelled, &error));
      assert_cancelled (&error);
    }
  g_assert_null (sg_querier_metadata (fixture->querier, NULL, fixture->cancelled, &error));
  assert_cancelled (&error);
}

/* Who reads what a select has found is stopped as well. */
static void
test_reading (Fixture       *fixture,
              gconstpointer  data)
{
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SgSeriesSet) set = NULL;
  g_autoptr (GError) error = NULL;
  const SgSeries *series;

  g_assert_true (sg_store_maintain (fixture->store, NULL, NULL));
  set = sg_querier_select (fixture->querier, NULL, 0, &hints, cancellable, NULL);
  g_assert_nonnull (set);
  g_cancellable_cancel (cancellable);
  g_assert_false (sg_series_set_next (set, &series, &error));
  assert_cancelled (&error);
}

static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  const SgMatcher *const *matchers = (const SgMatcher *const *) &fixture->matcher;
  g_autofree char *name = NULL;
  GError *error = NULL;
  SgStoreStats stats;

  g_assert_false (sg_store_maintain (fixture->store, fixture->cancelled, &error));
  assert_cancelled (&error);
  g_assert_false (
      sg_store_delete (fixture->store, matchers, 1, T0, T0 + 60000, fixture->cancelled, &error));
  assert_cancelled (&error);
  g_assert_false (sg_store_snapshot (fixture->store, TRUE, &name, fixture->cancelled, &error));
  assert_cancelled (&error);
  sg_store_get_stats (fixture->store, &stats);
  g_assert_cmpuint (stats.n_blocks, ==, 0);
  assert_samples (fixture);
  g_assert_true (sg_store_maintain (fixture->store, NULL, &error));
  sg_store_get_stats (fixture->store, &stats);
  g_assert_cmpuint (stats.n_blocks, >, 0);
  assert_samples (fixture);
  g_assert_true (sg_store_delete (fixture->store, matchers, 1, T0, T0, NULL, NULL));
  g_assert_false (sg_store_clean_tombstones (fixture->store, fixture->cancelled, &error));
  assert_cancelled (&error);
}

static void
test_tools (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  const char *tsdb = sg_store_get_tsdb_path (fixture->store);
  g_autoptr (SgStoreVerifier) verifier = sg_store_verifier_new (fixture->store);
  GError *error = NULL;
  guint n;

  g_assert_true (sg_store_maintain (fixture->store, NULL, NULL));
  g_assert_false (sg_tsdb_verify (tsdb, out, NULL, NULL, &n, fixture->cancelled, &error));
  assert_cancelled (&error);
  g_assert_false (sg_tsdb_list (tsdb, FALSE, out, fixture->cancelled, &error));
  assert_cancelled (&error);
  g_assert_false (sg_tsdb_analyze (tsdb, NULL, 20, FALSE, out, fixture->cancelled, &error));
  assert_cancelled (&error);
  g_assert_false (sg_store_verifier_step (verifier, fixture->cancelled, &error));
  assert_cancelled (&error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store-cancel/queries", test_queries);
  ADD ("/store-cancel/reading", test_reading);
  ADD ("/store-cancel/changes", test_changes);
  ADD ("/store-cancel/tools", test_tools);
  return g_test_run ();
}
