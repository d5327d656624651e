/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /proc/pressure/cpu, io and memory: "some avg10=0.00 avg60=0.00 avg300=0.00 total=123" and "full …", the
 * total in microseconds. All CPUs cannot wait for CPU time, so there is no "full" of it. Kernels without
 * pressure stall information, and containers that are not shown it, have no such files.
 */
#define TOTAL "total="

static gboolean
parse_total (char   *line,
             double *ret_seconds)
{
  const char *total = strstr (line, TOTAL);
  guint64 us;

  if (total == NULL || !sg_node_parse_u64 (total + strlen (TOTAL), &us))
    return FALSE;
  *ret_seconds = (double) us / 1000.0 / 1000.0;
  return TRUE;
}

static gboolean
read_pressure (SgNodeScrape  *scrape,
               const char    *path,
               double        *ret_some,
               double        *ret_full,
               GError       **error)
{
  char *at;

  if (sg_node_read_proc (scrape, path, error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      gboolean some = g_str_has_prefix (line, "some ");

      if (!some && !g_str_has_prefix (line, "full "))
        continue;
      if (!parse_total (line, some ? ret_some : ret_full))
        return sg_node_complain (error, path, some ? 1 : 2, line,
                                 "a line with total=<microseconds>");
    }
  return TRUE;
}

gboolean
sg_node_pressure_collect (SgNodeScrape  *scrape,
                          GError       **error)
{
  double some = 0;
  double full = 0;

  if (!read_pressure (scrape, "pressure/cpu", &some, &full, error))
    return FALSE;
  sg_node_counter (scrape, "node_pressure_cpu_waiting_seconds_total",
                   "Total time in seconds that processes have waited for CPU time", some);
  some = full = 0;
  if (!read_pressure (scrape, "pressure/io", &some, &full, error))
    return FALSE;
  sg_node_counter (scrape, "node_pressure_io_waiting_seconds_total",
                   "Total time in seconds that processes have waited due to IO congestion", some);
  sg_node_counter (scrape, "node_pressure_io_stalled_seconds_total",
                   "Total time in seconds no process could make progress due to IO congestion",
                   full);
  some = full = 0;
  if (!read_pressure (scrape, "pressure/memory", &some, &full, error))
    return FALSE;
  sg_node_counter (scrape, "node_pressure_memory_waiting_seconds_total",
                   "Total time in seconds that processes have waited for memory", some);
  sg_node_counter (scrape, "node_pressure_memory_stalled_seconds_total",
                   "Total time in seconds no process could make progress due to memory congestion",
                   full);
  return TRUE;
}
