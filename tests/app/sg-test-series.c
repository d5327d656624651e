/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include <math.h>

/* From 0 to 1: the upper bits of a multiplicative congruential generator. */
double
sg_test_random (SgTestRandom *self)
{
  self->state = self->state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407u;
  return (double) (self->state >> 11) * 0x1p-53;
}

GBytes *
sg_test_times (gsize  n,
               gint64 step,
               gint64 end)
{
  gint64 *times = g_new (gint64, n);

  for (gsize i = 0; i < n; i++)
    times[i] = end - (gint64) (n - 1 - i) * step;
  return g_bytes_new_take (times, n * sizeof *times);
}

GBytes *
sg_test_values (const double *values,
                gsize         n)
{
  return g_bytes_new (values, n * sizeof *values);
}

SgSeriesData *
sg_test_series (const char   *name,
                SgUnit        unit,
                gint64        step,
                gint64        end,
                const double *values,
                gsize         n)
{
  g_autoptr (GBytes) times = sg_test_times (n, step, end);
  g_autoptr (GBytes) column = sg_test_values (values, n);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("name", name, NULL);

  return sg_series_data_new (labels, name, unit, times, column);
}

SgSeriesData *
sg_test_walk (const char *name,
              SgUnit      unit,
              gsize       n,
              gint64      step,
              gint64      end,
              double      mean,
              double      spread,
              guint64     seed)
{
  SgTestRandom random = { seed * 7919 + 17 };
  g_autofree double *values = g_new (double, n);
  double at = 0;

  for (gsize i = 0; i < n; i++)
    {
      at = at * .9 + (sg_test_random (&random) - .5);
      values[i] = fmax (mean + at * spread, 0);
    }
  return sg_test_series (name, unit, step, end, values, n);
}
