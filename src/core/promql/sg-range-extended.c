/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-range-extended.h"

#include "promql/sg-range-private.h"

/*
 * Ranges with "anchored" and "smoothed" know their values at both ends, so that nothing has to be
 * extrapolated. "anchored" takes for the start the newest sample that is not after it, as old as the
 * lookback allows, or else the first in the range; and for the end the last in the range. "smoothed"
 * takes what lies on the line between the samples before and after each end, where there are both. On a
 * line down to a counter that began anew, the counter began at zero.
 */

/* Returns: the first sample after @time */
static gsize
find_after (const SgRawSeries *series,
            SgTimeMs           time)
{
  gsize low = 0;
  gsize high = series->n;

  while (low < high)
    {
      gsize middle = (low + high) / 2;

      if (series->t[middle] > time)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static double
interpolate (const SgRawSeries *series,
             gsize              before,
             SgTimeMs           time,
             gboolean           is_counter)
{
  const SgTimeMs *t = series->t;
  double y1 = series->f[before];
  double y2 = series->f[before + 1];

  if (is_counter && y2 < y1)
    y1 = 0;
  return y1 + (y2 - y1) * (double) (time - t[before]) / (double) (t[before + 1] - t[before]);
}

/**
 * sg_range_extend: (skip)
 * @series: samples in and around the range
 * @start: where the range begins
 * @end: where it ends
 * @lookback: how far around the range samples count
 * @smoothed: "smoothed", or else "anchored"
 * @is_counter: whether a fall is a new beginning
 * @ret_extent: what it comes to
 *
 * Returns: whether there is anything in the range
 */
gboolean
sg_range_extend (const SgRawSeries *series,
                 SgTimeMs           start,
                 SgTimeMs           end,
                 gint64             lookback,
                 gboolean           smoothed,
                 gboolean           is_counter,
                 SgRangeExtent     *ret_extent)
{
  const SgTimeMs *t = series->t;
  gsize from = find_after (series, start - lookback);
  gsize to = find_after (series, smoothed ? end + lookback : end);
  gsize inside = find_after (series, start);
  gsize first = inside > from ? inside - 1 : from;
  gsize last = to - 1;

  if (from >= to)
    return FALSE;
  if (smoothed)
    last = MIN (find_after (series, end - 1), last);
  if (t[last] <= start || (smoothed && t[first] > end))
    return FALSE;
  ret_extent->first = first;
  ret_extent->last = last;
  ret_extent->left = smoothed && t[first] < start ? interpolate (series, first, start, is_counter)
                                                  : series->f[first];
  ret_extent->right = smoothed && last > from && t[last] > end
                          ? interpolate (series, last - 1, end, is_counter)
                          : series->f[last];
  return TRUE;
}

/* What a counter lost between the ends of the range, by beginning anew. */
static double
count_lost (const SgRawSeries   *series,
            const SgRangeExtent *extent,
            SgTimeMs             start,
            SgTimeMs             end)
{
  double previous = extent->left;
  double lost = 0;

  for (gsize i = extent->first; i <= extent->last; i++)
    {
      if (series->t[i] <= start || series->t[i] >= end)
        continue;
      if (series->f[i] < previous)
        lost += previous;
      previous = series->f[i];
    }
  return extent->right < previous ? lost + previous : lost;
}

double
sg_range_extended_rate (SgWindow *window,
                        gboolean  is_counter,
                        gboolean  is_rate)
{
  SgRangeExtent extent;
  double difference;

  if (!sg_range_extend (window->series, window->start, window->end,
                        window->eval->plan->params.lookback, window->range->selector->smoothed,
                        is_counter, &extent))
    return sg_absent ();
  difference = extent.right - extent.left;
  if (is_counter)
    difference += count_lost (window->series, &extent, window->start, window->end);
  return is_rate ? difference / ((double) window->range->time.range / 1000) : difference;
}
