/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "sg-settings.h"
#include "sg-shortcuts-window.h"
#include "widgets/sg-page-title.h"
#include "widgets/sg-past-bar.h"
#include "widgets/sg-sidebar-row.h"
#include "widgets/sg-time-controls.h"

#include <glib/gstdio.h>

typedef struct
{
  SgClock *clock;
  SgWindow *window;
  SgTestPage *pages[3];
} Fixture;

static void
set_up_width (Fixture *fixture,
              int      width)
{
  static const struct
  {
    const char *title;
    const char *group;
    gboolean wants_time_window;
  } pages[] = { { "One", "Monitor", TRUE },
                { "Two", "Monitor", FALSE },
                { "Three", "Respond", TRUE } };

  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_test_window_new (fixture->clock, width, 600);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      fixture->pages[i] = sg_test_page_new (pages[i].title, "sg-log-symbolic", pages[i].group,
                                            pages[i].wants_time_window);
      sg_window_add_page (fixture->window, SG_PAGE (fixture->pages[i]));
    }
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  set_up_width (fixture, data != NULL ? GPOINTER_TO_INT (data) : 1200);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->clock);
}

static const char *
caption_of (Fixture *fixture)
{
  return sg_page_title_get_caption (
      SG_PAGE_TITLE (sg_test_find (GTK_WIDGET (fixture->window), SG_TYPE_PAGE_TITLE)));
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL);
}

static gboolean
is_enabled (Fixture    *fixture,
            const char *action)
{
  return g_action_get_enabled (g_action_map_lookup_action (G_ACTION_MAP (fixture->window), action));
}

static AdwFlap *
flap_of (Fixture *fixture)
{
  return ADW_FLAP (sg_test_find (GTK_WIDGET (fixture->window), ADW_TYPE_FLAP));
}

static void
test_tabs (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_window_get_page (fixture->window) == SG_PAGE (fixture->pages[0]));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.tab", "i", 3);
  g_assert_true (sg_window_get_page (fixture->window) == SG_PAGE (fixture->pages[2]));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.tab", "i", 9);
  g_assert_true (sg_window_get_page (fixture->window) == SG_PAGE (fixture->pages[2]));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.tab", "i", 0);
  g_assert_true (sg_window_get_page (fixture->window) == SG_PAGE (fixture->pages[2]));
}

/* The walk of the design; a warning would end the test. */
static void
test_width_walk (Fixture       *fixture,
                 gconstpointer  data)
{
  static const int widths[] = { 1200, 1000, 700, 400, 1200, 360, 900 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      sg_test_window_resize (fixture->window, widths[i], 600);
      g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), ==, widths[i]);
      g_assert_true (adw_flap_get_folded (flap_of (fixture)) == (widths[i] < 860));
      g_assert_cmpint (sg_page_get_width_class (SG_PAGE (fixture->pages[0])), ==,
                       sg_width_class_for_width (widths[i]));
    }
}

/* The sidebar is 236 px wide, and a tab that is chosen closes it where it lies over the page. */
static void
test_sidebar (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *sidebar = adw_flap_get_flap (flap_of (fixture));
  GtkWidget *row = sg_test_find (sidebar, SG_TYPE_SIDEBAR_ROW);

  g_assert_cmpint (gtk_widget_get_allocated_width (sidebar), ==, 236);
  g_assert_true (adw_flap_get_reveal_flap (flap_of (fixture)));
  activate (fixture, "win.sidebar");
  g_assert_true (adw_flap_get_reveal_flap (flap_of (fixture)));
  sg_test_window_resize (fixture->window, 500, 600);
  g_assert_false (adw_flap_get_reveal_flap (flap_of (fixture)));
  activate (fixture, "win.sidebar");
  g_assert_true (adw_flap_get_reveal_flap (flap_of (fixture)));
  g_signal_emit_by_name (gtk_widget_get_parent (row), "row-activated", row);
  g_assert_false (adw_flap_get_reveal_flap (flap_of (fixture)));
}

/* The first frame already has the class of the width that was kept. */
static void
test_first_frame_is_narrow (Fixture       *fixture,
                            gconstpointer  data)
{
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), ==, 400);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->window), "narrow"));
}

static void
test_caption (Fixture       *fixture,
              gconstpointer  data)
{
  SgPage *page = SG_PAGE (fixture->pages[0]);

  g_assert_cmpstr (caption_of (fixture), ==, "Starting…");
  sg_page_take_success (page, SG_TEST_NOW);
  g_assert_cmpstr (caption_of (fixture), ==, "Live · updated now");
  /* It counts by itself, on the whole second. */
  sg_clock_advance (fixture->clock, 2000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (caption_of (fixture), ==, "Live · updated 2\u00a0s ago");
  sg_clock_advance (fixture->clock, 999);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (caption_of (fixture), ==, "Live · updated 2\u00a0s ago");
  sg_clock_advance (fixture->clock, 1);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (caption_of (fixture), ==, "Live · updated 3\u00a0s ago");
  sg_page_take_failure (page, "no answer");
  sg_clock_advance (fixture->clock, 44000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (caption_of (fixture), ==, "Live · no answer for 47\u00a0s");
}

static void
test_caption_narrow (Fixture       *fixture,
                     gconstpointer  data)
{
  sg_page_take_success (SG_PAGE (fixture->pages[0]), SG_TEST_NOW);
  sg_clock_advance (fixture->clock, 2000);
  sg_window_update_caption (fixture->window);
  g_assert_cmpstr (caption_of (fixture), ==, "Live · 2\u00a0s ago");
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  SgTimeWindow *time_window = sg_window_get_time_window (fixture->window);

  activate (fixture, "win.pause");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_PAUSED);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (fixture->window), "past"));
  g_assert_cmpstr (caption_of (fixture), ==, "Paused at 13:57:04");
  g_assert_true (is_enabled (fixture, "refresh"));
  g_assert_true (is_enabled (fixture, "time-choose"));
  /* A page that shows only the present cannot be refreshed while time stands still. */
  sg_window_show_tab (fixture->window, 1);
  g_assert_false (is_enabled (fixture, "refresh"));
  g_assert_false (is_enabled (fixture, "time-choose"));
  activate (fixture, "win.back-to-live");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_LIVE);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (fixture->window), "past"));
  activate (fixture, "win.pause");
  activate (fixture, "win.pause");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_LIVE);
}

static void
test_past (Fixture       *fixture,
           gconstpointer  data)
{
  SgTimeWindow *time_window = sg_window_get_time_window (fixture->window);

  sg_time_window_set_fixed (time_window, SG_TEST_NOW - 15 * 60000, SG_TEST_NOW);
  g_assert_cmpstr (caption_of (fixture), ==, "14 May, 13:42\u00a0–\u00a013:57");
  g_assert_false (is_enabled (fixture, "pause"));
  g_assert_true (is_enabled (fixture, "time-back"));
  activate (fixture, "win.time-back");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_LIVE);
  activate (fixture, "win.time-forward");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_FIXED);
  activate (fixture, "win.back-to-live");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_LIVE);
}

static void
test_time_span (Fixture       *fixture,
                gconstpointer  data)
{
  SgTimeWindow *time_window = sg_window_get_time_window (fixture->window);
  g_autoptr (GVariant) state = NULL;

  g_action_group_change_action_state (G_ACTION_GROUP (fixture->window), "time-span",
                                      g_variant_new_int64 (3600000));
  g_assert_cmpint (sg_time_window_get_span (time_window), ==, 3600000);
  state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "time-span");
  g_assert_cmpint (g_variant_get_int64 (state), ==, 3600000);
}

static void
collect (GtkWidget *root,
         GType      type,
         GPtrArray *found)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    g_ptr_array_add (found, root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

/* In the header bar, at the bottom where it is narrow, and nowhere when the page has no use for them. */
static void
test_time_controls (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  GtkWidget *header, *bottom;

  collect (GTK_WIDGET (fixture->window), SG_TYPE_TIME_CONTROLS, found);
  g_assert_cmpuint (found->len, ==, 2);
  header = g_ptr_array_index (found, 0);
  bottom = g_ptr_array_index (found, 1);
  g_assert_true (gtk_widget_is_visible (header));
  g_assert_false (gtk_widget_is_visible (bottom));
  sg_window_show_tab (fixture->window, 1);
  g_assert_false (gtk_widget_is_visible (header));
  sg_window_show_tab (fixture->window, 2);
  sg_test_window_resize (fixture->window, 400, 600);
  g_assert_false (gtk_widget_is_visible (header));
  g_assert_true (gtk_widget_is_visible (bottom));
  sg_window_show_tab (fixture->window, 1);
  g_assert_false (gtk_widget_is_visible (bottom));
}

static void
test_trouble (Fixture       *fixture,
              gconstpointer  data)
{
  sg_window_set_trouble (fixture->window, "http: 8080 <is> taken");
  g_assert_cmpstr (caption_of (fixture), ==, "Not running");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  sg_window_set_trouble (fixture->window, NULL);
  g_assert_cmpstr (caption_of (fixture), ==, "Starting…");
}

/* The line under the header bar is there while something lies under it. */
static void
test_scrolled (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *title = sg_test_find (GTK_WIDGET (fixture->window), SG_TYPE_PAGE_TITLE);
  GtkWidget *header = gtk_widget_get_ancestor (title, ADW_TYPE_HEADER_BAR);

  sg_page_set_scrolled (SG_PAGE (fixture->pages[0]), TRUE);
  g_assert_true (gtk_widget_has_css_class (header, "scrolled"));
  sg_window_show_tab (fixture->window, 1);
  g_assert_false (gtk_widget_has_css_class (header, "scrolled"));
  sg_page_set_scrolled (SG_PAGE (fixture->pages[0]), FALSE);
  sg_window_show_tab (fixture->window, 0);
  g_assert_false (gtk_widget_has_css_class (header, "scrolled"));
}

/* Every button that has only an icon says what it is. */
static void
test_buttons_have_names (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  guint n_icon_only = 0;

  collect (GTK_WIDGET (fixture->window), GTK_TYPE_BUTTON, found);
  for (guint i = 0; i < found->len; i++)
    {
      GtkWidget *button = g_ptr_array_index (found, i);
      GtkWidget *parent = gtk_widget_get_parent (button);
      GtkWidget *named = GTK_IS_MENU_BUTTON (parent) ? parent : button;

      if (gtk_button_get_icon_name (GTK_BUTTON (button)) == NULL
          || g_str_equal (G_OBJECT_TYPE_NAME (parent), "GtkWindowControls"))
        continue;
      n_icon_only++;
      if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (named), GTK_ACCESSIBLE_PROPERTY_LABEL))
        g_error ("the button %s has no name", gtk_button_get_icon_name (GTK_BUTTON (button)));
    }
  g_assert_cmpuint (n_icon_only, >=, 5);
}

static void
test_state_is_kept (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (GSettings) settings = NULL;
  SgWindow *window = sg_test_window_new (clock, 1000, 500);

  for (int i = 0; i < 2; i++)
    sg_window_add_page (window,
                        SG_PAGE (sg_test_page_new ("Page", "sg-log-symbolic", "Monitor", FALSE)));
  sg_window_show_tab (window, 1);
  sg_test_window_resize (window, 700, 550);
  gtk_window_close (GTK_WINDOW (window));
  g_object_unref (window);
  settings = sg_settings_new (NULL);
  g_assert_cmpint (g_settings_get_int (settings, "window-width"), ==, 700);
  g_assert_cmpint (g_settings_get_int (settings, "window-height"), ==, 550);
  g_assert_cmpint (g_settings_get_int (settings, "tab"), ==, 1);
  g_assert_cmpint (g_settings_get_enum (settings, "width-class"), ==, SG_WIDTH_MEDIUM);
}

/* The focus begins where Space is free to pause, and not at the first button. */
static void
test_first_focus (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *window = sg_window_new (sg_test_app_get (), settings, clock);

  sg_window_add_page (SG_WINDOW (window),
                      SG_PAGE (sg_test_page_new ("Page", "sg-log-symbolic", "Monitor", FALSE)));
  gtk_window_present (g_object_ref (GTK_WINDOW (window)));
  sg_test_wait_for_frame (window);
  g_assert_true (SG_IS_SIDEBAR_ROW (gtk_window_get_focus (GTK_WINDOW (window))));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_shortcuts (void)
{
  GtkWidget *window = sg_shortcuts_window_new ();

  g_object_ref (window);
  gtk_window_present (GTK_WINDOW (window));
  sg_test_wait_for_frame (window);
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* Whoever looks at what is made up is told so. */
static void
test_demo (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("test-window-XXXXXX", NULL);
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (SgEngine) real = NULL;
  g_autoptr (SgEngine) demo = NULL;
  GtkWidget *pill = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (fixture->window), SG_TYPE_WINDOW, "demo_pill"));

  sg_engine_options_set_storage_path (options, folder);
  real = sg_engine_new (options);
  sg_engine_options_set_demo (options, TRUE);
  g_assert_true (sg_engine_options_get_demo (options));
  demo = sg_engine_new (options);
  g_assert_false (gtk_widget_get_visible (pill));
  sg_window_set_engine (fixture->window, real);
  g_assert_false (gtk_widget_get_visible (pill));
  sg_window_set_engine (fixture->window, demo);
  g_assert_true (gtk_widget_get_visible (pill));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (pill)), ==, "Demo");
  sg_window_set_engine (fixture->window, NULL);
  g_assert_false (gtk_widget_get_visible (pill));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/window/tabs", test_tabs);
  ADD ("/app/window/width-walk", test_width_walk);
  ADD ("/app/window/sidebar", test_sidebar);
  g_test_add ("/app/window/first-frame-is-narrow", Fixture, GINT_TO_POINTER (400), set_up,
              test_first_frame_is_narrow, tear_down);
  ADD ("/app/window/caption", test_caption);
  g_test_add ("/app/window/caption-narrow", Fixture, GINT_TO_POINTER (400), set_up,
              test_caption_narrow, tear_down);
  ADD ("/app/window/pause", test_pause);
  ADD ("/app/window/past", test_past);
  ADD ("/app/window/time-span", test_time_span);
  ADD ("/app/window/time-controls", test_time_controls);
  ADD ("/app/window/trouble", test_trouble);
  ADD ("/app/window/scrolled", test_scrolled);
  ADD ("/app/window/buttons-have-names", test_buttons_have_names);
  ADD ("/app/window/demo", test_demo);
  g_test_add_func ("/app/window/state-is-kept", test_state_is_kept);
  g_test_add_func ("/app/window/first-focus", test_first_focus);
  g_test_add_func ("/app/window/shortcuts", test_shortcuts);
  return g_test_run ();
}
