/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-verify.h"

#include "tsdb/sg-mapped-chunk.h"
#include "tsdb/sg-store-lock.h"
#include "tsdb/sg-text-output.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-record.h"
#include "tsdb/sg-wal-segments.h"

/*
 * Reads every byte of a data directory that a checksum covers, and says for each part of it in one line
 * whether it is sound: the blocks, the full chunks of the head, the log with its checkpoint, the log of
 * samples out of order. Nothing is changed, so that a directory that somebody writes to can be looked
 * at as well; what its writer is in the middle of writing is no damage.
 */
#define MAX_TRIES 3

typedef struct
{
  const char *folder;
  SgTextOutput *out;
  SgTsdbProgress progress;
  gpointer progress_data;
  GCancellable *cancellable;
  char *writer;
  guint64 total;
  guint64 done;
  guint n_sound;
  guint n_damaged;
} Verification;

/* What a log has, by what its records say. */
typedef struct
{
  guint64 n_records;
  guint64 n_unknown;
  GArray *series;
  GArray *samples;
  GArray *tombstones;
  GArray *exemplars;
  GArray *markers;
  GArray *metadata;
} Records;

static void
tell_progress (Verification *self,
               guint64       more)
{
  if (self->progress != NULL)
    self->progress (MIN (self->done + more, self->total), self->total, self->progress_data);
}

static void
end_part (Verification *self,
          guint64       bytes)
{
  self->done += bytes;
  tell_progress (self, 0);
}

G_GNUC_PRINTF (3, 4)
static void
tell_sound (Verification *self,
            const char   *part,
            const char   *format,
            ...)
{
  va_list args;

  self->n_sound++;
  g_string_append_printf (self->out->text, "sound    %s: ", part);
  va_start (args, format);
  g_string_append_vprintf (self->out->text, format, args);
  va_end (args);
  g_string_append_c (self->out->text, '\n');
}

static void
tell_damaged (Verification *self,
              const char   *part,
              const GError *damage)
{
  self->n_damaged++;
  g_string_append_printf (self->out->text, "damaged  %s: %s\n", part, damage->message);
}

/* Whether @damage is one, or why no more can be said. */
static gboolean
take_damage (Verification  *self,
             const char    *part,
             GError        *damage,
             GError       **error)
{
  if (g_error_matches (damage, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, damage);
      return FALSE;
    }
  tell_damaged (self, part, damage);
  g_error_free (damage);
  return TRUE;
}

static gboolean
verify_block (Verification  *self,
              SgBlock       *block,
              GError       **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);
  g_autofree char *name = g_path_get_basename (sg_block_get_folder (block));
  GError *damage = NULL;

  if (!sg_block_verify (block, self->cancellable, &damage))
    return take_damage (self, name, damage, error);
  tell_sound (self, name,
              "%" G_GUINT64_FORMAT " series, %" G_GUINT64_FORMAT " chunks, %" G_GUINT64_FORMAT
              " samples",
              meta->n_series, meta->n_chunks, meta->n_samples);
  end_part (self, sg_block_get_size (block));
  return sg_text_output_flush (self->out, error);
}

static gboolean
verify_blocks (Verification  *self,
               GPtrArray     *blocks,
               GPtrArray     *troubles,
               GError       **error)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      if (!verify_block (self, blocks->pdata[i], error))
        return FALSE;
    }
  for (guint i = 0; i < troubles->len; i++)
    {
      self->n_damaged++;
      g_string_append_printf (self->out->text, "damaged  %s\n", (char *) troubles->pdata[i]);
    }
  return TRUE;
}

static gboolean
fail_chunk (const SgMap  *map,
            gsize         position,
            const char   *problem,
            GError      **error)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %" G_GSIZE_FORMAT ": %s",
               sg_map_get_path (map), position, problem);
  return FALSE;
}

/* A chunk is not before the one of the same series that was written before it. */
static gboolean
check_chunk (const SgMap          *map,
             gsize                 position,
             const SgMappedChunk  *chunk,
             GHashTable           *ends,
             GError              **error)
{
  g_autofree SgTimeMs *times = NULL;
  g_autofree double *values = NULL;
  guint n = sg_chunk_count (&chunk->chunk);
  SgTimeMs *end = g_hash_table_lookup (ends, &chunk->series_ref);

  if (chunk->chunk.encoding == SG_CHUNK_XOR)
    {
      times = g_new (SgTimeMs, n);
      values = g_new (double, n);
      if (!sg_xor_chunk_decode (chunk->chunk.data, chunk->chunk.length, times, values, error))
        {
          g_prefix_error (error, "%s: byte %" G_GSIZE_FORMAT ": ", sg_map_get_path (map), position);
          return FALSE;
        }
      if (n == 0 || times[0] != chunk->min_time || times[n - 1] != chunk->max_time)
        return fail_chunk (map, position, "a chunk has other times than its head says", error);
    }
  if (chunk->out_of_order)
    return TRUE;
  if (end != NULL && *end >= chunk->min_time)
    return fail_chunk (map, position, "a chunk is not after the one before it of its series",
                       error);
  g_hash_table_insert (ends, g_memdup2 (&chunk->series_ref, sizeof chunk->series_ref),
                       g_memdup2 (&chunk->max_time, sizeof chunk->max_time));
  return TRUE;
}

static gboolean
verify_chunk_file (const char  *path,
                   GHashTable  *ends,
                   guint64     *n_chunks,
                   GError     **error)
{
  g_autoptr (SgMap) map = sg_map_new (path, error);
  gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
  const guint8 *data;
  SgMappedChunk chunk;
  GError *problem = NULL;
  gsize length;

  if (map == NULL)
    return FALSE;
  data = sg_map_get_data (map);
  length = sg_map_get_length (map);
  if (length == 0)
    return TRUE;
  if (!sg_mapped_chunks_check_header (data, length, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  for (gsize begin = position; sg_mapped_chunk_read (data, length, &position, &chunk, &problem);
       begin = position)
    {
      if (!check_chunk (map, begin, &chunk, ends, error))
        return FALSE;
      *n_chunks += 1;
    }
  if (problem != NULL)
    {
      g_propagate_prefixed_error (error, problem, "%s: ", path);
      return FALSE;
    }
  for (; position < length; position++)
    {
      if (data[position] != 0)
        return fail_chunk (map, position, "there is something behind the last chunk", error);
    }
  return !sg_map_is_faulted (map)
         || fail_chunk (map, length, "the file was cut, or its disk fails", error);
}

static gboolean
verify_chunks (Verification  *self,
               GError       **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "chunks_head", NULL);
  g_autoptr (GPtrArray) files = sg_wal_list_segments (folder, error);
  g_autoptr (GHashTable) ends = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  guint64 n_chunks = 0;

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const SgWalSegment *file = files->pdata[i];
      GError *damage = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!verify_chunk_file (file->path, ends, &n_chunks, &damage))
        {
          gboolean in_work = self->writer != NULL && i + 1 == files->len;

          if (!in_work)
            return take_damage (self, "chunks_head", damage, error);
          g_error_free (damage);
        }
      end_part (self, file->size);
    }
  if (files->len > 0)
    tell_sound (self, "chunks_head", "%u files, %" G_GUINT64_FORMAT " chunks", files->len,
                n_chunks);
  return sg_text_output_flush (self->out, error);
}

static void
records_init (Records *self)
{
  *self = (Records) { 0 };
  self->series = sg_wal_series_array_new ();
  self->samples = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  self->tombstones = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  self->exemplars = sg_wal_exemplars_array_new ();
  self->markers = g_array_new (FALSE, FALSE, sizeof (SgWalMmapMarker));
  self->metadata = sg_wal_metadata_array_new ();
}

static void
records_clear (Records *self)
{
  g_array_unref (self->series);
  g_array_unref (self->samples);
  g_array_unref (self->tombstones);
  g_array_unref (self->exemplars);
  g_array_unref (self->markers);
  g_array_unref (self->metadata);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Records, records_clear)

static gboolean
decode_record (Records       *self,
               const guint8  *record,
               gsize          length,
               GError       **error)
{
  gboolean good = TRUE;

  switch (length > 0 ? record[0] : 0)
    {
    case SG_WAL_SERIES:
      good = sg_wal_decode_series (record, length, self->series, error);
      g_array_set_size (self->series, 0);
      break;
    case SG_WAL_SAMPLES:
      good = sg_wal_decode_samples (record, length, self->samples, error);
      g_array_set_size (self->samples, 0);
      break;
    case SG_WAL_TOMBSTONES:
      good = sg_wal_decode_tombstones (record, length, self->tombstones, error);
      g_array_set_size (self->tombstones, 0);
      break;
    case SG_WAL_EXEMPLARS:
      good = sg_wal_decode_exemplars (record, length, self->exemplars, error);
      g_array_set_size (self->exemplars, 0);
      break;
    case SG_WAL_MMAP_MARKERS:
      good = sg_wal_decode_mmap_markers (record, length, self->markers, error);
      g_array_set_size (self->markers, 0);
      break;
    case SG_WAL_METADATA:
      good = sg_wal_decode_metadata (record, length, self->metadata, error);
      g_array_set_size (self->metadata, 0);
      break;
    default:
      self->n_unknown++;
      break;
    }
  self->n_records++;
  return good;
}

/* Reads one folder of segments. Returns: whether all of it is sound, but for what is being written */
static gboolean
read_records (Verification  *self,
              const char    *folder,
              guint64        first,
              Records       *records,
              GError       **error)
{
  g_autoptr (SgWalReader) reader = sg_wal_reader_new (folder, first, G_MAXUINT64, error);
  g_autoptr (GError) damage = NULL;
  const guint8 *record;
  gsize length;

  if (reader == NULL)
    return FALSE;
  while (sg_wal_reader_next (reader, &record, &length, &damage))
    {
      g_autoptr (GError) reason = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!decode_record (records, record, length, &reason))
        return sg_wal_reader_reject (reader, reason, error);
      if (records->n_records % 256 == 0)
        tell_progress (self, sg_wal_reader_get_bytes_read (reader));
    }
  records->n_unknown += sg_wal_reader_get_n_unreadable (reader);
  records->n_records += sg_wal_reader_get_n_unreadable (reader);
  end_part (self, sg_wal_reader_get_bytes_total (reader));
  if (damage == NULL
      || (sg_wal_reader_get_damage (reader) == SG_WAL_DAMAGE_TORN && self->writer != NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&damage));
  return FALSE;
}

static void
tell_log (Verification  *self,
          const char    *name,
          const Records *records)
{
  if (records->n_unknown > 0)
    tell_sound (self, name,
                "%" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT
                " of them of kinds that are not known here",
                records->n_records, records->n_unknown);
  else
    tell_sound (self, name, "%" G_GUINT64_FORMAT " records", records->n_records);
}

/* Reads the checkpoint and the segments behind it; what was damaged is in @error. */
static gboolean
read_log (Verification  *self,
          const char    *folder,
          Records       *records,
          gboolean      *ret_is_there,
          GError       **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);
  g_autofree char *checkpoint = NULL;
  guint64 first = 0;

  *ret_is_there = FALSE;
  if (segments == NULL || !sg_wal_find_checkpoint (folder, &checkpoint, &first, error))
    return FALSE;
  *ret_is_there = segments->len > 0 || checkpoint != NULL;
  if (checkpoint != NULL && !read_records (self, checkpoint, 0, records, error))
    return FALSE;
  if (checkpoint != NULL)
    first++;
  else if (segments->len > 0)
    first = ((const SgWalSegment *) segments->pdata[0])->index;
  return !*ret_is_there || read_records (self, folder, first, records, error);
}

/* A writer deletes what it needs no more while it is read: what is damaged is looked at again then. */
static gboolean
verify_log (Verification  *self,
            const char    *name,
            GError       **error)
{
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  guint tries = self->writer != NULL ? MAX_TRIES : 1;
  g_autoptr (GError) damage = NULL;
  gboolean is_there = FALSE;

  for (guint i = 0; i < tries; i++)
    {
      guint64 done = self->done;
      g_auto (Records) records;

      records_init (&records);
      g_clear_error (&damage);
      if (read_log (self, folder, &records, &is_there, &damage))
        {
          if (is_there)
            tell_log (self, name, &records);
          return sg_text_output_flush (self->out, error);
        }
      if (g_error_matches (damage, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        break;
      self->done = done;
    }
  return take_damage (self, name, g_steal_pointer (&damage), error);
}

static guint64
folder_bytes (const char *folder,
              const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (path, NULL);
  guint64 bytes = 0;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    bytes += ((const SgWalSegment *) segments->pdata[i])->size;
  return bytes;
}

/* Sets how much there is to read, and who writes meanwhile. */
static void
look_around (Verification *self,
             GPtrArray    *blocks)
{
  g_autofree char *wal = g_build_filename (self->folder, "wal", NULL);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (wal, NULL);
  const SgWalSegment *newest = NULL;

  if (segments != NULL && segments->len > 0)
    newest = segments->pdata[segments->len - 1];
  self->writer = sg_store_lock_find_holder (self->folder, newest != NULL ? newest->path : NULL);
  for (guint i = 0; i < blocks->len; i++)
    self->total += sg_block_get_size (blocks->pdata[i]);
  self->total += folder_bytes (self->folder, "chunks_head") + folder_bytes (self->folder, "wal")
                 + folder_bytes (self->folder, "wbl");
}

static gboolean
verify_all (Verification  *self,
            GPtrArray     *blocks,
            GPtrArray     *troubles,
            GError       **error)
{
  look_around (self, blocks);
  if (self->writer != NULL)
    g_string_append_printf (self->out->text, "note     %s writes to it meanwhile\n", self->writer);
  if (!verify_blocks (self, blocks, troubles, error) || !verify_chunks (self, error)
      || !verify_log (self, "wal", error) || !verify_log (self, "wbl", error))
    return FALSE;
  g_string_append_printf (self->out->text, "%u sound, %u damaged\n", self->n_sound,
                          self->n_damaged);
  return sg_text_output_flush (self->out, error);
}

/**
 * sg_tsdb_verify:
 * @folder: a data directory
 * @out: where the text goes, a line for each part
 * @progress: (nullable) (scope call): is told how many bytes were read
 * @progress_data: for @progress
 * @ret_n_damaged: (out): how many parts are damaged
 * @cancellable: (nullable): ends it
 * @error: why it could not be told
 *
 * Returns: whether everything was looked at
 */
gboolean
sg_tsdb_verify (const char      *folder,
                GOutputStream   *out,
                SgTsdbProgress   progress,
                gpointer         progress_data,
                guint           *ret_n_damaged,
                GCancellable    *cancellable,
                GError         **error)
{
  g_autoptr (GPtrArray) troubles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) blocks = sg_tsdb_open_blocks (folder, troubles, error);
  g_auto (SgTextOutput) text = { 0 };
  Verification self = { .folder = folder,
                        .out = &text,
                        .progress = progress,
                        .progress_data = progress_data,
                        .cancellable = cancellable };
  gboolean told;

  sg_text_output_init (&text, out, cancellable);
  if (blocks == NULL)
    return FALSE;
  told = verify_all (&self, blocks, troubles, error);
  g_free (self.writer);
  if (told)
    *ret_n_damaged = self.n_damaged;
  return told;
}
