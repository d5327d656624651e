/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include "base/sg-blocking.h"
#include "base/sg-compute.h"
#include "http/pages/sg-ready-page.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

/* Of "secret". */
#define HASH       "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
#define ANN        "Basic YW5uOnNlY3JldA=="
#define ANN_WRONG  "Basic YW5uOndyb25n"
#define BODY_BYTES 3000000

static SgHttpResponse *
answer_user (const SgHttpRequest *request,
             gpointer             user_data)
{
  const char *user = sg_http_request_get_user (request);

  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, user != NULL ? user : "(nobody)");
}

static SgHttpResponse *
answer_body (const SgHttpRequest *request,
             gpointer             user_data)
{
  return sg_http_response_new (200, "application/octet-stream", sg_http_request_get_body (request));
}

static char *
get_data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "http", "data", name, NULL);
}

/* A server with what @text says, "@" in it standing for the folder of the certificates. */
static void
start (Fixture    *fixture,
       const char *text)
{
  g_autofree char *data = get_data_path ("");
  g_auto (GStrv) parts = g_strsplit (text, "@", -1);
  g_autofree char *config = g_strjoinv (data, parts);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture_init (fixture);
  path = g_build_filename (fixture->config->state_dir, "web.config.yml", NULL);
  g_assert_true (g_file_set_contents (path, config, -1, NULL));
  fixture->config->web = sg_web_config_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);
  fixture_create (fixture);
  sg_http_server_add_route (fixture->server, "/user", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_user,
                            NULL, NULL);
  sg_http_server_add_route (fixture->server, "/body", SG_HTTP_POST, SG_HTTP_SCOPE_INGEST,
                            answer_body, NULL, NULL);
  sg_http_server_add_route (fixture->server, "/act", SG_HTTP_POST, SG_HTTP_SCOPE_ACT, answer_user,
                            NULL, NULL);
  sg_ready_page_add (fixture->server, NULL, NULL, NULL);
  fixture_start (fixture);
}

static char *
ask_as (Fixture    *fixture,
        const char *method,
        const char *path,
        const char *fields)
{
  g_autofree char *request = g_strdup_printf (
      "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method, path, fields);

  return client_ask (fixture->port, request);
}

static void
test_web_users (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *nobody = NULL;
  g_autofree char *challenge = NULL;
  g_autofree char *token_fields = NULL;
  g_autofree char *by_token = NULL;
  g_autofree char *foreign = NULL;

  start (&fixture, "basic_auth_users: {ann: " HASH "}\n");
  nobody = ask_as (&fixture, "GET", "/user", "");
  challenge = response_get_field (nobody, "WWW-Authenticate");
  g_assert_cmpuint (response_get_status (nobody), ==, 401);
  g_assert_cmpstr (challenge, ==, "Basic realm=\"sightglass\", charset=\"UTF-8\"");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *right = ask_as (&fixture, "GET", "/user", "Authorization: " ANN "\r\n");
      g_autofree char *wrong =
          ask_as (&fixture, "GET", "/user", "Authorization: " ANN_WRONG "\r\n");

      g_assert_cmpuint (response_get_status (right), ==, 200);
      g_assert_cmpstr (response_get_body (right), ==, "ann");
      g_assert_cmpuint (response_get_status (wrong), ==, 401);
    }
  token_fields = g_strdup_printf ("Authorization: Bearer %s\r\n", fixture.token);
  by_token = ask_as (&fixture, "GET", "/user", token_fields);
  g_assert_cmpstr (response_get_body (by_token), ==, "(nobody)");
  foreign = ask_as (&fixture, "POST", "/act",
                    "Authorization: " ANN "\r\nOrigin: http://evil.example\r\n");
  g_assert_cmpuint (response_get_status (foreign), ==, 403);
  fixture_wait_sample (&fixture, "sightglass_http_refused_total{reason=\"unauthorized\"}", 4);
}

static void
test_web_headers (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree char *response = NULL;
  g_autofree char *frame = NULL;
  g_autofree char *transport = NULL;

  start (&fixture, "http_server_config:\n"
                   "  headers: {X-Frame-Options: deny, Strict-Transport-Security: max-age=1}\n");
  response = ask_as (&fixture, "GET", "/none", "");
  frame = response_get_field (response, "X-Frame-Options");
  transport = response_get_field (response, "Strict-Transport-Security");
  g_assert_cmpstr (frame, ==, "deny");
  g_assert_cmpstr (transport, ==, "max-age=1");
}

#define TLS "tls_server_config: {cert_file: @/server.pem, key_file: @/server-key.pem"
#define CA  ", client_ca_file: @/ca.pem"

static gboolean
on_ask_certificate (SoupMessage          *message,
                    GTlsClientConnection *tls,
                    gpointer              user_data)
{
  soup_message_set_tls_client_certificate (message, user_data);
  return TRUE;
}

static SoupSession *
new_session (void)
{
  g_autofree char *ca = get_data_path ("ca.pem");
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (ca, NULL);

  return soup_session_new_with_options ("tls-database", database, "timeout", FIXTURE_TIMEOUT_S,
                                        "proxy-resolver", NULL, NULL);
}

/* Returns: (nullable): the answer, or %NULL when there was none; the server's certificate is checked */
static GBytes *
fetch (SoupSession *session,
       Fixture     *fixture,
       const char  *path,
       GBytes      *body,
       const char  *certificate_name)
{
  g_autofree char *url = g_strdup_printf ("https://localhost:%u%s", fixture->port, path);
  g_autoptr (SoupMessage) message = soup_message_new (body != NULL ? "POST" : "GET", url);
  g_autoptr (GTlsCertificate) certificate = NULL;
  GBytes *answer;

  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/octet-stream", body);
  if (certificate_name != NULL)
    {
      g_autofree char *pem = g_strconcat (certificate_name, ".pem", NULL);
      g_autofree char *key = g_strconcat (certificate_name, "-key.pem", NULL);
      g_autofree char *pem_path = get_data_path (pem);
      g_autofree char *key_path = get_data_path (key);

      certificate = g_tls_certificate_new_from_files (pem_path, key_path, NULL);
      g_assert_nonnull (certificate);
      g_signal_connect (message, "request-certificate", G_CALLBACK (on_ask_certificate),
                        certificate);
    }
  answer = soup_session_send_and_read (session, message, NULL, NULL);
  if (answer != NULL)
    g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return answer;
}

static void
test_web_tls (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (SoupSession) session = new_session ();
  g_autoptr (SgHttpStatus) status = NULL;
  g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (BODY_BYTES, 'x'), BODY_BYTES);

  start (&fixture, TLS "}\n");
  status = sg_http_server_get_status (fixture.server);
  g_assert_true (g_str_has_prefix (status->url, "https://localhost:"));
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GBytes) user = fetch (session, &fixture, "/user", NULL, NULL);

      g_assert_nonnull (user);
    }
  fixture_wait_sample (&fixture, "sightglass_http_connections_accepted_total", 1);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) echo = fetch (session, &fixture, "/body", body, NULL);

      g_assert_nonnull (echo);
      g_assert_true (g_bytes_equal (echo, body));
    }
}

/* Who speaks no TLS, or breaks off, or says nothing, is in nobody's way. */
static void
test_web_tls_noise (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (SoupSession) session = new_session ();
  g_autoptr (GBytes) user = NULL;
  int silent[20];
  int hello[5];
  int plain;

  start (&fixture, TLS "}\n");
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    silent[i] = client_connect (fixture.port);
  for (guint i = 0; i < G_N_ELEMENTS (hello); i++)
    {
      hello[i] = client_connect (fixture.port);
      client_send (hello[i], "\x16\x03\x01", 3);
    }
  plain = client_connect (fixture.port);
  client_send (plain, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
  user = fetch (session, &fixture, "/user", NULL, NULL);
  g_assert_nonnull (user);
  fixture_wait_sample (&fixture, "sightglass_http_refused_total{reason=\"tls\"}", 1);
  close (plain);
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    close (silent[i]);
  for (guint i = 0; i < G_N_ELEMENTS (hello); i++)
    close (hello[i]);
}

typedef struct
{
  const char *name;
  const char *config;
  gboolean without;
  gboolean with_stranger;
  gboolean with_client;
} ClientCase;

static const ClientCase client_cases[] = {
  { "none", TLS ", client_auth_type: NoClientCert}\n", TRUE, TRUE, TRUE },
  { "request", TLS ", client_auth_type: RequestClientCert}\n", TRUE, TRUE, TRUE },
  { "require-any", TLS ", client_auth_type: RequireAnyClientCert}\n", FALSE, TRUE, TRUE },
  { "verify-if-given", TLS CA ", client_auth_type: VerifyClientCertIfGiven}\n", TRUE, FALSE, TRUE },
  { "require-and-verify", TLS CA ", client_auth_type: RequireAndVerifyClientCert}\n", FALSE, FALSE,
    TRUE },
  { "names",
    TLS CA ", client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [a, "
           "scraper.example]}\n",
    FALSE, FALSE, TRUE },
  { "addresses",
    TLS CA ", client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [192.0.2.1]}\n",
    FALSE, FALSE, TRUE },
  { "other-names",
    TLS CA ", client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [example]}\n",
    FALSE, FALSE, FALSE },
  { "tls13", TLS ", min_version: TLS13}\n", TRUE, TRUE, TRUE },
};

static void
test_web_clients (gconstpointer data)
{
  const ClientCase *expected = data;
  static const char *const names[] = { NULL, "stranger", "client" };
  const gboolean welcome[] = { expected->without, expected->with_stranger, expected->with_client };
  g_auto (Fixture) fixture = { 0 };

  start (&fixture, expected->config);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SoupSession) session = new_session ();
      g_autoptr (GBytes) user = fetch (session, &fixture, "/user", NULL, names[i]);

      g_test_message ("with %s", names[i] != NULL ? names[i] : "nothing");
      g_assert_cmpint (user != NULL, ==, welcome[i]);
    }
}

/* A server that stops in the middle of handshakes leaves them behind. */
static void
test_web_stop_shaking (void)
{
  Fixture fixture = { 0 };
  int clients[20];

  start (&fixture, TLS "}\n");
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = client_connect (fixture.port);
      client_send (clients[i], "\x16\x03\x01\x02", 4);
    }
  fixture_settle (&fixture);
  fixture_clear (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_assert_true (client_is_closed (clients[i]));
      close (clients[i]);
    }
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web/users", test_web_users);
  g_test_add_func ("/web/headers", test_web_headers);
  g_test_add_func ("/web/tls", test_web_tls);
  g_test_add_func ("/web/tls-noise", test_web_tls_noise);
  for (guint i = 0; i < G_N_ELEMENTS (client_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/web/clients/", client_cases[i].name, NULL);

      g_test_add_data_func (path, &client_cases[i], test_web_clients);
    }
  g_test_add_func ("/web/stop-shaking", test_web_stop_shaking);
  status = g_test_run ();
  /* No thread of ours is left when leaks are looked for. */
  sg_blocking_shutdown (5000);
  sg_compute_shutdown ();
  return status;
}
