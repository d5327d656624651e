/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "metrics/sg-cells.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/* The quantiles of one summary over a sliding window. Private to the module. */
SgSummaryFeed *sg_summary_feed_new        (const SgQuantile  *quantiles,
                                           gsize              n_quantiles,
                                           gint64             window_us,
                                           SgMonotonic        now);
SgSummaryFeed *sg_summary_feed_ref        (SgSummaryFeed     *self);
void           sg_summary_feed_unref      (SgSummaryFeed     *self);
void           sg_summary_feed_hand_over  (SgSummaryFeed     *self,
                                           SgSummaryChunk    *chunk);
void           sg_summary_chunk_free      (SgSummaryChunk    *chunk);
gboolean       sg_summary_read_quantiles  (SgSummary          summary,
                                           SgMonotonic        now,
                                           double            *ret_values);

G_END_DECLS
