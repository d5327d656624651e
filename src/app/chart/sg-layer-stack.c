/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-layer.h"
#include "chart/sg-stack.h"

#include <math.h>

/* Finds the next row of times without a hole, and leaves *at behind it. */
static gboolean
next_run (const SgStack *stack,
          gint64         hole,
          gsize         *at,
          gsize         *ret_start)
{
  gsize i = *at;

  while (i < stack->n && isnan (sg_stack_get_total (stack, i)))
    i++;
  if (i == stack->n)
    return FALSE;
  *ret_start = i++;
  while (i < stack->n && !isnan (sg_stack_get_total (stack, i))
         && (hole == 0 || stack->times[i] - stack->times[i - 1] <= hole))
    i++;
  *at = i;
  return TRUE;
}

static void
trace_top (const SgStack     *stack,
           const SgPlotFrame *frame,
           guint              series,
           gsize              start,
           gsize              end,
           cairo_t           *cr)
{
  cairo_new_sub_path (cr);
  for (gsize k = start; k < end; k++)
    cairo_line_to (cr, sg_plot_frame_x (frame, stack->times[k]),
                   sg_plot_frame_y (frame, sg_stack_get_top (stack, series, k)));
}

static void
draw_run (const SgScene     *scene,
          const SgStack     *stack,
          const SgPlotFrame *frame,
          gsize              start,
          gsize              end,
          cairo_t           *cr)
{
  double fill = sg_palette_get_stack_alpha (frame->palette);

  for (guint i = 0; i < stack->n_series; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);

      if (series->hidden)
        continue;
      trace_top (stack, frame, i, start, end, cr);
      for (gsize k = end; k-- > start;)
        cairo_line_to (cr, sg_plot_frame_x (frame, stack->times[k]),
                       sg_plot_frame_y (frame, sg_stack_get_base (stack, i, k)));
      cairo_close_path (cr);
      sg_plot_frame_set_colour (cr, series->colour, fill);
      cairo_fill (cr);
    }
  for (guint i = 0; i < stack->n_series; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);

      if (series->hidden)
        continue;
      trace_top (stack, frame, i, start, end, cr);
      sg_plot_frame_set_colour (cr, series->colour, 1);
      sg_plot_frame_set_dash (cr, series->dash);
      cairo_stroke (cr);
    }
}

static void
stack_draw (const SgScene     *scene,
            const SgPlotFrame *frame,
            cairo_t           *cr)
{
  g_auto (SgStack) stack = { 0 };
  guint slots = (guint) frame->width * 2;
  gint64 hole = sg_scene_get_hole (scene);
  gsize at = 0;
  gsize start;

  sg_stack_init (&stack, scene);
  sg_stack_thin (&stack, scene, slots);
  if (hole > 0)
    hole = MAX (hole, (scene->to - scene->from) / MAX (slots, 1) * 3);
  cairo_set_line_width (cr, sg_palette_get_line_width (frame->palette));
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  while (next_run (&stack, hole, &at, &start))
    draw_run (scene, &stack, frame, start, at, cr);
}

const SgLayer sg_layer_stack = { sg_stack_get_range, stack_draw };
