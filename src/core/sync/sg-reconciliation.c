/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-consistency.h"

#include <string.h>

#include "sync/sg-sync-monitor-private.h"

#define PROGRESS_EVERY 100

static const char *const strategy_names[] = { "database_wins", "cache_wins", "newest_wins",
                                              "manual" };

static const char *const difference_names[] = { "not cached", "stale", "orphan", "ahead",
                                                "content differs" };

G_STATIC_ASSERT (G_N_ELEMENTS (strategy_names) == SG_SYNC_N_STRATEGIES);
G_STATIC_ASSERT (G_N_ELEMENTS (difference_names) == SG_DIFFERENCE_CONTENT + 1);

/**
 * Pair:
 * @cached: (nullable): what the cache has now
 * @stored: (nullable): what the database has now
 */
typedef struct
{
  GBytes *cached;
  GBytes *stored;
  guint64 cached_version;
  guint64 stored_version;
} Pair;

static void
pair_clear (Pair *self)
{
  g_clear_pointer (&self->cached, g_bytes_unref);
  g_clear_pointer (&self->stored, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

const char *
sg_sync_strategy_to_string (SgSyncStrategy strategy)
{
  g_return_val_if_fail ((guint) strategy < SG_SYNC_N_STRATEGIES, NULL);

  return strategy_names[strategy];
}

gboolean
sg_sync_strategy_from_string (const char     *text,
                              SgSyncStrategy *ret_strategy)
{
  for (guint i = 0; i < SG_SYNC_N_STRATEGIES; i++)
    {
      if (g_str_equal (strategy_names[i], text))
        {
          *ret_strategy = (SgSyncStrategy) i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
fetch_side (const SgSyncSide  *side,
            const char        *key,
            GBytes           **ret_content,
            guint64           *ret_version,
            GError           **error)
{
  g_autoptr (GError) problem = NULL;
  guint64 version = 0;
  GBytes *content = side->fetch (key, &version, side->user_data, &problem);

  if (problem != NULL)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&problem),
                                  "the %s could not be read: ", side->name);
      return FALSE;
    }
  *ret_content = content;
  *ret_version = content != NULL ? version : 0;
  return TRUE;
}

static gboolean
is_settled (const Pair *pair)
{
  if (pair->cached == NULL || pair->stored == NULL)
    return pair->cached == pair->stored;
  return pair->cached_version == pair->stored_version && g_bytes_equal (pair->cached, pair->stored);
}

static gboolean
cache_wins (const Pair     *pair,
            SgSyncStrategy  strategy)
{
  if (strategy == SG_SYNC_NEWEST_WINS)
    return pair->cached_version > pair->stored_version;
  return strategy == SG_SYNC_CACHE_WINS;
}

/* Both are read once more: what was written since the check may have settled it, or changed who wins. */
static gboolean
repair_one (const SgSyncSide    *cache,
            const SgSyncSide    *database,
            const SgDifference  *difference,
            SgSyncStrategy       strategy,
            GError             **error)
{
  g_auto (Pair) pair = { 0 };
  const char *key = difference->key;

  if (!fetch_side (cache, key, &pair.cached, &pair.cached_version, error)
      || !fetch_side (database, key, &pair.stored, &pair.stored_version, error))
    return FALSE;
  if (is_settled (&pair))
    return TRUE;
  if (cache_wins (&pair, strategy))
    return database->repair (key, pair.cached, pair.cached_version, database->user_data, error);
  return cache->repair (key, pair.stored, pair.stored_version, cache->user_data, error);
}

static void
write_down (SgSyncMonitor      *monitor,
            const SgDifference *difference,
            SgSyncStrategy      strategy,
            const char         *status,
            const char         *error)
{
  g_autofree char *fields =
      g_strdup_printf ("{\"difference\":\"%s\",\"cache_version\":%" G_GUINT64_FORMAT
                       ",\"database_version\":%" G_GUINT64_FORMAT "}",
                       difference_names[difference->kind], difference->cache_version,
                       difference->database_version);
  SgLogRecord record = SG_LOG_RECORD_INIT;

  record.time = sg_clock_now_ns (monitor->clock);
  record.kind = SG_LOG_KIND_AUDIT;
  record.severity = error != NULL ? SG_LOG_ERROR : difference->severity;
  record.service = monitor->service;
  record.name = strategy_names[strategy];
  record.status = status;
  record.key = difference->key;
  record.message = error;
  record.fields = fields;
  sg_sync_events_add (monitor->events, &record);
}

static void
settle (SgSyncMonitor      *monitor,
        const SgSyncSide   *cache,
        const SgSyncSide   *database,
        const SgDifference *difference,
        SgSyncStrategy      strategy,
        SgReconciliation   *result)
{
  g_autoptr (GError) problem = NULL;
  const char *status;

  if (strategy == SG_SYNC_MANUAL)
    {
      result->left++;
      status = "left";
    }
  else if (repair_one (cache, database, difference, strategy, &problem))
    {
      result->repaired++;
      status = "success";
    }
  else
    {
      result->failed++;
      status = "failed";
      if (result->first_error == NULL)
        result->first_error = g_strdup_printf (
            "%s: %s", difference->key, problem != NULL ? problem->message : "no reason given");
    }
  sg_counter_inc (
      sg_family_counter (monitor->reconciliations, SG_VALUES (strategy_names[strategy], status)));
  write_down (monitor, difference, strategy, status, problem != NULL ? problem->message : NULL);
}

static SgSyncStatus
status_of (const SgReconciliation *result,
           gboolean                cancelled)
{
  if (cancelled)
    return SG_SYNC_CANCELLED;
  if (result->failed == 0)
    return SG_SYNC_SUCCESS;
  return result->repaired > 0 ? SG_SYNC_PARTIAL : SG_SYNC_FAILED;
}

void
sg_reconciliation_clear (SgReconciliation *self)
{
  g_clear_pointer (&self->first_error, g_free);
}

/**
 * sg_sync_reconcile:
 * @monitor: where it is counted, and told of as an operation
 * @cache: one side
 * @database: the other
 * @report: what differed
 * @strategy: who wins
 * @progress: (nullable) (scope call): called now and then
 * @user_data: for @progress
 * @cancellable: (nullable): to give up; what was repaired until then stays so
 * @ret_result: (out caller-allocates): what was done, set in any case
 * @error: return location
 *
 * Repairs what differs. One that cannot be repaired does not keep the others from it. It writes to
 * both, and so is for workers.
 *
 * Returns: %FALSE if it was given up
 */
gboolean
sg_sync_reconcile (SgSyncMonitor              *monitor,
                   const SgSyncSide           *cache,
                   const SgSyncSide           *database,
                   const SgConsistencyReport  *report,
                   SgSyncStrategy              strategy,
                   SgConsistencyProgress       progress,
                   gpointer                    user_data,
                   GCancellable               *cancellable,
                   SgReconciliation           *ret_result,
                   GError                    **error)
{
  g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
      monitor, SG_SYNC_RECONCILIATION, SG_SYNC_CACHE_UNUSED, report->check_type);
  SgMonotonic start = sg_clock_monotonic (monitor->clock);
  SgReconciliation result = { 0 };
  gboolean cancelled = FALSE;

  for (guint i = 0; i < report->differences->len && !cancelled; i++)
    {
      settle (monitor, cache, database, &g_array_index (report->differences, SgDifference, i),
              strategy, &result);
      if (progress != NULL && (i + 1) % PROGRESS_EVERY == 0)
        progress (i + 1, user_data);
      cancelled = g_cancellable_is_cancelled (cancellable);
    }
  result.duration_us = sg_clock_monotonic (monitor->clock).us - start.us;
  sg_histogram_observe (sg_family_histogram (monitor->reconciliation_durations,
                                             SG_VALUES (strategy_names[strategy])),
                        (double) result.duration_us / 1e6);
  sg_sync_operation_fail (operation, status_of (&result, cancelled), result.repaired,
                          result.first_error);
  *ret_result = result;
  return !cancelled || !g_cancellable_set_error_if_cancelled (cancellable, error);
}
