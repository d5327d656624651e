/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser-private.h"

#include "promql/sg-go-text.h"

#include <string.h>

/* How tightly operators bind. All are left-associative but ^, which is right-associative. */
enum
{
  LEVEL_NONE,
  LEVEL_OR,
  LEVEL_AND,
  LEVEL_COMPARISON,
  LEVEL_SUM,
  LEVEL_PRODUCT,
  LEVEL_POWER,
};

static guint
operator_level (SgTokenKind kind)
{
  if (kind == SG_TOKEN_OR)
    return LEVEL_OR;
  if (kind == SG_TOKEN_AND || kind == SG_TOKEN_UNLESS)
    return LEVEL_AND;
  if (sg_token_kind_is_comparison (kind) || sg_token_kind_is_trim (kind))
    return LEVEL_COMPARISON;
  if (kind == SG_TOKEN_ADD || kind == SG_TOKEN_SUB)
    return LEVEL_SUM;
  if (kind == SG_TOKEN_MUL || kind == SG_TOKEN_DIV || kind == SG_TOKEN_MOD
      || kind == SG_TOKEN_ATAN2)
    return LEVEL_PRODUCT;
  return kind == SG_TOKEN_POW ? LEVEL_POWER : LEVEL_NONE;
}

/* Whether the token after the next one is a left parenthesis. */
static gboolean
parser_paren_follows (SgParser *self)
{
  SgLexer ahead = self->lexer;
  gboolean follows = sg_lexer_next (&ahead).kind == SG_TOKEN_LEFT_PAREN;

  sg_lexer_clear (&ahead);
  return follows;
}

static gboolean
can_be_grouping_label (SgTokenKind kind)
{
  switch (sg_token_kind_get_class (kind))
    {
    case SG_TOKEN_CLASS_AGGREGATOR:
    case SG_TOKEN_CLASS_PREPROCESSOR:
      return TRUE;
    case SG_TOKEN_CLASS_KEYWORD:
      return kind != SG_TOKEN_WITHOUT;
    case SG_TOKEN_CLASS_OPERATOR:
      return sg_token_kind_is_set_operator (kind) || kind == SG_TOKEN_ATAN2;
    case SG_TOKEN_CLASS_VALUE:
    case SG_TOKEN_CLASS_SYMBOL:
    default:
      return kind == SG_TOKEN_IDENTIFIER || kind == SG_TOKEN_METRIC_IDENTIFIER
             || kind == SG_TOKEN_STRING;
    }
}

static const char *
read_grouping_label (SgParser *self)
{
  SgToken token = sg_parser_take (self);
  gsize length;
  const char *text = sg_parser_get_text (self, token, &length);
  SgText name = { text, length };

  if (token.kind == SG_TOKEN_STRING)
    name = sg_parser_read_string (self, token);
  if (name.length == 0 || !g_utf8_validate (name.text, (gssize) name.length, NULL))
    {
      g_autofree char *quoted = sg_go_quote (name.text, name.length);

      sg_parser_add_error (self, token.span, "invalid label name for grouping: %s", quoted);
    }
  return sg_arena_strndup (self->ast->arena, name.text, name.length);
}

/* "(" [ label { "," label } [ "," ] ] ")" */
gboolean
sg_parser_read_labels (SgParser     *self,
                       const char ***ret_labels,
                       guint        *ret_n_labels)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  if (!sg_parser_accept (self, SG_TOKEN_LEFT_PAREN))
    {
      sg_parser_unexpected (self, "grouping opts", "\"(\"");
      return FALSE;
    }
  while (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    {
      if (!can_be_grouping_label (sg_parser_peek (self)))
        {
          sg_parser_unexpected (self, "grouping opts", "label");
          return FALSE;
        }
      g_ptr_array_add (labels, (gpointer) read_grouping_label (self));
      if (!sg_parser_accept (self, SG_TOKEN_COMMA) && sg_parser_peek (self) != SG_TOKEN_RIGHT_PAREN)
        {
          sg_parser_unexpected (self, "grouping opts", "\",\" or \")\"");
          return FALSE;
        }
    }
  *ret_n_labels = labels->len;
  *ret_labels = sg_arena_copy (self->ast->arena, labels->pdata, labels->len * sizeof (gpointer));
  return TRUE;
}

/* Keywords that name a metric where no keyword can stand. */
static gboolean
can_be_metric (SgTokenKind kind)
{
  switch (sg_token_kind_get_class (kind))
    {
    case SG_TOKEN_CLASS_AGGREGATOR:
    case SG_TOKEN_CLASS_PREPROCESSOR:
      return TRUE;
    case SG_TOKEN_CLASS_KEYWORD:
      return kind != SG_TOKEN_BOOL && kind != SG_TOKEN_ON && kind != SG_TOKEN_IGNORING
             && kind != SG_TOKEN_GROUP_LEFT && kind != SG_TOKEN_GROUP_RIGHT;
    case SG_TOKEN_CLASS_OPERATOR:
      return sg_token_kind_is_set_operator (kind);
    case SG_TOKEN_CLASS_VALUE:
    case SG_TOKEN_CLASS_SYMBOL:
    default:
      return kind == SG_TOKEN_IDENTIFIER || kind == SG_TOKEN_METRIC_IDENTIFIER;
    }
}

static gboolean
begins_expr (SgTokenKind kind)
{
  return kind == SG_TOKEN_NUMBER || kind == SG_TOKEN_DURATION || kind == SG_TOKEN_STRING
         || kind == SG_TOKEN_LEFT_PAREN || kind == SG_TOKEN_LEFT_BRACE || kind == SG_TOKEN_ADD
         || kind == SG_TOKEN_SUB || can_be_metric (kind);
}

/* "(" [ expr { "," expr } ] ")", the left parenthesis being next. */
static GPtrArray *
read_args (SgParser *self)
{
  GPtrArray *args = g_ptr_array_new ();

  sg_parser_take (self);
  if (sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    return args;
  g_ptr_array_add (args, sg_parser_read_expr (self, LEVEL_NONE));
  while (sg_parser_peek (self) == SG_TOKEN_COMMA)
    {
      SgToken comma = sg_parser_take (self);

      if (begins_expr (sg_parser_peek (self)))
        g_ptr_array_add (args, sg_parser_read_expr (self, LEVEL_NONE));
      else
        sg_parser_add_error (self, comma.span, "trailing commas not allowed in function call args");
    }
  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    sg_parser_unexpected_here (self);
  return args;
}

static gboolean
takes_param (SgTokenKind op)
{
  return op == SG_TOKEN_TOPK || op == SG_TOKEN_BOTTOMK || op == SG_TOKEN_COUNT_VALUES
         || op == SG_TOKEN_QUANTILE || op == SG_TOKEN_LIMITK || op == SG_TOKEN_LIMIT_RATIO;
}

static void
finish_aggregate (SgParser  *self,
                  SgExpr    *expr,
                  GPtrArray *args)
{
  guint n_args = takes_param (expr->aggregate.op) ? 2 : 1;

  expr->span.end = self->previous_end;
  if (self->failed)
    return;
  if (args->len == 0)
    {
      sg_parser_add_error (self, expr->span, "no arguments for aggregate expression provided");
      return;
    }
  if (args->len != n_args)
    {
      sg_parser_add_error (self, expr->span,
                           "wrong number of arguments for aggregate expression provided, "
                           "expected %u, got %u",
                           n_args, args->len);
      return;
    }
  for (guint i = 0; i < n_args; i++)
    sg_parser_adopt (self, expr, args->pdata[i]);
  expr->aggregate.expr = args->pdata[n_args - 1];
  expr->aggregate.param = n_args == 2 ? args->pdata[0] : NULL;
}

static gboolean
read_aggregate_modifier (SgParser *self,
                         SgExpr   *expr)
{
  if (sg_parser_peek (self) != SG_TOKEN_BY && sg_parser_peek (self) != SG_TOKEN_WITHOUT)
    return FALSE;
  expr->aggregate.without = sg_parser_take (self).kind == SG_TOKEN_WITHOUT;
  sg_parser_read_labels (self, &expr->aggregate.grouping, &expr->aggregate.n_grouping);
  return TRUE;
}

/* After its name @op. */
static SgExpr *
read_aggregate (SgParser *self,
                SgToken   op)
{
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_AGGREGATE, SG_VALUE_TYPE_VECTOR, op.span);
  g_autoptr (GPtrArray) args = NULL;
  gboolean modified;

  expr->aggregate.op = op.kind;
  modified = read_aggregate_modifier (self, expr);
  if (sg_parser_peek (self) != SG_TOKEN_LEFT_PAREN)
    {
      sg_parser_unexpected (self, "aggregation", NULL);
      return expr;
    }
  self->aggregations++;
  args = read_args (self);
  self->aggregations--;
  if (!modified)
    read_aggregate_modifier (self, expr);
  finish_aggregate (self, expr, args);
  return expr;
}

/* After its @name. */
static SgExpr *
read_call (SgParser *self,
           SgToken   name)
{
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_CALL, SG_VALUE_TYPE_NONE, name.span);
  guint aggregations = self->aggregations;
  g_autoptr (GPtrArray) args = NULL;
  gsize length;
  const char *text = sg_parser_get_text (self, name, &length);

  args = read_args (self);
  self->aggregations = aggregations;
  expr->span.end = self->previous_end;
  expr->call.function = sg_function_lookup (text, length);
  if (expr->call.function != NULL)
    expr->type = expr->call.function->return_type;
  else if (!self->failed)
    {
      g_autofree char *quoted = sg_go_quote (text, length);
      g_autofree char *word = g_strndup (text, length);

      sg_parser_add_error (self, name.span, "unknown function with name %s", quoted);
      ((SgParseError *) self->errors->pdata[self->errors->len - 1])->hint =
          g_strdup (sg_function_suggest (word));
    }
  for (guint i = 0; i < args->len; i++)
    sg_parser_adopt (self, expr, args->pdata[i]);
  expr->call.n_args = args->len;
  expr->call.args = sg_arena_copy (self->ast->arena, args->pdata, args->len * sizeof (gpointer));
  return expr;
}

static SgExpr *
read_paren (SgParser *self)
{
  SgToken left = sg_parser_take (self);
  SgExpr *inner = sg_parser_read_expr (self, LEVEL_NONE);
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_PAREN, inner->type, left.span);

  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    sg_parser_unexpected_here (self);
  expr->span.end = self->previous_end;
  expr->paren = inner;
  sg_parser_adopt (self, expr, inner);
  return expr;
}

static SgExpr *
read_literal (SgParser *self)
{
  SgToken token = sg_parser_take (self);
  SgExpr *expr;

  if (token.kind == SG_TOKEN_STRING)
    {
      expr = sg_parser_new_expr (self, SG_EXPR_STRING, SG_VALUE_TYPE_STRING, token.span);
      expr->string = sg_parser_read_string (self, token);
      return expr;
    }
  expr = sg_parser_new_expr (self, SG_EXPR_NUMBER, SG_VALUE_TYPE_SCALAR, token.span);
  expr->number.is_duration = token.kind == SG_TOKEN_DURATION;
  sg_parser_read_number (self, token, &expr->number.value);
  return expr;
}

/* What begins with a word: a call, an aggregation, or a selector by its metric. */
static SgExpr *
read_named (SgParser *self)
{
  SgToken name = sg_parser_take (self);
  SgTokenClass class = sg_token_kind_get_class (name.kind);
  SgTokenKind next = sg_parser_peek (self);

  if (class == SG_TOKEN_CLASS_AGGREGATOR
      && (next == SG_TOKEN_LEFT_PAREN || next == SG_TOKEN_BY || next == SG_TOKEN_WITHOUT))
    return read_aggregate (self, name);
  if (next == SG_TOKEN_LEFT_PAREN
      && (name.kind == SG_TOKEN_IDENTIFIER || class == SG_TOKEN_CLASS_PREPROCESSOR))
    return read_call (self, name);
  return sg_parser_read_selector (self, name);
}

static SgExpr *
read_primary (SgParser *self)
{
  SgTokenKind kind = sg_parser_peek (self);

  if (kind == SG_TOKEN_NUMBER || kind == SG_TOKEN_DURATION || kind == SG_TOKEN_STRING)
    return read_literal (self);
  if (kind == SG_TOKEN_LEFT_PAREN)
    return read_paren (self);
  if (kind == SG_TOKEN_LEFT_BRACE)
    return sg_parser_read_selector (self, (SgToken) { SG_TOKEN_EOF, { 0, 0 } });
  if (can_be_metric (kind))
    return read_named (self);
  sg_parser_unexpected_here (self);
  return sg_parser_new_expr (self, SG_EXPR_NUMBER, SG_VALUE_TYPE_SCALAR, self->token.span);
}

/* A sign binds as tightly as a product. One before a number becomes part of it. */
static SgExpr *
read_signed (SgParser *self)
{
  SgToken sign = sg_parser_take (self);
  SgExpr *operand = sg_parser_read_expr (self, LEVEL_POWER);
  SgExpr *expr;

  if (operand->kind == SG_EXPR_NUMBER)
    {
      if (sign.kind == SG_TOKEN_SUB)
        operand->number.value = -operand->number.value;
      operand->span.start = sign.span.start;
      return operand;
    }
  expr = sg_parser_new_expr (self, SG_EXPR_UNARY, operand->type,
                             (SgSpan) { sign.span.start, operand->span.end });
  expr->unary.op = sign.kind;
  expr->unary.expr = operand;
  sg_parser_adopt (self, expr, operand);
  return expr;
}

static SgExpr *
read_operand (SgParser *self)
{
  SgTokenKind kind = sg_parser_peek (self);

  if (kind == SG_TOKEN_ADD || kind == SG_TOKEN_SUB)
    return read_signed (self);
  return sg_parser_read_modifiers (self, read_primary (self));
}

/* "(" [ sign ] number ")" */
static double
read_fill_value (SgParser *self)
{
  gboolean negative = FALSE;
  double value = 0;

  sg_parser_accept (self, SG_TOKEN_LEFT_PAREN);
  if (!sg_parser_accept (self, SG_TOKEN_ADD))
    negative = sg_parser_accept (self, SG_TOKEN_SUB);
  if (sg_parser_peek (self) != SG_TOKEN_NUMBER && sg_parser_peek (self) != SG_TOKEN_DURATION)
    {
      sg_parser_unexpected (self, "fill modifier", "number");
      return 0;
    }
  sg_parser_read_number (self, sg_parser_take (self), &value);
  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    sg_parser_unexpected (self, "fill modifier", "\")\"");
  return negative ? -value : value;
}

static void
read_fill_modifiers (SgParser   *self,
                     SgMatching *matching)
{
  while (!self->failed)
    {
      SgTokenKind kind = sg_parser_peek (self);
      gboolean left = kind != SG_TOKEN_FILL_RIGHT;
      gboolean right = kind != SG_TOKEN_FILL_LEFT;
      double value;

      if ((kind != SG_TOKEN_FILL && kind != SG_TOKEN_FILL_LEFT && kind != SG_TOKEN_FILL_RIGHT)
          || (left && matching->has_fill_left) || (right && matching->has_fill_right)
          || !parser_paren_follows (self))
        return;
      sg_parser_take (self);
      value = read_fill_value (self);
      if (left)
        matching->fill_left = value;
      if (right)
        matching->fill_right = value;
      matching->has_fill_left |= left;
      matching->has_fill_right |= right;
    }
}

/* What may stand between an operator and its right side. */
static void
read_matching (SgParser     *self,
               SgBinaryExpr *binary)
{
  SgMatching *matching = sg_arena_new0 (self->ast->arena, SgMatching);

  binary->matching = matching;
  binary->return_bool = sg_parser_accept (self, SG_TOKEN_BOOL);
  if (sg_parser_peek (self) == SG_TOKEN_ON || sg_parser_peek (self) == SG_TOKEN_IGNORING)
    {
      matching->on = sg_parser_take (self).kind == SG_TOKEN_ON;
      sg_parser_read_labels (self, &matching->labels, &matching->n_labels);
      if (sg_parser_accept (self, SG_TOKEN_GROUP_LEFT))
        matching->cardinality = SG_CARDINALITY_MANY_TO_ONE;
      else if (sg_parser_accept (self, SG_TOKEN_GROUP_RIGHT))
        matching->cardinality = SG_CARDINALITY_ONE_TO_MANY;
      if (matching->cardinality != SG_CARDINALITY_ONE_TO_ONE
          && (sg_parser_peek (self) == SG_TOKEN_LEFT_PAREN || !begins_expr (sg_parser_peek (self))))
        sg_parser_read_labels (self, &matching->include, &matching->n_include);
    }
  read_fill_modifiers (self, matching);
}

static SgExpr *
read_binary (SgParser *self,
             SgExpr   *lhs,
             guint     level)
{
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_BINARY, SG_VALUE_TYPE_VECTOR, lhs->span);
  SgExpr *rhs;

  expr->binary.op = sg_parser_take (self).kind;
  read_matching (self, &expr->binary);
  rhs = sg_parser_read_expr (self, level == LEVEL_POWER ? level : level + 1);
  expr->binary.lhs = lhs;
  expr->binary.rhs = rhs;
  expr->span.end = rhs->span.end;
  if (lhs->type == SG_VALUE_TYPE_SCALAR && rhs->type == SG_VALUE_TYPE_SCALAR)
    expr->type = SG_VALUE_TYPE_SCALAR;
  sg_parser_adopt (self, expr, lhs);
  sg_parser_adopt (self, expr, rhs);
  return expr;
}

/* Reads an expression whose operators bind at least as tightly as @min_level. */
SgExpr *
sg_parser_read_expr (SgParser *self,
                     guint     min_level)
{
  SgExpr *expr;

  if (!sg_parser_enter (self))
    {
      sg_parser_leave (self);
      return sg_parser_new_expr (self, SG_EXPR_NUMBER, SG_VALUE_TYPE_SCALAR, self->token.span);
    }
  expr = read_operand (self);
  while (!self->failed)
    {
      guint level = operator_level (sg_parser_peek (self));

      if (level == LEVEL_NONE || level < min_level)
        break;
      expr = read_binary (self, expr, level);
    }
  sg_parser_leave (self);
  return expr;
}
