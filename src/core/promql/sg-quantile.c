/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-quantile.h"

#include <math.h>
#include <stdlib.h>

static int
compare (const void *a,
         const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  if (isnan (x) || isnan (y))
    return isnan (y) - isnan (x);
  return (x > y) - (x < y);
}

/* NaN comes before everything. */
void
sg_doubles_sort (double *values,
                 gsize   n)
{
  qsort (values, n, sizeof *values, compare);
}

/**
 * sg_quantile: (skip)
 * @q: which quantile
 * @values: (array length=n): values in any order, which are sorted here
 * @n: how many
 *
 * Returns: the value at @q of the way from the least to the greatest, on the line between the two that
 *   are next to it; -Inf and +Inf for a @q below 0 and above 1, NaN when there is none
 */
double
sg_quantile (double  q,
             double *values,
             gsize   n)
{
  double rank;
  double weight;
  gsize lower;
  gsize upper;

  if (n == 0 || isnan (q))
    return NAN;
  if (q < 0)
    return -INFINITY;
  if (q > 1)
    return INFINITY;
  sg_doubles_sort (values, n);
  rank = q * (double) (n - 1);
  lower = (gsize) fmax (0, floor (rank));
  upper = MIN (n - 1, lower + 1);
  weight = rank - floor (rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}
