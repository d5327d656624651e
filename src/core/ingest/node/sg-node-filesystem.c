/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include "ingest/node/sg-mount-probe.h"

#include <string.h>

/*
 * The mounts of process 1, /proc/1/mounts, or one's own where that may not be read: lines
 * "device mountpoint type options 0 0", in which blanks and backslashes are written \040 \011 \012 \134.
 * The same three names twice are one mount on top of another, and told once. How full each is comes from
 * statfs(2), in blocks of the size it says, by way of a probe that one which hangs does not hold up.
 */
enum
{
  SIZE,
  FREE,
  AVAILABLE,
  FILES,
  FILES_FREE,
  READ_ONLY,
  DEVICE_ERROR,
  N_FAMILIES,
};

static const struct
{
  const char *name;
  const char *help;
} families[] = {
  [SIZE] = { "node_filesystem_size_bytes", "Filesystem size in bytes." },
  [FREE] = { "node_filesystem_free_bytes", "Filesystem free space in bytes." },
  [AVAILABLE] = { "node_filesystem_avail_bytes",
                  "Filesystem space available to non-root users in bytes." },
  [FILES] = { "node_filesystem_files", "Filesystem total file nodes." },
  [FILES_FREE] = { "node_filesystem_files_free", "Filesystem total free file nodes." },
  [READ_ONLY] = { "node_filesystem_readonly", "Filesystem read-only status." },
  [DEVICE_ERROR] = { "node_filesystem_device_error",
                     "Whether an error occurred while getting statistics for the given device." },
};

typedef struct
{
  const char *device;
  const char *mount_point;
  const char *type;
  char *path;
  gboolean read_only;
} FileSystem;

static void
file_system_clear (gpointer data)
{
  g_free (((FileSystem *) data)->path);
}

/* Undoes \ooo in place. */
static char *
unescape (char *text)
{
  char *out = text;

  for (const char *p = text; *p != '\0';)
    {
      if (p[0] == '\\' && g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2])
          && g_ascii_isdigit (p[3]))
        {
          *out++ = (char) ((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
          p += 4;
        }
      else
        *out++ = *p++;
    }
  *out = '\0';
  return text;
}

static gboolean
is_remote (const char *type)
{
  static const char *const remote[] = { "9p",    "afs", "ceph", "cifs", "glusterfs", "lustre",
                                        "ncpfs", "nfs", "nfs4", "smb3", "smbfs",     NULL };

  return g_strv_contains (remote, type) || g_str_has_prefix (type, "fuse");
}

static gboolean
options_have (char       *options,
              const char *wanted)
{
  char *rest = options;
  const char *option;

  while ((option = strsep (&rest, ",")) != NULL)
    {
      if (g_str_equal (option, wanted))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_repeated (GArray           *all,
             const FileSystem *one)
{
  for (guint i = 0; i < all->len; i++)
    {
      const FileSystem *other = &g_array_index (all, FileSystem, i);

      if (g_str_equal (one->mount_point, other->mount_point)
          && g_str_equal (one->device, other->device) && g_str_equal (one->type, other->type))
        return TRUE;
    }
  return FALSE;
}

static void
take_line (SgNodeScrape *scrape,
           GArray       *all,
           char         *line)
{
  const SgNodeOptions *options = scrape->options;
  char *fields[4];
  FileSystem one;

  if (sg_node_split (line, fields, 4) < 4)
    return;
  one.device = unescape (fields[0]);
  one.mount_point = unescape (fields[1]);
  one.type = fields[2];
  if (sg_regex_match (options->fs_types_exclude, one.type) == SG_REGEX_MATCH
      || sg_regex_match (options->mount_points_exclude, one.mount_point) == SG_REGEX_MATCH
      || is_repeated (all, &one))
    return;
  one.read_only = options_have (fields[3], "ro");
  one.path = g_strconcat (options->rootfs, one.mount_point, NULL);
  g_array_append_val (all, one);
}

static gboolean
read_mounts (SgNodeScrape  *scrape,
             GArray        *all,
             GError       **error)
{
  SgNodeFound found = sg_node_read_proc (scrape, "1/mounts", NULL);
  char *at;

  if (found != SG_NODE_READ)
    found = sg_node_read_proc (scrape, "mounts", error);
  if (found != SG_NODE_READ)
    return FALSE;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    take_line (scrape, all, line);
  return TRUE;
}

static SgMountProbe *
get_probe (SgNodeScrape *scrape)
{
  if (scrape->state == NULL)
    {
      scrape->state =
          sg_mount_probe_new (scrape->options->statfs, scrape->options->mount_patience_ms,
                              scrape->options->mount_timeout_ms);
      scrape->state_free = (GDestroyNotify) sg_mount_probe_free;
    }
  return scrape->state;
}

static double
get_value (const FileSystem   *one,
           const SgMountState *state,
           guint               family)
{
  const struct statfs *stats = &state->stats;
  double block = (double) stats->f_bsize;

  switch (family)
    {
    case SIZE:
      return (double) stats->f_blocks * block;
    case FREE:
      return (double) stats->f_bfree * block;
    case AVAILABLE:
      return (double) stats->f_bavail * block;
    case FILES:
      return (double) stats->f_files;
    case FILES_FREE:
      return (double) stats->f_ffree;
    case READ_ONLY:
      return one->read_only;
    default:
      return state->failed;
    }
}

/* One that has not answered yet, and still may, is left out. */
static gboolean
is_told (const SgMountState *state,
         guint               family)
{
  return family == DEVICE_ERROR ? state->known || state->failed : state->known && !state->failed;
}

gboolean
sg_node_filesystem_collect (SgNodeScrape  *scrape,
                            GError       **error)
{
  static const char *const labels[] = { "device", "fstype", "mountpoint", NULL };
  SgMountProbe *probe = get_probe (scrape);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (FileSystem));

  g_array_set_clear_func (all, file_system_clear);
  if (!read_mounts (scrape, all, error))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      const FileSystem *one = &g_array_index (all, FileSystem, i);

      sg_mount_probe_add (probe, one->path, is_remote (one->type));
    }
  sg_mount_probe_run (probe);
  for (guint k = 0; k < N_FAMILIES; k++)
    {
      sg_node_family (scrape, SG_METRIC_GAUGE, families[k].name, families[k].help, labels);
      for (guint i = 0; i < all->len; i++)
        {
          const FileSystem *one = &g_array_index (all, FileSystem, i);
          const SgMountState *state = sg_mount_probe_get (probe, one->path);

          if (is_told (state, k))
            sg_collection_add (scrape->out, SG_VALUES (one->device, one->type, one->mount_point),
                               get_value (one, state, k));
        }
    }
  return TRUE;
}
