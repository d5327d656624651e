/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include "http/pages/sg-metrics-page.h"
#include "http/sg-http-coding.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path)      "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define GET_LAST(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

/* Says back what it was given: method, peer, query value "q", body. */
static SgHttpResponse *
answer_echo (const SgHttpRequest *request,
             gpointer             user_data)
{
  gsize length = 0;
  const char *bytes = g_bytes_get_data (sg_http_request_get_body (request), &length);
  const char *value = sg_http_request_get_value (request, "q");
  g_autofree char *body = g_strndup (bytes, length);
  g_autofree char *text =
      g_strdup_printf ("%u %s q=%s %s", sg_http_request_get_method (request),
                       sg_http_request_get_peer (request), value != NULL ? value : "(none)", body);

  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, text);
}

static SgHttpResponse *
answer_size (const SgHttpRequest *request,
             gpointer             user_data)
{
  g_autofree char *text =
      g_strdup_printf ("%zu", g_bytes_get_size (sg_http_request_get_body (request)));

  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, text);
}

static SgHttpResponse *
answer_big (const SgHttpRequest *request,
            gpointer             user_data)
{
  gsize length = GPOINTER_TO_SIZE (user_data);
  g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (length, 'x'), length);

  return sg_http_response_new (200, SG_HTTP_TYPE_TEXT, body);
}

static SgHttpResponse *
answer_status (const SgHttpRequest *request,
               gpointer             user_data)
{
  guint status = (guint) g_ascii_strtoull (sg_http_request_get_param (request, "status"), NULL, 10);

  return sg_http_response_new (status, NULL, NULL);
}

static void
add_routes (Fixture *fixture)
{
  fixture_create (fixture);
  sg_http_server_add_route (fixture->server, "/echo", SG_HTTP_GET | SG_HTTP_POST,
                            SG_HTTP_SCOPE_READ, answer_echo, NULL, NULL);
  sg_http_server_add_route (fixture->server, "/ingest", SG_HTTP_POST, SG_HTTP_SCOPE_INGEST,
                            answer_size, NULL, NULL);
  sg_http_server_add_route (fixture->server, "/act", SG_HTTP_POST, SG_HTTP_SCOPE_ACT, answer_size,
                            NULL, NULL);
  sg_http_server_add_route (fixture->server, "/admin", SG_HTTP_POST, SG_HTTP_SCOPE_ADMIN,
                            answer_size, NULL, NULL);
  sg_http_server_add_route (fixture->server, "/big", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_big,
                            GSIZE_TO_POINTER (5000000), NULL);
  sg_http_server_add_route (fixture->server, "/small", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_big,
                            GSIZE_TO_POINTER (100), NULL);
  sg_http_server_add_route (fixture->server, "/status/:status", SG_HTTP_GET, SG_HTTP_SCOPE_READ,
                            answer_status, NULL, NULL);
  sg_metrics_page_add (fixture->server, "/metrics", fixture->registry, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture_init (fixture);
  add_routes (fixture);
  fixture_start (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fixture_clear (fixture);
}

typedef struct
{
  const char *request;
  guint status;
  const char *body;
} AskCase;

/* Each on a connection of its own, which the server must close after its answer. */
static const AskCase ask_cases[] = {
  { GET_LAST ("/echo?q=a%20b"), 200, "1 127.0.0.1 q=a b " },
  { "GET /echo HTTP/1.0\r\n\r\n", 200, "1 127.0.0.1 q=(none) " },
  { "GET http://localhost/echo?q=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200,
    "1 127.0.0.1 q=1 " },
  { "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
    200, "2 127.0.0.1 q=(none) hi" },
  { "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200,
    "2 127.0.0.1 q=(none) " },
  { "POST /echo?q=url HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n"
    "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\r\nq=b%C3",
    400, NULL },
  { "POST /echo?q=url HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\nq=f+m",
    200, "2 127.0.0.1 q=f m q=f+m" },
  { "POST /ingest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\n%%%",
    200, "3" },
  { "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n",
    200, "2 127.0.0.1 q=(none) abcde" },
  { GET_LAST ("/status/204"), 204, "" },
  { GET_LAST ("/status/304"), 304, "" },
  { GET_LAST ("/status/500"), 500, "" },
  { GET_LAST ("/none"), 404,
    "{\"status\":\"error\",\"errorType\":\"not_found\",\"error\":\"there is nothing at this path\"}\n" },
  { GET_LAST ("/echo?q=%00"), 400, NULL },
  { GET_LAST ("/%FF"), 400, NULL },
  { "DELETE /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405, NULL },
  { "HEAD /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200, "" },
  { "HEAD /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404, "" },
  { "GET /echo HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421, NULL },
  { "GET /echo\r\n\r\n", 400, NULL },
  { "GET /echo HTTP/3.0\r\n\r\n", 505, NULL },
  { "POST /ingest HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\nConnection: close\r\n\r\n",
    403, NULL },
  { "POST /ingest HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    "Origin: http://evil\r\nConnection: close\r\n\r\n",
    403, NULL },
  { "POST /act HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200, "0" },
  { "POST /act HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n\r\n",
    403, NULL },
  { "POST /admin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 401, NULL },
  { "POST /admin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc", 401, NULL },
};

static void
assert_json_error (const char *body)
{
  g_assert_true (g_str_has_prefix (body, "{\"status\":\"error\",\"errorType\":\""));
  g_assert_true (g_str_has_suffix (body, "\"}\n"));
}

static void
test_server_answers (Fixture       *fixture,
                     gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (ask_cases); i++)
    {
      const AskCase *expected = &ask_cases[i];
      g_autofree char *response = client_ask (fixture->port, expected->request);
      g_autofree char *server = response_get_field (response, "Server");
      g_autofree char *type_options = response_get_field (response, "X-Content-Type-Options");
      g_autofree char *date = response_get_field (response, "Date");
      g_autofree char *origin = response_get_field (response, "Access-Control-Allow-Origin");

      g_test_message ("%.*s", (int) strcspn (expected->request, "\r"), expected->request);
      g_assert_cmpuint (response_get_status (response), ==, expected->status);
      if (expected->body != NULL)
        g_assert_cmpstr (response_get_body (response), ==, expected->body);
      else
        assert_json_error (response_get_body (response));
      g_assert_true (g_str_has_prefix (server, "Sightglass/"));
      g_assert_cmpstr (type_options, ==, "nosniff");
      g_assert_nonnull (date);
      g_assert_null (origin);
    }
}

static void
test_server_fields (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *not_allowed = client_ask (
      fixture->port, "PUT /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  g_autofree char *unauthorized = client_ask (
      fixture->port, "POST /admin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  g_autofree char *head = client_ask (
      fixture->port, "HEAD /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  g_autofree char *allow = response_get_field (not_allowed, "Allow");
  g_autofree char *challenge = response_get_field (unauthorized, "WWW-Authenticate");
  g_autofree char *length = response_get_field (head, "Content-Length");

  g_assert_cmpstr (allow, ==, "GET, HEAD, POST");
  g_assert_cmpstr (challenge, ==, "Bearer realm=\"sightglass\"");
  g_assert_cmpstr (length, ==, "100");
}

static void
test_server_token (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *request =
      g_strdup_printf ("POST /admin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                       "Authorization: Bearer %s\r\nContent-Length: 2\r\n\r\nok",
                       fixture->token);
  g_autofree char *response = client_ask (fixture->port, request);

  g_assert_cmpuint (response_get_status (response), ==, 200);
  g_assert_cmpstr (response_get_body (response), ==, "2");
}

static void
test_server_keep_alive (Fixture       *fixture,
                        gconstpointer  data)
{
  int fd = client_connect (fixture->port);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *request = g_strdup_printf (GET ("/echo?q=%u"), i);
      g_autofree char *expected = g_strdup_printf ("1 127.0.0.1 q=%u ", i);
      g_autofree char *response = NULL;

      client_send (fd, request, -1);
      response = client_read (fd);
      g_assert_cmpstr (response_get_body (response), ==, expected);
    }
  close (fd);
  fixture_wait_sample (fixture, "sightglass_http_connections_accepted_total", 1);
}

/* Requests that come in one piece, and in single bytes, are answered one after the other. */
static void
send_pipelined (Fixture *fixture,
                gsize    step)
{
  static const char text[] = GET (
      "/echo?q=1") "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n0\r\n\r\n"
                   "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\ndef" GET (
                       "/none") GET_LAST ("/echo?q=2") GET ("/echo?q=3");
  static const char *const bodies[] = { "1 127.0.0.1 q=1 ", "2 127.0.0.1 q=(none) abc",
                                        "2 127.0.0.1 q=(none) def", NULL, "1 127.0.0.1 q=2 " };
  int fd = client_connect (fixture->port);

  for (gsize i = 0; i < sizeof text - 1; i += step)
    client_send (fd, text + i, (gssize) MIN (step, sizeof text - 1 - i));
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *response = client_read (fd);

      g_assert_cmpuint (response_get_status (response), ==, bodies[i] != NULL ? 200 : 404);
      if (bodies[i] != NULL)
        g_assert_cmpstr (response_get_body (response), ==, bodies[i]);
    }
  g_assert_true (client_is_closed (fd));
  close (fd);
}

static void
test_server_pipelining (Fixture       *fixture,
                        gconstpointer  data)
{
  send_pipelined (fixture, 100000);
  send_pipelined (fixture, 50);
  send_pipelined (fixture, 1);
}

static void
test_server_half_closed (Fixture       *fixture,
                         gconstpointer  data)
{
  int fd = client_connect (fixture->port);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  client_send (fd, GET ("/echo?q=1") GET ("/echo?q=2"), -1);
  shutdown (fd, SHUT_WR);
  first = client_read (fd);
  second = client_read (fd);
  g_assert_cmpstr (response_get_body (first), ==, "1 127.0.0.1 q=1 ");
  g_assert_cmpstr (response_get_body (second), ==, "1 127.0.0.1 q=2 ");
  g_assert_true (client_is_closed (fd));
  close (fd);
}

static void
test_server_http10_keep_alive (Fixture       *fixture,
                               gconstpointer  data)
{
  int fd = client_connect (fixture->port);

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *response = NULL;
      g_autofree char *connection = NULL;

      client_send (fd, "GET /small HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", -1);
      response = client_read (fd);
      connection = response_get_field (response, "Connection");
      g_assert_cmpstr (connection, ==, "keep-alive");
    }
  close (fd);
}

static void
test_server_expect (Fixture       *fixture,
                    gconstpointer  data)
{
  int fd = client_connect (fixture->port);
  g_autofree char *leave = NULL;
  g_autofree char *response = NULL;
  g_autofree char *server = NULL;
  g_autofree char *refused = NULL;

  client_send (fd,
               "POST /ingest HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
               "Content-Length: 3\r\n\r\n",
               -1);
  leave = client_read (fd);
  g_assert_true (g_str_has_prefix (leave, "HTTP/1.1 100 "));
  client_send (fd, "abc", -1);
  response = client_read (fd);
  server = response_get_field (response, "Server");
  g_assert_cmpstr (response_get_body (response), ==, "3");
  g_assert_nonnull (server);
  client_send (fd,
               "POST /none HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
               "Content-Length: 3\r\n\r\n",
               -1);
  refused = client_read (fd);
  g_assert_cmpuint (response_get_status (refused), ==, 404);
  g_assert_true (client_is_closed (fd));
  close (fd);
}

static void
test_server_gzip (Fixture       *fixture,
                  gconstpointer  data)
{
  int fd = client_connect (fixture->port);
  g_autofree char *big = NULL;
  g_autofree char *coding = NULL;
  g_autofree char *vary = NULL;
  g_autofree char *length = NULL;
  g_autofree char *small = NULL;
  g_autofree char *small_coding = NULL;

  client_send (fd, "GET /big HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n", -1);
  big = client_read (fd);
  coding = response_get_field (big, "Content-Encoding");
  vary = response_get_field (big, "Vary");
  length = response_get_field (big, "Content-Length");
  g_assert_cmpstr (coding, ==, "gzip");
  g_assert_cmpstr (vary, ==, "Accept-Encoding");
  {
    gsize n = g_ascii_strtoull (length, NULL, 10);
    g_autoptr (GBytes) packed = g_bytes_new (response_get_body (big), n);
    g_autoptr (GBytes) text = sg_http_gunzip (packed, 6000000, NULL);

    g_assert_cmpuint (n, <, 100000);
    g_assert_cmpuint (g_bytes_get_size (text), ==, 5000000);
  }
  client_send (fd, "GET /small HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n", -1);
  small = client_read (fd);
  small_coding = response_get_field (small, "Content-Encoding");
  g_assert_null (small_coding);
  close (fd);
}

static void
test_server_gzip_body (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *text = g_strnfill (300000, 'a');
  g_autoptr (GBytes) plain = g_bytes_new (text, 300000);
  g_autoptr (GBytes) packed = sg_http_gzip (plain);
  g_autofree char *head =
      g_strdup_printf ("POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
                       "Connection: close\r\nContent-Length: %zu\r\n\r\n",
                       g_bytes_get_size (packed));
  g_autofree char *wrong =
      client_ask (fixture->port,
                  "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
                  "Connection: close\r\nContent-Length: 4\r\n\r\nabcd");
  g_autofree char *other =
      client_ask (fixture->port,
                  "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: snappy\r\n"
                  "Connection: close\r\nContent-Length: 4\r\n\r\nabcd");
  int fd = client_connect (fixture->port);
  g_autofree char *response = NULL;

  client_send (fd, head, -1);
  client_send (fd, g_bytes_get_data (packed, NULL), (gssize) g_bytes_get_size (packed));
  response = client_read_all (fd);
  close (fd);
  g_assert_cmpstr (response_get_body (response), ==, "300000");
  g_assert_cmpuint (response_get_status (wrong), ==, 400);
  g_assert_cmpstr (response_get_body (other), ==, "4");
}

static void
test_server_big_response (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autofree char *response = client_ask (fixture->port, GET_LAST ("/big"));

  g_assert_cmpuint (strlen (response_get_body (response)), ==, 5000000);
}

/* Ranges would have the library copy the response as often as a client likes. */
static void
test_server_no_ranges (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *response =
      client_ask (fixture->port, "GET /small HTTP/1.1\r\nHost: localhost\r\n"
                                 "Range: bytes=0-9,0-9,0-9\r\nConnection: close\r\n\r\n");

  g_assert_cmpuint (response_get_status (response), ==, 200);
  g_assert_cmpuint (strlen (response_get_body (response)), ==, 100);
}

/* The same with a client that everybody uses. */
static void
test_server_soup_client (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (SoupSession) session = soup_session_new ();

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://localhost:%u/metrics", fixture->port);
      g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) body = NULL;
      SoupMessageHeaders *headers;

      soup_message_headers_append (soup_message_get_request_headers (message), "Accept",
                                   i % 2 == 0 ? "text/plain" : "application/openmetrics-text");
      body = soup_session_send_and_read (session, message, NULL, &error);
      g_assert_no_error (error);
      headers = soup_message_get_response_headers (message);
      g_assert_cmpuint (soup_message_get_status (message), ==, 200);
      g_assert_cmpuint (g_bytes_get_size (body), >, 0);
      g_assert_true (g_str_has_prefix (soup_message_headers_get_one (headers, "Content-Type"),
                                       i % 2 == 0 ? "text/plain; version=0.0.4"
                                                  : "application/openmetrics-text; version="));
    }
}

static void
test_server_status (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (SgHttpStatus) before = sg_http_server_get_status (fixture->server);
  g_autoptr (SgHttpStatus) after = NULL;
  g_autofree char *url = g_strdup_printf ("http://localhost:%u", fixture->port);
  g_autofree char *response = NULL;

  g_assert_cmpstr (before->url, ==, url);
  g_assert_cmpstr (before->address, ==, url + strlen ("http://"));
  g_assert_cmpuint (before->wanted_port, ==, before->port);
  g_assert_null (before->note);
  g_assert_cmpuint (before->scrapes, ==, 0);
  g_assert_null (before->last_scraper);
  response =
      client_ask (fixture->port, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
                                 "User-Agent: Prometheus/2.42.0\r\nConnection: close\r\n\r\n");
  g_assert_cmpuint (response_get_status (response), ==, 200);
  after = sg_http_server_get_status (fixture->server);
  g_assert_cmpuint (after->scrapes, ==, 1);
  g_assert_cmpstr (after->last_scraper, ==, "Prometheus/2.42.0 (127.0.0.1)");
  g_assert_cmpint (after->last_scrape.ns, >, 0);
}

static void
test_server_counts (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *one = client_ask (fixture->port, GET_LAST ("/status/204"));
  g_autofree char *two = client_ask (fixture->port, GET_LAST ("/status/500"));
  g_autofree char *three = client_ask (fixture->port, GET_LAST ("/none"));
  g_autofree char *four = client_ask (fixture->port, "bad\r\n\r\n");

  g_assert_cmpuint (response_get_status (one), ==, 204);
  g_assert_cmpuint (response_get_status (two), ==, 500);
  g_assert_cmpuint (response_get_status (three), ==, 404);
  g_assert_cmpuint (response_get_status (four), ==, 400);
  fixture_wait_sample (
      fixture, "sightglass_http_requests_total{handler=\"/status/:status\",code=\"204\"}", 1);
  fixture_wait_sample (
      fixture, "sightglass_http_requests_total{handler=\"/status/:status\",code=\"500\"}", 1);
  fixture_wait_sample (fixture, "sightglass_http_requests_total{handler=\"none\",code=\"404\"}", 1);
  fixture_wait_sample (fixture, "sightglass_http_refused_total{reason=\"bad_request\"}", 1);
  fixture_wait_sample (
      fixture, "sightglass_http_request_duration_seconds_count{handler=\"/status/:status\"}", 2);
  fixture_wait_sample (fixture, "sightglass_http_requests_in_flight", 0);
  fixture_wait_sample (fixture, "sightglass_http_connections{state=\"serving\"}", 0);
  fixture_wait_sample (fixture, "sightglass_http_connections{state=\"closing\"}", 0);
}

static gboolean
try_start (Fixture  *fixture,
           GError  **error)
{
  gboolean started;

  fixture_create (fixture);
  fixture->context = g_main_context_new ();
  started = sg_http_server_start (fixture->server, fixture->context, error);
  sg_http_server_stop (fixture->server);
  g_main_context_unref (fixture->context);
  return started;
}

static void
test_server_exposure (void)
{
  g_auto (Fixture) closed = { 0 };
  g_auto (Fixture) open = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_init (&closed);
  g_free (closed.config->listen_addresses[0]);
  closed.config->listen_addresses[0] = g_strdup ("0.0.0.0:0");
  g_assert_false (try_start (&closed, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "--web.allow-remote-without-auth"));
  g_clear_error (&error);
  fixture_init (&open);
  g_free (open.config->listen_addresses[0]);
  open.config->listen_addresses[0] = g_strdup ("0.0.0.0:0");
  open.config->allow_remote_without_auth = TRUE;
  g_assert_true (try_start (&open, &error));
  g_assert_no_error (error);
}

static void
test_server_port_taken (Fixture       *fixture,
                        gconstpointer  data)
{
  g_auto (Fixture) other = { 0 };
  g_autoptr (SgHttpStatus) status = NULL;
  g_autofree char *note = NULL;

  fixture_init (&other);
  g_free (other.config->listen_addresses[0]);
  other.config->listen_addresses[0] = g_strdup_printf ("127.0.0.1:%u", fixture->port);
  fixture_start (&other);
  status = sg_http_server_get_status (other.server);
  note = g_strdup_printf ("port %u is taken: listening on %u instead", fixture->port, status->port);
  g_assert_cmpuint (status->wanted_port, ==, fixture->port);
  g_assert_cmpuint (status->port, >, fixture->port);
  g_assert_cmpstr (status->note, ==, note);
}

/* "localhost" is both families, on one port. */
static void
test_server_ipv6 (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *v4 = NULL;
  g_autofree char *url = NULL;

  fixture_init (&fixture);
  g_free (fixture.config->listen_addresses[0]);
  fixture.config->listen_addresses[0] = g_strdup ("localhost:0");
  add_routes (&fixture);
  fixture_start (&fixture);
  v4 = client_ask (fixture.port, GET_LAST ("/echo"));
  g_assert_cmpuint (response_get_status (v4), ==, 200);
  url = g_strdup_printf ("http://[::1]:%u/echo?q=6", fixture.port);
  message = soup_message_new ("GET", url);
  body = soup_session_send_and_read (session, message, NULL, &error);
  if (body == NULL)
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "1 ::1 q=6 ", 10);
}

static gboolean
stop_server (gpointer server)
{
  sg_http_server_stop (server);
  return G_SOURCE_REMOVE;
}

static void
test_server_stop_twice (Fixture       *fixture,
                        gconstpointer  data)
{
  int fd = client_connect (fixture->port);
  g_autofree char *response = NULL;
  g_autoptr (SgHttpStatus) status = NULL;

  client_send (fd, GET ("/small"), -1);
  response = client_read (fd);
  fixture_invoke (fixture, stop_server, fixture->server);
  g_assert_true (client_is_closed (fd));
  close (fd);
  status = sg_http_server_get_status (fixture->server);
  g_assert_cmpuint (status->port, ==, 0);
  g_assert_cmpstr (status->url, ==, "");
}

#define ADD(path, func) g_test_add ("/server/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("answers", test_server_answers);
  ADD ("fields", test_server_fields);
  ADD ("token", test_server_token);
  ADD ("keep-alive", test_server_keep_alive);
  ADD ("pipelining", test_server_pipelining);
  ADD ("half-closed", test_server_half_closed);
  ADD ("http10-keep-alive", test_server_http10_keep_alive);
  ADD ("expect", test_server_expect);
  ADD ("gzip", test_server_gzip);
  ADD ("gzip-body", test_server_gzip_body);
  ADD ("big-response", test_server_big_response);
  ADD ("no-ranges", test_server_no_ranges);
  ADD ("soup-client", test_server_soup_client);
  ADD ("status", test_server_status);
  ADD ("counts", test_server_counts);
  g_test_add_func ("/server/exposure", test_server_exposure);
  g_test_add_func ("/server/ipv6", test_server_ipv6);
  ADD ("port-taken", test_server_port_taken);
  ADD ("stop-twice", test_server_stop_twice);
  return g_test_run ();
}
