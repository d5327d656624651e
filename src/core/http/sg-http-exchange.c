/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-exchange.h"

#include "http/sg-http-coding.h"
#include "http/sg-http-request-private.h"

#include "sg-config.h"

/*
 * One request on its way through the HTTP library:
 *
 *   the gate has its head → begin: a stream for the library, which reads the head at once
 *   → got-headers: who asks for what, is it allowed, is there room for a body
 *   → got-chunk: the body, counted           (RECEIVING)
 *   → handle: a task for a worker             (WORKING; the library pauses)
 *   → finish_task: the response               (ANSWERING; the library writes)
 *   → the library closes the stream → end
 *
 * A request that is turned down has its answer at got-headers. When it has no body it takes the same
 * way, past the worker, and its connection lives on. When it has one, nobody waits for the body: the
 * connection is broken and the gate sends the answer.
 *
 * All of this happens on the server's thread. Only the task is touched elsewhere, and refers to its
 * exchange with a pointer that is cleared when the exchange ends before the task is back.
 */

#define BUSY "the server has as many requests as it can take: ask again in a second"

static GQuark
exchange_quark (void)
{
  return g_quark_from_static_string ("sg-http-exchange");
}

static SgHttpExchange *
find_exchange (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return g_object_get_qdata (G_OBJECT (address), exchange_quark ());
}

static void
set_phase (SgHttpExchange *self,
           SgHttpPhase     phase)
{
  self->phase = phase;
  self->phase_us = sg_http_gate_get_now_us (self->server->gate);
}

static SgHttpResponse *
new_busy (void)
{
  SgHttpResponse *response = sg_http_response_new_json_error (503, NULL, BUSY);

  sg_http_response_set_header (response, "Retry-After", "1");
  return response;
}

static void
set_soup_header (const char *name,
                 const char *value,
                 gpointer    user_data)
{
  soup_message_headers_replace (user_data, name, value);
}

static void
set_header_if_absent (SoupMessageHeaders *headers,
                      const char         *name,
                      const char         *value)
{
  if (soup_message_headers_get_one (headers, name) == NULL)
    soup_message_headers_append (headers, name, value);
}

/* Those that the HTTP library does not write, or has forgotten after a "100 Continue". */
static void
set_own_headers (SgHttpExchange     *self,
                 SoupMessageHeaders *headers)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);
  SgHttpHead *head = &self->connection->head;
  const SgWebConfig *web = self->server->config->web;

  soup_message_headers_replace (headers, "Date", date);
  soup_message_headers_replace (headers, "Server", "Sightglass/" SG_VERSION);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  for (guint i = 0; web != NULL && i < web->headers->len; i += 2)
    set_header_if_absent (headers, g_ptr_array_index (web->headers, i),
                          g_ptr_array_index (web->headers, i + 1));
  if (!head->keep_alive)
    soup_message_headers_replace (headers, "Connection", "close");
  else if (head->is_http10)
    soup_message_headers_replace (headers, "Connection", "keep-alive");
}

static void
count_refusal (SgHttpExchange *self,
               guint           status)
{
  SgHttpRefusal reason;

  if (sg_http_refusal_from_status (status, &reason))
    sg_counter_inc (self->server->instruments.refused[reason]);
}

static void
keep_response (SgHttpExchange *self,
               SgHttpResponse *response)
{
  g_clear_pointer (&self->response, sg_http_response_unref);
  self->response = sg_http_response_ref (response);
}

/* Gives the library what to write. */
static void
answer (SgHttpExchange *self,
        SgHttpResponse *response)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  guint status = sg_http_response_get_status (response);
  GBytes *body = sg_http_response_get_body (response);

  keep_response (self, response);
  self->answered_us = sg_http_gate_get_now_us (self->server->gate);
  self->connection->answered = TRUE;
  set_phase (self, SG_HTTP_PHASE_ANSWERING);
  soup_server_message_set_status (self->message, status, sg_http_status_get_phrase (status));
  sg_http_response_foreach_header (response, set_soup_header, headers);
  set_own_headers (self, headers);
  if (g_bytes_get_size (body) == 0)
    return;
  self->connection->is_corked = !self->connection->head.is_head;
  soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);
}

/* Turns the request down before its body was read. */
static void
reject (SgHttpExchange *self,
        SgHttpResponse *response)
{
  if (sg_http_head_has_body (&self->connection->head))
    {
      keep_response (self, response);
      sg_http_connection_refuse (self->connection, response);
      return;
    }
  count_refusal (self, sg_http_response_get_status (response));
  answer (self, response);
}

static void
reject_with (SgHttpExchange *self,
             guint           status,
             const char     *problem)
{
  g_autoptr (SgHttpResponse) response = sg_http_response_new_json_error (status, NULL, problem);

  reject (self, response);
}

static void
add_request_header (const char *name,
                    const char *value,
                    gpointer    user_data)
{
  sg_http_request_add_header (user_data, name, value);
}

static void
read_request (SgHttpExchange *self,
              const char     *target)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (self->message);

  self->request = sg_http_request_new (soup_server_message_get_method (self->message), target);
  self->request->peer = sg_http_address_to_string (&self->connection->peer);
  soup_message_headers_foreach (headers, add_request_header, self->request);
  /* The library would cut the response into the ranges asked for: copies of it, as many as wanted. */
  soup_message_headers_remove (headers, "Range");
}

static gboolean
check_verdict (SgHttpExchange *self,
               SgHttpVerdict   verdict)
{
  g_autoptr (SgHttpResponse) response = NULL;

  if (verdict.status == 0)
    return TRUE;
  response = sg_http_response_new_json_error (verdict.status, NULL, verdict.problem);
  if (verdict.challenge != NULL)
    sg_http_response_set_header (response, "WWW-Authenticate", verdict.challenge);
  reject (self, response);
  return FALSE;
}

/* A password that was right before need not be checked again. */
static void
note_password (SgHttpExchange *self,
               SgHttpCaller   *caller)
{
  self->request->user =
      sg_http_users_find_known (self->server->config->web->users, caller->authorization);
  self->needs_password = self->request->user == NULL;
}

static gboolean
check_access (SgHttpExchange *self,
              SgHttpCaller   *caller)
{
  SgHttpVerdict verdict = sg_http_access_check (&self->server->access, caller, self->route->scope);

  if (verdict.needs_password)
    note_password (self, caller);
  return check_verdict (self, verdict);
}

/*
 * What a path takes. Nobody else's page is told that it may read an answer, so that a browser which asks
 * for such a page stops here.
 */
static void
answer_options (SgHttpExchange *self,
                SgHttpMethods   methods)
{
  g_autoptr (SgHttpResponse) response = sg_http_response_new (204, NULL, NULL);
  g_autofree char *list = sg_http_methods_to_list (methods);
  g_autofree char *allowed = g_strconcat (list, ", OPTIONS", NULL);

  sg_http_response_set_header (response, "Allow", allowed);
  reject (self, response);
}

static gboolean
check_route (SgHttpExchange *self)
{
  g_autoptr (SgHttpResponse) response = NULL;
  g_autofree char *allowed = NULL;
  SgHttpMethods methods = 0;
  guint status = sg_http_router_match (self->server->router, self->request, &self->route, &methods);

  if (status == 0)
    return TRUE;
  if (status != 405)
    {
      reject_with (self, status,
                   status == 404 ? "there is nothing at this path"
                                 : "the path is not UTF-8 in percent-encoding");
      return FALSE;
    }
  if (self->request->method == SG_HTTP_OPTIONS)
    {
      answer_options (self, methods);
      return FALSE;
    }
  allowed = sg_http_methods_to_list (methods);
  response = sg_http_response_new_json_error (405, NULL, "this path does not take that method");
  sg_http_response_set_header (response, "Allow", allowed);
  reject (self, response);
  return FALSE;
}

static gboolean
check_body (SgHttpExchange *self)
{
  SgHttpHead *head = &self->connection->head;
  g_autoptr (SgHttpResponse) response = NULL;

  if (!sg_http_head_has_body (head))
    return TRUE;
  if (head->content_length > self->server->config->limits.max_body_bytes)
    {
      reject_with (self, 413, "the body is too large");
      return FALSE;
    }
  if (sg_http_load_admit_upload (self->server))
    {
      self->body = g_byte_array_new ();
      return TRUE;
    }
  response = new_busy ();
  reject (self, response);
  return FALSE;
}

static void
on_got_headers (SoupServerMessage *message,
                SgHttpExchange    *self)
{
  g_autofree char *target = g_steal_pointer (&self->target);
  const SgWebConfig *web = self->server->config->web;
  SgHttpCaller caller = {
    .is_local = sg_http_address_is_loopback (&self->connection->peer)
                || (web != NULL && web->clients == SG_WEB_CLIENTS_MUST_PROVE),
    .target = target,
  };

  read_request (self, target);
  if (soup_server_message_get_status (message) != 0)
    {
      reject_with (self, soup_server_message_get_status (message), "the request is malformed");
      return;
    }
  caller.host = sg_http_request_get_header (self->request, "host");
  caller.origin = sg_http_request_get_header (self->request, "origin");
  caller.authorization = sg_http_request_get_header (self->request, "authorization");
  if (check_verdict (self, sg_http_access_check_host (&self->server->access, &caller))
      && check_route (self) && check_access (self, &caller))
    check_body (self);
}

static void
on_got_chunk (SoupServerMessage *message,
              GBytes            *chunk,
              SgHttpExchange    *self)
{
  gsize length = 0;
  gconstpointer bytes = g_bytes_get_data (chunk, &length);
  g_autoptr (SgHttpResponse) response = NULL;

  if (self->body == NULL || self->connection->broken)
    return;
  if (sg_http_load_hold_upload (self, length))
    {
      g_byte_array_append (self->body, bytes, (guint) length);
      return;
    }
  response = new_busy ();
  reject (self, response);
}

static void
on_wrote_body (SoupServerMessage *message,
               SgHttpExchange    *self)
{
  self->connection->finished = TRUE;
}

/**
 * sg_http_exchange_begin:
 * @server: the server
 * @connection: a connection whose head is complete
 *
 * Gives the connection to the HTTP library, which reads the head before this returns.
 */
void
sg_http_exchange_begin (SgHttpServer     *server,
                        SgHttpConnection *connection)
{
  SgHttpExchange *self;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GSocketAddress) local = NULL;

  if (!sg_http_load_admit_request (server))
    {
      g_autoptr (SgHttpResponse) response = new_busy ();

      sg_http_connection_refuse (connection, response);
      sg_http_gate_take_back (connection);
      return;
    }
  self = g_new0 (SgHttpExchange, 1);
  self->server = server;
  self->connection = sg_http_connection_ref (connection);
  self->target = sg_http_connection_dup_target (connection);
  self->start_us = sg_http_gate_get_now_us (server->gate);
  set_phase (self, SG_HTTP_PHASE_RECEIVING);
  connection->data = self;
  sg_gauge_inc (server->instruments.in_flight);
  self->address = sg_http_address_to_gio (&connection->peer);
  g_object_set_qdata (G_OBJECT (self->address), exchange_quark (), self);
  local = sg_http_connection_get_local (connection);
  stream = sg_http_stream_new (connection);
  soup_server_accept_iostream (server->soup, stream, local, self->address, NULL);
}

/* The library has made a message for the request: follow it. */
void
sg_http_exchange_attach (SoupServerMessage *message)
{
  SgHttpExchange *self = find_exchange (message);

  if (self == NULL || self->message != NULL)
    return;
  self->message = g_object_ref (message);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-headers", G_CALLBACK (on_got_headers), self);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), self);
  g_signal_connect (message, "wrote-body", G_CALLBACK (on_wrote_body), self);
}

/* The request is complete and not turned down: a worker may have it. The body of a GET means nothing. */
void
sg_http_exchange_handle (SoupServerMessage *message)
{
  SgHttpExchange *self = find_exchange (message);
  SgHttpServer *server;

  if (self == NULL || self->message != message)
    {
      soup_server_message_set_status (message, 503, NULL);
      return;
    }
  server = self->server;
  if (self->body != NULL && self->request->method != SG_HTTP_GET)
    {
      g_bytes_unref (self->request->body);
      self->request->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
    }
  set_phase (self, SG_HTTP_PHASE_WORKING);
  self->task = sg_http_task_new (self->request, self->route);
  self->task->owner = self;
  self->task->is_doubtful = self->connection->half_closed;
  if (self->needs_password)
    {
      self->task->users = sg_http_users_ref (server->config->web->users);
      self->task->is_quick = FALSE;
    }
  self->task->max_decoded_bytes = server->config->limits.max_decoded_bytes;
  self->task->accepts_gzip =
      sg_http_accepts_gzip (sg_http_request_get_header (self->request, "accept-encoding"));
  soup_server_message_pause (message);
  sg_http_jobs_push (server->jobs, self->task);
}

void
sg_http_exchange_drop_task (SgHttpExchange *self)
{
  if (self->task != NULL)
    self->task->owner = NULL;
  g_clear_pointer (&self->task, sg_http_task_unref);
}

static void
answer_and_go_on (SgHttpExchange *self,
                  SgHttpResponse *response)
{
  g_autoptr (SgHttpResponse) busy = NULL;

  if (!sg_http_load_hold_reply (self, g_bytes_get_size (sg_http_response_get_body (response))))
    {
      response = busy = new_busy ();
      count_refusal (self, 503);
    }
  sg_http_exchange_drop_task (self);
  answer (self, response);
  soup_server_message_unpause (self->message);
}

/* A task is back from its worker. */
void
sg_http_exchange_finish_task (SgHttpTask *task)
{
  SgHttpExchange *self = task->owner;

  if (self == NULL)
    return;
  if (self->needs_password && self->request->user == NULL)
    count_refusal (self, 401);
  answer_and_go_on (self, task->response);
}

static void
time_out (SgHttpExchange *self)
{
  g_autoptr (SgHttpResponse) response = sg_http_response_new_json_error (
      503, "timeout", "the request took longer than it may: ask for less");

  g_cancellable_cancel (self->request->cancellable);
  count_refusal (self, 503);
  answer_and_go_on (self, response);
}

static void
give_up_slow (SgHttpExchange *self)
{
  g_autoptr (SgHttpResponse) response = NULL;

  if (self->phase == SG_HTTP_PHASE_ANSWERING)
    {
      count_refusal (self, 408);
      sg_http_connection_break (self->connection);
      return;
    }
  response = sg_http_response_new_json_error (408, NULL, "the body took too long to arrive");
  sg_http_connection_refuse (self->connection, response);
}

/* Called once a second, and when the client goes. */
void
sg_http_exchange_check (SgHttpExchange *self,
                        gint64          now_us)
{
  const SgHttpLimits *limits = &self->server->config->limits;
  gint64 request_us = limits->request_timeout_ms * G_GINT64_CONSTANT (1000);
  gint64 handler_us = limits->handler_timeout_ms * G_GINT64_CONSTANT (1000);

  if (self->connection->broken)
    return;
  if (self->phase == SG_HTTP_PHASE_WORKING)
    {
      if (self->connection->left)
        g_cancellable_cancel (self->request->cancellable);
      if (now_us - self->phase_us > handler_us || now_us - self->start_us > request_us)
        time_out (self);
    }
  else if (now_us - self->start_us > request_us || sg_http_load_is_too_slow (self, now_us))
    give_up_slow (self);
}

void
sg_http_exchange_cancel (SgHttpExchange *self)
{
  if (self->request != NULL)
    g_cancellable_cancel (self->request->cancellable);
}

static void
observe (SgHttpExchange *self)
{
  SgHttpServer *server = self->server;
  gint64 end_us =
      self->answered_us != 0 ? self->answered_us : sg_http_gate_get_now_us (server->gate);
  SgHttpResponse *refusal = self->connection->refusal;
  SgHttpResponse *response = refusal != NULL ? refusal : self->response;

  sg_http_instruments_observe (&server->instruments,
                               self->route != NULL ? self->route->path : "none",
                               response != NULL ? sg_http_response_get_status (response) : 499,
                               (double) (end_us - self->start_us) / 1e6,
                               self->connection->bytes_out);
  sg_gauge_dec (server->instruments.in_flight);
}

/* The connection goes on without it, or nowhere. */
void
sg_http_exchange_end (SgHttpExchange *self)
{
  observe (self);
  sg_http_exchange_cancel (self);
  sg_http_exchange_drop_task (self);
  sg_http_load_release (self);
  if (self->message != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->message, self);
      g_object_unref (self->message);
    }
  g_object_set_qdata (G_OBJECT (self->address), exchange_quark (), NULL);
  g_object_unref (self->address);
  self->connection->data = NULL;
  sg_http_connection_unref (self->connection);
  g_clear_pointer (&self->request, sg_http_request_unref);
  g_clear_pointer (&self->route, sg_http_route_unref);
  g_clear_pointer (&self->response, sg_http_response_unref);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->target);
  g_free (self);
}
