/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-query-plan.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

/* A plan that is asked by hand: no engine, no widget. */
typedef struct
{
  SgClock *clock;
  SgTimeWindow *window;
  SgQueryPlan *plan;
  GArray *planned;
  GString *answered;
} Fixture;

static void
answered (SgQueryPlan *plan,
          const char  *role,
          Fixture     *fixture)
{
  g_string_append_printf (fixture->answered, "%s;", role);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_time_window_new (fixture->clock);
  fixture->plan = sg_query_plan_new ();
  fixture->answered = g_string_new (NULL);
  g_signal_connect (fixture->plan, "answered", G_CALLBACK (answered), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->planned, g_array_unref);
  g_string_free (fixture->answered, TRUE);
  g_assert_finalize_object (fixture->plan);
  g_assert_finalize_object (fixture->window);
  g_object_unref (fixture->clock);
}

static const SgQuery *
prepare (Fixture *fixture,
         guint    index)
{
  g_clear_pointer (&fixture->planned, g_array_unref);
  fixture->planned = sg_query_plan_prepare (fixture->plan, fixture->window);
  g_assert_cmpuint (fixture->planned->len, >, index);
  return &g_array_index (fixture->planned, SgPlannedQuery, index).query;
}

/* An answer with one series: @value at every time that was asked for. */
static SgQueryAnswer *
make_answer (const SgQuery *query,
             double         value)
{
  SgQueryAnswer *answer = sg_query_answer_new (query->text, query->start, query->end, query->step);
  guint n = query->step > 0 ? (guint) ((query->end - query->start) / query->step) + 1 : 1;
  SgTimeMs *t;
  double *f;

  answer->result = sg_promql_result_new (
      query->step > 0 ? SG_VALUE_TYPE_MATRIX : SG_VALUE_TYPE_VECTOR, query->start);
  t = sg_arena_new_array (answer->result->arena, SgTimeMs, n);
  f = sg_arena_new_array (answer->result->arena, double, n);
  for (guint i = 0; i < n; i++)
    {
      t[i] = query->start + i * query->step;
      f[i] = value;
    }
  answer->result->n_series = 1;
  answer->result->series = g_new0 (SgPromqlSeries, 1);
  answer->result->series[0] =
      (SgPromqlSeries) { sg_labels_ref (sg_labels_get_empty ()), { SG_VALUE_FLOAT, n, t, { f } } };
  return answer;
}

/* Answers what was prepared with the values, in order. Returns: the roles that are new */
static char *
take (Fixture *fixture,
      double   first,
      double   second)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);

  for (guint i = 0; i < fixture->planned->len; i++)
    g_ptr_array_add (answers,
                     make_answer (&g_array_index (fixture->planned, SgPlannedQuery, i).query,
                                  i == 0 ? first : second));
  g_string_truncate (fixture->answered, 0);
  sg_query_plan_take (fixture->plan, fixture->planned, answers);
  return fixture->answered->str;
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    int width;
    gint64 interval;
    gint64 span;
    gint64 step;
  } cases[] = {
    { 900, 5 * SECOND, 15 * MINUTE, 5 * SECOND },   { 900, 1 * SECOND, 15 * MINUTE, 1 * SECOND },
    { 450, 1 * SECOND, 15 * MINUTE, 2 * SECOND },   { 300, 1 * SECOND, 15 * MINUTE, 5 * SECOND },
    { 900, 15 * SECOND, 15 * MINUTE, 15 * SECOND }, { 1000, 5 * SECOND, HOUR, 5 * SECOND },
    { 1000, 5 * SECOND, 24 * HOUR, 2 * MINUTE },    { 300, 5 * SECOND, 24 * HOUR, 5 * MINUTE },
    { 1000, 5 * SECOND, 168 * HOUR, 15 * MINUTE },  { 360, 5 * SECOND, 365 * 24 * HOUR, 48 * HOUR },
    { 0, 5 * SECOND, 10 * SECOND, 10 * SECOND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sg_query_plan_set_width (fixture->plan, cases[i].width);
      sg_query_plan_set_interval (fixture->plan, cases[i].interval);
      g_assert_cmpint (sg_query_plan_get_step (fixture->plan, cases[i].span), ==, cases[i].step);
    }
}

static void
test_variables (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *short_text = NULL;
  g_autofree char *long_text = NULL;

  sg_query_plan_set_source (fixture->plan, "job=\"a\"");
  short_text = sg_query_plan_expand (fixture->plan, fixture->window,
                                     "increase(x{$source}[$window]) rate(x[$rate]) $step");
  g_assert_cmpstr (short_text, ==, "increase(x{job=\"a\"}[15m]) rate(x[20s]) 5s");
  sg_time_window_set_live (fixture->window, 168 * HOUR);
  long_text = sg_query_plan_expand (fixture->plan, fixture->window, "rate(x[$rate]) $window");
  g_assert_cmpstr (long_text, ==, "rate(x[15m]) 1w");
}

/* Both ends lie on the grid, whatever time it is; an instant is the end of the window. */
static void
test_grid (Fixture       *fixture,
           gconstpointer  data)
{
  sg_query_plan_set_query (fixture->plan, "chart", "x", SG_QUERY_RANGE);
  sg_query_plan_set_query (fixture->plan, "tile", "y", SG_QUERY_INSTANT);
  for (guint i = 0; i < 7; i++)
    {
      const SgQuery *range = prepare (fixture, 0);
      const SgQuery *instant = range + 1;
      SgTimeMs now = sg_clock_now_ms (fixture->clock);

      instant = &g_array_index (fixture->planned, SgPlannedQuery, 1).query;
      g_assert_cmpint (range->start % range->step, ==, 0);
      g_assert_cmpint (range->end % range->step, ==, 0);
      g_assert_cmpint (range->end, <=, now);
      g_assert_cmpint (range->end, >, now - range->step);
      g_assert_cmpint (range->end - range->start, ==, 15 * MINUTE);
      g_assert_cmpint (instant->start, ==, now);
      g_assert_cmpint (instant->step, ==, 0);
      sg_clock_advance (fixture->clock, 1300);
    }
}

/* Only what is new, and the last five minutes, are asked anew. */
static void
test_repeat (Fixture       *fixture,
             gconstpointer  data)
{
  const SgQuery *query;
  SgTimeMs end;

  sg_time_window_set_live (fixture->window, HOUR);
  sg_query_plan_set_query (fixture->plan, "chart", "rate(x[$rate])", SG_QUERY_RANGE);
  query = prepare (fixture, 0);
  g_assert_null (query->base);
  take (fixture, 1., 0.);
  sg_clock_advance (fixture->clock, 5000);
  query = prepare (fixture, 0);
  g_assert_nonnull (query->base);
  g_assert_cmpint (query->from, ==, query->end - 5 * MINUTE + query->step);
  g_assert_cmpint (query->end - query->start, ==, HOUR);
  take (fixture, 1., 0.);
  end = query->end;
  sg_clock_advance (fixture->clock, 20 * MINUTE);
  query = prepare (fixture, 0);
  g_assert_cmpint (query->from, ==, end + query->step);
  take (fixture, 1., 0.);
  sg_clock_advance (fixture->clock, 2 * HOUR);
  g_assert_null (prepare (fixture, 0)->base);
}

/* Nothing is built upon an answer on another grid, to another text, of another time, or that failed. */
static void
test_no_repeat (Fixture       *fixture,
                gconstpointer  data)
{
  sg_query_plan_set_query (fixture->plan, "chart", "x @ end()", SG_QUERY_RANGE);
  prepare (fixture, 0);
  take (fixture, 1., 0.);
  g_assert_null (prepare (fixture, 0)->base);
  sg_query_plan_set_query (fixture->plan, "chart", "x", SG_QUERY_RANGE);
  prepare (fixture, 0);
  take (fixture, 1., 0.);
  g_assert_nonnull (prepare (fixture, 0)->base);
  sg_query_plan_set_width (fixture->plan, 100);
  g_assert_null (prepare (fixture, 0)->base);
  sg_query_plan_set_width (fixture->plan, 800);
  sg_time_window_set_live (fixture->window, 30 * MINUTE);
  g_assert_null (prepare (fixture, 0)->base);
  sg_time_window_set_live (fixture->window, 15 * MINUTE);
  g_assert_nonnull (prepare (fixture, 0)->base);
  sg_time_window_pause (fixture->window);
  g_assert_null (prepare (fixture, 0)->base);
  sg_time_window_resume (fixture->window);
  sg_query_plan_set_query (fixture->plan, "chart", "y", SG_QUERY_RANGE);
  g_assert_null (prepare (fixture, 0)->base);
}

static void
take_error (Fixture    *fixture,
            const char *message)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  SgQueryAnswer *answer = sg_query_answer_new ("x", 0, 0, 0);

  answer->error = g_error_new_literal (SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT, message);
  g_ptr_array_add (answers, answer);
  g_string_truncate (fixture->answered, 0);
  sg_query_plan_take (fixture->plan, fixture->planned, answers);
}

/* Only what is another than before is told. */
static void
test_changes (Fixture       *fixture,
              gconstpointer  data)
{
  sg_query_plan_set_query (fixture->plan, "one", "x", SG_QUERY_INSTANT);
  sg_query_plan_set_query (fixture->plan, "two", "y", SG_QUERY_INSTANT);
  prepare (fixture, 0);
  g_assert_cmpstr (take (fixture, 1., 2.), ==, "one;two;");
  prepare (fixture, 0);
  g_assert_cmpstr (take (fixture, 1., 2.), ==, "");
  g_assert_cmpstr (take (fixture, 1., 3.), ==, "two;");
  take_error (fixture, "too many");
  g_assert_cmpstr (fixture->answered->str, ==, "one;");
  g_assert_nonnull (sg_query_plan_get_answer (fixture->plan, "one")->error);
  take_error (fixture, "too many");
  g_assert_cmpstr (fixture->answered->str, ==, "");
  take_error (fixture, "far too many");
  g_assert_cmpstr (fixture->answered->str, ==, "one;");
}

/* An answer to what is not asked any more, or in another way now, is not looked at. */
static void
test_changed_meanwhile (Fixture       *fixture,
                        gconstpointer  data)
{
  sg_query_plan_set_query (fixture->plan, "one", "x", SG_QUERY_INSTANT);
  sg_query_plan_set_query (fixture->plan, "two", "y", SG_QUERY_INSTANT);
  prepare (fixture, 0);
  sg_query_plan_set_query (fixture->plan, "one", "z", SG_QUERY_INSTANT);
  g_assert_cmpstr (take (fixture, 1., 2.), ==, "two;");
  g_assert_null (sg_query_plan_get_answer (fixture->plan, "one"));
  sg_query_plan_set_query (fixture->plan, "two", NULL, SG_QUERY_INSTANT);
  g_assert_null (sg_query_plan_get_answer (fixture->plan, "two"));
  prepare (fixture, 0);
  g_assert_cmpuint (fixture->planned->len, ==, 1);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* Whoever leaves the page cancels what it asked, and takes nothing. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autoptr (SgEngine) engine = sg_engine_new (options);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sg_query_plan_set_query (fixture->plan, "one", "vector(1)", SG_QUERY_INSTANT);
  sg_query_plan_refresh_async (fixture->plan, engine, fixture->window, cancellable, on_done,
                               &result);
  g_cancellable_cancel (cancellable);
  sg_test_wait_until (is_set, &result);
  g_assert_false (sg_query_plan_refresh_finish (fixture->plan, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (sg_query_plan_get_answer (fixture->plan, "one"));
  g_clear_object (&result);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/query-plan/steps", Fixture, NULL, set_up, test_steps, tear_down);
  g_test_add ("/app/query-plan/variables", Fixture, NULL, set_up, test_variables, tear_down);
  g_test_add ("/app/query-plan/grid", Fixture, NULL, set_up, test_grid, tear_down);
  g_test_add ("/app/query-plan/repeat", Fixture, NULL, set_up, test_repeat, tear_down);
  g_test_add ("/app/query-plan/no-repeat", Fixture, NULL, set_up, test_no_repeat, tear_down);
  g_test_add ("/app/query-plan/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/app/query-plan/changed-meanwhile", Fixture, NULL, set_up, test_changed_meanwhile,
              tear_down);
  g_test_add ("/app/query-plan/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  return g_test_run ();
}
