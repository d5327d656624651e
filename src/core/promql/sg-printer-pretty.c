/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-printer.h"

#include <string.h>

/*
 * The indented form. What fits into a line stays in one; what does not has its parts in lines of
 * their own, two blanks deeper: the arguments of a call, what stands in parentheses, the sides of an
 * operator, which itself stands at the depth of the whole.
 */
#define LINE_MAX_LENGTH 100

static void append_pretty (GString *out, const SgExpr *expr, guint level);

static void
append_indent (GString *out,
               guint    level)
{
  for (guint i = 0; i < level; i++)
    g_string_append (out, "  ");
}

static gboolean
needs_split (const SgExpr *expr)
{
  g_autofree char *text = sg_printer_print (expr);

  return strlen (text) > LINE_MAX_LENGTH;
}

static void
append_line (GString      *out,
             const SgExpr *expr,
             guint         level)
{
  append_indent (out, level);
  sg_printer_append (out, expr);
}

static void
append_aggregate (GString               *out,
                  const SgAggregateExpr *aggregate,
                  guint                  level)
{
  append_indent (out, level);
  sg_printer_append_aggregate_head (out, aggregate);
  g_string_append (out, "(\n");
  if (aggregate->param != NULL)
    {
      append_pretty (out, aggregate->param, level + 1);
      g_string_append (out, ",\n");
    }
  append_pretty (out, aggregate->expr, level + 1);
  g_string_append_c (out, '\n');
  append_indent (out, level);
  g_string_append_c (out, ')');
}

static void
append_binary (GString            *out,
               const SgBinaryExpr *binary,
               guint               level)
{
  append_pretty (out, binary->lhs, level + 1);
  g_string_append_c (out, '\n');
  append_indent (out, level);
  sg_printer_append_operator (out, binary);
  g_string_append_c (out, '\n');
  append_pretty (out, binary->rhs, level + 1);
}

static void
append_call (GString          *out,
             const SgCallExpr *call,
             guint             level)
{
  append_indent (out, level);
  g_string_append_printf (out, "%s(\n", call->function->name);
  for (guint i = 0; i < call->n_args; i++)
    {
      append_pretty (out, call->args[i], level + 1);
      g_string_append (out, i + 1 < call->n_args ? ",\n" : "\n");
    }
  append_indent (out, level);
  g_string_append_c (out, ')');
}

static void
append_paren (GString      *out,
              const SgExpr *inner,
              guint         level)
{
  append_indent (out, level);
  g_string_append (out, "(\n");
  append_pretty (out, inner, level + 1);
  g_string_append_c (out, '\n');
  append_indent (out, level);
  g_string_append_c (out, ')');
}

/* The sign stands before the first character of what it is the sign of. */
static void
append_unary (GString           *out,
              const SgUnaryExpr *unary,
              guint              level)
{
  gsize start = out->len;
  gsize first;

  append_pretty (out, unary->expr, level);
  first = strspn (out->str + start, " ");
  g_string_insert (out, (gssize) (start + first), sg_token_kind_get_text (unary->op));
}

static void
append_pretty (GString      *out,
               const SgExpr *expr,
               guint         level)
{
  if (!needs_split (expr))
    {
      append_line (out, expr, level);
      return;
    }
  switch (expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      append_aggregate (out, &expr->aggregate, level);
      break;
    case SG_EXPR_BINARY:
      append_binary (out, &expr->binary, level);
      break;
    case SG_EXPR_CALL:
      append_call (out, &expr->call, level);
      break;
    case SG_EXPR_PAREN:
      append_paren (out, expr->paren, level);
      break;
    case SG_EXPR_SUBQUERY:
      append_pretty (out, expr->subquery.expr, level);
      sg_printer_append_subquery_tail (out, &expr->subquery);
      break;
    case SG_EXPR_UNARY:
      append_unary (out, &expr->unary, level);
      break;
    case SG_EXPR_MATRIX:
    case SG_EXPR_NUMBER:
    case SG_EXPR_STRING:
    case SG_EXPR_VECTOR:
    default:
      append_line (out, expr, level);
      break;
    }
}

/**
 * sg_printer_prettify:
 * @expr: an expression that was parsed without an error
 *
 * Returns: (transfer full): its text, broken into lines where it is long
 */
char *
sg_printer_prettify (const SgExpr *expr)
{
  GString *out = g_string_new (NULL);

  append_pretty (out, expr, 0);
  return g_string_free (out, FALSE);
}
