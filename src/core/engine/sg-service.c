/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-service.h"

#include "base/sg-lock.h"
#include "base/sg-state-machine.h"

/*
 * The state is moved on the engine thread and read on any, so a lock goes with the machine.
 */
static const SgStateTable service_states = {
  .name = "service",
  .states = {
    [SG_SERVICE_STOPPED] = "stopped",
    [SG_SERVICE_STARTING] = "starting",
    [SG_SERVICE_RUNNING] = "running",
    [SG_SERVICE_STOPPING] = "stopping",
    [SG_SERVICE_FAILED] = "failed",
  },
  .edges = {
    [SG_SERVICE_STOPPED] = SG_STATE (SG_SERVICE_STARTING),
    [SG_SERVICE_STARTING] = SG_STATE (SG_SERVICE_RUNNING) | SG_STATE (SG_SERVICE_FAILED),
    [SG_SERVICE_RUNNING] = SG_STATE (SG_SERVICE_STOPPING),
    [SG_SERVICE_STOPPING] = SG_STATE (SG_SERVICE_STOPPED),
  },
};

typedef struct
{
  SgLock lock;
  SgStateMachine machine;
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
sg_service_finalize (GObject *object)
{
  SgServicePrivate *priv = sg_service_get_instance_private (SG_SERVICE (object));

  sg_state_machine_clear (&priv->machine);
  sg_lock_clear (&priv->lock);
  G_OBJECT_CLASS (sg_service_parent_class)->finalize (object);
}

static void
sg_service_class_init (SgServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_service_finalize;
  klass->check = sg_service_real_check;
}

static void
sg_service_init (SgService *self)
{
  SgServicePrivate *priv = sg_service_get_instance_private (self);

  sg_lock_init (&priv->lock);
  sg_state_machine_init (&priv->machine, &service_states, SG_SERVICE_STOPPED,
                         sg_clock_get_system ());
}

const char *
sg_service_get_name (SgService *self)
{
  SgServiceClass *klass = SG_SERVICE_GET_CLASS (self);

  return klass->get_name != NULL ? klass->get_name (self) : klass->name;
}

const char *
sg_service_state_to_string (SgServiceState state)
{
  return service_states.states[state];
}

SgServiceState
sg_service_get_state (SgService *self)
{
  SgServicePrivate *priv = sg_service_get_instance_private (self);

  SG_LOCK_SCOPE (&priv->lock);
  return (SgServiceState) priv->machine.state;
}

static gboolean
service_move (SgService       *self,
              SgServiceState   to,
              GError         **error)
{
  SgServicePrivate *priv = sg_service_get_instance_private (self);

  SG_LOCK_SCOPE (&priv->lock);
  return sg_state_machine_move (&priv->machine, to, error);
}

/* Returns: (transfer full) (nullable): the task, %NULL when it has been told that it cannot be */
static GTask *
service_begin (SgService           *self,
               SgServiceState       to,
               gpointer             tag,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, tag);
  if (service_move (self, to, &error))
    return g_steal_pointer (&task);
  g_task_return_error (task, error);
  return NULL;
}

void
sg_service_start_async (SgService           *self,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task =
      service_begin (self, SG_SERVICE_STARTING, sg_service_start_async, callback, user_data);

  if (task != NULL)
    SG_SERVICE_GET_CLASS (self)->start (self, task);
}

/* A start that was refused is no failure of the service, which is as it was. */
gboolean
sg_service_start_finish (SgService     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  gboolean started = g_task_propagate_boolean (G_TASK (result), error);

  if (sg_service_get_state (self) == SG_SERVICE_STARTING)
    service_move (self, started ? SG_SERVICE_RUNNING : SG_SERVICE_FAILED, NULL);
  if (!started)
    g_prefix_error (error, "%s: ", sg_service_get_name (self));
  return started;
}

void
sg_service_stop_async (SgService           *self,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task =
      service_begin (self, SG_SERVICE_STOPPING, sg_service_stop_async, callback, user_data);

  if (task != NULL)
    SG_SERVICE_GET_CLASS (self)->stop (self, task);
}

gboolean
sg_service_stop_finish (SgService     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  gboolean stopped = g_task_propagate_boolean (G_TASK (result), error);

  if (sg_service_get_state (self) == SG_SERVICE_STOPPING)
    service_move (self, SG_SERVICE_STOPPED, NULL);
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
