/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-chunk-series.h"
#include "tsdb/sg-head.h"

G_BEGIN_DECLS

/**
 * SgHeadLateCut:
 *
 * The samples that had come out of order until a moment, while they become blocks of their own.
 */
typedef struct _SgHeadLateCut SgHeadLateCut;

gboolean          sg_head_late_begin      (SgHead          *self,
                                           SgHeadLateCut  **ret_cut,
                                           GError         **error);
void              sg_head_late_get_range  (SgHeadLateCut   *self,
                                           SgTimeMs        *ret_min_t,
                                           SgTimeMs        *ret_max_t);
SgChunkSeriesSet *sg_head_late_series_new (SgHead          *self,
                                           SgTimeMs         min_t,
                                           SgTimeMs         end);
gboolean          sg_head_late_drop       (SgHeadLateCut   *self,
                                           const char      *folder,
                                           GError         **error);
void              sg_head_late_cut_free   (SgHeadLateCut   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHeadLateCut, sg_head_late_cut_free)

G_END_DECLS
