/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "metrics/sg-exposition.h"
#include "sync/sg-sync-monitor.h"

/* 2026-01-15 12:00 UTC. */
#define NOON G_GINT64_CONSTANT (1768478400000000000)

/**
 * Fixture:
 * @clock: stands at noon
 * @registry: of its own
 * @monitor: of an application named “shop”, with the prefix “anivault”
 */
typedef struct
{
  SgClock *clock;
  SgRegistry *registry;
  SgSyncMonitor *monitor;
} Fixture;

static inline void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { NOON });
  fixture->registry = sg_registry_new (fixture->clock);
  fixture->monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = fixture->registry,
      .prefix = "anivault",
      .service = "shop",
      .hit_rate_in_percent = TRUE,
      .clock = fixture->clock,
  });
}

static inline void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_object_unref (fixture->monitor);
  g_object_unref (fixture->registry);
  g_object_unref (fixture->clock);
}

/* What a scraper reads. */
static inline char *
fixture_render (Fixture *fixture)
{
  g_autoptr (GBytes) page = sg_exposition_write (fixture->registry, SG_EXPOSITION_TEXT_0_0_4);

  return g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
}

static inline void
assert_line (const char *page,
             const char *line)
{
  g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);

  if (strstr (page, whole) == NULL)
    g_error ("the line “%s” is not in:\n%s", line, page);
}
