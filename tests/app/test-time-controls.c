/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-time-controls.h"
#include "widgets/sg-time-range-editor.h"

static void
test_label (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) time_window = sg_time_window_new (clock);
  GtkWidget *controls = g_object_ref_sink (sg_time_controls_new ());
  GtkWidget *choose = sg_test_find (controls, GTK_TYPE_MENU_BUTTON);

  sg_time_controls_set_time_window (SG_TIME_CONTROLS (controls), time_window);
  g_assert_cmpstr (sg_time_controls_get_label (SG_TIME_CONTROLS (controls)), ==,
                   "Last 15\u00a0min");
  gtk_test_accessible_assert_property (choose, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Time window: Last 15\u00a0min");
  sg_time_window_set_fixed (time_window, SG_TEST_NOW - 15 * 60000, SG_TEST_NOW);
  g_assert_cmpstr (sg_time_controls_get_label (SG_TIME_CONTROLS (controls)), ==,
                   "13:42\u00a0–\u00a013:57");
  g_assert_finalize_object (controls);
}

/* The menu is made when it is first opened: a choice for each quick span, a range of one's own, text. */
static void
test_menu (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) time_window = sg_time_window_new (clock);
  GtkWidget *controls = sg_time_controls_new ();
  GtkWidget *choose = sg_test_find (controls, GTK_TYPE_MENU_BUTTON);
  GtkWidget *window = sg_test_present (controls, 400, 200);
  g_autoptr (GMenuModel) spans = NULL;
  GtkPopover *popover;
  GtkWidget *editor;
  GMenuModel *menu;
  gsize n_spans;

  sg_time_controls_set_time_window (SG_TIME_CONTROLS (controls), time_window);
  sg_time_window_get_quick_spans (&n_spans);
  g_assert_null (gtk_menu_button_get_popover (GTK_MENU_BUTTON (choose)));
  sg_time_controls_popup (SG_TIME_CONTROLS (controls));
  popover = gtk_menu_button_get_popover (GTK_MENU_BUTTON (choose));
  menu = gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (popover));
  g_assert_cmpint (g_menu_model_get_n_items (menu), ==, 3);
  spans = g_menu_model_get_item_link (menu, 0, G_MENU_LINK_SECTION);
  g_assert_cmpint (g_menu_model_get_n_items (spans), ==, (int) n_spans);
  editor = sg_test_find (GTK_WIDGET (popover), SG_TYPE_TIME_RANGE_EDITOR);
  g_assert_true (sg_time_range_editor_apply (SG_TIME_RANGE_EDITOR (editor)));
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_FIXED);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (popover)));
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/time-controls/label", test_label);
  g_test_add_func ("/app/time-controls/menu", test_menu);
  return g_test_run ();
}
