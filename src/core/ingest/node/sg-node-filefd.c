/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

/* /proc/sys/fs/file-nr: "allocated unused maximum". */
gboolean
sg_node_filefd_collect (SgNodeScrape  *scrape,
                        GError       **error)
{
  char *fields[3];
  guint64 allocated;
  guint64 maximum;

  if (sg_node_read_proc (scrape, "sys/fs/file-nr", error) != SG_NODE_READ)
    return FALSE;
  g_strchomp (scrape->text);
  if (sg_node_split (scrape->text, fields, 3) != 3 || !sg_node_parse_u64 (fields[0], &allocated)
      || !sg_node_parse_u64 (fields[2], &maximum))
    return sg_node_complain (error, "/proc/sys/fs/file-nr", 1, scrape->text, "three numbers");
  sg_node_gauge (scrape, "node_filefd_allocated", "File descriptor statistics: allocated.",
                 (double) allocated);
  sg_node_gauge (scrape, "node_filefd_maximum", "File descriptor statistics: maximum.",
                 (double) maximum);
  return TRUE;
}
