/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-segments.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECKPOINT_PREFIX "checkpoint."
#define CHECKPOINT_SUFFIX ".tmp"

/* Eighteen digits fit 64 bits; no log has so many segments. */
#define MAX_DIGITS 18

static gboolean
parse_index (const char *text,
             guint64    *ret_index)
{
  gsize n = strspn (text, "0123456789");

  if (n == 0 || n > MAX_DIGITS || text[n] != '\0')
    return FALSE;
  *ret_index = g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

static void
segment_free (gpointer data)
{
  SgWalSegment *segment = data;

  g_free (segment->path);
  g_free (segment);
}

static int
segment_compare (gconstpointer a,
                 gconstpointer b)
{
  const SgWalSegment *left = *(const SgWalSegment *const *) a;
  const SgWalSegment *right = *(const SgWalSegment *const *) b;

  return left->index < right->index ? -1 : left->index > right->index;
}

/* Calls @found for each entry; a folder that is not there has none. */
static gboolean
scan (const char  *folder,
      void (*found) (const char *folder, const char *name, gpointer data),
      gpointer     data,
      GError     **error)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;

  if (dir == NULL)
    return errno == ENOENT || sg_tsdb_fail_errno (error, errno, folder, "list");
  while ((entry = readdir (dir)) != NULL)
    found (folder, entry->d_name, data);
  closedir (dir);
  return TRUE;
}

static void
add_segment (const char *folder,
             const char *name,
             gpointer    data)
{
  GPtrArray *segments = data;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat info;
  guint64 index;
  SgWalSegment *segment;

  if (!parse_index (name, &index) || stat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return;
  segment = g_new (SgWalSegment, 1);
  segment->index = index;
  segment->path = g_steal_pointer (&path);
  segment->size = (guint64) info.st_size;
  g_ptr_array_add (segments, segment);
}

/**
 * sg_wal_list_segments:
 * @folder: a log's folder, or a checkpoint's
 * @error: why it cannot be listed
 *
 * Returns: (transfer full) (element-type SgWalSegment): its segments in the order of their numbers,
 *   none for a folder that is not there
 */
GPtrArray *
sg_wal_list_segments (const char  *folder,
                      GError     **error)
{
  g_autoptr (GPtrArray) segments = g_ptr_array_new_with_free_func (segment_free);

  if (!scan (folder, add_segment, segments, error))
    return NULL;
  g_ptr_array_sort (segments, segment_compare);
  return g_steal_pointer (&segments);
}

static void
add_checkpoint (const char *folder,
                const char *name,
                gpointer    data)
{
  GArray *indexes = data;
  guint64 index;

  if (g_str_has_prefix (name, CHECKPOINT_PREFIX)
      && parse_index (name + strlen (CHECKPOINT_PREFIX), &index))
    g_array_append_val (indexes, index);
}

/**
 * sg_wal_find_checkpoint:
 * @folder: a log's folder
 * @ret_path: (out): the newest checkpoint, or %NULL when there is none
 * @ret_index: (out): the last segment that it stands for
 * @error: why the folder cannot be listed
 *
 * Returns: whether it could be said
 */
gboolean
sg_wal_find_checkpoint (const char  *folder,
                        char       **ret_path,
                        guint64     *ret_index,
                        GError     **error)
{
  g_autoptr (GArray) indexes = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 newest = 0;

  if (!scan (folder, add_checkpoint, indexes, error))
    return FALSE;
  for (guint i = 0; i < indexes->len; i++)
    newest = MAX (newest, g_array_index (indexes, guint64, i));
  *ret_path = indexes->len > 0 ? sg_wal_checkpoint_path (folder, newest) : NULL;
  *ret_index = newest;
  return TRUE;
}

gboolean
sg_wal_delete_segments (const char  *folder,
                        guint64      before,
                        GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);

  if (segments == NULL)
    return FALSE;
  for (guint i = 0; i < segments->len; i++)
    {
      SgWalSegment *segment = g_ptr_array_index (segments, i);

      if (segment->index < before && unlink (segment->path) != 0)
        return sg_tsdb_fail_errno (error, errno, segment->path, "delete");
    }
  return TRUE;
}

static void
add_temporary (const char *folder,
               const char *name,
               gpointer    data)
{
  if (g_str_has_prefix (name, CHECKPOINT_PREFIX) && g_str_has_suffix (name, CHECKPOINT_SUFFIX))
    g_ptr_array_add (data, g_build_filename (folder, name, NULL));
}

/**
 * sg_wal_delete_checkpoints:
 * @folder: a log's folder
 * @before: all with a smaller number go
 * @error: what could not be deleted
 *
 * Deletes old checkpoints, and whatever an interrupted one has left behind.
 *
 * Returns: whether all are gone
 */
gboolean
sg_wal_delete_checkpoints (const char  *folder,
                           guint64      before,
                           GError     **error)
{
  g_autoptr (GArray) indexes = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!scan (folder, add_checkpoint, indexes, error) || !scan (folder, add_temporary, paths, error))
    return FALSE;
  for (guint i = 0; i < indexes->len; i++)
    {
      if (g_array_index (indexes, guint64, i) < before)
        g_ptr_array_add (paths,
                         sg_wal_checkpoint_path (folder, g_array_index (indexes, guint64, i)));
    }
  for (guint i = 0; i < paths->len; i++)
    {
      if (!sg_folder_remove (g_ptr_array_index (paths, i), error))
        return FALSE;
    }
  return TRUE;
}

char *
sg_wal_segment_path (const char *folder,
                     guint64     index)
{
  return g_strdup_printf ("%s/%08" G_GUINT64_FORMAT, folder, index);
}

char *
sg_wal_checkpoint_path (const char *folder,
                        guint64     index)
{
  return g_strdup_printf ("%s/" CHECKPOINT_PREFIX "%08" G_GUINT64_FORMAT, folder, index);
}
