/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-query-history.h"

static void
test_texts (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  g_autoptr (SgQueryHistory) history = sg_query_history_new (settings);
  g_autoptr (SgQueryHistory) later = NULL;

  sg_query_history_add (history, "a");
  sg_query_history_add (history, "  b\n");
  sg_query_history_add (history, "   ");
  sg_query_history_add (history, "a");
  g_assert_true (
      g_strv_equal (sg_query_history_get_texts (history), (const char *[]) { "a", "b", NULL }));
  later = sg_query_history_new (settings);
  g_assert_true (
      g_strv_equal (sg_query_history_get_texts (later), (const char *[]) { "a", "b", NULL }));
  sg_query_history_clear (later);
  g_assert_null (sg_query_history_get_texts (later)[0]);
  g_settings_reset (settings, "explore-history");
}

static void
test_bound (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  g_autoptr (SgQueryHistory) history = sg_query_history_new (settings);

  for (guint i = 0; i < SG_QUERY_HISTORY_MAX + 10; i++)
    {
      g_autofree char *text = g_strdup_printf ("x%u", i);

      sg_query_history_add (history, text);
    }
  g_assert_cmpuint (g_strv_length ((GStrv) sg_query_history_get_texts (history)), ==,
                    SG_QUERY_HISTORY_MAX);
  g_assert_cmpstr (sg_query_history_get_texts (history)[0], ==, "x59");
  g_settings_reset (settings, "explore-history");
}

static void
test_saved (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  g_autoptr (SgQueryHistory) history = sg_query_history_new (settings);
  g_autoptr (SgQueryHistory) later = NULL;

  sg_query_history_save (history, "one", "a");
  sg_query_history_save (history, "two", "b");
  sg_query_history_save (history, "one", "c");
  g_assert_cmpuint (sg_query_history_get_n_saved (history), ==, 2);
  later = sg_query_history_new (settings);
  g_assert_cmpstr (sg_query_history_get_saved (later, 1).name, ==, "one");
  g_assert_cmpstr (sg_query_history_get_saved (later, 1).text, ==, "c");
  sg_query_history_forget (later, "one");
  g_assert_cmpuint (sg_query_history_get_n_saved (later), ==, 1);
  g_settings_reset (settings, "explore-saved");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/query-history/texts", test_texts);
  g_test_add_func ("/app/query-history/bound", test_bound);
  g_test_add_func ("/app/query-history/saved", test_saved);
  return g_test_run ();
}
