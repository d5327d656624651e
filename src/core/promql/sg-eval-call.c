/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"
#include "promql/sg-range-private.h"

/*
 * Which code a function has: one that maps values, one that maps ranges of samples, or one of its own.
 * Those that return scalars are in sg_eval_scalar_call().
 */
typedef struct
{
  SgMapFunc map;
  SgWindowFunc window;
  SgColumnFunc column;
  SgCallFunc call;
} Implementation;

static const Implementation implementations[SG_N_FUNCTIONS] = {
  [SG_FUNCTION_ABS] = { .map = sg_map_abs },
  [SG_FUNCTION_ABSENT] = { .call = sg_call_absent },
  [SG_FUNCTION_ABSENT_OVER_TIME] = { .call = sg_call_absent_over_time },
  [SG_FUNCTION_ACOS] = { .map = sg_map_acos },
  [SG_FUNCTION_ACOSH] = { .map = sg_map_acosh },
  [SG_FUNCTION_ASIN] = { .map = sg_map_asin },
  [SG_FUNCTION_ASINH] = { .map = sg_map_asinh },
  [SG_FUNCTION_ATAN] = { .map = sg_map_atan },
  [SG_FUNCTION_ATANH] = { .map = sg_map_atanh },
  [SG_FUNCTION_AVG_OVER_TIME] = { .window = sg_range_avg },
  [SG_FUNCTION_CEIL] = { .map = sg_map_ceil },
  [SG_FUNCTION_CHANGES] = { .window = sg_range_changes },
  [SG_FUNCTION_CLAMP] = { .map = sg_map_clamp },
  [SG_FUNCTION_CLAMP_MAX] = { .map = sg_map_clamp_max },
  [SG_FUNCTION_CLAMP_MIN] = { .map = sg_map_clamp_min },
  [SG_FUNCTION_COS] = { .map = sg_map_cos },
  [SG_FUNCTION_COSH] = { .map = sg_map_cosh },
  [SG_FUNCTION_COUNT_OVER_TIME] = { .window = sg_range_count },
  [SG_FUNCTION_DAY_OF_MONTH] = { .map = sg_map_day_of_month },
  [SG_FUNCTION_DAY_OF_WEEK] = { .map = sg_map_day_of_week },
  [SG_FUNCTION_DAY_OF_YEAR] = { .map = sg_map_day_of_year },
  [SG_FUNCTION_DAYS_IN_MONTH] = { .map = sg_map_days_in_month },
  [SG_FUNCTION_DEG] = { .map = sg_map_deg },
  [SG_FUNCTION_DELTA] = { .window = sg_range_delta, .column = sg_column_delta },
  [SG_FUNCTION_DERIV] = { .window = sg_range_deriv },
  [SG_FUNCTION_DOUBLE_EXPONENTIAL_SMOOTHING] = { .window = sg_range_smoothing },
  [SG_FUNCTION_EXP] = { .map = sg_map_exp },
  [SG_FUNCTION_FIRST_OVER_TIME] = { .window = sg_range_first },
  [SG_FUNCTION_FLOOR] = { .map = sg_map_floor },
  [SG_FUNCTION_HISTOGRAM_AVG] = { .call = sg_call_nothing },
  [SG_FUNCTION_HISTOGRAM_COUNT] = { .call = sg_call_nothing },
  [SG_FUNCTION_HISTOGRAM_FRACTION] = { .call = sg_call_histogram_fraction },
  [SG_FUNCTION_HISTOGRAM_QUANTILE] = { .call = sg_call_histogram_quantile },
  [SG_FUNCTION_HISTOGRAM_QUANTILES] = { .call = sg_call_histogram_quantiles },
  [SG_FUNCTION_HISTOGRAM_STDDEV] = { .call = sg_call_nothing },
  [SG_FUNCTION_HISTOGRAM_STDVAR] = { .call = sg_call_nothing },
  [SG_FUNCTION_HISTOGRAM_SUM] = { .call = sg_call_nothing },
  [SG_FUNCTION_HOUR] = { .map = sg_map_hour },
  [SG_FUNCTION_IDELTA] = { .window = sg_range_idelta },
  [SG_FUNCTION_INCREASE] = { .window = sg_range_increase, .column = sg_column_increase },
  [SG_FUNCTION_INFO] = { .call = sg_call_info },
  [SG_FUNCTION_IRATE] = { .window = sg_range_irate },
  [SG_FUNCTION_LABEL_JOIN] = { .call = sg_call_label_join },
  [SG_FUNCTION_LABEL_REPLACE] = { .call = sg_call_label_replace },
  [SG_FUNCTION_LAST_OVER_TIME] = { .window = sg_range_last },
  [SG_FUNCTION_LN] = { .map = sg_map_ln },
  [SG_FUNCTION_LOG10] = { .map = sg_map_log10 },
  [SG_FUNCTION_LOG2] = { .map = sg_map_log2 },
  [SG_FUNCTION_MAD_OVER_TIME] = { .window = sg_range_mad },
  [SG_FUNCTION_MAX_OVER_TIME] = { .window = sg_range_max },
  [SG_FUNCTION_MIN_OVER_TIME] = { .window = sg_range_min },
  [SG_FUNCTION_MINUTE] = { .map = sg_map_minute },
  [SG_FUNCTION_MONTH] = { .map = sg_map_month },
  [SG_FUNCTION_PREDICT_LINEAR] = { .window = sg_range_predict_linear },
  [SG_FUNCTION_PRESENT_OVER_TIME] = { .window = sg_range_present },
  [SG_FUNCTION_QUANTILE_OVER_TIME] = { .window = sg_range_quantile },
  [SG_FUNCTION_RAD] = { .map = sg_map_rad },
  [SG_FUNCTION_RATE] = { .window = sg_range_rate, .column = sg_column_rate },
  [SG_FUNCTION_RESETS] = { .window = sg_range_resets },
  [SG_FUNCTION_ROUND] = { .map = sg_map_round },
  [SG_FUNCTION_SGN] = { .map = sg_map_sgn },
  [SG_FUNCTION_SIN] = { .map = sg_map_sin },
  [SG_FUNCTION_SINH] = { .map = sg_map_sinh },
  [SG_FUNCTION_SORT] = { .call = sg_call_sort },
  [SG_FUNCTION_SORT_BY_LABEL] = { .call = sg_call_sort_by_label },
  [SG_FUNCTION_SORT_BY_LABEL_DESC] = { .call = sg_call_sort_by_label },
  [SG_FUNCTION_SORT_DESC] = { .call = sg_call_sort },
  [SG_FUNCTION_SQRT] = { .map = sg_map_sqrt },
  [SG_FUNCTION_STDDEV_OVER_TIME] = { .window = sg_range_stddev },
  [SG_FUNCTION_STDVAR_OVER_TIME] = { .window = sg_range_stdvar },
  [SG_FUNCTION_SUM_OVER_TIME] = { .window = sg_range_sum },
  [SG_FUNCTION_TAN] = { .map = sg_map_tan },
  [SG_FUNCTION_TANH] = { .map = sg_map_tanh },
  [SG_FUNCTION_TIMESTAMP] = { .call = sg_call_timestamp },
  [SG_FUNCTION_TS_OF_FIRST_OVER_TIME] = { .window = sg_range_ts_of_first },
  [SG_FUNCTION_TS_OF_LAST_OVER_TIME] = { .window = sg_range_ts_of_last },
  [SG_FUNCTION_TS_OF_MAX_OVER_TIME] = { .window = sg_range_ts_of_max },
  [SG_FUNCTION_TS_OF_MIN_OVER_TIME] = { .window = sg_range_ts_of_min },
  [SG_FUNCTION_VECTOR] = { .call = sg_call_vector },
  [SG_FUNCTION_YEAR] = { .map = sg_map_year },
};

/* Maps the values of each series: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  SgEval *eval;
  SgMapFunc func;
  SgScalarColumn args[2];
  guint n;
} Mapping;

static gboolean
mapping_push (SgVectorSink   *sink,
              SgVectorSeries *series)
{
  Mapping *self = (Mapping *) sink;

  for (guint i = 0; i < self->n; i++)
    {
      if (!sg_is_absent (series->values[i]))
        series->values[i] = self->func (series->values[i], sg_scalar_at (&self->args[0], i),
                                        sg_scalar_at (&self->args[1], i));
    }
  series->drop_name = TRUE;
  return sg_eval_work (self->eval, self->n) && self->next->push (self->next, series);
}

/* The times of the grid as a series, for the functions of the calendar that are called without one. */
static gboolean
push_times (SgPlanNode   *node,
            SgVectorSink *sink)
{
  g_autoptr (SgLabels) labels = sg_labels_get_empty ();
  g_autofree double *values = g_new (double, node->grid.n);
  SgVectorSeries series = { labels, FALSE, values };

  for (guint i = 0; i < node->grid.n; i++)
    values[i] = (double) sg_grid_get_time (&node->grid, i) / 1000;
  return sink->push (sink, &series);
}

/* A function of the values of a vector, and of up to two scalars; one that is left out is 1. */
gboolean
sg_eval_map (SgEval       *eval,
             SgPlanNode   *node,
             SgMapFunc     func,
             SgVectorSink *sink)
{
  Mapping mapping = { { mapping_push }, sink, eval, func };
  gboolean success = TRUE;

  mapping.n = node->grid.n;
  mapping.args[0].operand.constant = 1;
  for (guint i = 1; i < node->n_children && success; i++)
    success = sg_eval_scalar (eval, node->children[i], node->grid.n, &mapping.args[i - 1]);
  if (success)
    success = node->n_children == 0
                  ? push_times (node, &mapping.sink)
                  : sg_eval_vector (eval, node->children[0], node->grid.n, &mapping.sink);
  sg_scalar_column_clear (&mapping.args[0]);
  sg_scalar_column_clear (&mapping.args[1]);
  return success;
}

static gboolean
takes_anchored (SgFunctionId id)
{
  return id == SG_FUNCTION_CHANGES || id == SG_FUNCTION_DELTA || id == SG_FUNCTION_INCREASE
         || id == SG_FUNCTION_RATE || id == SG_FUNCTION_RESETS;
}

static gboolean
takes_smoothed (SgFunctionId id)
{
  return id == SG_FUNCTION_DELTA || id == SG_FUNCTION_INCREASE || id == SG_FUNCTION_RATE;
}

/* Whether the function of @node can do with what its range selector asks for. */
static gboolean
check_range (SgEval           *self,
             const SgPlanNode *node)
{
  const SgFunction *function = node->expr->call.function;

  for (guint i = 0; i < node->n_children; i++)
    {
      const SgPlanNode *child = node->children[i];

      if (child->expr->kind != SG_EXPR_MATRIX)
        continue;
      if (child->selector->anchored && !takes_anchored (function->id))
        return sg_eval_fail (self, SG_PROMQL_ERROR_EXECUTION,
                             "anchored modifier can only be used with: changes, delta, increase, "
                             "rate, resets - not with %s",
                             function->name);
      if (child->selector->smoothed && !takes_smoothed (function->id))
        return sg_eval_fail (self, SG_PROMQL_ERROR_EXECUTION,
                             "smoothed modifier can only be used with: delta, increase, rate - not "
                             "with %s",
                             function->name);
    }
  return TRUE;
}

gboolean
sg_eval_call (SgEval       *self,
              SgPlanNode   *node,
              SgVectorSink *sink)
{
  const Implementation *implementation = &implementations[node->expr->call.function->id];

  if (!check_range (self, node))
    return FALSE;
  if (implementation->map != NULL)
    return sg_eval_map (self, node, implementation->map, sink);
  if (implementation->window != NULL)
    return sg_eval_range_call (self, node, implementation->window, implementation->column, sink);
  return implementation->call (self, node, sink);
}

/* max_of and min_of, with the rules of clamp_min() and clamp_max(). */
static gboolean
eval_extreme (SgEval     *self,
              SgPlanNode *node,
              SgMapFunc   func,
              double     *out)
{
  g_auto (SgScalarColumn) a = { 0 };
  g_auto (SgScalarColumn) b = { 0 };

  if (!sg_eval_scalar (self, node->children[0], node->grid.n, &a)
      || !sg_eval_scalar (self, node->children[1], node->grid.n, &b))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    out[i] = func (sg_scalar_at (&a, i), sg_scalar_at (&b, i), 0);
  return TRUE;
}

/* The same at all times. */
static gboolean
fill (SgPlanNode *node,
      double      value,
      double     *out)
{
  for (guint i = 0; i < node->grid.n; i++)
    out[i] = value;
  return TRUE;
}

/* A function that returns a scalar, at all times of the grid of @node. */
gboolean
sg_eval_scalar_call (SgEval     *self,
                     SgPlanNode *node,
                     double     *out)
{
  const SgPlanParams *params = &self->plan->params;

  switch ((guint) node->expr->call.function->id)
    {
    case SG_FUNCTION_END:
      return fill (node, (double) params->end / 1000, out);
    case SG_FUNCTION_MAX_OF:
      return eval_extreme (self, node, sg_map_clamp_min, out);
    case SG_FUNCTION_MIN_OF:
      return eval_extreme (self, node, sg_map_clamp_max, out);
    case SG_FUNCTION_PI:
      return fill (node, G_PI, out);
    case SG_FUNCTION_RANGE:
      return fill (node, (double) (params->end - params->start) / 1000, out);
    case SG_FUNCTION_SCALAR:
      return sg_scalar_of_vector (self, node, out);
    case SG_FUNCTION_START:
      return fill (node, (double) params->start / 1000, out);
    case SG_FUNCTION_STEP:
      return fill (node, (double) params->step / 1000, out);
    default:
      for (guint i = 0; i < node->grid.n; i++)
        out[i] = (double) sg_grid_get_time (&node->grid, i) / 1000;
      return TRUE;
    }
}
