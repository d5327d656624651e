/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-analysis.h"

#include "tsdb/sg-text-output.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-tsdb-table.h"

#include <string.h>

/*
 * What costs room in a block, in the words of "promtool tsdb analyze". Churn is the part of the block's
 * time that a series does not cover, added up for all series with a label: 3 for a label means that
 * its series together miss three times the length of the block.
 *
 * Of equal figures promtool prints any order; here they come in the order of their names.
 */

/* How full chunks are, in tenths of the usual 120 samples. */
#define N_BUCKETS 10

typedef struct
{
  guint64 uncovered;
  guint64 n_series;
} Share;

typedef struct
{
  char *key;
  guint64 figure;
} Figure;

typedef struct
{
  SgBlock *block;
  const SgIndexReader *index;
  SgBlockMeta *meta;
  guint limit;
  SgTextOutput *out;
  GHashTable *pairs;
  GHashTable *names;
  GArray *chunks;
  guint64 n_entries;
  guint64 n_chunks;
  guint64 fullness[N_BUCKETS];
  GArray *figures;
} Analysis;

static void
figure_clear (gpointer data)
{
  g_free (((Figure *) data)->key);
}

static void
add_figure (Analysis   *self,
            const char *key,
            guint64     number)
{
  Figure figure = { g_strdup (key), number };

  g_array_append_val (self->figures, figure);
}

static int
compare_figures (gconstpointer a,
                 gconstpointer b)
{
  const Figure *left = a;
  const Figure *right = b;

  if (left->figure != right->figure)
    return left->figure > right->figure ? -1 : 1;
  return strcmp (left->key, right->key);
}

/* Prints the greatest of the figures, and forgets them. */
static gboolean
print_figures (Analysis    *self,
               const char  *title,
               GError     **error)
{
  g_string_append_printf (self->out->text, "\n%s:\n", title);
  g_array_sort (self->figures, compare_figures);
  for (guint i = 0; i < MIN (self->limit, self->figures->len); i++)
    {
      const Figure *figure = &g_array_index (self->figures, Figure, i);

      g_string_append_printf (self->out->text, "%" G_GUINT64_FORMAT " %s\n", figure->figure,
                              figure->key);
    }
  g_array_set_size (self->figures, 0);
  return sg_text_output_step (self->out, error);
}

static void
add_share (GHashTable *shares,
           char       *key,
           guint64     uncovered)
{
  Share *share = g_hash_table_lookup (shares, key);

  if (share == NULL)
    {
      share = g_new0 (Share, 1);
      g_hash_table_insert (shares, key, share);
    }
  else
    g_free (key);
  share->uncovered += uncovered;
  share->n_series++;
}

static gboolean
count_fullness (Analysis  *self,
                GError   **error)
{
  for (guint i = 0; i < self->chunks->len; i++)
    {
      SgChunkBytes chunk;
      guint n;

      if (!sg_chunk_segments_find (sg_block_get_chunks (self->block),
                                   g_array_index (self->chunks, SgChunkMeta, i).ref, &chunk, error))
        return FALSE;
      n = MIN (sg_chunk_count (&chunk), SG_CHUNK_USUAL_SAMPLES);
      if (n > 0)
        self->fullness[(n * N_BUCKETS - 1) / SG_CHUNK_USUAL_SAMPLES]++;
      self->n_chunks++;
    }
  return TRUE;
}

static gboolean
count_series (Analysis     *self,
              SgSeriesRef   ref,
              gboolean      extended,
              GError      **error)
{
  g_autoptr (SgLabels) labels = NULL;
  const SgChunkMeta *chunks;
  SgIndexSeries series;
  guint64 uncovered;

  if (!sg_index_reader_get_series (self->index, ref, &series, error))
    return FALSE;
  labels = sg_index_reader_read_labels (self->index, &series, error);
  if (labels == NULL || !sg_index_reader_read_chunks (self->index, &series, self->chunks, error))
    return FALSE;
  chunks = (const SgChunkMeta *) (gpointer) self->chunks->data;
  uncovered = (guint64) (self->meta->max_time - self->meta->min_time);
  if (self->chunks->len > 0)
    uncovered -= (guint64) (chunks[self->chunks->len - 1].max_time - chunks[0].min_time);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      add_share (self->pairs, g_strdup_printf ("%s=%s", label->name, label->value), uncovered);
      add_share (self->names, g_strdup (label->name), uncovered);
      self->n_entries++;
    }
  return !extended || count_fullness (self, error);
}

static gboolean
count_all_series (Analysis  *self,
                  gboolean   extended,
                  GError   **error)
{
  g_autoptr (SgPostings) all = sg_index_reader_get_all (self->index, error);
  SgSeriesRef ref;

  if (all == NULL)
    return FALSE;
  while (sg_postings_next (all, &ref))
    {
      if (!sg_text_output_step (self->out, error) || !count_series (self, ref, extended, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_churn (Analysis   *self,
           GHashTable *shares)
{
  double length = (double) (self->meta->max_time - self->meta->min_time);
  GHashTableIter iter;
  gpointer key;
  gpointer share;

  g_hash_table_iter_init (&iter, shares);
  while (g_hash_table_iter_next (&iter, &key, &share))
    add_figure (self, key, (guint64) ((double) ((Share *) share)->uncovered / length));
}

static gboolean
print_shares (Analysis  *self,
              GError   **error)
{
  GHashTableIter iter;
  gpointer key;
  gpointer share;

  add_churn (self, self->pairs);
  if (!print_figures (self, "Label pairs most involved in churning", error))
    return FALSE;
  add_churn (self, self->names);
  if (!print_figures (self, "Label names most involved in churning", error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, &key, &share))
    add_figure (self, key, ((Share *) share)->n_series);
  return print_figures (self, "Most common label pairs", error);
}

/* Goes through the values of a label. Returns: whether they could be read */
static gboolean
measure_values (Analysis    *self,
                const char  *name,
                guint64     *ret_n,
                guint64     *ret_length,
                GError     **error)
{
  g_autoptr (GError) problem = NULL;
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;

  *ret_n = *ret_length = 0;
  sg_index_value_iter_init (&iter, self->index, name);
  while (sg_index_value_iter_next (&iter, &value, &length, &place, &problem))
    {
      *ret_n += 1;
      *ret_length += length;
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
print_values (Analysis    *self,
              gboolean     lengths,
              const char  *title,
              GError     **error)
{
  for (guint i = 0; i < sg_index_reader_get_n_names (self->index); i++)
    {
      const char *name = sg_index_reader_get_name (self->index, i);
      guint64 n;
      guint64 length;

      if (!measure_values (self, name, &n, &length, error))
        return FALSE;
      add_figure (self, name, lengths ? length : n);
    }
  return print_figures (self, title, error);
}

static gboolean
print_metrics (Analysis  *self,
               GError   **error)
{
  g_autoptr (GError) problem = NULL;
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;

  sg_index_value_iter_init (&iter, self->index, SG_LABEL_NAME);
  while (sg_index_value_iter_next (&iter, &value, &length, &place, &problem))
    {
      g_autoptr (SgPostings) postings = sg_index_reader_get_postings_at (self->index, place, error);
      g_autofree char *name = g_strndup (value, length);

      if (postings == NULL)
        return FALSE;
      add_figure (self, name, sg_postings_get_max_size (postings));
    }
  if (problem == NULL)
    return print_figures (self, "Highest cardinality metric names", error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static void
print_fullness (Analysis *self)
{
  g_string_append (self->out->text,
                   "\nCompaction analysis:\n"
                   "Fullness: Amount of samples in chunks (100% is 120 samples)\n");
  for (guint i = 0; i < N_BUCKETS; i++)
    {
      guint64 per_cent = self->n_chunks > 0 ? 100 * self->fullness[i] / self->n_chunks : 0;

      g_string_append_printf (self->out->text, "%7u%%: ", (i + 1) * 10);
      for (guint64 k = 0; k < per_cent; k++)
        g_string_append_c (self->out->text, '#');
      g_string_append_c (self->out->text, '\n');
    }
}

static gboolean
analyze (Analysis  *self,
         gboolean   extended,
         GError   **error)
{
  g_autofree char *duration = sg_tsdb_duration_text (self->meta->max_time - self->meta->min_time);
  char name[SG_ULID_LENGTH + 1];

  sg_ulid_print (&self->meta->ulid, name);
  g_string_append_printf (self->out->text,
                          "Block ID: %s\nDuration: %s\nSeries: %" G_GUINT64_FORMAT
                          "\nLabel names: %u\n",
                          name, duration, self->meta->n_series,
                          sg_index_reader_get_n_names (self->index));
  if (!count_all_series (self, extended, error))
    return FALSE;
  g_string_append_printf (self->out->text,
                          "Postings (unique label pairs): %u\n"
                          "Postings entries (total label pairs): %" G_GUINT64_FORMAT "\n",
                          g_hash_table_size (self->pairs), self->n_entries);
  if (!print_shares (self, error)
      || !print_values (self, TRUE, "Label names with highest cumulative label value length", error)
      || !print_values (self, FALSE, "Highest cardinality labels", error)
      || !print_metrics (self, error))
    return FALSE;
  if (extended)
    print_fullness (self);
  return sg_index_reader_check_whole (self->index, error)
         && sg_text_output_flush (self->out, error);
}

/* Returns: (transfer none) (nullable): the block of that name, or the last one */
static SgBlock *
find_block (GPtrArray   *blocks,
            GPtrArray   *troubles,
            const char  *folder,
            const char  *name,
            GError     **error)
{
  for (guint i = blocks->len; i > 0; i--)
    {
      char ulid[SG_ULID_LENGTH + 1];

      sg_ulid_print (sg_block_get_ulid (blocks->pdata[i - 1]), ulid);
      if (name == NULL || g_str_equal (name, ulid))
        return blocks->pdata[i - 1];
    }
  if (troubles->len > 0)
    g_set_error_literal (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, troubles->pdata[0]);
  else if (name != NULL)
    g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING,
                 "%s has no block %s: “sightglassctl tsdb list” tells which it has", folder, name);
  else
    g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING,
                 "%s has no blocks yet: the first one is made of the head after three hours",
                 folder);
  return NULL;
}

/**
 * sg_tsdb_analyze:
 * @folder: a data directory
 * @block: (nullable): the ULID of a block of it; %NULL for the last one
 * @limit: how many lines a list has at most
 * @extended: whether to look at the chunks as well
 * @out: where the text goes
 * @cancellable: (nullable): ends it
 * @error: why not
 *
 * Returns: whether it was analysed
 */
gboolean
sg_tsdb_analyze (const char     *folder,
                 const char     *block,
                 guint           limit,
                 gboolean        extended,
                 GOutputStream  *out,
                 GCancellable   *cancellable,
                 GError        **error)
{
  g_autoptr (GPtrArray) troubles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) blocks = sg_tsdb_open_blocks (folder, troubles, error);
  g_autoptr (GHashTable) pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  g_autoptr (GArray) figures = g_array_new (FALSE, FALSE, sizeof (Figure));
  g_autoptr (SgBlockMeta) meta = NULL;
  g_auto (SgTextOutput) text = { 0 };
  Analysis analysis = { .limit = limit,
                        .out = &text,
                        .pairs = pairs,
                        .names = names,
                        .chunks = chunks,
                        .figures = figures };

  g_array_set_clear_func (figures, figure_clear);
  sg_text_output_init (&text, out, cancellable);
  if (blocks == NULL)
    return FALSE;
  analysis.block = find_block (blocks, troubles, folder, block, error);
  if (analysis.block == NULL)
    return FALSE;
  analysis.meta = meta = sg_block_copy_meta (analysis.block);
  analysis.index = sg_block_get_index (analysis.block);
  return analyze (&analysis, extended, error);
}
