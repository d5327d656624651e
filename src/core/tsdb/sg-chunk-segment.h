/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-xor-chunk.h"

G_BEGIN_DECLS

/**
 * SgChunkBytes:
 * @encoding: an #SgChunkEncoding, or one that is not known here
 * @data: the chunk, in the map of its segment or wherever it was made
 * @length: how many bytes
 */
typedef struct
{
  guint8 encoding;
  const guint8 *data;
  gsize length;
} SgChunkBytes;

/* How many samples a chunk says that it has; all known encodings begin with that. */
static inline guint
sg_chunk_count (const SgChunkBytes *chunk)
{
  return sg_xor_chunk_count (chunk->data, chunk->length);
}

/*
 * A chunk's reference: the number of its segment, from 0, in the upper half, where it begins in the
 * lower.
 */
typedef guint64 SgChunkRef;

#define SG_CHUNK_SEGMENT_MAX_LENGTH (512 * 1024 * 1024)

/**
 * SgChunkSegments:
 *
 * The chunks of a block, mapped.
 */
typedef struct _SgChunkSegments SgChunkSegments;

SgChunkSegments *sg_chunk_segments_open      (const char             *folder,
                                              GError                **error);
void             sg_chunk_segments_free      (SgChunkSegments        *self);
guint64          sg_chunk_segments_get_size  (const SgChunkSegments  *self);
gboolean         sg_chunk_segments_find      (const SgChunkSegments  *self,
                                              SgChunkRef              ref,
                                              SgChunkBytes           *ret_chunk,
                                              GError                **error);
gboolean         sg_chunk_segments_check     (const SgChunkSegments  *self,
                                              SgChunkRef              ref,
                                              const SgChunkBytes     *chunk,
                                              GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgChunkSegments, sg_chunk_segments_free)

/**
 * SgChunkSegmentWriter:
 *
 * Writes the chunks of a block, one behind the other.
 */
typedef struct _SgChunkSegmentWriter SgChunkSegmentWriter;

SgChunkSegmentWriter *sg_chunk_segment_writer_new   (const char             *folder,
                                                     guint64                 max_length,
                                                     GError                **error);
gboolean              sg_chunk_segment_writer_put   (SgChunkSegmentWriter   *self,
                                                     const SgChunkBytes     *chunk,
                                                     SgChunkRef             *ret_ref,
                                                     GError                **error);
gboolean              sg_chunk_segment_writer_close (SgChunkSegmentWriter   *self,
                                                     GError                **error);
void                  sg_chunk_segment_writer_free  (SgChunkSegmentWriter   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgChunkSegmentWriter, sg_chunk_segment_writer_free)

G_END_DECLS
