/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"
#include "engine/sg-service.h"
#include "engine/sg-store-service.h"
#include "ingest/push/sg-push-groups.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/**
 * SgPushService:
 *
 * What batch jobs push, as a service: it opens the state database beside the store, and closes it. Where the
 * store may only be read, nothing can be pushed.
 */
#define SG_TYPE_PUSH_SERVICE (sg_push_service_get_type ())
G_DECLARE_FINAL_TYPE (SgPushService, sg_push_service, SG, PUSH_SERVICE, SgService)

SgPushService *sg_push_service_new        (const SgEngineOptions *options,
                                           SgRegistry            *registry,
                                           SgStoreService        *store,
                                           SgClock               *clock);
/* Returns: (transfer full) (nullable): %NULL while it is not open; may be called on any thread */
SgPushGroups  *sg_push_service_get_groups (SgPushService         *self);

G_END_DECLS
