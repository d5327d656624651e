/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-scene.h"

#include "chart/sg-layer.h"

#include <math.h>

/* Labels of rows are further apart than this, in pixels. */
#define LEAST_LABEL_DISTANCE 26

static void
series_clear (gpointer data)
{
  g_clear_pointer (&((SgSceneSeries *) data)->data, sg_series_data_unref);
}

static void
threshold_clear (gpointer data)
{
  g_clear_pointer (&((SgThreshold *) data)->name, g_free);
}

static void
mark_clear (gpointer data)
{
  g_clear_pointer (&((SgMark *) data)->icon_name, g_free);
  g_clear_pointer (&((SgMark *) data)->text, g_free);
}

static void
label_clear (gpointer data)
{
  g_clear_pointer (&((SgValueLabel *) data)->text, g_free);
}

/* Returns: (transfer full) (element-type SgSceneSeries): an empty list */
GArray *
sg_scene_new_series (void)
{
  GArray *series = g_array_new (FALSE, TRUE, sizeof (SgSceneSeries));

  g_array_set_clear_func (series, series_clear);
  return series;
}

void
sg_scene_init (SgScene *self)
{
  *self = (SgScene) { .to = 1 };
  sg_value_axis_init (&self->axis, SG_UNIT_NONE);
  self->series = sg_scene_new_series ();
  self->thresholds = g_array_new (FALSE, TRUE, sizeof (SgThreshold));
  g_array_set_clear_func (self->thresholds, threshold_clear);
  self->marks = g_array_new (FALSE, TRUE, sizeof (SgMark));
  g_array_set_clear_func (self->marks, mark_clear);
}

void
sg_scene_clear (SgScene *self)
{
  g_clear_pointer (&self->series, g_array_unref);
  g_clear_pointer (&self->thresholds, g_array_unref);
  g_clear_pointer (&self->marks, g_array_unref);
}

/* Shows @series (transfer full) in place of what there was. */
void
sg_scene_take_series (SgScene *self,
                      GArray  *series)
{
  g_array_unref (self->series);
  self->series = series;
}

SgSceneSeries *
sg_scene_get_series (const SgScene *self,
                     guint          i)
{
  return &g_array_index (self->series, SgSceneSeries, i);
}

SgThreshold *
sg_scene_get_threshold (const SgScene *self,
                        guint          i)
{
  return &g_array_index (self->thresholds, SgThreshold, i);
}

SgMark *
sg_scene_get_mark (const SgScene *self,
                   guint          i)
{
  return &g_array_index (self->marks, SgMark, i);
}

guint
sg_scene_count_visible (const SgScene *self)
{
  guint n = 0;

  for (guint i = 0; i < self->series->len; i++)
    n += sg_scene_get_series (self, i)->hidden ? 0 : 1;
  return n;
}

/* Whether series stand on each other. */
gboolean
sg_scene_is_stacked (const SgScene *self)
{
  return self->kind == SG_CHART_STACK || self->kind == SG_CHART_COLUMNS;
}

/* A sample may be late by half a step without anything being missing. */
gint64
sg_scene_get_hole (const SgScene *self)
{
  return self->step * 3 / 2;
}

gint64
sg_scene_get_reach (const SgScene *self)
{
  return self->step > 0 ? sg_scene_get_hole (self) : (self->to - self->from) / 20;
}

double
sg_scene_get_value (const SgScene *self,
                    guint          i,
                    gint64         t,
                    gint64        *ret_t)
{
  const SgSceneSeries *series = sg_scene_get_series (self, i);
  gsize index;

  if (!sg_series_data_find_nearest (series->data, t, sg_scene_get_reach (self), &index))
    return NAN;
  if (ret_t != NULL)
    *ret_t = sg_series_data_get_times (series->data)[index];
  return sg_series_data_get_values (series->data)[index];
}

double
sg_scene_get_top (const SgScene *self,
                  guint          i,
                  gint64         t)
{
  double top = sg_scene_get_value (self, i, t, NULL);

  if (!sg_scene_is_stacked (self) || isnan (top))
    return top;
  for (guint below = 0; below < i; below++)
    {
      double value = sg_scene_get_value (self, below, t, NULL);

      top += sg_scene_get_series (self, below)->hidden || isnan (value) ? 0 : value;
    }
  return top;
}

/* Rows of a heat map are equally high, whatever their bounds: the upper end of each is where it says. */
static void
add_bucket_labels (const SgScene *self,
                   double         height,
                   GArray        *labels)
{
  guint n = self->series->len;
  guint each = (guint) ceil (n * LEAST_LABEL_DISTANCE / MAX (height, 1));

  for (guint i = 0; i < n; i += MAX (each, 1))
    {
      double low, high;
      SgValueLabel label = { (i + 1.) / n, NULL };
      const SgSceneSeries *series = sg_scene_get_series (self, i);

      if (!sg_series_data_get_bucket (series->data, &low, &high))
        continue;
      label.text = sg_unit_format_bound (self->axis.unit, high);
      g_array_append_val (labels, label);
    }
}

GArray *
sg_scene_get_labels (const SgScene *self,
                     double         height)
{
  GArray *labels = g_array_new (FALSE, TRUE, sizeof (SgValueLabel));
  double ticks[SG_VALUE_AXIS_MAX_TICKS];
  guint n;

  g_array_set_clear_func (labels, label_clear);
  if (self->kind == SG_CHART_HEAT)
    {
      add_bucket_labels (self, height, labels);
      return labels;
    }
  n = sg_value_axis_get_ticks (&self->axis, ticks);
  for (guint i = 0; i < n; i++)
    {
      SgValueLabel label = { sg_value_axis_place (&self->axis, ticks[i]),
                             sg_value_axis_format_tick (&self->axis, ticks[i]) };

      g_array_append_val (labels, label);
    }
  return labels;
}

/* The axis of a heat map counts its rows. */
static void
fit_rows (SgScene *self)
{
  self->axis.low = 0;
  self->axis.high = MAX (self->series->len, 1);
  self->axis.step = 1;
}

void
sg_scene_fit (SgScene *self,
              double   height)
{
  const SgLayer *layer = sg_layer_get (self->kind);
  double min = INFINITY;
  double max = -INFINITY;

  if (layer->get_range == NULL)
    {
      fit_rows (self);
      return;
    }
  layer->get_range (self, &min, &max);
  for (guint i = 0; i < self->thresholds->len && min <= max; i++)
    max = fmax (max, sg_scene_get_threshold (self, i)->value);
  sg_value_axis_fit (&self->axis, min, max, height);
}
