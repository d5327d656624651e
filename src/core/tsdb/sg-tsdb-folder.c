/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-folder.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-ulid.h"

/* Whether @folder has what only a data directory has. */
static gboolean
is_data_folder (const char *folder)
{
  g_autofree char *wal = g_build_filename (folder, "wal", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  SgUlid ulid;

  if (g_file_test (wal, G_FILE_TEST_IS_DIR))
    return TRUE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (sg_ulid_parse (&ulid, name))
        return TRUE;
    }
  return FALSE;
}

/**
 * sg_tsdb_find_folder:
 * @path: a data directory, or a storage folder with one in it
 * @error: why it is neither
 *
 * Returns: (transfer full) (nullable): the data directory
 */
char *
sg_tsdb_find_folder (const char  *path,
                     GError     **error)
{
  g_autofree char *inner = g_build_filename (path, "tsdb", NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING,
                   "%s is no folder: name a storage folder of Sightglass, or a data directory of "
                   "Prometheus",
                   path);
      return NULL;
    }
  if (!is_data_folder (path) && g_file_test (inner, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&inner);
  return g_strdup (path);
}

/**
 * sg_tsdb_make_folder:
 * @path: a data directory, a storage folder with one in it, or what does not exist yet
 * @error: why it cannot be made
 *
 * Returns: (transfer full) (nullable): the data directory, which is there now
 */
char *
sg_tsdb_make_folder (const char  *path,
                     GError     **error)
{
  if (g_mkdir_with_parents (path, 0777) != 0)
    {
      sg_tsdb_fail_system (error, path, "make the folder");
      return NULL;
    }
  return sg_tsdb_find_folder (path, error);
}
