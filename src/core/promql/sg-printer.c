/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-printer.h"

#include "base/sg-duration.h"
#include "promql/sg-go-text.h"

#include <math.h>
#include <string.h>

/*
 * The canonical text: one blank around binary operators and after the commas of lists, none after
 * those of matchers, keywords in small letters, durations in the longest units, double quotes. What it
 * prints reads back as the same tree.
 */

static void
append_name (GString    *out,
             const char *name)
{
  if (sg_label_name_is_classic (name))
    g_string_append (out, name);
  else
    sg_go_append_quoted (out, name, strlen (name));
}

static void
append_names (GString     *out,
              const char **names,
              guint        n_names)
{
  g_string_append_c (out, '(');
  for (guint i = 0; i < n_names; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      append_name (out, names[i]);
    }
  g_string_append_c (out, ')');
}

static void
append_ms (GString *out,
           gint64   ms)
{
  char text[SG_DURATION_TEXT_MAX];

  g_string_append_len (out, text, (gssize) sg_duration_write (ms, text));
}

static void
append_seconds (GString  *out,
                double    seconds,
                gboolean  is_duration)
{
  if (is_duration)
    append_ms (out, (gint64) round (seconds * 1000));
  else
    sg_go_append_fixed (out, seconds);
}

static void append_duration_expr (GString *out, const SgDurationExpr *duration);

/* A number loses its parentheses when it is read; a negative one needs them before ^. */
static void
append_duration_operator (GString              *out,
                          const SgDurationExpr *duration)
{
  const SgDurationExpr *lhs = duration->lhs;
  gboolean wrap = lhs != NULL && duration->op == SG_TOKEN_POW && lhs->op == SG_TOKEN_NUMBER
                  && signbit (lhs->seconds);

  if (wrap)
    g_string_append_c (out, '(');
  if (lhs != NULL)
    append_duration_expr (out, lhs);
  if (wrap)
    g_string_append_c (out, ')');
  g_string_append_printf (out, lhs != NULL ? " %s " : "%s", sg_token_kind_get_text (duration->op));
  append_duration_expr (out, duration->rhs);
}

static void
append_duration_expr (GString              *out,
                      const SgDurationExpr *duration)
{
  const char *op = sg_token_kind_get_text (duration->op);

  if (duration->op == SG_TOKEN_NUMBER)
    {
      append_seconds (out, duration->seconds, duration->is_duration);
      return;
    }
  if (duration->wrapped)
    g_string_append_c (out, '(');
  if (duration->op == SG_TOKEN_STEP || duration->op == SG_TOKEN_RANGE)
    g_string_append_printf (out, "%s()", op);
  else if (duration->op == SG_TOKEN_MIN_OF || duration->op == SG_TOKEN_MAX_OF)
    {
      g_string_append_printf (out, "%s(", op);
      append_duration_expr (out, duration->lhs);
      g_string_append (out, ", ");
      append_duration_expr (out, duration->rhs);
      g_string_append_c (out, ')');
    }
  else
    append_duration_operator (out, duration);
  if (duration->wrapped)
    g_string_append_c (out, ')');
}

static void
append_duration (GString             *out,
                 const SgAstDuration *duration)
{
  if (duration->expr != NULL)
    append_duration_expr (out, duration->expr);
  else
    append_ms (out, duration->ms);
}

static void
append_shift (GString           *out,
              const SgTimeShift *shift)
{
  if (shift->has_at)
    g_string_append_printf (out, " @ %s%" G_GINT64_FORMAT ".%03d", shift->at < 0 ? "-" : "",
                            ABS (shift->at / 1000), (int) ABS (shift->at % 1000));
  else if (shift->at_bound != SG_TOKEN_EOF)
    g_string_append_printf (out, " @ %s()", sg_token_kind_get_text (shift->at_bound));
  if (shift->offset_expr != NULL)
    {
      g_string_append (out, " offset ");
      append_duration_expr (out, shift->offset_expr);
    }
  else if (shift->offset_ms != 0)
    {
      g_string_append (out, " offset ");
      append_ms (out, shift->offset_ms);
    }
}

static gboolean
matches_name (const SgVectorExpr *vector,
              const SgAstMatcher *matcher)
{
  return vector->name != NULL && matcher->op == SG_TOKEN_EQL
         && g_str_equal (matcher->name, SG_LABEL_NAME)
         && g_str_equal (matcher->value.text, vector->name);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
format_matcher (const SgAstMatcher *matcher)
{
  GString *out = g_string_new (NULL);

  append_name (out, matcher->name);
  g_string_append (out, sg_token_kind_get_text (matcher->op));
  sg_go_append_quoted (out, matcher->value.text, matcher->value.length);
  return g_string_free (out, FALSE);
}

/* The matchers by their texts: their order means nothing. */
static void
append_matchers (GString            *out,
                 const SgVectorExpr *vector)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < vector->n_matchers; i++)
    {
      if (!matches_name (vector, &vector->matchers[i]))
        g_ptr_array_add (texts, format_matcher (&vector->matchers[i]));
    }
  if (texts->len == 0)
    {
      g_string_append (out, vector->name == NULL ? "{}" : "");
      return;
    }
  g_ptr_array_sort (texts, compare_texts);
  for (guint i = 0; i < texts->len; i++)
    {
      g_string_append_c (out, i == 0 ? '{' : ',');
      g_string_append (out, g_ptr_array_index (texts, i));
    }
  g_string_append_c (out, '}');
}

static void
append_extension (GString            *out,
                  const SgVectorExpr *vector)
{
  if (vector->anchored)
    g_string_append (out, " anchored");
  if (vector->smoothed)
    g_string_append (out, " smoothed");
}

static void
append_vector (GString            *out,
               const SgVectorExpr *vector)
{
  g_string_append (out, vector->name != NULL ? vector->name : "");
  append_matchers (out, vector);
  append_extension (out, vector);
  append_shift (out, &vector->shift);
}

static void
append_matrix (GString            *out,
               const SgMatrixExpr *matrix)
{
  const SgVectorExpr *vector = &matrix->vector->vector;

  g_string_append (out, vector->name != NULL ? vector->name : "");
  append_matchers (out, vector);
  g_string_append_c (out, '[');
  append_duration (out, &matrix->range);
  g_string_append_c (out, ']');
  append_extension (out, vector);
  append_shift (out, &vector->shift);
}

void
sg_printer_append_subquery_tail (GString              *out,
                                 const SgSubqueryExpr *subquery)
{
  g_string_append_c (out, '[');
  append_duration (out, &subquery->range);
  g_string_append_c (out, ':');
  if (subquery->step.ms != 0 || subquery->step.expr != NULL)
    append_duration (out, &subquery->step);
  g_string_append_c (out, ']');
  append_shift (out, &subquery->shift);
}

/* `sum by (a, b) ` or `sum` */
void
sg_printer_append_aggregate_head (GString               *out,
                                  const SgAggregateExpr *aggregate)
{
  g_string_append (out, sg_token_kind_get_text (aggregate->op));
  if (!aggregate->without && aggregate->n_grouping == 0)
    return;
  g_string_append (out, aggregate->without ? " without " : " by ");
  append_names (out, aggregate->grouping, aggregate->n_grouping);
  g_string_append_c (out, ' ');
}

static void
append_aggregate (GString               *out,
                  const SgAggregateExpr *aggregate)
{
  sg_printer_append_aggregate_head (out, aggregate);
  g_string_append_c (out, '(');
  if (aggregate->param != NULL)
    {
      sg_printer_append (out, aggregate->param);
      g_string_append (out, ", ");
    }
  sg_printer_append (out, aggregate->expr);
  g_string_append_c (out, ')');
}

static void
append_fill (GString          *out,
             const SgMatching *matching)
{
  if (matching->has_fill_left && matching->has_fill_right
      && sg_double_to_bits (matching->fill_left) == sg_double_to_bits (matching->fill_right))
    {
      g_string_append (out, " fill (");
      sg_go_append_fixed (out, matching->fill_left);
      g_string_append_c (out, ')');
      return;
    }
  if (matching->has_fill_left)
    {
      g_string_append (out, " fill_left (");
      sg_go_append_fixed (out, matching->fill_left);
      g_string_append_c (out, ')');
    }
  if (matching->has_fill_right)
    {
      g_string_append (out, " fill_right (");
      sg_go_append_fixed (out, matching->fill_right);
      g_string_append_c (out, ')');
    }
}

/* The operator with its modifiers: `/ on (a) group_left (b)` */
void
sg_printer_append_operator (GString            *out,
                            const SgBinaryExpr *binary)
{
  const SgMatching *matching = binary->matching;
  gboolean grouped;

  g_string_append (out, sg_token_kind_get_text (binary->op));
  if (binary->return_bool)
    g_string_append (out, " bool");
  if (matching == NULL)
    return;
  grouped = matching->cardinality == SG_CARDINALITY_MANY_TO_ONE
            || matching->cardinality == SG_CARDINALITY_ONE_TO_MANY;
  if (matching->n_labels > 0 || matching->on || grouped)
    {
      g_string_append (out, matching->on ? " on " : " ignoring ");
      append_names (out, matching->labels, matching->n_labels);
    }
  if (grouped)
    {
      g_string_append (out, matching->cardinality == SG_CARDINALITY_MANY_TO_ONE ? " group_left "
                                                                                : " group_right ");
      append_names (out, matching->include, matching->n_include);
    }
  append_fill (out, matching);
}

static void
append_call (GString          *out,
             const SgCallExpr *call)
{
  g_string_append_printf (out, "%s(", call->function->name);
  for (guint i = 0; i < call->n_args; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      sg_printer_append (out, call->args[i]);
    }
  g_string_append_c (out, ')');
}

void
sg_printer_append (GString      *out,
                   const SgExpr *expr)
{
  switch (expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      append_aggregate (out, &expr->aggregate);
      break;
    case SG_EXPR_BINARY:
      sg_printer_append (out, expr->binary.lhs);
      g_string_append_c (out, ' ');
      sg_printer_append_operator (out, &expr->binary);
      g_string_append_c (out, ' ');
      sg_printer_append (out, expr->binary.rhs);
      break;
    case SG_EXPR_CALL:
      append_call (out, &expr->call);
      break;
    case SG_EXPR_MATRIX:
      append_matrix (out, &expr->matrix);
      break;
    case SG_EXPR_NUMBER:
      append_seconds (out, expr->number.value, expr->number.is_duration);
      break;
    case SG_EXPR_PAREN:
      g_string_append_c (out, '(');
      sg_printer_append (out, expr->paren);
      g_string_append_c (out, ')');
      break;
    case SG_EXPR_STRING:
      sg_go_append_quoted (out, expr->string.text, expr->string.length);
      break;
    case SG_EXPR_SUBQUERY:
      sg_printer_append (out, expr->subquery.expr);
      sg_printer_append_subquery_tail (out, &expr->subquery);
      break;
    case SG_EXPR_UNARY:
      g_string_append (out, sg_token_kind_get_text (expr->unary.op));
      sg_printer_append (out, expr->unary.expr);
      break;
    case SG_EXPR_VECTOR:
    default:
      append_vector (out, &expr->vector);
      break;
    }
}

/**
 * sg_printer_print:
 * @expr: an expression that was parsed without an error
 *
 * Returns: (transfer full): its canonical text, in one line
 */
char *
sg_printer_print (const SgExpr *expr)
{
  GString *out = g_string_new (NULL);

  sg_printer_append (out, expr);
  return g_string_free (out, FALSE);
}
