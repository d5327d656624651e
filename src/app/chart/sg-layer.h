/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-plot-frame.h"

G_BEGIN_DECLS

/**
 * SgLayer:
 * @get_range: (nullable): widens [@min, @max] by the values that it would draw; %NULL when the axis has
 *   a row for each series in place of values
 * @draw: draws the series of a scene
 *
 * One way to draw series: what #SgChartKind chooses from.
 */
typedef struct
{
  void (*get_range) (const SgScene *scene,
                     double        *min,
                     double        *max);
  void (*draw)      (const SgScene     *scene,
                     const SgPlotFrame *frame,
                     cairo_t           *cr);
} SgLayer;

extern const SgLayer sg_layer_columns;
extern const SgLayer sg_layer_heat;
extern const SgLayer sg_layer_line;
extern const SgLayer sg_layer_stack;
extern const SgLayer sg_layer_step;

const SgLayer *sg_layer_get           (SgChartKind          kind);
/* What several kinds need: the extremes of the samples in the window, and of those next to it. */
void           sg_layer_include_range (const SgScene       *scene,
                                       const SgSceneSeries *series,
                                       const double        *values,
                                       double              *min,
                                       double              *max);
/* The samples to draw: those in the window, and one on either side of it. */
void           sg_layer_get_slice     (const SgScene       *scene,
                                       const SgSceneSeries *series,
                                       gsize               *ret_start,
                                       gsize               *ret_end);

G_END_DECLS
