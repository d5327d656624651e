/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-cache-budget.h"

#include "base/sg-lock.h"

/*
 * A cache of nothing but sizes: each thing takes ten bytes.
 */
#define SIZE 10

typedef struct
{
  SgCacheBudget *budget;
  SgCacheShare share;
  guint n;
  guint evicted;
} Cache;

static gboolean
evict (gpointer data)
{
  Cache *cache = data;

  if (__atomic_load_n (&cache->n, __ATOMIC_RELAXED) == 0)
    return FALSE;
  __atomic_sub_fetch (&cache->n, 1, __ATOMIC_RELAXED);
  cache->evicted++;
  sg_cache_budget_release (cache->budget, &cache->share, SIZE);
  return TRUE;
}

static void
cache_init (Cache         *cache,
            SgCacheBudget *budget)
{
  *cache = (Cache) { budget, { 0, evict, cache } };
  sg_cache_budget_join (budget, &cache->share);
}

static gboolean
put (Cache *cache)
{
  if (!sg_cache_budget_reserve (cache->budget, &cache->share, SIZE))
    return FALSE;
  __atomic_add_fetch (&cache->n, 1, __ATOMIC_RELAXED);
  return TRUE;
}

/* Who has most makes room, until both have the same. */
static void
test_shared (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10 * SIZE);
  Cache a;
  Cache b;

  cache_init (&a, budget);
  cache_init (&b, budget);
  for (guint i = 0; i < 10; i++)
    g_assert_true (put (&a));
  g_assert_cmpuint (sg_cache_budget_get_used (budget), ==, 10 * SIZE);
  for (guint i = 0; i < 5; i++)
    g_assert_true (put (&b));
  g_assert_cmpuint (a.n, ==, 5);
  g_assert_cmpuint (a.evicted, ==, 5);
  g_assert_cmpuint (b.n, ==, 5);
  for (guint i = 0; i < 100; i++)
    g_assert_true (put (&b));
  g_assert_cmpuint (a.n + b.n, ==, 10);
  g_assert_cmpuint (a.n, >=, 4);
  sg_cache_budget_leave (budget, &a.share);
  g_assert_cmpuint (sg_cache_budget_get_used (budget), ==, b.n * SIZE);
  sg_cache_budget_leave (budget, &b.share);
  g_assert_cmpuint (sg_cache_budget_get_used (budget), ==, 0);
}

static void
test_refused (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10 * SIZE);
  g_autoptr (SgCacheBudget) none = sg_cache_budget_new (0);
  Cache a;

  cache_init (&a, none);
  g_assert_false (put (&a));
  sg_cache_budget_leave (none, &a.share);
  cache_init (&a, budget);
  g_assert_false (sg_cache_budget_reserve (budget, &a.share, 4 * SIZE));
  for (guint i = 0; i < 10; i++)
    g_assert_true (sg_cache_budget_reserve (budget, &a.share, SIZE));
  /* All of it is reserved, and nothing is there to be thrown out. */
  g_assert_false (put (&a));
  sg_cache_budget_release (budget, &a.share, SIZE);
  g_assert_true (put (&a));
  sg_cache_budget_leave (budget, &a.share);
}

static gpointer
put_many (gpointer data)
{
  for (guint i = 0; i < 20000; i++)
    put (data);
  return NULL;
}

/* Never more than all, and all is given back. */
static void
test_threads (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10 * SIZE);
  GThread *threads[4];
  Cache caches[4];

  for (guint i = 0; i < 4; i++)
    cache_init (&caches[i], budget);
  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("put", put_many, &caches[i]);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (sg_cache_budget_get_used (budget), <=, 10 * SIZE);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpuint (caches[i].share.bytes, ==, caches[i].n * SIZE);
      sg_cache_budget_leave (budget, &caches[i].share);
    }
  g_assert_cmpuint (sg_cache_budget_get_used (budget), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache-budget/shared", test_shared);
  g_test_add_func ("/cache-budget/refused", test_refused);
  g_test_add_func ("/cache-budget/threads", test_threads);
  return g_test_run ();
}
