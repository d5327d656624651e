/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/* /proc/stat, what in it is not of one CPU: "intr 5 0 1 …", "ctxt 7", "btime 1700000000" … */
static const struct
{
  const char *word;
  SgMetricKind kind;
  const char *name;
  const char *help;
} facts[] = {
  { "intr", SG_METRIC_COUNTER, "node_intr_total", "Total number of interrupts serviced." },
  { "ctxt", SG_METRIC_COUNTER, "node_context_switches_total", "Total number of context switches." },
  { "processes", SG_METRIC_COUNTER, "node_forks_total", "Total number of forks." },
  { "btime", SG_METRIC_GAUGE, "node_boot_time_seconds", "Node boot time, in unixtime." },
  { "procs_running", SG_METRIC_GAUGE, "node_procs_running",
    "Number of processes in runnable state." },
  { "procs_blocked", SG_METRIC_GAUGE, "node_procs_blocked",
    "Number of processes blocked waiting for I/O to complete." },
};

static gboolean
take_line (SgNodeScrape  *scrape,
           guint          number,
           char          *line,
           GError       **error)
{
  char *fields[2];
  double value;

  /* The line of interrupts has a field for each of them: only the sum, which comes first, is cut off. */
  if (sg_node_split (line, fields, 2) < 2)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      if (!g_str_equal (fields[0], facts[i].word))
        continue;
      if (!sg_node_parse_double (fields[1], &value))
        return sg_node_complain (error, "/proc/stat", number, fields[1], "a number");
      sg_node_family (scrape, facts[i].kind, facts[i].name, facts[i].help, NULL);
      sg_collection_add (scrape->out, NULL, value);
    }
  return TRUE;
}

gboolean
sg_node_stat_collect (SgNodeScrape  *scrape,
                      GError       **error)
{
  guint number = 0;
  char *at;

  if (sg_node_read_proc (scrape, "stat", error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      number++;
      if (!g_str_has_prefix (line, "cpu") && !take_line (scrape, number, line, error))
        return FALSE;
    }
  return number > 0;
}
