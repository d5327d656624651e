/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-engine.h"

#include "base/sg-lock.h"
#include "promql/sg-eval-result.h"
#include "promql/sg-parser.h"

/*
 * The engine holds what all queries share: the options, the gate that lets so many in at once, and the
 * counts. A query that must wait does so at the gate, until it is let in, is cancelled, or has waited
 * for as long as it may take in all.
 *
 * Locks: gate guards running and waiting, counts are atomic.
 */

/* Times beyond this, 146 million years, would overflow when offsets are added to them. */
#define TIME_MAX (G_GINT64_CONSTANT (1) << 62)

/* What is newer is always evaluated anew: scrapes are late, and a page shows what happens now. */
#define UNSETTLED_MS (5 * 60 * 1000)

struct _SgPromqlEngine
{
  GObject parent_instance;

  SgPromqlOptions options;
  SgClock *clock;
  SgLock gate;
  SgCond gate_opened;
  guint running;
  guint waiting;
  SgPromqlEngineStats counts;
  SgRangeCache *cache;
};

G_DEFINE_FINAL_TYPE (SgPromqlEngine, sg_promql_engine, G_TYPE_OBJECT)

static void
sg_promql_engine_finalize (GObject *object)
{
  SgPromqlEngine *self = SG_PROMQL_ENGINE (object);

  sg_cond_clear (&self->gate_opened);
  sg_lock_clear (&self->gate);
  g_object_unref (self->clock);
  g_clear_pointer (&self->cache, sg_range_cache_free);
  G_OBJECT_CLASS (sg_promql_engine_parent_class)->finalize (object);
}

static void
sg_promql_engine_class_init (SgPromqlEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_promql_engine_finalize;
}

static void
sg_promql_engine_init (SgPromqlEngine *self)
{
  sg_lock_init (&self->gate);
  sg_cond_init (&self->gate_opened);
}

/* What Prometheus has when nothing else is said. */
void
sg_promql_options_init (SgPromqlOptions *options)
{
  *options = (SgPromqlOptions) {
    .lookback_ms = 5 * 60 * 1000,
    .subquery_step_ms = 60 * 1000,
    .timeout_ms = 2 * 60 * 1000,
    .max_samples = 50000000,
    .max_series = 1000000,
    .max_concurrent = 20,
  };
}

static SgRangeCache *
make_cache (SgCacheBudget *budget)
{
  g_autoptr (SgCacheBudget) own =
      budget != NULL ? sg_cache_budget_ref (budget) : sg_cache_budget_new (SG_CACHE_BUDGET_BYTES);

  return sg_range_cache_new (own);
}

/**
 * sg_promql_engine_new:
 * @options: (nullable): what holds for its queries; NULL for what Prometheus has
 * @clock: (nullable): what timeouts are measured with; NULL for the clock of the system
 *
 * Returns: (transfer full): an engine
 */
SgPromqlEngine *
sg_promql_engine_new (const SgPromqlOptions *options,
                      SgClock               *clock)
{
  SgPromqlEngine *self = g_object_new (SG_TYPE_PROMQL_ENGINE, NULL);

  if (options != NULL)
    self->options = *options;
  else
    sg_promql_options_init (&self->options);
  self->clock = g_object_ref (clock != NULL ? clock : sg_clock_get_system ());
  if (!self->options.no_cache)
    self->cache = make_cache (g_steal_pointer (&self->options.cache));
  return self;
}

void
sg_promql_engine_get_stats (SgPromqlEngine      *self,
                            SgPromqlEngineStats *ret_stats)
{
  sg_lock_acquire (&self->gate);
  *ret_stats = self->counts;
  ret_stats->running = self->running;
  ret_stats->waiting = self->waiting;
  sg_lock_release (&self->gate);
  if (self->cache != NULL)
    sg_range_cache_get_stats (self->cache, &ret_stats->cache);
}

static void
wake_waiting (GCancellable *cancellable,
              gpointer      data)
{
  SgPromqlEngine *self = data;
  SG_LOCK_SCOPE (&self->gate);

  sg_cond_broadcast (&self->gate_opened);
}

/* Waits for a place. Returns: whether there is one. */
static gboolean
wait_for_place (SgPromqlEngine  *self,
                gint64           deadline_us,
                GCancellable    *cancellable,
                GError         **error)
{
  SG_LOCK_SCOPE (&self->gate);
  gboolean in_time = TRUE;

  self->waiting++;
  while (self->running >= self->options.max_concurrent && in_time
         && !g_cancellable_is_cancelled (cancellable))
    in_time = sg_cond_wait_until (&self->gate_opened, &self->gate, deadline_us);
  self->waiting--;
  if (g_cancellable_is_cancelled (cancellable))
    g_set_error_literal (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED,
                         "query was canceled in query queue");
  else if (self->running >= self->options.max_concurrent)
    g_set_error_literal (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT,
                         "query timed out in query queue");
  else
    {
      self->running++;
      return TRUE;
    }
  return FALSE;
}

static gboolean
engine_enter (SgPromqlEngine  *self,
              gint64           deadline_us,
              GCancellable    *cancellable,
              GError         **error)
{
  gulong handler = 0;
  gboolean entered;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_waiting), self, NULL);
  entered = wait_for_place (self, deadline_us, cancellable, error);
  g_cancellable_disconnect (cancellable, handler);
  return entered;
}

static void
engine_leave (SgPromqlEngine *self)
{
  SG_LOCK_SCOPE (&self->gate);

  self->running--;
  sg_cond_signal (&self->gate_opened);
}

static void
engine_count (SgPromqlEngine *self,
              const GError   *error)
{
  SG_LOCK_SCOPE (&self->gate);

  self->counts.queries++;
  if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_EXECUTION))
    self->counts.execution_errors++;
  else if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT))
    self->counts.limit_errors++;
  else if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_TIMEOUT))
    self->counts.timeouts++;
  else if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED))
    self->counts.cancelled++;
  else if (g_error_matches (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_STORAGE))
    self->counts.storage_errors++;
}

static void
free_block (gpointer data)
{
  if (data != NULL)
    sg_vector_block_clear (data);
  g_free (data);
}

static SgPromqlResult *
evaluate (SgPromqlEngine  *self,
          SgQuerier       *querier,
          SgPlan          *plan,
          SgMonotonic      deadline,
          GCancellable    *cancellable,
          GError         **error)
{
  g_autoptr (SgAnnotations) annotations = sg_annotations_new ();
  SgEval eval = { plan, querier, self->clock, cancellable };
  SgPromqlResult *result;

  eval.limits = (SgEvalLimits) { self->options.max_samples, self->options.max_series, deadline };
  eval.annotations = annotations;
  eval.warn_types = self->options.type_labels;
  eval.memos = g_ptr_array_new_with_free_func (free_block);
  eval.reads = g_ptr_array_new_with_free_func (sg_eval_read_free);
  g_ptr_array_set_size (eval.memos, (int) plan->n_memos);
  g_ptr_array_set_size (eval.reads, (int) plan->reads->len);
  result = sg_eval_check (&eval) ? sg_eval_run (&eval) : NULL;
  g_ptr_array_unref (eval.memos);
  g_ptr_array_unref (eval.reads);
  if (result == NULL)
    {
      g_propagate_error (error, eval.error);
      return NULL;
    }
  result->stats = eval.stats;
  result->warnings = sg_annotations_get_warnings (annotations, plan->ast->text);
  result->infos = sg_annotations_get_infos (annotations, plan->ast->text);
  return result;
}

static SgPlan *
make_plan (SgPromqlEngine         *self,
           SgAst                  *ast,
           const SgPromqlRequest  *request,
           GError                **error)
{
  SgPlanParams params = { request->start, request->step > 0 ? request->end : request->start,
                          request->step };

  if (request->step > 0 && ast->root->type != SG_VALUE_TYPE_SCALAR
      && ast->root->type != SG_VALUE_TYPE_VECTOR)
    {
      g_set_error (
          error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE,
          "invalid expression type \"%s\" for range query, must be Scalar or instant Vector",
          sg_value_type_get_name (ast->root->type));
      return NULL;
    }
  params.start = CLAMP (params.start, -TIME_MAX, TIME_MAX);
  params.end = CLAMP (params.end, -TIME_MAX, TIME_MAX);
  params.lookback = request->lookback_ms > 0 ? request->lookback_ms : self->options.lookback_ms;
  params.default_step = self->options.subquery_step_ms;
  params.max_steps = self->options.max_samples;
  params.pinned = request->pinned;
  params.pin = request->pin;
  return sg_plan_new (ast, &params, error);
}

static SgPromqlResult *
run_plan (SgPromqlEngine  *self,
          SgQuerier       *querier,
          SgPlan          *plan,
          gint64           timeout_ms,
          GCancellable    *cancellable,
          GError         **error)
{
  SgMonotonic asked = sg_clock_monotonic (self->clock);
  gint64 asked_us = g_get_monotonic_time ();
  SgMonotonic deadline = { asked.us + timeout_ms * 1000 };
  gint64 began_us;
  SgPromqlResult *result;

  if (!engine_enter (self, asked_us + timeout_ms * 1000, cancellable, error))
    return NULL;
  began_us = g_get_monotonic_time ();
  result = evaluate (self, querier, plan, deadline, cancellable, error);
  engine_leave (self);
  if (result != NULL)
    {
      result->stats.wait_us = began_us - asked_us;
      result->stats.eval_us = g_get_monotonic_time () - began_us;
    }
  return result;
}

static SgPromqlResult *
run_request (SgPromqlEngine         *self,
             SgQuerier              *querier,
             SgAst                  *ast,
             const SgPromqlRequest  *request,
             GCancellable           *cancellable,
             GError                **error)
{
  g_autoptr (SgPlan) plan = make_plan (self, ast, request, error);
  gint64 timeout_ms = self->options.timeout_ms;

  if (plan == NULL)
    return NULL;
  if (request->timeout_ms > 0)
    timeout_ms = MIN (timeout_ms, request->timeout_ms);
  return run_plan (self, querier, plan, timeout_ms, cancellable, error);
}

/* Remembering one time is not worth it, and times far away are left to those who refuse them. */
static gboolean
may_remember (SgPromqlEngine        *self,
              const SgAst           *ast,
              const SgPromqlRequest *request)
{
  return self->cache != NULL && !request->no_cache && !request->pinned && request->step > 0
         && request->start >= 0 && request->end < TIME_MAX
         && request->end - request->start >= request->step
         && (ast->root->type == SG_VALUE_TYPE_SCALAR || ast->root->type == SG_VALUE_TYPE_VECTOR)
         && sg_range_cache_may_remember (ast);
}

/* Keeps of @result what will not change any more. */
static void
remember (SgPromqlEngine         *self,
          SgRangeCacheKey        *key,
          const SgQuerierVersion *version,
          SgTimeMs                known,
          SgPromqlResult         *result)
{
  SgTimeMs now = sg_clock_now_ms (self->clock) - UNSETTLED_MS;
  SgTimeMs settled = MIN (MIN (now, version->settled), key->end);
  g_autoptr (SgPromqlResult) old = NULL;

  if (settled < key->start)
    return;
  settled = key->start + (settled - key->start) / key->step * key->step;
  if (settled <= known)
    return;
  old = sg_promql_result_join (result, key->start, settled, NULL);
  key->end = settled;
  sg_range_cache_remember (self->cache, key, version, old);
}

/* Evaluates what is not known yet. */
static SgPromqlResult *
run_remembered (SgPromqlEngine          *self,
                SgQuerier               *querier,
                SgAst                   *ast,
                const SgPromqlRequest   *request,
                const SgQuerierVersion  *version,
                GCancellable            *cancellable,
                GError                 **error)
{
  SgRangeCacheKey key = { ast->text, request->start, request->end, request->step,
                          request->lookback_ms };
  SgTimeMs known = request->start - request->step;
  g_autoptr (SgPromqlResult) before = sg_range_cache_find (self->cache, &key, version, &known);
  g_autoptr (SgPromqlResult) after = NULL;
  SgPromqlRequest rest = *request;
  SgPromqlResult *result;

  rest.start = known + request->step;
  if (rest.start <= request->end)
    {
      after = run_request (self, querier, ast, &rest, cancellable, error);
      if (after == NULL)
        return NULL;
    }
  if (before == NULL)
    result = g_steal_pointer (&after);
  else
    result = sg_promql_result_join (before, request->start, request->end, after);
  remember (self, &key, version, known, result);
  return result;
}

/**
 * sg_promql_engine_run:
 * @self: an engine
 * @querier: where the series are
 * @ast: an expression
 * @request: when it is to be evaluated
 * @cancellable: (nullable): ends the query
 * @error: why there is no result, in %SG_PROMQL_ERROR
 *
 * Returns: (transfer full) (nullable): what the expression comes to
 */
SgPromqlResult *
sg_promql_engine_run (SgPromqlEngine         *self,
                      SgQuerier              *querier,
                      SgAst                  *ast,
                      const SgPromqlRequest  *request,
                      GCancellable           *cancellable,
                      GError                **error)
{
  SgPromqlRequest asked = *request;
  SgQuerierVersion version;
  GError *local_error = NULL;
  SgPromqlResult *result;

  g_return_val_if_fail (SG_IS_PROMQL_ENGINE (self), NULL);
  g_return_val_if_fail (SG_IS_QUERIER (querier), NULL);
  g_return_val_if_fail (request->step >= 0, NULL);

  if (asked.lookback_ms <= 0)
    asked.lookback_ms = self->options.lookback_ms;
  if (may_remember (self, ast, &asked) && sg_querier_get_version (querier, &version))
    result = run_remembered (self, querier, ast, &asked, &version, cancellable, &local_error);
  else
    result = run_request (self, querier, ast, &asked, cancellable, &local_error);
  engine_count (self, local_error);
  if (local_error != NULL)
    g_propagate_error (error, local_error);
  return result;
}

/**
 * sg_promql_engine_query:
 * @self: an engine
 * @querier: where the series are
 * @text: an expression
 * @time: when it is to be evaluated
 * @cancellable: (nullable): ends the query
 * @error: why there is no result, in %SG_PROMQL_ERROR
 *
 * Returns: (transfer full) (nullable): what the expression comes to
 */
SgPromqlResult *
sg_promql_engine_query (SgPromqlEngine  *self,
                        SgQuerier       *querier,
                        const char      *text,
                        SgTimeMs         time,
                        GCancellable    *cancellable,
                        GError         **error)
{
  return sg_promql_engine_query_range (self, querier, text, time, time, 0, cancellable, error);
}

/**
 * sg_promql_engine_query_range:
 * @self: an engine
 * @querier: where the series are
 * @text: an expression
 * @start: the first time
 * @end: the last time
 * @step: the distance from one time to the next; 0 for an instant query at @start
 * @cancellable: (nullable): ends the query
 * @error: why there is no result, in %SG_PROMQL_ERROR
 *
 * Returns: (transfer full) (nullable): what the expression comes to
 */
SgPromqlResult *
sg_promql_engine_query_range (SgPromqlEngine  *self,
                              SgQuerier       *querier,
                              const char      *text,
                              SgTimeMs         start,
                              SgTimeMs         end,
                              gint64           step,
                              GCancellable    *cancellable,
                              GError         **error)
{
  g_autoptr (SgAst) ast = sg_parser_parse (text, error);
  SgPromqlRequest request = { start, end, step };

  if (ast == NULL)
    return NULL;
  return sg_promql_engine_run (self, querier, ast, &request, cancellable, error);
}
