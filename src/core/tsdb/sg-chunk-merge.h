/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-chunk-series.h"

G_BEGIN_DECLS

/**
 * SgChunkMerge:
 * @given: (element-type SgChunk): chunks of one series, in any order
 * @merged: (element-type SgChunk): the same samples, in chunks that do not overlap
 *
 * Makes of chunks that may overlap chunks that do not. A chunk that overlaps no other is passed on as
 * it is. Of two samples of one time that of the chunk which was added first stays.
 */
typedef struct
{
  GArray *given;
  GArray *merged;
  GArray *samples;
  GPtrArray *made;
} SgChunkMerge;

void     sg_chunk_merge_init  (SgChunkMerge   *self);
void     sg_chunk_merge_clear (SgChunkMerge   *self);
void     sg_chunk_merge_reset (SgChunkMerge   *self);
void     sg_chunk_merge_add   (SgChunkMerge   *self,
                               const SgChunk  *chunk);
gboolean sg_chunk_merge_run   (SgChunkMerge   *self,
                               GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgChunkMerge, sg_chunk_merge_clear)

G_END_DECLS
