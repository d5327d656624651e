/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-demo-service.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"

/* The same lots each time, so that two who look at it speak of the same. */
#define SEED 20

/* Files are made and deleted; a disk that hangs for this long is broken. */
#define DEADLINE_MS (30 * 1000)

struct _SgDemoService
{
  SgService parent_instance;
  SgDemo *demo;
  guint rate;
  SgLock lock;
  GError *failure;
};

G_DEFINE_FINAL_TYPE (SgDemoService, sg_demo_service, SG_TYPE_SERVICE)

static gpointer
begin (gpointer       data,
       GCancellable  *cancellable,
       GError       **error)
{
  return sg_demo_open (data, error) && sg_demo_run (data, error) ? data : NULL;
}

static void
on_begun (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgDemoService *self = g_task_get_source_object (task);
  GError *error = NULL;

  sg_blocking_run_finish (result, &error);
  sg_lock_acquire (&self->lock);
  self->failure = error;
  sg_lock_release (&self->lock);
  g_task_return_boolean (task, TRUE);
}

static void
sg_demo_service_start (SgService *service,
                       GTask     *task)
{
  SgDemoService *self = SG_DEMO_SERVICE (service);

  sg_blocking_run_async ("demo", DEADLINE_MS, begin, g_object_ref (self->demo), g_object_unref,
                         NULL, NULL, on_begun, task);
}

static gpointer
end (gpointer       data,
     GCancellable  *cancellable,
     GError       **error)
{
  sg_demo_stop (data);
  return NULL;
}

static void
on_ended (GObject      *source,
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
sg_demo_service_stop (SgService *service,
                      GTask     *task)
{
  SgDemoService *self = SG_DEMO_SERVICE (service);

  sg_blocking_run_async ("demo", DEADLINE_MS, end, g_object_ref (self->demo), g_object_unref, NULL,
                         NULL, on_ended, task);
}

static SgLevel
sg_demo_service_check (SgService  *service,
                       char      **ret_message)
{
  SgDemoService *self = SG_DEMO_SERVICE (service);

  SG_LOCK_SCOPE (&self->lock);
  if (self->failure != NULL)
    {
      *ret_message = g_strdup (self->failure->message);
      return SG_LEVEL_DEGRADED;
    }
  if (sg_service_get_state (service) != SG_SERVICE_RUNNING)
    return SG_SERVICE_CLASS (sg_demo_service_parent_class)->check (service, ret_message);
  *ret_message = g_strdup_printf ("%u requests a second; now: %s", self->rate,
                                  sg_demo_phase_to_string (sg_demo_get_phase (self->demo)));
  return SG_LEVEL_HEALTHY;
}

static void
sg_demo_service_finalize (GObject *object)
{
  SgDemoService *self = SG_DEMO_SERVICE (object);

  g_clear_object (&self->demo);
  g_clear_error (&self->failure);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_demo_service_parent_class)->finalize (object);
}

static void
sg_demo_service_class_init (SgDemoServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_demo_service_finalize;
  service_class->name = "demo";
  service_class->start = sg_demo_service_start;
  service_class->stop = sg_demo_service_stop;
  service_class->check = sg_demo_service_check;
}

static void
sg_demo_service_init (SgDemoService *self)
{
  sg_lock_init (&self->lock);
}

SgDemoService *
sg_demo_service_new (guint    rate,
                     SgClock *clock)
{
  SgDemoService *self = g_object_new (SG_TYPE_DEMO_SERVICE, NULL);

  self->rate = rate;
  self->demo = sg_demo_new (&(SgDemoOptions) { .rate = rate, .seed = SEED, .clock = clock });
  return self;
}

SgSyncMonitor *
sg_demo_service_get_monitor (SgDemoService *self)
{
  return sg_demo_get_monitor (self->demo);
}
