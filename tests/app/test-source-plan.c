/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-sync.h"

static const SgMappingRole roles[] = { SG_ROLE_OPERATIONS };
static const SgMappingRole cache_roles[] = { SG_ROLE_EVICTIONS };
static const SgPageMeasure measures[] = {
  { "rate", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE }, SG_QUERY_RANGE },
  { "columns", { SG_ROLE_OPERATIONS, SG_MEASURE_RATE }, SG_QUERY_COLUMNS },
  { "conflicts", { SG_ROLE_CONFLICTS, SG_MEASURE_COUNT, .range = "$window" }, SG_QUERY_INSTANT },
};

static void
count_change (SgSourcePlan *plan,
              guint        *n)
{
  ++*n;
}

static const SgQuery *
planned_at (const GArray *planned,
            guint         i)
{
  return &g_array_index (planned, SgPlannedQuery, i).query;
}

/* What no application says is not asked; a column is several points wide, and its rate as long. */
static void
test_queries (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) window = sg_time_window_new (clock);
  g_autoptr (SgQuerier) store = sg_test_sync_store_new ();
  g_autoptr (SgSourceList) sources = sg_test_sync_sources_new (store, 0, SG_TEST_NOW);
  g_autoptr (SgSourcePlan) plan =
      sg_source_plan_new (measures, G_N_ELEMENTS (measures), roles, G_N_ELEMENTS (roles));
  g_autoptr (GArray) planned = NULL;
  guint n_changes = 0;

  g_signal_connect (plan, "sources-changed", G_CALLBACK (count_change), &n_changes);
  sg_time_window_set_live (window, 900000);
  sg_query_plan_set_width (sg_source_plan_get_plan (plan), 400);
  sg_source_plan_take_sources (plan, sources);
  sg_source_plan_take_sources (plan, sources);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (sg_query_plan_get_n_queries (sg_source_plan_get_plan (plan)), ==, 2);
  planned = sg_query_plan_prepare (sg_source_plan_get_plan (plan), window);
  g_assert_cmpint (planned_at (planned, 0)->step, ==, 5000);
  g_assert_cmpint (planned_at (planned, 1)->step, ==, 30000);
  g_assert_nonnull (strstr (planned_at (planned, 0)->text, "[20s]"));
  g_assert_nonnull (strstr (planned_at (planned, 1)->text, "[30s]"));
}

/* $rate knows how often the job is collected that is asked. */
static void
test_interval (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) window = sg_time_window_new (clock);
  g_autoptr (SgQuerier) store = sg_test_sync_store_new ();
  g_autoptr (SgSourceList) sources = sg_test_sync_sources_new (store, 0, SG_TEST_NOW);
  g_autoptr (SgSourcePlan) plan =
      sg_source_plan_new (measures, G_N_ELEMENTS (measures), roles, G_N_ELEMENTS (roles));
  g_autoptr (GArray) planned = NULL;

  sources->sources[0]->interval_ms = 15000;
  sg_time_window_set_live (window, 900000);
  sg_source_plan_take_sources (plan, sources);
  sg_source_plan_set_source (plan, sources->sources[0]->id);
  planned = sg_query_plan_prepare (sg_source_plan_get_plan (plan), window);
  g_assert_cmpint (planned_at (planned, 0)->step, ==, 15000);
  g_assert_nonnull (strstr (planned_at (planned, 0)->text, "{job=\"anivault\"}[1m]"));
}

/* An application without any role of the page is none of its sources. */
static void
test_other_page (void)
{
  g_autoptr (SgQuerier) store = sg_test_sync_store_new ();
  g_autoptr (SgSourceList) sources = sg_test_sync_sources_new (store, 0, SG_TEST_NOW);
  g_autoptr (SgSourcePlan) plan =
      sg_source_plan_new (measures, G_N_ELEMENTS (measures), cache_roles, 1);

  sg_source_plan_take_sources (plan, sources);
  g_assert_cmpuint (sg_source_plan_get_sources (plan)->len, ==, 0);
  g_assert_true (sg_source_plan_has_role (plan, SG_ROLE_OPERATIONS));
  g_assert_false (sg_source_plan_has_role (plan, SG_ROLE_EVICTIONS));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/source-plan/queries", test_queries);
  g_test_add_func ("/app/source-plan/interval", test_interval);
  g_test_add_func ("/app/source-plan/other-page", test_other_page);
  return g_test_run ();
}
