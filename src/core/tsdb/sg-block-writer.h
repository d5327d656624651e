/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block-meta.h"
#include "tsdb/sg-chunk-series.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A folder of this ending is a block that was being made; whoever opens the store deletes it. */
#define SG_BLOCK_BEING_MADE ".tmp-for-creation"

gboolean sg_block_write (const char         *folder,
                         SgChunkSeriesSet   *set,
                         SgBlockMeta        *meta,
                         GCancellable       *cancellable,
                         GError            **error);

G_END_DECLS
