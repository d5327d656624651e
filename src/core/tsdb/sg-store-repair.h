/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"
#include "tsdb/sg-store.h"

G_BEGIN_DECLS

gboolean sg_store_repair_block (SgStore       *self,
                                SgBlock       *block,
                                const GError  *damage,
                                GCancellable  *cancellable,
                                GError       **error);

G_END_DECLS
