/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-blocks.h"

#include "tsdb/sg-block-scan.h"

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
