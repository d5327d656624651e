/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-kahan.h"
#include "promql/sg-range-private.h"

/*
 * Sums and means are exact to the last bits by Kahan's summation. When a sum would overflow, the mean
 * goes on incrementally: each sample moves it by its share.
 */

double
sg_range_sum (SgWindow *window)
{
  const double *f = window->series->f;
  double sum = 0;
  double c = 0;

  for (gsize i = window->lo; i < window->hi; i++)
    sg_kahan_add (f[i], &sum, &c);
  return isinf (sum) ? sum : sum + c;
}

/* Goes on from the mean of the first samples up to @i, which is @mean with the correction @c. */
static double
average_incrementally (SgWindow *window,
                       gsize     i,
                       double    mean,
                       double    c)
{
  const double *f = window->series->f;

  for (; i < window->hi; i++)
    {
      double count = (double) (i - window->lo + 1);
      double share = (count - 1) / count;

      mean *= share;
      c *= share;
      sg_kahan_add (f[i] / count, &mean, &c);
    }
  return mean + c;
}

double
sg_range_avg (SgWindow *window)
{
  const double *f = window->series->f;
  double n = (double) sg_window_get_n (window);
  double sum = f[window->lo];
  double c = 0;

  for (gsize i = window->lo + 1; i < window->hi; i++)
    {
      double new_sum = sum;
      double new_c = c;
      double count = (double) (i - window->lo);

      sg_kahan_add (f[i], &new_sum, &new_c);
      if (isinf (new_sum))
        return average_incrementally (window, i, sum / count, c / count);
      sum = new_sum;
      c = new_c;
    }
  return sum / n + c / n;
}

double
sg_range_count (SgWindow *window)
{
  return (double) sg_window_get_n (window);
}

double
sg_range_present (SgWindow *window)
{
  return 1;
}

double
sg_range_first (SgWindow *window)
{
  return window->series->f[window->lo];
}

double
sg_range_last (SgWindow *window)
{
  return window->series->f[window->hi - 1];
}

double
sg_range_ts_of_first (SgWindow *window)
{
  return (double) window->series->t[window->lo] / 1000;
}

double
sg_range_ts_of_last (SgWindow *window)
{
  return (double) window->series->t[window->hi - 1] / 1000;
}

typedef gboolean (*IsBetter) (double value, double best);

static inline gboolean
is_less (double value,
         double best)
{
  return value < best || isnan (best);
}

static inline gboolean
is_greater (double value,
            double best)
{
  return value > best || isnan (best);
}

static inline gboolean
is_less_or_equal (double value,
                  double best)
{
  return value <= best || isnan (best);
}

static inline gboolean
is_greater_or_equal (double value,
                     double best)
{
  return value >= best || isnan (best);
}

/*
 * The best sample of the window. The candidates are those samples in it after which no better one came;
 * each is better than the next, so that the first is the best, and when it leaves the window the next is.
 * Every sample becomes a candidate once and ceases to be one once.
 */
static inline gsize
find_best (SgWindow *window,
           IsBetter  is_better)
{
  const double *f = window->series->f;
  gsize *candidates = window->candidates;
  gsize first = window->first_candidate;
  gsize end = window->end_candidates;

  for (gsize i = MAX (window->seen, window->lo); i < window->hi; i++)
    {
      while (end > first && is_better (f[i], f[candidates[end - 1]]))
        end--;
      candidates[end++] = i;
    }
  while (candidates[first] < window->lo)
    first++;
  window->seen = window->hi;
  window->first_candidate = first;
  window->end_candidates = end;
  return candidates[first];
}

double
sg_range_min (SgWindow *window)
{
  return window->series->f[find_best (window, is_less)];
}

double
sg_range_max (SgWindow *window)
{
  return window->series->f[find_best (window, is_greater)];
}

/* Of equal samples, the last. */
double
sg_range_ts_of_min (SgWindow *window)
{
  return (double) window->series->t[find_best (window, is_less_or_equal)] / 1000;
}

double
sg_range_ts_of_max (SgWindow *window)
{
  return (double) window->series->t[find_best (window, is_greater_or_equal)] / 1000;
}
