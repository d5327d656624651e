/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-select.h"

#include "tsdb/sg-index-match.h"

/* What to delete of a series: the times asked for, as far as it has chunks. */
static void
add_stone (GArray       *stones,
           SgSeriesRef   ref,
           const GArray *chunks,
           SgTimeMs      min_time,
           SgTimeMs      max_time)
{
  SgTombstone stone = { ref, G_MAXINT64, G_MININT64 };
  gboolean overlaps = FALSE;

  for (guint i = 0; i < chunks->len; i++)
    {
      const SgChunkMeta *chunk = &g_array_index (chunks, SgChunkMeta, i);

      stone.min_time = MIN (stone.min_time, chunk->min_time);
      stone.max_time = MAX (stone.max_time, chunk->max_time);
      overlaps = overlaps || (chunk->min_time <= max_time && chunk->max_time >= min_time);
    }
  if (!overlaps)
    return;
  stone.min_time = MAX (stone.min_time, min_time);
  stone.max_time = MIN (stone.max_time, max_time);
  g_array_append_val (stones, stone);
}

static gboolean
add_stones (SgBlock       *block,
            SgPostings    *postings,
            SgTimeMs       min_time,
            SgTimeMs       max_time,
            GArray        *stones,
            GCancellable  *cancellable,
            GError       **error)
{
  const SgIndexReader *index = sg_block_get_index (block);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  SgIndexSeries series;
  SgSeriesRef ref;

  while (sg_postings_next (postings, &ref))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !sg_index_reader_get_series (index, ref, &series, error)
          || !sg_index_reader_read_chunks (index, &series, chunks, error))
        return FALSE;
      add_stone (stones, ref, chunks, min_time, max_time);
    }
  return sg_index_reader_check_whole (index, error);
}

/**
 * sg_block_delete:
 * @block: a block
 * @matchers: (array length=n_matchers): what must hold for a series to be deleted from
 * @n_matchers: how many
 * @min_time: the first time to delete
 * @max_time: the last one
 *
 * Deletes samples: on the disk when this returns, and all of them or none.
 *
 * Returns: whether they are deleted
 */
gboolean
sg_block_delete (SgBlock                 *block,
                 const SgMatcher  *const *matchers,
                 gsize                    n_matchers,
                 SgTimeMs                 min_time,
                 SgTimeMs                 max_time,
                 GCancellable            *cancellable,
                 GError                 **error)
{
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  g_autoptr (SgPostings) postings = NULL;

  postings = sg_index_match (sg_block_get_index (block), matchers, n_matchers, cancellable, error);
  if (postings == NULL
      || !add_stones (block, postings, min_time, max_time, stones, cancellable, error))
    return FALSE;
  return stones->len == 0 || sg_block_add_tombstones (block, stones, error);
}
