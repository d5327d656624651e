/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/discovery/sg-discovery.h"

#include "ingest/scrape-fixture.h"

/* Targets from files, over HTTP and from DNS, and what becomes of them when those change. */
typedef struct
{
  SgConfig *config;
  SgDiscovery *discovery;
  guint changes;
  guint wanted;
} Fixture;

static void
on_found (gpointer user_data)
{
  ((Fixture *) user_data)->changes++;
}

static void
add_group (const SgTargetGroup *group,
           gpointer             user_data)
{
  GString *out = user_data;

  for (guint i = 0; i < group->targets->len; i++)
    {
      sg_labels_append_text (group->targets->pdata[i], out);
      g_string_append_c (out, ' ');
      sg_labels_append_text (group->labels, out);
      g_string_append_c (out, '\n');
    }
}

static char *
fixture_dump (Fixture *fixture)
{
  GString *out = g_string_new (NULL);

  sg_discovery_foreach_group (fixture->discovery, add_group, out);
  return g_string_free (out, FALSE);
}

static void
fixture_begin (Fixture    *fixture,
               const char *discovery)
{
  g_autofree char *text = g_strdup_printf ("scrape_configs:\n- job_name: a\n  %s\n", discovery);
  g_autoptr (GError) error = NULL;
  const SgScrapeConfig *job;

  *fixture = (Fixture) { 0 };
  fixture->config = sg_config_parse ("prometheus.yml", text, -1, &error);
  g_assert_no_error (error);
  job = fixture->config->scrape->pdata[0];
  fixture->discovery = sg_discovery_new (fixture->config, &job->discovery, on_found, fixture);
}

static void
fixture_end (Fixture *fixture)
{
  sg_discovery_free (fixture->discovery);
  sg_config_unref (fixture->config);
}

static gboolean
has_changed (gpointer data)
{
  Fixture *fixture = data;

  return fixture->changes >= fixture->wanted;
}

static void
fixture_wait (Fixture *fixture,
              guint    n)
{
  fixture->wanted = fixture->changes + n;
  sg_test_wait_until (has_changed, fixture);
}

static char *
fixture_problem (Fixture *fixture)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  sg_discovery_list_problems (fixture->discovery, problems);
  return problems->len > 0 ? g_strdup (problems->pdata[0]) : NULL;
}

static void
test_discovery_files (void)
{
  Fixture fixture;
  g_autofree char *folder = g_dir_make_tmp ("test-discovery-XXXXXX", NULL);
  g_autofree char *a = g_build_filename (folder, "a.json", NULL);
  g_autofree char *b = g_build_filename (folder, "b.json", NULL);
  g_autofree char *key = g_strdup_printf ("file_sd_configs: [{files: ['%s/*.json']}]", folder);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *both = NULL;

  g_assert_true (g_file_set_contents (
      a, "[{\"targets\": [\"h:1\"], \"labels\": {\"zone\": \"z\"}}]", -1, NULL));
  fixture_begin (&fixture, key);
  g_assert_false (sg_discovery_is_complete (fixture.discovery));
  fixture_wait (&fixture, 1);
  g_assert_true (sg_discovery_is_complete (fixture.discovery));
  first = fixture_dump (&fixture);
  wanted = g_strdup_printf ("{__address__=\"h:1\"} {__meta_filepath=\"%s\", zone=\"z\"}\n", a);
  g_assert_cmpstr (first, ==, wanted);

  g_assert_true (g_file_set_contents (b, "- targets: ['h:2']\n", -1, NULL));
  fixture_wait (&fixture, 1);
  second = fixture_dump (&fixture);
  both = g_strdup_printf ("%s{__address__=\"h:2\"} {__meta_filepath=\"%s\"}\n", wanted, b);
  g_assert_cmpstr (second, ==, both);

  /* One that cannot be read keeps what it said. */
  g_assert_true (g_file_set_contents (b, "- target: ['h:2']\n", -1, NULL));
  fixture_wait (&fixture, 1);
  third = fixture_dump (&fixture);
  g_assert_cmpstr (third, ==, both);
  problem = fixture_problem (&fixture);
  g_assert_nonnull (strstr (problem, "b.json:1:3: unknown key \"target\": write targets"));
  fixture_end (&fixture);
  sg_test_remove_folder (folder);
}

static void
respond_json (TestServer        *server,
              GSocketConnection *connection,
              const char        *head)
{
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
                       "[{\"targets\": [\"h:%d\"]}]",
                       test_server_requests (server) > 2 ? "text/html" : "application/json",
                       test_server_requests (server));

  test_send (connection, answer, strlen (answer));
}

static void
test_discovery_http (void)
{
  Fixture fixture;
  TestServer *server = test_server_new (respond_json);
  g_autofree char *key = g_strdup_printf (
      "http_sd_configs: [{url: 'http://127.0.0.1:%u/x', refresh_interval: 50ms}]", server->port);
  g_autofree char *dump = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *problem = NULL;

  fixture_begin (&fixture, key);
  fixture_wait (&fixture, 3);
  dump = fixture_dump (&fixture);
  wanted = g_strdup_printf ("{__address__=\"h:2\"} {__meta_url=\"http://127.0.0.1:%u/x\"}\n",
                            server->port);
  g_assert_cmpstr (dump, ==, wanted);
  problem = fixture_problem (&fixture);
  g_assert_nonnull (strstr (problem, "unsupported content type “text/html”"));
  fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_discovery_dns (void)
{
  Fixture fixture;
  g_autofree char *dump = NULL;

  fixture_begin (&fixture, "dns_sd_configs: [{names: [localhost], type: A, port: 9}]");
  fixture_wait (&fixture, 1);
  dump = fixture_dump (&fixture);
  g_assert_cmpstr (dump, ==, "{__address__=\"127.0.0.1:9\"} {__meta_dns_name=\"localhost\"}\n");
  fixture_end (&fixture);
}

/* What is found reaches the scraper, and goes from it. */
static void
test_discovery_scraped (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("test-discovery-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "a.yml", NULL);
  g_autofree char *text = g_strdup_printf ("- targets: ['127.0.0.1:%u']\n", server->port);

  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 100ms}\nscrape_configs:\n- job_name: a\n"
                        "  file_sd_configs: [{files: ['%s']}]\n",
                        file);
  while (test_server_requests (server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_file_set_contents (file, "[]\n", -1, NULL));
  for (gboolean gone = FALSE; !gone;)
    {
      g_autoptr (SgTargetList) list = scrape_fixture_list (&fixture);

      gone = list->n_targets == 0;
      g_main_context_iteration (NULL, !gone);
    }
  scrape_fixture_end (&fixture);
  test_server_stop (server);
  sg_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/files", test_discovery_files);
  g_test_add_func ("/discovery/http", test_discovery_http);
  g_test_add_func ("/discovery/dns", test_discovery_dns);
  g_test_add_func ("/discovery/scraped", test_discovery_scraped);
  return g_test_run ();
}
