/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-explanation.h"

#include "promql/sg-parser.h"
#include "promql/sg-printer.h"

/*
 * Each part is asked as a query of its own, at the same times as the whole: so its count is exactly what
 * stands at that place, and its time is what one would win by leaving out all that is around it. That
 * asks some series several times over, which is what somebody who wants an explanation can wait for. A
 * range vector has no value at several times: it is asked at the last one.
 */
G_DEFINE_BOXED_TYPE (SgExplanation, sg_explanation, sg_explanation_ref, sg_explanation_unref)

typedef struct
{
  SgPromqlEngine *engine;
  SgQuerier *querier;
  const SgQuery *query;
  GCancellable *cancellable;
  GArray *parts;
  gboolean cut;
} Explainer;

static char *
describe (const SgExpr *expr)
{
  GString *out = g_string_new (NULL);

  switch ((guint) expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      sg_printer_append_aggregate_head (out, &expr->aggregate);
      break;
    case SG_EXPR_BINARY:
      sg_printer_append_operator (out, &expr->binary);
      break;
    case SG_EXPR_CALL:
      g_string_append_printf (out, "%s()", expr->call.function->name);
      break;
    case SG_EXPR_SUBQUERY:
      sg_printer_append_subquery_tail (out, &expr->subquery);
      break;
    case SG_EXPR_UNARY:
      g_string_append (out, sg_token_kind_get_text (expr->unary.op));
      break;
    default:
      sg_printer_append (out, expr);
    }
  g_strstrip (out->str);
  return g_string_free (out, FALSE);
}

static void
take_counts (SgExplanationPart    *part,
             const SgPromqlResult *result)
{
  part->n_series = result->n_series;
  for (guint i = 0; i < result->n_series; i++)
    part->n_samples += result->series[i].column.n;
  if (result->type == SG_VALUE_TYPE_SCALAR || result->type == SG_VALUE_TYPE_STRING)
    part->n_series = part->n_samples = 1;
  part->n_read = result->stats.n_samples;
  part->duration_us = result->stats.eval_us;
}

/* Returns: FALSE when nobody wants to know any more */
static gboolean
ask (Explainer          *self,
     const SgExpr       *expr,
     SgExplanationPart  *part,
     GError            **error)
{
  g_autofree char *text = sg_printer_print (expr);
  gboolean vector = expr->type == SG_VALUE_TYPE_VECTOR || expr->type == SG_VALUE_TYPE_SCALAR;
  gboolean range = self->query->step > 0 && vector;
  SgTimeMs end = self->query->step > 0 ? self->query->end : self->query->start;
  GError *local_error = NULL;
  g_autoptr (SgPromqlResult) result =
      sg_promql_engine_query_range (self->engine, self->querier, text,
                                    range ? self->query->start : end, end,
                                    range ? self->query->step : 0, self->cancellable, &local_error);

  if (result != NULL)
    take_counts (part, result);
  else if (g_error_matches (local_error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED))
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  else
    {
      part->error = g_strdup (local_error->message);
      g_error_free (local_error);
    }
  return TRUE;
}

static gboolean explain (Explainer *self, SgExpr *expr, guint depth, GError **error);

static gboolean
explain_below (Explainer  *self,
               SgExpr     *expr,
               guint       depth,
               GError    **error)
{
  switch ((guint) expr->kind)
    {
    case SG_EXPR_AGGREGATE:
      return (expr->aggregate.param == NULL || explain (self, expr->aggregate.param, depth, error))
             && explain (self, expr->aggregate.expr, depth, error);
    case SG_EXPR_BINARY:
      return explain (self, expr->binary.lhs, depth, error)
             && explain (self, expr->binary.rhs, depth, error);
    case SG_EXPR_CALL:
      for (guint i = 0; i < expr->call.n_args; i++)
        {
          if (!explain (self, expr->call.args[i], depth, error))
            return FALSE;
        }
      return TRUE;
    case SG_EXPR_SUBQUERY:
      return explain (self, expr->subquery.expr, depth, error);
    case SG_EXPR_UNARY:
      return explain (self, expr->unary.expr, depth, error);
    default:
      return TRUE;
    }
}

static gboolean
explain (Explainer  *self,
         SgExpr     *expr,
         guint       depth,
         GError    **error)
{
  SgExplanationPart part = { .depth = depth };

  expr = sg_expr_unwrap (expr);
  self->cut |= self->parts->len >= SG_EXPLANATION_MAX_PARTS;
  if (self->cut)
    return TRUE;
  part.span = expr->span;
  part.type = expr->type;
  part.head = describe (expr);
  if (expr->kind == SG_EXPR_NUMBER || expr->kind == SG_EXPR_STRING)
    part.n_series = part.n_samples = 1;
  else if (!ask (self, expr, &part, error))
    {
      g_free (part.head);
      return FALSE;
    }
  g_array_append_val (self->parts, part);
  return explain_below (self, expr, depth + 1, error);
}

static void
part_clear (gpointer data)
{
  SgExplanationPart *part = data;

  g_free (part->head);
  g_free (part->error);
}

/**
 * sg_explanation_make:
 * @engine: what evaluates
 * @querier: where the series are
 * @query: what is to be explained
 * @cancellable: (nullable): ends it
 * @error: why there is none: the text is no query, or nobody waits for it any more
 *
 * Returns: (transfer full) (nullable): the explanation; a part that fails says so itself
 */
SgExplanation *
sg_explanation_make (SgPromqlEngine  *engine,
                     SgQuerier       *querier,
                     const SgQuery   *query,
                     GCancellable    *cancellable,
                     GError         **error)
{
  g_autoptr (SgAst) ast = sg_parser_parse (query->text, error);
  g_autoptr (GArray) parts = NULL;
  Explainer explainer = { engine, querier, query, cancellable };
  SgExplanation *self;

  if (ast == NULL)
    return NULL;
  parts = g_array_new (FALSE, FALSE, sizeof (SgExplanationPart));
  g_array_set_clear_func (parts, part_clear);
  explainer.parts = parts;
  if (!explain (&explainer, ast->root, 0, error))
    return NULL;
  self = g_new0 (SgExplanation, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_strdup (query->text);
  self->n_parts = parts->len;
  self->parts = g_array_steal (parts, NULL);
  self->cut = explainer.cut;
  return self;
}

SgExplanation *
sg_explanation_ref (SgExplanation *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_explanation_unref (SgExplanation *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_parts; i++)
    part_clear (&self->parts[i]);
  g_free (self->parts);
  g_free (self->text);
  g_free (self);
}
