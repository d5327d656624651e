/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-self-monitor.h"

#include "base/sg-lock.h"

/*
 * What the store says that it does, in the words of a pair of cache and database: what is appended is
 * written behind, reading the log and opening blocks reads through, making a block is a bulk insert, a
 * checkpoint refreshes, comparing checksums checks the consistency, and setting damage aside reconciles.
 *
 * The caches count by themselves, where a question is answered in less time than a report would take. What
 * they have counted more than at the last look is added to the monitor, under the name of the cache: so
 * that the sum is exact, and no question pays for it. A store that was opened anew counts from 0 again.
 */
#define PREFIX "sightglass"

/* A program that stores each second from each of thousands of targets would tell of nothing else. */
#define MAX_EVENTS 200

/**
 * CacheCount:
 * @hits: what was seen at the last look
 * @misses: likewise
 */
typedef struct
{
  guint64 hits;
  guint64 misses;
} CacheCount;

struct _SgSelfMonitor
{
  GObject parent_instance;
  SgOperationSink sink;
  SgSyncMonitor *monitor;
  SgLock lock;
  CacheCount ranges;
  CacheCount postings;
};

G_DEFINE_FINAL_TYPE (SgSelfMonitor, sg_self_monitor, G_TYPE_OBJECT)

static const SgSyncStatus statuses[] = {
  [SG_OPERATION_SUCCESS] = SG_SYNC_SUCCESS,
  [SG_OPERATION_FAILED] = SG_SYNC_FAILED,
  [SG_OPERATION_PARTIAL] = SG_SYNC_PARTIAL,
  [SG_OPERATION_TIMEOUT] = SG_SYNC_TIMEOUT,
};

static void
report (const SgOperation *operation,
        gpointer           user_data)
{
  SgSelfMonitor *self = user_data;
  SgSyncEvent event = {
    .status = statuses[operation->status],
    .start = operation->start,
    .duration_us = operation->duration_us,
    .records = operation->records,
    .key = operation->key,
    .error = operation->error,
    .trace_id = operation->trace_id,
  };

  if (sg_sync_monitor_add_type (self->monitor, operation->type, &event.type, NULL))
    sg_sync_monitor_report (self->monitor, &event);
}

static void
sg_self_monitor_finalize (GObject *object)
{
  SgSelfMonitor *self = SG_SELF_MONITOR (object);

  g_clear_object (&self->monitor);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_self_monitor_parent_class)->finalize (object);
}

static void
sg_self_monitor_class_init (SgSelfMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_self_monitor_finalize;
}

static void
sg_self_monitor_init (SgSelfMonitor *self)
{
  self->sink = (SgOperationSink) { report, self };
  sg_lock_init (&self->lock);
}

SgSelfMonitor *
sg_self_monitor_new (SgRegistry *registry,
                     SgClock    *clock)
{
  SgSelfMonitor *self = g_object_new (SG_TYPE_SELF_MONITOR, NULL);

  self->monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) { .registry = registry,
                                                                 .prefix = PREFIX,
                                                                 .service = PREFIX,
                                                                 .max_events = MAX_EVENTS,
                                                                 .clock = clock });
  sg_sync_monitor_count_cache (self->monitor, "range_results", 0, 0);
  sg_sync_monitor_count_cache (self->monitor, "postings", 0, 0);
  return self;
}

const SgOperationSink *
sg_self_monitor_get_sink (SgSelfMonitor *self)
{
  return &self->sink;
}

SgSyncMonitor *
sg_self_monitor_get_monitor (SgSelfMonitor *self)
{
  return self->monitor;
}

static guint64
get_growth (guint64 now,
            guint64 before)
{
  return now >= before ? now - before : now;
}

static void
count_growth (SgSelfMonitor *self,
              const char    *cache,
              CacheCount    *before,
              CacheCount     now)
{
  sg_sync_monitor_count_cache (self->monitor, cache, get_growth (now.hits, before->hits),
                               get_growth (now.misses, before->misses));
  *before = now;
}

static void
update_health (SgSelfMonitor *self,
               SgStore       *store)
{
  g_autofree char *text = NULL;
  SgStoreHealth health = sg_store_get_health (store, &text);

  sg_sync_monitor_update_database_health (self->monitor, health != SG_STORE_FAILING);
}

void
sg_self_monitor_update (SgSelfMonitor  *self,
                        SgStore        *store,
                        SgPromqlEngine *promql)
{
  SgPromqlEngineStats queries = { 0 };
  SgPostingsCacheStats postings = { 0 };
  guint64 hits;
  guint64 asked;

  SG_LOCK_SCOPE (&self->lock);
  sg_promql_engine_get_stats (promql, &queries);
  count_growth (self, "range_results", &self->ranges,
                (CacheCount) { queries.cache.hits, queries.cache.misses });
  if (store != NULL)
    {
      sg_store_get_postings_stats (store, &postings);
      count_growth (self, "postings", &self->postings,
                    (CacheCount) { postings.hits, postings.misses });
      update_health (self, store);
    }
  hits = self->ranges.hits + self->postings.hits;
  asked = hits + self->ranges.misses + self->postings.misses;
  sg_sync_monitor_update_cache_metrics (self->monitor,
                                        asked > 0 ? (double) hits / (double) asked : 0,
                                        queries.cache.n_results + postings.n_entries,
                                        queries.cache.n_bytes + postings.bytes);
}
