/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "pages/sg-metrics-log-actions.h"
#include "pages/sg-metrics-log-export.h"
#include "pages/sg-metrics-log-page.h"
#include "widgets/sg-exposition-row.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  SgClock *clock;
  SgWindow *window;
  SgMetricsLogPage *page;
  SgExpositionModel *model;
} Fixture;

static gboolean
is_idle (gpointer model)
{
  return !sg_exposition_model_is_busy (model);
}

static void
show (Fixture    *fixture,
      const char *name)
{
  g_autoptr (SgExpositionPage) page = sg_test_exposition_new (name);

  sg_metrics_log_page_show (fixture->page, page);
  sg_test_wait_until (is_idle, fixture->model);
  sg_page_take_success (SG_PAGE (fixture->page), SG_TEST_NOW);
}

static void
set_filter (Fixture    *fixture,
            const char *filter)
{
  sg_metrics_log_page_set_filter (fixture->page, filter);
  sg_test_wait_until (is_idle, fixture->model);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgPage *page;

  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_test_window_new (fixture->clock, 1200, 800);
  page = sg_metrics_log_page_new ();
  sg_window_add_page (fixture->window, page);
  fixture->page = SG_METRICS_LOG_PAGE (page);
  fixture->model = sg_metrics_log_page_get_model (fixture->page);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->clock);
}

static GtkWidget *
list_of (Fixture *fixture)
{
  return sg_test_find_class (GTK_WIDGET (fixture->page), "sg-log");
}

/* The stack of the page's states: the one that has the list in it. */
static GtkStack *
stack_of (Fixture *fixture)
{
  return GTK_STACK (gtk_widget_get_ancestor (list_of (fixture), GTK_TYPE_STACK));
}

static const char *
shown (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (stack_of (fixture));
}

static const char *
count_of (Fixture *fixture)
{
  GtkWidget *grid = sg_test_find (GTK_WIDGET (fixture->page), GTK_TYPE_GRID);

  for (GtkWidget *child = gtk_widget_get_first_child (grid); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_LABEL (child))
        return gtk_label_get_label (GTK_LABEL (child));
    }
  return NULL;
}

static void
test_states (Fixture       *fixture,
             gconstpointer  data)
{
  SgPage *page = SG_PAGE (fixture->page);

  g_assert_cmpstr (shown (fixture), ==, "loading");
  sg_page_take_failure (page, "no answer");
  g_assert_cmpstr (shown (fixture), ==, "failed");
  show (fixture, "metrics.prom");
  g_assert_cmpstr (shown (fixture), ==, "list");
  g_assert_cmpstr (count_of (fixture), ==, "12 families · 34 series");
  sg_page_take_failure (page, "no answer");
  g_assert_cmpstr (shown (fixture), ==, "list");
  show (fixture, "empty.prom");
  g_assert_cmpstr (shown (fixture), ==, "empty");
}

/* A new filter begins at the top. */
static void
test_filter_goes_to_top (Fixture       *fixture,
                         gconstpointer  data)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list_of (fixture)));

  show (fixture, "metrics.prom");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  gtk_widget_activate_action (list_of (fixture), "list.scroll-to-item", "u", 57);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 0.);
  set_filter (fixture, "_");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0.);
}

static void
test_filter (Fixture       *fixture,
             gconstpointer  data)
{
  show (fixture, "metrics.prom");
  set_filter (fixture, "HTTP code");
  g_assert_cmpstr (count_of (fixture), ==, "1 of 12 families · 5 of 34 series");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->model)), ==, 7);
  set_filter (fixture, "<nothing> has & this");
  g_assert_cmpstr (shown (fixture), ==, "no-match");
  g_assert_cmpstr (adw_status_page_get_title (
                       ADW_STATUS_PAGE (gtk_stack_get_visible_child (stack_of (fixture)))),
                   ==, "No Family Matches “&lt;nothing&gt; has &amp; this”");
  set_filter (fixture, "");
  g_assert_cmpstr (shown (fixture), ==, "list");
}

static gboolean
has_rows (gpointer page)
{
  return sg_test_find (page, SG_TYPE_EXPOSITION_ROW) != NULL;
}

/* A refresh moves neither what is seen nor what is selected, although lines come before both. */
static void
test_refresh_keeps_place (Fixture       *fixture,
                          gconstpointer  data)
{
  GtkAdjustment *adjustment;
  GtkWidget *focus;
  double value;

  show (fixture, "metrics.prom");
  sg_test_wait_until (has_rows, fixture->page);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list_of (fixture)));
  gtk_widget_activate_action (list_of (fixture), "list.scroll-to-item", "u", 50);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (fixture->model), 50, TRUE);
  focus = gtk_root_get_focus (GTK_ROOT (fixture->window));
  value = gtk_adjustment_get_value (adjustment);
  g_assert_cmpfloat (value, >, 0.);
  show (fixture, "metrics-later.prom");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  /* The later page has one family of three lines more, near its beginning. */
  g_assert_true (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (fixture->model), 53));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >=, value);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (fixture->window)) == focus);
}

static guint
count_seen_rows (Fixture *fixture)
{
  float height = (float) gtk_widget_get_height (list_of (fixture));
  guint n = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (list_of (fixture)); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    {
      SgExpositionRow *row = SG_EXPOSITION_ROW (gtk_widget_get_first_child (item));
      graphene_rect_t bounds;
      const char *text;
      gsize length;
      g_autofree char *line = NULL;

      if (!gtk_widget_compute_bounds (GTK_WIDGET (row), list_of (fixture), &bounds)
          || gtk_widget_get_width (GTK_WIDGET (row)) == 0 || bounds.origin.y >= height
          || bounds.origin.y + bounds.size.height <= 0)
        continue;
      text = sg_exposition_line_get_text (sg_exposition_row_get_line (row), &length);
      line = g_strndup (text, length);
      g_assert_false (sg_exposition_row_is_stale (row));
      gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, line);
      n++;
    }
  return n;
}

/* Rows that are not seen draw nothing; as they come in sight, by whatever way, they say what is true now. */
static void
test_unseen_rows (Fixture       *fixture,
                  gconstpointer  data)
{
  static const guint positions[] = { 57, 0, 30, 60, 12 };

  sg_test_window_resize (fixture->window, 900, 400);
  show (fixture, "metrics.prom");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpuint (count_seen_rows (fixture), >, 8);
  for (guint i = 0; i < G_N_ELEMENTS (positions); i++)
    {
      show (fixture, i % 2 == 0 ? "metrics-later.prom" : "metrics.prom");
      gtk_widget_activate_action (list_of (fixture), "list.scroll-to-item", "u", positions[i]);
      sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
      g_assert_cmpuint (count_seen_rows (fixture), >, 8);
    }
  sg_test_window_resize (fixture->window, 900, 800);
  g_assert_cmpuint (count_seen_rows (fixture), >, 25);
  set_filter (fixture, "bytes");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpuint (count_seen_rows (fixture), >, 5);
}

/* The page and its states fit into 360 px, in either direction of text. */
static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  int least;

  show (fixture, "metrics.prom");
  sg_test_window_resize (fixture->window, 360, 400);
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  set_filter (fixture, "a_word_that_no_family_has_and_that_is_much_longer_than_the_page_is_wide");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  sg_page_take_failure (SG_PAGE (fixture->page), "a reason that needs several lines to be told");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
}

/* What is worked out on a thread for a window that is closed meanwhile is shown to nobody. */
static void
test_closed_meanwhile (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgExpositionPage) exposition = sg_test_exposition_new ("metrics.prom");
  SgWindow *window = sg_test_window_new (clock, 1200, 800);
  SgPage *page = sg_metrics_log_page_new ();
  g_autoptr (SgExpositionModel) model = NULL;

  sg_window_add_page (window, page);
  g_object_ref (page);
  model = g_object_ref (sg_metrics_log_page_get_model (SG_METRICS_LOG_PAGE (page)));
  sg_metrics_log_page_show (SG_METRICS_LOG_PAGE (page), exposition);
  g_assert_true (sg_exposition_model_is_busy (model));
  sg_test_destroy_window (GTK_WINDOW (window));
  sg_test_wait_until (is_idle, model);
  sg_metrics_log_page_show (SG_METRICS_LOG_PAGE (page), exposition);
  g_assert_finalize_object (page);
}

static void
got_text (GObject      *object,
          GAsyncResult *result,
          gpointer      data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static gboolean
has_toast (gpointer window)
{
  return sg_test_find (window, g_type_from_name ("AdwToastWidget")) != NULL;
}

static char *
clipboard_text (Fixture *fixture)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL,
                                 got_text, &text);
  sg_test_wait_until (is_set, &text);
  return text;
}

static void
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *selected = NULL;

  show (fixture, "metrics.prom");
  gtk_selection_model_select_range (GTK_SELECTION_MODEL (fixture->model), 2, 1, TRUE);
  gtk_selection_model_select_range (GTK_SELECTION_MODEL (fixture->model), 5, 1, FALSE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "log.copy", NULL);
  sg_test_wait_until (has_toast, fixture->window);
  selected = clipboard_text (fixture);
  g_assert_cmpstr (selected, ==, "process_cpu_seconds_total 1.84\nprocess_max_fds 1048576\n");
}

static void
test_context_menu (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *row;
  graphene_rect_t bounds;
  g_autofree char *family = NULL;

  show (fixture, "metrics.prom");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  row = sg_test_find (GTK_WIDGET (fixture->page), SG_TYPE_EXPOSITION_ROW);
  g_assert_true (gtk_widget_compute_bounds (row, list_of (fixture), &bounds));
  sg_metrics_log_actions_popup_menu (fixture->page, list_of (fixture), bounds.origin.x + 20,
                                     bounds.origin.y + 5);
  g_assert_nonnull (sg_test_find (GTK_WIDGET (fixture->page), GTK_TYPE_POPOVER_MENU));
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "log.copy-family", NULL);
  sg_test_wait_until (has_toast, fixture->window);
  family = clipboard_text (fixture);
  g_assert_true (g_str_has_prefix (family, "# HELP process_cpu_seconds_total "));
  g_assert_true (g_str_has_suffix (family, "\nprocess_cpu_seconds_total 1.84\n"));
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "log.filter-family", NULL);
  sg_test_wait_until (is_idle, fixture->model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->model)), ==, 3);
}

static void
test_export_names (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *text = sg_metrics_log_export_name ("sightglass", SG_EXPORT_TEXT, SG_TEST_NOW);
  g_autofree char *csv = sg_metrics_log_export_name ("a/b:c", SG_EXPORT_CSV, SG_TEST_NOW);

  g_assert_cmpstr (text, ==, "sightglass-20250514-135704.prom");
  g_assert_cmpstr (csv, ==, "a-b-c-20250514-135704.csv");
}

static void
engine_done (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_set_object ((GAsyncResult **) data, result);
}

static SgEngine *
start_engine (const char *storage)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgEngine *engine;

  sg_engine_options_set_storage_path (options, storage);
  g_assert_true (sg_engine_options_prefer_listen_address (options, "127.0.0.1:0", &error));
  engine = sg_engine_new (options);
  sg_engine_start_async (engine, NULL, engine_done, &result);
  sg_test_wait_until (is_set, &result);
  sg_engine_start_finish (engine, result, &error);
  g_assert_no_error (error);
  return engine;
}

static void
stop_engine (SgEngine *engine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sg_engine_stop_async (engine, engine_done, &result);
  sg_test_wait_until (is_set, &result);
  sg_engine_stop_finish (engine, result, &error);
  g_assert_no_error (error);
}

static gboolean
is_listed (gpointer data)
{
  return g_strcmp0 (shown (data), "list") == 0;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_folder (child);
    }
  g_remove (path);
}

typedef struct
{
  const char *path;
  const char *part;
} Exported;

/* A new file is there before it is full. */
static gboolean
is_written (gpointer data)
{
  Exported *exported = data;
  g_autofree char *text = NULL;

  return g_file_get_contents (exported->path, &text, NULL, NULL)
         && strstr (text, exported->part) != NULL;
}

static void
assert_exported (Fixture        *fixture,
                 const char     *folder,
                 SgExportFormat  format,
                 const char     *part)
{
  g_autofree char *path = g_build_filename (folder, "export", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Exported exported = { path, part };

  sg_metrics_log_export_to (fixture->page, format, file);
  sg_test_wait_until (is_written, &exported);
  g_remove (path);
}

/* With a real engine: the window refreshes by itself, and exports in every format. */
static void
test_engine (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *folder = g_dir_make_tmp ("sightglass-test-XXXXXX", NULL);
  g_autofree char *storage = g_build_filename (folder, "storage", NULL);
  g_autoptr (SgEngine) engine = start_engine (storage);

  sg_window_set_engine (fixture->window, engine);
  sg_test_wait_until (is_listed, fixture);
  g_assert_cmpstr (sg_metrics_log_page_get_job (fixture->page), ==, "sightglass");
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_HEALTHY);
  assert_exported (fixture, folder, SG_EXPORT_TEXT, "# TYPE sightglass_build_info gauge\n");
  assert_exported (fixture, folder, SG_EXPORT_OPENMETRICS, "# EOF\n");
  assert_exported (fixture, folder, SG_EXPORT_JSON, "\"sightglass_build_info\"");
  assert_exported (fixture, folder, SG_EXPORT_CSV, "sightglass_build_info");
  sg_test_wait_until (has_toast, fixture->window);
  sg_window_set_engine (fixture->window, NULL);
  stop_engine (engine);
  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/metrics-log-page/states", test_states);
  ADD ("/app/metrics-log-page/filter", test_filter);
  ADD ("/app/metrics-log-page/filter-goes-to-top", test_filter_goes_to_top);
  ADD ("/app/metrics-log-page/refresh-keeps-place", test_refresh_keeps_place);
  ADD ("/app/metrics-log-page/unseen-rows", test_unseen_rows);
  ADD ("/app/metrics-log-page/narrow", test_narrow);
  g_test_add_func ("/app/metrics-log-page/closed-meanwhile", test_closed_meanwhile);
  ADD ("/app/metrics-log-page/copy", test_copy);
  ADD ("/app/metrics-log-page/context-menu", test_context_menu);
  ADD ("/app/metrics-log-page/export-names", test_export_names);
  ADD ("/app/metrics-log-page/engine", test_engine);
  return g_test_run ();
}
