/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* So many names are remembered for each domain; those that come later are grey, like all from the 25th. */
#define SG_CHART_GROUP_MOST_NAMES 10000u

/* Where no cursor is. */
#define SG_CHART_NO_CURSOR G_MININT64

/**
 * SgChartGroup:
 *
 * What the charts of one page share: the time that the crosshair stands at, the room for value labels at
 * the left of each plot, so that all plots stand in line, and which colour a name has, which it keeps for
 * as long as the page lives. Emits "cursor-moved" and "gutter-changed".
 */
#define SG_TYPE_CHART_GROUP (sg_chart_group_get_type ())
G_DECLARE_FINAL_TYPE (SgChartGroup, sg_chart_group, SG, CHART_GROUP, GObject)

SgChartGroup *sg_chart_group_new          (void);
/* The index into the palette of @name among the names of @domain ("" for none in particular). */
guint         sg_chart_group_get_colour   (SgChartGroup       *self,
                                           const char         *domain,
                                           const char         *name);
/* Gives those of @names that have none yet their colours, in the order of their bytes. */
void          sg_chart_group_give_colours (SgChartGroup       *self,
                                           const char         *domain,
                                           const char *const  *names);

/* For the plots. @plot is who asks, and only compared. */
gint64        sg_chart_group_get_cursor   (SgChartGroup       *self);
gconstpointer sg_chart_group_get_pointed  (SgChartGroup       *self);
void          sg_chart_group_set_cursor   (SgChartGroup       *self,
                                           gconstpointer       plot,
                                           gint64              time);
double        sg_chart_group_get_gutter   (SgChartGroup       *self);
void          sg_chart_group_set_gutter   (SgChartGroup       *self,
                                           gconstpointer       plot,
                                           double              width);

G_END_DECLS
