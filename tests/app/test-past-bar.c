/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-past-bar.h"

static void
collect (GtkWidget *widget,
         GString   *out)
{
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (out, "%s%s", out->len > 0 ? " | " : "",
                            gtk_label_get_label (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, out);
}

static void
assert_texts (GtkWidget  *bar,
              const char *wanted)
{
  g_autoptr (GString) out = g_string_new (NULL);

  collect (bar, out);
  g_assert_cmpstr (out->str, ==, wanted);
}

static void
test_texts (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) time_window = sg_time_window_new (clock);
  GtkWidget *bar = g_object_ref_sink (sg_past_bar_new ());

  sg_past_bar_set_time_window (SG_PAST_BAR (bar), time_window);
  sg_time_window_pause (time_window);
  assert_texts (bar, "Paused at 13:57:04 | Data keeps coming in | Resume");
  sg_time_window_set_fixed (time_window, SG_TEST_NOW - 15 * 60000, SG_TEST_NOW);
  sg_clock_advance (clock, 2 * 3600 * 1000);
  sg_past_bar_update (SG_PAST_BAR (bar));
  assert_texts (bar, "You are looking at the past | Wednesday 14 May, 13:42\u00a0–\u00a013:57, "
                     "2\u00a0h ago | Back to Live");
  g_assert_finalize_object (bar);
}

/* It fits into 360 px: two lines, the second a caption. */
static void
test_narrow (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) time_window = sg_time_window_new (clock);
  GtkWidget *bar = g_object_ref_sink (sg_past_bar_new ());
  int least, wide_height, narrow_height;

  sg_time_window_set_fixed (time_window, SG_TEST_NOW - 15 * 60000, SG_TEST_NOW);
  sg_past_bar_set_time_window (SG_PAST_BAR (bar), time_window);
  gtk_widget_measure (bar, GTK_ORIENTATION_VERTICAL, -1, &wide_height, NULL, NULL, NULL);
  sg_past_bar_set_width_class (SG_PAST_BAR (bar), SG_WIDTH_NARROW);
  gtk_widget_measure (bar, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  gtk_widget_measure (bar, GTK_ORIENTATION_VERTICAL, -1, &narrow_height, NULL, NULL, NULL);
  g_assert_cmpint (narrow_height, >=, wide_height);
  sg_past_bar_set_width_class (SG_PAST_BAR (bar), SG_WIDTH_WIDE);
  g_assert_finalize_object (bar);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/past-bar/texts", test_texts);
  g_test_add_func ("/app/past-bar/narrow", test_narrow);
  return g_test_run ();
}
