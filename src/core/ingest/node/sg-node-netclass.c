/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

/*
 * /sys/class/net/<device>: a file for each property. One that does not fit the device or its state (the
 * carrier of an interface that is down, the speed of a loop) cannot be read and is left out. The speed is
 * in Mbit/s, and -1 when it is not known, which node_exporter passes on.
 */
#define PROPERTY(file, kind, what)                                     \
  {                                                                    \
    file, kind, "node_network_" what, "Network device property: " what \
  }

static const SgNodeColumn columns[] = {
  PROPERTY ("addr_assign_type", SG_METRIC_GAUGE, "address_assign_type"),
  PROPERTY ("carrier", SG_METRIC_GAUGE, "carrier"),
  PROPERTY ("carrier_changes", SG_METRIC_COUNTER, "carrier_changes_total"),
  PROPERTY ("carrier_up_count", SG_METRIC_COUNTER, "carrier_up_changes_total"),
  PROPERTY ("carrier_down_count", SG_METRIC_COUNTER, "carrier_down_changes_total"),
  PROPERTY ("dev_id", SG_METRIC_GAUGE, "device_id"),
  PROPERTY ("dormant", SG_METRIC_GAUGE, "dormant"),
  PROPERTY ("flags", SG_METRIC_GAUGE, "flags"),
  PROPERTY ("ifindex", SG_METRIC_GAUGE, "iface_id"),
  PROPERTY ("iflink", SG_METRIC_GAUGE, "iface_link"),
  PROPERTY ("link_mode", SG_METRIC_GAUGE, "iface_link_mode"),
  PROPERTY ("mtu", SG_METRIC_GAUGE, "mtu_bytes"),
  PROPERTY ("name_assign_type", SG_METRIC_GAUGE, "name_assign_type"),
  PROPERTY ("netdev_group", SG_METRIC_GAUGE, "net_dev_group"),
  PROPERTY ("speed", SG_METRIC_GAUGE, "speed_bytes"),
  PROPERTY ("tx_queue_len", SG_METRIC_GAUGE, "transmit_queue_length"),
  PROPERTY ("type", SG_METRIC_GAUGE, "protocol_type"),
  { "operstate", SG_METRIC_GAUGE, "node_network_up",
    "Value is 1 if operstate is 'up', 0 otherwise." },
};

#define N_COLUMNS      G_N_ELEMENTS (columns)
#define UP             (N_COLUMNS - 1)
#define BYTES_PER_MBIT (1000 * 1000 / 8)

static gboolean
read_property (int         fd,
               const char *file,
               double     *ret_value)
{
  char word[64];
  guint64 bits;

  if (!sg_node_read_word (fd, file, word, sizeof word))
    return FALSE;
  if (g_str_has_prefix (word, "0x") && sg_node_parse_hex (word + 2, &bits))
    *ret_value = (double) bits;
  else if (!sg_node_parse_double (word, ret_value))
    return FALSE;
  if (g_str_equal (file, "speed"))
    *ret_value *= BYTES_PER_MBIT;
  return TRUE;
}

static const char *
read_text (int         fd,
           const char *file,
           char       *out,
           gsize       size)
{
  if (!sg_node_read_word (fd, file, out, size))
    *out = '\0';
  return out;
}

static void
add_info (SgNodeScrape *scrape,
          const char   *device,
          int           fd,
          const char   *state)
{
  static const char *const labels[] = { "address", "broadcast", "device", "duplex",
                                        "ifalias", "operstate", NULL };
  char address[128];
  char broadcast[128];
  char duplex[64];
  char alias[256];

  sg_node_family (scrape, SG_METRIC_GAUGE, "node_network_info",
                  "Non-numeric data from /sys/class/net/<iface>, value is always 1.", labels);
  sg_collection_add (scrape->out,
                     SG_VALUES (read_text (fd, "address", address, sizeof address),
                                read_text (fd, "broadcast", broadcast, sizeof broadcast), device,
                                read_text (fd, "duplex", duplex, sizeof duplex),
                                read_text (fd, "ifalias", alias, sizeof alias), state),
                     1);
}

static void
read_device (SgNodeScrape *scrape,
             SgNodeTable  *table,
             const char   *device)
{
  g_autofree char *path = g_strconcat ("class/net/", device, NULL);
  int fd = sg_node_open_folder (scrape->options->sysfs, path);
  char state[64];
  double *row;

  /* bonding_masters is a file among the devices. */
  if (fd < 0)
    return;
  row = sg_node_table_add_row (table, device);
  for (guint i = 0; i < UP; i++)
    read_property (fd, columns[i].source, &row[i]);
  read_text (fd, "operstate", state, sizeof state);
  row[UP] = g_str_equal (state, "up");
  add_info (scrape, device, fd, state);
  close (fd);
}

gboolean
sg_node_netclass_collect (SgNodeScrape  *scrape,
                          GError       **error)
{
  g_autoptr (GPtrArray) devices = sg_node_list_folder (scrape->options->sysfs, "class/net");
  g_auto (SgNodeTable) table = { 0 };

  if (devices == NULL)
    return FALSE;
  sg_node_table_init (&table, columns, N_COLUMNS);
  for (guint i = 0; i < devices->len; i++)
    read_device (scrape, &table, g_ptr_array_index (devices, i));
  sg_node_table_tell (&table, scrape, "device");
  return TRUE;
}
