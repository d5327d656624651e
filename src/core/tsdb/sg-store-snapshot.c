/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-private.h"

#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-block.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-head-block.h"
#include "tsdb/sg-head-late.h"
#include "tsdb/sg-tsdb-error.h"

#include <errno.h>
#include <unistd.h>

/*
 * A snapshot is a data directory of its own, "snapshots/20260131T120000Z-0123456789abcdef" in the one
 * that it is of: the files of all blocks by hard links, which cost nothing and stay when the blocks go,
 * and what the head has as one block more, two where samples came out of order. It has no log. It is made
 * under another name first, so that one that is there is whole.
 */
#define SNAPSHOTS  "snapshots"
#define BEING_MADE ".tmp"

static gboolean
link_file (const char  *from,
           const char  *to,
           GError     **error)
{
  return link (from, to) == 0 || sg_tsdb_fail_errno (error, errno, to, "link");
}

/* Links the files of a folder into another one, and those of folders in it. */
static gboolean
link_folder (const char  *from,
             const char  *to,
             GError     **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!sg_folder_create (to, error))
    return FALSE;
  dir = g_dir_open (from, 0, error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      gboolean is_folder = g_file_test (source, G_FILE_TEST_IS_DIR);

      if (!(is_folder ? link_folder (source, target, error) : link_file (source, target, error)))
        return FALSE;
    }
  return dir != NULL && sg_folder_sync (to, error);
}

static gboolean
link_blocks (SgStore     *self,
             const char  *folder,
             GError     **error)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self);

  for (guint i = 0; i < blocks->len; i++)
    {
      const char *source = sg_block_get_folder (blocks->pdata[i]);
      g_autofree char *name = g_path_get_basename (source);
      g_autofree char *target = g_build_filename (folder, name, NULL);

      if (!link_folder (source, target, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_head (SgStore       *self,
            const char    *folder,
            gboolean       late,
            GCancellable  *cancellable,
            GError       **error)
{
  SgHeadStats stats;
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgChunkSeriesSet) set = NULL;

  sg_head_get_stats (self->head, &stats);
  if (stats.min_t > stats.max_t)
    return TRUE;
  meta = sg_store_make_meta (self, stats.min_t, stats.max_t + 1);
  if (late)
    sg_block_meta_add_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER);
  set = late ? sg_head_late_series_new (self->head, stats.min_t, stats.max_t + 1)
             : sg_head_chunk_series_new (self->head, stats.min_t, stats.max_t + 1);
  return sg_block_write (folder, set, meta, cancellable, error);
}

static gboolean
fill_snapshot (SgStore       *self,
               const char    *folder,
               gboolean       with_head,
               GCancellable  *cancellable,
               GError       **error)
{
  if (!sg_folder_create (folder, error) || !link_blocks (self, folder, error))
    return FALSE;
  return !with_head
         || (write_head (self, folder, FALSE, cancellable, error)
             && write_head (self, folder, TRUE, cancellable, error));
}

static char *
make_name (SgStore *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (sg_clock_now_ms (self->clock) / 1000);
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  return g_strdup_printf ("%s-%08x%08x", time, g_random_int (), g_random_int ());
}

/**
 * sg_store_snapshot:
 * @self: a store
 * @with_head: whether what is in no block yet shall be in it, too
 * @ret_name: (out): what it is called, in the folder "snapshots" of the data directory
 * @cancellable: (nullable): ends it
 * @error: why there is none
 *
 * Returns: whether there is one, on the disk
 */
gboolean
sg_store_snapshot (SgStore       *self,
                   gboolean       with_head,
                   char         **ret_name,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autofree char *name = make_name (self);
  g_autofree char *all = g_build_filename (self->tsdb_path, SNAPSHOTS, NULL);
  g_autofree char *folder = g_build_filename (all, name, NULL);
  g_autofree char *unfinished = g_strconcat (folder, BEING_MADE, NULL);

  SG_LOCK_SCOPE (&self->maintaining);
  if (!sg_store_check_writable (self, "written beside the blocks", error))
    return FALSE;
  if (g_mkdir_with_parents (all, 0777) != 0)
    return sg_tsdb_fail_errno (error, errno, all, "create");
  if (!fill_snapshot (self, unfinished, with_head, cancellable, error)
      || !sg_folder_rename (unfinished, folder, error))
    {
      sg_folder_remove (unfinished, NULL);
      return FALSE;
    }
  *ret_name = g_steal_pointer (&name);
  return TRUE;
}
