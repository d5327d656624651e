/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "promql/sg-ast.h"
#include "promql/sg-promql-error.h"
#include "promql/sg-promql-result.h"
#include "promql/sg-range-cache.h"

G_BEGIN_DECLS

/**
 * SgPromqlOptions:
 * @lookback_ms: how old the sample of an instant selector may be
 * @subquery_step_ms: the step of a subquery that gives none
 * @timeout_ms: how long a query may take, waiting for its turn included
 * @max_samples: how many samples a query may hold in memory
 * @max_series: how many series a selector may yield
 * @max_concurrent: how many queries are evaluated at once; others wait
 * @cache: (nullable): where the room for results of ranges that are remembered is taken from, which must
 *   stay until there is an engine; %NULL for %SG_CACHE_BUDGET_BYTES of its own
 * @no_cache: whether nothing is remembered
 * @type_labels: whether series have their type in the label __type__
 *
 * What holds for all queries of an engine.
 */
typedef struct
{
  gint64 lookback_ms;
  gint64 subquery_step_ms;
  gint64 timeout_ms;
  guint64 max_samples;
  guint64 max_series;
  guint max_concurrent;
  SgCacheBudget *cache;
  gboolean no_cache;
  gboolean type_labels;
} SgPromqlOptions;

void sg_promql_options_init (SgPromqlOptions *options);

/**
 * SgPromqlRequest:
 * @start: the first time, or the only one
 * @end: the last time of a range
 * @step: the distance between two times of a range; 0 for one time
 * @lookback_ms: as in #SgPromqlOptions; 0 for what the engine has
 * @timeout_ms: as in #SgPromqlOptions, but no longer than the engine has; 0 for that
 * @no_cache: whether all is to be evaluated anew, and nothing is remembered
 * @pinned: whether @pin holds
 * @pin: a time for "@" in all selectors that have none
 *
 * When a query is to be evaluated.
 */
typedef struct
{
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  gint64 lookback_ms;
  gint64 timeout_ms;
  gboolean no_cache;
  gboolean pinned;
  SgTimeMs pin;
} SgPromqlRequest;

/**
 * SgPromqlEngineStats:
 * @running: queries that are being evaluated
 * @waiting: queries that wait for their turn
 * @queries: queries that were ever asked
 * @execution_errors: how many could not be evaluated on the data
 * @limit_errors: how many needed too many samples or series
 * @timeouts: how many took too long
 * @cancelled: how many nobody wanted to know any more
 * @storage_errors: how many failed because the samples could not be read
 * @cache: what was remembered of ranges
 */
typedef struct
{
  guint running;
  guint waiting;
  guint64 queries;
  guint64 execution_errors;
  guint64 limit_errors;
  guint64 timeouts;
  guint64 cancelled;
  guint64 storage_errors;
  SgRangeCacheStats cache;
} SgPromqlEngineStats;

/**
 * SgPromqlEngine:
 *
 * Evaluates queries. All calls are safe from any thread. A query is evaluated by the thread that asks,
 * which must not be one that draws; a cancellable ends it within milliseconds.
 */
#define SG_TYPE_PROMQL_ENGINE (sg_promql_engine_get_type ())
G_DECLARE_FINAL_TYPE (SgPromqlEngine, sg_promql_engine, SG, PROMQL_ENGINE, GObject)

SgPromqlEngine *sg_promql_engine_new       (const SgPromqlOptions *options,
                                            SgClock               *clock);
void            sg_promql_engine_get_stats (SgPromqlEngine        *self,
                                            SgPromqlEngineStats   *ret_stats);
SgPromqlResult *sg_promql_engine_run       (SgPromqlEngine        *self,
                                            SgQuerier             *querier,
                                            SgAst                 *ast,
                                            const SgPromqlRequest *request,
                                            GCancellable          *cancellable,
                                            GError               **error);
SgPromqlResult *sg_promql_engine_query     (SgPromqlEngine        *self,
                                            SgQuerier             *querier,
                                            const char            *text,
                                            SgTimeMs               time,
                                            GCancellable          *cancellable,
                                            GError               **error);
SgPromqlResult *sg_promql_engine_query_range (SgPromqlEngine      *self,
                                              SgQuerier           *querier,
                                              const char          *text,
                                              SgTimeMs             start,
                                              SgTimeMs             end,
                                              gint64               step,
                                              GCancellable        *cancellable,
                                              GError             **error);

G_END_DECLS
