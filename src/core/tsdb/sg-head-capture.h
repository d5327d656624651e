/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-private.h"

G_BEGIN_DECLS

/**
 * SgHeadCapture:
 * @series: the series; its labels do not change
 * @open: the bytes of its open chunk, of which the first two and the last one are kept here
 * @open_bits: how many bits of them
 * @open_n: how many samples
 * @open_last: the last byte, if it is not full
 * @open_min_t: its first time
 * @last_t: its last time
 * @closed: full chunks
 * @n_closed: how many there were
 * @hidden_from: samples from this time on came after the snapshot
 * @hidden: (nullable) (owned): and those in these ranges
 * @deleted: (nullable): samples that are deleted
 * @late: (nullable): samples that came out of order
 * @late_chunks: (nullable): full chunks of such
 * @n_late_chunks: how many there were
 * @snapshot: late samples of later commits came after it
 *
 * What a series was at a moment: pointers and lengths, copied while its lock was held. It is good as
 * long as the guard under which it was taken.
 */
typedef struct
{
  const SgHeadSeries *series;
  const guint8 *open;
  guint32 open_bits;
  guint16 open_n;
  guint8 open_last;
  SgTimeMs open_min_t;
  SgTimeMs last_t;
  const SgHeadChunkList *closed;
  guint n_closed;
  SgTimeMs hidden_from;
  SgHeadRanges *hidden;
  const SgHeadRanges *deleted;
  const SgHeadLate *late;
  const SgHeadChunkList *late_chunks;
  guint n_late_chunks;
  guint64 snapshot;
} SgHeadCapture;

/**
 * SgHeadSamples:
 * @n: how many
 * @capacity: for how many there is room
 * @t: their times, rising
 * @v: their values
 * @scratch: where chunks are copied to
 * @n_unsupported: chunks that were passed over because their encoding is not known
 * @n_damaged: chunks that were passed over because they are damaged
 * @damage: (nullable): what is wrong with the first of them
 *
 * Where captures are decoded to, one after the other.
 */
typedef struct
{
  gsize n;
  gsize capacity;
  SgTimeMs *t;
  double *v;
  SgWireWriter scratch;
  guint n_unsupported;
  guint n_damaged;
  GError *damage;
} SgHeadSamples;

gboolean sg_head_capture_take    (SgHeadCapture        *self,
                                  SgHead               *head,
                                  SgHeadSeries         *series,
                                  guint64               snapshot,
                                  SgTimeMs              min_t,
                                  SgTimeMs              max_t);
void     sg_head_capture_decode  (const SgHeadCapture  *self,
                                  SgHead               *head,
                                  SgTimeMs              min_t,
                                  SgTimeMs              max_t,
                                  SgHeadSamples        *samples);
void     sg_head_capture_clear   (SgHeadCapture        *self);
void     sg_head_samples_note_damage (SgHeadSamples   *samples,
                                  GError               *error);
void     sg_head_samples_clear   (SgHeadSamples        *self);

G_END_DECLS
