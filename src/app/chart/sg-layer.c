/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-layer.h"

#include <float.h>

const SgLayer *
sg_layer_get (SgChartKind kind)
{
  static const SgLayer *const layers[] = {
    [SG_CHART_LINE] = &sg_layer_line,   [SG_CHART_STEP] = &sg_layer_step,
    [SG_CHART_STACK] = &sg_layer_stack, [SG_CHART_COLUMNS] = &sg_layer_columns,
    [SG_CHART_HEAT] = &sg_layer_heat,
  };

  return layers[kind];
}

void
sg_layer_get_slice (const SgScene       *scene,
                    const SgSceneSeries *series,
                    gsize               *ret_start,
                    gsize               *ret_end)
{
  gsize start = sg_series_data_find (series->data, scene->from);
  gsize end = sg_series_data_find (series->data, scene->to + 1);

  *ret_start = start > 0 ? start - 1 : 0;
  *ret_end = MIN (end + 1, sg_series_data_get_n (series->data));
}

void
sg_layer_include_range (const SgScene       *scene,
                        const SgSceneSeries *series,
                        const double        *values,
                        double              *min,
                        double              *max)
{
  double least = *min;
  double most = *max;
  gsize start, end;

  sg_layer_get_slice (scene, series, &start, &end);
  /* Comparisons with NaN are false, so that what is missing falls out by itself; so does infinity. */
  for (gsize i = start; i < end; i++)
    {
      least = values[i] < least && values[i] >= -DBL_MAX ? values[i] : least;
      most = values[i] > most && values[i] <= DBL_MAX ? values[i] : most;
    }
  *min = least;
  *max = most;
}
