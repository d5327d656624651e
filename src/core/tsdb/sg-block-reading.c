/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-reading.h"

#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-xor-chunk.h"

#include <string.h>

/*
 * A chunk is decoded first and compared with its checksum then, while it is in the cache and with what
 * was used: a file that is cut meanwhile is found out. What is damaged is left out and told; the rest
 * goes on.
 */

void
sg_block_reading_init (SgBlockReading      *self,
                       SgBlock             *block,
                       SgTombstones        *tombstones,
                       const SgSelectHints *hints)
{
  *self = (SgBlockReading) { block, tombstones, hints->start, hints->end };
  self->metas = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  self->troubles = g_ptr_array_new_with_free_func (g_free);
}

void
sg_block_reading_clear (SgBlockReading *self)
{
  if (self->metas == NULL)
    return;
  g_clear_pointer (&self->metas, g_array_unref);
  g_clear_pointer (&self->troubles, g_ptr_array_unref);
  g_clear_pointer (&self->labels, sg_labels_unref);
}

static void
add_trouble (SgBlockReading *self,
             const GError   *problem)
{
  g_ptr_array_add (self->troubles, g_strdup (problem->message));
}

static void
move_samples (SgSampleBuffer *self,
              gsize           to,
              gsize           from,
              gsize           n)
{
  if (to == from)
    return;
  memmove (self->t + to, self->t + from, n * sizeof *self->t);
  memmove (self->f + to, self->f + from, n * sizeof *self->f);
}

/* Returns: the first sample in @begin … @end that is not before @t */
static gsize
find_time (const SgSampleBuffer *self,
           gsize                 begin,
           gsize                 end,
           SgTimeMs              t)
{
  while (begin < end)
    {
      gsize middle = begin + (end - begin) / 2;

      if (self->t[middle] < t)
        begin = middle + 1;
      else
        end = middle;
    }
  return begin;
}

/* Removes the samples of an interval from those that begin at @begin. */
static void
cut_out (SgSampleBuffer *self,
         gsize           begin,
         SgTimeMs        min_time,
         SgTimeMs        max_time)
{
  gsize from = find_time (self, begin, self->n, min_time);
  gsize to = max_time == G_MAXINT64 ? self->n : find_time (self, from, self->n, max_time + 1);

  move_samples (self, from, to, self->n - to);
  self->n -= to - from;
}

/* Leaves of the samples of a chunk, from @begin on, those that are asked for and not deleted. */
static void
trim (SgBlockReading    *self,
      gsize              begin,
      const SgTombstone *stones,
      guint              n_stones)
{
  SgSampleBuffer *out = self->out;

  if (out->n > begin && out->t[out->n - 1] > self->end)
    cut_out (out, begin, self->end + 1, G_MAXINT64);
  if (out->n > begin && out->t[begin] < self->start)
    cut_out (out, begin, G_MININT64, self->start - 1);
  for (guint i = 0; i < n_stones && begin < out->n; i++)
    cut_out (out, begin, stones[i].min_time, stones[i].max_time);
}

static gboolean
decode (SgBlockReading      *self,
        SgChunkRef           ref,
        const SgChunkBytes  *chunk,
        GError             **error)
{
  const SgChunkSegments *segments = sg_block_get_chunks (self->block);
  SgSampleBuffer *out = self->out;
  g_autoptr (GError) problem = NULL;
  guint n = 0;
  gboolean ok;

  sg_sample_buffer_reserve (out, sg_chunk_count (chunk));
  ok = sg_xor_chunk_decode_until (chunk->data, chunk->length, self->end, out->t + out->n,
                                  out->f + out->n, &n, &problem);
  if (!sg_chunk_segments_check (segments, ref, chunk, error))
    return FALSE;
  if (!ok)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  out->n += n;
  return TRUE;
}

/* Appends what is wanted of a chunk, to the samples of the series that begin at @first. */
static gboolean
append_chunk (SgBlockReading     *self,
              gsize               first,
              const SgChunkMeta  *meta,
              const SgTombstone  *stones,
              guint               n_stones,
              GError            **error)
{
  gsize begin = self->out->n;
  SgChunkBytes chunk;

  if (!sg_chunk_segments_find (sg_block_get_chunks (self->block), meta->ref, &chunk, error))
    return FALSE;
  if (chunk.encoding != SG_CHUNK_XOR)
    {
      self->n_unsupported++;
      return TRUE;
    }
  if (!decode (self, meta->ref, &chunk, error))
    return FALSE;
  trim (self, begin, stones, n_stones);
  sg_sample_buffer_merge (self->out, first, begin);
  return TRUE;
}

static gboolean
is_wanted (const SgBlockReading *self,
           const SgChunkMeta    *meta)
{
  return meta->max_time >= self->start && meta->min_time <= self->end;
}

/*
 * Decodes the chunks of a series that are wanted. A damaged one is told, and left out. They overlap within
 * a series where early versions of Prometheus wrote them.
 */
static void
read_samples (SgBlockReading *self)
{
  gsize first = self->out->n;
  const SgTombstone *stones;
  guint n_stones;

  stones = sg_tombstones_find (self->tombstones, self->ref, &n_stones);
  for (guint i = 0; i < self->metas->len; i++)
    {
      const SgChunkMeta *meta = &g_array_index (self->metas, SgChunkMeta, i);
      g_autoptr (GError) problem = NULL;

      if (is_wanted (self, meta) && !append_chunk (self, first, meta, stones, n_stones, &problem))
        add_trouble (self, problem);
    }
}

static guint
count_wanted (const SgBlockReading *self)
{
  guint n = 0;

  for (guint i = 0; i < self->metas->len; i++)
    n += is_wanted (self, &g_array_index (self->metas, SgChunkMeta, i));
  return n;
}

/**
 * sg_block_reading_begin: (skip)
 * @self: what was read before is forgotten
 * @ref: a series
 *
 * Looks up a series, and its labels if any of its chunks is wanted.
 *
 * Returns: how many of its chunks are wanted; 0 also when it is damaged
 */
guint
sg_block_reading_begin (SgBlockReading *self,
                        SgSeriesRef     ref)
{
  const SgIndexReader *index = sg_block_get_index (self->block);
  g_autoptr (GError) problem = NULL;
  SgIndexSeries chunks;
  guint n_wanted;

  self->ref = ref;
  self->n_unsupported = 0;
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_ptr_array_set_size (self->troubles, 0);
  if (!sg_index_reader_get_series (index, ref, &self->entry, &problem))
    {
      add_trouble (self, problem);
      return 0;
    }
  chunks = self->entry;
  if (!sg_index_reader_read_chunks (index, &chunks, self->metas, &problem))
    {
      add_trouble (self, problem);
      return 0;
    }
  n_wanted = count_wanted (self);
  if (n_wanted > 0)
    self->labels = sg_index_reader_read_labels (index, &self->entry, &problem);
  if (problem != NULL)
    add_trouble (self, problem);
  return self->labels != NULL ? n_wanted : 0;
}

/* Puts the samples of the series that was looked up and has wanted chunks behind those of @out. */
void
sg_block_reading_decode (SgBlockReading *self,
                         SgSampleBuffer *out)
{
  self->out = out;
  read_samples (self);
}
