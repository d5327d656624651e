/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/sg-exposition-parser.h"
#include "ingest/sg-relabel.h"
#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/**
 * SgTargetFeedOptions:
 * @labels: the labels of the target: job, instance, and what its configuration adds
 * @honor_labels: whether the page's labels win over the target's
 * @ignore_timestamps: whether the page's times are left aside
 * @track_timestamps: whether a series whose samples have times of their own is ended like any other
 * @created_timestamps: whether a page of OpenMetrics that says since when something counts gets a sample of
 *   zero there, instead of a series with that moment
 * @sample_limit: a page with more samples (after relabelling) is refused whole; 0 for no bound
 * @label_limit: the same for a series with more labels
 * @label_name_length_limit: the same for a longer label name, in bytes
 * @label_value_length_limit: the same for a longer label value, in bytes
 * @metric_relabel: (nullable): changes the labels of a series, or drops it
 */
typedef struct
{
  const SgLabels *labels;
  gboolean honor_labels;
  gboolean ignore_timestamps;
  gboolean track_timestamps;
  gboolean created_timestamps;
  guint64 sample_limit;
  guint label_limit;
  gsize label_name_length_limit;
  gsize label_value_length_limit;
  SgRelabel *metric_relabel;
} SgTargetFeedOptions;

/**
 * SgTargetFeedResult:
 * @samples: how many samples the page had
 * @kept: how many of them relabelling left
 * @added: how many series were not in the page before
 * @exemplars: how many exemplars were new and are stored
 * @exemplars_refused: how many were longer than OpenMetrics allows, or could not be read
 * @refused: how many samples the store refused; the rest of the page is stored
 * @refusal: (nullable) (owned): why, for the first of them
 * @error_line: of a page that could not be read to its end, the line where that is, from 1
 */
typedef struct
{
  guint64 samples;
  guint64 kept;
  guint64 added;
  guint64 exemplars;
  guint64 exemplars_refused;
  guint64 refused;
  GError *refusal;
  guint64 error_line;
} SgTargetFeedResult;

/**
 * SgTargetFeed:
 *
 * Where the pages of one target become samples: labels are joined, relabelled and checked, series that
 * have gone are ended with a stale marker, and what is to be said of the scrape itself is added (up,
 * scrape_duration_seconds …). It remembers the series of the last page, and nothing else.
 */
typedef struct _SgTargetFeed SgTargetFeed;

SgTargetFeed *sg_target_feed_new    (const SgTargetFeedOptions  *options);
void          sg_target_feed_free   (SgTargetFeed               *self);
/*
 * Appends a page that was asked for at @t. When it fails, nothing of the page is stored, and all series
 * of the page before have ended; sg_target_feed_report() is to be called in either case.
 */
gboolean      sg_target_feed_take   (SgTargetFeed               *self,
                                     SgAppender                 *appender,
                                     SgTimeMs                    t,
                                     GBytes                     *page,
                                     SgExpositionDialect         dialect,
                                     SgTargetFeedResult         *ret_result,
                                     GError                    **error);
/* Ends all series of the page before: the target did not answer, or is no longer asked. */
void          sg_target_feed_end    (SgTargetFeed               *self,
                                     SgAppender                 *appender,
                                     SgTimeMs                    t);
/*
 * Takes over from @predecessor, which stood for the same target under other settings: what lived there
 * and is not in the page that @self has taken ends now.
 */
void          sg_target_feed_succeed (SgTargetFeed              *self,
                                     SgTargetFeed               *predecessor,
                                     SgAppender                 *appender,
                                     SgTimeMs                    t);
/* Appends what is to be said of the scrape itself, and commits. */
gboolean      sg_target_feed_report (SgTargetFeed               *self,
                                     SgAppender                 *appender,
                                     SgTimeMs                    t,
                                     gboolean                    up,
                                     double                      duration_seconds,
                                     const SgTargetFeedResult   *result,
                                     GError                    **error);
/* The last word: ends all series and the report's own, and commits. */
gboolean      sg_target_feed_close  (SgTargetFeed               *self,
                                     SgAppender                 *appender,
                                     SgTimeMs                    t,
                                     GError                    **error);

void          sg_target_feed_result_clear (SgTargetFeedResult   *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTargetFeed, sg_target_feed_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgTargetFeedResult, sg_target_feed_result_clear)

G_END_DECLS
