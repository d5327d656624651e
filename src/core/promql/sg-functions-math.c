/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include <math.h>

#define MAP(name, expression)                             \
  double sg_map_##name (double value, double a, double b) \
  {                                                       \
    return expression;                                    \
  }

MAP (abs, fabs (value))
MAP (acos, acos (value))
MAP (acosh, acosh (value))
MAP (asin, asin (value))
MAP (asinh, asinh (value))
MAP (atan, atan (value))
MAP (atanh, atanh (value))
MAP (ceil, ceil (value))
MAP (cos, cos (value))
MAP (cosh, cosh (value))
MAP (deg, value * 180 / G_PI)
MAP (exp, exp (value))
MAP (floor, floor (value))
MAP (ln, log (value))
MAP (log10, log10 (value))
MAP (log2, log2 (value))
MAP (rad, value *G_PI / 180)
MAP (sgn, value < 0 ? -1 : (value > 0 ? 1 : value))
MAP (sin, sin (value))
MAP (sinh, sinh (value))
MAP (sqrt, sqrt (value))
MAP (tan, tan (value))
MAP (tanh, tanh (value))

/* To the nearest multiple of @a; halves go up. The inverse is exact for more of what people write. */
double
sg_map_round (double value,
              double a,
              double b)
{
  double inverse = 1 / a;

  return floor (value * inverse + 0.5) / inverse;
}

/* Unlike fmax(), NaN with a number is NaN; an infinity that wins does so before that. */
static double
greater (double a,
         double b)
{
  if ((isinf (a) && a > 0) || (isinf (b) && b > 0))
    return INFINITY;
  if (isnan (a) || isnan (b))
    return NAN;
  return a > b || (a == b && !signbit (a)) ? a : b;
}

static double
lesser (double a,
        double b)
{
  if ((isinf (a) && a < 0) || (isinf (b) && b < 0))
    return -INFINITY;
  if (isnan (a) || isnan (b))
    return NAN;
  return a < b || (a == b && signbit (a)) ? a : b;
}

double
sg_map_clamp (double value,
              double a,
              double b)
{
  return b < a ? sg_absent () : greater (a, lesser (b, value));
}

double
sg_map_clamp_max (double value,
                  double a,
                  double b)
{
  return lesser (a, value);
}

double
sg_map_clamp_min (double value,
                  double a,
                  double b)
{
  return greater (a, value);
}
