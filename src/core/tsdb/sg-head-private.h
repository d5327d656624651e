/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-chunks.h"
#include "tsdb/sg-head-exemplars.h"
#include "tsdb/sg-head-index.h"
#include "tsdb/sg-head-metadata.h"
#include "tsdb/sg-head.h"
#include "tsdb/sg-postings-cache.h"

G_BEGIN_DECLS

/* What the files of the head share. */

/* Until when the log must name a series: as long as it has this segment, or samples from after @max_t. */
typedef struct
{
  guint64 segment;
  SgTimeMs max_t;
} SgHeadKept;

/*
 * Series that came one after the other share a lock: a page names them one after the other, so that who
 * appends it takes a lock for each run and not for each sample.
 */
#define SG_HEAD_STRIPES    256
#define SG_HEAD_STRIPE_RUN 64

/* One cache line each, so that two threads with two series do not meet. */
typedef struct
{
  SgLock lock;
} __attribute__ ((aligned (64))) SgHeadStripe;

/**
 * SgHead:
 * @options: as given, with the defaults filled in
 * @gate: who is inside
 * @index: the series
 * @stripes: the locks of the series, by their numbers
 * @min_t: the first time of a sample, atomic
 * @max_t: the last time of a sample, atomic
 * @min_valid_t: samples before it belong to blocks, atomic
 * @sealed: whether no commit is taken any more, atomic
 * @wal: (nullable): the log
 * @naming: held by who writes names of series into the log, until they are in it
 * @late_wal: (nullable): the log of samples that come out of order
 * @chunks: (nullable): the folder for full chunks
 * @writes_chunks: whether full chunks go there, or stay in memory
 * @queue_lock: guards the queue
 * @queue: (element-type SgHeadSeries): series with full chunks that wait for a file
 * @draining: whether somebody writes them
 * @drain_after: when to try again, on the monotonic clock
 * @exemplars: the last exemplars
 * @metadata: type, help and unit of metrics
 * @cache: (nullable): what matchers have selected
 * @cache_source: what the head is called there
 * @kept_lock: guards @kept
 * @kept: (element-type SgHeadRef SgHeadKept): references that stand for no series any more, or for one
 *   that has another, and that the log still needs
 * @stats: counts, atomic
 * @source: which head this is, of all that this process ever had
 * @revision: changes with what is no new sample: deletions, and samples that are late, atomic
 */
struct _SgHead
{
  gatomicrefcount ref_count;
  SgHeadOptions options;
  SgHeadGate gate;
  SgHeadIndex index;
  SgHeadStripe *stripes;
  SgTimeMs min_t;
  SgTimeMs max_t;
  SgTimeMs min_valid_t;
  gboolean sealed;
  SgWalWriter *wal;
  SgWalWriter *late_wal;
  SgLock naming;
  SgHeadChunks *chunks;
  gboolean writes_chunks;
  SgLock queue_lock;
  GPtrArray *queue;
  gboolean draining;
  gint64 drain_after;
  SgHeadExemplars exemplars;
  SgHeadMetadata metadata;
  SgPostingsCache *cache;
  guint64 cache_source;
  SgLock kept_lock;
  GHashTable *kept;
  SgHeadStats stats;
  guint64 source;
  guint64 revision;
};

/* A sample this much older than the newest one is late for who remembers answers. */
#define SG_HEAD_SETTLED_MS (4 * 60 * 1000)

static inline SgLock *
sg_head_lock_of (SgHead             *self,
                 const SgHeadSeries *series)
{
  return &self->stripes[series->id / SG_HEAD_STRIPE_RUN % SG_HEAD_STRIPES].lock;
}

static inline void
sg_head_count (guint64 *counter,
               guint64  n)
{
  __atomic_fetch_add (counter, n, __ATOMIC_RELAXED);
}

void sg_head_set_cache    (SgHead           *self,
                           SgPostingsCache  *cache);
void sg_head_get_window   (SgHead        *self,
                           SgHeadWindow  *ret_window);
void sg_head_extend       (SgHead        *self,
                           SgTimeMs       min_t,
                           SgTimeMs       max_t);
void sg_head_queue_full   (SgHead        *self,
                           SgHeadWrite   *write);
void sg_head_begin_files  (SgHead        *self);
void sg_head_seal         (SgHead        *self);
void sg_head_drain_queue  (SgHead        *self);
void sg_head_get_version  (SgHead           *self,
                           SgQuerierVersion *ret_version);
void sg_head_revise       (SgHead        *self);
void sg_head_keep_ref     (SgHead        *self,
                           SgHeadRef      ref,
                           guint64        segment,
                           SgTimeMs       max_t);
void sg_head_begin_write  (SgHead        *self,
                           SgHeadWrite   *write);

G_END_DECLS
