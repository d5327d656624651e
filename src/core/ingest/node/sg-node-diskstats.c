/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>

/*
 * /proc/diskstats: "major minor name" and then 11 numbers, 15 since Linux 4.18 (discards), 17 since 5.5
 * (flushes). Sectors are 512 bytes whatever the disk says; times are in milliseconds. What udev knows of a
 * disk is in /run/udev/data/b<major>:<minor>, lines "E:KEY=value".
 */
#define UDEV_DATA    "/run/udev/data"
#define FIRST_NUMBER 3
#define SECTOR       512.0
#define SECONDS      0.001

static const SgNodeColumn columns[] = {
  { NULL, SG_METRIC_COUNTER, "node_disk_reads_completed_total",
    "The total number of reads completed successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_reads_merged_total", "The total number of reads merged." },
  { NULL, SG_METRIC_COUNTER, "node_disk_read_bytes_total",
    "The total number of bytes read successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_read_time_seconds_total",
    "The total number of seconds spent by all reads." },
  { NULL, SG_METRIC_COUNTER, "node_disk_writes_completed_total",
    "The total number of writes completed successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_writes_merged_total", "The number of writes merged." },
  { NULL, SG_METRIC_COUNTER, "node_disk_written_bytes_total",
    "The total number of bytes written successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_write_time_seconds_total",
    "This is the total number of seconds spent by all writes." },
  { NULL, SG_METRIC_GAUGE, "node_disk_io_now", "The number of I/Os currently in progress." },
  { NULL, SG_METRIC_COUNTER, "node_disk_io_time_seconds_total", "Total seconds spent doing I/Os." },
  { NULL, SG_METRIC_COUNTER, "node_disk_io_time_weighted_seconds_total",
    "The weighted # of seconds spent doing I/Os." },
  { NULL, SG_METRIC_COUNTER, "node_disk_discards_completed_total",
    "The total number of discards completed successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_discards_merged_total",
    "The total number of discards merged." },
  { NULL, SG_METRIC_COUNTER, "node_disk_discarded_sectors_total",
    "The total number of sectors discarded successfully." },
  { NULL, SG_METRIC_COUNTER, "node_disk_discard_time_seconds_total",
    "This is the total number of seconds spent by all discards." },
  { NULL, SG_METRIC_COUNTER, "node_disk_flush_requests_total",
    "The total number of flush requests completed successfully" },
  { NULL, SG_METRIC_COUNTER, "node_disk_flush_requests_time_seconds_total",
    "This is the total number of seconds spent by all flush requests." },
};

static const double factors[] = { 1,       1,       SECTOR, SECONDS, 1, 1,       SECTOR, SECONDS, 1,
                                  SECONDS, SECONDS, 1,      1,       1, SECONDS, 1,      SECONDS };

#define N_COLUMNS  G_N_ELEMENTS (columns)
#define MIN_FIELDS (FIRST_NUMBER + 11)
#define MAX_FIELDS (FIRST_NUMBER + N_COLUMNS)

G_STATIC_ASSERT (G_N_ELEMENTS (factors) == N_COLUMNS);

typedef struct
{
  char *device;
  char *major;
  char *minor;
} Disk;

static void
disk_clear (gpointer data)
{
  Disk *disk = data;

  g_free (disk->device);
  g_free (disk->major);
  g_free (disk->minor);
}

/* The value of @key among the lines of udev's file; "" when it has none. */
static const char *
udev_get (GHashTable *udev,
          const char *key)
{
  const char *value = g_hash_table_lookup (udev, key);

  return value != NULL ? value : "";
}

static GHashTable *
read_udev (SgNodeScrape *scrape,
           const Disk   *disk)
{
  GHashTable *udev = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *path = g_strdup_printf ("b%s:%s", disk->major, disk->minor);
  g_autofree char *root = g_strconcat (scrape->options->rootfs, UDEV_DATA, NULL);
  char *at;

  if (sg_node_read (scrape, root, path, NULL) != SG_NODE_READ)
    return udev;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *equals = g_str_has_prefix (line, "E:") ? strchr (line, '=') : NULL;

      if (equals != NULL)
        g_hash_table_insert (udev, g_strndup (line + 2, (gsize) (equals - line - 2)),
                             g_strdup (equals + 1));
    }
  return udev;
}

static void
add_disk_info (SgNodeScrape *scrape,
               const Disk   *disk,
               GHashTable   *udev)
{
  static const char *const labels[] = { "device",   "major",  "minor", "model", "path",
                                        "revision", "serial", "wwn",   NULL };
  const char *serial = udev_get (udev, "SCSI_IDENT_SERIAL");

  if (*serial == '\0')
    serial = udev_get (udev, "ID_SERIAL_SHORT");
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_disk_info", "Info of /sys/block/<block_device>.",
                  labels);
  sg_collection_add (scrape->out,
                     SG_VALUES (disk->device, disk->major, disk->minor, udev_get (udev, "ID_MODEL"),
                                udev_get (udev, "ID_PATH"), udev_get (udev, "ID_REVISION"), serial,
                                udev_get (udev, "ID_WWN")),
                     1);
}

static void
add_udev_info (SgNodeScrape *scrape,
               const Disk   *disk,
               GHashTable   *udev)
{
  static const char *const fs_labels[] = { "device", "type", "usage", "uuid", "version", NULL };
  static const char *const dm_labels[] = { "device", "lv_layer", "lv_name", "name",
                                           "uuid",   "vg_name",  NULL };

  if (*udev_get (udev, "ID_FS_USAGE") != '\0')
    {
      sg_node_family (scrape, SG_METRIC_GAUGE, "node_disk_filesystem_info",
                      "Info about disk filesystem.", fs_labels);
      sg_collection_add (scrape->out,
                         SG_VALUES (disk->device, udev_get (udev, "ID_FS_TYPE"),
                                    udev_get (udev, "ID_FS_USAGE"), udev_get (udev, "ID_FS_UUID"),
                                    udev_get (udev, "ID_FS_VERSION")),
                         1);
    }
  if (*udev_get (udev, "DM_NAME") != '\0')
    {
      sg_node_family (scrape, SG_METRIC_GAUGE, "node_disk_device_mapper_info",
                      "Info about disk device mapper.", dm_labels);
      sg_collection_add (scrape->out,
                         SG_VALUES (disk->device, udev_get (udev, "DM_LV_LAYER"),
                                    udev_get (udev, "DM_LV_NAME"), udev_get (udev, "DM_NAME"),
                                    udev_get (udev, "DM_UUID"), udev_get (udev, "DM_VG_NAME")),
                         1);
    }
}

static gboolean
take_line (SgNodeTable  *table,
           guint         number,
           char        **fields,
           guint         n,
           GError      **error)
{
  double *row = sg_node_table_add_row (table, fields[2]);

  for (guint i = FIRST_NUMBER; i < n; i++)
    {
      guint64 value;

      if (!sg_node_parse_u64 (fields[i], &value))
        return sg_node_complain (error, "/proc/diskstats", number, fields[i], "a count");
      row[i - FIRST_NUMBER] = (double) value * factors[i - FIRST_NUMBER];
    }
  return TRUE;
}

static gboolean
read_disks (SgNodeScrape  *scrape,
            SgNodeTable   *table,
            GArray        *disks,
            GError       **error)
{
  char *at = scrape->text;
  guint number = 0;

  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      char *fields[MAX_FIELDS];
      guint n = sg_node_split (line, fields, MAX_FIELDS);
      Disk disk;

      number++;
      if (n < MIN_FIELDS)
        return sg_node_complain (error, "/proc/diskstats", number, line, "14 fields");
      if (sg_regex_match (scrape->options->disks_exclude, fields[2]) == SG_REGEX_MATCH)
        continue;
      if (!take_line (table, number, fields, n, error))
        return FALSE;
      disk = (Disk) { g_strdup (fields[2]), g_strdup (fields[0]), g_strdup (fields[1]) };
      g_array_append_val (disks, disk);
    }
  return TRUE;
}

gboolean
sg_node_diskstats_collect (SgNodeScrape  *scrape,
                           GError       **error)
{
  g_auto (SgNodeTable) table = { 0 };
  g_autoptr (GArray) disks = g_array_new (FALSE, FALSE, sizeof (Disk));
  gboolean read;

  g_array_set_clear_func (disks, disk_clear);
  if (sg_node_read_proc (scrape, "diskstats", error) != SG_NODE_READ)
    return FALSE;
  sg_node_table_init (&table, columns, N_COLUMNS);
  read = read_disks (scrape, &table, disks, error);
  sg_node_table_tell (&table, scrape, "device");
  for (guint i = 0; i < disks->len; i++)
    {
      const Disk *disk = &g_array_index (disks, Disk, i);
      g_autoptr (GHashTable) udev = read_udev (scrape, disk);

      add_disk_info (scrape, disk, udev);
      add_udev_info (scrape, disk, udev);
    }
  return read;
}
