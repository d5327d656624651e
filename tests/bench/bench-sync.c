/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-harness.h"

#include "sync/sg-sync-monitor.h"

#include <stdlib.h>

/*
 * What it costs to watch an operation: begun and completed, counted, its duration in a histogram, offered
 * to whoever tells of single operations. The floor is to look at the clock twice, which is what timing
 * it costs at least. Nobody takes the records away, so that most are only counted: as it is at a
 * million a second.
 */
static SgSyncMonitor *monitor;
static volatile gint64 elapsed;

static void
ours_watch (guint   thread,
            guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    {
      g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
          monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, "user:1234567");

      sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
    }
}

static void
floor_clock (guint   thread,
             guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      elapsed = g_get_monotonic_time () - start;
    }
}

static const BenchWork works[] = {
  { "operation, one thread", 1, 2000000, ours_watch, floor_clock, NULL, 3.3 },
  { "operation, two threads", 2, 1000000, ours_watch, floor_clock, NULL, 3.3 },
};

int
main (int    argc,
      char **argv)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());

  monitor = sg_sync_monitor_new (
      &(SgSyncMonitorOptions) { .registry = registry, .prefix = "bench", .service = "bench" });
  return bench_run ("ns", 1e9, works, G_N_ELEMENTS (works));
}
