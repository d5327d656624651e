/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-tooltip.h"
#include "chart/sg-chart.h"
#include "chart/sg-plot.h"

G_BEGIN_DECLS

/*
 * The chart is one class in several files: sg-chart.c has its life and what it is told, sg-chart-values.c
 * what it says in legend and tooltip, sg-chart-state.c what it shows without data, sg-chart-table-pages.c its tables, sg-chart-menu.c what can be done
 * with it.
 */
struct _SgChart
{
  GtkWidget parent_instance;
  GtkWidget *root;
  GtkLabel *title;
  GtkLabel *caption;
  SgPlot *plot;
  GtkWidget *empty;
  GtkLabel *empty_text;
  GtkButton *empty_button;
  GtkStack *corner;
  GtkSpinner *spinner;
  GtkWidget *strip;
  GtkLabel *strip_text;
  GtkWidget *legend;
  GtkButton *more;
  GtkWidget *heat_scale;
  SgChartTooltip *tooltip;
  GtkStack *stack;
  GtkWidget *twin;
  GtkWidget *legend_table;
  GtkWidget *menu;
  GtkWidget *popover;
  guint drop_idle;
  GSimpleActionGroup *actions;
  gboolean loading;
  gboolean waits_long;
  guint loading_timeout;
  gint64 last_seen;
  gboolean shows_table;
  gboolean shows_legend_table;
  guint clicked_row;
  gint64 clicked_at;
  char *query;
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

void     sg_chart_update_tables  (SgChart *self);

void     sg_chart_update_state   (SgChart *self);
void     sg_chart_press_empty_button (SgChart *self);

void     sg_chart_class_install_menu (GtkWidgetClass *widget_class);
void     sg_chart_install_menu   (SgChart *self);

G_END_DECLS
