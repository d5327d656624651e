/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-gate.h"

#include "http/sg-http-error.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A connection goes round in a circle:
 *
 *   accepted → HEAD → SERVING → IDLE → HEAD → …
 *                 ↘         ↘
 *                   CLOSING → closed
 *
 * Only a connection in SERVING costs the HTTP library anything; all others wait here, in one epoll
 * set, which is one file descriptor to the main loop. So ten thousand idle clients make no turn of
 * the main loop longer, and each costs a few hundred bytes. A queue for each state is ordered by the
 * time of entry, so that the deadline to look at next is always that of a queue's first.
 *
 *   HEAD     first byte (or the connection) to the end of the head: head_timeout_ms, then 408
 *   SERVING  asked once a second what it is doing: the server's own rules (sg-http-exchange.c)
 *   IDLE     idle_timeout_ms, then closed; the client may send its next head at any time
 *   CLOSING  linger_ms: all that comes is thrown away, so that no reset destroys the last response
 *            while the client still reads it
 *
 * A SERVING connection stays in the set for one event: that the client has gone.
 *
 * A client that sends a request and has already closed its side when that is read has probably hung
 * up; it may also be a pipe that came to its end. It is served, but not while others wait.
 */

#define EVENTS_PER_TURN   32
#define CHECK_INTERVAL_US G_USEC_PER_SEC
#define DRAIN_BYTES       (256 * 1024)
#define YOUNG_US          G_USEC_PER_SEC

struct _SgHttpGate
{
  SgHttpLimits limits;
  SgClock *clock;
  SgHttpInstruments *instruments;
  GMainContext *context;
  const SgHttpGateFuncs *funcs;
  gpointer user_data;
  SgHttpTls *tls;
  int epoll_fd;
  GSource *source;
  GSource *timer;
  gint64 timer_us;
  GQueue queues[SG_HTTP_CONNECTION_N_STATES];
  GPtrArray *ready;
  GPtrArray *closed;
  gsize waiting_bytes;
  char *scratch;
};

typedef struct
{
  GSource source;
  SgHttpGate *gate;
} GateSource;

static void gate_arm (SgHttpGate *self);

gint64
sg_http_gate_get_now_us (SgHttpGate *self)
{
  return sg_clock_monotonic (self->clock).us;
}

guint
sg_http_gate_get_count (SgHttpGate            *self,
                        SgHttpConnectionState  state)
{
  return self->queues[state].length;
}

GQueue *
sg_http_gate_get_serving (SgHttpGate *self)
{
  return &self->queues[SG_HTTP_CONNECTION_SERVING];
}

/* Moves to the end of the queue of @state; what a half-received head takes is counted while it waits. */
static void
gate_set_state (SgHttpGate            *self,
                SgHttpConnection      *connection,
                SgHttpConnectionState  state)
{
  if (connection->state != SG_HTTP_CONNECTION_CLOSED)
    {
      g_queue_unlink (&self->queues[connection->state], &connection->link);
      sg_gauge_dec (self->instruments->connections[connection->state]);
      if (connection->state == SG_HTTP_CONNECTION_SERVING)
        self->funcs->end (connection, self->user_data);
    }
  self->waiting_bytes -= connection->counted;
  connection->counted = 0;
  connection->state = state;
  connection->since_us = sg_http_gate_get_now_us (self);
  if (state == SG_HTTP_CONNECTION_CLOSED)
    return;
  g_queue_push_tail_link (&self->queues[state], &connection->link);
  sg_gauge_inc (self->instruments->connections[state]);
  gate_arm (self);
}

static void
gate_watch (SgHttpGate       *self,
            SgHttpConnection *connection,
            int               operation,
            guint32           events)
{
  struct epoll_event event = { .events = events, .data.ptr = connection };

  if (epoll_ctl (self->epoll_fd, operation, connection->fd, &event) != 0)
    g_critical ("epoll_ctl: %s", g_strerror (errno));
}

/*
 * The memory stays until the turn is over: a later event of it may still point there. Closing alone
 * does not take the socket out of the watch as long as a child between fork and exec has it too, or a
 * handshake.
 */
static void
gate_close (SgHttpGate       *self,
            SgHttpConnection *connection)
{
  if (connection->state == SG_HTTP_CONNECTION_CLOSED)
    return;
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
  gate_set_state (self, connection, SG_HTTP_CONNECTION_CLOSED);
  sg_http_connection_close_fd (connection);
  connection->gate = NULL;
  g_ptr_array_add (self->closed, connection);
}

/* Nothing more will be sent; what still comes is read and thrown away. */
static void
gate_linger (SgHttpGate       *self,
             SgHttpConnection *connection)
{
  shutdown (connection->fd, SHUT_WR);
  gate_set_state (self, connection, SG_HTTP_CONNECTION_CLOSING);
  gate_watch (self, connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP);
}

static void
gate_send_refusal (SgHttpGate       *self,
                   SgHttpConnection *connection)
{
  SgHttpRefusal reason;

  if (sg_http_refusal_from_status (sg_http_response_get_status (connection->refusal), &reason))
    sg_counter_inc (self->instruments->refused[reason]);
  if (sg_http_connection_send_refusal (connection))
    gate_linger (self, connection);
  else
    gate_close (self, connection);
}

static void
gate_refuse (SgHttpGate       *self,
             SgHttpConnection *connection,
             guint             status,
             const char       *problem)
{
  g_autoptr (SgHttpResponse) response = sg_http_response_new_json_error (status, NULL, problem);

  sg_http_connection_refuse (connection, response);
  gate_send_refusal (self, connection);
}

/* A flood of half-received heads pays with its oldest. */
static void
gate_count_waiting (SgHttpGate       *self,
                    SgHttpConnection *connection)
{
  GList *next;

  self->waiting_bytes += connection->length - connection->counted;
  connection->counted = connection->length;
  for (GList *link = self->queues[SG_HTTP_CONNECTION_HEAD].head;
       link != NULL && self->waiting_bytes > self->limits.max_waiting_bytes; link = next)
    {
      SgHttpConnection *oldest = link->data;

      next = link->next;
      if (oldest->counted == 0)
        continue;
      sg_counter_inc (self->instruments->refused[SG_HTTP_REFUSAL_HEAD_MEMORY]);
      gate_close (self, oldest);
    }
}

static void
gate_serve (SgHttpGate       *self,
            SgHttpConnection *connection)
{
  gate_set_state (self, connection, SG_HTTP_CONNECTION_SERVING);
  gate_watch (self, connection, EPOLL_CTL_MOD,
              EPOLLONESHOT | (connection->half_closed ? 0 : EPOLLRDHUP));
  sg_http_connection_begin_request (connection);
  self->funcs->begin (connection, self->user_data);
}

/* In the next turn, if TLS has what epoll does not know of. */
static void
gate_look_again (SgHttpGate       *self,
                 SgHttpConnection *connection)
{
  if (sg_http_connection_has_hidden (connection))
    g_ptr_array_add (self->ready, sg_http_connection_ref (connection));
}

/* Without an answer: it would cost more than the request did. */
static void
gate_shed (SgHttpGate       *self,
           SgHttpConnection *connection)
{
  sg_counter_inc (self->instruments->refused[SG_HTTP_REFUSAL_BUSY]);
  gate_close (self, connection);
}

static void
gate_feed (SgHttpGate       *self,
           SgHttpConnection *connection)
{
  switch (
      sg_http_head_feed (&connection->head, connection->buffer, connection->length, &self->limits))
    {
    case SG_HTTP_HEAD_COMPLETE:
      if (connection->half_closed && self->funcs->is_crowded (self->user_data))
        gate_shed (self, connection);
      else
        gate_serve (self, connection);
      break;
    case SG_HTTP_HEAD_REFUSED:
      gate_refuse (self, connection, connection->head.status, connection->head.problem);
      break;
    case SG_HTTP_HEAD_INCOMPLETE:
    default:
      gate_look_again (self, connection);
      gate_count_waiting (self, connection);
    }
}

/* A client that says nothing does not get as far as shaking hands. */
static void
gate_shake_hands (SgHttpGate       *self,
                  SgHttpConnection *connection)
{
  connection->is_shaking = TRUE;
  gate_watch (self, connection, EPOLL_CTL_MOD, EPOLLONESHOT);
  if (!sg_http_tls_start (self->tls, connection))
    gate_close (self, connection);
}

static void
gate_on_shaken (SgHttpConnection *connection,
                gboolean          is_safe,
                gpointer          user_data)
{
  SgHttpGate *self = user_data;

  connection->is_shaking = FALSE;
  if (!is_safe)
    {
      sg_counter_inc (self->instruments->refused[SG_HTTP_REFUSAL_TLS]);
      gate_close (self, connection);
      return;
    }
  gate_watch (self, connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP);
  gate_look_again (self, connection);
}

static void
gate_receive (SgHttpGate       *self,
              SgHttpConnection *connection,
              guint32           events)
{
  gssize n = sg_http_connection_fill (connection, self->scratch, self->limits.max_head_bytes);

  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0)
    {
      gate_close (self, connection);
      return;
    }
  connection->half_closed = (events & EPOLLRDHUP) != 0;
  if (connection->state == SG_HTTP_CONNECTION_IDLE)
    gate_set_state (self, connection, SG_HTTP_CONNECTION_HEAD);
  gate_feed (self, connection);
}

/* MSG_TRUNC throws the bytes away inside the kernel. */
static void
gate_drain (SgHttpGate       *self,
            SgHttpConnection *connection)
{
  gssize n = recv (connection->fd, NULL, DRAIN_BYTES, MSG_TRUNC);

  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    gate_close (self, connection);
}

/*
 * The end of what a client sends, before we have read it all, is no reason to think that it does not
 * wait for its answer. After that we cannot know, so its request is told; the answer is sent all the
 * same.
 */
static void
gate_notice_leaving (SgHttpGate       *self,
                     SgHttpConnection *connection,
                     guint32           events)
{
  if ((events & (EPOLLHUP | EPOLLERR)) == 0)
    {
      connection->half_closed = TRUE;
      gate_watch (self, connection, EPOLL_CTL_MOD, EPOLLONESHOT);
      if (connection->framing.state != SG_HTTP_FRAMING_DONE)
        return;
    }
  connection->left = TRUE;
  self->funcs->check (connection, sg_http_gate_get_now_us (self), self->user_data);
}

static void
gate_handle (SgHttpGate       *self,
             SgHttpConnection *connection,
             guint32           events)
{
  switch (connection->state)
    {
    case SG_HTTP_CONNECTION_HEAD:
    case SG_HTTP_CONNECTION_IDLE:
      if (connection->is_shaking)
        gate_close (self, connection);
      else if (self->tls != NULL && connection->tls == NULL)
        gate_shake_hands (self, connection);
      else
        gate_receive (self, connection, events);
      break;
    case SG_HTTP_CONNECTION_SERVING:
      gate_notice_leaving (self, connection, events);
      break;
    case SG_HTTP_CONNECTION_CLOSING:
      gate_drain (self, connection);
      break;
    case SG_HTTP_CONNECTION_CLOSED:
    default:
      break;
    }
}

/* After a complete response: what the client sent behind its request is looked at in the next turn. */
static void
gate_keep (SgHttpGate       *self,
           SgHttpConnection *connection)
{
  gboolean more;

  if (!connection->head.keep_alive || connection->framing.state != SG_HTTP_FRAMING_DONE)
    {
      gate_linger (self, connection);
      return;
    }
  sg_http_connection_end_request (connection);
  more = connection->length > 0;
  gate_set_state (self, connection, more ? SG_HTTP_CONNECTION_HEAD : SG_HTTP_CONNECTION_IDLE);
  gate_watch (self, connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP);
  if (more)
    g_ptr_array_add (self->ready, sg_http_connection_ref (connection));
  else
    gate_look_again (self, connection);
}

/**
 * sg_http_gate_take_back:
 * @connection: a connection whose request is over
 *
 * Called when the stream of the request is closed, from within the HTTP library.
 */
void
sg_http_gate_take_back (SgHttpConnection *connection)
{
  SgHttpGate *self = connection->gate;

  if (self == NULL || connection->state != SG_HTTP_CONNECTION_SERVING)
    return;
  if (connection->refusal != NULL)
    gate_send_refusal (self, connection);
  else if (connection->finished)
    gate_keep (self, connection);
  else if (!connection->answered && !connection->broken)
    gate_refuse (self, connection, 400, "the body is malformed, or ends too early");
  else
    gate_close (self, connection);
}

static void
gate_handle_ready (SgHttpGate *self)
{
  g_autoptr (GPtrArray) ready = g_steal_pointer (&self->ready);

  self->ready = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_http_connection_unref);
  for (guint i = 0; i < ready->len; i++)
    {
      SgHttpConnection *connection = g_ptr_array_index (ready, i);

      if (connection->state != SG_HTTP_CONNECTION_HEAD
          && connection->state != SG_HTTP_CONNECTION_IDLE)
        continue;
      if (sg_http_connection_has_hidden (connection))
        gate_receive (self, connection, 0);
      else if (connection->length > 0)
        gate_feed (self, connection);
    }
}

static gboolean
gate_source_prepare (GSource *source,
                     int     *timeout)
{
  *timeout = -1;
  return ((GateSource *) source)->gate->ready->len > 0;
}

static gboolean
gate_source_dispatch (GSource     *source,
                      GSourceFunc  callback,
                      gpointer     user_data)
{
  SgHttpGate *self = ((GateSource *) source)->gate;
  struct epoll_event events[EVENTS_PER_TURN];
  int n;

  g_main_context_push_thread_default (self->context);
  gate_handle_ready (self);
  n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, 0);
  for (int i = 0; i < n; i++)
    gate_handle (self, events[i].data.ptr, events[i].events);
  g_ptr_array_set_size (self->closed, 0);
  g_main_context_pop_thread_default (self->context);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs gate_source_funcs = {
  .prepare = gate_source_prepare,
  .dispatch = gate_source_dispatch,
};

static gint64
gate_get_timeout_us (SgHttpGate            *self,
                     SgHttpConnectionState  state)
{
  switch (state)
    {
    case SG_HTTP_CONNECTION_HEAD:
      return self->limits.head_timeout_ms * G_GINT64_CONSTANT (1000);
    case SG_HTTP_CONNECTION_IDLE:
      return self->limits.idle_timeout_ms * G_GINT64_CONSTANT (1000);
    case SG_HTTP_CONNECTION_CLOSING:
      return self->limits.linger_ms * G_GINT64_CONSTANT (1000);
    case SG_HTTP_CONNECTION_SERVING:
    case SG_HTTP_CONNECTION_CLOSED:
    default:
      return CHECK_INTERVAL_US;
    }
}

static void
gate_expire (SgHttpGate            *self,
             SgHttpConnectionState  state,
             gint64                 now_us)
{
  gint64 timeout_us = gate_get_timeout_us (self, state);
  SgHttpConnection *first;

  while ((first = g_queue_peek_head (&self->queues[state])) != NULL
         && first->since_us + timeout_us <= now_us)
    {
      if (state == SG_HTTP_CONNECTION_HEAD && first->length > 0)
        gate_refuse (self, first, 408, "the header fields took too long to arrive");
      else
        gate_close (self, first);
    }
}

static void
gate_check_serving (SgHttpGate *self,
                    gint64      now_us)
{
  GList *next;

  for (GList *link = self->queues[SG_HTTP_CONNECTION_SERVING].head; link != NULL; link = next)
    {
      next = link->next;
      self->funcs->check (link->data, now_us, self->user_data);
    }
}

static void
gate_disarm (SgHttpGate *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
gate_on_timer (gpointer user_data)
{
  SgHttpGate *self = user_data;
  gint64 now_us = sg_http_gate_get_now_us (self);

  gate_disarm (self);
  gate_expire (self, SG_HTTP_CONNECTION_HEAD, now_us);
  gate_expire (self, SG_HTTP_CONNECTION_IDLE, now_us);
  gate_expire (self, SG_HTTP_CONNECTION_CLOSING, now_us);
  gate_check_serving (self, now_us);
  g_ptr_array_set_size (self->closed, 0);
  gate_arm (self);
  return G_SOURCE_REMOVE;
}

/* Sees to it that the timer is not later than the next deadline. It may be earlier. */
static void
gate_arm (SgHttpGate *self)
{
  gint64 next_us = G_MAXINT64;

  for (guint state = 0; state < SG_HTTP_CONNECTION_CLOSED; state++)
    {
      SgHttpConnection *first = g_queue_peek_head (&self->queues[state]);
      gint64 since_us;

      if (first == NULL)
        continue;
      since_us =
          state == SG_HTTP_CONNECTION_SERVING ? sg_http_gate_get_now_us (self) : first->since_us;
      next_us = MIN (next_us, since_us + gate_get_timeout_us (self, state));
    }
  if (next_us == G_MAXINT64 || (self->timer != NULL && self->timer_us <= next_us))
    return;
  gate_disarm (self);
  self->timer_us = next_us;
  self->timer = sg_clock_source_new (self->clock, (SgMonotonic) { next_us });
  g_source_set_callback (self->timer, gate_on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

/**
 * sg_http_gate_new:
 * @limits: the bounds
 * @clock: what deadlines go by
 * @instruments: what to count with; must outlive the gate
 * @web: (nullable): TLS, if it has a certificate
 * @context: where everything happens
 * @funcs: whom to tell
 * @user_data: for @funcs
 *
 * Returns: (transfer full): a gate without connections
 */
SgHttpGate *
sg_http_gate_new (const SgHttpLimits     *limits,
                  SgClock                *clock,
                  SgHttpInstruments      *instruments,
                  const SgWebConfig      *web,
                  GMainContext           *context,
                  const SgHttpGateFuncs  *funcs,
                  gpointer                user_data,
                  GError                **error)
{
  SgHttpGate *self;
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  if (epoll_fd < 0)
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_LISTEN, "epoll_create1: %s",
                   g_strerror (errno));
      return NULL;
    }
  self = g_new0 (SgHttpGate, 1);
  self->limits = *limits;
  self->clock = g_object_ref (clock);
  self->instruments = instruments;
  self->context = g_main_context_ref (context);
  self->funcs = funcs;
  self->user_data = user_data;
  if (web != NULL && web->certificate != NULL)
    self->tls = sg_http_tls_new (web, context, gate_on_shaken, self);
  self->epoll_fd = epoll_fd;
  self->scratch = g_malloc (limits->max_head_bytes);
  self->ready = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_http_connection_unref);
  self->closed = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_http_connection_unref);
  self->source = g_source_new (&gate_source_funcs, sizeof (GateSource));
  ((GateSource *) self->source)->gate = self;
  g_source_add_unix_fd (self->source, epoll_fd, G_IO_IN);
  g_source_attach (self->source, context);
  return self;
}

/* Closes every connection; one that is being served is broken, and nobody is told. */
void
sg_http_gate_free (SgHttpGate *self)
{
  for (guint state = 0; state < SG_HTTP_CONNECTION_CLOSED; state++)
    {
      SgHttpConnection *first;

      while ((first = g_queue_peek_head (&self->queues[state])) != NULL)
        {
          first->broken = TRUE;
          gate_close (self, first);
        }
    }
  g_clear_pointer (&self->tls, sg_http_tls_free);
  gate_disarm (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->epoll_fd);
  g_ptr_array_unref (self->ready);
  g_ptr_array_unref (self->closed);
  g_main_context_unref (self->context);
  g_object_unref (self->clock);
  g_free (self->scratch);
  g_free (self);
}

/**
 * sg_http_gate_admit:
 * @self: a gate
 * @fd: (transfer full): a connected socket that does not block
 * @peer: the other end
 */
void
sg_http_gate_admit (SgHttpGate          *self,
                    int                  fd,
                    const SgHttpAddress *peer)
{
  SgHttpConnection *connection = sg_http_connection_new (fd, &self->limits);

  connection->gate = self;
  connection->peer = *peer;
  connection->state = SG_HTTP_CONNECTION_CLOSED;
  gate_set_state (self, connection, SG_HTTP_CONNECTION_HEAD);
  gate_watch (self, connection, EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP);
}

/**
 * sg_http_gate_evict:
 * @self: a gate
 * @reason: why there is need for room
 *
 * Closes the connection that will be missed least: one that has its last response; the oldest that
 * has not sent a head, if it had a second for it, or if there are more of its kind than of those that
 * have; else the one that was idle longest.
 *
 * Returns: whether there was one
 */
gboolean
sg_http_gate_evict (SgHttpGate    *self,
                    SgHttpRefusal  reason)
{
  SgHttpConnection *closing = g_queue_peek_head (&self->queues[SG_HTTP_CONNECTION_CLOSING]);
  SgHttpConnection *silent = g_queue_peek_head (&self->queues[SG_HTTP_CONNECTION_HEAD]);
  SgHttpConnection *idle = g_queue_peek_head (&self->queues[SG_HTTP_CONNECTION_IDLE]);
  SgHttpConnection *victim = closing;

  if (victim == NULL && silent != NULL
      && (self->queues[SG_HTTP_CONNECTION_HEAD].length
              > self->queues[SG_HTTP_CONNECTION_IDLE].length
          || silent->since_us + YOUNG_US <= sg_http_gate_get_now_us (self)))
    victim = silent;
  if (victim == NULL)
    victim = idle;
  if (victim == NULL)
    return FALSE;
  sg_counter_inc (self->instruments->refused[reason]);
  gate_close (self, victim);
  return TRUE;
}
