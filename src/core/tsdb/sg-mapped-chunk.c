/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-mapped-chunk.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * A file of the folder chunks_head:
 *
 *   file  = 0x0130bc91:u32  version:1  zero:3  { chunk }  { zero }
 *   chunk = series:u64  first time:u64  last time:u64  encoding:1  length of data:uvarint  data
 *           crc:u32
 *
 * The checksum is over all of the chunk before it. The files are 000001, 000002 and so on, none over
 * 128 MiB; other writers make them long at once, so that zeros follow the last chunk. No series has
 * the number 0: a chunk of series 0 with times of 0 is the end.
 */

#define FILE_MAGIC   0x0130bc91u
#define FILE_VERSION 1
#define TIMES_LENGTH (8 + 8 + 8)

void
sg_mapped_chunks_put_header (SgWireWriter *out)
{
  sg_wire_put_u32 (out, FILE_MAGIC);
  sg_wire_put_u32 (out, (guint32) FILE_VERSION << 24);
}

static gboolean
fail_at (GError     **error,
         gsize        position,
         const char  *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "byte %zu: %s", position, problem);
  return FALSE;
}

/* Errors name the byte, not the file: the caller prefixes that. */
gboolean
sg_mapped_chunks_check_header (const guint8  *data,
                               gsize          length,
                               GError       **error)
{
  if (length < SG_MAPPED_CHUNKS_HEADER_LENGTH || sg_wire_get_u32 (data) != FILE_MAGIC)
    return fail_at (error, 0, "not a file of head chunks, which begins with 0130bc91");
  if (data[4] != FILE_VERSION)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   "byte 4: version %u of head chunks; only %d is known here", data[4],
                   FILE_VERSION);
      return FALSE;
    }
  return TRUE;
}

void
sg_mapped_chunk_put (SgWireWriter        *out,
                     const SgMappedChunk *chunk)
{
  gsize start = out->length;

  sg_wire_put_u64 (out, chunk->series_ref);
  sg_wire_put_u64 (out, (guint64) chunk->min_time);
  sg_wire_put_u64 (out, (guint64) chunk->max_time);
  sg_wire_put_u8 (out, chunk->chunk.encoding | (chunk->out_of_order ? SG_CHUNK_OUT_OF_ORDER : 0));
  sg_wire_put_uvarint (out, chunk->chunk.length);
  sg_wire_put_bytes (out, chunk->chunk.data, chunk->chunk.length);
  sg_wire_put_u32 (out, sg_crc32c (0, out->data + start, out->length - start));
}

/* Whether nothing but zeros is left: at most so many bytes as a chunk without data has are looked at. */
static gboolean
is_end (const guint8 *data,
        gsize         left)
{
  for (gsize i = 0; i < MIN (left, TIMES_LENGTH); i++)
    {
      if (data[i] != 0)
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_mapped_chunk_skip:
 * @data: a file of head chunks
 * @length: how many bytes it has
 * @position: (inout): where a damaged chunk begins; after success, where the next one does
 *
 * Passes over a damaged chunk by its length, which can be right although its checksum does not fit: it is
 * when there is a good chunk, or the end, behind it.
 *
 * Returns: whether that is so
 */
gboolean
sg_mapped_chunk_skip (const guint8 *data,
                      gsize         length,
                      gsize        *position)
{
  g_autoptr (GError) problem = NULL;
  SgMappedChunk next;
  SgWireReader reader;
  gsize place;

  sg_wire_reader_init (&reader, data, length);
  reader.position = MIN (*position, length);
  sg_wire_read_bytes (&reader, TIMES_LENGTH + 1);
  sg_wire_read_bytes (&reader, sg_wire_read_uvarint (&reader));
  sg_wire_read_u32 (&reader);
  place = reader.position;
  if (reader.failed
      || (!sg_mapped_chunk_read (data, length, &place, &next, &problem) && problem != NULL))
    return FALSE;
  *position = reader.position;
  return TRUE;
}

/**
 * sg_mapped_chunk_read:
 * @data: a file of head chunks
 * @length: how many bytes it has
 * @position: (inout): where the chunk begins; after success, where the next one does
 * @ret_chunk: (out): the chunk, in @data
 * @error: set when there is a damaged chunk; not set at the end
 *
 * Reads the chunk at a position and compares its checksum. Errors name the byte, not the file.
 *
 * Returns: whether there was one; when not, @position is where the file ends or is damaged
 */
gboolean
sg_mapped_chunk_read (const guint8   *data,
                      gsize           length,
                      gsize          *position,
                      SgMappedChunk  *ret_chunk,
                      GError        **error)
{
  SgMappedChunk chunk;
  SgWireReader reader;
  gsize end;

  sg_wire_reader_init (&reader, data, length);
  reader.position = MIN (*position, length);
  if (is_end (data + reader.position, length - reader.position))
    return FALSE;
  chunk.series_ref = sg_wire_read_u64 (&reader);
  chunk.min_time = (SgTimeMs) sg_wire_read_u64 (&reader);
  chunk.max_time = (SgTimeMs) sg_wire_read_u64 (&reader);
  chunk.chunk.encoding = sg_wire_read_u8 (&reader);
  chunk.chunk.length = sg_wire_read_uvarint (&reader);
  chunk.chunk.data = sg_wire_read_bytes (&reader, chunk.chunk.length);
  end = reader.position;
  if (sg_wire_read_u32 (&reader) != sg_crc32c (0, data + *position, end - *position)
      || reader.failed)
    return fail_at (error, *position,
                    reader.failed ? "a chunk reaches over the end: the file was cut"
                                  : "a chunk does not match its checksum: the file is damaged");
  chunk.out_of_order = (chunk.chunk.encoding & SG_CHUNK_OUT_OF_ORDER) != 0;
  chunk.chunk.encoding &= (guint8) ~SG_CHUNK_OUT_OF_ORDER;
  *position = reader.position;
  *ret_chunk = chunk;
  return TRUE;
}
