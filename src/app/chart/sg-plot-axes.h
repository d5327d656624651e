/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"

G_BEGIN_DECLS

/* The room that a plot has around it for its labels, besides the value labels at its left. */
#define SG_PLOT_TOP    8
#define SG_PLOT_BOTTOM 22
#define SG_PLOT_RIGHT  2

/* How wide the value labels and the distance to the plot are. */
double sg_plot_axes_measure (const SgScene     *scene,
                             const SgPlotFrame *frame);
/* Grid and value labels, which stay where they are. */
void   sg_plot_axes_draw_grid   (const SgScene     *scene,
                                 const SgPlotFrame *frame,
                                 cairo_t           *cr);
void   sg_plot_axes_draw_values (const SgScene     *scene,
                                 const SgPlotFrame *frame,
                                 cairo_t           *cr);
/* Ticks and time labels, which move with the time. */
void   sg_plot_axes_draw_times  (const SgPlotFrame *frame,
                                 cairo_t           *cr);

G_END_DECLS
