/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine.h"
#include "promql/sg-promql-engine.h"

G_BEGIN_DECLS

/* What sg-engine-query.c needs of it; safe from any thread. */
SgPromqlEngine *sg_engine_get_promql   (SgEngine *self);
/* Returns: (transfer full) (nullable): %NULL while the store is not open */
SgQuerier      *sg_engine_open_querier (SgEngine *self);

G_END_DECLS
