/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "ingest/scrape/sg-http-client.h"
#include "ingest/scrape/sg-scrape-work.h"
#include "ingest/scrape/sg-scraper.h"
#include "ingest/scrape/sg-target.h"

G_BEGIN_DECLS

typedef struct _SgScrapePool SgScrapePool;
typedef struct _SgScrapeLoop SgScrapeLoop;

/*
 * The lock guards what other threads read: the list of pools, the lists of their loops, and the status
 * of each. The context's thread alone changes them, so that it reads them without it.
 */
struct _SgScraper
{
  SgScraperOptions options;
  GMainContext *context;
  SgConfig *config;
  SgLock lock;
  GPtrArray *pools;
  GQueue waiting;
  guint running;
  guint n_loops;
  SgScraperStats stats;
  void (*done) (gpointer user_data);
  gpointer done_data;
};

/**
 * SgScrapePool:
 * @config: its job; lives as long as @whole
 * @loops: (element-type SgScrapeLoop): its targets, as they were found
 * @dropped: (element-type SgLabels): what relabelling dropped
 * @problems: (element-type utf8): targets that cannot be scraped, and why
 * @limit_error: (nullable): why none of them is scraped
 *
 * One job.
 */
struct _SgScrapePool
{
  SgScraper *scraper;
  SgConfig *whole;
  const SgScrapeConfig *config;
  SgHttpClient *client;
  char *accept;
  GPtrArray *loops;
  GPtrArray *dropped;
  guint64 n_dropped;
  GPtrArray *problems;
  char *limit_error;
};

/**
 * SgScrapeLoop:
 * @pool: (nullable): its job; %NULL once it is to end
 * @nominal_t: the moment of the beat that is next
 * @busy: a scrape is under way
 * @blocked: its predecessor has not handed over yet
 * @heir: (nullable): who goes on with the target once the scrape that is under way has ended
 * @status: what others see of it
 *
 * One target, scraped again and again. It lives until it has ended its series.
 */
struct _SgScrapeLoop
{
  SgScraper *scraper;
  SgScrapePool *pool;
  SgTarget *target;
  SgTargetFeed *feed;
  SgTargetFeed *predecessor;
  SgHttpClient *client;
  GSource *timer;
  SgTimeMs nominal_t;
  SgTimeMs t;
  SgTimeMs last_t;
  SgMonotonic start;
  GCancellable *cancellable;
  gboolean busy;
  gboolean waiting;
  gboolean blocked;
  gboolean closing;
  SgScrapeLoop *heir;
  SgTargetStatus *status;
};

SgScrapePool *sg_scrape_pool_new        (SgScraper            *scraper,
                                         SgConfig             *whole,
                                         const SgScrapeConfig *config);
void          sg_scrape_pool_reload     (SgScrapePool         *self,
                                         SgConfig             *whole,
                                         const SgScrapeConfig *config);
void          sg_scrape_pool_end        (SgScrapePool         *self);
void          sg_scrape_pool_list       (SgScrapePool         *self,
                                         SgTargetListBuilder  *builder);

SgScrapeLoop *sg_scrape_loop_new        (SgScrapePool         *pool,
                                         SgTarget             *target);
void          sg_scrape_loop_start      (SgScrapeLoop         *self);
void          sg_scrape_loop_now        (SgScrapeLoop         *self);
/* Ends it, and the series of its target unless @heir goes on with them. */
void          sg_scrape_loop_end        (SgScrapeLoop         *self,
                                         SgScrapeLoop         *heir);

/* Begins the scrape of a loop when there is a place for it. */
void          sg_scraper_enter          (SgScraper            *self,
                                         SgScrapeLoop         *loop);
void          sg_scraper_leave          (SgScraper            *self);
void          sg_scraper_forget_loop    (SgScraper            *self,
                                         SgScrapeLoop         *loop);
void          sg_scrape_loop_begin      (SgScrapeLoop         *self);

G_END_DECLS
