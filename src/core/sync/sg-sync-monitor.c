/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-monitor-private.h"

#include "base/sg-error.h"

#define DEFAULT_MAX_TYPES  32
#define DEFAULT_MAX_RECENT 1000
#define DEFAULT_MAX_EVENTS 20000

G_DEFINE_FINAL_TYPE (SgSyncMonitor, sg_sync_monitor, G_TYPE_OBJECT)

static void
sg_sync_monitor_finalize (GObject *object)
{
  SgSyncMonitor *self = SG_SYNC_MONITOR (object);

  sg_registry_remove_collector (self->registry, self->collector);
  for (guint i = 0; i < self->n_types; i++)
    {
      g_free (self->types[i]->name);
      g_free (self->types[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->last_errors); i++)
    g_free (self->last_errors[i].text);
  g_clear_pointer (&self->events, sg_sync_events_free);
  g_clear_object (&self->fine);
  g_clear_object (&self->registry);
  g_clear_object (&self->clock);
  g_free (self->prefix);
  g_free (self->service);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_sync_monitor_parent_class)->finalize (object);
}

static void
sg_sync_monitor_class_init (SgSyncMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_sync_monitor_finalize;
}

static void
sg_sync_monitor_init (SgSyncMonitor *self)
{
  sg_lock_init (&self->lock);
}

static void
push_type (SgSyncMonitor *self,
           const char    *name)
{
  self->types[self->n_types] = sg_sync_monitor_make_type (self, name);
  __atomic_store_n (&self->n_types, self->n_types + 1, __ATOMIC_RELEASE);
}

static guint
or_default (guint value,
            guint default_value)
{
  return value > 0 ? value : default_value;
}

/**
 * sg_sync_monitor_new:
 * @options: for whom, and how much
 *
 * Returns: (transfer full): a monitor; its series of the known types are there, at 0
 */
SgSyncMonitor *
sg_sync_monitor_new (const SgSyncMonitorOptions *options)
{
  SgSyncMonitor *self = g_object_new (SG_TYPE_SYNC_MONITOR, NULL);

  self->registry = g_object_ref (options->registry);
  self->clock = g_object_ref (options->clock != NULL ? options->clock : sg_clock_get_system ());
  self->prefix = g_strdup (options->prefix);
  self->service = g_strdup (options->service);
  self->hit_rate_factor = options->hit_rate_in_percent ? 100 : 1;
  self->max_types = SG_SYNC_N_KNOWN_TYPES + or_default (options->max_types, DEFAULT_MAX_TYPES);
  self->max_types = MIN (self->max_types, SG_SYNC_MAX_TYPES);
  self->events = sg_sync_events_new (or_default (options->max_recent, DEFAULT_MAX_RECENT),
                                     or_default (options->max_events, DEFAULT_MAX_EVENTS));
  sg_sync_monitor_add_families (self);
  for (guint i = 0; i < SG_SYNC_N_KNOWN_TYPES; i++)
    push_type (self, sg_sync_type_to_string ((SgSyncType) i));
  return self;
}

SgRegistry *
sg_sync_monitor_get_registry (SgSyncMonitor *self)
{
  return self->registry;
}

const char *
sg_sync_monitor_get_prefix (SgSyncMonitor *self)
{
  return self->prefix;
}

SgClock *
sg_sync_monitor_get_clock (SgSyncMonitor *self)
{
  return self->clock;
}

static gboolean
find_type (SgSyncMonitor *self,
           const char    *name,
           guint         *ret_type)
{
  guint n = __atomic_load_n (&self->n_types, __ATOMIC_ACQUIRE);

  for (guint i = 0; i < n; i++)
    {
      if (g_str_equal (self->types[i]->name, name))
        {
          *ret_type = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * sg_sync_monitor_add_type:
 * @self: a monitor
 * @name: the name of a type, known or not: letters, digits, “_”, “-”, “.”, “:”
 * @ret_type: (out): its number
 * @error: return location
 *
 * Returns: %FALSE if that is no name, or there are as many types as may be
 */
gboolean
sg_sync_monitor_add_type (SgSyncMonitor  *self,
                          const char     *name,
                          guint          *ret_type,
                          GError        **error)
{
  if (find_type (self, name, ret_type))
    return TRUE;
  if (!sg_sync_type_name_is_valid (name))
    {
      g_autofree char *quoted = sg_error_quote (name, -1);

      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s is no type of operation: it begins with a letter, has at most 64 letters, "
                   "digits and “_”, “-”, “.”, “:”",
                   quoted);
      return FALSE;
    }
  SG_LOCK_SCOPE (&self->lock);
  if (find_type (self, name, ret_type))
    return TRUE;
  if (self->n_types >= self->max_types)
    {
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
                   "%s would be one type of operation more than the %u that there may be", name,
                   self->max_types);
      return FALSE;
    }
  *ret_type = self->n_types;
  push_type (self, name);
  return TRUE;
}

const char *
sg_sync_monitor_get_type_name (SgSyncMonitor *self,
                               guint          type)
{
  return sg_sync_monitor_get_state (self, type)->name;
}

guint
sg_sync_monitor_get_n_types (SgSyncMonitor *self)
{
  return __atomic_load_n (&self->n_types, __ATOMIC_ACQUIRE);
}

static void
set_last_error (SgLastError *last,
                SgTimeNs     time,
                const char  *error)
{
  g_free (last->text);
  last->text = g_strdup (error);
  last->time = time;
}

/* Failures are rare enough for a lock; should they not be, one a moment is as good as each of them. */
void
sg_sync_monitor_note_error (SgSyncMonitor *self,
                            guint          type,
                            SgTimeNs       time,
                            const char    *error)
{
  if (error == NULL)
    error = "no reason given";
  if (!sg_lock_try (&self->lock))
    return;
  set_last_error (&self->last_errors[type], time, error);
  set_last_error (&self->last_errors[SG_SYNC_MAX_TYPES], time, error);
  sg_lock_release (&self->lock);
}

void
sg_sync_monitor_update_database_health (SgSyncMonitor *self,
                                        gboolean       healthy)
{
  sg_gauge_set (self->database_health, healthy ? 1 : 0);
}

/* @error_type: what kind of error; of kinds there should be few */
void
sg_sync_monitor_count_connection_error (SgSyncMonitor *self,
                                        const char    *error_type)
{
  sg_counter_inc (sg_family_counter (self->connection_errors, SG_VALUES (error_type)));
}

/**
 * sg_sync_monitor_update_cache_metrics:
 * @self: a monitor
 * @hit_rate: the share of look-ups that the cache could answer, from 0 to 1
 * @size: how many entries it has
 * @memory_bytes: what it takes
 */
void
sg_sync_monitor_update_cache_metrics (SgSyncMonitor *self,
                                      double         hit_rate,
                                      guint64        size,
                                      guint64        memory_bytes)
{
  sg_gauge_set (self->hit_rate, hit_rate * self->hit_rate_factor);
  sg_gauge_set (self->cache_size, (double) size);
  sg_gauge_set (self->cache_memory, (double) memory_bytes);
}

/**
 * sg_sync_monitor_count_cache:
 * @self: a monitor
 * @name: what was asked for, or which cache; of names there should be few
 * @hits: how many look-ups more it could answer
 * @misses: how many more it could not
 *
 * Counts what a cache has counted by itself. The series of @name are there from the first call on.
 */
void
sg_sync_monitor_count_cache (SgSyncMonitor *self,
                             const char    *name,
                             guint64        hits,
                             guint64        misses)
{
  sg_counter_add (sg_family_counter (self->cache_events, SG_VALUES ("hit", name)), (double) hits);
  sg_counter_add (sg_family_counter (self->cache_events, SG_VALUES ("miss", name)),
                  (double) misses);
}

/* Whom it watches, as an info metric. */
void
sg_sync_monitor_set_application (SgSyncMonitor *self,
                                 const char    *name,
                                 const char    *version,
                                 const char    *component)
{
  g_autofree char *family = g_strconcat (self->prefix, "_application", NULL);

  sg_registry_set_info (self->registry, family, "The application that is watched.", "name", name,
                        "version", version, "component", component, NULL);
}

/* Whether each operation that is told of is said to the debug log as well. */
void
sg_sync_monitor_set_detailed_logging (SgSyncMonitor *self,
                                      gboolean       enabled)
{
  __atomic_store_n (&self->detailed, enabled, __ATOMIC_RELAXED);
}

gboolean
sg_sync_monitor_get_detailed_logging (SgSyncMonitor *self)
{
  return __atomic_load_n (&self->detailed, __ATOMIC_RELAXED);
}

/**
 * sg_sync_monitor_get_recent:
 * @self: a monitor
 * @limit: how many at most
 * @filter: (nullable): which
 *
 * Returns: (transfer full): the last operations that ended, the newest first
 */
SgLogBatch *
sg_sync_monitor_get_recent (SgSyncMonitor      *self,
                            guint               limit,
                            const SgSyncFilter *filter)
{
  const char *status = NULL;

  if (filter != NULL && filter->status >= 0)
    status = sg_sync_status_to_string ((SgSyncStatus) filter->status);
  return sg_sync_events_get_recent (self->events, limit, filter != NULL ? filter->type : NULL,
                                    status);
}

/**
 * sg_sync_monitor_take_records:
 * @self: a monitor
 *
 * Returns: (transfer full): what is to be stored since the last time; call it every second or so
 */
SgLogBatch *
sg_sync_monitor_take_records (SgSyncMonitor *self)
{
  return sg_sync_events_take (self->events);
}

/* How many operations were told of one by one. */
guint64
sg_sync_monitor_get_kept (SgSyncMonitor *self)
{
  return (guint64) sg_counter_get (self->kept);
}

/* How many were only counted. */
guint64
sg_sync_monitor_get_skipped (SgSyncMonitor *self)
{
  return (guint64) sg_counter_get (self->skipped);
}
