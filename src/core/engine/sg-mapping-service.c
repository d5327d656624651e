/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-mapping-service.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"
#include "engine/sg-config-watcher.h"
#include "engine/sg-engine-options-private.h"

#define READ_DEADLINE_MS (30 * 1000)

struct _SgMappingService
{
  SgService parent_instance;
  char *folder;
  SgConfigWatcher *watcher;
  SgLock lock;
  SgMappingList *list;
};

G_DEFINE_FINAL_TYPE (SgMappingService, sg_mapping_service, SG_TYPE_SERVICE)

void
sg_mapping_service_reload (SgMappingService *self)
{
  SgMappingList *list = sg_mapping_list_load (self->folder);
  SgMappingList *before;

  sg_lock_acquire (&self->lock);
  before = self->list;
  self->list = list;
  sg_lock_release (&self->lock);
  g_clear_pointer (&before, sg_mapping_list_unref);
}

SgMappingList *
sg_mapping_service_get (SgMappingService *self)
{
  SG_LOCK_SCOPE (&self->lock);
  /* Before it has started there are those that came with the program. */
  return self->list != NULL ? sg_mapping_list_ref (self->list) : sg_mapping_list_load (NULL);
}

static gpointer
reload_job (gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  sg_mapping_service_reload (data);
  return data;
}

static void
on_reloaded (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  sg_blocking_run_finish (result, NULL);
  g_object_unref (user_data);
}

static gboolean
on_files_changed (gpointer user_data)
{
  SgMappingService *self = user_data;

  sg_blocking_run_async ("mappings", READ_DEADLINE_MS, reload_job, g_object_ref (self),
                         g_object_unref, NULL, NULL, on_reloaded, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The folder is looked at from now on, whether it is there yet or not. */
static void
watch (SgMappingService *self)
{
  g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (patterns, g_build_filename (self->folder, "*.yml", NULL));
  g_ptr_array_add (patterns, g_build_filename (self->folder, "*.yaml", NULL));
  self->watcher = sg_config_watcher_new (on_files_changed, self);
  sg_config_watcher_set (self->watcher, patterns);
}

static void
on_first_read (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  /* A disk that hangs keeps the user's mappings from being known, and nothing else. */
  sg_blocking_run_finish (result, NULL);
  watch (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
}

static void
sg_mapping_service_start (SgService *service,
                          GTask     *task)
{
  sg_blocking_run_async ("mappings", READ_DEADLINE_MS, reload_job, g_object_ref (service),
                         g_object_unref, NULL, NULL, on_first_read, task);
}

static void
sg_mapping_service_stop (SgService *service,
                         GTask     *task)
{
  g_clear_pointer (&SG_MAPPING_SERVICE (service)->watcher, sg_config_watcher_free);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static SgLevel
sg_mapping_service_check (SgService  *service,
                          char      **ret_message)
{
  g_autoptr (SgMappingList) list = sg_mapping_service_get (SG_MAPPING_SERVICE (service));
  guint n = g_strv_length (list->errors);

  if (n == 0)
    return SG_SERVICE_CLASS (sg_mapping_service_parent_class)->check (service, ret_message);
  *ret_message =
      n == 1 ? g_strdup_printf ("a mapping is left out: %s", list->errors[0])
             : g_strdup_printf ("%u mappings are left out, the first: %s", n, list->errors[0]);
  return SG_LEVEL_DEGRADED;
}

static void
sg_mapping_service_finalize (GObject *object)
{
  SgMappingService *self = SG_MAPPING_SERVICE (object);

  g_clear_pointer (&self->list, sg_mapping_list_unref);
  g_free (self->folder);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_mapping_service_parent_class)->finalize (object);
}

static void
sg_mapping_service_class_init (SgMappingServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_mapping_service_finalize;
  service_class->name = "mappings";
  service_class->start = sg_mapping_service_start;
  service_class->stop = sg_mapping_service_stop;
  service_class->check = sg_mapping_service_check;
}

static void
sg_mapping_service_init (SgMappingService *self)
{
  sg_lock_init (&self->lock);
}

SgMappingService *
sg_mapping_service_new (const SgEngineOptions *options)
{
  SgMappingService *self = g_object_new (SG_TYPE_MAPPING_SERVICE, NULL);

  self->folder = sg_engine_options_make_mappings_path (options);
  return self;
}
