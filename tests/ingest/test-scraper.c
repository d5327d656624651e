/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper.h"

#include "ingest/scrape-fixture.h"

/* Good servers, and what a scraper makes of them. */

#define JOB(options)                                                \
  "global: {scrape_interval: 1h}\nscrape_configs:\n- job_name: a\n" \
  "  static_configs: [{targets: ['127.0.0.1:%u'], labels: {zone: z}}]\n" options

static void
test_scraper_page (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autoptr (SgTargetStatus) status = NULL;
  g_autofree char *dump = NULL;
  g_autofree char *start = NULL;

  test_server_set_page (server, "a 1\nb{x=\"y\"} 2\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpint (status->health, ==, SG_TARGET_UP);
  g_assert_null (status->error);
  g_assert_cmpuint (status->samples, ==, 2);
  g_assert_cmpuint (status->added, ==, 2);
  g_assert_cmpuint (status->page_bytes, ==, 15);
  g_assert_cmpuint (status->n_durations, ==, 1);
  g_assert_cmpstr (status->content_type, ==, "text/plain; version=0.0.4");
  scrape_fixture_stop (&fixture);
  dump = scrape_fixture_dump (&fixture, "b");
  start = g_strdup_printf ("b{instance=\"127.0.0.1:%u\", job=\"a\", x=\"y\", zone=\"z\"} 2",
                           server->port);
  g_assert_true (g_str_has_prefix (dump, start));
  g_assert_true (g_str_has_suffix (dump, " stale\n"));
  g_assert_nonnull (strstr (server->last_head, "\r\nAccept-Encoding: gzip\r\n"));
  g_assert_nonnull (strstr (server->last_head, "\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n"));
  g_assert_nonnull (
      strstr (server->last_head, "Accept: application/openmetrics-text;version=1.0.0"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

/* By a clock of its own: the beats have one distance, and samples the time of their beat. */
static void
test_scraper_beats (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  SgTimeMs last = 0;

  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin_at (&fixture, (SgTimeNs) { G_GINT64_CONSTANT (1700000000123000000) });
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1m}\nscrape_configs:\n- job_name: a\n"
                        "  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                        server->port);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (SgTargetStatus) status = NULL;

      sg_clock_advance (fixture.clock, 60000);
      status = scrape_fixture_wait (&fixture, "a", 1);
      if (i > 1)
        g_assert_cmpint (status->last_scrape - last, ==, 60000);
      last = status->last_scrape;
    }
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_scraper_down (void)
{
  ScrapeFixture fixture;
  g_autoptr (SgTargetStatus) status = NULL;
  g_autofree char *dump = NULL;

  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), sg_test_peer_find_port ());
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpint (status->health, ==, SG_TARGET_DOWN);
  g_assert_nonnull (strstr (status->error, "Connection refused"));
  dump = scrape_fixture_dump (&fixture, "up");
  g_assert_nonnull (strstr (dump, "} 0"));
  scrape_fixture_end (&fixture);
}

static void
respond_500 (TestServer        *server,
             GSocketConnection *connection,
             const char        *head)
{
  static const char answer[] = "HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nno\n";

  test_send (connection, answer, strlen (answer));
}

static void
test_scraper_status (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (respond_500);
  g_autoptr (SgTargetStatus) status = NULL;

  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpstr (status->error, ==, "server returned HTTP status 500 Oops");
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

/* The line that could not be read is shown with those around it, and nothing of the page is kept. */
static void
test_scraper_syntax (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autoptr (SgTargetStatus) status = NULL;
  g_autofree char *dump = NULL;

  test_server_set_page (server, "a 1\nb 2\nc 3\nd{ 4\ne 5\nf 6\ng 7\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpint (status->health, ==, SG_TARGET_DOWN);
  g_assert_cmpuint (status->error_line, ==, 4);
  g_assert_cmpstr (status->error_context, ==,
                   "  2: b 2\n  3: c 3\n> 4: d{ 4\n  5: e 5\n  6: f 6\n");
  dump = scrape_fixture_dump (&fixture, "[a-g]");
  g_assert_cmpstr (dump, ==, "");
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_scraper_limits (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autoptr (SgTargetStatus) status = NULL;

  test_server_set_page (server, "a 1\nb 2\nc 3\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB ("  sample_limit: 2\n"), server->port);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_nonnull (strstr (status->error, "which is its sample_limit"));
  g_assert_cmpuint (status->error_line, ==, 3);
  g_clear_pointer (&status, sg_target_status_unref);
  scrape_fixture_apply (&fixture, JOB ("  body_size_limit: 10B\n"), server->port);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpstr (status->error, ==, "the page is longer than its body_size_limit of 10B");
  g_clear_pointer (&status, sg_target_status_unref);
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1h}\nscrape_configs:\n- job_name: a\n"
                        "  target_limit: 1\n  static_configs: [{targets: ['h:1', 'h:2']}]\n");
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_nonnull (strstr (status->error, "the job has 2 targets, and its target_limit is 1"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

/*
 * Other settings, same target: its series go on without a marker between, but for those that the new
 * settings drop.
 */
static void
test_scraper_heir (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  test_server_set_page (server, "a 1\nb 2\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 2));
  scrape_fixture_apply (&fixture,
                        JOB ("  metric_relabel_configs: [{source_labels: [__name__], regex: b, "
                             "action: drop}]\n"),
                        server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 2));
  a = scrape_fixture_dump (&fixture, "a|up");
  b = scrape_fixture_dump (&fixture, "b");
  g_assert_null (strstr (a, "stale"));
  g_assert_true (g_str_has_suffix (b, " stale\n"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

/* So do they when the interval changes, or where the page is. */
static void
test_scraper_moved (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *a = NULL;

  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 1));
  scrape_fixture_apply (&fixture, JOB ("  scrape_interval: 30m\n"), server->port);
  scrape_fixture_apply (&fixture, JOB ("  metrics_path: /m\n"), server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 1));
  a = scrape_fixture_dump (&fixture, "a|up");
  g_assert_null (strstr (a, "stale"));
  g_assert_nonnull (strstr (server->last_head, "GET /m HTTP/1.1"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

/* A target that is gone from the configuration has its series ended; so does the rest at the stop. */
static void
test_scraper_gone (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *dump = NULL;

  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 1));
  scrape_fixture_apply (&fixture, "scrape_configs: []\n");
  scrape_fixture_stop (&fixture);
  dump = scrape_fixture_dump (&fixture, "a|up");
  g_assert_nonnull (strstr (dump, " 1 stale\n"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_scraper_now (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autoptr (SgTargetStatus) status = NULL;

  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1h}\nscrape_configs:\n- job_name: a\n"
                        "  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                        server->port);
  g_assert_cmpuint (sg_scraper_scrape_now (fixture.scraper, "b", NULL), ==, 0);
  g_assert_cmpuint (sg_scraper_scrape_now (fixture.scraper, "a", NULL), ==, 1);
  status = scrape_fixture_scrape (&fixture, "a", 1);
  g_assert_cmpint (status->health, ==, SG_TARGET_UP);
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_scraper_dropped (void)
{
  ScrapeFixture fixture;
  g_autoptr (SgTargetList) list = NULL;

  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture,
                        "scrape_configs:\n- job_name: a\n"
                        "  static_configs: [{targets: ['h:1', 'h:2', 'h:1']}]\n"
                        "  relabel_configs: [{source_labels: [__address__], regex: 'h:2', "
                        "action: drop}]\n"
                        "- job_name: b\n  static_configs: [{targets: ['h:3']}]\n"
                        "  relabel_configs: [{target_label: __address__, replacement: ''}]\n");
  list = scrape_fixture_list (&fixture);
  g_assert_cmpuint (list->n_targets, ==, 1);
  g_assert_cmpuint (list->n_dropped, ==, 1);
  g_assert_cmpstr (sg_labels_get (list->dropped[0], "__address__"), ==, "h:2");
  g_assert_cmpstr (list->dropped_jobs[0], ==, "a");
  g_assert_cmpuint (g_strv_length (list->jobs), ==, 2);
  g_assert_nonnull (strstr (list->problems[0], "no address"));
  scrape_fixture_end (&fixture);
}

/* Serves @served, and expects @expected to be kept of it once a scrape has seen it. */
static void
check_page (ScrapeFixture *fixture,
            TestServer    *server,
            const char    *served,
            const char    *expected)
{
  g_autoptr (SgTargetStatus) status = NULL;
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/metrics", server->port);
  g_autoptr (SgKeptPage) page = NULL;
  g_autoptr (GBytes) text = NULL;

  test_server_set_page (server, served);
  /* One that was under way when the page changed may come first. */
  do
    {
      g_clear_pointer (&status, sg_target_status_unref);
      status = scrape_fixture_scrape (fixture, "a", 1);
    }
  while (status->page_bytes != strlen (served));
  page = sg_scraper_get_page (fixture->scraper, "a", url);
  if (expected == NULL)
    {
      g_assert_null (page);
      return;
    }
  text = sg_kept_page_get_text (page, NULL);
  g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text), expected,
                   strlen (expected));
}

/* The last page is kept as it came, packed when room is short, and not at all when there is none. */
static void
test_scraper_kept_pages (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *blanks = g_strnfill (2000, '\n');
  g_autofree char *half = g_strnfill (600, '\n');

  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB (""), server->port);
  check_page (&fixture, server, "a 1\n", "a 1\n");
  check_page (&fixture, server, blanks, NULL);
  g_assert_cmpuint (sg_limit_get_hits (&fixture.page_bytes), >=, 1);
  check_page (&fixture, server, half, half);
  check_page (&fixture, server, blanks, blanks);
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

static void
test_scraper_secrets (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("test-scraper-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "token", NULL);

  g_assert_true (g_file_set_contents (file, "geheim\n", -1, NULL));
  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture, JOB ("  basic_auth: {username: u, password: p}\n"), server->port);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 1));
  g_assert_nonnull (strstr (server->last_head, "\r\nAuthorization: Basic dTpw\r\n"));
  scrape_fixture_apply (&fixture,
                        JOB ("  authorization: {credentials_file: '%s'}\n"
                             "  http_headers: {X-A: {values: [b]}}\n"),
                        server->port, file);
  sg_target_status_unref (scrape_fixture_scrape (&fixture, "a", 1));
  g_assert_nonnull (strstr (server->last_head, "\r\nAuthorization: Bearer geheim\r\n"));
  g_assert_nonnull (strstr (server->last_head, "\r\nX-A: b\r\n"));
  scrape_fixture_end (&fixture);
  test_server_stop (server);
  sg_test_remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scraper/page", test_scraper_page);
  g_test_add_func ("/scraper/beats", test_scraper_beats);
  g_test_add_func ("/scraper/down", test_scraper_down);
  g_test_add_func ("/scraper/status", test_scraper_status);
  g_test_add_func ("/scraper/syntax", test_scraper_syntax);
  g_test_add_func ("/scraper/limits", test_scraper_limits);
  g_test_add_func ("/scraper/heir", test_scraper_heir);
  g_test_add_func ("/scraper/moved", test_scraper_moved);
  g_test_add_func ("/scraper/gone", test_scraper_gone);
  g_test_add_func ("/scraper/now", test_scraper_now);
  g_test_add_func ("/scraper/dropped", test_scraper_dropped);
  g_test_add_func ("/scraper/kept-pages", test_scraper_kept_pages);
  g_test_add_func ("/scraper/secrets", test_scraper_secrets);
  return g_test_run ();
}
