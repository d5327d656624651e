/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-tombstones.h"

G_BEGIN_DECLS

/**
 * SgChunk:
 * @min_time: the time of its first sample
 * @max_time: the time of its last sample
 * @bytes: the chunk
 */
typedef struct
{
  SgTimeMs min_time;
  SgTimeMs max_time;
  SgChunkBytes bytes;
} SgChunk;

/**
 * SgChunkSeries:
 * @labels: the series
 * @chunks: its chunks; none overlaps the one before it
 * @n_chunks: how many
 * @stones: what of them is deleted and could not be left out, because it is within a chunk of an
 *   encoding that is not known here; the series they name does not matter
 * @n_stones: how many
 *
 * A series as it goes into a block.
 */
typedef struct
{
  const SgLabels *labels;
  const SgChunk *chunks;
  gsize n_chunks;
  const SgTombstone *stones;
  gsize n_stones;
} SgChunkSeries;

/**
 * SgChunkSeriesSet:
 *
 * What a block is written from: all symbols in the order of their bytes, none twice, then all series
 * in the order of their labels. Symbols that no series has do no harm. It owns what it yields until
 * its next step. sg_chunk_series_set_next_series() may be called once all symbols were read.
 */
typedef struct _SgChunkSeriesSet SgChunkSeriesSet;

typedef struct
{
  gboolean (*next_symbol) (SgChunkSeriesSet  *self,
                           const char       **ret_text,
                           gsize             *ret_length,
                           GError           **error);
  gboolean (*next_series) (SgChunkSeriesSet  *self,
                           SgChunkSeries     *ret_series,
                           GError           **error);
  void     (*free)        (SgChunkSeriesSet  *self);
} SgChunkSeriesSetClass;

struct _SgChunkSeriesSet
{
  const SgChunkSeriesSetClass *klass;
};

/* Both return whether there was one; at the end FALSE without an error. */
static inline gboolean
sg_chunk_series_set_next_symbol (SgChunkSeriesSet  *self,
                                 const char       **ret_text,
                                 gsize             *ret_length,
                                 GError           **error)
{
  return self->klass->next_symbol (self, ret_text, ret_length, error);
}

static inline gboolean
sg_chunk_series_set_next_series (SgChunkSeriesSet  *self,
                                 SgChunkSeries     *ret_series,
                                 GError           **error)
{
  return self->klass->next_series (self, ret_series, error);
}

static inline void
sg_chunk_series_set_free (SgChunkSeriesSet *self)
{
  self->klass->free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgChunkSeriesSet, sg_chunk_series_set_free)

G_END_DECLS
