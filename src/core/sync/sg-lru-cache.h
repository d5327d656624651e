/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sync/sg-consistency.h"

G_BEGIN_DECLS

/**
 * SgLruCounts:
 * @entries: how many it has
 * @bytes: what their keys and content take
 * @hits: look-ups that it could answer
 * @misses: look-ups that it could not
 * @evictions: entries that had to go for others
 */
typedef struct
{
  guint64 entries;
  gsize bytes;
  guint64 hits;
  guint64 misses;
  guint64 evictions;
} SgLruCounts;

/**
 * SgLruCache:
 *
 * A cache of versions of things by key, bounded in entries and in bytes: what was not asked for the
 * longest goes first. Safe from any thread.
 */
typedef struct _SgLruCache SgLruCache;

SgLruCache *sg_lru_cache_new        (guint         max_entries,
                                     gsize         max_bytes);
void        sg_lru_cache_free       (SgLruCache   *self);
GBytes     *sg_lru_cache_get        (SgLruCache   *self,
                                     const char   *key,
                                     guint64      *ret_version);
gboolean    sg_lru_cache_put        (SgLruCache   *self,
                                     const char   *key,
                                     GBytes       *content,
                                     guint64       version);
gboolean    sg_lru_cache_remove     (SgLruCache   *self,
                                     const char   *key);
guint       sg_lru_cache_clear      (SgLruCache   *self);
GStrv       sg_lru_cache_list_keys  (SgLruCache   *self,
                                     const char   *prefix,
                                     guint         limit);
void        sg_lru_cache_get_counts (SgLruCache   *self,
                                     SgLruCounts  *ret_counts);
void        sg_lru_cache_get_side   (SgLruCache   *self,
                                     SgSyncSide   *ret_side);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLruCache, sg_lru_cache_free)

G_END_DECLS
