/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-config.h"

G_BEGIN_DECLS

typedef enum
{
  SG_HTTP_HEAD_INCOMPLETE,
  SG_HTTP_HEAD_COMPLETE,
  SG_HTTP_HEAD_REFUSED,
} SgHttpHeadResult;

/**
 * SgHttpHead:
 * @begin: where the request line begins, after blank lines that some clients send before it
 * @end: where the body begins, once the head is complete
 * @line: where the line being received begins
 * @scanned: no line feed of that line lies before here
 * @n_headers: header fields so far
 * @target: where the request target lies
 * @target_length: and how long it is
 * @is_http10: the client speaks HTTP/1.0
 * @is_head: the method is HEAD, so that no response has a body
 * @keep_alive: the client wants to send more requests
 * @chunked: the body is chunked
 * @expects_continue: the client waits for leave to send its body
 * @has_length: there is a Content-Length
 * @content_length: its value
 * @status: why it is refused: the status to answer, 0 while it is not
 * @problem: the same in words
 *
 * What is known of a request's head while it arrives: see sg-http-head.c.
 */
typedef struct
{
  gsize begin;
  gsize end;
  gsize line;
  gsize scanned;
  guint n_headers;
  gsize target;
  gsize target_length;
  gboolean has_request_line;
  gboolean is_http10;
  gboolean is_head;
  gboolean keep_alive;
  gboolean close;
  gboolean chunked;
  gboolean expects_continue;
  gboolean has_host;
  gboolean has_length;
  guint64 content_length;
  guint status;
  const char *problem;
} SgHttpHead;

SgHttpHeadResult sg_http_head_feed      (SgHttpHead         *self,
                                         const char         *bytes,
                                         gsize               length,
                                         const SgHttpLimits *limits);

static inline gboolean
sg_http_head_has_body (const SgHttpHead *self)
{
  return self->chunked || self->content_length > 0;
}

/* "name[:port]" as in a Host header: lower case, without brackets and a last dot; NULL if malformed. */
char            *sg_http_host_get_name  (const char         *host);

G_END_DECLS
