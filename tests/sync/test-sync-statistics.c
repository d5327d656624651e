/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "sync/sg-sync-monitor.h"

#include "sync/sg-test-sync.h"

static void
report (Fixture      *fixture,
        guint         type,
        SgSyncStatus  status,
        gint64        duration_us,
        const char   *error)
{
  sg_sync_monitor_report (fixture->monitor, &(SgSyncEvent) { .type = type,
                                                             .status = status,
                                                             .start = { NOON },
                                                             .duration_us = duration_us,
                                                             .records = 1,
                                                             .error = error });
}

static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (SgSyncStatistics) all = { 0 };
  g_auto (SgSyncStatistics) one = { .count = 77 };
  g_autofree char *text = sg_sync_monitor_describe_performance (fixture->monitor);

  sg_sync_monitor_get_statistics (fixture->monitor, &all);
  g_assert_cmpuint (all.count, ==, 0);
  g_assert_true (isnan (all.success_rate) && isnan (all.mean) && isnan (all.p99));
  g_assert_null (all.last_error);
  g_assert_false (sg_sync_monitor_get_type_statistics (fixture->monitor, SG_SYNC_REFRESH, &one));
  g_assert_cmpuint (one.count, ==, 77);
  g_assert_cmpstr (text, ==, "no operation has ended yet\n");
}

/* From 1 to 1000 ms, evenly: each quantile is known, and found as well as the buckets tell. */
static void
test_quantiles (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (SgSyncStatistics) all = { 0 };
  g_auto (SgSyncStatistics) one = { 0 };

  for (guint i = 1; i <= 1000; i++)
    report (fixture, SG_SYNC_READ_THROUGH, SG_SYNC_SUCCESS, i * 1000, NULL);
  report (fixture, SG_SYNC_REFRESH, SG_SYNC_SUCCESS, 10, NULL);
  g_assert_true (
      sg_sync_monitor_get_type_statistics (fixture->monitor, SG_SYNC_READ_THROUGH, &one));
  g_assert_cmpfloat_with_epsilon (one.mean, 0.5005, 1e-9);
  g_assert_cmpfloat_with_epsilon (one.p50, 0.5, 0.5 * 0.05);
  g_assert_cmpfloat_with_epsilon (one.p95, 0.95, 0.95 * 0.05);
  g_assert_cmpfloat_with_epsilon (one.p99, 0.99, 0.99 * 0.05);
  sg_sync_monitor_get_statistics (fixture->monitor, &all);
  g_assert_cmpuint (all.count, ==, 1001);
  g_assert_cmpfloat (all.mean, <, one.mean);
}

static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (SgSyncStatistics) all = { 0 };
  g_auto (SgSyncStatistics) one = { 0 };

  for (guint i = 0; i < 17; i++)
    report (fixture, SG_SYNC_REFRESH, SG_SYNC_SUCCESS, 100, NULL);
  report (fixture, SG_SYNC_REFRESH, SG_SYNC_FAILED, 100, "disk full");
  report (fixture, SG_SYNC_REFRESH, SG_SYNC_PARTIAL, 100, "half of it");
  report (fixture, SG_SYNC_INVALIDATE, SG_SYNC_TIMEOUT, 100, "too slow");
  sg_sync_monitor_get_statistics (fixture->monitor, &all);
  g_assert_cmpfloat_with_epsilon (all.success_rate, 0.85, 1e-12);
  g_assert_cmpstr (all.last_error, ==, "too slow");
  g_assert_cmpint (all.last_error_time.ns, ==, NOON);
  g_assert_true (sg_sync_monitor_get_type_statistics (fixture->monitor, SG_SYNC_REFRESH, &one));
  g_assert_cmpstr (one.last_error, ==, "disk full");
  g_assert_cmpuint (one.by_status[SG_SYNC_PARTIAL], ==, 1);
}

static void
test_summary (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgLogBatch) records = NULL;
  const SgLogRecord *record;

  report (fixture, SG_SYNC_REFRESH, SG_SYNC_FAILED, 2000000, "disk full");
  sg_sync_monitor_log_performance_summary (fixture->monitor);
  records = sg_sync_monitor_take_records (fixture->monitor);
  g_assert_cmpuint (sg_log_batch_get_length (records), ==, 2);
  record = sg_log_batch_get (records, 1);
  g_assert_cmpint (record->kind, ==, SG_LOG_KIND_LOG);
  g_assert_cmpstr (record->name, ==, "performance_summary");
  g_assert_nonnull (
      strstr (record->message, "all: 1 operations, 0.0 % succeeded, mean 2000.000 ms"));
  g_assert_nonnull (strstr (record->message, "refresh: 1 operations"));
  g_assert_nonnull (strstr (record->message, "last error: disk full"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/sync-statistics/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("none", test_none);
  ADD ("quantiles", test_quantiles);
  ADD ("errors", test_errors);
  ADD ("summary", test_summary);
  return g_test_run ();
}
