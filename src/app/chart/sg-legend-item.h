/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-swatch.h"

G_BEGIN_DECLS

/**
 * SgLegendItem:
 *
 * A name in a legend, with its swatch and its value. It draws itself, so that its value can change with
 * every movement of the pointer without anything being laid out anew. A click emits "toggled", a double
 * click (or Shift+Enter) "isolated". One that stands for a threshold does neither.
 */
#define SG_TYPE_LEGEND_ITEM (sg_legend_item_get_type ())
G_DECLARE_FINAL_TYPE (SgLegendItem, sg_legend_item, SG, LEGEND_ITEM, GtkWidget)

GtkWidget  *sg_legend_item_new       (const char     *name);
void        sg_legend_item_set       (SgLegendItem   *self,
                                      const SgSwatch *swatch,
                                      const char     *value);
/* Forgets how wide values were: those that follow are written in another scale. */
void        sg_legend_item_forget_width (SgLegendItem *self);
const char *sg_legend_item_get_name  (SgLegendItem   *self);
const char *sg_legend_item_get_value (SgLegendItem   *self);
gboolean    sg_legend_item_get_hidden (SgLegendItem  *self);

G_END_DECLS
