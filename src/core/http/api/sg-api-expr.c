/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-parse.h"

#include "base/sg-number.h"

#include <string.h>

/*
 * A syntax tree as JSON, in the shape in which Prometheus 3 gives it to its own page: each node is an
 * object with its "type"; durations are whole milliseconds, numbers are texts without an exponent. A
 * duration that is an expression, and known only when the query runs, is 0, as it is there.
 */
static void
write_text (SgJsonWriter *json,
            const char   *key,
            const char   *text)
{
  sg_json_writer_key (json, key);
  sg_json_writer_string (json, text);
}

static void
write_flag (SgJsonWriter *json,
            const char   *key,
            gboolean      flag)
{
  sg_json_writer_key (json, key);
  sg_json_writer_boolean (json, flag);
}

static void
write_integer (SgJsonWriter *json,
               const char   *key,
               gint64        value)
{
  sg_json_writer_key (json, key);
  sg_json_writer_integer (json, value);
}

static void
write_child (SgJsonWriter *json,
             const char   *key,
             const SgExpr *expr)
{
  sg_json_writer_key (json, key);
  sg_api_write_expr (json, expr);
}

static void
write_names (SgJsonWriter  *json,
             const char    *key,
             const char   **names,
             guint          n_names)
{
  sg_json_writer_key (json, key);
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < n_names; i++)
    sg_json_writer_string (json, names[i]);
  sg_json_writer_end_array (json);
}

static void
write_op (SgJsonWriter *json,
          SgTokenKind   op)
{
  write_text (json, "op", sg_token_kind_get_text (op));
}

static void
write_aggregate (SgJsonWriter          *json,
                 const SgAggregateExpr *aggregate)
{
  write_text (json, "type", "aggregation");
  write_op (json, aggregate->op);
  write_child (json, "expr", aggregate->expr);
  write_child (json, "param", aggregate->param);
  write_names (json, "grouping", aggregate->grouping, aggregate->n_grouping);
  write_flag (json, "without", aggregate->without);
}

static void
write_fill (SgJsonWriter *json,
            const char   *key,
            gboolean      has_value,
            double        value)
{
  char text[SG_DOUBLE_TEXT_MAX];

  sg_json_writer_key (json, key);
  if (has_value)
    sg_json_writer_raw (json, text, sg_double_write_json (value, text));
  else
    sg_json_writer_string (json, NULL);
}

static void
write_matching (SgJsonWriter     *json,
                const SgMatching *matching)
{
  static const char *const cards[] = {
    [SG_CARDINALITY_ONE_TO_ONE] = "one-to-one",
    [SG_CARDINALITY_MANY_TO_ONE] = "many-to-one",
    [SG_CARDINALITY_ONE_TO_MANY] = "one-to-many",
    [SG_CARDINALITY_MANY_TO_MANY] = "many-to-many",
  };

  sg_json_writer_key (json, "matching");
  if (matching == NULL)
    {
      sg_json_writer_string (json, NULL);
      return;
    }
  sg_json_writer_begin_object (json);
  write_text (json, "card", cards[matching->cardinality]);
  write_names (json, "labels", matching->labels, matching->n_labels);
  write_flag (json, "on", matching->on);
  write_names (json, "include", matching->include, matching->n_include);
  sg_json_writer_key (json, "fillValues");
  sg_json_writer_begin_object (json);
  write_fill (json, "lhs", matching->has_fill_left, matching->fill_left);
  write_fill (json, "rhs", matching->has_fill_right, matching->fill_right);
  sg_json_writer_end_object (json);
  sg_json_writer_end_object (json);
}

static void
write_binary (SgJsonWriter       *json,
              const SgBinaryExpr *binary)
{
  write_text (json, "type", "binaryExpr");
  write_op (json, binary->op);
  write_child (json, "lhs", binary->lhs);
  write_child (json, "rhs", binary->rhs);
  write_matching (json, binary->matching);
  write_flag (json, "bool", binary->return_bool);
}

static void
write_call (SgJsonWriter     *json,
            const SgCallExpr *call)
{
  const SgFunction *function = call->function;
  guint n_types = (guint) strlen (function->args);

  write_text (json, "type", "call");
  sg_json_writer_key (json, "func");
  sg_json_writer_begin_object (json);
  write_text (json, "name", function->name);
  sg_json_writer_key (json, "argTypes");
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < n_types; i++)
    sg_json_writer_string (json,
                           sg_value_type_get_api_name (sg_function_get_arg_type (function, i)));
  sg_json_writer_end_array (json);
  write_integer (json, "variadic", function->variadic);
  write_text (json, "returnType", sg_value_type_get_api_name (function->return_type));
  sg_json_writer_end_object (json);
  sg_json_writer_key (json, "args");
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < call->n_args; i++)
    sg_api_write_expr (json, call->args[i]);
  sg_json_writer_end_array (json);
}

static void
write_shift (SgJsonWriter      *json,
             const SgTimeShift *shift)
{
  write_integer (json, "offset", shift->offset_ms);
  sg_json_writer_key (json, "timestamp");
  if (shift->has_at)
    sg_json_writer_integer (json, shift->at);
  else
    sg_json_writer_string (json, NULL);
  sg_json_writer_key (json, "startOrEnd");
  sg_json_writer_string (
      json, shift->at_bound != SG_TOKEN_EOF ? sg_token_kind_get_text (shift->at_bound) : NULL);
}

static void
write_selector (SgJsonWriter       *json,
                const SgVectorExpr *vector)
{
  write_text (json, "name", vector->name != NULL ? vector->name : "");
  sg_json_writer_key (json, "matchers");
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < vector->n_matchers; i++)
    {
      const SgAstMatcher *matcher = &vector->matchers[i];
      g_autofree char *value = g_strndup (matcher->value.text, matcher->value.length);

      sg_json_writer_begin_object (json);
      write_text (json, "name", matcher->name);
      write_text (json, "value", value);
      write_text (json, "type", sg_token_kind_get_text (matcher->op));
      sg_json_writer_end_object (json);
    }
  sg_json_writer_end_array (json);
  write_shift (json, &vector->shift);
  write_flag (json, "anchored", vector->anchored);
  write_flag (json, "smoothed", vector->smoothed);
}

static void
write_subquery (SgJsonWriter         *json,
                const SgSubqueryExpr *subquery)
{
  write_text (json, "type", "subquery");
  write_child (json, "expr", subquery->expr);
  write_integer (json, "range", subquery->range.ms);
  write_integer (json, "step", subquery->step.ms);
  write_shift (json, &subquery->shift);
}

static void
write_number (SgJsonWriter *json,
              double        value)
{
  char text[SG_DOUBLE_FIXED_MAX];

  sg_double_write_fixed (value, text);
  write_text (json, "type", "numberLiteral");
  write_text (json, "val", text);
}

static void
write_string (SgJsonWriter *json,
              const SgText *string)
{
  g_autofree char *value = g_strndup (string->text, string->length);

  write_text (json, "type", "stringLiteral");
  write_text (json, "val", value);
}

static void
write_members (SgJsonWriter *json,
               const SgExpr *expr)
{
  switch (expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      write_aggregate (json, &expr->aggregate);
      break;
    case SG_EXPR_BINARY:
      write_binary (json, &expr->binary);
      break;
    case SG_EXPR_CALL:
      write_call (json, &expr->call);
      break;
    case SG_EXPR_MATRIX:
      write_text (json, "type", "matrixSelector");
      write_integer (json, "range", expr->matrix.range.ms);
      write_selector (json, &expr->matrix.vector->vector);
      break;
    case SG_EXPR_NUMBER:
      write_number (json, expr->number.value);
      break;
    case SG_EXPR_PAREN:
      write_text (json, "type", "parenExpr");
      write_child (json, "expr", expr->paren);
      break;
    case SG_EXPR_STRING:
      write_string (json, &expr->string);
      break;
    case SG_EXPR_SUBQUERY:
      write_subquery (json, &expr->subquery);
      break;
    case SG_EXPR_UNARY:
      write_text (json, "type", "unaryExpr");
      write_op (json, expr->unary.op);
      write_child (json, "expr", expr->unary.expr);
      break;
    case SG_EXPR_VECTOR:
      write_text (json, "type", "vectorSelector");
      write_selector (json, &expr->vector);
      break;
    }
}

void
sg_api_write_expr (SgJsonWriter *json,
                   const SgExpr *expr)
{
  if (expr == NULL)
    {
      sg_json_writer_string (json, NULL);
      return;
    }
  sg_json_writer_begin_object (json);
  write_members (json, expr);
  sg_json_writer_end_object (json);
}
