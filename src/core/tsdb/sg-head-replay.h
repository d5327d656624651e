/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head.h"
#include "tsdb/sg-head-chunks.h"

G_BEGIN_DECLS

/**
 * SgHeadReplayStats:
 * @records: how many were read
 * @series: names of series
 * @samples: samples that are in the head now
 * @samples_skipped: samples that are in files, or in blocks
 * @samples_late: samples out of order
 * @unknown: samples, exemplars and others of series without a name
 * @opaque: records of kinds that are not known here, native histograms among them
 * @unreadable: records whose compression is not known here
 * @strange_segment: the last segment that has some of those two, or that a checkpoint with some stands
 *   for
 * @unnameable: series whose name cannot be kept
 * @exemplars: exemplars
 * @chunks: chunks in files
 */
typedef struct
{
  guint64 records;
  guint64 series;
  guint64 samples;
  guint64 samples_skipped;
  guint64 samples_late;
  guint64 unknown;
  guint64 opaque;
  guint64 unreadable;
  guint64 strange_segment;
  guint64 unnameable;
  guint64 exemplars;
  guint64 chunks;
} SgHeadReplayStats;

/* How far a log was read, and how long it is. Called on the thread that reads, now and then. */
typedef void (*SgHeadProgress) (guint64  bytes,
                                guint64  total,
                                gpointer user_data);

/**
 * SgHeadReplay:
 *
 * Fills a head, which nobody else knows yet, from its files: first the chunks, then the checkpoint,
 * the log, and the log of late samples, each from its oldest segment on.
 */
typedef struct _SgHeadReplay SgHeadReplay;

SgHeadReplay            *sg_head_replay_new       (SgHead           *head,
                                                   GArray           *stored,
                                                   SgHeadProgress    progress,
                                                   gpointer          user_data);
gboolean                 sg_head_replay_read      (SgHeadReplay     *self,
                                                   const char       *folder,
                                                   guint64           first,
                                                   guint64           last,
                                                   SgWalDamage      *ret_damage,
                                                   SgWalPosition    *ret_position,
                                                   GError          **error);
gboolean                 sg_head_replay_read_checkpoint (SgHeadReplay *self,
                                                   const char       *folder,
                                                   guint64           index,
                                                   SgWalDamage      *ret_damage,
                                                   SgWalPosition    *ret_position,
                                                   GError          **error);
gboolean                 sg_head_replay_read_late (SgHeadReplay     *self,
                                                   const char       *folder,
                                                   guint64           first,
                                                   guint64           last,
                                                   SgWalDamage      *ret_damage,
                                                   SgWalPosition    *ret_position,
                                                   GError          **error);
const SgHeadReplayStats *sg_head_replay_get_stats (SgHeadReplay     *self);
void                     sg_head_replay_set_suspicious (SgHeadReplay *self,
                                                   gboolean          suspicious);
gboolean                 sg_head_replay_finish    (SgHeadReplay     *self);

G_END_DECLS
