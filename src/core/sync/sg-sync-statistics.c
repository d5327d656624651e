/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-monitor-private.h"

#include <math.h>
#include <string.h>

/*
 * Quantiles are read from buckets, five in each power of ten, as if what fell into a bucket were
 * spread evenly over it.
 *
 * Durations: one for each type, added up for all of them.
 */
typedef struct
{
  const char *type;
  const double *bounds;
  guint n_bounds;
  guint64 *buckets;
  guint64 count;
  double sum;
} Durations;

static void
add_points (const SgFamilyView *family,
            const SgPoint      *points,
            gsize               n_points,
            gpointer            user_data)
{
  Durations *self = user_data;

  if (family->kind != SG_METRIC_HISTOGRAM)
    return;
  if (self->buckets == NULL)
    {
      self->n_bounds = family->n_bounds;
      self->bounds = g_memdup2 (family->bounds, family->n_bounds * sizeof (double));
      self->buckets = g_new0 (guint64, family->n_bounds + 1);
    }
  for (gsize i = 0; i < n_points; i++)
    {
      if (self->type != NULL && !g_str_equal (points[i].values[0], self->type))
        continue;
      for (guint b = 0; b <= self->n_bounds; b++)
        self->buckets[b] += points[i].buckets[b];
      self->count += points[i].count;
      self->sum += points[i].sum;
    }
}

static void
begin_family (const SgFamilyView *family,
              gpointer            user_data)
{
}

static double
get_quantile (const Durations *self,
              double           q)
{
  double rank = q * (double) self->count;
  double below = 0;

  if (self->count == 0)
    return NAN;
  for (guint b = 0; b < self->n_bounds; b++)
    {
      double n = (double) self->buckets[b];

      if (below + n >= rank && n > 0)
        {
          double low = b > 0 ? self->bounds[b - 1] : 0;

          return low + (self->bounds[b] - low) * (rank - below) / n;
        }
      below += n;
    }
  return self->bounds[self->n_bounds - 1];
}

static void
read_durations (SgSyncMonitor    *self,
                const char       *type,
                SgSyncStatistics *statistics)
{
  Durations durations = { .type = type };
  SgFamilyVisitor visitor = { .begin = begin_family,
                              .points = add_points,
                              .user_data = &durations };

  sg_registry_visit (self->fine, &visitor);
  statistics->mean = durations.count > 0 ? durations.sum / (double) durations.count : NAN;
  statistics->p50 = get_quantile (&durations, 0.5);
  statistics->p95 = get_quantile (&durations, 0.95);
  statistics->p99 = get_quantile (&durations, 0.99);
  g_free ((gpointer) durations.bounds);
  g_free (durations.buckets);
}

/* What ended is read first: else an operation that begins and ends in between would be active for ever. */
guint64
sg_sync_type_count_active (SgSyncTypeState *state)
{
  double ended = 0;
  double begun;

  for (guint i = 0; i < SG_SYNC_N_END_STATUSES; i++)
    ended += sg_counter_get (state->ended[i]);
  begun = sg_counter_get (state->begun);
  return begun > ended ? (guint64) (begun - ended) : 0;
}

static void
add_counts (const SgSyncTypeState *state,
            SgSyncStatistics      *statistics)
{
  for (guint i = 0; i < SG_SYNC_N_END_STATUSES; i++)
    {
      guint64 n = (guint64) sg_counter_get (state->ended[i]);

      statistics->by_status[i] += n;
      statistics->count += n;
    }
  statistics->records += (guint64) sg_counter_get (state->records);
}

static void
finish (SgSyncMonitor    *self,
        guint             error_index,
        const char       *type,
        SgSyncStatistics *statistics)
{
  const SgLastError *last = &self->last_errors[error_index];

  statistics->success_rate = statistics->count > 0 ? (double) statistics->by_status[SG_SYNC_SUCCESS]
                                                         / (double) statistics->count
                                                   : NAN;
  read_durations (self, type, statistics);
  SG_LOCK_SCOPE (&self->lock);
  statistics->last_error = g_strdup (last->text);
  statistics->last_error_time = last->time;
}

/**
 * sg_sync_monitor_get_statistics:
 * @self: a monitor
 * @ret_statistics: (out caller-allocates): of all operations since it was made; clear it with
 *   sg_sync_statistics_clear()
 */
void
sg_sync_monitor_get_statistics (SgSyncMonitor    *self,
                                SgSyncStatistics *ret_statistics)
{
  guint n = __atomic_load_n (&self->n_types, __ATOMIC_ACQUIRE);

  *ret_statistics = (SgSyncStatistics) { 0 };
  for (guint i = 0; i < n; i++)
    {
      ret_statistics->active += sg_sync_type_count_active (self->types[i]);
      add_counts (self->types[i], ret_statistics);
    }
  finish (self, SG_SYNC_MAX_TYPES, NULL, ret_statistics);
}

/**
 * sg_sync_monitor_get_type_statistics:
 * @self: a monitor
 * @type: a type
 * @ret_statistics: (out caller-allocates): of the operations of this type
 *
 * Returns: %FALSE when there was none yet; then nothing has to be cleared
 */
gboolean
sg_sync_monitor_get_type_statistics (SgSyncMonitor    *self,
                                     guint             type,
                                     SgSyncStatistics *ret_statistics)
{
  SgSyncTypeState *state = sg_sync_monitor_get_state (self, type);
  SgSyncStatistics statistics = { .active = sg_sync_type_count_active (state) };

  add_counts (state, &statistics);
  if (statistics.count == 0 && statistics.active == 0)
    return FALSE;
  finish (self, type, state->name, &statistics);
  *ret_statistics = statistics;
  return TRUE;
}

void
sg_sync_statistics_clear (SgSyncStatistics *self)
{
  g_clear_pointer (&self->last_error, g_free);
}

static void
describe_one (GString                *text,
              const char             *name,
              const SgSyncStatistics *s)
{
  g_string_append_printf (text,
                          "%s: %" G_GUINT64_FORMAT " operations, %.1f %% succeeded, "
                          "mean %.3f ms, p95 %.3f ms, p99 %.3f ms, %" G_GUINT64_FORMAT " records",
                          name, s->count, s->success_rate * 100, s->mean * 1e3, s->p95 * 1e3,
                          s->p99 * 1e3, s->records);
  if (s->active > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " active", s->active);
  if (s->last_error != NULL)
    g_string_append_printf (text, "; last error: %s", s->last_error);
  g_string_append_c (text, '\n');
}

/**
 * sg_sync_monitor_describe_performance:
 * @self: a monitor
 *
 * Returns: (transfer full): how it went so far, in a line for all operations and one for each type
 *   that there were any of
 */
char *
sg_sync_monitor_describe_performance (SgSyncMonitor *self)
{
  GString *text = g_string_new (NULL);
  g_auto (SgSyncStatistics) all = { 0 };

  sg_sync_monitor_get_statistics (self, &all);
  if (all.count == 0)
    g_string_append (text, "no operation has ended yet\n");
  else
    describe_one (text, "all", &all);
  for (guint i = 0; i < sg_sync_monitor_get_n_types (self); i++)
    {
      g_auto (SgSyncStatistics) one = { 0 };

      if (sg_sync_monitor_get_type_statistics (self, i, &one) && one.count > 0)
        describe_one (text, self->types[i]->name, &one);
    }
  return g_string_free (text, FALSE);
}

/**
 * sg_sync_monitor_log_performance_summary:
 * @self: a monitor
 *
 * Writes it down, as a record of the log.
 */
void
sg_sync_monitor_log_performance_summary (SgSyncMonitor *self)
{
  g_autofree char *text = sg_sync_monitor_describe_performance (self);
  SgLogRecord record = SG_LOG_RECORD_INIT;

  record.time = sg_clock_now_ns (self->clock);
  record.service = self->service;
  record.name = "performance_summary";
  record.message = g_strchomp (text);
  sg_sync_events_add (self->events, &record);
}
