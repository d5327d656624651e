/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-http-service.h"

#include "base/sg-lock.h"
#include "engine/sg-engine-options-private.h"
#include "http/pages/sg-health-page.h"
#include "http/pages/sg-index-page.h"
#include "http/pages/sg-metrics-page.h"
#include "http/pages/sg-ready-page.h"
#include "http/sg-http-server.h"

#include <string.h>

/*
 * The server lives and dies with the service's start and stop, both on the engine thread; its status is
 * asked from any thread, before, during and after. So the server object is made with the service and
 * kept until the service goes, and only listens in between.
 */
struct _SgHttpService
{
  SgService parent_instance;
  SgHttpServer *server;
  SgHealthSource health;
  gpointer health_data;
  SgLock lock;
  char *failure;
};

G_DEFINE_FINAL_TYPE (SgHttpService, sg_http_service, SG_TYPE_SERVICE)

static void
sg_http_service_start (SgService *service,
                       GTask     *task)
{
  SgHttpService *self = SG_HTTP_SERVICE (service);
  g_autoptr (GTask) owned_task = task;
  GError *error = NULL;

  if (sg_http_server_start (self->server, g_main_context_get_thread_default (), &error))
    g_task_return_boolean (task, TRUE);
  else
    {
      SG_LOCK_SCOPE (&self->lock);
      self->failure = g_strdup (error->message);
      g_task_return_error (task, error);
    }
}

static void
sg_http_service_stop (SgService *service,
                      GTask     *task)
{
  SgHttpService *self = SG_HTTP_SERVICE (service);
  g_autoptr (GTask) owned_task = task;

  sg_http_server_stop (self->server);
  g_task_return_boolean (task, TRUE);
}

static SgLevel
sg_http_service_check (SgService  *service,
                       char      **ret_message)
{
  g_autoptr (SgHttpStatus) status = sg_http_service_get_status (SG_HTTP_SERVICE (service));

  if (status->note != NULL)
    *ret_message = g_strdup (status->note);
  else if (status->port != 0)
    *ret_message = g_strdup_printf ("listens on %s", status->address);
  else
    *ret_message = g_strdup (sg_service_state_to_string (sg_service_get_state (service)));
  return status->level;
}

static void
sg_http_service_finalize (GObject *object)
{
  SgHttpService *self = SG_HTTP_SERVICE (object);

  g_clear_object (&self->server);
  g_free (self->failure);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_http_service_parent_class)->finalize (object);
}

static void
sg_http_service_class_init (SgHttpServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_http_service_finalize;
  service_class->name = "http";
  service_class->start = sg_http_service_start;
  service_class->stop = sg_http_service_stop;
  service_class->check = sg_http_service_check;
}

static void
sg_http_service_init (SgHttpService *self)
{
  sg_lock_init (&self->lock);
}

static char *
health_page (SgLevel  *ret_level,
             gpointer  user_data)
{
  SgHttpService *self = user_data;
  g_autoptr (SgHealthReport) report = self->health (self->health_data);

  *ret_level = report->level;
  return sg_health_report_to_json (report);
}

static gboolean
is_ready (gpointer user_data)
{
  return sg_service_get_state (user_data) == SG_SERVICE_RUNNING;
}

/**
 * sg_http_service_new:
 * @options: where to listen, and who may ask
 * @registry: what /metrics serves, and where the server counts
 * @guest: (nullable): what it serves besides
 * @health: makes the report of /health
 * @user_data: for @health
 *
 * Returns: (transfer full): the service, which does not listen yet
 */
SgHttpService *
sg_http_service_new (const SgEngineOptions *options,
                     SgRegistry            *registry,
                     SgRegistry            *guest,
                     SgHealthSource         health,
                     gpointer               user_data)
{
  SgHttpService *self = g_object_new (SG_TYPE_HTTP_SERVICE, NULL);
  g_autoptr (SgHttpConfig) config = sg_engine_options_make_http_config (options);
  const char *alias = sg_engine_options_get_telemetry_path (options);

  self->health = health;
  self->health_data = user_data;
  self->server = sg_http_server_new (registry, config);
  sg_metrics_page_add (self->server, "/metrics", registry, guest);
  if (alias != NULL && !g_str_equal (alias, "/metrics"))
    sg_metrics_page_add (self->server, alias, registry, guest);
  sg_health_page_add (self->server, FALSE, health_page, self, NULL);
  sg_ready_page_add (self->server, is_ready, self, NULL);
  sg_index_page_add (self->server);
  return self;
}

void
sg_http_service_add_api (SgHttpService      *self,
                         const SgApiBackend *backend)
{
  sg_api_add (self->server, backend);
}

void
sg_http_service_add_targets (SgHttpService            *self,
                             const SgApiTargetsSource *source)
{
  sg_api_targets_add (self->server, source);
}

void
sg_http_service_add_push (SgHttpService   *self,
                          SgApiPushSource  source,
                          gpointer         user_data)
{
  sg_api_push_add (self->server, source, user_data);
}

void
sg_http_service_add_operations (SgHttpService               *self,
                                const SgApiOperationsSource *source)
{
  sg_api_operations_add (self->server, source);
}

void
sg_http_service_add_page (SgHttpService *self,
                          const char    *path,
                          SgRegistry    *registry)
{
  sg_metrics_page_add (self->server, path, registry, NULL);
}

/**
 * sg_http_service_get_status:
 * @self: the service
 *
 * Returns: (transfer full): the server at this moment; may be called on any thread
 */
SgHttpStatus *
sg_http_service_get_status (SgHttpService *self)
{
  SgHttpStatus *status = sg_http_server_get_status (self->server);

  SG_LOCK_SCOPE (&self->lock);
  if (self->failure != NULL)
    {
      status->level = SG_LEVEL_UNHEALTHY;
      g_free (status->note);
      status->note = g_strdup (self->failure);
    }
  return status;
}
