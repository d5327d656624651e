/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-scan.h"

#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * Blocks are the folders whose name is a ULID. A block names its parents, so that those are obsolete as
 * soon as it is there, and a process that ends before it has deleted them leaves nothing twice. What is
 * deleted is renamed first, to <ULID>.tmp-for-deletion, because a half-deleted block would look damaged.
 */

#define BEING_DELETED ".tmp-for-deletion"
#define DAMAGED       ".damaged"

static void
trouble_free (gpointer data)
{
  SgBlockTrouble *trouble = data;

  g_free (trouble->folder);
  g_error_free (trouble->error);
  g_free (trouble);
}

void
sg_block_scan_free (SgBlockScan *self)
{
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->obsolete);
  g_ptr_array_unref (self->troubles);
  g_free (self);
}

static void
add_trouble (SgBlockScan *self,
             const char  *folder,
             GError      *error)
{
  SgBlockTrouble *trouble = g_new (SgBlockTrouble, 1);

  trouble->folder = g_strdup (folder);
  trouble->error = error;
  g_ptr_array_add (self->troubles, trouble);
}

static SgBlock *
find_open (GPtrArray    *open_blocks,
           const SgUlid *ulid)
{
  for (guint i = 0; open_blocks != NULL && i < open_blocks->len; i++)
    {
      SgBlock *block = g_ptr_array_index (open_blocks, i);

      if (sg_ulid_compare (sg_block_get_ulid (block), ulid) == 0)
        return sg_block_ref (block);
    }
  return NULL;
}

static SgBlock *
open_named (const char    *folder,
            const SgUlid  *ulid,
            GError       **error)
{
  g_autoptr (SgBlock) block = sg_block_open (folder, error);

  if (block == NULL || sg_ulid_compare (sg_block_get_ulid (block), ulid) == 0)
    return g_steal_pointer (&block);
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID,
               "%s: its meta.json is that of another block: rename the folder, or delete it if the "
               "other one is there, too",
               folder);
  return NULL;
}

static void
scan_one (SgBlockScan *self,
          const char  *folder,
          const char  *name,
          GPtrArray   *open_blocks)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;
  SgBlock *block;
  SgUlid ulid;

  if (!sg_ulid_parse (&ulid, name) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  block = find_open (open_blocks, &ulid);
  if (block == NULL)
    block = open_named (path, &ulid, &error);
  if (block != NULL)
    g_ptr_array_add (self->blocks, block);
  else
    add_trouble (self, path, error);
}

/* Returns: (element-type SgUlid): the blocks that are not wanted: parents, and those marked so. */
static GHashTable *
collect_unwanted (SgBlockScan *self)
{
  GHashTable *unwanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->blocks->len; i++)
    {
      g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (g_ptr_array_index (self->blocks, i));
      char name[SG_ULID_LENGTH + 1];

      sg_ulid_print (&meta->ulid, name);
      if (meta->deletable)
        g_hash_table_add (unwanted, g_strdup (name));
      for (guint k = 0; k < meta->parents->len; k++)
        {
          sg_ulid_print (&g_array_index (meta->parents, SgBlockParent, k).ulid, name);
          g_hash_table_add (unwanted, g_strdup (name));
        }
    }
  return unwanted;
}

static gboolean
is_unwanted (GHashTable *unwanted,
             const char *folder)
{
  g_autofree char *name = g_path_get_basename (folder);

  return g_hash_table_contains (unwanted, name);
}

static void
sort_out_unwanted (SgBlockScan *self)
{
  g_autoptr (GHashTable) unwanted = collect_unwanted (self);

  for (guint i = self->blocks->len; i > 0; i--)
    {
      const char *folder = sg_block_get_folder (g_ptr_array_index (self->blocks, i - 1));

      if (!is_unwanted (unwanted, folder))
        continue;
      g_ptr_array_add (self->obsolete, g_strdup (folder));
      g_ptr_array_remove_index (self->blocks, i - 1);
    }
  for (guint i = self->troubles->len; i > 0; i--)
    {
      const SgBlockTrouble *trouble = g_ptr_array_index (self->troubles, i - 1);

      if (!is_unwanted (unwanted, trouble->folder))
        continue;
      g_ptr_array_add (self->obsolete, g_strdup (trouble->folder));
      g_ptr_array_remove_index (self->troubles, i - 1);
    }
}

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
 * sg_block_scan:
 * @folder: where blocks are
 * @open_blocks: (element-type SgBlock) (nullable): blocks that are open already, and need not be
 *   opened again
 *
 * Looks what blocks there are, and opens those that are new. Nothing is changed.
 *
 * Returns: (transfer full) (nullable): the blocks
 */
SgBlockScan *
sg_block_scan (const char  *folder,
               GPtrArray   *open_blocks,
               GError     **error)
{
  GError *problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &problem);
  SgBlockScan *self;
  const char *name;

  if (dir == NULL)
    {
      sg_tsdb_fail_file (error, problem);
      return NULL;
    }
  self = g_new (SgBlockScan, 1);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  self->obsolete = g_ptr_array_new_with_free_func (g_free);
  self->troubles = g_ptr_array_new_with_free_func (trouble_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    scan_one (self, folder, name, open_blocks);
  sort_out_unwanted (self);
  g_ptr_array_sort (self->blocks, compare_blocks);
  return self;
}

/**
 * sg_block_remove:
 * @block: the folder of a block
 *
 * Deletes a block. Who has it open can still read it.
 *
 * Returns: whether it is gone
 */
gboolean
sg_block_remove (const char  *block,
                 GError     **error)
{
  g_autofree char *renamed = g_strconcat (block, BEING_DELETED, NULL);

  return sg_folder_remove (renamed, error) && sg_folder_rename (block, renamed, error)
         && sg_folder_remove (renamed, error);
}

/**
 * sg_block_set_aside:
 * @block: the folder of a block that is damaged
 * @destination: (nullable): a folder to move it to; %NULL to leave it where it is, under another name
 *
 * Gives a damaged block a name that no reader takes for one. Nothing of it is lost.
 *
 * Returns: (transfer full) (nullable): where it is now
 */
char *
sg_block_set_aside (const char  *block,
                    const char  *destination,
                    GError     **error)
{
  g_autofree char *parent = g_path_get_dirname (block);
  g_autofree char *name = g_path_get_basename (block);
  g_autofree char *new_name = g_strconcat (name, DAMAGED, NULL);
  g_autofree char *path =
      g_build_filename (destination != NULL ? destination : parent, new_name, NULL);

  if (destination != NULL && !sg_folder_create (destination, error))
    return NULL;
  if (!sg_folder_rename (block, path, error) || !sg_folder_sync (parent, error))
    return NULL;
  return g_steal_pointer (&path);
}

static gboolean
is_remains (const char *name)
{
  g_autofree char *begin = g_strndup (name, SG_ULID_LENGTH);
  SgUlid ulid;

  return sg_ulid_parse (&ulid, begin)
         && (g_str_equal (name + SG_ULID_LENGTH, SG_BLOCK_BEING_MADE)
             || g_str_equal (name + SG_ULID_LENGTH, BEING_DELETED));
}

/**
 * sg_block_remove_remains:
 * @folder: where blocks are, and nobody is making or deleting one
 *
 * Deletes what a process that ended early left of blocks that it was making or deleting.
 *
 * Returns: whether all of it is gone
 */
gboolean
sg_block_remove_remains (const char  *folder,
                         GError     **error)
{
  GError *problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &problem);
  const char *name;

  if (dir == NULL)
    return sg_tsdb_fail_file (error, problem);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_remains (name) && !sg_folder_remove (path, error))
        return FALSE;
    }
  return TRUE;
}
