/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/sg-exposition-parser.h"
#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/**
 * SgCachedSeries:
 * @raw: the bytes by which the page names it
 * @labels: what it is called in the store, or %NULL when relabelling drops it
 * @ref: its reference there, 0 until it has been appended to
 * @round: the last page that had it
 * @live: whether the store has samples of it that no stale marker ends
 * @place: where it came in the last page of which that was written down
 * @timed: whether that page gave it a time of its own
 * @exemplar: which one it showed last, as a hash of its bytes; 0 for none
 */
typedef struct _SgCachedSeries SgCachedSeries;

struct _SgCachedSeries
{
  SgSlice raw;
  SgLabels *labels;
  SgHeadRef ref;
  guint64 round;
  guint place;
  guint8 live : 1;
  guint8 timed : 1;
  guint64 exemplar;
};

/**
 * SgSeriesCache:
 *
 * What one target's pages name, from the raw bytes to the series in the store, so that a line whose
 * series is known costs a comparison. It goes in rounds, one a page; what lives and was not in a page is
 * given back at the end of its round, so that its end can be marked, and is forgotten one round later.
 */
typedef struct _SgSeriesCache SgSeriesCache;

SgSeriesCache  *sg_series_cache_new       (void);
void            sg_series_cache_free      (SgSeriesCache  *self);
guint           sg_series_cache_get_size  (SgSeriesCache  *self);

void            sg_series_cache_begin     (SgSeriesCache  *self);
/*
 * What is likely to come next, or %NULL. A page is read so seldom that no series is in a cache when it
 * comes: some of those that are likely to follow are fetched from memory meanwhile.
 */
#define SG_SERIES_CACHE_AHEAD 12

SgCachedSeries *sg_series_cache_guess     (SgSeriesCache  *self);
SgCachedSeries *sg_series_cache_find      (SgSeriesCache  *self,
                                           SgSlice          raw);
/* Takes @labels, which may be %NULL. */
SgCachedSeries *sg_series_cache_add       (SgSeriesCache  *self,
                                           SgSlice          raw,
                                           SgLabels       *labels);
/*
 * Says that the page has @series, here in its order, once that was appended to. Returns: whether it is the
 * first time in this page.
 */
gboolean        sg_series_cache_see       (SgSeriesCache  *self,
                                           SgCachedSeries *series);
typedef void (*SgSeriesGone) (SgCachedSeries *series,
                              gpointer        user_data);

/* The page was read to its end. Calls @gone for each living series that it did not have. */
void            sg_series_cache_end       (SgSeriesCache  *self,
                                           SgSeriesGone    gone,
                                           gpointer        user_data);
/* There is no page, or it does not count. Calls @gone for each living series. */
void            sg_series_cache_abort     (SgSeriesCache  *self,
                                           SgSeriesGone    gone,
                                           gpointer        user_data);

/* Calls @func for each living series. */
void            sg_series_cache_foreach_live (SgSeriesCache *self,
                                           SgSeriesGone    func,
                                           gpointer        user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSeriesCache, sg_series_cache_free)

G_END_DECLS
