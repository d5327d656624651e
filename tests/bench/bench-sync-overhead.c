/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-store.h"
#include "sync/sg-sync-monitor.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/*
 * What it costs an application that does ten thousand operations a second to be watched: the share of a
 * processor that its own threads pay, the share once every operation is told of and stored besides, and the
 * memory of all that is counted. Operations are not paced: the time of a processor that ten seconds' worth of
 * them takes is what ten seconds would pay.
 */
#define PER_SECOND 10000
#define SECONDS    10

static double
get_cpu_seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
watch_second (SgSyncMonitor *monitor)
{
  for (guint i = 0; i < PER_SECOND; i++)
    {
      g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
          monitor, i % SG_SYNC_N_KNOWN_TYPES, SG_SYNC_CACHE_MISS, "user:1234567");

      sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
    }
}

/* Returns: the time of processors, of this thread or of all, that @SECONDS of operations take */
static double
run (guint       max_events,
     SgLogStore *store,
     clockid_t   clock)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = registry, .prefix = "bench", .service = "bench", .max_events = max_events });
  double start = get_cpu_seconds (clock);

  for (guint i = 0; i < SECONDS; i++)
    {
      g_autoptr (SgLogBatch) records = NULL;

      watch_second (monitor);
      records = sg_sync_monitor_take_records (monitor);
      if (store != NULL && !sg_log_store_append (store, records, NULL))
        g_error ("the records could not be stored");
    }
  return get_cpu_seconds (clock) - start;
}

static double
run_stored (void)
{
  g_autofree char *folder = g_dir_make_tmp ("bench-sync-overhead-XXXXXX", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r %s", folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLogStore) store =
      sg_log_store_open (&(SgLogStoreOptions) { .folder = folder, .aside = folder }, &error);
  double seconds;

  if (store == NULL)
    g_error ("%s", error->message);
  seconds = run (G_MAXINT / 8, store, CLOCK_PROCESS_CPUTIME_ID);
  sg_log_store_close (store);
  if (!g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL))
    g_warning ("%s stays", folder);
  return seconds;
}

static gsize
get_memory (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static gsize
measure_memory (void)
{
  gsize before = get_memory ();
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = registry, .prefix = "bench", .service = "bench", .max_events = 10 });

  watch_second (monitor);
  return get_memory () - before;
}

int
main (int    argc,
      char **argv)
{
  double watched = run (10, NULL, CLOCK_THREAD_CPUTIME_ID);
  double told = run (G_MAXINT / 8, NULL, CLOCK_THREAD_CPUTIME_ID);
  double stored = run_stored ();

  printf ("%d operations a second, in per cent of a processor: counted %.2f, told of %.2f, "
          "stored %.2f\n",
          PER_SECOND, watched / SECONDS * 100, told / SECONDS * 100, stored / SECONDS * 100);
  printf ("memory of what is counted: %.2f MB\n", (double) measure_memory () / 1e6);
  return EXIT_SUCCESS;
}
