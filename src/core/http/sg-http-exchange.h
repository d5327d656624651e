/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server-private.h"

G_BEGIN_DECLS

typedef enum
{
  SG_HTTP_PHASE_RECEIVING,
  SG_HTTP_PHASE_WORKING,
  SG_HTTP_PHASE_ANSWERING,
} SgHttpPhase;

/**
 * SgHttpExchange:
 * @server: whose it is
 * @connection: the client
 * @address: what the HTTP library knows the client by, and finds the exchange with
 * @target: the request target, until @request has it
 * @message: the request in the HTTP library, once it has begun there
 * @request: the request, once its head was read
 * @route: who answers it, once that is known
 * @needs_password: whether its user is yet to be found out
 * @task: what a worker does for it
 * @response: the answer, once that is known
 * @body: what has come of the body
 * @phase: where it is
 * @start_us: when it began
 * @phase_us: when @phase began
 * @answered_us: when the answer was ready
 * @upload_bytes: what it holds of the server's upload_bytes
 * @reply_bytes: what it holds of the server's reply_bytes
 *
 * One request and its response: see sg-http-exchange.c.
 */
typedef struct
{
  SgHttpServer *server;
  SgHttpConnection *connection;
  GSocketAddress *address;
  char *target;
  SoupServerMessage *message;
  SgHttpRequest *request;
  SgHttpRoute *route;
  gboolean needs_password;
  SgHttpTask *task;
  SgHttpResponse *response;
  GByteArray *body;
  SgHttpPhase phase;
  gint64 start_us;
  gint64 phase_us;
  gint64 answered_us;
  gsize upload_bytes;
  gsize reply_bytes;
} SgHttpExchange;

void            sg_http_exchange_begin        (SgHttpServer      *server,
                                               SgHttpConnection  *connection);
void            sg_http_exchange_attach       (SoupServerMessage *message);
void            sg_http_exchange_handle       (SoupServerMessage *message);
void            sg_http_exchange_finish_task  (SgHttpTask        *task);
void            sg_http_exchange_check        (SgHttpExchange    *self,
                                               gint64             now_us);
void            sg_http_exchange_end          (SgHttpExchange    *self);
void            sg_http_exchange_cancel       (SgHttpExchange    *self);
void            sg_http_exchange_drop_task    (SgHttpExchange    *self);

/* Whether there is room for one more, or for more bytes of one: see sg-http-load.c. */
gboolean        sg_http_load_admit_request    (SgHttpServer      *server);
gboolean        sg_http_load_admit_upload     (SgHttpServer      *server);
gboolean        sg_http_load_hold_upload      (SgHttpExchange    *exchange,
                                               gsize              bytes);
gboolean        sg_http_load_hold_reply       (SgHttpExchange    *exchange,
                                               gsize              bytes);
void            sg_http_load_release          (SgHttpExchange    *exchange);
gboolean        sg_http_load_is_too_slow      (SgHttpExchange    *exchange,
                                               gint64             now_us);

G_END_DECLS
