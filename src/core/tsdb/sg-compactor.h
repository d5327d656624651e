/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"

G_BEGIN_DECLS

/* The first range, in milliseconds: how long what the head hands over is. */
#define SG_BLOCK_RANGE (G_GINT64_CONSTANT (2) * 60 * 60 * 1000)

GArray    *sg_compaction_ranges (gint64          first,
                                 gint64          longest);
GPtrArray *sg_compaction_plan   (GPtrArray      *blocks,
                                 GArray         *ranges);
gboolean   sg_compaction_run    (const char     *folder,
                                 GPtrArray      *blocks,
                                 SgTimeMs        now,
                                 SgBlockMeta   **ret_meta,
                                 GCancellable   *cancellable,
                                 GError        **error);

GPtrArray *sg_retention_find    (GPtrArray      *blocks,
                                 gint64          max_age,
                                 guint64         max_size,
                                 guint64         other_size);

G_END_DECLS
