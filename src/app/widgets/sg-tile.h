/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-unit.h"

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgTile:
 *
 * One number in a card that is a button: name, value with its unit, how it differs from the window before,
 * and how it went. With thresholds it also has a level: icon, colour, and its word for screen readers.
 */
#define SG_TYPE_TILE (sg_tile_get_type ())
G_DECLARE_FINAL_TYPE (SgTile, sg_tile, SG, TILE, GtkButton)

GtkWidget  *sg_tile_new        (const char   *name,
                                SgUnit        unit);
/* NaN for what is not known. */
void        sg_tile_set_value  (SgTile       *self,
                                double        value);
/* What is written behind the number in place of the unit, as "now"; %NULL for the unit. */
void        sg_tile_set_suffix (SgTile       *self,
                                const char   *suffix);
/* Compares with the value of the window before; NaN when there is none. */
void        sg_tile_set_before (SgTile       *self,
                                double        before);
/* What stands below the number in place of the change, as "highest 19"; %NULL for the change. */
void        sg_tile_set_note   (SgTile       *self,
                                const char   *note);
void        sg_tile_set_trend  (SgTile       *self,
                                const double *values,
                                guint         n_values);
/* A value from @warning or @error on is degraded or unhealthy; below, when @error is the lower one. */
void        sg_tile_set_thresholds (SgTile   *self,
                                    double    warning,
                                    double    error);
SgLevel     sg_tile_get_level  (SgTile       *self);

G_END_DECLS
