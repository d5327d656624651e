/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block.h"

#include "tsdb/sg-tsdb-error.h"

/*
 * Reads all of a block: each symbol, series, postings list and chunk is there, matches its checksum,
 * and is what the rest of the block says that it is.
 */

typedef struct
{
  SgBlock *block;
  const SgIndexReader *index;
  SgBlockMeta *meta;
  GCancellable *cancellable;
  GArray *refs;
  GArray *chunks;
  SgTimeMs *times;
  double *values;
  guint64 n_labels;
  guint64 n_chunks;
  guint64 n_samples;
} Verification;

static gboolean
fail (const Verification  *self,
      GError             **error,
      const char          *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: %s",
               sg_block_get_folder (self->block), problem);
  return FALSE;
}

static gboolean
verify_symbols (Verification  *self,
                GError       **error)
{
  guint32 n = sg_index_reader_get_n_symbols (self->index);
  const char *last = NULL;
  gsize last_length = 0;

  for (guint32 i = 0; i < n; i++)
    {
      const char *text;
      gsize length;
      int order;

      if (!sg_index_reader_get_symbol (self->index, i, &text, &length, error))
        return FALSE;
      order = last == NULL ? -1 : memcmp (last, text, MIN (last_length, length));
      if (order > 0 || (order == 0 && last_length >= length))
        return fail (self, error, "the symbols of the index are not in order");
      last = text;
      last_length = length;
    }
  return TRUE;
}

static gboolean
verify_samples (Verification        *self,
                const SgChunkMeta   *meta,
                const SgChunkBytes  *chunk,
                GError             **error)
{
  guint n = sg_chunk_count (chunk);

  if (!sg_xor_chunk_decode (chunk->data, chunk->length, self->times, self->values, error))
    return FALSE;
  if (n == 0 || self->times[0] != meta->min_time || self->times[n - 1] != meta->max_time)
    return fail (self, error, "a chunk has other times than the index says");
  return TRUE;
}

static gboolean
verify_chunk (Verification       *self,
              const SgChunkMeta  *meta,
              GError            **error)
{
  const SgChunkSegments *segments = sg_block_get_chunks (self->block);
  SgChunkBytes chunk;

  if (!sg_chunk_segments_find (segments, meta->ref, &chunk, error)
      || !sg_chunk_segments_check (segments, meta->ref, &chunk, error))
    return FALSE;
  if (meta->min_time < self->meta->min_time || meta->max_time >= self->meta->max_time)
    return fail (self, error, "a chunk is not within the times of the block");
  self->n_chunks++;
  self->n_samples += sg_chunk_count (&chunk);
  return chunk.encoding != SG_CHUNK_XOR || verify_samples (self, meta, &chunk, error);
}

static gboolean
verify_chunks (Verification   *self,
               SgIndexSeries  *series,
               GError        **error)
{
  if (!sg_index_reader_read_chunks (self->index, series, self->chunks, error))
    return FALSE;
  for (guint i = 0; i < self->chunks->len; i++)
    {
      const SgChunkMeta *meta = &g_array_index (self->chunks, SgChunkMeta, i);

      if (i > 0 && meta->min_time <= meta[-1].max_time)
        return fail (self, error, "a chunk is not after the one before it");
      if (!verify_chunk (self, meta, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
verify_series (Verification  *self,
               GError       **error)
{
  g_autoptr (SgLabels) last = NULL;

  for (guint i = 0; i < self->refs->len; i++)
    {
      SgIndexSeries series;
      g_autoptr (SgLabels) labels = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
          || !sg_index_reader_get_series (self->index, g_array_index (self->refs, SgSeriesRef, i),
                                          &series, error))
        return FALSE;
      labels = sg_index_reader_read_labels (self->index, &series, error);
      if (labels == NULL || !verify_chunks (self, &series, error))
        return FALSE;
      if (last != NULL && sg_labels_compare (last, labels) >= 0)
        return fail (self, error, "a series is not after the one before it");
      self->n_labels += labels->n_labels;
      g_clear_pointer (&last, sg_labels_unref);
      last = g_steal_pointer (&labels);
    }
  return TRUE;
}

/* Each entry of a list is a series of the block. Returns: how many there are; -1 when one is not */
static gint64
count_known (Verification *self,
             SgPostings   *postings)
{
  g_autoptr (SgPostings) all = sg_postings_new_array (self->refs);
  gint64 n = 0;
  SgSeriesRef ref;
  SgSeriesRef found;

  for (; sg_postings_next (postings, &ref); n++)
    {
      if (!sg_postings_seek (all, ref, &found) || found != ref)
        return -1;
    }
  return n;
}

static gboolean
verify_list (Verification  *self,
             guint64        place,
             guint64       *n_entries,
             GError       **error)
{
  g_autoptr (SgPostings) postings = sg_index_reader_get_postings_at (self->index, place, error);
  gint64 n;

  if (postings == NULL)
    return FALSE;
  n = count_known (self, postings);
  if (n < 0 || (guint64) n != sg_postings_get_max_size (postings))
    return fail (self, error, "postings are not in order, or name a series that is not there");
  *n_entries += (guint64) n;
  return TRUE;
}

/* All lists together have as many entries as all series have labels. */
static gboolean
verify_postings (Verification  *self,
                 GError       **error)
{
  guint64 n_entries = 0;

  for (guint i = 0; i < sg_index_reader_get_n_names (self->index); i++)
    {
      g_autoptr (GError) problem = NULL;
      SgIndexValueIter iter;
      const char *value;
      gsize length;
      guint64 place;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      sg_index_value_iter_init (&iter, self->index, sg_index_reader_get_name (self->index, i));
      while (sg_index_value_iter_next (&iter, &value, &length, &place, &problem))
        {
          if (!verify_list (self, place, &n_entries, error))
            return FALSE;
        }
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
    }
  return n_entries == self->n_labels
         || fail (self, error, "the postings are not those of the series' labels");
}

static gboolean
verify_counts (Verification  *self,
               GError       **error)
{
  const SgBlockMeta *meta = self->meta;

  if (meta->n_series == self->refs->len && meta->n_chunks == self->n_chunks
      && meta->n_samples == self->n_samples)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "%s: %u series, %" G_GUINT64_FORMAT " chunks, %" G_GUINT64_FORMAT
               " samples, and meta.json says %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
               ", %" G_GUINT64_FORMAT,
               sg_block_get_folder (self->block), self->refs->len, self->n_chunks, self->n_samples,
               meta->n_series, meta->n_chunks, meta->n_samples);
  return FALSE;
}

static gboolean
verify_all (Verification  *self,
            GError       **error)
{
  SgPostings *all = sg_index_reader_get_all (self->index, error);

  if (all == NULL)
    return FALSE;
  self->refs = sg_postings_to_array (all);
  return verify_symbols (self, error) && verify_series (self, error)
         && verify_postings (self, error)
         && sg_index_reader_verify_label_indices (self->index, error) && verify_counts (self, error)
         && sg_index_reader_check_whole (self->index, error);
}

/**
 * sg_block_verify:
 * @self: a block
 *
 * Reads and compares everything. Damage is an error of %SG_TSDB_ERROR_CORRUPT.
 *
 * Returns: whether the block is sound
 */
gboolean
sg_block_verify (SgBlock       *self,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (self);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  g_autofree SgTimeMs *times = g_new (SgTimeMs, SG_XOR_CHUNK_MAX_SAMPLES);
  g_autofree double *values = g_new (double, SG_XOR_CHUNK_MAX_SAMPLES);
  Verification verification = {
    self, sg_block_get_index (self), meta, cancellable, NULL, chunks, times, values
  };
  gboolean ok = verify_all (&verification, error);

  g_clear_pointer (&verification.refs, g_array_unref);
  return ok;
}
