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

struct _SgStoreService
{
  SgService parent_instance;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgSelfMonitor *monitor;
  SgCacheBudget *cache;
  SgClock *clock;
  guint collector;
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
  sg_lock_acquire (&self->lock);
  self->store = store;
  sg_lock_release (&self->lock);
  self->collector = sg_store_metrics_register (self->registry, store);
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

SgStore *
sg_store_service_get_store (SgStoreService *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->store != NULL ? g_object_ref (self->store) : NULL;
}
