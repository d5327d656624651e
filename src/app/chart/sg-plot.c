/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include "chart/sg-layer.h"
#include "chart/sg-plot-axes.h"
#include "chart/sg-plot-marks.h"

#include <adwaita.h>
#include <math.h>

#define NATURAL_HEIGHT 196
#define LEAST_HEIGHT   140
#define LEAST_WIDTH    160

/* Lines on the edge of the plot are half outside of it. */
#define SERIES_MARGIN 4

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

static void
forget_nodes (SgPlot *self)
{
  g_clear_pointer (&self->axes_node, gsk_render_node_unref);
  g_clear_pointer (&self->time_node, gsk_render_node_unref);
  g_clear_pointer (&self->series_node, gsk_render_node_unref);
}

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
  forget_nodes (self);
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
draw_axes (SgPlot  *self,
           cairo_t *cr)
{
  sg_plot_axes_draw_values (&self->scene, &self->frame, cr);
}

static void
draw_times (SgPlot  *self,
            cairo_t *cr)
{
  SgPlotFrame frame = sg_plot_get_still_frame (self);

  sg_plot_axes_draw_times (&frame, cr);
  sg_plot_marks_draw_below (&self->scene, &frame, cr);
}

static void
draw_series (SgPlot  *self,
             cairo_t *cr)
{
  SgPlotFrame frame = sg_plot_get_still_frame (self);

  if (!self->dense)
    sg_layer_get (self->scene.kind)->draw (&self->scene, &frame, cr);
  cairo_set_dash (cr, NULL, 0, 0);
  sg_plot_marks_draw_above (&self->scene, &frame, cr);
}

gboolean
sg_plot_uses_cairo (SgPlot *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));

  return native != NULL && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (native));
}

/* A node that is drawn by cairo is stroked anew for each frame; one that is a picture is only copied. */
static void
draw_once (SgPlot                *self,
           const graphene_rect_t *bounds,
           void (*draw) (SgPlot *, cairo_t *),
           cairo_t               *target)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double x = (double) bounds->origin.x;
  double y = (double) bounds->origin.y;
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32,
                                  (int) ceil ((double) bounds->size.width) * scale,
                                  (int) ceil ((double) bounds->size.height) * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_surface_set_device_offset (surface, -x * scale, -y * scale);
  cr = cairo_create (surface);
  draw (self, cr);
  cairo_destroy (cr);
  cairo_set_source_surface (target, surface, 0, 0);
  cairo_paint (target);
  cairo_surface_destroy (surface);
}

static GskRenderNode *
record (SgPlot          *self,
        graphene_rect_t  bounds,
        void (*draw) (SgPlot *, cairo_t *))
{
  GskRenderNode *node;
  cairo_t *cr;

  graphene_rect_round_extents (&bounds, &bounds);
  node = gsk_cairo_node_new (&bounds);
  cr = gsk_cairo_node_get_draw_context (node);
  if (sg_plot_uses_cairo (self))
    draw_once (self, &bounds, draw, cr);
  else
    draw (self, cr);
  cairo_destroy (cr);
  return node;
}

static void
record_nodes (SgPlot *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const SgPlotFrame *frame = &self->frame;
  graphene_rect_t all = GRAPHENE_RECT_INIT (0.f, 0.f, (float) gtk_widget_get_width (widget),
                                            (float) gtk_widget_get_height (widget));
  graphene_rect_t plot =
      GRAPHENE_RECT_INIT ((float) frame->x, (float) frame->y - SERIES_MARGIN, (float) frame->width,
                          (float) frame->height + SERIES_MARGIN);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &self->frame.foreground);
  if (self->axes_node == NULL)
    self->axes_node = record (self, all, draw_axes);
  if (self->time_node == NULL)
    self->time_node = record (self, all, draw_times);
  if (self->series_node == NULL)
    self->series_node = record (self, plot, draw_series);
}

static void
snapshot_icon (SgPlot       *self,
               const SgMark *mark,
               GtkSnapshot  *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, mark->icon_name, NULL, SG_PLOT_MARK_ICON, gtk_widget_get_scale_factor (widget),
      gtk_widget_get_direction (widget), GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
  SgPlotFrame frame = sg_plot_get_still_frame (self);
  float x = floorf ((float) sg_plot_frame_x (&frame, mark->from)) - SG_PLOT_MARK_ICON / 2;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, 0.f));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot,
                                            SG_PLOT_MARK_ICON, SG_PLOT_MARK_ICON,
                                            &self->frame.foreground, 1);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_icons (SgPlot      *self,
                GtkSnapshot *snapshot)
{
  for (guint i = 0; i < self->scene.marks->len; i++)
    {
      const SgMark *mark = sg_scene_get_mark (&self->scene, i);

      if (mark->icon_name != NULL && mark->from >= self->scene.from && mark->from <= self->scene.to)
        snapshot_icon (self, mark, snapshot);
    }
}

/* What moves with the time: to the left, and not out of its plot. */
static void
snapshot_moving (SgPlot      *self,
                 GtkSnapshot *snapshot)
{
  const SgPlotFrame *frame = &self->frame;
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  graphene_point_t moved = GRAPHENE_POINT_INIT ((float) -sg_plot_get_glide (self), 0.f);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &moved);
  gtk_snapshot_append_node (snapshot, self->time_node);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) frame->x, 0.f,
                                                         (float) frame->width, height));
  gtk_snapshot_translate (snapshot, &moved);
  sg_plot_snapshot_dense (self, snapshot);
  gtk_snapshot_append_node (snapshot, self->series_node);
  snapshot_icons (self, snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
sg_plot_snapshot (GtkWidget   *widget,
                  GtkSnapshot *snapshot)
{
  SgPlot *self = SG_PLOT (widget);

  record_nodes (self);
  gtk_snapshot_append_node (snapshot, self->axes_node);
  snapshot_moving (self, snapshot);
  sg_plot_snapshot_cursor (self, snapshot);
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
  forget_nodes (self);
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
