/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-loading.h"

static gboolean
spinner_is_seen (gpointer loading)
{
  return gtk_widget_get_visible (sg_test_find (loading, GTK_TYPE_SPINNER));
}

static gboolean
words_are_seen (gpointer loading)
{
  return gtk_widget_get_mapped (sg_test_find (loading, GTK_TYPE_BUTTON));
}

/* Blank, then a spinner, then words and Cancel; and blank again the next time. */
static void
test_steps (void)
{
  GtkWidget *loading = sg_loading_new ();
  GtkWidget *window;
  gint64 start = g_get_monotonic_time ();

  sg_loading_set_text (SG_LOADING (loading), "Reading the metrics of node…");
  window = sg_test_present (loading, 300, 200);
  g_assert_false (words_are_seen (loading));
  sg_test_wait_until (spinner_is_seen, loading);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 150 * 1000);
  g_assert_false (words_are_seen (loading));
  sg_test_wait_until (words_are_seen, loading);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 2000 * 1000 - 1000);
  gtk_widget_set_visible (loading, FALSE);
  g_assert_false (spinner_is_seen (loading));
  gtk_widget_set_visible (loading, TRUE);
  g_assert_false (spinner_is_seen (loading));
  g_assert_false (words_are_seen (loading));
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/loading/steps", test_steps);
  return g_test_run ();
}
