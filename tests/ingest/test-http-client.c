/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-http-client.h"

#include "ingest/scrape-fixture.h"

/*
 * Certificates, and what a redirect may carry along. The server's certificate is for localhost and is
 * signed by an authority that nobody trusts unless told to.
 */

typedef struct
{
  GAsyncResult *result;
} Answer;

static char *
get_data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "http", "data", name, NULL);
}

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  ((Answer *) user_data)->result = g_object_ref (result);
}

static gboolean
is_answered (gpointer data)
{
  return ((Answer *) data)->result != NULL;
}

/* Returns: (transfer full): the body, or the message of the error */
static char *
fetch (const SgHttpClientConfig *config,
       const char               *url)
{
  g_autoptr (SgHttpClient) client = sg_http_client_new (config);
  SgFetchOptions options = { .timeout_ms = 10000, .max_bytes = 1024 };
  Answer answer = { NULL };
  g_autoptr (SgFetched) fetched = NULL;
  g_autoptr (GError) error = NULL;

  sg_http_client_fetch_async (client, url, &options, NULL, on_fetched, &answer);
  sg_test_wait_until (is_answered, &answer);
  fetched = sg_http_client_fetch_finish (answer.result, &error);
  g_object_unref (answer.result);
  if (fetched == NULL)
    return g_strdup (error->message);
  return g_strndup (g_bytes_get_data (fetched->body, NULL), g_bytes_get_size (fetched->body));
}

static gboolean
run_tls (GThreadedSocketService *service,
         GSocketConnection      *connection,
         GObject                *source,
         gpointer                user_data)
{
  static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na 1\n";
  g_autoptr (GIOStream) tls =
      g_tls_server_connection_new (G_IO_STREAM (connection), user_data, NULL);
  char request[4096];

  if (g_input_stream_read (g_io_stream_get_input_stream (tls), request, sizeof request, NULL, NULL)
      > 0)
    g_output_stream_write_all (g_io_stream_get_output_stream (tls), answer, strlen (answer), NULL,
                               NULL, NULL);
  g_io_stream_close (tls, NULL, NULL);
  return TRUE;
}

static void
test_client_tls (void)
{
  g_autofree char *certificate_path = get_data_path ("server.pem");
  g_autofree char *key_path = get_data_path ("server-key.pem");
  g_autofree char *ca = get_data_path ("ca.pem");
  g_autofree char *ca_text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate =
      g_tls_certificate_new_from_files (certificate_path, key_path, &error);
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (8);
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *right = g_strdup_printf ("https://localhost:%u/", port);
  g_autofree char *wrong = g_strdup_printf ("https://127.0.0.2:%u/", port);
  const struct
  {
    SgTlsConfig tls;
    const char *url;
    const char *answer;
  } cases[] = {
    { { 0 },
      right,
      "the certificate of the target is refused: nobody who is trusted signed it (set "
      "tls_config: ca_file)" },
    { { .insecure_skip_verify = TRUE }, wrong, "a 1\n" },
    { { .ca_file = ca }, right, "a 1\n" },
    { { .ca_file = ca },
      wrong,
      "the certificate of the target is refused: it is for another name "
      "(set tls_config: server_name)" },
    { { .ca_file = ca, .server_name = (char *) "localhost" }, wrong, "a 1\n" },
    { { .ca_file = (char *) "/nonexistent" }, right, NULL },
  };

  g_assert_no_error (error);
  g_signal_connect (service, "run", G_CALLBACK (run_tls), certificate);
  g_assert_true (g_file_get_contents (ca, &ca_text, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SgHttpClientConfig config = { .has_tls = TRUE, .tls = cases[i].tls };
      g_autofree char *answer = fetch (&config, cases[i].url);

      if (cases[i].answer != NULL)
        g_assert_cmpstr (answer, ==, cases[i].answer);
      else
        g_assert_nonnull (strstr (answer, "/nonexistent"));
    }
  {
    SgHttpClientConfig config = { .has_tls = TRUE, .tls = { .ca = ca_text } };
    g_autofree char *answer = fetch (&config, right);

    g_assert_cmpstr (answer, ==, "a 1\n");
  }
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static guint redirect_port;

static void
respond_elsewhere (TestServer        *server,
                   GSocketConnection *connection,
                   const char        *head)
{
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 302 Found\r\nLocation: http://localhost:%u/x\r\n"
                       "Content-Length: 0\r\nConnection: close\r\n\r\n",
                       redirect_port);

  test_send (connection, answer, strlen (answer));
}

/* A secret is for the host that was configured, and not for where that one points to. */
static void
test_client_redirect (void)
{
  TestServer *first = test_server_new (respond_elsewhere);
  TestServer *second = test_server_new (NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", first->port);
  SgHttpClientConfig config = {
    .follow_redirects = TRUE,
    .has_authorization = TRUE,
    .authorization = { .type = (char *) "Bearer", .credentials = (char *) "geheim" },
  };
  g_autofree char *followed = NULL;
  g_autofree char *refused = NULL;

  redirect_port = second->port;
  test_server_set_page (second, "a 1\n");
  followed = fetch (&config, url);
  g_assert_cmpstr (followed, ==, "a 1\n");
  g_assert_nonnull (strstr (first->last_head, "Authorization: Bearer geheim"));
  g_assert_null (strstr (second->last_head, "geheim"));
  config.follow_redirects = FALSE;
  refused = fetch (&config, url);
  g_assert_cmpstr (refused, ==, "server returned HTTP status 302 Found");
  test_server_stop (first);
  test_server_stop (second);
}

static void
test_client_proxy (void)
{
  TestServer *proxy = test_server_new (NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", proxy->port);
  SgHttpClientConfig config = { .proxy_url = url };
  g_autofree char *answer = NULL;

  test_server_set_page (proxy, "a 1\n");
  answer = fetch (&config, "http://there.example/m");
  g_assert_cmpstr (answer, ==, "a 1\n");
  g_assert_true (g_str_has_prefix (proxy->last_head, "GET http://there.example/m HTTP/1.1\r\n"));
  test_server_stop (proxy);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-client/tls", test_client_tls);
  g_test_add_func ("/http-client/redirect", test_client_redirect);
  g_test_add_func ("/http-client/proxy", test_client_proxy);
  return g_test_run ();
}
