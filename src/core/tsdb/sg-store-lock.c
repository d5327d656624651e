/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-lock.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/*
 * The file says that Sightglass writes to the directory, or has written to it, and which process:
 *
 *   sightglass 1234 accepted 7
 *
 * The second number is that of the first segment whose strange records the user has not agreed to lose.
 * The file is never deleted: who deletes a lock file may delete the one that somebody else has just
 * locked.
 */
#define MARK "sightglass %d accepted %" G_GUINT64_FORMAT "\n"

#define MARK_LENGTH 64

struct _SgStoreLock
{
  char *path;
  int fd;
  gboolean is_ours;
  guint64 accepted;
};

/* Returns: what a process is called, with its number */
static char *
describe_process (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/comm", pid);
  g_autofree char *name = NULL;

  if (!g_file_get_contents (path, &name, NULL, NULL))
    return g_strdup_printf ("process %" G_GINT64_FORMAT, pid);
  return g_strdup_printf ("%s, process %" G_GINT64_FORMAT, g_strchomp (name), pid);
}

/* A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF". */
static gint64
pid_of_line (const char        *line,
             const struct stat *info)
{
  gint64 pid;
  guint major_number;
  guint minor_number;
  guint64 inode;

  if (sscanf (line, "%*u: FLOCK %*s %*s %" G_GINT64_MODIFIER "d %x:%x:%" G_GINT64_MODIFIER "u",
              &pid, &major_number, &minor_number, &inode)
          == 4
      && inode == info->st_ino && major_number == major (info->st_dev)
      && minor_number == minor (info->st_dev))
    return pid;
  return 0;
}

static char *
find_flock_holder (int fd)
{
  g_autofree char *locks = NULL;
  g_auto (GStrv) lines = NULL;
  struct stat info;

  if (fstat (fd, &info) != 0 || !g_file_get_contents ("/proc/locks", &locks, NULL, NULL))
    return g_strdup ("another process");
  lines = g_strsplit (locks, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      gint64 pid = pid_of_line (*line, &info);

      if (pid > 0)
        return describe_process (pid);
    }
  return g_strdup ("another process");
}

static gboolean
has_open (const char        *fd_folder,
          const struct stat *info)
{
  g_autoptr (GDir) dir = g_dir_open (fd_folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fd_folder, name, NULL);
      struct stat opened;

      if (stat (path, &opened) == 0 && opened.st_ino == info->st_ino
          && opened.st_dev == info->st_dev)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (nullable): who has a file open, as far as this user may know */
static char *
find_opener (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  struct stat info;
  const char *name;

  if (stat (path, &info) != 0)
    return NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_strdup_printf ("/proc/%s/fd", name);
      gint64 pid = g_ascii_strtoll (name, NULL, 10);

      if (pid > 0 && pid != getpid () && has_open (folder, &info))
        return describe_process (pid);
    }
  return NULL;
}

static gboolean
fail_locked (GError     **error,
             const char  *folder,
             const char  *holder)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LOCKED,
               "%s is written by %s: end it first, or open the directory for reading", folder,
               holder);
  return FALSE;
}

/*
 * Some file systems know no leases, and one may not ask for a lease on somebody else's file; then the
 * open files of the processes that one may look at have to do.
 */
static gboolean
check_lease (const char  *folder,
             const char  *segment,
             GError     **error)
{
  int fd = open (segment, O_RDWR | O_CLOEXEC);
  g_autofree char *holder = NULL;
  gboolean denied;

  if (fd < 0)
    return sg_tsdb_fail_errno (error, errno, segment, "open for writing");
  if (fcntl (fd, F_SETLEASE, F_WRLCK) == 0)
    {
      close (fd);
      return TRUE;
    }
  denied = errno == EAGAIN;
  close (fd);
  holder = find_opener (segment);
  if (holder == NULL && denied)
    holder = g_strdup ("another process");
  return holder == NULL || fail_locked (error, folder, holder);
}

static void
read_mark (SgStoreLock *self)
{
  char text[MARK_LENGTH + 1] = { 0 };
  int pid;

  self->is_ours =
      pread (self->fd, text, MARK_LENGTH, 0) > 0
      && sscanf (text, "sightglass %d accepted %" G_GINT64_MODIFIER "u", &pid, &self->accepted)
             == 2;
}

/**
 * sg_store_lock_acquire:
 * @folder: a data directory
 * @segment: (nullable): the newest segment of its log
 * @error: who holds it
 *
 * Returns: (transfer full) (nullable): the right to write to it
 */
SgStoreLock *
sg_store_lock_acquire (const char  *folder,
                       const char  *segment,
                       GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  g_autoptr (SgStoreLock) self = g_new0 (SgStoreLock, 1);

  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (self->fd < 0)
    {
      sg_tsdb_fail_errno (error, errno, path, "open for writing");
      return NULL;
    }
  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_autofree char *holder = find_flock_holder (self->fd);

      fail_locked (error, folder, holder);
      return NULL;
    }
  if (segment != NULL && !check_lease (folder, segment, error))
    return NULL;
  read_mark (self);
  self->path = g_steal_pointer (&path);
  return g_steal_pointer (&self);
}

/* Whether it was Sightglass that wrote to the directory before. */
gboolean
sg_store_lock_is_ours (SgStoreLock *self)
{
  return self->is_ours;
}

/* Returns: the first segment whose strange records the user has not agreed to lose */
guint64
sg_store_lock_get_accepted (SgStoreLock *self)
{
  return self->accepted;
}

void
sg_store_lock_set_accepted (SgStoreLock *self,
                            guint64      n_segments)
{
  self->accepted = n_segments;
}

/* Says in the file that Sightglass writes to the directory, and which process. */
gboolean
sg_store_lock_mark (SgStoreLock  *self,
                    GError      **error)
{
  g_autofree char *text = g_strdup_printf (MARK, (int) getpid (), self->accepted);
  gsize length = strlen (text);

  if (pwrite (self->fd, text, length, 0) != (ssize_t) length
      || ftruncate (self->fd, (off_t) length) != 0)
    return sg_tsdb_fail_errno (error, errno, self->path, "write");
  return TRUE;
}

void
sg_store_lock_free (SgStoreLock *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}

/**
 * sg_store_lock_find_holder:
 * @folder: a data directory
 * @segment: (nullable): the newest segment of its log
 *
 * Looks whether somebody writes to the directory, and writes nothing into it for that.
 *
 * Returns: (transfer full) (nullable): who; %NULL for nobody, as far as this user may know
 */
char *
sg_store_lock_find_holder (const char *folder,
                           const char *segment)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  g_autoptr (GError) refused = NULL;
  char *holder = NULL;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    holder = find_flock_holder (fd);
  if (fd >= 0)
    close (fd);
  if (holder != NULL || segment == NULL)
    return holder;
  return check_lease (folder, segment, &refused) ? NULL : find_opener (segment);
}
