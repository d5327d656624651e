/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <unistd.h>

/*
 * /proc/net/sockstat and sockstat6: "sockets: used 12" and "TCP: inuse 3 orphan 0 tw 0 alloc 4 mem 1".
 * Memory is in pages, and told in bytes as well.
 */
#define MAX_FIELDS 32

static void
tell (SgNodeScrape *scrape,
      const char   *protocol,
      const char   *state,
      double        value)
{
  char name[128];
  char help[128];

  g_snprintf (name, sizeof name, "node_sockstat_%s_%s", protocol, state);
  g_snprintf (help, sizeof help, "Number of %s sockets in state %s.", protocol, state);
  sg_node_gauge (scrape, name, help, value);
}

static gboolean
take_line (SgNodeScrape  *scrape,
           const char    *path,
           guint          number,
           char          *line,
           GError       **error)
{
  char *fields[MAX_FIELDS];
  guint n = sg_node_split (line, fields, MAX_FIELDS);
  char *protocol = fields[0];

  if (n == 0)
    return TRUE;
  protocol[strcspn (protocol, ":")] = '\0';
  if (n % 2 == 0)
    return sg_node_complain (error, path, number, protocol, "pairs of a name and a number");
  for (guint i = 1; i + 1 < n; i += 2)
    {
      double value;

      if (!sg_node_parse_double (fields[i + 1], &value))
        return sg_node_complain (error, path, number, fields[i + 1], "a number");
      if (g_str_equal (protocol, "sockets") && g_str_equal (fields[i], "used"))
        sg_node_gauge (scrape, "node_sockstat_sockets_used", "Number of IPv4 sockets in use.",
                       value);
      else
        tell (scrape, protocol, fields[i], value);
      if (g_str_equal (fields[i], "mem"))
        tell (scrape, protocol, "mem_bytes", value * (double) sysconf (_SC_PAGESIZE));
    }
  return TRUE;
}

static gboolean
read_file (SgNodeScrape  *scrape,
           const char    *path,
           GError       **error)
{
  SgNodeFound found = sg_node_read_proc (scrape, path, error);
  guint number = 0;
  char *at = scrape->text;

  if (found != SG_NODE_READ)
    return found == SG_NODE_ABSENT;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      if (!take_line (scrape, path, ++number, line, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_node_sockstat_collect (SgNodeScrape  *scrape,
                          GError       **error)
{
  return read_file (scrape, "net/sockstat", error) && read_file (scrape, "net/sockstat6", error);
}
