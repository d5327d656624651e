/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-consistency.h"

#include "sync/sg-test-sync.h"
#include "sync/sg-test-sides.h"

static SgConsistencyReport *
check (Fixture  *fixture,
       TestSide *cache,
       TestSide *database)
{
  SgConsistencyOptions options = { .check_type = "full", .cache_is_complete = TRUE };

  return sg_consistency_check (fixture->monitor, &cache->side, &database->side, &options, NULL,
                               NULL);
}

typedef struct
{
  SgSyncStrategy strategy;
  const char *stale;
  const char *orphan;
  const char *ahead;
  const char *content;
  const char *not_cached;
} StrategyCase;

/* What both sides have afterwards. */
static const StrategyCase strategy_cases[] = {
  { SG_SYNC_DATABASE_WINS, "new@2", "gone", "saved@8", "right@3", "cold@1" },
  { SG_SYNC_CACHE_WINS, "old@1", "orphan@1", "unsaved@9", "left@3", "gone" },
  { SG_SYNC_NEWEST_WINS, "new@2", "orphan@1", "unsaved@9", "right@3", "cold@1" },
};

static void
assert_both (TestSide   *cache,
             TestSide   *database,
             const char *key,
             const char *expected)
{
  g_autofree char *cached = test_side_get (cache, key);
  g_autofree char *stored = test_side_get (database, key);

  g_assert_cmpstr (cached, ==, expected);
  g_assert_cmpstr (stored, ==, expected);
}

static void
test_strategies (Fixture       *fixture,
                 gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (strategy_cases); i++)
    {
      const StrategyCase *c = &strategy_cases[i];
      g_auto (TestSide) cache = { 0 };
      g_auto (TestSide) database = { 0 };
      g_autoptr (SgConsistencyReport) before = NULL;
      g_autoptr (SgConsistencyReport) after = NULL;
      g_auto (SgReconciliation) result = { 0 };

      fill_sides (&cache, &database);
      before = check (fixture, &cache, &database);
      g_assert_true (sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, before,
                                        c->strategy, NULL, NULL, NULL, &result, NULL));
      g_assert_cmpuint (result.repaired, ==, 5);
      g_assert_cmpuint (result.failed + result.left, ==, 0);
      assert_both (&cache, &database, "key 07 stale", c->stale);
      assert_both (&cache, &database, "key 50 orphan", c->orphan);
      assert_both (&cache, &database, "key 60 ahead", c->ahead);
      assert_both (&cache, &database, "key 70 content", c->content);
      assert_both (&cache, &database, "zzz not cached", c->not_cached);
      after = check (fixture, &cache, &database);
      g_assert_cmpuint (after->found, ==, 0);
    }
}

static void
test_manual (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_auto (SgReconciliation) result = { 0 };
  g_autoptr (SgLogBatch) records = NULL;
  g_autofree char *page = NULL;

  fill_sides (&cache, &database);
  report = check (fixture, &cache, &database);
  records = sg_sync_monitor_take_records (fixture->monitor);
  g_clear_pointer (&records, sg_log_batch_unref);
  sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, report, SG_SYNC_MANUAL, NULL,
                     NULL, NULL, &result, NULL);
  g_assert_cmpuint (result.left, ==, 5);
  g_assert_cmpuint (result.repaired, ==, 0);
  records = sg_sync_monitor_take_records (fixture->monitor);
  g_assert_cmpuint (sg_log_batch_get_length (records), ==, 6);
  g_assert_cmpint (sg_log_batch_get (records, 0)->kind, ==, SG_LOG_KIND_AUDIT);
  g_assert_cmpstr (sg_log_batch_get (records, 0)->key, ==, "key 07 stale");
  g_assert_cmpstr (sg_log_batch_get (records, 0)->fields, ==,
                   "{\"difference\":\"stale\",\"cache_version\":1,\"database_version\":2}");
  page = fixture_render (fixture);
  assert_line (page,
               "anivault_reconciliation_operations_total{strategy=\"manual\",status=\"left\"} 5");
}

/* What was settled in between is left as it is, whoever would win. */
static void
test_changed_since (Fixture       *fixture,
                    gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_auto (SgReconciliation) result = { 0 };

  fill_sides (&cache, &database);
  report = check (fixture, &cache, &database);
  test_side_put (&cache, "key 07 stale", 7, "newest");
  test_side_put (&database, "key 07 stale", 7, "newest");
  cache.broken_key = "key 07 stale";
  sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, report, SG_SYNC_DATABASE_WINS,
                     NULL, NULL, NULL, &result, NULL);
  g_assert_cmpuint (result.repaired, ==, 5);
  assert_both (&cache, &database, "key 07 stale", "newest@7");
}

static void
test_one_fails (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_auto (SgReconciliation) result = { 0 };
  g_autofree char *page = NULL;

  fill_sides (&cache, &database);
  report = check (fixture, &cache, &database);
  cache.broken_key = "key 50 orphan";
  g_assert_true (sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, report,
                                    SG_SYNC_DATABASE_WINS, NULL, NULL, NULL, &result, NULL));
  g_assert_cmpuint (result.repaired, ==, 4);
  g_assert_cmpuint (result.failed, ==, 1);
  g_assert_cmpstr (result.first_error, ==, "key 50 orphan: read-only");
  page = fixture_render (fixture);
  assert_line (page, "anivault_sync_operations_total{operation_type=\"reconciliation\","
                     "status=\"partial\"} 1");
  assert_line (page, "anivault_reconciliation_operations_total{strategy=\"database_wins\","
                     "status=\"failed\"} 1");
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (TestSide) cache = { 0 };
  g_auto (TestSide) database = { 0 };
  g_autoptr (SgConsistencyReport) report = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (SgReconciliation) result = { 0 };
  g_autoptr (GError) error = NULL;

  fill_sides (&cache, &database);
  report = check (fixture, &cache, &database);
  g_cancellable_cancel (cancellable);
  g_assert_false (sg_sync_reconcile (fixture->monitor, &cache.side, &database.side, report,
                                     SG_SYNC_DATABASE_WINS, NULL, NULL, cancellable, &result,
                                     &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (result.repaired, ==, 1);
}

static void
test_names (void)
{
  SgSyncStrategy strategy = SG_SYNC_MANUAL;

  for (guint i = 0; i < SG_SYNC_N_STRATEGIES; i++)
    {
      g_assert_true (sg_sync_strategy_from_string (sg_sync_strategy_to_string ((SgSyncStrategy) i),
                                                   &strategy));
      g_assert_cmpint (strategy, ==, i);
    }
  g_assert_false (sg_sync_strategy_from_string ("whoever", &strategy));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/reconciliation/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("strategies", test_strategies);
  ADD ("manual", test_manual);
  ADD ("changed-since", test_changed_since);
  ADD ("one-fails", test_one_fails);
  ADD ("cancelled", test_cancelled);
  g_test_add_func ("/reconciliation/names", test_names);
  return g_test_run ();
}
