/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-targets.h"

#include "models/sg-answer-trend.h"
#include "models/sg-target-job.h"

#include <math.h>

static GPtrArray *
make_jobs (SgQueryPlan *plan)
{
  g_autoptr (SgTargetList) list = sg_test_targets_new ();

  return sg_target_jobs_new (list, plan, SG_TEST_NOW);
}

static SgTargetJob *
find (GPtrArray  *jobs,
      const char *name)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      SgTargetJob *job = jobs->pdata[i];

      if (g_str_equal (job->name, name))
        return job;
    }
  g_assert_not_reached ();
}

/* A job is unhealthy when none of its targets is up; what is worst stands first; ours come last. */
static void
test_levels (void)
{
  g_autoptr (SgQueryPlan) plan = sg_query_plan_new ();
  g_autoptr (GPtrArray) jobs = make_jobs (plan);
  SgTargetJob *shop = find (jobs, "shop");
  const SgTargetRow *first = shop->rows->pdata[0];

  g_assert_cmpuint (jobs->len, ==, 6);
  g_assert_true (jobs->pdata[0] == shop);
  g_assert_cmpstr (((SgTargetJob *) jobs->pdata[4])->name, ==, "sightglass");
  g_assert_cmpint (shop->level, ==, SG_LEVEL_DEGRADED);
  g_assert_cmpuint (shop->n_up, ==, 2);
  g_assert_cmpuint (shop->n_bad, ==, 1);
  g_assert_cmpuint (shop->n_dropped, ==, 1);
  g_assert_cmpstr (first->endpoint, ==, "http://localhost:9403/metrics");
  g_assert_cmpstr (first->word, ==, "Down");
  g_assert_cmpstr (first->labels, ==, "env=\"test\", team=\"web\"");
  g_assert_cmpint (find (jobs, "redis")->level, ==, SG_LEVEL_DEGRADED);
  g_assert_cmpint (find (jobs, "batch")->level, ==, SG_LEVEL_UNKNOWN);
  g_assert_cmpint (find (jobs, "node")->level, ==, SG_LEVEL_HEALTHY);
}

static void
test_filter (void)
{
  g_autoptr (SgQueryPlan) plan = sg_query_plan_new ();
  g_autoptr (GPtrArray) jobs = make_jobs (plan);
  SgTargetJob *shop = find (jobs, "shop");
  g_autoptr (SgTargetJob) all = sg_target_job_filter (shop, "");
  g_autoptr (SgTargetJob) live = sg_target_job_filter (shop, "LIVE web");
  g_autoptr (SgTargetJob) down = sg_target_job_filter (shop, "down");
  g_autoptr (SgTargetJob) none = sg_target_job_filter (shop, "live down");

  g_assert_true (all == shop);
  g_assert_cmpuint (live->rows->len, ==, 2);
  g_assert_cmpuint (down->rows->len, ==, 1);
  g_assert_cmpuint (none->rows->len, ==, 0);
  g_assert_cmpuint (live->n_up, ==, 2);
  g_assert_true (sg_target_job_same_rows (shop, all));
  g_assert_false (sg_target_job_same_rows (shop, live));
}

static SgQueryAnswer *
make_answer (const char *text,
             const char *labels,
             gint64      step,
             double      value)
{
  SgQueryAnswer *answer = sg_query_answer_new (text, SG_TEST_NOW - 4 * step, SG_TEST_NOW, step);
  SgPromqlResult *result =
      sg_promql_result_new (step > 0 ? SG_VALUE_TYPE_MATRIX : SG_VALUE_TYPE_VECTOR, SG_TEST_NOW);
  SgTimeMs *t = sg_arena_new_array (result->arena, SgTimeMs, 2);
  double *f = sg_arena_new_array (result->arena, double, 2);

  t[0] = SG_TEST_NOW - 3 * step;
  t[1] = SG_TEST_NOW;
  f[0] = 1.;
  f[1] = value;
  result->series = g_new0 (SgPromqlSeries, 1);
  result->series[0] = (SgPromqlSeries) {
    sg_labels_parse (labels, NULL),
    { SG_VALUE_FLOAT, step > 0 ? 2 : 1, step > 0 ? t : t + 1, { step > 0 ? f : f + 1 } }
  };
  result->n_series = 1;
  answer->result = result;
  return answer;
}

/* The past is what was stored: which targets there were, and how they did. */
static void
test_past (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  g_autoptr (SgTimeWindow) window = sg_time_window_new (clock);
  g_autoptr (SgQueryPlan) plan = sg_query_plan_new ();
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  g_autoptr (GArray) planned = NULL;
  g_autoptr (GPtrArray) jobs = NULL;
  const SgTargetRow *row;

  sg_target_job_plan (plan, TRUE);
  planned = sg_query_plan_prepare (plan, window);
  g_assert_cmpuint (planned->len, ==, 5);
  for (guint i = 0; i < planned->len; i++)
    {
      const SgQuery *query = &g_array_index (planned, SgPlannedQuery, i).query;
      gboolean is_up = g_str_equal (query->text, "up");

      g_ptr_array_add (answers,
                       make_answer (query->text, "{instance=\"a:1\", job=\"shop\", env=\"x\"}",
                                    query->step > 0 ? 60000 : 0, is_up ? 0. : .25));
    }
  sg_query_plan_take (plan, planned, answers);
  jobs = sg_target_jobs_new_past (plan, SG_TEST_NOW);
  g_assert_cmpuint (jobs->len, ==, 1);
  row = ((SgTargetJob *) jobs->pdata[0])->rows->pdata[0];
  g_assert_cmpstr (row->endpoint, ==, "a:1");
  g_assert_cmpstr (row->labels, ==, "env=\"x\"");
  g_assert_cmpint (row->level, ==, SG_LEVEL_UNHEALTHY);
  g_assert_cmpfloat (row->duration, ==, .25);
  g_assert_null (row->status);
  g_assert_cmpuint (row->n_trend, ==, 5);
  g_assert_true (isnan (row->trend[0]));
  g_assert_cmpfloat (row->trend[1], ==, 1.);
  g_assert_true (isnan (row->trend[2]));
  g_assert_cmpfloat (row->trend[4], ==, .25);
}

/* Where there is no answer, or no range, there is no trend. */
static void
test_no_trend (void)
{
  g_autoptr (SgQueryAnswer) instant = make_answer ("up", "{}", 0, 1.);
  guint n;

  g_assert_null (sg_answer_trend_new (NULL, 0, &n));
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (sg_answer_trend_new (instant, 0, &n));
  g_assert_cmpfloat (sg_answer_trend_last (instant, 0), ==, 1.);
  g_assert_true (isnan (sg_answer_trend_last (instant, 1)));
}

static void
test_duration (void)
{
  SgTargetRow row = { .duration = .0123, .interval_ms = 15000 };
  SgTargetRow unknown = { .duration = NAN, .interval_ms = 15000 };
  g_autofree char *text = sg_target_row_describe_duration (&row);
  g_autofree char *none = sg_target_row_describe_duration (&unknown);

  g_assert_cmpstr (text, ==, "\u206612.3\u00a0ms\u2069 / 15\u00a0s");
  g_assert_cmpstr (none, ==, "–");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/target-job/levels", test_levels);
  g_test_add_func ("/app/target-job/filter", test_filter);
  g_test_add_func ("/app/target-job/past", test_past);
  g_test_add_func ("/app/target-job/no-trend", test_no_trend);
  g_test_add_func ("/app/target-job/duration", test_duration);
  return g_test_run ();
}
