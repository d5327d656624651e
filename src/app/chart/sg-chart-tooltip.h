/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-swatch.h"

G_BEGIN_DECLS

/**
 * SgChartTooltip:
 *
 * The values at the crosshair, on a small sheet beside it. It is a child of its chart and no surface of
 * its own, so that it does not flicker; it draws its rows itself, and the pointer goes through it.
 */
#define SG_TYPE_CHART_TOOLTIP (sg_chart_tooltip_get_type ())
G_DECLARE_FINAL_TYPE (SgChartTooltip, sg_chart_tooltip, SG, CHART_TOOLTIP, GtkWidget)

GtkWidget *sg_chart_tooltip_new     (void);
/* Begins anew: @title at the start of the first line, in bold, and @unit at its end. */
void       sg_chart_tooltip_begin   (SgChartTooltip *self,
                                     const char     *title,
                                     const char     *unit);
/* Adds a row; @swatch may be %NULL. */
void       sg_chart_tooltip_add_row (SgChartTooltip *self,
                                     const SgSwatch *swatch,
                                     const char     *name,
                                     const char     *value);
/* How many more rows fit into @height. */
guint      sg_chart_tooltip_get_room (SgChartTooltip *self,
                                      int             height);
guint      sg_chart_tooltip_get_n_rows (SgChartTooltip *self);

G_END_DECLS
