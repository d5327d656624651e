/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-appender.h"
#include "tsdb/sg-wal-writer.h"

G_BEGIN_DECLS

/**
 * SgHeadOptions:
 * @chunk_range_ms: chunks and blocks do not cross multiples of it; 0 for two hours
 * @late_ms: how far behind the last time samples may come out of order; 0 for not at all
 * @max_series: appending to a new series beyond so many is refused; 0 for no bound
 * @max_exemplars: how many exemplars are kept; 0 for none
 */
typedef struct
{
  gint64 chunk_range_ms;
  gint64 late_ms;
  guint max_series;
  guint max_exemplars;
} SgHeadOptions;

/**
 * SgHeadStats:
 * @n_series: how many there are
 * @n_chunks_queued: full chunks that wait for a file
 * @min_t: the first time of a sample, %SG_TIME_MS_MAX when there is none
 * @max_t: the last time, %SG_TIME_MS_MIN when there is none
 * @series_created: since the start
 * @series_removed: since the start
 * @chunks_created: since the start
 * @chunk_writes_failed: how often full chunks could not be written to their file
 * @chunk_writes_failing: whether that is so since the last time
 * @samples_appended: samples of committed batches
 * @samples_late: those of them that came out of order
 * @samples_same: samples that were there already, and are no mistake
 * @refused_out_of_order: refused samples, by reason
 * @refused_out_of_bounds: same
 * @refused_too_old: same
 * @refused_duplicate: same
 * @refused_series_limit: same
 * @refused_invalid: same
 * @refused_log: samples of batches that the log did not take
 * @exemplars_appended: exemplars of committed batches
 * @commits: batches
 * @commits_failed: batches that the log did not take
 */
typedef struct
{
  guint64 n_series;
  guint64 n_chunks_queued;
  SgTimeMs min_t;
  SgTimeMs max_t;
  guint64 series_created;
  guint64 series_removed;
  guint64 chunks_created;
  guint64 chunk_writes_failed;
  guint64 chunk_writes_failing;
  guint64 samples_appended;
  guint64 samples_late;
  guint64 samples_same;
  guint64 refused_out_of_order;
  guint64 refused_out_of_bounds;
  guint64 refused_too_old;
  guint64 refused_duplicate;
  guint64 refused_series_limit;
  guint64 refused_invalid;
  guint64 refused_log;
  guint64 exemplars_appended;
  guint64 commits;
  guint64 commits_failed;
} SgHeadStats;

/**
 * SgHead:
 *
 * The last hours of samples, in memory. It is a store by itself, one without a directory, until it is
 * given a log and a folder for its full chunks (sg-head-replay.h, sg-store.h). Reference-counted;
 * every function is safe from any thread.
 */
typedef struct _SgHead SgHead;

SgHead     *sg_head_new          (const SgHeadOptions  *options);
SgHead     *sg_head_ref          (SgHead               *self);
void        sg_head_unref        (SgHead               *self);
SgAppender *sg_head_appender_new (SgHead               *self);
SgQuerier  *sg_head_querier_new  (SgHead               *self);
void        sg_head_get_stats    (SgHead               *self,
                                  SgHeadStats          *ret_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHead, sg_head_unref)

G_END_DECLS
