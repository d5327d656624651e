/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
write_file (const char *folder,
            const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "left", -1, &error);
  g_assert_no_error (error);
}

static gboolean
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* What is left of a program that was killed has a lock that nobody holds. */
static void
test_left_behind (void)
{
  g_autofree char *parent = g_dir_make_tmp ("test-demo-XXXXXX", NULL);
  g_autofree char *left = g_build_filename (parent, "sightglass-demo-killed", NULL);
  g_autofree char *other = g_build_filename (parent, "other", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDemoFolder) running = NULL;
  g_autoptr (SgDemoFolder) folder = NULL;
  GStatBuf status;

  running = sg_demo_folder_new (parent, &error);
  g_assert_no_error (error);
  g_mkdir (left, 0700);
  g_mkdir (other, 0700);
  write_file (left, "lock");
  write_file (left, "anivault.db");
  folder = sg_demo_folder_new (parent, &error);
  g_assert_no_error (error);
  g_assert_false (exists (left));
  g_assert_true (exists (other));
  g_assert_true (exists (sg_demo_folder_get_path (running)));
  g_assert_cmpint (g_stat (sg_demo_folder_get_path (folder), &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  write_file (sg_demo_folder_get_path (folder), "anivault.db");

  g_clear_pointer (&folder, sg_demo_folder_free);
  g_clear_pointer (&running, sg_demo_folder_free);
  g_assert_cmpint (g_rmdir (other), ==, 0);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
}

/* One that is just being made has no lock yet. */
static void
test_young (void)
{
  g_autofree char *parent = g_dir_make_tmp ("test-demo-XXXXXX", NULL);
  g_autofree char *young = g_build_filename (parent, "sightglass-demo-young", NULL);
  g_autoptr (SgDemoFolder) folder = NULL;

  g_mkdir (young, 0700);
  folder = sg_demo_folder_new (parent, NULL);
  g_assert_nonnull (folder);
  g_assert_true (exists (young));
  g_clear_pointer (&folder, sg_demo_folder_free);
  g_assert_cmpint (g_rmdir (young), ==, 0);
  g_assert_cmpint (g_rmdir (parent), ==, 0);
}

static void
test_impossible (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_demo_folder_new ("/nowhere", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo-folder/left-behind", test_left_behind);
  g_test_add_func ("/demo-folder/young", test_young);
  g_test_add_func ("/demo-folder/impossible", test_impossible);
  return g_test_run ();
}
