/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine.h"

#include "engine/sg-engine-private.h"
#include "tools/sg-test-peer.h"

#include <string.h>

/*
 * Applications report operations to an engine, as they would with curl: what is answered, what is stored, what
 * can be asked of it, and what becomes of mistakes.
 */
typedef struct
{
  char *folder;
  SgEngine *engine;
  guint port;
  GAsyncResult *result;
  char *headers;
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

static void
start_engine (Fixture    *fixture,
              const char *flags)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line = g_strdup_printf (
      "x --storage.path=%s --builtin.interval=100ms --web.listen-address=127.0.0.1:%u%s",
      fixture->folder, fixture->port, flags);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  g_assert_true (sg_engine_options_read_environment (options, NULL));
  fixture->engine = sg_engine_new (options);
  sg_log_service_set_interval (sg_engine_get_logs (fixture->engine), 20);
  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_engine_start_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
stop_engine (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sg_engine_stop_async (fixture->engine, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_engine_stop_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->engine);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-operations-XXXXXX", NULL);
  fixture->port = sg_test_peer_find_port ();
  start_engine (fixture, data != NULL ? data : "");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  stop_engine (fixture);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->headers);
}

/* Returns: (transfer full): the body; the head is in the fixture */
static char *
post (Fixture    *fixture,
      const char *path,
      const char *headers,
      const char *body,
      gsize       length,
      guint      *ret_status)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) fixture->port, NULL, NULL);
  g_autofree char *head = g_strdup_printf (
      "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n",
      path, length, headers);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GOutputStream) answer = g_memory_output_stream_new_resizable ();
  g_autofree char *text = NULL;
  char *end;

  g_socket_set_timeout (g_socket_connection_get_socket (connection), 30);
  g_assert_true (g_output_stream_write_all (out, head, strlen (head), NULL, NULL, NULL));
  g_assert_true (g_output_stream_write_all (out, body, length, NULL, NULL, NULL));
  g_output_stream_splice (answer, g_io_stream_get_input_stream (G_IO_STREAM (connection)), 0, NULL,
                          NULL);
  g_output_stream_write_all (answer, "", 1, NULL, NULL, NULL);
  g_output_stream_close (answer, NULL, NULL);
  text = g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (answer));
  end = strstr (text, "\r\n\r\n");
  g_assert_nonnull (end);
  g_free (fixture->headers);
  fixture->headers = g_strndup (text, (gsize) (end - text));
  *ret_status = (guint) g_ascii_strtoull (text + strlen ("HTTP/1.1 "), NULL, 10);
  return g_strdup (end + 4);
}

static void
assert_post (Fixture    *fixture,
             const char *path,
             const char *headers,
             const char *body,
             guint       status,
             const char *part)
{
  guint got;
  g_autofree char *answer = post (fixture, path, headers, body, strlen (body), &got);

  g_test_message ("%u %s", got, answer);
  g_assert_cmpuint (got, ==, status);
  if (strstr (answer, part) == NULL)
    g_error ("“%s” is not in: %s", part, answer);
}

static void
assert_get (Fixture    *fixture,
            const char *path,
            guint       status,
            const char *part)
{
  guint got;
  g_autofree char *answer = sg_test_http_get (fixture->port, path, &got);

  g_assert_cmpuint (got, ==, status);
  if (strstr (answer, part) == NULL)
    g_error ("“%s” is not in: %s", part, answer);
}

/* What was taken is there, after a restart as well; what is asked for is the newest first. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  assert_post (fixture, "/api/operations?service=shop", "",
               "{\"type\":\"read_through\",\"duration\":0.25,\"key\":\"user:7\",\"records\":1}\n"
               "{\"type\":\"write_through\",\"status\":\"failed\",\"error\":\"locked\"}\n",
               200, "{\"status\":\"success\",\"taken\":2,\"refused\":0,\"errors\":[]}");
  assert_get (fixture, "/metrics/operations", 200,
              "reported_sync_operations_total{service=\"shop\",operation_type=\"write_through\","
              "status=\"failed\"} 1\n");
  stop_engine (fixture);
  start_engine (fixture, "");
  assert_get (fixture, "/api/operations?service=shop&count=true", 200,
              "\"more\":false,\"count\":2}");
  assert_get (fixture, "/api/operations?status=failed", 200,
              "{\"status\":\"success\",\"operations\":[{\"service\":\"shop\",\"type\":"
              "\"write_through\",\"status\":\"failed\",\"start\":");
  assert_get (fixture, "/api/operations?key=user:7", 200,
              "\"duration\":0.250000,\"key\":\"user:7\",\"records\":1}");
  assert_get (fixture, "/api/operations?type=refresh", 200, "\"operations\":[],\"more\":false}");
  assert_get (fixture, "/api/operations?end=100", 200, "\"operations\":[]");
  assert_get (fixture, "/api/operations?start=never", 400, "cannot parse");
}

static void
test_mistakes (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *key = g_strnfill (10 * 1024 * 1024, 'k');
  g_autofree char *huge =
      g_strdup_printf ("{\"type\":\"a\"}\n{\"type\":\"a\",\"key\":\"%s\"}\n", key);
  static const char wide[] = "\377\376{\0\"\0";
  g_autofree char *answer = NULL;
  guint status;

  assert_post (fixture, "/api/operations", "", "{\"type\":\"a\"}\n{\"type\"\n{\"type\":\"b\"}\n",
               200,
               "\"taken\":2,\"refused\":1,\"errors\":[{\"line\":2,\"column\":8,\"error\":\"what is "
               "here should be a colon\"}]");
  assert_post (fixture, "/api/operations", "", "{\"type\":\"a\",\"duration\":-1}", 400,
               "{\"status\":\"error\",\"taken\":0,\"refused\":1,\"errors\":[{\"line\":1,");
  assert_post (fixture, "/api/operations", "", huge, 200, "\"taken\":1,\"refused\":1");
  assert_post (fixture, "/api/operations", "", "", 400, "the body is empty");
  assert_post (fixture, "/api/operations", "Content-Type: application/json; charset=latin1\r\n",
               "{}", 415, "send UTF-8");
  assert_post (fixture, "/api/operations", "Content-Encoding: br\r\n", "x", 415, "gzip");
  assert_post (fixture, "/api/operations", "Content-Encoding: gzip\r\n", "x", 400, "gzip");
  assert_post (fixture, "/api/operations?service=", "", "{}", 400, "write who reports");
  answer = post (fixture, "/api/operations", "", wide, sizeof wide, &status);
  g_assert_cmpuint (status, ==, 415);
  assert_post (fixture, "/api/operations", "Origin: https://elsewhere.example\r\n",
               "{\"type\":\"a\"}", 403, "");
}

static void
test_gzip (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GConverter) gzip =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *packed = g_malloc (1000000);
  g_autofree char *answer = NULL;
  gsize read = 0;
  gsize written = 0;
  guint status;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "{\"type\":\"refresh\",\"key\":\"user:%u\"}\n", i);
  g_assert_cmpint (g_converter_convert (gzip, text->str, text->len, packed, 1000000,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  answer =
      post (fixture, "/api/operations", "Content-Encoding: gzip\r\n", packed, written, &status);
  g_assert_cmpuint (status, ==, 200);
  g_assert_nonnull (strstr (answer, "\"taken\":10000,\"refused\":0"));
  assert_get (fixture, "/api/operations?type=refresh&limit=1&count=true", 200,
              "\"key\":\"user:9999\"}],\"more\":true,\"count\":10000}");
}

/* Who sends more than is taken is told when to come again; the others go on. */
static void
test_throttled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "{\"type\":\"a\"}\n");
  assert_post (fixture, "/api/operations", "", text->str, 200, "\"taken\":1000");
  assert_post (fixture, "/api/operations", "", text->str, 429, "--operations.max-rate");
  g_assert_nonnull (strstr (fixture->headers, "\r\nRetry-After: "));
  assert_get (fixture, "/api/operations?count=true&limit=1&type=a", 200, "\"count\":1000}");
  assert_get (fixture, "/metrics", 200, "\nsightglass_operation_requests_throttled_total 1\n");
}

static gboolean
is_in_store (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *answer = sg_test_http_get (
      fixture->port,
      "/api/v1/query?query=reported_sync_operations_total%7Bservice%3D%22shop%22%2C"
      "status%3D%22success%22%7D",
      NULL);

  return strstr (answer, "\"job\":\"operations\"") != NULL && strstr (answer, "\"3\"]") != NULL;
}

/* They are series as well, in the store of samples. */
static void
test_series (Fixture       *fixture,
             gconstpointer  data)
{
  assert_post (fixture, "/api/operations?service=shop", "",
               "[{\"type\":\"refresh\"},{\"type\":\"refresh\"},{\"type\":\"refresh\"}]", 200,
               "\"taken\":3");
  sg_test_wait_until (is_in_store, fixture);
}

static gboolean
is_full (gpointer data)
{
  Fixture *fixture = data;
  guint status;
  g_autofree char *answer = post (fixture, "/api/operations", "", "{\"type\":\"a\"}",
                                  strlen ("{\"type\":\"a\"}"), &status);

  return status == 503 && strstr (answer, "--storage.logs.retention.size") != NULL;
}

/* No more is taken than there may be, and it is told; what is there can be read. */
static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_wait_until (is_full, fixture);
  g_assert_nonnull (strstr (fixture->headers, "\r\nRetry-After: 60"));
  assert_get (fixture, "/health", 200, "records are not stored: the records of today alone");
  assert_get (fixture, "/api/operations?type=a", 200, "\"status\":\"success\"");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, flags, func) \
  g_test_add ("/operations/" name, Fixture, flags, set_up, func, tear_down)
  ADD ("kept", NULL, test_kept);
  ADD ("mistakes", NULL, test_mistakes);
  ADD ("gzip", NULL, test_gzip);
  ADD ("throttled", " --operations.max-rate=10", test_throttled);
  ADD ("full", " --storage.logs.retention.size=1KB", test_full);
  ADD ("series", NULL, test_series);
#undef ADD

  return g_test_run ();
}
