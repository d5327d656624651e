/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-select.h"

/*
 * Which series, label names and label values a block has. With matchers the series that match are gone
 * through, without reading a text until all symbols are known.
 */

#define CANCEL_INTERVAL 256

/* Goes through the series that match. */
typedef struct
{
  const SgIndexReader *index;
  SgPostings *postings;
  GCancellable *cancellable;
  guint n;
} Walk;

static gboolean
walk_init (Walk                    *self,
           SgBlock                 *block,
           const SgMatcher  *const *matchers,
           gsize                    n_matchers,
           GCancellable            *cancellable,
           GError                 **error)
{
  *self = (Walk) { sg_block_get_index (block), NULL, cancellable, 0 };
  self->postings = sg_block_match (block, matchers, n_matchers, cancellable, error);
  return self->postings != NULL;
}

static void
walk_clear (Walk *self)
{
  g_clear_pointer (&self->postings, sg_postings_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

/* Returns: whether there was one more; at the end FALSE without an error */
static gboolean
walk_next (Walk           *self,
           SgIndexSeries  *ret_series,
           GError        **error)
{
  SgSeriesRef ref;

  if (self->n++ % CANCEL_INTERVAL == 0
      && g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  if (sg_postings_next (self->postings, &ref))
    return sg_index_reader_get_series (self->index, ref, ret_series, error);
  sg_index_reader_check_whole (self->index, error);
  return FALSE;
}

static gboolean
finish (GError  *problem,
        GError **error)
{
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
is_deleted (const SgChunkMeta *chunk,
            const SgTombstone *stones,
            guint              n_stones)
{
  for (guint i = 0; i < n_stones; i++)
    {
      if (stones[i].min_time <= chunk->min_time && stones[i].max_time >= chunk->max_time)
        return TRUE;
    }
  return FALSE;
}

/* Whether a series has a chunk that is within the times asked for and not all deleted. */
static gboolean
has_chunk (const SgTombstones  *tombstones,
           const SgIndexSeries *series,
           const GArray        *chunks,
           const SgSelectHints *hints)
{
  guint n_stones;
  const SgTombstone *stones = sg_tombstones_find (tombstones, series->ref, &n_stones);

  for (guint i = 0; i < chunks->len; i++)
    {
      const SgChunkMeta *chunk = &g_array_index (chunks, SgChunkMeta, i);

      if (chunk->max_time >= hints->start && chunk->min_time <= hints->end
          && !is_deleted (chunk, stones, n_stones))
        return TRUE;
    }
  return FALSE;
}

/**
 * sg_block_find_labels:
 * @labels: (element-type SgLabels): where the series are added, in order
 *
 * Finds the series that match and have samples, as far as can be said without reading chunks, within
 * the times of @hints.
 *
 * Returns: whether the index could be read
 */
gboolean
sg_block_find_labels (SgBlock                 *block,
                      const SgMatcher  *const *matchers,
                      gsize                    n_matchers,
                      const SgSelectHints     *hints,
                      GPtrArray               *labels,
                      GCancellable            *cancellable,
                      GError                 **error)
{
  g_autoptr (SgTombstones) tombstones = sg_block_ref_tombstones (block);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  GError *problem = NULL;
  SgIndexSeries series;
  g_auto (Walk) walk;

  if (!walk_init (&walk, block, matchers, n_matchers, cancellable, error))
    return FALSE;
  while (walk_next (&walk, &series, &problem))
    {
      SgIndexSeries copy = series;
      SgLabels *found;

      if (!sg_index_reader_read_chunks (walk.index, &copy, chunks, error))
        return FALSE;
      if (!has_chunk (tombstones, &series, chunks, hints))
        continue;
      found = sg_index_reader_read_labels (walk.index, &series, error);
      if (found == NULL)
        return FALSE;
      g_ptr_array_add (labels, found);
    }
  return finish (problem, error);
}

/* Puts the texts of symbols into a set of texts. */
static gboolean
add_symbols (const SgIndexReader  *index,
             GHashTable           *symbols,
             GHashTable           *texts,
             GError              **error)
{
  GHashTableIter iter;
  gpointer symbol;

  g_hash_table_iter_init (&iter, symbols);
  while (g_hash_table_iter_next (&iter, &symbol, NULL))
    {
      const char *text;
      gsize length;

      if (!sg_index_reader_get_symbol (index, GPOINTER_TO_UINT (symbol), &text, &length, error))
        return FALSE;
      if (memchr (text, '\0', length) == NULL)
        g_hash_table_add (texts, g_strndup (text, length));
    }
  return TRUE;
}

/**
 * sg_block_find_names:
 * @names: (element-type utf8): a set with g_free(), where the names are added
 *
 * Finds the names of the labels of the series that match.
 *
 * Returns: whether the index could be read
 */
gboolean
sg_block_find_names (SgBlock                 *block,
                     const SgMatcher  *const *matchers,
                     gsize                    n_matchers,
                     GHashTable              *names,
                     GCancellable            *cancellable,
                     GError                 **error)
{
  g_autoptr (GHashTable) symbols = g_hash_table_new (NULL, NULL);
  const SgIndexReader *index = sg_block_get_index (block);
  GError *problem = NULL;
  SgIndexSeries series;
  g_auto (Walk) walk = { NULL };

  for (guint i = 0; n_matchers == 0 && i < sg_index_reader_get_n_names (index); i++)
    g_hash_table_add (names, g_strdup (sg_index_reader_get_name (index, i)));
  if (n_matchers == 0)
    return TRUE;
  if (!walk_init (&walk, block, matchers, n_matchers, cancellable, error))
    return FALSE;
  while (walk_next (&walk, &series, &problem))
    {
      guint32 name;
      guint32 value;

      while (sg_index_series_next_label (&series, &name, &value))
        g_hash_table_add (symbols, GUINT_TO_POINTER (name));
    }
  return finish (problem, error) && add_symbols (index, symbols, names, error);
}

static gboolean
find_all_values (const SgIndexReader  *index,
                 const char           *name,
                 GHashTable           *values,
                 GError              **error)
{
  GError *problem = NULL;
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;

  sg_index_value_iter_init (&iter, index, name);
  while (sg_index_value_iter_next (&iter, &value, &length, &place, &problem))
    {
      if (memchr (value, '\0', length) == NULL)
        g_hash_table_add (values, g_strndup (value, length));
    }
  return finish (problem, error);
}

/**
 * sg_block_find_values:
 * @name: a label
 * @values: (element-type utf8): a set with g_free(), where the values are added
 *
 * Finds the values of a label that the series that match have.
 *
 * Returns: whether the index could be read
 */
gboolean
sg_block_find_values (SgBlock                 *block,
                      const char              *name,
                      const SgMatcher  *const *matchers,
                      gsize                    n_matchers,
                      GHashTable              *values,
                      GCancellable            *cancellable,
                      GError                 **error)
{
  g_autoptr (GHashTable) symbols = g_hash_table_new (NULL, NULL);
  const SgIndexReader *index = sg_block_get_index (block);
  GError *problem = NULL;
  SgIndexSeries series;
  guint32 wanted;
  g_auto (Walk) walk = { NULL };

  if (n_matchers == 0)
    return find_all_values (index, name, values, error);
  if (!sg_index_reader_find_name (index, name, &wanted))
    return TRUE;
  if (!walk_init (&walk, block, matchers, n_matchers, cancellable, error))
    return FALSE;
  while (walk_next (&walk, &series, &problem))
    {
      guint32 label;
      guint32 value;

      while (sg_index_series_next_label (&series, &label, &value))
        {
          if (label == wanted)
            g_hash_table_add (symbols, GUINT_TO_POINTER (value));
        }
    }
  return finish (problem, error) && add_symbols (index, symbols, values, error);
}
