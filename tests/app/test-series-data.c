/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include <math.h>

static const double sample_values[] = { 1, NAN, 3, 2, 5 };

static SgSeriesData *
make (void)
{
  return sg_test_series ("a", SG_UNIT_SECONDS, 1000, 5000, sample_values,
                         G_N_ELEMENTS (sample_values));
}

static void
test_columns (void)
{
  g_autoptr (SgSeriesData) series = make ();
  double low, high;

  g_assert_cmpuint (sg_series_data_get_n (series), ==, 5);
  g_assert_cmpint (sg_series_data_get_times (series)[0], ==, 1000);
  g_assert_cmpint (sg_series_data_get_times (series)[4], ==, 5000);
  g_assert_cmpstr (sg_series_data_get_name (series), ==, "a");
  g_assert_cmpstr (sg_labels_get (sg_series_data_get_labels (series), "name"), ==, "a");
  g_assert_null (sg_series_data_get_lows (series));
  g_assert_false (sg_series_data_get_bucket (series, &low, &high));
  g_assert_cmpint (sg_series_data_guess_step (series), ==, 1000);
}

/* Without a name, people read the labels. */
static void
test_name (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "up", "job", "x", NULL);
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (SgSeriesData) series = sg_series_data_new (labels, NULL, SG_UNIT_NONE, none, none);
  g_autoptr (SgSeriesData) bucket =
      sg_series_data_new_bucket (labels, SG_UNIT_SECONDS, .1, .25, none, none);
  double low, high;

  g_assert_cmpstr (sg_series_data_get_name (series), ==, "up{job=\"x\"}");
  g_assert_cmpstr (sg_series_data_get_name (bucket), ==, "≤ \u2066250\u00a0ms\u2069");
  g_assert_true (sg_series_data_get_bucket (bucket, &low, &high));
  g_assert_cmpfloat (high, ==, .25);
  g_assert_cmpint (sg_series_data_guess_step (series), ==, 0);
}

static void
test_find (void)
{
  g_autoptr (SgSeriesData) series = make ();
  gsize i = 99;

  g_assert_cmpuint (sg_series_data_find (series, 0), ==, 0);
  g_assert_cmpuint (sg_series_data_find (series, 2500), ==, 2);
  g_assert_cmpuint (sg_series_data_find (series, 5001), ==, 5);
  g_assert_true (sg_series_data_find_nearest (series, 3400, 1500, &i));
  g_assert_cmpuint (i, ==, 2);
  g_assert_true (sg_series_data_find_nearest (series, 9000, 4000, &i));
  g_assert_cmpuint (i, ==, 4);
  /* What is missing, or too far, is not shown; and the index stays what it was. */
  g_assert_false (sg_series_data_find_nearest (series, 2100, 1500, &i));
  g_assert_false (sg_series_data_find_nearest (series, 9001, 4000, &i));
  g_assert_cmpuint (i, ==, 4);
}

static void
test_stats (void)
{
  g_autoptr (SgSeriesData) series = make ();
  SgSeriesStats stats = sg_series_data_get_stats (series, 1000, 4000);

  g_assert_cmpuint (stats.n, ==, 3);
  g_assert_cmpfloat (stats.last, ==, 2);
  g_assert_cmpfloat (stats.min, ==, 1);
  g_assert_cmpfloat (stats.max, ==, 3);
  g_assert_cmpfloat (stats.sum, ==, 6);
  g_assert_cmpfloat (stats.mean, ==, 2);
  g_assert_true (isnan (sg_series_data_get_stats (series, 2000, 2000).mean));
}

static void
test_equal (void)
{
  g_autoptr (SgSeriesData) a = make ();
  g_autoptr (SgSeriesData) b = make ();
  g_autoptr (SgSeriesData) other = sg_test_series ("a", SG_UNIT_SECONDS, 1000, 6000, sample_values,
                                                   G_N_ELEMENTS (sample_values));

  g_assert_true (sg_series_data_equal (a, b));
  g_assert_false (sg_series_data_equal (a, other));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/series-data/columns", test_columns);
  g_test_add_func ("/app/series-data/name", test_name);
  g_test_add_func ("/app/series-data/find", test_find);
  g_test_add_func ("/app/series-data/stats", test_stats);
  g_test_add_func ("/app/series-data/equal", test_equal);
  return g_test_run ();
}
