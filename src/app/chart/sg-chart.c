/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart.h"

#include "chart/sg-plot.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _SgChart
{
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkLabel *caption;
  SgPlot *plot;
  GtkWidget *empty;
  SgChartGroup *group;
  char *domain;
  char *subject;
  GPtrArray *series;
};

enum
{
  ZOOM,
  BACK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgChart, sg_chart, GTK_TYPE_WIDGET)

static SgScene *
get_scene (SgChart *self)
{
  return sg_plot_get_scene (self->plot);
}

static void
update_caption (SgChart *self)
{
  const char *symbol = sg_value_axis_get_symbol (&get_scene (self)->axis);
  gboolean has_subject = self->subject != NULL && *self->subject != '\0';
  g_autofree char *text =
      has_subject && *symbol != '\0'
          /* Translators: what a chart shows, and the unit of its axis: “percentiles, ms” */
          ? g_strdup_printf (C_ ("caption", "%s, %s"), self->subject, symbol)
          : g_strdup (has_subject ? self->subject : symbol);

  gtk_label_set_label (self->caption, text);
}

static void
update_summary (SgChart *self)
{
  g_autofree char *text =
      g_strdup_printf (ngettext ("%s, chart with %u series", "%s, chart with %u series",
                                 get_scene (self)->series->len),
                       gtk_label_get_label (self->title), get_scene (self)->series->len);

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
  guint index =
      sg_chart_group_get_colour (self->group, self->domain, sg_series_data_get_name (data));

  return (SgSceneSeries) {
    .data = sg_series_data_ref (data),
    .colour = sg_palette_get_series (sg_palette_get_current (), index),
    .dash = sg_palette_get_series_dash (index),
  };
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
  sg_scene_take_series (get_scene (self), list);
  gtk_widget_set_visible (self->empty, list->len == 0);
  sg_plot_changed (self->plot);
  update_summary (self);
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
  get_scene (self)->kind = kind;
  sg_plot_changed (self->plot);
}

SgChartKind
sg_chart_get_kind (SgChart *self)
{
  return get_scene (self)->kind;
}

void
sg_chart_set_unit (SgChart *self,
                   SgUnit   unit)
{
  SgScene *scene = get_scene (self);
  gboolean logarithmic = scene->axis.logarithmic;
  gboolean free_start = scene->axis.free_start;

  if (scene->axis.unit == unit)
    return;
  sg_value_axis_init (&scene->axis, unit);
  scene->axis.logarithmic = logarithmic;
  scene->axis.free_start = free_start;
  sg_plot_changed (self->plot);
}

void
sg_chart_set_logarithmic (SgChart  *self,
                          gboolean  logarithmic)
{
  SgScene *scene = get_scene (self);

  sg_value_axis_init (&scene->axis, scene->axis.unit);
  scene->axis.logarithmic = logarithmic;
  sg_plot_changed (self->plot);
}

void
sg_chart_set_free_start (SgChart  *self,
                         gboolean  free_start)
{
  SgScene *scene = get_scene (self);

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

  g_array_append_val (get_scene (self)->thresholds, threshold);
  sg_plot_changed (self->plot);
}

void
sg_chart_clear_thresholds (SgChart *self)
{
  g_array_set_size (get_scene (self)->thresholds, 0);
  sg_plot_changed (self->plot);
}

void
sg_chart_set_window (SgChart *self,
                     gint64   from,
                     gint64   to)
{
  g_return_if_fail (from < to);
  get_scene (self)->from = from;
  get_scene (self)->to = to;
  sg_plot_changed (self->plot);
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
  get_scene (self)->step = step;
  rebuild_scene (self);
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

static void
sg_chart_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_CHART);
  g_clear_object (&SG_CHART (object)->group);
  G_OBJECT_CLASS (sg_chart_parent_class)->dispose (object);
}

static void
sg_chart_finalize (GObject *object)
{
  SgChart *self = SG_CHART (object);

  g_free (self->domain);
  g_free (self->subject);
  g_ptr_array_unref (self->series);
  G_OBJECT_CLASS (sg_chart_parent_class)->finalize (object);
}

static void
sg_chart_class_init (SgChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_chart_dispose;
  object_class->finalize = sg_chart_finalize;
  g_type_ensure (SG_TYPE_PLOT);
  gtk_widget_class_set_template_from_resource (widget_class, SG_RESOURCE_PATH "/chart/sg-chart.ui");
  gtk_widget_class_bind_template_child (widget_class, SgChart, title);
  gtk_widget_class_bind_template_child (widget_class, SgChart, caption);
  gtk_widget_class_bind_template_child (widget_class, SgChart, plot);
  gtk_widget_class_bind_template_child (widget_class, SgChart, empty);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  signals[ZOOM] = g_signal_new ("zoom", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
sg_chart_init (SgChart *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  self->domain = g_strdup_printf ("%p", (void *) self);
  self->group = sg_chart_group_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  sg_plot_set_group (self->plot, self->group);
  g_signal_connect_swapped (self->plot, "zoom", G_CALLBACK (on_zoom), self);
  g_signal_connect_swapped (self->plot, "back", G_CALLBACK (on_back), self);
  g_signal_connect_swapped (self->plot, "symbol-changed", G_CALLBACK (update_caption), self);
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
