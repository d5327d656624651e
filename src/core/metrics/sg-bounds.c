/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

/*
 * The upper bounds of a histogram's buckets, without +Inf, shared by all its cells. They are padded
 * with NaN to a multiple of four, so that they can be compared four at a time without a remainder:
 * a comparison with NaN is false, and counts for nothing.
 *
 * A value's rank is the number of bounds that are no less than it: n for the lowest bucket, 0 for
 * +Inf. Buckets stand in this order in a cell, the highest first.
 */
struct _SgBounds
{
  gatomicrefcount ref_count;
  guint n;
  double values[] __attribute__ ((aligned (16)));
};

SgBounds *
sg_bounds_new (const double *values,
               guint         n)
{
  guint n_padded = (n + 3) & ~3u;
  SgBounds *self = g_malloc (sizeof (SgBounds) + n_padded * sizeof (double));

  g_assert (((gsize) self->values & 15) == 0);
  g_atomic_ref_count_init (&self->ref_count);
  self->n = n;
  for (guint i = 0; i < n_padded; i++)
    self->values[i] = i < n ? values[i] : NAN;
  return self;
}

SgBounds *
sg_bounds_ref (SgBounds *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_bounds_unref (SgBounds *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

const double *
sg_bounds_get (const SgBounds *self,
               guint          *ret_n)
{
  *ret_n = self->n;
  return self->values;
}

/*
 * With many bounds a search by halves wins over comparing with each. The padding at the end
 * compares as if it were above every value, and is taken off.
 */
guint
sg_bounds_rank_many (const double *bounds,
                     guint         n_padded,
                     double        value)
{
  guint n = n_padded;
  guint below = 0;

  while (n > 0 && isnan (bounds[n - 1]))
    n--;
  for (guint end = n; below < end;)
    {
      guint middle = below + (end - below) / 2;

      if (bounds[middle] < value)
        below = middle + 1;
      else
        end = middle;
    }
  return n - below;
}
