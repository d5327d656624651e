/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-range-cache.h"

#include "base/sg-matcher.h"
#include "promql/sg-parser.h"
#include "promql/sg-promql-engine.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-store.h"

#include <string.h>

/*
 * A store whose newest sample is now, a clock that stands still, and queries that are asked twice: once
 * with what is remembered, and once without. Both must say the same, whatever happened in between.
 */
#define NOW    G_GINT64_CONSTANT (1700000000000)
#define STEP   15000
#define HOUR   3600000
#define MINUTE 60000

typedef struct
{
  char *path;
  SgStore *store;
  SgQuerier *querier;
  SgPromqlEngine *engine;
} Fixture;

static void
append (Fixture    *fixture,
        const char *n,
        SgTimeMs    t,
        double      value)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (fixture->store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "m", "n", n, NULL);
  g_autoptr (GError) error = NULL;
  SgSample sample = { .t = t };
  SgHeadRef ref = 0;

  sample.value.f = value;
  sg_appender_append (appender, &ref, labels, &sample, &error);
  sg_appender_commit (appender, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { NOW * 1000000 });
  g_autoptr (GError) error = NULL;
  SgPromqlOptions options;
  SgStoreOptions store_options = { .clock = clock };

  fixture->path = g_dir_make_tmp ("sg-range-cache-XXXXXX", &error);
  g_assert_no_error (error);
  store_options.path = fixture->path;
  store_options.head.late_ms = HOUR;
  fixture->store = sg_store_new (&store_options, &error);
  g_assert_no_error (error);
  for (SgTimeMs t = NOW - HOUR; t <= NOW; t += STEP)
    {
      append (fixture, "1", t, (double) (t % 977));
      if ((t / STEP) % 40 < 20)
        append (fixture, "2", t + 1, (double) (t % 1009));
    }
  fixture->querier = sg_store_querier_new (fixture->store);
  sg_promql_options_init (&options);
  fixture->engine = sg_promql_engine_new (&options, clock);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->querier);
  g_clear_object (&fixture->engine);
  g_assert_true (sg_store_close (fixture->store, NULL));
  g_clear_object (&fixture->store);
  sg_test_remove_folder (fixture->path);
  g_free (fixture->path);
}

static SgPromqlResult *
ask (Fixture    *fixture,
     const char *query,
     SgTimeMs    start,
     SgTimeMs    end,
     gboolean    no_cache)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse (query, &error);
  SgPromqlRequest request = { .start = start, .end = end, .step = MINUTE, .no_cache = no_cache };
  SgPromqlResult *result;

  g_assert_no_error (error);
  result = sg_promql_engine_run (fixture->engine, fixture->querier, ast, &request, NULL, &error);
  g_assert_no_error (error);
  return result;
}

static void
assert_same (const SgPromqlResult *a,
             const SgPromqlResult *b)
{
  g_assert_cmpuint (a->n_series, ==, b->n_series);
  for (guint i = 0; i < a->n_series; i++)
    {
      const SgColumn *left = &a->series[i].column;
      const SgColumn *right = &b->series[i].column;

      g_assert_true (sg_labels_equal (a->series[i].labels, b->series[i].labels));
      g_assert_cmpmem (left->t, left->n * sizeof *left->t, right->t, right->n * sizeof *right->t);
      g_assert_cmpmem (left->f, left->n * sizeof *left->f, right->f, right->n * sizeof *right->f);
    }
}

/* Returns: how many samples were read for it */
static guint64
ask_both (Fixture    *fixture,
          const char *query,
          SgTimeMs    start,
          SgTimeMs    end)
{
  g_autoptr (SgPromqlResult) remembered = ask (fixture, query, start, end, FALSE);
  g_autoptr (SgPromqlResult) anew = ask (fixture, query, start, end, TRUE);

  assert_same (remembered, anew);
  return remembered->stats.n_samples;
}

static SgRangeCacheStats
get_stats (Fixture *fixture)
{
  SgPromqlEngineStats stats;

  sg_promql_engine_get_stats (fixture->engine, &stats);
  return stats.cache;
}

/* The second time, only the last minutes are read. */
static void
test_range_cache_again (Fixture       *fixture,
                        gconstpointer  data)
{
  guint64 first = ask_both (fixture, "m", NOW - 40 * MINUTE, NOW);
  guint64 second = ask_both (fixture, "m", NOW - 40 * MINUTE, NOW);
  SgRangeCacheStats stats = get_stats (fixture);

  g_assert_cmpuint (second, <, first / 2);
  g_assert_cmpuint (second, >, 0);
  g_assert_cmpuint (stats.misses, ==, 1);
  g_assert_cmpuint (stats.hits, ==, 1);
  g_assert_cmpuint (stats.n_results, ==, 1);
  /* A part of it that is long past is not read at all. */
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 30 * MINUTE, NOW - 10 * MINUTE), ==, 0);
  /* What begins earlier, or lies between two steps, or has another lookback, is not known. */
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 50 * MINUTE, NOW - 20 * MINUTE), >, 0);
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 40 * MINUTE + 1, NOW), >, 0);
  stats = get_stats (fixture);
  g_assert_cmpuint (stats.misses, ==, 3);
}

/* A window that slides on, as a page asks. */
static void
test_range_cache_slide (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char *const queries[] = {
    "m",
    "rate(m[2m])",
    "sum by (n) (m) or vector(1)",
    "absent(m{n=\"2\"})",
    "topk(1, m)",
    "time() * 2",
    "m offset 3m > 500",
    "max_over_time(m[3m:30s])",
    "-m or m{n=\"1\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      for (SgTimeMs end = NOW - 30 * MINUTE; end <= NOW + 2 * MINUTE; end += MINUTE)
        ask_both (fixture, queries[i], end - 15 * MINUTE, end);
    }
  g_assert_cmpuint (get_stats (fixture).hits, >, 200);
  g_assert_cmpuint (get_stats (fixture).misses, ==, G_N_ELEMENTS (queries));
}

static void
test_range_cache_late (Fixture       *fixture,
                       gconstpointer  data)
{
  ask_both (fixture, "m", NOW - 40 * MINUTE, NOW);
  append (fixture, "1", NOW - 20 * MINUTE + 7, 12345);
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 40 * MINUTE, NOW), >, 200);
  /* A new series is in order for itself, and late all the same. */
  append (fixture, "3", NOW - 15 * MINUTE, 54321);
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 40 * MINUTE, NOW), >, 200);
  append (fixture, "3", NOW + 1, 54321);
  g_assert_cmpuint (ask_both (fixture, "m", NOW - 40 * MINUTE, NOW), <, 200);
  g_assert_cmpuint (get_stats (fixture).misses, ==, 3);
}

static void
test_range_cache_delete (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, "n", "1", &error);
  const SgMatcher *matchers[] = { matcher };

  g_assert_no_error (error);
  ask_both (fixture, "m", NOW - 40 * MINUTE, NOW);
  g_assert_true (sg_store_delete (fixture->store, matchers, 1, NOW - 20 * MINUTE, NOW - 10 * MINUTE,
                                  NULL, &error));
  ask_both (fixture, "m", NOW - 40 * MINUTE, NOW);
  g_assert_cmpuint (get_stats (fixture).misses, ==, 2);
}

/* What depends on more than the past of each time is never remembered. */
static void
test_range_cache_never (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char *const queries[] = {
    "m @ 1699999000",
    "m offset -5m",
    "max_over_time(m[5m] @ end())",
    "m smoothed",
    "rate(m[5m] smoothed)",
    "vector(start())",
    "m + end() - range()",
    "m[range()]",
    "max_over_time(m[5m:1m] offset -1m)",
    "max_over_time(m[range() + 1m])",
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (SgAst) ast = sg_parser_parse (queries[i], NULL);

      g_assert_nonnull (ast);
      if (sg_range_cache_may_remember (ast))
        g_test_fail_printf ("%s would be remembered", queries[i]);
    }
}

/* There is a bound, and those go first that were not used for longest. */
static void
test_range_cache_bound (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (SgCacheBudget) budget = sg_cache_budget_new (10000);
  g_autoptr (SgRangeCache) cache = sg_range_cache_new (budget);
  g_autoptr (SgPromqlResult) result = ask (fixture, "m", NOW - 40 * MINUTE, NOW, TRUE);
  SgQuerierVersion version = { 1, 1, NOW };
  SgRangeCacheStats stats;
  SgTimeMs end;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *text = g_strdup_printf ("m + %u", i);
      SgRangeCacheKey key = { text, NOW - 40 * MINUTE, NOW, MINUTE, 1 };
      SgRangeCacheKey first = { "m + 0", NOW - 40 * MINUTE, NOW, MINUTE, 1 };
      g_autoptr (SgPromqlResult) found = NULL;

      sg_range_cache_remember (cache, &key, &version, result);
      found = sg_range_cache_find (cache, &first, &version, &end);
      g_assert_true (found == result);
    }
  sg_range_cache_get_stats (cache, &stats);
  g_assert_cmpuint (stats.n_bytes, <=, 10000);
  g_assert_cmpuint (stats.n_results, >, 1);
  g_assert_cmpuint (stats.evictions, ==, 20 - stats.n_results);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/range-cache/again", test_range_cache_again);
  ADD ("/range-cache/slide", test_range_cache_slide);
  ADD ("/range-cache/late", test_range_cache_late);
  ADD ("/range-cache/delete", test_range_cache_delete);
  ADD ("/range-cache/never", test_range_cache_never);
  ADD ("/range-cache/bound", test_range_cache_bound);
  return g_test_run ();
}
