/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"
#include "engine/sg-health-report.h"
#include "engine/sg-service.h"
#include "http/api/sg-api-operations.h"
#include "http/api/sg-api-targets.h"
#include "http/api/sg-api-push.h"
#include "http/api/sg-api.h"
#include "http/sg-http-status.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/* Makes the report that /health serves; called on workers. */
typedef SgHealthReport *(*SgHealthSource) (gpointer user_data);

/**
 * SgHttpService:
 *
 * The HTTP server as a service of the engine: it listens on the engine thread's context and serves
 * the engine's own pages.
 */
#define SG_TYPE_HTTP_SERVICE (sg_http_service_get_type ())
G_DECLARE_FINAL_TYPE (SgHttpService, sg_http_service, SG, HTTP_SERVICE, SgService)

SgHttpService  *sg_http_service_new        (const SgEngineOptions *options,
                                            SgRegistry            *registry,
                                            SgRegistry            *guest,
                                            SgHealthSource         health,
                                            gpointer               user_data);
/* Has the server answer Prometheus' API as well; before it starts. */
void            sg_http_service_add_api    (SgHttpService         *self,
                                            const SgApiBackend    *backend);
/* And what concerns targets; before it starts. */
void            sg_http_service_add_targets (SgHttpService        *self,
                                            const SgApiTargetsSource *source);
/* Has it take what is pushed; before it starts. */
void            sg_http_service_add_push   (SgHttpService         *self,
                                            SgApiPushSource        source,
                                            gpointer               user_data);
/* Has it take the operations that applications report; before it starts. */
void            sg_http_service_add_operations (SgHttpService      *self,
                                            const SgApiOperationsSource *source);
/* Has it serve the page of another registry; before it starts. */
void            sg_http_service_add_page   (SgHttpService         *self,
                                            const char            *path,
                                            SgRegistry            *registry);
SgHttpStatus   *sg_http_service_get_status (SgHttpService         *self);

G_END_DECLS
