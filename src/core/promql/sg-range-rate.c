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

/* Notes where @window's series is less than before, once for all its windows. */
void
sg_window_find_resets (SgWindow *window)
{
  const double *f = window->series->f;

  if (window->seen > 0)
    return;
  window->seen = 1;
  for (gsize i = 1; i < window->series->n; i++)
    {
      if (f[i] < f[i - 1])
        g_array_append_val (window->resets, i);
    }
}

/* What the counter lost between the samples @first and @last. */
static double
add_resets (SgWindow *window,
            double    difference)
{
  const gsize *resets;
  const double *f = window->series->f;

  sg_window_find_resets (window);
  resets = (const gsize *) (gpointer) window->resets->data;
  while (window->next_reset < window->resets->len && resets[window->next_reset] <= window->lo)
    window->next_reset++;
  for (gsize i = window->next_reset; i < window->resets->len && resets[i] < window->hi; i++)
    difference += f[resets[i] - 1];
  return difference;
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

  if (name == NULL || name[0] == '\0')
    return;
  if (window->eval->warn_types && type != NULL)
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

/* The first time that a window of the series yields a value. */
static void
check_counter_once (SgWindow *window)
{
  if (window->best != G_MAXSIZE)
    return;
  window->best = 0;
  check_counter (window);
}

static double
extrapolate (SgWindow *window,
             double    difference,
             gboolean  is_counter)
{
  const SgTimeMs *t = window->series->t;
  double first = window->series->f[window->lo];
  double to_start = (double) (t[window->lo] - window->start) / 1000;
  double to_end = (double) (window->end - t[window->hi - 1]) / 1000;
  double sampled = (double) (t[window->hi - 1] - t[window->lo]) / 1000;
  double distance = sampled / (double) (sg_window_get_n (window) - 1);

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

static double
compute_rate (SgWindow *window,
              gboolean  is_counter,
              gboolean  is_rate)
{
  const double *f = window->series->f;
  const SgVectorExpr *selector = window->range->selector;
  double difference;
  double factor;

  if (selector != NULL && (selector->anchored || selector->smoothed))
    difference = sg_range_extended_rate (window, is_counter, is_rate);
  else if (sg_window_get_n (window) < 2)
    return sg_absent ();
  else
    {
      difference = f[window->hi - 1] - f[window->lo];
      if (is_counter)
        difference = add_resets (window, difference);
      factor = extrapolate (window, difference, is_counter);
      if (is_rate)
        factor /= (double) window->range->time.range / 1000;
      difference *= factor;
    }
  if (is_counter && !sg_is_absent (difference))
    check_counter_once (window);
  return difference;
}

double
sg_range_rate (SgWindow *window)
{
  return compute_rate (window, TRUE, TRUE);
}

double
sg_range_increase (SgWindow *window)
{
  return compute_rate (window, TRUE, FALSE);
}

double
sg_range_delta (SgWindow *window)
{
  return compute_rate (window, FALSE, FALSE);
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
