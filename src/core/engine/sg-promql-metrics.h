/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-registry.h"
#include "promql/sg-promql-engine.h"

G_BEGIN_DECLS

/* Has @registry tell what @engine does, under sightglass_promql_…. The collector holds the engine. */
guint sg_promql_metrics_register (SgRegistry     *registry,
                                  SgPromqlEngine *engine);

G_END_DECLS
