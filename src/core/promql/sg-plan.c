/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-plan.h"

#include "promql/sg-arithmetic.h"
#include "promql/sg-promql-error.h"

/*
 * A plan is made in two walks over the tree. The first, here, goes up: it computes durations, settles
 * the @ modifiers, folds numbers and finds out what is the same at every time. The second, in
 * sg-plan-place.c, goes down: it gives each part the times at which it is evaluated, finds parts that
 * occur twice and selectors that read the same.
 */

static gboolean
is_time_dependent (SgFunctionId id)
{
  switch ((guint) id)
    {
    case SG_FUNCTION_DAYS_IN_MONTH:
    case SG_FUNCTION_DAY_OF_MONTH:
    case SG_FUNCTION_DAY_OF_WEEK:
    case SG_FUNCTION_DAY_OF_YEAR:
    case SG_FUNCTION_HOUR:
    case SG_FUNCTION_MINUTE:
    case SG_FUNCTION_MONTH:
    case SG_FUNCTION_PREDICT_LINEAR:
    case SG_FUNCTION_TIME:
    case SG_FUNCTION_TIMESTAMP:
    case SG_FUNCTION_YEAR:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
set_shift (SgPlan             *self,
           SgPlanNode         *node,
           const SgTimeShift  *shift,
           gboolean            fixed_outside,
           GError            **error)
{
  node->time.offset = shift->offset_ms;
  if (shift->offset_expr != NULL)
    {
      node->time.offset = sg_plan_compute_duration (&self->params, shift->offset_expr, TRUE, error);
      if (node->time.offset == G_MININT64)
        return FALSE;
    }
  node->time.has_at = TRUE;
  if (shift->has_at)
    node->time.at = shift->at;
  else if (shift->at_bound == SG_TOKEN_START)
    node->time.at = self->params.start;
  else if (shift->at_bound == SG_TOKEN_END)
    node->time.at = self->params.end;
  else if (self->params.pinned && !fixed_outside)
    node->time.at = self->params.pin;
  else
    node->time.has_at = FALSE;
  node->invariant = node->time.has_at;
  return TRUE;
}

static gboolean
get_duration (SgPlan               *self,
              const SgAstDuration  *duration,
              gint64               *ret_ms,
              GError              **error)
{
  *ret_ms = duration->ms;
  if (duration->expr != NULL)
    *ret_ms = sg_plan_compute_duration (&self->params, duration->expr, FALSE, error);
  return *ret_ms != G_MININT64;
}

static SgPlanNode *build (SgPlan *self, const SgExpr *expr, gboolean fixed_outside, GError **error);

/* Adds what is evaluated from @expr, if anything, to the children of @node. */
static gboolean
add_child (SgPlan        *self,
           SgPlanNode    *node,
           const SgExpr  *expr,
           gboolean       fixed_outside,
           GError       **error)
{
  SgPlanNode *child;

  if (expr == NULL)
    return TRUE;
  child = build (self, expr, fixed_outside, error);
  if (child == NULL)
    return FALSE;
  node->children[node->n_children++] = child;
  node->invariant = node->invariant && child->invariant;
  return TRUE;
}

static void
reserve_children (SgPlan     *self,
                  SgPlanNode *node,
                  guint       n)
{
  node->children = sg_arena_new_array (self->arena, SgPlanNode *, n);
  node->invariant = TRUE;
}

static void
set_constant (SgPlanNode *node,
              double      value)
{
  node->constant = TRUE;
  node->value = value;
}

static gboolean
build_binary (SgPlan      *self,
              SgPlanNode  *node,
              gboolean     fixed_outside,
              GError     **error)
{
  const SgBinaryExpr *binary = &node->expr->binary;

  reserve_children (self, node, 2);
  if (!add_child (self, node, binary->lhs, fixed_outside, error)
      || !add_child (self, node, binary->rhs, fixed_outside, error))
    return FALSE;
  if (node->children[0]->constant && node->children[1]->constant
      && !sg_token_kind_is_trim (binary->op))
    set_constant (node, sg_arithmetic_compute (binary->op, node->children[0]->value,
                                               node->children[1]->value));
  return TRUE;
}

static gboolean
build_call (SgPlan      *self,
            SgPlanNode  *node,
            gboolean     fixed_outside,
            GError     **error)
{
  const SgCallExpr *call = &node->expr->call;

  reserve_children (self, node, call->n_args);
  for (guint i = 0; i < call->n_args; i++)
    {
      if (!add_child (self, node, call->args[i], fixed_outside, error))
        return FALSE;
    }
  if (is_time_dependent (call->function->id))
    node->invariant = FALSE;
  return TRUE;
}

static gboolean
build_aggregate (SgPlan      *self,
                 SgPlanNode  *node,
                 gboolean     fixed_outside,
                 GError     **error)
{
  const SgAggregateExpr *aggregate = &node->expr->aggregate;

  reserve_children (self, node, 2);
  return add_child (self, node, aggregate->expr, fixed_outside, error)
         && add_child (self, node, aggregate->param, fixed_outside, error);
}

static gboolean
build_subquery (SgPlan      *self,
                SgPlanNode  *node,
                gboolean     fixed_outside,
                GError     **error)
{
  const SgSubqueryExpr *subquery = &node->expr->subquery;

  reserve_children (self, node, 1);
  if (!set_shift (self, node, &subquery->shift, fixed_outside, error)
      || !get_duration (self, &subquery->range, &node->time.range, error)
      || !get_duration (self, &subquery->step, &node->inner.step, error))
    return FALSE;
  if (node->inner.step == 0)
    node->inner.step = self->params.default_step;
  if (!add_child (self, node, subquery->expr, fixed_outside || node->time.has_at, error))
    return FALSE;
  node->invariant = node->time.has_at;
  return TRUE;
}

static gboolean
build_unary (SgPlan      *self,
             SgPlanNode  *node,
             gboolean     fixed_outside,
             GError     **error)
{
  reserve_children (self, node, 1);
  if (!add_child (self, node, node->expr->unary.expr, fixed_outside, error))
    return FALSE;
  if (node->children[0]->constant)
    set_constant (node, node->expr->unary.op == SG_TOKEN_SUB ? -node->children[0]->value
                                                             : node->children[0]->value);
  return TRUE;
}

static gboolean
build_selector (SgPlan      *self,
                SgPlanNode  *node,
                gboolean     fixed_outside,
                GError     **error)
{
  const SgExpr *expr = node->expr;

  node->selector = expr->kind == SG_EXPR_MATRIX ? &expr->matrix.vector->vector : &expr->vector;
  if (!set_shift (self, node, &node->selector->shift, fixed_outside, error))
    return FALSE;
  return expr->kind == SG_EXPR_VECTOR
         || get_duration (self, &expr->matrix.range, &node->time.range, error);
}

static gboolean
build_content (SgPlan      *self,
               SgPlanNode  *node,
               gboolean     fixed_outside,
               GError     **error)
{
  switch (node->expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      return build_aggregate (self, node, fixed_outside, error);
    case SG_EXPR_BINARY:
      return build_binary (self, node, fixed_outside, error);
    case SG_EXPR_CALL:
      return build_call (self, node, fixed_outside, error);
    case SG_EXPR_MATRIX:
    case SG_EXPR_VECTOR:
      return build_selector (self, node, fixed_outside, error);
    case SG_EXPR_SUBQUERY:
      return build_subquery (self, node, fixed_outside, error);
    case SG_EXPR_UNARY:
      return build_unary (self, node, fixed_outside, error);
    case SG_EXPR_NUMBER:
      set_constant (node, node->expr->number.value);
      node->invariant = TRUE;
      return TRUE;
    case SG_EXPR_PAREN:
    case SG_EXPR_STRING:
    default:
      node->invariant = TRUE;
      return TRUE;
    }
}

/* @fixed_outside: whether a subquery around it has its own time */
static SgPlanNode *
build (SgPlan        *self,
       const SgExpr  *expr,
       gboolean       fixed_outside,
       GError       **error)
{
  SgPlanNode *node = sg_arena_new0 (self->arena, SgPlanNode);

  node->expr = sg_expr_unwrap ((SgExpr *) expr);
  return build_content (self, node, fixed_outside, error) ? node : NULL;
}

/**
 * sg_plan_new: (skip)
 * @ast: an expression
 * @params: when it is evaluated
 * @error: that a duration cannot be computed, or that there are too many steps
 *
 * Returns: (transfer full) (nullable): how to evaluate it
 */
SgPlan *
sg_plan_new (SgAst               *ast,
             const SgPlanParams  *params,
             GError             **error)
{
  g_autoptr (SgPlan) self = g_new0 (SgPlan, 1);

  self->ast = sg_ast_ref (ast);
  self->arena = sg_arena_new ();
  self->reads = g_array_new (FALSE, FALSE, sizeof (SgPlanRead));
  self->params = *params;
  self->root = build (self, ast->root, FALSE, error);
  if (self->root == NULL || !sg_plan_place (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sg_plan_free (SgPlan *self)
{
  sg_ast_unref (self->ast);
  sg_arena_free (self->arena);
  g_array_unref (self->reads);
  g_free (self);
}
