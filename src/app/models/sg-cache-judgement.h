/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgCacheFigures:
 * @hit_ratio: hits of all that was asked, from 0 to 1
 * @hit_ratio_before: the same in the window before
 * @hits: how many
 * @misses: how many
 * @miss_seconds: what a miss costs, as the mean of what is loaded through the cache
 * @size: how many entries
 * @size_limit: how many it can have
 * @memory: bytes that it uses
 * @memory_limit: bytes that it may use
 * @evictions: how many entries had to go
 *
 * What is known of a cache in a window; NaN for what is not.
 */
typedef struct
{
  double hit_ratio;
  double hit_ratio_before;
  double hits;
  double misses;
  double miss_seconds;
  double size;
  double size_limit;
  double memory;
  double memory_limit;
  double evictions;
} SgCacheFigures;

/* From these hit ratios on a cache is healthy, and degraded. */
#define SG_CACHE_HEALTHY_RATIO  .9
#define SG_CACHE_DEGRADED_RATIO .7

/* All unknown. */
void     sg_cache_figures_init           (SgCacheFigures       *self);
/* NaN where either is not known, or there is no limit. */
double   sg_cache_figures_get_fill       (const SgCacheFigures *self);
double   sg_cache_figures_get_entry_size (const SgCacheFigures *self);
double   sg_cache_figures_get_miss_cost  (const SgCacheFigures *self);
SgLevel  sg_cache_figures_judge          (const SgCacheFigures *self);
/* Returns: (transfer full): why, and what would help, in sentences */
char    *sg_cache_figures_explain        (const SgCacheFigures *self);

G_END_DECLS
