/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "base/sg-matcher.h"
#include "base/sg-number.h"
#include "ingest/scrape/sg-scraper.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-head.h"

#include <string.h>

/*
 * A scraper that fills a store without a directory, and servers for it to scrape. A server answers each
 * connection on a thread of its own, as its function says, so that it may do what no good server does.
 */

typedef struct _TestServer TestServer;

/* Answers the request whose head was read; returns when the connection is to be closed. */
typedef void (*TestRespond) (TestServer        *server,
                             GSocketConnection *connection,
                             const char        *head);

struct _TestServer
{
  GSocketService *service;
  guint port;
  TestRespond respond;
  SgLock lock;
  char *page;
  const char *content_type;
  char *last_head;
  int requests;
  int leaving;
};

static inline void
test_server_set_page (TestServer *self,
                      const char *page)
{
  SG_LOCK_SCOPE (&self->lock);
  g_free (self->page);
  self->page = g_strdup (page);
}

static inline gboolean
test_send (GSocketConnection *connection,
           const void        *data,
           gsize              length)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), data,
                                    length, NULL, NULL, NULL);
}

static inline void
test_respond_page (TestServer        *self,
                   GSocketConnection *connection,
                   const char        *head)
{
  g_autofree char *page = NULL;
  g_autofree char *start = NULL;

  sg_lock_acquire (&self->lock);
  page = g_strdup (self->page);
  sg_lock_release (&self->lock);
  start = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                           self->content_type, strlen (page));
  if (test_send (connection, start, strlen (start)))
    test_send (connection, page, strlen (page));
}

/* Returns: (transfer full) (nullable): the head of the next request of a connection */
static inline char *
test_read_head (GSocketConnection *connection)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GString) head = g_string_new (NULL);
  char c;

  while (g_input_stream_read (in, &c, 1, NULL, NULL) == 1)
    {
      g_string_append_c (head, c);
      if (g_str_has_suffix (head->str, "\r\n\r\n"))
        return g_string_free (g_steal_pointer (&head), FALSE);
    }
  return NULL;
}

static inline gboolean
test_server_run (GThreadedSocketService *service,
                 GSocketConnection      *connection,
                 GObject                *source,
                 gpointer                user_data)
{
  TestServer *self = user_data;
  char *head;

  while ((head = test_read_head (connection)) != NULL)
    {
      sg_lock_acquire (&self->lock);
      g_free (self->last_head);
      self->last_head = g_strdup (head);
      sg_lock_release (&self->lock);
      __atomic_fetch_add (&self->requests, 1, __ATOMIC_SEQ_CST);
      self->respond (self, connection, head);
      g_free (head);
      if (self->respond != test_respond_page)
        break;
    }
  return TRUE;
}

static inline int
test_server_requests (TestServer *self)
{
  return __atomic_load_n (&self->requests, __ATOMIC_SEQ_CST);
}

static inline TestServer *
test_server_new (TestRespond respond)
{
  TestServer *self = g_new0 (TestServer, 1);

  sg_lock_init (&self->lock);
  self->respond = respond != NULL ? respond : test_respond_page;
  self->page = g_strdup ("");
  self->content_type = "text/plain; version=0.0.4";
  self->service = g_threaded_socket_service_new (64);
  g_signal_connect (self->service, "run", G_CALLBACK (test_server_run), self);
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_assert_cmpuint (self->port, !=, 0);
  return self;
}

/* Whether a function that goes on for ever is to end. */
static inline gboolean
test_server_is_leaving (TestServer *self)
{
  return __atomic_load_n (&self->leaving, __ATOMIC_SEQ_CST);
}

/* The threads of its connections may still use it: they end when the scraper has closed its side. */
static inline void
test_server_stop (TestServer *self)
{
  __atomic_store_n (&self->leaving, TRUE, __ATOMIC_SEQ_CST);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
}

typedef struct
{
  SgHead *head;
  SgScraper *scraper;
  SgLimit body_bytes;
  SgLimit concurrency;
  SgLimit page_bytes;
  SgClock *clock;
  SgConfig *config;
  gboolean stopped;
} ScrapeFixture;

static inline SgAppender *
scrape_fixture_appender (gpointer   user_data,
                         GError   **error)
{
  return sg_head_appender_new (((ScrapeFixture *) user_data)->head);
}

/* Takes @clock. */
static inline void
scrape_fixture_begin_with (ScrapeFixture *self,
                           SgClock       *clock)
{
  SgHeadOptions head_options = { 0 };
  SgScraperOptions options;

  *self = (ScrapeFixture) { 0 };
  self->body_bytes = (SgLimit) { .name = "scrape.body-size", .unit = SG_LIMIT_BYTES,
                                 .value = 64 * 1024 * 1024 };
  self->concurrency = (SgLimit) { .name = "scrape.concurrency", .value = 1000 };
  self->page_bytes = (SgLimit) { .name = "scrape.kept-pages", .value = 1000 };
  self->clock = clock;
  self->head = sg_head_new (&head_options);
  options = (SgScraperOptions) { .clock = self->clock,
                                 .appender = scrape_fixture_appender,
                                 .appender_data = self,
                                 .body_bytes = &self->body_bytes,
                                 .concurrency = &self->concurrency,
                                 .page_bytes = &self->page_bytes };
  self->scraper = sg_scraper_new (&options);
}

static inline void
scrape_fixture_begin (ScrapeFixture *self)
{
  scrape_fixture_begin_with (self, g_object_ref (sg_clock_get_system ()));
}

/* With a clock that the test moves. */
static inline void
scrape_fixture_begin_at (ScrapeFixture *self,
                         SgTimeNs       time)
{
  scrape_fixture_begin_with (self, sg_clock_new_manual (time));
}

G_GNUC_PRINTF (2, 3)
static inline void
scrape_fixture_apply (ScrapeFixture *self,
                      const char    *format,
                      ...)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_clear_pointer (&self->config, sg_config_unref);
  self->config = sg_config_parse ("prometheus.yml", text, -1, &error);
  g_assert_no_error (error);
  sg_scraper_apply (self->scraper, self->config);
}

static inline void
scrape_fixture_on_stopped (gpointer user_data)
{
  ((ScrapeFixture *) user_data)->stopped = TRUE;
}

static inline gboolean
scrape_fixture_is_stopped (gpointer user_data)
{
  return ((ScrapeFixture *) user_data)->stopped;
}

static inline void
scrape_fixture_stop (ScrapeFixture *self)
{
  sg_scraper_stop (self->scraper, scrape_fixture_on_stopped, self);
  sg_test_wait_until (scrape_fixture_is_stopped, self);
}

static inline void
scrape_fixture_end (ScrapeFixture *self)
{
  if (!self->stopped)
    scrape_fixture_stop (self);
  sg_scraper_free (self->scraper);
  g_clear_pointer (&self->config, sg_config_unref);
  sg_head_unref (self->head);
  g_object_unref (self->clock);
}

static inline SgTargetList *
scrape_fixture_list (ScrapeFixture *self)
{
  SgTargetListBuilder builder;

  sg_target_list_builder_init (&builder);
  sg_scraper_list (self->scraper, &builder);
  return sg_target_list_builder_end (&builder);
}

/* Returns: (transfer full): the only target of @job */
static inline SgTargetStatus *
scrape_fixture_target (ScrapeFixture *self,
                       const char    *job)
{
  g_autoptr (SgTargetList) list = scrape_fixture_list (self);

  for (guint i = 0; i < list->n_targets; i++)
    {
      if (g_str_equal (list->targets[i]->job, job))
        return sg_target_status_ref (list->targets[i]);
    }
  g_error ("there is no target of %s", job);
  return NULL;
}

typedef struct
{
  ScrapeFixture *fixture;
  const char *job;
  guint64 scrapes;
} ScrapeWait;

static inline gboolean
scrape_wait_is_over (gpointer data)
{
  ScrapeWait *wait = data;
  g_autoptr (SgTargetStatus) status = scrape_fixture_target (wait->fixture, wait->job);

  return status->scrapes >= wait->scrapes;
}

static inline gboolean
scrape_again_until_over (gpointer data)
{
  ScrapeWait *wait = data;

  if (scrape_wait_is_over (data))
    return TRUE;
  sg_scraper_scrape_now (wait->fixture->scraper, wait->job, NULL);
  return FALSE;
}

/* Scrapes @job @n times, without waiting for its beats. Returns: (transfer full): how it is then */
static inline SgTargetStatus *
scrape_fixture_scrape (ScrapeFixture *self,
                       const char    *job,
                       guint          n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SgTargetStatus) status = scrape_fixture_target (self, job);
      ScrapeWait wait = { self, job, status->scrapes + 1 };

      sg_test_wait_until (scrape_again_until_over, &wait);
    }
  return scrape_fixture_target (self, job);
}

/* Waits for @n more scrapes of @job. Returns: (transfer full): how the target is then */
static inline SgTargetStatus *
scrape_fixture_wait (ScrapeFixture *self,
                     const char    *job,
                     guint64        n)
{
  g_autoptr (SgTargetStatus) status = scrape_fixture_target (self, job);
  ScrapeWait wait = { self, job, status->scrapes + n };

  sg_test_wait_until (scrape_wait_is_over, &wait);
  return scrape_fixture_target (self, job);
}

/* All values of the metrics that @pattern matches, without their times: "a{…} 1 stale\n" a series. */
static inline char *
scrape_fixture_dump (ScrapeFixture *self,
                     const char    *pattern)
{
  g_autoptr (SgQuerier) querier = sg_head_querier_new (self->head);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, SG_LABEL_NAME, pattern, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = 0, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, &error);
  GString *out = g_string_new (NULL);
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      sg_labels_append_text (series->labels, out);
      for (gsize i = 0; i < series->columns[0].n; i++)
        {
          char number[SG_DOUBLE_TEXT_MAX];
          double value = series->columns[0].f[i];

          sg_double_write (value, number);
          g_string_append_printf (out, " %s", sg_is_stale_nan (value) ? "stale" : number);
        }
      g_string_append_c (out, '\n');
    }
  g_assert_no_error (error);
  return g_string_free (out, FALSE);
}
