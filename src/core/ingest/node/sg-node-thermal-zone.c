/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <unistd.h>

/* /sys/class/thermal: thermal_zoneN with a temperature in m°C, cooling_deviceN with states. */
#define ZONE    "thermal_zone"
#define COOLING "cooling_device"

static void
add_zone (SgNodeScrape *scrape,
          const char   *name,
          int           fd)
{
  static const char *const labels[] = { "type", "zone", NULL };
  char type[128];
  double temperature;

  /* A sensor that is asleep cannot be read. */
  if (!sg_node_read_word (fd, "type", type, sizeof type)
      || !sg_node_read_number (fd, "temp", &temperature))
    return;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_thermal_zone_temp", "Zone temperature in Celsius",
                  labels);
  sg_collection_add (scrape->out, SG_VALUES (type, name + strlen (ZONE)), temperature / 1000.0);
}

static void
add_cooling (SgNodeScrape *scrape,
             const char   *name,
             int           fd)
{
  static const char *const labels[] = { "name", "type", NULL };
  char type[128];
  double now;
  double max;

  if (!sg_node_read_word (fd, "type", type, sizeof type)
      || !sg_node_read_number (fd, "cur_state", &now)
      || !sg_node_read_number (fd, "max_state", &max))
    return;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_cooling_device_cur_state",
                  "Current throttle state of the cooling device", labels);
  sg_collection_add (scrape->out, SG_VALUES (name + strlen (COOLING), type), now);
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_cooling_device_max_state",
                  "Maximum throttle state of the cooling device", labels);
  sg_collection_add (scrape->out, SG_VALUES (name + strlen (COOLING), type), max);
}

gboolean
sg_node_thermal_zone_collect (SgNodeScrape  *scrape,
                              GError       **error)
{
  g_autoptr (GPtrArray) names = sg_node_list_folder (scrape->options->sysfs, "class/thermal");

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_strconcat ("class/thermal/", name, NULL);
      int fd = sg_node_open_folder (scrape->options->sysfs, path);

      if (fd < 0)
        continue;
      if (g_str_has_prefix (name, ZONE))
        add_zone (scrape, name, fd);
      else if (g_str_has_prefix (name, COOLING))
        add_cooling (scrape, name, fd);
      close (fd);
    }
  return TRUE;
}
