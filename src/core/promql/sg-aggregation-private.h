/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

/**
 * SgGroups:
 * @block: all series that are aggregated
 * @key: what they are grouped by
 * @table: numbers the groups, in the order of their first series
 * @members: (element-type GArray): for each group the numbers of its series in @block
 *
 * An aggregation that must see all series of a group at once.
 */
typedef struct
{
  SgEval *eval;
  SgPlanNode *node;
  SgVectorBlock block;
  SgLabelKey key;
  SgLabelTable table;
  GPtrArray *members;
} SgGroups;

void     sg_aggregation_key_init   (SgLabelKey            *key,
                                    const SgAggregateExpr *aggregate,
                                    const char            *extra);
gboolean sg_groups_init            (SgGroups              *self,
                                    SgEval                *eval,
                                    SgPlanNode            *node);
void     sg_groups_clear           (SgGroups              *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgGroups, sg_groups_clear)

static inline guint
sg_groups_get_n (const SgGroups *self)
{
  return self->members->len;
}

static inline GArray *
sg_groups_get_members (const SgGroups *self, guint i)
{
  return g_ptr_array_index (self->members, i);
}

gboolean sg_eval_quantile_groups   (SgEval                *eval,
                                    SgPlanNode            *node,
                                    SgVectorSink          *sink);
gboolean sg_eval_count_values      (SgEval                *eval,
                                    SgPlanNode            *node,
                                    SgVectorSink          *sink);
gboolean sg_eval_top               (SgEval                *eval,
                                    SgPlanNode            *node,
                                    SgVectorSink          *sink);
gboolean sg_eval_limit             (SgEval                *eval,
                                    SgPlanNode            *node,
                                    SgVectorSink          *sink);
gboolean sg_eval_counts            (SgEval                *eval,
                                    SgPlanNode            *node,
                                    SgScalarColumn        *ret_k);

G_END_DECLS
