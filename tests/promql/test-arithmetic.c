/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-arithmetic.h"

#include <math.h>

static const SgTokenKind operators[] = {
  SG_TOKEN_ADD, SG_TOKEN_SUB,   SG_TOKEN_MUL,  SG_TOKEN_DIV, SG_TOKEN_MOD,
  SG_TOKEN_POW, SG_TOKEN_ATAN2, SG_TOKEN_EQLC, SG_TOKEN_NEQ, SG_TOKEN_GTR,
  SG_TOKEN_LSS, SG_TOKEN_GTE,   SG_TOKEN_LTE,
};

static const double numbers[] = {
  0, -0.0, 1, -1, 2.5, -7, 1e308, 1e-308, INFINITY, -INFINITY, NAN
};

static gboolean
same (double a,
      double b)
{
  return isnan (a) ? isnan (b) : a == b && signbit (a) == signbit (b);
}

/* Columns are what single numbers are, whichever side is the same at every time. */
static void
test_arithmetic_columns (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (numbers); j++)
        {
          guint n = G_N_ELEMENTS (numbers);
          double right[G_N_ELEMENTS (numbers)];
          double left[G_N_ELEMENTS (numbers)];
          double both[G_N_ELEMENTS (numbers)];
          double column[G_N_ELEMENTS (numbers)];
          SgOperand many = { numbers, 0 };
          SgOperand one = { NULL, numbers[j] };

          for (guint k = 0; k < n; k++)
            column[k] = numbers[j];
          sg_arithmetic_apply (operators[i], many, one, SG_COMPARE_BOOL, left, n);
          sg_arithmetic_apply (operators[i], one, many, SG_COMPARE_BOOL, right, n);
          sg_arithmetic_apply (operators[i], many, (SgOperand) { column, 0 }, SG_COMPARE_BOOL, both,
                               n);
          for (guint k = 0; k < n; k++)
            {
              g_assert_true (
                  same (left[k], sg_arithmetic_compute (operators[i], numbers[k], numbers[j])));
              g_assert_true (
                  same (right[k], sg_arithmetic_compute (operators[i], numbers[j], numbers[k])));
              g_assert_true (same (both[k], left[k]));
            }
        }
    }
}

static void
test_arithmetic_absent (void)
{
  double left[] = { 1, sg_absent (), 3, sg_absent () };
  double right[] = { 1, 2, sg_absent (), sg_absent () };
  double out[4];

  for (guint i = 0; i < G_N_ELEMENTS (operators); i++)
    {
      sg_arithmetic_apply (operators[i], (SgOperand) { left, 0 }, (SgOperand) { right, 0 },
                           SG_COMPARE_BOOL, out, 4);
      g_assert_false (sg_is_absent (out[0]));
      for (guint j = 1; j < 4; j++)
        g_assert_true (sg_is_absent (out[j]));
    }
}

/* A comparison keeps one side where it holds, and nothing where it does not. */
static void
test_arithmetic_filters (void)
{
  double left[] = { 1, 2, 3 };
  double right[] = { 2, 2, 2 };
  double out[3];

  sg_arithmetic_apply (SG_TOKEN_LTE, (SgOperand) { left, 0 }, (SgOperand) { right, 0 },
                       SG_COMPARE_KEEP_LEFT, out, 3);
  g_assert_cmpfloat (out[0], ==, 1);
  g_assert_cmpfloat (out[1], ==, 2);
  g_assert_true (sg_is_absent (out[2]));
  sg_arithmetic_apply (SG_TOKEN_LSS, (SgOperand) { left, 0 }, (SgOperand) { right, 0 },
                       SG_COMPARE_KEEP_RIGHT, left, 3);
  g_assert_cmpfloat (left[0], ==, 2);
  g_assert_true (sg_is_absent (left[1]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arithmetic/columns", test_arithmetic_columns);
  g_test_add_func ("/arithmetic/absent", test_arithmetic_absent);
  g_test_add_func ("/arithmetic/filters", test_arithmetic_filters);
  return g_test_run ();
}
