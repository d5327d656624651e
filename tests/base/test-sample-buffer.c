/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-sample-buffer.h"

static void
add_times (SgSampleBuffer *buffer,
           SgTimeMs        first,
           SgTimeMs        step,
           guint           n,
           double          mark)
{
  for (guint i = 0; i < n; i++)
    {
      SgTimeMs t = first + i * step;
      double f = mark + (double) t;

      sg_sample_buffer_add (buffer, &t, &f, 1);
    }
}

static void
test_sample_buffer_add (void)
{
  SgSampleBuffer buffer = { 0 };

  sg_sample_buffer_add (&buffer, NULL, NULL, 0);
  g_assert_cmpuint (buffer.n, ==, 0);
  add_times (&buffer, 5, 3, 1000, 0.5);
  g_assert_cmpuint (buffer.n, ==, 1000);
  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpint (buffer.t[i], ==, 5 + 3 * i);
      g_assert_cmpfloat (buffer.f[i], ==, 5.5 + 3 * i);
    }
  sg_sample_buffer_clear (&buffer);
  g_assert_cmpuint (buffer.capacity, ==, 0);
}

/* Of two samples of one time that of the first part stays; what is before both parts is left alone. */
static void
test_sample_buffer_merge (void)
{
  static const struct
  {
    SgTimeMs first;
    guint n;
    guint expected;
  } seconds[] = { { 100, 10, 20 }, { 15, 10, 20 }, { 10, 10, 10 }, { 14, 10, 12 },
                  { -50, 10, 20 }, { 28, 10, 19 }, { 10, 0, 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      SgSampleBuffer buffer = { 0 };

      add_times (&buffer, 1000, 1, 3, 0);
      add_times (&buffer, 10, 2, 10, 0.25);
      add_times (&buffer, seconds[i].first, 2, seconds[i].n, 0.5);
      sg_sample_buffer_merge (&buffer, 3, 13);
      g_assert_cmpuint (buffer.n, ==, 3 + seconds[i].expected);
      g_assert_cmpint (buffer.t[2], ==, 1002);
      for (guint k = 3; k < buffer.n; k++)
        {
          gboolean of_first = buffer.t[k] >= 10 && buffer.t[k] <= 28 && buffer.t[k] % 2 == 0;

          g_assert_true (k == 3 || buffer.t[k] > buffer.t[k - 1]);
          g_assert_cmpfloat (buffer.f[k] - (double) buffer.t[k], ==, of_first ? 0.25 : 0.5);
        }
      sg_sample_buffer_clear (&buffer);
    }
}

static void
test_sample_buffer_merge_nothing (void)
{
  SgSampleBuffer buffer = { 0 };

  sg_sample_buffer_merge (&buffer, 0, 0);
  add_times (&buffer, 10, 2, 10, 0);
  sg_sample_buffer_merge (&buffer, 0, 0);
  sg_sample_buffer_merge (&buffer, 10, 10);
  g_assert_cmpuint (buffer.n, ==, 10);
  sg_sample_buffer_clear (&buffer);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/sample-buffer/add", test_sample_buffer_add);
  g_test_add_func ("/base/sample-buffer/merge", test_sample_buffer_merge);
  g_test_add_func ("/base/sample-buffer/merge-nothing", test_sample_buffer_merge_nothing);
  return g_test_run ();
}
