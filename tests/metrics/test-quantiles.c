/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-quantiles.h"

#include <math.h>
#include <stdlib.h>

#define N_VALUES 100000

static const SgQuantile targets[] = {
  { 0.01, 0.001 }, { 0.1, 0.01 }, { 0.5, 0.05 }, { 0.9, 0.01 }, { 0.99, 0.001 },
};

static int
compare (const void *a,
         const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

/* The rank of what is answered is off by no more than was asked for. */
static void
assert_within (SgQuantiles  *quantiles,
               const double *sorted,
               gsize         n)
{
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      double answer = sg_quantiles_query (quantiles, targets[i].rank);
      double low = (targets[i].rank - targets[i].error) * (double) n - 1;
      double high = (targets[i].rank + targets[i].error) * (double) n + 1;
      gsize below = 0;
      gsize not_above = 0;

      for (gsize j = 0; j < n; j++)
        {
          below += sorted[j] < answer;
          not_above += sorted[j] <= answer;
        }
      g_assert_cmpfloat ((double) not_above, >=, low);
      g_assert_cmpfloat ((double) below, <=, high);
    }
}

typedef double (*Distribution) (guint i);

static double
rising (guint i)
{
  return i;
}

static double
falling (guint i)
{
  return N_VALUES - (double) i;
}

static double
uniform (guint i)
{
  return g_test_rand_double ();
}

static double
long_tailed (guint i)
{
  return exp (10 * g_test_rand_double ());
}

static double
few_values (guint i)
{
  return i % 3;
}

static double
organ_pipe (guint i)
{
  return i % 2 ? i : -(double) i;
}

static void
run_distribution (Distribution distribution,
                  guint        batch,
                  guint        n_values)
{
  g_autoptr (SgQuantiles) quantiles = sg_quantiles_new (targets, G_N_ELEMENTS (targets));
  g_autofree double *all = g_new (double, n_values);
  g_autofree double *some = g_new (double, batch);

  for (guint i = 0; i < n_values; i += batch)
    {
      guint n = MIN (batch, n_values - i);

      for (guint j = 0; j < n; j++)
        all[i + j] = some[j] = distribution (i + j);
      qsort (some, n, sizeof (double), compare);
      sg_quantiles_insert (quantiles, some, n);
    }
  qsort (all, n_values, sizeof (double), compare);
  assert_within (quantiles, all, n_values);
  g_assert_true (sg_quantiles_query (quantiles, 0) == all[0]);
  g_assert_true (sg_quantiles_query (quantiles, 1) == all[n_values - 1]);
  g_assert_cmpuint (sg_quantiles_size (quantiles), <, 200);
}

static void
test_quantiles_error (void)
{
  static const Distribution distributions[] = {
    rising, falling, uniform, long_tailed, few_values, organ_pipe,
  };

  for (guint i = 0; i < G_N_ELEMENTS (distributions); i++)
    {
      run_distribution (distributions[i], 1, 3000);
      run_distribution (distributions[i], 128, N_VALUES);
      run_distribution (distributions[i], 5000, N_VALUES);
    }
}

static void
test_quantiles_few (void)
{
  static const double values[] = { 1, 2, 3 };
  g_autoptr (SgQuantiles) quantiles = sg_quantiles_new (targets, G_N_ELEMENTS (targets));

  g_assert_true (isnan (sg_quantiles_query (quantiles, 0.5)));
  sg_quantiles_insert (quantiles, values, 1);
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    g_assert_true (sg_quantiles_query (quantiles, targets[i].rank) == 1);
  sg_quantiles_insert (quantiles, &values[1], 2);
  g_assert_true (sg_quantiles_query (quantiles, 0.5) == 2);
  g_assert_true (sg_quantiles_query (quantiles, 0.99) == 3);
  sg_quantiles_reset (quantiles);
  g_assert_true (isnan (sg_quantiles_query (quantiles, 0.5)));
  g_assert_cmpuint (sg_quantiles_size (quantiles), ==, 0);
}

static void
test_quantiles_infinite (void)
{
  static const double values[] = { -INFINITY, 0, INFINITY };
  g_autoptr (SgQuantiles) quantiles = sg_quantiles_new (targets, G_N_ELEMENTS (targets));

  sg_quantiles_insert (quantiles, values, 3);
  g_assert_true (sg_quantiles_query (quantiles, 0.01) == -INFINITY);
  g_assert_true (sg_quantiles_query (quantiles, 0.5) == 0);
  g_assert_true (sg_quantiles_query (quantiles, 0.99) == INFINITY);
}

/* Ranks 0 and 1 as targets divide by nothing. */
static void
test_quantiles_ends (void)
{
  static const SgQuantile ends[] = { { 0, 0.01 }, { 1, 0.01 } };
  g_autoptr (SgQuantiles) quantiles = sg_quantiles_new (ends, G_N_ELEMENTS (ends));

  for (guint i = 0; i < 10000; i++)
    {
      double value = i;

      sg_quantiles_insert (quantiles, &value, 1);
    }
  g_assert_true (sg_quantiles_query (quantiles, 0) == 0);
  g_assert_true (sg_quantiles_query (quantiles, 1) == 9999);
  g_assert_cmpuint (sg_quantiles_size (quantiles), <, 200);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quantiles/error", test_quantiles_error);
  g_test_add_func ("/quantiles/few", test_quantiles_few);
  g_test_add_func ("/quantiles/infinite", test_quantiles_infinite);
  g_test_add_func ("/quantiles/ends", test_quantiles_ends);
  return g_test_run ();
}
