/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exposition.h"
#include "sync/sg-sync-monitor.h"

/*
 * Watches operations from within the program, and prints the page that a scraper would get.
 */
static gboolean
load_user (SgSyncMonitor *monitor,
           const char    *key)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_operation_begin (monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_MISS, key);

  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
  return TRUE;
}

/* Whoever leaves without having completed it has failed. */
static gboolean
save_user (SgSyncMonitor *monitor,
           const char    *key)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_operation_begin (monitor, SG_SYNC_WRITE_THROUGH, SG_SYNC_CACHE_UNUSED, key);

  return FALSE;
}

int
main (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (SgSyncMonitor) monitor = sg_sync_monitor_new (
      &(SgSyncMonitorOptions) { .registry = registry, .prefix = "shop", .service = "shop" });
  g_autoptr (GBytes) page = NULL;

  if (load_user (monitor, "user:7") && !save_user (monitor, "user:7"))
    sg_sync_monitor_update_cache_metrics (monitor, 0.85, 1000, 512 * 1024);
  page = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);
  g_print ("%.*s", (int) g_bytes_get_size (page), (const char *) g_bytes_get_data (page, NULL));
  return 0;
}
