/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-service.h"
#include "engine/sg-store-service.h"

G_BEGIN_DECLS

/**
 * SgStoreKeeper:
 *
 * Keeps a store in order while it runs: every minute it has blocks made of what the head has for too long,
 * longer blocks made of short ones, and old ones deleted; then it has the checksums of one block
 * compared. All of that happens on a thread of its own with the lowest priority of the processor and
 * of the disk, one thing after the other, and ends at once when the service stops.
 */
#define SG_TYPE_STORE_KEEPER (sg_store_keeper_get_type ())
G_DECLARE_FINAL_TYPE (SgStoreKeeper, sg_store_keeper, SG, STORE_KEEPER, SgService)

SgStoreKeeper *sg_store_keeper_new          (SgStoreService *store,
                                             SgRegistry     *registry,
                                             SgClock        *clock);
void           sg_store_keeper_set_interval (SgStoreKeeper  *self,
                                             gint64          ms);

G_END_DECLS
