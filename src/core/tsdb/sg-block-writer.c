/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-writer.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-index-writer.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * A block is a folder of the name of its ULID:
 *
 *   meta.json   what it is                          sg-block-meta.c
 *   index       series and where their chunks are   sg-index-format.h
 *   chunks/     the chunks                          sg-chunk-segment.c
 *   tombstones  what is deleted from it             sg-tombstones.c
 *
 * It is made in <ULID>.tmp-for-creation. When all files are on the disk, and the names in the folder
 * are, the folder is renamed; so a block that can be seen is whole.
 */

typedef struct
{
  const char *path;
  SgBlockMeta *meta;
  SgChunkSegmentWriter *chunks;
  SgIndexWriter *index;
  GArray *chunk_metas;
  GArray *stones;
} Writer;

static gboolean
open_files (Writer  *self,
            GError **error)
{
  g_autofree char *chunks = g_build_filename (self->path, "chunks", NULL);
  g_autofree char *index = g_build_filename (self->path, "index", NULL);

  self->chunks = sg_chunk_segment_writer_new (chunks, SG_CHUNK_SEGMENT_MAX_LENGTH, error);
  if (self->chunks == NULL)
    return FALSE;
  self->index = sg_index_writer_new (index, error);
  return self->index != NULL;
}

static gboolean
write_symbols (Writer            *self,
               SgChunkSeriesSet  *set,
               GError           **error)
{
  g_autoptr (GError) problem = NULL;
  const char *text;
  gsize length;

  while (sg_chunk_series_set_next_symbol (set, &text, &length, &problem))
    {
      if (!sg_index_writer_add_symbol (self->index, text, length, error))
        return FALSE;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
write_chunk (Writer         *self,
             const SgChunk  *chunk,
             GError        **error)
{
  SgChunkMeta meta = { 0, chunk->min_time, chunk->max_time };

  if (chunk->min_time < self->meta->min_time || chunk->max_time >= self->meta->max_time)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID,
                   "%s: a chunk from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                   " is not within the block",
                   self->path, chunk->min_time, chunk->max_time);
      return FALSE;
    }
  if (!sg_chunk_segment_writer_put (self->chunks, &chunk->bytes, &meta.ref, error))
    return FALSE;
  g_array_append_val (self->chunk_metas, meta);
  self->meta->n_chunks++;
  self->meta->n_samples += sg_chunk_count (&chunk->bytes);
  return TRUE;
}

static gboolean
write_one_series (Writer               *self,
                  const SgChunkSeries  *series,
                  GError              **error)
{
  SgSeriesRef ref;

  g_array_set_size (self->chunk_metas, 0);
  for (gsize i = 0; i < series->n_chunks; i++)
    {
      if (!write_chunk (self, &series->chunks[i], error))
        return FALSE;
    }
  if (!sg_index_writer_add_series (self->index, series->labels,
                                   (const SgChunkMeta *) (gpointer) self->chunk_metas->data,
                                   self->chunk_metas->len, &ref, error))
    return FALSE;
  self->meta->n_series++;
  for (gsize i = 0; i < series->n_stones; i++)
    {
      SgTombstone stone = series->stones[i];

      stone.series_ref = ref;
      g_array_append_val (self->stones, stone);
    }
  return TRUE;
}

static gboolean
write_series (Writer            *self,
              SgChunkSeriesSet  *set,
              GCancellable      *cancellable,
              GError           **error)
{
  g_autoptr (GError) problem = NULL;
  SgChunkSeries series;

  while (sg_chunk_series_set_next_series (set, &series, &problem))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || (series.n_chunks > 0 && !write_one_series (self, &series, error)))
        return FALSE;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
write_rest (Writer  *self,
            GError **error)
{
  g_autoptr (SgTombstones) tombstones = sg_tombstones_new (g_array_ref (self->stones));

  self->meta->n_tombstones = sg_tombstones_get_count (tombstones);
  return sg_block_meta_write (self->meta, self->path, error)
         && sg_tombstones_write (tombstones, self->path, error)
         && sg_folder_sync (self->path, error);
}

/* Fills the folder of a block. Returns: whether all of it is on the disk */
static gboolean
write_folder (Writer            *self,
              SgChunkSeriesSet  *set,
              GCancellable      *cancellable,
              GError           **error)
{
  gboolean ok = open_files (self, error) && write_symbols (self, set, error)
                && write_series (self, set, cancellable, error)
                && sg_chunk_segment_writer_close (self->chunks, error)
                && sg_index_writer_close (self->index, error) && write_rest (self, error);

  g_clear_pointer (&self->chunks, sg_chunk_segment_writer_free);
  g_clear_pointer (&self->index, sg_index_writer_free);
  return ok;
}

/**
 * sg_block_write:
 * @folder: where blocks are
 * @set: what shall be in the block
 * @meta: (inout): what to say of it: name, times and compaction; the counts are set here
 *
 * Writes a block so that it is there as a whole, on the disk and under its name, or not at all. One
 * without samples is not written.
 *
 * Returns: whether nothing went wrong; the block is there if @meta says that it has samples
 */
gboolean
sg_block_write (const char        *folder,
                SgChunkSeriesSet  *set,
                SgBlockMeta       *meta,
                GCancellable      *cancellable,
                GError           **error)
{
  char name[SG_ULID_LENGTH + 1];
  g_autofree char *path = NULL;
  g_autofree char *being_made = NULL;
  g_autoptr (GArray) chunk_metas = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  Writer writer = { NULL, meta, NULL, NULL, chunk_metas, stones };

  sg_ulid_print (&meta->ulid, name);
  path = g_build_filename (folder, name, NULL);
  writer.path = being_made = g_strconcat (path, SG_BLOCK_BEING_MADE, NULL);
  meta->n_samples = meta->n_series = meta->n_chunks = 0;
  if (!sg_folder_remove (being_made, error) || !sg_folder_create (being_made, error))
    return FALSE;
  if (write_folder (&writer, set, cancellable, error))
    {
      if (meta->n_samples == 0)
        return sg_folder_remove (being_made, error);
      if (sg_folder_rename (being_made, path, error))
        return TRUE;
    }
  sg_folder_remove (being_made, NULL);
  return FALSE;
}
