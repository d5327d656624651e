/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo.h"

#include "metrics/sg-exposition.h"

#include <glib/gstdio.h>
#include <string.h>

/* 2026-01-15 12:00 UTC. */
#define NOON G_GINT64_CONSTANT (1768478400000000000)

/**
 * Fixture:
 * @folder: where the demonstration makes its own
 */
typedef struct
{
  char *folder;
  SgClock *clock;
  SgDemo *demo;
} Fixture;

static SgDemo *
demo_new (Fixture *fixture,
          guint    rate,
          guint32  seed)
{
  return sg_demo_new (&(SgDemoOptions) {
      .folder = fixture->folder,
      .rate = rate,
      .seed = seed,
      .clock = fixture->clock,
      .driven = TRUE,
  });
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-demo-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { NOON });
  fixture->demo = demo_new (fixture, 0, 7);
  sg_demo_open (fixture->demo, &error);
  g_assert_no_error (error);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_unref (fixture->demo);
  g_object_unref (fixture->clock);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static char *
render (SgDemo *demo)
{
  SgRegistry *registry = sg_sync_monitor_get_registry (sg_demo_get_monitor (demo));
  g_autoptr (GBytes) page = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);

  return g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
}

/* Returns: the value of the series that is written as @series, or -1 where there is none */
static double
get_value (SgDemo     *demo,
           const char *series)
{
  g_autofree char *page = render (demo);
  g_autofree char *start = g_strconcat ("\n", series, " ", NULL);
  const char *place = strstr (page, start);

  return place != NULL ? g_ascii_strtod (place + strlen (start), NULL) : -1;
}

static double
get_breaker (SgDemo *demo)
{
  return get_value (demo, "anivault_circuit_breaker_state{breaker_name=\"database\"}");
}

static void
test_breaker (Fixture       *fixture,
              gconstpointer  data)
{
  SgDemo *demo = fixture->demo;

  sg_demo_advance (demo, 35000);
  g_assert_cmpfloat (get_breaker (demo), ==, 0);
  g_assert_cmpfloat (get_value (demo, "anivault_database_health_status"), ==, 1);
  sg_demo_advance (demo, 14000);
  g_assert_cmpint (sg_demo_get_phase (demo), ==, SG_DEMO_LOCKED);
  g_assert_cmpfloat (get_breaker (demo), ==, 1);
  g_assert_cmpfloat (get_value (demo, "anivault_database_health_status"), ==, 0);
  g_assert_cmpfloat (
      get_value (demo, "anivault_database_connection_errors_total{error_type=\"locked\"}"), >, 4);
  sg_demo_advance (demo, 16000);
  g_assert_cmpfloat (get_breaker (demo), ==, 0);
  g_assert_cmpfloat (get_value (demo, "anivault_database_health_status"), ==, 1);
}

static void
test_slow_disk (Fixture       *fixture,
                gconstpointer  data)
{
  SgSyncStatistics statistics = { 0 };
  SgSyncMonitor *monitor = sg_demo_get_monitor (fixture->demo);
  double p99;

  sg_demo_advance (fixture->demo, 14000);
  sg_sync_monitor_get_type_statistics (monitor, SG_SYNC_READ_THROUGH, &statistics);
  p99 = statistics.p99;
  g_assert_cmpfloat (statistics.success_rate, ==, 1);
  sg_sync_statistics_clear (&statistics);
  sg_demo_advance (fixture->demo, 14000);
  sg_sync_monitor_get_type_statistics (monitor, SG_SYNC_READ_THROUGH, &statistics);
  g_test_message ("p99 %g s calm, %g s with a slow disk as well", p99, statistics.p99);
  g_assert_cmpfloat (statistics.p99, >, 5 * p99);
  g_assert_cmpuint (statistics.by_status[SG_SYNC_CANCELLED], >, 0);
  g_assert_nonnull (statistics.last_error);
  sg_sync_statistics_clear (&statistics);
}

static void
test_reconciliation (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  guint64 compared = 0;
  SgDemo *demo = fixture->demo;
  static const char *const found[] = {
    "anivault_consistency_inconsistencies_total{check_type=\"full\",severity=\"warning\"}",
    "anivault_consistency_inconsistencies_total{check_type=\"full\",severity=\"error\"}",
    "anivault_consistency_inconsistencies_total{check_type=\"full\",severity=\"critical\"}",
    "anivault_reconciliation_operations_total{strategy=\"manual\",status=\"left\"}",
    "anivault_reconciliation_operations_total{strategy=\"newest_wins\",status=\"success\"}",
  };

  sg_demo_advance (demo, 75000);
  g_assert_false (sg_demo_agrees (demo, &compared, &error));
  g_assert_no_error (error);
  sg_demo_advance (demo, 20000);
  g_assert_true (sg_demo_agrees (demo, &compared, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (compared, >, 1500);
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_test_message ("%s %g", found[i], get_value (demo, found[i]));
      g_assert_cmpfloat (get_value (demo, found[i]), >, 0);
    }
  g_assert_cmpfloat (
      get_value (demo, "anivault_consistency_inconsistencies_total{check_type=\"verification\","
                       "severity=\"warning\"}"),
      <=, 0);

  /* In the next cycle the database wins. */
  sg_demo_advance (demo, SG_DEMO_CYCLE_MS);
  g_assert_true (sg_demo_agrees (demo, &compared, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (get_value (demo, "anivault_reconciliation_operations_total{"
                                      "strategy=\"database_wins\",status=\"success\"}"),
                     >, 0);
}

/* Whether any series of @family has a value other than 0. */
static gboolean
has_movement (const char *page,
              const char *family)
{
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], family)
          && g_ascii_strtod (strrchr (lines[i], ' ') + 1, NULL) > 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_every_family (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const families[] = {
    "anivault_sync_operations_total",
    "anivault_sync_operation_duration_seconds_bucket",
    "anivault_sync_affected_records_total",
    "anivault_cache_events_total",
    "anivault_cache_hit_rate",
    "anivault_cache_size",
    "anivault_cache_memory_usage_bytes",
    "anivault_cache_evictions_total",
    "anivault_database_health_status",
    "anivault_database_connection_errors_total",
    "anivault_circuit_breaker_failures_total",
    "anivault_consistency_check_duration_seconds_count",
    "anivault_consistency_inconsistencies_total",
    "anivault_reconciliation_operations_total",
    "anivault_reconciliation_duration_seconds_count",
    "anivault_application_info",
  };
  static const SgSyncStatus statuses[] = { SG_SYNC_FAILED, SG_SYNC_PARTIAL, SG_SYNC_TIMEOUT,
                                           SG_SYNC_CANCELLED };
  SgSyncMonitor *monitor = sg_demo_get_monitor (fixture->demo);
  SgSyncStatistics all = { 0 };
  g_autofree char *page = NULL;

  sg_demo_advance (fixture->demo, SG_DEMO_CYCLE_MS);
  page = render (fixture->demo);
  g_test_message ("%s", page);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (!has_movement (page, families[i]))
        g_error ("%s does not move", families[i]);
    }
  for (guint i = 0; i < SG_SYNC_N_KNOWN_TYPES; i++)
    {
      SgSyncStatistics statistics = { 0 };

      sg_sync_monitor_get_type_statistics (monitor, i, &statistics);
      g_assert_cmpuint (statistics.by_status[SG_SYNC_SUCCESS], >, 0);
      sg_sync_statistics_clear (&statistics);
    }
  sg_sync_monitor_get_statistics (monitor, &all);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    g_assert_cmpuint (all.by_status[statuses[i]], >, 0);
  g_assert_cmpfloat (all.success_rate, >, 0.9);
  sg_sync_statistics_clear (&all);
}

static double
count_requests (SgDemo *demo)
{
  SgSyncMonitor *monitor = sg_demo_get_monitor (demo);
  SgSyncStatistics reads = { 0 };
  SgSyncStatistics writes = { 0 };
  double n;

  sg_sync_monitor_get_type_statistics (monitor, SG_SYNC_READ_THROUGH, &reads);
  sg_sync_monitor_get_type_statistics (monitor, SG_SYNC_WRITE_THROUGH, &writes);
  n = (double) (reads.count + writes.count);
  sg_sync_statistics_clear (&reads);
  sg_sync_statistics_clear (&writes);
  return n;
}

/* Of the requests, 88 in a hundred are operations; the others write to the cache alone. */
static void
test_rate (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDemo) busy = demo_new (fixture, 200, 7);

  sg_demo_advance (fixture->demo, 14000);
  g_assert_cmpfloat_with_epsilon (count_requests (fixture->demo) / 14, 0.88 * 50, 5);
  sg_demo_open (busy, &error);
  g_assert_no_error (error);
  sg_demo_advance (busy, 14000);
  g_assert_cmpfloat_with_epsilon (count_requests (busy) / 14, 0.88 * 200, 20);
}

/* The same lots give the same. */
static void
test_seed (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { NOON });
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  sg_demo_advance (fixture->demo, 30000);
  first = render (fixture->demo);
  for (guint seed = 7; seed < 9; seed++)
    {
      g_autoptr (SgDemo) other = NULL;

      g_set_object (&fixture->clock, NULL);
      fixture->clock = sg_clock_new_manual ((SgTimeNs) { NOON });
      other = demo_new (fixture, 0, seed);
      sg_demo_open (other, &error);
      g_assert_no_error (error);
      sg_demo_advance (other, 30000);
      g_clear_pointer (&second, g_free);
      second = render (other);
      if (seed == 7)
        g_assert_cmpstr (first, ==, second);
      else
        g_assert_cmpstr (first, !=, second);
    }
}

static void
test_threads (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("test-demo-XXXXXX", &error);
  g_autoptr (SgDemo) demo =
      sg_demo_new (&(SgDemoOptions) { .folder = folder, .rate = 500, .seed = 1 });
  gint64 give_up = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  sg_demo_open (demo, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (folder), ==, 1);
  sg_demo_run (demo, &error);
  g_assert_no_error (error);
  while (count_requests (demo) < 100 && g_get_monotonic_time () < give_up)
    g_usleep (2000);
  g_assert_cmpfloat (count_requests (demo), >=, 100);
  sg_demo_stop (demo);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDemo) demo = sg_demo_new (&(SgDemoOptions) { .folder = "/nowhere" });

  g_assert_false (sg_demo_open (demo, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nowhere"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/demo/breaker", Fixture, NULL, set_up, test_breaker, tear_down);
  g_test_add ("/demo/slow-disk", Fixture, NULL, set_up, test_slow_disk, tear_down);
  g_test_add ("/demo/reconciliation", Fixture, NULL, set_up, test_reconciliation, tear_down);
  g_test_add ("/demo/every-family", Fixture, NULL, set_up, test_every_family, tear_down);
  g_test_add ("/demo/rate", Fixture, NULL, set_up, test_rate, tear_down);
  g_test_add ("/demo/seed", Fixture, NULL, set_up, test_seed, tear_down);
  g_test_add_func ("/demo/threads", test_threads);
  g_test_add_func ("/demo/no-folder", test_no_folder);
  return g_test_run ();
}
