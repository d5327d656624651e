/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-aside.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

struct _SgStoreAside
{
  char *root;
  SgClock *clock;
  char *folder;
  guint count;
};

/**
 * sg_store_aside_new:
 * @root: the folder "damaged"
 * @clock: what time it is
 *
 * Returns: (transfer full): nothing is made yet
 */
SgStoreAside *
sg_store_aside_new (const char *root,
                    SgClock    *clock)
{
  SgStoreAside *self = g_new0 (SgStoreAside, 1);

  self->root = g_strdup (root);
  self->clock = g_object_ref (clock);
  return self;
}

void
sg_store_aside_free (SgStoreAside *self)
{
  g_object_unref (self->clock);
  g_free (self->folder);
  g_free (self->root);
  g_free (self);
}

static gboolean
make_folder (SgStoreAside  *self,
             GError       **error)
{
  gint64 seconds = sg_clock_now_ms (self->clock) / 1000;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *name = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  if (self->folder != NULL)
    return TRUE;
  if (g_mkdir_with_parents (self->root, 0777) != 0)
    return sg_tsdb_fail_errno (error, errno, self->root, "create");
  for (guint i = 0;; i++)
    {
      g_autofree char *suffix = i > 0 ? g_strdup_printf ("-%u", i) : g_strdup ("");
      g_autofree char *path = g_strdup_printf ("%s/%s%s", self->root, name, suffix);

      if (mkdir (path, 0777) == 0)
        {
          self->folder = g_steal_pointer (&path);
          return TRUE;
        }
      if (errno != EEXIST)
        return sg_tsdb_fail_errno (error, errno, path, "create");
    }
}

/* Returns: (transfer full) (nullable): where @name goes, with its folder made */
static char *
make_place (SgStoreAside  *self,
            const char    *name,
            GError       **error)
{
  g_autofree char *path = NULL;
  g_autofree char *parent = NULL;

  if (!make_folder (self, error))
    return NULL;
  path = g_build_filename (self->folder, name, NULL);
  parent = g_path_get_dirname (path);
  if (g_mkdir_with_parents (parent, 0777) != 0)
    {
      sg_tsdb_fail_errno (error, errno, parent, "create");
      return NULL;
    }
  return g_steal_pointer (&path);
}

/* Returns: (nullable): the folder, which is made if it is not there */
const char *
sg_store_aside_ensure (SgStoreAside  *self,
                       GError       **error)
{
  return make_folder (self, error) ? self->folder : NULL;
}

static gboolean
write_all (int           fd,
           const guint8 *data,
           gsize         n)
{
  while (n > 0)
    {
      ssize_t written = write (fd, data, n);

      if (written < 0 && errno != EINTR)
        return FALSE;
      if (written > 0)
        {
          data += written;
          n -= (gsize) written;
        }
    }
  return TRUE;
}

static gboolean
copy_bytes (int from,
            int to)
{
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  ssize_t n;

  while ((n = read (from, buffer, BUFFER_SIZE)) != 0)
    {
      if ((n < 0 && errno != EINTR) || (n > 0 && !write_all (to, buffer, (gsize) n)))
        return FALSE;
    }
  return fsync (to) == 0;
}

static gboolean
copy_file (const char  *path,
           const char  *place,
           GError     **error)
{
  int from = open (path, O_RDONLY | O_CLOEXEC);
  int to = -1;
  gboolean good;

  if (from < 0)
    return sg_tsdb_fail_errno (error, errno, path, "open");
  to = open (place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  good = to >= 0 && copy_bytes (from, to);
  if (!good)
    sg_tsdb_fail_errno (error, errno, place, "write a copy of what is damaged");
  if (to >= 0)
    close (to);
  if (to >= 0 && !good)
    unlink (place);
  close (from);
  return good;
}

/**
 * sg_store_aside_copy:
 * @self: where to
 * @path: a file, which stays where it is
 * @name: its path in the data directory
 * @error: why it cannot be copied
 *
 * Returns: whether there is a copy, on the disk
 */
gboolean
sg_store_aside_copy (SgStoreAside  *self,
                     const char    *path,
                     const char    *name,
                     GError       **error)
{
  g_autofree char *place = make_place (self, name, error);

  if (place == NULL || !copy_file (path, place, error))
    return FALSE;
  self->count++;
  return TRUE;
}

/* As sg_store_aside_copy(), and the file is gone from where it was. */
gboolean
sg_store_aside_move (SgStoreAside  *self,
                     const char    *path,
                     const char    *name,
                     GError       **error)
{
  g_autofree char *place = make_place (self, name, error);

  if (place == NULL)
    return FALSE;
  if (rename (path, place) != 0)
    {
      if (errno != EXDEV)
        return sg_tsdb_fail_errno (error, errno, path, "move aside");
      if (!copy_file (path, place, error))
        return FALSE;
      if (unlink (path) != 0)
        return sg_tsdb_fail_errno (error, errno, path, "delete");
    }
  self->count++;
  return TRUE;
}

/* Returns: (nullable): the folder, once something is in it */
const char *
sg_store_aside_get_folder (SgStoreAside *self)
{
  return self->folder;
}

guint
sg_store_aside_get_count (SgStoreAside *self)
{
  return self->count;
}
