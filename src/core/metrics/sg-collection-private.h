/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-collection.h"
#include "metrics/sg-family-private.h"

G_BEGIN_DECLS

/* Returns: whether @name, of a family or one of its samples, is used by the registry itself */
typedef gboolean (*SgNameTakenFunc) (const char *name,
                                     gpointer    user_data);

SgCollection *sg_collection_new        (const SgLabels        *constant_labels,
                                        guint                  max_children);
void          sg_collection_free       (SgCollection          *self);
void          sg_collection_finish     (SgCollection          *self,
                                        SgNameTakenFunc        taken,
                                        gpointer               user_data);
guint         sg_collection_n_families (SgCollection          *self);
const char   *sg_collection_get_name   (SgCollection          *self,
                                        guint                  i);
void          sg_collection_visit      (SgCollection          *self,
                                        guint                  i,
                                        const SgFamilyVisitor *visitor);
guint64       sg_collection_n_refused  (SgCollection          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCollection, sg_collection_free)

G_END_DECLS
