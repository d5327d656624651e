/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-metrics.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/*
 * Has @registry tell how @store is, under sightglass_tsdb_…; returns what sg_registry_remove_collector()
 * takes. The collector holds the store.
 */
guint sg_store_metrics_register (SgRegistry *registry,
                                 SgStore    *store);

/* Has @registry tell how full the memory of all caches is, under sightglass_cache_…. */
guint sg_cache_metrics_register (SgRegistry    *registry,
                                 SgCacheBudget *cache);

G_END_DECLS
