/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"

#include "tsdb/sg-tsdb-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_LENGTH (256 * 1024)

struct _SgFileWriter
{
  int fd;
  char *path;
  SgWireWriter buffer;
  guint64 written;
};

/**
 * sg_file_writer_new:
 * @path: what to write; a file of that name is emptied
 *
 * Returns: (transfer full) (nullable): a writer
 */
SgFileWriter *
sg_file_writer_new (const char  *path,
                    GError     **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  SgFileWriter *self;

  if (fd < 0)
    {
      sg_tsdb_fail_system (error, path, "create it");
      return NULL;
    }
  self = g_new0 (SgFileWriter, 1);
  self->fd = fd;
  self->path = g_strdup (path);
  sg_wire_writer_init (&self->buffer);
  return self;
}

static gboolean
write_all (SgFileWriter  *self,
           const guint8  *data,
           gsize          length,
           GError       **error)
{
  while (length > 0)
    {
      gssize n = write (self->fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return sg_tsdb_fail_system (error, self->path, "write to it");
      data += n;
      length -= (gsize) n;
      self->written += (guint64) n;
    }
  return TRUE;
}

/* Hands what is buffered to the system, so that others can read it. */
gboolean
sg_file_writer_flush (SgFileWriter  *self,
                      GError       **error)
{
  if (!write_all (self, self->buffer.data, self->buffer.length, error))
    return FALSE;
  sg_wire_writer_reset (&self->buffer);
  return TRUE;
}

gboolean
sg_file_writer_put (SgFileWriter   *self,
                    gconstpointer   data,
                    gsize           length,
                    GError        **error)
{
  if (self->buffer.length + length > BUFFER_LENGTH && !sg_file_writer_flush (self, error))
    return FALSE;
  if (length > BUFFER_LENGTH)
    return write_all (self, data, length, error);
  sg_wire_put_bytes (&self->buffer, data, length);
  return TRUE;
}

/* Puts zeros up to the next multiple of @boundary, which is at most 16. */
gboolean
sg_file_writer_align (SgFileWriter  *self,
                      guint          boundary,
                      GError       **error)
{
  static const guint8 zeros[16];
  guint past = sg_file_writer_tell (self) % boundary;

  return past == 0 || sg_file_writer_put (self, zeros, boundary - past, error);
}

/* Returns: how many bytes were put */
guint64
sg_file_writer_tell (SgFileWriter *self)
{
  return self->written + self->buffer.length;
}

/**
 * sg_file_writer_close:
 * @self: a writer, which can only be freed afterwards
 *
 * Returns: whether all of the file is on the disk; its name is when its folder is synced, too
 */
gboolean
sg_file_writer_close (SgFileWriter  *self,
                      GError       **error)
{
  int fd = self->fd;

  if (!sg_file_writer_flush (self, error))
    return FALSE;
  if (fsync (fd) != 0)
    return sg_tsdb_fail_system (error, self->path, "sync it");
  self->fd = -1;
  if (close (fd) != 0)
    return sg_tsdb_fail_system (error, self->path, "close it");
  return TRUE;
}

void
sg_file_writer_free (SgFileWriter *self)
{
  if (self->fd >= 0)
    close (self->fd);
  sg_wire_writer_clear (&self->buffer);
  g_free (self->path);
  g_free (self);
}

/* Makes durable which names a folder has. */
gboolean
sg_folder_sync (const char  *path,
                GError     **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    return sg_tsdb_fail_system (error, path, "open the folder");
  ok = fsync (fd) == 0 || sg_tsdb_fail_system (error, path, "sync the folder");
  close (fd);
  return ok;
}

static gboolean
sync_parent (const char  *path,
             GError     **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  return sg_folder_sync (parent, error);
}

gboolean
sg_folder_create (const char  *path,
                  GError     **error)
{
  if (g_mkdir_with_parents (path, 0777) != 0)
    return sg_tsdb_fail_system (error, path, "create the folder");
  return sync_parent (path, error);
}

/* Also for files. What was at @to, if anything, must be a file, or an empty folder. */
gboolean
sg_folder_rename (const char  *from,
                  const char  *to,
                  GError     **error)
{
  if (g_rename (from, to) != 0)
    return sg_tsdb_fail_system (error, from, "rename it");
  return sync_parent (to, error);
}

/**
 * sg_file_replace:
 * @path: a file
 * @data: what it shall hold
 * @length: how much
 *
 * Replaces a file at once: whoever opens it, whatever happens, finds the old one or the new one.
 *
 * Returns: whether it was replaced
 */
gboolean
sg_file_replace (const char     *path,
                 gconstpointer   data,
                 gsize           length,
                 GError        **error)
{
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  g_autoptr (SgFileWriter) writer = sg_file_writer_new (temporary, error);

  if (writer == NULL)
    return FALSE;
  if (sg_file_writer_put (writer, data, length, error) && sg_file_writer_close (writer, error)
      && sg_folder_rename (temporary, path, error))
    return TRUE;
  g_unlink (temporary);
  return FALSE;
}

static gboolean
remove_children (const char  *path,
                 GError     **error)
{
  GError *problem = NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, &problem);
  const char *name;

  if (folder == NULL)
    return sg_tsdb_fail_file (error, problem);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (!sg_folder_remove (child, error))
        return FALSE;
    }
  return TRUE;
}

/* Removes a folder with all that is in it, or a file; one that is not there is no failure. */
gboolean
sg_folder_remove (const char  *path,
                  GError     **error)
{
  struct stat status;

  if (lstat (path, &status) != 0)
    return errno == ENOENT || sg_tsdb_fail_system (error, path, "look at it");
  if (S_ISDIR (status.st_mode) && !remove_children (path, error))
    return FALSE;
  if (g_remove (path) != 0 && errno != ENOENT)
    return sg_tsdb_fail_system (error, path, "delete it");
  return TRUE;
}
