/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-memory-querier.h"
#include "promql/sg-parser.h"
#include "promql/sg-promql-engine.h"

#include <string.h>
#include <time.h>

/* What the language means is tested by the .test files; here, what the engine does around it. */

/* A querier before another: it counts, waits or fails. */
#define SG_TYPE_SPY_QUERIER (sg_spy_querier_get_type ())
G_DECLARE_FINAL_TYPE (SgSpyQuerier, sg_spy_querier, SG, SPY_QUERIER, GObject)

struct _SgSpyQuerier
{
  GObject parent_instance;

  SgQuerier *store;
  guint n_selects;
  GString *log;
  GError *error;
  gboolean hangs;
  GMutex lock;
  GCond asked;
  gboolean was_asked;
};

static void sg_spy_querier_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgSpyQuerier,
                               sg_spy_querier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER, sg_spy_querier_iface_init))

static void
on_cancelled (GCancellable *cancellable,
              gpointer      data)
{
  SgSpyQuerier *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->asked);
  g_mutex_unlock (&self->lock);
}

/* Waits until it is cancelled, as a slow disk would. */
static void
hang (SgSpyQuerier *self,
      GCancellable *cancellable)
{
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);

  g_mutex_lock (&self->lock);
  self->was_asked = TRUE;
  g_cond_broadcast (&self->asked);
  while (!g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->asked, &self->lock);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
}

static SgSeriesSet *
spy_select (SgQuerier               *querier,
            const SgMatcher  *const *matchers,
            gsize                    n_matchers,
            const SgSelectHints     *hints,
            GCancellable            *cancellable,
            GError                 **error)
{
  SgSpyQuerier *self = SG_SPY_QUERIER (querier);
  SgSeriesSet *set;

  self->n_selects++;
  g_string_append_printf (self->log,
                          "%" G_GINT64_FORMAT "..%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
                          "[%" G_GINT64_FORMAT "] %s %s%s\n",
                          hints->start, hints->end, hints->step, hints->range,
                          hints->function != NULL ? hints->function : "-",
                          hints->grouping == NULL ? "-"
                          : hints->by             ? "by "
                                                  : "without ",
                          hints->grouping != NULL && hints->grouping[0] != NULL ? hints->grouping[0]
                                                                                : "");
  if (self->hangs)
    hang (self, cancellable);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return NULL;
    }
  set = sg_querier_select (self->store, matchers, n_matchers, hints, cancellable, error);
  if (set != NULL)
    sg_series_set_warn (set, "the store is %s", "old");
  return set;
}

static void
sg_spy_querier_iface_init (SgQuerierInterface *iface)
{
  iface->select = spy_select;
}

static void
sg_spy_querier_finalize (GObject *object)
{
  SgSpyQuerier *self = SG_SPY_QUERIER (object);

  g_object_unref (self->store);
  g_string_free (self->log, TRUE);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->asked);
  G_OBJECT_CLASS (sg_spy_querier_parent_class)->finalize (object);
}

static void
sg_spy_querier_class_init (SgSpyQuerierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_spy_querier_finalize;
}

static void
sg_spy_querier_init (SgSpyQuerier *self)
{
  self->log = g_string_new (NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->asked);
}

/* Ten series of a thousand samples, one each second. */
static SgSpyQuerier *
make_spy (void)
{
  SgSpyQuerier *spy = g_object_new (SG_TYPE_SPY_QUERIER, NULL);
  SgMemoryQuerier *store = sg_memory_querier_new ();

  for (guint i = 0; i < 10; i++)
    {
      char n[] = { (char) ('0' + i), '\0' };
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "m", "n", n, NULL);

      for (guint j = 0; j < 1000; j++)
        sg_memory_querier_add (store, labels, (SgTimeMs) j * 1000, i + j);
    }
  spy->store = SG_QUERIER (store);
  return spy;
}

static SgPromqlEngine *
make_engine (guint64  max_samples,
             guint64  max_series,
             gint64   timeout_ms,
             guint    max_concurrent,
             SgClock *clock)
{
  SgPromqlOptions options;

  sg_promql_options_init (&options);
  options.max_samples = max_samples;
  options.max_series = max_series;
  options.timeout_ms = timeout_ms;
  options.max_concurrent = max_concurrent;
  return sg_promql_engine_new (&options, clock);
}

static void
test_promql_engine_results (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) scalar = NULL;
  g_autoptr (SgPromqlResult) string = NULL;
  g_autoptr (SgPromqlResult) vector = NULL;
  g_autoptr (SgPromqlResult) matrix = NULL;
  g_autoptr (SgPromqlResult) range = NULL;
  SgQuerier *querier = SG_QUERIER (spy);

  scalar = sg_promql_engine_query (engine, querier, "1 + 2", 5000, NULL, &error);
  g_assert_cmpint (scalar->type, ==, SG_VALUE_TYPE_SCALAR);
  g_assert_cmpfloat (scalar->scalar, ==, 3);
  g_assert_cmpint (scalar->time, ==, 5000);
  string = sg_promql_engine_query (engine, querier, "'a\\x00b'", 0, NULL, &error);
  g_assert_cmpint (string->type, ==, SG_VALUE_TYPE_STRING);
  g_assert_cmpuint (g_bytes_get_size (string->string), ==, 3);
  vector = sg_promql_engine_query (engine, querier, "m{n='3'}", 5000, NULL, &error);
  g_assert_cmpint (vector->type, ==, SG_VALUE_TYPE_VECTOR);
  g_assert_cmpuint (vector->n_series, ==, 1);
  g_assert_cmpint (vector->series[0].column.t[0], ==, 5000);
  g_assert_cmpfloat (vector->series[0].column.f[0], ==, 8);
  matrix = sg_promql_engine_query (engine, querier, "m{n='3'}[3s]", 5000, NULL, &error);
  g_assert_cmpint (matrix->type, ==, SG_VALUE_TYPE_MATRIX);
  g_assert_cmpuint (matrix->series[0].column.n, ==, 3);
  range = sg_promql_engine_query_range (engine, querier, "m", 0, 4000, 2000, NULL, &error);
  g_assert_cmpint (range->type, ==, SG_VALUE_TYPE_MATRIX);
  g_assert_cmpuint (range->n_series, ==, 10);
  g_assert_cmpuint (range->series[9].column.n, ==, 3);
  g_assert_true (range->series[0].column.t == range->series[9].column.t);
  g_assert_cmpstr (range->warnings[0], ==, "the store is old");
  g_assert_null (range->warnings[1]);
  g_assert_cmpuint (range->stats.n_series, ==, 10);
  g_assert_no_error (error);
}

typedef struct
{
  const char *query;
  gint64 step;
  int code;
  const char *message;
} ErrorCase;

static void
test_promql_engine_errors (void)
{
  static const ErrorCase cases[] = {
    { "m +", 0, SG_PROMQL_ERROR_PARSE, "1:4: parse error: unexpected end of input" },
    { "m[5m]", 1000, SG_PROMQL_ERROR_PARSE,
      "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector" },
    { "'a'", 1000, SG_PROMQL_ERROR_PARSE,
      "invalid expression type \"string\" for range query, must be Scalar or instant Vector" },
    { "m[1s - 1s]", 0, SG_PROMQL_ERROR_EXECUTION, "2:9: duration must be greater than 0" },
    { "topk(NaN, m)", 0, SG_PROMQL_ERROR_EXECUTION, "Parameter value is NaN" },
    { "m{n='1'} </ m", 0, 0, NULL },
    { "1 </ 2", 0, SG_PROMQL_ERROR_EXECUTION, "operator \"</\" not allowed for Scalar operations" },
  };
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) result = sg_promql_engine_query_range (
          engine, SG_QUERIER (spy), cases[i].query, 0, 10000, cases[i].step, NULL, &error);

      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (result);
      g_assert_error (error, SG_PROMQL_ERROR, cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_promql_engine_storage_error (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;
  SgPromqlEngineStats stats;

  spy->error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "block 7 is damaged");
  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "sum(m)", 0, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_STORAGE);
  g_assert_cmpstr (error->message, ==, "expanding series: block 7 is damaged");
  sg_promql_engine_get_stats (engine, &stats);
  g_assert_cmpuint (stats.storage_errors, ==, 1);
  g_assert_cmpuint (stats.queries, ==, 1);
  g_assert_cmpuint (stats.running, ==, 0);
}

/* A query that holds too much fails; one that only reads as much does not. */
static void
test_promql_engine_limits (void)
{
  static const char *const too_much[] = { "m",
                                          "m[1000s:1s]",
                                          "topk(3, m)",
                                          "m + on (n) m offset 1s",
                                          "sort(m)",
                                          "label_replace(m, 'a', 'b', '', '')",
                                          "max_over_time(m[1000s:1ms])",
                                          "m or m offset 1s" };
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = make_engine (5000, 100, 120000, 20, NULL);
  SgPromqlEngineStats stats;

  for (guint i = 0; i < G_N_ELEMENTS (too_much); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean instant = strchr (too_much[i], '[') != NULL && too_much[i][1] == '[';
      g_autoptr (SgPromqlResult) result =
          sg_promql_engine_query_range (engine, SG_QUERIER (spy), too_much[i], instant ? 999000 : 0,
                                        999000, instant ? 0 : 1000, NULL, &error);

      if (result != NULL)
        {
          g_test_message ("%s holds %" G_GUINT64_FORMAT " samples", too_much[i],
                          result->stats.peak_samples);
          g_test_fail ();
          continue;
        }
      g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT);
      g_assert_cmpstr (error->message, ==,
                       "query processing would load too many samples into memory in query "
                       "execution");
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (SgPromqlResult) result = sg_promql_engine_query_range (
        engine, SG_QUERIER (spy), "sum(m)", 0, 999000, 1000, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (result->stats.n_samples, ==, 10000);
    g_assert_cmpuint (result->stats.peak_samples, <=, 5000);
  }
  sg_promql_engine_get_stats (engine, &stats);
  g_assert_cmpuint (stats.limit_errors, ==, G_N_ELEMENTS (too_much));
}

static void
test_promql_engine_series_limit (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = make_engine (5000, 9, 120000, 20, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;
  g_autoptr (SgPromqlResult) less = NULL;

  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "sum(m)", 0, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==,
                   "the selector yields more than 9 series: add matchers, or raise the limit of "
                   "series");
  g_clear_error (&error);
  less = sg_promql_engine_query (engine, SG_QUERIER (spy), "sum(m{n!='0'})", 0, NULL, &error);
  g_assert_no_error (error);
}

/* Steps that nobody could count are refused before anything is made for them. */
static void
test_promql_engine_steps (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;

  result = sg_promql_engine_query_range (engine, SG_QUERIER (spy), "1", G_MININT64, G_MAXINT64, 1,
                                         NULL, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT);
  g_clear_error (&error);
  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "max_over_time(m[290y:1ms])", 0, NULL,
                                   &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT);
  g_clear_error (&error);
  result = sg_promql_engine_query (engine, SG_QUERIER (spy),
                                   "m @ 9e15 offset -290y or m[290y:290y] @ -9e15 offset 290y", 0,
                                   NULL, &error);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE);
  g_clear_error (&error);
  result = sg_promql_engine_query (engine, SG_QUERIER (spy),
                                   "m @ 9e15 offset -290y or max_over_time(m[290y:290y] @ -9e15 "
                                   "offset 290y)",
                                   0, NULL, &error);
  g_assert_no_error (error);
}

static void
test_promql_engine_timeout (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  g_autoptr (SgPromqlEngine) engine = make_engine (50000000, 100, -1, 20, clock);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;
  SgPromqlEngineStats stats;

  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "sum(m)", 0, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT);
  g_assert_cmpstr (error->message, ==, "query timed out in expression evaluation");
  sg_promql_engine_get_stats (engine, &stats);
  g_assert_cmpuint (stats.timeouts, ==, 1);
}

/* What this thread has computed; others that want the processor do not count. */
static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* A query that computes for long is ended within the time it is given, whatever it computes. */
static void
test_promql_engine_ends_in_time (void)
{
  static const char *const slow[] = {
    "quantile_over_time(0.5, m[900s:1s])",
    "sum(max_over_time(sum_over_time(m[500s:1s])[900s:1s]))",
    "stddev_over_time(m[999s])",
    "count_values('v', m)",
    "topk(5, m)",
    "m * on () group_left () m{n='1'}",
    "label_join(m, 'x', '-', 'n', 'n', 'n')",
    "double_exponential_smoothing(m[900s], 0.1, 0.1)",
    "vector(1) + vector(2) - vector(3) * exp(vector(4))",
  };
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = make_engine (500000000, 100, 20, 20, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    {
      gint64 start = get_cpu_us ();
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) result = sg_promql_engine_query_range (
          engine, SG_QUERIER (spy), slow[i], 0, 990000, 1, NULL, &error);

      g_assert_true (result != NULL
                     || g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT)
                     || g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT));
      /* A query has 20 ms, and is promised to end 50 ms later; a busy machine may take its time. */
      g_test_message ("%s: %" G_GINT64_FORMAT " us", slow[i], get_cpu_us () - start);
      g_assert_cmpint (get_cpu_us () - start, <, 500000);
    }
}

typedef struct
{
  SgPromqlEngine *engine;
  SgSpyQuerier *spy;
  GCancellable *cancellable;
  GError *error;
  gint64 ended_us;
} Asking;

static gpointer
ask_thread (gpointer data)
{
  Asking *asking = data;
  g_autoptr (SgPromqlResult) result = sg_promql_engine_query (
      asking->engine, SG_QUERIER (asking->spy), "m", 0, asking->cancellable, &asking->error);

  g_assert_null (result);
  asking->ended_us = g_get_monotonic_time ();
  return NULL;
}

static void
wait_until_asked (SgSpyQuerier *spy)
{
  g_mutex_lock (&spy->lock);
  while (!spy->was_asked)
    g_cond_wait (&spy->asked, &spy->lock);
  g_mutex_unlock (&spy->lock);
}

static void
wait_until_waiting (SgPromqlEngine *engine)
{
  SgPromqlEngineStats stats;

  do
    {
      g_thread_yield ();
      sg_promql_engine_get_stats (engine, &stats);
    }
  while (stats.waiting == 0);
}

/* Of two queries with one place, one is evaluated and one waits; both can be cancelled. */
static void
test_promql_engine_cancel (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = make_engine (50000000, 100, 120000, 1, NULL);
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) second = g_cancellable_new ();
  Asking running = { engine, spy, first };
  Asking waiting = { engine, spy, second };
  GThread *running_thread;
  GThread *waiting_thread;
  SgPromqlEngineStats stats;

  spy->hangs = TRUE;
  running_thread = g_thread_new ("running", ask_thread, &running);
  wait_until_asked (spy);
  waiting_thread = g_thread_new ("waiting", ask_thread, &waiting);
  wait_until_waiting (engine);
  sg_promql_engine_get_stats (engine, &stats);
  g_assert_cmpuint (stats.running, ==, 1);
  g_cancellable_cancel (second);
  g_thread_join (waiting_thread);
  g_assert_error (waiting.error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED);
  g_assert_cmpstr (waiting.error->message, ==, "query was canceled in query queue");
  g_cancellable_cancel (first);
  g_thread_join (running_thread);
  g_assert_error (running.error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED);
  g_assert_cmpstr (running.error->message, ==, "query was canceled in expression evaluation");
  sg_promql_engine_get_stats (engine, &stats);
  g_assert_cmpuint (stats.cancelled, ==, 2);
  g_assert_cmpuint (stats.running + stats.waiting, ==, 0);
  g_clear_error (&running.error);
  g_clear_error (&waiting.error);
}

/* Who waits for too long is sent away; when a place is free, the next gets it. */
static void
test_promql_engine_queue (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = make_engine (50000000, 100, 120000, 1, NULL);
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (SgAst) ast = sg_parser_parse ("m", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;
  SgPromqlRequest request = { .timeout_ms = 10 };
  Asking running = { engine, spy, first };
  GThread *thread;

  spy->hangs = TRUE;
  thread = g_thread_new ("running", ask_thread, &running);
  wait_until_asked (spy);
  result = sg_promql_engine_run (engine, SG_QUERIER (spy), ast, &request, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT);
  g_assert_cmpstr (error->message, ==, "query timed out in query queue");
  g_clear_error (&error);
  g_cancellable_cancel (first);
  g_thread_join (thread);
  g_clear_error (&running.error);
  spy->hangs = FALSE;
  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "m", 0, NULL, &error);
  g_assert_no_error (error);
}

/* A cancellable that is cancelled already keeps a query from beginning. */
static void
test_promql_engine_cancelled_before (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;

  g_cancellable_cancel (cancellable);
  result = sg_promql_engine_query (engine, SG_QUERIER (spy), "m", 0, cancellable, &error);
  g_assert_null (result);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED);
  g_assert_cmpuint (spy->n_selects, ==, 0);
}

typedef struct
{
  const char *query;
  const char *log;
} ReadCase;

/* What is read for which query, asked from 600 s to 660 s with a step of 30 s. */
static void
test_promql_engine_reads (void)
{
  static const ReadCase cases[] = {
    { "m", "300001..660000/30000[0] - -\n" },
    { "rate(m[1m])", "540001..660000/30000[60000] rate -\n" },
    { "sum by (n) (rate(m[1m]))", "540001..660000/30000[60000] rate by n\n" },
    { "sum without (n) (m)", "300001..660000/30000[0] - without n\n" },
    { "m offset 1m", "240001..600000/30000[0] - -\n" },
    { "m @ 500", "200001..500000/0[0] - -\n" },
    { "m[1m] @ 500", NULL },
    { "max_over_time(m[1m:10s])", "250001..660000/10000[0] - -\n" },
    { "rate(m[1m] anchored)", "240001..660000/30000[60000] rate -\n" },
    { "rate(m[1m] smoothed)", "240001..960000/30000[60000] rate -\n" },
    /* The same twice is read once; so are windows that overlap, but not those that lie apart. */
    { "m / m", "300001..660000/30000[0] - -\n" },
    { "rate(m[1m]) / rate(m[1m])", "540001..660000/30000[60000] rate -\n" },
    { "rate(m[1m]) / increase(m[2m])", "480001..660000/30000[0] - -\n" },
    { "rate(m[1m]) / rate(m[1m] offset 1d)",
      "540001..660000/30000[60000] rate -\n-85859999..-85740000/30000[60000] rate -\n" },
    { "m{n='1'} / m{n='2'}", "300001..660000/30000[0] - -\n300001..660000/30000[0] - -\n" },
    { "{n='1',__name__='m'} + {__name__='m',n='1'}", "300001..660000/30000[0] - -\n" },
    /* What is known is not read. */
    { "1 + 2", "" },
    { "vector(time())", "" },
  };
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgSpyQuerier) spy = make_spy ();
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) result = sg_promql_engine_query_range (
          engine, SG_QUERIER (spy), cases[i].query, 600000, 660000, 30000, NULL, &error);

      if (cases[i].log == NULL)
        {
          g_assert_null (result);
          continue;
        }
      g_assert_no_error (error);
      if (!g_str_equal (spy->log->str, cases[i].log))
        g_test_fail_printf ("%s\nwanted %s   got %s", cases[i].query, cases[i].log, spy->log->str);
    }
}

/* What is read once for two gives the same as reading it twice. */
static void
test_promql_engine_shared_read (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result = NULL;

  result = sg_promql_engine_query (engine, SG_QUERIER (spy),
                                   "sum(count_over_time(m[1m]) * 1000 + count_over_time(m[2m])) + "
                                   "sum(m)",
                                   500000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (spy->n_selects, ==, 1);
  g_assert_cmpfloat (result->series[0].column.f[0], ==, 10 * (60000 + 120) + 5000 + 45);
}

static void
test_promql_engine_request (void)
{
  g_autoptr (SgSpyQuerier) spy = make_spy ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  g_autoptr (SgAst) ast = sg_parser_parse ("m{n='0'}", NULL);
  SgPromqlRequest request = { .start = 1010000, .lookback_ms = 10000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) result =
      sg_promql_engine_run (engine, SG_QUERIER (spy), ast, &request, NULL, &error);
  g_autoptr (SgPromqlResult) pinned = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (result->n_series, ==, 0);
  request.pinned = TRUE;
  request.pin = 7000;
  pinned = sg_promql_engine_run (engine, SG_QUERIER (spy), ast, &request, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (pinned->series[0].column.f[0], ==, 7);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/promql-engine/results", test_promql_engine_results);
  g_test_add_func ("/promql-engine/errors", test_promql_engine_errors);
  g_test_add_func ("/promql-engine/storage-error", test_promql_engine_storage_error);
  g_test_add_func ("/promql-engine/limits", test_promql_engine_limits);
  g_test_add_func ("/promql-engine/series-limit", test_promql_engine_series_limit);
  g_test_add_func ("/promql-engine/steps", test_promql_engine_steps);
  g_test_add_func ("/promql-engine/timeout", test_promql_engine_timeout);
  g_test_add_func ("/promql-engine/ends-in-time", test_promql_engine_ends_in_time);
  g_test_add_func ("/promql-engine/cancel", test_promql_engine_cancel);
  g_test_add_func ("/promql-engine/queue", test_promql_engine_queue);
  g_test_add_func ("/promql-engine/cancelled-before", test_promql_engine_cancelled_before);
  g_test_add_func ("/promql-engine/reads", test_promql_engine_reads);
  g_test_add_func ("/promql-engine/shared-read", test_promql_engine_shared_read);
  g_test_add_func ("/promql-engine/request", test_promql_engine_request);
  return g_test_run ();
}
