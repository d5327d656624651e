/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart-group.h"
#include "chart/sg-scene.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgChart:
 *
 * A chart in a card: title, plot, and the states of having no data. It is given series, and asks for
 * nothing by itself: when the user wants to see another time it emits "zoom" (gint64 from, gint64 to, in
 * milliseconds), and "back" for the time that was looked at before; "open" (const char *query) when the query
 * is to be opened in Explore; "message" (const char *text) for what it has to tell, as a toast; and "cancel"
 * and "retry" when the user wants no more to wait, or to try again.
 */
#define SG_TYPE_CHART (sg_chart_get_type ())
G_DECLARE_FINAL_TYPE (SgChart, sg_chart, SG, CHART, GtkWidget)

GtkWidget    *sg_chart_new           (const char         *title,
                                      const char         *subject);
/* Charts of one page share a group. Without it a chart has one of its own. */
void          sg_chart_set_group     (SgChart            *self,
                                      SgChartGroup       *group);
SgChartGroup *sg_chart_get_group     (SgChart            *self);
/* Names keep their colours within a domain, as "type"; charts and tables of one group that name the
 * same things name the same domain. Without one a chart is a domain of its own. */
void          sg_chart_set_domain    (SgChart            *self,
                                      const char         *domain);
void          sg_chart_set_title     (SgChart            *self,
                                      const char         *title);
/* What the caption says beside the title, before the unit: "percentiles", or %NULL. */
void          sg_chart_set_subject   (SgChart            *self,
                                      const char         *subject);
void          sg_chart_set_kind      (SgChart            *self,
                                      SgChartKind         kind);
SgChartKind   sg_chart_get_kind      (SgChart            *self);
void          sg_chart_set_unit      (SgChart            *self,
                                      SgUnit              unit);
void          sg_chart_set_logarithmic (SgChart          *self,
                                        gboolean          logarithmic);
/* Whether the value axis may begin above zero. */
void          sg_chart_set_free_start (SgChart           *self,
                                       gboolean           free_start);
/* A dashed line across at @value, called @name in the legend. */
void          sg_chart_add_threshold (SgChart            *self,
                                      double              value,
                                      SgLevel             level,
                                      const char         *name);
void          sg_chart_clear_thresholds (SgChart         *self);
/* The time that the plot shows, in milliseconds since 1970. */
void          sg_chart_set_window    (SgChart            *self,
                                      gint64              from,
                                      gint64              to);
/* Whether the right edge of the window is now: then the plot moves with the time between refreshes. */
void          sg_chart_set_live      (SgChart            *self,
                                      gboolean            live);
/* Shows @series (element-type SgSeriesData), samples of which are @step apart (0 when not known). */
void          sg_chart_set_series    (SgChart            *self,
                                      GPtrArray          *series,
                                      gint64              step);

/* Shows @marks (element-type SgMark), which are copied: alerts that fired, restarts, deployments. */
void          sg_chart_set_marks     (SgChart            *self,
                                      GArray             *marks);
/* Puts a series away or shows it again, as a click on its name in the legend does. */
void          sg_chart_set_hidden    (SgChart            *self,
                                      const char         *name,
                                      gboolean            hidden);
gboolean      sg_chart_get_hidden    (SgChart            *self,
                                      const char         *name);
/* Shows only the series @name; when it is the only one already, all of them. */
void          sg_chart_isolate       (SgChart            *self,
                                      const char         *name);

/* The query behind it, for its menu; %NULL when there is none. */
void          sg_chart_set_query     (SgChart            *self,
                                      const char         *query);
/* Shows the samples as a table in place of the plot. */
void          sg_chart_show_table    (SgChart            *self,
                                      gboolean            show);
/* Shows last, min, max, mean and sum of all series in a table below the plot. */
void          sg_chart_show_legend_table (SgChart        *self,
                                          gboolean        show);
/* Whether the first data are on their way; a refresh shows nothing. Cancel emits "cancel". */
void          sg_chart_set_loading   (SgChart            *self,
                                      gboolean            loading);
/* Why the query of this chart failed, or %NULL when it did not. Retry emits "retry". */
void          sg_chart_set_error     (SgChart            *self,
                                      const char         *message);
/* When there were data last, in milliseconds; 0 when that is not known. */
void          sg_chart_set_last_seen (SgChart            *self,
                                      gint64              time);
/* What a file of this name holds: by its ending SVG, CSV, or else PNG. */
GBytes       *sg_chart_export        (SgChart            *self,
                                      const char         *file_name);

G_END_DECLS
