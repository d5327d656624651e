/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-log-metrics.h"

/* One line a metric: what it is called, what it means, its unit, and what it is. */
#define COUNTERS(X)                                                                              \
  X ("commits_total", "Transactions of the store of records.", NULL, counts.commits)             \
  X ("commit_seconds_total", "How long transactions of the store of records took.", "seconds",   \
     (double) counts.commit_us / 1e6)                                                            \
  X ("deleted_files_total", "Files of a day of records that were deleted by retention.", NULL,   \
     counts.deleted_days)                                                                        \
  X ("damaged_files_total", "Files of a day of records that were damaged, and set aside.", NULL, \
     counts.damaged_days)

#define GAUGES(X)                                                               \
  X ("queued_records", "Records that wait to be written.", NULL, counts.queued) \
  X ("files", "Files of records, one for each day.", NULL, counts.days)         \
  X ("disk_bytes", "Bytes of records on disk.", "bytes", counts.bytes)

#define OUTCOMES(X)      \
  X ("stored", appended) \
  X ("refused", refused) \
  X ("failed", failed)

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
  SgLogStoreCounts counts;

  sg_log_store_get_counts (user_data, &counts);
#define COUNTER(name, help, unit, value) \
  add_number (collection, SG_METRIC_COUNTER, "sightglass_logs_" name, help, unit, (double) (value));
  COUNTERS (COUNTER)
#undef COUNTER
#define GAUGE(name, help, unit, value) \
  add_number (collection, SG_METRIC_GAUGE, "sightglass_logs_" name, help, unit, (double) (value));
  GAUGES (GAUGE)
#undef GAUGE
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "sightglass_logs_records_total",
                            "Records that were to be stored, by what became of them.", NULL,
                            SG_VALUES ("outcome"));
#define OUTCOME(name, field) \
  sg_collection_add (collection, SG_VALUES (name), (double) counts.field);
  OUTCOMES (OUTCOME)
#undef OUTCOME
}

guint
sg_log_metrics_register (SgRegistry *registry,
                         SgLogStore *store)
{
  return sg_registry_add_collector (registry, collect, g_object_ref (store), g_object_unref);
}
