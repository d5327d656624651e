/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-merge-series-set.h"

#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/*
 * Several sets of series as one, in the order of their labels: blocks, the head, or what else yields
 * series. A series that only one set has is passed on as it is. One that several have gets the samples
 * of all: those that follow each other in time are put one behind the other, those that overlap are
 * merged, and of two samples of one time that of the earlier set stays.
 *
 * Floats and histograms stay in two columns.
 *
 * Where all sets can look series up without reading them, so can this one; then a series that several
 * have is read by one thread, one piece behind the other.
 */

#define N_KINDS 2

typedef struct
{
  SgSeriesSet *set;
  const SgSeries *series;
  SgSeriesPiece *piece;
  const SgLabels *labels;
  gboolean is_used;
  gboolean is_at_end;
} Head;

/* Samples of one kind that were put together; a value is a float or a pointer, of so many bytes. */
typedef struct
{
  gsize value_size;
  gsize n;
  gsize capacity;
  SgTimeMs *times;
  guint8 *values;
} Buffer;

typedef struct
{
  SgSeriesSet parent;
  gboolean is_looking;
  guint n_heads;
  Head *heads;
  guint64 max_series;
  guint64 max_samples;
  guint64 n_series;
  guint64 n_samples;
  Buffer merged[N_KINDS];
  Buffer spare[N_KINDS];
  SgColumn columns[N_KINDS];
  SgSeries series;
  GPtrArray *pieces;
  GPtrArray *unused;
} MergedSet;

/* A series that several sets have. */
typedef struct
{
  SgSeriesPiece parent;
  MergedSet *set;
  guint n;
  SgSeriesPiece *parts[];
} MergedPiece;

static void
buffer_clear (Buffer *self)
{
  g_free (self->times);
  g_free (self->values);
}

static void
buffer_reserve (Buffer *self,
                gsize   n)
{
  if (n <= self->capacity)
    return;
  self->capacity = MAX (n, self->capacity * 2);
  self->times = g_renew (SgTimeMs, self->times, self->capacity);
  self->values = g_realloc_n (self->values, self->capacity, self->value_size);
}

static const guint8 *
get_values (const SgColumn *column)
{
  return column->kind == SG_VALUE_FLOAT ? (gconstpointer) column->f
                                        : (gconstpointer) column->histograms;
}

/* Copies @n samples of a column, from @begin on, to place @to. */
static void
buffer_copy (Buffer         *self,
             gsize           to,
             const SgColumn *column,
             gsize           begin,
             gsize           n)
{
  gsize size = self->value_size;

  memcpy (self->times + to, column->t + begin, n * sizeof *self->times);
  memcpy (self->values + to * size, get_values (column) + begin * size, n * size);
}

static void
buffer_put_behind (Buffer         *self,
                   const SgColumn *column)
{
  buffer_reserve (self, self->n + column->n);
  buffer_copy (self, self->n, column, 0, column->n);
  self->n += column->n;
}

static void
buffer_put_before (Buffer         *self,
                   const SgColumn *column)
{
  gsize size = self->value_size;

  buffer_reserve (self, self->n + column->n);
  memmove (self->times + column->n, self->times, self->n * sizeof *self->times);
  memmove (self->values + column->n * size, self->values, self->n * size);
  buffer_copy (self, 0, column, 0, column->n);
  self->n += column->n;
}

/* Makes of two rising columns one; of one time the sample of the first stays. */
static void
buffer_merge (Buffer         *self,
              const SgColumn *first,
              const SgColumn *second)
{
  gsize i = 0;
  gsize k = 0;

  buffer_reserve (self, first->n + second->n);
  self->n = 0;
  while (i < first->n || k < second->n)
    {
      gboolean from_first = k == second->n || (i < first->n && first->t[i] <= second->t[k]);

      if (from_first && k < second->n && first->t[i] == second->t[k])
        k++;
      buffer_copy (self, self->n++, from_first ? first : second, from_first ? i : k, 1);
      i += from_first;
      k += !from_first;
    }
}

static void
merged_set_free (SgSeriesSet *set)
{
  MergedSet *self = (MergedSet *) set;

  g_ptr_array_unref (self->unused);
  g_ptr_array_unref (self->pieces);
  for (guint i = 0; i < self->n_heads; i++)
    sg_series_set_free (self->heads[i].set);
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      buffer_clear (&self->merged[kind]);
      buffer_clear (&self->spare[kind]);
    }
  g_free (self->heads);
  g_free (self);
}

static void
take_warnings (MergedSet   *self,
               SgSeriesSet *set)
{
  const char *const *warnings = sg_series_set_get_warnings (set);

  for (; *warnings != NULL; warnings++)
    sg_series_set_warn (&self->parent, "%s", *warnings);
}

/* Moves on. What is at its end by reading has all its warnings, by looking it gets them later. */
static gboolean
head_step (MergedSet  *self,
           Head       *head,
           GError    **error)
{
  g_autoptr (GError) problem = NULL;

  head->is_used = FALSE;
  if (self->is_looking)
    {
      head->piece = head->set->klass->look (head->set, &problem);
      head->is_at_end = head->piece == NULL;
    }
  else
    {
      head->is_at_end = !sg_series_set_next (head->set, &head->series, &problem);
      if (head->is_at_end)
        take_warnings (self, head->set);
    }
  if (!head->is_at_end)
    head->labels = self->is_looking ? head->piece->labels : head->series->labels;
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Moves on the heads that were used. */
static gboolean
refill (MergedSet  *self,
        GError    **error)
{
  for (guint i = 0; i < self->n_heads; i++)
    {
      Head *head = &self->heads[i];

      if (head->is_used && !head->is_at_end && !head_step (self, head, error))
        return FALSE;
    }
  return TRUE;
}

/* Marks the heads with the least labels. Returns: the first of them; NULL at the end */
static Head *
use_least (MergedSet *self,
           guint     *ret_n)
{
  Head *least = NULL;

  *ret_n = 0;
  for (guint i = 0; i < self->n_heads; i++)
    {
      Head *head = &self->heads[i];
      int order = -1;

      if (head->is_at_end)
        continue;
      if (least != NULL)
        order = sg_labels_compare (head->labels, least->labels);
      if (order < 0)
        {
          for (guint k = 0; k < i; k++)
            self->heads[k].is_used = FALSE;
          least = head;
          *ret_n = 0;
        }
      head->is_used = order <= 0;
      *ret_n += order <= 0;
    }
  return least;
}

static SgColumn
get_column (const Buffer *buffer,
            SgValueKind   kind)
{
  return (SgColumn) { kind, buffer->n, buffer->times, { (gpointer) buffer->values } };
}

static void
add_column (MergedSet      *self,
            const SgColumn *column)
{
  Buffer *merged = &self->merged[column->kind];
  Buffer *spare = &self->spare[column->kind];
  SgColumn old = get_column (merged, column->kind);
  Buffer swapped;

  if (column->n == 0)
    return;
  if (merged->n == 0 || column->t[0] > merged->times[merged->n - 1])
    buffer_put_behind (merged, column);
  else if (column->t[column->n - 1] < merged->times[0])
    buffer_put_before (merged, column);
  else
    {
      buffer_merge (spare, &old, column);
      swapped = *merged;
      *merged = *spare;
      *spare = swapped;
    }
}

/* Puts the samples of all heads that are used together. */
static const SgSeries *
combine (MergedSet *self)
{
  guint n_columns = 0;
  const SgLabels *labels = NULL;

  for (guint kind = 0; kind < N_KINDS; kind++)
    self->merged[kind].n = 0;
  for (guint i = 0; i < self->n_heads; i++)
    {
      const SgSeries *series = self->heads[i].series;

      if (!self->heads[i].is_used)
        continue;
      labels = labels != NULL ? labels : series->labels;
      for (guint k = 0; k < series->n_columns; k++)
        add_column (self, &series->columns[k]);
    }
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      if (self->merged[kind].n > 0)
        self->columns[n_columns++] = get_column (&self->merged[kind], kind);
    }
  self->series = (SgSeries) { labels, n_columns, self->columns };
  return &self->series;
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
piece_read (SgSeriesPiece  *piece,
            SgSampleBuffer *buffer)
{
  const MergedPiece *self = (const MergedPiece *) piece;
  gsize begin = buffer->n;

  for (guint i = 0; i < self->n; i++)
    {
      gsize middle = buffer->n;

      self->parts[i]->klass->read (self->parts[i], buffer);
      sg_sample_buffer_merge (buffer, begin, middle);
    }
}

static void
piece_done (SgSeriesPiece *piece)
{
  MergedPiece *self = (MergedPiece *) piece;

  for (guint i = 0; i < self->n; i++)
    self->parts[i]->klass->done (self->parts[i]);
  g_ptr_array_add (self->set->unused, self);
}

static MergedPiece *
take_piece (MergedSet *self)
{
  static const SgSeriesPieceClass klass = { piece_read, piece_done };
  MergedPiece *piece;

  if (self->unused->len > 0)
    return g_ptr_array_steal_index_fast (self->unused, self->unused->len - 1);
  piece = g_malloc0 (sizeof (MergedPiece) + self->n_heads * sizeof (SgSeriesPiece *));
  piece->parent.klass = &klass;
  piece->set = self;
  g_ptr_array_add (self->pieces, piece);
  return piece;
}

/* Puts the pieces of all heads that are used together. */
static SgSeriesPiece *
combine_pieces (MergedSet *self)
{
  MergedPiece *piece = take_piece (self);

  piece->n = 0;
  piece->parent.n_chunks = 0;
  for (guint i = 0; i < self->n_heads; i++)
    {
      if (!self->heads[i].is_used)
        continue;
      piece->parts[piece->n++] = self->heads[i].piece;
      piece->parent.n_chunks += self->heads[i].piece->n_chunks;
      self->heads[i].piece = NULL;
    }
  piece->parent.labels = piece->parts[0]->labels;
  return &piece->parent;
}

static SgSeriesPiece *
merged_set_look (SgSeriesSet  *set,
                 GError      **error)
{
  MergedSet *self = (MergedSet *) set;
  Head *least;
  guint n;

  self->is_looking = TRUE;
  if (!refill (self, error))
    return NULL;
  least = use_least (self, &n);
  if (least == NULL)
    return NULL;
  return n == 1 ? g_steal_pointer (&least->piece) : combine_pieces (self);
}

static void
merged_set_finish (SgSeriesSet *set)
{
  MergedSet *self = (MergedSet *) set;

  for (guint i = 0; i < self->n_heads; i++)
    {
      self->heads[i].set->klass->finish (self->heads[i].set);
      take_warnings (self, self->heads[i].set);
    }
}

static gboolean
merged_set_next (SgSeriesSet     *set,
                 const SgSeries **ret_series,
                 GError         **error)
{
  MergedSet *self = (MergedSet *) set;
  const SgSeries *series;
  Head *least;
  guint n;

  if (!refill (self, error))
    return FALSE;
  least = use_least (self, &n);
  if (least == NULL)
    return FALSE;
  series = n == 1 ? least->series : combine (self);
  for (guint i = 0; i < series->n_columns; i++)
    self->n_samples += series->columns[i].n;
  if (!check_limit (++self->n_series, self->max_series, "series", error)
      || !check_limit (self->n_samples, self->max_samples, "samples", error))
    return FALSE;
  *ret_series = series;
  return TRUE;
}

static gboolean
can_all_look (const GPtrArray *sets)
{
  for (guint i = 0; i < sets->len; i++)
    {
      if (((SgSeriesSet *) sets->pdata[i])->klass->look == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_merge_series_set_new:
 * @sets: (element-type SgSeriesSet) (transfer full): what to merge; the array has no free function
 * @hints: (nullable): the limits for all of them together
 *
 * Their warnings are its own, as soon as all of them are at their end.
 *
 * Returns: (transfer full): all series
 */
SgSeriesSet *
sg_merge_series_set_new (GPtrArray           *sets,
                         const SgSelectHints *hints)
{
  static const SgSeriesSetClass reads = { merged_set_next, merged_set_free };
  static const SgSeriesSetClass looks = { merged_set_next, merged_set_free, merged_set_look,
                                          merged_set_finish };
  MergedSet *self = g_new0 (MergedSet, 1);

  sg_series_set_init (&self->parent, can_all_look (sets) ? &looks : &reads);
  self->pieces = g_ptr_array_new_with_free_func (g_free);
  self->unused = g_ptr_array_new ();
  self->n_heads = sets->len;
  self->heads = g_new0 (Head, sets->len);
  for (guint i = 0; i < sets->len; i++)
    {
      self->heads[i].set = g_ptr_array_index (sets, i);
      self->heads[i].is_used = TRUE;
    }
  g_ptr_array_unref (sets);
  self->merged[SG_VALUE_FLOAT].value_size = sizeof (double);
  self->spare[SG_VALUE_FLOAT].value_size = sizeof (double);
  self->merged[SG_VALUE_HISTOGRAM].value_size = sizeof (const SgHistogramValue *);
  self->spare[SG_VALUE_HISTOGRAM].value_size = sizeof (const SgHistogramValue *);
  self->max_series = hints != NULL ? hints->max_series : 0;
  self->max_samples = hints != NULL ? hints->max_samples : 0;
  return &self->parent;
}
