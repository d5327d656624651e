/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-private.h"

#include "http/sg-http-request-private.h"

/*
 * The routes are tables, so that the API can be added to a server, and asked without one: the command
 * line reads a directory through the same handlers that answer over HTTP.
 */
static const SgApiRoute *const tables[] = {
  sg_api_routes_queries, sg_api_routes_parse,     sg_api_routes_series,   sg_api_routes_metadata,
  sg_api_routes_rules,   sg_api_routes_exemplars, sg_api_routes_status,   sg_api_routes_statistics,
  sg_api_routes_write,   sg_api_routes_read,      sg_api_routes_federate, sg_api_routes_admin,
};

static SgHttpResponse *
new_unavailable (void)
{
  return sg_http_response_new_json_error (503, "unavailable",
                                          "the store is not open yet: ask again soon");
}

SgQuerier *
sg_api_get_querier (SgApi           *self,
                    SgHttpResponse **ret_refusal)
{
  SgQuerier *querier = self->backend.get_querier (self->backend.user_data);

  if (querier == NULL)
    *ret_refusal = new_unavailable ();
  return querier;
}

SgStore *
sg_api_get_store (SgApi           *self,
                  SgHttpResponse **ret_refusal)
{
  SgStore *store = self->backend.get_store (self->backend.user_data);

  if (store == NULL)
    *ret_refusal = new_unavailable ();
  return store;
}

/**
 * sg_api_new:
 * @backend: what stands behind it; the functions and their data must stay as long
 *
 * Returns: (transfer full): the API
 */
SgApi *
sg_api_new (const SgApiBackend *backend)
{
  SgApi *self = g_new0 (SgApi, 1);

  self->backend = *backend;
  g_object_ref (self->backend.engine);
  g_object_ref (self->backend.clock);
  self->start_time = sg_clock_now_ms (self->backend.clock);
  self->router = sg_http_router_new ();
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      for (const SgApiRoute *route = tables[i]; route->path != NULL; route++)
        sg_http_router_add (self->router, route->path, route->methods, route->scope, route->handler,
                            self, NULL);
    }
  return self;
}

void
sg_api_free (SgApi *self)
{
  sg_http_router_free (self->router);
  g_object_unref (self->backend.engine);
  g_object_unref (self->backend.clock);
  g_free (self);
}

SgHttpResponse *
sg_api_ask (SgApi         *self,
            SgHttpRequest *request)
{
  g_autoptr (SgHttpRoute) route = NULL;
  g_autoptr (GError) error = NULL;
  SgHttpMethods allowed = 0;
  guint status = sg_http_router_match (self->router, request, &route, &allowed);

  if (status != 0)
    return sg_http_response_new_json_error (status, NULL, "the API has nothing at this path");
  if (!sg_http_request_complete (request, FALSE, &error))
    return sg_http_response_new_json_error (400, NULL, error->message);
  return route->handler (request, route->user_data);
}

void
sg_api_add (SgHttpServer       *server,
            const SgApiBackend *backend)
{
  SgApi *self = sg_api_new (backend);
  GPtrArray *routes = sg_http_router_get_all (self->router);

  for (guint i = 0; i < routes->len; i++)
    {
      const SgHttpRoute *route = g_ptr_array_index (routes, i);

      sg_http_server_add_route (server, route->path, route->methods, route->scope, route->handler,
                                self, NULL);
    }
  g_object_set_data_full (G_OBJECT (server), "sg-api", self, (GDestroyNotify) sg_api_free);
}
