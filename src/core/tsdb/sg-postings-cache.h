/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-cache-budget.h"
#include "base/sg-matcher.h"

G_BEGIN_DECLS

/**
 * SgPostingsCacheStats:
 * @hits: questions that were answered
 * @misses: those that were not
 * @evicted: answers that had to go for others
 * @refused: answers that were too long to be kept
 * @n_entries: answers that there are
 * @bytes: what they take
 */
typedef struct
{
  guint64 hits;
  guint64 misses;
  guint64 evicted;
  guint64 refused;
  guint64 n_entries;
  guint64 bytes;
} SgPostingsCacheStats;

/**
 * SgPostingsCache:
 *
 * Which series matchers have selected, in the head and in each block, so that who asks the same again
 * need not search again. Reference-counted and safe from any thread.
 */
typedef struct _SgPostingsCache SgPostingsCache;

SgPostingsCache *sg_postings_cache_new           (SgCacheBudget           *budget);
SgPostingsCache *sg_postings_cache_ref           (SgPostingsCache         *self);
void             sg_postings_cache_unref         (SgPostingsCache         *self);
guint64          sg_postings_cache_add_source    (SgPostingsCache         *self);
void             sg_postings_cache_remove_source (SgPostingsCache         *self,
                                                  guint64                  source);
GArray          *sg_postings_cache_get           (SgPostingsCache         *self,
                                                  guint64                  source,
                                                  const SgMatcher *const  *matchers,
                                                  gsize                    n_matchers,
                                                  guint32                  min_end,
                                                  guint32                 *ret_end);
void             sg_postings_cache_put           (SgPostingsCache         *self,
                                                  guint64                  source,
                                                  const SgMatcher *const  *matchers,
                                                  gsize                    n_matchers,
                                                  GArray                  *refs,
                                                  guint32                  end);
void             sg_postings_cache_get_stats     (SgPostingsCache         *self,
                                                  SgPostingsCacheStats    *ret_stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPostingsCache, sg_postings_cache_unref)

/* One matcher = is one list in any index: nothing is won by keeping that twice. */
static inline gboolean
sg_postings_cache_is_worth (const SgMatcher *const *matchers,
                            gsize                   n_matchers)
{
  return n_matchers > 1 || (n_matchers == 1 && sg_matcher_get_kind (matchers[0]) != SG_MATCH_EQUAL);
}

G_END_DECLS
