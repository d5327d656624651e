/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-service.h"

#include "engine/sg-engine-error.h"

typedef struct
{
  int state;
} SgServicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SgService, sg_service, G_TYPE_OBJECT)

static SgLevel
sg_service_real_check (SgService  *self,
                       char      **ret_message)
{
  static const SgLevel levels[] = { SG_LEVEL_UNKNOWN, SG_LEVEL_UNKNOWN, SG_LEVEL_HEALTHY,
                                    SG_LEVEL_UNKNOWN, SG_LEVEL_UNHEALTHY };
  SgServiceState state = sg_service_get_state (self);

  *ret_message = g_strdup (sg_service_state_to_string (state));
  return levels[state];
}

static void
sg_service_class_init (SgServiceClass *klass)
{
  klass->check = sg_service_real_check;
}

static void
sg_service_init (SgService *self)
{
}

const char *
sg_service_get_name (SgService *self)
{
  return SG_SERVICE_GET_CLASS (self)->name;
}

const char *
sg_service_state_to_string (SgServiceState state)
{
  static const char *const names[] = { "stopped", "starting", "running", "stopping", "failed" };

  return names[state];
}

SgServiceState
sg_service_get_state (SgService *self)
{
  SgServicePrivate *priv = sg_service_get_instance_private (self);

  return (SgServiceState) g_atomic_int_get (&priv->state);
}

static gboolean
service_change_state (SgService      *self,
                      SgServiceState  from,
                      SgServiceState  to)
{
  SgServicePrivate *priv = sg_service_get_instance_private (self);

  return g_atomic_int_compare_and_exchange (&priv->state, from, to);
}

static GTask *
service_begin (SgService           *self,
               SgServiceState       from,
               SgServiceState       to,
               gpointer             tag,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (service_change_state (self, from, to))
    return g_steal_pointer (&task);
  g_task_return_new_error (task, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE, "it is %s, not %s",
                           sg_service_state_to_string (sg_service_get_state (self)),
                           sg_service_state_to_string (from));
  return NULL;
}

void
sg_service_start_async (SgService           *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task = service_begin (self, SG_SERVICE_STOPPED, SG_SERVICE_STARTING,
                               sg_service_start_async, callback, user_data);

  if (task != NULL)
    SG_SERVICE_GET_CLASS (self)->start (self, task);
}

gboolean
sg_service_start_finish (SgService     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  gboolean started = g_task_propagate_boolean (G_TASK (result), error);

  service_change_state (self, SG_SERVICE_STARTING,
                        started ? SG_SERVICE_RUNNING : SG_SERVICE_FAILED);
  if (!started)
    g_prefix_error (error, "%s: ", sg_service_get_name (self));
  return started;
}

void
sg_service_stop_async (SgService           *self,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = service_begin (self, SG_SERVICE_RUNNING, SG_SERVICE_STOPPING, sg_service_stop_async,
                               callback, user_data);

  if (task != NULL)
    SG_SERVICE_GET_CLASS (self)->stop (self, task);
}

gboolean
sg_service_stop_finish (SgService     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  gboolean stopped = g_task_propagate_boolean (G_TASK (result), error);

  service_change_state (self, SG_SERVICE_STOPPING, SG_SERVICE_STOPPED);
  if (!stopped)
    g_prefix_error (error, "%s: ", sg_service_get_name (self));
  return stopped;
}

SgLevel
sg_service_check (SgService  *self,
                  char      **ret_message)
{
  return SG_SERVICE_GET_CLASS (self)->check (self, ret_message);
}
