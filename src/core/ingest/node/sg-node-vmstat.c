/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

/* /proc/vmstat: lines "pgfault 123". Most of them are left out by default. */
gboolean
sg_node_vmstat_collect (SgNodeScrape  *scrape,
                        GError       **error)
{
  guint number = 0;
  char *at;

  if (sg_node_read_proc (scrape, "vmstat", error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[2];
      char name[128];
      char help[160];
      double value;

      number++;
      if (sg_node_split (line, fields, 2) < 2)
        return sg_node_complain (error, "/proc/vmstat", number, line, "a name and a number");
      if (sg_regex_match (scrape->options->vmstat_fields, fields[0]) != SG_REGEX_MATCH)
        continue;
      if (!sg_node_parse_double (fields[1], &value))
        return sg_node_complain (error, "/proc/vmstat", number, fields[1], "a number");
      g_snprintf (name, sizeof name, "node_vmstat_%s", fields[0]);
      g_snprintf (help, sizeof help, "/proc/vmstat information field %s.", fields[0]);
      sg_collection_add_family (scrape->out, SG_METRIC_UNKNOWN, name, help, NULL, NULL);
      sg_collection_add (scrape->out, NULL, value);
    }
  return TRUE;
}
