/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <sys/utsname.h>

/* uname(2). */
gboolean
sg_node_uname_collect (SgNodeScrape  *scrape,
                       GError       **error)
{
  static const char *const labels[] = { "domainname", "machine", "nodename", "release",
                                        "sysname",    "version", NULL };
  struct utsname name;

  if (uname (&name) != 0)
    return FALSE;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_uname_info",
                  "Labeled system information as provided by the uname system call.", labels);
  sg_collection_add (scrape->out,
                     SG_VALUES (name.domainname, name.machine, name.nodename, name.release,
                                name.sysname, name.version),
                     1);
  return TRUE;
}
