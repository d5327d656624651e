/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-cache-page-private.h"

#include "widgets/sg-grid-layout.h"

#include "sg-config.h"

#include <glib/gi18n.h>

#define CHART_MARGINS 140

G_DEFINE_FINAL_TYPE (SgCachePage, sg_cache_page, SG_TYPE_PAGE)

/* What makes an application one that has a cache. */
static const SgMappingRole cache_roles[] = { SG_ROLE_CACHE_EVENTS, SG_ROLE_HIT_RATE };

#define BY_TYPE SG_MEASURE_BY (SG_MAPPING_TYPE)

/*
 * What is asked, by its place on the page. Where one cannot be asked of the families that there are, the next
 * of the same name is: a hit ratio that is counted is better than one that is told.
 */
static const struct
{
  const char *role;
  SgQueryShape shape;
  SgMeasureQuery query;
} measures[] = {
  { "ratio-trend", SG_QUERY_RANGE, { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATIO } },
  { "ratio-trend", SG_QUERY_RANGE, { SG_ROLE_HIT_RATE, SG_MEASURE_RATIO } },
  { "ratio", SG_QUERY_INSTANT, { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATIO, .range = "$window" } },
  { "ratio", SG_QUERY_INSTANT, { SG_ROLE_HIT_RATE, SG_MEASURE_RATIO } },
  { "ratio-before",
    SG_QUERY_INSTANT,
    { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATIO, .range = "$window", .offset = "$window" } },
  { "hits",
    SG_QUERY_INSTANT,
    { SG_ROLE_CACHE_EVENTS, SG_MEASURE_COUNT, SG_MEASURE_OF_GOOD, .range = "$window" } },
  { "hits-before",
    SG_QUERY_INSTANT,
    { SG_ROLE_CACHE_EVENTS, SG_MEASURE_COUNT, SG_MEASURE_OF_GOOD, .range = "$window",
      .offset = "$window" } },
  { "misses",
    SG_QUERY_INSTANT,
    { SG_ROLE_CACHE_EVENTS, SG_MEASURE_COUNT, SG_MEASURE_OF_BAD, .range = "$window" } },
  { "misses-before",
    SG_QUERY_INSTANT,
    { SG_ROLE_CACHE_EVENTS, SG_MEASURE_COUNT, SG_MEASURE_OF_BAD, .range = "$window",
      .offset = "$window" } },
  { "hit-rate", SG_QUERY_RANGE, { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATE, SG_MEASURE_OF_GOOD } },
  { "miss-rate", SG_QUERY_RANGE, { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATE, SG_MEASURE_OF_BAD } },
  { "types", SG_QUERY_RANGE, { SG_ROLE_CACHE_EVENTS, SG_MEASURE_RATIO, .by = BY_TYPE } },
  { "load",
    SG_QUERY_INSTANT,
    { SG_ROLE_DURATIONS, SG_MEASURE_MEAN, .by = BY_TYPE, .range = "$window" } },
  { "size", SG_QUERY_RANGE, { SG_ROLE_SIZE, SG_MEASURE_VALUE } },
  { "size-limit", SG_QUERY_INSTANT, { SG_ROLE_SIZE_LIMIT, SG_MEASURE_VALUE } },
  { "memory", SG_QUERY_RANGE, { SG_ROLE_MEMORY, SG_MEASURE_VALUE } },
  { "memory-limit", SG_QUERY_INSTANT, { SG_ROLE_MEMORY_LIMIT, SG_MEASURE_VALUE } },
  { "evictions", SG_QUERY_INSTANT, { SG_ROLE_EVICTIONS, SG_MEASURE_COUNT, .range = "$window" } },
  { "eviction-rate", SG_QUERY_RANGE, { SG_ROLE_EVICTIONS, SG_MEASURE_RATE } },
};

static const char *
chosen_id (SgCachePage *self)
{
  guint selected = gtk_drop_down_get_selected (self->chooser);

  return selected > 0 && selected <= self->ids->len ? self->ids->pdata[selected - 1] : NULL;
}

static void
plan_queries (SgCachePage *self)
{
  const char *id = chosen_id (self);
  g_autofree char *matchers = sg_source_list_make_matchers (self->sources, id);
  const char *planned = NULL;

  sg_query_plan_set_source (self->plan, matchers);
  sg_query_plan_set_interval (self->plan, sg_source_list_get_interval (self->sources, id));
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    {
      g_autofree char *text = NULL;

      if (g_strcmp0 (planned, measures[i].role) == 0)
        continue;
      text = sg_source_list_expand (self->sources, id, &measures[i].query);
      sg_query_plan_set_query (self->plan, measures[i].role, text, measures[i].shape);
      planned = text != NULL ? measures[i].role : NULL;
    }
}

static gboolean
has_cache (const SgSource *source)
{
  for (guint i = 0; i < G_N_ELEMENTS (cache_roles); i++)
    {
      if (sg_source_has_role (source, cache_roles[i]))
        return TRUE;
    }
  return FALSE;
}

/* The one that was chosen stays so while it is there. */
static void
fill_chooser (SgCachePage *self)
{
  g_autofree char *chosen = g_strdup (chosen_id (self));
  guint selected = 0;

  self->choosing = TRUE;
  g_ptr_array_set_size (self->ids, 0);
  gtk_string_list_splice (self->names, 1, g_list_model_get_n_items (G_LIST_MODEL (self->names)) - 1,
                          NULL);
  for (guint i = 0; i < self->sources->n_sources; i++)
    {
      const SgSource *source = self->sources->sources[i];

      if (!has_cache (source))
        continue;
      g_ptr_array_add (self->ids, g_strdup (source->id));
      gtk_string_list_append (self->names, source->title);
      if (g_strcmp0 (source->id, chosen) == 0)
        selected = self->ids->len;
    }
  gtk_drop_down_set_selected (self->chooser, selected);
  self->choosing = FALSE;
}

static gboolean
same_sources (const SgSourceList *a,
              const SgSourceList *b)
{
  if (a == NULL || a->n_sources != b->n_sources)
    return FALSE;
  for (guint i = 0; i < a->n_sources; i++)
    {
      if (!g_str_equal (a->sources[i]->id, b->sources[i]->id)
          || a->sources[i]->parts->len != b->sources[i]->parts->len)
        return FALSE;
    }
  return TRUE;
}

void
sg_cache_page_take_sources (SgCachePage  *self,
                            SgSourceList *sources)
{
  gboolean same = same_sources (self->sources, sources);

  sg_source_list_ref (sources);
  g_clear_pointer (&self->sources, sg_source_list_unref);
  self->sources = sources;
  if (!same)
    fill_chooser (self);
  plan_queries (self);
}

static void
source_chosen (SgCachePage *self)
{
  if (self->choosing || self->sources == NULL)
    return;
  plan_queries (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.refresh", NULL);
}

static void
refreshed (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgCachePage *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!sg_query_plan_refresh_finish (SG_QUERY_PLAN (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->main != NULL)
    {
      sg_page_set_empty (SG_PAGE (self), self->ids->len == 0);
      sg_cache_page_update (self);
    }
  g_task_return_boolean (task, TRUE);
}

static void
got_sources (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgCachePage *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (SgSourceList) sources =
      sg_engine_list_sources_finish (SG_ENGINE (object), result, &error);

  if (sources == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->main == NULL)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  sg_cache_page_take_sources (self, sources);
  sg_query_plan_refresh_async (self->plan, SG_ENGINE (object),
                               sg_page_get_time_window (SG_PAGE (self)),
                               g_task_get_cancellable (task), refreshed, g_object_ref (task));
}

static void
sg_cache_page_refresh (SgPage *page,
                       GTask  *task)
{
  SgCachePage *self = SG_CACHE_PAGE (page);
  SgEngine *engine = sg_page_get_engine (page);
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - CHART_MARGINS;
  SgTimeMs from, to;

  if (engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("the engine is not running"));
      g_object_unref (task);
      return;
    }
  if (width > 0)
    sg_query_plan_set_width (self->plan, width);
  sg_time_window_get_range (sg_page_get_time_window (page), &from, &to);
  sg_engine_list_sources_async (engine, from, to, g_task_get_cancellable (task), got_sources, task);
}

static void
sg_cache_page_find (SgPage *page)
{
  gtk_widget_grab_focus (GTK_WIDGET (SG_CACHE_PAGE (page)->chooser));
}

static void
scrolled (SgCachePage   *self,
          GParamSpec    *pspec,
          GtkAdjustment *adjustment)
{
  sg_page_set_scrolled (SG_PAGE (self), gtk_adjustment_get_value (adjustment) > 0.);
}

static void
sg_cache_page_dispose (GObject *object)
{
  SgCachePage *self = SG_CACHE_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_CACHE_PAGE);
  g_clear_object (&self->plan);
  g_clear_object (&self->group);
  g_clear_object (&self->names);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->sources, sg_source_list_unref);
  G_OBJECT_CLASS (sg_cache_page_parent_class)->dispose (object);
}

static void
sg_cache_page_class_init (SgCachePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_cache_page_dispose;
  SG_PAGE_CLASS (klass)->refresh = sg_cache_page_refresh;
  SG_PAGE_CLASS (klass)->find = sg_cache_page_find;
  g_type_ensure (SG_TYPE_GRID_LAYOUT);
  g_type_ensure (SG_TYPE_LOADING);
  g_type_ensure (SG_TYPE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/pages/sg-cache-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, main);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, loading);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, failed);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, strip);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, tools);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, chooser);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, change);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, banner);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, icon);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, word);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, reason);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, tile_box);
  gtk_widget_class_bind_template_child (widget_class, SgCachePage, chart_box);
  gtk_widget_class_bind_template_callback (widget_class, scrolled);
  gtk_widget_class_bind_template_callback (widget_class, source_chosen);
}

static void
sg_cache_page_init (SgCachePage *self)
{
  const char *const all[] = { _ ("All caches"), NULL };

  self->plan = sg_query_plan_new ();
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->names = gtk_string_list_new (all);
  sg_cache_figures_init (&self->figures);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->chooser, G_LIST_MODEL (self->names));
  sg_strip_set_page (self->strip, SG_PAGE (self));
  sg_loading_set_text (self->loading, _ ("Asking how the caches do…"));
  g_signal_connect (self, "notify::state", G_CALLBACK (sg_cache_page_update), NULL);
  g_signal_connect (self, "notify::error", G_CALLBACK (sg_cache_page_update), NULL);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (sg_cache_page_lay_out), NULL);
}

SgPage *
sg_cache_page_new (void)
{
  SgCachePage *self =
      g_object_new (SG_TYPE_CACHE_PAGE, "title", _ ("Cache"), "icon-name", "sg-cache-symbolic",
                    "group", _ ("Monitor"), "wants-time-window", TRUE, NULL);

  sg_cache_page_make_view (self);
  sg_cache_page_update (self);
  return SG_PAGE (self);
}
