/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "engine/mapping/sg-mapping.h"

G_BEGIN_DECLS

/* What names of series must be like that may have the shape of an application that no mapping knows. */
#define SG_SOURCE_SHAPES ".+_sync_operations_total|.+_sync_(operation_)?duration_seconds_count"

gboolean       sg_source_shape_fits (const SgLabels  *series,
                                     SgMappingRole   *ret_role,
                                     char           **ret_namespace);
SgMappingPart *sg_source_shape_make (SgMappingRole    role,
                                     const GPtrArray *series);

G_END_DECLS
