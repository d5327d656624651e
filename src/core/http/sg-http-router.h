/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-request.h"
#include "http/sg-http-response.h"

G_BEGIN_DECLS

/**
 * SgHttpScope:
 * @SG_HTTP_SCOPE_READ: looks at what is there
 * @SG_HTTP_SCOPE_INGEST: adds data
 * @SG_HTTP_SCOPE_ACT: silences, acknowledges, reloads
 * @SG_HTTP_SCOPE_ADMIN: runs checks, exports, deletes: always with the token
 *
 * What a route does, and with it who may use it (see sg-http-access.c).
 */
typedef enum
{
  SG_HTTP_SCOPE_READ,
  SG_HTTP_SCOPE_INGEST,
  SG_HTTP_SCOPE_ACT,
  SG_HTTP_SCOPE_ADMIN,
} SgHttpScope;

/**
 * SgHttpHandler:
 * @request: what is asked for
 * @user_data: as given with the route
 *
 * Answers a request. Runs on a worker of the compute pool, any number at a time, and may not wait for
 * the thread of the server. It looks at the request's cancellable now and then if it takes long.
 *
 * Returns: (transfer full): a response of its own: the server may still compress it
 */
typedef SgHttpResponse *(*SgHttpHandler) (const SgHttpRequest *request,
                                          gpointer             user_data);

/**
 * SgHttpRoute:
 * @path: its pattern, which is also the value of the label "handler"
 * @methods: what may be done there
 * @scope: who may
 * @is_quick: its handler takes a moment only, and need not stand in line behind those that may not
 *
 * One entry of the router. Immutable once the server has started.
 */
typedef struct
{
  int ref_count;
  char *path;
  SgHttpMethods methods;
  SgHttpScope scope;
  gboolean is_quick;
  SgHttpHandler handler;
  gpointer user_data;
  GDestroyNotify destroy;
  GStrv segments;
  gboolean is_prefix;
  char *rank;
} SgHttpRoute;

SgHttpRoute  *sg_http_route_ref       (SgHttpRoute    *self);
void          sg_http_route_unref     (SgHttpRoute    *self);

/**
 * SgHttpRouter:
 *
 * Finds the route of a path: see sg-http-router.c.
 */
typedef struct _SgHttpRouter SgHttpRouter;

SgHttpRouter *sg_http_router_new      (void);
void          sg_http_router_free     (SgHttpRouter   *self);
void          sg_http_router_add      (SgHttpRouter   *self,
                                       const char     *path,
                                       SgHttpMethods   methods,
                                       SgHttpScope     scope,
                                       SgHttpHandler   handler,
                                       gpointer        user_data,
                                       GDestroyNotify  destroy);
guint         sg_http_router_match    (SgHttpRouter   *self,
                                       SgHttpRequest  *request,
                                       SgHttpRoute   **ret_route,
                                       SgHttpMethods  *ret_allowed);
GPtrArray    *sg_http_router_get_all  (SgHttpRouter   *self);
char         *sg_http_methods_to_list (SgHttpMethods   methods);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpRoute, sg_http_route_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpRouter, sg_http_router_free)

G_END_DECLS
