/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-select.h"

#include "tsdb/sg-index-match.h"

/*
 * The series of a block that matchers select, from the cache where it has an answer. A block's series
 * never change, so an answer holds for all of them, for ever.
 */

/* Reads all of @postings, and keeps them unless the index was cut meanwhile. */
static SgPostings *
keep (SgBlock                 *block,
      SgPostingsCache         *cache,
      guint64                  source,
      const SgMatcher  *const *matchers,
      gsize                    n_matchers,
      SgPostings              *postings,
      GError                 **error)
{
  g_autoptr (GArray) refs = sg_postings_to_array (postings);

  if (!sg_index_reader_check_whole (sg_block_get_index (block), error))
    return NULL;
  sg_postings_cache_put (cache, source, matchers, n_matchers, refs, G_MAXUINT32);
  return sg_postings_new_array (refs);
}

/**
 * sg_block_match:
 * @block: a block
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 * @cancellable: (nullable): ends it
 * @error: why it is not known
 *
 * Returns: (transfer full) (nullable): the series for which all matchers hold
 */
SgPostings *
sg_block_match (SgBlock                 *block,
                const SgMatcher  *const *matchers,
                gsize                    n_matchers,
                GCancellable            *cancellable,
                GError                 **error)
{
  guint64 source;
  SgPostingsCache *cache = sg_block_get_cache (block, &source);
  gboolean is_worth = cache != NULL && sg_postings_cache_is_worth (matchers, n_matchers);
  g_autoptr (GArray) refs = NULL;
  SgPostings *postings;
  guint32 end;

  if (is_worth)
    refs = sg_postings_cache_get (cache, source, matchers, n_matchers, 0, &end);
  if (refs != NULL)
    return sg_postings_new_array (refs);
  postings = sg_index_match (sg_block_get_index (block), matchers, n_matchers, cancellable, error);
  if (postings == NULL || !is_worth)
    return postings;
  return keep (block, cache, source, matchers, n_matchers, postings, error);
}
