/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-unit.h"

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgSeriesStats:
 * @n: how many samples are there; with 0 the rest is NaN
 * @last: the last of them
 * @min: the least of them
 * @max: the greatest of them
 * @mean: their mean
 * @sum: their sum
 *
 * What a legend says of a series in a window of time.
 */
typedef struct
{
  gsize n;
  double last;
  double min;
  double max;
  double mean;
  double sum;
} SgSeriesStats;

/**
 * SgSeriesData:
 *
 * One series as a chart shows it: columns of times (milliseconds since 1970, rising) and values (NaN
 * where one is missing), what it is called, and what it measures. Immutable and reference-counted; the
 * columns are #GBytes, so that series on the same grid share their times.
 *
 * A series may carry a band, that is columns of least and greatest values around its own, and may be a
 * row of a heat map, that is have the bounds of a bucket.
 */
typedef struct _SgSeriesData SgSeriesData;

#define SG_TYPE_SERIES_DATA (sg_series_data_get_type ())

GType         sg_series_data_get_type     (void) G_GNUC_CONST;
SgSeriesData *sg_series_data_new          (const SgLabels     *labels,
                                           const char         *name,
                                           SgUnit              unit,
                                           GBytes             *times,
                                           GBytes             *values);
SgSeriesData *sg_series_data_new_band     (const SgLabels     *labels,
                                           const char         *name,
                                           SgUnit              unit,
                                           GBytes             *times,
                                           GBytes             *values,
                                           GBytes             *lows,
                                           GBytes             *highs);
SgSeriesData *sg_series_data_new_bucket   (const SgLabels     *labels,
                                           SgUnit              unit,
                                           double              low,
                                           double              high,
                                           GBytes             *times,
                                           GBytes             *values);
SgSeriesData *sg_series_data_ref          (const SgSeriesData *self);
void          sg_series_data_unref        (SgSeriesData       *self);

SgLabels     *sg_series_data_get_labels   (const SgSeriesData *self);
const char   *sg_series_data_get_name     (const SgSeriesData *self);
SgUnit        sg_series_data_get_unit     (const SgSeriesData *self);
gsize         sg_series_data_get_n        (const SgSeriesData *self);
const gint64 *sg_series_data_get_times    (const SgSeriesData *self);
const double *sg_series_data_get_values   (const SgSeriesData *self);
const double *sg_series_data_get_lows     (const SgSeriesData *self);
const double *sg_series_data_get_highs    (const SgSeriesData *self);
gboolean      sg_series_data_get_bucket   (const SgSeriesData *self,
                                           double             *ret_low,
                                           double             *ret_high);

gboolean      sg_series_data_equal        (const SgSeriesData *a,
                                           const SgSeriesData *b);
/* The first sample that is not before @t, or the number of samples. */
gsize         sg_series_data_find         (const SgSeriesData *self,
                                           gint64              t);
/* The sample next to @t, when one is there and not further than @within from it. */
gboolean      sg_series_data_find_nearest (const SgSeriesData *self,
                                           gint64              t,
                                           gint64              within,
                                           gsize              *ret_index);
SgSeriesStats sg_series_data_get_stats    (const SgSeriesData *self,
                                           gint64              from,
                                           gint64              to);
/* The last value from @from to @to, or NaN. */
double        sg_series_data_get_last     (const SgSeriesData *self,
                                           gint64              from,
                                           gint64              to);
gint64        sg_series_data_guess_step   (const SgSeriesData *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSeriesData, sg_series_data_unref)

G_END_DECLS
