/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-compactor.h"

#include "tsdb/sg-block-series.h"
#include "tsdb/sg-block-writer.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * Which blocks become one, and when, is as Prometheus has it, so that the two can take turns on one
 * folder. Ranges are 2 hours and what is three times as long, again and again, up to the longest.
 * Blocks are looked at in the order of their first times:
 *
 *  1. Blocks that overlap are merged, the first such run of them.
 *  2. The newest block is left out from here on, so that a copy of new blocks can be made in peace.
 *  3. For each range but the first, the shortest one first: time is cut into pieces of that length,
 *     counted from 0. A piece whose blocks fill it, or have a newer block after them, becomes one block,
 *     if there are two of them at least.
 *  4. A block with more stones than a twentieth of its series is written anew, if it is long enough (of
 *     the middle range at least), newest first; or if all its series have a stone, and it is the newest
 *     of those that are shorter.
 *
 * A block whose compaction failed because of what is in it is not tried again: it stays as it is. What
 * other versions mark as made of stale series is not mixed with the rest.
 */

#define RANGE_FACTOR 3

#define MAX_TIME (G_GINT64_CONSTANT (1) << 61)

/**
 * sg_compaction_ranges:
 * @first: the first range, usually %SG_BLOCK_RANGE
 * @longest: how long a block may be
 *
 * Returns: (element-type gint64) (transfer full): the first range, and those after it
 */
GArray *
sg_compaction_ranges (gint64 first,
                      gint64 longest)
{
  GArray *ranges = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ranges, first);
  while (first <= longest / RANGE_FACTOR)
    {
      first *= RANGE_FACTOR;
      g_array_append_val (ranges, first);
    }
  return ranges;
}

/* A block that is considered, and what it says of itself. */
typedef struct
{
  SgBlock *block;
  SgBlockMeta *meta;
} Candidate;

static void
candidate_clear (gpointer data)
{
  sg_block_meta_free (((Candidate *) data)->meta);
}

static Candidate *
get (GArray *candidates,
     guint   i)
{
  return &g_array_index (candidates, Candidate, i);
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b)
{
  const Candidate *left = a;
  const Candidate *right = b;

  if (left->meta->min_time != right->meta->min_time)
    return left->meta->min_time < right->meta->min_time ? -1 : 1;
  return sg_ulid_compare (&left->meta->ulid, &right->meta->ulid);
}

static void
take (GPtrArray *chosen,
      GArray    *candidates,
      guint      begin,
      guint      end)
{
  for (guint i = begin; i < end; i++)
    g_ptr_array_add (chosen, sg_block_ref (get (candidates, i)->block));
}

static gboolean
has_failed (GArray *candidates,
            guint   begin,
            guint   end)
{
  for (guint i = begin; i < end; i++)
    {
      if (get (candidates, i)->meta->failed)
        return TRUE;
    }
  return FALSE;
}

/* The first run of blocks each of which begins before one of those before it has ended. */
static void
choose_overlapping (GArray    *candidates,
                    GPtrArray *chosen)
{
  for (guint begin = 0, end; begin < candidates->len && chosen->len == 0; begin = end)
    {
      SgTimeMs max_time = get (candidates, begin)->meta->max_time;

      for (end = begin + 1; end < candidates->len; end++)
        {
          const SgBlockMeta *meta = get (candidates, end)->meta;

          if (meta->min_time >= max_time)
            break;
          max_time = MAX (max_time, meta->max_time);
        }
      if (end - begin > 1 && !has_failed (candidates, begin, end))
        take (chosen, candidates, begin, end);
    }
}

/* Where the piece of time of length @range begins that @time is in. */
static SgTimeMs
begin_of_piece (SgTimeMs time,
                gint64   range)
{
  gint64 number = time / range;

  return (time % range < 0 ? number - 1 : number) * range;
}

/* Chooses the first piece of one range that is ready, of the first @n blocks. */
static void
choose_in_range (GArray    *candidates,
                 guint      n,
                 gint64     range,
                 GPtrArray *chosen)
{
  SgTimeMs newest = get (candidates, n - 1)->meta->min_time;

  for (guint begin = 0, end; begin < n && chosen->len == 0; begin = MAX (end, begin + 1))
    {
      SgTimeMs min_time = get (candidates, begin)->meta->min_time;
      SgTimeMs piece_end = begin_of_piece (min_time, range) + range;
      SgTimeMs max_time;

      for (end = begin; end < n && get (candidates, end)->meta->max_time <= piece_end;)
        end++;
      if (end - begin < 2 || has_failed (candidates, begin, end))
        continue;
      max_time = get (candidates, end - 1)->meta->max_time;
      if (max_time - min_time == range || max_time <= newest)
        take (chosen, candidates, begin, end);
    }
}

static void
choose_with_stones (GArray    *candidates,
                    guint      n,
                    GArray    *ranges,
                    GPtrArray *chosen)
{
  gint64 long_enough = g_array_index (ranges, gint64, ranges->len / 2);

  for (guint i = n; i > 0 && chosen->len == 0; i--)
    {
      const SgBlockMeta *meta = get (candidates, i - 1)->meta;
      gboolean is_long = meta->max_time - meta->min_time >= long_enough;

      if (is_long ? (double) meta->n_tombstones / (double) (meta->n_series + 1) > 0.05
                  : meta->n_tombstones > 0 && meta->n_tombstones >= meta->n_series)
        {
          if (!meta->failed)
            take (chosen, candidates, i - 1, i);
        }
      if (!is_long)
        break;
    }
}

static void
choose (GArray    *candidates,
        GArray    *ranges,
        GPtrArray *chosen)
{
  guint n = candidates->len > 0 ? candidates->len - 1 : 0;

  g_array_sort (candidates, compare_candidates);
  choose_overlapping (candidates, chosen);
  if (n == 0)
    return;
  for (guint i = 1; i < ranges->len && chosen->len == 0; i++)
    choose_in_range (candidates, n, g_array_index (ranges, gint64, i), chosen);
  if (chosen->len == 0)
    choose_with_stones (candidates, n, ranges, chosen);
}

/* Whether computing with the times of a block cannot overflow; real times are far within that. */
static gboolean
has_usual_times (const SgBlockMeta *meta)
{
  return meta->min_time > -MAX_TIME && meta->max_time < MAX_TIME;
}

static GArray *
get_candidates (GPtrArray *blocks,
                gboolean   stale)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));

  g_array_set_clear_func (candidates, candidate_clear);
  for (guint i = 0; i < blocks->len; i++)
    {
      Candidate candidate = { g_ptr_array_index (blocks, i) };

      candidate.meta = sg_block_copy_meta (candidate.block);
      if (sg_block_meta_has_hint (candidate.meta, SG_BLOCK_HINT_STALE) == stale
          && has_usual_times (candidate.meta))
        g_array_append_val (candidates, candidate);
      else
        sg_block_meta_free (candidate.meta);
    }
  return candidates;
}

/**
 * sg_compaction_plan:
 * @blocks: (element-type SgBlock): all blocks, in any order
 * @ranges: (element-type gint64): from sg_compaction_ranges()
 *
 * Returns: (element-type SgBlock) (transfer full): those that should become one now, in the order of
 *   their first times; empty when there is nothing to do
 */
GPtrArray *
sg_compaction_plan (GPtrArray *blocks,
                    GArray    *ranges)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (GArray) usual = get_candidates (blocks, FALSE);
  g_autoptr (GArray) stale = get_candidates (blocks, TRUE);

  choose (usual, ranges, chosen);
  if (chosen->len == 0)
    choose (stale, ranges, chosen);
  return chosen;
}

static int
compare_ulids (gconstpointer a,
               gconstpointer b)
{
  return sg_ulid_compare (a, b);
}

/* Adds what one of the blocks says of itself to what their successor says. */
static void
add_parent (SgBlockMeta       *meta,
            const SgBlockMeta *parent)
{
  SgBlockParent entry = { parent->ulid, parent->min_time, parent->max_time };
  gboolean is_first = meta->parents->len == 0;

  meta->min_time = is_first ? parent->min_time : MIN (meta->min_time, parent->min_time);
  meta->max_time = is_first ? parent->max_time : MAX (meta->max_time, parent->max_time);
  meta->level = MAX (meta->level, parent->level + 1);
  g_array_append_val (meta->parents, entry);
  g_array_append_vals (meta->sources, parent->sources->data, parent->sources->len);
}

static void
sort_sources (SgBlockMeta *meta)
{
  GArray *sources = meta->sources;
  guint kept = 0;

  g_array_sort (sources, compare_ulids);
  for (guint i = 0; i < sources->len; i++)
    {
      const SgUlid *ulid = &g_array_index (sources, SgUlid, i);

      if (kept == 0 || sg_ulid_compare (&g_array_index (sources, SgUlid, kept - 1), ulid) != 0)
        g_array_index (sources, SgUlid, kept++) = *ulid;
    }
  g_array_set_size (sources, kept);
}

static SgBlockMeta *
make_meta (GPtrArray *blocks,
           SgTimeMs   now)
{
  SgBlockMeta *meta = sg_block_meta_new ();
  gboolean is_stale = TRUE;

  for (guint i = 0; i < blocks->len; i++)
    {
      g_autoptr (SgBlockMeta) parent = sg_block_copy_meta (g_ptr_array_index (blocks, i));

      add_parent (meta, parent);
      is_stale = is_stale && sg_block_meta_has_hint (parent, SG_BLOCK_HINT_STALE);
    }
  sort_sources (meta);
  if (is_stale)
    sg_block_meta_add_hint (meta, SG_BLOCK_HINT_STALE);
  sg_ulid_generate (&meta->ulid, now);
  return meta;
}

static SgChunkSeriesSet *
make_set (GPtrArray  *blocks,
          GError    **error)
{
  g_autoptr (GPtrArray) sets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_chunk_series_set_free);

  for (guint i = 0; i < blocks->len; i++)
    {
      SgChunkSeriesSet *set = sg_block_series_new (g_ptr_array_index (blocks, i), error);

      if (set == NULL)
        return NULL;
      g_ptr_array_add (sets, set);
    }
  g_ptr_array_set_free_func (sets, NULL);
  return sg_merged_chunk_series_new (g_steal_pointer (&sets));
}

static gboolean
write_successor (const char    *folder,
                 GPtrArray     *blocks,
                 SgBlockMeta   *meta,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (SgChunkSeriesSet) set = make_set (blocks, error);

  return set != NULL && sg_block_write (folder, set, meta, cancellable, error);
}

static void
mark_all (GPtrArray *blocks,
          gboolean (*mark) (SgBlock *block, GError **error))
{
  for (guint i = 0; i < blocks->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!mark (g_ptr_array_index (blocks, i), &error))
        g_warning ("%s", error->message);
    }
}

/* Whether trying again would lead to the same: not after a full disk, nor when it was cancelled. */
static gboolean
is_lasting (const GError *error)
{
  return g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_ORDER)
         || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT);
}

/**
 * sg_compaction_run:
 * @folder: where blocks are
 * @blocks: (element-type SgBlock): what shall become one, in the order of their first times
 * @now: the time, for the new block's name
 * @ret_meta: (out) (transfer full) (optional): what the new block says of itself; its samples are 0
 *   when nothing was left, and then there is none
 *
 * Writes a block of all the samples of @blocks, less what is deleted. They stay where they are: the new
 * block names them as its parents, and whoever loads blocks deletes those that another one has as
 * parents. When nothing was left of them they are marked as deletable. When they cannot be compacted
 * because of what is in them they are marked as failed.
 *
 * Returns: whether it was done
 */
gboolean
sg_compaction_run (const char    *folder,
                   GPtrArray     *blocks,
                   SgTimeMs       now,
                   SgBlockMeta  **ret_meta,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (SgBlockMeta) meta = make_meta (blocks, now);
  g_autoptr (GError) problem = NULL;

  if (!write_successor (folder, blocks, meta, cancellable, &problem))
    {
      if (is_lasting (problem))
        mark_all (blocks, sg_block_mark_failed);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (meta->n_samples == 0)
    mark_all (blocks, sg_block_mark_deletable);
  if (ret_meta != NULL)
    *ret_meta = g_steal_pointer (&meta);
  return TRUE;
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const SgBlock *left = *(const SgBlock *const *) a;
  const SgBlock *right = *(const SgBlock *const *) b;

  if (sg_block_get_max_time (left) != sg_block_get_max_time (right))
    return sg_block_get_max_time (left) > sg_block_get_max_time (right) ? -1 : 1;
  return sg_ulid_compare (sg_block_get_ulid (right), sg_block_get_ulid (left));
}

static guint64
get_distance (const SgBlock *older,
              const SgBlock *newer)
{
  return (guint64) sg_block_get_max_time (newer) - (guint64) sg_block_get_max_time (older);
}

/**
 * sg_retention_find:
 * @blocks: (element-type SgBlock): all blocks, in any order
 * @max_age: how much older than the newest block a block may be, 0 for any age
 * @max_size: how many bytes all may take, 0 for any number
 * @other_size: how many bytes of these other things take, such as the write-ahead log
 *
 * Returns: (element-type SgBlock) (transfer full): the blocks that are too old, or too many
 */
GPtrArray *
sg_retention_find (GPtrArray *blocks,
                   gint64     max_age,
                   guint64    max_size,
                   guint64    other_size)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (blocks, NULL, NULL);
  guint64 size = other_size;
  gboolean beyond = FALSE;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_newest_first);
  for (guint i = 0; i < sorted->len; i++)
    {
      SgBlock *block = g_ptr_array_index (sorted, i);
      SgBlock *newest = g_ptr_array_index (sorted, 0);

      size += sg_block_get_size (block);
      beyond = beyond || (max_size > 0 && size > max_size)
               || (max_age > 0 && i > 0 && get_distance (block, newest) >= (guint64) max_age);
      if (beyond)
        g_ptr_array_add (found, sg_block_ref (block));
    }
  return found;
}
