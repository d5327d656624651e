/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"
#include "promql/sg-promql-engine.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): what to ask, %NULL while there is nothing; called on workers */
typedef SgQuerier *(*SgApiQuerierFunc) (gpointer user_data);

/**
 * SgApi:
 *
 * Prometheus' HTTP API, as far as queries go: query, query_range, series, labels, label values, metadata,
 * format_query and the status of the build. Lives as long as the server.
 */
typedef struct _SgApi SgApi;

void            sg_api_add               (SgHttpServer        *server,
                                          SgPromqlEngine      *engine,
                                          SgClock             *clock,
                                          SgApiQuerierFunc     querier,
                                          gpointer             user_data);

G_END_DECLS
