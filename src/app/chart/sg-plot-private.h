/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"
#include "chart/sg-plot.h"

G_BEGIN_DECLS

/*
 * The plot is one class in three files: sg-plot.c has its life and its layers, sg-plot-input.c what the
 * user does to it, sg-plot-cursor.c the crosshair and what is said about it.
 */
struct _SgPlot
{
  GtkWidget parent_instance;
  SgScene scene;
  SgPlotFrame frame;
  SgChartGroup *group;
  char *summary;
  SgValueAxis told_axis;
  guint axis_idle;
  GskRenderNode *axes_node;
  GskRenderNode *series_node;
  gboolean dragging;
  double drag_start;
  double drag_end;
  double scrolled;
  guint spoken_series;
};

void     sg_plot_install_input   (SgPlot        *self);

void     sg_plot_snapshot_cursor (SgPlot        *self,
                                  GtkSnapshot   *snapshot);
/* Puts the crosshair at the sample that is nearest to @x. */
void     sg_plot_point_at        (SgPlot        *self,
                                  double         x);
gboolean sg_plot_step_cursor     (SgPlot        *self,
                                  int            samples);
gboolean sg_plot_step_series     (SgPlot        *self,
                                  int            series);
void     sg_plot_clear_cursor    (SgPlot        *self);
void     sg_plot_speak           (SgPlot        *self);
void     sg_plot_zoom            (SgPlot        *self,
                                  gint64         from,
                                  gint64         to);
void     sg_plot_go_back         (SgPlot        *self);

G_END_DECLS
