/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"
#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-compactor.h"
#include "tsdb/sg-tsdb-error.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-scan-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

static SgBlock *
write_block (Fixture  *fixture,
             SgTimeMs  min_time)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();

  test_series_append (test_series_get (list, "a"), min_time, 1);
  return test_block_write (fixture->folder, list, min_time, min_time + 20, 120);
}

static void
leave_block (Fixture  *fixture,
             SgTimeMs  min_time)
{
  sg_block_unref (write_block (fixture, min_time));
}

static SgBlockScan *
scan (Fixture   *fixture,
      GPtrArray *open_blocks)
{
  g_autoptr (GError) error = NULL;
  SgBlockScan *found = sg_block_scan (fixture->folder, open_blocks, &error);

  g_assert_no_error (error);
  return found;
}

static void
test_block_scan_order (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgBlockScan) found = NULL;

  leave_block (fixture, 20);
  leave_block (fixture, 40);
  leave_block (fixture, 0);
  found = scan (fixture, NULL);
  g_assert_cmpuint (found->blocks->len, ==, 3);
  g_assert_cmpuint (found->obsolete->len, ==, 0);
  g_assert_cmpuint (found->troubles->len, ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (sg_block_get_min_time (g_ptr_array_index (found->blocks, i)), ==, i * 20);
}

/* Blocks that are open are not opened again. */
static void
test_block_scan_open (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (SgBlockScan) found = NULL;
  g_autoptr (SgBlockScan) again = NULL;

  leave_block (fixture, 0);
  found = scan (fixture, NULL);
  leave_block (fixture, 20);
  again = scan (fixture, found->blocks);
  g_assert_cmpuint (again->blocks->len, ==, 2);
  g_assert_true (g_ptr_array_index (again->blocks, 0) == g_ptr_array_index (found->blocks, 0));
}

static void
test_block_scan_others (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char *const folders[] = { "wal", "chunks_head", "01M7WPWDBWTZA2Z2DAWFY23ER1.damaged",
                                         "01M7WPWDBWTZA2Z2DAWFY23ER1.tmp-for-creation" };
  g_autofree char *file = g_build_filename (fixture->folder, "01M7WPWDBWTZA2Z2DAWFY23ER1", NULL);
  g_autoptr (SgBlockScan) found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, folders[i], NULL);

      g_assert_true (sg_folder_create (path, NULL));
    }
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  found = scan (fixture, NULL);
  g_assert_cmpuint (found->blocks->len, ==, 0);
  g_assert_cmpuint (found->obsolete->len, ==, 0);
  g_assert_cmpuint (found->troubles->len, ==, 0);
}

/* A block replaces its parents, even damaged ones; one that is empty goes. */
static void
test_block_scan_obsolete (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (SgBlock) empty = write_block (fixture, 40);
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgBlockScan) found = NULL;
  g_autofree char *index = NULL;

  g_ptr_array_add (parents, write_block (fixture, 0));
  g_ptr_array_add (parents, write_block (fixture, 20));
  g_assert_true (sg_compaction_run (fixture->folder, parents, 0, &meta, NULL, NULL));
  index = g_build_filename (sg_block_get_folder (g_ptr_array_index (parents, 0)), "index", NULL);
  g_assert_cmpint (g_unlink (index), ==, 0);
  g_assert_true (sg_block_mark_deletable (empty, NULL));
  found = scan (fixture, NULL);
  g_assert_cmpuint (found->blocks->len, ==, 1);
  g_assert_cmpuint (found->troubles->len, ==, 0);
  g_assert_cmpuint (found->obsolete->len, ==, 3);
  for (guint i = 0; i < found->obsolete->len; i++)
    g_assert_true (sg_block_remove (g_ptr_array_index (found->obsolete, i), NULL));
  g_clear_pointer (&found, sg_block_scan_free);
  found = scan (fixture, NULL);
  g_assert_cmpuint (found->blocks->len, ==, 1);
  g_assert_cmpuint (found->obsolete->len, ==, 0);
}

static void
assert_trouble (Fixture     *fixture,
                const char  *folder,
                SgTsdbError  code)
{
  g_autoptr (SgBlockScan) found = scan (fixture, NULL);
  const SgBlockTrouble *trouble;

  g_assert_cmpuint (found->troubles->len, ==, 1);
  trouble = g_ptr_array_index (found->troubles, 0);
  g_assert_cmpstr (trouble->folder, ==, folder);
  g_assert_error (trouble->error, SG_TSDB_ERROR, (int) code);
}

static void
test_block_scan_troubles (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (SgBlock) block = write_block (fixture, 20);
  const char *folder = sg_block_get_folder (block);
  g_autofree char *index = g_build_filename (folder, "index", NULL);
  g_autofree char *meta = g_build_filename (folder, "meta.json", NULL);
  g_autofree char *renamed = g_build_filename (fixture->folder, "01M7WPWDBWTZA2Z2DAWFY23ER1", NULL);

  leave_block (fixture, 0);
  g_assert_cmpint (g_rename (folder, renamed), ==, 0);
  assert_trouble (fixture, renamed, SG_TSDB_ERROR_INVALID);
  g_assert_cmpint (g_rename (renamed, folder), ==, 0);
  g_assert_true (g_file_set_contents (index, "\xba\xaa\xd7\0\3", 5, NULL));
  assert_trouble (fixture, folder, SG_TSDB_ERROR_CORRUPT);
  g_assert_cmpint (g_unlink (index), ==, 0);
  assert_trouble (fixture, folder, SG_TSDB_ERROR_MISSING);
  g_assert_true (g_file_set_contents (meta, "{", 1, NULL));
  assert_trouble (fixture, folder, SG_TSDB_ERROR_CORRUPT);
  g_assert_cmpint (g_unlink (meta), ==, 0);
  assert_trouble (fixture, folder, SG_TSDB_ERROR_MISSING);
}

static void
test_block_scan_set_aside (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (SgBlock) first = write_block (fixture, 0);
  g_autoptr (SgBlock) second = write_block (fixture, 20);
  g_autofree char *damaged = g_build_filename (fixture->folder, "damaged", "now", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *beside = sg_block_set_aside (sg_block_get_folder (first), NULL, &error);
  g_autofree char *away = sg_block_set_aside (sg_block_get_folder (second), damaged, &error);
  g_autoptr (SgBlockScan) found = scan (fixture, NULL);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (beside, ".damaged"));
  g_assert_true (g_str_has_prefix (beside, sg_block_get_folder (first)));
  g_assert_true (g_str_has_prefix (away, damaged));
  g_assert_true (g_file_test (beside, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_test (away, G_FILE_TEST_IS_DIR));
  g_assert_cmpuint (found->blocks->len, ==, 0);
  g_assert_cmpuint (found->troubles->len, ==, 0);
  again = sg_block_set_aside (sg_block_get_folder (first), NULL, &error);
  g_assert_null (again);
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING);
}

static void
test_block_scan_remains (Fixture       *fixture,
                         gconstpointer  data)
{
  static const char *const names[] = {
    "01M7WPWDBWTZA2Z2DAWFY23ER1.tmp-for-creation/chunks",
    "01M7WPWDBWTZA2Z2DAWFY23ER2.tmp-for-deletion/chunks",
    "01M7WPWDBWTZA2Z2DAWFY23ER3.damaged",
    "mine.tmp-for-deletion",
  };
  g_autoptr (SgBlock) block = write_block (fixture, 0);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_assert_true (sg_folder_create (path, NULL));
    }
  g_assert_true (sg_block_remove_remains (fixture->folder, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      g_assert_true (g_file_test (i < 2 ? parent : path, G_FILE_TEST_EXISTS) == (i >= 2));
    }
  g_assert_true (g_file_test (sg_block_get_folder (block), G_FILE_TEST_IS_DIR));
}

static void
test_block_scan_no_folder (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_block_scan (missing, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING);
}

#define ADD(name, function) \
  g_test_add ("/tsdb/block-scan/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("order", test_block_scan_order);
  ADD ("open", test_block_scan_open);
  ADD ("others", test_block_scan_others);
  ADD ("obsolete", test_block_scan_obsolete);
  ADD ("troubles", test_block_scan_troubles);
  ADD ("set-aside", test_block_scan_set_aside);
  ADD ("remains", test_block_scan_remains);
  ADD ("no-folder", test_block_scan_no_folder);
  return g_test_run ();
}
