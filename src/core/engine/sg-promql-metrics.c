/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-promql-metrics.h"

/* One line a metric: what it is called, what it means, its unit, and where it stands. */
#define COUNTERS(X)                                                                 \
  X ("queries", "Queries that were asked.", queries)                                \
  X ("cache_hits", "Ranges that were remembered, in whole or in part.", cache.hits) \
  X ("cache_misses", "Ranges that were not remembered.", cache.misses)              \
  X ("cache_evictions", "Remembered ranges that had to make room for others.", cache.evictions)

#define FAILURES(X)                 \
  X ("execution", execution_errors) \
  X ("limit", limit_errors)         \
  X ("timeout", timeouts)           \
  X ("canceled", cancelled)         \
  X ("storage", storage_errors)

#define GAUGES(X)                                                           \
  X ("queries_running", "Queries that are being evaluated.", NULL, running) \
  X ("queries_waiting", "Queries that wait for their turn.", NULL, waiting) \
  X ("cache_results", "Remembered ranges.", NULL, cache.n_results)          \
  X ("cache_bytes", "Bytes of remembered ranges.", "bytes", cache.n_bytes)

static void
add_number (SgCollection *collection,
            SgMetricKind  kind,
            const char   *name,
            const char   *help,
            const char   *unit,
            double        value)
{
  sg_collection_add_family (collection, kind, name, help, unit, NULL);
  sg_collection_add (collection, NULL, value);
}

static void
collect (SgCollection *collection,
         gpointer      user_data)
{
  SgPromqlEngineStats stats = { 0 };

  sg_promql_engine_get_stats (user_data, &stats);
#define COUNTER(name, help, field)                                                           \
  add_number (collection, SG_METRIC_COUNTER, "sightglass_promql_" name "_total", help, NULL, \
              (double) stats.field);
  COUNTERS (COUNTER)
#undef COUNTER
#define GAUGE(name, help, unit, field)                                            \
  add_number (collection, SG_METRIC_GAUGE, "sightglass_promql_" name, help, unit, \
              (double) stats.field);
  GAUGES (GAUGE)
#undef GAUGE
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "sightglass_promql_failures_total",
                            "Queries that failed, by the reason.", NULL, SG_VALUES ("reason"));
#define FAILURE(reason, field) \
  sg_collection_add (collection, SG_VALUES (reason), (double) stats.field);
  FAILURES (FAILURE)
#undef FAILURE
}

guint
sg_promql_metrics_register (SgRegistry     *registry,
                            SgPromqlEngine *engine)
{
  return sg_registry_add_collector (registry, collect, g_object_ref (engine), g_object_unref);
}
