/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-sync.h"

#include "models/sg-record-rows.h"
#include "widgets/sg-record-detail.h"
#include "widgets/sg-table.h"

/* The page with a store behind it, without an engine: what a refresh would bring is brought by hand. */
typedef struct
{
  SgClock *clock;
  GSettings *settings;
  SgQuerier *store;
  SgWindow *window;
  SgSyncPage *page;
} Fixture;

static void
open_page (Fixture *fixture,
           int      width)
{
  fixture->clock = sg_test_clock_new ();
  fixture->settings = sg_test_settings_new ();
  fixture->window = sg_test_window_new (fixture->clock, width, 800);
  fixture->page = SG_SYNC_PAGE (sg_sync_page_new (fixture->settings));
  sg_window_add_page (fixture->window, SG_PAGE (fixture->page));
  sg_time_window_set_live (sg_window_get_time_window (fixture->window), 900000);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  width)
{
  open_page (fixture, GPOINTER_TO_INT (width));
  fixture->store = sg_test_sync_store_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->store);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static char *
cell_text (SgTableModel *model,
           guint         row,
           guint         column)
{
  g_auto (SgTableCell) cell = { 0 };

  sg_table_model_get_cell (model, row, column, &cell);
  return g_strdup (cell.text);
}

static guint
find_type (Fixture    *fixture,
           const char *type)
{
  for (guint i = 0; i < fixture->page->types->len; i++)
    {
      if (g_str_equal (fixture->page->types->pdata[i], type))
        return i;
    }
  g_error ("%s is not in the table", type);
}

static const char *
shown (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->page->main);
}

static void
test_overview (Fixture       *fixture,
               gconstpointer  data)
{
  guint row;
  g_autofree char *error = NULL;

  sg_test_sync_show (fixture->page, fixture->store);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpstr (shown (fixture), ==, "overview");
  g_assert_cmpuint (fixture->page->types->len, ==, 5);
  row = find_type (fixture, "bulk_insert");
  error = cell_text (fixture->page->types_model, row, 7);
  g_assert_cmpstr (error, ==, "disk I/O error · 13:57:03");
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_DEGRADED);
  g_assert_cmpuint (sg_page_get_count (SG_PAGE (fixture->page)), ==, 2);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->page->checks_section)));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->page->reconciliations_section)));
  for (guint i = 0; i < SG_SYNC_N_CHARTS; i++)
    g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->page->charts[i])));
}

/* What was then, and not what is now. */
static void
test_past (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *now = NULL;
  g_autofree char *then = NULL;
  SgTimeMs end = SG_TEST_NOW - 15 * 60000;

  sg_test_sync_show (fixture->page, fixture->store);
  now = cell_text (fixture->page->types_model, find_type (fixture, "bulk_insert"), 1);
  sg_time_window_set_fixed (sg_window_get_time_window (fixture->window), end - 600000, end);
  sg_test_sync_show (fixture->page, fixture->store);
  then = cell_text (fixture->page->types_model, find_type (fixture, "bulk_insert"), 1);
  g_assert_cmpstr (now, !=, then);
  /* The checks ran, and had found nothing yet. */
  g_clear_pointer (&then, g_free);
  then = cell_text (fixture->page->checks_model, 0, 3);
  g_assert_cmpstr (then, ==, "0");
}

static void
test_thresholds (Fixture       *fixture,
                 gconstpointer  data)
{
  sg_test_sync_show (fixture->page, fixture->store);
  g_settings_set_double (fixture->settings, "sync-success-degraded", .9);
  g_settings_set_double (fixture->settings, "sync-success-unhealthy", .8);
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_HEALTHY);
  g_assert_cmpuint (sg_page_get_count (SG_PAGE (fixture->page)), ==, 0);
  g_settings_set_double (fixture->settings, "sync-p95-degraded", .001);
  g_settings_set_double (fixture->settings, "sync-p95-unhealthy", .002);
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_UNHEALTHY);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgQuerier) none = sg_querier_new_empty ();

  sg_test_sync_show (fixture->page, none);
  g_assert_cmpstr (shown (fixture), ==, "empty");
  g_assert_cmpint (sg_page_get_level (SG_PAGE (fixture->page)), ==, SG_LEVEL_UNKNOWN);
  g_assert_cmpint (sg_page_get_state (SG_PAGE (fixture->page)), ==, SG_PAGE_EMPTY);
  sg_test_sync_show (fixture->page, fixture->store);
  g_assert_cmpstr (shown (fixture), ==, "overview");
}

/* A row of the table by type opens the operations of that type, and one of these its details. */
static void
test_operations (Fixture       *fixture,
                 gconstpointer  data)
{
  SgSyncPage *page = fixture->page;
  g_autoptr (SgLogAnswer) answer = sg_test_sync_records_new (40, FALSE);
  GtkWidget *detail;
  SgLogQuery query = SG_LOG_QUERY_INIT;

  sg_test_sync_show (page, fixture->store);
  g_signal_emit_by_name (page->types_table, "row-activated", find_type (fixture, "refresh"));
  g_assert_cmpstr (shown (fixture), ==, "operations");
  sg_operations_view_fill_query (page->operations, &query);
  g_assert_cmpstr (query.name, ==, "refresh");
  g_assert_null (query.status);
  g_assert_null (query.contains);
  g_assert_cmpint (query.min_duration_us, ==, 0);
  sg_operations_view_take (page->operations, NULL, answer);
  detail = sg_test_find (GTK_WIDGET (page->operations), SG_TYPE_RECORD_DETAIL);
  g_assert_false (gtk_widget_get_visible (detail));
  g_signal_emit_by_name (sg_test_find (GTK_WIDGET (page->operations), SG_TYPE_TABLE),
                         "row-activated", 0);
  g_assert_true (gtk_widget_get_visible (detail));
  g_signal_emit_by_name (page->operations, "left");
  g_assert_cmpstr (shown (fixture), ==, "overview");
}

/* One source is asked by its job, and what all of them say is what this one says where it is alone. */
static void
test_source (Fixture       *fixture,
             gconstpointer  data)
{
  SgSyncPage *page = fixture->page;
  const SgSource *source;
  SgQueryAnswer *answer;

  sg_test_sync_show (page, fixture->store);
  g_assert_cmpuint (sg_source_plan_get_sources (page->plan)->len, ==, 1);
  source = sg_source_plan_get_sources (page->plan)->pdata[0];
  g_assert_cmpstr (source->title, ==, "anivault");
  sg_source_chooser_choose (page->chooser, source->id);
  g_assert_true (sg_source_plan_get_source (page->plan) == source);
  sg_test_sync_show (page, fixture->store);
  answer = sg_source_plan_get_answer (page->plan, "count");
  g_assert_nonnull (strstr (answer->text, "{job=\"anivault\"}"));
  g_assert_cmpuint (page->types->len, ==, 5);
}

/* Nothing on it is wider than the narrowest window. */
static void
test_narrow (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgLogAnswer) answer = sg_test_sync_records_new (40, FALSE);

  sg_test_sync_show (fixture->page, fixture->store);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), ==, 360);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->page)), <=, 360);
  sg_sync_page_show_operations (fixture->page, NULL);
  sg_operations_view_take (fixture->page->operations, NULL, answer);
  sg_operations_view_show_record (fixture->page->operations, NULL, answer->records, 0);
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->page)), <=, 360);
}

/* A day behind the page: how long its queries take, and how long it takes to show what they say. */
static void
test_first_paint (void)
{
  Fixture fixture = { NULL };
  gint64 began, asked, painted;

  open_page (&fixture, 1200);
  fixture.store = sg_test_sync_store_new_long (1440, 60000);
  sg_time_window_set_live (sg_window_get_time_window (fixture.window), 86400000);
  began = g_get_monotonic_time ();
  sg_test_sync_show (fixture.page, fixture.store);
  asked = g_get_monotonic_time ();
  sg_sync_page_update (fixture.page);
  sg_test_wait_for_frame (GTK_WIDGET (fixture.window));
  painted = g_get_monotonic_time ();
  g_test_message (
      "asked one after the other and shown in %.1f ms, shown again and painted in %.1f ms",
      (double) (asked - began) / 1e3, (double) (painted - asked) / 1e3);
  g_assert_cmpint (painted - asked, <, 5 * G_USEC_PER_SEC);
  tear_down (&fixture, NULL);
}

#define ADD(name, width, func) \
  g_test_add (name, Fixture, GINT_TO_POINTER (width), set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  ADD ("/app/sync-page/overview", 1200, test_overview);
  ADD ("/app/sync-page/past", 1200, test_past);
  ADD ("/app/sync-page/thresholds", 1200, test_thresholds);
  ADD ("/app/sync-page/empty", 1200, test_empty);
  ADD ("/app/sync-page/operations", 1200, test_operations);
  ADD ("/app/sync-page/source", 1200, test_source);
  ADD ("/app/sync-page/narrow", 360, test_narrow);
  g_test_add_func ("/app/sync-page/first-paint", test_first_paint);
  return g_test_run ();
}
