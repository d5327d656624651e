/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-acceptor.h"

#include "http/wire/sg-http-listen.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The accept loop. Each turn takes all that waits in the backlog, which is a few microseconds each:
 * a backlog that overflows makes clients wait for a second, which is how long their kernel takes to
 * try again. ACCEPTS_PER_TURN keeps a flood from taking the turn for ever.
 *
 * At the cap the gate closes whom it will miss least, and the new client comes in; if all are being
 * served the new one is turned away. When the process has no file descriptor left, which the cap is
 * there to prevent but others may cause, one connection is closed for the next, and when there is none
 * to close, a descriptor kept in reserve is spent on accepting the client and hanging up: it learns
 * at once that there is no room, and the backlog does not fill with the dead. Only when even that is
 * not to be had does the loop pause, for PAUSE_US, rather than spin.
 */

#define ACCEPTS_PER_TURN (2 * SG_HTTP_LISTEN_BACKLOG)
#define PAUSE_US         (100 * 1000)
#define LIMIT_MIN        16

struct _SgHttpAcceptor
{
  GArray *endpoints;
  guint max_connections;
  SgHttpGate *gate;
  SgHttpInstruments *instruments;
  int reserve_fd;
  GSource *source;
};

typedef struct
{
  GSource source;
  SgHttpAcceptor *acceptor;
  GPtrArray *tags;
} AcceptSource;

static int
reserve_fd (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

/**
 * sg_http_acceptor_limit:
 * @wanted: how many connections there shall be at most
 *
 * Raises the soft limit on file descriptors towards the hard one as far as @wanted needs it.
 *
 * Returns: how many there may be
 */
guint
sg_http_acceptor_limit (guint wanted)
{
  struct rlimit limit;
  rlim_t needed = (rlim_t) wanted + SG_HTTP_RESERVED_FDS;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return MIN (wanted, LIMIT_MIN);
  if (limit.rlim_cur < needed)
    {
      struct rlimit raised = { MIN (needed, limit.rlim_max), limit.rlim_max };

      if (setrlimit (RLIMIT_NOFILE, &raised) == 0)
        limit = raised;
    }
  if (limit.rlim_cur >= needed)
    return wanted;
  if (limit.rlim_cur >= 2 * SG_HTTP_RESERVED_FDS)
    return (guint) limit.rlim_cur - SG_HTTP_RESERVED_FDS;
  return MIN (wanted, (guint) MAX (limit.rlim_cur / 2, LIMIT_MIN));
}

static guint
count_open (SgHttpAcceptor *self)
{
  guint n = 0;

  for (guint state = 0; state < SG_HTTP_CONNECTION_CLOSED; state++)
    n += sg_http_gate_get_count (self->gate, state);
  return n;
}

static void
admit (SgHttpAcceptor      *self,
       int                  fd,
       const SgHttpAddress *peer)
{
  if (count_open (self) >= self->max_connections
      && !sg_http_gate_evict (self->gate, SG_HTTP_REFUSAL_CONNECTION_LIMIT))
    {
      sg_counter_inc (self->instruments->refused[SG_HTTP_REFUSAL_CONNECTION_LIMIT]);
      close (fd);
      return;
    }
  sg_counter_inc (self->instruments->accepted);
  sg_http_gate_admit (self->gate, fd, peer);
}

/* Returns: whether to try again at once */
static gboolean
survive_exhaustion (SgHttpAcceptor *self,
                    int             listening_fd)
{
  int fd;

  if (sg_http_gate_evict (self->gate, SG_HTTP_REFUSAL_FD_LIMIT))
    return TRUE;
  if (self->reserve_fd < 0)
    return (self->reserve_fd = reserve_fd ()) >= 0;
  close (self->reserve_fd);
  fd = accept4 (listening_fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0)
    {
      sg_counter_inc (self->instruments->refused[SG_HTTP_REFUSAL_FD_LIMIT]);
      close (fd);
    }
  self->reserve_fd = reserve_fd ();
  return fd >= 0 && self->reserve_fd >= 0;
}

static gboolean
is_exhaustion (int error_number)
{
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS
         || error_number == ENOMEM;
}

/* Returns: %FALSE when accepting should pause */
static gboolean
accept_some (SgHttpAcceptor *self,
             int             listening_fd)
{
  for (guint i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      SgHttpAddress peer = { 0 };
      socklen_t size = sizeof peer;
      int fd = accept4 (listening_fd, &peer.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

      if (fd >= 0)
        admit (self, fd, &peer);
      else if (errno == EAGAIN)
        return TRUE;
      else if (is_exhaustion (errno) && !survive_exhaustion (self, listening_fd))
        return FALSE;
    }
  return TRUE;
}

static void
listen_for (AcceptSource *source,
            GIOCondition  condition)
{
  for (guint i = 0; i < source->tags->len; i++)
    g_source_modify_unix_fd (&source->source, g_ptr_array_index (source->tags, i), condition);
}

static gboolean
accept_source_dispatch (GSource     *base,
                        GSourceFunc  callback,
                        gpointer     user_data)
{
  AcceptSource *source = (AcceptSource *) base;
  SgHttpAcceptor *self = source->acceptor;
  gboolean sound = TRUE;

  if (g_source_get_ready_time (base) >= 0)
    {
      g_source_set_ready_time (base, -1);
      listen_for (source, G_IO_IN);
    }
  for (guint i = 0; i < self->endpoints->len; i++)
    {
      int fd = g_array_index (self->endpoints, SgHttpEndpoint, i).fd;

      sound = (fd < 0 || accept_some (self, fd)) && sound;
    }
  if (!sound)
    {
      listen_for (source, 0);
      g_source_set_ready_time (base, g_get_monotonic_time () + PAUSE_US);
    }
  return G_SOURCE_CONTINUE;
}

static void
accept_source_finalize (GSource *base)
{
  g_ptr_array_unref (((AcceptSource *) base)->tags);
}

static GSourceFuncs accept_source_funcs = {
  .dispatch = accept_source_dispatch,
  .finalize = accept_source_finalize,
};

/**
 * sg_http_acceptor_new:
 * @endpoints: (element-type SgHttpEndpoint): open listening sockets
 * @max_connections: the cap
 * @gate: who takes the connections; must outlive the acceptor
 * @instruments: what to count with; must outlive the acceptor
 * @context: where everything happens
 *
 * Returns: (transfer full): an acceptor at work
 */
SgHttpAcceptor *
sg_http_acceptor_new (GArray            *endpoints,
                      guint              max_connections,
                      SgHttpGate        *gate,
                      SgHttpInstruments *instruments,
                      GMainContext      *context)
{
  SgHttpAcceptor *self = g_new0 (SgHttpAcceptor, 1);
  AcceptSource *source;

  self->endpoints = g_array_ref (endpoints);
  self->max_connections = max_connections;
  self->gate = gate;
  self->instruments = instruments;
  self->reserve_fd = reserve_fd ();
  self->source = g_source_new (&accept_source_funcs, sizeof (AcceptSource));
  source = (AcceptSource *) self->source;
  source->acceptor = self;
  source->tags = g_ptr_array_new ();
  for (guint i = 0; i < endpoints->len; i++)
    {
      int fd = g_array_index (endpoints, SgHttpEndpoint, i).fd;

      if (fd >= 0)
        g_ptr_array_add (source->tags, g_source_add_unix_fd (self->source, fd, G_IO_IN));
    }
  g_source_attach (self->source, context);
  sg_gauge_set (instruments->connections_limit, max_connections);
  return self;
}

/* Stops accepting and closes the listening sockets. */
void
sg_http_acceptor_free (SgHttpAcceptor *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  sg_http_listen_close (self->endpoints);
  g_array_unref (self->endpoints);
  if (self->reserve_fd >= 0)
    close (self->reserve_fd);
  g_free (self);
}
