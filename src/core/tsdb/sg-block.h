/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block-meta.h"
#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-damage-list.h"
#include "tsdb/sg-index-reader.h"
#include "tsdb/sg-postings-cache.h"
#include "tsdb/sg-tombstones.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgBlock:
 *
 * A block that is open for reading. Reference-counted and safe from any thread. Its folder may be
 * renamed or deleted while a reference is held: it can still be read, and is gone when the last
 * reference is.
 */
typedef struct _SgBlock SgBlock;

SgBlock               *sg_block_open           (const char     *folder,
                                                GError        **error);
SgBlock               *sg_block_ref            (SgBlock        *self);
void                   sg_block_unref          (SgBlock        *self);
const char            *sg_block_get_folder     (const SgBlock  *self);
const SgUlid          *sg_block_get_ulid       (const SgBlock  *self);
SgTimeMs               sg_block_get_min_time   (const SgBlock  *self);
SgTimeMs               sg_block_get_max_time   (const SgBlock  *self);
guint64                sg_block_get_size       (const SgBlock  *self);
const SgIndexReader   *sg_block_get_index      (const SgBlock  *self);
const SgChunkSegments *sg_block_get_chunks     (const SgBlock  *self);
void                   sg_block_set_cache      (SgBlock        *self,
                                                SgPostingsCache *cache);
SgPostingsCache       *sg_block_get_cache      (const SgBlock  *self,
                                                guint64        *ret_source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBlock, sg_block_unref)

/* What may change while a block is open. */
SgBlockMeta           *sg_block_copy_meta      (SgBlock        *self);
SgTombstones          *sg_block_ref_tombstones (SgBlock        *self);
gboolean               sg_block_add_tombstones (SgBlock        *self,
                                                GArray         *stones,
                                                GError        **error);
gboolean               sg_block_mark_failed    (SgBlock        *self,
                                                GError        **error);
gboolean               sg_block_mark_deletable (SgBlock        *self,
                                                GError        **error);

gboolean               sg_block_find_damage    (SgBlock        *self,
                                                SgDamageList   *damage,
                                                GCancellable   *cancellable,
                                                GError        **error);
gboolean               sg_block_verify         (SgBlock        *self,
                                                GCancellable   *cancellable,
                                                GError        **error);

G_END_DECLS
