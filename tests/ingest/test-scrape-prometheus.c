/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper.h"

#include "ingest/scrape-fixture.h"

#include <json-glib/json-glib.h>
#include <math.h>

/*
 * The pages of real exporters, served to a real Prometheus and to the scraper alike: what both have
 * stored must be the same, sample for sample. A page is taken from its exporter once, so that both see
 * the same numbers. Redis has a real server behind it; PostgreSQL takes seconds to be made, and has one
 * where slow tests are asked for (-m slow): else its exporter tells of itself alone.
 */

#define MAX_PAGES 8

/* What an application with prom-client says, in the format that it is told. */
static const char prom_client[] =
    "const client = require ('prom-client'), http = require ('http');\n"
    "const register = client.register, open = process.argv[2] === 'openmetrics';\n"
    "register.setContentType (open ? client.Registry.OPENMETRICS_CONTENT_TYPE\n"
    "                              : client.Registry.PROMETHEUS_CONTENT_TYPE);\n"
    "client.collectDefaultMetrics ();\n"
    "const labelNames = ['path', 'code'], labels = { path: '/a\"\\\\b\\n', code: 200 };\n"
    "new client.Counter ({ name: 'requests_total', help: 'All.', labelNames }).inc (labels, 3);\n"
    "new client.Gauge ({ name: 'depth', help: 'Now.' }).set (-1.5);\n"
    "new client.Summary ({ name: 'size_bytes', help: 'S.' }).observe (7);\n"
    "const seconds = new client.Histogram ({ name: 'duration_seconds', help: 'How long.', labelNames,\n"
    "                                        enableExemplars: open });\n"
    "if (open) seconds.observe ({ labels, value: 0.3, exemplarLabels: { trace_id: 'abc' } });\n"
    "else seconds.observe (labels, 0.3);\n"
    "http.createServer (async (request, response) => {\n"
    "  response.setHeader ('Content-Type', register.contentType);\n"
    "  response.end (await register.metrics ());\n"
    "}).listen (Number (process.argv[1]), '127.0.0.1');\n";

typedef struct
{
  const char *name;
  TestServer *server;
} Page;

typedef struct
{
  guint n_pages;
  Page pages[MAX_PAGES];
  GHashTable *ours;
  guint port;
  guint n_compared;
} Comparison;

/* What no exporter does in one page, and a format allows. */
static const char odd_text[] =
    "# HELP a_b A help with \\\\ and \\n in it.\n# TYPE a_b counter\n"
    "a_b{x=\"\\\"q\\\"\",y=\"back\\\\slash\",z=\"line\\nfeed\"} 1e3\n"
    "a_b{x=\"\",y=\"\"} -0\nno_type NaN\nplus +Inf\nminus -Inf\n"
    "tiny 4.9e-324\nhuge 1.7976931348623157e308\n"
    "comma{a=\"b\",} 7\nutf{l=\"äöü→\"} 8\n# EOF is a comment here\nlate_type 9\n"
    "# TYPE late_type gauge\n";

static const char odd_openmetrics[] =
    "# TYPE requests counter\n# UNIT x_seconds seconds\n# HELP requests Of all.\n"
    "requests_total{code=\"200\"} 17.0 # {trace_id=\"abc\"} 0.5 1600000000.0\n"
    "requests_created{code=\"200\"} 1600000000.5\n"
    "# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 1.5\nh_count 2\n"
    "# TYPE i info\ni_info{v=\"1\"} 1\n# EOF\n";

static void
add_page (Comparison *self,
          const char *name,
          const char *text,
          const char *content_type)
{
  TestServer *server = test_server_new (NULL);

  test_server_set_page (server, text);
  server->content_type = content_type;
  self->pages[self->n_pages++] = (Page) { name, server };
}

/* Starts an exporter and takes its page; without it there is one page less. */
static void
add_exporter (Comparison        *self,
              const char        *name,
              const char *const *argv,
              guint              port)
{
  g_autofree char *program = g_find_program_in_path (argv[0]);
  SgTestPeer *peer;
  g_autofree char *text = NULL;
  guint status;

  if (program == NULL)
    {
      g_test_message ("%s is not installed", argv[0]);
      return;
    }
  peer = sg_test_peer_start (argv, port, "/metrics");
  text = sg_test_http_get (port, "/metrics", &status);
  g_assert_cmpuint (status, ==, 200);
  add_page (self, name, text, "text/plain; version=0.0.4");
  sg_test_peer_stop (peer);
}

/* Returns: (nullable): a server with a key of each kind */
static SgTestPeer *
start_redis (guint port)
{
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_autofree char *program = g_find_program_in_path ("redis-server");
  g_autofree char *answer = NULL;
  SgTestPeer *peer;

  if (program == NULL)
    return NULL;
  peer = sg_test_peer_start ((const char *[]) { program, "--port", text, "--bind", "127.0.0.1",
                                                "--save", "", "--appendonly", "no", NULL },
                             port, NULL);
  answer = sg_test_http (port,
                         "SET a 1\r\nEXPIRE a 600\r\nLPUSH b 1 2\r\nHSET c d e\r\nGET a\r\n"
                         "GET none\r\nQUIT\r\n",
                         NULL);
  g_assert_nonnull (strstr (answer, "+OK"));
  return peer;
}

/* As a user that is not root, which PostgreSQL refuses to run as. Returns: (nullable): a new server */
static SgTestPeer *
start_postgres (const char *folder,
                guint       port)
{
  static const char script[] =
      "set -e; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); data=$0/postgres; mkdir $data\n"
      "as=; if [ $(id -u) = 0 ]; then chmod 711 $0; chown postgres $data\n"
      "as='setpriv --reuid=postgres --regid=postgres --clear-groups'; fi; cd /\n"
      "$as $bin/initdb -D $data -A trust -U u -E UTF8 --no-sync >$0/initdb.log 2>&1\n"
      "exec $as $bin/postgres -D $data -p $1 -k '' -h 127.0.0.1 -c fsync=off\n";
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_autoptr (GDir) debian = g_dir_open ("/usr/lib/postgresql", 0, NULL);

  if (!g_test_slow () || debian == NULL)
    return NULL;
  return sg_test_peer_start ((const char *[]) { "sh", "-c", script, folder, text, NULL }, port,
                             NULL);
}

static void
assert_page_has (const Comparison *self,
                 const char       *name,
                 const char       *line)
{
  for (guint i = 0; i < self->n_pages; i++)
    {
      if (g_str_equal (self->pages[i].name, name))
        g_assert_nonnull (strstr (self->pages[i].server->page, line));
    }
}

/* It comes from npm: ./dev fetches it, and NODE_PATH says where to. */
static gboolean
has_prom_client (void)
{
  const char *const argv[] = { "node", "-e", "require ('prom-client')", NULL };

  if (sg_test_run_program (argv, "", NULL) == 0)
    return TRUE;
  g_test_message ("prom-client is not installed");
  return FALSE;
}

static void
add_prom_client (Comparison *self)
{
  static const char *const formats[] = { "text", "openmetrics" };
  static const char *const names[] = { "prom-client", "prom-client-openmetrics" };

  for (guint i = 0; has_prom_client () && i < G_N_ELEMENTS (formats); i++)
    {
      guint port = sg_test_peer_find_port ();
      g_autofree char *port_text = g_strdup_printf ("%u", port);

      add_exporter (self, names[i],
                    (const char *[]) { "node", "-e", prom_client, port_text, formats[i], NULL },
                    port);
      if (i == 1)
        self->pages[self->n_pages - 1].server->content_type =
            "application/openmetrics-text; version=1.0.0; charset=utf-8";
      assert_page_has (self, names[i],
                       "\nrequests_total{path=\"/a\\\"\\\\b\\n\",code=\"200\"} 3\n");
    }
}

/* Pages of databases; one that is not installed is away, which its exporter tells, too. */
static void
add_databases (Comparison *self,
               const char *folder)
{
  guint redis_port = sg_test_peer_find_port ();
  guint redis_exporter_port = sg_test_peer_find_port ();
  g_autoptr (SgTestPeer) redis = start_redis (redis_port);
  g_autofree char *redis_url = g_strdup_printf ("redis://127.0.0.1:%u", redis_port);
  g_autofree char *redis_listen = g_strdup_printf ("127.0.0.1:%u", redis_exporter_port);
  guint postgres_port = sg_test_peer_find_port ();
  guint postgres_exporter_port = sg_test_peer_find_port ();
  g_autoptr (SgTestPeer) postgres = start_postgres (folder, postgres_port);
  g_autofree char *postgres_url =
      g_strdup_printf ("postgresql://u@127.0.0.1:%u/postgres?sslmode=disable", postgres_port);
  g_autofree char *postgres_listen =
      g_strdup_printf ("--web.listen-address=127.0.0.1:%u", postgres_exporter_port);

  add_exporter (self, "redis",
                (const char *[]) { "prometheus-redis-exporter", "-web.listen-address", redis_listen,
                                   "-redis.addr", redis_url, NULL },
                redis_exporter_port);
  if (redis != NULL)
    assert_page_has (self, "redis", "\nredis_up 1\n");
  g_setenv ("DATA_SOURCE_NAME", postgres_url, TRUE);
  add_exporter (self, "postgres",
                (const char *[]) { "prometheus-postgres-exporter", postgres_listen, NULL },
                postgres_exporter_port);
  if (postgres != NULL)
    assert_page_has (self, "postgres", "\npg_up 1\n");
}

static void
add_exporters (Comparison *self,
               const char *folder)
{
  guint ports[2];
  char *listen[2];
  g_autofree char *config = g_strdup_printf ("--config.file=%s/empty.yml", folder);
  g_autofree char *storage = g_strdup_printf ("--storage.tsdb.path=%s/other", folder);
  g_autofree char *empty = g_build_filename (folder, "empty.yml", NULL);

  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  for (guint i = 0; i < 2; i++)
    {
      ports[i] = sg_test_peer_find_port ();
      listen[i] = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", ports[i]);
    }
  add_exporter (self, "node", (const char *[]) { "prometheus-node-exporter", listen[0], NULL },
                ports[0]);
  add_databases (self, folder);
  add_prom_client (self);
  add_exporter (self, "prometheus",
                (const char *[]) { "prometheus", config, storage, listen[1], NULL }, ports[1]);
  for (guint i = 0; i < 2; i++)
    g_free (listen[i]);
}

static char *
write_jobs (Comparison *self)
{
  GString *out = g_string_new ("global: {scrape_interval: 1s}\nscrape_configs:\n");

  for (guint i = 0; i < self->n_pages; i++)
    g_string_append_printf (out,
                            "- job_name: %s\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                            self->pages[i].name, self->pages[i].server->port);
  return g_string_free (out, FALSE);
}

static char *
query (Comparison *self,
       const char *expression)
{
  g_autofree char *escaped = g_uri_escape_string (expression, NULL, FALSE);
  g_autofree char *path = g_strconcat ("/api/v1/query?query=", escaped, NULL);

  return sg_test_http_get (self->port, path, NULL);
}

/* Whether Prometheus has scraped all twice, so that their series are not new to it. */
static gboolean
prometheus_is_done (gpointer data)
{
  Comparison *self = data;
  g_autofree char *wanted = g_strdup_printf ("\"%u\"", self->n_pages);
  g_autofree char *answer = query (self, "count(count_over_time(up[1h]) >= 2)");

  return strstr (answer, wanted) != NULL;
}

/* What the scraper stored: labels as text → the last value. */
static GHashTable *
read_ours (ScrapeFixture *fixture)
{
  g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture->head);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, SG_LABEL_NAME, ".+", NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = 0, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, NULL);
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const SgSeries *series;

  while (sg_series_set_next (set, &series, NULL))
    {
      const SgColumn *column = &series->columns[0];

      g_hash_table_insert (values, sg_labels_to_string (series->labels),
                           g_memdup2 (&column->f[column->n - 1], sizeof (double)));
    }
  return values;
}

static char *
labels_from_json (JsonObject *metric)
{
  g_autoptr (GList) names = json_object_get_members (metric);
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (SgLabels) labels = NULL;

  sg_labels_builder_init (&builder, NULL);
  for (GList *at = names; at != NULL; at = at->next)
    sg_labels_builder_set (&builder, at->data, json_object_get_string_member (metric, at->data));
  labels = sg_labels_builder_build (&builder);
  return sg_labels_to_string (labels);
}

static gboolean
same (double a,
      double b)
{
  return (isnan (a) && isnan (b)) || (a == b && signbit (a) == signbit (b));
}

static void
compare_series (JsonArray *results,
                guint      index,
                JsonNode  *node,
                gpointer   user_data)
{
  Comparison *self = user_data;
  JsonObject *result = json_node_get_object (node);
  g_autofree char *labels = labels_from_json (json_object_get_object_member (result, "metric"));
  const char *text =
      json_array_get_string_element (json_object_get_array_member (result, "value"), 1);
  double *ours = g_hash_table_lookup (self->ours, labels);
  double theirs;

  g_assert_true (sg_double_parse (text, strlen (text), &theirs));
  if (ours == NULL)
    g_error ("Prometheus has %s, and we do not", labels);
  if (!g_str_has_prefix (labels, "scrape_duration_seconds")
      && !g_str_has_prefix (labels, "scrape_series_added") && !same (*ours, theirs))
    g_error ("%s is %s for Prometheus, and %.17g for us", labels, text, *ours);
  g_hash_table_remove (self->ours, labels);
  self->n_compared++;
}

static void
compare (Comparison *self)
{
  g_autofree char *answer = query (self, "{job=~\".+\"}");
  g_autoptr (JsonParser) parser = json_parser_new ();
  GHashTableIter iter;
  gpointer key;
  JsonObject *root;

  g_assert_true (json_parser_load_from_data (parser, answer, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  json_array_foreach_element (
      json_object_get_array_member (json_object_get_object_member (root, "data"), "result"),
      compare_series, self);
  g_hash_table_iter_init (&iter, self->ours);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_error ("we have %s, and Prometheus does not", (const char *) key);
  g_test_message ("%u samples of %u pages are equal", self->n_compared, self->n_pages);
}

static void
test_prometheus_equal (void)
{
  Comparison self = { 0 };
  ScrapeFixture fixture;
  g_autofree char *folder = g_dir_make_tmp ("test-scrape-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "prometheus.yml", NULL);
  g_autofree char *config = g_strdup_printf ("--config.file=%s", path);
  g_autofree char *storage = g_strdup_printf ("--storage.tsdb.path=%s/data", folder);
  g_autofree char *listen = NULL;
  g_autofree char *jobs = NULL;
  g_autoptr (SgTestPeer) prometheus = NULL;

  add_page (&self, "odd-text", odd_text, "text/plain; version=0.0.4");
  add_page (&self, "odd-openmetrics", odd_openmetrics,
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  add_exporters (&self, folder);
  jobs = write_jobs (&self);
  g_assert_true (g_file_set_contents (path, jobs, -1, NULL));
  self.port = sg_test_peer_find_port ();
  listen = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", self.port);
  prometheus = sg_test_peer_start ((const char *[]) { "prometheus", config, storage, listen, NULL },
                                   self.port, "/-/ready");
  if (prometheus == NULL)
    return;
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, "%s", jobs);
  for (guint i = 0; i < self.n_pages; i++)
    {
      g_autoptr (SgTargetStatus) status = scrape_fixture_scrape (&fixture, self.pages[i].name, 2);

      g_assert_cmpstr (status->error, ==, NULL);
    }
  sg_test_wait_until (prometheus_is_done, &self);
  self.ours = read_ours (&fixture);
  compare (&self);
  g_hash_table_unref (self.ours);
  scrape_fixture_end (&fixture);
  for (guint i = 0; i < self.n_pages; i++)
    test_server_stop (self.pages[i].server);
  sg_test_peer_stop (g_steal_pointer (&prometheus));
  sg_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scrape-prometheus/equal", test_prometheus_equal);
  return g_test_run ();
}
