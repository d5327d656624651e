/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include "http/sg-http-token.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static gpointer
run_loop (gpointer data)
{
  Fixture *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

void
fixture_init (Fixture *self)
{
  *self = (Fixture) { 0 };
  sg_lock_init (&self->lock);
  sg_cond_init (&self->called);
  self->registry = sg_registry_new (sg_clock_get_system ());
  self->config = sg_http_config_new ();
  g_strfreev (self->config->listen_addresses);
  self->config->listen_addresses = g_strsplit ("127.0.0.1:0", " ", 1);
  self->config->state_dir = g_dir_make_tmp ("sg-http-XXXXXX", NULL);
  g_assert_nonnull (self->config->state_dir);
}

/* For tests that add routes of their own before fixture_start(). */
void
fixture_create (Fixture *self)
{
  if (self->server == NULL)
    self->server = sg_http_server_new (self->registry, self->config);
}

static gboolean
start_server (gpointer data)
{
  Fixture *self = data;
  g_autoptr (GError) error = NULL;

  sg_http_server_start (self->server, self->context, &error);
  g_assert_no_error (error);
  return G_SOURCE_REMOVE;
}

static gboolean
stop_server (gpointer data)
{
  Fixture *self = data;

  sg_http_server_stop (self->server);
  return G_SOURCE_REMOVE;
}

void
fixture_start (Fixture *self)
{
  g_autoptr (SgHttpStatus) status = NULL;

  fixture_create (self);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("server", run_loop, self);
  fixture_invoke (self, start_server, self);
  status = sg_http_server_get_status (self->server);
  self->port = status->port;
  self->token = sg_http_token_read (self->config->state_dir, NULL);
}

static void
remove_state (Fixture *self)
{
  g_autofree char *token = g_build_filename (self->config->state_dir, SG_HTTP_TOKEN_FILE, NULL);

  g_unlink (token);
  g_rmdir (self->config->state_dir);
}

void
fixture_clear (Fixture *self)
{
  if (self->thread != NULL)
    {
      fixture_invoke (self, stop_server, self);
      g_main_loop_quit (self->loop);
      g_thread_join (self->thread);
      while (g_main_context_iteration (self->context, FALSE))
        continue;
      g_main_loop_unref (self->loop);
      g_main_context_unref (self->context);
    }
  g_clear_object (&self->server);
  g_clear_object (&self->registry);
  remove_state (self);
  g_clear_pointer (&self->config, sg_http_config_free);
  g_clear_pointer (&self->token, g_free);
  sg_cond_clear (&self->called);
  sg_lock_clear (&self->lock);
}

static gboolean
run_call (gpointer data)
{
  Fixture *self = data;

  SG_LOCK_SCOPE (&self->lock);
  self->call (self->call_data);
  self->call = NULL;
  sg_cond_signal (&self->called);
  return G_SOURCE_REMOVE;
}

/* Calls @func on the server's thread and waits for it. */
void
fixture_invoke (Fixture     *self,
                GSourceFunc  func,
                gpointer     user_data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  SG_LOCK_SCOPE (&self->lock);
  self->call = func;
  self->call_data = user_data;
  g_source_set_callback (source, run_call, self, NULL);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_attach (source, self->context);
  while (self->call != NULL)
    sg_cond_wait (&self->called, &self->lock);
}

static gboolean
do_nothing (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* One turn to accept, one to read, one to close. */
void
fixture_settle (Fixture *self)
{
  for (guint i = 0; i < 4; i++)
    fixture_invoke (self, do_nothing, NULL);
}

void
fixture_stop_time (Fixture *self)
{
  self->config->clock = sg_clock_new_manual ((SgTimeNs) { 0 });
}

static int
connect_with_buffer (guint port,
                     int   receive_buffer)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16) port),
    .sin_addr = { htonl (INADDR_LOOPBACK) },
  };
  struct timeval timeout = { .tv_sec = FIXTURE_TIMEOUT_S };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  if (receive_buffer > 0)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    g_error ("connect to port %u: %s", port, g_strerror (errno));
  return fd;
}

int
client_connect (guint port)
{
  return connect_with_buffer (port, 0);
}

int
client_connect_slow (guint port)
{
  return connect_with_buffer (port, 4096);
}

gboolean
client_try_send (int         fd,
                 const char *text,
                 gsize       length)
{
  while (length > 0)
    {
      gssize n = send (fd, text, length, MSG_NOSIGNAL);

      if (n < 0)
        return FALSE;
      text += n;
      length -= (gsize) n;
    }
  return TRUE;
}

void
client_send (int         fd,
             const char *text,
             gssize      length)
{
  g_assert_true (client_try_send (fd, text, length < 0 ? strlen (text) : (gsize) length));
}

static gssize
receive (int      fd,
         GString *out,
         gsize    length)
{
  gsize old = out->len;
  gssize n;

  g_string_set_size (out, old + length);
  n = recv (fd, out->str + old, length, 0);
  if (n < 0 && errno == EAGAIN)
    g_error ("nothing came for %d seconds after \"%.*s\"", FIXTURE_TIMEOUT_S, (int) MIN (old, 200),
             out->str);
  g_string_set_size (out, old + (gsize) MAX (n, 0));
  return n;
}

char *
client_read (int fd)
{
  GString *out = g_string_new (NULL);
  const char *end = NULL;
  g_autofree char *length = NULL;

  while ((end = strstr (out->str, "\r\n\r\n")) == NULL)
    {
      if (receive (fd, out, 1) <= 0)
        return g_string_free (out, FALSE);
    }
  length = response_get_field (out->str, "Content-Length");
  if (length != NULL && !g_str_has_prefix (out->str, "HTTP/1.1 100"))
    {
      gsize wanted = out->len + g_ascii_strtoull (length, NULL, 10);

      while (out->len < wanted && receive (fd, out, wanted - out->len) > 0)
        continue;
    }
  return g_string_free (out, FALSE);
}

char *
client_read_all (int fd)
{
  GString *out = g_string_new (NULL);

  while (receive (fd, out, 65536) > 0)
    continue;
  return g_string_free (out, FALSE);
}

/* Waits for the end of the stream. */
gboolean
client_is_closed (int fd)
{
  char c;

  return recv (fd, &c, 1, 0) == 0 || errno == ECONNRESET;
}

char *
client_ask (guint       port,
            const char *request)
{
  int fd = client_connect (port);
  char *response;

  client_send (fd, request, -1);
  response = client_read_all (fd);
  close (fd);
  return response;
}

guint
response_get_status (const char *response)
{
  if (!g_str_has_prefix (response, "HTTP/1."))
    return 0;
  return (guint) g_ascii_strtoull (response + strlen ("HTTP/1.x "), NULL, 10);
}

/* Returns: (transfer full) (nullable): the value of a header field */
char *
response_get_field (const char *response,
                    const char *name)
{
  const char *end = strstr (response, "\r\n\r\n");
  gsize length = strlen (name);

  for (const char *line = strstr (response, "\r\n"); line != NULL && line < end;
       line = strstr (line + 2, "\r\n"))
    {
      const char *field = line + 2;

      if (g_ascii_strncasecmp (field, name, length) == 0 && field[length] == ':')
        return g_strstrip (g_strndup (field + length + 1, strcspn (field + length + 1, "\r")));
    }
  return NULL;
}

const char *
response_get_body (const char *response)
{
  const char *end = strstr (response, "\r\n\r\n");

  return end != NULL ? end + 4 : "";
}

double
fixture_get_sample (Fixture    *self,
                    const char *series)
{
  SgExpositionFormat format = sg_exposition_negotiate (NULL);
  g_autoptr (GBytes) page = sg_exposition_write (self->registry, format);
  gsize length = 0;
  const char *bytes = g_bytes_get_data (page, &length);
  g_autofree char *text = g_strndup (bytes, length);
  g_autofree char *line = g_strconcat ("\n", series, " ", NULL);
  const char *found = strstr (text, line);

  return found != NULL ? g_ascii_strtod (found + strlen (line), NULL) : 0;
}

/* The server counts after it has answered: what a client sees first may be the answer. */
void
fixture_wait_sample (Fixture    *self,
                     const char *series,
                     double      wanted)
{
  gint64 deadline = g_get_monotonic_time () + FIXTURE_TIMEOUT_S * G_USEC_PER_SEC;
  double value;

  while ((value = fixture_get_sample (self, series)) != wanted)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("%s is %g and not %g", series, value, wanted);
      g_thread_yield ();
    }
}
