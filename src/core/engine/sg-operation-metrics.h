/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-operation.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/**
 * SgOperationMetrics:
 *
 * Counts the operations of this program's own stores: how many by type and outcome, how long they took,
 * how many records they touched. Each type that is known, with each outcome, is there from the
 * beginning, at 0.
 */
#define SG_TYPE_OPERATION_METRICS (sg_operation_metrics_get_type ())
G_DECLARE_FINAL_TYPE (SgOperationMetrics, sg_operation_metrics, SG, OPERATION_METRICS, GObject)

SgOperationMetrics    *sg_operation_metrics_new      (SgRegistry         *registry);
/* Returns: (transfer none): where to report; stays as long as @self */
const SgOperationSink *sg_operation_metrics_get_sink (SgOperationMetrics *self);

G_END_DECLS
