/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-consistency.h"

#include <string.h>

#include "sync/sg-sync-monitor-private.h"

/*
 * Comparing
 *
 * Both sides tell their entries in the order of their keys, a batch at a time, and are walked side by
 * side, as lists are merged: a key that only one of them has shows when the other is past it. So
 * neither has to be held in memory, nor asked for one key after the other.
 *
 * They go on changing while they are compared. Something that was written in between may look
 * different although nothing is wrong; what differs is therefore looked at once more when it is
 * repaired, and is left alone if it is in order by then.
 */
#define BATCH           1000
#define MAX_DIFFERENCES 10000

/**
 * Walk:
 * @side: who is walked
 * @entries: (element-type SgSyncEntry): a batch
 * @next: the place of the entry in it that is next
 * @last: whether there is no batch after this one
 */
typedef struct
{
  const SgSyncSide *side;
  GArray *entries;
  guint next;
  gboolean last;
} Walk;

/**
 * Check:
 * @report: what was found so far
 */
typedef struct
{
  SgSyncMonitor *monitor;
  const SgConsistencyOptions *options;
  SgConsistencyReport *report;
  guint batch;
  guint max_differences;
  GCancellable *cancellable;
} Check;

static void
clear_entry (gpointer data)
{
  g_free (((SgSyncEntry *) data)->key);
}

static void
clear_difference (gpointer data)
{
  g_free (((SgDifference *) data)->key);
}

static void
walk_init (Walk             *self,
           const SgSyncSide *side)
{
  self->side = side;
  self->entries = g_array_new (FALSE, FALSE, sizeof (SgSyncEntry));
  self->next = 0;
  self->last = FALSE;
  g_array_set_clear_func (self->entries, clear_entry);
}

static void
walk_clear (Walk *self)
{
  g_array_unref (self->entries);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static gboolean
check_order (const Walk  *self,
             const char  *after,
             GError     **error)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const char *key = g_array_index (self->entries, SgSyncEntry, i).key;

      if (after != NULL && strcmp (key, after) <= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "the %s tells its entries out of order: “%s” comes after “%s”",
                       self->side->name, key, after);
          return FALSE;
        }
      after = key;
    }
  return TRUE;
}

static gboolean
walk_load (Walk    *self,
           Check   *check,
           GError **error)
{
  guint n = self->entries->len;
  g_autofree char *after =
      n > 0 ? g_strdup (g_array_index (self->entries, SgSyncEntry, n - 1).key) : NULL;

  if (g_cancellable_set_error_if_cancelled (check->cancellable, error))
    return FALSE;
  g_array_set_size (self->entries, 0);
  self->next = 0;
  if (!self->side->enumerate (after, check->batch, self->entries, self->side->user_data,
                              check->cancellable, error))
    {
      g_prefix_error (error, "the %s could not be listed: ", self->side->name);
      return FALSE;
    }
  self->last = self->entries->len < check->batch;
  return check_order (self, after, error);
}

/* @ret_entry: (out) (nullable): the entry that is next, or %NULL behind the last one */
static gboolean
walk_peek (Walk               *self,
           Check              *check,
           const SgSyncEntry **ret_entry,
           GError            **error)
{
  if (self->next == self->entries->len && !self->last && !walk_load (self, check, error))
    return FALSE;
  *ret_entry = self->next < self->entries->len
                   ? &g_array_index (self->entries, SgSyncEntry, self->next)
                   : NULL;
  return TRUE;
}

static SgLogSeverity
severity_of (SgDifferenceKind kind)
{
  switch (kind)
    {
    case SG_DIFFERENCE_NOT_CACHED:
      return SG_LOG_INFO;
    case SG_DIFFERENCE_STALE:
      return SG_LOG_WARNING;
    case SG_DIFFERENCE_ORPHAN:
    case SG_DIFFERENCE_AHEAD:
      return SG_LOG_ERROR;
    case SG_DIFFERENCE_CONTENT:
    default:
      return SG_LOG_CRITICAL;
    }
}

static void
add_difference (Check             *self,
                SgDifferenceKind   kind,
                const SgSyncEntry *cached,
                const SgSyncEntry *stored)
{
  SgDifference difference = {
    .kind = kind,
    .severity = severity_of (kind),
    .cache_version = cached != NULL ? cached->version : 0,
    .database_version = stored != NULL ? stored->version : 0,
  };

  self->report->found++;
  self->report->by_severity[difference.severity]++;
  if (self->report->differences->len >= self->max_differences)
    return;
  difference.key = g_strdup (cached != NULL ? cached->key : stored->key);
  g_array_append_val (self->report->differences, difference);
}

static void
compare (Check             *self,
         const SgSyncEntry *cached,
         const SgSyncEntry *stored)
{
  if (stored == NULL)
    add_difference (self, SG_DIFFERENCE_ORPHAN, cached, NULL);
  else if (cached == NULL)
    {
      if (self->options->cache_is_complete)
        add_difference (self, SG_DIFFERENCE_NOT_CACHED, NULL, stored);
    }
  else if (cached->version < stored->version)
    add_difference (self, SG_DIFFERENCE_STALE, cached, stored);
  else if (cached->version > stored->version)
    add_difference (self, SG_DIFFERENCE_AHEAD, cached, stored);
  else if (cached->checksum != stored->checksum)
    add_difference (self, SG_DIFFERENCE_CONTENT, cached, stored);
}

/* Compares what both have next. @ret_more: whether there was anything */
static gboolean
step (Check     *self,
      Walk      *cache,
      Walk      *database,
      gboolean  *ret_more,
      GError   **error)
{
  const SgSyncEntry *cached;
  const SgSyncEntry *stored;
  int order;

  if (!walk_peek (cache, self, &cached, error) || !walk_peek (database, self, &stored, error))
    return FALSE;
  *ret_more = cached != NULL || stored != NULL;
  if (!*ret_more)
    return TRUE;
  if (cached == NULL || stored == NULL)
    order = cached == NULL ? 1 : -1;
  else
    order = strcmp (cached->key, stored->key);
  compare (self, order <= 0 ? cached : NULL, order >= 0 ? stored : NULL);
  cache->next += order <= 0;
  database->next += order >= 0;
  self->report->compared++;
  if (self->options->progress != NULL && self->report->compared % self->batch == 0)
    self->options->progress (self->report->compared, self->options->user_data);
  return TRUE;
}

static gboolean
walk_both (Check             *self,
           const SgSyncSide  *cache,
           const SgSyncSide  *database,
           GError           **error)
{
  g_auto (Walk) cached = { 0 };
  g_auto (Walk) stored = { 0 };
  gboolean more = TRUE;

  walk_init (&cached, cache);
  walk_init (&stored, database);
  while (more)
    {
      if (!step (self, &cached, &stored, &more, error))
        return FALSE;
    }
  return TRUE;
}

static void
count_check (SgSyncMonitor             *monitor,
             const SgConsistencyReport *report)
{
  for (SgLogSeverity severity = SG_LOG_INFO; severity <= SG_LOG_CRITICAL; severity++)
    sg_counter_add (
        sg_family_counter (monitor->inconsistencies,
                           SG_VALUES (report->check_type, sg_log_severity_to_string (severity))),
        (double) report->by_severity[severity]);
  sg_histogram_observe (sg_family_histogram (monitor->check_durations,
                                             SG_VALUES (report->check_type)),
                        (double) report->duration_us / 1e6);
}

static SgConsistencyReport *
report_new (const char *check_type)
{
  SgConsistencyReport *report = g_new0 (SgConsistencyReport, 1);

  report->check_type = g_strdup (check_type);
  report->differences = g_array_new (FALSE, FALSE, sizeof (SgDifference));
  g_array_set_clear_func (report->differences, clear_difference);
  return report;
}

void
sg_consistency_report_free (SgConsistencyReport *self)
{
  g_array_unref (self->differences);
  g_free (self->check_type);
  g_free (self);
}

/**
 * sg_consistency_check:
 * @monitor: where it is counted, and told of as an operation
 * @cache: one side
 * @database: the other
 * @options: how
 * @cancellable: (nullable): to give up
 * @error: return location
 *
 * Compares all that both have. It reads both, and so is for workers.
 *
 * Returns: (transfer full): what differs, or %NULL
 */
SgConsistencyReport *
sg_consistency_check (SgSyncMonitor               *monitor,
                      const SgSyncSide            *cache,
                      const SgSyncSide            *database,
                      const SgConsistencyOptions  *options,
                      GCancellable                *cancellable,
                      GError                     **error)
{
  g_autoptr (SgConsistencyReport) report = report_new (options->check_type);
  g_autoptr (SgSyncOperation) operation = sg_sync_operation_begin (
      monitor, SG_SYNC_CONSISTENCY_CHECK, SG_SYNC_CACHE_UNUSED, options->check_type);
  SgMonotonic start = sg_clock_monotonic (monitor->clock);
  Check check = {
    .monitor = monitor,
    .options = options,
    .report = report,
    .batch = options->batch > 0 ? options->batch : BATCH,
    .max_differences = options->max_differences > 0 ? options->max_differences : MAX_DIFFERENCES,
    .cancellable = cancellable,
  };
  g_autoptr (GError) problem = NULL;

  if (!walk_both (&check, cache, database, &problem))
    {
      gboolean cancelled = g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      sg_sync_operation_fail (operation, cancelled ? SG_SYNC_CANCELLED : SG_SYNC_FAILED,
                              report->compared, problem->message);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  report->duration_us = sg_clock_monotonic (monitor->clock).us - start.us;
  count_check (monitor, report);
  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, report->compared);
  return g_steal_pointer (&report);
}
