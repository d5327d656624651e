/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-private.h"

#include "chart/sg-heat-scale.h"
#include "widgets/sg-template.h"
#include "widgets/sg-wrap-layout.h"

#include "sg-config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* So many values are part of the spoken summary; all of them are in the table. */
#define MOST_SPOKEN 4

enum
{
  ZOOM,
  BACK,
  OPEN,
  MESSAGE,
  CANCEL,
  RETRY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgChart, sg_chart, GTK_TYPE_WIDGET)

SgScene *
sg_chart_get_scene (SgChart *self)
{
  return sg_plot_get_scene (self->plot);
}

static void
update_caption (SgChart *self)
{
  const SgScene *scene = sg_chart_get_scene (self);
  const char *symbol = scene->kind == SG_CHART_HEAT ? "" : sg_value_axis_get_symbol (&scene->axis);
  gboolean has_subject = self->subject != NULL && *self->subject != '\0';
  g_autofree char *text =
      has_subject && *symbol != '\0'
          /* Translators: what a chart shows, and the unit of its axis: “percentiles, ms” */
          ? g_strdup_printf (C_ ("caption", "%s, %s"), self->subject, symbol)
          : g_strdup (has_subject ? self->subject : symbol);

  gtk_label_set_label (self->caption, text);
}

/* The last values of the first series, as a sentence would list them: ": p50 14.2 ms, p95 87.7 ms …" */
static char *
list_values (SgChart *self)
{
  const SgScene *scene = sg_chart_get_scene (self);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < scene->series->len && i < MOST_SPOKEN; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      double last = sg_series_data_get_last (series->data, scene->from, scene->to);
      g_autofree char *value = sg_unit_format (scene->axis.unit, last);

      g_string_append_printf (text, "%s%s %s", i == 0 ? ": " : ", ",
                              sg_series_data_get_name (series->data), value);
    }
  if (scene->series->len > MOST_SPOKEN)
    g_string_append (text, " …");
  return g_string_free (text, FALSE);
}

static void
update_summary (SgChart *self)
{
  g_autofree char *values = list_values (self);
  guint n = sg_chart_get_scene (self)->series->len;
  /* Translators: a title, and how much a chart shows; the last values follow */
  g_autofree char *counted =
      g_strdup_printf (ngettext ("%s, chart with %u series", "%s, chart with %u series", n),
                       gtk_label_get_label (self->title), n);
  g_autofree char *text = g_strconcat (counted, values, NULL);

  sg_plot_set_summary (self->plot, text);
}

static void
give_colours (SgChart *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->series->len; i++)
    g_ptr_array_add (names, (char *) sg_series_data_get_name (g_ptr_array_index (self->series, i)));
  g_ptr_array_add (names, NULL);
  sg_chart_group_give_colours (self->group, self->domain, (const char *const *) names->pdata);
}

static SgSceneSeries
make_scene_series (SgChart      *self,
                   SgSeriesData *data)
{
  const SgPalette *palette = sg_palette_get_current ();
  const char *name = sg_series_data_get_name (data);
  SgSceneSeries series = { .data = sg_series_data_ref (data) };
  guint index;

  series.hidden = sg_chart_get_hidden (self, name);
  if (sg_palette_find_status (palette, name, &series.colour))
    return series;
  index = sg_chart_group_get_colour (self->group, self->domain, name);
  series.colour = sg_palette_get_series (palette, index);
  series.dash = sg_palette_get_series_dash (index);
  return series;
}

/* Puts the series into the scene, in the colours of the present look. */
static void
rebuild_scene (SgChart *self)
{
  GArray *list = sg_scene_new_series ();

  give_colours (self);
  for (guint i = 0; i < self->series->len; i++)
    {
      SgSceneSeries series = make_scene_series (self, g_ptr_array_index (self->series, i));

      g_array_append_val (list, series);
    }
  sg_scene_take_series (sg_chart_get_scene (self), list);
  sg_chart_update_state (self);
  sg_plot_changed (self->plot);
  update_summary (self);
  sg_chart_update_legend (self);
  sg_chart_update_tables (self);
}

void
sg_chart_set_group (SgChart      *self,
                    SgChartGroup *group)
{
  if (!g_set_object (&self->group, group))
    return;
  sg_plot_set_group (self->plot, group);
  rebuild_scene (self);
}

SgChartGroup *
sg_chart_get_group (SgChart *self)
{
  return self->group;
}

void
sg_chart_set_domain (SgChart    *self,
                     const char *domain)
{
  g_free (self->domain);
  self->domain = g_strdup (domain);
  rebuild_scene (self);
}

void
sg_chart_set_title (SgChart    *self,
                    const char *title)
{
  gtk_label_set_label (self->title, title);
  update_summary (self);
}

void
sg_chart_set_subject (SgChart    *self,
                      const char *subject)
{
  g_free (self->subject);
  self->subject = g_strdup (subject);
  update_caption (self);
}

void
sg_chart_set_kind (SgChart     *self,
                   SgChartKind  kind)
{
  sg_chart_get_scene (self)->kind = kind;
  sg_plot_changed (self->plot);
  update_caption (self);
  sg_chart_update_legend (self);
}

SgChartKind
sg_chart_get_kind (SgChart *self)
{
  return sg_chart_get_scene (self)->kind;
}

void
sg_chart_set_unit (SgChart *self,
                   SgUnit   unit)
{
  SgScene *scene = sg_chart_get_scene (self);
  gboolean logarithmic = scene->axis.logarithmic;
  gboolean free_start = scene->axis.free_start;

  if (scene->axis.unit == unit)
    return;
  sg_value_axis_init (&scene->axis, unit);
  scene->axis.logarithmic = logarithmic;
  scene->axis.free_start = free_start;
  sg_plot_changed (self->plot);
  update_summary (self);
}

void
sg_chart_set_logarithmic (SgChart  *self,
                          gboolean  logarithmic)
{
  SgScene *scene = sg_chart_get_scene (self);

  sg_value_axis_init (&scene->axis, scene->axis.unit);
  scene->axis.logarithmic = logarithmic;
  sg_plot_changed (self->plot);
}

void
sg_chart_set_free_start (SgChart  *self,
                         gboolean  free_start)
{
  SgScene *scene = sg_chart_get_scene (self);

  sg_value_axis_init (&scene->axis, scene->axis.unit);
  scene->axis.free_start = free_start;
  sg_plot_changed (self->plot);
}

void
sg_chart_add_threshold (SgChart    *self,
                        double      value,
                        SgLevel     level,
                        const char *name)
{
  SgThreshold threshold = { value, level, g_strdup (name) };

  g_array_append_val (sg_chart_get_scene (self)->thresholds, threshold);
  sg_plot_changed (self->plot);
  sg_chart_update_legend (self);
}

void
sg_chart_clear_thresholds (SgChart *self)
{
  g_array_set_size (sg_chart_get_scene (self)->thresholds, 0);
  sg_plot_changed (self->plot);
  sg_chart_update_legend (self);
}

void
sg_chart_set_window (SgChart *self,
                     gint64   from,
                     gint64   to)
{
  g_return_if_fail (from < to);
  sg_chart_get_scene (self)->from = from;
  sg_chart_get_scene (self)->to = to;
  sg_plot_changed (self->plot);
}

void
sg_chart_set_live (SgChart  *self,
                   gboolean  live)
{
  sg_plot_set_live (self->plot, live);
}

void
sg_chart_set_series (SgChart   *self,
                     GPtrArray *series,
                     gint64     step)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  for (guint i = 0; i < series->len; i++)
    g_ptr_array_add (list, sg_series_data_ref (g_ptr_array_index (series, i)));
  g_ptr_array_unref (self->series);
  self->series = g_steal_pointer (&list);
  if (step == 0 && series->len > 0)
    step = sg_series_data_guess_step (g_ptr_array_index (series, 0));
  sg_chart_get_scene (self)->step = step;
  rebuild_scene (self);
}

void
sg_chart_set_marks (SgChart *self,
                    GArray  *marks)
{
  GArray *list = sg_chart_get_scene (self)->marks;

  g_array_set_size (list, 0);
  for (guint i = 0; i < marks->len; i++)
    {
      SgMark mark = g_array_index (marks, SgMark, i);

      mark.icon_name = g_strdup (mark.icon_name);
      mark.text = g_strdup (mark.text);
      g_array_append_val (list, mark);
    }
  sg_plot_changed (self->plot);
}

/* Names are remembered, so that a series that goes away and comes back is as the user left it. */
static void
apply_hidden (SgChart *self)
{
  SgScene *scene = sg_chart_get_scene (self);

  for (guint i = 0; i < scene->series->len; i++)
    {
      SgSceneSeries *series = sg_scene_get_series (scene, i);

      series->hidden = sg_chart_get_hidden (self, sg_series_data_get_name (series->data));
    }
  sg_plot_changed (self->plot);
  sg_chart_update_legend (self);
  sg_chart_update_tables (self);
}

gboolean
sg_chart_get_hidden (SgChart    *self,
                     const char *name)
{
  return g_hash_table_contains (self->hidden, name);
}

void
sg_chart_set_hidden (SgChart    *self,
                     const char *name,
                     gboolean    hidden)
{
  if (hidden)
    g_hash_table_add (self->hidden, g_strdup (name));
  else
    g_hash_table_remove (self->hidden, name);
  apply_hidden (self);
}

static gboolean
is_alone (SgChart    *self,
          const char *name)
{
  return !sg_chart_get_hidden (self, name)
         && sg_scene_count_visible (sg_chart_get_scene (self)) == 1;
}

void
sg_chart_isolate (SgChart    *self,
                  const char *name)
{
  gboolean show_all = is_alone (self, name);

  g_hash_table_remove_all (self->hidden);
  for (guint i = 0; i < self->series->len && !show_all; i++)
    {
      const char *other = sg_series_data_get_name (g_ptr_array_index (self->series, i));

      if (!g_str_equal (other, name))
        g_hash_table_add (self->hidden, g_strdup (other));
    }
  apply_hidden (self);
}

static void
on_zoom (SgChart *self,
         gint64   from,
         gint64   to)
{
  g_signal_emit (self, signals[ZOOM], 0, from, to);
}

static void
on_back (SgChart *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

/* The values in the legend are written in the scale of the axis. */
static void
on_axis_changed (SgChart *self)
{
  update_caption (self);
  sg_chart_rescale_values (self);
}

static void
on_empty_button (GtkButton *button,
                 SgChart   *self)
{
  sg_chart_press_empty_button (self);
}

static void
on_retry (GtkButton *button,
          SgChart   *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
on_more (GtkButton *button,
         SgChart   *self)
{
  sg_chart_show_legend_table (self, !self->shows_legend_table);
}

static void
sg_chart_dispose (GObject *object)
{
  SgChart *self = SG_CHART (object);

  g_clear_handle_id (&self->drop_idle, g_source_remove);
  g_clear_handle_id (&self->loading_timeout, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_CHART);
  g_clear_object (&self->group);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (sg_chart_parent_class)->dispose (object);
}

static void
sg_chart_finalize (GObject *object)
{
  SgChart *self = SG_CHART (object);

  g_free (self->domain);
  g_free (self->query);
  g_free (self->subject);
  g_ptr_array_unref (self->series);
  g_hash_table_unref (self->hidden);
  G_OBJECT_CLASS (sg_chart_parent_class)->finalize (object);
}

static void
sg_chart_class_init (SgChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_chart_dispose;
  object_class->finalize = sg_chart_finalize;
  g_type_ensure (SG_TYPE_CHART_TOOLTIP);
  g_type_ensure (SG_TYPE_HEAT_SCALE);
  g_type_ensure (SG_TYPE_PLOT);
  g_type_ensure (SG_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, SG_RESOURCE_PATH "/chart/sg-chart.ui");
  gtk_widget_class_bind_template_child (widget_class, SgChart, title);
  gtk_widget_class_bind_template_child (widget_class, SgChart, caption);
  gtk_widget_class_bind_template_child (widget_class, SgChart, plot);
  gtk_widget_class_bind_template_child (widget_class, SgChart, empty);
  gtk_widget_class_bind_template_child (widget_class, SgChart, empty_text);
  gtk_widget_class_bind_template_child (widget_class, SgChart, empty_button);
  gtk_widget_class_bind_template_child (widget_class, SgChart, corner);
  gtk_widget_class_bind_template_child (widget_class, SgChart, spinner);
  gtk_widget_class_bind_template_child (widget_class, SgChart, strip);
  gtk_widget_class_bind_template_child (widget_class, SgChart, strip_text);
  gtk_widget_class_bind_template_callback (widget_class, on_empty_button);
  gtk_widget_class_bind_template_callback (widget_class, on_retry);
  gtk_widget_class_bind_template_child (widget_class, SgChart, root);
  gtk_widget_class_bind_template_child (widget_class, SgChart, legend);
  gtk_widget_class_bind_template_child (widget_class, SgChart, more);
  gtk_widget_class_bind_template_child (widget_class, SgChart, heat_scale);
  gtk_widget_class_bind_template_child (widget_class, SgChart, tooltip);
  gtk_widget_class_bind_template_child (widget_class, SgChart, stack);
  gtk_widget_class_bind_template_child (widget_class, SgChart, twin);
  gtk_widget_class_bind_template_child (widget_class, SgChart, legend_table);
  gtk_widget_class_bind_template_child (widget_class, SgChart, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_more);
  sg_chart_class_install_menu (widget_class);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  signals[ZOOM] = g_signal_new ("zoom", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CANCEL] = g_signal_new ("cancel", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sg_chart_init (SgChart *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  self->domain = g_strdup_printf ("%p", (void *) self);
  self->group = sg_chart_group_new ();
  self->hidden = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  sg_chart_install_menu (self);
  sg_chart_install_values (self);
  sg_plot_set_group (self->plot, self->group);
  g_signal_connect_swapped (self->plot, "zoom", G_CALLBACK (on_zoom), self);
  g_signal_connect_swapped (self->plot, "back", G_CALLBACK (on_back), self);
  g_signal_connect_swapped (self->plot, "axis-changed", G_CALLBACK (on_axis_changed), self);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (rebuild_scene), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (rebuild_scene), self,
                           G_CONNECT_SWAPPED);
}

/* Returns: (transfer floating): a chart; @subject may be %NULL */
GtkWidget *
sg_chart_new (const char *title,
              const char *subject)
{
  SgChart *self = g_object_new (SG_TYPE_CHART, NULL);

  sg_chart_set_title (self, title);
  sg_chart_set_subject (self, subject);
  return GTK_WIDGET (self);
}
