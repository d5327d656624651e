/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * The clock that the kernel has at this moment, not the one that tests move: it is what is measured. And
 * /sys/devices/system/clocksource/clocksourceN: what it is told by, and what it could be.
 */
#define CLOCK_SOURCES "devices/system/clocksource"

static void
add_zone (SgNodeScrape *scrape,
          time_t        now)
{
  static const char *const labels[] = { "time_zone", NULL };
  struct tm local;

  if (localtime_r (&now, &local) == NULL)
    return;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_time_zone_offset_seconds",
                  "System time zone offset in seconds.", labels);
  sg_collection_add (scrape->out, SG_VALUES (local.tm_zone), (double) local.tm_gmtoff);
}

static void
add_sources (SgNodeScrape *scrape,
             const char   *device,
             int           fd)
{
  static const char *const labels[] = { "clocksource", "device", NULL };
  char text[512];
  char *fields[16];
  guint n;

  if (sg_node_read_word (fd, "available_clocksource", text, sizeof text))
    {
      n = sg_node_split (text, fields, G_N_ELEMENTS (fields));
      sg_node_family (scrape, SG_METRIC_GAUGE, "node_time_clocksource_available_info",
                      "Available clocksources read from '/sys/devices/system/clocksource'.",
                      labels);
      for (guint i = 0; i < n; i++)
        sg_collection_add (scrape->out, SG_VALUES (fields[i], device), 1);
    }
  if (!sg_node_read_word (fd, "current_clocksource", text, sizeof text))
    return;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_time_clocksource_current_info",
                  "Current clocksource read from '/sys/devices/system/clocksource'.", labels);
  sg_collection_add (scrape->out, SG_VALUES (text, device), 1);
}

gboolean
sg_node_time_collect (SgNodeScrape  *scrape,
                      GError       **error)
{
  g_autoptr (GPtrArray) names = sg_node_list_folder (scrape->options->sysfs, CLOCK_SOURCES);
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  sg_node_gauge (scrape, "node_time_seconds", "System time in seconds since epoch (1970).",
                 (double) now.tv_sec + (double) now.tv_nsec / 1e9);
  add_zone (scrape, now.tv_sec);
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_strconcat (CLOCK_SOURCES "/", name, NULL);
      int fd = g_str_has_prefix (name, "clocksource")
                   ? sg_node_open_folder (scrape->options->sysfs, path)
                   : -1;

      if (fd < 0)
        continue;
      add_sources (scrape, name + strlen ("clocksource"), fd);
      close (fd);
    }
  return TRUE;
}
