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
fetch_with (SgHttpClient *client,
            const char   *url)
{
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

static char *
fetch (const SgHttpClientConfig *config,
       const char               *url)
{
  g_autoptr (SgHttpClient) client = sg_http_client_new (config);

  return fetch_with (client, url);
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

/* A server that shows what it was greeted with, and goes: the name stands there as it is. */
static gboolean
run_greeted (GThreadedSocketService *service,
             GSocketConnection      *connection,
             GObject                *source,
             gpointer                user_data)
{
  GByteArray *seen = user_data;
  guint8 greeting[4096];
  gssize length = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                       greeting, sizeof greeting, NULL, NULL);

  if (length > 0)
    g_byte_array_append (seen, greeting, (guint) length);
  return TRUE;
}

/* The configured name is what the server is asked for, not only what its certificate must be for. */
static void
test_client_server_name (void)
{
  g_autoptr (GByteArray) seen = g_byte_array_new ();
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (1);
  guint port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/", port);
  SgHttpClientConfig config = { .has_tls = TRUE,
                                .tls = { .server_name = (char *) "other.example" } };
  g_autofree char *answer = NULL;

  g_signal_connect (service, "run", G_CALLBACK (run_greeted), seen);
  answer = fetch (&config, url);
  g_assert_cmpuint (seen->len, >, 0);
  g_assert_nonnull (memmem (seen->data, seen->len, "other.example", 13));
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

static void
test_client_min_version (void)
{
  g_autofree char *certificate = get_data_path ("server.pem");
  g_autofree char *key = get_data_path ("server-key.pem");
  g_autofree char *ca = get_data_path ("ca.pem");
  guint port = sg_test_peer_find_port ();
  g_autofree char *accept = g_strdup_printf ("127.0.0.1:%u", port);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/", port);
  const char *const argv[] = { "openssl", "s_server", "-accept", accept, "-cert",  certificate,
                               "-key",    key,        "-tls1_2", "-www", "-quiet", NULL };
  SgHttpClientConfig config = { .has_tls = TRUE, .tls = { .ca_file = ca } };
  g_autoptr (SgTestPeer) peer = NULL;
  g_autofree char *older = NULL;
  g_autofree char *newer = NULL;

  peer = sg_test_peer_start (argv, port, NULL);
  if (peer == NULL)
    return;
  config.tls.min_version = (char *) "TLS12";
  older = fetch (&config, url);
  g_assert_cmpstr (older, ==, "the page is longer than its body_size_limit of 1KiB");
  config.tls.min_version = (char *) "TLS13";
  newer = fetch (&config, url);
  g_assert_cmpstr (newer, ==,
                   "the target speaks a version of TLS that is older than tls_config: min_version");
}

/* What the server that gives tokens was sent, and says. */
typedef struct
{
  TestServer *server;
  char *body;
  const char *answer;
} Giver;

static Giver giver;

static void
respond_token (TestServer        *server,
               GSocketConnection *connection,
               const char        *head)
{
  const char *length_text = strstr (head, "Content-Length: ");
  gsize length = length_text != NULL ? (gsize) atoi (length_text + 16) : 0;
  g_autofree char *body = g_malloc0 (length + 1);
  g_autofree char *answer = NULL;

  g_assert_true (g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                          body, length, NULL, NULL, NULL));
  sg_lock_acquire (&server->lock);
  g_free (giver.body);
  giver.body = g_steal_pointer (&body);
  answer = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                            *giver.answer == '{' ? "200 OK" : "403 Forbidden",
                            strlen (giver.answer), giver.answer);
  sg_lock_release (&server->lock);
  test_send (connection, answer, strlen (answer));
}

static void
respond_unauthorized (TestServer        *server,
                      GSocketConnection *connection,
                      const char        *head)
{
  static const char no[] =
      "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  static const char yes[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\na 1\n";

  if (strstr (head, "Authorization: Bearer fresh\r\n") != NULL)
    test_send (connection, yes, strlen (yes));
  else
    test_send (connection, no, strlen (no));
}

static void
expect_fetch (SgHttpClient *client,
              const char   *url,
              const char   *expected)
{
  g_autofree char *answer = fetch_with (client, url);

  g_assert_cmpstr (answer, ==, expected);
}

/* A token is asked for once, kept as long as it is good, and asked for anew when it is refused. */
static void
test_client_oauth2 (void)
{
  TestServer *target = test_server_new (respond_unauthorized);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", target->port);
  g_autofree char *token_url = NULL;
  g_autoptr (GPtrArray) params = g_ptr_array_new ();
  char *scopes[] = { (char *) "read", (char *) "metrics", NULL };
  SgOauth2Config oauth2 = { .client_id = (char *) "i d",
                            .client_secret = (char *) "s:e",
                            .scopes = scopes,
                            .endpoint_params = params };
  SgHttpClientConfig config = { .oauth2 = &oauth2 };
  g_autoptr (SgHttpClient) client = NULL;

  giver.server = test_server_new (respond_token);
  token_url = g_strdup_printf ("http://127.0.0.1:%u/token", giver.server->port);
  oauth2.token_url = token_url;
  g_ptr_array_add (params, (char *) "audience");
  g_ptr_array_add (params, (char *) "a/b");
  client = sg_http_client_new (&config);
  giver.answer = "no";
  expect_fetch (client, url,
                "oauth2: no token from token_url: server returned HTTP status 403 Forbidden");
  giver.answer = "{}";
  expect_fetch (client, url,
                "oauth2: the answer of token_url is no JSON object with an access_token");
  giver.answer = "{\"access_token\": \"old\", \"token_type\": \"bearer\", \"expires_in\": 3600}";
  expect_fetch (client, url, "server returned HTTP status 401 Unauthorized");
  g_assert_cmpint (test_server_requests (giver.server), ==, 3);
  giver.answer = "{\"access_token\": \"fresh\", \"expires_in\": \"3600\"}";
  expect_fetch (client, url, "a 1\n");
  expect_fetch (client, url, "a 1\n");
  g_assert_cmpint (test_server_requests (giver.server), ==, 4);
  g_assert_true (g_str_has_prefix (giver.server->last_head, "POST /token HTTP/1.1\r\n"));
  /* i%20d:s%3Ae */
  g_assert_nonnull (strstr (giver.server->last_head, "Authorization: Basic aSUyMGQ6cyUzQWU=\r\n"));
  g_assert_nonnull (strstr (giver.body, "grant_type=client_credentials"));
  g_assert_nonnull (strstr (giver.body, "scope=read+metrics"));
  g_assert_nonnull (strstr (giver.body, "audience=a%2Fb"));
  test_server_stop (giver.server);
  test_server_stop (target);
  g_free (giver.body);
}

/* One whose end is near is not used again. */
static void
test_client_oauth2_expiry (void)
{
  TestServer *target = test_server_new (respond_unauthorized);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", target->port);
  g_autofree char *token_url = NULL;
  SgOauth2Config oauth2 = { .client_id = (char *) "i", .client_secret = (char *) "s" };
  SgHttpClientConfig config = { .oauth2 = &oauth2 };
  g_autoptr (SgHttpClient) client = NULL;

  giver = (Giver) { .server = test_server_new (respond_token),
                    .answer = "{\"access_token\": \"fresh\", \"expires_in\": 5}" };
  token_url = g_strdup_printf ("http://127.0.0.1:%u/token", giver.server->port);
  oauth2.token_url = token_url;
  client = sg_http_client_new (&config);
  expect_fetch (client, url, "a 1\n");
  expect_fetch (client, url, "a 1\n");
  g_assert_cmpint (test_server_requests (giver.server), ==, 2);
  test_server_stop (giver.server);
  test_server_stop (target);
  g_free (giver.body);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-client/tls", test_client_tls);
  g_test_add_func ("/http-client/redirect", test_client_redirect);
  g_test_add_func ("/http-client/proxy", test_client_proxy);
  g_test_add_func ("/http-client/server-name", test_client_server_name);
  g_test_add_func ("/http-client/min-version", test_client_min_version);
  g_test_add_func ("/http-client/oauth2", test_client_oauth2);
  g_test_add_func ("/http-client/oauth2-expiry", test_client_oauth2_expiry);
  return g_test_run ();
}
