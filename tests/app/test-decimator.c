/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-decimator.h"

#include <math.h>

static const SgDecimation ten_columns = { .from = 0, .to = 1000, .width = 10, .hole = 150 };

static void
test_decimator_slices (void)
{
  static const gint64 t[] = { -50, 0, 10, 99, 100, 250, 260, 950, 1000, 1001 };
  static const double v[] = { 9, 1, 5, 2, 3, -4, 6, 7, 8, 9 };
  SgPixelColumn columns[10];
  gsize before;
  gsize after;

  sg_decimator_run (&ten_columns, t, v, G_N_ELEMENTS (t), columns, &before, &after);
  g_assert_cmpuint (before, ==, 0);
  g_assert_cmpuint (after, ==, 9);
  g_assert_cmpuint (columns[0].n, ==, 3);
  g_assert_cmpfloat (columns[0].first, ==, 1);
  g_assert_cmpfloat (columns[0].last, ==, 2);
  g_assert_cmpfloat (columns[0].max, ==, 5);
  g_assert_false (columns[0].joins);
  g_assert_true (columns[1].joins);
  g_assert_true (columns[2].joins);
  g_assert_cmpfloat (columns[2].min, ==, -4);
  g_assert_cmpuint (columns[5].n, ==, 0);
  g_assert_cmpuint (columns[9].n, ==, 2);
  g_assert_false (columns[9].joins);
}

static void
test_decimator_missing (void)
{
  static const gint64 t[] = { 0, 50, 100, 150, 200, 300, 350 };
  const double v[] = { NAN, 1, 2, NAN, 3, NAN, NAN };
  SgPixelColumn columns[10];
  gsize before;
  gsize after;

  sg_decimator_run (&ten_columns, t, v, G_N_ELEMENTS (t), columns, &before, &after);
  g_assert_cmpuint (before, ==, G_N_ELEMENTS (t));
  g_assert_cmpuint (after, ==, G_N_ELEMENTS (t));
  g_assert_cmpfloat (columns[0].first, ==, 1);
  g_assert_true (columns[1].joins);
  g_assert_cmpfloat (columns[1].last, ==, 2);
  g_assert_false (columns[2].joins);
  g_assert_cmpuint (columns[3].n, ==, 0);
}

static void
test_decimator_empty (void)
{
  SgPixelColumn columns[10];
  gsize before;
  gsize after;

  sg_decimator_run (&ten_columns, NULL, NULL, 0, columns, &before, &after);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (columns[i].n, ==, 0);
}

/* One spike in a million samples stays, whatever the width. */
static void
test_decimator_spike (void)
{
  const gsize n = 1000000;
  g_autofree gint64 *t = g_new (gint64, n);
  g_autofree double *v = g_new0 (double, n);

  for (gsize i = 0; i < n; i++)
    t[i] = (gint64) i;
  for (guint round = 0; round < 40; round++)
    {
      guint width = (guint) g_test_rand_int_range (1, 3000);
      SgDecimation decimation = { .from = 0, .to = (gint64) n - 1, .width = width, .hole = 2 };
      g_autofree SgPixelColumn *columns = g_new (SgPixelColumn, width);
      gsize place = (gsize) g_test_rand_int_range (0, (gint32) n);
      gsize total = 0;
      guint spikes = 0;
      gsize before;
      gsize after;

      v[place] = 1;
      sg_decimator_run (&decimation, t, v, n, columns, &before, &after);
      for (guint x = 0; x < width; x++)
        {
          total += columns[x].n;
          spikes += columns[x].n > 0 && columns[x].max == 1;
          g_assert_true (x == 0 || columns[x].joins);
        }
      g_assert_cmpuint (spikes, ==, 1);
      g_assert_cmpuint (total, ==, n);
      v[place] = 0;
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decimator/slices", test_decimator_slices);
  g_test_add_func ("/decimator/missing", test_decimator_missing);
  g_test_add_func ("/decimator/empty", test_decimator_empty);
  g_test_add_func ("/decimator/spike", test_decimator_spike);
  return g_test_run ();
}
