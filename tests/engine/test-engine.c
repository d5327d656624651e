/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "tools/sg-test-peer.h"

#include <stdlib.h>
#include <string.h>

/*
 * The engine whole: it starts, serves, is scraped by a real Prometheus, exports, and stops.
 */
typedef struct
{
  char *folder;
  SgEngine *engine;
  guint port;
  GAsyncResult *result;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static void
fixture_wait (Fixture *fixture)
{
  sg_test_wait_until (is_done, fixture);
}

static SgEngine *
engine_on_port (Fixture *fixture,
                guint    port)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);

  sg_engine_options_set_storage_path (options, fixture->folder);
  g_assert_true (sg_engine_options_prefer_listen_address (options, address, NULL));
  return sg_engine_new (options);
}

static void
fixture_start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  fixture_wait (fixture);
  sg_engine_start_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-engine-XXXXXX", NULL);
  fixture->port = sg_test_peer_find_port ();
  fixture->engine = engine_on_port (fixture, fixture->port);
  fixture_start (fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  sg_engine_stop_async (fixture->engine, on_done, fixture);
  fixture_wait (fixture);
  sg_engine_stop_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->engine);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
test_engine_pages (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char *const wanted[] = {
    "sightglass_build_info{",
    "sightglass_info{",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "process_start_time_seconds",
    "process_virtual_memory_bytes",
    "sightglass_http_requests_total{",
    "sightglass_sync_operations_total{operation_type=\"read_through\",status=\"success\"} 1",
    "sightglass_tsdb_blocks_verified 0",
  };
  guint status;
  g_autofree char *first = sg_test_http_get (fixture->port, "/metrics", &status);
  g_autofree char *metrics = sg_test_http_get (fixture->port, "/metrics", &status);
  g_autofree char *health = sg_test_http_get (fixture->port, "/health", &status);
  g_autofree char *ready = NULL;

  g_assert_cmpuint (status, ==, 200);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_nonnull (strstr (metrics, wanted[i]));
  g_assert_nonnull (strstr (health, "\"http\""));
  ready = sg_test_http_get (fixture->port, "/-/ready", &status);
  g_assert_cmpuint (status, ==, 200);
}

static void
test_engine_status (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (SgHttpStatus) before = sg_engine_get_server_status (fixture->engine);
  g_autofree char *page = sg_test_http_get (fixture->port, "/metrics", NULL);
  g_autoptr (SgHttpStatus) after = sg_engine_get_server_status (fixture->engine);
  g_autoptr (SgHealthReport) health = sg_engine_get_health (fixture->engine);

  g_assert_cmpint (before->level, ==, SG_LEVEL_HEALTHY);
  g_assert_cmpuint (before->port, ==, fixture->port);
  g_assert_cmpuint (before->scrapes, ==, 0);
  g_assert_cmpuint (after->scrapes, ==, 1);
  g_assert_cmpint (after->last_scrape.ns, >, 0);
  g_assert_nonnull (strstr (after->last_scraper, "127.0.0.1"));
  g_assert_cmpint (health->level, ==, SG_LEVEL_HEALTHY);
  g_assert_cmpuint (health->n_checks, >=, 1);
}

static void
test_engine_exposition (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (SgExpositionPage) page = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) jobs = sg_engine_list_jobs (fixture->engine);

  sg_engine_get_exposition_async (fixture->engine, jobs[0], NULL, on_done, fixture);
  fixture_wait (fixture);
  page = sg_engine_get_exposition_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_exposition_page_get_n_families (page), >, 10);
  g_assert_cmpuint (sg_exposition_page_get_n_series (page), >, 10);
  g_clear_object (&fixture->result);

  sg_engine_get_exposition_async (fixture->engine, "nobody", NULL, on_done, fixture);
  fixture_wait (fixture);
  g_assert_null (sg_engine_get_exposition_finish (fixture->engine, fixture->result, &error));
  g_assert_cmpstr (error->message, ==, "there is no job “nobody”: choose one of the list");
  g_clear_object (&fixture->result);
}

static void
test_engine_export (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const signs[] = { "# TYPE", "# EOF", "{", "," };

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      gsize size;
      const char *text;

      sg_engine_export_async (fixture->engine, NULL, (SgExportFormat) i, NULL, on_done, fixture);
      fixture_wait (fixture);
      bytes = sg_engine_export_finish (fixture->engine, fixture->result, &error);
      g_assert_no_error (error);
      text = g_bytes_get_data (bytes, &size);
      g_assert_nonnull (g_strstr_len (text, (gssize) size, signs[i]));
      g_clear_object (&fixture->result);
    }
}

static void
test_engine_once (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  fixture_wait (fixture);
  g_assert_false (sg_engine_start_finish (fixture->engine, fixture->result, &error));
  g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE);
  g_clear_object (&fixture->result);
}

/* A port that was asked for by name and is taken: the service fails, and the error names it. */
static void
test_engine_taken_port (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (SgEngine) second = engine_on_port (fixture, fixture->port);
  g_autoptr (GError) error = NULL;
  g_autofree char *port = g_strdup_printf ("%u", fixture->port);

  sg_engine_start_async (second, NULL, on_done, fixture);
  fixture_wait (fixture);
  g_assert_false (sg_engine_start_finish (second, fixture->result, &error));
  g_assert_true (g_str_has_prefix (error->message, "http: "));
  g_assert_nonnull (strstr (error->message, port));
  g_clear_object (&fixture->result);
  sg_engine_stop_async (second, on_done, fixture);
  fixture_wait (fixture);
  g_clear_object (&fixture->result);
}

static void
test_engine_promtool (Fixture       *fixture,
                      gconstpointer  data)
{
  static const char *const argv[] = { "promtool", "check", "metrics", NULL };
  g_autofree char *first = sg_test_http_get (fixture->port, "/metrics", NULL);
  g_autofree char *page = sg_test_http_get (fixture->port, "/metrics", NULL);
  g_autofree char *output = NULL;
  int status = sg_test_run_program (argv, page, &output);

  if (status == -1)
    g_test_skip ("promtool is not installed");
  else
    {
      g_assert_cmpstr (output, ==, "");
      g_assert_cmpint (status, ==, 0);
    }
}

static void
test_engine_openmetrics (Fixture       *fixture,
                         gconstpointer  data)
{
  static const char program[] =
      "import sys\n"
      "try:\n"
      "  from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse\n"
      "except ImportError:\n"
      "  sys.exit(77)\n"
      "print(len(list(parse(sys.stdin.read()))))\n";
  static const char request[] = "GET /metrics HTTP/1.0\r\nHost: localhost\r\n"
                                "Accept: application/openmetrics-text; version=1.0.0\r\n\r\n";
  const char *const argv[] = { "/usr/bin/python3", "-c", program, NULL };
  g_autofree char *answer = sg_test_http (fixture->port, request, NULL);
  g_autofree char *output = NULL;
  int status = sg_test_run_program (argv, strstr (answer, "\r\n\r\n") + 4, &output);

  g_assert_nonnull (strstr (answer, "application/openmetrics-text; version=1.0.0"));
  if (status == -1 || status == 77)
    g_test_skip ("python3-prometheus-client is not installed");
  else
    {
      g_test_message ("%s", output);
      g_assert_cmpint (status, ==, 0);
      g_assert_cmpint (atoi (output), >, 10);
    }
}

typedef struct
{
  guint prometheus_port;
  char *answer;
} UpQuery;

static gboolean
is_up (gpointer data)
{
  UpQuery *query = data;

  g_free (query->answer);
  query->answer = sg_test_http_get (query->prometheus_port, "/api/v1/query?query=up", NULL);
  return strstr (query->answer, ",\"1\"]") != NULL;
}

static void
test_engine_prometheus (Fixture       *fixture,
                        gconstpointer  data)
{
  UpQuery query = { sg_test_peer_find_port (), NULL };
  g_autofree char *config_file = g_build_filename (fixture->folder, "prometheus.yml", NULL);
  g_autofree char *config = g_strdup_printf (
      "global: {scrape_interval: 1s}\n"
      "scrape_configs: [{job_name: sightglass, static_configs: [{targets: ['127.0.0.1:%u']}]}]\n",
      fixture->port);
  g_autofree char *config_flag = g_strconcat ("--config.file=", config_file, NULL);
  g_autofree char *data_flag = g_strdup_printf ("--storage.tsdb.path=%s/data", fixture->folder);
  g_autofree char *listen_flag =
      g_strdup_printf ("--web.listen-address=127.0.0.1:%u", query.prometheus_port);
  const char *const argv[] = { "prometheus", config_flag, data_flag, listen_flag, NULL };
  g_autoptr (SgTestPeer) prometheus = NULL;
  g_autoptr (SgHttpStatus) status = NULL;

  g_assert_true (g_file_set_contents (config_file, config, -1, NULL));
  prometheus = sg_test_peer_start (argv, query.prometheus_port, "/-/ready");
  if (prometheus == NULL)
    return;
  sg_test_wait_until (is_up, &query);
  status = sg_engine_get_server_status (fixture->engine);
  g_assert_true (g_str_has_prefix (status->last_scraper, "Prometheus/"));
  g_free (query.answer);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/engine/pages", test_engine_pages);
  ADD ("/engine/status", test_engine_status);
  ADD ("/engine/exposition", test_engine_exposition);
  ADD ("/engine/export", test_engine_export);
  ADD ("/engine/once", test_engine_once);
  ADD ("/engine/taken-port", test_engine_taken_port);
  ADD ("/engine/promtool", test_engine_promtool);
  ADD ("/engine/openmetrics", test_engine_openmetrics);
  ADD ("/engine/prometheus", test_engine_prometheus);
  return g_test_run ();
}
