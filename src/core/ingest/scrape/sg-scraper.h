/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-limit.h"
#include "ingest/config/sg-config.h"
#include "ingest/scrape/sg-kept-page.h"
#include "ingest/scrape/sg-target-status.h"
#include "tsdb/sg-appender.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): an appender to the store; called on workers */
typedef SgAppender *(*SgAppenderFunc) (gpointer   user_data,
                                       GError   **error);

/**
 * SgScraperOptions:
 * @clock: what time it is
 * @appender: where samples go
 * @appender_data: for @appender
 * @seed: of this machine, so that two of them do not scrape at the same moments
 * @body_bytes: how long a page may be whose job sets no body_size_limit
 * @concurrency: how many scrapes may be under way at once
 * @page_bytes: how many bytes of last pages are kept
 */
typedef struct
{
  SgClock *clock;
  SgAppenderFunc appender;
  gpointer appender_data;
  guint64 seed;
  SgLimit *body_bytes;
  SgLimit *concurrency;
  SgLimit *page_bytes;
} SgScraperOptions;

/**
 * SgScraperStats:
 * @scrapes: scrapes that ended
 * @failures: those that failed
 * @missed: beats that fell out because the scrape before was still under way
 * @running: scrapes that are under way
 * @waiting: scrapes that wait for a place
 * @samples: samples that were scraped
 */
typedef struct
{
  guint64 scrapes;
  guint64 failures;
  guint64 missed;
  guint64 samples;
  guint64 exemplars;
  guint64 exemplars_refused;
  guint running;
  guint waiting;
} SgScraperStats;

/**
 * SgScraper:
 *
 * Scrapes the targets of a configuration. It lives on one main context: all calls come from there, but
 * for sg_scraper_list(), sg_scraper_get_page() and sg_scraper_get_stats(), which may come from anywhere.
 */
typedef struct _SgScraper SgScraper;

SgScraper    *sg_scraper_new         (const SgScraperOptions  *options);
void          sg_scraper_free        (SgScraper               *self);
/* Jobs whose settings did not change go on as if nothing had happened. */
void          sg_scraper_apply       (SgScraper               *self,
                                      SgConfig                *config);
/* Ends all scrapes and the series of their targets; @done is called when that is written. */
void          sg_scraper_stop        (SgScraper               *self,
                                      void                   (*done) (gpointer user_data),
                                      gpointer                 user_data);
/* Scrapes at once; a job or an URL that is %NULL is any. Returns: how many targets that are */
guint         sg_scraper_scrape_now  (SgScraper               *self,
                                      const char              *job,
                                      const char              *url);
void          sg_scraper_list        (SgScraper               *self,
                                      SgTargetListBuilder     *builder);
SgKeptPage   *sg_scraper_get_page    (SgScraper               *self,
                                      const char              *job,
                                      const char              *url);
void          sg_scraper_get_stats   (SgScraper               *self,
                                      SgScraperStats          *ret_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgScraper, sg_scraper_free)

G_END_DECLS
