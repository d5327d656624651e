/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block-series.h"
#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-block.h"
#include "tsdb/sg-file-writer.h"

#include <string.h>

/*
 * Blocks made of series that are told in memory, and read back into such: what the tests of blocks
 * compare.
 */

typedef struct
{
  SgTimeMs t;
  double value;
} TestSample;

/* A chunk that is not made of samples, put as it is. */
typedef struct
{
  SgTimeMs min_time;
  SgTimeMs max_time;
  guint8 encoding;
  const char *data;
  gsize length;
} TestForeignChunk;

typedef struct
{
  SgLabels *labels;
  GArray *samples;
  GArray *foreign;
} TestSeries;

static inline void
test_series_free (gpointer data)
{
  TestSeries *series = data;

  sg_labels_unref (series->labels);
  g_array_unref (series->samples);
  g_array_unref (series->foreign);
  g_free (series);
}

static inline GPtrArray *
test_series_list_new (void)
{
  return g_ptr_array_new_with_free_func (test_series_free);
}

static inline TestSeries *
test_series_add_labels (GPtrArray      *list,
                        const SgLabels *labels)
{
  TestSeries *series;

  for (guint i = 0; i < list->len; i++)
    {
      series = g_ptr_array_index (list, i);
      if (sg_labels_equal (series->labels, labels))
        return series;
    }
  series = g_new (TestSeries, 1);
  series->labels = sg_labels_ref (labels);
  series->samples = g_array_new (FALSE, FALSE, sizeof (TestSample));
  series->foreign = g_array_new (FALSE, FALSE, sizeof (TestForeignChunk));
  g_ptr_array_add (list, series);
  return series;
}

/* The series of that name, made if it is not there. */
static inline TestSeries *
test_series_get (GPtrArray  *list,
                 const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) labels = sg_labels_parse (text, &error);

  g_assert_no_error (error);
  return test_series_add_labels (list, labels);
}

static inline void
test_series_append (TestSeries *series,
                    SgTimeMs    t,
                    double      value)
{
  TestSample sample = { t, value };

  g_array_append_val (series->samples, sample);
}

static inline int
test_compare_series (gconstpointer a,
                     gconstpointer b)
{
  return sg_labels_compare ((*(const TestSeries *const *) a)->labels,
                            (*(const TestSeries *const *) b)->labels);
}

static inline int
test_compare_text (gconstpointer a,
                   gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The series of a list as chunks; @fail_at says after how many series to fail, or is -1. */
typedef struct
{
  SgChunkSeriesSet parent;
  GPtrArray *list;
  GPtrArray *symbols;
  guint next_symbol;
  guint next_series;
  guint samples_per_chunk;
  int fail_at;
  GArray *chunks;
  GPtrArray *made;
} TestSet;

static inline gboolean
test_set_next_symbol (SgChunkSeriesSet  *set,
                      const char       **ret_text,
                      gsize             *ret_length,
                      GError           **error)
{
  TestSet *self = (TestSet *) set;

  if (self->next_symbol == self->symbols->len)
    return FALSE;
  *ret_text = g_ptr_array_index (self->symbols, self->next_symbol++);
  *ret_length = strlen (*ret_text);
  return TRUE;
}

static inline int
test_compare_chunks (gconstpointer a,
                     gconstpointer b)
{
  return ((const SgChunk *) a)->min_time < ((const SgChunk *) b)->min_time ? -1 : 1;
}

static inline void
test_set_make_chunks (TestSet    *self,
                      TestSeries *series)
{
  g_array_set_size (self->chunks, 0);
  for (guint i = 0; i < series->samples->len;)
    {
      g_auto (SgXorAppender) appender;
      const TestSample *sample = &g_array_index (series->samples, TestSample, i);
      SgChunk chunk = { .min_time = sample->t };
      guint end = MIN (i + self->samples_per_chunk, series->samples->len);

      sg_xor_appender_init (&appender);
      for (; i < end; i++)
        {
          sample = &g_array_index (series->samples, TestSample, i);
          g_assert_true (sg_xor_appender_append (&appender, sample->t, sample->value));
        }
      chunk.max_time = sample->t;
      chunk.bytes.encoding = SG_CHUNK_XOR;
      chunk.bytes.data = sg_xor_appender_steal (&appender, &chunk.bytes.length);
      g_ptr_array_add (self->made, (gpointer) chunk.bytes.data);
      g_array_append_val (self->chunks, chunk);
    }
  for (guint i = 0; i < series->foreign->len; i++)
    {
      const TestForeignChunk *foreign = &g_array_index (series->foreign, TestForeignChunk, i);
      SgChunk chunk = { foreign->min_time, foreign->max_time,
                        { foreign->encoding, (const guint8 *) foreign->data, foreign->length } };

      g_array_append_val (self->chunks, chunk);
    }
  g_array_sort (self->chunks, test_compare_chunks);
}

static inline gboolean
test_set_next_series (SgChunkSeriesSet  *set,
                      SgChunkSeries     *ret_series,
                      GError           **error)
{
  TestSet *self = (TestSet *) set;
  TestSeries *series;

  if (self->fail_at >= 0 && self->next_series == (guint) self->fail_at)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "asked to fail");
      return FALSE;
    }
  if (self->next_series == self->list->len)
    return FALSE;
  series = g_ptr_array_index (self->list, self->next_series++);
  test_set_make_chunks (self, series);
  *ret_series = (SgChunkSeries) { series->labels,
                                  (const SgChunk *) (gpointer) self->chunks->data,
                                  self->chunks->len, NULL, 0 };
  return TRUE;
}

static inline void
test_set_free (SgChunkSeriesSet *set)
{
  TestSet *self = (TestSet *) set;

  g_ptr_array_unref (self->symbols);
  g_array_unref (self->chunks);
  g_ptr_array_unref (self->made);
  g_free (self);
}

static inline void
test_set_collect_symbols (TestSet *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < self->list->len; i++)
    {
      const SgLabels *labels = ((TestSeries *) g_ptr_array_index (self->list, i))->labels;

      for (guint k = 0; k < labels->n_labels; k++)
        {
          g_hash_table_add (seen, (gpointer) labels->labels[k].name);
          g_hash_table_add (seen, (gpointer) labels->labels[k].value);
        }
    }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (self->symbols, key);
  g_ptr_array_sort (self->symbols, test_compare_text);
}

static inline TestSet *
test_set_new (GPtrArray *list,
              guint      samples_per_chunk)
{
  static const SgChunkSeriesSetClass klass
      = { test_set_next_symbol, test_set_next_series, test_set_free };
  TestSet *self = g_new0 (TestSet, 1);

  g_ptr_array_sort (list, test_compare_series);
  self->parent.klass = &klass;
  self->list = list;
  self->symbols = g_ptr_array_new ();
  self->samples_per_chunk = samples_per_chunk;
  self->fail_at = -1;
  self->chunks = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  self->made = g_ptr_array_new_with_free_func (g_free);
  test_set_collect_symbols (self);
  return self;
}

static inline SgBlockMeta *
test_meta_new (SgTimeMs min_time,
               SgTimeMs max_time)
{
  SgBlockMeta *meta = sg_block_meta_new ();

  sg_ulid_generate (&meta->ulid, max_time);
  meta->min_time = min_time;
  meta->max_time = max_time;
  meta->level = 1;
  g_array_append_val (meta->sources, meta->ulid);
  return meta;
}

static inline char *
test_block_path (const char   *folder,
                 const SgUlid *ulid)
{
  char name[SG_ULID_LENGTH + 1];

  sg_ulid_print (ulid, name);
  return g_build_filename (folder, name, NULL);
}

static inline SgBlock *
test_block_open (const char   *folder,
                 const SgUlid *ulid)
{
  g_autofree char *path = test_block_path (folder, ulid);
  g_autoptr (GError) error = NULL;
  SgBlock *block = sg_block_open (path, &error);

  g_assert_no_error (error);
  return block;
}

/* Writes a block of the series of a list, and opens it. */
static inline SgBlock *
test_block_write (const char *folder,
                  GPtrArray  *list,
                  SgTimeMs    min_time,
                  SgTimeMs    max_time,
                  guint       samples_per_chunk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = test_meta_new (min_time, max_time);
  TestSet *set = test_set_new (list, samples_per_chunk);

  sg_block_write (folder, &set->parent, meta, NULL, &error);
  sg_chunk_series_set_free (&set->parent);
  g_assert_no_error (error);
  return test_block_open (folder, &meta->ulid);
}

static inline void
test_read_chunks (TestSeries          *series,
                  const SgChunkSeries *read)
{
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < read->n_chunks; i++)
    {
      const SgChunk *chunk = &read->chunks[i];
      SgXorIter iter;
      SgTimeMs t;
      double value;

      g_assert_true (i == 0 || chunk->min_time > chunk[-1].max_time);
      if (chunk->bytes.encoding != SG_CHUNK_XOR)
        continue;
      sg_xor_iter_init (&iter, chunk->bytes.data, chunk->bytes.length);
      while (sg_xor_iter_next (&iter, &t, &value, &error))
        {
          g_assert_cmpint (t, >=, chunk->min_time);
          g_assert_cmpint (t, <=, chunk->max_time);
          test_series_append (series, t, value);
        }
      g_assert_no_error (error);
    }
}

/* Reads all that is not deleted. Returns: NULL with an error when it cannot be read */
static inline GPtrArray *
test_block_read (SgBlock  *block,
                 GError  **error)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (SgChunkSeriesSet) set = sg_block_series_new (block, error);
  g_autoptr (GError) problem = NULL;
  SgChunkSeries series;

  if (set == NULL)
    return NULL;
  while (sg_chunk_series_set_next_series (set, &series, &problem))
    {
      if (series.n_chunks > 0)
        test_read_chunks (test_series_add_labels (list, series.labels), &series);
    }
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static inline void
test_assert_series_equal (GPtrArray *a,
                          GPtrArray *b)
{
  g_ptr_array_sort (a, test_compare_series);
  g_ptr_array_sort (b, test_compare_series);
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    {
      const TestSeries *left = g_ptr_array_index (a, i);
      const TestSeries *right = g_ptr_array_index (b, i);

      g_assert_true (sg_labels_equal (left->labels, right->labels));
      g_assert_cmpmem (left->samples->data, left->samples->len * sizeof (TestSample),
                       right->samples->data, right->samples->len * sizeof (TestSample));
    }
}

static inline void
test_assert_block_has (SgBlock   *block,
                       GPtrArray *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = test_block_read (block, &error);

  g_assert_no_error (error);
  test_assert_series_equal (read, expected);
  sg_block_verify (block, NULL, &error);
  g_assert_no_error (error);
}
