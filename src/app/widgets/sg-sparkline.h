/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgSparkline:
 *
 * A line without axes: how a value went. Its scale is its own, with a quarter of it left free below.
 */
#define SG_TYPE_SPARKLINE (sg_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (SgSparkline, sg_sparkline, SG, SPARKLINE, GtkWidget)

GtkWidget *sg_sparkline_new        (void);
/* As it stands in a table: small, without an area, with a dot where it ends. */
GtkWidget *sg_sparkline_new_small  (void);
/* @values (nullable) are equally far apart; NaN is a gap. They are copied. */
void       sg_sparkline_set_values (SgSparkline  *self,
                                    const double *values,
                                    guint         n_values);
/* In the colour of @level when that is degraded or worse, else in that of its series. */
void       sg_sparkline_set_level  (SgSparkline  *self,
                                    SgLevel       level);
/* Which series it is; the first, unless it is told. */
void       sg_sparkline_set_series (SgSparkline  *self,
                                    guint         series);

G_END_DECLS
