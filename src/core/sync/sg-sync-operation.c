/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-monitor-private.h"

/*
 * The way of an operation through the monitor: two looks at the clock, four or five instruments that
 * belong to the calling thread alone, and one word that decides whether it is told of besides.
 */
#define NOT_COMPLETED "left without being completed"

/**
 * SgSyncOperation:
 * @key: (nullable): what it is about; a copy
 * @trace_id: (nullable): likewise
 * @ended: whether it was completed
 */
struct _SgSyncOperation
{
  SgSyncMonitor *monitor;
  SgSyncTypeState *state;
  guint type;
  SgSyncCache cache;
  gboolean ended;
  SgMonotonic start;
  char *key;
  char *trace_id;
};

static void
count_cache (SgSyncTypeState *state,
             SgSyncCache      cache)
{
  if (cache == SG_SYNC_CACHE_HIT)
    sg_counter_inc (state->hits);
  else if (cache == SG_SYNC_CACHE_MISS)
    sg_counter_inc (state->misses);
}

static void
count_end (SgSyncTypeState *state,
           SgSyncStatus     status,
           gint64           duration_us,
           guint64          records)
{
  double seconds = (double) duration_us / 1e6;

  sg_counter_inc (state->ended[status]);
  sg_histogram_observe (state->durations, seconds);
  sg_histogram_observe (state->quantiles, seconds);
  if (records > 0)
    sg_counter_add (state->records, (double) records);
}

static const char *
describe_cache (SgSyncCache cache)
{
  switch (cache)
    {
    case SG_SYNC_CACHE_HIT:
      return "{\"cache\":\"hit\"}";
    case SG_SYNC_CACHE_MISS:
      return "{\"cache\":\"miss\"}";
    case SG_SYNC_CACHE_UNUSED:
    default:
      return NULL;
    }
}

static void
tell (SgSyncMonitor     *self,
      const SgSyncEvent *event,
      SgSyncTypeState   *state)
{
  SgLogRecord record = {
    .time = { event->start.ns + event->duration_us * 1000 },
    .kind = SG_LOG_KIND_OPERATION,
    .severity = sg_sync_status_get_severity (event->status),
    .service = self->service,
    .name = state->name,
    .status = sg_sync_status_to_string (event->status),
    .duration_us = event->duration_us,
    .amount = (gint64) MIN (event->records, G_MAXINT64),
    .key = event->key,
    .message = event->error,
    .trace_id = event->trace_id,
    .fields = describe_cache (event->cache),
  };

  sg_counter_inc (self->kept);
  sg_sync_events_add (self->events, &record);
  if (__atomic_load_n (&self->detailed, __ATOMIC_RELAXED))
    g_debug ("%s %s: %s, %" G_GINT64_FORMAT " µs, %" G_GUINT64_FORMAT " records%s%s", self->service,
             state->name, record.status, event->duration_us, event->records,
             event->error != NULL ? ": " : "", event->error != NULL ? event->error : "");
}

/* Remembers and hands on what was counted already, if it is among those that are told of. */
static void
offer (SgSyncMonitor     *self,
       const SgSyncEvent *event,
       SgSyncTypeState   *state,
       SgMonotonic        now)
{
  gboolean bad = event->status != SG_SYNC_SUCCESS;

  if (sg_sync_events_admit (self->events, now, bad))
    tell (self, event, state);
  else
    sg_counter_inc (self->skipped);
}

/**
 * sg_sync_operation_begin:
 * @monitor: who watches
 * @type: a #SgSyncType, or a type that was added
 * @cache: whether the cache was asked, and had it
 * @key: (nullable): what it is about
 *
 * Returns: (transfer full): the operation, which goes on until it is completed or freed
 */
SgSyncOperation *
sg_sync_operation_begin (SgSyncMonitor *monitor,
                         guint          type,
                         SgSyncCache    cache,
                         const char    *key)
{
  SgSyncOperation *self = g_new (SgSyncOperation, 1);

  self->monitor = monitor;
  self->state = sg_sync_monitor_get_state (monitor, type);
  self->type = type;
  self->cache = cache;
  self->ended = FALSE;
  self->key = g_strdup (key);
  self->trace_id = NULL;
  sg_counter_inc (self->state->begun);
  count_cache (self->state, cache);
  self->start = sg_clock_monotonic (monitor->clock);
  return self;
}

/* What the cache said, where it was asked only after the operation had begun. */
void
sg_sync_operation_set_cache (SgSyncOperation *self,
                             SgSyncCache      cache)
{
  self->cache = cache;
  count_cache (self->state, cache);
}

/* @trace_id: (nullable): the trace it belongs to */
void
sg_sync_operation_set_trace (SgSyncOperation *self,
                             const char      *trace_id)
{
  g_free (self->trace_id);
  self->trace_id = g_strdup (trace_id);
}

/* When it began by the wall clock is worked out from now, and only for those that are told of. */
static void
offer_operation (SgSyncOperation *self,
                 SgSyncStatus     status,
                 guint64          records,
                 const char      *error,
                 SgMonotonic      now)
{
  SgSyncMonitor *monitor = self->monitor;
  SgSyncEvent event = {
    .type = self->type,
    .cache = self->cache,
    .status = status,
    .duration_us = now.us - self->start.us,
    .records = records,
    .key = self->key,
    .error = error,
    .trace_id = self->trace_id,
  };

  if (!sg_sync_events_admit (monitor->events, now, status != SG_SYNC_SUCCESS))
    {
      sg_counter_inc (monitor->skipped);
      return;
    }
  event.start.ns = sg_clock_now_ns (monitor->clock).ns - event.duration_us * 1000;
  tell (monitor, &event, self->state);
}

/**
 * sg_sync_operation_fail:
 * @self: an operation that goes on
 * @status: how it ended
 * @records: how many records it touched all the same
 * @error: (nullable): why it did not succeed
 *
 * Ends it. An operation ends once: what comes later changes nothing.
 */
void
sg_sync_operation_fail (SgSyncOperation *self,
                        SgSyncStatus     status,
                        guint64          records,
                        const char      *error)
{
  SgMonotonic now = sg_clock_monotonic (self->monitor->clock);

  g_return_if_fail ((guint) status < SG_SYNC_N_END_STATUSES);
  if (self->ended)
    return;
  self->ended = TRUE;
  count_end (self->state, status, now.us - self->start.us, records);
  if (G_UNLIKELY (sg_sync_status_get_severity (status) == SG_LOG_ERROR))
    sg_sync_monitor_note_error (self->monitor, self->type, sg_clock_now_ns (self->monitor->clock),
                                error);
  offer_operation (self, status, records, error, now);
}

/**
 * sg_sync_operation_complete:
 * @self: an operation that goes on
 * @status: how it ended
 * @records: how many records it touched
 *
 * Ends it.
 */
void
sg_sync_operation_complete (SgSyncOperation *self,
                            SgSyncStatus     status,
                            guint64          records)
{
  sg_sync_operation_fail (self, status, records, NULL);
}

/**
 * sg_sync_operation_free:
 * @self: an operation
 *
 * Records it as failed if it was not completed.
 */
void
sg_sync_operation_free (SgSyncOperation *self)
{
  if (!self->ended)
    sg_sync_operation_fail (self, SG_SYNC_FAILED, 0, NOT_COMPLETED);
  g_free (self->key);
  g_free (self->trace_id);
  g_free (self);
}

/**
 * sg_sync_monitor_begin_bulk:
 * @self: a monitor
 * @type: what is done
 * @record_count: how many records it is about
 *
 * Returns: (transfer full): the operation
 */
SgSyncOperation *
sg_sync_monitor_begin_bulk (SgSyncMonitor *self,
                            guint          type,
                            guint64        record_count)
{
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT " records", record_count);

  return sg_sync_operation_begin (self, type, SG_SYNC_CACHE_UNUSED, key);
}

/**
 * sg_sync_monitor_report:
 * @self: a monitor
 * @event: an operation that ended, timed by somebody else
 *
 * Counts it as if it had begun and ended here.
 */
void
sg_sync_monitor_report (SgSyncMonitor     *self,
                        const SgSyncEvent *event)
{
  SgSyncTypeState *state = sg_sync_monitor_get_state (self, event->type);

  g_return_if_fail ((guint) event->status < SG_SYNC_N_END_STATUSES);
  sg_counter_inc (state->begun);
  count_cache (state, event->cache);
  count_end (state, event->status, event->duration_us, event->records);
  if (sg_sync_status_get_severity (event->status) == SG_LOG_ERROR)
    sg_sync_monitor_note_error (self, event->type, event->start, event->error);
  offer (self, event, state, sg_clock_monotonic (self->clock));
}

static void
log_cache_event (SgSyncMonitor *self,
                 const char    *key,
                 guint          type,
                 SgSyncCache    cache)
{
  SgSyncTypeState *state = sg_sync_monitor_get_state (self, type);

  count_cache (state, cache);
  if (__atomic_load_n (&self->detailed, __ATOMIC_RELAXED))
    g_debug ("%s %s: cache %s for %s", self->service, state->name,
             cache == SG_SYNC_CACHE_HIT ? "hit" : "miss", key != NULL ? key : "an entry");
}

/**
 * sg_sync_monitor_log_cache_hit:
 * @self: a monitor
 * @key: (nullable): what was asked for
 * @type: what it was asked for
 */
void
sg_sync_monitor_log_cache_hit (SgSyncMonitor *self,
                               const char    *key,
                               guint          type)
{
  log_cache_event (self, key, type, SG_SYNC_CACHE_HIT);
}

/**
 * sg_sync_monitor_log_cache_miss:
 * @self: a monitor
 * @key: (nullable): what was asked for
 * @type: what it was asked for
 */
void
sg_sync_monitor_log_cache_miss (SgSyncMonitor *self,
                                const char    *key,
                                guint          type)
{
  log_cache_event (self, key, type, SG_SYNC_CACHE_MISS);
}
