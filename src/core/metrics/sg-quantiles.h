/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/**
 * SgQuantiles:
 *
 * Chosen quantiles of a stream, each with its own error, in little memory.
 */
typedef struct _SgQuantiles SgQuantiles;

SgQuantiles *sg_quantiles_new    (const SgQuantile *targets,
                                  gsize             n_targets);
void         sg_quantiles_free   (SgQuantiles      *self);
void         sg_quantiles_insert (SgQuantiles      *self,
                                  const double     *sorted,
                                  gsize             n);
double       sg_quantiles_query  (SgQuantiles      *self,
                                  double            rank);
void         sg_quantiles_reset  (SgQuantiles      *self);
guint        sg_quantiles_size   (SgQuantiles      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgQuantiles, sg_quantiles_free)

G_END_DECLS
