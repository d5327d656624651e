/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /proc/net/udp and udp6: a line of titles, then one for each socket, whose fifth field is
 * "<tx_queue>:<rx_queue>", both hexadecimal. What waits in all of them together.
 */
#define QUEUES 4

static gboolean
sum_queues (SgNodeScrape  *scrape,
            const char    *path,
            guint64       *ret_tx,
            guint64       *ret_rx,
            GError       **error)
{
  char *at = scrape->text;
  guint number = 0;

  *ret_tx = *ret_rx = 0;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[QUEUES + 1];
      char *colon;
      guint64 tx;
      guint64 rx;

      if (++number == 1)
        continue;
      if (sg_node_split (line, fields, QUEUES + 1) <= QUEUES
          || (colon = strchr (fields[QUEUES], ':')) == NULL)
        return sg_node_complain (error, path, number, line, "a socket with its queues");
      *colon = '\0';
      if (!sg_node_parse_hex (fields[QUEUES], &tx) || !sg_node_parse_hex (colon + 1, &rx))
        return sg_node_complain (error, path, number, fields[QUEUES], "two hexadecimal numbers");
      *ret_tx += tx;
      *ret_rx += rx;
    }
  return TRUE;
}

gboolean
sg_node_udp_queues_collect (SgNodeScrape  *scrape,
                            GError       **error)
{
  static const char *const labels[] = { "ip", "queue", NULL };
  static const char *const paths[][2] = { { "net/udp", "v4" }, { "net/udp6", "v6" } };
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      SgNodeFound one = sg_node_read_proc (scrape, paths[i][0], error);
      guint64 tx;
      guint64 rx;

      if (one == SG_NODE_ABSENT)
        continue;
      if (one == SG_NODE_FAILED || !sum_queues (scrape, paths[i][0], &tx, &rx, error))
        return FALSE;
      found = TRUE;
      sg_node_family (scrape, SG_METRIC_GAUGE, "node_udp_queues",
                      "Number of allocated memory in the kernel for UDP datagrams in bytes.",
                      labels);
      sg_collection_add (scrape->out, SG_VALUES (paths[i][1], "tx"), (double) tx);
      sg_collection_add (scrape->out, SG_VALUES (paths[i][1], "rx"), (double) rx);
    }
  return found;
}
