/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-value-axis.h"

#include <math.h>

/*
 * A plot has room for clamp (height / 40, 2, 6) intervals. The step is the smallest nice number with
 * which that many intervals cover the data; the ends are multiples of it. What is nice depends on the
 * unit: 1, 2, 2.5, 5 × 10ⁿ; powers of two in the scale of bytes; minutes, hours and days of durations.
 */
#define INTERVAL_PIXELS 40
#define MIN_INTERVALS   2
#define MAX_INTERVALS   6
#define SHRINK_BELOW    0.6
#define SHRINK_AFTER    3

/* In place of the count of calm refreshes: the first data are taken as they are. */
#define NEVER_FITTED G_MAXUINT

static const double duration_steps[] = { 1,   2,   5,    10,   15,   30,    60,    120,   300,
                                         600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };

void
sg_value_axis_init (SgValueAxis *self,
                    SgUnit       unit)
{
  *self = (SgValueAxis) { .unit = unit, .high = 1, .step = 0.5, .calm = NEVER_FITTED };
}

/* The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below @least. */
static double
nice_decimal (double least)
{
  static const double nice[] = { 1, 2, 2.5, 5 };
  double power = pow (10, floor (log10 (least)));

  for (guint i = 0; i < G_N_ELEMENTS (nice); i++)
    {
      if (nice[i] * power >= least * (1 - 1e-9))
        return nice[i] * power;
    }
  return 10 * power;
}

static double
nice_duration (double least)
{
  if (least <= 0.5)
    return nice_decimal (least);
  for (guint i = 0; i < G_N_ELEMENTS (duration_steps); i++)
    {
      if (duration_steps[i] >= least * (1 - 1e-9))
        return duration_steps[i];
    }
  return nice_decimal (least / 86400) * 86400;
}

static double
nice_step (SgUnit unit,
           double least)
{
  switch (unit)
    {
    case SG_UNIT_BYTES:
    case SG_UNIT_BYTES_PER_SECOND:
      if (least < 1)
        return unit == SG_UNIT_BYTES ? 1 : nice_decimal (least);
      return exp2 (ceil (log2 (least) - 1e-9));
    case SG_UNIT_SECONDS:
      return nice_duration (least);
    case SG_UNIT_COUNT:
      return MAX (nice_decimal (least), 1);
    case SG_UNIT_NONE:
    case SG_UNIT_PER_SECOND:
    case SG_UNIT_BYTES_SI:
    case SG_UNIT_PERCENT:
    case SG_UNIT_RATIO:
    case SG_UNIT_DATE:
    default:
      return nice_decimal (least);
    }
}

/* Puts both ends on ticks; there is always at least one interval between them. */
static void
snap_ends (SgValueAxis *self,
           double       low,
           double       high)
{
  self->low = floor (low / self->step + 1e-9) * self->step;
  self->high = MAX (ceil (high / self->step - 1e-9) * self->step, self->low + self->step);
}

static void
fit_linear (SgValueAxis *self,
            double       min,
            double       max,
            guint        intervals)
{
  double low = self->free_start ? min : MIN (min, 0);
  double high = self->free_start ? max : MAX (max, 0);

  if (high - low <= fabs (high) * 1e-12)
    high = low + (low == 0 ? 1 : fabs (low) * 0.1);
  self->step = nice_step (self->unit, (high - low) / intervals);
  snap_ends (self, low, high);
  if (self->high - self->low > self->step * (intervals + 0.5))
    {
      /* Both ends on ticks needed one interval more than there is room for. */
      self->step = nice_step (self->unit, self->step * 1.01);
      snap_ends (self, low, high);
    }
}

/* Whole decades; where there are more than fit, every second, third … of them has a tick. */
static void
fit_logarithmic (SgValueAxis *self,
                 double       min,
                 double       max,
                 guint        intervals)
{
  double low = floor (log10 (min > 0 ? min : MAX (max, 1) * 1e-6) + 1e-9);
  double high = ceil (log10 (max > 0 ? max : 1) - 1e-9);

  if (high <= low)
    high = low + 1;
  self->step = pow (10, ceil ((high - low) / intervals));
  self->low = pow (10, low);
  self->high = pow (10, high);
}

void
sg_value_axis_fit (SgValueAxis *self,
                   double       min,
                   double       max,
                   double       height)
{
  guint intervals = (guint) CLAMP (height / INTERVAL_PIXELS, MIN_INTERVALS, MAX_INTERVALS);
  SgValueAxis before = *self;

  if (!isfinite (min) || !isfinite (max))
    return;
  if (self->logarithmic)
    fit_logarithmic (self, min, max, intervals);
  else
    fit_linear (self, min, max, intervals);
  if (self->high >= before.high || self->low < before.low || before.calm == NEVER_FITTED)
    {
      self->calm = 0;
      return;
    }
  self->calm = max < before.high * SHRINK_BELOW ? before.calm + 1 : 0;
  if (self->calm < SHRINK_AFTER)
    {
      guint calm = self->calm;

      *self = before;
      self->calm = calm;
    }
  else
    self->calm = 0;
}

/**
 * sg_value_axis_get_ticks:
 * @self: an axis
 * @ret_ticks: (out caller-allocates): room for %SG_VALUE_AXIS_MAX_TICKS values
 *
 * Returns: how many ticks there are, from the lowest on
 */
guint
sg_value_axis_get_ticks (const SgValueAxis *self,
                         double            *ret_ticks)
{
  guint n = 0;

  if (self->logarithmic)
    {
      for (double tick = self->low; tick <= self->high * 1.0001 && n < SG_VALUE_AXIS_MAX_TICKS;
           tick *= self->step)
        ret_ticks[n++] = tick;
      return n;
    }
  for (; n < SG_VALUE_AXIS_MAX_TICKS; n++)
    {
      double tick = self->low + n * self->step;

      if (tick > self->high + self->step * 0.001)
        break;
      /* What should be zero is zero, not what the additions left. */
      ret_ticks[n] = fabs (tick) < self->step * 1e-6 ? 0 : tick;
    }
  return n;
}

static gboolean
ticks_carry_unit (const SgValueAxis *self)
{
  return self->logarithmic || self->unit == SG_UNIT_PERCENT || self->unit == SG_UNIT_RATIO
         || self->unit == SG_UNIT_DATE;
}

static SgUnitScale
axis_scale (const SgValueAxis *self)
{
  return sg_unit_choose_scale (self->unit, MAX (fabs (self->low), fabs (self->high)));
}

/* As many decimals as the step needs, the same for all ticks. */
static char *
format_in_scale (double value,
                 double step)
{
  guint decimals = 0;

  while (decimals < 9 && fabs (step - rint (step)) > fabs (step) * 1e-6)
    {
      step *= 10;
      decimals++;
    }
  return g_strdup_printf ("%'.*f", (int) decimals, value);
}

char *
sg_value_axis_format_tick (const SgValueAxis *self,
                           double             tick)
{
  SgUnitScale scale;
  g_autofree char *number = NULL;

  if (self->logarithmic || self->unit == SG_UNIT_DATE)
    return sg_unit_format_bound (self->unit, tick);
  scale = axis_scale (self);
  number = format_in_scale (tick / scale.factor, self->step / scale.factor);
  if (!ticks_carry_unit (self))
    return g_steal_pointer (&number);
  return g_strdup_printf ("\u2066%s\u00a0%s\u2069", number, scale.symbol);
}

/*
 * A hundredth of the distance of ticks is about what can be told apart on the plot. What is much smaller
 * than the highest is a value all the same, and has three digits as far as a thousandth of that.
 */
static int
choose_decimals (double step,
                 double value)
{
  int decimals = (int) CLAMP (2 - floor (log10 (step) + 1e-9), 0, 9);
  int wanted = value != 0 ? (int) CLAMP (2 - floor (log10 (fabs (value)) + 1e-9), 0, 9) : 0;

  return CLAMP (wanted, decimals, decimals + 3);
}

char *
sg_value_axis_format_value (const SgValueAxis *self,
                            double             value)
{
  SgUnitScale scale = axis_scale (self);
  int decimals = choose_decimals (self->step / scale.factor, value / scale.factor);

  if (self->logarithmic || self->unit == SG_UNIT_DATE || !isfinite (value))
    return sg_unit_format (self->unit, value);
  if (scale.factor == 1 && value == rint (value)
      && (self->unit == SG_UNIT_COUNT || self->unit == SG_UNIT_NONE))
    decimals = 0;
  if (!ticks_carry_unit (self))
    return g_strdup_printf ("%'.*f", decimals, value / scale.factor);
  return g_strdup_printf ("\u2066%'.*f\u00a0%s\u2069", decimals, value / scale.factor,
                          scale.symbol);
}

const char *
sg_value_axis_get_symbol (const SgValueAxis *self)
{
  return ticks_carry_unit (self) ? "" : axis_scale (self).symbol;
}

double
sg_value_axis_place (const SgValueAxis *self,
                     double             value)
{
  if (self->logarithmic)
    return value > 0 ? log (value / self->low) / log (self->high / self->low) : 0;
  return (value - self->low) / (self->high - self->low);
}
