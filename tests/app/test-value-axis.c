/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-value-axis.h"

#include <float.h>
#include <math.h>

/* The ticks of an axis and its unit, as one text: "0 50 100 ms". */
static char *
describe (const SgValueAxis *axis)
{
  double ticks[SG_VALUE_AXIS_MAX_TICKS];
  guint n = sg_value_axis_get_ticks (axis, ticks);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = sg_value_axis_format_tick (axis, ticks[i]);

      for (const char *p = label; *p != '\0'; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          if (c != 0x2066 && c != 0x2069 && c != 0xa0)
            g_string_append_unichar (out, c);
        }
      g_string_append_c (out, ' ');
    }
  g_string_append (out, sg_value_axis_get_symbol (axis));
  return g_string_free (out, FALSE);
}

typedef struct
{
  SgUnit unit;
  double min;
  double max;
  double height;
  const char *ticks;
} FitCase;

static const FitCase fit_cases[] = {
  { SG_UNIT_PER_SECOND, 3, 172, 166, "0 50 100 150 200 /s" },
  { SG_UNIT_PER_SECOND, 3, 172, 110, "0 100 200 /s" },
  { SG_UNIT_PER_SECOND, 3, 172, 400, "0 50 100 150 200 /s" },
  { SG_UNIT_PER_SECOND, 0, 100, 166, "0 25 50 75 100 /s" },
  { SG_UNIT_PER_SECOND, 0, 0, 166, "0.00 0.25 0.50 0.75 1.00 /s" },
  { SG_UNIT_PER_SECOND, -30, 70, 166, "-50 0 50 100 /s" },
  { SG_UNIT_PER_SECOND, -3, -1, 166, "-3 -2 -1 0 /s" },
  { SG_UNIT_NONE, 0, 1e6, 166, "0.00 0.25 0.50 0.75 1.00 M" },
  { SG_UNIT_COUNT, 0, 1, 166, "0 1 " },
  { SG_UNIT_COUNT, 0, 3, 166, "0 1 2 3 " },
  { SG_UNIT_SECONDS, 0, 0.172, 166, "0 50 100 150 200 ms" },
  { SG_UNIT_SECONDS, 0, 0.000012, 166, "0 5 10 15 µs" },
  { SG_UNIT_SECONDS, 0, 7, 166, "0 2 4 6 8 s" },
  { SG_UNIT_SECONDS, 0, 100, 166, "0.0 0.5 1.0 1.5 2.0 min" },
  { SG_UNIT_SECONDS, 0, 1000, 166, "0 5 10 15 20 min" },
  { SG_UNIT_SECONDS, 0, 50000, 166, "0 6 12 18 h" },
  { SG_UNIT_BYTES, 0, 5e8, 166, "0 128 256 384 512 MiB" },
  { SG_UNIT_BYTES, 0, 4e9, 166, "0 1 2 3 4 GiB" },
  { SG_UNIT_BYTES, 0, 2, 166, "0 1 2 B" },
  { SG_UNIT_PERCENT, 0, 95, 166, "0% 25% 50% 75% 100% " },
  { SG_UNIT_RATIO, 0, 0.04, 166, "0% 1% 2% 3% 4% " },
};

static void
test_axis_fit (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fit_cases); i++)
    {
      const FitCase *c = &fit_cases[i];
      g_autofree char *text = NULL;
      SgValueAxis axis;

      sg_value_axis_init (&axis, c->unit);
      sg_value_axis_fit (&axis, c->min, c->max, c->height);
      text = describe (&axis);
      g_assert_cmpstr (text, ==, c->ticks);
      g_assert_cmpfloat (axis.low, <=, c->min);
      g_assert_cmpfloat (axis.high, >=, c->max);
    }
}

/*
 * Whatever the data are, there are from 2 to 8 ticks that rise, and the data lie within the axis, as
 * exactly as numbers of that size can be told apart.
 */
static void
test_axis_any (void)
{
  for (guint round = 0; round < 200000; round++)
    {
      double a = g_test_rand_double_range (-1, 1) * pow (10, g_test_rand_int_range (-12, 15));
      double b = a + g_test_rand_double () * pow (10, g_test_rand_int_range (-12, 15));
      double ticks[SG_VALUE_AXIS_MAX_TICKS];
      SgValueAxis axis;
      double slack;
      guint n;

      sg_value_axis_init (&axis, (SgUnit) (round % SG_UNIT_DATE));
      axis.free_start = round % 3 == 0;
      sg_value_axis_fit (&axis, a, b, g_test_rand_int_range (60, 400));
      n = sg_value_axis_get_ticks (&axis, ticks);
      g_assert_cmpuint (n, >=, 2);
      g_assert_cmpuint (n, <=, 8);
      for (guint i = 1; i < n; i++)
        g_assert_cmpfloat (ticks[i], >, ticks[i - 1]);
      slack = 1e-6 + 4 * DBL_EPSILON * MAX (fabs (a), fabs (b)) / (axis.high - axis.low);
      g_assert_cmpfloat (sg_value_axis_place (&axis, a), >=, -slack);
      g_assert_cmpfloat (sg_value_axis_place (&axis, b), <=, 1 + slack);
    }
}

static void
test_axis_calm (void)
{
  SgValueAxis axis;

  sg_value_axis_init (&axis, SG_UNIT_PER_SECOND);
  sg_value_axis_fit (&axis, 0, 190, 166);
  g_assert_cmpfloat (axis.high, ==, 200);
  sg_value_axis_fit (&axis, 0, 390, 166);
  g_assert_cmpfloat (axis.high, ==, 400);
  sg_value_axis_fit (&axis, 0, 50, 166);
  sg_value_axis_fit (&axis, 0, 50, 166);
  g_assert_cmpfloat (axis.high, ==, 400);
  sg_value_axis_fit (&axis, 0, 300, 166);
  sg_value_axis_fit (&axis, 0, 50, 166);
  sg_value_axis_fit (&axis, 0, 50, 166);
  g_assert_cmpfloat (axis.high, ==, 400);
  sg_value_axis_fit (&axis, 0, 50, 166);
  g_assert_cmpfloat (axis.high, ==, 60);
  sg_value_axis_fit (&axis, NAN, NAN, 166);
  g_assert_cmpfloat (axis.high, ==, 60);
}

static void
test_axis_logarithmic (void)
{
  g_autofree char *text = NULL;
  SgValueAxis axis;

  sg_value_axis_init (&axis, SG_UNIT_SECONDS);
  axis.logarithmic = TRUE;
  sg_value_axis_fit (&axis, 0.0012, 3.2, 166);
  text = describe (&axis);
  g_assert_cmpstr (text, ==, "1ms 10ms 100ms 1s 10s ");
  g_assert_cmpfloat_with_epsilon (sg_value_axis_place (&axis, 0.1), 0.5, 1e-9);
  g_assert_cmpfloat (sg_value_axis_place (&axis, 0), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value-axis/fit", test_axis_fit);
  g_test_add_func ("/value-axis/any", test_axis_any);
  g_test_add_func ("/value-axis/calm", test_axis_calm);
  g_test_add_func ("/value-axis/logarithmic", test_axis_logarithmic);
  return g_test_run ();
}
