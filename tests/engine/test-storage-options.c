/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-storage-options.h"

#include "engine/sg-engine-error.h"
#include "engine/sg-engine-options-private.h"

#define DAY_MS  (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)
#define HOUR_MS (G_GINT64_CONSTANT (60) * 60 * 1000)

static SgEngineOptions *
parse (const char  *flags,
       GError     **error)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line = g_strconcat ("x --storage.path=/nowhere ", flags, NULL);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  if (!sg_engine_options_read_environment (options, error))
    return NULL;
  return g_steal_pointer (&options);
}

/* What the store is told; the texts of a copy, so that copying is tried as well. */
static void
fill_with (const char     *flags,
           const SgConfig *config,
           SgStoreOptions *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgEngineOptions) parsed = parse (flags, &error);
  g_autoptr (SgEngineOptions) copy = NULL;

  g_assert_no_error (error);
  copy = sg_engine_options_copy (parsed);
  *store = (SgStoreOptions) { 0 };
  sg_engine_options_fill_store (copy, config, store);
  store->path = store->tsdb_path = NULL;
}

static void
fill (const char     *flags,
      SgStoreOptions *store)
{
  fill_with (flags, NULL, store);
}

/* The configuration file decides where no flag does. */
static void
test_config (void)
{
  static const char text[] = "storage: {tsdb: {out_of_order_time_window: 20m}, "
                             "exemplars: {max_exemplars: 5}}\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SgConfig) config = sg_config_parse ("prometheus.yml", text, sizeof text - 1, &error);
  SgStoreOptions store;

  g_assert_no_error (error);
  fill_with ("--builtin.jobs=none", config, &store);
  g_assert_cmpint (store.head.late_ms, ==, HOUR_MS / 3);
  g_assert_cmpuint (store.head.max_exemplars, ==, 5);
  fill_with ("--storage.tsdb.out-of-order-time-window=0s --storage.tsdb.max-exemplars=9", config,
             &store);
  g_assert_cmpint (store.head.late_ms, ==, 0);
  g_assert_cmpuint (store.head.max_exemplars, ==, 9);
}

static void
test_defaults (void)
{
  SgStoreOptions store;

  fill ("--builtin.jobs=none", &store);
  g_assert_cmpint (store.retention_ms, ==, 15 * DAY_MS);
  g_assert_cmpuint (store.retention_bytes, ==, 0);
  g_assert_cmpint (store.max_block_ms, ==, 0);
  g_assert_cmpint (store.head.chunk_range_ms, ==, 2 * HOUR_MS);
  g_assert_cmpint (store.head.late_ms, ==, 0);
  g_assert_cmpuint (store.head.max_series, ==, 1000000);
  g_assert_cmpuint (store.head.max_exemplars, ==, 10000);
  g_assert_cmpint (store.wal.sync, ==, SG_WAL_SYNC_INTERVAL);
  g_assert_false (store.wal.plain);
  g_assert_false (store.take_over);
}

static void
test_values (void)
{
  SgStoreOptions store;

  fill ("--storage.tsdb.retention.time=90d --storage.tsdb.retention.size=10GB "
        "--storage.tsdb.out-of-order-time-window=30m --storage.tsdb.min-block-duration=1h "
        "--storage.tsdb.max-block-duration=1d --storage.tsdb.wal-fsync=always "
        "--no-storage.tsdb.wal-compression --storage.tsdb.wal-segment-size=16MB "
        "--storage.tsdb.max-series=7 --storage.tsdb.max-exemplars=0 --storage.tsdb.take-over "
        "--storage.tsdb.cache-size=64MB",
        &store);
  g_assert_cmpint (store.retention_ms, ==, 90 * DAY_MS);
  g_assert_cmpuint (store.retention_bytes, ==, G_GUINT64_CONSTANT (10) << 30);
  g_assert_cmpint (store.max_block_ms, ==, DAY_MS);
  g_assert_cmpint (store.head.chunk_range_ms, ==, HOUR_MS);
  g_assert_cmpint (store.head.late_ms, ==, HOUR_MS / 2);
  g_assert_cmpuint (store.head.max_series, ==, 7);
  g_assert_cmpuint (store.head.max_exemplars, ==, 0);
  g_assert_cmpint (store.wal.sync, ==, SG_WAL_SYNC_ALWAYS);
  g_assert_cmpuint (store.wal.segment_size, ==, 16 << 20);
  g_assert_true (store.wal.plain);
  g_assert_true (store.take_over);
}

/* A size alone keeps for ever, as far as there is room; with both, what comes first counts. */
static void
test_size_alone (void)
{
  SgStoreOptions store;

  fill ("--storage.tsdb.retention.size=512MB", &store);
  g_assert_cmpint (store.retention_ms, ==, 0);
  g_assert_cmpuint (store.retention_bytes, ==, 512 << 20);
}

static void
test_wrong (void)
{
  static const char *const cases[][2] = {
    { "retention.time=long", "write a duration, as 15d" },
    { "retention.size=much", "write a size with its unit, as 10GB" },
    { "out-of-order-time-window=-1h", "write a duration, as 15d" },
    { "min-block-duration=1s", "write a duration from a minute on, as 2h" },
    { "max-block-duration=1h", "write one that is not below --storage.tsdb.min-block-duration" },
    { "wal-fsync=often", "write always, interval or never" },
    { "wal-segment-size=1MB", "write a size from 10MB to 256MB, a multiple of 32KB" },
    { "wal-segment-size=10485761B", "write a size from 10MB to 256MB, a multiple of 32KB" },
    { "cache-size=2GB", "write a size of 1GB at most, as 8MB" },
    { "max-series=-1", "write a number that is not negative" },
    { "max-exemplars=-2", "write a number that is not negative" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *flag = g_strconcat ("--storage.tsdb.", cases[i][0], NULL);
      g_auto (GStrv) parts = g_strsplit (flag, "=", 2);
      g_autofree char *message =
          g_strdup_printf ("%s is “%s”: %s", parts[0], parts[1], cases[i][1]);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (flag, &error));
      g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION);
      g_assert_cmpstr (error->message, ==, message);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/storage-options/defaults", test_defaults);
  g_test_add_func ("/storage-options/values", test_values);
  g_test_add_func ("/storage-options/size-alone", test_size_alone);
  g_test_add_func ("/storage-options/config", test_config);
  g_test_add_func ("/storage-options/wrong", test_wrong);
  return g_test_run ();
}
