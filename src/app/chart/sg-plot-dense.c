/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

/*
 * Dense lines are drawn by a worker. At most one job runs for a plot; what changes meanwhile is drawn
 * when it has ended, so that a window that is being resized does not pile up work. Until a new image is
 * there the old one is shown, moved and stretched to where its times and values are now.
 */
static void start (SgPlot *self);

static void
finished (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (SgPlot) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDenseImage) image = sg_dense_image_new_finish (result, &error);
  gboolean again = self->dense_again;

  g_clear_object (&self->dense_job);
  self->dense_again = FALSE;
  if (image != NULL)
    {
      g_clear_pointer (&self->dense_image, sg_dense_image_free);
      self->dense_image = g_steal_pointer (&image);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  if (again && self->dense)
    start (self);
}

static void
start (SgPlot *self)
{
  SgPlotFrame frame = sg_plot_get_still_frame (self);

  self->dense_job = g_cancellable_new ();
  sg_dense_image_new_async (&self->scene, &frame, gtk_widget_get_scale_factor (GTK_WIDGET (self)),
                            self->dense_job, finished, g_object_ref (self));
}

/* To be called when the scene or its place has changed. */
void
sg_plot_update_dense (SgPlot *self)
{
  self->dense = sg_dense_image_is_better (&self->scene, self->frame.width);
  if (!self->dense)
    sg_plot_forget_dense (self);
  else if (self->dense_job != NULL)
    self->dense_again = TRUE;
  else
    start (self);
}

void
sg_plot_forget_dense (SgPlot *self)
{
  self->dense_again = FALSE;
  if (self->dense_job != NULL)
    g_cancellable_cancel (self->dense_job);
  g_clear_pointer (&self->dense_image, sg_dense_image_free);
}

/* Whether a worker still draws what is to be seen. */
gboolean
sg_plot_is_busy (SgPlot *self)
{
  return self->dense_job != NULL;
}

/* Smoothing an image that stands in for the next one for a frame would take longer than the frame may. */
static void
append_surface (GtkSnapshot           *snapshot,
                cairo_surface_t       *surface,
                const graphene_rect_t *place)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, place);

  cairo_translate (cr, (double) place->origin.x, (double) place->origin.y);
  cairo_scale (cr, (double) place->size.width / cairo_image_surface_get_width (surface),
               (double) place->size.height / cairo_image_surface_get_height (surface));
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_FAST);
  cairo_paint (cr);
  cairo_destroy (cr);
}

void
sg_plot_snapshot_dense (SgPlot      *self,
                        GtkSnapshot *snapshot)
{
  const SgDenseImage *image = self->dense_image;
  SgPlotFrame frame = sg_plot_get_still_frame (self);
  float left, right, top, bottom;
  graphene_rect_t place;

  if (!self->dense || image == NULL)
    return;
  left = (float) sg_plot_frame_x (&frame, image->from);
  right = (float) sg_plot_frame_x (&frame, image->to);
  top = (float) sg_plot_frame_y (&frame, image->high) - SG_DENSE_MARGIN;
  bottom = (float) sg_plot_frame_y (&frame, image->low) + SG_DENSE_MARGIN;
  place = GRAPHENE_RECT_INIT (left, top, right - left, bottom - top);
  if (sg_plot_uses_cairo (self))
    append_surface (snapshot, image->surface, &place);
  else
    gtk_snapshot_append_texture (snapshot, image->texture, &place);
}
