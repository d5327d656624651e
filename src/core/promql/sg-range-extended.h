/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

/**
 * SgRangeExtent:
 * @first: the sample at or before the start of the range, else the first in it
 * @last: the last sample in it, or with "smoothed" the first at or after its end
 * @left: the value at the start
 * @right: the value at the end
 *
 * A range that was extended to the samples around it.
 */
typedef struct
{
  gsize first;
  gsize last;
  double left;
  double right;
} SgRangeExtent;

gboolean sg_range_extend (const SgRawSeries *series,
                          SgTimeMs           start,
                          SgTimeMs           end,
                          gint64             lookback,
                          gboolean           smoothed,
                          gboolean           is_counter,
                          SgRangeExtent     *ret_extent);

G_END_DECLS
