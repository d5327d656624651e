/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-cache-budget.h"

#include "base/sg-lock.h"

/*
 * Room is asked for before it is used, by a cache that holds no lock of its own: the lock of the budget
 * is taken first, and that of the cache that is to make room after it. Giving back takes no lock, so that
 * a cache can do it with its own one held.
 */

/* What takes a greater part than this would throw out nearly everything else. */
#define MAX_PART 4

struct _SgCacheBudget
{
  gatomicrefcount ref_count;
  gsize max_bytes;
  gsize used;
  SgLock lock;
  GPtrArray *shares;
};

SgCacheBudget *
sg_cache_budget_new (gsize max_bytes)
{
  SgCacheBudget *self = g_new0 (SgCacheBudget, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->max_bytes = max_bytes;
  sg_lock_init (&self->lock);
  self->shares = g_ptr_array_new ();
  return self;
}

SgCacheBudget *
sg_cache_budget_ref (SgCacheBudget *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_cache_budget_unref (SgCacheBudget *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->shares);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/* The share stays where it is until it leaves. */
void
sg_cache_budget_join (SgCacheBudget *self,
                      SgCacheShare  *share)
{
  SG_LOCK_SCOPE (&self->lock);
  g_ptr_array_add (self->shares, share);
}

/* What it took is free for the others; nobody asks it for room afterwards. */
void
sg_cache_budget_leave (SgCacheBudget *self,
                       SgCacheShare  *share)
{
  SG_LOCK_SCOPE (&self->lock);
  g_ptr_array_remove_fast (self->shares, share);
  sg_cache_budget_release (self, share, __atomic_load_n (&share->bytes, __ATOMIC_RELAXED));
}

static SgCacheShare *
find_largest (SgCacheBudget *self)
{
  SgCacheShare *largest = NULL;
  gsize most = 0;

  for (guint i = 0; i < self->shares->len; i++)
    {
      SgCacheShare *share = self->shares->pdata[i];
      gsize bytes = __atomic_load_n (&share->bytes, __ATOMIC_RELAXED);

      if (bytes > most)
        {
          most = bytes;
          largest = share;
        }
    }
  return largest;
}

/**
 * sg_cache_budget_reserve:
 * @self: a budget
 * @share: a cache that holds no lock of its own now
 * @bytes: how much it wants to take
 *
 * Lets others make room if there is none. What is not used in the end is given back.
 *
 * Returns: whether it may; not when it is more than a quarter of all, or others have taken all and have
 *   not put it to use yet
 */
gboolean
sg_cache_budget_reserve (SgCacheBudget *self,
                         SgCacheShare  *share,
                         gsize          bytes)
{
  if (bytes > self->max_bytes / MAX_PART)
    return FALSE;
  SG_LOCK_SCOPE (&self->lock);
  while (sg_cache_budget_get_used (self) + bytes > self->max_bytes)
    {
      SgCacheShare *largest = find_largest (self);

      if (largest == NULL || !largest->evict (largest->user_data))
        return FALSE;
    }
  __atomic_add_fetch (&self->used, bytes, __ATOMIC_RELAXED);
  __atomic_add_fetch (&share->bytes, bytes, __ATOMIC_RELAXED);
  return TRUE;
}

/* Gives back what a cache has taken, or has reserved and not used. */
void
sg_cache_budget_release (SgCacheBudget *self,
                         SgCacheShare  *share,
                         gsize          bytes)
{
  __atomic_sub_fetch (&share->bytes, bytes, __ATOMIC_RELAXED);
  __atomic_sub_fetch (&self->used, bytes, __ATOMIC_RELAXED);
}

gsize
sg_cache_budget_get_used (SgCacheBudget *self)
{
  return __atomic_load_n (&self->used, __ATOMIC_RELAXED);
}

gsize
sg_cache_budget_get_max (SgCacheBudget *self)
{
  return self->max_bytes;
}
