/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-range-private.h"

#include <math.h>
#include <string.h>

/*
 * rate, increase and delta look at the first and the last sample in the range, and at what a counter
 * lost by beginning anew between them. The samples seldom lie at the ends of the range, so that the
 * difference is extrapolated: to each end when that is nearer than 1.1 times the mean distance of the
 * samples, else by half of that distance; but a counter not further back than where it would have been
 * zero.
 */
#define NEAR 1.1

/* Notes where the series is less than before. Counters seldom are: eight samples are tried at once. */
static void
find_resets (SgWindow *window)
{
  const double *f = window->series->f;
  gsize n = window->series->n;
  gsize i = 1;

  while (i < n)
    {
      gsize end = MIN (i + 8, n);
      guint any = 0;

      for (gsize j = i; j < end; j++)
        any |= f[j] < f[j - 1];
      for (; any != 0 && i < end; i++)
        {
          if (f[i] < f[i - 1])
            g_array_append_val (window->resets, i);
        }
      i = end;
    }
}

static gboolean
is_counter_name (const char *name)
{
  return g_str_has_suffix (name, "_total") || g_str_has_suffix (name, "_sum")
         || g_str_has_suffix (name, "_count") || g_str_has_suffix (name, "_bucket");
}

/* Says so when a rate is asked for what is probably no counter. */
static void
check_counter (SgWindow *window)
{
  const SgLabels *labels = window->series->labels;
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  const char *type = sg_labels_get (labels, "__type__");
  gsize offset = window->range->expr->span.start;

  if (name[0] == '\0')
    return;
  if (window->eval->warn_types && type[0] != '\0')
    {
      if (!g_str_equal (type, "counter") && !g_str_equal (type, "histogram"))
        sg_annotations_inform (window->eval->annotations, offset,
                               "metric might not be a counter, __type__ label is not set to "
                               "\"counter\" or \"histogram\", got \"%s\": \"%s\"",
                               type, name);
    }
  else if (!is_counter_name (name))
    sg_annotations_inform (window->eval->annotations, offset,
                           "metric might not be a counter, name does not end in "
                           "_total/_sum/_count/_bucket: \"%s\"",
                           name);
}

/* What the difference of the ends is to be multiplied with. */
static inline double
extrapolate (const SgWindow *window,
             gsize           lo,
             gsize           hi,
             SgTimeMs        end,
             double          difference,
             gboolean        is_counter)
{
  const SgTimeMs *t = window->series->t;
  double first = window->series->f[lo];
  double to_start = (double) (t[lo] - (end - window->range->time.range)) / 1000;
  double to_end = (double) (end - t[hi - 1]) / 1000;
  double sampled = (double) (t[hi - 1] - t[lo]) / 1000;
  double distance = sampled / (double) (hi - lo - 1);

  if (to_start >= distance * NEAR)
    to_start = distance / 2;
  if (is_counter && difference > 0 && first >= 0)
    {
      double to_zero = sampled * (first / difference);

      if (to_zero < to_start)
        to_start = to_zero;
    }
  if (to_end >= distance * NEAR)
    to_end = distance / 2;
  return (sampled + to_start + to_end) / sampled;
}

/* All windows of a series. Inlined for each function, so that what is constant is known. */
static inline void
compute_column (SgWindow *window,
                double   *values,
                gboolean  is_counter,
                gboolean  is_rate)
{
  const SgRawSeries *series = window->series;
  const SgPlanTime *time = &window->range->time;
  const double *f = series->f;
  const gsize *resets;
  gsize next_reset = 0;
  double seconds = (double) time->range / 1000;
  gboolean any = FALSE;
  gsize lo = 0;
  gsize hi = 0;

  if (is_counter)
    find_resets (window);
  resets = (const gsize *) (gpointer) window->resets->data;
  for (guint i = 0; i < window->call->grid.n; i++)
    {
      SgTimeMs end =
          (time->has_at ? time->at : sg_grid_get_time (&window->call->grid, i)) - time->offset;
      double difference;
      double factor;

      lo = sg_times_advance (series->t, series->n, lo, end - time->range);
      hi = sg_times_advance (series->t, series->n, MAX (hi, lo), end);
      values[i] = sg_absent ();
      if (hi - lo < 2)
        continue;
      difference = f[hi - 1] - f[lo];
      while (next_reset < window->resets->len && resets[next_reset] <= lo)
        next_reset++;
      for (gsize j = next_reset; j < window->resets->len && resets[j] < hi; j++)
        difference += f[resets[j] - 1];
      factor = extrapolate (window, lo, hi, end, difference, is_counter);
      values[i] = difference * (is_rate ? factor / seconds : factor);
      any = TRUE;
    }
  if (is_counter && any)
    check_counter (window);
}

void
sg_column_rate (SgWindow *window,
                double   *values)
{
  compute_column (window, values, TRUE, TRUE);
}

void
sg_column_increase (SgWindow *window,
                    double   *values)
{
  compute_column (window, values, TRUE, FALSE);
}

void
sg_column_delta (SgWindow *window,
                 double   *values)
{
  compute_column (window, values, FALSE, FALSE);
}

/* One window, of a range that knows the values at its ends. */
static double
compute_window (SgWindow *window,
                gboolean  is_counter,
                gboolean  is_rate)
{
  double value = sg_range_extended_rate (window, is_counter, is_rate);

  if (is_counter && !window->checked && !sg_is_absent (value))
    {
      window->checked = TRUE;
      check_counter (window);
    }
  return value;
}

double
sg_range_rate (SgWindow *window)
{
  return compute_window (window, TRUE, TRUE);
}

double
sg_range_increase (SgWindow *window)
{
  return compute_window (window, TRUE, FALSE);
}

double
sg_range_delta (SgWindow *window)
{
  return compute_window (window, FALSE, FALSE);
}

/* From the last two samples; what a counter that began anew has is what it grew. */
double
sg_range_irate (SgWindow *window)
{
  const double *f = window->series->f;
  const SgTimeMs *t = window->series->t;
  gsize last = window->hi - 1;
  SgTimeMs distance;

  if (sg_window_get_n (window) < 2)
    return sg_absent ();
  distance = t[last] - t[last - 1];
  if (distance == 0)
    return sg_absent ();
  return (f[last] < f[last - 1] ? f[last] : f[last] - f[last - 1]) / ((double) distance / 1000);
}

double
sg_range_idelta (SgWindow *window)
{
  const double *f = window->series->f;
  gsize last = window->hi - 1;

  return sg_window_get_n (window) < 2 ? sg_absent () : f[last] - f[last - 1];
}

/*
 * The first of the samples that changes and resets look at: with "anchored" also the one at or before
 * the start of the range, if it is no older than the lookback.
 */
static gsize
find_anchor (const SgWindow *window)
{
  const SgVectorExpr *selector = window->range->selector;

  if (selector != NULL && selector->anchored && window->lo > 0
      && window->series->t[window->lo - 1] > window->start - window->eval->plan->params.lookback)
    return window->lo - 1;
  return window->lo;
}

double
sg_range_resets (SgWindow *window)
{
  const double *f = window->series->f;
  guint n = 0;

  if (window->lo == window->hi)
    return sg_absent ();
  for (gsize i = find_anchor (window) + 1; i < window->hi; i++)
    n += f[i] < f[i - 1];
  return n;
}

double
sg_range_changes (SgWindow *window)
{
  const double *f = window->series->f;
  guint n = 0;

  if (window->lo == window->hi)
    return sg_absent ();
  for (gsize i = find_anchor (window) + 1; i < window->hi; i++)
    n += f[i] != f[i - 1] && !(isnan (f[i]) && isnan (f[i - 1]));
  return n;
}
