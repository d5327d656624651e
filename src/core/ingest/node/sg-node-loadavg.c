/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

/* /proc/loadavg: "0.00 0.01 0.05 1/123 4567". */
gboolean
sg_node_loadavg_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  char *fields[3];
  double loads[3];

  if (sg_node_read_proc (scrape, "loadavg", error) != SG_NODE_READ)
    return FALSE;
  if (sg_node_split (scrape->text, fields, 3) < 3)
    return sg_node_complain (error, "/proc/loadavg", 1, scrape->text, "three averages");
  for (guint i = 0; i < 3; i++)
    {
      if (!sg_node_parse_double (fields[i], &loads[i]))
        return sg_node_complain (error, "/proc/loadavg", 1, fields[i], "an average");
    }
  sg_node_gauge (scrape, "node_load1", "1m load average.", loads[0]);
  sg_node_gauge (scrape, "node_load5", "5m load average.", loads[1]);
  sg_node_gauge (scrape, "node_load15", "15m load average.", loads[2]);
  return TRUE;
}
