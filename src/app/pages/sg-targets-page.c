/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-targets-page-private.h"

#include "widgets/sg-grid-layout.h"
#include "widgets/sg-wrap-layout.h"

#include "sg-config.h"

#include <glib/gi18n.h>

/* While another tab is seen, the sidebar still says how the targets are. */
#define WATCH_SECONDS 5
#define TREND_POINTS  96

G_DEFINE_FINAL_TYPE (SgTargetsPage, sg_targets_page, SG_TYPE_PAGE)

/* What the tiles say and how it went; what is scraped twice a minute is counted by the minute. */
static const struct
{
  const char *role;
  const char *text;
} queries[] = {
  { "n-up", "sum(up)" },
  { "n-down", "sum(1 - up)" },
  { "rate", "sum(sum_over_time(scrape_samples_scraped[1m])) / 60" },
  { "series", "sum(scrape_samples_post_metric_relabeling)" },
};

static gboolean
is_past (SgTargetsPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));

  return window != NULL && sg_time_window_get_mode (window) != SG_TIME_LIVE;
}

static void
update_level (SgTargetsPage *self,
              GPtrArray     *jobs)
{
  SgLevel level = SG_LEVEL_UNKNOWN;
  guint n_bad = 0;

  for (guint i = 0; i < jobs->len; i++)
    {
      const SgTargetJob *job = jobs->pdata[i];

      n_bad += job->n_bad;
      level = i == 0 ? job->level : sg_level_worst (level, job->level);
    }
  if (self->config != NULL && self->config->error != NULL)
    {
      level = sg_level_worst (level, SG_LEVEL_DEGRADED);
      n_bad++;
    }
  sg_page_set_empty (SG_PAGE (self), jobs->len == 0);
  sg_page_set_level (SG_PAGE (self), level, n_bad);
}

static void
take_config (SgTargetsPage  *self,
             SgConfigStatus *config)
{
  sg_config_status_ref (config);
  g_clear_pointer (&self->config, sg_config_status_unref);
  self->config = config;
}

void
sg_targets_page_show (SgTargetsPage  *self,
                      SgTargetList   *list,
                      SgConfigStatus *config,
                      SgTimeMs        now)
{
  g_autoptr (GPtrArray) jobs = sg_target_jobs_new (list, self->plan, now);

  take_config (self, config);
  self->samples_per_second = list->samples_per_second;
  sg_config_bar_set_status (self->config_bar, config, (const char *const *) list->problems, now);
  update_level (self, jobs);
  sg_targets_page_take_jobs (self, jobs);
}

static void
show_past (SgTargetsPage *self)
{
  g_autoptr (GPtrArray) jobs = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (sg_page_get_time_window (SG_PAGE (self)), &from, &to);
  jobs = sg_target_jobs_new_past (self->plan, to);
  g_clear_pointer (&self->config, sg_config_status_unref);
  update_level (self, jobs);
  sg_targets_page_take_jobs (self, jobs);
}

static SgTimeMs
get_now (SgTargetsPage *self)
{
  return sg_clock_now_ms (sg_clock_get_system ());
}

static void
show_now (SgTargetsPage *self,
          SgEngine      *engine)
{
  g_autoptr (SgTargetList) list = sg_engine_list_targets (engine);
  g_autoptr (SgConfigStatus) config = sg_engine_get_config_status (engine);
  g_autoptr (SgHttpStatus) own = sg_engine_get_server_status (engine);

  sg_targets_page_show (self, list, config, get_now (self));
  sg_found_list_set_watched (self->found, self->jobs, own);
}

static void
refreshed (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgTargetsPage *self = g_task_get_source_object (task);
  SgEngine *engine = sg_page_get_engine (SG_PAGE (self));
  GError *error = NULL;

  if (!sg_query_plan_refresh_finish (SG_QUERY_PLAN (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->main != NULL && is_past (self))
    show_past (self);
  else if (self->main != NULL && engine != NULL)
    show_now (self, engine);
  g_task_return_boolean (task, TRUE);
}

static void
sg_targets_page_refresh (SgPage *page,
                         GTask  *task)
{
  SgTargetsPage *self = SG_TARGETS_PAGE (page);
  SgEngine *engine = sg_page_get_engine (page);

  if (engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("the engine is not running"));
      g_object_unref (task);
      return;
    }
  sg_target_job_plan (self->plan, is_past (self));
  sg_query_plan_refresh_async (self->plan, engine, sg_page_get_time_window (page),
                               g_task_get_cancellable (task), refreshed, task);
}

/* Costs no query: the engine knows how its targets are. */
static gboolean
watch (gpointer data)
{
  SgTargetsPage *self = data;
  SgEngine *engine = sg_page_get_engine (SG_PAGE (self));
  g_autoptr (SgTargetList) list = NULL;
  g_autoptr (SgConfigStatus) config = NULL;
  g_autoptr (GPtrArray) jobs = NULL;

  if (engine == NULL || is_past (self) || gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  list = sg_engine_list_targets (engine);
  config = sg_engine_get_config_status (engine);
  take_config (self, config);
  jobs = sg_target_jobs_new (list, self->plan, get_now (self));
  update_level (self, jobs);
  return G_SOURCE_CONTINUE;
}

static void
engine_changed (SgTargetsPage *self)
{
  g_clear_handle_id (&self->watch, g_source_remove);
  if (sg_page_get_engine (SG_PAGE (self)) != NULL)
    {
      watch (self);
      self->watch = g_timeout_add_seconds (WATCH_SECONDS, watch, self);
    }
  sg_targets_page_update (self);
}

static void
sg_targets_page_find (SgPage *page)
{
  SgTargetsPage *self = SG_TARGETS_PAGE (page);

  sg_targets_page_close_details (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
}

static void
filter_changed (SgTargetsPage *self)
{
  sg_targets_page_update (self);
}

static void
stop_filter (SgTargetsPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->filter), "");
  gtk_widget_child_focus (GTK_WIDGET (self->sections), GTK_DIR_TAB_FORWARD);
}

static void
scrolled (SgTargetsPage *self,
          GParamSpec    *pspec,
          GtkAdjustment *adjustment)
{
  sg_page_set_scrolled (SG_PAGE (self), gtk_adjustment_get_value (adjustment) > 0.);
}

static void
sg_targets_page_dispose (GObject *object)
{
  SgTargetsPage *self = SG_TARGETS_PAGE (object);

  g_clear_handle_id (&self->watch, g_source_remove);
  g_clear_weak_pointer (&self->focus_before);
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_TARGETS_PAGE);
  g_clear_object (&self->actions);
  g_clear_object (&self->plan);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_pointer (&self->config, sg_config_status_unref);
  g_clear_pointer (&self->chosen_job, g_free);
  g_clear_pointer (&self->chosen_endpoint, g_free);
  G_OBJECT_CLASS (sg_targets_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, main);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, loading);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, failed);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, body);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, strip);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, config_bar);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, tiles);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, filter);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, teach);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, found);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, sections);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, no_match);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, content);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, separator);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, details);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, all_title);
  gtk_widget_class_bind_template_child (widget_class, SgTargetsPage, all_table);
}

static void
sg_targets_page_class_init (SgTargetsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_targets_page_dispose;
  SG_PAGE_CLASS (klass)->refresh = sg_targets_page_refresh;
  SG_PAGE_CLASS (klass)->find = sg_targets_page_find;
  SG_PAGE_CLASS (klass)->list_commands = sg_targets_page_list_commands;
  g_type_ensure (SG_TYPE_CONFIG_BAR);
  g_type_ensure (SG_TYPE_FOUND_LIST);
  g_type_ensure (SG_TYPE_GRID_LAYOUT);
  g_type_ensure (SG_TYPE_LOADING);
  g_type_ensure (SG_TYPE_STRIP);
  g_type_ensure (SG_TYPE_TARGET_DETAILS);
  g_type_ensure (SG_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/pages/sg-targets-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, scrolled);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, stop_filter);
  gtk_widget_class_bind_template_callback (widget_class, sg_targets_page_add_found);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "targets.close-details",
                                       NULL);
}

static void
sg_targets_page_init (SgTargetsPage *self)
{
  self->plan = sg_query_plan_new ();
  sg_query_plan_set_width (self->plan, TREND_POINTS);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    sg_query_plan_set_query (self->plan, queries[i].role, queries[i].text, SG_QUERY_RANGE);
  sg_target_job_plan (self->plan, FALSE);
  self->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_target_job_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_strip_set_page (self->strip, SG_PAGE (self));
  sg_loading_set_text (self->loading, _ ("Reading how the targets are…"));
  g_signal_connect (self, "notify::engine", G_CALLBACK (engine_changed), NULL);
  g_signal_connect (self, "notify::state", G_CALLBACK (sg_targets_page_update), NULL);
  g_signal_connect (self, "notify::error", G_CALLBACK (sg_targets_page_update), NULL);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (sg_targets_page_lay_out), NULL);
}

/* @settings keeps the columns of the tables. */
SgPage *
sg_targets_page_new (GSettings *settings)
{
  SgTargetsPage *self =
      g_object_new (SG_TYPE_TARGETS_PAGE, "title", _ ("Targets"), "icon-name", "sg-target-symbolic",
                    "group", _ ("Sources"), "wants-time-window", TRUE, NULL);

  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  sg_targets_page_actions_init (self);
  sg_targets_page_init_view (self);
  return SG_PAGE (self);
}
