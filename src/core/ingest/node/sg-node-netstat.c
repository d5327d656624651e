/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /proc/net/netstat and /proc/net/snmp: pairs of lines, "Tcp: Title Title …" and "Tcp: 1 2 …".
 * /proc/net/snmp6: lines "Ip6InReceives 0", whose first part ends with the 6. Most of them are left out by
 * default.
 */
#define MAX_FIELDS 256

static gboolean
tell (SgNodeScrape  *scrape,
      const char    *path,
      guint          number,
      const char    *protocol,
      const char    *field,
      const char    *text,
      GError       **error)
{
  char name[256] = "node_netstat_";
  char help[256];
  const gsize prefix = strlen (name);
  double value;

  g_snprintf (name + prefix, sizeof name - prefix, "%s_%s", protocol, field);
  if (sg_regex_match (scrape->options->netstat_fields, name + prefix) != SG_REGEX_MATCH)
    return TRUE;
  if (!sg_node_parse_double (text, &value))
    return sg_node_complain (error, path, number, text, "a number");
  g_snprintf (help, sizeof help, "Statistic %s%s.", protocol, field);
  sg_collection_add_family (scrape->out, SG_METRIC_UNKNOWN, name, help, NULL, NULL);
  sg_collection_add (scrape->out, NULL, value);
  return TRUE;
}

static gboolean
read_pairs (SgNodeScrape  *scrape,
            const char    *path,
            GError       **error)
{
  guint number = 0;
  char *at;
  char *titles;

  if (sg_node_read_proc (scrape, path, error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  while ((titles = sg_node_next_line (&at)) != NULL)
    {
      char *values = sg_node_next_line (&at);
      char *names[MAX_FIELDS];
      char *numbers[MAX_FIELDS];
      guint n = sg_node_split (titles, names, MAX_FIELDS);

      number += 2;
      if (values == NULL || n == 0 || sg_node_split (values, numbers, MAX_FIELDS) != n
          || !g_str_equal (names[0], numbers[0]))
        return sg_node_complain (error, path, number, titles,
                                 "a line of titles and one of as many numbers");
      names[0][strcspn (names[0], ":")] = '\0';
      for (guint i = 1; i < n; i++)
        {
          if (!tell (scrape, path, number, names[0], names[i], numbers[i], error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_snmp6 (SgNodeScrape  *scrape,
            GError       **error)
{
  SgNodeFound found = sg_node_read_proc (scrape, "net/snmp6", error);
  guint number = 0;
  char *at = scrape->text;

  /* A kernel without IPv6 has no such file. */
  if (found != SG_NODE_READ)
    return found == SG_NODE_ABSENT;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[2];
      char protocol[64];
      const char *six;

      number++;
      if (sg_node_split (line, fields, 2) < 2 || (six = strchr (fields[0], '6')) == NULL)
        continue;
      g_strlcpy (protocol, fields[0], MIN (sizeof protocol, (gsize) (six - fields[0]) + 2));
      if (!tell (scrape, "net/snmp6", number, protocol, six + 1, fields[1], error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_node_netstat_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  return read_pairs (scrape, "net/netstat", error) && read_pairs (scrape, "net/snmp", error)
         && read_snmp6 (scrape, error);
}
