/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block.h"

#include "tsdb/sg-tsdb-error.h"

/*
 * Reads all of a block: each symbol, series, postings list and chunk is there, matches its checksum,
 * and is what the rest of the block says that it is. What is damaged is noted, and the rest is looked at
 * all the same; only what is counted over the whole block is not compared any more, since it follows
 * from the damage that it does not fit.
 */

typedef struct
{
  SgBlock *block;
  const SgIndexReader *index;
  SgBlockMeta *meta;
  GCancellable *cancellable;
  SgDamageList *damage;
  GArray *refs;
  GArray *chunks;
  SgTimeMs *times;
  double *values;
  guint64 n_labels;
  guint64 n_chunks;
  guint64 n_samples;
} Verification;

static void
note (Verification *self,
      const char   *problem)
{
  sg_damage_list_take (self->damage, g_error_new (SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: %s",
                                                  sg_block_get_folder (self->block), problem));
}

static gboolean
is_sound (const Verification *self)
{
  return self->damage->errors->len == 0;
}

static void
verify_symbols (Verification *self)
{
  guint32 n = sg_index_reader_get_n_symbols (self->index);
  const char *last = NULL;
  gsize last_length = 0;

  for (guint32 i = 0; i < n; i++)
    {
      GError *damage = NULL;
      const char *text;
      gsize length;
      int order;

      if (!sg_index_reader_get_symbol (self->index, i, &text, &length, &damage))
        {
          sg_damage_list_take (self->damage, damage);
          return;
        }
      order = last == NULL ? -1 : memcmp (last, text, MIN (last_length, length));
      if (order > 0 || (order == 0 && last_length >= length))
        {
          note (self, "the symbols of the index are not in order");
          return;
        }
      last = text;
      last_length = length;
    }
}

static gboolean
fail_chunk (const Verification  *self,
            const SgChunkMeta   *meta,
            GError             **error,
            const char          *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
               "%s/chunks/%06u: byte %" G_GUINT64_FORMAT ": %s", sg_block_get_folder (self->block),
               (guint) (meta->ref >> 32) + 1, meta->ref & G_MAXUINT32, problem);
  return FALSE;
}

static gboolean
verify_samples (Verification        *self,
                const SgChunkMeta   *meta,
                const SgChunkBytes  *chunk,
                GError             **error)
{
  guint n = sg_chunk_count (chunk);
  g_autoptr (GError) problem = NULL;

  if (!sg_xor_chunk_decode (chunk->data, chunk->length, self->times, self->values, &problem))
    return fail_chunk (self, meta, error, problem->message);
  if (n == 0 || self->times[0] != meta->min_time || self->times[n - 1] != meta->max_time)
    return fail_chunk (self, meta, error, "a chunk has other times than the index says");
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
    return fail_chunk (self, meta, error, "a chunk is not within the times of the block");
  self->n_chunks++;
  self->n_samples += sg_chunk_count (&chunk);
  return chunk.encoding != SG_CHUNK_XOR || verify_samples (self, meta, &chunk, error);
}

static void
verify_chunks (Verification  *self,
               SgIndexSeries *series)
{
  GError *damage = NULL;

  if (!sg_index_reader_read_chunks (self->index, series, self->chunks, &damage))
    {
      sg_damage_list_take (self->damage, damage);
      return;
    }
  for (guint i = 0; i < self->chunks->len; i++)
    {
      const SgChunkMeta *meta = &g_array_index (self->chunks, SgChunkMeta, i);
      gboolean good = i == 0 || meta->min_time > meta[-1].max_time
                      || fail_chunk (self, meta, &damage, "a chunk is not after the one before it");

      if (!good || !verify_chunk (self, meta, &damage))
        sg_damage_list_take (self->damage, g_steal_pointer (&damage));
    }
}

/* Returns: (transfer full) (nullable): the labels of a series, unless they are damaged */
static SgLabels *
verify_entry (Verification *self,
              SgSeriesRef   ref)
{
  g_autoptr (SgLabels) labels = NULL;
  GError *damage = NULL;
  SgIndexSeries series;

  if (sg_index_reader_get_series (self->index, ref, &series, &damage))
    labels = sg_index_reader_read_labels (self->index, &series, &damage);
  if (labels != NULL)
    verify_chunks (self, &series);
  else
    sg_damage_list_take (self->damage, damage);
  return g_steal_pointer (&labels);
}

/* Returns: whether nobody has cancelled */
static gboolean
verify_series (Verification  *self,
               GError       **error)
{
  g_autoptr (SgLabels) last = NULL;

  for (guint i = 0; i < self->refs->len; i++)
    {
      g_autoptr (SgLabels) labels = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      labels = verify_entry (self, g_array_index (self->refs, SgSeriesRef, i));
      if (labels == NULL)
        continue;
      if (last != NULL && sg_labels_compare (last, labels) >= 0)
        note (self, "a series is not after the one before it");
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
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   "%s/index: postings are not in order, or name a series that is not there",
                   sg_block_get_folder (self->block));
      return FALSE;
    }
  *n_entries += (guint64) n;
  return TRUE;
}

static void
verify_value (Verification *self,
              const char   *name,
              const char   *value,
              guint64       place,
              guint64      *n_entries)
{
  GError *damage = NULL;

  if (verify_list (self, place, n_entries, &damage))
    return;
  g_prefix_error (&damage, "%s=\"%s\": ", name, value);
  sg_damage_list_take (self->damage, damage);
}

/* All lists together have as many entries as all series have labels. */
static gboolean
verify_postings (Verification  *self,
                 GError       **error)
{
  gboolean was_sound = is_sound (self);
  guint64 n_entries = 0;

  for (guint i = 0; i < sg_index_reader_get_n_names (self->index); i++)
    {
      const char *name = sg_index_reader_get_name (self->index, i);
      GError *damage = NULL;
      SgIndexValueIter iter;
      const char *value;
      gsize length;
      guint64 place;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      sg_index_value_iter_init (&iter, self->index, name);
      while (sg_index_value_iter_next (&iter, &value, &length, &place, &damage))
        verify_value (self, name, value, place, &n_entries);
      if (damage != NULL)
        sg_damage_list_take (self->damage, damage);
    }
  if (was_sound && is_sound (self) && n_entries != self->n_labels)
    note (self, "the postings are not those of the series' labels");
  return TRUE;
}

static void
verify_counts (Verification *self)
{
  const SgBlockMeta *meta = self->meta;

  if (!is_sound (self)
      || (meta->n_series == self->refs->len && meta->n_chunks == self->n_chunks
          && meta->n_samples == self->n_samples))
    return;
  sg_damage_list_take (
      self->damage, g_error_new (SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                                 "%s: %u series, %" G_GUINT64_FORMAT " chunks, %" G_GUINT64_FORMAT
                                 " samples, and meta.json says %" G_GUINT64_FORMAT
                                 ", %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT,
                                 sg_block_get_folder (self->block), self->refs->len, self->n_chunks,
                                 self->n_samples, meta->n_series, meta->n_chunks, meta->n_samples));
}

/* What no list leads to: tables that are read when the block is opened, and bytes in between. */
static void
verify_rest (Verification *self)
{
  GError *damage = NULL;

  if (!sg_index_reader_verify_label_indices (self->index, &damage))
    sg_damage_list_take (self->damage, g_steal_pointer (&damage));
  verify_counts (self);
  if (!sg_index_reader_check_whole (self->index, &damage))
    sg_damage_list_take (self->damage, damage);
}

/**
 * sg_block_find_damage:
 * @self: a block
 * @damage: what is found is added here
 * @cancellable: (nullable): ends it
 * @error: that it was cancelled
 *
 * Reads and compares everything.
 *
 * Returns: whether everything was looked at
 */
gboolean
sg_block_find_damage (SgBlock       *self,
                      SgDamageList  *damage,
                      GCancellable  *cancellable,
                      GError       **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (self);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  g_autofree SgTimeMs *times = g_new (SgTimeMs, SG_XOR_CHUNK_MAX_SAMPLES);
  g_autofree double *values = g_new (double, SG_XOR_CHUNK_MAX_SAMPLES);
  g_autoptr (GArray) refs = NULL;
  Verification verification = { .block = self,
                                .index = sg_block_get_index (self),
                                .meta = meta,
                                .cancellable = cancellable,
                                .damage = damage,
                                .chunks = chunks,
                                .times = times,
                                .values = values };
  GError *problem = NULL;
  SgPostings *all = sg_index_reader_get_all (verification.index, &problem);

  if (all == NULL)
    {
      sg_damage_list_take (damage, problem);
      return TRUE;
    }
  verification.refs = refs = sg_postings_to_array (all);
  verify_symbols (&verification);
  if (!verify_series (&verification, error) || !verify_postings (&verification, error))
    return FALSE;
  verify_rest (&verification);
  return TRUE;
}

/**
 * sg_block_verify:
 * @self: a block
 * @cancellable: (nullable): ends it
 * @error: the first damage that was found, %SG_TSDB_ERROR_CORRUPT, or that it was cancelled
 *
 * Reads and compares everything.
 *
 * Returns: whether the block is sound
 */
gboolean
sg_block_verify (SgBlock       *self,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_auto (SgDamageList) damage;

  sg_damage_list_init (&damage);
  if (!sg_block_find_damage (self, &damage, cancellable, error))
    return FALSE;
  if (damage.errors->len == 0)
    return TRUE;
  g_propagate_error (error, g_error_copy (damage.errors->pdata[0]));
  return FALSE;
}
