/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/sg-test-peer.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/* Samples that come out of order, in all ways that there are. */
#define T0      G_GINT64_CONSTANT (1699999200000)
#define STEP_MS 15000
#define HOUR    (60 * 60 * 1000 / STEP_MS)
#define N_STEPS (5 * HOUR)

typedef struct
{
  char *path;
  char *tsdb;
  gint64 late_ms;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-late-XXXXXX", NULL);
  fixture->tsdb = g_build_filename (fixture->path, "tsdb", NULL);
  fixture->late_ms = 6 * 60 * 60 * 1000;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->tsdb);
  g_free (fixture->path);
}

static SgStore *
store_open (Fixture *fixture)
{
  SgStoreOptions options = { .path = fixture->path,
                             .head = { .late_ms = fixture->late_ms },
                             .wal = { .sync = SG_WAL_SYNC_NEVER } };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  g_assert_null (sg_store_get_read_only_reason (store));
  return store;
}

/* Returns: -1, or why it was refused */
static int
append (SgAppender *appender,
        guint       k,
        guint       step,
        double      value)
{
  g_autofree char *text = g_strdup_printf ("%u", k);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "late", "k", text, NULL);
  SgSample sample = { T0 + (SgTimeMs) step * STEP_MS, 0, { SG_VALUE_FLOAT, { value } } };
  g_autoptr (GError) error = NULL;
  SgHeadRef ref = 0;

  if (sg_appender_append (appender, &ref, labels, &sample, &error))
    return -1;
  return error->code;
}

/* Every third step comes in order, the others later, the last ones first. */
static void
append_shuffled (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);

  for (guint step = 0; step < N_STEPS; step += 3)
    {
      for (guint k = 0; k < 3; k++)
        g_assert_cmpint (append (appender, k, step, step * 2 + k), ==, -1);
      g_assert_true (sg_appender_commit (appender, NULL));
    }
  for (guint step = N_STEPS; step-- > 0;)
    {
      for (guint k = 0; step % 3 != 0 && k < 3; k++)
        g_assert_cmpint (append (appender, k, step, step * 2 + k), ==, -1);
      if (step % 7 == 0)
        g_assert_true (sg_appender_commit (appender, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

static void
check_all (SgStore *store)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  const SgSeries *series;
  guint n = 0;

  g_assert_no_error (error);
  for (; sg_series_set_next (set, &series, &error); n++)
    {
      g_assert_cmpuint (series->columns->n, ==, N_STEPS);
      for (guint i = 0; i < N_STEPS; i++)
        {
          g_assert_cmpint (series->columns->t[i], ==, T0 + (SgTimeMs) i * STEP_MS);
          g_assert_cmpfloat (series->columns->f[i], ==, i * 2 + n);
        }
    }
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
}

static void
test_reopen (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture);
  SgStoreStats stats;

  append_shuffled (store);
  check_all (store);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.head.samples_late, ==, N_STEPS * 2 - 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (sg_store_close (store, NULL));
      g_clear_object (&store);
      store = store_open (fixture);
      check_all (store);
    }
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.replay.samples_late, >, 0);
}

/* Without the window now, what came in it before is still there. */
static void
test_window_closed (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture);
  g_autoptr (SgAppender) appender = NULL;

  append_shuffled (store);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  fixture->late_ms = 0;
  store = store_open (fixture);
  check_all (store);
  appender = sg_store_appender_new (store, NULL);
  g_assert_cmpint (append (appender, 0, 7, 1), ==, SG_TSDB_ERROR_OUT_OF_BOUNDS);
}

static void
test_blocks (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *late = g_build_filename (fixture->tsdb, "wbl", NULL);
  g_autoptr (SgStore) store = store_open (fixture);
  SgStoreStats stats;

  append_shuffled (store);
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  check_all (store);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.n_blocks, >, 0);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture);
  check_all (store);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.replay.samples_late, ==, 0);
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgAppender) appender = NULL;
  SgStoreStats stats;

  fixture->late_ms = 60 * 60 * 1000;
  store = store_open (fixture);
  appender = sg_store_appender_new (store, NULL);
  g_assert_cmpint (append (appender, 0, 3 * HOUR, 1), ==, -1);
  g_assert_true (sg_appender_commit (appender, NULL));
  g_assert_cmpint (append (appender, 0, 2 * HOUR, 2), ==, -1);
  g_assert_cmpint (append (appender, 0, 2 * HOUR - 1, 2), ==, SG_TSDB_ERROR_TOO_OLD);
  g_assert_cmpint (append (appender, 0, 3 * HOUR, 2), ==, SG_TSDB_ERROR_DUPLICATE);
  g_assert_true (sg_appender_commit (appender, NULL));
  g_assert_cmpint (append (appender, 0, 2 * HOUR, 2), ==, -1);
  g_assert_cmpint (append (appender, 0, 2 * HOUR, 3), ==, -1);
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.head.samples_late, ==, 1);
  g_assert_cmpuint (stats.head.samples_same, ==, 1);
  g_assert_cmpuint (stats.head.refused_too_old, ==, 1);
  g_assert_cmpuint (stats.head.refused_duplicate, ==, 1);
  g_assert_cmpuint (stats.head.refused_out_of_order, ==, 1);
}

/* Prometheus reads our log of late samples. */
static void
test_prometheus (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *server = g_find_program_in_path ("prometheus");
  g_autofree char *config = g_build_filename (fixture->path, "prometheus.yml", NULL);
  g_autofree char *query = NULL;
  g_autofree char *out = NULL;
  guint port = sg_test_peer_find_port ();
  g_autofree char *listen = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  g_autofree char *config_flag = g_strdup_printf ("--config.file=%s", config);
  g_autofree char *path_flag = g_strdup_printf ("--storage.tsdb.path=%s", fixture->tsdb);
  const char *const arguments[] = { "prometheus", config_flag, path_flag, listen, NULL };
  g_autoptr (SgTestPeer) peer = NULL;
  g_autoptr (SgStore) store = store_open (fixture);
  guint status;

  if (server == NULL)
    {
      g_test_skip ("prometheus is not installed");
      return;
    }
  append_shuffled (store);
  g_assert_true (sg_store_close (store, NULL));
  g_assert_true (g_file_set_contents (config, "global: {}\n", -1, NULL));
  peer = sg_test_peer_start (arguments, port, "/-/ready");
  g_assert_nonnull (peer);
  query =
      g_strdup_printf ("/api/v1/query?query=sum(count_over_time(late[6h]))&time=%" G_GINT64_FORMAT,
                       (T0 + (SgTimeMs) N_STEPS * STEP_MS) / 1000);
  out = sg_test_http_get (port, query, &status);
  g_assert_cmpuint (status, ==, 200);
  {
    g_autofree char *expected = g_strdup_printf ("\"%d\"]", 3 * N_STEPS);

    g_test_message ("%s", out);
    g_assert_nonnull (strstr (out, expected));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store-late/reopen", test_reopen);
  ADD ("/store-late/window-closed", test_window_closed);
  ADD ("/store-late/blocks", test_blocks);
  ADD ("/store-late/refusals", test_refusals);
  ADD ("/store-late/prometheus", test_prometheus);
  return g_test_run ();
}
