/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-sync-page-private.h"

#include "models/sg-answer-series.h"
#include "models/sg-format.h"

#include "sg-config.h"

#include <glib/gi18n.h>

/* A chart stands beside another one, or alone; its plot is so much narrower than its half of the page. */
#define CHART_MARGINS 90
#define TWO_CHARTS    800

/* So many records are asked: those that are shown, and those that did not go well, for the last error. */
#define RECENT_MAX   10
#define TROUBLES_MAX 500

#define TROUBLE ((1u << SG_LOG_WARNING) | (1u << SG_LOG_ERROR) | (1u << SG_LOG_CRITICAL))

G_DEFINE_FINAL_TYPE (SgSyncPage, sg_sync_page, SG_TYPE_PAGE)

static const SgMappingRole roles[] = { SG_ROLE_OPERATIONS };

#define WINDOW  "$window"
#define BY_TYPE SG_MEASURE_BY (SG_MAPPING_TYPE)
#define OF(of)  SG_MEASURE_OF_##of

static const SgPageMeasure measures[] = {
  { "count", { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, OF (ALL), 0, WINDOW }, SG_QUERY_INSTANT },
  { "count-before",
    { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, OF (ALL), 0, WINDOW, WINDOW },
    SG_QUERY_INSTANT },
  { "success", { SG_ROLE_OPERATIONS, SG_MEASURE_RATIO, OF (ALL), 0, WINDOW }, SG_QUERY_INSTANT },
  { "success-before",
    { SG_ROLE_OPERATIONS, SG_MEASURE_RATIO, OF (ALL), 0, WINDOW, WINDOW },
    SG_QUERY_INSTANT },
  { "failures",
    { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, OF (NOT_GOOD), 0, WINDOW },
    SG_QUERY_INSTANT },
  { "failures-before",
    { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, OF (NOT_GOOD), 0, WINDOW, WINDOW },
    SG_QUERY_INSTANT },
  { "p95",
    { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, OF (ALL), 0, WINDOW, NULL, .95 },
    SG_QUERY_INSTANT },
  { "p95-before",
    { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, OF (ALL), 0, WINDOW, WINDOW, .95 },
    SG_QUERY_INSTANT },
  { "active", { SG_ROLE_ACTIVE, SG_MEASURE_VALUE }, SG_QUERY_INSTANT },
  { "active-peak", { SG_ROLE_ACTIVE, SG_MEASURE_PEAK, OF (ALL), 0, WINDOW }, SG_QUERY_INSTANT },
  { "active-trend", { SG_ROLE_ACTIVE, SG_MEASURE_VALUE }, SG_QUERY_COLUMNS },
  { "types", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE, OF (ALL), BY_TYPE }, SG_QUERY_RANGE },
  { "good", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE, OF (GOOD) }, SG_QUERY_COLUMNS },
  { "rest", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE, OF (REST) }, SG_QUERY_COLUMNS },
  { "bad", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE, OF (BAD) }, SG_QUERY_COLUMNS },
  { "success-range",
    { SG_ROLE_OPERATIONS, SG_MEASURE_RATIO, OF (ALL), BY_TYPE },
    SG_QUERY_COLUMNS },
  { "p50-range", { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, .quantile = .5 }, SG_QUERY_RANGE },
  { "p95-range", { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, .quantile = .95 }, SG_QUERY_RANGE },
  { "p99-range", { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, .quantile = .99 }, SG_QUERY_RANGE },
  { "buckets", { SG_ROLE_DURATIONS, SG_MEASURE_BUCKETS, OF (ALL), 0, "$step" }, SG_QUERY_COLUMNS },
  { "records", { SG_ROLE_RECORDS, SG_MEASURE_RATE, OF (ALL), BY_TYPE }, SG_QUERY_RANGE },
  { "type-count",
    { SG_ROLE_OPERATIONS, SG_MEASURE_COUNT, OF (ALL), BY_TYPE, WINDOW },
    SG_QUERY_INSTANT },
  { "type-success",
    { SG_ROLE_OPERATIONS, SG_MEASURE_RATIO, OF (ALL), BY_TYPE, WINDOW },
    SG_QUERY_INSTANT },
  { "type-mean",
    { SG_ROLE_DURATIONS, SG_MEASURE_MEAN, OF (ALL), BY_TYPE, WINDOW },
    SG_QUERY_INSTANT },
  { "type-p95",
    { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, OF (ALL), BY_TYPE, WINDOW, NULL, .95 },
    SG_QUERY_INSTANT },
  { "type-p99",
    { SG_ROLE_DURATIONS, SG_MEASURE_QUANTILE, OF (ALL), BY_TYPE, WINDOW, NULL, .99 },
    SG_QUERY_INSTANT },
  { "type-records",
    { SG_ROLE_RECORDS, SG_MEASURE_COUNT, OF (ALL), BY_TYPE, WINDOW },
    SG_QUERY_INSTANT },
  { "checks",
    { SG_ROLE_CHECKS, SG_MEASURE_COUNT, OF (ALL), SG_MEASURE_BY (SG_MAPPING_CHECK), WINDOW },
    SG_QUERY_INSTANT },
  { "check-mean",
    { SG_ROLE_CHECKS, SG_MEASURE_MEAN, OF (ALL), SG_MEASURE_BY (SG_MAPPING_CHECK), WINDOW },
    SG_QUERY_INSTANT },
  { "inconsistencies",
    { SG_ROLE_INCONSISTENCIES, SG_MEASURE_COUNT, OF (ALL),
      SG_MEASURE_BY (SG_MAPPING_CHECK) | SG_MEASURE_BY (SG_MAPPING_SEVERITY), WINDOW },
    SG_QUERY_INSTANT },
  { "reconciliations",
    { SG_ROLE_RECONCILIATIONS, SG_MEASURE_COUNT, OF (ALL), SG_MEASURE_BY (SG_MAPPING_STRATEGY),
      WINDOW },
    SG_QUERY_INSTANT },
  { "reconciliation-success",
    { SG_ROLE_RECONCILIATIONS, SG_MEASURE_RATIO, OF (ALL), SG_MEASURE_BY (SG_MAPPING_STRATEGY),
      WINDOW },
    SG_QUERY_INSTANT },
  { "reconciliation-mean",
    { SG_ROLE_RECONCILIATION_DURATIONS, SG_MEASURE_MEAN, OF (ALL),
      SG_MEASURE_BY (SG_MAPPING_STRATEGY), WINDOW },
    SG_QUERY_INSTANT },
};

/* A refresh under way: what the plan asks, and the records; it is done when all of them have come. */
typedef struct
{
  GTask *task;
  guint n_left;
  GError *error;
  SgLogAnswer *recent;
  SgLogAnswer *troubles;
  SgLogAnswer *all;
} Flight;

static void
flight_free (Flight *flight)
{
  g_object_unref (flight->task);
  g_clear_error (&flight->error);
  g_clear_pointer (&flight->recent, sg_log_answer_unref);
  g_clear_pointer (&flight->troubles, sg_log_answer_unref);
  g_clear_pointer (&flight->all, sg_log_answer_unref);
  g_free (flight);
}

static gboolean
shows_operations (SgSyncPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->main), "operations") == 0;
}

void
sg_sync_page_take_records (SgSyncPage  *self,
                           SgLogAnswer *recent,
                           SgLogAnswer *troubles)
{
  if (recent != NULL)
    sg_log_answer_ref (recent);
  if (troubles != NULL)
    sg_log_answer_ref (troubles);
  g_clear_pointer (&self->recent, sg_log_answer_unref);
  g_clear_pointer (&self->troubles, sg_log_answer_unref);
  self->recent = recent;
  self->troubles = troubles;
}

/* Nothing was done in the window, and nothing is there that could: the page says what to do. */
static gboolean
is_empty (SgSyncPage *self)
{
  return sg_source_plan_get_sources (self->plan)->len == 0;
}

static void
update_empty (SgSyncPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  g_autofree char *span = sg_format_span (sg_time_window_get_span (window));
  g_autofree char *text = g_strdup_printf (
      /* Translators: %s is a length of time such as “15 min” */
      _ ("Nothing has reported a sync operation in these %s.\nAn application that is collected and "
         "counts its operations is shown here by itself."),
      span);

  adw_status_page_set_description (self->empty, text);
}

/* What the change of a tile is against. */
static void
update_change (SgSyncPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  gboolean narrow = sg_page_get_width_class (SG_PAGE (self)) == SG_WIDTH_NARROW;
  g_autofree char *range = NULL;
  g_autofree char *text = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (window, &from, &to);
  range = sg_format_range (from - (to - from), from);
  text = narrow ? g_strdup_printf (_ ("Change: against %s"), range)
                : g_strdup_printf (_ ("Change is against the window before, %s"), range);
  gtk_label_set_label (self->change, text);
}

static void
update_level (SgSyncPage *self)
{
  SgLevel worst = SG_LEVEL_UNKNOWN;
  static const SgSyncTile judged[] = { SG_SYNC_TILE_SUCCESS, SG_SYNC_TILE_P95 };

  for (guint i = 0; i < G_N_ELEMENTS (judged); i++)
    {
      SgLevel level = sg_tile_get_level (SG_TILE (self->tiles[judged[i]]));

      if (level != SG_LEVEL_UNKNOWN && (worst == SG_LEVEL_UNKNOWN || level > worst))
        worst = level;
    }
  sg_page_set_level (SG_PAGE (self), worst,
                     worst == SG_LEVEL_UNKNOWN ? 0 : sg_sync_page_count_unhealthy (self));
}

/* Shows what was answered. */
void
sg_sync_page_update (SgSyncPage *self)
{
  gboolean empty = is_empty (self);

  sg_page_set_empty (SG_PAGE (self), empty);
  update_change (self);
  if (empty)
    {
      update_empty (self);
      gtk_stack_set_visible_child_name (self->main, "empty");
      sg_page_set_level (SG_PAGE (self), SG_LEVEL_UNKNOWN, 0);
      return;
    }
  if (!shows_operations (self))
    gtk_stack_set_visible_child_name (self->main, "overview");
  sg_sync_page_update_charts (self);
  sg_sync_page_update_tiles (self);
  sg_sync_page_update_tables (self);
  update_level (self);
}

/* One of the answers has come; with the last of them the page is shown. */
static void
land (Flight *flight)
{
  SgSyncPage *self = g_task_get_source_object (flight->task);
  GTask *task = flight->task;

  if (--flight->n_left > 0)
    return;
  /* The window may have been closed meanwhile. */
  if (self->plan == NULL && flight->error == NULL)
    g_set_error_literal (&flight->error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the page is gone");
  if (flight->error != NULL)
    g_task_return_error (task, g_steal_pointer (&flight->error));
  else if (!g_task_return_error_if_cancelled (task))
    {
      sg_sync_page_take_records (self, flight->recent, flight->troubles);
      if (flight->all != NULL)
        sg_operations_view_take (self->operations, sg_page_get_engine (SG_PAGE (self)),
                                 flight->all);
      sg_sync_page_update (self);
      g_task_return_boolean (task, TRUE);
    }
  flight_free (flight);
}

static void
on_answered (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  Flight *flight = data;

  sg_source_plan_refresh_finish (SG_SOURCE_PLAN (object), result, &flight->error);
  land (flight);
}

/* Where records cannot be read, the numbers are still worth showing. */
static void
on_recent (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  Flight *flight = data;

  flight->recent = sg_engine_search_logs_finish (SG_ENGINE (object), result, NULL);
  land (flight);
}

static void
on_troubles (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  Flight *flight = data;

  flight->troubles = sg_engine_search_logs_finish (SG_ENGINE (object), result, NULL);
  land (flight);
}

static void
on_all (GObject      *object,
        GAsyncResult *result,
        gpointer      data)
{
  Flight *flight = data;

  flight->all = sg_engine_search_logs_finish (SG_ENGINE (object), result, NULL);
  land (flight);
}

static SgLogQuery
make_query (SgSyncPage *self)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;
  const SgSource *source = sg_source_plan_get_source (self->plan);
  SgTimeMs from, to;

  sg_time_window_get_range (sg_page_get_time_window (SG_PAGE (self)), &from, &to);
  query.from = sg_time_ms_to_ns (from);
  query.to = sg_time_ms_to_ns (to);
  query.kinds = 1u << SG_LOG_KIND_OPERATION;
  query.service = source != NULL ? source->job : NULL;
  return query;
}

static void
ask_records (SgSyncPage *self,
             SgEngine   *engine,
             Flight     *flight)
{
  GCancellable *cancellable = g_task_get_cancellable (flight->task);
  SgLogQuery query = make_query (self);

  if (shows_operations (self))
    {
      flight->n_left++;
      sg_operations_view_fill_query (self->operations, &query);
      sg_engine_search_logs_async (engine, &query, SG_LOG_SEARCH_COUNT, cancellable, on_all,
                                   flight);
      query = make_query (self);
    }
  query.limit = RECENT_MAX;
  sg_engine_search_logs_async (engine, &query, SG_LOG_SEARCH_PAGE, cancellable, on_recent, flight);
  query.severities = TROUBLE;
  query.limit = TROUBLES_MAX;
  sg_engine_search_logs_async (engine, &query, SG_LOG_SEARCH_PAGE, cancellable, on_troubles,
                               flight);
}

static void
update_width (SgSyncPage *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  if (width > 0)
    sg_query_plan_set_width (sg_source_plan_get_plan (self->plan),
                             (width >= TWO_CHARTS ? width / 2 : width) - CHART_MARGINS);
}

static void
sg_sync_page_refresh (SgPage *page,
                      GTask  *task)
{
  SgSyncPage *self = SG_SYNC_PAGE (page);
  SgEngine *engine = sg_page_get_engine (page);
  Flight *flight;

  if (engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("the engine is not running"));
      g_object_unref (task);
      return;
    }
  flight = g_new0 (Flight, 1);
  flight->task = task;
  flight->n_left = 3;
  update_width (self);
  ask_records (self, engine, flight);
  sg_source_plan_refresh_async (self->plan, engine, sg_page_get_time_window (page),
                                g_task_get_cancellable (task), on_answered, flight);
}

static void
refresh (SgSyncPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.refresh", NULL);
}

void
sg_sync_page_show_operations (SgSyncPage *self,
                              const char *type)
{
  sg_operations_view_show_type (self->operations, type);
  gtk_stack_set_visible_child_name (self->main, "operations");
  sg_page_set_scrolled (SG_PAGE (self), FALSE);
  refresh (self);
}

static void
show_all_operations (SgSyncPage *self)
{
  sg_sync_page_show_operations (self, NULL);
}

static void
operations_left (SgSyncPage *self)
{
  gtk_stack_set_visible_child_name (self->main, "overview");
  gtk_widget_grab_focus (self->recent_table);
}

static void
sg_sync_page_find (SgPage *page)
{
  SgSyncPage *self = SG_SYNC_PAGE (page);

  if (!shows_operations (self))
    sg_sync_page_show_operations (self, NULL);
  sg_operations_view_find (self->operations);
}

static void
state_changed (SgSyncPage *self)
{
  const char *error = sg_page_get_error (SG_PAGE (self));
  g_autofree char *reason = NULL;
  g_autofree char *markup = NULL;

  if (sg_page_get_state (SG_PAGE (self)) != SG_PAGE_FAILED)
    return;
  reason = g_strdup_printf (_ ("Refresh failed: %s."), error != NULL ? error : "");
  markup = g_markup_escape_text (reason, -1);
  adw_status_page_set_description (self->failed, markup);
  gtk_stack_set_visible_child_name (self->main, "failed");
}

static void
width_class_changed (SgSyncPage *self)
{
  sg_operations_view_set_width_class (self->operations, sg_page_get_width_class (SG_PAGE (self)));
  if (self->types->len > 0)
    sg_sync_page_update (self);
}

static void
take_thresholds (SgSyncPage *self)
{
  self->thresholds = (SgSyncThresholds) {
    g_settings_get_double (self->settings, "sync-success-degraded"),
    g_settings_get_double (self->settings, "sync-success-unhealthy"),
    g_settings_get_double (self->settings, "sync-p95-degraded"),
    g_settings_get_double (self->settings, "sync-p95-unhealthy"),
  };
  /* What is unhealthy is not better than what is degraded, whatever was written. */
  self->thresholds.success_unhealthy =
      MIN (self->thresholds.success_unhealthy, self->thresholds.success_degraded);
  self->thresholds.p95_unhealthy =
      MAX (self->thresholds.p95_unhealthy, self->thresholds.p95_degraded);
}

static void
setting_changed (SgSyncPage *self,
                 const char *key)
{
  if (!g_str_has_prefix (key, "sync-"))
    return;
  take_thresholds (self);
  if (self->types->len > 0)
    sg_sync_page_update (self);
}

static void
scrolled (SgSyncPage    *self,
          GParamSpec    *pspec,
          GtkAdjustment *adjustment)
{
  sg_page_set_scrolled (SG_PAGE (self), gtk_adjustment_get_value (adjustment) > 0.);
}

static void
sg_sync_page_dispose (GObject *object)
{
  SgSyncPage *self = SG_SYNC_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_SYNC_PAGE);
  sg_sync_page_take_records (self, NULL, NULL);
  g_clear_pointer (&self->shown_recent, sg_log_batch_unref);
  g_clear_object (&self->types_model);
  g_clear_object (&self->recent_model);
  g_clear_object (&self->checks_model);
  g_clear_object (&self->reconciliations_model);
  g_clear_object (&self->plan);
  g_clear_object (&self->group);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sg_sync_page_parent_class)->dispose (object);
}

static void
sg_sync_page_finalize (GObject *object)
{
  g_ptr_array_unref (SG_SYNC_PAGE (object)->types);
  G_OBJECT_CLASS (sg_sync_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, main);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, loading);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, failed);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, empty);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, chooser);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, change);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, strip);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, tile_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, chart_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, types_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, recent_section);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, recent_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, checks_section);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, checks_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, reconciliations_section);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, reconciliations_box);
  gtk_widget_class_bind_template_child (widget_class, SgSyncPage, operations);
}

static void
sg_sync_page_class_init (SgSyncPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_sync_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = sg_sync_page_finalize;
  SG_PAGE_CLASS (klass)->refresh = sg_sync_page_refresh;
  SG_PAGE_CLASS (klass)->find = sg_sync_page_find;
  g_type_ensure (SG_TYPE_LOADING);
  g_type_ensure (SG_TYPE_STRIP);
  g_type_ensure (SG_TYPE_SOURCE_CHOOSER);
  g_type_ensure (SG_TYPE_OPERATIONS_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/pages/sg-sync-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, scrolled);
  gtk_widget_class_bind_template_callback (widget_class, refresh);
  gtk_widget_class_bind_template_callback (widget_class, show_all_operations);
  gtk_widget_class_bind_template_callback (widget_class, operations_left);
}

static void
sg_sync_page_init (SgSyncPage *self)
{
  self->types = g_ptr_array_new ();
  self->group = sg_chart_group_new ();
  self->plan = sg_source_plan_new (measures, G_N_ELEMENTS (measures), roles, G_N_ELEMENTS (roles));
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_loading_set_text (self->loading, _ ("Asking how operations went…"));
  sg_strip_set_page (self->strip, SG_PAGE (self));
  sg_source_chooser_set_plan (self->chooser, self->plan);
  g_signal_connect (self, "notify::state", G_CALLBACK (state_changed), NULL);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (width_class_changed), NULL);
}

/**
 * sg_sync_page_new:
 * @settings: what the user chose: thresholds, and the columns of tables
 */
SgPage *
sg_sync_page_new (GSettings *settings)
{
  SgSyncPage *self =
      g_object_new (SG_TYPE_SYNC_PAGE, "title", _ ("Sync Operations"), "icon-name",
                    "sg-sync-symbolic", "group", _ ("Monitor"), "wants-time-window", TRUE, NULL);

  self->settings = g_object_ref (settings);
  sg_sync_page_make_charts (self);
  sg_sync_page_make_tables (self);
  sg_operations_view_set_up (self->operations, self->group, settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (setting_changed), self,
                           G_CONNECT_SWAPPED);
  take_thresholds (self);
  width_class_changed (self);
  return SG_PAGE (self);
}
