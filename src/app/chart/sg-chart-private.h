/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-tooltip.h"
#include "chart/sg-chart.h"
#include "chart/sg-plot.h"

G_BEGIN_DECLS

/*
 * The chart is one class in several files: sg-chart.c has its life and what it is told, sg-chart-values.c
 * what it says in legend and tooltip.
 */
struct _SgChart
{
  GtkWidget parent_instance;
  GtkWidget *root;
  GtkLabel *title;
  GtkLabel *caption;
  SgPlot *plot;
  GtkWidget *empty;
  GtkWidget *legend;
  GtkButton *more;
  GtkWidget *heat_scale;
  SgChartTooltip *tooltip;
  SgChartGroup *group;
  char *domain;
  char *subject;
  GPtrArray *series;
  GHashTable *hidden;
};

SgScene *sg_chart_get_scene      (SgChart *self);
void     sg_chart_install_values (SgChart *self);
void     sg_chart_update_legend  (SgChart *self);
/* Legend and tooltip. */
void     sg_chart_update_values  (SgChart *self);
/* As well, in the scale of an axis that has changed. */
void     sg_chart_rescale_values (SgChart *self);

G_END_DECLS
