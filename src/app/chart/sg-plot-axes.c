/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-axes.h"

#include "chart/sg-time-axis.h"

#include <math.h>

#define LEAST_LABEL_WIDTH 44
#define LABEL_DISTANCE    8
#define TIME_LABEL_TOP    5
#define TICK_LENGTH       4
#define AXIS_ALPHA        .28

/* Lines of one pixel are sharp when they run through the middle of pixels. */
static double
sharp (double at)
{
  return floor (at) + .5;
}

double
sg_plot_axes_measure (const SgScene     *scene,
                      const SgPlotFrame *frame)
{
  g_autoptr (GArray) labels = sg_scene_get_labels (scene, frame->height);
  int widest = LEAST_LABEL_WIDTH;

  for (guint i = 0; i < labels->len; i++)
    {
      const char *text = g_array_index (labels, SgValueLabel, i).text;
      g_autoptr (PangoLayout) layout = sg_plot_frame_new_layout (frame, text, FALSE);
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      widest = MAX (widest, width);
    }
  return widest + LABEL_DISTANCE;
}

static void
show_layout (const SgPlotFrame *frame,
             PangoLayout       *layout,
             double             x,
             double             y,
             cairo_t           *cr)
{
  sg_plot_frame_set_colour (cr, frame->foreground, sg_palette_get_dim_alpha (frame->palette));
  cairo_move_to (cr, round (x), round (y));
  pango_cairo_show_layout (cr, layout);
}

static void
draw_level_line (const SgPlotFrame *frame,
                 double             y,
                 double             alpha,
                 cairo_t           *cr)
{
  sg_plot_frame_set_colour (cr, frame->foreground, alpha);
  cairo_move_to (cr, frame->x, sharp (y));
  cairo_line_to (cr, frame->x + frame->width, sharp (y));
  cairo_stroke (cr);
}

static double
place_label (const SgPlotFrame  *frame,
             const SgValueLabel *label)
{
  return frame->y + (1 - label->place) * frame->height;
}

/* A heat map has no grid, since its cells are one. */
void
sg_plot_axes_draw_grid (const SgScene     *scene,
                        const SgPlotFrame *frame,
                        cairo_t           *cr)
{
  g_autoptr (GArray) labels = sg_scene_get_labels (scene, frame->height);
  double grid = sg_palette_get_grid_alpha (frame->palette);

  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < labels->len && scene->kind != SG_CHART_HEAT; i++)
    draw_level_line (frame, place_label (frame, &g_array_index (labels, SgValueLabel, i)), grid,
                     cr);
  draw_level_line (frame, frame->y + frame->height, MAX (AXIS_ALPHA, grid), cr);
  if (!frame->axis->logarithmic && frame->axis->low < 0 && frame->axis->high > 0)
    draw_level_line (frame, sg_plot_frame_y (frame, 0), MAX (AXIS_ALPHA, grid), cr);
}

void
sg_plot_axes_draw_values (const SgScene     *scene,
                          const SgPlotFrame *frame,
                          cairo_t           *cr)
{
  g_autoptr (GArray) labels = sg_scene_get_labels (scene, frame->height);

  for (guint i = 0; i < labels->len; i++)
    {
      const SgValueLabel *label = &g_array_index (labels, SgValueLabel, i);
      g_autoptr (PangoLayout) layout = sg_plot_frame_new_layout (frame, label->text, FALSE);
      int width, height;

      pango_layout_get_pixel_size (layout, &width, &height);
      show_layout (frame, layout, frame->x - LABEL_DISTANCE - width,
                   place_label (frame, label) - height / 2., cr);
    }
}

/* The outermost labels stay inside of what surrounds the plot. */
static double
keep_inside (const SgPlotFrame *frame,
             double             x,
             double             width)
{
  return CLAMP (x, 0, MAX (frame->x + frame->width + SG_PLOT_RIGHT - width, 0));
}

void
sg_plot_axes_draw_times (const SgPlotFrame *frame,
                         cairo_t           *cr)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GArray) ticks = sg_time_axis_get_ticks (frame->from, frame->to, frame->width, zone);
  double bottom = frame->y + frame->height;

  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < ticks->len; i++)
    {
      const SgTimeTick *tick = &g_array_index (ticks, SgTimeTick, i);
      g_autoptr (PangoLayout) layout = sg_plot_frame_new_layout (frame, tick->label, tick->new_day);
      double x = sg_plot_frame_x (frame, tick->t);
      int width;

      sg_plot_frame_set_colour (cr, frame->foreground, AXIS_ALPHA);
      cairo_move_to (cr, sharp (x), bottom + 1);
      cairo_line_to (cr, sharp (x), bottom + 1 + TICK_LENGTH);
      cairo_stroke (cr);
      pango_layout_get_pixel_size (layout, &width, NULL);
      show_layout (frame, layout, keep_inside (frame, x - width / 2., width),
                   bottom + TIME_LABEL_TOP, cr);
    }
}
