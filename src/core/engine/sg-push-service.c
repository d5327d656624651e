/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-push-service.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"
#include "engine/sg-engine-error.h"
#include "engine/sg-engine-options-private.h"

/* A disk that hangs for this long is broken. */
#define DEADLINE_MS (60 * 1000)

struct _SgPushService
{
  SgService parent_instance;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgStoreService *store_service;
  SgClock *clock;
  SgLock lock;
  SgStateDb *db;
  SgPushGroups *groups;
  GError *failure;
};

G_DEFINE_FINAL_TYPE (SgPushService, sg_push_service, SG_TYPE_SERVICE)

/*
 * Pushes are a part of what runs here, not the condition for the rest: when their file cannot be opened the
 * service is unhealthy and says why, and the engine starts.
 */
static gpointer
open_groups (gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  SgPushService *self = data;
  const char *folder = sg_engine_options_get_storage_path (self->options);
  g_autofree char *path = g_build_filename (folder, "state", "state.db", NULL);
  g_autofree char *damaged = g_build_filename (folder, "damaged", NULL);
  g_autoptr (SgStateDb) db = sg_state_db_open (path, damaged, self->clock, error);
  guint max_groups;
  guint max_samples;
  SgPushGroups *groups;

  if (db == NULL)
    return NULL;
  sg_engine_options_get_push_bounds (self->options, &max_groups, &max_samples);
  groups = sg_push_groups_new (db, self->clock, self->registry, max_groups, max_samples, error);
  if (groups == NULL)
    return NULL;
  SG_LOCK_SCOPE (&self->lock);
  self->db = g_steal_pointer (&db);
  self->groups = groups;
  return self;
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgPushService *self = g_task_get_source_object (task);
  GError *error = NULL;

  sg_blocking_run_finish (result, &error);
  sg_lock_acquire (&self->lock);
  self->failure = error;
  sg_lock_release (&self->lock);
  g_task_return_boolean (task, TRUE);
}

static void
sg_push_service_start (SgService *service,
                       GTask     *task)
{
  SgPushService *self = SG_PUSH_SERVICE (service);
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store_service);
  const char *reason = store != NULL ? sg_store_get_read_only_reason (store) : NULL;

  if (reason == NULL)
    {
      sg_blocking_run_async ("state", DEADLINE_MS, open_groups, g_object_ref (self), g_object_unref,
                             NULL, NULL, on_opened, task);
      return;
    }
  sg_lock_acquire (&self->lock);
  g_set_error (&self->failure, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE, "nothing can be pushed: %s",
               reason);
  sg_lock_release (&self->lock);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gpointer
close_db (gpointer       data,
          GCancellable  *cancellable,
          GError       **error)
{
  sg_state_db_close (data);
  return NULL;
}

static void
on_closed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  sg_blocking_run_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
sg_push_service_stop (SgService *service,
                      GTask     *task)
{
  SgPushService *self = SG_PUSH_SERVICE (service);
  SgPushGroups *groups;
  SgStateDb *db;

  sg_lock_acquire (&self->lock);
  groups = g_steal_pointer (&self->groups);
  db = g_steal_pointer (&self->db);
  sg_lock_release (&self->lock);
  g_clear_pointer (&groups, sg_push_groups_unref);
  if (db != NULL)
    {
      sg_blocking_run_async ("state", DEADLINE_MS, close_db, db, (GDestroyNotify) sg_state_db_unref,
                             NULL, NULL, on_closed, task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static SgLevel
sg_push_service_check (SgService  *service,
                       char      **ret_message)
{
  SgPushService *self = SG_PUSH_SERVICE (service);
  const char *set_aside;

  SG_LOCK_SCOPE (&self->lock);
  if (self->failure != NULL)
    {
      *ret_message = g_strdup (self->failure->message);
      return SG_LEVEL_DEGRADED;
    }
  set_aside = self->db != NULL ? sg_state_db_get_set_aside (self->db) : NULL;
  if (set_aside == NULL)
    return SG_SERVICE_CLASS (sg_push_service_parent_class)->check (service, ret_message);
  *ret_message = g_strdup_printf (
      "what was pushed before is lost: its file was damaged, and is now %s", set_aside);
  return SG_LEVEL_DEGRADED;
}

static void
sg_push_service_finalize (GObject *object)
{
  SgPushService *self = SG_PUSH_SERVICE (object);

  g_clear_pointer (&self->groups, sg_push_groups_unref);
  g_clear_pointer (&self->db, sg_state_db_unref);
  g_clear_error (&self->failure);
  g_clear_object (&self->registry);
  g_clear_object (&self->store_service);
  g_clear_object (&self->clock);
  sg_engine_options_free (self->options);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_push_service_parent_class)->finalize (object);
}

static void
sg_push_service_class_init (SgPushServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_push_service_finalize;
  service_class->name = "pushes";
  service_class->start = sg_push_service_start;
  service_class->stop = sg_push_service_stop;
  service_class->check = sg_push_service_check;
}

static void
sg_push_service_init (SgPushService *self)
{
  sg_lock_init (&self->lock);
}

SgPushService *
sg_push_service_new (const SgEngineOptions *options,
                     SgRegistry            *registry,
                     SgStoreService        *store,
                     SgClock               *clock)
{
  SgPushService *self = g_object_new (SG_TYPE_PUSH_SERVICE, NULL);

  self->options = sg_engine_options_copy (options);
  self->registry = g_object_ref (registry);
  self->store_service = g_object_ref (store);
  self->clock = g_object_ref (clock);
  return self;
}

SgPushGroups *
sg_push_service_get_groups (SgPushService *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->groups != NULL ? sg_push_groups_ref (self->groups) : NULL;
}
