/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-buckets.h"
#include "promql/sg-quantile.h"

#include <float.h>
#include <math.h>

/* Histograms in queries are tested by histograms.test; here, the edges of the arithmetic. */

static void
test_buckets_almost_equal (void)
{
  g_assert_true (sg_almost_equal (1, 1, 0));
  g_assert_true (sg_almost_equal (1, 1 + 1e-7, 1e-6));
  g_assert_false (sg_almost_equal (1, 1 + 1e-5, 1e-6));
  g_assert_true (sg_almost_equal (0, 0, 1e-6));
  g_assert_true (sg_almost_equal (0.0, -0.0, 1e-6));
  g_assert_false (sg_almost_equal (0, 1e-300, 1e-6));
  g_assert_true (sg_almost_equal (NAN, NAN, 1e-6));
  g_assert_false (sg_almost_equal (NAN, 1, 1e-6));
  g_assert_true (sg_almost_equal (INFINITY, INFINITY, 1e-6));
  g_assert_false (sg_almost_equal (INFINITY, -INFINITY, 1e-6));
  g_assert_false (sg_almost_equal (INFINITY, DBL_MAX, 1e-6));
  g_assert_true (sg_almost_equal (DBL_MAX, DBL_MAX * (1 - 1e-9), 1e-6));
}

static void
test_buckets_degenerate (void)
{
  SgBucket one[] = { { INFINITY, 5 } };
  SgBucket empty[] = { { 1, 0 }, { INFINITY, 0 } };
  SgBucket nan[] = { { 1, NAN }, { INFINITY, NAN } };
  SgBucket infinite[] = { { 1, INFINITY }, { INFINITY, INFINITY } };
  SgBucketRepair repair;

  g_assert_true (isnan (sg_buckets_quantile (0.5, one, 1, &repair)));
  g_assert_true (isnan (sg_buckets_quantile (0.5, empty, 2, &repair)));
  g_assert_true (isnan (sg_buckets_quantile (0.5, nan, 2, &repair)));
  g_assert_false (repair.forced);
  sg_buckets_quantile (0.5, infinite, 2, &repair);
  g_assert_true (isnan (sg_buckets_fraction (0, 1, empty, 2)));
  g_assert_cmpfloat (sg_buckets_fraction (-INFINITY, INFINITY, one, 1), ==, 1);
}

static void
test_buckets_repair (void)
{
  SgBucket buckets[] = { { 1, 10 }, { 2, 8 }, { 3, 9 }, { 4, 12 }, { INFINITY, 11 } };
  SgBucketRepair repair;
  double quantile = sg_buckets_quantile (0.9, buckets, G_N_ELEMENTS (buckets), &repair);

  g_assert_true (repair.forced);
  g_assert_cmpfloat (repair.min_bound, ==, 2);
  g_assert_cmpfloat (repair.max_bound, ==, INFINITY);
  g_assert_cmpfloat (repair.max_difference, ==, 2);
  /* 0.9 × 12 lies between the 10 of the third bucket and the 12 of the fourth. */
  g_assert_cmpfloat_with_epsilon (quantile, 3.4, 1e-12);
}

static void
test_buckets_quantile (void)
{
  double values[] = { 3, NAN, 1, 2 };
  double sorted[] = { 5, 4, 3, 2, 1 };

  g_assert_cmpfloat (sg_quantile (0.5, sorted, 5), ==, 3);
  g_assert_cmpfloat (sorted[0], ==, 1);
  g_assert_cmpfloat (sg_quantile (0.1, sorted, 5), ==, 1.4);
  g_assert_cmpfloat (sg_quantile (1, sorted, 5), ==, 5);
  g_assert_cmpfloat (sg_quantile (0, sorted, 5), ==, 1);
  g_assert_cmpfloat (sg_quantile (-0.1, sorted, 5), ==, -INFINITY);
  g_assert_cmpfloat (sg_quantile (1.1, sorted, 5), ==, INFINITY);
  g_assert_true (isnan (sg_quantile (NAN, sorted, 5)));
  g_assert_true (isnan (sg_quantile (0.5, sorted, 0)));
  /* NaN comes before everything. */
  g_assert_cmpfloat (sg_quantile (1, values, 4), ==, 3);
  g_assert_true (isnan (values[0]));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/buckets/almost-equal", test_buckets_almost_equal);
  g_test_add_func ("/buckets/degenerate", test_buckets_degenerate);
  g_test_add_func ("/buckets/repair", test_buckets_repair);
  g_test_add_func ("/buckets/quantile", test_buckets_quantile);
  return g_test_run ();
}
