/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-test-peer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PATIENCE_US (30 * G_USEC_PER_SEC)

struct _SgTestPeer
{
  GPid pid;
};

/* A port that nobody listened on a moment ago. */
guint
sg_test_peer_find_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

/* Should the test itself be killed, the kernel ends its peers. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSocketConnection *connect_to (guint port);

static gboolean
takes_connections (guint port)
{
  g_autoptr (GSocketConnection) connection = connect_to (port);

  return connection != NULL;
}

static void
wait_until_ready (SgTestPeer *self,
                  guint       port,
                  const char *path)
{
  gint64 start = g_get_monotonic_time ();
  guint status = 0;

  while (status != 200)
    {
      g_autofree char *body = path != NULL ? sg_test_http_get (port, path, &status) : NULL;

      if (path == NULL && takes_connections (port))
        return;
      if (status != 200 && waitpid (self->pid, NULL, WNOHANG) != 0)
        g_error ("the peer on port %u ended before it answered", port);
      if (g_get_monotonic_time () - start > PATIENCE_US)
        g_error ("the peer on port %u does not answer %s: %s", port, path != NULL ? path : "",
                 body != NULL ? body : "");
      g_usleep (5000);
    }
}

SgTestPeer *
sg_test_peer_start (const char *const *argv,
                    guint              port,
                    const char        *ready_path)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);
  g_autoptr (GError) error = NULL;
  SgTestPeer *self;

  if (program == NULL)
    {
      g_autofree char *message = g_strdup_printf ("%s is not installed", argv[0]);

      g_test_skip (message);
      return NULL;
    }
  self = g_new0 (SgTestPeer, 1);
  g_spawn_async (NULL, (char **) argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                     | G_SPAWN_STDERR_TO_DEV_NULL,
                 die_with_parent, NULL, &self->pid, &error);
  g_assert_no_error (error);
  wait_until_ready (self, port, ready_path);
  return self;
}

GPid
sg_test_peer_get_pid (SgTestPeer *self)
{
  return self->pid;
}

static void
peer_end (SgTestPeer *self,
          int         signal_number)
{
  kill (self->pid, signal_number);
  while (waitpid (self->pid, NULL, 0) == -1 && errno == EINTR)
    ;
  g_spawn_close_pid (self->pid);
  g_free (self);
}

void
sg_test_peer_stop (SgTestPeer *self)
{
  peer_end (self, SIGTERM);
}

void
sg_test_peer_kill (SgTestPeer *self)
{
  peer_end (self, SIGKILL);
}

static GSocketConnection *
connect_to (guint port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, (guint16) port);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, 30);
  return g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
}

char *
sg_test_http (guint       port,
              const char *request,
              guint      *ret_status)
{
  g_autoptr (GSocketConnection) connection = connect_to (port);
  GString *answer = g_string_new (NULL);
  char buffer[16384];
  gssize got;

  if (connection != NULL
      && g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                    request, strlen (request), NULL, NULL, NULL))
    {
      GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));

      while ((got = g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL)) > 0)
        g_string_append_len (answer, buffer, got);
    }
  if (ret_status != NULL)
    *ret_status = answer->len > 12 ? (guint) g_ascii_strtoull (answer->str + 9, NULL, 10) : 0;
  return g_string_free (answer, FALSE);
}

/* HTTP/1.0, so that the body comes in one piece and the connection closes after it. */
char *
sg_test_http_get (guint       port,
                  const char *path,
                  guint      *ret_status)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
  g_autofree char *answer = sg_test_http (port, request, ret_status);
  const char *body = strstr (answer, "\r\n\r\n");

  return g_strdup (body != NULL ? body + 4 : "");
}

int
sg_test_run_program (const char  *const *argv,
                     const char         *input,
                     char              **ret_output)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (program == NULL)
    return -1;
  process = g_subprocess_newv (argv,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, ret_output, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
sg_test_wait_until (gboolean (*condition) (gpointer data),
                    gpointer data)
{
  gint64 start = g_get_monotonic_time ();
  guint timer = g_timeout_add (10, wake_up, NULL);

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time () - start, <, PATIENCE_US);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (timer);
}

void
sg_test_remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        g_remove (child);
      else
        sg_test_remove_folder (child);
    }
  g_remove (path);
}
