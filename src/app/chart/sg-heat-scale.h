/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgHeatScale:
 *
 * The legend of a heat map: its colours in a row, from few to many.
 */
#define SG_TYPE_HEAT_SCALE (sg_heat_scale_get_type ())
G_DECLARE_FINAL_TYPE (SgHeatScale, sg_heat_scale, SG, HEAT_SCALE, GtkWidget)

GtkWidget *sg_heat_scale_new (void);

G_END_DECLS
