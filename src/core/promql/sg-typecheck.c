/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser-private.h"

#include "promql/sg-go-text.h"

#include <string.h>

/*
 * Checks a whole tree, in the order in which Prometheus does, because the first error is the one
 * that is shown: the operands of an operator before the operator, an aggregation's vector before its
 * parameter, the number of a call's arguments before their types.
 */

static void
expect_type (SgParser    *self,
             SgExpr      *expr,
             SgValueType  type,
             const char  *context)
{
  sg_parser_check (self, expr);
  if (expr->type != type)
    sg_parser_add_error (self, expr->span, "expected type %s in %s, got %s",
                         sg_value_type_get_name (type), context,
                         sg_value_type_get_name (expr->type));
}

static void
check_aggregate (SgParser *self,
                 SgExpr   *expr)
{
  expect_type (self, expr->aggregate.expr, SG_VALUE_TYPE_VECTOR, "aggregation expression");
  if (expr->aggregate.param != NULL)
    expect_type (self, expr->aggregate.param,
                 expr->aggregate.op == SG_TOKEN_COUNT_VALUES ? SG_VALUE_TYPE_STRING
                                                             : SG_VALUE_TYPE_SCALAR,
                 "aggregation parameter");
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the operator of @binary stands. */
static SgSpan
operator_span (SgParser           *self,
               const SgBinaryExpr *binary)
{
  SgSpan span = { binary->lhs->span.end, binary->rhs->span.start };

  while (is_blank (self->ast->text[span.start]))
    span.start++;
  while (span.end > span.start && is_blank (self->ast->text[span.end - 1]))
    span.end--;
  return span;
}

static void
check_included_labels (SgParser     *self,
                       SgBinaryExpr *binary)
{
  const SgMatching *matching = binary->matching;

  for (guint i = 0; i < matching->n_labels && matching->on; i++)
    {
      for (guint j = 0; j < matching->n_include; j++)
        {
          g_autofree char *quoted = NULL;

          if (!g_str_equal (matching->labels[i], matching->include[j]))
            continue;
          quoted = sg_go_quote (matching->labels[i], strlen (matching->labels[i]));
          sg_parser_add_error (self, operator_span (self, binary),
                               "label %s must not occur in ON and GROUP clause at once", quoted);
        }
    }
}

static gboolean
is_scalar_or_vector (const SgExpr *expr)
{
  return expr->type == SG_VALUE_TYPE_SCALAR || expr->type == SG_VALUE_TYPE_VECTOR;
}

static void
check_matching (SgParser *self,
                SgExpr   *expr)
{
  SgBinaryExpr *binary = &expr->binary;
  SgMatching *matching = binary->matching;
  gboolean filled = matching->has_fill_left || matching->has_fill_right;

  if (binary->lhs->type != SG_VALUE_TYPE_VECTOR || binary->rhs->type != SG_VALUE_TYPE_VECTOR)
    {
      if (matching->n_labels > 0)
        sg_parser_add_error (self, expr->span,
                             "vector matching only allowed between instant vectors");
      if (filled)
        sg_parser_add_error (self, expr->span,
                             "filling in missing series only allowed between instant vectors");
      binary->matching = NULL;
    }
  else if (sg_token_kind_is_set_operator (binary->op))
    {
      if (matching->cardinality != SG_CARDINALITY_MANY_TO_MANY)
        {
          sg_parser_add_error (self, expr->span, "no grouping allowed for \"%s\" operation",
                               sg_token_kind_get_text (binary->op));
          sg_parser_add_error (self, expr->span, "set operations must always be many-to-many");
        }
      if (filled)
        sg_parser_add_error (self, expr->span,
                             "filling in missing series not allowed for set operators");
    }
}

static void
check_binary (SgParser *self,
              SgExpr   *expr)
{
  SgBinaryExpr *binary = &expr->binary;
  gboolean comparison = sg_token_kind_is_comparison (binary->op);
  SgValueType left;
  SgValueType right;

  sg_parser_check (self, binary->lhs);
  sg_parser_check (self, binary->rhs);
  left = binary->lhs->type;
  right = binary->rhs->type;
  if (binary->return_bool && !comparison)
    sg_parser_add_error (self, operator_span (self, binary),
                         "bool modifier can only be used on comparison operators");
  if (comparison && !binary->return_bool && left == SG_VALUE_TYPE_SCALAR
      && right == SG_VALUE_TYPE_SCALAR)
    sg_parser_add_error (self, operator_span (self, binary),
                         "comparisons between scalars must use BOOL modifier");
  if (sg_token_kind_is_set_operator (binary->op)
      && binary->matching->cardinality == SG_CARDINALITY_ONE_TO_ONE)
    binary->matching->cardinality = SG_CARDINALITY_MANY_TO_MANY;
  check_included_labels (self, binary);
  if (!is_scalar_or_vector (binary->lhs))
    sg_parser_add_error (self, binary->lhs->span,
                         "binary expression must contain only scalar and instant vector types");
  if (!is_scalar_or_vector (binary->rhs))
    sg_parser_add_error (self, binary->rhs->span,
                         "binary expression must contain only scalar and instant vector types");
  check_matching (self, expr);
  if ((left == SG_VALUE_TYPE_SCALAR || right == SG_VALUE_TYPE_SCALAR)
      && sg_token_kind_is_set_operator (binary->op))
    sg_parser_add_error (self, expr->span,
                         "set operator \"%s\" not allowed in binary scalar expression",
                         sg_token_kind_get_text (binary->op));
}

static void
check_n_args (SgParser *self,
              SgExpr   *expr)
{
  const SgFunction *function = expr->call.function;
  int n_wanted = (int) sg_function_get_n_args (function);
  int n_args = (int) expr->call.n_args;

  if (function->variadic == 0)
    {
      if (n_args != n_wanted)
        sg_parser_add_error (self, expr->span, "expected %d argument(s) in call to \"%s\", got %d",
                             n_wanted, function->name, n_args);
    }
  else if (n_args < n_wanted - 1)
    sg_parser_add_error (self, expr->span,
                         "expected at least %d argument(s) in call to \"%s\", got %d", n_wanted - 1,
                         function->name, n_args);
  else if (function->variadic > 0 && n_args > n_wanted - 1 + function->variadic)
    sg_parser_add_error (self, expr->span,
                         "expected at most %d argument(s) in call to \"%s\", got %d",
                         n_wanted - 1 + function->variadic, function->name, n_args);
}

static gboolean
is_info_selector (const SgExpr *call,
                  guint         i)
{
  return call->call.function->id == SG_FUNCTION_INFO && i == 1
         && call->call.args[1]->kind == SG_EXPR_VECTOR;
}

/* The second argument of info() is not a vector but what the labels of info series must match. */
static void
check_info (SgParser *self,
            SgExpr   *expr)
{
  SgExpr *selector = expr->call.args[1];

  if (selector->type != SG_VALUE_TYPE_VECTOR)
    sg_parser_add_error (self, expr->span,
                         "expected type instant vector in call to function \"info\", got %s",
                         sg_value_type_get_name (selector->type));
  if (selector->kind != SG_EXPR_VECTOR)
    sg_parser_add_error (self, selector->span, "expected label selectors only");
  else if (selector->vector.name != NULL)
    sg_parser_add_error (self, selector->span,
                         "expected label selectors only, got vector selector instead");
}

static void
check_call (SgParser *self,
            SgExpr   *expr)
{
  const SgFunction *function = expr->call.function;
  guint n_wanted = sg_function_get_n_args (function);

  check_n_args (self, expr);
  if (function->id == SG_FUNCTION_INFO && expr->call.n_args > 1)
    check_info (self, expr);
  for (guint i = 0; i < expr->call.n_args; i++)
    {
      SgExpr *arg = expr->call.args[i];
      SgValueType type;

      if (i >= n_wanted && function->variadic == 0)
        break;
      type = sg_function_get_arg_type (function, i);
      if (!is_info_selector (expr, i))
        sg_parser_check (self, arg);
      if (arg->type != type)
        sg_parser_add_error (self, arg->span, "expected type %s in call to function \"%s\", got %s",
                             sg_value_type_get_name (type), function->name,
                             sg_value_type_get_name (arg->type));
    }
}

static void
check_vector (SgParser *self,
              SgExpr   *expr)
{
  const SgVectorExpr *vector = &expr->vector;

  for (guint i = 0; vector->name != NULL && i + 1 < vector->n_matchers; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;

      if (!g_str_equal (vector->matchers[i].name, SG_LABEL_NAME))
        continue;
      name = sg_go_quote (vector->name, strlen (vector->name));
      value = sg_go_quote (vector->matchers[i].value.text, vector->matchers[i].value.length);
      sg_parser_add_error (self, expr->span, "metric name must not be set twice: %s or %s", name,
                           value);
    }
  if (vector->name != NULL)
    return;
  for (guint i = 0; i < vector->n_matchers; i++)
    {
      if (!sg_matcher_matches (vector->matchers[i].compiled, ""))
        return;
    }
  sg_parser_add_error (self, expr->span,
                       "vector selector must contain at least one non-empty matcher");
}

static void
check_unary (SgParser *self,
             SgExpr   *expr)
{
  sg_parser_check (self, expr->unary.expr);
  if (!is_scalar_or_vector (expr->unary.expr))
    sg_parser_add_error (self, expr->span,
                         "unary expression only allowed on expressions of type scalar or instant "
                         "vector, got \"%s\"",
                         sg_value_type_get_name (expr->unary.expr->type));
}

static void
check_subquery (SgParser *self,
                SgExpr   *expr)
{
  sg_parser_check (self, expr->subquery.expr);
  if (expr->subquery.expr->type != SG_VALUE_TYPE_VECTOR)
    sg_parser_add_error (self, expr->span,
                         "subquery is only allowed on instant vector, got %s instead",
                         sg_value_type_get_api_name (expr->subquery.expr->type));
}

/* Notes what is wrong with the types in @expr, and settles what depends on them. */
void
sg_parser_check (SgParser *self,
                 SgExpr   *expr)
{
  switch (expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      check_aggregate (self, expr);
      break;
    case SG_EXPR_BINARY:
      check_binary (self, expr);
      break;
    case SG_EXPR_CALL:
      check_call (self, expr);
      break;
    case SG_EXPR_MATRIX:
      sg_parser_check (self, expr->matrix.vector);
      break;
    case SG_EXPR_PAREN:
      sg_parser_check (self, expr->paren);
      break;
    case SG_EXPR_SUBQUERY:
      check_subquery (self, expr);
      break;
    case SG_EXPR_UNARY:
      check_unary (self, expr);
      break;
    case SG_EXPR_VECTOR:
      check_vector (self, expr);
      break;
    case SG_EXPR_NUMBER:
    case SG_EXPR_STRING:
    default:
      break;
    }
}
