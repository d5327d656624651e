/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-ast.h"

#include <math.h>
#include <string.h>

/* Whether two trees mean the same: everything counts but where it stood in the text. */

static gboolean
number_equal (double a,
              double b)
{
  return isnan (a) ? isnan (b) : a == b && signbit (a) == signbit (b);
}

static gboolean
duration_expr_equal (const SgDurationExpr *a,
                     const SgDurationExpr *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->op == b->op && number_equal (a->seconds, b->seconds) && a->is_duration == b->is_duration
         && a->wrapped == b->wrapped && duration_expr_equal (a->lhs, b->lhs)
         && duration_expr_equal (a->rhs, b->rhs);
}

static gboolean
duration_equal (const SgAstDuration *a,
                const SgAstDuration *b)
{
  return a->ms == b->ms && duration_expr_equal (a->expr, b->expr);
}

static gboolean
shift_equal (const SgTimeShift *a,
             const SgTimeShift *b)
{
  return a->offset_ms == b->offset_ms && a->has_at == b->has_at && a->at == b->at
         && a->at_bound == b->at_bound && duration_expr_equal (a->offset_expr, b->offset_expr);
}

static gboolean
names_equal (const char **a,
             guint        n_a,
             const char **b,
             guint        n_b)
{
  if (n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    {
      if (!g_str_equal (a[i], b[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
matching_equal (const SgMatching *a,
                const SgMatching *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return a->cardinality == b->cardinality && a->on == b->on
         && names_equal (a->labels, a->n_labels, b->labels, b->n_labels)
         && names_equal (a->include, a->n_include, b->include, b->n_include)
         && a->has_fill_left == b->has_fill_left && a->has_fill_right == b->has_fill_right
         && number_equal (a->fill_left, b->fill_left)
         && number_equal (a->fill_right, b->fill_right);
}

static gboolean
text_equal (const SgText *a,
            const SgText *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

static int
compare_matchers (gconstpointer a,
                  gconstpointer b)
{
  const SgAstMatcher *left = *(const SgAstMatcher *const *) a;
  const SgAstMatcher *right = *(const SgAstMatcher *const *) b;
  int order = strcmp (left->name, right->name);

  if (order == 0)
    order = (int) left->op - (int) right->op;
  if (order == 0)
    order =
        memcmp (left->value.text, right->value.text, MIN (left->value.length, right->value.length));
  if (order == 0)
    order =
        left->value.length < right->value.length ? -1 : left->value.length > right->value.length;
  return order;
}

static GPtrArray *
sort_matchers (const SgVectorExpr *vector)
{
  GPtrArray *sorted = g_ptr_array_new ();

  for (guint i = 0; i < vector->n_matchers; i++)
    g_ptr_array_add (sorted, &vector->matchers[i]);
  g_ptr_array_sort (sorted, compare_matchers);
  return sorted;
}

/* The order of the matchers means nothing. */
static gboolean
vector_equal (const SgVectorExpr *a,
              const SgVectorExpr *b)
{
  g_autoptr (GPtrArray) left = sort_matchers (a);
  g_autoptr (GPtrArray) right = sort_matchers (b);

  if (g_strcmp0 (a->name, b->name) != 0 || a->n_matchers != b->n_matchers
      || a->anchored != b->anchored || a->smoothed != b->smoothed
      || !shift_equal (&a->shift, &b->shift))
    return FALSE;
  for (guint i = 0; i < left->len; i++)
    {
      if (compare_matchers (&left->pdata[i], &right->pdata[i]) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
call_equal (const SgCallExpr *a,
            const SgCallExpr *b)
{
  if (a->function != b->function || a->n_args != b->n_args)
    return FALSE;
  for (guint i = 0; i < a->n_args; i++)
    {
      if (!sg_expr_equal (a->args[i], b->args[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
aggregate_equal (const SgAggregateExpr *a,
                 const SgAggregateExpr *b)
{
  return a->op == b->op && a->without == b->without
         && names_equal (a->grouping, a->n_grouping, b->grouping, b->n_grouping)
         && sg_expr_equal (a->param, b->param) && sg_expr_equal (a->expr, b->expr);
}

static gboolean
binary_equal (const SgBinaryExpr *a,
              const SgBinaryExpr *b)
{
  return a->op == b->op && a->return_bool == b->return_bool
         && matching_equal (a->matching, b->matching) && sg_expr_equal (a->lhs, b->lhs)
         && sg_expr_equal (a->rhs, b->rhs);
}

gboolean
sg_expr_equal (const SgExpr *a,
               const SgExpr *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  if (a->kind != b->kind || a->type != b->type)
    return FALSE;
  switch (a->kind)
    {
    case SG_EXPR_AGGREGATE:
      return aggregate_equal (&a->aggregate, &b->aggregate);
    case SG_EXPR_BINARY:
      return binary_equal (&a->binary, &b->binary);
    case SG_EXPR_CALL:
      return call_equal (&a->call, &b->call);
    case SG_EXPR_MATRIX:
      return duration_equal (&a->matrix.range, &b->matrix.range)
             && sg_expr_equal (a->matrix.vector, b->matrix.vector);
    case SG_EXPR_NUMBER:
      return number_equal (a->number.value, b->number.value)
             && a->number.is_duration == b->number.is_duration;
    case SG_EXPR_PAREN:
      return sg_expr_equal (a->paren, b->paren);
    case SG_EXPR_STRING:
      return text_equal (&a->string, &b->string);
    case SG_EXPR_SUBQUERY:
      return duration_equal (&a->subquery.range, &b->subquery.range)
             && duration_equal (&a->subquery.step, &b->subquery.step)
             && shift_equal (&a->subquery.shift, &b->subquery.shift)
             && sg_expr_equal (a->subquery.expr, b->subquery.expr);
    case SG_EXPR_UNARY:
      return a->unary.op == b->unary.op && sg_expr_equal (a->unary.expr, b->unary.expr);
    case SG_EXPR_VECTOR:
    default:
      return vector_equal (&a->vector, &b->vector);
    }
}
