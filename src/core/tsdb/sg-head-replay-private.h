/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-capture.h"
#include "tsdb/sg-head-private.h"
#include "tsdb/sg-head-replay.h"
#include "tsdb/sg-wal-record.h"

G_BEGIN_DECLS

/* A reference that stands for a series which has another, and the last time that it was used for. */
typedef struct
{
  SgHeadSeries *series;
  SgTimeMs max_t;
} SgHeadAlias;

/**
 * SgHeadReplay:
 * @head: what is filled
 * @stored: (element-type SgHeadStoredChunk): the chunks in files, by their series
 * @progress: (nullable): is told how far it is
 * @user_data: for @progress
 * @aliases: (element-type SgHeadRef SgHeadAlias): references that are not those of their series
 * @write: the right to write to the head
 * @last_ref: the greatest reference that was named
 * @min_t: the first time that is in the head
 * @max_t: the last one
 * @next_report: when @progress is told again, in bytes
 * @checkpoint: (nullable): the last segment that the checkpoint stands for, while it is read
 * @suspicious: whether the chunks may belong to another log
 * @foreign: whether they do
 * @checked: (nullable): the chunks of which a sample was found in the log
 * @samples_of_chunk: for what is decoded
 * @series: for the record that is read
 * @samples: for the record that is read
 * @tombstones: for the record that is read
 * @exemplars: for the record that is read
 * @metadata: for the record that is read
 * @late_times: (element-type SgHeadSeries GArray): the times of late samples that are in chunks
 * @stats: what was read so far
 */
struct _SgHeadReplay
{
  SgHead *head;
  GArray *stored;
  SgHeadProgress progress;
  gpointer user_data;
  GHashTable *aliases;
  SgHeadWrite write;
  SgHeadRef last_ref;
  SgTimeMs min_t;
  SgTimeMs max_t;
  guint64 next_report;
  const guint64 *checkpoint;
  gboolean suspicious;
  gboolean foreign;
  GHashTable *checked;
  SgHeadSamples samples_of_chunk;
  GArray *series;
  GArray *samples;
  GArray *tombstones;
  GArray *exemplars;
  GArray *metadata;
  GHashTable *late_times;
  SgHeadReplayStats stats;
};

/* Returns: (nullable): the series of a reference, which is used for a time */
SgHeadSeries *sg_head_replay_find_series      (SgHeadReplay  *self,
                                               SgHeadRef      ref,
                                               SgTimeMs       t);
/* Each adds to the head what was decoded of a record. */
void          sg_head_replay_take_tombstones  (SgHeadReplay  *self);
void          sg_head_replay_take_exemplars   (SgHeadReplay  *self);
void          sg_head_replay_take_metadata    (SgHeadReplay  *self);
/* Decodes a record of the log of late samples, and adds what it has. */
gboolean      sg_head_replay_take_late_record (SgHeadReplay  *self,
                                               const guint8  *record,
                                               gsize          length,
                                               GError       **error);

G_END_DECLS
