/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-matcher.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <gio/gio.h>
#include <math.h>

/* A store with two blocks and a head: what a snapshot has of it, and what cleaning leaves. */
#define HOUR G_GINT64_CONSTANT (3600000)
#define N    (6 * 60)

typedef struct
{
  char *path;
  SgStore *store;
} Fixture;

static SgStore *
open_store (const char *path,
            const char *tsdb_path)
{
  SgStoreOptions options = { .path = path, .tsdb_path = tsdb_path };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  return store;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "m", NULL);
  g_autoptr (SgAppender) appender = NULL;
  g_autoptr (GError) error = NULL;
  SgStoreStats stats;

  fixture->path = g_dir_make_tmp ("sg-snapshot-XXXXXX", NULL);
  fixture->store = open_store (fixture->path, NULL);
  appender = sg_store_appender_new (fixture->store, NULL);
  for (guint i = 0; i < N; i++)
    {
      SgHeadRef ref = 0;
      SgSample sample = { .t = i * 60000, .value = { .f = i } };

      g_assert_true (sg_appender_append (appender, &ref, labels, &sample, &error));
      g_assert_true (sg_appender_commit (appender, &error));
    }
  sg_store_maintain (fixture->store, NULL, &error);
  g_assert_no_error (error);
  sg_store_get_stats (fixture->store, &stats);
  g_assert_cmpuint (stats.n_blocks, >=, 1);
  g_assert_cmpuint (stats.head.n_series, ==, 1);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->store);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

/* How many samples there are, and their sum. */
static void
count_samples (SgStore *store,
               gsize   *ret_n,
               double  *ret_sum)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, "m", NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = 0, .end = 100 * HOUR };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, NULL);
  const SgSeries *series;

  *ret_n = 0;
  *ret_sum = 0;
  while (sg_series_set_next (set, &series, NULL))
    {
      for (gsize i = 0; i < series->columns[0].n; i++)
        *ret_sum += series->columns[0].f[i];
      *ret_n += series->columns[0].n;
    }
}

static void
assert_samples (SgStore *store,
                guint    n)
{
  double sum;
  gsize found;

  count_samples (store, &found, &sum);
  g_assert_cmpuint (found, ==, n);
  g_assert_cmpfloat (sum, ==, (double) n * (n - 1) / 2);
}

static void
delete_from (SgStore  *store,
             SgTimeMs  t)
{
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, "m", NULL);
  const SgMatcher *matchers[] = { matcher };
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_store_delete (store, matchers, 1, t, 100 * HOUR, NULL, &error));
  g_assert_no_error (error);
}

static SgStore *
open_snapshot (Fixture    *fixture,
               const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, "tsdb", "snapshots", name, NULL);

  return open_store (fixture->path, path);
}

/* It stays as it was, whatever becomes of the store; the store can make a second one. */
static void
test_snapshot_whole (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *name = NULL;
  g_autofree char *second = NULL;
  g_autoptr (SgStore) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_store_snapshot (fixture->store, TRUE, &name, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_regex_match_simple ("^\\d{8}T\\d{6}Z-[0-9a-f]{16}$", name, 0, 0));
  delete_from (fixture->store, HOUR);
  assert_samples (fixture->store, 60);
  copy = open_snapshot (fixture, name);
  assert_samples (copy, N);
  g_assert_true (sg_store_snapshot (fixture->store, TRUE, &second, NULL, &error));
  g_assert_cmpstr (name, !=, second);
}

static void
test_snapshot_blocks (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *name = NULL;
  g_autoptr (SgStore) copy = NULL;
  double sum;
  gsize n;

  g_assert_true (sg_store_snapshot (fixture->store, FALSE, &name, NULL, NULL));
  copy = open_snapshot (fixture, name);
  count_samples (copy, &n, &sum);
  g_assert_cmpuint (n, >=, 60);
  g_assert_cmpuint (n, <, N);
}

static void
test_snapshot_read_only (Fixture       *fixture,
                         gconstpointer  data)
{
  SgStoreOptions options = { .path = fixture->path, .read_only = TRUE };
  g_autoptr (SgStore) reader = sg_store_new (&options, NULL);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_store_snapshot (reader, TRUE, &name, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (sg_store_clean_tombstones (reader, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY);
}

static void
test_snapshot_clean (Fixture       *fixture,
                     gconstpointer  data)
{
  SgStoreStats before;
  SgStoreStats after;
  g_autoptr (GError) error = NULL;

  sg_store_get_stats (fixture->store, &before);
  delete_from (fixture->store, 10 * 60000);
  assert_samples (fixture->store, 10);
  g_assert_true (sg_store_clean_tombstones (fixture->store, NULL, &error));
  g_assert_no_error (error);
  assert_samples (fixture->store, 10);
  sg_store_get_stats (fixture->store, &after);
  g_assert_cmpuint (after.block_bytes, <, before.block_bytes);
  g_assert_cmpuint (after.compactions, >, before.compactions);
  g_assert_true (sg_store_clean_tombstones (fixture->store, NULL, &error));
  sg_store_get_stats (fixture->store, &before);
  g_assert_cmpuint (after.compactions, ==, before.compactions);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/snapshot/whole", test_snapshot_whole);
  ADD ("/snapshot/blocks", test_snapshot_blocks);
  ADD ("/snapshot/read-only", test_snapshot_read_only);
  ADD ("/snapshot/clean", test_snapshot_clean);
  return g_test_run ();
}
