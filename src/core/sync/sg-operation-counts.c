/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-counts.h"

#include "base/sg-error.h"
#include "base/sg-lock.h"

#define PREFIX "reported"

/* From a hit in memory to a bulk operation of minutes. */
static const double bounds[] = { 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                 0.25,   0.5,    1,     2.5,    5,     10,   30,    60 };

struct _SgOperationSeries
{
  SgCounter ended[SG_SYNC_N_END_STATUSES];
  SgHistogram durations;
  SgCounter records;
  SgCounter hits;
  SgCounter misses;
};

/**
 * Service:
 * @types: (element-type utf8 SgOperationSeries): by name
 */
typedef struct
{
  char *name;
  GHashTable *types;
} Service;

/**
 * SgOperationCounts:
 * @lock: guards @services and what is in them; series are only added
 * @services: (element-type utf8 Service): by name
 */
struct _SgOperationCounts
{
  SgRegistry *registry;
  SgFamily *operations;
  SgFamily *durations;
  SgFamily *records;
  SgFamily *cache_events;
  SgLock lock;
  GHashTable *services;
};

static void
service_free (gpointer data)
{
  Service *service = data;

  g_hash_table_unref (service->types);
  g_free (service->name);
  g_free (service);
}

/**
 * sg_operation_counts_new:
 * @registry: where the families are to be
 *
 * Returns: (transfer full): counts without any series yet
 */
SgOperationCounts *
sg_operation_counts_new (SgRegistry *registry)
{
  SgOperationCounts *self = g_new0 (SgOperationCounts, 1);

  self->registry = g_object_ref (registry);
  sg_registry_set_max_children (registry, G_MAXUINT);
  self->operations = sg_registry_counter_family (registry, PREFIX "_sync_operations_total",
                                                 "Operations that applications reported.",
                                                 "service", "operation_type", "status", NULL);
  self->durations =
      sg_registry_histogram_family (registry, PREFIX "_sync_operation_duration_seconds",
                                    "How long reported operations took.", bounds,
                                    G_N_ELEMENTS (bounds), "service", "operation_type", NULL);
  self->records = sg_registry_counter_family (registry, PREFIX "_sync_affected_records_total",
                                              "Records that reported operations touched.",
                                              "service", "operation_type", NULL);
  self->cache_events =
      sg_registry_counter_family (registry, PREFIX "_cache_events_total",
                                  "Hits and misses of caches that applications reported.",
                                  "event_type", "service", "operation_type", NULL);
  sg_lock_init (&self->lock);
  self->services = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, service_free);
  return self;
}

void
sg_operation_counts_free (SgOperationCounts *self)
{
  g_hash_table_unref (self->services);
  g_object_unref (self->registry);
  sg_lock_clear (&self->lock);
  g_free (self);
}

static SgOperationSeries *
add_type (SgOperationCounts *self,
          Service           *service,
          const char        *type)
{
  SgOperationSeries *series = g_new0 (SgOperationSeries, 1);

  for (guint i = 0; i < SG_SYNC_N_END_STATUSES; i++)
    series->ended[i] = sg_family_counter (self->operations,
                                          SG_VALUES (service->name, type,
                                                     sg_sync_status_to_string ((SgSyncStatus) i)));
  series->durations = sg_family_histogram (self->durations, SG_VALUES (service->name, type));
  series->records = sg_family_counter (self->records, SG_VALUES (service->name, type));
  series->hits = sg_family_counter (self->cache_events, SG_VALUES ("hit", service->name, type));
  series->misses = sg_family_counter (self->cache_events, SG_VALUES ("miss", service->name, type));
  g_hash_table_insert (service->types, g_strdup (type), series);
  return series;
}

static Service *
add_service (SgOperationCounts *self,
             const char        *name)
{
  Service *service = g_new0 (Service, 1);

  service->name = g_strdup (name);
  service->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->services, service->name, service);
  return service;
}

/**
 * sg_operation_counts_find:
 * @self: counts
 * @service: who reports
 * @type: what it did
 * @error: which bound was reached
 *
 * Returns: (transfer none) (nullable): where it is counted
 */
SgOperationSeries *
sg_operation_counts_find (SgOperationCounts  *self,
                          const char         *service,
                          const char         *type,
                          GError            **error)
{
  SgOperationSeries *series;
  Service *found;

  SG_LOCK_SCOPE (&self->lock);
  found = g_hash_table_lookup (self->services, service);
  if (found == NULL && g_hash_table_size (self->services) >= SG_OPERATION_SERVICES_MAX)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "“service” would be one more than the %d that may report: write the application "
                   "there, and what is different each time into “key”",
                   SG_OPERATION_SERVICES_MAX);
      return NULL;
    }
  if (found == NULL)
    found = add_service (self, service);
  series = g_hash_table_lookup (found->types, type);
  if (series != NULL)
    return series;
  if (g_hash_table_size (found->types) < SG_SYNC_N_KNOWN_TYPES + SG_OPERATION_TYPES_MAX)
    return add_type (self, found, type);
  g_set_error (
      error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
      "“type” would be one more than the %d of its own that an application may have: write "
      "what is different each time into “key”",
      SG_OPERATION_TYPES_MAX);
  return NULL;
}

/**
 * sg_operation_series_count:
 * @self: where
 * @status: how it ended
 * @cache: whether a cache was asked, and had it
 * @duration_us: how long it took, or %SG_LOG_NONE
 * @records: how many records it touched, or %SG_LOG_NONE
 *
 * Counts an operation. One whose duration was not told is none among the durations.
 */
void
sg_operation_series_count (SgOperationSeries *self,
                           SgSyncStatus       status,
                           SgSyncCache        cache,
                           gint64             duration_us,
                           gint64             records)
{
  sg_counter_inc (self->ended[status]);
  if (duration_us >= 0)
    sg_histogram_observe (self->durations, (double) duration_us / 1e6);
  if (records > 0)
    sg_counter_add (self->records, (double) records);
  if (cache == SG_SYNC_CACHE_HIT)
    sg_counter_inc (self->hits);
  else if (cache == SG_SYNC_CACHE_MISS)
    sg_counter_inc (self->misses);
}
