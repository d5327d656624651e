/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "tsdb/sg-block.h"

G_BEGIN_DECLS

/**
 * SgBlockQuerier:
 *
 * Reads from blocks as if they were one. It holds the blocks that it was given; what is deleted from
 * them later is left out of what is asked later.
 */
#define SG_TYPE_BLOCK_QUERIER (sg_block_querier_get_type ())
G_DECLARE_FINAL_TYPE (SgBlockQuerier, sg_block_querier, SG, BLOCK_QUERIER, GObject)

SgQuerier *sg_block_querier_new (GPtrArray *blocks);

G_END_DECLS
