/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-series.h"

/*
 * A chunk ends, as in Prometheus,
 *
 *  - where a multiple of the chunk range (two hours) begins, so that none belongs to two blocks;
 *  - earlier, so that the chunks of a range become alike: after a quarter of 120 samples it is
 *    reckoned how many chunks of 120 the range will have at this pace, and it ends after that part of
 *    it;
 *  - at 240 samples, should the pace have changed since.
 *
 * The memory of the open chunk grows here and not in the chunk's own appender, because a reader may be
 * reading the old memory: what is replaced is retired. What is written never changes, but for the count
 * in the first two bytes and the byte that was not full; a reader takes those two while it holds the
 * lock, and copies the rest without it.
 */
#define SAMPLES_PER_CHUNK 120
#define LATE_SAMPLES      32

/*
 * A chunk gets as much memory as the one before it had in the end, and a little more. Else all series
 * would grow through the same sizes at the same time, and leave holes of each size behind.
 */
#define FIRST_CAPACITY 120
#define CAPACITY_STEP  32
#define LIST_STEP      1

SgHeadSeries *
sg_head_series_new (SgSlab         *slab,
                    SgHeadRef       ref,
                    guint32         id,
                    const SgLabels *labels)
{
  SgHeadSeries *self = sg_slab_alloc0 (slab, sizeof (SgHeadSeries));

  self->ref = ref;
  self->id = id;
  self->labels = sg_labels_ref (labels);
  sg_xor_appender_init (&self->open);
  self->open.t = SG_TIME_MS_MIN;
  self->open_min_t = SG_TIME_MS_MAX;
  return self;
}

void
sg_head_closed_free (gpointer closed)
{
  g_free (((SgHeadClosed *) closed)->data);
  g_free (closed);
}

/* Frees a list with the chunks in it that are in no file. */
static void
chunk_list_free (SgHeadChunkList *list)
{
  for (guint i = 0; list != NULL && i < list->n; i++)
    {
      if (list->chunks[i].place & SG_HEAD_IN_MEMORY)
        sg_head_closed_free ((gpointer) sg_head_place_closed (list->chunks[i].place));
    }
  g_free (list);
}

void
sg_head_series_free (gpointer data)
{
  SgHeadSeries *self = data;

  chunk_list_free (self->closed);
  if (self->extra != NULL)
    {
      g_clear_pointer (&self->extra->marks, g_array_unref);
      chunk_list_free (self->extra->late_chunks);
      g_free (self->extra->deleted);
      g_free (self->extra->late);
      g_free (self->extra);
    }
  sg_xor_appender_clear (&self->open);
  sg_labels_unref (self->labels);
  sg_slab_free (self);
}

SgHeadExtra *
sg_head_series_ensure_extra (SgHeadSeries *self)
{
  if (self->extra == NULL)
    self->extra = g_new0 (SgHeadExtra, 1);
  return self->extra;
}

/**
 * sg_head_series_check:
 * @self: a series
 * @t: a time
 * @value: a value
 * @window: which times are taken
 *
 * The rules of Prometheus, in its order. The second of two equal samples in a row is no mistake: it
 * is what federation brings.
 *
 * Returns: what becomes of the sample
 */
SgHeadVerdict
sg_head_series_check (const SgHeadSeries *self,
                      SgTimeMs            t,
                      double              value,
                      const SgHeadWindow *window)
{
  if (G_LIKELY (t >= window->min_valid_t))
    {
      if (G_LIKELY (t > self->open.t || !self->has_samples))
        return SG_HEAD_IN_ORDER;
      if (t == self->open.t)
        return sg_double_to_bits (value) == self->open.value ? SG_HEAD_SAME : SG_HEAD_DUPLICATE;
    }
  if (window->late_ms > 0)
    {
      gint64 oldest;

      if (__builtin_sub_overflow (window->max_t, window->late_ms, &oldest) || t >= oldest)
        return SG_HEAD_LATE;
      return SG_HEAD_TOO_OLD;
    }
  return t < window->min_valid_t ? SG_HEAD_OUT_OF_BOUNDS : SG_HEAD_OUT_OF_ORDER;
}

/* Returns: where the multiple of @range that @t is in ends */
gint64
sg_head_range_end (SgTimeMs t,
                   gint64   range)
{
  gint64 end;

  if (__builtin_add_overflow (t / range * range, range, &end))
    return G_MAXINT64;
  return end;
}

/* As many chunks of equal length as fit into @rest at the pace of the first quarter. */
static guint32
predict_cut (const SgHeadSeries *self,
             guint32             rest)
{
  gint64 n = rest / ((self->open.t - self->open_min_t + 1) * 4);

  return n <= 1 ? rest : (guint32) (rest / n);
}

/* How long a chunk that begins at @t may become. 49 days is more than any. */
static guint32
longest (SgTimeMs t,
         gint64   range)
{
  guint64 rest = (guint64) sg_head_range_end (t, range) - (guint64) t;

  return (guint32) MIN (rest, G_MAXUINT32);
}

/* Memory is given out in sizes of 16 n + 8 bytes. */
static gsize
usual_capacity (gsize length)
{
  return ((length + length / 32 + SG_XOR_APPENDER_ROOM + 7) & ~(gsize) 15) + 8;
}

static void
reserve (SgXorAppender *open,
         gsize          usual_length,
         SgHeadGate    *gate)
{
  gsize length = sg_xor_appender_length (open);
  gsize needed = open->n_bits / 8 + SG_XOR_APPENDER_ROOM;
  gsize capacity = open->capacity;
  guint8 *data;

  if (G_LIKELY (needed <= open->capacity))
    return;
  if (capacity == 0)
    capacity = usual_length > 0 ? usual_capacity (usual_length) : FIRST_CAPACITY;
  while (capacity < needed)
    capacity += CAPACITY_STEP;
  data = g_malloc (capacity);
  if (length > 0)
    memcpy (data, open->data, length);
  sg_head_gate_retire_read (gate, open->data, g_free);
  open->data = data;
  open->capacity = (guint32) capacity;
}

static void
chunk_list_add (SgHeadChunkList   **place,
                const SgHeadChunk  *chunk,
                SgHeadGate         *gate)
{
  SgHeadChunkList *list = *place;

  if (list == NULL || list->n == list->capacity)
    {
      guint n = list != NULL ? list->n : 0;
      SgHeadChunkList *grown;

      grown = g_malloc (sizeof (SgHeadChunkList) + (n + LIST_STEP) * sizeof (SgHeadChunk));
      grown->capacity = n + LIST_STEP;
      if (n > 0)
        memcpy (grown->chunks, list->chunks, n * sizeof (SgHeadChunk));
      sg_head_gate_retire_read (gate, list, g_free);
      grown->n = n;
      *place = list = grown;
    }
  list->chunks[list->n++] = *chunk;
}

static void
add_closed (SgHeadSeries     *self,
            SgHeadChunkList **list,
            SgHeadClosed     *closed,
            SgHeadWrite      *write)
{
  SgHeadChunk chunk = { sg_head_closed_place (closed), closed->min_t, closed->max_t };

  closed->series = self;
  write->n_closed++;
  if (write->full != NULL)
    {
      g_ptr_array_add (write->full, self);
      self->pending++;
    }
  chunk_list_add (list, &chunk, write->gate);
}

/* Closes the open chunk. A reader that has captured it goes on reading the same memory. */
static void
cut (SgHeadSeries *self,
     SgHeadWrite  *write)
{
  SgHeadClosed *closed = g_new0 (SgHeadClosed, 1);
  SgTimeMs last_t = self->open.t;

  closed->length = (guint32) sg_xor_appender_length (&self->open);
  closed->data = g_steal_pointer (&self->open.data);
  self->usual_length = (guint16) MIN (closed->length, G_MAXUINT16);
  closed->min_t = self->open_min_t;
  closed->max_t = last_t;
  sg_xor_appender_init (&self->open);
  self->open.t = last_t;
  add_closed (self, &self->closed, closed, write);
}

/* Marks that every reader sees are forgotten from the oldest on; the newest one is in the series. */
static void
mark_commit (SgHeadSeries      *self,
             SgTimeMs           t,
             const SgHeadWrite *write)
{
  GArray *marks = self->extra != NULL ? self->extra->marks : NULL;

  while (marks != NULL && marks->len > 0
         && g_array_index (marks, SgHeadMark, 0).commit <= write->horizon)
    g_array_remove_index (marks, 0);
  if (self->mark.commit > write->horizon || (marks != NULL && marks->len > 0))
    {
      SgHeadExtra *extra = sg_head_series_ensure_extra (self);

      if (extra->marks == NULL)
        extra->marks = g_array_new (FALSE, FALSE, sizeof (SgHeadMark));
      g_array_append_val (extra->marks, self->mark);
    }
  self->mark = (SgHeadMark) { write->commit, t };
}

static gboolean
ends_before (const SgHeadSeries *self,
             SgTimeMs            t)
{
  return (guint64) t - (guint64) self->open_min_t >= self->cut_after
         || self->open.n_samples >= 2 * SAMPLES_PER_CHUNK;
}

/**
 * sg_head_series_append:
 * @self: a series, locked
 * @t: a time after that of its last sample
 * @value: a value
 * @write: what is needed beside it
 */
void
sg_head_series_append (SgHeadSeries *self,
                       SgTimeMs      t,
                       double        value,
                       SgHeadWrite  *write)
{
  if (self->open.n_samples == SAMPLES_PER_CHUNK / 4)
    self->cut_after = predict_cut (self, self->cut_after);
  if (self->open.n_samples > 0 && ends_before (self, t))
    cut (self, write);
  if (self->open.n_samples == 0)
    {
      self->open_min_t = t;
      self->cut_after = longest (t, write->chunk_range);
    }
  if (self->mark.commit != write->commit)
    mark_commit (self, t, write);
  reserve (&self->open, self->usual_length, write->gate);
  sg_xor_appender_append (&self->open, t, value);
  self->has_samples = TRUE;
}

void
sg_head_series_add_chunk (SgHeadSeries      *self,
                          const SgHeadChunk *chunk,
                          gboolean           late,
                          SgHeadGate        *gate)
{
  if (late)
    {
      chunk_list_add (&sg_head_series_ensure_extra (self)->late_chunks, chunk, gate);
      return;
    }
  chunk_list_add (&self->closed, chunk, gate);
  self->open.t = MAX (self->open.t, chunk->max_t);
  self->has_samples = TRUE;
}

static void
take_closed (SgHeadChunkList *list,
             GPtrArray       *taken)
{
  for (guint i = 0; list != NULL && i < list->n; i++)
    {
      SgHeadClosed *closed = (SgHeadClosed *) sg_head_place_closed (list->chunks[i].place);

      if (!(list->chunks[i].place & SG_HEAD_IN_MEMORY) || closed->taken)
        continue;
      closed->taken = TRUE;
      g_ptr_array_add (taken, closed);
    }
}

/* Adds to @taken all its full chunks that are in no file, in the order of their times. */
void
sg_head_series_take_closed (SgHeadSeries *self,
                            GPtrArray    *taken)
{
  take_closed (self->closed, taken);
  if (self->extra != NULL)
    take_closed (self->extra->late_chunks, taken);
}

static gboolean
has_closed (const SgHeadChunkList *list)
{
  return list != NULL && list->n > 0 && (list->chunks[list->n - 1].place & SG_HEAD_IN_MEMORY) != 0;
}

/* Whether it has full chunks that are in no file. */
gboolean
sg_head_series_has_closed (const SgHeadSeries *self)
{
  return has_closed (self->closed)
         || (self->extra != NULL && has_closed (self->extra->late_chunks));
}

/**
 * sg_head_series_set_place:
 * @self: a series, locked
 * @closed: a chunk of it that was written to a file
 * @place: where it is there
 *
 * Nobody finds @closed in the series afterwards.
 */
void
sg_head_series_set_place (SgHeadSeries       *self,
                          const SgHeadClosed *closed,
                          guint64             place)
{
  SgHeadChunkList *list = closed->late ? self->extra->late_chunks : self->closed;

  for (guint i = 0; list != NULL && i < list->n; i++)
    {
      if (list->chunks[i].place == sg_head_closed_place (closed))
        __atomic_store_n (&list->chunks[i].place, place, __ATOMIC_RELEASE);
    }
}

/* Puts the late samples into a chunk, once every reader sees all of them. */
static void
close_late (SgHeadSeries *self,
            SgHeadWrite  *write)
{
  SgHeadLate *late = self->extra->late;
  g_auto (SgXorAppender) appender = { 0 };
  SgHeadClosed *closed;
  gsize length;

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < late->n; i++)
    {
      if (late->samples[i].commit > write->horizon)
        return;
      sg_xor_appender_append (&appender, late->samples[i].t, late->samples[i].value);
    }
  closed = g_new0 (SgHeadClosed, 1);
  closed->min_t = late->samples[0].t;
  closed->max_t = late->samples[late->n - 1].t;
  closed->late = TRUE;
  closed->data = sg_xor_appender_steal (&appender, &length);
  closed->length = (guint32) length;
  sg_head_gate_retire_read (write->gate, g_steal_pointer (&self->extra->late), g_free);
  add_closed (self, &self->extra->late_chunks, closed, write);
}

/* Returns: the first late sample that is not before @t */
static guint
find_late (const SgHeadLate *late,
           SgTimeMs          t)
{
  guint first = 0;
  guint last = late != NULL ? late->n : 0;

  while (first < last)
    {
      guint middle = first + (last - first) / 2;

      if (late->samples[middle].t < t)
        first = middle + 1;
      else
        last = middle;
    }
  return first;
}

/**
 * sg_head_series_insert_late:
 * @self: a series, locked
 * @t: a time
 * @value: a value
 * @write: what is needed beside it
 *
 * Returns: %SG_HEAD_LATE when it was inserted, else why it was not
 */
SgHeadVerdict
sg_head_series_insert_late (SgHeadSeries *self,
                            SgTimeMs      t,
                            double        value,
                            SgHeadWrite  *write)
{
  SgHeadExtra *extra = sg_head_series_ensure_extra (self);
  SgHeadLate *old;
  SgHeadLate *grown;
  guint at;

  if (extra->late != NULL && extra->late->n >= LATE_SAMPLES)
    close_late (self, write);
  old = extra->late;
  at = find_late (old, t);
  if (old != NULL && at < old->n && old->samples[at].t == t)
    return sg_double_to_bits (old->samples[at].value) == sg_double_to_bits (value)
               ? SG_HEAD_SAME
               : SG_HEAD_DUPLICATE;
  grown =
      g_malloc (sizeof (SgHeadLate) + ((old != NULL ? old->n : 0) + 1) * sizeof (SgHeadLateSample));
  grown->n = 1;
  if (old != NULL)
    {
      memcpy (grown->samples, old->samples, at * sizeof (SgHeadLateSample));
      memcpy (grown->samples + at + 1, old->samples + at,
              (old->n - at) * sizeof (SgHeadLateSample));
      grown->n += old->n;
    }
  grown->samples[at] = (SgHeadLateSample) { t, value, write->commit };
  extra->late = grown;
  sg_head_gate_retire_read (write->gate, old, g_free);
  return SG_HEAD_LATE;
}

/**
 * sg_head_series_delete:
 * @self: a series, locked
 * @min_t: the first time that goes
 * @max_t: the last time that goes
 * @gate: frees what readers may know
 *
 * Readers pass over what is deleted, until it goes with its chunks. Ranges that touch become one.
 */
void
sg_head_series_delete (SgHeadSeries *self,
                       SgTimeMs      min_t,
                       SgTimeMs      max_t,
                       SgHeadGate   *gate)
{
  SgHeadExtra *extra = sg_head_series_ensure_extra (self);
  SgHeadRanges *old = extra->deleted;
  guint n = old != NULL ? old->n : 0;
  SgHeadRanges *ranges;
  SgHeadRange added = { min_t, max_t };
  guint kept = 0;

  ranges = g_malloc (sizeof (SgHeadRanges) + (n + 1) * sizeof (SgHeadRange));
  for (guint i = 0; i < n; i++)
    {
      const SgHeadRange *range = &old->ranges[i];

      if (range->min_t <= added.max_t && range->max_t >= added.min_t)
        added = (SgHeadRange) { MIN (added.min_t, range->min_t), MAX (added.max_t, range->max_t) };
      else
        ranges->ranges[kept++] = *range;
    }
  ranges->ranges[kept++] = added;
  ranges->n = kept;
  extra->deleted = ranges;
  sg_head_gate_retire_read (gate, old, g_free);
}

/* Frees a chunk that is in no file, once nobody reads it. */
static void
let_go (const SgHeadChunk *chunk,
        SgHeadGate        *gate)
{
  if (chunk->place & SG_HEAD_IN_MEMORY)
    sg_head_gate_retire_read (gate, (gpointer) sg_head_place_closed (chunk->place),
                              sg_head_closed_free);
}

/* Lets the first chunks go that have nothing from @min_t on, unless they wait for a file. */
static void
truncate_list (SgHeadChunkList **place,
               SgTimeMs          min_t,
               SgHeadGate       *gate,
               gboolean          in_files)
{
  SgHeadChunkList *old = *place;
  SgHeadChunkList *left;
  guint n = 0;

  while (old != NULL && n < old->n && old->chunks[n].max_t < min_t
         && !(in_files && (old->chunks[n].place & SG_HEAD_IN_MEMORY)))
    n++;
  if (n == 0)
    return;
  left = g_malloc (sizeof (SgHeadChunkList) + (old->n - n) * sizeof (SgHeadChunk));
  left->n = left->capacity = old->n - n;
  memcpy (left->chunks, old->chunks + n, left->n * sizeof (SgHeadChunk));
  for (guint i = 0; i < n; i++)
    let_go (&old->chunks[i], gate);
  if (left->n == 0)
    g_clear_pointer (&left, g_free);
  *place = left;
  sg_head_gate_retire_read (gate, old, g_free);
}

static void
truncate_open (SgHeadSeries *self,
               SgTimeMs      min_t,
               SgHeadGate   *gate)
{
  SgTimeMs last_t = self->open.t;
  guint64 last_value = self->open.value;

  if (self->open.n_samples == 0 || last_t >= min_t)
    return;
  sg_head_gate_retire_read (gate, g_steal_pointer (&self->open.data), g_free);
  sg_xor_appender_init (&self->open);
  self->open.t = last_t;
  self->open.value = last_value;
}

static void
truncate_deleted (SgHeadExtra *extra,
                  SgTimeMs     min_t,
                  SgHeadGate  *gate)
{
  SgHeadRanges *old = extra->deleted;

  for (guint i = 0; old != NULL && i < old->n; i++)
    {
      if (old->ranges[i].max_t >= min_t)
        return;
    }
  extra->deleted = NULL;
  sg_head_gate_retire_read (gate, old, g_free);
}

/**
 * sg_head_series_truncate:
 * @self: a series, locked
 * @min_t: what is before it is in blocks
 * @gate: frees what readers may know
 * @in_files: whether full chunks go to files: those that wait for one are kept
 *
 * Lets go the chunks that have nothing from @min_t on.
 *
 * Returns: whether the series may go, too
 */
gboolean
sg_head_series_truncate (SgHeadSeries *self,
                         SgTimeMs      min_t,
                         SgHeadGate   *gate,
                         gboolean      in_files)
{
  truncate_list (&self->closed, min_t, gate, in_files);
  if (self->closed == NULL)
    truncate_open (self, min_t, gate);
  if (self->extra != NULL)
    truncate_deleted (self->extra, min_t, gate);
  return sg_head_series_count_chunks (self) == 0 && self->pending == 0
         && (self->extra == NULL
             || (self->extra->late == NULL && self->extra->late_chunks == NULL));
}

/* Returns: its first time, %SG_TIME_MS_MAX when it has none; late samples do not count */
SgTimeMs
sg_head_series_get_min_t (const SgHeadSeries *self)
{
  if (self->closed != NULL)
    return self->closed->chunks[0].min_t;
  return self->open.n_samples > 0 ? self->open_min_t : SG_TIME_MS_MAX;
}
