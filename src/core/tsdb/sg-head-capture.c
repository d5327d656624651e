/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-capture.h"

#include "tsdb/sg-tsdb-error.h"

/* Bytes of a chunk that are its count, which the writer changes with every sample. */
#define COUNT_LENGTH 2

void
sg_head_capture_clear (SgHeadCapture *self)
{
  g_clear_pointer (&self->hidden, g_free);
}

void
sg_head_samples_clear (SgHeadSamples *self)
{
  g_free (self->t);
  g_free (self->v);
  sg_wire_writer_clear (&self->scratch);
  g_clear_error (&self->damage);
  *self = (SgHeadSamples) { 0 };
}

/*
 * From which commits are the samples: each mark reaches to the next one. What is hidden at the end is
 * the usual case, and needs no memory.
 */
static void
hide (SgHeadCapture      *self,
      const SgHeadSeries *series)
{
  const GArray *marks = series->extra != NULL ? series->extra->marks : NULL;
  guint n = marks != NULL ? marks->len : 0;
  SgTimeMs end = SG_TIME_MS_MAX;

  self->hidden_from = SG_TIME_MS_MAX;
  for (guint i = n + 1; i > 0; i--)
    {
      const SgHeadMark *mark =
          i == n + 1 ? &series->mark : &g_array_index (marks, SgHeadMark, i - 1);

      if (mark->commit > self->snapshot && end == self->hidden_from)
        self->hidden_from = end = mark->t;
      else if (mark->commit > self->snapshot)
        {
          guint k = self->hidden != NULL ? self->hidden->n : 0;

          self->hidden =
              g_realloc (self->hidden, sizeof (SgHeadRanges) + (k + 1) * sizeof (SgHeadRange));
          self->hidden->n = k + 1;
          self->hidden->ranges[k] = (SgHeadRange) { mark->t, end - 1 };
          end = mark->t;
        }
      else
        end = mark->t;
    }
}

static void
take_extra (SgHeadCapture     *self,
            const SgHeadExtra *extra)
{
  self->deleted = extra->deleted;
  self->late = extra->late;
  self->late_chunks = extra->late_chunks;
  self->n_late_chunks = extra->late_chunks != NULL ? extra->late_chunks->n : 0;
}

/* Whether the series has anything in the range at all, apart from what is hidden. */
static gboolean
overlaps (const SgHeadCapture *self,
          SgTimeMs             min_t,
          SgTimeMs             max_t)
{
  SgTimeMs first = self->n_closed > 0 ? self->closed->chunks[0].min_t : self->open_min_t;
  gboolean any = self->open_n > 0 || self->n_closed > 0;

  if (self->n_late_chunks > 0 || self->late != NULL)
    return TRUE;
  return any && first <= max_t && self->last_t >= min_t && first < self->hidden_from;
}

/**
 * sg_head_capture_take:
 * @self: filled in
 * @head: the head
 * @series: a series of it
 * @snapshot: the last commit that is seen
 * @min_t: first time wanted
 * @max_t: last time wanted
 *
 * Called by a reader inside the gate. Holds the lock of the series for as long as it takes to copy
 * what the structure has.
 *
 * Returns: whether there may be samples in the range
 */
gboolean
sg_head_capture_take (SgHeadCapture *self,
                      SgHead        *head,
                      SgHeadSeries  *series,
                      guint64        snapshot,
                      SgTimeMs       min_t,
                      SgTimeMs       max_t)
{
  *self = (SgHeadCapture) { .series = series, .snapshot = snapshot };
  sg_lock_acquire (sg_head_lock_of (head, series));
  self->open = series->open.data;
  self->open_bits = series->open.n_bits;
  self->open_n = series->open.n_samples;
  if (self->open_bits % 8 != 0)
    self->open_last = self->open[self->open_bits / 8];
  self->open_min_t = series->open_min_t;
  self->last_t = series->open.t;
  self->closed = series->closed;
  self->n_closed = series->closed != NULL ? series->closed->n : 0;
  if (series->extra != NULL)
    take_extra (self, series->extra);
  hide (self, series);
  sg_lock_release (sg_head_lock_of (head, series));
  if (overlaps (self, min_t, max_t))
    return TRUE;
  sg_head_capture_clear (self);
  return FALSE;
}

static void
reserve (SgHeadSamples *samples,
         gsize          more)
{
  if (samples->capacity - samples->n >= more)
    return;
  samples->capacity = MAX (samples->n + more, MAX (samples->capacity * 2, 256));
  samples->t = g_renew (SgTimeMs, samples->t, samples->capacity);
  samples->v = g_renew (double, samples->v, samples->capacity);
}

/* What cannot be read is left out, and told: the other chunks are as good as before. */
void
sg_head_samples_note_damage (SgHeadSamples *samples,
                             GError        *error)
{
  samples->n_damaged++;
  if (samples->damage == NULL)
    samples->damage = error;
  else
    g_error_free (error);
}

static void
decode_bytes (const guint8  *data,
              gsize          length,
              SgHeadSamples *samples)
{
  guint n = sg_xor_chunk_count (data, length);
  GError *error = NULL;

  reserve (samples, n);
  if (sg_xor_chunk_decode (data, length, samples->t + samples->n, samples->v + samples->n, &error))
    samples->n += n;
  else
    sg_head_samples_note_damage (samples, error);
}

static void
decode_closed (SgHead            *head,
               const SgHeadChunk *chunk,
               SgHeadSamples     *samples)
{
  guint64 place = __atomic_load_n (&chunk->place, __ATOMIC_ACQUIRE);
  const guint8 *data;
  gsize length;
  guint8 encoding;
  GError *error = NULL;

  if (place & SG_HEAD_IN_MEMORY)
    {
      const SgHeadClosed *closed = sg_head_place_closed (place);

      decode_bytes (closed->data, closed->length, samples);
    }
  else if (!sg_head_chunks_read (head->chunks, place, &samples->scratch, &encoding, &data, &length,
                                 &error))
    sg_head_samples_note_damage (samples, error);
  else if (encoding == SG_CHUNK_XOR)
    decode_bytes (data, length, samples);
  else
    samples->n_unsupported++;
}

/* Puts the chunk together as it was: its count and its last byte may be others by now. */
static void
decode_open (const SgHeadCapture *self,
             SgHeadSamples       *samples)
{
  SgWireWriter *scratch = &samples->scratch;

  sg_wire_writer_reset (scratch);
  sg_wire_put_u16 (scratch, self->open_n);
  sg_wire_put_bytes (scratch, self->open + COUNT_LENGTH, self->open_bits / 8 - COUNT_LENGTH);
  if (self->open_bits % 8 != 0)
    sg_wire_put_u8 (scratch, self->open_last);
  decode_bytes (scratch->data, scratch->length, samples);
}

static void
decode_in_order (const SgHeadCapture *self,
                 SgHead              *head,
                 SgTimeMs             min_t,
                 SgTimeMs             max_t,
                 SgHeadSamples       *samples)
{
  for (guint i = 0; i < self->n_closed; i++)
    {
      const SgHeadChunk *chunk = &self->closed->chunks[i];

      if (chunk->max_t >= min_t && chunk->min_t <= MIN (max_t, self->hidden_from))
        decode_closed (head, chunk, samples);
    }
  if (self->open_n > 0 && self->open_min_t <= max_t && self->last_t >= min_t
      && self->open_min_t < self->hidden_from)
    decode_open (self, samples);
}

static gboolean
in_ranges (const SgHeadRanges *ranges,
           SgTimeMs            t)
{
  for (guint i = 0; ranges != NULL && i < ranges->n; i++)
    {
      if (t >= ranges->ranges[i].min_t && t <= ranges->ranges[i].max_t)
        return TRUE;
    }
  return FALSE;
}

/* Leaves only what is wanted and seen. */
static void
filter (const SgHeadCapture *self,
        SgTimeMs             min_t,
        SgTimeMs             max_t,
        SgHeadSamples       *samples)
{
  gboolean simple = self->hidden == NULL && self->deleted == NULL;
  gsize kept = 0;

  if (self->hidden_from != SG_TIME_MS_MAX)
    max_t = MIN (max_t, self->hidden_from - 1);
  if (simple && samples->n > 0 && samples->t[0] >= min_t && samples->t[samples->n - 1] <= max_t)
    return;
  for (gsize i = 0; i < samples->n; i++)
    {
      SgTimeMs t = samples->t[i];

      if (t < min_t || t > max_t
          || (!simple && (in_ranges (self->hidden, t) || in_ranges (self->deleted, t))))
        continue;
      samples->t[kept] = t;
      samples->v[kept++] = samples->v[i];
    }
  samples->n = kept;
}

typedef struct
{
  SgTimeMs t;
  double v;
  gsize order;
} Pair;

static int
compare_pairs (const void *a,
               const void *b)
{
  const Pair *left = a;
  const Pair *right = b;

  if (left->t != right->t)
    return left->t < right->t ? -1 : 1;
  return left->order < right->order ? -1 : 1;
}

/* Sorts what was decoded; of several samples of one time the first one decoded stays. */
static void
sort_samples (SgHeadSamples *samples)
{
  g_autofree Pair *pairs = g_new (Pair, samples->n);
  gsize kept = 0;

  for (gsize i = 0; i < samples->n; i++)
    pairs[i] = (Pair) { samples->t[i], samples->v[i], i };
  qsort (pairs, samples->n, sizeof (Pair), compare_pairs);
  for (gsize i = 0; i < samples->n; i++)
    {
      if (kept > 0 && samples->t[kept - 1] == pairs[i].t)
        continue;
      samples->t[kept] = pairs[i].t;
      samples->v[kept++] = pairs[i].v;
    }
  samples->n = kept;
}

/* Adds the samples that came out of order, behind those that did not. */
static void
decode_late (const SgHeadCapture *self,
             SgHead              *head,
             SgTimeMs             min_t,
             SgTimeMs             max_t,
             SgHeadSamples       *samples)
{
  for (guint i = 0; i < self->n_late_chunks; i++)
    {
      const SgHeadChunk *chunk = &self->late_chunks->chunks[i];

      if (chunk->max_t >= min_t && chunk->min_t <= max_t)
        decode_closed (head, chunk, samples);
    }
  for (guint i = 0; self->late != NULL && i < self->late->n; i++)
    {
      const SgHeadLateSample *late = &self->late->samples[i];

      if (late->commit > self->snapshot || late->t < min_t || late->t > max_t)
        continue;
      reserve (samples, 1);
      samples->t[samples->n] = late->t;
      samples->v[samples->n++] = late->value;
    }
}

/* The late chunks hold also what is not wanted, and what was deleted. */
static void
merge_late (const SgHeadCapture *self,
            SgHead              *head,
            SgTimeMs             min_t,
            SgTimeMs             max_t,
            SgHeadSamples       *samples)
{
  SgHeadCapture rest = *self;
  gsize in_order = samples->n;

  decode_late (self, head, min_t, max_t, samples);
  if (samples->n == in_order)
    return;
  sort_samples (samples);
  rest.hidden_from = SG_TIME_MS_MAX;
  rest.hidden = NULL;
  filter (&rest, min_t, max_t, samples);
}

/**
 * sg_head_capture_decode:
 * @self: what a series was
 * @head: the head
 * @min_t: first time wanted
 * @max_t: last time wanted
 * @samples: its samples, in place of those of the series before
 */
void
sg_head_capture_decode (const SgHeadCapture *self,
                        SgHead              *head,
                        SgTimeMs             min_t,
                        SgTimeMs             max_t,
                        SgHeadSamples       *samples)
{
  samples->n = 0;
  decode_in_order (self, head, min_t, max_t, samples);
  filter (self, min_t, max_t, samples);
  if (self->late != NULL || self->n_late_chunks > 0)
    merge_late (self, head, min_t, max_t, samples);
}
