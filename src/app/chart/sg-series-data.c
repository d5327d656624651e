/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-series-data.h"

#include <math.h>
#include <string.h>

struct _SgSeriesData
{
  gatomicrefcount ref_count;
  SgLabels *labels;
  char *name;
  SgUnit unit;
  gsize n;
  GBytes *times;
  GBytes *values;
  GBytes *lows;
  GBytes *highs;
  gboolean is_bucket;
  double bucket_low;
  double bucket_high;
};

G_DEFINE_BOXED_TYPE (SgSeriesData, sg_series_data, sg_series_data_ref, sg_series_data_unref)

/* How many distances between samples are looked at to guess the step. */
#define GUESS_SAMPLES 64

static gsize
count_samples (GBytes *times,
               GBytes *values)
{
  return MIN (g_bytes_get_size (times) / sizeof (gint64),
              g_bytes_get_size (values) / sizeof (double));
}

/**
 * sg_series_data_new:
 * @labels: (nullable): what the series is called, or %NULL for no labels
 * @name: (nullable): what people call it, or %NULL for its labels as text
 * @unit: what its values measure
 * @times: the times of its samples, gint64 in milliseconds since 1970, rising
 * @values: as many doubles, NaN where one is missing or stale
 *
 * Returns: (transfer full): the series
 */
SgSeriesData *
sg_series_data_new (const SgLabels *labels,
                    const char     *name,
                    SgUnit          unit,
                    GBytes         *times,
                    GBytes         *values)
{
  SgSeriesData *self = g_new0 (SgSeriesData, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->labels = sg_labels_ref (labels != NULL ? labels : sg_labels_get_empty ());
  self->name = name != NULL ? g_strdup (name) : sg_labels_to_string (self->labels);
  self->unit = unit;
  self->n = count_samples (times, values);
  self->times = g_bytes_ref (times);
  self->values = g_bytes_ref (values);
  return self;
}

/* Like sg_series_data_new(), with the least and the greatest value at each time around it. */
SgSeriesData *
sg_series_data_new_band (const SgLabels *labels,
                         const char     *name,
                         SgUnit          unit,
                         GBytes         *times,
                         GBytes         *values,
                         GBytes         *lows,
                         GBytes         *highs)
{
  SgSeriesData *self = sg_series_data_new (labels, name, unit, times, values);

  self->lows = g_bytes_ref (lows);
  self->highs = g_bytes_ref (highs);
  self->n = MIN (self->n, MIN (count_samples (times, lows), count_samples (times, highs)));
  return self;
}

static char *
name_bucket (SgUnit unit,
             double high)
{
  g_autofree char *bound = sg_unit_format_bound (unit, high);

  return g_strconcat ("≤ ", bound, NULL);
}

/* A row of a heat map: how many observations fell above @low and not above @high. */
SgSeriesData *
sg_series_data_new_bucket (const SgLabels *labels,
                           SgUnit          unit,
                           double          low,
                           double          high,
                           GBytes         *times,
                           GBytes         *values)
{
  g_autofree char *name = name_bucket (unit, high);
  SgSeriesData *self = sg_series_data_new (labels, name, unit, times, values);

  self->is_bucket = TRUE;
  self->bucket_low = low;
  self->bucket_high = high;
  return self;
}

SgSeriesData *
sg_series_data_ref (const SgSeriesData *self)
{
  SgSeriesData *mutable = (SgSeriesData *) self;

  g_atomic_ref_count_inc (&mutable->ref_count);
  return mutable;
}

void
sg_series_data_unref (SgSeriesData *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_labels_unref (self->labels);
  g_free (self->name);
  g_bytes_unref (self->times);
  g_bytes_unref (self->values);
  g_clear_pointer (&self->lows, g_bytes_unref);
  g_clear_pointer (&self->highs, g_bytes_unref);
  g_free (self);
}

SgLabels *
sg_series_data_get_labels (const SgSeriesData *self)
{
  return self->labels;
}

const char *
sg_series_data_get_name (const SgSeriesData *self)
{
  return self->name;
}

SgUnit
sg_series_data_get_unit (const SgSeriesData *self)
{
  return self->unit;
}

gsize
sg_series_data_get_n (const SgSeriesData *self)
{
  return self->n;
}

const gint64 *
sg_series_data_get_times (const SgSeriesData *self)
{
  return g_bytes_get_data (self->times, NULL);
}

const double *
sg_series_data_get_values (const SgSeriesData *self)
{
  return g_bytes_get_data (self->values, NULL);
}

/* Returns: (nullable): the lower edge of its band */
const double *
sg_series_data_get_lows (const SgSeriesData *self)
{
  return self->lows != NULL ? g_bytes_get_data (self->lows, NULL) : NULL;
}

/* Returns: (nullable): the upper edge of its band */
const double *
sg_series_data_get_highs (const SgSeriesData *self)
{
  return self->highs != NULL ? g_bytes_get_data (self->highs, NULL) : NULL;
}

/* Returns: whether it is a bucket */
gboolean
sg_series_data_get_bucket (const SgSeriesData *self,
                           double             *ret_low,
                           double             *ret_high)
{
  if (!self->is_bucket)
    return FALSE;
  *ret_low = self->bucket_low;
  *ret_high = self->bucket_high;
  return TRUE;
}

static gboolean
columns_equal (GBytes *a,
               GBytes *b)
{
  return a == b || (a != NULL && b != NULL && g_bytes_equal (a, b));
}

/* Whether a chart that shows @a would look the same with @b. */
gboolean
sg_series_data_equal (const SgSeriesData *a,
                      const SgSeriesData *b)
{
  if (a == b)
    return TRUE;
  return a->n == b->n && a->unit == b->unit && a->is_bucket == b->is_bucket
         && a->bucket_low == b->bucket_low && a->bucket_high == b->bucket_high
         && g_str_equal (a->name, b->name) && sg_labels_equal (a->labels, b->labels)
         && columns_equal (a->times, b->times) && columns_equal (a->values, b->values)
         && columns_equal (a->lows, b->lows) && columns_equal (a->highs, b->highs);
}

gsize
sg_series_data_find (const SgSeriesData *self,
                     gint64              t)
{
  const gint64 *times = sg_series_data_get_times (self);
  gsize low = 0;
  gsize high = self->n;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (times[middle] < t)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
sg_series_data_find_nearest (const SgSeriesData *self,
                             gint64              t,
                             gint64              within,
                             gsize              *ret_index)
{
  const gint64 *times = sg_series_data_get_times (self);
  gsize i = sg_series_data_find (self, t);

  if (i == self->n || (i > 0 && t - times[i - 1] <= times[i] - t))
    {
      if (i == 0)
        return FALSE;
      i--;
    }
  if (ABS (times[i] - t) > within || isnan (sg_series_data_get_values (self)[i]))
    return FALSE;
  *ret_index = i;
  return TRUE;
}

SgSeriesStats
sg_series_data_get_stats (const SgSeriesData *self,
                          gint64              from,
                          gint64              to)
{
  const double *values = sg_series_data_get_values (self);
  SgSeriesStats stats = { 0, NAN, INFINITY, -INFINITY, NAN, 0 };
  gsize end = sg_series_data_find (self, to + 1);

  for (gsize i = sg_series_data_find (self, from); i < end; i++)
    {
      double value = values[i];

      if (isnan (value))
        continue;
      stats.n++;
      stats.last = value;
      stats.sum += value;
      stats.min = value < stats.min ? value : stats.min;
      stats.max = value > stats.max ? value : stats.max;
    }
  if (stats.n == 0)
    return (SgSeriesStats) { 0, NAN, NAN, NAN, NAN, NAN };
  stats.mean = stats.sum / (double) stats.n;
  return stats;
}

double
sg_series_data_get_last (const SgSeriesData *self,
                         gint64              from,
                         gint64              to)
{
  const gint64 *times = sg_series_data_get_times (self);
  const double *values = sg_series_data_get_values (self);

  for (gsize i = sg_series_data_find (self, to + 1); i > 0 && times[i - 1] >= from; i--)
    {
      if (!isnan (values[i - 1]))
        return values[i - 1];
    }
  return NAN;
}

static int
compare_distances (gconstpointer a,
                   gconstpointer b)
{
  gint64 difference = *(const gint64 *) a - *(const gint64 *) b;

  return difference < 0 ? -1 : difference > 0;
}

/* The usual distance of its samples: the median of the first ones, or 0 when there are too few. */
gint64
sg_series_data_guess_step (const SgSeriesData *self)
{
  const gint64 *times = sg_series_data_get_times (self);
  gint64 distances[GUESS_SAMPLES];
  gsize n = MIN (self->n, GUESS_SAMPLES + 1);

  if (n < 3)
    return 0;
  for (gsize i = 1; i < n; i++)
    distances[i - 1] = times[i] - times[i - 1];
  qsort (distances, n - 1, sizeof *distances, compare_distances);
  return distances[(n - 1) / 2];
}
