/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-store-service.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"
#include "engine/sg-engine-options-private.h"
#include "engine/sg-store-metrics.h"

#include <sys/statvfs.h>

/* Reading the log of a full head takes seconds; a disk that hangs for this long is broken. */
#define OPEN_DEADLINE_MS  (10 * 60 * 1000)
#define CLOSE_DEADLINE_MS (60 * 1000)

#define DISK_FULL_BYTES (128 * 1024)

/* How often a store is opened anew that another process writes, and how long between in proportion. */
#define FOLLOW_MS     (15 * 1000)
#define FOLLOW_FACTOR 50

struct _SgStoreService
{
  SgService parent_instance;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgSelfMonitor *monitor;
  SgCacheBudget *cache;
  SgClock *clock;
  guint collector;
  GSource *follow;
  SgTimeMs follow_begun;
  gint64 follow_ms;
  gboolean stopped;
  SgLock lock;
  SgStore *store;
};

G_DEFINE_FINAL_TYPE (SgStoreService, sg_store_service, SG_TYPE_SERVICE)

/*
 * What is wrong with the configuration file is told by those who scrape; the store opens without it.
 * It may outlive the service, when its disk hangs: it keeps those who count what it does.
 */
static gpointer
open_store (gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  SgStoreService *self = data;
  SgStoreOptions options = { .clock = self->clock,
                             .cache = self->cache,
                             .sink = sg_self_monitor_get_sink (self->monitor) };
  const char *path = sg_engine_options_get_config_file (self->options);
  g_autoptr (SgConfig) config = NULL;
  SgStore *store;

  if (path != NULL)
    config = sg_config_load (path, NULL);
  sg_engine_options_fill_store (self->options, config, &options);
  store = sg_store_new (&options, error);
  if (store != NULL)
    g_object_set_data_full (G_OBJECT (store), "monitor", g_object_ref (self->monitor),
                            g_object_unref);
  return store;
}

/* Returns: (transfer full) (nullable): the store that was there before */
static SgStore *
take_store (SgStoreService *self,
            SgStore        *store)
{
  SgStore *before;

  sg_lock_acquire (&self->lock);
  before = self->store;
  self->store = store;
  sg_lock_release (&self->lock);
  if (before != NULL)
    sg_registry_remove_collector (self->registry, self->collector);
  self->collector = sg_store_metrics_register (self->registry, store);
  return before;
}

static void follow_later (SgStoreService *self, gint64 after_ms);

/* Queries that still read it keep it for so long; the last one closes its files. */
static gpointer
drop_store (gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  g_object_unref (data);
  return NULL;
}

static void
on_followed (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (SgStoreService) self = user_data;
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_blocking_run_finish (result, &error);
  gint64 took = sg_clock_now_ms (self->clock) - self->follow_begun;
  SgStore *before = store;

  if (store == NULL)
    g_message ("store: what another process writes could not be read again: %s", error->message);
  else if (!self->stopped)
    before = take_store (self, store);
  if (before != NULL)
    sg_blocking_run_async ("store", CLOSE_DEADLINE_MS, drop_store, before, NULL, NULL, NULL, NULL,
                           NULL);
  follow_later (self, MAX (self->follow_ms, took * FOLLOW_FACTOR));
}

static gboolean
follow (gpointer data)
{
  SgStoreService *self = data;

  g_clear_pointer (&self->follow, g_source_unref);
  self->follow_begun = sg_clock_now_ms (self->clock);
  sg_blocking_run_async ("store", OPEN_DEADLINE_MS, open_store, g_object_ref (self), g_object_unref,
                         g_object_unref, NULL, on_followed, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/*
 * A store that another process writes is opened as it is at that moment. It is opened anew now and then,
 * so that one sees what the other collects; and when the other has ended, this process takes over.
 */
static void
follow_later (SgStoreService *self,
              gint64          after_ms)
{
  SgMonotonic at = sg_clock_monotonic (self->clock);

  if (self->stopped || sg_store_get_read_only_reason (self->store) == NULL)
    return;
  at.us += after_ms * 1000;
  self->follow = sg_clock_source_new (self->clock, at);
  g_source_set_callback (self->follow, follow, self, NULL);
  g_source_attach (self->follow, g_main_context_get_thread_default ());
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgStoreService *self = g_task_get_source_object (task);
  GError *error = NULL;
  SgStore *store = sg_blocking_run_finish (result, &error);

  if (store == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  take_store (self, store);
  follow_later (self, self->follow_ms);
  g_task_return_boolean (task, TRUE);
}

static void
sg_store_service_start (SgService *service,
                        GTask     *task)
{
  sg_blocking_run_async ("store", OPEN_DEADLINE_MS, open_store, g_object_ref (service),
                         g_object_unref, g_object_unref, NULL, on_opened, task);
}

static gpointer
close_store (gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  return sg_store_close (data, error) ? data : NULL;
}

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (sg_blocking_run_finish (result, &error) != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
sg_store_service_stop (SgService *service,
                       GTask     *task)
{
  SgStoreService *self = SG_STORE_SERVICE (service);
  SgStore *store;

  self->stopped = TRUE;
  if (self->follow != NULL)
    g_source_destroy (self->follow);
  g_clear_pointer (&self->follow, g_source_unref);
  sg_registry_remove_collector (self->registry, self->collector);
  sg_lock_acquire (&self->lock);
  store = g_steal_pointer (&self->store);
  sg_lock_release (&self->lock);
  sg_blocking_run_async ("store", CLOSE_DEADLINE_MS, close_store, store, g_object_unref, NULL, NULL,
                         on_closed, task);
}

/* Whether no more than a segment's page fits on the disk. Asked only when writing has failed. */
static gboolean
is_disk_full (const char *path)
{
  struct statvfs info;

  return statvfs (path, &info) == 0 && (guint64) info.f_bavail * info.f_frsize < DISK_FULL_BYTES;
}

/* Says what it means, not only what happened. */
static SgLevel
explain (SgStore        *store,
         SgStoreHealth   health,
         const char     *text,
         char          **ret_message)
{
  const char *path = sg_store_get_tsdb_path (store);

  switch (health)
    {
    case SG_STORE_READ_ONLY:
      *ret_message = g_strdup_printf ("read-only, so that nothing new is kept: %s", text);
      return SG_LEVEL_DEGRADED;
    case SG_STORE_REPAIRED:
      *ret_message = g_strdup_printf ("damage was found, and set aside when it could be: %s", text);
      return SG_LEVEL_DEGRADED;
    case SG_STORE_FAILING:
      if (is_disk_full (path))
        *ret_message =
            g_strdup_printf ("the disk of %s is full, so that nothing new is kept until there is "
                             "room again: %s",
                             path, text);
      else
        *ret_message = g_strdup_printf ("%s: %s", path, text);
      return SG_LEVEL_UNHEALTHY;
    case SG_STORE_HEALTHY:
    default:
      *ret_message = g_strdup (text);
      return SG_LEVEL_HEALTHY;
    }
}

static SgLevel
sg_store_service_check (SgService  *service,
                        char      **ret_message)
{
  g_autoptr (SgStore) store = sg_store_service_get_store (SG_STORE_SERVICE (service));
  g_autofree char *text = NULL;
  SgStoreHealth health;

  if (store == NULL)
    return SG_SERVICE_CLASS (sg_store_service_parent_class)->check (service, ret_message);
  health = sg_store_get_health (store, &text);
  return explain (store, health, text, ret_message);
}

static void
sg_store_service_finalize (GObject *object)
{
  SgStoreService *self = SG_STORE_SERVICE (object);

  g_clear_object (&self->store);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->cache, sg_cache_budget_unref);
  g_clear_object (&self->registry);
  g_clear_object (&self->clock);
  sg_engine_options_free (self->options);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_store_service_parent_class)->finalize (object);
}

static void
sg_store_service_class_init (SgStoreServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_store_service_finalize;
  service_class->name = "store";
  service_class->start = sg_store_service_start;
  service_class->stop = sg_store_service_stop;
  service_class->check = sg_store_service_check;
}

static void
sg_store_service_init (SgStoreService *self)
{
  self->follow_ms = FOLLOW_MS;
  sg_lock_init (&self->lock);
}

SgStoreService *
sg_store_service_new (const SgEngineOptions *options,
                      SgRegistry            *registry,
                      SgSelfMonitor         *monitor,
                      SgCacheBudget         *cache,
                      SgClock               *clock)
{
  SgStoreService *self = g_object_new (SG_TYPE_STORE_SERVICE, NULL);

  self->options = sg_engine_options_copy (options);
  self->registry = g_object_ref (registry);
  self->monitor = g_object_ref (monitor);
  self->cache = cache != NULL ? sg_cache_budget_ref (cache) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}

void
sg_store_service_set_follow_interval (SgStoreService *self,
                                      gint64          ms)
{
  self->follow_ms = ms;
}

SgStore *
sg_store_service_get_store (SgStoreService *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->store != NULL ? g_object_ref (self->store) : NULL;
}
