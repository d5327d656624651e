/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-chunk-merge.h"

#include "tsdb/sg-tsdb-error.h"

#include <stdlib.h>
#include <string.h>

/*
 * Chunks are sorted by their first time and taken in groups: one belongs to the group before it if it
 * begins before that has ended. A chunk that is there twice counts once. A group of one goes on as it
 * is; of a larger one all samples are decoded, sorted by time and by which chunk was added first, and
 * written anew in chunks of the usual number of samples.
 */

typedef struct
{
  SgChunk chunk;
  guint rank;
} Given;

typedef struct
{
  SgTimeMs t;
  guint rank;
  double value;
} Sample;

void
sg_chunk_merge_init (SgChunkMerge *self)
{
  self->given = g_array_new (FALSE, FALSE, sizeof (Given));
  self->merged = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  self->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  self->made = g_ptr_array_new_with_free_func (g_free);
}

void
sg_chunk_merge_clear (SgChunkMerge *self)
{
  g_clear_pointer (&self->given, g_array_unref);
  g_clear_pointer (&self->merged, g_array_unref);
  g_clear_pointer (&self->samples, g_array_unref);
  g_clear_pointer (&self->made, g_ptr_array_unref);
}

/* Forgets all chunks, for the next series. */
void
sg_chunk_merge_reset (SgChunkMerge *self)
{
  g_array_set_size (self->given, 0);
  g_array_set_size (self->merged, 0);
  g_ptr_array_set_size (self->made, 0);
}

/* The bytes of the chunk must stay until the next reset. */
void
sg_chunk_merge_add (SgChunkMerge  *self,
                    const SgChunk *chunk)
{
  Given given = { *chunk, self->given->len };

  g_array_append_val (self->given, given);
}

static int
compare_given (gconstpointer a,
               gconstpointer b)
{
  const Given *left = a;
  const Given *right = b;

  if (left->chunk.min_time != right->chunk.min_time)
    return left->chunk.min_time < right->chunk.min_time ? -1 : 1;
  if (left->chunk.max_time != right->chunk.max_time)
    return left->chunk.max_time < right->chunk.max_time ? -1 : 1;
  return left->rank < right->rank ? -1 : 1;
}

static int
compare_samples (const void *a,
                 const void *b)
{
  const Sample *left = a;
  const Sample *right = b;

  if (left->t != right->t)
    return left->t < right->t ? -1 : 1;
  return left->rank < right->rank ? -1 : left->rank > right->rank;
}

static gboolean
is_same_chunk (const SgChunk *a,
               const SgChunk *b)
{
  return a->min_time == b->min_time && a->max_time == b->max_time
         && a->bytes.encoding == b->bytes.encoding && a->bytes.length == b->bytes.length
         && memcmp (a->bytes.data, b->bytes.data, a->bytes.length) == 0;
}

static gboolean
decode (SgChunkMerge  *self,
        const Given   *given,
        GError       **error)
{
  const SgChunkBytes *bytes = &given->chunk.bytes;
  SgXorIter iter;
  g_autoptr (GError) problem = NULL;
  Sample sample = { 0, given->rank, 0 };

  if (bytes->encoding != SG_CHUNK_XOR)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED,
                   "a chunk of encoding %u overlaps another one, and cannot be merged with it here",
                   bytes->encoding);
      return FALSE;
    }
  sg_xor_iter_init (&iter, bytes->data, bytes->length);
  while (sg_xor_iter_next (&iter, &sample.t, &sample.value, &problem))
    g_array_append_val (self->samples, sample);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static void
finish_chunk (SgChunkMerge  *self,
              SgXorAppender *appender,
              SgTimeMs       min_time)
{
  SgChunk chunk = { .min_time = min_time, .max_time = appender->t };
  guint8 *data;

  if (appender->n_samples == 0)
    return;
  data = sg_xor_appender_steal (appender, &chunk.bytes.length);
  chunk.bytes.encoding = SG_CHUNK_XOR;
  chunk.bytes.data = data;
  g_ptr_array_add (self->made, data);
  g_array_append_val (self->merged, chunk);
}

/* Writes the samples, which are sorted; the appender refuses a time that it has. */
static void
encode (SgChunkMerge *self)
{
  g_auto (SgXorAppender) appender;
  SgTimeMs min_time = 0;
  SgTimeMs last = 0;

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < self->samples->len; i++)
    {
      const Sample *sample = &g_array_index (self->samples, Sample, i);

      if (i > 0 && sample->t == last)
        continue;
      if (appender.n_samples == SG_CHUNK_USUAL_SAMPLES)
        finish_chunk (self, &appender, min_time);
      if (appender.n_samples == 0)
        min_time = sample->t;
      sg_xor_appender_append (&appender, sample->t, sample->value);
      last = sample->t;
    }
  finish_chunk (self, &appender, min_time);
}

static gboolean
merge_group (SgChunkMerge  *self,
             const Given   *group,
             guint          n,
             GError       **error)
{
  if (n == 1)
    {
      g_array_append_val (self->merged, group->chunk);
      return TRUE;
    }
  g_array_set_size (self->samples, 0);
  for (guint i = 0; i < n; i++)
    {
      if (!decode (self, &group[i], error))
        return FALSE;
    }
  if (self->samples->len > 1)
    qsort (self->samples->data, self->samples->len, sizeof (Sample), compare_samples);
  encode (self);
  return TRUE;
}

/* Sorts the chunks; of equal ones the first stays. */
static void
sort_given (SgChunkMerge *self)
{
  guint kept = 0;

  g_array_sort (self->given, compare_given);
  for (guint i = 0; i < self->given->len; i++)
    {
      const Given *given = &g_array_index (self->given, Given, i);

      if (kept == 0
          || !is_same_chunk (&given->chunk, &g_array_index (self->given, Given, kept - 1).chunk))
        g_array_index (self->given, Given, kept++) = *given;
    }
  g_array_set_size (self->given, kept);
}

/**
 * sg_chunk_merge_run:
 * @self: chunks of one series
 *
 * Fills @merged, which is valid until the next reset.
 *
 * Returns: whether it could be done: damaged chunks, and overlapping ones of an encoding that is not
 *   known here, cannot be merged
 */
gboolean
sg_chunk_merge_run (SgChunkMerge  *self,
                    GError       **error)
{
  const Given *given;

  sort_given (self);
  given = (const Given *) (gpointer) self->given->data;
  for (guint begin = 0, end; begin < self->given->len; begin = end)
    {
      SgTimeMs max_time = given[begin].chunk.max_time;

      for (end = begin + 1; end < self->given->len; end++)
        {
          if (given[end].chunk.min_time > max_time)
            break;
          max_time = MAX (max_time, given[end].chunk.max_time);
        }
      if (!merge_group (self, given + begin, end - begin, error))
        return FALSE;
    }
  return TRUE;
}
