/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-config.h"
#include "http/sg-http-error.h"
#include "http/sg-http-request.h"
#include "http/sg-http-response.h"
#include "http/sg-http-router.h"
#include "http/sg-http-status.h"
#include "metrics/sg-metrics.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgHttpServer:
 *
 * The HTTP server. Routes are added before it starts. It runs in one main
 * context, where it only moves bytes; handlers run on the compute pool. What it listens on, and who
 * scraped it, can be asked from any thread.
 */
#define SG_TYPE_HTTP_SERVER (sg_http_server_get_type ())
G_DECLARE_FINAL_TYPE (SgHttpServer, sg_http_server, SG, HTTP_SERVER, GObject)

SgHttpServer *sg_http_server_new          (SgRegistry          *registry,
                                           const SgHttpConfig  *config);
void          sg_http_server_add_route    (SgHttpServer        *self,
                                           const char          *path,
                                           SgHttpMethods        methods,
                                           SgHttpScope          scope,
                                           SgHttpHandler        handler,
                                           gpointer             user_data,
                                           GDestroyNotify       destroy);
void          sg_http_server_set_quick    (SgHttpServer        *self,
                                           const char          *path);
gboolean      sg_http_server_start        (SgHttpServer        *self,
                                           GMainContext        *context,
                                           GError             **error);
void          sg_http_server_stop         (SgHttpServer        *self);
SgHttpStatus *sg_http_server_get_status   (SgHttpServer        *self);
void          sg_http_server_count_scrape (SgHttpServer        *self,
                                           const SgHttpRequest *request);
GPtrArray    *sg_http_server_get_routes   (SgHttpServer        *self);

G_END_DECLS
