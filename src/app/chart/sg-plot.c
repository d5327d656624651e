/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include "chart/sg-plot-axes.h"

#include <adwaita.h>
#include <math.h>

#define NATURAL_HEIGHT 196
#define LEAST_HEIGHT   140
#define LEAST_WIDTH    160

enum
{
  ZOOM,
  BACK,
  CURSOR_MOVED,
  AXIS_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgPlot, sg_plot, GTK_TYPE_WIDGET)

static gboolean
tell_axis (gpointer data)
{
  SgPlot *self = data;

  self->axis_idle = 0;
  g_signal_emit (self, signals[AXIS_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* The axis follows from the layout, and so can only change another widget after it. */
static void
check_axis (SgPlot *self)
{
  const SgValueAxis *axis = &self->scene.axis;

  if (self->told_axis.step == axis->step && self->told_axis.high == axis->high
      && self->told_axis.unit == axis->unit)
    return;
  self->told_axis = *axis;
  if (self->axis_idle == 0)
    self->axis_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_axis, self, NULL);
}

static void
place_frame (SgPlot *self,
             int     width,
             int     height)
{
  double gutter = 0;

  self->frame.y = SG_PLOT_TOP;
  self->frame.height = MAX (height - SG_PLOT_TOP - SG_PLOT_BOTTOM, 1);
  self->frame.from = self->scene.from + self->glided;
  self->frame.to = self->scene.to + self->glided;
  self->frame.axis = &self->scene.axis;
  self->frame.palette = sg_palette_get_current ();
  self->frame.pango = gtk_widget_get_pango_context (GTK_WIDGET (self));
  sg_scene_fit (&self->scene, self->frame.height);
  check_axis (self);
  gutter = sg_plot_axes_measure (&self->scene, &self->frame);
  sg_chart_group_set_gutter (self->group, self, gutter);
  gutter = sg_chart_group_get_gutter (self->group);
  self->frame.x = gutter;
  self->frame.width = MAX (width - gutter - SG_PLOT_RIGHT, 1);
}

static gboolean
is_same_place (const SgPlotFrame *a,
               const SgPlotFrame *b)
{
  return a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
}

/* The frame is placed with the layout, before anything of this frame is drawn. */
static void
sg_plot_size_allocate (GtkWidget *widget,
                       int        width,
                       int        height,
                       int        baseline)
{
  SgPlot *self = SG_PLOT (widget);

  SgPlotFrame before = self->frame;

  place_frame (self, width, height);
  if (!self->scene_changed && is_same_place (&before, &self->frame))
    return;
  self->scene_changed = FALSE;
  sg_plot_forget_nodes (self);
  sg_plot_update_dense (self);
  sg_plot_restart_glide (self);
}

static void
sg_plot_measure (GtkWidget      *widget,
                 GtkOrientation  orientation,
                 int             for_size,
                 int            *minimum,
                 int            *natural,
                 int            *minimum_baseline,
                 int            *natural_baseline)
{
  gboolean vertical = orientation == GTK_ORIENTATION_VERTICAL;

  *minimum = vertical ? LEAST_HEIGHT : LEAST_WIDTH;
  *natural = vertical ? NATURAL_HEIGHT : LEAST_WIDTH;
}

/* A plot that nobody sees wants no room, and points at nothing. */
static void
sg_plot_unmap (GtkWidget *widget)
{
  SgPlot *self = SG_PLOT (widget);

  GTK_WIDGET_CLASS (sg_plot_parent_class)->unmap (widget);
  sg_plot_stop_glide (self);
  sg_chart_group_set_gutter (self->group, self, 0);
  if (sg_chart_group_get_pointed (self->group) == self)
    sg_plot_clear_cursor (self);
}

static void
sg_plot_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sg_plot_parent_class)->map (widget);
  sg_plot_changed (SG_PLOT (widget));
}

static void
sg_plot_css_changed (GtkWidget         *widget,
                     GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sg_plot_parent_class)->css_changed (widget, change);
  sg_plot_changed (SG_PLOT (widget));
}

static void
cursor_moved (SgPlot *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

static void
leave_group (SgPlot *self)
{
  if (self->group == NULL)
    return;
  sg_chart_group_set_gutter (self->group, self, 0);
  if (sg_chart_group_get_pointed (self->group) == self)
    sg_chart_group_set_cursor (self->group, self, SG_CHART_NO_CURSOR);
  g_signal_handlers_disconnect_by_data (self->group, self);
  g_clear_object (&self->group);
}

void
sg_plot_set_group (SgPlot       *self,
                   SgChartGroup *group)
{
  leave_group (self);
  self->group = g_object_ref (group);
  g_signal_connect_swapped (group, "cursor-moved", G_CALLBACK (cursor_moved), self);
  g_signal_connect_swapped (group, "gutter-changed", G_CALLBACK (gtk_widget_queue_allocate), self);
  sg_plot_changed (self);
}

SgScene *
sg_plot_get_scene (SgPlot *self)
{
  return &self->scene;
}

/* To be called when the scene has been changed. */
void
sg_plot_changed (SgPlot *self)
{
  self->scene_changed = TRUE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sg_plot_zoom (SgPlot *self,
              gint64  from,
              gint64  to)
{
  g_signal_emit (self, signals[ZOOM], 0, from, to);
}

void
sg_plot_go_back (SgPlot *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

void
sg_plot_set_summary (SgPlot     *self,
                     const char *summary)
{
  g_free (self->summary);
  self->summary = g_strdup (summary);
  sg_plot_speak (self);
}

static void
sg_plot_dispose (GObject *object)
{
  SgPlot *self = SG_PLOT (object);

  leave_group (self);
  sg_plot_stop_glide (self);
  sg_plot_forget_dense (self);
  sg_plot_forget_nodes (self);
  g_clear_handle_id (&self->axis_idle, g_source_remove);
  G_OBJECT_CLASS (sg_plot_parent_class)->dispose (object);
}

static void
sg_plot_finalize (GObject *object)
{
  SgPlot *self = SG_PLOT (object);

  sg_scene_clear (&self->scene);
  g_free (self->summary);
  G_OBJECT_CLASS (sg_plot_parent_class)->finalize (object);
}

static void
sg_plot_class_init (SgPlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sg_plot_dispose;
  object_class->finalize = sg_plot_finalize;
  widget_class->measure = sg_plot_measure;
  widget_class->size_allocate = sg_plot_size_allocate;
  widget_class->map = sg_plot_map;
  widget_class->unmap = sg_plot_unmap;
  widget_class->snapshot = sg_plot_snapshot;
  widget_class->css_changed = sg_plot_css_changed;
  gtk_widget_class_set_css_name (widget_class, "plot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[ZOOM] = g_signal_new ("zoom", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[AXIS_CHANGED] = g_signal_new ("axis-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_plot_init (SgPlot *self)
{
  g_autoptr (SgChartGroup) own = sg_chart_group_new ();

  sg_scene_init (&self->scene);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  sg_plot_set_group (self, own);
  sg_plot_install_input (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (sg_plot_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast",
                           G_CALLBACK (sg_plot_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sg_plot_new (void)
{
  return g_object_new (SG_TYPE_PLOT, NULL);
}
