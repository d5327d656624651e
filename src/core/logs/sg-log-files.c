/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-files.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "logs/sg-logs-error.h"

/* SQLite's file, its log, and the index of that. */
static const char *const suffixes[] = { "", "-wal", "-shm" };

static gint
compare_days (gconstpointer a,
              gconstpointer b)
{
  SgLogDayNumber left = *(const SgLogDayNumber *) a;
  SgLogDayNumber right = *(const SgLogDayNumber *) b;

  return (left > right) - (left < right);
}

/*
 * sg_log_files_list:
 *
 * Returns: (transfer full) (element-type SgLogDayNumber): the days that have a file, oldest first
 */
GArray *
sg_log_files_list (const char *folder)
{
  GArray *days = g_array_new (FALSE, FALSE, sizeof (SgLogDayNumber));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      SgLogDayNumber day;

      if (sg_log_day_parse_name (name, &day))
        g_array_append_val (days, day);
    }
  g_array_sort (days, compare_days);
  return days;
}

static char *
path_of (const char     *folder,
         SgLogDayNumber  day,
         const char     *suffix)
{
  g_autofree char *name = sg_log_day_file_name (day);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_strconcat (path, suffix, NULL);
}

/* How many bytes the files of @day take. */
guint64
sg_log_files_measure (const char     *folder,
                      SgLogDayNumber  day)
{
  guint64 bytes = 0;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = path_of (folder, day, suffixes[i]);
      GStatBuf about;

      if (g_stat (path, &about) == 0)
        bytes += (guint64) about.st_size;
    }
  return bytes;
}

/* Who reads it still has it open, and reads on. */
void
sg_log_files_delete (const char     *folder,
                     SgLogDayNumber  day)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = path_of (folder, day, suffixes[i]);

      g_unlink (path);
    }
}

static char *
make_aside (const char  *aside,
            SgTimeNs     now,
            GError     **error)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (now.ns / 1000000000);
  g_autofree char *stamp = g_date_time_format (date, "%Y%m%dT%H%M%SZ");

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = i == 0 ? g_strdup (stamp) : g_strdup_printf ("%s-%u", stamp, i);
      g_autofree char *where = g_build_filename (aside, name, "logs", NULL);

      if (g_file_test (where, G_FILE_TEST_EXISTS))
        continue;
      if (g_mkdir_with_parents (where, 0700) == 0)
        return g_steal_pointer (&where);
      g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO, "%s cannot be made: %s", where,
                   g_strerror (errno));
      return NULL;
    }
  g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO,
               "%s has a thousand folders of this second already", aside);
  return NULL;
}

/*
 * sg_log_files_set_aside:
 * @ret_where: (out) (transfer full): the folder they are in now
 *
 * Moves the files of a damaged day to a folder of their own, so that the day can begin anew and
 * nothing of it is lost that could still be saved.
 */
gboolean
sg_log_files_set_aside (const char      *folder,
                        SgLogDayNumber   day,
                        const char      *aside,
                        SgTimeNs         now,
                        char           **ret_where,
                        GError         **error)
{
  g_autofree char *where = make_aside (aside, now, error);

  if (where == NULL)
    return FALSE;
  /* The log first: left behind, it would be replayed into the file that takes this one's place. */
  for (gint i = G_N_ELEMENTS (suffixes) - 1; i >= 0; i--)
    {
      g_autofree char *from = path_of (folder, day, suffixes[i]);
      g_autofree char *to = path_of (where, day, suffixes[i]);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO, "%s cannot be moved to %s: %s", from,
                       to, g_strerror (errno));
          return FALSE;
        }
    }
  *ret_where = g_steal_pointer (&where);
  return TRUE;
}
