/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-unit.h"

G_BEGIN_DECLS

#define SG_VALUE_AXIS_MAX_TICKS 16

/**
 * SgValueAxis:
 * @unit: what the values measure
 * @logarithmic: whether equal distances are equal factors
 * @free_start: whether the axis may begin above zero
 * @low: the value at its lower end
 * @high: the value at its upper end
 * @step: the distance of its ticks; on a logarithmic axis, their factor
 * @calm: how many times in a row the data would have been content with less
 *
 * The vertical axis of a chart. It lives as long as the chart does, because it remembers: it grows at
 * once when the data need it, and shrinks only after three refreshes below 60 %, so that the labels do
 * not jump.
 */
typedef struct
{
  SgUnit unit;
  gboolean logarithmic;
  gboolean free_start;
  double low;
  double high;
  double step;
  guint calm;
} SgValueAxis;

void        sg_value_axis_init        (SgValueAxis       *self,
                                       SgUnit             unit);
/* Fits the axis to data from @min to @max (NaN: no data) on a plot @height pixels high. */
void        sg_value_axis_fit         (SgValueAxis       *self,
                                       double             min,
                                       double             max,
                                       double             height);
guint       sg_value_axis_get_ticks   (const SgValueAxis *self,
                                       double            *ret_ticks);
char       *sg_value_axis_format_tick (const SgValueAxis *self,
                                       double             tick);
/* A value as legend and tooltip show it: like the ticks, but to a part of their distance. */
char       *sg_value_axis_format_value (const SgValueAxis *self,
                                        double             value);
/* The unit for the chart's caption, in the scale of the ticks, or "" when the ticks carry it. */
const char *sg_value_axis_get_symbol  (const SgValueAxis *self);
/* Where @value stands, from 0 at the lower end to 1 at the upper one. */
double      sg_value_axis_place       (const SgValueAxis *self,
                                       double             value);

G_END_DECLS
