/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-scene.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/**
 * SgPlotFrame:
 * @x: the left edge of the plot
 * @y: its upper edge
 * @width: how wide it is; all four in pixels, within what surrounds it
 * @height: how high it is
 * @from: the time at the left edge
 * @to: the time at the right edge
 * @axis: what lies between lower and upper edge
 * @palette: the colours
 * @foreground: the colour of text and axes
 * @pango: for the labels
 *
 * Where and how a scene is drawn: turns times and values into places, and back.
 */
typedef struct
{
  double x;
  double y;
  double width;
  double height;
  gint64 from;
  gint64 to;
  const SgValueAxis *axis;
  const SgPalette *palette;
  GdkRGBA foreground;
  PangoContext *pango;
} SgPlotFrame;

static inline double
sg_plot_frame_x (const SgPlotFrame *self,
                 gint64             t)
{
  return self->x + (double) (t - self->from) * self->width / (double) (self->to - self->from);
}

static inline double
sg_plot_frame_y (const SgPlotFrame *self,
                 double             value)
{
  return self->y + (1 - sg_value_axis_place (self->axis, value)) * self->height;
}

static inline gint64
sg_plot_frame_time (const SgPlotFrame *self,
                    double             x)
{
  return self->from + (gint64) ((x - self->x) / self->width * (double) (self->to - self->from));
}

/* Sets @colour at @alpha of its strength as what @cr draws with. */
void         sg_plot_frame_set_colour (cairo_t           *cr,
                                       GdkRGBA            colour,
                                       double             alpha);
void         sg_plot_frame_set_dash   (cairo_t           *cr,
                                       SgDash             dash);
PangoLayout *sg_plot_frame_new_layout (const SgPlotFrame *self,
                                       const char        *text,
                                       gboolean           bold);
/* Keeps what is drawn next inside of the plot, lines on its edge in full. */
void         sg_plot_frame_clip       (const SgPlotFrame *self,
                                       cairo_t           *cr);

G_END_DECLS
