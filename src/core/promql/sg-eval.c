/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-private.h"

#include <string.h>

gboolean
sg_eval_fail (SgEval        *self,
              SgPromqlError  code,
              const char    *format,
              ...)
{
  va_list args;

  va_start (args, format);
  if (self->error == NULL)
    self->error = g_error_new_valist (SG_PROMQL_ERROR, (int) code, format, args);
  va_end (args);
  return FALSE;
}

/* @error: (transfer full): of the store, or of a plan */
gboolean
sg_eval_take_error (SgEval *self,
                    GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sg_eval_fail (self, SG_PROMQL_ERROR_CANCELLED, "query was canceled in expression evaluation");
  else
    sg_eval_fail (self, SG_PROMQL_ERROR_STORAGE, "expanding series: %s", error->message);
  g_error_free (error);
  return FALSE;
}

/* Returns: whether the query may go on: that it was neither cancelled nor takes too long */
gboolean
sg_eval_check (SgEval *self)
{
  self->work = 0;
  if (self->error != NULL)
    return FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return sg_eval_fail (self, SG_PROMQL_ERROR_CANCELLED,
                         "query was canceled in expression evaluation");
  if (sg_clock_monotonic (self->clock).us > self->limits.deadline.us)
    return sg_eval_fail (self, SG_PROMQL_ERROR_TIMEOUT, "query timed out in expression evaluation");
  return TRUE;
}

/* Counts samples that are kept. Returns: whether that many may be. */
gboolean
sg_eval_hold (SgEval  *self,
              guint64  samples)
{
  self->held += samples;
  self->stats.peak_samples = MAX (self->stats.peak_samples, self->held);
  if (self->held <= self->limits.max_samples)
    return TRUE;
  self->held -= samples;
  return sg_eval_fail (self, SG_PROMQL_ERROR_LIMIT,
                       "query processing would load too many samples into memory in query "
                       "execution");
}

void
sg_eval_release (SgEval  *self,
                 guint64  samples)
{
  self->held -= samples;
}

/* The text of a string literal. */
SgText
sg_eval_string (const SgPlanNode *node)
{
  return node->expr->string;
}

void
sg_scalar_column_clear (SgScalarColumn *self)
{
  g_clear_pointer (&self->owned, g_free);
}

/* Gives each series of one time the values of all times: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  double *values;
  guint n;
} Broadcast;

static gboolean
broadcast_push (SgVectorSink   *sink,
                SgVectorSeries *series)
{
  Broadcast *self = (Broadcast *) sink;
  SgVectorSeries all = { series->labels, series->drop_name, self->values };

  for (guint i = 0; i < self->n; i++)
    self->values[i] = series->values[0];
  return self->next->push (self->next, &all);
}

static gboolean
eval_broadcast (SgEval       *self,
                SgPlanNode   *node,
                guint         n_steps,
                SgVectorSink *sink)
{
  Broadcast broadcast = { { broadcast_push }, sink, g_new (double, n_steps), n_steps };
  gboolean success = sg_eval_vector (self, node, 1, &broadcast.sink);

  g_free (broadcast.values);
  return success;
}

/* Turns the sign of each series: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  guint n;
} Negation;

static gboolean
negation_push (SgVectorSink   *sink,
               SgVectorSeries *series)
{
  Negation *self = (Negation *) sink;

  series->drop_name = TRUE;
  for (guint i = 0; i < self->n; i++)
    {
      if (!sg_is_absent (series->values[i]))
        series->values[i] = -series->values[i];
    }
  return self->next->push (self->next, series);
}

static gboolean
eval_unary (SgEval       *self,
            SgPlanNode   *node,
            SgVectorSink *sink)
{
  Negation negation = { { negation_push }, sink, node->grid.n };

  return sg_eval_vector (self, node->children[0], node->grid.n,
                         node->expr->unary.op == SG_TOKEN_SUB ? &negation.sink : sink);
}

static gboolean
eval_node (SgEval       *self,
           SgPlanNode   *node,
           SgVectorSink *sink)
{
  switch (node->expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      return sg_eval_aggregate (self, node, sink);
    case SG_EXPR_BINARY:
      return sg_eval_binary (self, node, sink);
    case SG_EXPR_CALL:
      return sg_eval_call (self, node, sink);
    case SG_EXPR_UNARY:
      return eval_unary (self, node, sink);
    case SG_EXPR_VECTOR:
      return sg_eval_selector (self, node, FALSE, sink);
    case SG_EXPR_MATRIX:
    case SG_EXPR_NUMBER:
    case SG_EXPR_PAREN:
    case SG_EXPR_STRING:
    case SG_EXPR_SUBQUERY:
    default:
      return sg_eval_fail (self, SG_PROMQL_ERROR_EXECUTION, "%s is no instant vector",
                           sg_value_type_get_name (node->expr->type));
    }
}

static gboolean
eval_memo (SgEval       *self,
           SgPlanNode   *node,
           SgVectorSink *sink)
{
  gpointer *slot = &g_ptr_array_index (self->memos, node->memo - 1);

  if (*slot == NULL)
    {
      SgVectorBlock *block = g_new0 (SgVectorBlock, 1);

      *slot = block;
      sg_vector_block_init (block, self, node->grid.n);
      if (!eval_node (self, node, &block->sink))
        return FALSE;
    }
  return sg_vector_block_replay (*slot, sink);
}

/**
 * sg_eval_vector: (skip)
 * @self: the evaluator
 * @node: an instant vector
 * @n_steps: at how many times it is wanted; that of its grid, unless it is the same at each
 * @sink: what gets the series
 *
 * Returns: FALSE when it failed
 */
gboolean
sg_eval_vector (SgEval       *self,
                SgPlanNode   *node,
                guint         n_steps,
                SgVectorSink *sink)
{
  if (node->grid.n != n_steps)
    return eval_broadcast (self, node, n_steps, sink);
  if (node->memo > 0)
    return eval_memo (self, node, sink);
  return eval_node (self, node, sink);
}

gboolean
sg_eval_collect (SgEval        *self,
                 SgPlanNode    *node,
                 guint          n_steps,
                 SgVectorBlock *block)
{
  sg_vector_block_init (block, self, n_steps);
  return sg_eval_vector (self, node, n_steps, &block->sink);
}

static gboolean
eval_scalar_binary (SgEval     *self,
                    SgPlanNode *node,
                    double     *out)
{
  const SgBinaryExpr *binary = &node->expr->binary;
  g_auto (SgScalarColumn) lhs = { 0 };
  g_auto (SgScalarColumn) rhs = { 0 };

  if (!sg_eval_scalar (self, node->children[0], node->grid.n, &lhs)
      || !sg_eval_scalar (self, node->children[1], node->grid.n, &rhs))
    return FALSE;
  if (sg_token_kind_is_trim (binary->op))
    return sg_eval_fail (self, SG_PROMQL_ERROR_EXECUTION,
                         "operator \"%s\" not allowed for Scalar operations",
                         sg_token_kind_get_text (binary->op));
  sg_arithmetic_apply (binary->op, lhs.operand, rhs.operand, SG_COMPARE_BOOL, out, node->grid.n);
  return TRUE;
}

static gboolean
eval_scalar_unary (SgEval     *self,
                   SgPlanNode *node,
                   double     *out)
{
  g_auto (SgScalarColumn) column = { 0 };

  if (!sg_eval_scalar (self, node->children[0], node->grid.n, &column))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    out[i] = node->expr->unary.op == SG_TOKEN_SUB ? -sg_scalar_at (&column, i)
                                                  : sg_scalar_at (&column, i);
  return TRUE;
}

static gboolean
eval_scalar_node (SgEval     *self,
                  SgPlanNode *node,
                  double     *out)
{
  switch ((guint) node->expr->kind)
    {
    case SG_EXPR_BINARY:
      return eval_scalar_binary (self, node, out);
    case SG_EXPR_CALL:
      return sg_eval_scalar_call (self, node, out);
    case SG_EXPR_UNARY:
      return eval_scalar_unary (self, node, out);
    default:
      return sg_eval_fail (self, SG_PROMQL_ERROR_EXECUTION, "%s is no scalar",
                           sg_value_type_get_name (node->expr->type));
    }
}

/**
 * sg_eval_scalar: (skip)
 * @self: the evaluator
 * @node: a scalar
 * @n_steps: at how many times it is wanted
 * @ret_column: its values, to be cleared in any case
 *
 * Returns: FALSE when it failed
 */
gboolean
sg_eval_scalar (SgEval         *self,
                SgPlanNode     *node,
                guint           n_steps,
                SgScalarColumn *ret_column)
{
  double *values;

  *ret_column = (SgScalarColumn) { { NULL, node->value }, NULL };
  if (node->constant)
    return TRUE;
  values = g_new (double, node->grid.n);
  ret_column->owned = values;
  if (!eval_scalar_node (self, node, values))
    return FALSE;
  if (node->grid.n == n_steps)
    ret_column->operand.values = values;
  else
    ret_column->operand.constant = values[0];
  return TRUE;
}
