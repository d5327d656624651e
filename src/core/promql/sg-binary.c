/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-binary-private.h"

/* Whether what comes of @binary is called like its left side no more. */
gboolean
sg_binary_changes_metric (const SgBinaryExpr *binary)
{
  return !sg_token_kind_is_comparison (binary->op);
}

/* Says that an operator is not for floats. */
void
sg_binary_inform_types (SgEval           *eval,
                        const SgPlanNode *node)
{
  const char *op = sg_token_kind_get_text (node->expr->binary.op);

  sg_annotations_inform (eval->annotations, node->expr->span.start,
                         "incompatible sample types encountered for binary operator \"%s\": float "
                         "%s float",
                         op, op);
}

/* A scalar with each series of a vector: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  SgEval *eval;
  const SgPlanNode *node;
  SgScalarColumn scalar;
  gboolean scalar_left;
} ScalarOperation;

static gboolean
scalar_operation_push (SgVectorSink   *sink,
                       SgVectorSeries *series)
{
  ScalarOperation *self = (ScalarOperation *) sink;
  const SgBinaryExpr *binary = &self->node->expr->binary;
  guint n = self->node->grid.n;
  SgOperand vector = { series->values, 0 };
  SgCompareMode mode = self->scalar_left ? SG_COMPARE_KEEP_RIGHT : SG_COMPARE_KEEP_LEFT;

  if (binary->return_bool)
    mode = SG_COMPARE_BOOL;
  if (sg_token_kind_is_trim (binary->op) && sg_column_has_value (series->values, n))
    sg_binary_inform_types (self->eval, self->node);
  sg_arithmetic_apply (binary->op, self->scalar_left ? self->scalar.operand : vector,
                       self->scalar_left ? vector : self->scalar.operand, mode, series->values, n);
  if (sg_binary_changes_metric (binary) || binary->return_bool)
    series->drop_name = TRUE;
  return sg_eval_work (self->eval, n) && self->next->push (self->next, series);
}

static gboolean
eval_with_scalar (SgEval       *self,
                  SgPlanNode   *node,
                  gboolean      scalar_left,
                  SgVectorSink *sink)
{
  ScalarOperation operation = { { scalar_operation_push }, sink, self, node };
  SgPlanNode *scalar = node->children[scalar_left ? 0 : 1];
  SgPlanNode *vector = node->children[scalar_left ? 1 : 0];
  gboolean success;

  operation.scalar_left = scalar_left;
  success = sg_eval_scalar (self, scalar, node->grid.n, &operation.scalar)
            && sg_eval_vector (self, vector, node->grid.n, &operation.sink);
  sg_scalar_column_clear (&operation.scalar);
  return success;
}

/* A binary operation of which at least one side is a vector. */
gboolean
sg_eval_binary (SgEval       *self,
                SgPlanNode   *node,
                SgVectorSink *sink)
{
  if (node->children[0]->expr->type == SG_VALUE_TYPE_SCALAR)
    return eval_with_scalar (self, node, TRUE, sink);
  if (node->children[1]->expr->type == SG_VALUE_TYPE_SCALAR)
    return eval_with_scalar (self, node, FALSE, sink);
  if (sg_token_kind_is_set_operator (node->expr->binary.op))
    return sg_eval_set_operation (self, node, sink);
  return sg_eval_matching (self, node, sink);
}
