/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-connection.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The bytes of a client, and what is kept of them.
 *
 *   buffer:  | … | head of the request | what came behind it |
 *            0   head.begin    head.end                      length
 *
 * While the head is incomplete the gate fills the buffer. Once it is complete the HTTP library reads
 * through sg_http_connection_read(): first the head, then, up to the end of this request and no
 * further, what came behind it, then the socket. What a read takes from the socket beyond the end of
 * the request goes back into the buffer and is the beginning of the next.
 *
 * A request that is refused midway makes each read and write fail, so that the library lets go; the
 * gate then sends the refusal itself.
 *
 * No client may hold the thread: after TURN_BYTES in one direction it waits for the next turn of the
 * main loop, as if its socket had run dry.
 */

#define TURN_BYTES (128 * 1024)

SgHttpConnection *
sg_http_connection_new (int                 fd,
                        const SgHttpLimits *limits)
{
  SgHttpConnection *self = g_new0 (SgHttpConnection, 1);

  self->ref_count = 1;
  self->fd = fd;
  self->fd_is_owned = TRUE;
  self->limits = limits;
  self->link.data = self;
  return self;
}

SgHttpConnection *
sg_http_connection_ref (SgHttpConnection *self)
{
  self->ref_count++;
  return self;
}

void
sg_http_connection_unref (SgHttpConnection *self)
{
  if (--self->ref_count > 0)
    return;
  sg_http_connection_close_fd (self);
  g_clear_pointer (&self->refusal, sg_http_response_unref);
  g_clear_pointer (&self->waiting, g_source_unref);
  g_free (self->buffer);
  g_free (self);
}

/* The socket of TLS may be in the hands of another thread for a while; the client need not wait for it. */
void
sg_http_connection_close_fd (SgHttpConnection *self)
{
  if (self->fd >= 0 && self->fd_is_owned)
    close (self->fd);
  else if (self->fd >= 0)
    shutdown (self->fd, SHUT_RDWR);
  self->fd = -1;
  g_clear_object (&self->tls);
}

static void
set_buffer (SgHttpConnection *self,
            const char       *bytes,
            gsize             length)
{
  char *buffer = length > 0 ? g_memdup2 (bytes, length) : NULL;

  g_free (self->buffer);
  self->buffer = buffer;
  self->start = 0;
  self->length = length;
}

static void
append_buffer (SgHttpConnection *self,
               const char       *bytes,
               gsize             length)
{
  self->buffer = g_realloc (self->buffer, self->length + length);
  memcpy (self->buffer + self->length, bytes, length);
  self->length += length;
}

/* What TLS says, in the words of recv() and send(). @error: (transfer full) */
static gssize
translate (gssize  n,
           GError *error)
{
  if (n < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : ECONNRESET;
  g_clear_error (&error);
  return n;
}

static gssize
tls_receive (SgHttpConnection *self,
             void             *bytes,
             gsize             length)
{
  GInputStream *stream = g_io_stream_get_input_stream (self->tls);
  GError *error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                       length, NULL, &error);

  return translate (n, error);
}

static gssize
tls_send (SgHttpConnection *self,
          const void       *bytes,
          gsize             length)
{
  GOutputStream *stream = g_io_stream_get_output_stream (self->tls);
  GError *error = NULL;
  gssize n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), bytes,
                                                         length, NULL, &error);

  return translate (n, error);
}

/* Whether TLS has taken something from the socket that nobody has read. */
gboolean
sg_http_connection_has_hidden (SgHttpConnection *self)
{
  return self->tls != NULL && !self->is_shaking
         && g_pollable_input_stream_is_readable (
             G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->tls)));
}

static gssize
receive (SgHttpConnection *self,
         void             *bytes,
         gsize             length)
{
  gssize n;

  do
    n = self->tls != NULL ? tls_receive (self, bytes, length) : recv (self->fd, bytes, length, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    self->bytes_in += (guint64) n;
  return n;
}

/* Takes what the client has sent of its head. Returns: as recv(), with errno */
gssize
sg_http_connection_fill (SgHttpConnection *self,
                         char             *scratch,
                         gsize             length)
{
  gssize n = receive (self, scratch, MIN (length, self->limits->max_head_bytes - self->length));

  if (n > 0)
    append_buffer (self, scratch, (gsize) n);
  return n;
}

/* The head is complete: from here on the HTTP library reads. */
void
sg_http_connection_begin_request (SgHttpConnection *self)
{
  self->n_requests++;
  self->start = self->head.begin;
  self->head_left = self->head.end - self->head.begin;
  self->left = FALSE;
  self->answered = FALSE;
  self->finished = FALSE;
  self->bytes_in = self->length - self->head.end;
  self->bytes_out = 0;
  self->turn = TURN_BYTES;
  sg_http_framing_init (&self->framing, &self->head);
}

/* The request has been read to its end: what is left over begins the next. */
void
sg_http_connection_end_request (SgHttpConnection *self)
{
  g_clear_pointer (&self->waiting, g_source_unref);
  self->head = (SgHttpHead) { 0 };
  if (self->length > 0)
    set_buffer (self, self->buffer + self->start, self->length - self->start);
}

static gssize
fail_broken (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the request was given up");
  return -1;
}

static gssize
fail_would_block (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "not now");
  return -1;
}

static gssize
fail_errno (GError **error)
{
  int saved_errno = errno;

  if (saved_errno == EAGAIN)
    return fail_would_block (error);
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                       g_strerror (saved_errno));
  return -1;
}

static gsize
consume_buffer (SgHttpConnection *self,
                void             *bytes,
                gsize             length)
{
  memcpy (bytes, self->buffer + self->start, length);
  self->start += length;
  if (self->start == self->length)
    set_buffer (self, NULL, 0);
  return length;
}

static void
refuse_framing (SgHttpConnection *self)
{
  g_autoptr (SgHttpResponse) response =
      sg_http_response_new_json_error (self->framing.status, NULL, self->framing.problem);

  sg_http_connection_refuse (self, response);
}

static gssize
read_body (SgHttpConnection  *self,
           void              *bytes,
           gsize              length,
           GError           **error)
{
  gssize n;
  gsize taken;

  if (self->length > 0)
    {
      gsize buffered = MIN (length, self->length - self->start);

      taken =
          sg_http_framing_take (&self->framing, self->buffer + self->start, buffered, self->limits);
      n = (gssize) consume_buffer (self, bytes, taken);
    }
  else
    {
      n = receive (self, bytes, length);
      if (n < 0)
        return fail_errno (error);
      taken = sg_http_framing_take (&self->framing, bytes, (gsize) n, self->limits);
      if (taken < (gsize) n)
        set_buffer (self, (char *) bytes + taken, (gsize) n - taken);
      n = (gssize) taken;
    }
  if (self->framing.status == 0)
    return n;
  refuse_framing (self);
  return fail_broken (error);
}

/* What the HTTP library reads: one request and then the end of the stream. */
gssize
sg_http_connection_read (SgHttpConnection  *self,
                         void              *bytes,
                         gsize              length,
                         GError           **error)
{
  gssize n;

  if (self->broken)
    return fail_broken (error);
  if (self->head_left > 0)
    {
      gsize head = consume_buffer (self, bytes, MIN (length, self->head_left));

      self->head_left -= head;
      return (gssize) head;
    }
  if (self->framing.state == SG_HTTP_FRAMING_DONE)
    return 0;
  if (self->turn <= 0)
    return fail_would_block (error);
  n = read_body (self, bytes, length, error);
  self->turn -= MAX (n, 0);
  return n;
}

static gssize
transmit (SgHttpConnection *self,
          const void       *bytes,
          gsize             length)
{
  const int flags = MSG_NOSIGNAL | (self->is_corked ? MSG_MORE : 0);
  gssize n;

  do
    n = self->tls != NULL ? tls_send (self, bytes, length) : send (self->fd, bytes, length, flags);
  while (n < 0 && errno == EINTR);
  return n;
}

gssize
sg_http_connection_write (SgHttpConnection  *self,
                          const void        *bytes,
                          gsize              length,
                          GError           **error)
{
  gssize n;

  if (self->broken)
    return fail_broken (error);
  if (self->turn <= 0)
    return fail_would_block (error);
  n = transmit (self, bytes, MIN (length, TURN_BYTES));
  if (n < 0)
    return fail_errno (error);
  self->is_corked = FALSE;
  self->bytes_out += (guint64) n;
  self->turn -= n;
  return n;
}

/* Readable without asking the socket. */
static gboolean
has_news (SgHttpConnection *self)
{
  return self->broken || self->length > 0 || self->framing.state == SG_HTTP_FRAMING_DONE;
}

static gboolean
socket_is_ready (SgHttpConnection *self,
                 short             events)
{
  struct pollfd pollfd = { self->fd, events, 0 };

  return poll (&pollfd, 1, 0) != 0;
}

gboolean
sg_http_connection_is_readable (SgHttpConnection *self)
{
  return has_news (self)
         || (self->turn > 0
             && (sg_http_connection_has_hidden (self) || socket_is_ready (self, POLLIN)));
}

gboolean
sg_http_connection_is_writable (SgHttpConnection *self)
{
  return self->broken || (self->turn > 0 && socket_is_ready (self, POLLOUT));
}

static GSource *
create_stream_source (SgHttpConnection *self,
                      GIOCondition      condition)
{
  if (self->tls == NULL)
    return g_unix_fd_source_new (self->fd, condition);
  if (condition == G_IO_IN)
    return g_pollable_input_stream_create_source (
        G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->tls)), NULL);
  return g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->tls)), NULL);
}

/* Whoever waits gets a new turn with it. */
GSource *
sg_http_connection_create_source (SgHttpConnection *self,
                                  GIOCondition      condition)
{
  gboolean ready = condition == G_IO_IN ? has_news (self) : self->broken;

  self->turn = TURN_BYTES;
  g_clear_pointer (&self->waiting, g_source_unref);
  self->waiting = ready ? g_timeout_source_new (0) : create_stream_source (self, condition);
  return g_source_ref (self->waiting);
}

/* Makes the HTTP library let go of the connection, in a later turn of the main loop. */
void
sg_http_connection_break (SgHttpConnection *self)
{
  self->broken = TRUE;
  if (self->waiting != NULL)
    g_source_set_ready_time (self->waiting, 0);
}

/**
 * sg_http_connection_refuse:
 * @self: a connection
 * @response: what to answer
 *
 * Ends its request with @response as soon as the HTTP library has let go of it. The first refusal
 * counts.
 */
void
sg_http_connection_refuse (SgHttpConnection *self,
                           SgHttpResponse   *response)
{
  if (self->refusal == NULL)
    self->refusal = sg_http_response_ref (response);
  sg_http_connection_break (self);
}

/* Nothing of a response has been sent, so the socket has room for these few bytes. */
gboolean
sg_http_connection_send_refusal (SgHttpConnection *self)
{
  g_autoptr (GBytes) bytes = sg_http_response_serialize (self->refusal, self->head.is_head);
  gsize length = 0;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (self->answered)
    return FALSE;
  return transmit (self, data, length) == (gssize) length;
}

/* Valid from the completion of the head until the HTTP library reads it. */
char *
sg_http_connection_dup_target (SgHttpConnection *self)
{
  return g_strndup (self->buffer + self->head.target, self->head.target_length);
}

/* Returns: (transfer full): our end of it */
GSocketAddress *
sg_http_connection_get_local (SgHttpConnection *self)
{
  SgHttpAddress local = { .any.sa_family = AF_INET };
  socklen_t size = sizeof local;

  getsockname (self->fd, &local.any, &size);
  return sg_http_address_to_gio (&local);
}

GSocketAddress *
sg_http_address_to_gio (const SgHttpAddress *self)
{
  return g_socket_address_new_from_native (
      (gpointer) self, self->any.sa_family == AF_INET6 ? sizeof self->v6 : sizeof self->v4);
}

/* 127.0.0.0/8, ::1, and the former as an IPv6 address. */
gboolean
sg_http_address_is_loopback (const SgHttpAddress *self)
{
  if (self->any.sa_family == AF_INET)
    return ntohl (self->v4.sin_addr.s_addr) >> 24 == 127;
  if (self->any.sa_family != AF_INET6)
    return FALSE;
  return IN6_IS_ADDR_LOOPBACK (&self->v6.sin6_addr)
         || (IN6_IS_ADDR_V4MAPPED (&self->v6.sin6_addr) && self->v6.sin6_addr.s6_addr[12] == 127);
}

char *
sg_http_address_to_string (const SgHttpAddress *self)
{
  g_autoptr (GSocketAddress) address = sg_http_address_to_gio (self);

  if (address == NULL)
    return g_strdup ("unknown");
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}
