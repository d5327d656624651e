/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-querier.h"
#include "tsdb/sg-block-meta.h"

G_BEGIN_DECLS

/**
 * SgBlockBuilder:
 *
 * Makes blocks of samples that come in any order of series and, within a block's length, in the order
 * of their times. The samples are kept compressed in memory until the blocks are written: who has
 * more than fits writes now and then. Used by one thread.
 */
typedef struct _SgBlockBuilder SgBlockBuilder;
typedef struct _SgBuiltSeries SgBuiltSeries;

SgBlockBuilder *sg_block_builder_new        (gint64                range_ms);
SgBuiltSeries  *sg_block_builder_get_series (SgBlockBuilder       *self,
                                             const SgLabels       *labels);
gboolean        sg_block_builder_add        (SgBlockBuilder       *self,
                                             SgBuiltSeries        *series,
                                             SgTimeMs              t,
                                             double                value,
                                             GError              **error);
gboolean        sg_block_builder_add_series (SgBlockBuilder       *self,
                                             const SgSeries       *series,
                                             GError              **error);
guint64         sg_block_builder_get_n_samples (const SgBlockBuilder *self);
gboolean        sg_block_builder_write      (SgBlockBuilder       *self,
                                             const char           *folder,
                                             SgTimeMs              late_from,
                                             GPtrArray            *metas,
                                             GCancellable         *cancellable,
                                             GError              **error);
void            sg_block_builder_free       (SgBlockBuilder       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBlockBuilder, sg_block_builder_free)

G_END_DECLS
