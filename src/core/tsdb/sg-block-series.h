/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"
#include "tsdb/sg-chunk-series.h"

G_BEGIN_DECLS

SgChunkSeriesSet *sg_block_series_new        (SgBlock    *block,
                                              GError    **error);

/* (element-type SgChunkSeriesSet) (transfer full): of equal samples those of the first set stay. */
SgChunkSeriesSet *sg_merged_chunk_series_new (GPtrArray  *sets);

G_END_DECLS
