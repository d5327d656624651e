/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-layer.h"
#include "chart/sg-stack.h"

#include <math.h>

/*
 * Columns stand around the time of their samples, on whole pixels. A part that is not zero is at least
 * two pixels high, so that one failure among thousands is seen; the parts above it move up.
 */
#define LEAST_COLUMN 2
#define LEAST_PART   2
#define PART_GAP     1

typedef struct
{
  double left;
  double right;
} Sides;

static Sides
place_column (const SgScene     *scene,
              const SgPlotFrame *frame,
              gint64             time,
              double             pitch)
{
  double middle = sg_plot_frame_x (frame, time);
  double gap = pitch >= 3 ? 1 : 0;
  Sides sides = { round (middle - pitch / 2), round (middle + pitch / 2) - gap };

  sides.left = MAX (sides.left, frame->x);
  sides.right = MIN (MAX (sides.right, sides.left + 1), frame->x + frame->width);
  return sides;
}

static void
draw_part (const SgPlotFrame   *frame,
           const SgSceneSeries *series,
           Sides                sides,
           double               top,
           double               bottom,
           cairo_t             *cr)
{
  sg_plot_frame_set_colour (cr, series->colour, 1);
  if (sg_palette_get_fill_alpha (frame->palette) > 0)
    {
      cairo_rectangle (cr, sides.left, top, sides.right - sides.left, bottom - top);
      cairo_fill (cr);
      return;
    }
  cairo_rectangle (cr, sides.left + .5, top + .5, MAX (sides.right - sides.left - 1, 1),
                   MAX (bottom - top - 1, 1));
  cairo_stroke (cr);
}

static void
draw_column (const SgScene     *scene,
             const SgStack     *stack,
             const SgPlotFrame *frame,
             gsize              k,
             double             pitch,
             cairo_t           *cr)
{
  Sides sides = place_column (scene, frame, stack->times[k], pitch);
  double bottom = frame->y + frame->height;

  for (guint i = 0; i < stack->n_series; i++)
    {
      double value = sg_stack_get_top (stack, i, k) - sg_stack_get_base (stack, i, k);
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      double height = value / (frame->axis->high - frame->axis->low) * frame->height;
      double top = round (sg_plot_frame_y (frame, sg_stack_get_top (stack, i, k)));

      if (series->hidden || !(value > 0) || sides.right <= sides.left)
        continue;
      top = MIN (top, bottom - LEAST_PART);
      draw_part (frame, series, sides, top, bottom, cr);
      bottom = top - (height > LEAST_PART ? PART_GAP : 0);
    }
}

static void
columns_draw (const SgScene     *scene,
              const SgPlotFrame *frame,
              cairo_t           *cr)
{
  g_auto (SgStack) stack = { 0 };
  guint slots = (guint) (frame->width / LEAST_COLUMN);
  double span = (double) (scene->to - scene->from);
  double step = scene->step > 0 ? (double) scene->step : span / MAX (slots, 1);
  double pitch = MAX (step / span * frame->width, LEAST_COLUMN);

  sg_stack_init (&stack, scene);
  sg_stack_thin (&stack, scene, slots);
  cairo_set_line_width (cr, 1);
  for (gsize k = 0; k < stack.n; k++)
    draw_column (scene, &stack, frame, k, pitch, cr);
}

const SgLayer sg_layer_columns = { sg_stack_get_range, columns_draw };
