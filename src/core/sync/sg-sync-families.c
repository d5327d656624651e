/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-monitor-private.h"

#include <math.h>

/* From a hit in memory to a bulk operation of minutes. */
static const double bounds[] = { 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                 0.25,   0.5,    1,     2.5,    5,     10,   30,    60 };

/* Five buckets in each power of ten, from a microsecond on: a quantile is wrong by a few per cent. */
#define FINE_FROM       (-6)
#define FINE_PER_DECADE 5
#define N_FINE          46

#define MAX_CONNECTION_ERRORS 64

static char *
name_of (SgSyncMonitor *self,
         const char    *name)
{
  return g_strconcat (self->prefix, "_", name, NULL);
}

static SgFamily *
add_counters (SgSyncMonitor *self,
              const char    *name,
              const char    *help,
              const char    *first_label,
              const char    *second_label)
{
  g_autofree char *full = name_of (self, name);

  return sg_registry_counter_family (self->registry, full, help, first_label, second_label, NULL);
}

static SgGauge
add_gauge (SgSyncMonitor *self,
           const char    *name,
           const char    *help)
{
  g_autofree char *full = name_of (self, name);

  return sg_registry_gauge (self->registry, full, help);
}

static SgFamily *
add_durations (SgSyncMonitor *self,
               const char    *name,
               const char    *help,
               const char    *label)
{
  g_autofree char *full = name_of (self, name);

  return sg_registry_histogram_family (self->registry, full, help, bounds, G_N_ELEMENTS (bounds),
                                       label, NULL);
}

static void
add_fine_families (SgSyncMonitor *self)
{
  double fine[N_FINE];

  for (gint i = 0; i < N_FINE; i++)
    fine[i] = pow (10, FINE_FROM + (double) i / FINE_PER_DECADE);
  self->fine = sg_registry_new (self->clock);
  self->fine_durations = sg_registry_histogram_family (
      self->fine, "durations", "How long operations took.", fine, N_FINE, "type", NULL);
  self->fine_begun =
      sg_registry_counter_family (self->fine, "begun", "Operations that began.", "type", NULL);
}

/* How many go on is what began less what ended: two counters that no threads share, and no gauge that all do. */
static void
collect_active (SgCollection *collection,
                gpointer      user_data)
{
  SgSyncMonitor *self = user_data;
  guint n = __atomic_load_n (&self->n_types, __ATOMIC_ACQUIRE);
  g_autofree char *name = name_of (self, "sync_active_operations");

  sg_collection_add_family (collection, SG_METRIC_GAUGE, name, "Sync operations that go on.", NULL,
                            SG_VALUES ("operation_type"));
  for (guint i = 0; i < n; i++)
    sg_collection_add (collection, SG_VALUES (self->types[i]->name),
                       (double) sg_sync_type_count_active (self->types[i]));
}

static void
add_events (SgSyncMonitor *self)
{
  SgFamily *family = add_counters (self, "sync_events_total",
                                   "Sync operations that were told of one by one, or only counted.",
                                   "outcome", NULL);

  self->kept = sg_family_counter (family, SG_VALUES ("kept"));
  self->skipped = sg_family_counter (family, SG_VALUES ("skipped"));
}

static void
add_breakers (SgSyncMonitor *self)
{
  g_autofree char *states = name_of (self, "circuit_breaker_state");

  self->breaker_states =
      sg_registry_gauge_family (self->registry, states,
                                "How a circuit breaker is: 0 closed, 1 open, 2 half-open.",
                                "breaker_name", NULL);
  self->breaker_failures =
      add_counters (self, "circuit_breaker_failures_total",
                    "Failures that a circuit breaker has seen.", "breaker_name", NULL);
}

static void
add_checks (SgSyncMonitor *self)
{
  self->check_durations = add_durations (self, "consistency_check_duration_seconds",
                                         "How long consistency checks took.", "check_type");
  self->inconsistencies = add_counters (self, "consistency_inconsistencies_total",
                                        "Differences between cache and database that checks found.",
                                        "check_type", "severity");
  self->reconciliations =
      add_counters (self, "reconciliation_operations_total",
                    "Differences that were reconciled, or not.", "strategy", "status");
  self->reconciliation_durations = add_durations (self, "reconciliation_duration_seconds",
                                                  "How long reconciliations took.", "strategy");
}

/* The families that the monitor of a cache and its database has, by these very names. */
void
sg_sync_monitor_add_families (SgSyncMonitor *self)
{
  self->operations = add_counters (self, "sync_operations_total", "Sync operations that ended.",
                                   "operation_type", "status");
  self->durations = add_durations (self, "sync_operation_duration_seconds",
                                   "How long sync operations took.", "operation_type");
  self->records = add_counters (self, "sync_affected_records_total",
                                "Records that sync operations touched.", "operation_type", NULL);
  self->cache_events = add_counters (self, "cache_events_total", "Hits and misses of the cache.",
                                     "event_type", "operation_type");
  self->hit_rate =
      add_gauge (self, "cache_hit_rate",
                 self->hit_rate_factor == 1 ? "The share of look-ups that the cache could answer."
                                            : "Look-ups that the cache could answer, in per cent.");
  self->cache_size = add_gauge (self, "cache_size", "Entries of the cache.");
  self->cache_memory = add_gauge (self, "cache_memory_usage_bytes", "What the cache takes.");
  self->database_health =
      add_gauge (self, "database_health_status", "Whether the database is healthy: 1, or 0.");
  self->connection_errors =
      add_counters (self, "database_connection_errors_total",
                    "Connections to the database that failed.", "error_type", NULL);
  sg_family_set_max_children (self->connection_errors, MAX_CONNECTION_ERRORS);
  add_breakers (self);
  add_checks (self);
  add_events (self);
  add_fine_families (self);
  self->collector = sg_registry_add_collector (self->registry, collect_active, self, NULL);
}

/* Returns: (transfer full): a type whose series are all there, at 0 */
SgSyncTypeState *
sg_sync_monitor_make_type (SgSyncMonitor *self,
                           const char    *name)
{
  SgSyncTypeState *state = g_new0 (SgSyncTypeState, 1);

  state->name = g_strdup (name);
  for (guint i = 0; i < SG_SYNC_N_END_STATUSES; i++)
    state->ended[i] = sg_family_counter (
        self->operations, SG_VALUES (name, sg_sync_status_to_string ((SgSyncStatus) i)));
  state->begun = sg_family_counter (self->fine_begun, SG_VALUES (name));
  state->durations = sg_family_histogram (self->durations, SG_VALUES (name));
  state->quantiles = sg_family_histogram (self->fine_durations, SG_VALUES (name));
  state->records = sg_family_counter (self->records, SG_VALUES (name));
  state->hits = sg_family_counter (self->cache_events, SG_VALUES ("hit", name));
  state->misses = sg_family_counter (self->cache_events, SG_VALUES ("miss", name));
  return state;
}
