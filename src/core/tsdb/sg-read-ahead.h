/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block-reading.h"
#include "tsdb/sg-postings.h"

G_BEGIN_DECLS

/**
 * SgReadAhead:
 *
 * Series of a block, one after the other, for one thread that uses them while the compute pool decodes
 * those that follow.
 */
typedef struct _SgReadAhead SgReadAhead;

SgReadAhead          *sg_read_ahead_new  (SgBlock             *block,
                                          SgTombstones        *tombstones,
                                          const SgSelectHints *hints);
void                  sg_read_ahead_free (SgReadAhead         *self);
const SgBlockReading *sg_read_ahead_next (SgReadAhead         *self,
                                          SgPostings          *postings);

G_END_DECLS
