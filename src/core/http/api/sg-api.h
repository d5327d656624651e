/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-config-status.h"
#include "http/sg-http-server.h"
#include "promql/sg-promql-engine.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgApiBackend:
 * @engine: evaluates the queries
 * @clock: what time it is when a request does not say
 * @get_querier: (transfer full) (nullable): what to ask; %NULL while there is nothing
 * @get_store: (transfer full) (nullable): what to write to; %NULL while there is nothing
 * @get_config: (transfer full) (nullable): the configuration; %NULL when there can be none
 * @list_flags: (transfer full): the flags and their values, name and value in turn
 * @user_data: for the functions, which are called on workers
 *
 * What stands behind the API.
 */
typedef struct
{
  SgPromqlEngine *engine;
  SgClock *clock;
  SgQuerier *(*get_querier) (gpointer user_data);
  SgStore   *(*get_store)   (gpointer user_data);
  SgConfigStatus *(*get_config) (gpointer user_data);
  GStrv      (*list_flags)  (gpointer user_data);
  gpointer user_data;
} SgApiBackend;

/**
 * SgApi:
 *
 * Prometheus' HTTP API: queries, series and labels, metadata, exemplars, status, rules and alerts, remote
 * write and read, federation, and the administration of the store.
 */
typedef struct _SgApi SgApi;

SgApi          *sg_api_new               (const SgApiBackend  *backend);
void            sg_api_free              (SgApi               *self);
/* Answers a request without a server: what a route of the API says to it, or 404. */
SgHttpResponse *sg_api_ask               (SgApi               *self,
                                          SgHttpRequest       *request);
/* Adds all routes to a server that has not started. */
void            sg_api_add               (SgHttpServer        *server,
                                          const SgApiBackend  *backend);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgApi, sg_api_free)

G_END_DECLS
