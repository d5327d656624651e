/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include <math.h>

#define CURSOR_ALPHA    .5
#define DOT_RADIUS      3.5
#define DOT_RING        1.5
#define SELECTION_ALPHA .2
#define CURSOR_WIDTH    1

gint64
sg_plot_get_cursor (SgPlot *self)
{
  return sg_chart_group_get_cursor (self->group);
}

gboolean
sg_plot_get_cursor_place (SgPlot           *self,
                          GtkWidget        *widget,
                          graphene_point_t *ret_place)
{
  gint64 cursor = sg_plot_get_cursor (self);

  if (cursor == SG_CHART_NO_CURSOR)
    return FALSE;
  return gtk_widget_compute_point (
      GTK_WIDGET (self), widget,
      &GRAPHENE_POINT_INIT ((float) sg_plot_frame_x (&self->frame, cursor), (float) self->frame.y),
      ret_place);
}

void
sg_plot_clear_cursor (SgPlot *self)
{
  sg_chart_group_set_cursor (self->group, self, SG_CHART_NO_CURSOR);
  sg_plot_speak (self);
}

/* The time of the visible sample that is nearest to @t, or @t where there is none. */
static gint64
nearest_time (SgPlot *self,
              gint64  t)
{
  gint64 best = t;
  gint64 distance = G_MAXINT64;

  for (guint i = 0; i < self->scene.series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (&self->scene, i);
      gsize index;
      gint64 at;

      if (series->hidden || !sg_series_data_find_nearest (series->data, t, G_MAXINT64 / 2, &index))
        continue;
      at = sg_series_data_get_times (series->data)[index];
      if (ABS (at - t) < distance && at >= self->scene.from && at <= self->scene.to)
        {
          best = at;
          distance = ABS (at - t);
        }
    }
  return best;
}

void
sg_plot_point_at (SgPlot *self,
                  double  x)
{
  if (x < self->frame.x || x > self->frame.x + self->frame.width)
    sg_plot_clear_cursor (self);
  else
    sg_chart_group_set_cursor (self->group, self,
                               nearest_time (self, sg_plot_frame_time (&self->frame, x)));
}

static const SgSceneSeries *
spoken_series (SgPlot *self)
{
  if (self->spoken_series >= self->scene.series->len)
    self->spoken_series = 0;
  return self->scene.series->len > 0 ? sg_scene_get_series (&self->scene, self->spoken_series)
                                     : NULL;
}

static char *
describe_cursor (SgPlot *self,
                 gint64  cursor)
{
  const SgSceneSeries *series = spoken_series (self);
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (cursor / 1000);
  g_autofree char *time = g_date_time_format (when, "%H:%M:%S");
  g_autofree char *value = NULL;

  if (series == NULL)
    return g_steal_pointer (&time);
  value = sg_unit_format (sg_series_data_get_unit (series->data),
                          sg_scene_get_value (&self->scene, self->spoken_series, cursor, NULL));
  return g_strdup_printf ("%s, %s, %s", time, sg_series_data_get_name (series->data), value);
}

/* What screen readers read: the value at the cursor, or else what the chart shows as a whole. */
void
sg_plot_speak (SgPlot *self)
{
  gint64 cursor = sg_plot_get_cursor (self);
  g_autofree char *words =
      cursor != SG_CHART_NO_CURSOR ? describe_cursor (self, cursor) : g_strdup (self->summary);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words != NULL ? words : "", -1);
}

/* Moves the cursor by so many samples of the series that is spoken; with none it begins at the last. */
gboolean
sg_plot_step_cursor (SgPlot *self,
                     int     samples)
{
  const SgSceneSeries *series = spoken_series (self);
  gint64 cursor = sg_plot_get_cursor (self);
  gsize start, end, at;

  if (series == NULL)
    return FALSE;
  start = sg_series_data_find (series->data, self->scene.from);
  end = sg_series_data_find (series->data, self->scene.to + 1);
  if (start == end)
    return TRUE;
  if (cursor == SG_CHART_NO_CURSOR)
    at = samples == G_MININT ? start : end - 1;
  else
    {
      gint64 wanted = (gint64) sg_series_data_find (series->data, cursor) + samples;

      at = (gsize) CLAMP (wanted, (gint64) start, (gint64) end - 1);
    }
  sg_chart_group_set_cursor (self->group, self, sg_series_data_get_times (series->data)[at]);
  sg_plot_speak (self);
  return TRUE;
}

/* Goes on to the next visible series, up or down. */
gboolean
sg_plot_step_series (SgPlot *self,
                     int     direction)
{
  guint n = self->scene.series->len;

  for (guint tries = 0; tries < n; tries++)
    {
      self->spoken_series = (guint) ((int) self->spoken_series + (int) n + direction) % n;
      if (!sg_scene_get_series (&self->scene, self->spoken_series)->hidden)
        break;
    }
  sg_plot_speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return TRUE;
}

static void
append_disc (GtkSnapshot   *snapshot,
             double         x,
             double         y,
             double         radius,
             const GdkRGBA *colour)
{
  GskRoundedRect disc;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) (x - radius), (float) (y - radius),
                                               (float) radius * 2, (float) radius * 2);

  gsk_rounded_rect_init_from_rect (&disc, &bounds, (float) radius);
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, colour, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* Columns and cells are marked well enough by the line through them. */
static gboolean
has_dots (SgPlot *self)
{
  return self->scene.kind != SG_CHART_HEAT && self->scene.kind != SG_CHART_COLUMNS;
}

static void
snapshot_dots (SgPlot      *self,
               gint64       cursor,
               GtkSnapshot *snapshot)
{
  GdkRGBA card = sg_palette_get_card (self->frame.palette);

  for (guint i = 0; i < self->scene.series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (&self->scene, i);
      gint64 t = cursor;
      double value = sg_scene_get_value (&self->scene, i, cursor, &t);
      double x, y;

      if (series->hidden || !isfinite (value))
        continue;
      x = sg_plot_frame_x (&self->frame, t);
      y = sg_plot_frame_y (&self->frame, sg_scene_get_top (&self->scene, i, cursor));
      append_disc (snapshot, x, y, DOT_RADIUS + DOT_RING, &card);
      append_disc (snapshot, x, y, DOT_RADIUS, &series->colour);
    }
}

static void
snapshot_selection (SgPlot      *self,
                    GtkSnapshot *snapshot)
{
  GdkRGBA colour = sg_palette_get_series (self->frame.palette, 0);
  double left = MIN (self->drag_start, self->drag_end);
  double width = fabs (self->drag_end - self->drag_start);

  colour.alpha = (float) SELECTION_ALPHA;
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT ((float) left, (float) self->frame.y,
                                                  (float) width, (float) self->frame.height));
}

void
sg_plot_snapshot_cursor (SgPlot      *self,
                         GtkSnapshot *snapshot)
{
  gint64 cursor = sg_plot_get_cursor (self);
  GdkRGBA colour = self->frame.foreground;

  if (self->dragging)
    snapshot_selection (self, snapshot);
  if (cursor == SG_CHART_NO_CURSOR || cursor < self->scene.from || cursor > self->scene.to)
    return;
  colour.alpha *= (float) CURSOR_ALPHA;
  gtk_snapshot_append_color (
      snapshot, &colour,
      &GRAPHENE_RECT_INIT (floorf ((float) sg_plot_frame_x (&self->frame, cursor)),
                           (float) self->frame.y, CURSOR_WIDTH, (float) self->frame.height));
  if (has_dots (self))
    snapshot_dots (self, cursor, snapshot);
}
