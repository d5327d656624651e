/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <unistd.h>

/* /sys/class/dmi/id: who made the machine. Serial numbers can be read by root only, and are left out then. */
static const struct
{
  const char *file;
  const char *label;
} facts[] = {
  { "bios_date", "bios_date" },
  { "bios_release", "bios_release" },
  { "bios_vendor", "bios_vendor" },
  { "bios_version", "bios_version" },
  { "board_asset_tag", "board_asset_tag" },
  { "board_name", "board_name" },
  { "board_serial", "board_serial" },
  { "board_vendor", "board_vendor" },
  { "board_version", "board_version" },
  { "chassis_asset_tag", "chassis_asset_tag" },
  { "chassis_serial", "chassis_serial" },
  { "chassis_vendor", "chassis_vendor" },
  { "chassis_version", "chassis_version" },
  { "product_family", "product_family" },
  { "product_name", "product_name" },
  { "product_serial", "product_serial" },
  { "product_sku", "product_sku" },
  { "product_uuid", "product_uuid" },
  { "product_version", "product_version" },
  { "sys_vendor", "system_vendor" },
};

#define N_FACTS G_N_ELEMENTS (facts)

gboolean
sg_node_dmi_collect (SgNodeScrape  *scrape,
                     GError       **error)
{
  const char *labels[N_FACTS + 1] = { NULL };
  const char *values[N_FACTS + 1] = { NULL };
  char texts[N_FACTS][256];
  int fd = sg_node_open_folder (scrape->options->sysfs, "class/dmi/id");
  guint n = 0;

  if (fd < 0)
    return FALSE;
  for (guint i = 0; i < N_FACTS; i++)
    {
      if (!sg_node_read_word (fd, facts[i].file, texts[n], sizeof texts[n]))
        continue;
      labels[n] = facts[i].label;
      values[n] = texts[n];
      n++;
    }
  close (fd);
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_dmi_info",
                  "A metric with a constant '1' value labeled by bios_date, bios_release, "
                  "bios_vendor, bios_version, board_asset_tag, board_name, board_serial, "
                  "board_vendor, board_version, chassis_asset_tag, chassis_serial, chassis_vendor, "
                  "chassis_version, product_family, product_name, product_serial, product_sku, "
                  "product_uuid, product_version, system_vendor if provided by DMI.",
                  labels);
  sg_collection_add (scrape->out, values, 1);
  return TRUE;
}
