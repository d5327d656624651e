/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-select.h"

#include "base/sg-series-ahead.h"
#include "tsdb/sg-block-reading.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * The series of a block that matchers select, decoded. What is damaged is left out and told in a
 * warning, as is what is in an encoding that is not known here; the rest goes on. The index is looked at
 * once more when all series were read, so that a file that is cut meanwhile is found out.
 */

/* So many troubles are told one by one, the others are counted. */
#define MAX_TOLD 10

typedef struct
{
  SgSeriesSet parent;
  SgBlock *block;
  SgTombstones *tombstones;
  SgPostings *postings;
  SgSelectHints hints;
  GCancellable *cancellable;
  SgSeriesAhead *ahead;
  GPtrArray *pieces;
  GPtrArray *unused;
  SgLabels *last;
  guint64 n_series;
  guint64 n_samples;
  guint n_troubles;
} BlockSet;

/* A series; @reading is used anew for others. */
typedef struct
{
  SgSeriesPiece parent;
  BlockSet *set;
  SgBlockReading reading;
} BlockPiece;

static void
free_piece (gpointer data)
{
  sg_block_reading_clear (&((BlockPiece *) data)->reading);
  g_free (data);
}

static void
block_set_free (SgSeriesSet *set)
{
  BlockSet *self = (BlockSet *) set;

  g_clear_pointer (&self->ahead, sg_series_ahead_free);
  g_ptr_array_unref (self->unused);
  g_ptr_array_unref (self->pieces);
  sg_tombstones_unref (self->tombstones);
  sg_block_unref (self->block);
  g_clear_pointer (&self->postings, sg_postings_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->last, sg_labels_unref);
  g_free (self);
}

static void
tell (BlockSet   *self,
      const char *trouble)
{
  if (self->n_troubles++ < MAX_TOLD)
    sg_series_set_warn (&self->parent, "%s: left out", trouble);
}

static void
tell_all (BlockSet             *self,
          const SgBlockReading *reading)
{
  for (guint i = 0; i < reading->troubles->len; i++)
    tell (self, g_ptr_array_index (reading->troubles, i));
  if (reading->n_unsupported > 0)
    {
      g_autofree char *text = sg_labels_to_string (reading->labels);
      g_autofree char *trouble = g_strdup_printf (
          "%s: %u chunks of %s hold native histograms, or are newer than this program",
          sg_block_get_folder (self->block), reading->n_unsupported, text);

      tell (self, trouble);
    }
}

/* Whether @reading comes after the series before it; what is wrong is told. */
static gboolean
accept (BlockSet             *self,
        const SgBlockReading *reading)
{
  if (self->last != NULL && sg_labels_compare (self->last, reading->labels) >= 0)
    {
      g_autofree char *trouble =
          g_strdup_printf ("%s: a series is not after the one before it: the index is damaged",
                           sg_block_get_folder (self->block));

      tell (self, trouble);
      return FALSE;
    }
  g_clear_pointer (&self->last, sg_labels_unref);
  self->last = sg_labels_ref (reading->labels);
  return TRUE;
}

static void
piece_read (SgSeriesPiece  *piece,
            SgSampleBuffer *buffer)
{
  sg_block_reading_decode (&((BlockPiece *) piece)->reading, buffer);
}

static void
piece_done (SgSeriesPiece *piece)
{
  BlockPiece *self = (BlockPiece *) piece;

  tell_all (self->set, &self->reading);
  g_ptr_array_add (self->set->unused, self);
}

/* Returns: a piece that is not in use */
static BlockPiece *
take_piece (BlockSet *self)
{
  static const SgSeriesPieceClass klass = { piece_read, piece_done };
  BlockPiece *piece;

  if (self->unused->len > 0)
    return g_ptr_array_steal_index_fast (self->unused, self->unused->len - 1);
  piece = g_new0 (BlockPiece, 1);
  piece->parent.klass = &klass;
  piece->set = self;
  sg_block_reading_init (&piece->reading, self->block, self->tombstones, &self->hints);
  g_ptr_array_add (self->pieces, piece);
  return piece;
}

/* The next series with a wanted chunk. */
static SgSeriesPiece *
block_set_look (SgSeriesSet  *set,
                GError      **error)
{
  BlockSet *self = (BlockSet *) set;
  BlockPiece *piece = take_piece (self);
  SgSeriesRef ref;

  while (!g_cancellable_set_error_if_cancelled (self->cancellable, error)
         && sg_postings_next (self->postings, &ref))
    {
      piece->parent.n_chunks = sg_block_reading_begin (&piece->reading, ref);
      if (piece->parent.n_chunks > 0 && accept (self, &piece->reading))
        {
          piece->parent.labels = piece->reading.labels;
          return &piece->parent;
        }
      tell_all (self, &piece->reading);
    }
  g_ptr_array_add (self->unused, piece);
  return NULL;
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
block_set_finish (SgSeriesSet *set)
{
  BlockSet *self = (BlockSet *) set;
  g_autoptr (GError) problem = NULL;

  if (self->n_troubles > MAX_TOLD)
    sg_series_set_warn (set, "%s: %u more series or chunks are left out",
                        sg_block_get_folder (self->block), self->n_troubles - MAX_TOLD);
  self->n_troubles = 0;
  if (!sg_index_reader_check_whole (sg_block_get_index (self->block), &problem))
    sg_series_set_warn (set, "%s: series may be missing", problem->message);
}

static gboolean
block_set_next (SgSeriesSet     *set,
                const SgSeries **ret_series,
                GError         **error)
{
  BlockSet *self = (BlockSet *) set;
  SgSeriesAheadItem item;

  if (self->ahead == NULL)
    self->ahead = sg_series_ahead_new (set, 0, NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error)
      || !sg_series_ahead_next (self->ahead, &item, error))
    return FALSE;
  self->n_samples += item.series->columns[0].n;
  if (!check_limit (++self->n_series, self->hints.max_series, "series", error)
      || !check_limit (self->n_samples, self->hints.max_samples, "samples", error))
    return FALSE;
  *ret_series = item.series;
  return TRUE;
}

/* Whether the rest of a query can go on without this block. */
static gboolean
is_damage (const GError *error)
{
  return g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
}

/**
 * sg_block_select:
 * @block: a block
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 * @hints: times and limits
 *
 * Returns: (transfer full) (nullable): the series with their samples, as they are now
 */
SgSeriesSet *
sg_block_select (SgBlock                 *block,
                 const SgMatcher  *const *matchers,
                 gsize                    n_matchers,
                 const SgSelectHints     *hints,
                 GCancellable            *cancellable,
                 GError                 **error)
{
  static const SgSeriesSetClass klass = { block_set_next, block_set_free, block_set_look,
                                          block_set_finish };
  BlockSet *self = g_new0 (BlockSet, 1);
  g_autoptr (SgSeriesSet) set = &self->parent;
  g_autoptr (GError) problem = NULL;

  sg_series_set_init (set, &klass);
  self->block = sg_block_ref (block);
  self->hints = *hints;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->tombstones = sg_block_ref_tombstones (block);
  self->pieces = g_ptr_array_new_with_free_func (free_piece);
  self->unused = g_ptr_array_new ();
  self->postings = sg_block_match (block, matchers, n_matchers, cancellable, &problem);
  if (self->postings == NULL && !is_damage (problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (self->postings == NULL)
    {
      sg_series_set_warn (set, "%s: the block is left out", problem->message);
      self->postings = sg_postings_new_empty ();
    }
  return g_steal_pointer (&set);
}
