/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-exchange.h"

/*
 * What the requests being served may take together. A client costs while it sends its body and while
 * it takes its response; in both it must keep up min_rate, after a grace. That alone would let slow
 * clients fill every place for a while. So when there is no room, the slowest of those that have had
 * a second to show their speed gives up its place; only if there is none is the newcomer told to come
 * back later. Requests that a worker has are never given up: they end by themselves.
 */

#define PROBATION_US G_USEC_PER_SEC

static guint64
moved_bytes (SgHttpExchange *exchange)
{
  if (exchange->phase == SG_HTTP_PHASE_ANSWERING)
    return exchange->connection->bytes_out;
  return exchange->connection->bytes_in;
}

gboolean
sg_http_load_is_too_slow (SgHttpExchange *exchange,
                          gint64          now_us)
{
  const SgHttpLimits *limits = &exchange->server->config->limits;
  guint64 allowed_us = limits->grace_ms * G_GUINT64_CONSTANT (1000)
                       + moved_bytes (exchange) * G_USEC_PER_SEC / limits->min_rate;

  return exchange->phase != SG_HTTP_PHASE_WORKING
         && (guint64) (now_us - exchange->phase_us) > allowed_us;
}

/* Returns: (nullable): who moves the fewest bytes a second, of those in @phase, or in any but work */
static SgHttpExchange *
find_slowest (SgHttpServer *server,
              gboolean      any_phase,
              SgHttpPhase   phase)
{
  gint64 now_us = sg_http_gate_get_now_us (server->gate);
  SgHttpExchange *slowest = NULL;
  double lowest = G_MAXDOUBLE;

  for (GList *link = sg_http_gate_get_serving (server->gate)->head; link != NULL; link = link->next)
    {
      SgHttpConnection *connection = link->data;
      SgHttpExchange *exchange = connection->data;
      double rate;

      if (exchange == NULL || connection->broken || exchange->phase == SG_HTTP_PHASE_WORKING
          || (!any_phase && exchange->phase != phase) || now_us - exchange->phase_us < PROBATION_US)
        continue;
      rate = (double) moved_bytes (exchange) / (double) (now_us - exchange->phase_us);
      if (rate < lowest)
        {
          lowest = rate;
          slowest = exchange;
        }
    }
  return slowest;
}

/* The HTTP library lets go of it in the next turn. */
static void
give_up (SgHttpExchange *exchange,
         SgHttpRefusal   reason)
{
  sg_counter_inc (exchange->server->instruments.refused[reason]);
  if (exchange->phase == SG_HTTP_PHASE_RECEIVING)
    {
      g_autoptr (SgHttpResponse) response = sg_http_response_new_json_error (
          408, NULL, "the body came too slowly while others waited: send it again");

      sg_http_connection_refuse (exchange->connection, response);
      g_clear_pointer (&exchange->body, g_byte_array_unref);
    }
  else
    sg_http_connection_break (exchange->connection);
  sg_http_load_release (exchange);
}

gboolean
sg_http_load_admit_request (SgHttpServer *server)
{
  guint n = sg_http_gate_get_count (server->gate, SG_HTTP_CONNECTION_SERVING);
  SgHttpExchange *slowest;

  if (sg_http_jobs_get_pending (server->jobs) >= server->config->limits.max_requests)
    return FALSE;
  if (n <= server->config->limits.max_requests)
    return TRUE;
  slowest = find_slowest (server, TRUE, 0);
  if (slowest == NULL)
    return FALSE;
  give_up (slowest, SG_HTTP_REFUSAL_TOO_SLOW);
  return TRUE;
}

static guint
count_uploads (SgHttpServer *server)
{
  guint n = 0;

  for (GList *link = sg_http_gate_get_serving (server->gate)->head; link != NULL; link = link->next)
    {
      SgHttpConnection *connection = link->data;
      SgHttpExchange *exchange = connection->data;

      if (exchange != NULL && exchange->body != NULL && !connection->broken
          && exchange->phase == SG_HTTP_PHASE_RECEIVING)
        n++;
    }
  return n;
}

gboolean
sg_http_load_admit_upload (SgHttpServer *server)
{
  SgHttpExchange *slowest;

  if (count_uploads (server) < server->config->limits.max_uploads)
    return TRUE;
  slowest = find_slowest (server, FALSE, SG_HTTP_PHASE_RECEIVING);
  if (slowest == NULL)
    return FALSE;
  give_up (slowest, SG_HTTP_REFUSAL_TOO_SLOW);
  return TRUE;
}

gboolean
sg_http_load_hold_upload (SgHttpExchange *exchange,
                          gsize           bytes)
{
  SgHttpServer *server = exchange->server;

  while (server->upload_bytes + bytes > server->config->limits.max_upload_bytes)
    {
      SgHttpExchange *slowest = find_slowest (server, FALSE, SG_HTTP_PHASE_RECEIVING);

      if (slowest == NULL || slowest == exchange)
        return FALSE;
      give_up (slowest, SG_HTTP_REFUSAL_UPLOAD_MEMORY);
    }
  server->upload_bytes += bytes;
  exchange->upload_bytes += bytes;
  return TRUE;
}

gboolean
sg_http_load_hold_reply (SgHttpExchange *exchange,
                         gsize           bytes)
{
  SgHttpServer *server = exchange->server;

  while (server->reply_bytes > 0
         && server->reply_bytes + bytes > server->config->limits.max_reply_bytes)
    {
      SgHttpExchange *slowest = find_slowest (server, FALSE, SG_HTTP_PHASE_ANSWERING);

      if (slowest == NULL)
        return FALSE;
      give_up (slowest, SG_HTTP_REFUSAL_REPLY_MEMORY);
    }
  server->reply_bytes += bytes;
  exchange->reply_bytes += bytes;
  return TRUE;
}

void
sg_http_load_release (SgHttpExchange *exchange)
{
  exchange->server->upload_bytes -= exchange->upload_bytes;
  exchange->server->reply_bytes -= exchange->reply_bytes;
  exchange->upload_bytes = 0;
  exchange->reply_bytes = 0;
}
