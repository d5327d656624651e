/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-exposition-copy.h"

static const char text[] =
    "# HELP a First\na{x=\"1\"} 1\r\na{x=\"2\"} 2\n# HELP b Second\nb \xff\n";

static SgExpositionView *
make_view (const char *filter)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (SgExpositionPage) page = sg_exposition_page_new (bytes, (SgTimeNs) { 1 });

  return sg_exposition_view_new (page, filter);
}

static void
take_result (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static char *
copy (SgExpositionView *view,
      GtkBitset        *rows)
{
  g_autoptr (GAsyncResult) result = NULL;

  sg_exposition_copy_async (view, rows, take_result, &result);
  sg_test_wait_until (is_set, &result);
  return sg_exposition_copy_finish (result);
}

static void
test_copy_rows (void)
{
  g_autoptr (SgExpositionView) view = make_view ("");
  g_autoptr (GtkBitset) rows = gtk_bitset_new_empty ();
  g_autofree char *two = NULL;
  g_autofree char *all = NULL;

  gtk_bitset_add (rows, 1);
  gtk_bitset_add (rows, 3);
  two = copy (view, rows);
  g_assert_cmpstr (two, ==, "a{x=\"1\"} 1\n# HELP b Second\n");
  /* Rows that are not there are left out, and what is no UTF-8 is made so. */
  gtk_bitset_add_range (rows, 0, 1000);
  all = copy (view, rows);
  g_assert_cmpstr (all, ==,
                   "# HELP a First\na{x=\"1\"} 1\na{x=\"2\"} 2\n# HELP b Second\nb \xef\xbf\xbd\n");
}

static void
test_copy_family (void)
{
  g_autoptr (SgExpositionView) all = make_view ("");
  g_autoptr (SgExpositionView) second = make_view ("second");
  g_autoptr (GtkBitset) a = sg_exposition_copy_family_rows (all, 1);
  g_autoptr (GtkBitset) b = sg_exposition_copy_family_rows (second, 1);
  g_autofree char *a_text = copy (all, a);
  g_autofree char *b_text = copy (second, b);

  g_assert_cmpstr (a_text, ==, "# HELP a First\na{x=\"1\"} 1\na{x=\"2\"} 2\n");
  g_assert_cmpstr (b_text, ==, "# HELP b Second\nb \xef\xbf\xbd\n");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/exposition-copy/rows", test_copy_rows);
  g_test_add_func ("/app/exposition-copy/family", test_copy_family);
  return g_test_run ();
}
