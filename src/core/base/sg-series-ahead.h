/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"

G_BEGIN_DECLS

/* How many threads there can be that make something of series at the same time. */
#define SG_SERIES_AHEAD_WORKERS 16

/**
 * SgSeriesOutcome:
 * @SG_SERIES_EMPTY: nothing came of the series
 * @SG_SERIES_MADE: its values are set
 * @SG_SERIES_FAILED: there is no use to go on
 */
typedef enum
{
  SG_SERIES_EMPTY,
  SG_SERIES_MADE,
  SG_SERIES_FAILED,
} SgSeriesOutcome;

/**
 * SgSeriesAheadFunc:
 * @series: a series with samples
 * @values: (out): what comes of it
 * @worker: less than SG_SERIES_AHEAD_WORKERS; no two threads are the same worker at the same time
 * @user_data: the user data
 *
 * Makes values of the samples of a series, on any thread.
 */
typedef SgSeriesOutcome (*SgSeriesAheadFunc) (const SgSeries *series,
                                              double         *values,
                                              guint           worker,
                                              gpointer        user_data);

/**
 * SgSeriesAheadItem:
 * @labels: what the series is called
 * @series: (nullable): its samples, if nothing is made of them
 * @values: what was made of them; who gets them may change them
 * @outcome: what came of it
 */
typedef struct
{
  const SgLabels *labels;
  const SgSeries *series;
  double *values;
  SgSeriesOutcome outcome;
} SgSeriesAheadItem;

/**
 * SgSeriesAhead:
 *
 * The series of a set, one after the other and in order, for one thread that uses them while the compute
 * pool reads those that follow, and makes of them what is wanted.
 */
typedef struct _SgSeriesAhead SgSeriesAhead;

SgSeriesAhead *sg_series_ahead_new  (SgSeriesSet        *set,
                                     gsize               n_values,
                                     SgSeriesAheadFunc   func,
                                     gpointer            user_data);
void           sg_series_ahead_free (SgSeriesAhead      *self);
gboolean       sg_series_ahead_next (SgSeriesAhead      *self,
                                     SgSeriesAheadItem  *ret_item,
                                     GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSeriesAhead, sg_series_ahead_free)

G_END_DECLS
