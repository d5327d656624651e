/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "pages/sg-explore-page.h"
#include "sg-command-palette.h"

typedef struct
{
  SgClock *clock;
  GSettings *settings;
  SgWindow *window;
  SgCommandPalette *palette;
} Fixture;

static gboolean
is_palette (gpointer window)
{
  return SG_IS_COMMAND_PALETTE (window);
}

static SgCommandPalette *
find_palette (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (is_palette (window))
        return SG_COMMAND_PALETTE (window);
    }
  return NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();
  SgPage *explore;

  fixture->clock = sg_test_clock_new ();
  fixture->settings = sg_test_settings_new ();
  fixture->window = sg_test_window_new (fixture->clock, 1000, 600);
  sg_window_add_page (fixture->window,
                      SG_PAGE (sg_test_page_new ("One", "sg-log-symbolic", "Monitor", TRUE)));
  explore = sg_explore_page_new (fixture->settings);
  sg_window_add_page (fixture->window, explore);
  sg_explore_page_set_catalog (SG_EXPLORE_PAGE (explore), catalog);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.commands", NULL);
  fixture->palette = find_palette ();
  g_assert_nonnull (fixture->palette);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  SgCommandPalette *palette = find_palette ();

  if (palette != NULL)
    gtk_window_destroy (GTK_WINDOW (palette));
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "explore-queries");
  g_settings_reset (fixture->settings, "explore-history");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static void
assert_first (Fixture    *fixture,
              const char *words,
              const char *title,
              const char *group)
{
  SgCommand *command;

  sg_command_palette_find (fixture->palette, words);
  command = sg_command_palette_get_selected (fixture->palette);
  g_assert_nonnull (command);
  g_assert_cmpstr (sg_command_get_title (command), ==, title);
  g_assert_cmpstr (sg_command_get_group (command), ==, group);
}

static void
test_finds (Fixture       *fixture,
            gconstpointer  data)
{
  assert_first (fixture, "", "One", "Tab");
  assert_first (fixture, "EXPL", "Explore", "Tab");
  assert_first (fixture, "requests t", "http_requests_total", "Metric");
  assert_first (fixture, "pref", "Preferences", "Action");
  assert_first (fixture, "last 24", "Last 24\u00a0h", "Time");
  assert_first (fixture, "metrics browse", "Browse Metrics", "Explore");
  sg_command_palette_find (fixture->palette, "no such thing");
  g_assert_cmpuint (sg_command_palette_get_n_found (fixture->palette), ==, 0);
  g_assert_null (sg_command_palette_get_selected (fixture->palette));
}

/* A metric is asked for where one asks; the palette is gone then. */
static void
test_chooses (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (GStrv) queries = NULL;

  sg_command_palette_find (fixture->palette, "http_requests_total");
  sg_command_palette_choose (fixture->palette);
  g_assert_cmpstr (sg_page_get_title (sg_window_get_page (fixture->window)), ==, "Explore");
  queries = g_settings_get_strv (fixture->settings, "explore-queries");
  g_assert_cmpstr (queries[0], ==, "rate(http_requests_total[$rate])");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (find_palette ());
}

static void
test_window_action (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_command_palette_find (fixture->palette, "last 6");
  sg_command_palette_choose (fixture->palette);
  g_assert_cmpint (sg_time_window_get_span (sg_window_get_time_window (fixture->window)), ==,
                   6 * 3600 * 1000);
}

/* The arrows move the choice while the entry keeps the focus, and go round. */
static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *words = sg_test_find (GTK_WIDGET (fixture->palette), GTK_TYPE_SEARCH_ENTRY);
  GListModel *controllers = gtk_widget_observe_controllers (words);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean taken;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        {
          g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Down, 0, 0, &taken);
          g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Down, 0, 0, &taken);
          g_signal_emit_by_name (controller, "key-pressed", GDK_KEY_Up, 0, 0, &taken);
        }
    }
  g_object_unref (controllers);
  g_assert_cmpstr (sg_command_get_title (sg_command_palette_get_selected (fixture->palette)), ==,
                   "Explore");
  gtk_test_accessible_assert_property (words, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Explore, Tab");
}

/* Every action that it lists is there to be done. */
static void
test_actions_exist (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) commands = sg_window_list_commands (fixture->window);

  g_assert_cmpuint (commands->len, >, 20);
  for (guint i = 0; i < commands->len; i++)
    {
      const char *action = sg_command_get_action (commands->pdata[i]);

      if (g_str_has_prefix (action, "win."))
        g_assert_true (g_action_group_has_action (G_ACTION_GROUP (fixture->window), action + 4));
    }
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/command-palette/finds", Fixture, NULL, set_up, test_finds, tear_down);
  g_test_add ("/app/command-palette/chooses", Fixture, NULL, set_up, test_chooses, tear_down);
  g_test_add ("/app/command-palette/window-action", Fixture, NULL, set_up, test_window_action,
              tear_down);
  g_test_add ("/app/command-palette/keys", Fixture, NULL, set_up, test_keys, tear_down);
  g_test_add ("/app/command-palette/actions-exist", Fixture, NULL, set_up, test_actions_exist,
              tear_down);
  return g_test_run ();
}
