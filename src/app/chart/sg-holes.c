/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-holes.h"

#include "chart/sg-layer.h"

#include <math.h>

/*
 * The holes of the first series are found by going over its samples. Each further series can only make
 * holes smaller, and looks only into those that are left; when none are, the rest need not be looked at.
 */
static void
add_hole (GArray *holes,
          gint64  least,
          gint64  from,
          gint64  to)
{
  SgHole hole = { from, to };

  if (to - from >= least)
    g_array_append_val (holes, hole);
}

/* What of @hole this series leaves empty. */
static void
intersect (const SgSceneSeries *series,
           SgHole               hole,
           gint64               least,
           GArray              *left)
{
  const gint64 *times = sg_series_data_get_times (series->data);
  const double *values = sg_series_data_get_values (series->data);
  gsize n = sg_series_data_get_n (series->data);
  gint64 since = hole.from;

  for (gsize i = sg_series_data_find (series->data, hole.from); i < n && times[i] <= hole.to; i++)
    {
      if (!isfinite (values[i]))
        continue;
      add_hole (left, least, since, times[i]);
      since = times[i];
    }
  add_hole (left, least, since, hole.to);
}

GArray *
sg_holes_find (const SgScene *scene)
{
  GArray *holes = g_array_new (FALSE, FALSE, sizeof (SgHole));
  /* Samples may be late by a little without anything being missing. */
  gint64 least = scene->step * 2 - scene->step / 4;

  if (scene->step == 0 || sg_scene_count_visible (scene) == 0)
    return holes;
  add_hole (holes, least, scene->from, scene->to);
  for (guint i = 0; i < scene->series->len && holes->len > 0; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      GArray *left;

      if (series->hidden)
        continue;
      left = g_array_new (FALSE, FALSE, sizeof (SgHole));
      for (guint k = 0; k < holes->len; k++)
        intersect (series, g_array_index (holes, SgHole, k), least, left);
      g_array_unref (holes);
      holes = left;
    }
  return holes;
}
