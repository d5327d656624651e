/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

static guint
count_not_less (const double *bounds,
                guint         n,
                double        value)
{
  guint rank = 0;

  for (guint i = 0; i < n; i++)
    rank += value <= bounds[i];
  return rank;
}

/* Whatever the number of bounds, the rank is that of a plain comparison with each. */
static void
test_bounds_rank (void)
{
  static const guint sizes[] = { 0, 1, 2, 3, 4, 5, 12, 31, 32, 33, 36, 100, 500 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      double values[500];
      g_autoptr (SgBounds) bounds = NULL;
      const double *padded;
      guint n;

      for (guint i = 0; i < sizes[s]; i++)
        values[i] = (double) i - 3;
      bounds = sg_bounds_new (values, sizes[s]);
      padded = sg_bounds_get (bounds, &n);
      g_assert_cmpuint (n, ==, sizes[s]);
      for (double value = -5; value < sizes[s]; value += 0.5)
        g_assert_cmpuint (sg_bounds_rank (padded, (n + 3) & ~3u, value), ==,
                          count_not_less (values, n, value));
      g_assert_cmpuint (sg_bounds_rank (padded, (n + 3) & ~3u, INFINITY), ==, 0);
      g_assert_cmpuint (sg_bounds_rank (padded, (n + 3) & ~3u, -INFINITY), ==, n);
    }
}

static void
test_bounds_zero (void)
{
  static const double values[] = { -1, 0, 1 };
  g_autoptr (SgBounds) bounds = sg_bounds_new (values, 3);
  guint n;
  const double *padded = sg_bounds_get (bounds, &n);

  g_assert_cmpuint (sg_bounds_rank (padded, 4, 0.0), ==, 2);
  g_assert_cmpuint (sg_bounds_rank (padded, 4, -0.0), ==, 2);
}

static void
test_bounds_shared (void)
{
  static const double values[] = { 1 };
  SgBounds *bounds = sg_bounds_new (values, 1);
  SgBounds *other = sg_bounds_ref (bounds);
  guint n;

  sg_bounds_unref (bounds);
  g_assert_true (sg_bounds_get (other, &n)[0] == 1);
  sg_bounds_unref (other);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bounds/rank", test_bounds_rank);
  g_test_add_func ("/bounds/zero", test_bounds_zero);
  g_test_add_func ("/bounds/shared", test_bounds_shared);
  return g_test_run ();
}
