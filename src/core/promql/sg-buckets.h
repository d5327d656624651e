/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgBucket:
 * @bound: the greatest value that is counted in it
 * @count: how many values are at most @bound
 *
 * A bucket of a classic histogram.
 */
typedef struct
{
  double bound;
  double count;
} SgBucket;

/**
 * SgBucketRepair:
 * @forced: whether any bucket had less than the one before
 * @min_bound: the least bound of such buckets
 * @max_bound: the greatest
 * @max_difference: the most that one had less
 */
typedef struct
{
  gboolean forced;
  double min_bound;
  double max_bound;
  double max_difference;
} SgBucketRepair;

gboolean sg_almost_equal      (double          a,
                               double          b,
                               double          epsilon);
double   sg_buckets_quantile  (double          q,
                               SgBucket       *buckets,
                               gsize           n,
                               SgBucketRepair *ret_repair);
double   sg_buckets_fraction  (double          lower,
                               double          upper,
                               SgBucket       *buckets,
                               gsize           n);

G_END_DECLS
