/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-decimator.h"

#include <math.h>

/*
 * Each column of pixels is a slice of the samples, because their times rise. The end of a slice is found
 * by galloping from its start (1, 2, 4 … samples ahead, then halving), which costs a few steps where
 * columns are sparse and next to nothing where they are dense; the extremes of a slice are found in a
 * loop without branches that the compiler turns into vector instructions. A comparison with NaN is
 * false, so that missing samples fall out of the extremes by themselves.
 */

/* The first index from @i on whose time is not below @t. */
static gsize
gallop (const gint64 *times,
        gsize         n,
        gsize         i,
        gint64        t)
{
  gsize stride = 1;
  gsize low = i;

  while (i < n && times[i] < t)
    {
      low = i + 1;
      i += stride;
      stride *= 2;
    }
  for (gsize high = MIN (i, n); low < high;)
    {
      gsize middle = low + (high - low) / 2;

      if (times[middle] < t)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* clang makes vectors of a plain loop by itself, gcc from -O3 on. */
#ifdef __clang__
#define SG_VECTORIZED
#else
#define SG_VECTORIZED __attribute__ ((optimize ("O3")))
#endif

SG_VECTORIZED static void
find_extremes (const double  *v,
               gsize          n,
               SgPixelColumn *column)
{
  double min = INFINITY;
  double max = -INFINITY;

  for (gsize i = 0; i < n; i++)
    {
      min = v[i] < min ? v[i] : min;
      max = v[i] > max ? v[i] : max;
    }
  column->min = min;
  column->max = max;
}

/* Whether nothing is missing between the samples @a and @b, the next one that is there. */
static gboolean
is_joined (const SgDecimation *self,
           const gint64       *t,
           gsize               a,
           gsize               b)
{
  return b == a + 1 && (self->hole == 0 || t[b] - t[a] <= self->hole);
}

static void
take_slice (const double  *v,
            gsize          start,
            gsize          end,
            SgPixelColumn *column,
            gsize         *ret_first,
            gsize         *ret_last)
{
  gsize first = start;
  gsize last = end;

  while (first < end && isnan (v[first]))
    first++;
  column->n = (guint) (end - first);
  column->joins = FALSE;
  if (first == end)
    return;
  while (isnan (v[last - 1]))
    last--;
  column->first = v[first];
  column->last = v[last - 1];
  find_extremes (v + first, last - first, column);
  *ret_first = first;
  *ret_last = last - 1;
}

void
sg_decimator_run (const SgDecimation *self,
                  const gint64       *t,
                  const double       *v,
                  gsize               n,
                  SgPixelColumn      *ret_columns,
                  gsize              *ret_before,
                  gsize              *ret_after)
{
  double span = (double) (self->to - self->from) / self->width;
  gsize start = gallop (t, n, 0, self->from);
  gsize previous = n;

  *ret_before = start > 0 ? start - 1 : n;
  for (guint x = 0; x < self->width; x++)
    {
      gint64 until =
          x + 1 < self->width ? self->from + (gint64) ceil (span * (x + 1)) : self->to + 1;
      gsize end = gallop (t, n, start, until);
      gsize first = n;
      gsize last = n;

      take_slice (v, start, end, &ret_columns[x], &first, &last);
      if (first < n)
        {
          ret_columns[x].joins = previous < n && is_joined (self, t, previous, first);
          previous = last;
        }
      start = end;
    }
  *ret_after = start;
}
