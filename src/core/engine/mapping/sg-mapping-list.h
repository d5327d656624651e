/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/mapping/sg-mapping.h"

G_BEGIN_DECLS

/**
 * SgMappingList:
 * @mappings: (element-type SgMapping): all of them; where two fit, the first does
 * @errors: (array zero-terminated=1): why files of the user were left out, as file:line:column
 *
 * The mappings that came with the program, and those of the user. Immutable, counted, and safe from any
 * thread.
 */
typedef struct
{
  gatomicrefcount ref_count;
  GPtrArray *mappings;
  GStrv errors;
} SgMappingList;

#define SG_TYPE_MAPPING_LIST (sg_mapping_list_get_type ())

GType          sg_mapping_list_get_type (void) G_GNUC_CONST;
SgMappingList *sg_mapping_list_load     (const char          *folder);
SgMappingList *sg_mapping_list_ref      (SgMappingList       *self);
void           sg_mapping_list_unref    (SgMappingList       *self);
SgMapping     *sg_mapping_list_find     (const SgMappingList *self,
                                         const char          *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMappingList, sg_mapping_list_unref)

G_END_DECLS
