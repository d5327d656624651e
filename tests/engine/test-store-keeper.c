/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-store-keeper.h"

#include "engine/sg-engine-options-private.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-tsdb-folder.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/*
 * The keeper over a store that has more than the head should keep: a block is made, looked at, damaged,
 * and looked at again.
 */
#define T0        (G_GINT64_CONSTANT (1700000000000))
#define N_SAMPLES 900

typedef struct
{
  char *folder;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgSelfMonitor *monitor;
  SgStoreService *store;
  SgStoreKeeper *keeper;
  GAsyncResult *result;
  const char *wanted;
} Fixture;

static void
fill_store (Fixture *fixture)
{
  SgStoreOptions options = { .path = fixture->folder };
  g_autoptr (SgStore) store = sg_store_new (&options, NULL);
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "kept", NULL);
  SgHeadRef ref = 0;

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      SgSample sample = { T0 + i * 15000, 0, { SG_VALUE_FLOAT, { i * 0.25 } } };

      g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
  g_assert_true (sg_store_close (store, NULL));
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static void
start (Fixture   *fixture,
       SgService *service)
{
  g_autoptr (GError) error = NULL;

  sg_service_start_async (service, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_service_start_finish (service, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
stop (Fixture   *fixture,
      SgService *service)
{
  g_autoptr (GError) error = NULL;

  sg_service_stop_async (service, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_service_stop_finish (service, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
start_keeper (Fixture *fixture)
{
  fixture->keeper = sg_store_keeper_new (fixture->store, fixture->registry, sg_clock_get_system ());
  sg_store_keeper_set_interval (fixture->keeper, 20);
  start (fixture, SG_SERVICE (fixture->keeper));
}

static void
stop_keeper (Fixture *fixture)
{
  stop (fixture, SG_SERVICE (fixture->keeper));
  g_clear_object (&fixture->keeper);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-store-keeper-XXXXXX", NULL);
  fill_store (fixture);
  fixture->options = sg_engine_options_new ();
  sg_engine_options_set_storage_path (fixture->options, fixture->folder);
  fixture->registry = sg_registry_new (sg_clock_get_system ());
  fixture->monitor = sg_self_monitor_new (fixture->registry, sg_clock_get_system ());
  fixture->store = sg_store_service_new (fixture->options, fixture->registry, fixture->monitor,
                                         NULL, sg_clock_get_system ());
  start (fixture, SG_SERVICE (fixture->store));
  start_keeper (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->keeper != NULL)
    stop_keeper (fixture);
  stop (fixture, SG_SERVICE (fixture->store));
  g_clear_object (&fixture->store);
  g_clear_object (&fixture->monitor);
  g_clear_object (&fixture->registry);
  sg_engine_options_free (fixture->options);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static char *
read_page (Fixture *fixture)
{
  g_autoptr (GBytes) page = sg_exposition_write (fixture->registry, SG_EXPOSITION_TEXT_1_0_0);
  gsize size;
  const char *text = g_bytes_get_data (page, &size);

  return g_strndup (text, size);
}

static gboolean
has_line (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *page = read_page (fixture);

  return strstr (page, fixture->wanted) != NULL;
}

static void
wait_for_line (Fixture    *fixture,
               const char *line)
{
  fixture->wanted = line;
  sg_test_wait_until (has_line, fixture);
}

static void
assert_line (const char *page,
             const char *line)
{
  if (strstr (page, line) == NULL)
    g_error ("there is no %s in\n%s", line, page);
}

/*
 * The head becomes a block without anybody asking, and its checksums are compared. The block has the
 * 6400 seconds up to a multiple of two hours.
 */
static void
test_sound (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *page = NULL;
  g_autofree char *message = NULL;

  wait_for_line (fixture, "\nsightglass_tsdb_blocks 1\n");
  wait_for_line (fixture, "\nsightglass_tsdb_blocks_verified 1\n");
  page = read_page (fixture);
  assert_line (page, "\nsightglass_tsdb_blocks_damaged 0\n");
  assert_line (page, "\nsightglass_tsdb_last_verified_timestamp_seconds ");
  assert_line (page, "\nsightglass_tsdb_compactions_total 1\n");
  assert_line (
      page,
      "sightglass_sync_operations_total{operation_type=\"bulk_insert\",status=\"success\"} 1\n");
  assert_line (
      page,
      "sightglass_sync_operations_total{operation_type=\"consistency_check\",status=\"success\"} 1\n");
  assert_line (
      page,
      "sightglass_sync_operations_total{operation_type=\"consistency_check\",status=\"failed\"} 0\n");
  assert_line (
      page, "sightglass_sync_operation_duration_seconds_count{operation_type=\"bulk_insert\"} 1\n");
  assert_line (page,
               "sightglass_sync_affected_records_total{operation_type=\"bulk_insert\"} 427\n");
  assert_line (
      page, "sightglass_sync_affected_records_total{operation_type=\"consistency_check\"} 427\n");
  g_assert_cmpint (sg_service_check (SG_SERVICE (fixture->keeper), &message), ==, SG_LEVEL_HEALTHY);
}

/* Returns: (transfer full): the chunks of the only block */
static char *
find_chunks (Fixture *fixture)
{
  g_autofree char *tsdb = g_build_filename (fixture->folder, "tsdb", NULL);
  g_autoptr (GDir) dir = g_dir_open (tsdb, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (strlen (name) == 26)
        return g_build_filename (tsdb, name, "chunks", "000001", NULL);
    }
  g_assert_not_reached ();
}

static void
damage_chunks (Fixture *fixture)
{
  g_autofree char *path = find_chunks (fixture);
  int fd = open (path, O_RDWR | O_CLOEXEC);
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, 20), ==, 1);
  byte ^= 0xff;
  g_assert_cmpint (pwrite (fd, &byte, 1, 20), ==, 1);
  close (fd);
}

/* What the disk has lost is in the health, in the metrics and among the operations. */
static void
test_damage (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *verified = g_build_filename (fixture->folder, "tsdb", "verified", NULL);
  g_autofree char *message = NULL;
  g_autofree char *page = NULL;

  wait_for_line (fixture, "\nsightglass_tsdb_blocks_verified 1\n");
  stop_keeper (fixture);
  damage_chunks (fixture);
  g_assert_true (g_file_set_contents (verified, "", 0, NULL));
  start_keeper (fixture);
  wait_for_line (fixture, "\nsightglass_tsdb_blocks_set_aside_total 1\n");
  page = read_page (fixture);
  assert_line (
      page,
      "sightglass_sync_operations_total{operation_type=\"consistency_check\",status=\"failed\"} 1\n");
  g_assert_cmpint (sg_service_check (SG_SERVICE (fixture->store), &message), ==, SG_LEVEL_DEGRADED);
  g_assert_nonnull (strstr (message, "chunks/000001: byte "));
  wait_for_line (fixture, "\nsightglass_tsdb_blocks_damaged 0\n");
}

/* A block that somebody else has added is there within a round. */
static void
test_added (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *tsdb = g_build_filename (fixture->folder, "tsdb", NULL);
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (SG_TSDB_RANGE_MS);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "added", NULL);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GError) error = NULL;
  SgBuiltSeries *series;

  wait_for_line (fixture, "\nsightglass_tsdb_blocks 1\n");
  series = sg_block_builder_get_series (builder, labels);
  g_assert_true (sg_block_builder_add (builder, series, T0 - SG_TSDB_RANGE_MS, 1, &error));
  g_assert_true (sg_block_builder_write (builder, tsdb, SG_TIME_MS_MAX, metas, NULL, &error));
  wait_for_line (fixture, "\nsightglass_tsdb_blocks 2\n");
  wait_for_line (fixture, "\nsightglass_tsdb_blocks_verified 2\n");
}

/* A second store on the directory says why it cannot write, and who does. */
static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSelfMonitor) monitor = sg_self_monitor_new (registry, sg_clock_get_system ());
  g_autoptr (SgStoreService) second =
      sg_store_service_new (fixture->options, registry, monitor, NULL, sg_clock_get_system ());
  g_autofree char *holder = g_strdup_printf ("process %d", (int) getpid ());
  g_autofree char *message = NULL;

  start (fixture, SG_SERVICE (second));
  g_assert_cmpint (sg_service_check (SG_SERVICE (second), &message), ==, SG_LEVEL_DEGRADED);
  g_test_message ("%s", message);
  g_assert_true (g_str_has_prefix (message, "read-only, so that nothing new is kept: "));
  g_assert_nonnull (strstr (message, holder));
  stop (fixture, SG_SERVICE (second));
}

/* Appends until the disk does not take it. */
static void
fill_disk (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  SgHeadRef refs[200] = { 0 };

  for (guint i = 0; i < 100000; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (refs); k++)
        {
          g_autofree char *name = g_strdup_printf ("filling_%u", k);
          g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, name, NULL);
          SgSample sample = { T0 + i * 1000, 0, { SG_VALUE_FLOAT, { g_random_double () } } };

          sg_appender_append (appender, &refs[k], labels, &sample, NULL);
        }
      if (!sg_appender_commit (appender, NULL))
        return;
    }
  g_assert_not_reached ();
}

/* A disk without room is called one. */
static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *disk = g_build_filename (fixture->folder, "disk", NULL);
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSelfMonitor) monitor = sg_self_monitor_new (registry, sg_clock_get_system ());
  g_autoptr (SgStoreService) service = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autofree char *message = NULL;

  g_assert_cmpint (g_mkdir (disk, 0777), ==, 0);
  if (geteuid () != 0 || mount ("tmpfs", disk, "tmpfs", 0, "size=2m") != 0)
    {
      g_test_skip ("only root may mount a small disk");
      return;
    }
  sg_engine_options_set_storage_path (options, disk);
  service = sg_store_service_new (options, registry, monitor, NULL, sg_clock_get_system ());
  start (fixture, SG_SERVICE (service));
  store = sg_store_service_get_store (service);
  fill_disk (store);
  g_assert_cmpint (sg_service_check (SG_SERVICE (service), &message), ==, SG_LEVEL_UNHEALTHY);
  g_test_message ("%s", message);
  g_assert_nonnull (strstr (message, "is full, so that nothing new is kept until there is room"));
  g_clear_object (&store);
  sg_service_stop_async (SG_SERVICE (service), on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_service_stop_finish (SG_SERVICE (service), fixture->result, NULL);
  g_clear_object (&fixture->result);
  g_clear_object (&service);
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store-keeper/sound", test_sound);
  ADD ("/store-keeper/damage", test_damage);
  ADD ("/store-keeper/added", test_added);
  ADD ("/store-keeper/full", test_full);
  ADD ("/store-keeper/read-only", test_read_only);
  return g_test_run ();
}
