/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-postings.h"

G_BEGIN_DECLS

/**
 * SgChunkMeta:
 * @ref: where the chunk is
 * @min_time: the time of its first sample
 * @max_time: the time of its last sample
 */
typedef struct
{
  SgChunkRef ref;
  SgTimeMs min_time;
  SgTimeMs max_time;
} SgChunkMeta;

/**
 * SgIndexWriter:
 *
 * Writes the index of a block: first all symbols in order, then all series in order. Symbols that no
 * series has are allowed; they only cost their room.
 */
typedef struct _SgIndexWriter SgIndexWriter;

SgIndexWriter *sg_index_writer_new        (const char         *path,
                                           GError            **error);
gboolean       sg_index_writer_add_symbol (SgIndexWriter      *self,
                                           const char         *text,
                                           gsize               length,
                                           GError            **error);
gboolean       sg_index_writer_add_series (SgIndexWriter      *self,
                                           const SgLabels     *labels,
                                           const SgChunkMeta  *chunks,
                                           gsize               n_chunks,
                                           SgSeriesRef        *ret_ref,
                                           GError            **error);
gboolean       sg_index_writer_close      (SgIndexWriter      *self,
                                           GError            **error);
void           sg_index_writer_free       (SgIndexWriter      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgIndexWriter, sg_index_writer_free)

G_END_DECLS
