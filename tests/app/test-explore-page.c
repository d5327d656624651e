/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "pages/sg-explore-page-private.h"

#include <string.h>

typedef struct
{
  SgClock *clock;
  GSettings *settings;
  SgWindow *window;
  SgExplorePage *page;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();

  fixture->clock = sg_test_clock_new ();
  fixture->settings = sg_test_settings_new ();
  fixture->window =
      sg_test_window_new (fixture->clock, data != NULL ? GPOINTER_TO_INT (data) : 1000, 700);
  fixture->page = SG_EXPLORE_PAGE (sg_explore_page_new (fixture->settings));
  sg_window_add_page (fixture->window, SG_PAGE (fixture->page));
  sg_explore_page_set_catalog (fixture->page, catalog);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "explore-queries");
  g_settings_reset (fixture->settings, "explore-history");
  g_settings_reset (fixture->settings, "explore-saved");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static void
activate (Fixture    *fixture,
          const char *name,
          const char *target)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->page->actions), name,
                                  target != NULL ? g_variant_new_string (target) : NULL);
}

static GPtrArray *
make_answers (void)
{
  const char *labels[] = { "http_requests_total{code=\"200\", job=\"shop\"}",
                           "http_requests_total{code=\"404\", job=\"shop\"}",
                           "http_requests_total{code=\"500\", job=\"shop\"}" };
  GPtrArray *answers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);

  g_ptr_array_add (answers, sg_test_answer_new ("http_requests_total", labels, 3, 90));
  return answers;
}

static const char *
shown_result (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->page->results);
}

/* Each example is a query that the language takes. */
static void
test_examples (Fixture       *fixture,
               gconstpointer  data)
{
  GtkListBoxRow *row;
  int n = 0;

  for (; (row = gtk_list_box_get_row_at_index (fixture->page->examples, n)) != NULL; n++)
    {
      g_signal_emit_by_name (fixture->page->examples, "row-activated", row);
      g_assert_cmpuint (sg_query_plan_get_n_queries (fixture->page->plan), ==, 1);
    }
  g_assert_cmpint (n, ==, 5);
}

/* With nothing asked it teaches; an example is asked when it is chosen. */
static void
test_teaches (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *text = NULL;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (fixture->page->examples, 1);

  g_assert_cmpstr (shown_result (fixture), ==, "teach");
  g_assert_cmpuint (sg_explore_page_get_n_queries (fixture->page), ==, 1);
  g_signal_emit_by_name (fixture->page->examples, "row-activated", row);
  text = sg_explore_page_get_first_text (fixture->page);
  g_assert_cmpstr (text, ==, "rate(process_cpu_seconds_total[$rate])");
  g_assert_cmpstr (shown_result (fixture), ==, "loading");
}

static void
test_rows (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (GStrv) stored = NULL;

  sg_explore_page_ask (fixture->page, "up");
  activate (fixture, "add-query", NULL);
  sg_query_editor_set_text (sg_query_row_get_editor (sg_explore_page_get_row (fixture->page, 1)),
                            "rate(x)");
  activate (fixture, "add-query", NULL);
  sg_query_editor_set_text (sg_query_row_get_editor (sg_explore_page_get_row (fixture->page, 2)),
                            "down");
  activate (fixture, "run", NULL);
  g_assert_cmpuint (sg_query_plan_get_n_queries (fixture->page->plan), ==, 2);
  stored = g_settings_get_strv (fixture->settings, "explore-queries");
  g_assert_true (g_strv_equal ((const char *const *) stored,
                               (const char *[]) { "up", "rate(x)", "down", NULL }));
  g_assert_true (g_strv_equal (sg_query_history_get_texts (fixture->page->history),
                               (const char *[]) { "up", "down", NULL }));
  g_signal_emit_by_name (sg_explore_page_get_row (fixture->page, 0), "remove");
  g_assert_cmpuint (sg_explore_page_get_n_queries (fixture->page), ==, 2);
  g_assert_cmpuint (sg_query_plan_get_n_queries (fixture->page->plan), ==, 1);
  for (guint i = 0; i < 20; i++)
    activate (fixture, "add-query", NULL);
  g_assert_cmpuint (sg_explore_page_get_n_queries (fixture->page), ==, SG_EXPLORE_MAX_QUERIES);
}

static gboolean
text_is_made (gpointer data)
{
  return !sg_answer_text_is_busy (((Fixture *) data)->page->text);
}

/* The same answer as chart, table, text and JSON. */
static void
test_views (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) answers = make_answers ();
  g_autofree char *raw = NULL;
  g_autofree char *json = NULL;

  sg_explore_page_show (fixture->page, answers);
  g_assert_cmpstr (shown_result (fixture), ==, "answer");
  g_assert_cmpstr (gtk_label_get_label (fixture->page->summary), ==,
                   "3 series · 270 samples · \u20664.20\u00a0ms\u2069");
  activate (fixture, "view", "table");
  g_assert_cmpuint (sg_answer_table_get_n_rows (fixture->page->table), ==, 3);
  activate (fixture, "view", "raw");
  sg_test_wait_until (text_is_made, fixture);
  raw = sg_answer_text_get_text (fixture->page->text);
  g_assert_true (g_str_has_prefix (
      raw, "# http_requests_total\nhttp_requests_total{code=\"200\", job=\"shop\"} "));
  activate (fixture, "view", "json");
  sg_test_wait_until (text_is_made, fixture);
  json = sg_answer_text_get_text (fixture->page->text);
  g_assert_true (g_str_has_prefix (json, "{\"resultType\":\"matrix\",\"result\":[{\"metric\":"));
  activate (fixture, "view", "chart");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

/* A refresh leaves the text alone that somebody has chosen a piece of. */
static void
test_text_is_read (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *labels[] = { "x{code=\"200\"}" };
  g_autoptr (GPtrArray) answers = make_answers ();
  g_autoptr (GPtrArray) later =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (sg_test_find (GTK_WIDGET (fixture->page->text), GTK_TYPE_TEXT_VIEW)));
  g_autofree char *before = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *after = NULL;
  GtkTextIter start, end;

  g_ptr_array_add (later, sg_test_answer_new ("http_requests_total", labels, 1, 60));
  activate (fixture, "view", "raw");
  sg_explore_page_show (fixture->page, answers);
  sg_test_wait_until (text_is_made, fixture);
  before = sg_answer_text_get_text (fixture->page->text);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, 2);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, 8);
  gtk_text_buffer_select_range (buffer, &start, &end);
  sg_explore_page_show (fixture->page, later);
  sg_test_wait_until (text_is_made, fixture);
  kept = sg_answer_text_get_text (fixture->page->text);
  g_assert_cmpstr (kept, ==, before);
  gtk_text_buffer_select_range (buffer, &start, &start);
  sg_explore_page_show (fixture->page, later);
  sg_test_wait_until (text_is_made, fixture);
  after = sg_answer_text_get_text (fixture->page->text);
  g_assert_cmpstr (after, !=, before);
}

/* One moment begins with the table, a range with the chart. */
static void
test_shape (Fixture       *fixture,
            gconstpointer  data)
{
  sg_explore_page_ask (fixture->page, "up");
  g_assert_true (sg_explore_page_is_range (fixture->page));
  activate (fixture, "shape", "instant");
  g_assert_false (sg_explore_page_is_range (fixture->page));
  g_assert_cmpstr (sg_explore_page_get_view (fixture->page), ==, "table");
  activate (fixture, "shape", "range");
  g_assert_cmpstr (sg_explore_page_get_view (fixture->page), ==, "chart");
}

/* A metric that is chosen is asked for, in the way of its type. */
static void
test_browser (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *browser = GTK_WIDGET (fixture->page->browser);
  GtkWidget *words = sg_test_find (browser, GTK_TYPE_SEARCH_ENTRY);
  g_autofree char *text = NULL;

  activate (fixture, "browse", NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->page->main), ==, "browse");
  g_assert_cmpuint (sg_metric_browser_get_n_shown (fixture->page->browser), ==, 3);
  gtk_editable_set_text (GTK_EDITABLE (words), "ANSWERED http");
  g_signal_emit_by_name (words, "search-changed");
  g_assert_cmpuint (sg_metric_browser_get_n_shown (fixture->page->browser), ==, 1);
  g_signal_emit_by_name (words, "activate");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->page->main), ==, "ask");
  text = sg_explore_page_get_first_text (fixture->page);
  g_assert_cmpstr (text, ==, "rate(http_requests_total[$rate])");
}

/* The queries of the last time are there again. */
static void
test_restores (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  const char *texts[] = { "up", "rate(x[5m])", NULL };
  SgPage *page;
  GtkWidget *window;

  g_settings_set_strv (settings, "explore-queries", texts);
  page = sg_explore_page_new (settings);
  window = sg_test_present (GTK_WIDGET (page), 800, 600);
  g_assert_cmpuint (sg_explore_page_get_n_queries (SG_EXPLORE_PAGE (page)), ==, 2);
  sg_test_destroy_window (GTK_WINDOW (window));
  g_settings_reset (settings, "explore-queries");
}

/* Returns: what has the focus after Tab was pressed: its kind, its label or its text */
static char *
move_on (Fixture *fixture)
{
  GtkWidget *focus;

  gtk_widget_child_focus (GTK_WIDGET (fixture->window), GTK_DIR_TAB_FORWARD);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  if (GTK_IS_BUTTON (focus) && gtk_button_get_label (GTK_BUTTON (focus)) != NULL)
    return g_strdup (gtk_button_get_label (GTK_BUTTON (focus)));
  return g_strdup (G_OBJECT_TYPE_NAME (focus));
}

/* Tab alone reaches every control of the page in the order in which one reads, and leaves the editor. */
static void
test_keyboard (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const wanted[] = { "GtkButton", "_Metrics", "GtkToggleButton", "Range",
                                        "Instant",   "_Run",     "Chart",           "Table",
                                        "Raw",       "JSON",     "Explain" };
  g_autoptr (GPtrArray) answers = make_answers ();

  sg_explore_page_ask (fixture->page, "up");
  sg_explore_page_show (fixture->page, answers);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  sg_page_find (SG_PAGE (fixture->page));
  g_assert_true (GTK_IS_TEXT_VIEW (gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *got = move_on (fixture);

      g_assert_cmpstr (got, ==, wanted[i]);
    }
}

/* Nothing of it is wider than the narrowest window, in any of its states. */
static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const views[] = { "chart", "table", "raw", "explain" };
  g_autoptr (GPtrArray) answers = make_answers ();
  int least;

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      if (i > 0)
        sg_explore_page_show (fixture->page, answers);
      activate (fixture, "view", views[i]);
      gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                          NULL, NULL);
      g_assert_cmpint (least, <=, 360);
      sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
    }
  activate (fixture, "browse", NULL);
  gtk_widget_measure (GTK_WIDGET (fixture->page), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL,
                      NULL, NULL);
  g_assert_cmpint (least, <=, 360);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/explore-page/teaches", Fixture, NULL, set_up, test_teaches, tear_down);
  g_test_add ("/app/explore-page/examples", Fixture, NULL, set_up, test_examples, tear_down);
  g_test_add ("/app/explore-page/rows", Fixture, NULL, set_up, test_rows, tear_down);
  g_test_add ("/app/explore-page/views", Fixture, NULL, set_up, test_views, tear_down);
  g_test_add ("/app/explore-page/text-is-read", Fixture, NULL, set_up, test_text_is_read,
              tear_down);
  g_test_add ("/app/explore-page/shape", Fixture, NULL, set_up, test_shape, tear_down);
  g_test_add ("/app/explore-page/browser", Fixture, NULL, set_up, test_browser, tear_down);
  g_test_add_func ("/app/explore-page/restores", test_restores);
  g_test_add ("/app/explore-page/keyboard", Fixture, NULL, set_up, test_keyboard, tear_down);
  g_test_add ("/app/explore-page/narrow", Fixture, GINT_TO_POINTER (360), set_up, test_narrow,
              tear_down);
  return g_test_run ();
}
