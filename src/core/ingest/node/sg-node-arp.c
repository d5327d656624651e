/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /proc/net/arp: a line of titles, then one for each entry: address, hardware type, flags, hardware
 * address, mask, device. How many there are of each device.
 */
enum
{
  DEVICE = 5,
  N_FIELDS,
};

static void
count_entry (GHashTable *counts,
             const char *device)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, device));

  g_hash_table_insert (counts, (gpointer) device, GUINT_TO_POINTER (n + 1));
}

gboolean
sg_node_arp_collect (SgNodeScrape  *scrape,
                     GError       **error)
{
  static const char *const labels[] = { "device", NULL };
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer device;
  gpointer n;
  char *at;

  if (sg_node_read_proc (scrape, "net/arp", error) != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  sg_node_next_line (&at);
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[N_FIELDS];

      if (sg_node_split (line, fields, N_FIELDS) == N_FIELDS)
        count_entry (counts, fields[DEVICE]);
    }
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_arp_entries", "ARP entries by device", labels);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &device, &n))
    sg_collection_add (scrape->out, SG_VALUES (device), (double) GPOINTER_TO_UINT (n));
  return TRUE;
}
