/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-builder.h"

#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-chunk-series.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/*
 * Time is divided into ranges that begin at multiples of their length. A series has, for each range that
 * it has samples in, a list of full chunks of 120 samples and one that is being filled. A block gets
 * one range; it says of itself that it begins with its first sample and ends behind its last one.
 */
typedef struct
{
  gint64 range;
  SgXorAppender open;
  SgTimeMs open_t;
  SgTimeMs last_t;
  double last_value;
  GArray *chunks;
} Part;

struct _SgBuiltSeries
{
  SgLabels *labels;
  GPtrArray *parts;
  Part *recent;
};

struct _SgBlockBuilder
{
  gint64 range_ms;
  guint64 n_samples;
  GHashTable *series;
};

static void
chunk_clear (gpointer data)
{
  g_free ((gpointer) ((SgChunk *) data)->bytes.data);
}

static void
part_free (gpointer data)
{
  Part *part = data;

  sg_xor_appender_clear (&part->open);
  g_array_unref (part->chunks);
  g_free (part);
}

static void
series_free (gpointer data)
{
  SgBuiltSeries *series = data;

  sg_labels_unref (series->labels);
  g_ptr_array_unref (series->parts);
  g_free (series);
}

/* @range_ms is how long a block is. */
SgBlockBuilder *
sg_block_builder_new (gint64 range_ms)
{
  SgBlockBuilder *self = g_new0 (SgBlockBuilder, 1);

  self->range_ms = range_ms;
  self->series = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func, NULL, series_free);
  return self;
}

void
sg_block_builder_free (SgBlockBuilder *self)
{
  g_hash_table_unref (self->series);
  g_free (self);
}

guint64
sg_block_builder_get_n_samples (const SgBlockBuilder *self)
{
  return self->n_samples;
}

/* Returns: (transfer none): the series of that name, until the blocks are written */
SgBuiltSeries *
sg_block_builder_get_series (SgBlockBuilder *self,
                             const SgLabels *labels)
{
  SgBuiltSeries *series = g_hash_table_lookup (self->series, labels);

  if (series != NULL)
    return series;
  series = g_new0 (SgBuiltSeries, 1);
  series->labels = sg_labels_ref (labels);
  series->parts = g_ptr_array_new_with_free_func (part_free);
  g_hash_table_insert (self->series, series->labels, series);
  return series;
}

static Part *
get_part (SgBuiltSeries *series,
          gint64         range)
{
  guint place = series->parts->len;
  Part *part;

  if (series->recent != NULL && series->recent->range == range)
    return series->recent;
  while (place > 0 && ((Part *) series->parts->pdata[place - 1])->range > range)
    place--;
  if (place > 0 && ((Part *) series->parts->pdata[place - 1])->range == range)
    return series->recent = series->parts->pdata[place - 1];
  part = g_new0 (Part, 1);
  part->range = range;
  sg_xor_appender_init (&part->open);
  part->chunks = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  g_array_set_clear_func (part->chunks, chunk_clear);
  g_ptr_array_insert (series->parts, (gint) place, part);
  return series->recent = part;
}

static void
close_chunk (Part *part)
{
  SgChunk chunk = { part->open_t, part->last_t, { SG_CHUNK_XOR, NULL, 0 } };

  if (part->open.n_samples == 0)
    return;
  chunk.bytes.data = sg_xor_appender_steal (&part->open, &chunk.bytes.length);
  g_array_append_val (part->chunks, chunk);
  sg_xor_appender_init (&part->open);
}

static gboolean
refuse (const SgBuiltSeries  *series,
        const Part           *part,
        SgTimeMs              t,
        GError              **error)
{
  g_autofree char *name = sg_labels_to_string (series->labels);

  if (t == part->last_t)
    g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_DUPLICATE,
                 "%s has two different values at %" G_GINT64_FORMAT " ms: remove one", name, t);
  else
    g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_ORDER,
                 "%s goes back from %" G_GINT64_FORMAT " ms to %" G_GINT64_FORMAT
                 " ms: sort its samples by time",
                 name, part->last_t, t);
  return FALSE;
}

/**
 * sg_block_builder_add:
 * @self: a builder
 * @series: a series of it
 * @t: a time
 * @value: what was then
 * @error: that the series has another value then, or one later in the same block
 *
 * Returns: whether it was taken
 */
gboolean
sg_block_builder_add (SgBlockBuilder  *self,
                      SgBuiltSeries   *series,
                      SgTimeMs         t,
                      double           value,
                      GError         **error)
{
  gint64 range = t / self->range_ms - (t % self->range_ms < 0);
  Part *part = get_part (series, range);
  gboolean is_first = part->open.n_samples == 0 && part->chunks->len == 0;

  if (!is_first && t == part->last_t && memcmp (&value, &part->last_value, sizeof value) == 0)
    return TRUE;
  if (!is_first && t <= part->last_t)
    return refuse (series, part, t, error);
  if (part->open.n_samples == SG_CHUNK_USUAL_SAMPLES)
    close_chunk (part);
  if (part->open.n_samples == 0)
    part->open_t = t;
  sg_xor_appender_append (&part->open, t, value);
  part->last_t = t;
  part->last_value = value;
  self->n_samples++;
  return TRUE;
}

/* Takes all floats of a series. */
gboolean
sg_block_builder_add_series (SgBlockBuilder  *self,
                             const SgSeries  *series,
                             GError         **error)
{
  SgBuiltSeries *built = sg_block_builder_get_series (self, series->labels);

  for (guint i = 0; i < series->n_columns; i++)
    {
      const SgColumn *column = &series->columns[i];

      for (gsize k = 0; column->kind == SG_VALUE_FLOAT && k < column->n; k++)
        {
          if (!sg_block_builder_add (self, built, column->t[k], column->f[k], error))
            return FALSE;
        }
    }
  return TRUE;
}

/* One range of all series, for the writer of blocks. */
typedef struct
{
  SgChunkSeriesSet parent;
  GPtrArray *order;
  GPtrArray *symbols;
  gint64 range;
  guint next_symbol;
  guint next;
} Range;

static Part *
find_part (const SgBuiltSeries *series,
           gint64               range)
{
  for (guint i = 0; i < series->parts->len; i++)
    {
      Part *part = series->parts->pdata[i];

      if (part->range == range)
        return part;
    }
  return NULL;
}

static gboolean
range_next_symbol (SgChunkSeriesSet  *set,
                   const char       **ret_text,
                   gsize             *ret_length,
                   GError           **error)
{
  Range *self = (Range *) set;

  if (self->next_symbol == self->symbols->len)
    return FALSE;
  *ret_text = self->symbols->pdata[self->next_symbol++];
  *ret_length = strlen (*ret_text);
  return TRUE;
}

static gboolean
range_next_series (SgChunkSeriesSet  *set,
                   SgChunkSeries     *ret_series,
                   GError           **error)
{
  Range *self = (Range *) set;

  while (self->next < self->order->len)
    {
      const SgBuiltSeries *series = self->order->pdata[self->next++];
      Part *part = find_part (series, self->range);

      if (part == NULL)
        continue;
      *ret_series = (SgChunkSeries) { .labels = series->labels,
                                      .chunks = (const SgChunk *) (gpointer) part->chunks->data,
                                      .n_chunks = part->chunks->len };
      return TRUE;
    }
  return FALSE;
}

static void
range_free (SgChunkSeriesSet *set)
{
  Range *self = (Range *) set;

  g_ptr_array_unref (self->symbols);
  g_free (self);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static int
compare_series (gconstpointer a,
                gconstpointer b)
{
  return sg_labels_compare ((*(const SgBuiltSeries *const *) a)->labels,
                            (*(const SgBuiltSeries *const *) b)->labels);
}

/* Returns: (element-type utf8): names and values of all series with samples in @range, sorted */
static GPtrArray *
collect_symbols (GPtrArray *order,
                 gint64     range)
{
  g_autoptr (GHashTable) symbols = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer symbol;
  GPtrArray *sorted;

  for (guint i = 0; i < order->len; i++)
    {
      const SgBuiltSeries *series = order->pdata[i];

      for (guint k = 0; k < series->labels->n_labels && find_part (series, range) != NULL; k++)
        {
          g_hash_table_add (symbols, (gpointer) series->labels->labels[k].name);
          g_hash_table_add (symbols, (gpointer) series->labels->labels[k].value);
        }
    }
  sorted = g_ptr_array_sized_new (g_hash_table_size (symbols));
  g_hash_table_iter_init (&iter, symbols);
  while (g_hash_table_iter_next (&iter, &symbol, NULL))
    g_ptr_array_add (sorted, symbol);
  g_ptr_array_sort (sorted, compare_texts);
  return sorted;
}

static SgChunkSeriesSet *
range_new (GPtrArray *order,
           gint64     range)
{
  static const SgChunkSeriesSetClass klass = { range_next_symbol, range_next_series, range_free };
  Range *self = g_new0 (Range, 1);

  self->parent.klass = &klass;
  self->order = order;
  self->range = range;
  self->symbols = collect_symbols (order, range);
  return &self->parent;
}

/* Closes the chunks of a range. Returns: the times of a block of it */
static void
close_parts (GPtrArray *order,
             gint64     range,
             SgTimeMs  *ret_min_t,
             SgTimeMs  *ret_max_t)
{
  *ret_min_t = SG_TIME_MS_MAX;
  *ret_max_t = SG_TIME_MS_MIN;
  for (guint i = 0; i < order->len; i++)
    {
      Part *part = find_part (order->pdata[i], range);

      if (part == NULL)
        continue;
      close_chunk (part);
      *ret_min_t = MIN (*ret_min_t, g_array_index (part->chunks, SgChunk, 0).min_time);
      *ret_max_t = MAX (*ret_max_t, part->last_t + 1);
    }
}

static gboolean
write_range (GPtrArray     *order,
             gint64         range,
             const char    *folder,
             SgTimeMs       late_from,
             GPtrArray     *metas,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_meta_new ();
  g_autoptr (SgChunkSeriesSet) set = NULL;

  sg_ulid_generate (&meta->ulid, g_get_real_time () / 1000);
  close_parts (order, range, &meta->min_time, &meta->max_time);
  meta->level = 1;
  g_array_append_val (meta->sources, meta->ulid);
  if (meta->max_time > late_from)
    sg_block_meta_add_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER);
  set = range_new (order, range);
  if (!sg_block_write (folder, set, meta, cancellable, error))
    return FALSE;
  g_ptr_array_add (metas, g_steal_pointer (&meta));
  return TRUE;
}

static int
compare_ranges (gconstpointer a,
                gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

/* Returns: (element-type gint64): the ranges in which there are samples, in order */
static GArray *
collect_ranges (GPtrArray *order)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < order->len; i++)
    {
      const SgBuiltSeries *series = order->pdata[i];

      for (guint k = 0; k < series->parts->len; k++)
        {
          Part *part = series->parts->pdata[k];

          if (g_hash_table_add (seen, &part->range))
            g_array_append_val (ranges, part->range);
        }
    }
  g_array_sort (ranges, compare_ranges);
  return ranges;
}

static GPtrArray *
sort_series (SgBlockBuilder *self)
{
  GPtrArray *order = g_ptr_array_sized_new (g_hash_table_size (self->series));
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    g_ptr_array_add (order, series);
  g_ptr_array_sort (order, compare_series);
  return order;
}

/**
 * sg_block_builder_write:
 * @self: a builder
 * @folder: where blocks are
 * @late_from: blocks that end after it say that they are of samples out of order, since a log may still
 *   have others of their times; %SG_TIME_MS_MAX for none
 * @metas: (element-type SgBlockMeta): the blocks that were written are added here
 * @cancellable: (nullable): ends it
 * @error: why not all could be written
 *
 * Writes a block for each range in which there are samples. Afterwards, when it succeeds, the builder is
 * empty again, and its series are gone.
 *
 * Returns: whether all were written
 */
gboolean
sg_block_builder_write (SgBlockBuilder  *self,
                        const char      *folder,
                        SgTimeMs         late_from,
                        GPtrArray       *metas,
                        GCancellable    *cancellable,
                        GError         **error)
{
  g_autoptr (GPtrArray) order = sort_series (self);
  g_autoptr (GArray) ranges = collect_ranges (order);

  for (guint i = 0; i < ranges->len; i++)
    {
      if (!write_range (order, g_array_index (ranges, gint64, i), folder, late_from, metas,
                        cancellable, error))
        return FALSE;
    }
  g_hash_table_remove_all (self->series);
  self->n_samples = 0;
  return TRUE;
}
