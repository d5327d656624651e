/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "tsdb/sg-block.h"

G_BEGIN_DECLS

/**
 * SgBlockReading:
 * @labels: (nullable): the labels of the series, if any of its chunks is wanted
 * @n_unsupported: how many chunks hold what is not known here
 * @troubles: (element-type utf8): what is damaged and left out
 *
 * One series of a block, first looked up and then decoded, which any thread may do. What it has is
 * there until it is begun again.
 */
typedef struct
{
  SgBlock *block;
  SgTombstones *tombstones;
  SgTimeMs start;
  SgTimeMs end;
  SgSeriesRef ref;
  SgIndexSeries entry;
  GArray *metas;
  SgSampleBuffer *out;
  SgLabels *labels;
  guint n_unsupported;
  GPtrArray *troubles;
} SgBlockReading;

void     sg_block_reading_init   (SgBlockReading      *self,
                                  SgBlock             *block,
                                  SgTombstones        *tombstones,
                                  const SgSelectHints *hints);
void     sg_block_reading_clear  (SgBlockReading      *self);
guint    sg_block_reading_begin  (SgBlockReading      *self,
                                  SgSeriesRef          ref);
void     sg_block_reading_decode (SgBlockReading      *self,
                                  SgSampleBuffer      *out);

G_END_DECLS
