/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-blocks.h"

#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-wal-segments.h"

static int
compare_blocks (gconstpointer a,
                gconstpointer b)
{
  const SgBlock *left = *(const SgBlock *const *) a;
  const SgBlock *right = *(const SgBlock *const *) b;

  if (sg_block_get_min_time (left) != sg_block_get_min_time (right))
    return sg_block_get_min_time (left) < sg_block_get_min_time (right) ? -1 : 1;
  return sg_ulid_compare (sg_block_get_ulid (left), sg_block_get_ulid (right));
}

/**
 * sg_tsdb_open_blocks:
 * @folder: a data directory
 * @troubles: (element-type utf8): what is wrong with folders that are no blocks although they are called so is
 *   added here
 * @error: why the folder cannot be listed
 *
 * Opens all blocks, in the order of their first times: those that another one replaces as well, as
 * long as their folders are there.
 *
 * Returns: (transfer full) (nullable) (element-type SgBlock): the blocks
 */
GPtrArray *
sg_tsdb_open_blocks (const char  *folder,
                     GPtrArray   *troubles,
                     GError     **error)
{
  g_autoptr (SgBlockScan) scan = sg_block_scan (folder, NULL, error);
  GPtrArray *blocks;

  if (scan == NULL)
    return NULL;
  blocks = g_ptr_array_ref (scan->blocks);
  for (guint i = 0; i < scan->obsolete->len; i++)
    {
      SgBlock *block = sg_block_open (scan->obsolete->pdata[i], NULL);

      if (block != NULL)
        g_ptr_array_add (blocks, block);
    }
  for (guint i = 0; i < scan->troubles->len; i++)
    {
      const SgBlockTrouble *trouble = scan->troubles->pdata[i];

      g_ptr_array_add (troubles, g_strdup (trouble->error->message));
    }
  g_ptr_array_sort (blocks, compare_blocks);
  return blocks;
}

/**
 * sg_tsdb_find_late_time:
 * @folder: a data directory that blocks are added to
 *
 * Whoever opens a directory takes what its log has of times before the end of its last block for being
 * in that block. A block that ends later must therefore say that it is of samples out of order, if
 * there is a log.
 *
 * Returns: the end of the last block; %SG_TIME_MS_MAX when there is no log
 */
SgTimeMs
sg_tsdb_find_late_time (const char *folder)
{
  g_autofree char *wal = g_build_filename (folder, "wal", NULL);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (wal, NULL);
  g_autoptr (SgBlockScan) scan = NULL;
  SgTimeMs end = SG_TIME_MS_MIN;

  if (segments == NULL || segments->len == 0)
    return SG_TIME_MS_MAX;
  scan = sg_block_scan (folder, NULL, NULL);
  for (guint i = 0; scan != NULL && i < scan->blocks->len; i++)
    {
      SgBlock *block = scan->blocks->pdata[i];
      g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);

      if (!sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER)
          && !sg_block_meta_has_hint (meta, SG_BLOCK_HINT_STALE))
        end = MAX (end, meta->max_time);
    }
  return end;
}

/* Removes blocks again that were made by something that failed. */
void
sg_tsdb_remove_blocks (const char *folder,
                       GPtrArray  *metas)
{
  for (guint i = 0; i < metas->len; i++)
    {
      char name[SG_ULID_LENGTH + 1];
      g_autofree char *path = NULL;

      sg_ulid_print (&((SgBlockMeta *) metas->pdata[i])->ulid, name);
      path = g_build_filename (folder, name, NULL);
      sg_block_remove (path, NULL);
    }
}
