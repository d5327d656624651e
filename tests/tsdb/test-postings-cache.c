/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-postings-cache.h"

#include "base/sg-lock.h"
#include "tsdb/sg-head-find.h"
#include "tsdb/sg-head-truncate.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

#define T0 G_GINT64_CONSTANT (1700000000000)

static GArray *
make_refs (guint32 first,
           guint   n)
{
  GArray *refs = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < n; i++)
    {
      guint32 ref = first + i;

      g_array_append_val (refs, ref);
    }
  return refs;
}

static gboolean
has (SgPostingsCache *cache,
     guint64          source,
     const SgMatcher *matcher,
     guint32          min_end,
     guint            n)
{
  guint32 end;
  g_autoptr (GArray) refs = sg_postings_cache_get (cache, source, &matcher, 1, min_end, &end);

  g_assert_true (refs == NULL || refs->len == n);
  return refs != NULL;
}

static void
put (SgPostingsCache *cache,
     guint64          source,
     const SgMatcher *matcher,
     guint            n,
     guint32          end)
{
  g_autoptr (GArray) refs = make_refs (0, n);

  sg_postings_cache_put (cache, source, &matcher, 1, refs, end);
}

/* Kinds, names, values, and sources are all told apart. */
static void
test_questions (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10000);
  g_autoptr (SgPostingsCache) cache = sg_postings_cache_new (budget);
  g_autoptr (SgMatcher) a = sg_matcher_new (SG_MATCH_REGEXP, "a", "b.", NULL);
  g_autoptr (SgMatcher) same = sg_matcher_new (SG_MATCH_REGEXP, "a", "b.", NULL);
  g_autoptr (SgMatcher) kind = sg_matcher_new (SG_MATCH_NOT_REGEXP, "a", "b.", NULL);
  g_autoptr (SgMatcher) shifted = sg_matcher_new (SG_MATCH_REGEXP, "ab", ".", NULL);
  guint64 one = sg_postings_cache_add_source (cache);
  guint64 two = sg_postings_cache_add_source (cache);
  SgPostingsCacheStats stats;

  put (cache, one, a, 5, 5);
  g_assert_true (has (cache, one, same, 0, 5));
  g_assert_false (has (cache, two, same, 0, 0));
  g_assert_false (has (cache, one, kind, 0, 0));
  g_assert_false (has (cache, one, shifted, 0, 0));
  g_assert_true (has (cache, one, a, 5, 5));
  g_assert_false (has (cache, one, a, 6, 0));
  put (cache, one, a, 3, 4);
  g_assert_true (has (cache, one, a, 5, 5));
  put (cache, one, a, 7, 9);
  g_assert_true (has (cache, one, a, 9, 7));
  put (cache, two, a, 2, 2);
  sg_postings_cache_remove_source (cache, one);
  g_assert_false (has (cache, one, a, 0, 0));
  g_assert_true (has (cache, two, a, 0, 2));
  sg_postings_cache_get_stats (cache, &stats);
  g_assert_cmpuint (stats.hits, ==, 5);
  g_assert_cmpuint (stats.misses, ==, 5);
  g_assert_cmpuint (stats.n_entries, ==, 1);
}

static SgMatcher *
numbered (guint i)
{
  g_autofree char *value = g_strdup_printf ("%u", i);

  return sg_matcher_new (SG_MATCH_NOT_EQUAL, "n", value, NULL);
}

/* Never more bytes than said; who was asked last stays. */
static void
test_bound (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10000);
  g_autoptr (SgPostingsCache) cache = sg_postings_cache_new (budget);
  guint64 source = sg_postings_cache_add_source (cache);
  g_autoptr (SgMatcher) first = numbered (0);
  g_autoptr (SgMatcher) long_one = numbered (1000);
  SgPostingsCacheStats stats;

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (SgMatcher) matcher = numbered (i);

      put (cache, source, matcher, 100, 1);
      g_assert_true (has (cache, source, first, 0, 100));
      sg_postings_cache_get_stats (cache, &stats);
      g_assert_cmpuint (stats.bytes, <=, sg_cache_budget_get_max (budget));
    }
  g_assert_cmpuint (stats.evicted, ==, 100 - stats.n_entries);
  g_assert_cmpuint (stats.n_entries, >, 10);
  put (cache, source, long_one, 2000, 1);
  g_assert_false (has (cache, source, long_one, 0, 0));
  sg_postings_cache_get_stats (cache, &stats);
  g_assert_cmpuint (stats.refused, ==, 1);
}

/* A head whose series come and go, and how many of each kind there are. */
typedef struct
{
  SgHead *head;
  SgPostingsCache *cache;
  GHashTable *there;
  GRand *random;
  SgTimeMs now;
} World;

static SgLabels *
random_labels (World *world)
{
  g_autofree char *job = g_strdup_printf ("job%d", g_rand_int_range (world->random, 0, 3));
  g_autofree char *host = g_strdup_printf ("host%d", g_rand_int_range (world->random, 0, 400));
  gboolean has_env = g_rand_boolean (world->random);

  return sg_labels_new_from_pairs ("__name__", "m", "host", host, "job", job, "env",
                                   has_env ? "prod" : "", NULL);
}

static void
append_one (World      *world,
            SgAppender *appender)
{
  g_autoptr (SgLabels) labels = random_labels (world);
  SgSample sample = { world->now, 0, { SG_VALUE_FLOAT, { 1 } } };
  SgHeadRef ref = 0;

  g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
  g_hash_table_replace (world->there, sg_labels_ref (labels),
                        g_memdup2 (&world->now, sizeof world->now));
}

static void
append_some (World *world,
             guint  n)
{
  g_autoptr (SgAppender) appender = sg_head_appender_new (world->head);

  world->now += 1000;
  for (guint i = 0; i < n; i++)
    append_one (world, appender);
  g_assert_true (sg_appender_commit (appender, NULL));
}

static gboolean
is_old (gpointer labels,
        gpointer last,
        gpointer before)
{
  return *(SgTimeMs *) last < *(SgTimeMs *) before;
}

/* Series without a sample in the last rounds go. */
static void
let_go (World *world)
{
  SgTimeMs before = world->now - 3000;

  g_hash_table_foreach_remove (world->there, is_old, &before);
  sg_head_close_range (world->head, before);
  g_assert_true (sg_head_truncate (world->head, before, NULL));
}

static guint
count_matching (World                  *world,
                const SgMatcher *const *matchers,
                gsize                   n)
{
  GHashTableIter iter;
  gpointer labels;
  guint count = 0;

  g_hash_table_iter_init (&iter, world->there);
  while (g_hash_table_iter_next (&iter, &labels, NULL))
    {
      gboolean all = TRUE;

      for (gsize i = 0; i < n; i++)
        all &= sg_matcher_matches (matchers[i],
                                   sg_labels_get (labels, sg_matcher_get_name (matchers[i])));
      count += all;
    }
  return count;
}

static void
assert_found (World                  *world,
              const SgMatcher *const *matchers,
              gsize                   n)
{
  g_autoptr (GPtrArray) found = NULL;
  SgHeadGuard guard;

  sg_head_gate_enter (&world->head->gate, &guard);
  found = sg_head_find (world->head, matchers, n, NULL, NULL);
  g_assert_cmpuint (found->len, ==, count_matching (world, matchers, n));
  for (guint i = 0; i < found->len; i++)
    g_assert_true (
        g_hash_table_contains (world->there, ((SgHeadSeries *) found->pdata[i])->labels));
  sg_head_gate_leave (&world->head->gate, &guard);
}

static void
ask (World *world)
{
  static const char *const hosts[] = { "host1.*", "host(1|20|300)", ".*7", ".+", "", "host3[0-4]" };
  SgMatchKind kind = g_rand_boolean (world->random) ? SG_MATCH_REGEXP : SG_MATCH_NOT_REGEXP;
  g_autoptr (SgMatcher) host = sg_matcher_new (
      kind, "host", hosts[g_rand_int_range (world->random, 0, G_N_ELEMENTS (hosts))], NULL);
  g_autoptr (SgMatcher) job = sg_matcher_new (SG_MATCH_EQUAL, "job", "job1", NULL);
  g_autoptr (SgMatcher) env = sg_matcher_new (SG_MATCH_NOT_EQUAL, "env", "prod", NULL);
  const SgMatcher *matchers[] = { host, job, env };

  assert_found (world, matchers, (gsize) g_rand_int_range (world->random, 1, 4));
}

/* However series come and go, what is found is what is there. */
static void
test_head (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (1 << 20);
  World world = { sg_head_new (&(SgHeadOptions) { 0 }), sg_postings_cache_new (budget), NULL,
                  g_rand_new_with_seed (3), T0 };
  SgPostingsCacheStats stats;

  world.there = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func,
                                       (GDestroyNotify) sg_labels_unref, g_free);
  sg_head_set_cache (world.head, world.cache);
  for (guint i = 0; i < 400; i++)
    {
      append_some (&world, (guint) g_rand_int_range (world.random, 1, i % 50 == 0 ? 2000 : 40));
      for (guint k = 0; k < 10; k++)
        ask (&world);
      if (i % 7 == 6)
        let_go (&world);
    }
  sg_postings_cache_get_stats (world.cache, &stats);
  g_test_message ("%" G_GUINT64_FORMAT " hits, %" G_GUINT64_FORMAT " misses", stats.hits,
                  stats.misses);
  g_assert_cmpuint (stats.hits, >, stats.misses);
  g_assert_cmpuint (stats.misses, >, 0);
  g_hash_table_unref (world.there);
  g_rand_free (world.random);
  sg_head_unref (world.head);
  sg_postings_cache_get_stats (world.cache, &stats);
  g_assert_cmpuint (stats.n_entries, ==, 0);
  g_assert_cmpuint (stats.bytes, ==, 0);
  sg_postings_cache_unref (world.cache);
}

/* An expression without end is refused, whether its answer would be kept or not. */
static void
test_hostile (void)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (1 << 20);
  g_autoptr (SgPostingsCache) cache = sg_postings_cache_new (budget);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, "x", "([a-z]+)*[0-9]", NULL);
  g_autoptr (SgAppender) appender = sg_head_appender_new (head);
  g_autofree char *value = g_strnfill (5000, 'a');
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("x", value, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSample sample = { T0, 0, { SG_VALUE_FLOAT, { 1 } } };
  SgHeadRef ref = 0;
  SgHeadGuard guard;

  g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_head_gate_enter (&head->gate, &guard);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) found = sg_head_find (head, matchers, 1, NULL, &error);

      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT);
      g_assert_null (found);
      if (i == 0)
        sg_head_set_cache (head, cache);
    }
  sg_head_gate_leave (&head->gate, &guard);
}

typedef struct
{
  SgHead *head;
  guint n_committed;
  gboolean done;
} Shared;

static gpointer
add_series (gpointer data)
{
  Shared *shared = data;
  g_autoptr (SgAppender) appender = sg_head_appender_new (shared->head);

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("i", text, "k", "v", NULL);
      SgSample sample = { T0, 0, { SG_VALUE_FLOAT, { i } } };
      SgHeadRef ref = 0;

      if (!sg_appender_append (appender, &ref, labels, &sample, NULL)
          || !sg_appender_commit (appender, NULL))
        g_assert_not_reached ();
      __atomic_store_n (&shared->n_committed, i + 1, __ATOMIC_RELEASE);
    }
  __atomic_store_n (&shared->done, TRUE, __ATOMIC_RELEASE);
  return NULL;
}

static gpointer
find_series (gpointer data)
{
  Shared *shared = data;
  g_autoptr (SgMatcher) some = sg_matcher_new (SG_MATCH_REGEXP, "i", ".+", NULL);
  g_autoptr (SgMatcher) all = sg_matcher_new (SG_MATCH_EQUAL, "k", "v", NULL);
  const SgMatcher *matchers[] = { some, all };
  gboolean done;

  do
    {
      guint before;
      SgHeadGuard guard;
      g_autoptr (GPtrArray) found = NULL;

      done = __atomic_load_n (&shared->done, __ATOMIC_ACQUIRE);
      before = __atomic_load_n (&shared->n_committed, __ATOMIC_ACQUIRE);
      sg_head_gate_enter (&shared->head->gate, &guard);
      found = sg_head_find (shared->head, matchers, 2, NULL, NULL);
      g_assert_cmpuint (found->len, >=, before);
      sg_head_gate_leave (&shared->head->gate, &guard);
    }
  while (!done);
  return NULL;
}

/* Who asks after a commit finds its series, though others ask at the same time. */
static void
test_threads (void)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (1 << 20);
  g_autoptr (SgPostingsCache) cache = sg_postings_cache_new (budget);
  Shared shared = { sg_head_new (&(SgHeadOptions) { 0 }), 0, FALSE };
  GThread *threads[3];
  SgPostingsCacheStats stats;

  sg_head_set_cache (shared.head, cache);
  threads[0] = g_thread_new ("add", add_series, &shared);
  threads[1] = g_thread_new ("find", find_series, &shared);
  threads[2] = g_thread_new ("find", find_series, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  sg_postings_cache_get_stats (cache, &stats);
  g_test_message ("%" G_GUINT64_FORMAT " hits, %" G_GUINT64_FORMAT " misses", stats.hits,
                  stats.misses);
  sg_head_unref (shared.head);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/postings-cache/questions", test_questions);
  g_test_add_func ("/postings-cache/bound", test_bound);
  g_test_add_func ("/postings-cache/head", test_head);
  g_test_add_func ("/postings-cache/hostile", test_hostile);
  g_test_add_func ("/postings-cache/threads", test_threads);
  return g_test_run ();
}
