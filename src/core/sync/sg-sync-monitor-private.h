/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sync/sg-sync-events.h"
#include "sync/sg-sync-monitor.h"

G_BEGIN_DECLS

#define SG_SYNC_MAX_TYPES 256

/**
 * SgSyncTypeState:
 * @name: its name
 * @begun: operations that began
 * @ended: by how they ended
 * @durations: what scrapers see
 * @quantiles: the same in finer buckets, for the statistics
 * @records: records they touched
 * @hits: cache hits
 * @misses: cache misses
 *
 * All that is counted of a type. It is made once and then only its instruments change.
 */
typedef struct
{
  char *name;
  SgCounter begun;
  SgCounter ended[SG_SYNC_N_END_STATUSES];
  SgHistogram durations;
  SgHistogram quantiles;
  SgCounter records;
  SgCounter hits;
  SgCounter misses;
} SgSyncTypeState;

/**
 * SgLastError:
 * @text: (nullable): what it said
 * @time: when
 */
typedef struct
{
  char *text;
  SgTimeNs time;
} SgLastError;

/**
 * SgSyncMonitor:
 * @fine: a registry that nobody scrapes, with the finer buckets
 * @types: filled from the front; entries appear with release order and never change
 * @n_types: how many there are, atomic
 * @lock: guards the adding of types, and @last_errors
 * @last_errors: why the last operation of each type that failed did; the last entry is of all
 */
struct _SgSyncMonitor
{
  GObject parent_instance;

  SgRegistry *registry;
  SgRegistry *fine;
  SgClock *clock;
  char *prefix;
  char *service;
  double hit_rate_factor;
  guint max_types;
  gboolean detailed;
  SgSyncEvents *events;
  SgSyncTypeState *types[SG_SYNC_MAX_TYPES];
  guint n_types;
  SgLock lock;
  SgLastError last_errors[SG_SYNC_MAX_TYPES + 1];

  SgFamily *operations;
  SgFamily *durations;
  SgFamily *fine_durations;
  SgFamily *fine_begun;
  SgFamily *records;
  SgFamily *cache_events;
  SgFamily *connection_errors;
  SgFamily *breaker_states;
  SgFamily *breaker_failures;
  SgFamily *check_durations;
  SgFamily *inconsistencies;
  SgFamily *reconciliations;
  SgFamily *reconciliation_durations;
  SgGauge hit_rate;
  SgGauge cache_size;
  SgGauge cache_memory;
  SgGauge database_health;
  SgCounter kept;
  SgCounter skipped;
  guint collector;
};

void             sg_sync_monitor_add_families (SgSyncMonitor      *self);
SgSyncTypeState *sg_sync_monitor_make_type    (SgSyncMonitor      *self,
                                               const char         *name);
guint64          sg_sync_type_count_active    (SgSyncTypeState    *state);
void             sg_sync_monitor_note_error   (SgSyncMonitor      *self,
                                               guint               type,
                                               SgTimeNs            time,
                                               const char         *error);

/* What a type that nobody has added counts as, so that a wrong number is seen and does no harm. */
static inline SgSyncTypeState *
sg_sync_monitor_get_state (SgSyncMonitor *self,
                           guint          type)
{
  guint n = __atomic_load_n (&self->n_types, __ATOMIC_ACQUIRE);

  g_return_val_if_fail (type < n, self->types[0]);
  return self->types[type];
}

G_END_DECLS
