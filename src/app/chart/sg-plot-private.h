/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-dense-image.h"
#include "chart/sg-plot-frame.h"
#include "chart/sg-plot.h"

G_BEGIN_DECLS

/* What is drawn once and then kept, from the lowest to the highest (sg-plot-nodes.c). */
typedef enum
{
  SG_PLOT_GRID,
  SG_PLOT_VALUES,
  SG_PLOT_TIMES,
  SG_PLOT_GROUND,
  SG_PLOT_SERIES,
  SG_PLOT_N_NODES,
} SgPlotNode;

/*
 * The plot is one class in several files: sg-plot.c has its life and its layout, sg-plot-nodes.c what is
 * drawn, sg-plot-dense.c lines that a worker draws, sg-plot-glide.c how it moves with the time, sg-plot-input.c what the user does to it,
 * sg-plot-cursor.c the crosshair and what is said about it.
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
  gboolean scene_changed;
  GskRenderNode *nodes[SG_PLOT_N_NODES];
  gboolean dense;
  gboolean dense_again;
  GCancellable *dense_job;
  SgDenseImage *dense_image;
  gboolean live;
  gint64 glide_start;
  gint64 glided;
  guint glide_timeout;
  gboolean dragging;
  double pressed_x;
  double drag_start;
  double drag_end;
  double scrolled;
  guint spoken_series;
};

void     sg_plot_install_input   (SgPlot        *self);

void     sg_plot_snapshot        (GtkWidget     *widget,
                                  GtkSnapshot   *snapshot);
void     sg_plot_forget_nodes    (SgPlot        *self);

/* Whether what is drawn goes through cairo and not through a graphics card. */
gboolean sg_plot_uses_cairo      (SgPlot        *self);

void     sg_plot_update_dense    (SgPlot        *self);
void     sg_plot_forget_dense    (SgPlot        *self);
void     sg_plot_snapshot_dense  (SgPlot        *self,
                                  GtkSnapshot   *snapshot);

void     sg_plot_restart_glide   (SgPlot        *self);
void     sg_plot_stop_glide      (SgPlot        *self);
double   sg_plot_get_glide       (SgPlot        *self);
SgPlotFrame sg_plot_get_still_frame (SgPlot     *self);

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
