/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-gallery.h"
#include "app/sg-test-app.h"
#include "app/sg-test-caches.h"
#include "app/sg-test-page.h"
#include "app/sg-test-sync.h"
#include "app/sg-test-targets.h"

#include "pages/sg-explore-page-private.h"
#include "pages/sg-metrics-log-page.h"
#include "pages/sg-targets-page-private.h"
#include "sg-about.h"
#include "sg-command-palette.h"
#include "sg-preferences-window.h"
#include "sg-shortcuts-window.h"
#include "widgets/sg-level-style.h"
#include "widgets/sg-sidebar-foot.h"
#include "widgets/sg-query-editor-private.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-time-controls.h"
#include "widgets/sg-time-range-editor.h"

#include <locale.h>
#include <string.h>

/*
 * sightglass-screenshots DIR writes pictures of the window and of its widgets in their states: seeded
 * data, a clock that stands still, each picture from a window of its own. With a PREFIX only those whose
 * names begin with it. High contrast can only be asked of libadwaita at
 * its start, hence those pictures come from a second run of the same program.
 */

typedef struct
{
  const char *name;
  int width;
  int height;
  void (*arrange) (SgWindow *window, SgClock *clock);
  gboolean dark;
  gboolean rtl;
} Shot;

#define HIGH_CONTRAST_VARIABLE "ADW_DEBUG_HIGH_CONTRAST"

static const char *folder;
static const char *prefix;

static void
save (GtkWidget  *widget,
      const char *name)
{
  g_autoptr (GdkTexture) texture = sg_test_render (widget);
  g_autofree char *file = g_strconcat (name, ".png", NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  if (!gdk_texture_save_to_png (texture, path))
    g_error ("%s cannot be written", path);
  g_print ("%s\n", path);
}

static void
show_server (SgWindow *window)
{
  g_autoptr (SgHttpStatus) status = sg_http_status_new ();

  status->level = SG_LEVEL_HEALTHY;
  status->port = status->wanted_port = 8080;
  status->url = g_strdup ("http://localhost:8080");
  status->address = g_strdup ("localhost:8080");
  sg_sidebar_foot_set_status (
      SG_SIDEBAR_FOOT (sg_test_find (GTK_WIDGET (window), SG_TYPE_SIDEBAR_FOOT)), status);
}

static gboolean
model_is_idle (gpointer model)
{
  return !sg_exposition_model_is_busy (model);
}

/* An engine that does not run makes what needs one look as it does with one. */
static SgEngine *
idle_engine (void)
{
  static SgEngine *engine;

  if (engine == NULL)
    {
      g_autoptr (SgEngineOptions) options = sg_engine_options_new ();

      engine = sg_engine_new (options);
    }
  return engine;
}

static SgMetricsLogPage *
add_metrics_log (SgWindow *window)
{
  g_autoptr (SgExpositionPage) exposition = sg_test_exposition_new ("metrics.prom");
  SgPage *page = sg_metrics_log_page_new ();
  SgMetricsLogPage *log = SG_METRICS_LOG_PAGE (page);

  sg_window_add_page (window, page);
  sg_metrics_log_page_show (log, exposition);
  sg_test_wait_until (model_is_idle, sg_metrics_log_page_get_model (log));
  sg_page_set_engine (page, idle_engine ());
  sg_page_set_level (page, SG_LEVEL_HEALTHY, 0);
  sg_page_take_success (page, SG_TEST_NOW);
  return log;
}

static void
arrange_log (SgWindow *window,
             SgClock  *clock)
{
  add_metrics_log (window);
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
}

static void
filter (SgWindow   *window,
        SgClock    *clock,
        const char *words)
{
  SgMetricsLogPage *log;

  arrange_log (window, clock);
  log = SG_METRICS_LOG_PAGE (sg_window_get_page (window));
  sg_metrics_log_page_set_filter (log, words);
  sg_test_wait_until (model_is_idle, sg_metrics_log_page_get_model (log));
}

static void
arrange_filtered (SgWindow *window,
                  SgClock  *clock)
{
  filter (window, clock, "http code");
}

static void
arrange_no_match (SgWindow *window,
                  SgClock  *clock)
{
  filter (window, clock, "cache hits");
}

static void
arrange_selected (SgWindow *window,
                  SgClock  *clock)
{
  SgMetricsLogPage *log;

  arrange_log (window, clock);
  log = SG_METRICS_LOG_PAGE (sg_window_get_page (window));
  gtk_selection_model_select_range (GTK_SELECTION_MODEL (sg_metrics_log_page_get_model (log)), 18,
                                    4, TRUE);
}

static void
arrange_stale (SgWindow *window,
               SgClock  *clock)
{
  arrange_log (window, clock);
  sg_clock_advance (clock, 45000);
  sg_page_take_failure (sg_window_get_page (window), "no answer within 10\u00a0s");
  sg_page_set_level (sg_window_get_page (window), SG_LEVEL_DEGRADED, 1);
  sg_window_update_caption (window);
  show_server (window);
}

static void
arrange_failed (SgWindow *window,
                SgClock  *clock)
{
  SgPage *page = sg_metrics_log_page_new ();

  sg_window_add_page (window, page);
  sg_page_set_level (page, SG_LEVEL_DEGRADED, 1);
  sg_page_take_failure (page, "no answer within 10\u00a0s");
  show_server (window);
}

static void
arrange_paused (SgWindow *window,
                SgClock  *clock)
{
  arrange_log (window, clock);
  sg_time_window_pause (sg_window_get_time_window (window));
  sg_clock_advance (clock, 9000);
}

static void
ignore_activation (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
}

static void
arrange_trouble (SgWindow *window,
                 SgClock  *clock)
{
  static const GActionEntry actions[] = { { "restart-engine", ignore_activation },
                                          { "preferences", ignore_activation } };

  g_action_map_add_action_entries (G_ACTION_MAP (sg_test_app_get ()), actions,
                                   G_N_ELEMENTS (actions), NULL);
  sg_window_add_page (window, sg_metrics_log_page_new ());
  sg_window_set_trouble (window, "http: 127.0.0.1:9090 is taken by another program: stop that, or "
                                 "choose another port with --web.listen-address");
}

static void
arrange_other_port (SgWindow *window,
                    SgClock  *clock)
{
  g_autoptr (SgHttpStatus) status = sg_http_status_new ();

  arrange_log (window, clock);
  status->level = SG_LEVEL_DEGRADED;
  status->wanted_port = 8080;
  status->port = 8081;
  status->url = g_strdup ("http://localhost:8081");
  status->address = g_strdup ("localhost:8081");
  status->note = g_strdup ("port 8080 is taken by another program");
  sg_sidebar_foot_set_status (
      SG_SIDEBAR_FOOT (sg_test_find (GTK_WIDGET (window), SG_TYPE_SIDEBAR_FOOT)), status);
}

static void
arrange_toast (SgWindow *window,
               SgClock  *clock)
{
  arrange_log (window, clock);
  sg_window_add_toast (window, "Address copied");
}

static GtkWidget *
make_empty_state (void)
{
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *add = gtk_button_new_with_label ("Add Target…");
  GtkWidget *demo = gtk_button_new_with_label ("Start Demo");

  gtk_widget_add_css_class (add, "pill");
  gtk_widget_add_css_class (add, "suggested-action");
  gtk_widget_add_css_class (demo, "pill");
  gtk_widget_add_css_class (buttons, "sg-pills");
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (buttons), add);
  gtk_box_append (GTK_BOX (buttons), demo);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "sg-sync-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), "No Sync Operations Yet");
  adw_status_page_set_description (ADW_STATUS_PAGE (status),
                                   "Nothing has reported a sync operation in the last 15 minutes.\n"
                                   "Add an application to watch, or look around with the demo.");
  adw_status_page_set_child (ADW_STATUS_PAGE (status), buttons);
  return status;
}

/* The shell as it will be with all its tabs, to be held against the pictures of the design. */
static void
arrange_shell (SgWindow *window,
               SgClock  *clock)
{
  static const struct
  {
    const char *title;
    const char *icon_name;
    const char *group;
    SgLevel level;
    guint count;
  } tabs[] = {
    { "Sync Operations", "sg-sync-symbolic", "Monitor", SG_LEVEL_UNKNOWN, 0 },
    { "Cache", "sg-cache-symbolic", "Monitor", SG_LEVEL_HEALTHY, 0 },
    { "System Health", "sg-pulse-symbolic", "Monitor", SG_LEVEL_DEGRADED, 2 },
    { "Metrics Log", "sg-log-symbolic", "Monitor", SG_LEVEL_HEALTHY, 0 },
    { "Alerts", "sg-bell-symbolic", "Respond", SG_LEVEL_UNHEALTHY, 3 },
    { "Explore", "sg-explore-symbolic", "Investigate", SG_LEVEL_HEALTHY, 0 },
    { "Targets", "sg-target-symbolic", "Sources", SG_LEVEL_UNKNOWN, 0 },
  };

  sg_time_window_set_live (sg_window_get_time_window (window), 300000);
  sg_time_window_set_live (sg_window_get_time_window (window), 900000);
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      SgTestPage *page = sg_test_page_new (tabs[i].title, tabs[i].icon_name, tabs[i].group, TRUE);

      if (i == 0)
        sg_test_page_set_content (page, make_empty_state ());
      sg_window_add_page (window, SG_PAGE (page));
      sg_page_set_level (SG_PAGE (page), tabs[i].level, tabs[i].count);
      sg_page_take_success (SG_PAGE (page), SG_TEST_NOW);
    }
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
}

static void
arrange_shell_past (SgWindow *window,
                    SgClock  *clock)
{
  SgTimeMs from = SG_TEST_NOW - SG_TEST_NOW % 60000 - 15 * 60000;

  arrange_shell (window, clock);
  sg_time_window_set_fixed (sg_window_get_time_window (window), from, from + 15 * 60000);
  sg_clock_advance (clock, 2 * 3600 * 1000);
  sg_window_update_caption (window);
}

static void
arrange_shell_sidebar (SgWindow *window,
                       SgClock  *clock)
{
  arrange_shell (window, clock);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.sidebar", NULL);
}

static SgExplorePage *
add_explore (SgWindow *window,
             SgClock  *clock)
{
  g_autoptr (SgCatalog) catalog = sg_test_catalog_new ();
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  SgPage *page;

  g_settings_reset (settings, "explore-queries");
  g_settings_reset (settings, "explore-history");
  add_metrics_log (window);
  page = sg_explore_page_new (settings);
  sg_window_add_page (window, page);
  sg_explore_page_set_catalog (SG_EXPLORE_PAGE (page), catalog);
  sg_window_show_tab (window, 1);
  sg_page_take_success (page, SG_TEST_NOW);
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
  return SG_EXPLORE_PAGE (page);
}

static void
arrange_explore_empty (SgWindow *window,
                       SgClock  *clock)
{
  add_explore (window, clock);
}

static SgExplorePage *
ask (SgWindow   *window,
     SgClock    *clock,
     const char *view)
{
  static const char *const labels[] = { "{code=\"200\"}", "{code=\"302\"}", "{code=\"404\"}",
                                        "{code=\"500\"}" };
  static const char text[] = "sum by (code) (rate(http_requests_total{job=\"shop\"}[$rate]))";
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  SgExplorePage *page = add_explore (window, clock);

  g_ptr_array_add (answers, sg_test_answer_new (text, labels, G_N_ELEMENTS (labels), 180));
  sg_explore_page_ask (page, text);
  /* The refresh that this asks for fails, as there is no engine; it shall not be seen. */
  sg_test_wait_for_frame (GTK_WIDGET (window));
  sg_explore_page_set_view (page, view);
  sg_explore_page_show (page, answers);
  sg_page_set_level (SG_PAGE (page), SG_LEVEL_HEALTHY, 0);
  sg_page_take_success (SG_PAGE (page), SG_TEST_NOW);
  show_server (window);
  sg_window_update_caption (window);
  return page;
}

static void
arrange_explore_chart (SgWindow *window,
                       SgClock  *clock)
{
  ask (window, clock, "chart");
}

static void
arrange_explore_past (SgWindow *window,
                      SgClock  *clock)
{
  SgTimeMs from = SG_TEST_NOW - SG_TEST_NOW % 60000 - 15 * 60000;

  ask (window, clock, "chart");
  sg_time_window_set_fixed (sg_window_get_time_window (window), from, from + 15 * 60000);
  sg_clock_advance (clock, 2 * 3600 * 1000);
  sg_page_take_success (sg_window_get_page (window), SG_TEST_NOW);
  sg_window_update_caption (window);
}

static void
arrange_explore_table (SgWindow *window,
                       SgClock  *clock)
{
  ask (window, clock, "table");
}

static gboolean
text_is_made (gpointer page)
{
  return !sg_answer_text_is_busy (SG_EXPLORE_PAGE (page)->text);
}

static void
arrange_explore_json (SgWindow *window,
                      SgClock  *clock)
{
  sg_test_wait_until (text_is_made, ask (window, clock, "json"));
}

static void
arrange_explore_explain (SgWindow *window,
                         SgClock  *clock)
{
  static char aggregate[] = "sum by (code)", call[] = "rate()",
              selector[] = "http_requests_total{job=\"shop\"}[20s]", none[] = "nothing_at_all";
  static char text[] = "sum by (code) (rate(http_requests_total{job=\"shop\"}[$rate]))";
  static SgExplanationPart parts[] = {
    { 0, { 0, 0 }, aggregate, SG_VALUE_TYPE_VECTOR, 4, 720, 17280, 4200, NULL },
    { 1, { 0, 0 }, call, SG_VALUE_TYPE_VECTOR, 12, 2160, 17280, 3900, NULL },
    { 2, { 0, 0 }, selector, SG_VALUE_TYPE_MATRIX, 12, 48, 48, 310, NULL },
    { 1, { 0, 0 }, none, SG_VALUE_TYPE_VECTOR, 0, 0, 0, 24, NULL },
  };
  static SgExplanation explanation = { 1, text, G_N_ELEMENTS (parts), parts, FALSE };

  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  g_ptr_array_add (list, &explanation);
  sg_explanation_view_set_explanations (ask (window, clock, "explain")->explanation, list);
}

static void
arrange_explore_wrong (SgWindow *window,
                       SgClock  *clock)
{
  SgExplorePage *page = ask (window, clock, "chart");

  sg_query_editor_set_text (sg_query_row_get_editor (sg_explore_page_get_row (page, 0)),
                            "sum by (code) (raet(http_requests_total{job=\"shop\"}[$rate]))");
  gtk_widget_activate_action (GTK_WIDGET (page), "explore.add-query", NULL);
  sg_query_editor_set_text (sg_query_row_get_editor (sg_explore_page_get_row (page, 1)),
                            "cache_entries # how full it is");
}

static void
arrange_explore_browse (SgWindow *window,
                        SgClock  *clock)
{
  gtk_widget_activate_action (GTK_WIDGET (add_explore (window, clock)), "explore.browse", NULL);
}

/* Sync Operations among the other tabs, with fifteen minutes of an application behind it. */
static SgSyncPage *
add_sync (SgWindow *window,
          SgClock  *clock)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  SgPage *page = sg_sync_page_new (settings);

  sg_time_window_set_live (sg_window_get_time_window (window), 300000);
  sg_time_window_set_live (sg_window_get_time_window (window), 900000);
  sg_window_add_page (window, page);
  add_metrics_log (window);
  sg_window_show_tab (window, 0);
  show_server (window);
  return SG_SYNC_PAGE (page);
}

static SgSyncPage *
fill_sync (SgWindow *window,
           SgClock  *clock)
{
  SgSyncPage *page = add_sync (window, clock);
  g_autoptr (SgQuerier) store = sg_test_sync_store_new ();

  sg_test_sync_show (page, store);
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
  return page;
}

static void
arrange_sync (SgWindow *window,
              SgClock  *clock)
{
  fill_sync (window, clock);
}

/* What stands below the charts. */
static void
arrange_sync_tables (SgWindow *window,
                     SgClock  *clock)
{
  SgSyncPage *page = fill_sync (window, clock);
  GtkWidget *scroller = gtk_widget_get_ancestor (page->types_table, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *down;

  sg_test_wait_for_frame (GTK_WIDGET (window));
  down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (down, gtk_adjustment_get_upper (down));
}

static void
arrange_sync_past (SgWindow *window,
                   SgClock  *clock)
{
  SgTimeMs from = SG_TEST_NOW - SG_TEST_NOW % 60000 - 15 * 60000;
  SgSyncPage *page = add_sync (window, clock);
  g_autoptr (SgQuerier) store = sg_test_sync_store_new ();

  sg_time_window_set_fixed (sg_window_get_time_window (window), from, from + 15 * 60000);
  sg_test_sync_show (page, store);
  sg_clock_advance (clock, 2 * 3600 * 1000);
  sg_window_update_caption (window);
}

static void
arrange_sync_empty (SgWindow *window,
                    SgClock  *clock)
{
  g_autoptr (SgQuerier) none = sg_querier_new_empty ();

  sg_test_sync_show (add_sync (window, clock), none);
}

static void
arrange_sync_stale (SgWindow *window,
                    SgClock  *clock)
{
  SgSyncPage *page = fill_sync (window, clock);

  sg_clock_advance (clock, 45000);
  sg_page_take_failure (SG_PAGE (page), "no answer within 10\u00a0s");
  sg_window_update_caption (window);
}

static void
show_all (SgWindow *window,
          SgClock  *clock)
{
  SgSyncPage *page = fill_sync (window, clock);
  g_autoptr (SgLogAnswer) answer = sg_test_sync_records_new (40, FALSE);

  sg_sync_page_show_operations (page, NULL);
  sg_test_wait_for_frame (GTK_WIDGET (window));
  sg_operations_view_take (page->operations, NULL, answer);
  sg_page_take_success (SG_PAGE (page), SG_TEST_NOW);
  sg_window_update_caption (window);
}

static void
arrange_sync_operations (SgWindow *window,
                         SgClock  *clock)
{
  show_all (window, clock);
}

static void
arrange_sync_detail (SgWindow *window,
                     SgClock  *clock)
{
  SgSyncPage *page;
  g_autoptr (SgLogAnswer) answer = sg_test_sync_records_new (40, FALSE);

  show_all (window, clock);
  page = SG_SYNC_PAGE (sg_window_get_page (window));
  sg_operations_view_show_record (page->operations, NULL, answer->records, 0);
}

static void
arrange_cache (SgWindow *window,
               SgClock  *clock)
{
  SgPage *page = sg_cache_page_new ();

  sg_window_add_page (window, page);
  sg_page_set_engine (page, idle_engine ());
  sg_test_caches_show (SG_CACHE_PAGE (page));
  sg_page_take_success (page, SG_TEST_NOW);
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
}

static void
arrange_cache_empty (SgWindow *window,
                     SgClock  *clock)
{
  SgPage *page = sg_cache_page_new ();

  sg_window_add_page (window, page);
  sg_page_set_empty (page, TRUE);
  sg_page_take_success (page, SG_TEST_NOW);
  show_server (window);
}

static SgTargetsPage *
add_targets (SgWindow     *window,
             SgClock      *clock,
             SgTargetList *list,
             const char   *problem)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  g_autoptr (SgConfigStatus) config = sg_test_config_status_new (problem);
  SgPage *page = sg_targets_page_new (settings);

  sg_window_add_page (window, page);
  SG_TARGETS_PAGE (page)->searched = TRUE;
  sg_page_set_engine (page, idle_engine ());
  sg_test_targets_show (SG_TARGETS_PAGE (page), list, config);
  sg_page_take_success (page, SG_TEST_NOW);
  show_server (window);
  sg_clock_advance (clock, 2000);
  sg_window_update_caption (window);
  sg_target_list_unref (list);
  return SG_TARGETS_PAGE (page);
}

static void
arrange_targets (SgWindow *window,
                 SgClock  *clock)
{
  add_targets (window, clock, sg_test_targets_new (), NULL);
}

static void
open_target (SgWindow   *window,
             SgClock    *clock,
             const char *job,
             const char *endpoint)
{
  sg_targets_page_choose (add_targets (window, clock, sg_test_targets_new (), NULL), job, endpoint);
}

static void
arrange_targets_details (SgWindow *window,
                         SgClock  *clock)
{
  open_target (window, clock, "shop", "http://localhost:9401/metrics");
}

static void
arrange_targets_error (SgWindow *window,
                       SgClock  *clock)
{
  open_target (window, clock, "shop", "http://localhost:9403/metrics");
}

static void
arrange_targets_bad_config (SgWindow *window,
                            SgClock  *clock)
{
  add_targets (window, clock, sg_test_targets_new (),
               "/etc/sightglass/prometheus.yml:12:5: scrape_config has no key "
               "“target”: did you mean “static_configs”?");
}

static void
arrange_targets_filtered (SgWindow *window,
                          SgClock  *clock)
{
  SgTargetsPage *page = add_targets (window, clock, sg_test_targets_new (), NULL);

  gtk_editable_set_text (GTK_EDITABLE (page->filter), "web live");
  sg_targets_page_update (page);
}

static void
arrange_targets_empty (SgWindow *window,
                       SgClock  *clock)
{
  SgTargetsPage *page;
  g_autoptr (GPtrArray) found = sg_test_found_new ();

  page = add_targets (window, clock, sg_test_targets_new_builtin (), NULL);
  sg_found_list_show (page->found, found);
}

static void
arrange_targets_stale (SgWindow *window,
                       SgClock  *clock)
{
  arrange_targets (window, clock);
  sg_clock_advance (clock, 45000);
  sg_page_take_failure (sg_window_get_page (window), "no answer within 10\u00a0s");
  sg_window_update_caption (window);
}

static const Shot shots[] = {
  { "sync-light", 1200, 1200, arrange_sync },
  { "sync-dark", 1200, 1200, arrange_sync, .dark = TRUE },
  { "sync-window", 1200, 800, arrange_sync },
  { "sync-tables", 1200, 1200, arrange_sync_tables },
  { "sync-tables-dark", 1200, 1200, arrange_sync_tables, .dark = TRUE },
  { "sync-tables-narrow", 400, 1200, arrange_sync_tables },
  { "sync-medium", 700, 1200, arrange_sync },
  { "sync-narrow", 400, 1200, arrange_sync },
  { "sync-narrow-dark", 360, 800, arrange_sync, .dark = TRUE },
  { "sync-rtl", 1200, 1200, arrange_sync, .rtl = TRUE },
  { "sync-past", 1200, 800, arrange_sync_past },
  { "sync-stale", 1200, 800, arrange_sync_stale },
  { "sync-empty", 1200, 800, arrange_sync_empty },
  { "sync-empty-narrow", 360, 800, arrange_sync_empty },
  { "sync-operations", 1200, 800, arrange_sync_operations },
  { "sync-operations-narrow", 360, 800, arrange_sync_operations },
  { "sync-detail", 1200, 800, arrange_sync_detail },
  { "sync-detail-dark", 1200, 800, arrange_sync_detail, .dark = TRUE },
  { "sync-detail-narrow", 360, 800, arrange_sync_detail },
  { "log-light", 1200, 800, arrange_log },
  { "log-dark", 1200, 800, arrange_log, .dark = TRUE },
  { "log-medium", 700, 800, arrange_log },
  { "log-narrow", 360, 800, arrange_log },
  { "log-narrow-dark", 360, 800, arrange_log, .dark = TRUE },
  { "log-filtered", 1200, 800, arrange_filtered },
  { "log-filtered-dark", 1200, 800, arrange_filtered, .dark = TRUE },
  { "log-no-match", 1200, 800, arrange_no_match },
  { "log-no-match-narrow", 360, 640, arrange_no_match },
  { "log-selected", 1200, 800, arrange_selected },
  { "log-stale", 1200, 800, arrange_stale },
  { "log-stale-dark", 1200, 800, arrange_stale, .dark = TRUE },
  { "log-stale-narrow", 360, 800, arrange_stale },
  { "log-failed", 1200, 800, arrange_failed },
  { "log-paused", 1200, 800, arrange_paused },
  { "log-paused-dark", 1200, 800, arrange_paused, .dark = TRUE },
  { "log-paused-narrow", 360, 800, arrange_paused },
  { "log-rtl", 1200, 800, arrange_log, .rtl = TRUE },
  { "log-rtl-narrow", 360, 800, arrange_log, .rtl = TRUE },
  { "log-other-port", 1200, 800, arrange_other_port },
  { "log-toast", 1200, 800, arrange_toast },
  { "trouble", 1200, 800, arrange_trouble },
  { "shell", 1200, 800, arrange_shell },
  { "shell-dark", 1200, 800, arrange_shell, .dark = TRUE },
  { "shell-narrow", 400, 800, arrange_shell },
  { "shell-sidebar", 400, 800, arrange_shell_sidebar },
  { "shell-past", 1200, 800, arrange_shell_past },
  { "shell-past-narrow", 400, 800, arrange_shell_past },
  { "shell-rtl", 1200, 800, arrange_shell, .rtl = TRUE },
  { "smallest", 360, 400, arrange_log },
  { "explore-empty", 1200, 800, arrange_explore_empty },
  { "explore-empty-dark", 1200, 800, arrange_explore_empty, .dark = TRUE },
  { "explore-empty-narrow", 360, 800, arrange_explore_empty },
  { "explore-chart", 1200, 800, arrange_explore_chart },
  { "explore-chart-dark", 1200, 800, arrange_explore_chart, .dark = TRUE },
  { "explore-chart-narrow", 360, 800, arrange_explore_chart },
  { "explore-chart-rtl", 1200, 800, arrange_explore_chart, .rtl = TRUE },
  { "explore-past", 1200, 800, arrange_explore_past },
  { "explore-past-narrow", 360, 800, arrange_explore_past },
  { "explore-table", 1200, 800, arrange_explore_table },
  { "explore-table-narrow", 360, 800, arrange_explore_table },
  { "explore-json", 1200, 800, arrange_explore_json },
  { "explore-explain", 1200, 800, arrange_explore_explain },
  { "explore-explain-narrow", 360, 800, arrange_explore_explain },
  { "explore-wrong", 1200, 800, arrange_explore_wrong },
  { "explore-wrong-dark", 1200, 800, arrange_explore_wrong, .dark = TRUE },
  { "explore-browse", 1200, 800, arrange_explore_browse },
  { "explore-browse-narrow", 360, 800, arrange_explore_browse },
  { "cache", 1200, 1100, arrange_cache },
  { "cache-dark", 1200, 1100, arrange_cache, .dark = TRUE },
  { "cache-narrow", 360, 1600, arrange_cache },
  { "cache-rtl", 1200, 1100, arrange_cache, .rtl = TRUE },
  { "cache-empty", 1200, 800, arrange_cache_empty },
  { "targets", 1200, 1100, arrange_targets },
  { "targets-dark", 1200, 1100, arrange_targets, .dark = TRUE },
  { "targets-medium", 700, 800, arrange_targets },
  { "targets-narrow", 360, 1400, arrange_targets },
  { "targets-rtl", 1200, 1100, arrange_targets, .rtl = TRUE },
  { "targets-details", 1200, 1000, arrange_targets_details },
  { "targets-error", 1200, 1000, arrange_targets_error },
  { "targets-error-dark", 1200, 1000, arrange_targets_error, .dark = TRUE },
  { "targets-error-narrow", 360, 1000, arrange_targets_error },
  { "targets-bad-config", 1200, 800, arrange_targets_bad_config },
  { "targets-bad-config-narrow", 360, 800, arrange_targets_bad_config },
  { "targets-filtered", 1200, 800, arrange_targets_filtered },
  { "targets-empty", 1200, 900, arrange_targets_empty },
  { "targets-empty-narrow", 360, 900, arrange_targets_empty },
  { "targets-stale", 1200, 800, arrange_targets_stale },
};

static const Shot high_contrast_shots[] = {
  { "sync-high-contrast", 1200, 1200, arrange_sync },
  { "log-high-contrast", 1200, 800, arrange_log },
  { "log-high-contrast-dark", 1200, 800, arrange_log, .dark = TRUE },
  { "log-high-contrast-stale", 1200, 800, arrange_stale },
  { "shell-high-contrast", 1200, 800, arrange_shell },
  { "explore-high-contrast", 1200, 800, arrange_explore_chart },
  { "cache-high-contrast", 1200, 1100, arrange_cache },
  { "targets-high-contrast", 1200, 1100, arrange_targets },
};

static void
take (const Shot *shot)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  SgWindow *window;

  if (!g_str_has_prefix (shot->name, prefix))
    return;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      shot->dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                                 : ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_widget_set_default_direction (shot->rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  window = sg_test_window_new (clock, shot->width, shot->height);
  shot->arrange (window, clock);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  sg_test_wait_for_frame (GTK_WIDGET (window));
  save (GTK_WIDGET (window), shot->name);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

/* A popover is a surface of its own. */
static void
take_popover (GtkWidget  *popover,
              const char *name)
{
  sg_test_wait_until (is_mapped, popover);
  sg_test_wait_for_frame (popover);
  save (popover, name);
}

static void
take_chooser (gboolean dark)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  SgWindow *window;
  GtkWidget *controls, *popover, *editor;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  window = sg_test_window_new (clock, 900, 700);
  arrange_shell (window, clock);
  controls = sg_test_find (GTK_WIDGET (window), SG_TYPE_TIME_CONTROLS);
  sg_time_controls_popup (SG_TIME_CONTROLS (controls));
  popover = sg_test_find (controls, GTK_TYPE_POPOVER_MENU);
  take_popover (popover, dark ? "chooser-dark" : "chooser");
  editor = sg_test_find (popover, SG_TYPE_TIME_RANGE_EDITOR);
  gtk_stack_set_visible_child (GTK_STACK (sg_test_find (popover, GTK_TYPE_STACK)),
                               gtk_widget_get_ancestor (editor,
                                                        g_type_from_name ("GtkMenuSectionBox")));
  sg_test_wait_for_frame (popover);
  take_popover (popover, dark ? "chooser-range-dark" : "chooser-range");
  gtk_popover_popdown (GTK_POPOVER (popover));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
take_completion (gboolean dark)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  SgWindow *window;
  SgQueryEditor *editor;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  window = sg_test_window_new (clock, 900, 700);
  editor = sg_query_row_get_editor (sg_explore_page_get_row (add_explore (window, clock), 0));
  sg_test_wait_for_frame (GTK_WIDGET (window));
  sg_query_editor_set_text (editor, "sum(rat");
  sg_query_editor_complete (editor);
  take_popover (GTK_WIDGET (editor->popup), dark ? "completion-dark" : "completion");
  sg_query_editor_set_text (editor, "http");
  sg_query_editor_complete (editor);
  take_popover (GTK_WIDGET (editor->popup), dark ? "completion-metric-dark" : "completion-metric");
  gtk_popover_popdown (GTK_POPOVER (editor->popup));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static GtkWidget *
make_palette (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  SgWindow *window = sg_test_window_new (clock, 900, 700);
  g_autoptr (GPtrArray) commands = NULL;

  add_explore (window, clock);
  commands = sg_window_list_commands (window);
  sg_test_destroy_window (GTK_WINDOW (window));
  return sg_command_palette_new (commands);
}

static void
take_window (GtkWidget  *window,
             const char *name)
{
  gtk_window_present (GTK_WINDOW (window));
  sg_test_use_client_frame (window);
  sg_test_wait_for_frame (window);
  save (window, name);
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
make_target_dialog (void)
{
  GtkWidget *dialog = sg_target_dialog_new (NULL);

  sg_target_dialog_suggest (SG_TARGET_DIALOG (dialog), "shop", "http://localhost:9401");
  return dialog;
}

static void
take_other_windows (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();

  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
  take_window (sg_preferences_window_new (settings, FALSE), "preferences");
  take_window (sg_shortcuts_window_new (), "shortcuts");
  take_window (make_palette (), "palette");
  take_window (make_target_dialog (), "target-dialog");
  take_chooser (FALSE);
  take_chooser (TRUE);
  take_completion (FALSE);
  take_completion (TRUE);
}

/* Every icon of ours, at 12, 16 and 32 px, in the colour of each level. */
static GtkWidget *
make_icon_sheet (void)
{
  static const char *const names[] = { "sg-ok",      "sg-warn",   "sg-err",   "sg-unk", "sg-dot",
                                       "sg-sync",    "sg-cache",  "sg-pulse", "sg-log", "sg-bell",
                                       "sg-explore", "sg-target", "sg-clock" };
  static const int sizes[] = { 12, 16, 32 };
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (grid, GTK_ALIGN_CENTER);
  for (int i = 0; i < (int) G_N_ELEMENTS (names); i++)
    for (int size = 0; size < (int) G_N_ELEMENTS (sizes); size++)
      for (int level = 0; level < 4; level++)
        {
          g_autofree char *name = g_strconcat (names[i], "-symbolic", NULL);
          GtkWidget *image = gtk_image_new_from_icon_name (name);

          gtk_image_set_pixel_size (GTK_IMAGE (image), sizes[size]);
          sg_level_style_apply (image, (SgLevel) level);
          gtk_grid_attach (GTK_GRID (grid), image, i, size * 4 + level, 1, 1);
        }
  for (int level = 0; level < 4; level++)
    gtk_grid_attach (GTK_GRID (grid), sg_status_pill_new ((SgLevel) level, NULL), level * 3,
                     (int) G_N_ELEMENTS (sizes) * 4, 3, 1);
  return grid;
}

static void
take_icons (gboolean dark)
{
  GtkWidget *window;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  window = sg_test_present (make_icon_sheet (), 640, 480);
  save (window, dark ? "icons-dark" : "icons-light");
  sg_test_destroy_window (GTK_WINDOW (window));
}

typedef struct
{
  const char *suffix;
  gboolean dark;
  gboolean rtl;
  int width;
} Look;

static const Look looks[] = {
  { "" },
  { "-dark", .dark = TRUE },
  { "-rtl", .rtl = TRUE },
  { "-narrow", .width = 336 },
};

static const Look high_contrast_looks[] = {
  { "-high-contrast" },
  { "-high-contrast-dark", .dark = TRUE },
};

static void
take_item (const SgGalleryItem *item,
           const Look          *look)
{
  g_autofree char *name = g_strconcat (item->name, look->suffix, NULL);
  GtkWidget *window;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      look->dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                                 : ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_widget_set_default_direction (look->rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  window =
      sg_test_present (item->make (), look->width > 0 ? look->width : item->width, item->height);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  sg_test_wait_for_frame (window);
  save (window, name);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
take_gallery (const Look *list,
              guint       n_looks)
{
  guint n_items;
  const SgGalleryItem *items = sg_gallery_get_items (&n_items);

  for (guint i = 0; i < n_items; i++)
    for (guint look = 0; look < n_looks; look++)
      {
        if (g_str_has_prefix (items[i].name, prefix))
          take_item (&items[i], &list[look]);
      }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static gboolean
take_high_contrast (const char *program)
{
  const char *argv[] = { program, folder, prefix, NULL };
  g_auto (GStrv) environment =
      g_environ_setenv (g_get_environ (), HIGH_CONTRAST_VARIABLE, "1", TRUE);
  g_autoptr (GError) error = NULL;
  int status;

  return g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL,
                       NULL, NULL, &status, &error)
         && g_spawn_check_wait_status (status, &error);
}

int
main (int    argc,
      char **argv)
{
  gboolean high_contrast = g_getenv (HIGH_CONTRAST_VARIABLE) != NULL;
  const char *program = argv[0];

  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      g_printerr ("usage: sightglass-screenshots DIR [PREFIX]\n");
      return 2;
    }
  folder = argv[1];
  prefix = argc > 2 ? argv[2] : "";
  sg_test_app_init (&argc, &argv);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_mkdir_with_parents (folder, 0755);
  if (high_contrast)
    {
      for (guint i = 0; i < G_N_ELEMENTS (high_contrast_shots); i++)
        take (&high_contrast_shots[i]);
      take_gallery (high_contrast_looks, G_N_ELEMENTS (high_contrast_looks));
      return 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (shots); i++)
    take (&shots[i]);
  take_gallery (looks, G_N_ELEMENTS (looks));
  if (*prefix == '\0')
    {
      take_other_windows ();
      take_icons (FALSE);
      take_icons (TRUE);
    }
  return take_high_contrast (program) ? 0 : 1;
}
