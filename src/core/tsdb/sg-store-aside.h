/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgStoreAside:
 *
 * Where damaged files go: a folder of this moment in "damaged", made when the first one comes. What is
 * in it has its old path in the data directory.
 */
typedef struct _SgStoreAside SgStoreAside;

SgStoreAside *sg_store_aside_new        (const char    *root,
                                         SgClock       *clock);
const char   *sg_store_aside_ensure     (SgStoreAside  *self,
                                         GError       **error);
gboolean      sg_store_aside_move       (SgStoreAside  *self,
                                         const char    *path,
                                         const char    *name,
                                         GError       **error);
gboolean      sg_store_aside_copy       (SgStoreAside  *self,
                                         const char    *path,
                                         const char    *name,
                                         GError       **error);
const char   *sg_store_aside_get_folder (SgStoreAside  *self);
guint         sg_store_aside_get_count  (SgStoreAside  *self);
void          sg_store_aside_free       (SgStoreAside  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoreAside, sg_store_aside_free)

G_END_DECLS
