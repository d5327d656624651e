/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-response.h"
#include "http/wire/sg-http-framing.h"

#include <gio/gio.h>
#include <netinet/in.h>

G_BEGIN_DECLS

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} SgHttpAddress;

/**
 * SgHttpConnectionState:
 * @SG_HTTP_CONNECTION_HEAD: sending its first head, or the rest of a later one
 * @SG_HTTP_CONNECTION_IDLE: between two requests
 * @SG_HTTP_CONNECTION_SERVING: its request is with the HTTP library
 * @SG_HTTP_CONNECTION_CLOSING: has its last response, and reads it
 * @SG_HTTP_CONNECTION_CLOSED: gone
 */
typedef enum
{
  SG_HTTP_CONNECTION_HEAD,
  SG_HTTP_CONNECTION_IDLE,
  SG_HTTP_CONNECTION_SERVING,
  SG_HTTP_CONNECTION_CLOSING,
  SG_HTTP_CONNECTION_CLOSED,
} SgHttpConnectionState;

#define SG_HTTP_CONNECTION_N_STATES 5

typedef struct _SgHttpGate SgHttpGate;

/**
 * SgHttpConnection:
 * @gate: whose connection it is; %NULL once that is gone
 * @fd: its socket
 * @fd_is_owned: whether that is ours to close; with TLS it is not
 * @tls: (nullable): what stands between us and the socket
 * @is_shaking: TLS is not there yet
 * @state: where it is
 * @link: its place in the gate's queue for that state
 * @since_us: when it came into that state
 * @n_requests: how many requests it has sent
 * @half_closed: the client had no more to send already when its request was complete
 * @left: the client has nothing more to send, and may have gone
 * @broken: the HTTP library shall let go: its reads and writes fail
 * @answered: the HTTP library has a response to write
 * @is_corked: the head of the response, which comes first, shall wait for its body
 * @finished: its response has been written to the end
 * @head_left: bytes of the head that the HTTP library has yet to read
 * @turn: bytes that it may move before it has to wait for the main loop
 * @waiting: what it waits on
 * @counted: how much of its buffer the gate counts as waiting
 * @data: what is served, and whom to tell; the server's
 *
 * One client. Reference-counted, and touched only by the thread of the gate. It is small, for there
 * may be ten thousand: the buffer exists only while there is something in it.
 */
typedef struct
{
  int ref_count;
  SgHttpGate *gate;
  const SgHttpLimits *limits;
  int fd;
  gboolean fd_is_owned;
  GIOStream *tls;
  gboolean is_shaking;
  SgHttpConnectionState state;
  GList link;
  gint64 since_us;
  guint64 n_requests;
  gboolean half_closed;
  gboolean left;
  gboolean broken;
  gboolean answered;
  gboolean is_corked;
  gboolean finished;
  SgHttpHead head;
  SgHttpFraming framing;
  char *buffer;
  gsize start;
  gsize length;
  gsize head_left;
  gssize turn;
  GSource *waiting;
  gsize counted;
  guint64 bytes_in;
  guint64 bytes_out;
  SgHttpResponse *refusal;
  SgHttpAddress peer;
  gpointer data;
} SgHttpConnection;

SgHttpConnection *sg_http_connection_new           (int                   fd,
                                                    const SgHttpLimits   *limits);
SgHttpConnection *sg_http_connection_ref           (SgHttpConnection     *self);
void              sg_http_connection_unref         (SgHttpConnection     *self);
gssize            sg_http_connection_fill          (SgHttpConnection     *self,
                                                    char                 *scratch,
                                                    gsize                 length);
void              sg_http_connection_begin_request (SgHttpConnection     *self);
void              sg_http_connection_end_request   (SgHttpConnection     *self);
gssize            sg_http_connection_read          (SgHttpConnection     *self,
                                                    void                 *bytes,
                                                    gsize                 length,
                                                    GError              **error);
gssize            sg_http_connection_write         (SgHttpConnection     *self,
                                                    const void           *bytes,
                                                    gsize                 length,
                                                    GError              **error);
gboolean          sg_http_connection_has_hidden    (SgHttpConnection     *self);
gboolean          sg_http_connection_is_readable   (SgHttpConnection     *self);
gboolean          sg_http_connection_is_writable   (SgHttpConnection     *self);
GSource          *sg_http_connection_create_source (SgHttpConnection     *self,
                                                    GIOCondition          condition);
void              sg_http_connection_refuse        (SgHttpConnection     *self,
                                                    SgHttpResponse       *response);
void              sg_http_connection_break         (SgHttpConnection     *self);
gboolean          sg_http_connection_send_refusal  (SgHttpConnection     *self);
char             *sg_http_connection_dup_target    (SgHttpConnection     *self);
GSocketAddress   *sg_http_connection_get_local     (SgHttpConnection     *self);
void              sg_http_connection_close_fd      (SgHttpConnection     *self);

GSocketAddress   *sg_http_address_to_gio           (const SgHttpAddress  *self);
gboolean          sg_http_address_is_loopback      (const SgHttpAddress  *self);
char             *sg_http_address_to_string        (const SgHttpAddress  *self);

/* The stream that the HTTP library is given: one request, then its end. */
GIOStream        *sg_http_stream_new               (SgHttpConnection     *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpConnection, sg_http_connection_unref)

G_END_DECLS
