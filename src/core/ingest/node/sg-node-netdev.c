/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>
#include <unistd.h>

/*
 * /proc/net/dev: two lines of titles, then "eth0: " and 16 numbers, eight received and eight sent. What was
 * received and wanted by nobody is in /sys/class/net/<device>/statistics alone.
 */
static const SgNodeColumn columns[] = {
#define RECEIVE(what)                                               \
  {                                                                 \
    NULL, SG_METRIC_COUNTER, "node_network_receive_" what "_total", \
        "Network device statistic receive_" what "."                \
  }
#define TRANSMIT(what)                                               \
  {                                                                  \
    NULL, SG_METRIC_COUNTER, "node_network_transmit_" what "_total", \
        "Network device statistic transmit_" what "."                \
  }
  RECEIVE ("bytes"),     RECEIVE ("packets"),  RECEIVE ("errs"),       RECEIVE ("drop"),
  RECEIVE ("fifo"),      RECEIVE ("frame"),    RECEIVE ("compressed"), RECEIVE ("multicast"),
  TRANSMIT ("bytes"),    TRANSMIT ("packets"), TRANSMIT ("errs"),      TRANSMIT ("drop"),
  TRANSMIT ("fifo"),     TRANSMIT ("colls"),   TRANSMIT ("carrier"),   TRANSMIT ("compressed"),
  RECEIVE ("nohandler"),
#undef RECEIVE
#undef TRANSMIT
};

#define N_COLUMNS  G_N_ELEMENTS (columns)
#define N_NUMBERS  (N_COLUMNS - 1)
#define NO_HANDLER N_NUMBERS
#define TITLES     2

static void
read_no_handler (SgNodeScrape *scrape,
                 const char   *device,
                 double       *ret_value)
{
  g_autofree char *path = g_strdup_printf ("class/net/%s/statistics", device);
  int fd = sg_node_open_folder (scrape->options->sysfs, path);

  if (fd < 0)
    return;
  sg_node_read_number (fd, "rx_nohandler", ret_value);
  close (fd);
}

static gboolean
take_line (SgNodeScrape  *scrape,
           SgNodeTable   *table,
           guint          number,
           char          *line,
           GError       **error)
{
  /* Names may have colons: the last one ends it. */
  char *colon = strrchr (line, ':');
  char *fields[N_NUMBERS];
  const char *device;
  double *row;

  if (colon == NULL || sg_node_split (colon + 1, fields, N_NUMBERS) != N_NUMBERS)
    return sg_node_complain (error, "/proc/net/dev", number, line, "a device and 16 numbers");
  *colon = '\0';
  device = g_strstrip (line);
  if (scrape->options->interfaces_exclude != NULL
      && sg_regex_match (scrape->options->interfaces_exclude, device) == SG_REGEX_MATCH)
    return TRUE;
  row = sg_node_table_add_row (table, device);
  for (guint i = 0; i < N_NUMBERS; i++)
    {
      guint64 value;

      if (!sg_node_parse_u64 (fields[i], &value))
        return sg_node_complain (error, "/proc/net/dev", number, fields[i], "a count");
      row[i] = (double) value;
    }
  read_no_handler (scrape, device, &row[NO_HANDLER]);
  return TRUE;
}

gboolean
sg_node_netdev_collect (SgNodeScrape  *scrape,
                        GError       **error)
{
  g_auto (SgNodeTable) table = { 0 };
  gboolean good = TRUE;
  guint number = 0;
  char *at;

  if (sg_node_read_proc (scrape, "net/dev", error) != SG_NODE_READ)
    return FALSE;
  sg_node_table_init (&table, columns, N_COLUMNS);
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL && good; line = sg_node_next_line (&at))
    {
      if (++number > TITLES)
        good = take_line (scrape, &table, number, line, error);
    }
  sg_node_table_tell (&table, scrape, "device");
  return good;
}
