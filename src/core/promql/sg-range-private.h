/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

/**
 * SgWindow:
 * @eval: the evaluator
 * @call: the function that is evaluated
 * @range: the range vector, a selector or a subquery
 * @series: the series that it goes over; its samples are those of all windows, and more
 * @step: which time of the grid it is
 * @now: that time
 * @start: where the window begins; the samples after it count
 * @end: where it ends; a sample at it counts
 * @lo: the first sample in it
 * @hi: the first sample after it
 * @args: the scalar arguments of the function, in order
 * @resets: (element-type gsize): which samples of the series are less than the one before
 * @candidates: for minima and maxima, samples that can become the best; as many as there are samples
 * @first_candidate: the first of @candidates that counts
 * @end_candidates: the place after the last of them
 * @seen: how far the last window reached
 * @checked: whether what the series is called was looked at
 * @scratch: (element-type double): for what a function needs
 *
 * The samples of one series in one range. It moves over the series from one time to the next.
 */
typedef struct
{
  SgEval *eval;
  const SgPlanNode *call;
  const SgPlanNode *range;
  const SgRawSeries *series;
  guint step;
  SgTimeMs now;
  SgTimeMs start;
  SgTimeMs end;
  gsize lo;
  gsize hi;
  SgScalarColumn args[2];
  GArray *resets;
  gsize *candidates;
  gsize first_candidate;
  gsize end_candidates;
  gsize seen;
  gboolean checked;
  GArray *scratch;
} SgWindow;

/* Returns: the value of the function for a window, or sg_absent() */
typedef double (*SgWindowFunc) (SgWindow *window);

/* Sets the values of all windows of a series at once. */
typedef void (*SgColumnFunc)   (SgWindow *window,
                                double   *values);

static inline gsize
sg_window_get_n (const SgWindow *self)
{
  return self->hi - self->lo;
}

gboolean sg_eval_range_call     (SgEval       *self,
                                 SgPlanNode   *node,
                                 SgWindowFunc  func,
                                 SgColumnFunc  column,
                                 SgVectorSink *sink);

/* Returns: the first of @n times, from @from on, that is after @time. The answer is mostly near. */
static inline gsize
sg_times_advance (const SgTimeMs *t, gsize n, gsize from, SgTimeMs time)
{
  gsize stride = 4;

  for (guint i = 0; i < 4; i++, from++)
    {
      if (from >= n || t[from] > time)
        return from;
    }
  while (from + stride < n && t[from + stride] <= time)
    {
      from += stride + 1;
      stride *= 2;
    }
  stride = MIN (stride, n - from);
  while (stride > 0)
    {
      gsize half = stride / 2;

      if (t[from + half] > time)
        stride = half;
      else
        {
          from += half + 1;
          stride -= half + 1;
        }
    }
  return from;
}

/* sg-range-rate.c */
double   sg_range_rate          (SgWindow     *window);
double   sg_range_increase      (SgWindow     *window);
double   sg_range_delta         (SgWindow     *window);
void     sg_column_rate         (SgWindow     *window,
                                 double       *values);
void     sg_column_increase     (SgWindow     *window,
                                 double       *values);
void     sg_column_delta        (SgWindow     *window,
                                 double       *values);
double   sg_range_irate         (SgWindow     *window);
double   sg_range_idelta        (SgWindow     *window);
double   sg_range_resets        (SgWindow     *window);
double   sg_range_changes       (SgWindow     *window);

/* sg-range-extended.c: rates of ranges that reach to the samples around them */
double   sg_range_extended_rate (SgWindow     *window,
                                 gboolean      is_counter,
                                 gboolean      is_rate);

/* sg-range-over-time.c */
double   sg_range_sum           (SgWindow     *window);
double   sg_range_avg           (SgWindow     *window);
double   sg_range_count         (SgWindow     *window);
double   sg_range_present       (SgWindow     *window);
double   sg_range_first         (SgWindow     *window);
double   sg_range_last          (SgWindow     *window);
double   sg_range_min           (SgWindow     *window);
double   sg_range_max           (SgWindow     *window);
double   sg_range_ts_of_first   (SgWindow     *window);
double   sg_range_ts_of_last    (SgWindow     *window);
double   sg_range_ts_of_min     (SgWindow     *window);
double   sg_range_ts_of_max     (SgWindow     *window);

/* sg-range-statistics.c */
double   sg_range_stddev        (SgWindow     *window);
double   sg_range_stdvar        (SgWindow     *window);
double   sg_range_quantile      (SgWindow     *window);
double   sg_range_mad           (SgWindow     *window);
double   sg_range_deriv         (SgWindow     *window);
double   sg_range_predict_linear (SgWindow    *window);
double   sg_range_smoothing     (SgWindow     *window);

G_END_DECLS
