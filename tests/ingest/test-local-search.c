/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/local/sg-local-search.h"

#include "ingest/local/sg-listening.h"
#include "tools/sg-test-peer.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * Servers of all kinds on loopback: one with metrics, one with a page, one that says nothing, one that does
 * not end. A search finds the first, by the list of sockets that is really there.
 */
typedef struct
{
  GAsyncResult *result;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

/* A server that answers each connection with @data, on a thread of its own. */
static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        gpointer                user_data)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  const char *answer = user_data;
  char buffer[1024];

  g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL);
  if (*answer != '\0')
    g_output_stream_write_all (out, answer, strlen (answer), NULL, NULL, NULL);
  else
    g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL);
  return TRUE;
}

static GSocketService *
start_server (const char *answer,
              guint      *ret_port)
{
  GSocketService *service = g_threaded_socket_service_new (4);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  *ret_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (service, "run", G_CALLBACK (on_run), (gpointer) answer);
  g_socket_service_start (service);
  return service;
}

static const SgFoundTarget *
find (GPtrArray *found,
      guint      port)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);

  for (guint i = 0; i < found->len; i++)
    {
      const SgFoundTarget *target = g_ptr_array_index (found, i);

      if (g_str_equal (target->address, address))
        return target;
    }
  return NULL;
}

static void
stop_server (GSocketService *service)
{
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_object_unref (service);
}

static void
test_finds (void)
{
  static const char *const answers[] = {
    ("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n# TYPE python_info gauge\n"
     "python_info{version=\"3\"} 1\nprocess_cpu_seconds_total 2\nlast_line_is_cut"),
    "HTTP/1.0 200 OK\r\n\r\n<html><body>hello</body></html>\n",
    "HTTP/1.0 404 Not Found\r\n\r\nup 1\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "",
  };
  GSocketService *servers[G_N_ELEMENTS (answers)];
  guint ports[G_N_ELEMENTS (answers)];
  Fixture fixture = { NULL };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  const SgFoundTarget *target;

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    servers[i] = start_server (answers[i], &ports[i]);
  sg_local_search_run_async (NULL, NULL, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  found = sg_local_search_run_finish (fixture.result, &error);
  g_clear_object (&fixture.result);
  g_assert_no_error (error);
  target = find (found, ports[0]);
  g_assert_nonnull (target);
  g_assert_cmpstr (target->name, ==, "a Python application");
  g_assert_cmpuint (target->n_samples, ==, 2);
  for (guint i = 1; i < G_N_ELEMENTS (answers); i++)
    g_assert_null (find (found, ports[i]));
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    stop_server (servers[i]);
}

static void
test_node_exporter (void)
{
  guint port = sg_test_peer_find_port ();
  g_autofree char *address = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  const char *const argv[] = { "prometheus-node-exporter", address, "--log.level=error", NULL };
  g_autoptr (SgTestPeer) peer = sg_test_peer_start (argv, port, "/metrics");
  Fixture fixture = { NULL };
  g_autoptr (GPtrArray) found = NULL;
  const SgFoundTarget *target;

  if (peer == NULL)
    return;
  sg_local_search_run_async (NULL, NULL, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  found = sg_local_search_run_finish (fixture.result, NULL);
  g_clear_object (&fixture.result);
  g_assert_nonnull (found);
  target = find (found, port);
  g_assert_nonnull (target);
  g_assert_cmpstr (target->name, ==, "node_exporter");
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  Fixture fixture = { NULL };
  guint port;
  GSocketService *silent = start_server ("", &port);

  sg_local_search_run_async (NULL, cancellable, on_done, &fixture);
  g_cancellable_cancel (cancellable);
  sg_test_wait_until (is_done, &fixture);
  found = sg_local_search_run_finish (fixture.result, &error);
  g_clear_object (&fixture.result);
  g_assert_null (found);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  stop_server (silent);
}

/* Addresses as the kernel of a little-endian machine writes them. */
static void
test_listening (void)
{
  static const char tcp[] =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:238C 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
      "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2 1\n"
      "   2: 0500A8C0:0051 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 3 1\n"
      "   3: 0100007F:0052 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4 1\n"
      "   4: 0100007F:0053 0100007F:0054 01 00000000:00000000 00:00000000 00000000  1000        0 5 1\n"
      "   5: broken\n";
  static const char tcp6[] =
      "  sl  local_address                         remote_address   st tx_queue rx_queue tr tm->when "
      "retrnsmt   uid  timeout inode\n"
      "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000  1000        0 6 1\n"
      "   1: 00000000000000000000000001000000:0055 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000  1000        0 7 1\n";
  g_autofree char *folder = g_dir_make_tmp ("test-local-search-XXXXXX", NULL);
  g_autofree char *net = g_build_filename (folder, "net", NULL);
  g_autofree char *path = g_build_filename (net, "tcp", NULL);
  g_autofree char *path6 = g_build_filename (net, "tcp6", NULL);
  g_autoptr (GPtrArray) found = NULL;

  g_assert_cmpint (g_mkdir (net, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, tcp, -1, NULL));
  g_assert_true (g_file_set_contents (path6, tcp6, -1, NULL));
  found = sg_listening_list (folder, 1000);
  if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
    {
      g_assert_cmpuint (found->len, ==, 3);
      g_assert_cmpstr (g_ptr_array_index (found, 0), ==, "127.0.0.1:9100");
      g_assert_cmpstr (g_ptr_array_index (found, 1), ==, "127.0.0.1:80");
      g_assert_cmpstr (g_ptr_array_index (found, 2), ==, "[::1]:85");
    }
  sg_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-search/listening", test_listening);
  g_test_add_func ("/local-search/finds", test_finds);
  g_test_add_func ("/local-search/node-exporter", test_node_exporter);
  g_test_add_func ("/local-search/cancelled", test_cancelled);
  return g_test_run ();
}
