/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>

/* /proc/net/softnet_stat: a line for each CPU, hexadecimal: processed, dropped, times squeezed … */
static const SgNodeColumn columns[] = {
  { NULL, SG_METRIC_COUNTER, "node_softnet_processed_total", "Number of processed packets" },
  { NULL, SG_METRIC_COUNTER, "node_softnet_dropped_total", "Number of dropped packets" },
  { NULL, SG_METRIC_COUNTER, "node_softnet_times_squeezed_total",
    "Number of times processing packets ran out of quota" },
};

#define N_COLUMNS G_N_ELEMENTS (columns)

static gboolean
take_line (SgNodeTable  *table,
           guint         cpu,
           char         *line,
           GError      **error)
{
  char *fields[N_COLUMNS];
  char key[16];
  double *row;

  if (sg_node_split (line, fields, N_COLUMNS) < N_COLUMNS)
    return sg_node_complain (error, "/proc/net/softnet_stat", cpu + 1, line, "three numbers");
  g_snprintf (key, sizeof key, "%u", cpu);
  row = sg_node_table_add_row (table, key);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      guint64 value;

      if (!sg_node_parse_hex (fields[i], &value))
        return sg_node_complain (error, "/proc/net/softnet_stat", cpu + 1, fields[i],
                                 "a hexadecimal number");
      row[i] = (double) value;
    }
  return TRUE;
}

gboolean
sg_node_softnet_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  g_auto (SgNodeTable) table = { 0 };
  gboolean good = TRUE;
  guint cpu = 0;
  char *at;

  if (sg_node_read_proc (scrape, "net/softnet_stat", error) != SG_NODE_READ)
    return FALSE;
  sg_node_table_init (&table, columns, N_COLUMNS);
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL && good; line = sg_node_next_line (&at))
    good = take_line (&table, cpu++, line, error);
  sg_node_table_tell (&table, scrape, "cpu");
  return good;
}
