/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-go-text.h"
#include "promql/sg-kahan.h"
#include "promql/sg-quantile.h"
#include "promql/sg-range-private.h"

/* Spread, quantiles, trends. */

double
sg_range_stdvar (SgWindow *window)
{
  const double *f = window->series->f;
  double count = 0;
  double mean = 0;
  double c_mean = 0;
  double aux = 0;
  double c_aux = 0;

  for (gsize i = window->lo; i < window->hi; i++)
    {
      double delta = f[i] - (mean + c_mean);

      count++;
      sg_kahan_add (delta / count, &mean, &c_mean);
      sg_kahan_add (delta * (f[i] - (mean + c_mean)), &aux, &c_aux);
    }
  return (aux + c_aux) / count;
}

double
sg_range_stddev (SgWindow *window)
{
  return sqrt (sg_range_stdvar (window));
}

/* The samples of the window in an array that may be changed. */
static double *
copy_samples (SgWindow *window)
{
  g_array_set_size (window->scratch, 0);
  g_array_append_vals (window->scratch, window->series->f + window->lo,
                       (guint) sg_window_get_n (window));
  sg_eval_work (window->eval, sg_window_get_n (window) * 4);
  return (double *) (gpointer) window->scratch->data;
}

double
sg_range_quantile (SgWindow *window)
{
  double q = sg_scalar_at (&window->args[0], window->step);

  if (isnan (q) || q < 0 || q > 1)
    {
      g_autofree char *text = sg_go_format_general (q);

      sg_annotations_warn (window->eval->annotations, window->call->children[0]->expr->span.start,
                           "quantile value should be between 0 and 1, got %s", text);
    }
  return sg_quantile (q, copy_samples (window), sg_window_get_n (window));
}

/* The median distance from the median; NaN when there is a NaN. */
double
sg_range_mad (SgWindow *window)
{
  gsize n = sg_window_get_n (window);
  double *values = copy_samples (window);
  double median = sg_quantile (0.5, values, n);

  /* They are sorted now, NaN first. */
  if (isnan (values[0]))
    return NAN;
  for (gsize i = 0; i < n; i++)
    values[i] = fabs (values[i] - median);
  return sg_quantile (0.5, values, n);
}

/* The line through the samples of the window, with the least squares; x is seconds from @intercept_t. */
static void
fit_line (SgWindow *window,
          SgTimeMs  intercept_t,
          double   *ret_slope,
          double   *ret_intercept)
{
  const double *f = window->series->f;
  const SgTimeMs *t = window->series->t;
  double n = (double) sg_window_get_n (window);
  double sum_x = 0, sum_y = 0, sum_xy = 0, sum_x2 = 0;
  double c_x = 0, c_y = 0, c_xy = 0, c_x2 = 0;
  gboolean constant = TRUE;
  double cov_xy;
  double var_x;

  for (gsize i = window->lo; i < window->hi; i++)
    {
      double x = (double) (t[i] - intercept_t) / 1e3;

      constant = constant && f[i] == f[window->lo];
      sg_kahan_add (x, &sum_x, &c_x);
      sg_kahan_add (f[i], &sum_y, &c_y);
      sg_kahan_add (x * f[i], &sum_xy, &c_xy);
      sg_kahan_add (x * x, &sum_x2, &c_x2);
    }
  if (constant)
    {
      *ret_slope = isinf (f[window->lo]) ? NAN : 0;
      *ret_intercept = isinf (f[window->lo]) ? NAN : f[window->lo];
      return;
    }
  sum_x += c_x;
  sum_y += c_y;
  sum_xy += c_xy;
  sum_x2 += c_x2;
  cov_xy = sum_xy - sum_x * sum_y / n;
  var_x = sum_x2 - sum_x * sum_x / n;
  *ret_slope = cov_xy / var_x;
  *ret_intercept = sum_y / n - *ret_slope * sum_x / n;
}

double
sg_range_deriv (SgWindow *window)
{
  double slope;
  double intercept;

  if (sg_window_get_n (window) < 2)
    return sg_absent ();
  fit_line (window, window->series->t[window->lo], &slope, &intercept);
  return slope;
}

double
sg_range_predict_linear (SgWindow *window)
{
  double slope;
  double intercept;

  if (sg_window_get_n (window) < 2)
    return sg_absent ();
  fit_line (window, window->now, &slope, &intercept);
  return slope * sg_scalar_at (&window->args[0], window->step) + intercept;
}

/* Double exponential smoothing after Holt: the value with the weight sf, the trend with tf. */
static double
smooth (SgWindow *window,
        double    sf,
        double    tf)
{
  const double *f = window->series->f;
  gsize n = sg_window_get_n (window);
  double s0 = 0;
  double s1 = f[window->lo];
  double b = f[window->lo + 1] - s1;

  for (gsize i = 1; i < n; i++)
    {
      double x = sf * f[window->lo + i];

      if (i > 1)
        b = tf * (s1 - s0) + (1 - tf) * b;
      s0 = s1;
      s1 = x + (1 - sf) * (s1 + b);
    }
  return s1;
}

double
sg_range_smoothing (SgWindow *window)
{
  double sf = sg_scalar_at (&window->args[0], window->step);
  double tf = sg_scalar_at (&window->args[1], window->step);

  if (sf <= 0 || sf >= 1)
    sg_eval_fail (window->eval, SG_PROMQL_ERROR_EXECUTION,
                  "invalid smoothing factor. Expected: 0 < sf < 1, got: %f", sf);
  else if (tf <= 0 || tf >= 1)
    sg_eval_fail (window->eval, SG_PROMQL_ERROR_EXECUTION,
                  "invalid trend factor. Expected: 0 < tf < 1, got: %f", tf);
  else if (sg_window_get_n (window) >= 2)
    return smooth (window, sf, tf);
  return sg_absent ();
}
