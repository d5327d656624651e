/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <unistd.h>

/* /proc/sys/kernel/random. */
gboolean
sg_node_entropy_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  int fd = sg_node_open_folder (scrape->options->procfs, "sys/kernel/random");
  double available;
  double pool;
  gboolean known;

  if (fd < 0)
    return FALSE;
  known = sg_node_read_number (fd, "entropy_avail", &available)
          && sg_node_read_number (fd, "poolsize", &pool);
  close (fd);
  if (!known)
    return FALSE;
  sg_node_gauge (scrape, "node_entropy_available_bits", "Bits of available entropy.", available);
  sg_node_gauge (scrape, "node_entropy_pool_size_bits", "Bits of entropy pool.", pool);
  return TRUE;
}
