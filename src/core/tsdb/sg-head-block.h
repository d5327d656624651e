/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-chunk-series.h"
#include "tsdb/sg-head.h"

G_BEGIN_DECLS

SgChunkSeriesSet *sg_head_chunk_series_new (SgHead    *self,
                                            SgTimeMs   min_t,
                                            SgTimeMs   end);
guint             sg_head_chunk_series_get_damage (SgChunkSeriesSet  *set,
                                                   const char       **ret_message);

G_END_DECLS
