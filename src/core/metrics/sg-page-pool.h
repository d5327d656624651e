/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-text-writer.h"

G_BEGIN_DECLS

/**
 * SgPagePool:
 *
 * Keeps the memory of the last page for the next one. Private to the module.
 */
typedef struct _SgPagePool SgPagePool;

SgPagePool *sg_page_pool_new   (void);
void        sg_page_pool_unref (SgPagePool   *self);
void        sg_page_pool_begin (SgPagePool   *self,
                                SgTextWriter *writer);
GBytes     *sg_page_pool_end   (SgPagePool   *self,
                                SgTextWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPagePool, sg_page_pool_unref)

G_END_DECLS
