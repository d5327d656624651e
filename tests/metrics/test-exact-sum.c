/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exact-sum.h"

static void
test_exact_sum_order (void)
{
  double values[1000];

  g_test_message ("a thousand fractions in ten random orders");
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = g_test_rand_double_range (0, 1) * exp2 (g_test_rand_int_range (-40, 40));
  for (guint round = 0; round < 10; round++)
    {
      SgExactSum forwards = { 0, 0 };
      SgExactSum backwards = { 0, 0 };

      for (guint i = G_N_ELEMENTS (values) - 1; i > 0; i--)
        {
          guint j = (guint) g_test_rand_int_range (0, (gint) i + 1);
          double swapped = values[i];

          values[i] = values[j];
          values[j] = swapped;
        }
      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        {
          sg_exact_sum_add (&forwards, values[i]);
          sg_exact_sum_add (&backwards, values[G_N_ELEMENTS (values) - 1 - i]);
        }
      g_assert_true (sg_exact_sum_get (&forwards) == sg_exact_sum_get (&backwards));
    }
}

static void
test_exact_sum_small (void)
{
  SgExactSum sum = { 0, 0 };

  sg_exact_sum_add (&sum, 1e16);
  for (guint i = 0; i < 1000; i++)
    sg_exact_sum_add (&sum, 0.25);
  g_assert_true (sg_exact_sum_get (&sum) == 1e16 + 250);
  sg_exact_sum_add (&sum, -1e16);
  g_assert_true (sg_exact_sum_get (&sum) == 250);
}

static void
test_exact_sum_join (void)
{
  SgExactSum left = { 0, 0 };
  SgExactSum right = { 0, 0 };
  SgExactSum all = { 0, 0 };

  for (guint i = 1; i <= 100; i++)
    {
      sg_exact_sum_add (i % 2 ? &left : &right, 1.0 / i);
      sg_exact_sum_add (&all, 1.0 / i);
    }
  sg_exact_sum_join (&left, &right);
  g_assert_true (sg_exact_sum_get (&left) == sg_exact_sum_get (&all));
}

static void
test_exact_sum_infinite (void)
{
  SgExactSum sum = { 0, 0 };

  sg_exact_sum_add (&sum, 1);
  sg_exact_sum_add (&sum, INFINITY);
  g_assert_true (sg_exact_sum_get (&sum) == INFINITY);
  sg_exact_sum_add (&sum, 1);
  g_assert_true (sg_exact_sum_get (&sum) == INFINITY);
  sg_exact_sum_add (&sum, -INFINITY);
  g_assert_true (isnan (sg_exact_sum_get (&sum)));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exact-sum/order", test_exact_sum_order);
  g_test_add_func ("/exact-sum/small", test_exact_sum_small);
  g_test_add_func ("/exact-sum/join", test_exact_sum_join);
  g_test_add_func ("/exact-sum/infinite", test_exact_sum_infinite);
  return g_test_run ();
}
