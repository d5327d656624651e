/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many bytes it has when nothing else is said. */
#define SG_CACHE_BUDGET_BYTES (8 * 1024 * 1024)

/**
 * SgCacheBudget:
 *
 * How much memory several caches may take together. The cache that has most makes room for the others,
 * with what nobody has asked it for longest. Reference-counted and safe from any thread.
 */
typedef struct _SgCacheBudget SgCacheBudget;

/**
 * SgCacheShare:
 * @bytes: what the cache takes, atomic
 * @evict: throws out what was asked for longest ago, and calls sg_cache_budget_release() for it; returns
 *   %FALSE when there is nothing. Called with the lock of the budget held, on any thread.
 * @user_data: for @evict
 *
 * One of the caches.
 */
typedef struct
{
  gsize bytes;
  gboolean (*evict) (gpointer user_data);
  gpointer user_data;
} SgCacheShare;

SgCacheBudget *sg_cache_budget_new       (gsize           max_bytes);
SgCacheBudget *sg_cache_budget_ref       (SgCacheBudget  *self);
void           sg_cache_budget_unref     (SgCacheBudget  *self);
void           sg_cache_budget_join      (SgCacheBudget  *self,
                                          SgCacheShare   *share);
void           sg_cache_budget_leave     (SgCacheBudget  *self,
                                          SgCacheShare   *share);
gboolean       sg_cache_budget_reserve   (SgCacheBudget  *self,
                                          SgCacheShare   *share,
                                          gsize           bytes);
void           sg_cache_budget_release   (SgCacheBudget  *self,
                                          SgCacheShare   *share,
                                          gsize           bytes);
gsize          sg_cache_budget_get_used  (SgCacheBudget  *self);
gsize          sg_cache_budget_get_max   (SgCacheBudget  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCacheBudget, sg_cache_budget_unref)

G_END_DECLS
