/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>
#include <unistd.h>

/* /sys/devices/system/cpu/cpuN/cpufreq: what the hardware does and what it was asked to do, in kHz. */
static const SgNodeColumn columns[] = {
  { "cpuinfo_cur_freq", SG_METRIC_GAUGE, "node_cpu_frequency_hertz",
    "Current cpu thread frequency in hertz." },
  { "cpuinfo_min_freq", SG_METRIC_GAUGE, "node_cpu_frequency_min_hertz",
    "Minimum cpu thread frequency in hertz." },
  { "cpuinfo_max_freq", SG_METRIC_GAUGE, "node_cpu_frequency_max_hertz",
    "Maximum cpu thread frequency in hertz." },
  { "scaling_cur_freq", SG_METRIC_GAUGE, "node_cpu_scaling_frequency_hertz",
    "Current scaled CPU thread frequency in hertz." },
  { "scaling_min_freq", SG_METRIC_GAUGE, "node_cpu_scaling_frequency_min_hertz",
    "Minimum scaled CPU thread frequency in hertz." },
  { "scaling_max_freq", SG_METRIC_GAUGE, "node_cpu_scaling_frequency_max_hertz",
    "Maximum scaled CPU thread frequency in hertz." },
};

static void
read_cpu (SgNodeScrape *scrape,
          SgNodeTable  *table,
          const char   *folder)
{
  char path[128];
  double *row;
  int fd;

  g_snprintf (path, sizeof path, "devices/system/cpu/%s/cpufreq", folder);
  fd = sg_node_open_folder (scrape->options->sysfs, path);
  if (fd < 0)
    return;
  row = sg_node_table_add_row (table, folder + strlen ("cpu"));
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      double khz;

      if (sg_node_read_number (fd, columns[i].source, &khz))
        row[i] = khz * 1000;
    }
  close (fd);
}

gboolean
sg_node_cpufreq_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  g_autoptr (GPtrArray) names = sg_node_list_folder (scrape->options->sysfs, "devices/system/cpu");
  g_auto (SgNodeTable) table = { 0 };

  sg_node_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_str_has_prefix (name, "cpu") && g_ascii_isdigit (name[3]))
        read_cpu (scrape, &table, name);
    }
  sg_node_table_tell (&table, scrape, "cpu");
  return names != NULL;
}
