/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>

/*
 * /proc/schedstat: lines "cpu0" and nine numbers, of which the last three are the nanoseconds that tasks
 * ran, the nanoseconds that they waited, and the time slices.
 */
static const SgNodeColumn columns[] = {
  { NULL, SG_METRIC_COUNTER, "node_schedstat_running_seconds_total",
    "Number of seconds CPU spent running a process." },
  { NULL, SG_METRIC_COUNTER, "node_schedstat_waiting_seconds_total",
    "Number of seconds spent by processing waiting for this CPU." },
  { NULL, SG_METRIC_COUNTER, "node_schedstat_timeslices_total",
    "Number of timeslices executed by CPU." },
};

#define N_FIELDS    10
#define FIRST       7
#define NANOSECONDS 1e9

static gboolean
take_line (SgNodeTable  *table,
           guint         number,
           char        **fields,
           GError      **error)
{
  double *row = sg_node_table_add_row (table, fields[0] + strlen ("cpu"));

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      guint64 value;

      if (!sg_node_parse_u64 (fields[FIRST + i], &value))
        return sg_node_complain (error, "/proc/schedstat", number, fields[FIRST + i], "a number");
      row[i] = i < 2 ? (double) value / NANOSECONDS : (double) value;
    }
  return TRUE;
}

gboolean
sg_node_schedstat_collect (SgNodeScrape  *scrape,
                           GError       **error)
{
  g_auto (SgNodeTable) table = { 0 };
  gboolean good = TRUE;
  guint number = 0;
  char *at;

  if (sg_node_read_proc (scrape, "schedstat", error) != SG_NODE_READ)
    return FALSE;
  sg_node_table_init (&table, columns, G_N_ELEMENTS (columns));
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL && good; line = sg_node_next_line (&at))
    {
      char *fields[N_FIELDS];

      number++;
      if (g_str_has_prefix (line, "cpu") && sg_node_split (line, fields, N_FIELDS) == N_FIELDS)
        good = take_line (&table, number, fields, error);
    }
  sg_node_table_tell (&table, scrape, "cpu");
  return good;
}
