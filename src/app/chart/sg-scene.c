/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-scene.h"

#include "chart/sg-layer.h"

#include <math.h>

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
}

void
sg_scene_clear (SgScene *self)
{
  g_clear_pointer (&self->series, g_array_unref);
  g_clear_pointer (&self->thresholds, g_array_unref);
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

/* A sample may be late by half a step without anything being missing. */
gint64
sg_scene_get_hole (const SgScene *self)
{
  return self->step * 3 / 2;
}

void
sg_scene_fit (SgScene *self,
              double   height)
{
  double min = INFINITY;
  double max = -INFINITY;

  sg_layer_get (self->kind)->get_range (self, &min, &max);
  for (guint i = 0; i < self->thresholds->len && min <= max; i++)
    max = fmax (max, sg_scene_get_threshold (self, i)->value);
  sg_value_axis_fit (&self->axis, min, max, height);
}
