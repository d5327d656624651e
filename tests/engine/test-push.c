/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine.h"

#include "tools/sg-test-peer.h"

#include <string.h>

/*
 * Clients push to an engine: curl, and Python's client library. What they push is told, survives a restart,
 * and goes into the store under its own labels. Debian's Pushgateway is the judge of each answer.
 */
typedef struct
{
  char *folder;
  SgEngine *engine;
  guint port;
  GAsyncResult *result;
  const char *wanted;
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
start_engine (Fixture *fixture)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line = g_strdup_printf (
      "x --storage.path=%s --builtin.interval=100ms --web.listen-address=127.0.0.1:%u",
      fixture->folder, fixture->port);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  g_assert_true (sg_engine_options_read_environment (options, NULL));
  fixture->engine = sg_engine_new (options);
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
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-push-XXXXXX", NULL);
  fixture->port = sg_test_peer_find_port ();
  start_engine (fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  stop_engine (fixture);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* Returns: the status, or 0 when curl is not there; sets @ret_body */
static guint
curl (guint        port,
      const char  *method,
      const char  *path,
      const char  *header,
      const char  *body,
      char       **ret_body)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u%s", port, path);
  const char *const argv[] = {
    "curl",      "--silent",    "--max-time",     "20",   "--path-as-is",
    "--request", method,        "--header",       header, "--data-binary",
    "@-",        "--write-out", "\n%{http_code}", url,    NULL
  };
  g_autofree char *output = NULL;
  char *code;
  guint status;

  if (sg_test_run_program (argv, body, &output) != 0)
    return 0;
  code = strrchr (output, '\n');
  status = (guint) g_ascii_strtoull (code + 1, NULL, 10);
  *code = '\0';
  if (ret_body != NULL)
    *ret_body = g_steal_pointer (&output);
  return status;
}

typedef struct
{
  const char *method;
  const char *path;
  const char *body;
} Request;

static const Request requests[] = {
  { "PUT", "/metrics/job/j1/instance/i", "# TYPE a counter\n# HELP a hi\na{x=\"1\"} 3\n" },
  { "POST", "/metrics/job/j1/instance/i", "# TYPE b gauge\nb 3.5\n" },
  { "POST", "/metrics/job/j2", "c 1\n" },
  { "POST", "/metrics/job/j3", "# TYPE a gauge\na 1\n" },
  { "POST", "/metrics/job/j3", "# TYPE d gauge\nd{instance=\"q\",job=\"k\"} 1\n" },
  { "POST", "/metrics/job/j4", "e 1 1234\n" },
  { "PUT", "/metrics/job/j5", "" },
  { "PUT", "/metrics/job@base64/!!", "" },
  { "PUT", "/metrics/job@base64/L3Zhci90bXA/path@base64/L2E=", "f 1\n" },
  { "PUT", "/metrics/job/x/y", "" },
  { "PUT", "/metrics/job/x/1y/z", "" },
  { "PUT", "/metrics/job/x/__y/z", "" },
  { "PUT", "/metrics/job/x/job/z", "g 1\n" },
  { "PUT", "/metrics/job/dup", "h 1\nh 2\n" },
  { "PUT", "/metrics/job/own", "push_time_seconds 1\n" },
  { "PUT", "/metrics/job/hist",
    "# TYPE hh histogram\nhh_bucket{le=\"1\"} 1\nhh_bucket{le=\"+Inf\"} 2\nhh_sum 3\nhh_count 2\n" },
  { "PUT", "/metrics/job/bad", "x{ 1\n" },
  { "PUT", "/metrics/job/gone", "gone 1\n" },
  { "DELETE", "/metrics/job/gone", NULL },
  { "DELETE", "/metrics/job/never", NULL },
  { "GET", "/metrics/job/j1", NULL },
};

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The series of a page, sorted, without those of the server itself, and those whose value is a moment. */
static char *
sorted_series (const char *page)
{
  static const char *const own[] = { "#", "go_", "process_", "promhttp_", "pushgateway_", NULL };
  g_auto (GStrv) lines = g_strsplit (page, "\n", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean skipped = *lines[i] == '\0';

      for (guint k = 0; own[k] != NULL; k++)
        skipped = skipped || g_str_has_prefix (lines[i], own[k]);
      if (g_str_has_prefix (lines[i], "push_") && !g_str_has_suffix (lines[i], " 0"))
        *strrchr (lines[i], ' ') = '\0';
      if (!skipped)
        g_ptr_array_add (kept, lines[i]);
    }
  g_ptr_array_sort (kept, compare_lines);
  for (guint i = 0; i < kept->len; i++)
    g_string_append_printf (out, "%s\n", (const char *) g_ptr_array_index (kept, i));
  return g_string_free (out, FALSE);
}

static void
test_judge (Fixture       *fixture,
            gconstpointer  data)
{
  guint port = sg_test_peer_find_port ();
  g_autofree char *address = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  const char *const argv[] = { "prometheus-pushgateway", address,
                               "--persistence.file=", "--log.level=error", NULL };
  g_autoptr (SgTestPeer) judge = sg_test_peer_start (argv, port, "/-/ready");
  g_autofree char *their_page = NULL;
  g_autofree char *our_page = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  if (judge == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      const Request *request = &requests[i];
      g_autofree char *body = NULL;
      guint there =
          curl (port, request->method, request->path, "X-Nothing: 1", request->body, NULL);
      guint here = curl (fixture->port, request->method, request->path, "X-Nothing: 1",
                         request->body, &body);

      if (there == 0)
        {
          g_test_skip ("curl is not installed");
          return;
        }
      g_test_message ("%s %s: %u %s", request->method, request->path, here, body);
      g_assert_cmpuint (here, ==, there);
    }
  their_page = sg_test_http_get (port, "/metrics", NULL);
  our_page = sg_test_http_get (fixture->port, "/metrics/pushed", NULL);
  theirs = sorted_series (their_page);
  ours = sorted_series (our_page);
  g_assert_cmpstr (ours, ==, theirs);
}

static const char python[] =
    "import sys\n"
    "from prometheus_client import *\n"
    "gateway = '127.0.0.1:' + sys.argv[1]\n"
    "registry = CollectorRegistry()\n"
    "Gauge('job_last_success_unixtime', 'Last time', registry=registry).set(42)\n"
    "Counter('rows', 'Rows', ['table'], registry=registry).labels('a/b').inc(3)\n"
    "push_to_gateway(gateway, job='nightly', registry=registry, grouping_key={'path': '/x/y'})\n"
    "other = CollectorRegistry()\n"
    "Histogram('took_seconds', 'Took', registry=other).observe(0.2)\n"
    "pushadd_to_gateway(gateway, job='nightly', registry=other, grouping_key={'path': '/x/y'})\n"
    "push_to_gateway(gateway, job='gone', registry=registry)\n"
    "delete_from_gateway(gateway, job='gone')\n";

static gboolean
answers_with (gpointer data)
{
  Fixture *fixture = data;
  g_autofree char *answer = sg_test_http_get (
      fixture->port,
      "/api/v1/query?query=sum%20by%20(job,instance,path,table)(%7Bjob=%22nightly%22,path=%22/x/y%22,"
      "table=%22a/b%22,__name__=%22rows_total%22%7D)",
      NULL);

  return strstr (answer, fixture->wanted) != NULL;
}

static void
test_python (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *port = g_strdup_printf ("%u", fixture->port);
  const char *const argv[] = { "/usr/bin/python3", "-c", python, port, NULL };
  const char *const probe[] = { "/usr/bin/python3", "-c", "import prometheus_client", NULL };
  g_autofree char *output = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (sg_test_run_program (probe, NULL, NULL) != 0)
    {
      g_test_skip ("python3-prometheus-client is not installed");
      return;
    }
  g_assert_cmpint (sg_test_run_program (argv, NULL, &output), ==, 0);
  before = sg_test_http_get (fixture->port, "/metrics/pushed", NULL);
  g_assert_nonnull (
      strstr (before, "rows_total{instance=\"\",job=\"nightly\",path=\"/x/y\",table=\"a/b\"} 3\n"));
  g_assert_nonnull (strstr (before, "took_seconds_count{instance=\"\",job=\"nightly\""));
  g_assert_nonnull (strstr (before, "\njob_last_success_unixtime{instance=\"\",job=\"nightly\""));
  g_assert_null (strstr (before, "job=\"gone\""));

  /* It is stored under its own labels; "instance" is not that of this machine. */
  fixture->wanted =
      "{\"metric\":{\"job\":\"nightly\",\"path\":\"/x/y\",\"table\":\"a/b\"},\"value\":[";
  sg_test_wait_until (answers_with, fixture);
  stop_engine (fixture);
  start_engine (fixture);
  after = sg_test_http_get (fixture->port, "/metrics/pushed", NULL);
  g_assert_cmpstr (after, ==, before);
}

static void
push_compressed (guint port)
{
  g_autofree char *line = g_strdup_printf (
      "printf 'zipped 7\\n' | gzip | curl --silent --fail --max-time 20 --request PUT --header "
      "'Content-Encoding: gzip' --data-binary @- http://127.0.0.1:%u/metrics/job/gz",
      port);
  const char *const argv[] = { "sh", "-c", line, NULL };

  g_assert_cmpint (sg_test_run_program (argv, NULL, NULL), ==, 0);
}

static void
test_curl (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *body = NULL;
  g_autofree char *page = NULL;
  guint status = curl (fixture->port, "PUT", "/metrics/job/om",
                       "Content-Type: application/openmetrics-text; version=1.0.0",
                       "# TYPE oo counter\noo_total 1\n# EOF\n", &body);

  if (status == 0)
    {
      g_test_skip ("curl is not installed");
      return;
    }
  g_assert_cmpuint (status, ==, 200);
  g_assert_cmpuint (curl (fixture->port, "PUT", "/metrics/job/p",
                          "Content-Type: application/vnd.google.protobuf", "x", NULL),
                    ==, 415);
  /* A page of the web may not push. */
  g_assert_cmpuint (curl (fixture->port, "PUT", "/metrics/job/evil", "Origin: http://example.com",
                          "evil 1\n", NULL),
                    ==, 403);
  push_compressed (fixture->port);
  page = sg_test_http_get (fixture->port, "/metrics/pushed", NULL);
  g_assert_nonnull (strstr (page, "zipped{instance=\"\",job=\"gz\"} 7\n"));
  g_assert_nonnull (strstr (page, "oo_total{instance=\"\",job=\"om\"} 1\n"));
  g_assert_null (strstr (page, "evil"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/push/judge", Fixture, NULL, fixture_set_up, test_judge, fixture_tear_down);
  g_test_add ("/push/python", Fixture, NULL, fixture_set_up, test_python, fixture_tear_down);
  g_test_add ("/push/curl", Fixture, NULL, fixture_set_up, test_curl, fixture_tear_down);
  return g_test_run ();
}
