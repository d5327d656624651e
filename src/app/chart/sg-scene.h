/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-palette.h"
#include "chart/sg-series-data.h"
#include "chart/sg-value-axis.h"

G_BEGIN_DECLS

/**
 * SgChartKind:
 * @SG_CHART_LINE: lines from sample to sample, with their bands where they have one
 * @SG_CHART_STEP: lines that keep a value until the next sample
 */
typedef enum
{
  SG_CHART_LINE,
  SG_CHART_STEP,
} SgChartKind;

/**
 * SgThreshold:
 * @value: where it lies
 * @level: what it means to be beyond it
 * @name: (nullable) (owned): what the legend calls it, as "p95 limit 100 ms"
 */
typedef struct
{
  double value;
  SgLevel level;
  char *name;
} SgThreshold;

/**
 * SgSceneSeries:
 * @data: (owned): the series
 * @colour: what it is drawn in
 * @dash: how its line is drawn
 * @hidden: whether the user has put it away
 */
typedef struct
{
  SgSeriesData *data;
  GdkRGBA colour;
  SgDash dash;
  gboolean hidden;
} SgSceneSeries;

/**
 * SgScene:
 * @kind: how the series are drawn
 * @axis: the vertical axis; fitted by sg_scene_fit()
 * @from: the time at the left edge, in milliseconds since 1970
 * @to: the time at the right edge
 * @step: the distance of samples; from twice that on there is a hole between them. 0: no holes
 * @series: (element-type SgSceneSeries) (owned): what there is to see
 * @thresholds: (element-type SgThreshold) (owned): lines across
 *
 * Everything that a plot shows, without a widget: the same scene is drawn on the screen, into a file and
 * into a test.
 */
typedef struct
{
  SgChartKind kind;
  SgValueAxis axis;
  gint64 from;
  gint64 to;
  gint64 step;
  GArray *series;
  GArray *thresholds;
} SgScene;

void           sg_scene_init          (SgScene       *self);
void           sg_scene_clear         (SgScene       *self);
void           sg_scene_take_series   (SgScene       *self,
                                       GArray        *series);
SgSceneSeries *sg_scene_get_series    (const SgScene *self,
                                       guint          i);
SgThreshold   *sg_scene_get_threshold (const SgScene *self,
                                       guint          i);
GArray        *sg_scene_new_series    (void);
/* Fits the axis to what is visible on a plot @height pixels high. */
void           sg_scene_fit           (SgScene       *self,
                                       double         height);
/* Two samples further apart than this have a hole between them; 0 for never. */
gint64         sg_scene_get_hole      (const SgScene *self);

G_END_DECLS
