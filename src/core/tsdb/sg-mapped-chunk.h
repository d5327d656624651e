/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/* Set in the encoding of a chunk whose samples came out of order. */
#define SG_CHUNK_OUT_OF_ORDER 0x80

#define SG_MAPPED_CHUNKS_HEADER_LENGTH 8
#define SG_MAPPED_CHUNKS_MAX_LENGTH    (128 * 1024 * 1024)

/* What a chunk takes beside its data, at most: series, times, encoding, length, checksum. */
#define SG_MAPPED_CHUNK_MAX_OVERHEAD (8 + 8 + 8 + 1 + 5 + 4)

/**
 * SgMappedChunk:
 * @series_ref: the series in the write-ahead log that it belongs to
 * @min_time: the time of its first sample
 * @max_time: the time of its last sample
 * @out_of_order: whether its samples came out of order
 * @chunk: the chunk, its encoding without the mark for that
 *
 * A closed chunk of the head, as it stands in a file of the folder chunks_head.
 */
typedef struct
{
  guint64 series_ref;
  SgTimeMs min_time;
  SgTimeMs max_time;
  gboolean out_of_order;
  SgChunkBytes chunk;
} SgMappedChunk;

void     sg_mapped_chunks_put_header   (SgWireWriter         *out);
gboolean sg_mapped_chunks_check_header (const guint8         *data,
                                        gsize                 length,
                                        GError              **error);
void     sg_mapped_chunk_put           (SgWireWriter         *out,
                                        const SgMappedChunk  *chunk);
gboolean sg_mapped_chunk_skip          (const guint8         *data,
                                        gsize                 length,
                                        gsize                *position);
gboolean sg_mapped_chunk_read          (const guint8         *data,
                                        gsize                 length,
                                        gsize                *position,
                                        SgMappedChunk        *ret_chunk,
                                        GError              **error);

G_END_DECLS
