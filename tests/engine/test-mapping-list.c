/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "tools/sg-test-peer.h"

static void
put (const char *folder,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_shipped (void)
{
  static const char *const names[] = { "bakhmach", "postgresql", "redis", "sightglass",
                                       "anivault" };
  g_autoptr (SgMappingList) list = sg_mapping_list_load (NULL);

  g_assert_cmpuint (list->mappings->len, ==, G_N_ELEMENTS (names));
  g_assert_null (list->errors[0]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (((SgMapping *) list->mappings->pdata[i])->name, ==, names[i]);
}

/* The user's come first and may take the place of ours; what is wrong is told, and the others stay. */
static void
test_user (void)
{
  g_autofree char *folder = g_dir_make_tmp ("test-mapping-list-XXXXXX", NULL);
  g_autoptr (SgMappingList) list = NULL;
  g_autofree char *expected = NULL;

  put (folder, "a.yml", "name: redis\ntitle: Mine\nroles:\n  size: {selector: s, kind: gauge}\n");
  put (folder, "b.yaml", "name: b\nroles:\n  size: {selector: s, kind: gage}\n");
  put (folder, "c.yml", "name: redis\nroles: {}\n");
  put (folder, "d.txt", "no mapping");
  put (folder, "e.yml", "name: e\nroles: {}\n");
  list = sg_mapping_list_load (folder);
  g_assert_cmpuint (list->mappings->len, ==, 6);
  g_assert_cmpstr (((SgMapping *) list->mappings->pdata[0])->title, ==, "Mine");
  g_assert_cmpstr (((SgMapping *) list->mappings->pdata[1])->name, ==, "e");
  g_assert_cmpstr (sg_mapping_list_find (list, "redis")->title, ==, "Mine");
  g_assert_null (sg_mapping_list_find (list, "b"));
  g_assert_cmpuint (g_strv_length (list->errors), ==, 2);
  expected = g_strdup_printf ("%s/b.yaml:3:29: there is no kind of metric “gage”: did you mean "
                              "\"gauge\"?",
                              folder);
  g_assert_cmpstr (list->errors[0], ==, expected);
  g_assert_nonnull (strstr (list->errors[1], "c.yml:1:1: a file before it is called “redis” too"));
  sg_test_remove_folder (folder);
}

static void
test_no_folder (void)
{
  g_autoptr (SgMappingList) list = sg_mapping_list_load ("/nonexistent/mappings");

  g_assert_cmpuint (list->mappings->len, ==, 5);
  g_assert_null (list->errors[0]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapping-list/shipped", test_shipped);
  g_test_add_func ("/mapping-list/user", test_user);
  g_test_add_func ("/mapping-list/no-folder", test_no_folder);
  return g_test_run ();
}
