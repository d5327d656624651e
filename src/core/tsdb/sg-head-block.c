/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-block.h"

#include "tsdb/sg-head-capture.h"
#include "tsdb/sg-head-late.h"
#include "tsdb/sg-tsdb-error.h"

#include <stdlib.h>
#include <string.h>

/*
 * A range of the head, for the writer of blocks. Chunks that are within the range go as they are. A
 * series with a chunk across an end of the range, with samples out of order, or with some that are
 * deleted is written anew, in chunks of 120 samples; of it chunks of unknown encodings are left out.
 */
typedef struct
{
  SgChunkSeriesSet parent;
  SgHead *head;
  SgHeadGuard guard;
  gboolean late;
  SgTimeMs min_t;
  SgTimeMs end;
  GArray *captures;
  GPtrArray *order;
  GPtrArray *symbols;
  guint next_symbol;
  guint next;
  SgHeadSamples samples;
  GArray *chunks;
  GPtrArray *made;
} HeadSeries;

static void
capture_clear (gpointer capture)
{
  sg_head_capture_clear (capture);
}

static void
head_series_free (SgChunkSeriesSet *set)
{
  HeadSeries *self = (HeadSeries *) set;

  g_array_unref (self->captures);
  g_ptr_array_unref (self->order);
  g_ptr_array_unref (self->symbols);
  g_array_unref (self->chunks);
  g_ptr_array_unref (self->made);
  sg_head_samples_clear (&self->samples);
  sg_head_gate_leave (&self->head->gate, &self->guard);
  sg_head_unref (self->head);
  g_free (self);
}

static gboolean
head_series_next_symbol (SgChunkSeriesSet  *set,
                         const char       **ret_text,
                         gsize             *ret_length,
                         GError           **error)
{
  HeadSeries *self = (HeadSeries *) set;

  if (self->next_symbol == self->symbols->len)
    return FALSE;
  *ret_text = self->symbols->pdata[self->next_symbol++];
  *ret_length = strlen (*ret_text);
  return TRUE;
}

static void
add_chunk (HeadSeries *self,
           SgTimeMs    min_t,
           SgTimeMs    max_t,
           guint8      encoding,
           guint8     *data,
           gsize       length)
{
  SgChunk chunk = { min_t, max_t, { encoding, data, length } };

  g_ptr_array_add (self->made, data);
  g_array_append_val (self->chunks, chunk);
}

/* Copies a full chunk, or notes that it is damaged, and leaves it out. */
static void
copy_closed (HeadSeries        *self,
             const SgHeadChunk *chunk)
{
  guint64 place = __atomic_load_n (&chunk->place, __ATOMIC_ACQUIRE);
  guint8 encoding = SG_CHUNK_XOR;
  GError *damage = NULL;
  const guint8 *data;
  gsize length;

  if (place & SG_HEAD_IN_MEMORY)
    {
      data = sg_head_place_closed (place)->data;
      length = sg_head_place_closed (place)->length;
    }
  else if (!sg_head_chunks_read (self->head->chunks, place, &self->samples.scratch, &encoding,
                                 &data, &length, &damage))
    {
      sg_head_samples_note_damage (&self->samples, damage);
      return;
    }
  add_chunk (self, chunk->min_t, chunk->max_t, encoding, g_memdup2 (data, length), length);
}

static void
write_anew (HeadSeries *self)
{
  g_auto (SgXorAppender) appender = { 0 };
  SgTimeMs first = 0;

  sg_xor_appender_init (&appender);
  for (gsize i = 0; i < self->samples.n; i++)
    {
      gsize length;

      if (appender.n_samples == 0)
        first = self->samples.t[i];
      sg_xor_appender_append (&appender, self->samples.t[i], self->samples.v[i]);
      if (appender.n_samples < SG_CHUNK_USUAL_SAMPLES && i + 1 < self->samples.n)
        continue;
      add_chunk (self, first, self->samples.t[i], SG_CHUNK_XOR,
                 sg_xor_appender_steal (&appender, &length), 0);
      g_array_index (self->chunks, SgChunk, self->chunks->len - 1).bytes.length = length;
    }
}

/* Whether all chunks of a series in the range can go as they are, but for the open one. */
static gboolean
is_simple (const HeadSeries    *self,
           const SgHeadCapture *capture)
{
  if (capture->hidden != NULL || capture->hidden_from < self->end || capture->deleted != NULL
      || capture->late != NULL || capture->n_late_chunks > 0)
    return FALSE;
  if (capture->open_n > 0 && capture->open_min_t < self->end && capture->last_t >= self->min_t)
    return FALSE;
  for (guint i = 0; i < capture->n_closed; i++)
    {
      const SgHeadChunk *chunk = &capture->closed->chunks[i];
      gboolean outside = chunk->max_t < self->min_t || chunk->min_t >= self->end;

      if (!outside && (chunk->min_t < self->min_t || chunk->max_t >= self->end))
        return FALSE;
    }
  return TRUE;
}

static void
copy_chunks (HeadSeries          *self,
             const SgHeadCapture *capture)
{
  for (guint i = 0; i < capture->n_closed; i++)
    {
      const SgHeadChunk *chunk = &capture->closed->chunks[i];

      if (chunk->max_t >= self->min_t && chunk->min_t < self->end)
        copy_closed (self, chunk);
    }
}

static void
decode_chunks (HeadSeries          *self,
               const SgHeadCapture *capture)
{
  sg_head_capture_decode (capture, self->head, self->min_t, self->end - 1, &self->samples);
  write_anew (self);
}

static gboolean
head_series_next_series (SgChunkSeriesSet  *set,
                         SgChunkSeries     *ret_series,
                         GError           **error)
{
  HeadSeries *self = (HeadSeries *) set;

  while (self->next < self->order->len)
    {
      const SgHeadCapture *capture = self->order->pdata[self->next++];

      g_array_set_size (self->chunks, 0);
      g_ptr_array_set_size (self->made, 0);
      if (is_simple (self, capture))
        copy_chunks (self, capture);
      else
        decode_chunks (self, capture);
      if (self->chunks->len == 0)
        continue;
      *ret_series = (SgChunkSeries) { capture->series->labels,
                                      (const SgChunk *) (gpointer) self->chunks->data,
                                      self->chunks->len, NULL, 0 };
      return TRUE;
    }
  return FALSE;
}

static int
compare_captures (gconstpointer a,
                  gconstpointer b)
{
  const SgHeadCapture *left = *(const SgHeadCapture *const *) a;
  const SgHeadCapture *right = *(const SgHeadCapture *const *) b;

  return sg_labels_compare (left->series->labels, right->series->labels);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Leaves in a capture what came in order, or what did not. */
static void
keep_part (const HeadSeries *self,
           SgHeadCapture    *capture)
{
  if (self->late)
    {
      capture->open_n = 0;
      capture->n_closed = 0;
    }
  else
    {
      capture->late = NULL;
      capture->n_late_chunks = 0;
    }
}

static void
capture_all (HeadSeries *self)
{
  guint32 end = sg_head_index_get_end (&self->head->index);

  for (guint32 id = 0; id < end; id++)
    {
      SgHeadSeries *series = sg_head_index_find_id (&self->head->index, id);
      SgHeadCapture capture;

      if (series == NULL
          || !sg_head_capture_take (&capture, self->head, series, self->guard.snapshot, self->min_t,
                                    self->end - 1))
        continue;
      keep_part (self, &capture);
      g_array_append_val (self->captures, capture);
    }
}

/* The texts are those of the series' labels, which stay as long as the guard. */
static void
collect_symbols (HeadSeries *self)
{
  g_autoptr (GHashTable) symbols = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer text;

  for (guint i = 0; i < self->captures->len; i++)
    {
      SgHeadCapture *capture = &g_array_index (self->captures, SgHeadCapture, i);
      const SgLabels *labels = capture->series->labels;

      g_ptr_array_add (self->order, capture);
      for (guint k = 0; k < labels->n_labels; k++)
        {
          g_hash_table_add (symbols, (gpointer) labels->labels[k].name);
          g_hash_table_add (symbols, (gpointer) labels->labels[k].value);
        }
    }
  g_hash_table_iter_init (&iter, symbols);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    g_ptr_array_add (self->symbols, text);
}

static SgChunkSeriesSet *
head_series_new (SgHead   *self,
                 gboolean  late,
                 SgTimeMs  min_t,
                 SgTimeMs  end)
{
  static const SgChunkSeriesSetClass klass = { head_series_next_symbol, head_series_next_series,
                                               head_series_free };
  HeadSeries *set = g_new0 (HeadSeries, 1);

  set->parent.klass = &klass;
  set->head = sg_head_ref (self);
  set->late = late;
  set->min_t = min_t;
  set->end = end;
  set->captures = g_array_new (FALSE, FALSE, sizeof (SgHeadCapture));
  g_array_set_clear_func (set->captures, capture_clear);
  set->order = g_ptr_array_new ();
  set->symbols = g_ptr_array_new ();
  set->chunks = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  set->made = g_ptr_array_new_with_free_func (g_free);
  sg_head_gate_enter_reader (&self->gate, &set->guard);
  capture_all (set);
  sg_head_gate_captured (&self->gate, &set->guard);
  collect_symbols (set);
  g_ptr_array_sort (set->order, compare_captures);
  g_ptr_array_sort (set->symbols, compare_texts);
  return &set->parent;
}

/**
 * sg_head_chunk_series_new:
 * @self: a head
 * @min_t: a time
 * @end: a later time
 *
 * Returns: (transfer full): what the head has from @min_t until before @end, but for what came out of
 *   order
 */
SgChunkSeriesSet *
sg_head_chunk_series_new (SgHead   *self,
                          SgTimeMs  min_t,
                          SgTimeMs  end)
{
  return head_series_new (self, FALSE, min_t, end);
}

/* As sg_head_chunk_series_new(), for what came out of order. */
SgChunkSeriesSet *
sg_head_late_series_new (SgHead   *self,
                         SgTimeMs  min_t,
                         SgTimeMs  end)
{
  return head_series_new (self, TRUE, min_t, end);
}

/**
 * sg_head_chunk_series_get_damage:
 * @set: a set of this file that was read to its end
 * @ret_message: (out): what is wrong with the first damaged chunk
 *
 * Damaged chunks are left out: they do not get better by waiting, and the head would grow without end.
 *
 * Returns: how many there were
 */
guint
sg_head_chunk_series_get_damage (SgChunkSeriesSet  *set,
                                 const char       **ret_message)
{
  const HeadSeries *self = (const HeadSeries *) set;

  *ret_message = self->samples.damage != NULL ? self->samples.damage->message : NULL;
  return self->samples.n_damaged;
}
