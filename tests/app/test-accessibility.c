/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-targets.h"

#include "pages/sg-explore-page.h"
#include "pages/sg-metrics-log-page.h"
#include "pages/sg-targets-page-private.h"

/*
 * The walk that a screen reader makes: every control of the window, in each of its states, has a role,
 * and a name: its own, that of a label that belongs to it, or its text.
 */
typedef struct
{
  SgClock *clock;
  GSettings *settings;
  SgWindow *window;
  SgExplorePage *explore;
  guint n_controls;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();
  g_autoptr (SgExpositionPage) exposition = sg_test_exposition_new ("metrics.prom");
  SgPage *log = sg_metrics_log_page_new ();

  fixture->clock = sg_test_clock_new ();
  fixture->settings = sg_test_settings_new ();
  fixture->window = sg_test_window_new (fixture->clock, GPOINTER_TO_INT (data), 700);
  sg_window_add_page (fixture->window, log);
  sg_metrics_log_page_show (SG_METRICS_LOG_PAGE (log), exposition);
  fixture->explore = SG_EXPLORE_PAGE (sg_explore_page_new (fixture->settings));
  sg_window_add_page (fixture->window, SG_PAGE (fixture->explore));
  sg_explore_page_set_catalog (fixture->explore, catalog);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "explore-queries");
  g_settings_reset (fixture->settings, "explore-history");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static gboolean
has_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_label (GTK_LABEL (widget)) != '\0';
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (has_text (child))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  return gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)
         || (GTK_IS_BUTTON (widget) && has_text (widget))
         || (GTK_IS_LIST_BOX_ROW (widget) && has_text (widget));
}

/* What GTK makes inside of its own widgets is theirs to name. */
static gboolean
is_control (GtkWidget *widget)
{
  if (GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget))
      || GTK_IS_DROP_DOWN (gtk_widget_get_parent (widget))
      || gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL)
    return FALSE;
  return GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget) || GTK_IS_DROP_DOWN (widget)
         || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_TEXT_VIEW (widget)
         || GTK_IS_LIST_BOX (widget) || GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_LIST_VIEW (widget)
         || GTK_IS_COLUMN_VIEW (widget) || GTK_IS_LEVEL_BAR (widget) || GTK_IS_CALENDAR (widget);
}

static char *
path_of (GtkWidget *widget)
{
  GString *path = g_string_new (NULL);

  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    g_string_prepend (path, G_OBJECT_TYPE_NAME (widget)), g_string_prepend_c (path, '/');
  return g_string_free (path, FALSE);
}

static void
walk (Fixture   *fixture,
      GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget) || GTK_IS_CALENDAR (gtk_widget_get_parent (widget)))
    return;
  if (is_control (widget))
    {
      GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));

      fixture->n_controls++;
      /* The inner list of a column view is named by the view. */
      if ((!has_name (widget) && !GTK_IS_COLUMN_VIEW (gtk_widget_get_parent (widget)))
          || role == GTK_ACCESSIBLE_ROLE_WIDGET || role == GTK_ACCESSIBLE_ROLE_NONE)
        {
          g_autofree char *path = path_of (widget);

          g_test_message ("without a name or a role: %s", path);
          g_test_fail ();
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    walk (fixture, child);
}

static void
check (Fixture *fixture)
{
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  fixture->n_controls = 0;
  walk (fixture, GTK_WIDGET (fixture->window));
  g_assert_cmpuint (fixture->n_controls, >=, 5);
}

static void
test_walk (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const views[] = { "table", "raw", "explain", "chart" };
  const char *labels[] = { "x{code=\"200\"}", "x{code=\"404\"}", NULL };
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);

  g_ptr_array_add (answers, sg_test_answer_new ("x", labels, 2, 60));
  check (fixture);
  sg_window_show_tab (fixture->window, 1);
  check (fixture);
  sg_explore_page_ask (fixture->explore, "rate(x)");
  gtk_widget_activate_action (GTK_WIDGET (fixture->explore), "explore.add-query", NULL);
  sg_explore_page_show (fixture->explore, answers);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (fixture->explore), "explore.view", "s", views[i]);
      check (fixture);
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture->explore), "explore.browse", NULL);
  check (fixture);
  sg_time_window_pause (sg_window_get_time_window (fixture->window));
  check (fixture);
}

/* The targets: the list, the details of one, what was found, all that a job has. */
static void
test_targets (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (SgTargetList) list = sg_test_targets_new ();
  g_autoptr (SgConfigStatus) config = sg_test_config_status_new (NULL);
  g_autoptr (GPtrArray) found = sg_test_found_new ();
  SgTargetsPage *page = SG_TARGETS_PAGE (sg_targets_page_new (NULL));

  sg_window_add_page (fixture->window, SG_PAGE (page));
  sg_window_show_tab (fixture->window, 2);
  sg_test_targets_show (page, list, config);
  sg_page_take_success (SG_PAGE (page), SG_TEST_NOW);
  sg_found_list_show (page->found, found);
  check (fixture);
  sg_targets_page_choose (page, "shop", "http://localhost:9403/metrics");
  check (fixture);
  sg_targets_page_close_details (page);
  g_signal_emit_by_name (gtk_widget_get_first_child (GTK_WIDGET (page->sections)), "show-all");
  check (fixture);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/accessibility/wide", Fixture, GINT_TO_POINTER (1100), set_up, test_walk,
              tear_down);
  g_test_add ("/app/accessibility/narrow", Fixture, GINT_TO_POINTER (360), set_up, test_walk,
              tear_down);
  g_test_add ("/app/accessibility/targets", Fixture, GINT_TO_POINTER (1100), set_up, test_targets,
              tear_down);
  return g_test_run ();
}
