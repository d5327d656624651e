/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-layer.h"

#include <math.h>

/*
 * A heat map: a row for each bucket, lowest at the bottom, all of one height; a cell for each sample,
 * coloured by its value as a part of the greatest in the window. Where samples are denser than pixels
 * the greatest of those that meet is shown, so that a single hot cell is not lost.
 */
#define LEAST_CELL 2
#define GAP_FROM   5

typedef struct
{
  double pitch;
  double greatest;
  guint n_cells;
  double *cells;
} Grid;

/* Cells reach half a step to either side of their sample. */
static guint
cell_of (const SgScene *scene,
         const Grid    *grid,
         gint64         t)
{
  double at = (double) (t - scene->from) / (double) (scene->to - scene->from);

  return (guint) CLAMP (floor (at * (grid->n_cells - 1) + .5), 0, grid->n_cells - 1);
}

static void
fill_row (const SgScene *scene,
          Grid          *grid,
          guint          row)
{
  const SgSceneSeries *series = sg_scene_get_series (scene, row);
  const gint64 *times = sg_series_data_get_times (series->data);
  const double *values = sg_series_data_get_values (series->data);
  gsize end = sg_series_data_find (series->data, scene->to + 1);

  for (gsize i = sg_series_data_find (series->data, scene->from); i < end; i++)
    {
      double *cell = &grid->cells[row * grid->n_cells + cell_of (scene, grid, times[i])];

      if (!isfinite (values[i]))
        continue;
      *cell = fmax (*cell, values[i]);
      grid->greatest = fmax (grid->greatest, values[i]);
    }
}

static void
grid_init (Grid              *grid,
           const SgScene     *scene,
           const SgPlotFrame *frame)
{
  double span = (double) (scene->to - scene->from);
  double most = MAX (floor (frame->width / LEAST_CELL), 1);
  double n = scene->step > 0 ? floor (span / (double) scene->step + .5) : most;

  grid->n_cells = (guint) CLAMP (n, 1, most) + 1;
  grid->pitch = frame->width / (grid->n_cells - 1);
  grid->greatest = 0;
  grid->cells = g_new0 (double, (gsize) grid->n_cells *MAX (scene->series->len, 1));
  for (guint row = 0; row < scene->series->len; row++)
    fill_row (scene, grid, row);
}

static void
draw_cell (const SgPlotFrame *frame,
           const Grid        *grid,
           guint              row,
           guint              cell,
           cairo_t           *cr)
{
  double value = grid->cells[row * grid->n_cells + cell];
  double left = round (MAX (frame->x + (cell - .5) * grid->pitch, frame->x));
  double right = round (MIN (frame->x + (cell + .5) * grid->pitch, frame->x + frame->width));
  double top = round (sg_plot_frame_y (frame, row + 1));
  double bottom = round (sg_plot_frame_y (frame, row));
  double gap_x = grid->pitch >= GAP_FROM ? 1 : 0;
  double gap_y = bottom - top >= GAP_FROM ? 1 : 0;

  if (!(value > 0) || right - gap_x <= left)
    return;
  sg_plot_frame_set_colour (cr, sg_palette_get_heat (frame->palette, value / grid->greatest), 1);
  cairo_rectangle (cr, left, top, right - left - gap_x, bottom - top - gap_y);
  cairo_fill (cr);
}

static void
heat_draw (const SgScene     *scene,
           const SgPlotFrame *frame,
           cairo_t           *cr)
{
  Grid grid;

  grid_init (&grid, scene, frame);
  for (guint row = 0; row < scene->series->len; row++)
    {
      for (guint cell = 0; cell < grid.n_cells; cell++)
        draw_cell (frame, &grid, row, cell, cr);
    }
  g_free (grid.cells);
}

const SgLayer sg_layer_heat = { NULL, heat_draw };
