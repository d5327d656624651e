/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-series.h"

#include "tsdb/sg-tsdb-error.h"

/*
 * The series of a block, with what is deleted left out: a chunk of which all is deleted is gone, one of
 * which nothing is deleted stays as it is, and one of which a part is deleted is written anew. That
 * cannot be done with encodings that are not known here: such a chunk stays, and its tombstones with
 * it. Samples that are not within the times of the block, which should not be there, are left out.
 *
 * Each chunk is compared with its checksum when it is met, and again when the next series is asked for,
 * when all that was done with it is done: so a file that is cut meanwhile is found out.
 */

typedef struct
{
  SgChunkRef ref;
  SgChunkBytes bytes;
} Taken;

typedef struct
{
  SgChunkSeriesSet parent;
  SgBlock *block;
  SgTombstones *tombstones;
  SgPostings *all;
  guint32 next_symbol;
  SgLabels *labels;
  GArray *metas;
  GArray *taken;
  GArray *chunks;
  GArray *stones;
  GPtrArray *made;
} BlockSeries;

static void
block_series_free (SgChunkSeriesSet *set)
{
  BlockSeries *self = (BlockSeries *) set;

  sg_block_unref (self->block);
  sg_tombstones_unref (self->tombstones);
  sg_postings_free (self->all);
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_array_unref (self->metas);
  g_array_unref (self->taken);
  g_array_unref (self->chunks);
  g_array_unref (self->stones);
  g_ptr_array_unref (self->made);
  g_free (self);
}

static gboolean
block_series_next_symbol (SgChunkSeriesSet  *set,
                          const char       **ret_text,
                          gsize             *ret_length,
                          GError           **error)
{
  BlockSeries *self = (BlockSeries *) set;
  const SgIndexReader *index = sg_block_get_index (self->block);

  if (self->next_symbol == sg_index_reader_get_n_symbols (index))
    return FALSE;
  return sg_index_reader_get_symbol (index, self->next_symbol++, ret_text, ret_length, error);
}

static gboolean
check_taken (BlockSeries  *self,
             GError      **error)
{
  for (guint i = 0; i < self->taken->len; i++)
    {
      const Taken *taken = &g_array_index (self->taken, Taken, i);

      if (!sg_chunk_segments_check (sg_block_get_chunks (self->block), taken->ref, &taken->bytes,
                                    error))
        return FALSE;
    }
  g_array_set_size (self->taken, 0);
  return TRUE;
}

static gboolean
is_deleted (const SgTombstone *stones,
            guint              n,
            SgTimeMs           t)
{
  for (guint i = 0; i < n; i++)
    {
      if (stones[i].min_time <= t && t <= stones[i].max_time)
        return TRUE;
    }
  return FALSE;
}

/* Writes a chunk anew without the samples that are deleted or not within the block. */
static gboolean
rewrite_chunk (BlockSeries         *self,
               const SgChunkBytes  *bytes,
               const SgTombstone   *stones,
               guint                n_stones,
               GError             **error)
{
  g_auto (SgXorAppender) appender;
  g_autoptr (GError) problem = NULL;
  SgChunk chunk = { 0 };
  SgXorIter iter;
  SgTimeMs t;
  double value;

  sg_xor_appender_init (&appender);
  sg_xor_iter_init (&iter, bytes->data, bytes->length);
  while (sg_xor_iter_next (&iter, &t, &value, &problem))
    {
      if (t < sg_block_get_min_time (self->block) || t >= sg_block_get_max_time (self->block)
          || is_deleted (stones, n_stones, t))
        continue;
      chunk.min_time = appender.n_samples == 0 ? t : chunk.min_time;
      chunk.max_time = t;
      sg_xor_appender_append (&appender, t, value);
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (appender.n_samples == 0)
    return TRUE;
  chunk.bytes.encoding = SG_CHUNK_XOR;
  chunk.bytes.data = sg_xor_appender_steal (&appender, &chunk.bytes.length);
  g_ptr_array_add (self->made, (gpointer) chunk.bytes.data);
  g_array_append_val (self->chunks, chunk);
  return TRUE;
}

static gboolean
is_within_block (const BlockSeries *self,
                 const SgChunkMeta *meta)
{
  return meta->min_time >= sg_block_get_min_time (self->block)
         && meta->max_time < sg_block_get_max_time (self->block);
}

/* Keeps the part of a stone that is over a chunk. */
static void
keep_stone (BlockSeries       *self,
            const SgTombstone *stone,
            const SgChunkMeta *meta)
{
  SgTombstone kept = *stone;

  kept.min_time = MAX (kept.min_time, meta->min_time);
  kept.max_time = MIN (kept.max_time, meta->max_time);
  g_array_append_val (self->stones, kept);
}

static gboolean
take_chunk (BlockSeries        *self,
            const SgChunkMeta  *meta,
            const SgTombstone  *stones,
            guint               n_stones,
            GError            **error)
{
  const SgChunkSegments *segments = sg_block_get_chunks (self->block);
  Taken taken = { meta->ref };
  SgChunk chunk = { meta->min_time, meta->max_time };

  while (n_stones > 0 && stones->max_time < meta->min_time)
    {
      stones++;
      n_stones--;
    }
  while (n_stones > 0 && stones[n_stones - 1].min_time > meta->max_time)
    n_stones--;
  if (n_stones == 1 && stones->min_time <= meta->min_time && stones->max_time >= meta->max_time)
    return TRUE;
  if (!sg_chunk_segments_find (segments, meta->ref, &taken.bytes, error)
      || !sg_chunk_segments_check (segments, meta->ref, &taken.bytes, error))
    return FALSE;
  g_array_append_val (self->taken, taken);
  if (taken.bytes.encoding == SG_CHUNK_XOR && (n_stones > 0 || !is_within_block (self, meta)))
    return rewrite_chunk (self, &taken.bytes, stones, n_stones, error);
  chunk.bytes = taken.bytes;
  g_array_append_val (self->chunks, chunk);
  for (guint i = 0; i < n_stones; i++)
    keep_stone (self, &stones[i], meta);
  return TRUE;
}

static gboolean
take_labels (BlockSeries    *self,
             SgIndexSeries  *series,
             GError        **error)
{
  g_autoptr (SgLabels) last = g_steal_pointer (&self->labels);

  self->labels = sg_index_reader_read_labels (sg_block_get_index (self->block), series, error);
  if (self->labels == NULL)
    return FALSE;
  if (last == NULL || sg_labels_compare (last, self->labels) < 0)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "%s: a series is not after the one before it: the index is damaged",
               sg_block_get_folder (self->block));
  return FALSE;
}

static gboolean
take_series (BlockSeries  *self,
             SgSeriesRef   ref,
             GError      **error)
{
  const SgIndexReader *index = sg_block_get_index (self->block);
  SgIndexSeries series;
  const SgTombstone *stones;
  guint n_stones;

  g_array_set_size (self->chunks, 0);
  g_array_set_size (self->stones, 0);
  g_ptr_array_set_size (self->made, 0);
  if (!sg_index_reader_get_series (index, ref, &series, error)
      || !take_labels (self, &series, error)
      || !sg_index_reader_read_chunks (index, &series, self->metas, error))
    return FALSE;
  stones = sg_tombstones_find (self->tombstones, ref, &n_stones);
  for (guint i = 0; i < self->metas->len; i++)
    {
      if (!take_chunk (self, &g_array_index (self->metas, SgChunkMeta, i), stones, n_stones, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
block_series_next_series (SgChunkSeriesSet  *set,
                          SgChunkSeries     *ret_series,
                          GError           **error)
{
  BlockSeries *self = (BlockSeries *) set;
  SgSeriesRef ref;

  if (!check_taken (self, error))
    return FALSE;
  if (!sg_postings_next (self->all, &ref))
    {
      sg_index_reader_check_whole (sg_block_get_index (self->block), error);
      return FALSE;
    }
  if (!take_series (self, ref, error))
    return FALSE;
  ret_series->labels = self->labels;
  ret_series->chunks = (const SgChunk *) (gpointer) self->chunks->data;
  ret_series->n_chunks = self->chunks->len;
  ret_series->stones = (const SgTombstone *) (gpointer) self->stones->data;
  ret_series->n_stones = self->stones->len;
  return TRUE;
}

/**
 * sg_block_series_new:
 * @block: a block
 *
 * Returns: (transfer full) (nullable): its series, as they go into another block
 */
SgChunkSeriesSet *
sg_block_series_new (SgBlock  *block,
                     GError  **error)
{
  static const SgChunkSeriesSetClass klass = { block_series_next_symbol, block_series_next_series,
                                               block_series_free };
  SgPostings *all = sg_index_reader_get_all (sg_block_get_index (block), error);
  BlockSeries *self;

  if (all == NULL)
    return NULL;
  self = g_new0 (BlockSeries, 1);
  self->parent.klass = &klass;
  self->block = sg_block_ref (block);
  self->tombstones = sg_block_ref_tombstones (block);
  self->all = all;
  self->metas = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  self->taken = g_array_new (FALSE, FALSE, sizeof (Taken));
  self->chunks = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  self->stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  self->made = g_ptr_array_new_with_free_func (g_free);
  return &self->parent;
}
