/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /proc/meminfo: "MemTotal:  32 kB", "Active(anon):  5 kB", "HugePages_Free:  0". The name is the field's,
 * with "(anon)" as "_anon" and, where there is a unit, "_bytes" behind it.
 */
#define PREFIX "node_memory_"

static void
write_name (char       *name,
            gsize       size,
            const char *field,
            gboolean    bytes)
{
  gsize n = 0;

  g_strlcpy (name, PREFIX, size);
  n = strlen (name);
  for (const char *p = field; *p != '\0' && *p != ':' && n + sizeof "_bytes" < size; p++)
    {
      if (*p == '(')
        name[n++] = '_';
      else if (*p != ')')
        name[n++] = *p;
    }
  name[n] = '\0';
  if (bytes)
    g_strlcat (name, "_bytes", size);
}

static gboolean
take_line (SgNodeScrape  *scrape,
           guint          number,
           char         **fields,
           guint          n,
           GError       **error)
{
  char name[128];
  char help[192];
  double value;

  if (n < 2 || !sg_node_parse_double (fields[1], &value))
    return sg_node_complain (error, "/proc/meminfo", number, fields[n < 2 ? 0 : 1],
                             "a field and its size");
  write_name (name, sizeof name, fields[0], n == 3);
  g_snprintf (help, sizeof help, "Memory information field %s.", name + strlen (PREFIX));
  sg_node_gauge (scrape, name, help, n == 3 ? value * 1024 : value);
  return TRUE;
}

gboolean
sg_node_meminfo_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  guint number = 0;
  char *at;

  if (sg_node_read_proc (scrape, "meminfo", error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[3];
      guint n = sg_node_split (line, fields, 3);

      number++;
      if (n > 0 && !take_line (scrape, number, fields, n, error))
        return FALSE;
    }
  return number > 0;
}
