/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "widgets/sg-strip.h"

static void
test_states (void)
{
  SgPage *page =
      SG_PAGE (g_object_ref_sink (sg_test_page_new ("Test", "sg-log-symbolic", "Monitor", FALSE)));
  GtkWidget *strip = g_object_ref_sink (sg_strip_new ());

  sg_strip_set_page (SG_STRIP (strip), page);
  g_assert_false (gtk_widget_get_visible (strip));
  /* Without data the page itself says so, and not the strip. */
  sg_page_take_failure (page, "no disk");
  g_assert_false (gtk_widget_get_visible (strip));
  sg_page_take_success (page, SG_TEST_NOW);
  sg_page_take_failure (page, "no disk\nsomething that only Details have room for");
  g_assert_true (gtk_widget_get_visible (strip));
  g_assert_cmpstr (sg_strip_get_text (SG_STRIP (strip)), ==,
                   "Refresh failed: no disk. Showing data of 13:57:04.");
  sg_page_take_failure (page, "no network");
  g_assert_cmpstr (sg_strip_get_text (SG_STRIP (strip)), ==,
                   "Refresh failed: no network. Showing data of 13:57:04.");
  sg_page_take_success (page, SG_TEST_NOW + 5000);
  g_assert_false (gtk_widget_get_visible (strip));
  g_assert_finalize_object (strip);
  g_assert_finalize_object (page);
}

static void
test_narrow (void)
{
  SgPage *page =
      SG_PAGE (g_object_ref_sink (sg_test_page_new ("Test", "sg-log-symbolic", "Monitor", FALSE)));
  GtkWidget *strip = g_object_ref_sink (sg_strip_new ());
  int least;

  sg_strip_set_page (SG_STRIP (strip), page);
  sg_page_take_success (page, SG_TEST_NOW);
  sg_page_take_failure (page, "a_reason_that_is_one_very_long_word_without_any_place_to_break_it");
  sg_page_set_width_class (page, SG_WIDTH_NARROW);
  gtk_widget_measure (strip, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360 - 24);
  g_assert_finalize_object (strip);
  g_assert_finalize_object (page);
}

/* Details are made when they are asked for, and hold the whole error. */
static void
test_details (void)
{
  SgPage *page =
      SG_PAGE (g_object_ref_sink (sg_test_page_new ("Test", "sg-log-symbolic", "Monitor", FALSE)));
  GtkWidget *strip = sg_strip_new ();
  GtkWidget *window, *button, *popover;

  sg_strip_set_page (SG_STRIP (strip), page);
  sg_page_take_success (page, SG_TEST_NOW);
  sg_page_take_failure (page, "first\nsecond");
  window = sg_test_present (strip, 800, 200);
  button = sg_test_find (strip, GTK_TYPE_MENU_BUTTON);
  g_assert_null (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  g_assert_true (gtk_widget_get_sensitive (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (gtk_popover_get_child (GTK_POPOVER (popover)))),
                   ==, "first\nsecond");
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
  sg_test_destroy_window (GTK_WINDOW (window));
  g_assert_finalize_object (page);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/strip/states", test_states);
  g_test_add_func ("/app/strip/narrow", test_narrow);
  g_test_add_func ("/app/strip/details", test_details);
  return g_test_run ();
}
