/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-list.h"

#include "tsdb/sg-text-output.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-tsdb-table.h"

#include <sys/stat.h>

static guint64
file_size (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat info;

  return stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

/* All files of a block count. */
static void
add_block (GPtrArray *metas,
           GArray    *sizes,
           SgBlock   *block)
{
  const char *folder = sg_block_get_folder (block);
  guint64 size = sg_block_get_size (block) + file_size (folder, "meta.json")
                 + file_size (folder, "tombstones");

  g_ptr_array_add (metas, sg_block_copy_meta (block));
  g_array_append_val (sizes, size);
}

/**
 * sg_tsdb_print_blocks:
 * @folder: a data directory
 * @metas: (element-type SgBlockMeta): blocks in it
 * @human: whether times and sizes are for people
 * @out: the table of those that are there is appended here
 */
void
sg_tsdb_print_blocks (const char *folder,
                      GPtrArray  *metas,
                      gboolean    human,
                      GString    *out)
{
  g_autoptr (GPtrArray) listed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < metas->len; i++)
    {
      char name[SG_ULID_LENGTH + 1];
      g_autofree char *path = NULL;
      g_autoptr (SgBlock) block = NULL;

      sg_ulid_print (&((SgBlockMeta *) metas->pdata[i])->ulid, name);
      path = g_build_filename (folder, name, NULL);
      block = sg_block_open (path, NULL);
      if (block != NULL)
        add_block (listed, sizes, block);
    }
  sg_tsdb_print_table (listed, sizes, human, out);
}

/**
 * sg_tsdb_list:
 * @folder: a data directory
 * @human: whether times and sizes are for people
 * @out: where the text goes
 * @cancellable: (nullable): ends it
 * @error: why there is no list, or which blocks are missing in it
 *
 * Returns: whether all blocks are in the list
 */
gboolean
sg_tsdb_list (const char     *folder,
              gboolean        human,
              GOutputStream  *out,
              GCancellable   *cancellable,
              GError        **error)
{
  g_autoptr (GPtrArray) troubles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) blocks = sg_tsdb_open_blocks (folder, troubles, error);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (SgTextOutput) text = { 0 };

  sg_text_output_init (&text, out, cancellable);
  if (blocks == NULL)
    return FALSE;
  for (guint i = 0; i < blocks->len; i++)
    add_block (metas, sizes, blocks->pdata[i]);
  sg_tsdb_print_table (metas, sizes, human, text.text);
  if (!sg_text_output_flush (&text, error))
    return FALSE;
  if (troubles->len == 0)
    return TRUE;
  g_ptr_array_add (troubles, NULL);
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "%u folders are called like blocks and cannot be opened: %s", troubles->len - 1,
               (char *) troubles->pdata[0]);
  return FALSE;
}
