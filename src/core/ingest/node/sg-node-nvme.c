/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <unistd.h>

/* /sys/class/nvme/<device>: what it is. */
static void
add_device (SgNodeScrape *scrape,
            const char   *device)
{
  static const char *const labels[] = { "device", "firmware_revision", "model", "serial", "state",
                                        NULL };
  static const char *const files[] = { "firmware_rev", "model", "serial", "state" };
  g_autofree char *path = g_strconcat ("class/nvme/", device, NULL);
  int fd = sg_node_open_folder (scrape->options->sysfs, path);
  char texts[G_N_ELEMENTS (files)][128];

  if (fd < 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      if (!sg_node_read_word (fd, files[i], texts[i], sizeof texts[i]))
        texts[i][0] = '\0';
    }
  close (fd);
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_nvme_info",
                  "Non-numeric data from /sys/class/nvme/<device>, value is always 1.", labels);
  sg_collection_add (scrape->out, SG_VALUES (device, texts[0], texts[1], texts[2], texts[3]), 1);
}

gboolean
sg_node_nvme_collect (SgNodeScrape  *scrape,
                      GError       **error)
{
  g_autoptr (GPtrArray) devices = sg_node_list_folder (scrape->options->sysfs, "class/nvme");

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    add_device (scrape, g_ptr_array_index (devices, i));
  return devices != NULL;
}
