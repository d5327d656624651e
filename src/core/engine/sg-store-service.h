/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"
#include "engine/sg-self-monitor.h"
#include "engine/sg-service.h"
#include "metrics/sg-metrics.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgStoreService:
 *
 * The store of samples as a service: opened and closed on a worker, since both read and write files. It
 * tells the registry how the store is, and is unhealthy when the store cannot take samples.
 */
#define SG_TYPE_STORE_SERVICE (sg_store_service_get_type ())
G_DECLARE_FINAL_TYPE (SgStoreService, sg_store_service, SG, STORE_SERVICE, SgService)

/* @cache: (nullable): where the store's cache takes its room from */
SgStoreService *sg_store_service_new       (const SgEngineOptions *options,
                                            SgRegistry            *registry,
                                            SgSelfMonitor         *monitor,
                                            SgCacheBudget         *cache,
                                            SgClock               *clock);
/* Returns: (transfer full) (nullable): %NULL while it is not open; may be called on any thread */
SgStore        *sg_store_service_get_store (SgStoreService        *self);

G_END_DECLS
