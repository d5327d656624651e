/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-exchange.h"

#include "http/sg-http-token.h"
#include "http/wire/sg-http-listen.h"

#include <string.h>
#include <unistd.h>

#define SCRAPER_MAX_CHARS 100

G_DEFINE_FINAL_TYPE (SgHttpServer, sg_http_server, G_TYPE_OBJECT)

static void
sg_http_server_finalize (GObject *object)
{
  SgHttpServer *self = SG_HTTP_SERVER (object);

  sg_http_server_stop (self);
  sg_http_router_free (self->router);
  sg_http_access_clear (&self->access);
  sg_http_config_free (self->config);
  sg_http_status_unref (self->status);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_http_server_parent_class)->finalize (object);
}

static void
sg_http_server_class_init (SgHttpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_http_server_finalize;
}

static void
sg_http_server_init (SgHttpServer *self)
{
  sg_lock_init (&self->lock);
  self->router = sg_http_router_new ();
  self->status = sg_http_status_new ();
}

/**
 * sg_http_server_new:
 * @registry: where it counts
 * @config: how it is to run; copied
 *
 * Returns: (transfer full): a server that does not listen yet
 */
SgHttpServer *
sg_http_server_new (SgRegistry         *registry,
                    const SgHttpConfig *config)
{
  SgHttpServer *self = g_object_new (SG_TYPE_HTTP_SERVER, NULL);

  self->config = sg_http_config_copy (config);
  if (self->config->clock == NULL)
    self->config->clock = g_object_ref (sg_clock_get_system ());
  sg_http_instruments_init (&self->instruments, registry);
  sg_http_instruments_add_handler (&self->instruments, "none", "404");
  return self;
}

/**
 * sg_http_server_add_route:
 * @self: a server that was not started yet
 * @path: "/metrics", "/api/v1/label/:name/values", or "/static/" for all that is below
 * @methods: what may be done there
 * @scope: who may do it
 * @handler: who answers; runs on a worker
 * @user_data: for @handler
 * @destroy: (nullable): frees @user_data
 */
void
sg_http_server_add_route (SgHttpServer   *self,
                          const char     *path,
                          SgHttpMethods   methods,
                          SgHttpScope     scope,
                          SgHttpHandler   handler,
                          gpointer        user_data,
                          GDestroyNotify  destroy)
{
  g_return_if_fail (self->gate == NULL);
  sg_http_router_add (self->router, path, methods, scope, handler, user_data, destroy);
  sg_http_instruments_add_handler (&self->instruments, path, "200");
}

/**
 * sg_http_server_set_quick:
 * @self: a server that was not started yet
 * @path: the pattern of a route
 *
 * Says that the handlers of @path answer within a few milliseconds, whatever they are asked: they
 * then find a worker although long requests keep the others busy.
 */
void
sg_http_server_set_quick (SgHttpServer *self,
                          const char   *path)
{
  GPtrArray *routes = sg_http_router_get_all (self->router);

  g_return_if_fail (self->gate == NULL);
  for (guint i = 0; i < routes->len; i++)
    {
      SgHttpRoute *route = g_ptr_array_index (routes, i);

      if (g_str_equal (route->path, path))
        route->is_quick = TRUE;
    }
}

/* Returns: (transfer none) (element-type SgHttpRoute): what can be asked for */
GPtrArray *
sg_http_server_get_routes (SgHttpServer *self)
{
  return sg_http_router_get_all (self->router);
}

static void
on_begin (SgHttpConnection *connection,
          gpointer          user_data)
{
  sg_http_exchange_begin (user_data, connection);
}

static void
on_check (SgHttpConnection *connection,
          gint64            now_us,
          gpointer          user_data)
{
  if (connection->data != NULL)
    sg_http_exchange_check (connection->data, now_us);
}

static void
on_end (SgHttpConnection *connection,
        gpointer          user_data)
{
  if (connection->data != NULL)
    sg_http_exchange_end (connection->data);
}

static gboolean
is_crowded (gpointer user_data)
{
  return sg_http_jobs_is_crowded (SG_HTTP_SERVER (user_data)->jobs);
}

static const SgHttpGateFuncs gate_funcs = { on_begin, on_check, on_end, is_crowded };

static void
on_task_done (SgHttpTask *task,
              gpointer    user_data)
{
  sg_http_exchange_finish_task (task);
}

static void
on_request_started (SoupServer        *soup,
                    SoupServerMessage *message,
                    gpointer           user_data)
{
  sg_http_exchange_attach (message);
}

static void
on_request (SoupServer        *soup,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  sg_http_exchange_handle (message);
}

static gboolean
check_exposure (SgHttpServer  *self,
                GArray        *endpoints,
                GError       **error)
{
  const SgWebConfig *web = self->config->web;

  if (sg_http_listen_is_loopback (endpoints) || self->config->allow_remote_without_auth
      || (web != NULL && (web->users != NULL || web->clients == SG_WEB_CLIENTS_MUST_PROVE)))
    return TRUE;
  g_set_error_literal (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG,
                       "other machines could reach this server, and nobody would have to say who "
                       "they are: listen on localhost, give users in --web.config.file, or say "
                       "--web.allow-remote-without-auth");
  return FALSE;
}

static gboolean
load_access (SgHttpServer  *self,
             GError       **error)
{
  SgHttpAccess *access = &self->access;
  char host_name[256] = "";

  sg_http_access_clear (access);
  access->require_token = self->config->require_token;
  access->has_users = self->config->web != NULL && self->config->web->users != NULL;
  access->open_to_remote = self->config->allow_remote_without_auth;
  access->allowed_hosts = g_strdupv (self->config->allowed_hosts);
  if (gethostname (host_name, sizeof host_name - 1) == 0 && host_name[0] != '\0')
    access->own_name = g_strdup (host_name);
  if (self->config->state_dir == NULL)
    return TRUE;
  access->token = sg_http_token_load (self->config->state_dir, error);
  return access->token != NULL;
}

static char *
describe_address (const SgHttpAddress *address)
{
  g_autofree char *ip = sg_http_address_to_string (address);
  guint port = sg_http_address_get_port (address);

  if (sg_http_address_is_loopback (address) || g_str_equal (ip, "0.0.0.0")
      || g_str_equal (ip, "::"))
    return g_strdup_printf ("localhost:%u", port);
  return g_strdup_printf (strchr (ip, ':') != NULL ? "[%s]:%u" : "%s:%u", ip, port);
}

static gboolean
has_tls (SgHttpServer *self)
{
  return self->config->web != NULL && self->config->web->certificate != NULL;
}

static void
publish_address (SgHttpServer *self,
                 GArray       *endpoints,
                 guint         wanted_port)
{
  const SgHttpAddress *address = &g_array_index (endpoints, SgHttpEndpoint, 0).address;
  SgHttpStatus *status = self->status;

  SG_LOCK_SCOPE (&self->lock);
  g_free (status->address);
  g_free (status->url);
  g_clear_pointer (&status->note, g_free);
  status->address = describe_address (address);
  status->url = g_strconcat (has_tls (self) ? "https://" : "http://", status->address, NULL);
  status->port = sg_http_address_get_port (address);
  status->wanted_port = wanted_port != 0 ? wanted_port : status->port;
  status->level = status->port == status->wanted_port ? SG_LEVEL_HEALTHY : SG_LEVEL_DEGRADED;
  if (status->port != status->wanted_port)
    status->note = g_strdup_printf ("port %u is taken: listening on %u instead",
                                    status->wanted_port, status->port);
}

static void
publish_stopped (SgHttpServer *self)
{
  SG_LOCK_SCOPE (&self->lock);
  g_free (self->status->address);
  g_free (self->status->url);
  self->status->address = g_strdup ("");
  self->status->url = g_strdup ("");
  self->status->port = 0;
  self->status->level = SG_LEVEL_UNKNOWN;
}

static SoupServer *
new_soup_server (void)
{
  SoupServer *soup = soup_server_new ("raw-paths", TRUE, NULL);

  g_signal_connect (soup, "request-started", G_CALLBACK (on_request_started), NULL);
  soup_server_add_handler (soup, NULL, on_request, NULL, NULL);
  return soup;
}

static gboolean
start_parts (SgHttpServer  *self,
             GMainContext  *context,
             GError       **error)
{
  self->jobs = sg_http_jobs_new (context, on_task_done, NULL, error);
  if (self->jobs == NULL)
    return FALSE;
  self->gate = sg_http_gate_new (&self->config->limits, self->config->clock, &self->instruments,
                                 self->config->web, context, &gate_funcs, self, error);
  if (self->gate == NULL)
    return FALSE;
  self->context = g_main_context_ref (context);
  g_main_context_push_thread_default (context);
  self->soup = new_soup_server ();
  g_main_context_pop_thread_default (context);
  return TRUE;
}

/**
 * sg_http_server_start:
 * @self: a server
 * @context: where it is to run; called on the thread that owns it, or before there is one
 * @error: why it cannot listen, or may not
 *
 * Listens. When this fails nothing has changed.
 */
gboolean
sg_http_server_start (SgHttpServer  *self,
                      GMainContext  *context,
                      GError       **error)
{
  g_autoptr (GArray) endpoints = NULL;
  guint max_connections;
  guint wanted_port;

  g_return_val_if_fail (self->gate == NULL, FALSE);
  endpoints = sg_http_listen_parse ((const char *const *) self->config->listen_addresses, error);
  if (endpoints == NULL || !check_exposure (self, endpoints, error) || !load_access (self, error))
    return FALSE;
  wanted_port = sg_http_address_get_port (&g_array_index (endpoints, SgHttpEndpoint, 0).address);
  max_connections = self->config->limits.max_connections;
  if (has_tls (self))
    max_connections = MIN (max_connections, SG_HTTP_TLS_MAX_CONNECTIONS);
  max_connections = sg_http_acceptor_limit (max_connections);
  if (!sg_http_listen_open (endpoints, self->config->explicit_port, error))
    return FALSE;
  if (!start_parts (self, context, error))
    {
      sg_http_listen_close (endpoints);
      sg_http_server_stop (self);
      return FALSE;
    }
  self->acceptor =
      sg_http_acceptor_new (endpoints, max_connections, self->gate, &self->instruments, context);
  publish_address (self, endpoints, wanted_port);
  return TRUE;
}

static void
cancel_all (SgHttpServer *self)
{
  for (GList *link = sg_http_gate_get_serving (self->gate)->head; link != NULL; link = link->next)
    {
      SgHttpConnection *connection = link->data;

      if (connection->data != NULL)
        sg_http_exchange_cancel (connection->data);
    }
}

/**
 * sg_http_server_stop:
 * @self: a server
 *
 * Hangs up on everybody, and returns once no handler runs any more. Called where it was started; may
 * be called twice.
 */
void
sg_http_server_stop (SgHttpServer *self)
{
  g_clear_pointer (&self->acceptor, sg_http_acceptor_free);
  if (self->jobs != NULL)
    sg_http_jobs_close (self->jobs);
  if (self->gate != NULL)
    cancel_all (self);
  g_clear_pointer (&self->jobs, sg_http_jobs_stop);
  /* Exchanges that end with the gate still look at it. */
  if (self->gate != NULL)
    sg_http_gate_free (self->gate);
  self->gate = NULL;
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->context, g_main_context_unref);
  publish_stopped (self);
}

/**
 * sg_http_server_get_status:
 * @self: a server
 *
 * Safe from any thread.
 *
 * Returns: (transfer full): how it is now
 */
SgHttpStatus *
sg_http_server_get_status (SgHttpServer *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return sg_http_status_copy (self->status);
}

static char *
describe_scraper (const SgHttpRequest *request)
{
  const char *agent = sg_http_request_get_header (request, "user-agent");
  g_autofree char *brief = NULL;

  if (agent == NULL || *agent == '\0')
    return g_strdup (sg_http_request_get_peer (request));
  brief = g_utf8_substring (agent, 0, MIN (g_utf8_strlen (agent, -1), SCRAPER_MAX_CHARS));
  return g_strdup_printf ("%s (%s)", brief, sg_http_request_get_peer (request));
}

/* For the page of metrics: @request was answered with it. Safe from any thread. */
void
sg_http_server_count_scrape (SgHttpServer        *self,
                             const SgHttpRequest *request)
{
  char *scraper = describe_scraper (request);

  SG_LOCK_SCOPE (&self->lock);
  self->status->scrapes++;
  self->status->last_scrape = sg_clock_now_ns (self->config->clock);
  g_free (self->status->last_scraper);
  self->status->last_scraper = scraper;
}
