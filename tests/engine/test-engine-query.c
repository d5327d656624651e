/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "tools/sg-test-peer.h"

/* What is asked of an engine that runs and has stored its own metrics. */
typedef struct
{
  char *folder;
  SgEngine *engine;
  GAsyncResult *result;
  GPtrArray *answers;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static GAsyncResult *
wait (Fixture *fixture)
{
  sg_test_wait_until (is_done, fixture);
  return g_steal_pointer (&fixture->result);
}

static void
ask (Fixture       *fixture,
     const SgQuery *queries,
     guint          n_queries)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->answers, g_ptr_array_unref);
  sg_engine_query_async (fixture->engine, queries, n_queries, NULL, on_done, fixture);
  result = wait (fixture);
  fixture->answers = sg_engine_query_finish (fixture->engine, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->answers->len, ==, n_queries);
}

static gboolean
has_data (gpointer data)
{
  Fixture *fixture = data;
  SgQuery query = { .text = "process_open_fds", .start = sg_clock_now_ms (sg_clock_get_system ()) };
  SgQueryAnswer *answer;

  ask (fixture, &query, 1);
  answer = g_ptr_array_index (fixture->answers, 0);
  return answer->result != NULL && answer->result->n_series > 0;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("test-engine-query-XXXXXX", NULL);
  sg_engine_options_set_storage_path (options, fixture->folder);
  g_assert_true (sg_engine_options_prefer_listen_address (options, "127.0.0.1:0", NULL));
  fixture->engine = sg_engine_new (options);
  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  result = wait (fixture);
  sg_engine_start_finish (fixture->engine, result, &error);
  g_assert_no_error (error);
  sg_test_wait_until (has_data, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_clear_pointer (&fixture->answers, g_ptr_array_unref);
  sg_engine_stop_async (fixture->engine, on_done, fixture);
  result = wait (fixture);
  g_assert_true (sg_engine_stop_finish (fixture->engine, result, NULL));
  g_clear_object (&fixture->engine);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* Good and bad in one batch: each query has its own answer, in the order in which they were asked. */
static void
test_batch (Fixture       *fixture,
            gconstpointer  data)
{
  SgTimeMs now = sg_clock_now_ms (sg_clock_get_system ());
  const SgQuery queries[] = {
    { .text = "vector(1)", .start = now },
    { .text = "raet(x[5m])", .start = now },
    { .text = "time()", .start = now - 60000, .end = now, .step = 5000 },
    { .text = "process_open_fds * on () group_left () {job=\"sightglass\"}", .start = now },
  };
  SgQueryAnswer *answer;

  ask (fixture, queries, G_N_ELEMENTS (queries));
  answer = g_ptr_array_index (fixture->answers, 0);
  g_assert_cmpuint (answer->result->n_series, ==, 1);
  g_assert_cmpfloat (answer->result->series[0].column.f[0], ==, 1.);
  answer = g_ptr_array_index (fixture->answers, 1);
  g_assert_error (answer->error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
  g_assert_cmpuint (answer->place.start, ==, 0);
  g_assert_cmpuint (answer->place.end, ==, 4);
  g_assert_cmpstr (answer->hint, ==, "rate");
  answer = g_ptr_array_index (fixture->answers, 2);
  g_assert_cmpuint (answer->result->series[0].column.n, ==, 13);
  answer = g_ptr_array_index (fixture->answers, 3);
  g_assert_error (answer->error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_EXECUTION);
}

/* What an earlier answer has is not asked again, but is in the new one. */
static void
test_repeat (Fixture       *fixture,
             gconstpointer  data)
{
  SgQuery query = { .text = "time()", .start = 0, .end = 100000, .step = 5000 };
  g_autoptr (SgQueryAnswer) before = NULL;
  SgQueryAnswer *after;

  ask (fixture, &query, 1);
  before = sg_query_answer_ref (g_ptr_array_index (fixture->answers, 0));
  query = (SgQuery) { "time()", 10000, 120000, 5000, before, 90000 };
  ask (fixture, &query, 1);
  after = g_ptr_array_index (fixture->answers, 0);
  g_assert_cmpint (after->start, ==, 10000);
  g_assert_cmpuint (after->result->series[0].column.n, ==, 23);
  for (guint i = 0; i < 23; i++)
    {
      g_assert_cmpint (after->result->series[0].column.t[i], ==, 10000 + 5000 * (gint64) i);
      g_assert_cmpfloat (after->result->series[0].column.f[i], ==, 10. + 5. * i);
    }
  query = (SgQuery) { "time()", 10000, 300000, 5000, before, 250000 };
  ask (fixture, &query, 1);
  after = g_ptr_array_index (fixture->answers, 0);
  g_assert_cmpuint (after->result->series[0].column.n, ==, 59);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgQuery query = { .text = "count_over_time(vector(1)[10000d:1s])", .start = 0 };

  sg_engine_query_async (fixture->engine, &query, 1, cancellable, on_done, fixture);
  g_cancellable_cancel (cancellable);
  result = wait (fixture);
  g_assert_null (sg_engine_query_finish (fixture->engine, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_labels (Fixture       *fixture,
             gconstpointer  data)
{
  SgTimeMs now = sg_clock_now_ms (sg_clock_get_system ());
  g_autoptr (GAsyncResult) names = NULL;
  g_autoptr (GAsyncResult) values = NULL;
  g_autoptr (GAsyncResult) wrong = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found_names = NULL;
  g_auto (GStrv) found_values = NULL;

  sg_engine_list_labels_async (fixture->engine, NULL, "process_open_fds", 0, now, NULL, on_done,
                               fixture);
  names = wait (fixture);
  found_names = sg_engine_list_labels_finish (fixture->engine, names, NULL);
  g_assert_true (g_strv_contains ((const char *const *) found_names, "instance"));
  sg_engine_list_labels_async (fixture->engine, "job", NULL, 0, now, NULL, on_done, fixture);
  values = wait (fixture);
  found_values = sg_engine_list_labels_finish (fixture->engine, values, NULL);
  g_assert_true (g_strv_contains ((const char *const *) found_values, "sightglass"));
  sg_engine_list_labels_async (fixture->engine, "job", "a{", 0, now, NULL, on_done, fixture);
  wrong = wait (fixture);
  g_assert_null (sg_engine_list_labels_finish (fixture->engine, wrong, &error));
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
}

static void
test_catalog (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SgCatalog) catalog = NULL;
  const SgCatalogMetric *metric;

  sg_engine_get_catalog_async (fixture->engine, 0, sg_clock_now_ms (sg_clock_get_system ()), NULL,
                               on_done, fixture);
  result = wait (fixture);
  catalog = sg_engine_get_catalog_finish (fixture->engine, result, NULL);
  metric = sg_catalog_find (catalog, "process_cpu_seconds_total");
  g_assert_nonnull (metric);
  g_assert_cmpstr (metric->type, ==, "counter");
  g_assert_cmpstr (metric->help, !=, "");
  g_assert_cmpstr (metric->jobs[0], ==, "sightglass");
}

static void
test_explain (Fixture       *fixture,
              gconstpointer  data)
{
  SgTimeMs now = sg_clock_now_ms (sg_clock_get_system ());
  SgQuery query = { .text = "sum(process_open_fds)", .start = now };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SgExplanation) explanation = NULL;

  sg_engine_explain_async (fixture->engine, &query, NULL, on_done, fixture);
  result = wait (fixture);
  explanation = sg_engine_explain_finish (fixture->engine, result, NULL);
  g_assert_cmpuint (explanation->n_parts, ==, 2);
  g_assert_cmpuint (explanation->parts[1].n_series, ==, 1);
}

static void
test_not_started (void)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  Fixture fixture = { .engine = sg_engine_new (options) };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgQuery query = { .text = "up" };

  sg_engine_query_async (fixture.engine, &query, 1, NULL, on_done, &fixture);
  result = wait (&fixture);
  g_assert_null (sg_engine_query_finish (fixture.engine, result, &error));
  g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE);
  g_object_unref (fixture.engine);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/query/batch", Fixture, NULL, set_up, test_batch, tear_down);
  g_test_add ("/engine/query/repeat", Fixture, NULL, set_up, test_repeat, tear_down);
  g_test_add ("/engine/query/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/engine/query/labels", Fixture, NULL, set_up, test_labels, tear_down);
  g_test_add ("/engine/query/catalog", Fixture, NULL, set_up, test_catalog, tear_down);
  g_test_add ("/engine/query/explain", Fixture, NULL, set_up, test_explain, tear_down);
  g_test_add_func ("/engine/query/not-started", test_not_started);
  return g_test_run ();
}
