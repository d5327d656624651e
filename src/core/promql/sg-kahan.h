/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

/*
 * Summation after Kahan, in the form of Neumaier: @c collects what the sum was too coarse for, and is
 * added at the end. An infinite sum has nothing to correct.
 */
static inline void
sg_kahan_add (double value, double *sum, double *c)
{
  double t = *sum + value;

  if (isinf (t))
    *c = 0;
  else if (fabs (*sum) >= fabs (value))
    *c += (*sum - t) + value;
  else
    *c += (value - t) + *sum;
  *sum = t;
}

G_END_DECLS
