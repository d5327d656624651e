/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-folder-watch.h"

#include <glib/gstdio.h>

#define WAIT_SECONDS 10

typedef struct
{
  char *folder;
  SgFolderWatch *watch;
  GPtrArray *told;
  guint n_floods;
} Fixture;

static void
on_changed (const char *path,
            gpointer    user_data)
{
  Fixture *fixture = user_data;

  if (path == NULL)
    fixture->n_floods++;
  else
    g_ptr_array_add (fixture->told, g_strdup (path));
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-folder-XXXXXX", NULL);
  fixture->told = g_ptr_array_new_with_free_func (g_free);
  fixture->watch = sg_folder_watch_new (on_changed, fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_folder_watch_free (fixture->watch);
  g_ptr_array_unref (fixture->told);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
}

static char *
below (Fixture    *fixture,
       const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
watch (Fixture    *fixture,
       const char *name)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (folders, name != NULL ? below (fixture, name) : g_strdup (fixture->folder));
  sg_folder_watch_set (fixture->watch, folders);
}

static gboolean
on_too_late (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
was_told (Fixture    *fixture,
          const char *path)
{
  return g_ptr_array_find_with_equal_func (fixture->told, path, g_str_equal, NULL);
}

/* Waits for @path, or for a flood when it is %NULL. */
static void
wait_for (Fixture    *fixture,
          const char *path)
{
  gboolean too_late = FALSE;
  guint timer = g_timeout_add_seconds (WAIT_SECONDS, on_too_late, &too_late);

  while (!too_late && (path != NULL ? !was_told (fixture, path) : fixture->n_floods == 0))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (too_late);
  g_source_remove (timer);
  fixture->n_floods = 0;
}

static void
forget (Fixture *fixture)
{
  g_ptr_array_set_size (fixture->told, 0);
}

static void
write_file (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "x", 1, &error);
  g_assert_no_error (error);
}

static void
test_file (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *file = below (fixture, "file");
  g_autofree char *moved = below (fixture, "moved");

  watch (fixture, NULL);
  write_file (file);
  wait_for (fixture, file);
  g_assert_cmpint (g_rename (file, moved), ==, 0);
  wait_for (fixture, moved);
  forget (fixture);
  g_assert_cmpint (g_remove (moved), ==, 0);
  wait_for (fixture, moved);
}

/* A folder that is made after it was asked for, with what lies above it. */
static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *upper = below (fixture, "upper");
  g_autofree char *lower = below (fixture, "upper/lower");
  g_autofree char *file = below (fixture, "upper/lower/file");

  watch (fixture, "upper/lower");
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (g_mkdir_with_parents (lower, 0700), ==, 0);
      wait_for (fixture, NULL);
      write_file (file);
      wait_for (fixture, file);
      forget (fixture);
      g_assert_cmpint (g_remove (file), ==, 0);
      g_assert_cmpint (g_rmdir (lower), ==, 0);
      g_assert_cmpint (g_rmdir (upper), ==, 0);
      wait_for (fixture, NULL);
    }
}

/* What happens in a folder that was moved away concerns nobody; another in its place does. */
static void
test_moved_away (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *here = below (fixture, "here");
  g_autofree char *there = below (fixture, "there");
  g_autofree char *file_here = below (fixture, "here/file");
  g_autofree char *file_there = below (fixture, "there/file");

  g_assert_cmpint (g_mkdir (here, 0700), ==, 0);
  watch (fixture, "here");
  g_assert_cmpint (g_rename (here, there), ==, 0);
  wait_for (fixture, NULL);
  write_file (file_there);
  g_assert_cmpint (g_mkdir (here, 0700), ==, 0);
  wait_for (fixture, NULL);
  write_file (file_here);
  wait_for (fixture, file_here);
  g_assert_false (was_told (fixture, file_there));
  g_assert_cmpint (g_remove (file_there), ==, 0);
  g_assert_cmpint (g_remove (file_here), ==, 0);
  g_assert_cmpint (g_rmdir (there), ==, 0);
  g_assert_cmpint (g_rmdir (here), ==, 0);
}

/* After set, the old folders are let go of, and what is in both goes on. */
static void
test_set (Fixture       *fixture,
          gconstpointer  data)
{
  g_autofree char *other = below (fixture, "other");
  g_autofree char *file = below (fixture, "file");
  g_autofree char *file_other = below (fixture, "other/file");

  g_assert_cmpint (g_mkdir (other, 0700), ==, 0);
  watch (fixture, NULL);
  watch (fixture, NULL);
  write_file (file);
  wait_for (fixture, file);
  watch (fixture, "other");
  forget (fixture);
  g_assert_cmpint (g_remove (file), ==, 0);
  write_file (file_other);
  wait_for (fixture, file_other);
  g_assert_false (was_told (fixture, file));
  g_assert_cmpint (g_remove (file_other), ==, 0);
  g_assert_cmpint (g_rmdir (other), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/folder-watch/file", Fixture, NULL, fixture_set_up, test_file, fixture_tear_down);
  g_test_add ("/folder-watch/missing", Fixture, NULL, fixture_set_up, test_missing,
              fixture_tear_down);
  g_test_add ("/folder-watch/moved-away", Fixture, NULL, fixture_set_up, test_moved_away,
              fixture_tear_down);
  g_test_add ("/folder-watch/set", Fixture, NULL, fixture_set_up, test_set, fixture_tear_down);
  return g_test_run ();
}
