/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A folder “sightglass-demo-XXXXXX” with a file “lock” in it, on which whoever uses the folder holds a
 * lock that ends with the process, however that ends. A folder of this name and this user whose lock is
 * free belongs to nobody any more. Between the making of a folder and that of its lock it looks like
 * that too, for a moment: so one without a lock is left alone until it is a minute old.
 *
 * Only files are deleted, and only in such a folder; symbolic links are not followed.
 */
#define PREFIX        "sightglass-demo-"
#define LOCK_NAME     "lock"
#define YOUNG_SECONDS 60

struct _SgDemoFolder
{
  char *path;
  int lock;
};

static void
delete_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/* Returns: whether nobody uses @path, which is a folder of ours by name */
static gboolean
is_left_behind (const char *path)
{
  g_autofree char *lock = g_build_filename (path, LOCK_NAME, NULL);
  GStatBuf status;
  int fd;
  gboolean is_free;

  if (g_lstat (path, &status) != 0 || !S_ISDIR (status.st_mode) || status.st_uid != getuid ())
    return FALSE;
  fd = open (lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return errno == ENOENT && g_get_real_time () / G_USEC_PER_SEC - status.st_mtime > YOUNG_SECONDS;
  is_free = flock (fd, LOCK_EX | LOCK_NB) == 0;
  close (fd);
  return is_free;
}

static void
delete_left_behind (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (g_str_has_prefix (name, PREFIX) && is_left_behind (path))
        delete_folder (path);
    }
}

static gboolean
take_lock (SgDemoFolder  *self,
           GError       **error)
{
  g_autofree char *path = g_build_filename (self->path, LOCK_NAME, NULL);

  self->lock = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock >= 0 && flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s cannot be locked: %s", path,
               g_strerror (errno));
  return FALSE;
}

/**
 * sg_demo_folder_new:
 * @parent: where it is to be
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the folder
 */
SgDemoFolder *
sg_demo_folder_new (const char  *parent,
                    GError     **error)
{
  g_autoptr (SgDemoFolder) self = g_new0 (SgDemoFolder, 1);

  self->lock = -1;
  delete_left_behind (parent);
  self->path = g_build_filename (parent, PREFIX "XXXXXX", NULL);
  if (g_mkdtemp_full (self->path, 0700) == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "no folder can be made in %s: %s; TMPDIR says where to", parent,
                   g_strerror (errno));
      g_clear_pointer (&self->path, g_free);
      return NULL;
    }
  return take_lock (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sg_demo_folder_free (SgDemoFolder *self)
{
  if (self->path != NULL)
    delete_folder (self->path);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self->path);
  g_free (self);
}

const char *
sg_demo_folder_get_path (const SgDemoFolder *self)
{
  return self->path;
}
