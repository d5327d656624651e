/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

gboolean sg_binary_changes_metric (const SgBinaryExpr *binary);
void     sg_binary_inform_types   (SgEval             *eval,
                                   const SgPlanNode   *node);
void     sg_matching_key_init     (SgLabelKey         *key,
                                   const SgMatching   *matching);
gboolean sg_eval_set_operation    (SgEval             *self,
                                   SgPlanNode         *node,
                                   SgVectorSink       *sink);
gboolean sg_eval_matching         (SgEval             *self,
                                   SgPlanNode         *node,
                                   SgVectorSink       *sink);

G_END_DECLS
