/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-exchange.h"

/*
 * What the requests being served may take together. A client costs while it sends its body and while
 * it takes its response; in both it must keep up min_rate, after a grace. That alone would let slow
 * clients fill every place for a while. So when there is no room, the slowest of those that have had
 * a second to show their speed gives up its place, or one of those that wait for a worker although
 * their client may have gone. Only if there is none is the newcomer told to come back later.
 *
 * A request that is given up while its task is with a worker leaves the task behind. Those are bounded
 * as well, by TASKS_PER_REQUEST.
 */

#define PROBATION_US      G_USEC_PER_SEC
#define TASKS_PER_REQUEST 4

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

/* Returns: (nullable): who waits for a worker, and may have gone */
static SgHttpExchange *
find_doubtful (SgHttpServer *server)
{
  for (GList *link = sg_http_gate_get_serving (server->gate)->head; link != NULL; link = link->next)
    {
      SgHttpConnection *connection = link->data;
      SgHttpExchange *exchange = connection->data;

      if (exchange != NULL && !connection->broken && exchange->phase == SG_HTTP_PHASE_WORKING
          && (connection->half_closed || connection->left))
        return exchange;
    }
  return NULL;
}

/* The HTTP library lets go of it in the next turn; one that waits for a worker has to be woken. */
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
  if (exchange->phase == SG_HTTP_PHASE_WORKING)
    {
      sg_http_exchange_cancel (exchange);
      sg_http_exchange_drop_task (exchange);
      soup_server_message_unpause (exchange->message);
    }
  sg_http_load_release (exchange);
}

gboolean
sg_http_load_admit_request (SgHttpServer *server)
{
  guint n = sg_http_gate_get_count (server->gate, SG_HTTP_CONNECTION_SERVING);
  guint max = server->config->limits.max_requests;
  SgHttpExchange *victim;

  if (sg_http_jobs_get_pending (server->jobs) / TASKS_PER_REQUEST >= max)
    return FALSE;
  if (n <= max)
    return TRUE;
  victim = find_slowest (server, TRUE, 0);
  if (victim == NULL)
    victim = find_doubtful (server);
  if (victim == NULL)
    return FALSE;
  give_up (victim, victim->phase == SG_HTTP_PHASE_WORKING ? SG_HTTP_REFUSAL_BUSY
                                                          : SG_HTTP_REFUSAL_TOO_SLOW);
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
