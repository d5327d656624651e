/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-thread.h"
#include "sync/sg-sync-monitor.h"

#include "sync/sg-test-sync.h"

#include <malloc.h>

static void
test_completed (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
      fixture->monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, "user:1");
  g_autoptr (SgLogBatch) recent = NULL;
  const SgLogRecord *record;
  g_autofree char *page = NULL;

  sg_sync_operation_set_trace (operation, "4bf92f3577b34da6a3ce929d0e0e4736");
  sg_clock_advance (fixture->clock, 30);
  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 3);
  sg_sync_operation_complete (operation, SG_SYNC_FAILED, 100);
  page = fixture_render (fixture);
  assert_line (page, "anivault_sync_operations_total{operation_type=\"read_through\","
                     "status=\"success\"} 1");
  assert_line (page, "anivault_sync_operations_total{operation_type=\"read_through\","
                     "status=\"failed\"} 0");
  assert_line (page, "anivault_sync_affected_records_total{operation_type=\"read_through\"} 3");
  assert_line (page, "anivault_sync_operation_duration_seconds_sum{operation_type=\"read_through\"}"
                     " 0.03");
  assert_line (page, "anivault_cache_events_total{event_type=\"miss\","
                     "operation_type=\"read_through\"} 1");
  recent = sg_sync_monitor_get_recent (fixture->monitor, 10, NULL);
  g_assert_cmpuint (sg_log_batch_get_length (recent), ==, 1);
  record = sg_log_batch_get (recent, 0);
  g_assert_cmpint (record->time.ns, ==, NOON + 30 * 1000000);
  g_assert_cmpint (record->duration_us, ==, 30000);
  g_assert_cmpint (record->amount, ==, 3);
  g_assert_cmpstr (record->service, ==, "shop");
  g_assert_cmpstr (record->name, ==, "read_through");
  g_assert_cmpstr (record->status, ==, "success");
  g_assert_cmpstr (record->key, ==, "user:1");
  g_assert_cmpstr (record->trace_id, ==, "4bf92f3577b34da6a3ce929d0e0e4736");
}

/* What the end of a block does to an operation that nobody completed. */
static void
test_abandoned (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (SgSyncStatistics) statistics = { 0 };
  g_autoptr (SgLogBatch) recent = NULL;
  SgSyncFilter filter = { .type = "bulk_insert", .status = SG_SYNC_FAILED };

  {
    g_autoptr (SgSyncOperation) operation =
        sg_sync_monitor_begin_bulk (fixture->monitor, SG_SYNC_BULK_INSERT, 100);

    g_assert_nonnull (operation);
  }
  g_assert_true (
      sg_sync_monitor_get_type_statistics (fixture->monitor, SG_SYNC_BULK_INSERT, &statistics));
  g_assert_cmpuint (statistics.by_status[SG_SYNC_FAILED], ==, 1);
  g_assert_cmpuint (statistics.active, ==, 0);
  g_assert_cmpstr (statistics.last_error, ==, "left without being completed");
  recent = sg_sync_monitor_get_recent (fixture->monitor, 10, &filter);
  g_assert_cmpuint (sg_log_batch_get_length (recent), ==, 1);
  g_assert_cmpstr (sg_log_batch_get (recent, 0)->key, ==, "100 records");
  g_assert_cmpint (sg_log_batch_get (recent, 0)->severity, ==, SG_LOG_ERROR);
}

static void
test_active (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_operation_begin (fixture->monitor, SG_SYNC_REFRESH, SG_SYNC_CACHE_UNUSED, NULL);
  g_autofree char *during = fixture_render (fixture);
  g_autofree char *after = NULL;

  assert_line (during, "anivault_sync_active_operations{operation_type=\"refresh\"} 1");
  sg_sync_operation_complete (operation, SG_SYNC_CANCELLED, 0);
  after = fixture_render (fixture);
  assert_line (after, "anivault_sync_active_operations{operation_type=\"refresh\"} 0");
}

/* Each family of the document that this monitor replaces, by its name and labels, before anything happened. */
static void
test_families (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const lines[] = {
    "# TYPE anivault_sync_operations_total counter",
    "# TYPE anivault_sync_operation_duration_seconds histogram",
    "# TYPE anivault_sync_affected_records_total counter",
    "# TYPE anivault_cache_events_total counter",
    "# TYPE anivault_cache_hit_rate gauge",
    "# TYPE anivault_cache_size gauge",
    "# TYPE anivault_cache_memory_usage_bytes gauge",
    "# TYPE anivault_database_health_status gauge",
    "# TYPE anivault_database_connection_errors_total counter",
    "# TYPE anivault_circuit_breaker_state gauge",
    "# TYPE anivault_circuit_breaker_failures_total counter",
    "# TYPE anivault_consistency_check_duration_seconds histogram",
    "# TYPE anivault_consistency_inconsistencies_total counter",
    "# TYPE anivault_reconciliation_operations_total counter",
    "# TYPE anivault_reconciliation_duration_seconds histogram",
    "anivault_sync_operations_total{operation_type=\"write_behind\",status=\"timeout\"} 0",
    "anivault_sync_operation_duration_seconds_count{operation_type=\"bulk_upsert\"} 0",
    "anivault_cache_events_total{event_type=\"hit\",operation_type=\"invalidate\"} 0",
    "anivault_database_connection_errors_total{error_type=\"refused\"} 1",
    "anivault_application_info{name=\"AniVault\",version=\"1.0\",component=\"sync\"} 1",
  };
  g_autofree char *page = NULL;

  sg_sync_monitor_count_connection_error (fixture->monitor, "refused");
  sg_sync_monitor_set_application (fixture->monitor, "AniVault", "1.0", "sync");
  page = fixture_render (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    assert_line (page, lines[i]);
}

static void
test_gauges (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *page = NULL;

  sg_sync_monitor_update_database_health (fixture->monitor, TRUE);
  sg_sync_monitor_update_cache_metrics (fixture->monitor, 0.85, 1000, 512 * 1024);
  sg_sync_monitor_log_cache_hit (fixture->monitor, "key", SG_SYNC_READ_THROUGH);
  sg_sync_monitor_log_cache_miss (fixture->monitor, NULL, SG_SYNC_WRITE_THROUGH);
  page = fixture_render (fixture);
  assert_line (page, "anivault_database_health_status 1");
  assert_line (page, "anivault_cache_hit_rate 85");
  assert_line (page, "anivault_cache_size 1000");
  assert_line (page, "anivault_cache_memory_usage_bytes 524288");
  assert_line (page,
               "anivault_cache_events_total{event_type=\"hit\",operation_type=\"read_through\"} 1");
  assert_line (
      page, "anivault_cache_events_total{event_type=\"miss\",operation_type=\"write_through\"} 1");
}

static void
test_hit_rate_as_ratio (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = registry, .prefix = "sightglass", .service = "sightglass" });
  Fixture fixture = { .registry = registry };
  g_autofree char *page = NULL;

  sg_sync_monitor_update_cache_metrics (monitor, 0.85, 1, 1);
  page = fixture_render (&fixture);
  assert_line (page, "sightglass_cache_hit_rate 0.85");
}

static void
test_types (Fixture       *fixture,
            gconstpointer  data)
{
  guint type = 0;
  guint again = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;

  g_assert_true (sg_sync_monitor_add_type (fixture->monitor, "refresh", &type, NULL));
  g_assert_cmpuint (type, ==, SG_SYNC_REFRESH);
  g_assert_true (sg_sync_monitor_add_type (fixture->monitor, "archive", &type, NULL));
  g_assert_true (sg_sync_monitor_add_type (fixture->monitor, "archive", &again, NULL));
  g_assert_cmpuint (type, ==, again);
  g_assert_cmpstr (sg_sync_monitor_get_type_name (fixture->monitor, type), ==, "archive");
  g_assert_false (sg_sync_monitor_add_type (fixture->monitor, "two words", &again, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  sg_sync_monitor_report (fixture->monitor, &(SgSyncEvent) { .type = type,
                                                             .status = SG_SYNC_PARTIAL,
                                                             .start = { NOON },
                                                             .duration_us = 5,
                                                             .records = 2 });
  page = fixture_render (fixture);
  assert_line (page,
               "anivault_sync_operations_total{operation_type=\"archive\",status=\"partial\"} 1");
}

static void
test_types_are_bounded (Fixture       *fixture,
                        gconstpointer  data)
{
  guint n = 0;
  guint type;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("type_%u", i);
      g_autoptr (GError) error = NULL;

      if (sg_sync_monitor_add_type (fixture->monitor, name, &type, &error))
        n++;
      else
        g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
    }
  g_assert_cmpuint (n, ==, 32);
  g_assert_cmpuint (sg_sync_monitor_get_n_types (fixture->monitor), ==, SG_SYNC_N_KNOWN_TYPES + 32);
}

typedef struct
{
  SgSyncMonitor *monitor;
  pthread_t thread;
} Worker;

/* A million from two threads. */
#define N_WORKERS  2
#define PER_WORKER 500000

static gpointer
run_worker (gpointer data)
{
  Worker *self = data;

  for (guint i = 0; i < PER_WORKER; i++)
    {
      g_autoptr (SgSyncOperation) operation =
          sg_sync_operation_begin (self->monitor, i % SG_SYNC_N_KNOWN_TYPES,
                                   i % 2 == 0 ? SG_SYNC_CACHE_HIT : SG_SYNC_CACHE_MISS, "a key");

      if (i % 10 != 0)
        sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
    }
  return NULL;
}

/* What is told of and what is only counted make the count, and no thread loses anything. */
static void
test_exact (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = registry, .prefix = "anivault", .service = "shop", .max_events = 2000 });
  g_auto (SgSyncStatistics) statistics = { 0 };
  g_autoptr (SgLogBatch) records = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *page = NULL;
  Worker workers[N_WORKERS];

  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    {
      workers[i].monitor = monitor;
      g_assert_true (
          sg_thread_start (&workers[i].thread, "worker", 256 * 1024, run_worker, &workers[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (workers); i++)
    pthread_join (workers[i].thread, NULL);
  sg_sync_monitor_get_statistics (monitor, &statistics);
  g_assert_cmpuint (statistics.count, ==, N_WORKERS * PER_WORKER);
  g_assert_cmpuint (statistics.by_status[SG_SYNC_FAILED], ==, N_WORKERS * PER_WORKER / 10);
  g_assert_cmpuint (statistics.records, ==, N_WORKERS * PER_WORKER / 10 * 9);
  g_assert_cmpuint (statistics.active, ==, 0);
  g_assert_cmpuint (sg_sync_monitor_get_kept (monitor) + sg_sync_monitor_get_skipped (monitor), ==,
                    N_WORKERS * PER_WORKER);
  records = sg_sync_monitor_take_records (monitor);
  g_assert_cmpuint (sg_log_batch_get_length (records), ==, sg_sync_monitor_get_kept (monitor));
  g_assert_cmpuint (sg_sync_monitor_get_skipped (monitor), >, 0);
  bytes = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);
  page = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
#define OF_READS  "{operation_type=\"read_through\""
#define OF_WRITES "{operation_type=\"write_through\""
  assert_line (page, "anivault_sync_operations_total" OF_READS ",status=\"failed\"} 100000");
  assert_line (page, "anivault_sync_operations_total" OF_READS ",status=\"success\"} 0");
  assert_line (page, "anivault_sync_operations_total" OF_WRITES ",status=\"success\"} 100000");
  assert_line (page, "anivault_sync_operation_duration_seconds_count" OF_WRITES "} 100000");
  assert_line (page,
               "anivault_sync_operation_duration_seconds_bucket" OF_WRITES ",le=\"+Inf\"} 100000");
  assert_line (page, "anivault_sync_affected_records_total" OF_WRITES "} 100000");
  assert_line (page, "anivault_sync_active_operations" OF_WRITES "} 0");
  assert_line (page, "anivault_cache_events_total{event_type=\"miss\",operation_type="
                     "\"write_through\"} 100000");
#undef OF_READS
#undef OF_WRITES
}

static gsize
get_memory (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* What is watched takes less than a megabyte, whatever is done. */
static void
test_memory (void)
{
  gsize before = get_memory ();
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = registry, .prefix = "anivault", .service = "shop", .max_events = 10 });
  gsize taken;

  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
          monitor, i % SG_SYNC_N_KNOWN_TYPES, SG_SYNC_CACHE_MISS, "user:1234567");

      sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
    }
  taken = get_memory () - before;
  g_test_message ("%zu bytes", taken);
  g_assert_cmpuint (taken, <, 1000000);
}

static void
test_detailed_logging (Fixture       *fixture,
                       gconstpointer  data)
{
  g_assert_false (sg_sync_monitor_get_detailed_logging (fixture->monitor));
  sg_sync_monitor_set_detailed_logging (fixture->monitor, TRUE);
  g_assert_true (sg_sync_monitor_get_detailed_logging (fixture->monitor));
  sg_sync_monitor_log_cache_hit (fixture->monitor, NULL, SG_SYNC_REFRESH);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/sync-monitor/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("completed", test_completed);
  ADD ("abandoned", test_abandoned);
  ADD ("active", test_active);
  ADD ("families", test_families);
  ADD ("gauges", test_gauges);
  ADD ("types", test_types);
  ADD ("types/bounded", test_types_are_bounded);
  ADD ("detailed-logging", test_detailed_logging);
  g_test_add_func ("/sync-monitor/hit-rate-as-ratio", test_hit_rate_as_ratio);
  g_test_add_func ("/sync-monitor/exact", test_exact);
  g_test_add_func ("/sync-monitor/memory", test_memory);
  return g_test_run ();
}
