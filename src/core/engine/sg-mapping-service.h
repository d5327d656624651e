/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/mapping/sg-mapping-list.h"
#include "engine/sg-engine-options.h"
#include "engine/sg-service.h"

G_BEGIN_DECLS

/**
 * SgMappingService:
 *
 * Holds the mappings, and reads them anew when the user's folder changes or the configuration is read
 * again. A file that is wrong degrades it, and the others stay.
 */
#define SG_TYPE_MAPPING_SERVICE (sg_mapping_service_get_type ())
G_DECLARE_FINAL_TYPE (SgMappingService, sg_mapping_service, SG, MAPPING_SERVICE, SgService)

SgMappingService *sg_mapping_service_new    (const SgEngineOptions *options);
/* Returns: (transfer full): as they are now; from any thread, without waiting */
SgMappingList    *sg_mapping_service_get    (SgMappingService      *self);
/* Reads the files; on a thread that may wait. */
void              sg_mapping_service_reload (SgMappingService      *self);

G_END_DECLS
