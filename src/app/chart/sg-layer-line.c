/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-layer.h"

#include <math.h>

/*
 * Lines. A run is a row of samples between which nothing is missing; each is one path, so that its
 * joins are round and its dashes go on. A run of one sample is a dot, since nothing else would show it.
 * The area under a line is drawn only when it is alone: more than one would hide each other.
 */
#define LONE_RADIUS 1.5
#define AREA_TOP    .28
#define AREA_BOTTOM .04
#define BAND_ALPHA  .18

typedef struct
{
  const gint64 *times;
  const double *values;
  gsize start;
  gsize end;
} Run;

static gboolean
is_drawn (double value)
{
  return isfinite (value);
}

/* Finds the next run in [*at, @end), and leaves *at behind it. */
static gboolean
next_run (const gint64 *times,
          const double *values,
          gint64        hole,
          gsize        *at,
          gsize         end,
          Run          *ret_run)
{
  gsize i = *at;

  while (i < end && !is_drawn (values[i]))
    i++;
  if (i == end)
    return FALSE;
  *ret_run = (Run) { times, values, i, i + 1 };
  while (ret_run->end < end && is_drawn (values[ret_run->end])
         && (hole == 0 || times[ret_run->end] - times[ret_run->end - 1] <= hole))
    ret_run->end++;
  *at = ret_run->end;
  return TRUE;
}

static void
trace_run (const SgScene     *scene,
           const SgPlotFrame *frame,
           const Run         *run,
           cairo_t           *cr)
{
  double y = sg_plot_frame_y (frame, run->values[run->start]);

  cairo_move_to (cr, sg_plot_frame_x (frame, run->times[run->start]), y);
  for (gsize i = run->start + 1; i < run->end; i++)
    {
      double x = sg_plot_frame_x (frame, run->times[i]);

      if (scene->kind == SG_CHART_STEP)
        cairo_line_to (cr, x, y);
      y = sg_plot_frame_y (frame, run->values[i]);
      cairo_line_to (cr, x, y);
    }
}

static void
fill_area (const SgScene     *scene,
           const SgPlotFrame *frame,
           const Run         *run,
           GdkRGBA            colour,
           cairo_t           *cr)
{
  double strength = sg_palette_get_fill_alpha (frame->palette);
  double bottom = frame->y + frame->height;
  cairo_pattern_t *pattern = cairo_pattern_create_linear (0, frame->y, 0, bottom);

  cairo_pattern_add_color_stop_rgba (pattern, 0, (double) colour.red, (double) colour.green,
                                     (double) colour.blue, AREA_TOP * strength);
  cairo_pattern_add_color_stop_rgba (pattern, 1, (double) colour.red, (double) colour.green,
                                     (double) colour.blue, AREA_BOTTOM * strength);
  trace_run (scene, frame, run, cr);
  cairo_line_to (cr, sg_plot_frame_x (frame, run->times[run->end - 1]), bottom);
  cairo_line_to (cr, sg_plot_frame_x (frame, run->times[run->start]), bottom);
  cairo_close_path (cr);
  cairo_set_source (cr, pattern);
  cairo_fill (cr);
  cairo_pattern_destroy (pattern);
}

static void
fill_band (const SgScene       *scene,
           const SgPlotFrame   *frame,
           const SgSceneSeries *series,
           cairo_t             *cr)
{
  const gint64 *times = sg_series_data_get_times (series->data);
  const double *lows = sg_series_data_get_lows (series->data);
  const double *highs = sg_series_data_get_highs (series->data);
  gsize at, end;
  Run run;

  sg_layer_get_slice (scene, series, &at, &end);
  while (next_run (times, lows, sg_scene_get_hole (scene), &at, end, &run))
    {
      for (gsize i = run.start; i < run.end; i++)
        cairo_line_to (cr, sg_plot_frame_x (frame, times[i]), sg_plot_frame_y (frame, highs[i]));
      for (gsize i = run.end; i-- > run.start;)
        cairo_line_to (cr, sg_plot_frame_x (frame, times[i]), sg_plot_frame_y (frame, lows[i]));
      cairo_close_path (cr);
    }
  sg_plot_frame_set_colour (cr, series->colour,
                            BAND_ALPHA * sg_palette_get_fill_alpha (frame->palette));
  cairo_fill (cr);
}

static void
stroke_run (const SgScene       *scene,
            const SgPlotFrame   *frame,
            const SgSceneSeries *series,
            const Run           *run,
            cairo_t             *cr)
{
  sg_plot_frame_set_colour (cr, series->colour, 1);
  if (run->end - run->start == 1)
    {
      cairo_arc (cr, sg_plot_frame_x (frame, run->times[run->start]),
                 sg_plot_frame_y (frame, run->values[run->start]), LONE_RADIUS, 0, 2 * G_PI);
      cairo_fill (cr);
      return;
    }
  trace_run (scene, frame, run, cr);
  cairo_stroke (cr);
}

static void
draw_series (const SgScene       *scene,
             const SgPlotFrame   *frame,
             const SgSceneSeries *series,
             gboolean             alone,
             cairo_t             *cr)
{
  const gint64 *times = sg_series_data_get_times (series->data);
  const double *values = sg_series_data_get_values (series->data);
  gint64 hole = sg_scene_get_hole (scene);
  gsize at, end;
  Run run;

  if (sg_series_data_get_lows (series->data) != NULL)
    fill_band (scene, frame, series, cr);
  else if (alone)
    {
      sg_layer_get_slice (scene, series, &at, &end);
      while (next_run (times, values, hole, &at, end, &run))
        fill_area (scene, frame, &run, series->colour, cr);
    }
  sg_layer_get_slice (scene, series, &at, &end);
  sg_plot_frame_set_dash (cr, series->dash);
  while (next_run (times, values, hole, &at, end, &run))
    stroke_run (scene, frame, series, &run, cr);
}

static void
line_draw (const SgScene     *scene,
           const SgPlotFrame *frame,
           cairo_t           *cr)
{
  gboolean alone = sg_scene_count_visible (scene) == 1;

  cairo_set_line_width (cr, sg_palette_get_line_width (frame->palette));
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);

      if (!series->hidden)
        draw_series (scene, frame, series, alone, cr);
    }
}

static void
line_get_range (const SgScene *scene,
                double        *min,
                double        *max)
{
  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      const double *lows = sg_series_data_get_lows (series->data);

      if (series->hidden)
        continue;
      sg_layer_include_range (scene, series, sg_series_data_get_values (series->data), min, max);
      if (lows == NULL)
        continue;
      sg_layer_include_range (scene, series, lows, min, max);
      sg_layer_include_range (scene, series, sg_series_data_get_highs (series->data), min, max);
    }
}

const SgLayer sg_layer_line = { line_get_range, line_draw };
const SgLayer sg_layer_step = { line_get_range, line_draw };
