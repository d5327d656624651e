/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-explore-page-private.h"

#include "sg-config.h"

#include <glib/gi18n.h>

/* Metrics that had samples in the last day are known, and looked for again every minute. */
#define CATALOG_SPAN_MS G_GINT64_CONSTANT (86400000)
#define CATALOG_AGE_MS  60000
#define CHART_MARGINS   100

G_DEFINE_FINAL_TYPE (SgExplorePage, sg_explore_page, SG_TYPE_PAGE)

/* What one can ask of Sightglass itself, from the simplest on. */
static const struct
{
  const char *sentence;
  const char *text;
} examples[] = {
  { N_ ("A gauge is a number that goes up and down: its name is a query."),
    "process_resident_memory_bytes" },
  { N_ ("A counter only grows: rate() says how fast."), "rate(process_cpu_seconds_total[$rate])" },
  { N_ ("Braces choose series, and sum by (…) joins them."),
    "sum by (handler) (rate(sightglass_http_requests_total{code=\"200\"}[$rate]))" },
  { N_ ("Buckets tell how slow the slowest are."),
    "histogram_quantile(0.95, sum by (le) "
    "(rate(sightglass_http_request_duration_seconds_bucket[$rate])))" },
  { N_ ("Which metrics have the most series?"),
    "topk(10, count by (__name__) ({__name__=~\".+\"}))" },
};

guint
sg_explore_page_get_n_queries (SgExplorePage *self)
{
  return sg_explore_page_count_rows (self);
}

SgCatalog *
sg_explore_page_get_catalog (SgExplorePage *self)
{
  return self->catalog;
}

void
sg_explore_page_set_catalog (SgExplorePage *self,
                             SgCatalog     *catalog)
{
  sg_catalog_ref (catalog);
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  self->catalog = catalog;
  sg_metric_browser_set_catalog (self->browser, catalog);
  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    sg_query_editor_set_catalog (sg_query_row_get_editor (sg_explore_page_get_row (self, i)),
                                 catalog);
}

static void
got_catalog (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (SgExplorePage) self = data;
  g_autoptr (SgCatalog) catalog = sg_engine_get_catalog_finish (SG_ENGINE (object), result, NULL);

  g_clear_object (&self->catalog_loading);
  if (catalog != NULL && self->browser != NULL)
    sg_explore_page_set_catalog (self, catalog);
}

static void
load_catalog (SgExplorePage *self,
              SgEngine      *engine)
{
  SgTimeMs now = sg_clock_now_ms (sg_clock_get_system ());

  if (self->catalog_loading != NULL || now - self->catalog_time < CATALOG_AGE_MS)
    return;
  self->catalog_time = now;
  self->catalog_loading = g_cancellable_new ();
  sg_engine_get_catalog_async (engine, now - CATALOG_SPAN_MS, now, self->catalog_loading,
                               got_catalog, g_object_ref (self));
}

/* Worse than the worst of its queries it is not. */
static void
update_level (SgExplorePage *self)
{
  guint n_failed = 0;

  for (guint i = 0; i < self->answers->len; i++)
    n_failed += ((SgQueryAnswer *) self->answers->pdata[i])->error != NULL;
  sg_page_set_empty (SG_PAGE (self), self->answers->len == 0);
  if (self->answers->len == 0)
    sg_page_set_level (SG_PAGE (self), SG_LEVEL_UNKNOWN, 0);
  else
    sg_page_set_level (SG_PAGE (self), n_failed > 0 ? SG_LEVEL_DEGRADED : SG_LEVEL_HEALTHY,
                       n_failed);
}

static void
refreshed (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  SgExplorePage *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!sg_query_plan_refresh_finish (SG_QUERY_PLAN (object), result, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        sg_page_set_level (SG_PAGE (self), SG_LEVEL_DEGRADED, 1);
      g_task_return_error (task, error);
      return;
    }
  sg_explore_page_update_results (self);
  update_level (self);
  g_task_return_boolean (task, TRUE);
}

static void
plan_at_first (SgExplorePage *self)
{
  if (self->restored)
    return;
  self->restored = TRUE;
  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    {
      SgQueryEditor *editor = sg_query_row_get_editor (sg_explore_page_get_row (self, i));
      g_autofree char *text = sg_query_editor_get_text (editor);

      if (*text != '\0' && sg_query_editor_check (editor))
        sg_query_plan_set_query (self->plan, sg_explore_page_get_role (i), text,
                                 sg_explore_page_is_range (self) ? SG_QUERY_RANGE
                                                                 : SG_QUERY_INSTANT);
    }
}

static void
sg_explore_page_refresh (SgPage *page,
                         GTask  *task)
{
  SgExplorePage *self = SG_EXPLORE_PAGE (page);
  SgEngine *engine = sg_page_get_engine (page);
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - CHART_MARGINS;

  if (engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _ ("the engine is not running"));
      g_object_unref (task);
      return;
    }
  plan_at_first (self);
  load_catalog (self, engine);
  if (width > 0)
    sg_query_plan_set_width (self->plan, width);
  sg_query_plan_refresh_async (self->plan, engine, sg_page_get_time_window (page),
                               g_task_get_cancellable (task), refreshed, task);
}

static void
sg_explore_page_find (SgPage *page)
{
  SgExplorePage *self = SG_EXPLORE_PAGE (page);

  if (g_str_equal (gtk_stack_get_visible_child_name (self->main), "browse"))
    sg_metric_browser_find (self->browser);
  else
    gtk_widget_grab_focus (GTK_WIDGET (sg_explore_page_get_row (self, 0)));
}

static void
engine_changed (SgExplorePage *self)
{
  for (guint i = 0; i < sg_explore_page_count_rows (self); i++)
    sg_query_editor_set_engine (sg_query_row_get_editor (sg_explore_page_get_row (self, i)),
                                sg_page_get_engine (SG_PAGE (self)));
}

/* Narrow: the tools stand in two lines, and so does the head of the answer. */
static void
width_class_changed (SgExplorePage *self)
{
  SgWidthClass width_class = sg_page_get_width_class (SG_PAGE (self));
  gboolean narrow = width_class == SG_WIDTH_NARROW;
  GtkOrientation orientation = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->head), orientation);
  gtk_widget_set_hexpand (self->start_tools, !narrow);
  gtk_widget_set_hexpand (self->shapes, narrow);
  gtk_widget_set_halign (self->shapes, narrow ? GTK_ALIGN_START : GTK_ALIGN_FILL);
  gtk_label_set_xalign (self->summary, narrow ? 0.f : 1.f);
  sg_metric_browser_set_width_class (self->browser, width_class);
}

static void
scrolled (SgExplorePage *self,
          GParamSpec    *pspec,
          GtkAdjustment *adjustment)
{
  sg_page_set_scrolled (SG_PAGE (self), gtk_adjustment_get_value (adjustment) > 0.);
}

static void
sg_explore_page_open (SgPage     *page,
                      const char *query)
{
  SgExplorePage *self = SG_EXPLORE_PAGE (page);

  gtk_stack_set_visible_child_name (self->main, "ask");
  sg_explore_page_ask (self, query);
}

static void
example_activated (SgExplorePage *self,
                   GtkListBoxRow *row)
{
  sg_explore_page_ask (self, examples[gtk_list_box_row_get_index (row)].text);
}

static void
metric_chosen (SgExplorePage *self,
               const char    *text)
{
  sg_explore_page_ask (self, text);
}

static void
browser_closed (SgExplorePage *self)
{
  gtk_stack_set_visible_child_name (self->main, "ask");
  gtk_widget_grab_focus (self->browse);
}

static void
add_examples (SgExplorePage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *sentence = gtk_label_new (_ (examples[i].sentence));
      GtkWidget *text = gtk_label_new (examples[i].text);

      gtk_label_set_xalign (GTK_LABEL (sentence), 0.f);
      gtk_label_set_wrap (GTK_LABEL (sentence), TRUE);
      gtk_label_set_xalign (GTK_LABEL (text), 0.f);
      gtk_label_set_wrap (GTK_LABEL (text), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
      gtk_widget_add_css_class (text, "sg-query-text");
      gtk_widget_add_css_class (text, "sg-dim");
      gtk_box_append (GTK_BOX (box), sentence);
      gtk_box_append (GTK_BOX (box), text);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (examples[i].sentence), -1);
      gtk_list_box_append (self->examples, row);
    }
}

static void
sg_explore_page_dispose (GObject *object)
{
  SgExplorePage *self = SG_EXPLORE_PAGE (object);

  sg_explore_page_stop_explaining (self);
  if (self->catalog_loading != NULL)
    g_cancellable_cancel (self->catalog_loading);
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_EXPLORE_PAGE);
  g_clear_object (&self->actions);
  g_clear_object (&self->plan);
  g_clear_object (&self->history);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->catalog, sg_catalog_unref);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  G_OBJECT_CLASS (sg_explore_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, main);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, strip);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, queries);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, tools);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, start_tools);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, shapes);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, browse);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, history_button);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, results);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, loading);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, examples);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, head);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, summary);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, warnings);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, views);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, chart);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, table);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, text);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, explanation);
  gtk_widget_class_bind_template_child (widget_class, SgExplorePage, browser);
}

static void
sg_explore_page_class_init (SgExplorePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_explore_page_dispose;
  SG_PAGE_CLASS (klass)->refresh = sg_explore_page_refresh;
  SG_PAGE_CLASS (klass)->find = sg_explore_page_find;
  SG_PAGE_CLASS (klass)->list_commands = sg_explore_page_list_commands;
  SG_PAGE_CLASS (klass)->ask = sg_explore_page_open;
  g_type_ensure (SG_TYPE_STRIP);
  g_type_ensure (SG_TYPE_LOADING);
  g_type_ensure (SG_TYPE_CHART);
  g_type_ensure (SG_TYPE_ANSWER_TABLE);
  g_type_ensure (SG_TYPE_ANSWER_TEXT);
  g_type_ensure (SG_TYPE_EXPLANATION_VIEW);
  g_type_ensure (SG_TYPE_METRIC_BROWSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/pages/sg-explore-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, scrolled);
  gtk_widget_class_bind_template_callback (widget_class, example_activated);
  gtk_widget_class_bind_template_callback (widget_class, metric_chosen);
  gtk_widget_class_bind_template_callback (widget_class, browser_closed);
}

static void
sg_explore_page_init (SgExplorePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->plan = sg_query_plan_new ();
  sg_strip_set_page (self->strip, SG_PAGE (self));
  sg_page_adopt_chart (SG_PAGE (self), self->chart);
  sg_loading_set_text (self->loading, _ ("Asking…"));
  add_examples (self);
  g_signal_connect (self, "notify::engine", G_CALLBACK (engine_changed), NULL);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (width_class_changed), NULL);
}

/**
 * sg_explore_page_new:
 * @settings: what the user chose, with the queries of the last time
 */
SgPage *
sg_explore_page_new (GSettings *settings)
{
  SgExplorePage *self = g_object_new (SG_TYPE_EXPLORE_PAGE, "title", _ ("Explore"), "icon-name",
                                      "sg-explore-symbolic", "group", _ ("Investigate"),
                                      "wants-time-window", TRUE, NULL);

  self->settings = g_object_ref (settings);
  self->history = sg_query_history_new (settings);
  sg_explore_page_actions_init (self);
  sg_explore_page_restore (self);
  sg_explore_page_update_results (self);
  width_class_changed (self);
  return SG_PAGE (self);
}
