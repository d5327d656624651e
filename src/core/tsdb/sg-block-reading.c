/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-reading.h"

#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-xor-chunk.h"

#include <stdlib.h>

/*
 * A chunk is decoded first and compared with its checksum then, while it is in the cache and with what
 * was used: a file that is cut meanwhile is found out. What is damaged is left out and told; the rest
 * goes on.
 */

#define FIRST_CAPACITY 1024

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
  g_clear_pointer (&self->times, g_free);
  g_clear_pointer (&self->values, g_free);
}

static void
add_trouble (SgBlockReading *self,
             const GError   *problem)
{
  g_ptr_array_add (self->troubles, g_strdup (problem->message));
}

static void
reserve (SgBlockReading *self,
         gsize           more)
{
  if (self->capacity - self->n >= more)
    return;
  self->capacity = MAX (MAX (self->n + more, self->capacity * 2), FIRST_CAPACITY);
  self->times = g_renew (SgTimeMs, self->times, self->capacity);
  self->values = g_renew (double, self->values, self->capacity);
}

static void
move_samples (SgBlockReading *self,
              gsize           to,
              gsize           from,
              gsize           n)
{
  if (to == from)
    return;
  memmove (self->times + to, self->times + from, n * sizeof *self->times);
  memmove (self->values + to, self->values + from, n * sizeof *self->values);
}

/* Returns: the first sample in @begin … @end that is not before @t */
static gsize
find_time (const SgBlockReading *self,
           gsize                 begin,
           gsize                 end,
           SgTimeMs              t)
{
  while (begin < end)
    {
      gsize middle = begin + (end - begin) / 2;

      if (self->times[middle] < t)
        begin = middle + 1;
      else
        end = middle;
    }
  return begin;
}

/* Removes the samples of an interval from those that begin at @begin. */
static void
cut_out (SgBlockReading *self,
         gsize           begin,
         SgTimeMs        min_time,
         SgTimeMs        max_time)
{
  gsize from = find_time (self, begin, self->n, min_time);
  gsize to = max_time == G_MAXINT64 ? self->n : find_time (self, from, self->n, max_time + 1);

  move_samples (self, from, to, self->n - to);
  self->n -= to - from;
}

/* Leaves of the samples from @begin on those that are asked for and not deleted. */
static void
trim (SgBlockReading    *self,
      gsize              begin,
      const SgTombstone *stones,
      guint              n_stones)
{
  if (self->end < G_MAXINT64)
    cut_out (self, begin, self->end + 1, G_MAXINT64);
  if (self->start > G_MININT64)
    cut_out (self, begin, G_MININT64, self->start - 1);
  for (guint i = 0; i < n_stones && begin < self->n; i++)
    cut_out (self, begin, stones[i].min_time, stones[i].max_time);
}

static gboolean
decode (SgBlockReading      *self,
        SgChunkRef           ref,
        const SgChunkBytes  *chunk,
        GError             **error)
{
  const SgChunkSegments *segments = sg_block_get_chunks (self->block);
  g_autoptr (GError) problem = NULL;
  guint n = 0;
  gboolean ok;

  reserve (self, sg_chunk_count (chunk));
  ok = sg_xor_chunk_decode_until (chunk->data, chunk->length, self->end, self->times + self->n,
                                  self->values + self->n, &n, &problem);
  if (!sg_chunk_segments_check (segments, ref, chunk, error))
    return FALSE;
  if (!ok)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  self->n += n;
  return TRUE;
}

/* Appends what is wanted of a chunk. */
static gboolean
append_chunk (SgBlockReading     *self,
              const SgChunkMeta  *meta,
              const SgTombstone  *stones,
              guint               n_stones,
              GError            **error)
{
  gsize begin = self->n;
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
  if (begin > 0 && begin < self->n && self->times[begin] <= self->times[begin - 1])
    self->is_unsorted = TRUE;
  return TRUE;
}

typedef struct
{
  SgTimeMs t;
  gsize place;
  double value;
} Sample;

static int
compare_samples (const void *a,
                 const void *b)
{
  const Sample *left = a;
  const Sample *right = b;

  if (left->t != right->t)
    return left->t < right->t ? -1 : 1;
  return left->place < right->place ? -1 : 1;
}

/* For chunks that overlap within a series, which early versions of Prometheus wrote. */
static void
sort_samples (SgBlockReading *self)
{
  g_autofree Sample *samples = g_new (Sample, self->n);
  gsize kept = 0;

  for (gsize i = 0; i < self->n; i++)
    samples[i] = (Sample) { self->times[i], i, self->values[i] };
  qsort (samples, self->n, sizeof (Sample), compare_samples);
  for (gsize i = 0; i < self->n; i++)
    {
      if (i > 0 && samples[i].t == samples[i - 1].t)
        continue;
      self->times[kept] = samples[i].t;
      self->values[kept++] = samples[i].value;
    }
  self->n = kept;
}

static gboolean
is_wanted (const SgBlockReading *self,
           const SgChunkMeta    *meta)
{
  return meta->max_time >= self->start && meta->min_time <= self->end;
}

/* Decodes the chunks of a series that are wanted. A damaged one is told, and left out. */
static void
read_samples (SgBlockReading *self)
{
  const SgTombstone *stones;
  guint n_stones;

  stones = sg_tombstones_find (self->tombstones, self->ref, &n_stones);
  for (guint i = 0; i < self->metas->len; i++)
    {
      const SgChunkMeta *meta = &g_array_index (self->metas, SgChunkMeta, i);
      g_autoptr (GError) problem = NULL;

      if (is_wanted (self, meta) && !append_chunk (self, meta, stones, n_stones, &problem))
        add_trouble (self, problem);
    }
  if (self->is_unsorted)
    sort_samples (self);
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
 * Looks up a series.
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

  self->ref = ref;
  self->n = 0;
  self->n_unsupported = 0;
  self->is_unsorted = FALSE;
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_ptr_array_set_size (self->troubles, 0);
  if (!sg_index_reader_get_series (index, ref, &self->entry, &problem))
    {
      add_trouble (self, problem);
      return 0;
    }
  chunks = self->entry;
  if (sg_index_reader_read_chunks (index, &chunks, self->metas, &problem))
    return count_wanted (self);
  add_trouble (self, problem);
  return 0;
}

/* Reads the labels and the samples of the series that was looked up and has wanted chunks. */
void
sg_block_reading_decode (SgBlockReading *self)
{
  const SgIndexReader *index = sg_block_get_index (self->block);
  g_autoptr (GError) problem = NULL;

  self->labels = sg_index_reader_read_labels (index, &self->entry, &problem);
  if (self->labels != NULL)
    read_samples (self);
  else
    add_trouble (self, problem);
}
