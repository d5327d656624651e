/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-store-metrics.h"

/* One line a metric: what it is called, what it means, its unit, and where it stands. */
#define COUNTERS(X)                                                                                \
  X ("head_series_created", "Series created in the head.", NULL, head.series_created)              \
  X ("head_series_removed", "Series removed from the head.", NULL, head.series_removed)            \
  X ("head_chunks_created", "Chunks created in the head.", NULL, head.chunks_created)              \
  X ("samples_appended", "Samples appended by committed batches.", NULL, head.samples_appended)    \
  X ("samples_late", "Appended samples that came out of order.", NULL, head.samples_late)          \
  X ("samples_same", "Samples that were there already.", NULL, head.samples_same)                  \
  X ("exemplars_appended", "Exemplars appended.", NULL, head.exemplars_appended)                   \
  X ("commits", "Batches committed.", NULL, head.commits)                                          \
  X ("commits_failed", "Batches that the log did not take.", NULL, head.commits_failed)            \
  X ("wal_writes", "Writes to the log.", NULL, wal.writes)                                         \
  X ("wal_writes_failed", "Writes to the log that failed.", NULL, wal.writes_failed)               \
  X ("wal_records", "Records written to the log.", NULL, wal.records_written)                      \
  X ("wal_fsyncs", "Times the log was forced to disk.", NULL, wal.syncs)                           \
  X ("wal_fsyncs_failed", "Times that failed.", NULL, wal.syncs_failed)                            \
  X ("checkpoints", "Checkpoints written.", NULL, checkpoints)                                     \
  X ("checkpoints_failed", "Checkpoints that could not be written.", NULL, checkpoints_failed)     \
  X ("compactions", "Blocks made of the head, or of other blocks.", NULL, compactions)             \
  X ("compactions_failed", "Blocks that could not be made.", NULL, compactions_failed)             \
  X ("postings_cache_hits", "Selections that were remembered.", NULL, postings_cache.hits)         \
  X ("postings_cache_misses", "Selections that were not remembered.", NULL, postings_cache.misses) \
  X ("postings_cache_evictions", "Remembered selections that had to make room for others.", NULL,  \
     postings_cache.evicted)                                                                       \
  X ("postings_cache_refusals", "Selections that were too long to be remembered.", NULL,           \
     postings_cache.refused)                                                                       \
  X ("files_set_aside", "Damaged files that were set aside.", NULL, files_set_aside)               \
  X ("blocks_set_aside", "Damaged blocks that were set aside.", NULL, blocks_set_aside)

#define REFUSALS(X)                               \
  X ("out_of_order", head.refused_out_of_order)   \
  X ("out_of_bounds", head.refused_out_of_bounds) \
  X ("too_old", head.refused_too_old)             \
  X ("duplicate", head.refused_duplicate)         \
  X ("series_limit", head.refused_series_limit)   \
  X ("invalid", head.refused_invalid)             \
  X ("log", head.refused_log)

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
collect_counters (SgCollection       *collection,
                  const SgStoreStats *stats)
{
#define COUNTER(name, help, unit, field)                                                   \
  add_number (collection, SG_METRIC_COUNTER, "sightglass_tsdb_" name "_total", help, unit, \
              (double) stats->field);
  COUNTERS (COUNTER)
#undef COUNTER
  add_number (collection, SG_METRIC_COUNTER, "sightglass_tsdb_wal_bytes_total",
              "Bytes written to the log.", "bytes", (double) stats->wal.bytes_written);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_tsdb_wal_fsync_seconds_total",
              "Time spent forcing the log to disk.", "seconds", (double) stats->wal.sync_us / 1e6);
}

static void
collect_refusals (SgCollection       *collection,
                  const SgStoreStats *stats)
{
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "sightglass_tsdb_samples_refused_total",
                            "Samples that were refused, by the reason.", NULL,
                            SG_VALUES ("reason"));
#define REFUSAL(reason, field) \
  sg_collection_add (collection, SG_VALUES (reason), (double) stats->field);
  REFUSALS (REFUSAL)
#undef REFUSAL
}

static void
collect_gauges (SgCollection       *collection,
                const SgStoreStats *stats)
{
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_head_series", "Series in the head.",
              NULL, (double) stats->head.n_series);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_head_chunk_bytes",
              "Bytes of full chunks of the head.", "bytes", (double) stats->head_chunk_bytes);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_head_chunks_waiting",
              "Full chunks of the head that are not in a file yet.", NULL,
              (double) stats->head.n_chunks_queued);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_postings_cache_entries",
              "Remembered selections.", NULL, (double) stats->postings_cache.n_entries);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_postings_cache_bytes",
              "Bytes of remembered selections.", "bytes", (double) stats->postings_cache.bytes);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_blocks", "Blocks.", NULL,
              (double) stats->n_blocks);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_wal_size_bytes",
              "Bytes of the log on disk, with its checkpoint.", "bytes", (double) stats->wal_bytes);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_block_bytes", "Bytes of all blocks.",
              "bytes", (double) stats->block_bytes);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_disk_bytes",
              "Bytes on disk: log, full chunks of the head, blocks.", "bytes",
              (double) (stats->wal_bytes + stats->head_chunk_bytes + stats->block_bytes));
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_replay_duration_seconds",
              "How long the log was read when the store was opened.", "seconds",
              (double) stats->replay_us / 1e6);
  if (stats->head.max_t < stats->head.min_t)
    return;
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_head_min_time_seconds",
              "The first time of a sample in the head.", "seconds",
              (double) stats->head.min_t / 1e3);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_tsdb_head_max_time_seconds",
              "The last time of a sample in the head.", "seconds",
              (double) stats->head.max_t / 1e3);
}

static void
collect_store (SgCollection *collection,
               gpointer      user_data)
{
  SgStoreStats stats;

  sg_store_get_stats (user_data, &stats);
  collect_counters (collection, &stats);
  collect_refusals (collection, &stats);
  collect_gauges (collection, &stats);
}

static void
collect_cache (SgCollection *collection,
               gpointer      user_data)
{
  add_number (collection, SG_METRIC_GAUGE, "sightglass_cache_bytes",
              "Bytes of all that queries have found and that is remembered.", "bytes",
              (double) sg_cache_budget_get_used (user_data));
  add_number (collection, SG_METRIC_GAUGE, "sightglass_cache_max_bytes",
              "How many that may be: --storage.tsdb.cache-size.", "bytes",
              (double) sg_cache_budget_get_max (user_data));
}

guint
sg_cache_metrics_register (SgRegistry    *registry,
                           SgCacheBudget *cache)
{
  return sg_registry_add_collector (registry, collect_cache, sg_cache_budget_ref (cache),
                                    (GDestroyNotify) sg_cache_budget_unref);
}

guint
sg_store_metrics_register (SgRegistry *registry,
                           SgStore    *store)
{
  return sg_registry_add_collector (registry, collect_store, g_object_ref (store), g_object_unref);
}
