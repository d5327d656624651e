/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper.h"

#include "ingest/scrape-fixture.h"
#include "ingest/scrape/sg-resolver.h"

/*
 * What servers do that mean harm or do not know better. Beside each stands a good one, which must be
 * scraped as if nothing was. Each ends in a clear error at the target, and up is 0.
 */

#define LINE_BYTES     (100 * 1024 * 1024)
#define BOMB_MEGABYTES 1024

/* The job has a timeout already, and no key may stand twice. */
#define SHORT "relabel_configs: [{target_label: __scrape_timeout__, replacement: 300ms}]"

typedef struct
{
  const char *name;
  TestRespond respond;
  const char *error;
  const char *options;
} Case;

static void
begin_answer (GSocketConnection *connection,
              const char        *fields)
{
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%s\r\n", fields);

  test_send (connection, head, strlen (head));
}

static void
respond_endless (TestServer        *server,
                 GSocketConnection *connection,
                 const char        *head)
{
  g_autofree char *piece = g_strnfill (64 * 1024, '\n');

  begin_answer (connection, "");
  while (!test_server_is_leaving (server) && test_send (connection, piece, 64 * 1024))
    ;
}

/* Returns: how many bytes of @out a megabyte of blank lines is, flushed */
static gsize
compress_lines (GConverter *gzip,
                guint8     *out,
                gsize       size)
{
  g_autofree char *lines = g_strnfill (1024 * 1024, '\n');
  gsize used = 0;
  gsize got = 0;
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result != G_CONVERTER_FLUSHED)
    {
      gsize read = 0;
      gsize written = 0;

      result = g_converter_convert (gzip, lines + used, 1024 * 1024 - used, out + got, size - got,
                                    G_CONVERTER_FLUSH, &read, &written, NULL);
      g_assert_cmpint (result, !=, G_CONVERTER_ERROR);
      used += read;
      got += written;
    }
  return got;
}

/* A gigabyte of blank lines is a few megabytes when it is compressed: every one after the first is alike. */
static void
respond_bomb (TestServer        *server,
              GSocketConnection *connection,
              const char        *head)
{
  g_autoptr (GConverter) gzip =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  guint8 piece[32 * 1024];
  gsize length = compress_lines (gzip, piece, sizeof piece);

  begin_answer (connection, "Content-Encoding: gzip\r\n");
  test_send (connection, piece, length);
  length = compress_lines (gzip, piece, sizeof piece);
  for (guint i = 1; i < BOMB_MEGABYTES && test_send (connection, piece, length);)
    i++;
}

static void
respond_long_line (TestServer        *server,
                   GSocketConnection *connection,
                   const char        *head)
{
  g_autofree char *piece = g_strnfill (1024 * 1024, 'a');

  begin_answer (connection, "");
  for (gsize sent = 0; sent < LINE_BYTES && test_send (connection, piece, 1024 * 1024);)
    sent += 1024 * 1024;
}

static void
respond_rubbish (TestServer        *server,
                 GSocketConnection *connection,
                 const char        *head)
{
  char rubbish[1000];

  for (gsize i = 0; i < sizeof rubbish; i++)
    rubbish[i] = (char) (i * 7919 >> 3);
  begin_answer (connection, "");
  test_send (connection, rubbish, sizeof rubbish);
}

static void
respond_bad_gzip (TestServer        *server,
                  GSocketConnection *connection,
                  const char        *head)
{
  begin_answer (connection, "Content-Encoding: gzip\r\n");
  test_send (connection, "a 1\n", 4);
}

static void
respond_nothing (TestServer        *server,
                 GSocketConnection *connection,
                 const char        *head)
{
}

static void
respond_half (TestServer        *server,
              GSocketConnection *connection,
              const char        *head)
{
  begin_answer (connection, "Content-Length: 100\r\n");
  test_send (connection, "a 1\n", 4);
}

/* Waits until the other side closes. */
static void
wait_for_close (GSocketConnection *connection)
{
  char c;

  while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &c, 1, NULL,
                              NULL)
         > 0)
    ;
}

static void
respond_hang (TestServer        *server,
              GSocketConnection *connection,
              const char        *head)
{
  wait_for_close (connection);
}

static void
respond_trickle (TestServer        *server,
                 GSocketConnection *connection,
                 const char        *head)
{
  begin_answer (connection, "");
  while (!test_server_is_leaving (server) && test_send (connection, "a", 1))
    g_usleep (10 * 1000);
}

static void
respond_redirect (TestServer        *server,
                  GSocketConnection *connection,
                  const char        *head)
{
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n"
                       "Connection: close\r\n\r\n",
                       test_server_requests (server));

  test_send (connection, answer, strlen (answer));
}

static void
respond_labels (TestServer        *server,
                GSocketConnection *connection,
                const char        *head)
{
  g_autoptr (GString) page = g_string_new ("a{");

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (page, "l%u=\"x\",", i);
  g_string_append (page, "} 1\n");
  begin_answer (connection, "");
  test_send (connection, page->str, page->len);
}

static void
respond_series (TestServer        *server,
                GSocketConnection *connection,
                const char        *head)
{
  g_autoptr (GString) page = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (page, "a{i=\"%u_%d\"} 1\n", i, test_server_requests (server));
  begin_answer (connection, "");
  test_send (connection, page->str, page->len);
}

static void
respond_no_http (TestServer        *server,
                 GSocketConnection *connection,
                 const char        *head)
{
  test_send (connection, "220 mail ESMTP\r\n", 16);
}

static const Case cases[] = {
  { "endless", respond_endless, "the page is longer than its body_size_limit of 1MiB",
    "body_size_limit: 1MB" },
  { "bomb", respond_bomb, "longer than its body_size_limit of 64MiB once it is decompressed",
    NULL },
  { "long-line", respond_long_line, "the page is longer than its body_size_limit of 64MiB", NULL },
  { "rubbish", respond_rubbish, "1:1: expected a metric name", NULL },
  { "bad-gzip", respond_bad_gzip, "the page says that it is gzip, and is not", NULL },
  { "closes", respond_nothing, "", NULL },
  { "half", respond_half, "", NULL },
  { "hangs", respond_hang, "within its scrape_timeout of 300ms", SHORT },
  { "trickles", respond_trickle, "within its scrape_timeout of 300ms", SHORT },
  { "redirects", respond_redirect, "redirect", NULL },
  { "labels", respond_labels, "labels, label_limit is 30", "label_limit: 30" },
  { "series", respond_series, "which is its sample_limit", "sample_limit: 1000" },
  { "no-http", respond_no_http, "", NULL },
};

/* Applies a job “bad” for the port and a job “good”, and asks the bad one. */
static void
apply_both (ScrapeFixture *fixture,
            TestServer    *good,
            const char    *bad_options,
            const char    *bad_address)
{
  scrape_fixture_apply (fixture,
                        "global: {scrape_interval: 1h}\nscrape_configs:\n"
                        "- job_name: good\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n"
                        "- job_name: bad\n  scrape_interval: 1h\n  scrape_timeout: 20s\n"
                        "  static_configs: [{targets: ['%s']}]\n  %s\n",
                        good->port, bad_address, bad_options != NULL ? bad_options : "");
  g_assert_cmpuint (sg_scraper_scrape_now (fixture->scraper, "bad", NULL), ==, 1);
}

/* The good one goes on while the bad one is under way, and missed no beat when it has ended. */
static void
check_good (ScrapeFixture *fixture)
{
  g_autoptr (SgTargetStatus) good = scrape_fixture_scrape (fixture, "good", 2);

  g_assert_cmpint (good->health, ==, SG_TARGET_UP);
  g_assert_null (good->error);
}

static void
check_bad (ScrapeFixture        *fixture,
           const SgTargetStatus *bad,
           const char           *error)
{
  g_autofree char *up = scrape_fixture_dump (fixture, "up");

  g_assert_cmpint (bad->health, ==, SG_TARGET_DOWN);
  g_test_message ("%s", bad->error);
  g_assert_cmpuint (strlen (bad->error), <, 400);
  g_assert_nonnull (strstr (bad->error, error));
  g_assert_nonnull (strstr (up, "job=\"bad\"} 0\n"));
}

static void
test_hostility (gconstpointer data)
{
  const Case *c = data;
  ScrapeFixture fixture;
  TestServer *good = test_server_new (NULL);
  TestServer *bad = test_server_new (c->respond);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", bad->port);
  g_autoptr (SgTargetStatus) status = NULL;

  test_server_set_page (good, "a 1\n");
  scrape_fixture_begin (&fixture);
  apply_both (&fixture, good, c->options, address);
  status = scrape_fixture_wait (&fixture, "bad", 1);
  check_bad (&fixture, status, c->error);
  check_good (&fixture);
  scrape_fixture_end (&fixture);
  test_server_stop (good);
  test_server_stop (bad);
}

/* Forty that hang are no more than one that hangs. */
static void
test_hostility_many (void)
{
  ScrapeFixture fixture;
  TestServer *good = test_server_new (NULL);
  TestServer *bad = test_server_new (respond_hang);
  g_autoptr (GString) targets = g_string_new (NULL);
  SgScraperStats stats;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (targets, "{targets: ['127.0.0.1:%u'], labels: {i: '%u'}},", bad->port,
                            i);
  test_server_set_page (good, "a 1\n");
  scrape_fixture_begin (&fixture);
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1h}\nscrape_configs:\n"
                        "- job_name: bad\n  scrape_interval: 1h\n  scrape_timeout: 1m\n"
                        "  static_configs: [%s]\n"
                        "- job_name: good\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                        targets->str, good->port);
  g_assert_cmpuint (sg_scraper_scrape_now (fixture.scraper, "bad", NULL), ==, 40);
  check_good (&fixture);
  sg_scraper_get_stats (fixture.scraper, &stats);
  g_assert_cmpuint (stats.running, >=, 40);
  scrape_fixture_end (&fixture);
  test_server_stop (good);
  test_server_stop (bad);
}

/* With two places and three that hang, the third waits, and says why it got none. */
static void
test_hostility_places (void)
{
  ScrapeFixture fixture;
  TestServer *bad = test_server_new (respond_hang);
  g_autoptr (SgTargetStatus) status = NULL;

  scrape_fixture_begin (&fixture);
  fixture.concurrency.value = 2;
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1h, scrape_timeout: 300ms}\nscrape_configs:\n"
                        "- job_name: a\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n"
                        "- job_name: b\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n"
                        "- job_name: c\n  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                        bad->port, bad->port, bad->port);
  g_assert_cmpuint (sg_scraper_scrape_now (fixture.scraper, NULL, NULL), ==, 3);
  status = scrape_fixture_wait (&fixture, "c", 1);
  g_assert_nonnull (strstr (status->error, "too many scrapes were under way: raise "
                                           "--scrape.concurrency"));
  g_assert_cmpuint (sg_limit_get_hits (&fixture.concurrency), ==, 1);
  scrape_fixture_end (&fixture);
  test_server_stop (bad);
}

static GList *
look_up_for_ever (const char                *name,
                  GResolverNameLookupFlags   flags,
                  GCancellable              *cancellable,
                  GError                   **error)
{
  GPollFD fd;

  if (g_str_equal (name, "hang.example") && g_cancellable_make_pollfd (cancellable, &fd))
    {
      g_poll (&fd, 1, -1);
      g_cancellable_release_fd (cancellable);
    }
  g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no %s", name);
  return NULL;
}

static void
test_hostility_dns (void)
{
  ScrapeFixture fixture;
  TestServer *good = test_server_new (NULL);
  g_autoptr (GResolver) before = g_resolver_get_default ();
  g_autoptr (GResolver) resolver = sg_resolver_new (look_up_for_ever);
  g_autoptr (SgTargetStatus) status = NULL;

  g_resolver_set_default (resolver);
  test_server_set_page (good, "a 1\n");
  scrape_fixture_begin (&fixture);
  apply_both (&fixture, good, SHORT, "hang.example:80");
  status = scrape_fixture_wait (&fixture, "bad", 1);
  check_bad (&fixture, status, "within its scrape_timeout of 300ms");
  check_good (&fixture);
  g_clear_pointer (&status, sg_target_status_unref);
  apply_both (&fixture, good, NULL, "nowhere.example:80");
  status = scrape_fixture_wait (&fixture, "bad", 1);
  check_bad (&fixture, status, "no nowhere.example");
  scrape_fixture_end (&fixture);
  test_server_stop (good);
  g_resolver_set_default (before);
}

/* The clock goes back: the store has later samples, and the target says so until that is made up for. */
static void
test_hostility_clock (void)
{
  ScrapeFixture fixture;
  TestServer *server = test_server_new (NULL);
  SgTimeNs start = { G_GINT64_CONSTANT (1700000000000000000) };
  g_autoptr (SgTargetStatus) back = NULL;
  g_autoptr (SgTargetStatus) forth = NULL;

  test_server_set_page (server, "a 1\n");
  scrape_fixture_begin_at (&fixture, start);
  scrape_fixture_apply (&fixture,
                        "global: {scrape_interval: 1m}\nscrape_configs:\n- job_name: a\n"
                        "  static_configs: [{targets: ['127.0.0.1:%u']}]\n",
                        server->port);
  sg_clock_advance (fixture.clock, 60000);
  sg_target_status_unref (scrape_fixture_wait (&fixture, "a", 1));
  sg_clock_step_wall (fixture.clock, -600000);
  sg_clock_advance (fixture.clock, 60000);
  back = scrape_fixture_wait (&fixture, "a", 1);
  g_assert_cmpint (back->health, ==, SG_TARGET_DOWN);
  g_assert_nonnull (strstr (back->error, "the clock of this machine went back by 9m"));
  sg_clock_step_wall (fixture.clock, 7200000);
  sg_clock_advance (fixture.clock, 60000);
  forth = scrape_fixture_wait (&fixture, "a", 1);
  g_assert_cmpint (forth->health, ==, SG_TARGET_UP);
  g_assert_null (forth->error);
  scrape_fixture_end (&fixture);
  test_server_stop (server);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/scraper-hostility/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_hostility);
    }
  g_test_add_func ("/scraper-hostility/many", test_hostility_many);
  g_test_add_func ("/scraper-hostility/places", test_hostility_places);
  g_test_add_func ("/scraper-hostility/dns", test_hostility_dns);
  g_test_add_func ("/scraper-hostility/clock", test_hostility_clock);
  return g_test_run ();
}
