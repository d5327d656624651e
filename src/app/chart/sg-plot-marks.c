/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-marks.h"

#include "chart/sg-holes.h"

#include <math.h>

#define HATCH_DISTANCE 6
#define HATCH_ALPHA    .1
#define BAND_STRIP     3
#define BAND_ALPHA     .06
#define LEAST_BAND     2

static void
add_between (const SgPlotFrame *frame,
             gint64             from,
             gint64             to,
             cairo_t           *cr)
{
  double left = MAX (sg_plot_frame_x (frame, from), frame->x);
  double right = MIN (sg_plot_frame_x (frame, to), frame->x + frame->width);

  /* What is narrower than a pixel cannot be seen, and there may be thousands of it. */
  if (right - left >= 1)
    cairo_rectangle (cr, left, frame->y, right - left, frame->height);
}

/* Lines at 45° that go on from hole to hole; however many holes there are, they are drawn once. */
static void
hatch (const SgPlotFrame *frame,
       const GArray      *holes,
       cairo_t           *cr)
{
  cairo_save (cr);
  for (guint i = 0; i < holes->len; i++)
    {
      const SgHole *hole = &g_array_index (holes, SgHole, i);

      add_between (frame, hole->from, hole->to, cr);
    }
  cairo_clip (cr);
  sg_plot_frame_set_colour (cr, frame->foreground, HATCH_ALPHA);
  cairo_set_line_width (cr, 1);
  for (double x = 0; x < frame->width + frame->height; x += HATCH_DISTANCE * G_SQRT2)
    {
      cairo_move_to (cr, frame->x + x, frame->y);
      cairo_line_to (cr, frame->x + x - frame->height, frame->y + frame->height);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* However short an alert was, it is seen. */
static void
fill_between (const SgPlotFrame *frame,
              const SgMark      *mark,
              double             height,
              double             alpha,
              cairo_t           *cr)
{
  double left = MAX (sg_plot_frame_x (frame, mark->from), frame->x);
  double right = MIN (sg_plot_frame_x (frame, mark->to), frame->x + frame->width);

  if (right < frame->x || left > frame->x + frame->width)
    return;
  sg_plot_frame_set_colour (cr, sg_palette_get_level (frame->palette, mark->level), alpha);
  cairo_rectangle (cr, left, frame->y, MAX (right - left, LEAST_BAND), height);
  cairo_fill (cr);
}

gboolean
sg_plot_marks_has_below (const SgScene *scene)
{
  g_autoptr (GArray) holes = sg_holes_find (scene);

  return holes->len > 0 || scene->marks->len > 0;
}

gboolean
sg_plot_marks_has_above (const SgScene *scene)
{
  return scene->marks->len > 0 || scene->thresholds->len > 0;
}

void
sg_plot_marks_draw_below (const SgScene     *scene,
                          const SgPlotFrame *frame,
                          cairo_t           *cr)
{
  g_autoptr (GArray) holes = sg_holes_find (scene);

  if (holes->len > 0)
    hatch (frame, holes, cr);
  for (guint i = 0; i < scene->marks->len; i++)
    {
      const SgMark *mark = sg_scene_get_mark (scene, i);

      if (mark->from < mark->to)
        fill_between (frame, mark, frame->height,
                      BAND_ALPHA * sg_palette_get_fill_alpha (frame->palette), cr);
    }
}

static void
draw_moment (const SgPlotFrame *frame,
             gint64             t,
             cairo_t           *cr)
{
  static const double dots[] = { 1, 2 };
  double x = floor (sg_plot_frame_x (frame, t)) + .5;

  if (t < frame->from || t > frame->to)
    return;
  cairo_set_dash (cr, dots, G_N_ELEMENTS (dots), 0);
  sg_plot_frame_set_colour (cr, frame->foreground, sg_palette_get_dim_alpha (frame->palette));
  cairo_move_to (cr, x, SG_PLOT_MARK_ICON);
  cairo_line_to (cr, x, frame->y + frame->height);
  cairo_stroke (cr);
}

static void
draw_threshold (const SgPlotFrame *frame,
                const SgThreshold *threshold,
                cairo_t           *cr)
{
  static const double dashes[] = { 4, 3 };
  double y = floor (sg_plot_frame_y (frame, threshold->value)) + .5;

  if (y < frame->y || y > frame->y + frame->height + 1)
    return;
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  sg_plot_frame_set_colour (cr, sg_palette_get_level (frame->palette, threshold->level), 1);
  cairo_move_to (cr, frame->x, y);
  cairo_line_to (cr, frame->x + frame->width, y);
  cairo_stroke (cr);
}

void
sg_plot_marks_draw_above (const SgScene     *scene,
                          const SgPlotFrame *frame,
                          cairo_t           *cr)
{
  for (guint i = 0; i < scene->marks->len; i++)
    {
      const SgMark *mark = sg_scene_get_mark (scene, i);

      cairo_set_line_width (cr, 1);
      if (mark->from < mark->to)
        fill_between (frame, mark, BAND_STRIP, 1, cr);
      else
        draw_moment (frame, mark->from, cr);
    }
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < scene->thresholds->len; i++)
    draw_threshold (frame, sg_scene_get_threshold (scene, i), cr);
}
