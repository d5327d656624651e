/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-series.h"

#include "tsdb/sg-chunk-merge.h"

/*
 * Several sets as one. Each has a head: the symbol, then the series, that it is at. The least head is
 * next; whatever heads are equal to it belong to it and move on together, but not before the next step,
 * because until then what they yielded is in use.
 */

typedef struct
{
  SgChunkSeriesSet *set;
  gboolean is_used;
  gboolean is_at_end;
  const char *text;
  gsize length;
  SgChunkSeries series;
} Head;

typedef struct
{
  SgChunkSeriesSet parent;
  guint n_heads;
  Head *heads;
  gboolean in_series;
  SgChunkMerge merge;
  GArray *stones;
} Merged;

static void
merged_free (SgChunkSeriesSet *set)
{
  Merged *self = (Merged *) set;

  for (guint i = 0; i < self->n_heads; i++)
    sg_chunk_series_set_free (self->heads[i].set);
  g_free (self->heads);
  sg_chunk_merge_clear (&self->merge);
  g_array_unref (self->stones);
  g_free (self);
}

static int
compare_symbols (const Head *a,
                 const Head *b)
{
  int order = memcmp (a->text, b->text, MIN (a->length, b->length));

  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static int
compare_series (const Head *a,
                const Head *b)
{
  return sg_labels_compare (a->series.labels, b->series.labels);
}

/* Moves on what was used. Returns: whether that went well */
static gboolean
refill (Merged  *self,
        GError **error)
{
  for (guint i = 0; i < self->n_heads; i++)
    {
      Head *head = &self->heads[i];
      g_autoptr (GError) problem = NULL;

      if (!head->is_used || head->is_at_end)
        continue;
      if (self->in_series)
        head->is_at_end = !sg_chunk_series_set_next_series (head->set, &head->series, &problem);
      else
        head->is_at_end =
            !sg_chunk_series_set_next_symbol (head->set, &head->text, &head->length, &problem);
      if (problem != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      head->is_used = FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): the least head; it and those that equal it are used now */
static Head *
use_least (Merged *self,
           int (*compare) (const Head *a, const Head *b))
{
  Head *least = NULL;

  for (guint i = 0; i < self->n_heads; i++)
    {
      Head *head = &self->heads[i];

      if (!head->is_at_end && (least == NULL || compare (head, least) < 0))
        least = head;
    }
  for (guint i = 0; least != NULL && i < self->n_heads; i++)
    {
      Head *head = &self->heads[i];

      head->is_used = !head->is_at_end && compare (head, least) == 0;
    }
  return least;
}

static gboolean
merged_next_symbol (SgChunkSeriesSet  *set,
                    const char       **ret_text,
                    gsize             *ret_length,
                    GError           **error)
{
  Merged *self = (Merged *) set;
  const Head *least;

  if (!refill (self, error))
    return FALSE;
  least = use_least (self, compare_symbols);
  if (least == NULL)
    return FALSE;
  *ret_text = least->text;
  *ret_length = least->length;
  return TRUE;
}

static void
begin_series (Merged *self)
{
  self->in_series = TRUE;
  for (guint i = 0; i < self->n_heads; i++)
    {
      self->heads[i].is_used = TRUE;
      self->heads[i].is_at_end = FALSE;
    }
}

/* Puts the chunks of all heads that are used together. */
static gboolean
merge_used (Merged  *self,
            GError **error)
{
  sg_chunk_merge_reset (&self->merge);
  g_array_set_size (self->stones, 0);
  for (guint i = 0; i < self->n_heads; i++)
    {
      const SgChunkSeries *series = &self->heads[i].series;

      if (!self->heads[i].is_used)
        continue;
      for (gsize k = 0; k < series->n_chunks; k++)
        sg_chunk_merge_add (&self->merge, &series->chunks[k]);
      g_array_append_vals (self->stones, series->stones, series->n_stones);
    }
  return sg_chunk_merge_run (&self->merge, error);
}

static gboolean
merged_next_series (SgChunkSeriesSet  *set,
                    SgChunkSeries     *ret_series,
                    GError           **error)
{
  Merged *self = (Merged *) set;
  const Head *least;

  if (!self->in_series)
    begin_series (self);
  if (!refill (self, error))
    return FALSE;
  least = use_least (self, compare_series);
  if (least == NULL)
    return FALSE;
  if (!merge_used (self, error))
    {
      g_autofree char *text = sg_labels_to_string (least->series.labels);

      g_prefix_error (error, "%s: ", text);
      return FALSE;
    }
  ret_series->labels = least->series.labels;
  ret_series->chunks = (const SgChunk *) (gpointer) self->merge.merged->data;
  ret_series->n_chunks = self->merge.merged->len;
  ret_series->stones = (const SgTombstone *) (gpointer) self->stones->data;
  ret_series->n_stones = self->stones->len;
  return TRUE;
}

/**
 * sg_merged_chunk_series_new:
 * @sets: (element-type SgChunkSeriesSet) (transfer full): what to merge; the array has no free function
 *
 * Of samples of one series and time that of the first set stays.
 *
 * Returns: (transfer full): all of them in one set
 */
SgChunkSeriesSet *
sg_merged_chunk_series_new (GPtrArray *sets)
{
  static const SgChunkSeriesSetClass klass = { merged_next_symbol, merged_next_series,
                                               merged_free };
  Merged *self = g_new0 (Merged, 1);

  self->parent.klass = &klass;
  self->n_heads = sets->len;
  self->heads = g_new0 (Head, sets->len);
  for (guint i = 0; i < sets->len; i++)
    {
      self->heads[i].set = g_ptr_array_index (sets, i);
      self->heads[i].is_used = TRUE;
    }
  g_ptr_array_unref (sets);
  sg_chunk_merge_init (&self->merge);
  self->stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  return &self->parent;
}
