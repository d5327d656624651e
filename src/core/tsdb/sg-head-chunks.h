/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head-series.h"
#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/* A chunk that was found in a file. */
typedef struct
{
  SgHeadRef ref;
  guint8 encoding;
  gboolean late;
  SgHeadChunk chunk;
} SgHeadStoredChunk;

/**
 * SgHeadChunksDamage:
 * @file: the number of the file in which a chunk is not whole, 0 when all are
 * @offset: where the good chunks of it end
 */
typedef struct
{
  guint32 file;
  guint64 offset;
} SgHeadChunksDamage;

/**
 * SgHeadChunks:
 *
 * The folder chunks_head (sg-mapped-chunk.h): full chunks of the head, which would else fill the
 * memory for hours. Whatever is in it is in the log, too; it is a place to keep chunks, not the place
 * where they are safe.
 *
 * A place is the number of a file and an offset in it, as in Prometheus. Finding a chunk takes a
 * guard of the gate, and the folder's lock for as long as it takes to find the file.
 */
typedef struct _SgHeadChunks SgHeadChunks;

SgHeadChunks *sg_head_chunks_new       (const char          *folder,
                                        SgHeadGate          *gate);
gboolean      sg_head_chunks_load      (SgHeadChunks        *self,
                                        GArray              *stored,
                                        SgHeadChunksDamage  *ret_damage,
                                        GError             **error);
gboolean      sg_head_chunks_write     (SgHeadChunks        *self,
                                        SgHeadClosed *const *closed,
                                        guint                n,
                                        guint64             *ret_places,
                                        GError             **error);
gboolean      sg_head_chunks_read      (SgHeadChunks        *self,
                                        guint64              place,
                                        SgWireWriter        *scratch,
                                        guint8              *ret_encoding,
                                        const guint8       **ret_data,
                                        gsize               *ret_length,
                                        GError             **error);
gboolean      sg_head_chunks_truncate  (SgHeadChunks        *self,
                                        SgTimeMs             min_t,
                                        GError             **error);
guint32       sg_head_chunks_next_file (SgHeadChunks        *self);
void          sg_head_chunks_release_late (SgHeadChunks     *self,
                                        guint32              before);
char         *sg_head_chunks_get_path  (SgHeadChunks        *self,
                                        guint32              file);
guint64       sg_head_chunks_get_size  (SgHeadChunks        *self);
void          sg_head_chunks_free      (SgHeadChunks        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHeadChunks, sg_head_chunks_free)

G_END_DECLS
