/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-group.h"
#include "chart/sg-scene.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgPlot:
 *
 * The part of a chart that is drawn: axes, series, and above them what follows the pointer. What it
 * shows is its scene, which its chart changes and then tells with sg_plot_changed().
 *
 * Emits "zoom" (gint64 from, gint64 to) when the user wants to see another time, "back" when the time
 * before that, "cursor-moved" when the values to be shown are those of another time, and "axis-changed"
 * when the value axis has another scale.
 */
#define SG_TYPE_PLOT (sg_plot_get_type ())
G_DECLARE_FINAL_TYPE (SgPlot, sg_plot, SG, PLOT, GtkWidget)

GtkWidget    *sg_plot_new        (void);
SgScene      *sg_plot_get_scene  (SgPlot       *self);
void          sg_plot_changed    (SgPlot       *self);
void          sg_plot_set_group  (SgPlot       *self,
                                  SgChartGroup *group);
/* Whether the right edge is now, so that the plot moves with the time. */
void          sg_plot_set_live   (SgPlot       *self,
                                  gboolean      live);
/* Whether a worker still draws what is to be seen. */
gboolean      sg_plot_is_busy    (SgPlot       *self);
/* The time under the crosshair, or %SG_CHART_NO_CURSOR. */
gint64        sg_plot_get_cursor (SgPlot       *self);
/* Where the crosshair meets the top of the plot, as @widget sees it; whether there is one. */
gboolean      sg_plot_get_cursor_place (SgPlot           *self,
                                        GtkWidget        *widget,
                                        graphene_point_t *ret_place);
/* What screen readers say while the cursor is nowhere. */
void          sg_plot_set_summary (SgPlot      *self,
                                   const char  *summary);

G_END_DECLS
