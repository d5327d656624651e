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
 * @SG_CHART_STACK: areas, each on top of the one before
 * @SG_CHART_COLUMNS: a column for each time, in parts on top of each other
 * @SG_CHART_HEAT: a row for each bucket of a histogram, coloured by how much fell into it
 */
typedef enum
{
  SG_CHART_LINE,
  SG_CHART_STEP,
  SG_CHART_STACK,
  SG_CHART_COLUMNS,
  SG_CHART_HEAT,
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
 * SgMark:
 * @from: when it began, in milliseconds since 1970
 * @to: when it ended; with @from it is a moment: a restart, a deployment
 * @level: how bad that was, for a band
 * @icon_name: (nullable) (owned): what stands above a moment
 * @text: (nullable) (owned): what happened
 */
typedef struct
{
  gint64 from;
  gint64 to;
  SgLevel level;
  char *icon_name;
  char *text;
} SgMark;

/**
 * SgValueLabel:
 * @place: where it stands, from 0 at the lower end of the axis to 1 at the upper one
 * @text: (owned): what is written there
 */
typedef struct
{
  double place;
  char *text;
} SgValueLabel;

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
 * @marks: (element-type SgMark) (owned): what happened meanwhile
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
  GArray *marks;
} SgScene;

void           sg_scene_init          (SgScene       *self);
void           sg_scene_clear         (SgScene       *self);
void           sg_scene_take_series   (SgScene       *self,
                                       GArray        *series);
SgSceneSeries *sg_scene_get_series    (const SgScene *self,
                                       guint          i);
SgThreshold   *sg_scene_get_threshold (const SgScene *self,
                                       guint          i);
SgMark        *sg_scene_get_mark      (const SgScene *self,
                                       guint          i);
GArray        *sg_scene_new_series    (void);
guint          sg_scene_count_visible (const SgScene *self);
gboolean       sg_scene_is_stacked    (const SgScene *self);
/* Fits the axis to what is visible on a plot @height pixels high. */
void           sg_scene_fit           (SgScene       *self,
                                       double         height);
/* Two samples further apart than this have a hole between them; 0 for never. */
gint64         sg_scene_get_hole      (const SgScene *self);
/* How far from the crosshair a sample may be and still be shown at it. */
gint64         sg_scene_get_reach     (const SgScene *self);
/* The value of a series next to @t, or NaN; *ret_t (nullable) is when exactly. */
double         sg_scene_get_value     (const SgScene *self,
                                       guint          i,
                                       gint64         t,
                                       gint64        *ret_t);
/* Where the value is drawn: in a stack, on top of those below. */
double         sg_scene_get_top       (const SgScene *self,
                                       guint          i,
                                       gint64         t);
/* What is written at the value axis: (transfer full) (element-type SgValueLabel), from the lowest on. */
GArray        *sg_scene_get_labels    (const SgScene *self,
                                       double         height);

G_END_DECLS
