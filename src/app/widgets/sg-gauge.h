/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgGauge:
 *
 * How much of a whole: as a ring with the number in its middle, or as a bar. In the colour of its level.
 * Spoken as a meter from 0 to 1.
 */
#define SG_TYPE_GAUGE (sg_gauge_get_type ())
G_DECLARE_FINAL_TYPE (SgGauge, sg_gauge, SG, GAUGE, GtkWidget)

GtkWidget *sg_gauge_new_ring  (const char *name);
GtkWidget *sg_gauge_new_bar   (const char *name);
/* @part from 0 to 1, NaN when it is not known; @text (nullable) is what the ring says in its middle. */
void       sg_gauge_set_value (SgGauge    *self,
                               double      part,
                               const char *text);
void       sg_gauge_set_level (SgGauge    *self,
                               SgLevel     level);
double     sg_gauge_get_value (SgGauge    *self);

G_END_DECLS
