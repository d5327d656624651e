/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-cache-budget.h"
#include "base/sg-querier.h"
#include "promql/sg-ast.h"
#include "promql/sg-promql-result.h"

G_BEGIN_DECLS

/**
 * SgRangeCacheStats:
 * @hits: how many results, or parts of them, were there
 * @misses: how many were not
 * @evictions: how many had to make room
 * @n_bytes: what is remembered, about
 * @n_results: how many results that are
 */
typedef struct
{
  guint64 hits;
  guint64 misses;
  guint64 evictions;
  guint64 n_bytes;
  guint64 n_results;
} SgRangeCacheStats;

/**
 * SgRangeCache:
 *
 * Results of range queries that are asked again and again while time goes on. All calls are safe from
 * any thread.
 */
typedef struct _SgRangeCache SgRangeCache;

/**
 * SgRangeCacheKey:
 * @text: the expression
 * @start: the first time of the range
 * @end: the last one
 * @step: the distance of its times
 * @lookback: how old the sample of an instant selector may be
 *
 * What is asked.
 */
typedef struct
{
  const char *text;
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  gint64 lookback;
} SgRangeCacheKey;

SgRangeCache   *sg_range_cache_new          (SgCacheBudget          *budget);
void            sg_range_cache_free         (SgRangeCache           *self);
gboolean        sg_range_cache_may_remember (const SgAst            *ast);
SgPromqlResult *sg_range_cache_find         (SgRangeCache           *self,
                                             const SgRangeCacheKey  *key,
                                             const SgQuerierVersion *version,
                                             SgTimeMs               *ret_end);
void            sg_range_cache_remember     (SgRangeCache           *self,
                                             const SgRangeCacheKey  *key,
                                             const SgQuerierVersion *version,
                                             SgPromqlResult         *result);
void            sg_range_cache_get_stats    (SgRangeCache           *self,
                                             SgRangeCacheStats      *ret_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgRangeCache, sg_range_cache_free)

G_END_DECLS
