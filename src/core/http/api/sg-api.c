/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-private.h"

static void
api_free (gpointer data)
{
  SgApi *self = data;

  g_object_unref (self->engine);
  g_object_unref (self->clock);
  g_free (self);
}

SgQuerier *
sg_api_get_querier (SgApi           *self,
                    SgHttpResponse **ret_refusal)
{
  SgQuerier *querier = self->querier (self->user_data);

  if (querier == NULL)
    *ret_refusal = sg_http_response_new_json_error (503, "unavailable",
                                                    "the store is not open yet: ask again soon");
  return querier;
}

/**
 * sg_api_add:
 * @server: a server that has not started
 * @engine: evaluates the queries
 * @clock: what time it is when a request does not say
 * @querier: what to ask
 * @user_data: for @querier
 */
void
sg_api_add (SgHttpServer     *server,
            SgPromqlEngine   *engine,
            SgClock          *clock,
            SgApiQuerierFunc  querier,
            gpointer          user_data)
{
  SgApi *self = g_new0 (SgApi, 1);

  self->engine = g_object_ref (engine);
  self->clock = g_object_ref (clock);
  self->querier = querier;
  self->user_data = user_data;
  sg_api_add_queries (server, self);
  sg_api_add_series (server, self);
  sg_api_add_status (server, self);
  g_object_set_data_full (G_OBJECT (server), "sg-api", self, api_free);
}
