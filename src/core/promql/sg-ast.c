/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-ast.h"

#include <string.h>

SgAst *
sg_ast_new (const char *text)
{
  SgAst *self = g_new0 (SgAst, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->arena = sg_arena_new ();
  self->matchers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_matcher_unref);
  self->text = g_strdup (text);
  return self;
}

SgAst *
sg_ast_ref (SgAst *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_ast_unref (SgAst *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->matchers);
  sg_arena_free (self->arena);
  g_free (self->text);
  g_free (self);
}

/* Visits @self and what lies below it, a node before its children, from left to right. */
void
sg_expr_walk (SgExpr      *self,
              SgExprVisit  visit,
              gpointer     user_data)
{
  if (self == NULL || !visit (self, user_data))
    return;
  switch (self->kind)
    {
    case SG_EXPR_AGGREGATE:
      sg_expr_walk (self->aggregate.expr, visit, user_data);
      sg_expr_walk (self->aggregate.param, visit, user_data);
      break;
    case SG_EXPR_BINARY:
      sg_expr_walk (self->binary.lhs, visit, user_data);
      sg_expr_walk (self->binary.rhs, visit, user_data);
      break;
    case SG_EXPR_CALL:
      for (guint i = 0; i < self->call.n_args; i++)
        sg_expr_walk (self->call.args[i], visit, user_data);
      break;
    case SG_EXPR_MATRIX:
      sg_expr_walk (self->matrix.vector, visit, user_data);
      break;
    case SG_EXPR_PAREN:
      sg_expr_walk (self->paren, visit, user_data);
      break;
    case SG_EXPR_SUBQUERY:
      sg_expr_walk (self->subquery.expr, visit, user_data);
      break;
    case SG_EXPR_UNARY:
      sg_expr_walk (self->unary.expr, visit, user_data);
      break;
    case SG_EXPR_NUMBER:
    case SG_EXPR_STRING:
    case SG_EXPR_VECTOR:
    default:
      break;
    }
}

/* Returns: @self without the parentheses around it. */
SgExpr *
sg_expr_unwrap (SgExpr *self)
{
  while (self->kind == SG_EXPR_PAREN)
    self = self->paren;
  return self;
}

/**
 * sg_text_position:
 * @text: a text
 * @offset: a byte in it, or its end
 * @ret_line: the line, from 1
 * @ret_column: the byte in it, from 1
 */
void
sg_text_position (const char *text,
                  gsize       offset,
                  guint      *ret_line,
                  guint      *ret_column)
{
  guint line = 1;
  gsize line_start = 0;

  for (gsize i = 0; i < offset && text[i] != '\0'; i++)
    {
      if (text[i] == '\n')
        {
          line++;
          line_start = i + 1;
        }
    }
  *ret_line = line;
  *ret_column = (guint) (offset - line_start) + 1;
}
