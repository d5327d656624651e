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

/*
 * Where the samples of a window lie. Scrapes are regular, so that most windows of a series look alike,
 * and what they are multiplied with is the same.
 */
typedef struct
{
  SgTimeMs before;
  SgTimeMs after;
  gsize n;
  double sampled;
  double to_start;
  double to_end;
  double factor;
} Shape;

static inline double
apply_seconds (double   factor,
               double   seconds,
               gboolean is_rate)
{
  return is_rate ? factor / seconds : factor;
}

static void
shape_measure (Shape    *self,
               SgTimeMs  range,
               gboolean  is_rate)
{
  double distance;

  self->to_start = (double) (range - self->before) / 1000;
  self->to_end = (double) self->after / 1000;
  self->sampled = (double) (self->before - self->after) / 1000;
  distance = self->sampled / (double) (self->n - 1);
  if (self->to_start >= distance * NEAR)
    self->to_start = distance / 2;
  if (self->to_end >= distance * NEAR)
    self->to_end = distance / 2;
  self->factor = apply_seconds ((self->sampled + self->to_start + self->to_end) / self->sampled,
                                (double) range / 1000, is_rate);
}

/*
 * What the difference of the ends is to be multiplied with. A counter that would have been zero within
 * the range is rare, and found without a division.
 */
static inline double
extrapolate (const Shape *shape,
             double       first,
             double       difference,
             double       seconds,
             gboolean     is_counter,
             gboolean     is_rate)
{
  double to_zero;

  if (!is_counter || !(difference > 0) || !(first >= 0)
      || first * shape->sampled > shape->to_start * difference * 1.0001)
    return shape->factor;
  to_zero = shape->sampled * (first / difference);
  if (!(to_zero < shape->to_start))
    return shape->factor;
  return apply_seconds ((shape->sampled + to_zero + shape->to_end) / shape->sampled, seconds,
                        is_rate);
}

/* As sg_times_advance(), for a window that probably moves as far as it did before. */
static inline gsize
advance_as_before (const SgRawSeries *series,
                   gsize              from,
                   gsize              stride,
                   SgTimeMs           time)
{
  gsize guess = from + stride;

  if (guess > 0 && guess < series->n && series->t[guess - 1] <= time && series->t[guess] > time)
    return guess;
  return sg_times_advance (series->t, series->n, from, time);
}

/* @difference, with what a counter lost by beginning anew between the samples @lo and @hi. */
static inline double
add_resets (const SgWindow *window,
            guint          *next,
            gsize           lo,
            gsize           hi,
            double          difference)
{
  const gsize *resets = (const gsize *) (gpointer) window->resets->data;

  while (*next < window->resets->len && resets[*next] <= lo)
    (*next)++;
  for (gsize j = *next; j < window->resets->len && resets[j] < hi; j++)
    difference += window->series->f[resets[j] - 1];
  return difference;
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
  double seconds = (double) time->range / 1000;
  Shape shape = { 0 };
  guint next_reset = 0;
  gboolean any = FALSE;
  gsize lo = 0;
  gsize hi = 0;
  gsize stride = 0;

  if (is_counter)
    find_resets (window);
  for (guint i = 0; i < window->call->grid.n; i++)
    {
      SgTimeMs end =
          (time->has_at ? time->at : sg_grid_get_time (&window->call->grid, i)) - time->offset;
      gsize old = hi;
      double difference;

      lo = advance_as_before (series, lo, stride, end - time->range);
      hi = advance_as_before (series, MAX (hi, lo), stride, end);
      stride = hi - old;
      values[i] = sg_absent ();
      if (hi - lo < 2)
        continue;
      difference = series->f[hi - 1] - series->f[lo];
      if (is_counter)
        difference = add_resets (window, &next_reset, lo, hi, difference);
      if (shape.n != hi - lo || shape.before != end - series->t[lo]
          || shape.after != end - series->t[hi - 1])
        {
          shape.n = hi - lo;
          shape.before = end - series->t[lo];
          shape.after = end - series->t[hi - 1];
          shape_measure (&shape, time->range, is_rate);
        }
      values[i] = difference
                  * extrapolate (&shape, series->f[lo], difference, seconds, is_counter, is_rate);
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
