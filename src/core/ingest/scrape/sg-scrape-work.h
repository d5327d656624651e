/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/scrape/sg-http-client.h"
#include "ingest/sg-target-feed.h"

G_BEGIN_DECLS

/**
 * SgScrapeWork:
 * @feed: where the page goes; nobody else uses it meanwhile
 * @predecessor: (nullable): the feed of the same target under other settings, which ends with this
 * @appender: what it is appended to
 * @fetched: (nullable): the page, as it was sent
 * @failure: (nullable): why there is none; after the work, why the scrape failed
 * @dialect_when_unknown: what a page is that does not say
 * @max_bytes: how long the page may be once it is decoded
 * @t: the time of its samples
 * @start: when the scrape began
 * @clock: what time it is
 * @up: whether the scrape was good
 * @duration_seconds: how long it took
 * @result: what the page had
 * @page_bytes: how long it was, decoded
 * @error_line: the line that could not be read, or 0
 * @error_context: (nullable): that line among its neighbours
 *
 * What a worker does with an answer: it decodes, parses and appends it, and commits.
 */
typedef struct
{
  SgTargetFeed *feed;
  SgTargetFeed *predecessor;
  SgAppender *appender;
  SgFetched *fetched;
  GError *failure;
  SgExpositionDialect dialect_when_unknown;
  guint64 max_bytes;
  SgTimeMs t;
  SgMonotonic start;
  SgClock *clock;
  gboolean up;
  double duration_seconds;
  SgTargetFeedResult result;
  guint64 page_bytes;
  guint64 error_line;
  char *error_context;
} SgScrapeWork;

void sg_scrape_work_run   (SgScrapeWork *self);
void sg_scrape_work_clear (SgScrapeWork *self);

/* Decodes a gzip, whose content may have @max_bytes. */
GBytes *sg_page_gunzip    (GBytes       *bytes,
                           guint64       max_bytes,
                           GError      **error);

G_END_DECLS
