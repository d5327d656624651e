/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <unistd.h>

/*
 * /proc/sys/net/netfilter/nf_conntrack_count and _max, and /proc/net/stat/nf_conntrack: a line of titles,
 * then one for each CPU with numbers in hexadecimal, which are added up.
 */
static const struct
{
  const char *title;
  const char *name;
  const char *help;
} columns[] = {
  { "found", "node_nf_conntrack_stat_found", "Number of searched entries which were successful." },
  { "invalid", "node_nf_conntrack_stat_invalid",
    "Number of packets seen which can not be tracked." },
  { "ignore", "node_nf_conntrack_stat_ignore",
    "Number of packets seen which are already connected to a conntrack entry." },
  { "insert", "node_nf_conntrack_stat_insert", "Number of entries inserted into the list." },
  { "insert_failed", "node_nf_conntrack_stat_insert_failed",
    "Number of entries for which list insertion was attempted but failed." },
  { "drop", "node_nf_conntrack_stat_drop", "Number of packets dropped due to conntrack failure." },
  { "early_drop", "node_nf_conntrack_stat_early_drop",
    "Number of dropped conntrack entries to make room for new ones, if maximum table size was "
    "reached." },
  { "search_restart", "node_nf_conntrack_stat_search_restart",
    "Number of conntrack table lookups which had to be restarted due to hashtable resizes." },
};

#define N_COLUMNS  G_N_ELEMENTS (columns)
#define MAX_FIELDS 32

static int
find_column (const char *title)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      if (g_str_equal (columns[i].title, title))
        return (int) i;
    }
  return -1;
}

static gboolean
collect_statistics (SgNodeScrape  *scrape,
                    GError       **error)
{
  char *fields[MAX_FIELDS];
  int places[MAX_FIELDS];
  guint64 sums[N_COLUMNS] = { 0 };
  char *at = scrape->text;
  char *titles = sg_node_next_line (&at);
  guint n = titles != NULL ? sg_node_split (titles, fields, MAX_FIELDS) : 0;
  guint number = 1;

  for (guint i = 0; i < n; i++)
    places[i] = find_column (fields[i]);
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      guint n_here = MIN (sg_node_split (line, fields, MAX_FIELDS), n);

      number++;
      for (guint i = 0; i < n_here; i++)
        {
          guint64 value;

          if (!sg_node_parse_hex (fields[i], &value))
            return sg_node_complain (error, "/proc/net/stat/nf_conntrack", number, fields[i],
                                     "a hexadecimal number");
          if (places[i] >= 0)
            sums[places[i]] += value;
        }
    }
  for (guint i = 0; i < N_COLUMNS; i++)
    sg_node_gauge (scrape, columns[i].name, columns[i].help, (double) sums[i]);
  return TRUE;
}

gboolean
sg_node_conntrack_collect (SgNodeScrape  *scrape,
                           GError       **error)
{
  double count;
  double max;
  int fd = sg_node_open_folder (scrape->options->procfs, "sys/net/netfilter");
  gboolean known;

  if (fd < 0)
    return FALSE;
  known = sg_node_read_number (fd, "nf_conntrack_count", &count)
          && sg_node_read_number (fd, "nf_conntrack_max", &max);
  close (fd);
  if (!known)
    return FALSE;
  sg_node_gauge (scrape, "node_nf_conntrack_entries",
                 "Number of currently allocated flow entries for connection tracking.", count);
  sg_node_gauge (scrape, "node_nf_conntrack_entries_limit",
                 "Maximum size of connection tracking table.", max);
  return sg_node_read_proc (scrape, "net/stat/nf_conntrack", error) == SG_NODE_READ
         && collect_statistics (scrape, error);
}
