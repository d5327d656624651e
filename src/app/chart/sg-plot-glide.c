/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include <math.h>

/*
 * A live plot glides: between two refreshes what has been drawn moves on with the time, by whole pixels
 * of the device, so that it is moved and never drawn anew. It wakes up once a pixel and not once a frame;
 * where that would be more often than a few times a second, or while animations are off, it stands still
 * and steps with the refresh. A refresh that does not come lets it glide no further than a little.
 */
#define MOST_PER_SECOND 4.
#define MOST_GLIDE_MS   15000

static gboolean glide (gpointer data);

static double
pixels_per_ms (SgPlot *self)
{
  return self->frame.width * gtk_widget_get_scale_factor (GTK_WIDGET (self))
         / (double) (self->scene.to - self->scene.from);
}

static gboolean
may_glide (SgPlot *self)
{
  gboolean animations;

  if (!self->live || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return FALSE;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animations,
                NULL);
  return animations && self->glided < MOST_GLIDE_MS
         && pixels_per_ms (self) * 1000
                <= MOST_PER_SECOND * gtk_widget_get_scale_factor (GTK_WIDGET (self));
}

static void
schedule (SgPlot *self)
{
  double ms = 1 / pixels_per_ms (self);

  g_clear_handle_id (&self->glide_timeout, g_source_remove);
  if (may_glide (self) && ms < MOST_GLIDE_MS)
    self->glide_timeout = g_timeout_add ((guint) ceil (ms), glide, self);
}

static gboolean
glide (gpointer data)
{
  SgPlot *self = data;
  gint64 passed = (g_get_monotonic_time () - self->glide_start) / 1000;

  self->glide_timeout = 0;
  self->glided = MIN (passed, MOST_GLIDE_MS);
  self->frame.from = self->scene.from + self->glided;
  self->frame.to = self->scene.to + self->glided;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* What has been drawn stands where it was drawn. */
void
sg_plot_restart_glide (SgPlot *self)
{
  self->glide_start = g_get_monotonic_time ();
  self->glided = 0;
  self->frame.from = self->scene.from;
  self->frame.to = self->scene.to;
  schedule (self);
}

void
sg_plot_stop_glide (SgPlot *self)
{
  g_clear_handle_id (&self->glide_timeout, g_source_remove);
}

/* How far what has been drawn is to be moved to the left, in pixels. */
double
sg_plot_get_glide (SgPlot *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  return floor ((double) self->glided * pixels_per_ms (self)) / scale;
}

/* The frame as it was when nothing had glided yet. */
SgPlotFrame
sg_plot_get_still_frame (SgPlot *self)
{
  SgPlotFrame frame = self->frame;

  frame.from = self->scene.from;
  frame.to = self->scene.to;
  return frame;
}

void
sg_plot_set_live (SgPlot   *self,
                  gboolean  live)
{
  if (self->live == live)
    return;
  self->live = live;
  sg_plot_changed (self);
}
