/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include "chart/sg-layer.h"
#include "chart/sg-plot-axes.h"
#include "chart/sg-plot-marks.h"

#include <math.h>

/*
 * What a plot is made of. Each part is drawn once and kept as a node until the scene or its place changes;
 * a frame only puts the nodes together, the moving ones where they have glided to.
 *
 * Where there is no graphics card each node costs a frame as many pixels as it is large. So none is larger
 * than what it shows: value labels are the gutter, time labels the strip below, the grid is lines without
 * a picture, and what shows nothing is not there at all.
 */

/* Lines on the edge of the plot are half outside of it. */
#define SERIES_MARGIN 4

static void
draw_grid (SgPlot  *self,
           cairo_t *cr)
{
  sg_plot_axes_draw_grid (&self->scene, &self->frame, cr);
}

static void
draw_values (SgPlot  *self,
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
}

static void
draw_ground (SgPlot  *self,
             cairo_t *cr)
{
  SgPlotFrame frame = sg_plot_get_still_frame (self);

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

static void (*const draw_node[SG_PLOT_N_NODES]) (SgPlot *, cairo_t *) = {
  [SG_PLOT_GRID] = draw_grid,     [SG_PLOT_VALUES] = draw_values, [SG_PLOT_TIMES] = draw_times,
  [SG_PLOT_GROUND] = draw_ground, [SG_PLOT_SERIES] = draw_series,
};

static gboolean
shows_something (SgPlot     *self,
                 SgPlotNode  node)
{
  if (node == SG_PLOT_GROUND)
    return sg_plot_marks_has_below (&self->scene);
  if (node == SG_PLOT_SERIES)
    return !self->dense || sg_plot_marks_has_above (&self->scene);
  return TRUE;
}

/* The moments of marks reach up to their icons; labels may stand over the edge of the plot. */
static graphene_rect_t
get_bounds (SgPlot     *self,
            SgPlotNode  node)
{
  const SgPlotFrame *frame = &self->frame;
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  float bottom = (float) (frame->y + frame->height);
  float top = MIN ((float) frame->y - SERIES_MARGIN, SG_PLOT_MARK_ICON);
  graphene_rect_t bounds;

  if (node == SG_PLOT_VALUES)
    bounds = GRAPHENE_RECT_INIT (0.f, 0.f, (float) frame->x, height);
  else if (node == SG_PLOT_TIMES)
    bounds = GRAPHENE_RECT_INIT (0.f, bottom, width, height - bottom);
  else
    bounds = GRAPHENE_RECT_INIT ((float) frame->x, top, (float) frame->width, bottom + 1 - top);
  graphene_rect_round_extents (&bounds, &bounds);
  return bounds;
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
           SgPlotNode             node,
           const graphene_rect_t *bounds,
           cairo_t               *target)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double x = (double) bounds->origin.x;
  double y = (double) bounds->origin.y;
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, (int) bounds->size.width * scale, (int) bounds->size.height * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_surface_set_device_offset (surface, -x * scale, -y * scale);
  cr = cairo_create (surface);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_FAST);
  draw_node[node](self, cr);
  cairo_destroy (cr);
  cairo_set_source_surface (target, surface, 0, 0);
  cairo_paint (target);
  cairo_surface_destroy (surface);
}

/* The grid is straight lines, which cost less than a picture of them. */
static GskRenderNode *
record (SgPlot     *self,
        SgPlotNode  node)
{
  graphene_rect_t bounds = get_bounds (self, node);
  GskRenderNode *recorded = gsk_cairo_node_new (&bounds);
  cairo_t *cr = gsk_cairo_node_get_draw_context (recorded);

  if (node != SG_PLOT_GRID && sg_plot_uses_cairo (self))
    draw_once (self, node, &bounds, cr);
  else
    draw_node[node](self, cr);
  cairo_destroy (cr);
  return recorded;
}

static void
record_nodes (SgPlot *self)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                               &self->frame.foreground);
  for (int i = 0; i < SG_PLOT_N_NODES; i++)
    {
      if (self->nodes[i] == NULL && shows_something (self, i))
        self->nodes[i] = record (self, i);
    }
}

void
sg_plot_forget_nodes (SgPlot *self)
{
  for (int i = 0; i < SG_PLOT_N_NODES; i++)
    g_clear_pointer (&self->nodes[i], gsk_render_node_unref);
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

static void
append (SgPlot      *self,
        SgPlotNode   node,
        GtkSnapshot *snapshot)
{
  if (self->nodes[node] != NULL)
    gtk_snapshot_append_node (snapshot, self->nodes[node]);
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
  append (self, SG_PLOT_TIMES, snapshot);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) frame->x, 0.f,
                                                         (float) frame->width, height));
  gtk_snapshot_translate (snapshot, &moved);
  append (self, SG_PLOT_GROUND, snapshot);
  sg_plot_snapshot_dense (self, snapshot);
  append (self, SG_PLOT_SERIES, snapshot);
  snapshot_icons (self, snapshot);
  gtk_snapshot_pop (snapshot);
}

void
sg_plot_snapshot (GtkWidget   *widget,
                  GtkSnapshot *snapshot)
{
  SgPlot *self = SG_PLOT (widget);

  record_nodes (self);
  append (self, SG_PLOT_GRID, snapshot);
  append (self, SG_PLOT_VALUES, snapshot);
  snapshot_moving (self, snapshot);
  sg_plot_snapshot_cursor (self, snapshot);
}
