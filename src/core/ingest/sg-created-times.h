/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/sg-exposition-parser.h"

G_BEGIN_DECLS

/**
 * SgCreatedTimes:
 *
 * Since when the counters, histograms and summaries of a page count, which OpenMetrics says in lines of
 * their own (name_created) behind the samples that they are about. What the page before said is
 * remembered, so that only what is new is told.
 */
typedef struct _SgCreatedTimes SgCreatedTimes;

SgCreatedTimes *sg_created_times_new    (void);
void            sg_created_times_free   (SgCreatedTimes *self);
/* Reads a page. Returns: whether it says something that the page before did not. */
gboolean        sg_created_times_scan   (SgCreatedTimes *self,
                                         const char     *page,
                                         gsize           length);
/*
 * Since when the series with these bytes counts, if that is new in the page that was scanned, else 0. Only
 * for the samples of a counter, a histogram or a summary.
 */
SgTimeMs        sg_created_times_find   (SgCreatedTimes *self,
                                         SgSlice         series);
/* Forgets all: the page does not count. */
void            sg_created_times_forget (SgCreatedTimes *self);
/* Whether @series is the line that says since when the family @name counts. */
gboolean        sg_created_times_is_one (SgSlice         series,
                                         SgSlice         name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCreatedTimes, sg_created_times_free)

G_END_DECLS
