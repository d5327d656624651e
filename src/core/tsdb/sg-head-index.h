/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-slab.h"
#include "tsdb/sg-head-postings.h"
#include "tsdb/sg-head-series.h"

G_BEGIN_DECLS

/**
 * SgHeadIndex:
 *
 * The series of the head: by their labels, by their references, by their numbers, and the postings.
 * Finding takes a guard (sg-head-gate.h) and no lock; only who adds or removes series waits for the
 * others who do.
 *
 * Numbers rise with every series and are never given twice, so that each list of the postings is in
 * order without sorting. References rise, too, but come from the log at the start, in any order.
 */
typedef struct _SgHeadIds SgHeadIds;

typedef struct
{
  SgLock lock;
  SgHeadGate *gate;
  SgHeadTable by_labels;
  SgHeadTable by_ref;
  SgHeadIds *by_id;
  SgHeadPostings postings;
  SgSlab slab;
  SgHeadRef last_ref;
  guint32 next_id;
  guint32 complete;
  guint n_series;
} SgHeadIndex;

void          sg_head_index_init     (SgHeadIndex          *self,
                                      SgHeadGate           *gate);
void          sg_head_index_clear    (SgHeadIndex          *self);
SgHeadSeries *sg_head_index_find     (const SgHeadIndex    *self,
                                      const SgLabels       *labels);
SgHeadSeries *sg_head_index_find_ref (const SgHeadIndex    *self,
                                      SgHeadRef           ref);
void          sg_head_index_find_refs (const SgHeadIndex   *self,
                                      const SgHeadRef      *refs,
                                      gsize                 n,
                                      SgHeadSeries        **ret_series);
SgHeadSeries *sg_head_index_find_id  (const SgHeadIndex    *self,
                                      guint32               id);
SgHeadSeries *sg_head_index_add      (SgHeadIndex          *self,
                                      SgHeadRef           ref,
                                      const SgLabels       *labels,
                                      guint                 max_series,
                                      gboolean             *ret_created);
void          sg_head_index_remove   (SgHeadIndex          *self,
                                      SgHeadSeries *const  *series,
                                      guint                 n);
void          sg_head_index_raise    (SgHeadIndex          *self,
                                      SgHeadRef           ref);
guint         sg_head_index_get_size (const SgHeadIndex    *self);
guint32       sg_head_index_get_end  (const SgHeadIndex    *self);
guint32       sg_head_index_get_complete (const SgHeadIndex *self);

G_END_DECLS
