/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-chunk-segment.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-map.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * The folder chunks/ of a block:
 *
 *   segment = 0x85bd40dd:u32  version:1  zero:3  { chunk }
 *   chunk   = length of data:uvarint  encoding:1  data  crc:u32
 *
 * The checksum is over the encoding and the data. The files are 000001, 000002 and so on without a
 * gap, none over 512 MiB; in references the first is segment 0.
 */

#define SEGMENT_MAGIC   0x85bd40ddu
#define SEGMENT_VERSION 1
#define HEADER_LENGTH   8
#define CRC_LENGTH      4
#define LENGTH_MAX      5

struct _SgChunkSegments
{
  GPtrArray *maps;
  guint64 size;
};

static char *
segment_path (const char *folder,
              guint       number)
{
  g_autofree char *name = g_strdup_printf ("%06u", number);

  return g_build_filename (folder, name, NULL);
}

static gboolean
check_header (const SgMap  *map,
              GError      **error)
{
  const guint8 *data = sg_map_get_data (map);

  if (sg_map_get_length (map) < HEADER_LENGTH || sg_wire_get_u32 (data) != SEGMENT_MAGIC)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   "%s: byte 0: not a segment of chunks, which begins with 85bd40dd",
                   sg_map_get_path (map));
      return FALSE;
    }
  if (data[4] != SEGMENT_VERSION)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   "%s: byte 4: version %u of segments; only %d is known here",
                   sg_map_get_path (map), data[4], SEGMENT_VERSION);
      return FALSE;
    }
  return TRUE;
}

/* Returns: how many files with a number as their name there are; G_MAXUINT when it cannot be said */
static guint
count_segments (const char  *folder,
                GError     **error)
{
  GError *problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &problem);
  const char *name;
  guint n = 0;

  if (dir == NULL)
    {
      sg_tsdb_fail_file (error, problem);
      return G_MAXUINT;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    n += strspn (name, "0123456789") == strlen (name);
  return n;
}

/**
 * sg_chunk_segments_open:
 * @folder: the folder "chunks" of a block
 *
 * Returns: (transfer full) (nullable): its chunks
 */
SgChunkSegments *
sg_chunk_segments_open (const char  *folder,
                        GError     **error)
{
  g_autoptr (SgChunkSegments) self = g_new0 (SgChunkSegments, 1);
  guint n = count_segments (folder, error);

  if (n == G_MAXUINT)
    return NULL;
  self->maps = g_ptr_array_new_full (n, (GDestroyNotify) sg_map_unref);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = segment_path (folder, i + 1);
      SgMap *map = sg_map_new (path, error);

      if (map == NULL)
        return NULL;
      g_ptr_array_add (self->maps, map);
      self->size += sg_map_get_length (map);
      if (!check_header (map, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
sg_chunk_segments_free (SgChunkSegments *self)
{
  g_clear_pointer (&self->maps, g_ptr_array_unref);
  g_free (self);
}

/* Returns: how many bytes all segments have */
guint64
sg_chunk_segments_get_size (const SgChunkSegments *self)
{
  return self->size;
}

static gboolean
fail_at (GError      **error,
         const SgMap  *map,
         SgChunkRef    ref,
         const char   *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %u: %s",
               sg_map_get_path (map), (guint32) ref, problem);
  return FALSE;
}

/**
 * sg_chunk_segments_find:
 * @self: the chunks of a block
 * @ref: a chunk's reference
 * @ret_chunk: (out): the chunk, valid as long as @self
 *
 * Finds a chunk, and makes sure that all of it is within its file; not that it is what was written:
 * that is for sg_chunk_segments_check() to say, after the chunk was used.
 *
 * Returns: whether it is there
 */
gboolean
sg_chunk_segments_find (const SgChunkSegments  *self,
                        SgChunkRef              ref,
                        SgChunkBytes           *ret_chunk,
                        GError                **error)
{
  const SgMap *map;
  SgWireReader reader;
  guint64 length;
  guint8 encoding;
  const guint8 *data;

  if (ref >> 32 >= self->maps->len)
    {
      g_set_error (
          error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
          "a chunk in segment %06u is asked for, and there are %u: the index is damaged or "
          "belongs to another block",
          (guint) (ref >> 32) + 1, self->maps->len);
      return FALSE;
    }
  map = g_ptr_array_index (self->maps, ref >> 32);
  sg_wire_reader_init (&reader, sg_map_get_data (map), sg_map_get_length (map));
  if ((guint32) ref < HEADER_LENGTH || (guint32) ref > reader.length)
    return fail_at (error, map, ref, "no chunk can begin here: the index is damaged");
  reader.position = (guint32) ref;
  length = sg_wire_read_uvarint (&reader);
  encoding = sg_wire_read_u8 (&reader);
  data = sg_wire_read_bytes (&reader, length);
  if (sg_wire_reader_left (&reader) < CRC_LENGTH || reader.failed)
    return fail_at (error, map, ref, "a chunk reaches over the end: the file was cut");
  *ret_chunk = (SgChunkBytes) { encoding, data, length };
  return TRUE;
}

/**
 * sg_chunk_segments_check:
 * @self: the chunks of a block
 * @ref: a chunk's reference
 * @chunk: what was found there
 *
 * Returns: whether the checksum says that the chunk is as it was written
 */
gboolean
sg_chunk_segments_check (const SgChunkSegments  *self,
                         SgChunkRef              ref,
                         const SgChunkBytes     *chunk,
                         GError                **error)
{
  guint32 crc = sg_crc32c (0, chunk->data - 1, chunk->length + 1);

  if (crc == sg_wire_get_u32 (chunk->data + chunk->length))
    return TRUE;
  return fail_at (error, g_ptr_array_index (self->maps, ref >> 32), ref,
                  "a chunk does not match its checksum: the file is damaged");
}

struct _SgChunkSegmentWriter
{
  char *folder;
  guint64 max_length;
  guint n_segments;
  SgFileWriter *file;
};

/**
 * sg_chunk_segment_writer_new:
 * @folder: the folder to make
 * @max_length: how long a segment may get, usually %SG_CHUNK_SEGMENT_MAX_LENGTH
 *
 * Returns: (transfer full) (nullable): a writer
 */
SgChunkSegmentWriter *
sg_chunk_segment_writer_new (const char  *folder,
                             guint64      max_length,
                             GError     **error)
{
  SgChunkSegmentWriter *self;

  if (!sg_folder_create (folder, error))
    return NULL;
  self = g_new0 (SgChunkSegmentWriter, 1);
  self->folder = g_strdup (folder);
  self->max_length = MIN (max_length, G_MAXUINT32);
  return self;
}

static gboolean
close_segment (SgChunkSegmentWriter  *self,
               GError               **error)
{
  g_autoptr (SgFileWriter) file = g_steal_pointer (&self->file);

  return file == NULL || sg_file_writer_close (file, error);
}

static gboolean
cut (SgChunkSegmentWriter  *self,
     GError               **error)
{
  g_autofree char *path = segment_path (self->folder, self->n_segments + 1);
  guint8 header[HEADER_LENGTH] = { 0 };

  if (!close_segment (self, error))
    return FALSE;
  self->file = sg_file_writer_new (path, error);
  if (self->file == NULL)
    return FALSE;
  self->n_segments++;
  sg_wire_set_u32 (header, SEGMENT_MAGIC);
  header[4] = SEGMENT_VERSION;
  return sg_file_writer_put (self->file, header, sizeof header, error);
}

static gboolean
has_room (SgChunkSegmentWriter *self,
          gsize                 length)
{
  guint64 position = sg_file_writer_tell (self->file);

  return position == HEADER_LENGTH
         || position + LENGTH_MAX + 1 + length + CRC_LENGTH <= self->max_length;
}

/**
 * sg_chunk_segment_writer_put:
 * @self: a writer
 * @chunk: a chunk, of any encoding
 * @ret_ref: (out): where it is
 *
 * Returns: whether it was written
 */
gboolean
sg_chunk_segment_writer_put (SgChunkSegmentWriter  *self,
                             const SgChunkBytes    *chunk,
                             SgChunkRef            *ret_ref,
                             GError               **error)
{
  guint8 head[SG_UVARINT_MAX_LENGTH + 1];
  guint8 crc[CRC_LENGTH];
  gsize n;
  guint64 position;

  if (chunk->length > SG_CHUNK_SEGMENT_MAX_LENGTH / 2)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
                   "%s: a chunk of %zu bytes; more than %d cannot be stored", self->folder,
                   chunk->length, SG_CHUNK_SEGMENT_MAX_LENGTH / 2);
      return FALSE;
    }
  if ((self->file == NULL || !has_room (self, chunk->length)) && !cut (self, error))
    return FALSE;
  position = sg_file_writer_tell (self->file);
  n = sg_wire_set_uvarint (head, chunk->length);
  head[n++] = chunk->encoding;
  sg_wire_set_u32 (crc, sg_crc32c (sg_crc32c (0, &chunk->encoding, 1), chunk->data, chunk->length));
  if (!sg_file_writer_put (self->file, head, n, error)
      || !sg_file_writer_put (self->file, chunk->data, chunk->length, error)
      || !sg_file_writer_put (self->file, crc, sizeof crc, error))
    return FALSE;
  *ret_ref = (SgChunkRef) (self->n_segments - 1) << 32 | position;
  return TRUE;
}

/* Returns: whether all chunks are on the disk */
gboolean
sg_chunk_segment_writer_close (SgChunkSegmentWriter  *self,
                               GError               **error)
{
  return close_segment (self, error) && sg_folder_sync (self->folder, error);
}

void
sg_chunk_segment_writer_free (SgChunkSegmentWriter *self)
{
  g_clear_pointer (&self->file, sg_file_writer_free);
  g_free (self->folder);
  g_free (self);
}
