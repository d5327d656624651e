/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-buckets.h"

#include "base/sg-sample.h"

#include <float.h>
#include <math.h>

/*
 * Quantiles and fractions from the buckets of classic histograms, by linear interpolation within a
 * bucket. Buckets come sorted by their bounds. Those with one bound are one. Counts should never fall
 * from one to the next: differences below a 1e12th are rounding and are levelled without a word, others
 * are levelled too, and the caller says so.
 */
#define TOLERANCE 1e-12

/* As Prometheus compares: relative to the sum of both, but for the smallest numbers. */
gboolean
sg_almost_equal (double a,
                 double b,
                 double epsilon)
{
  double sum = fabs (a) + fabs (b);
  double difference = fabs (a - b);

  if (isnan (a) || isnan (b))
    return isnan (a) && isnan (b) && sg_is_stale_nan (a) == sg_is_stale_nan (b);
  if (a == b)
    return TRUE;
  if (a == 0 || b == 0 || sum < DBL_MIN)
    return difference < epsilon * DBL_MIN;
  return difference / MIN (sum, DBL_MAX) < epsilon;
}

static gsize
coalesce (SgBucket *buckets,
          gsize     n)
{
  gsize last = 0;

  for (gsize i = 1; i < n; i++)
    {
      if (buckets[i].bound == buckets[last].bound)
        buckets[last].count += buckets[i].count;
      else
        buckets[++last] = buckets[i];
    }
  return last + 1;
}

static void
note_repair (SgBucketRepair *repair,
             double          bound,
             double          difference)
{
  repair->min_bound = repair->forced ? fmin (repair->min_bound, bound) : bound;
  repair->max_bound = repair->forced ? fmax (repair->max_bound, bound) : bound;
  repair->max_difference = fmax (repair->max_difference, difference);
  repair->forced = TRUE;
}

static void
make_monotonic (SgBucket       *buckets,
                gsize           n,
                SgBucketRepair *repair)
{
  double previous = buckets[0].count;

  for (gsize i = 1; i < n; i++)
    {
      double count = buckets[i].count;

      if (count == previous)
        continue;
      if (sg_almost_equal (previous, count, TOLERANCE))
        buckets[i].count = previous;
      else if (count < previous)
        {
          note_repair (repair, buckets[i].bound, previous - count);
          buckets[i].count = previous;
        }
      else
        previous = count;
    }
}

static double
find_quantile (double          q,
               const SgBucket *buckets,
               gsize           n)
{
  double rank = q * buckets[n - 1].count;
  double start = 0;
  double count;
  gsize b = 0;

  while (b < n - 1 && !(buckets[b].count >= rank))
    b++;
  if (b == n - 1)
    return buckets[n - 2].bound;
  if (b == 0 && buckets[0].bound <= 0)
    return buckets[0].bound;
  count = buckets[b].count;
  if (b > 0)
    {
      start = buckets[b - 1].bound;
      count -= buckets[b - 1].count;
      rank -= buckets[b - 1].count;
    }
  return start + (buckets[b].bound - start) * (rank / count);
}

/**
 * sg_buckets_quantile: (skip)
 * @q: which quantile
 * @buckets: (array length=n): sorted by their bounds; they are changed
 * @n: how many, at least one
 * @ret_repair: what had to be repaired
 *
 * Returns: the quantile, NaN when the buckets do not tell
 */
double
sg_buckets_quantile (double          q,
                     SgBucket       *buckets,
                     gsize           n,
                     SgBucketRepair *ret_repair)
{
  *ret_repair = (SgBucketRepair) { FALSE };
  if (isnan (q))
    return NAN;
  if (q < 0)
    return -INFINITY;
  if (q > 1)
    return INFINITY;
  if (buckets[n - 1].bound != INFINITY)
    return NAN;
  n = coalesce (buckets, n);
  make_monotonic (buckets, n, ret_repair);
  if (n < 2 || buckets[n - 1].count == 0 || isnan (buckets[n - 1].count))
    return NAN;
  return find_quantile (q, buckets, n);
}

/* How many values are below @value, where the bucket @i, which begins at @lower, has it. */
static double
interpolate_rank (const SgBucket *bucket,
                  double          rank,
                  double          lower,
                  double          value)
{
  if (isinf (lower))
    return bucket->count;
  return rank + (bucket->count - rank) * (value - lower) / (bucket->bound - lower);
}

/* How many values are below @value; all of them when no bucket has it. */
static double
find_rank (const SgBucket *buckets,
           gsize           n,
           double          value)
{
  double total = buckets[n - 1].count;
  double lower = buckets[0].bound > 0 ? 0 : -INFINITY;
  double rank = 0;

  for (gsize i = 0; i < n; i++)
    {
      double found = -1;

      if (lower >= value)
        found = rank;
      else if (buckets[i].bound > value)
        found = interpolate_rank (&buckets[i], rank, lower, value);
      if (found >= 0)
        return MIN (found, total);
      rank = buckets[i].count;
      lower = buckets[i].bound;
    }
  return total;
}

/**
 * sg_buckets_fraction: (skip)
 * @lower: a value
 * @upper: another
 * @buckets: (array length=n): sorted by their bounds; they are changed
 * @n: how many, at least one
 *
 * Returns: the share of values between @lower and @upper, NaN when the buckets do not tell
 */
double
sg_buckets_fraction (double    lower,
                     double    upper,
                     SgBucket *buckets,
                     gsize     n)
{
  double total;

  if (buckets[n - 1].bound != INFINITY)
    return NAN;
  n = coalesce (buckets, n);
  total = buckets[n - 1].count;
  if (total == 0 || isnan (lower) || isnan (upper))
    return NAN;
  if (lower >= upper)
    return 0;
  return (find_rank (buckets, n, upper) - find_rank (buckets, n, lower)) / total;
}
