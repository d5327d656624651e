/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "http/sg-web-config.h"

G_BEGIN_DECLS

#define SG_HTTP_DEFAULT_LISTEN_ADDRESS "127.0.0.1:8080"

/**
 * SgHttpLimits:
 * @max_connections: open connections; lower where the file limit of the process is lower
 * @max_requests: requests between their head and the end of their response
 * @max_uploads: of these, how many may be sending a body
 * @max_line_bytes: the request line (414)
 * @max_head_bytes: request line and header fields together (431)
 * @max_headers: header fields (431)
 * @max_waiting_bytes: memory of all heads that are not complete
 * @max_body_bytes: a body as it is sent (413)
 * @max_decoded_bytes: a body once it is decompressed (413)
 * @max_upload_bytes: memory of all bodies being received
 * @max_reply_bytes: memory of all responses that their clients have not taken yet
 * @head_timeout_ms: from the first byte, or the connection, to the end of the head
 * @idle_timeout_ms: between two requests of one connection
 * @handler_timeout_ms: how long a request may wait for its handler to answer (503)
 * @request_timeout_ms: from the end of the head to the end of the response
 * @grace_ms: how long a client may be slower than @min_rate
 * @min_rate: bytes a second that a client has to send of its body, or take of its response
 * @linger_ms: how long to wait for a client that was refused to read why
 *
 * Every bound of the server. A zero is no bound but a mistake; start from the defaults.
 */
typedef struct
{
  guint max_connections;
  guint max_requests;
  guint max_uploads;
  gsize max_line_bytes;
  gsize max_head_bytes;
  guint max_headers;
  gsize max_waiting_bytes;
  gsize max_body_bytes;
  gsize max_decoded_bytes;
  gsize max_upload_bytes;
  gsize max_reply_bytes;
  guint head_timeout_ms;
  guint idle_timeout_ms;
  guint handler_timeout_ms;
  guint request_timeout_ms;
  guint grace_ms;
  guint min_rate;
  guint linger_ms;
} SgHttpLimits;

#define SG_HTTP_LIMITS_DEFAULT \
  ((SgHttpLimits) { \
    .max_connections = 10000, \
    .max_requests = 256, \
    .max_uploads = 64, \
    .max_line_bytes = 16 * 1024, \
    .max_head_bytes = 32 * 1024, \
    .max_headers = 100, \
    .max_waiting_bytes = 16 * 1024 * 1024, \
    .max_body_bytes = 16 * 1024 * 1024, \
    .max_decoded_bytes = 64 * 1024 * 1024, \
    .max_upload_bytes = 64 * 1024 * 1024, \
    .max_reply_bytes = 64 * 1024 * 1024, \
    .head_timeout_ms = 10 * 1000, \
    .idle_timeout_ms = 300 * 1000, \
    .handler_timeout_ms = 120 * 1000, \
    .request_timeout_ms = 300 * 1000, \
    .grace_ms = 5 * 1000, \
    .min_rate = 1024, \
    .linger_ms = 2 * 1000, \
  })

/**
 * SgHttpConfig:
 * @listen_addresses: "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080" for every address
 * @explicit_port: somebody asked for this port: when it is taken, fail and do not look for another
 * @allow_remote_without_auth: whoever reaches the machine may read what it knows
 * @allowed_hosts: (nullable): further names by which clients may call this server
 * @require_token: even on loopback, acting needs the token
 * @state_dir: where the token lives
 * @web: (nullable): TLS, users and header fields, from web.config.yml
 * @clock: (nullable): the time that deadlines go by; the system's when %NULL
 * @limits: the bounds
 *
 * What a server needs to know before it starts.
 */
typedef struct
{
  GStrv listen_addresses;
  gboolean explicit_port;
  gboolean allow_remote_without_auth;
  GStrv allowed_hosts;
  gboolean require_token;
  char *state_dir;
  SgWebConfig *web;
  SgClock *clock;
  SgHttpLimits limits;
} SgHttpConfig;

#define SG_TYPE_HTTP_CONFIG (sg_http_config_get_type ())

GType         sg_http_config_get_type (void) G_GNUC_CONST;
SgHttpConfig *sg_http_config_new      (void);
SgHttpConfig *sg_http_config_copy     (const SgHttpConfig *self);
void          sg_http_config_free     (SgHttpConfig       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpConfig, sg_http_config_free)

G_END_DECLS
