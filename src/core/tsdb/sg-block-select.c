/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-select.h"

#include "tsdb/sg-tsdb-error.h"

#include <stdlib.h>

/*
 * The series of a block that matchers select, decoded. What is damaged is left out and told in a
 * warning, as is what is in an encoding that is not known here; the rest goes on.
 *
 * A chunk is decoded first and compared with its checksum then, while it is in the cache and with what
 * was used: a file that is cut meanwhile is found out. For the same reason the index is looked at once
 * more when all series were read.
 */

/* So many troubles are told one by one, the others are counted. */
#define MAX_TOLD 10

#define FIRST_CAPACITY 1024

typedef struct
{
  SgSeriesSet parent;
  SgBlock *block;
  SgTombstones *tombstones;
  SgPostings *postings;
  SgSelectHints hints;
  GCancellable *cancellable;
  GArray *metas;
  SgLabels *labels;
  gsize n;
  gsize capacity;
  SgTimeMs *times;
  double *values;
  gboolean is_unsorted;
  guint n_unsupported;
  guint64 n_series;
  guint64 n_samples;
  guint n_troubles;
  SgColumn column;
  SgSeries series;
} BlockSet;

static void
block_set_free (SgSeriesSet *set)
{
  BlockSet *self = (BlockSet *) set;

  sg_block_unref (self->block);
  sg_tombstones_unref (self->tombstones);
  g_clear_pointer (&self->postings, sg_postings_free);
  g_clear_object (&self->cancellable);
  g_array_unref (self->metas);
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_free (self->times);
  g_free (self->values);
  g_free (self);
}

static void
tell (BlockSet   *self,
      const char *trouble)
{
  if (self->n_troubles++ < MAX_TOLD)
    sg_series_set_warn (&self->parent, "%s: left out", trouble);
}

static void
reserve (BlockSet *self,
         gsize     more)
{
  if (self->capacity - self->n >= more)
    return;
  self->capacity = MAX (MAX (self->n + more, self->capacity * 2), FIRST_CAPACITY);
  self->times = g_renew (SgTimeMs, self->times, self->capacity);
  self->values = g_renew (double, self->values, self->capacity);
}

static void
move_samples (BlockSet *self,
              gsize     to,
              gsize     from,
              gsize     n)
{
  if (to == from)
    return;
  memmove (self->times + to, self->times + from, n * sizeof *self->times);
  memmove (self->values + to, self->values + from, n * sizeof *self->values);
}

/* Returns: the first sample in @begin … @end that is not before @t */
static gsize
find_time (const BlockSet *self,
           gsize           begin,
           gsize           end,
           SgTimeMs        t)
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
cut_out (BlockSet *self,
         gsize     begin,
         SgTimeMs  min_time,
         SgTimeMs  max_time)
{
  gsize from = find_time (self, begin, self->n, min_time);
  gsize to = max_time == G_MAXINT64 ? self->n : find_time (self, from, self->n, max_time + 1);

  move_samples (self, from, to, self->n - to);
  self->n -= to - from;
}

/* Leaves of the samples from @begin on those that are asked for and not deleted. */
static void
trim (BlockSet          *self,
      gsize              begin,
      const SgTombstone *stones,
      guint              n_stones)
{
  if (self->hints.end < G_MAXINT64)
    cut_out (self, begin, self->hints.end + 1, G_MAXINT64);
  if (self->hints.start > G_MININT64)
    cut_out (self, begin, G_MININT64, self->hints.start - 1);
  for (guint i = 0; i < n_stones && begin < self->n; i++)
    cut_out (self, begin, stones[i].min_time, stones[i].max_time);
}

static gboolean
decode (BlockSet            *self,
        SgChunkRef           ref,
        const SgChunkBytes  *chunk,
        GError             **error)
{
  const SgChunkSegments *segments = sg_block_get_chunks (self->block);
  g_autoptr (GError) problem = NULL;
  guint n = sg_chunk_count (chunk);
  gboolean ok;

  reserve (self, n);
  ok = sg_xor_chunk_decode (chunk->data, chunk->length, self->times + self->n,
                            self->values + self->n, &problem);
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
append_chunk (BlockSet           *self,
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
sort_samples (BlockSet *self)
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
is_wanted (const BlockSet    *self,
           const SgChunkMeta *meta)
{
  return meta->max_time >= self->hints.start && meta->min_time <= self->hints.end;
}

/* Decodes the chunks of a series that are wanted. A damaged one is told, and left out. */
static void
read_samples (BlockSet    *self,
              SgSeriesRef  ref)
{
  const SgTombstone *stones;
  guint n_stones;

  self->n = 0;
  self->n_unsupported = 0;
  self->is_unsorted = FALSE;
  stones = sg_tombstones_find (self->tombstones, ref, &n_stones);
  for (guint i = 0; i < self->metas->len; i++)
    {
      const SgChunkMeta *meta = &g_array_index (self->metas, SgChunkMeta, i);
      g_autoptr (GError) problem = NULL;

      if (is_wanted (self, meta) && !append_chunk (self, meta, stones, n_stones, &problem))
        tell (self, problem->message);
    }
  if (self->is_unsorted)
    sort_samples (self);
}

static gboolean
has_wanted (const BlockSet *self)
{
  for (guint i = 0; i < self->metas->len; i++)
    {
      if (is_wanted (self, &g_array_index (self->metas, SgChunkMeta, i)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_labels (BlockSet       *self,
             SgIndexSeries  *series,
             GError        **error)
{
  SgLabels *labels = sg_index_reader_read_labels (sg_block_get_index (self->block), series, error);

  if (labels == NULL)
    return FALSE;
  if (self->labels != NULL && sg_labels_compare (self->labels, labels) >= 0)
    {
      sg_labels_unref (labels);
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   "%s: a series is not after the one before it: the index is damaged",
                   sg_block_get_folder (self->block));
      return FALSE;
    }
  g_clear_pointer (&self->labels, sg_labels_unref);
  self->labels = labels;
  return TRUE;
}

/* Returns: whether the series could be read; it has no samples when none are wanted */
static gboolean
read_series (BlockSet     *self,
             SgSeriesRef   ref,
             GError      **error)
{
  const SgIndexReader *index = sg_block_get_index (self->block);
  SgIndexSeries series;
  SgIndexSeries chunks;

  self->n = 0;
  if (!sg_index_reader_get_series (index, ref, &series, error))
    return FALSE;
  chunks = series;
  if (!sg_index_reader_read_chunks (index, &chunks, self->metas, error))
    return FALSE;
  if (!has_wanted (self))
    return TRUE;
  if (!read_labels (self, &series, error))
    return FALSE;
  read_samples (self, ref);
  if (self->n_unsupported > 0)
    {
      g_autofree char *text = sg_labels_to_string (self->labels);
      g_autofree char *trouble = g_strdup_printf (
          "%s: %u chunks of %s hold native histograms, or are newer than this program",
          sg_block_get_folder (self->block), self->n_unsupported, text);

      tell (self, trouble);
    }
  return TRUE;
}

static gboolean
check_limit (guint64      n,
             guint64      limit,
             const char  *what,
             GError     **error)
{
  if (limit == 0 || n <= limit)
    return TRUE;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
               "the query would read more than %" G_GUINT64_FORMAT
               " %s, its limit: ask for less, or raise the limit",
               limit, what);
  return FALSE;
}

static void
finish (BlockSet *self)
{
  g_autoptr (GError) problem = NULL;

  if (self->n_troubles > MAX_TOLD)
    sg_series_set_warn (&self->parent, "%s: %u more series or chunks are left out",
                        sg_block_get_folder (self->block), self->n_troubles - MAX_TOLD);
  self->n_troubles = 0;
  if (!sg_index_reader_check_whole (sg_block_get_index (self->block), &problem))
    sg_series_set_warn (&self->parent, "%s: series may be missing", problem->message);
}

static gboolean
block_set_next (SgSeriesSet     *set,
                const SgSeries **ret_series,
                GError         **error)
{
  BlockSet *self = (BlockSet *) set;
  SgSeriesRef ref;

  while (sg_postings_next (self->postings, &ref))
    {
      g_autoptr (GError) problem = NULL;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (!read_series (self, ref, &problem))
        tell (self, problem->message);
      if (self->n == 0)
        continue;
      self->n_samples += self->n;
      if (!check_limit (++self->n_series, self->hints.max_series, "series", error)
          || !check_limit (self->n_samples, self->hints.max_samples, "samples", error))
        return FALSE;
      self->column = (SgColumn) { SG_VALUE_FLOAT, self->n, self->times, { self->values } };
      self->series = (SgSeries) { self->labels, 1, &self->column };
      *ret_series = &self->series;
      return TRUE;
    }
  finish (self);
  return FALSE;
}

/* Whether the rest of a query can go on without this block. */
static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
}

/**
 * sg_block_select:
 * @block: a block
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 * @hints: times and limits
 *
 * Returns: (transfer full) (nullable): the series with their samples, as they are now
 */
SgSeriesSet *
sg_block_select (SgBlock                 *block,
                 const SgMatcher  *const *matchers,
                 gsize                    n_matchers,
                 const SgSelectHints     *hints,
                 GCancellable            *cancellable,
                 GError                 **error)
{
  static const SgSeriesSetClass klass = { block_set_next, block_set_free };
  BlockSet *self = g_new0 (BlockSet, 1);
  g_autoptr (SgSeriesSet) set = &self->parent;
  g_autoptr (GError) problem = NULL;

  sg_series_set_init (set, &klass);
  self->block = sg_block_ref (block);
  self->tombstones = sg_block_ref_tombstones (block);
  self->hints = *hints;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->metas = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  self->postings = sg_block_match (block, matchers, n_matchers, cancellable, &problem);
  if (self->postings == NULL && !is_damage (problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (self->postings == NULL)
    {
      sg_series_set_warn (set, "%s: the block is left out", problem->message);
      self->postings = sg_postings_new_empty ();
    }
  return g_steal_pointer (&set);
}
