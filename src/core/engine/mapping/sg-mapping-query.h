/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/mapping/sg-mapping.h"

G_BEGIN_DECLS

/**
 * SgMeasure:
 * @SG_MEASURE_RATE: how many a second, of a counter or of what a histogram saw
 * @SG_MEASURE_COUNT: how many in the range, exactly
 * @SG_MEASURE_RATIO: the good of all in the range, from 0 to 1: the success ratio, the hit ratio
 * @SG_MEASURE_SUM: the sum of what a histogram or summary saw in the range
 * @SG_MEASURE_MEAN: its mean in the range
 * @SG_MEASURE_QUANTILE: its quantile in the range
 * @SG_MEASURE_BUCKETS: how many in each bucket of a histogram, by "le", as a running total
 * @SG_MEASURE_VALUE: the value of a gauge
 * @SG_MEASURE_PEAK: its highest value in the range
 *
 * What is asked of a role.
 */
typedef enum
{
  SG_MEASURE_RATE,
  SG_MEASURE_COUNT,
  SG_MEASURE_RATIO,
  SG_MEASURE_SUM,
  SG_MEASURE_MEAN,
  SG_MEASURE_QUANTILE,
  SG_MEASURE_BUCKETS,
  SG_MEASURE_VALUE,
  SG_MEASURE_PEAK,
} SgMeasure;

/**
 * SgMeasureOf:
 * @SG_MEASURE_OF_ALL: all of it
 * @SG_MEASURE_OF_GOOD: successes, hits
 * @SG_MEASURE_OF_BAD: what is said to have failed; misses
 * @SG_MEASURE_OF_NOT_GOOD: what is no success, be it called a failure or not
 * @SG_MEASURE_OF_REST: what is neither success nor failure: partial, timeout …
 * @SG_MEASURE_OF_JUDGED: all of which it is known whether it is good
 *
 * Of what a measure is taken.
 */
typedef enum
{
  SG_MEASURE_OF_ALL,
  SG_MEASURE_OF_GOOD,
  SG_MEASURE_OF_BAD,
  SG_MEASURE_OF_NOT_GOOD,
  SG_MEASURE_OF_REST,
  SG_MEASURE_OF_JUDGED,
} SgMeasureOf;

/**
 * SgMeasureQuery:
 * @role: of what
 * @measure: what of it
 * @of: of which part of it; not with ratios
 * @by: a bit, 1 << label, for each #SgMappingLabel that tells the answers apart
 * @range: over which range, as in "$window" or "5m"; %NULL for "$rate"
 * @offset: (nullable): how long before, as in "$window"
 * @quantile: which quantile, from 0 to 1
 *
 * What a page asks.
 */
typedef struct
{
  SgMappingRole role;
  SgMeasure measure;
  SgMeasureOf of;
  guint by;
  const char *range;
  const char *offset;
  double quantile;
} SgMeasureQuery;

#define SG_MEASURE_BY(label) (1u << (label))

char *sg_mapping_expand (const GPtrArray      *parts,
                         const SgMeasureQuery *query);

G_END_DECLS
