/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-picture.h"

#include "chart/sg-dense-image.h"
#include "chart/sg-layer.h"
#include "chart/sg-plot-axes.h"
#include "chart/sg-plot-marks.h"

#include <cairo-svg.h>

#define MARGIN        14
#define TITLE_HEIGHT  30
#define LEGEND_HEIGHT 22
#define NAME_DISTANCE 14
#define SWATCH        10
#define MOST_NAMES    8

static double
show_text (const SgPlotFrame *frame,
           const char        *text,
           gboolean           bold,
           double             x,
           double             y,
           cairo_t           *cr)
{
  g_autoptr (PangoLayout) layout = sg_plot_frame_new_layout (frame, text, bold);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  sg_plot_frame_set_colour (cr, frame->foreground, 1);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  return x + width;
}

static void
draw_legend (const SgChartPicture *self,
             const SgPlotFrame    *frame,
             cairo_t              *cr)
{
  double x = MARGIN;
  double y = self->height - LEGEND_HEIGHT - MARGIN / 2.;
  guint shown = 0;

  for (guint i = 0; i < self->scene->series->len && shown < MOST_NAMES; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (self->scene, i);

      if (series->hidden || self->scene->kind == SG_CHART_HEAT)
        continue;
      sg_plot_frame_set_colour (cr, series->colour, 1);
      cairo_rectangle (cr, x, y + 3, SWATCH, SWATCH);
      cairo_fill (cr);
      x = show_text (frame, sg_series_data_get_name (series->data), FALSE, x + SWATCH + 6, y, cr)
          + NAME_DISTANCE;
      shown++;
    }
}

static void
draw_dense (const SgChartPicture *self,
            const SgPlotFrame    *frame,
            cairo_t              *cr)
{
  g_autoptr (SgDenseImage) image = sg_dense_image_new (self->scene, frame, SG_CHART_PICTURE_SCALE);

  cairo_save (cr);
  cairo_translate (cr, frame->x, frame->y - SG_DENSE_MARGIN);
  cairo_scale (cr, 1. / SG_CHART_PICTURE_SCALE, 1. / SG_CHART_PICTURE_SCALE);
  cairo_set_source_surface (cr, image->surface, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
}

static void
draw_plot (const SgChartPicture *self,
           const SgPlotFrame    *frame,
           cairo_t              *cr)
{
  sg_plot_axes_draw_grid (self->scene, frame, cr);
  sg_plot_axes_draw_values (self->scene, frame, cr);
  sg_plot_axes_draw_times (frame, cr);
  sg_plot_marks_draw_below (self->scene, frame, cr);
  cairo_save (cr);
  sg_plot_frame_clip (frame, cr);
  if (sg_dense_image_is_better (self->scene, frame->width))
    draw_dense (self, frame, cr);
  else
    sg_layer_get (self->scene->kind)->draw (self->scene, frame, cr);
  cairo_set_dash (cr, NULL, 0, 0);
  sg_plot_marks_draw_above (self->scene, frame, cr);
  cairo_restore (cr);
}

static void
draw (const SgChartPicture *self,
      cairo_t              *cr)
{
  SgPlotFrame frame = { .y = TITLE_HEIGHT + SG_PLOT_TOP,
                        .from = self->scene->from,
                        .to = self->scene->to,
                        .axis = &self->scene->axis,
                        .palette = self->palette,
                        .foreground = self->foreground,
                        .pango = self->pango };
  double x;

  frame.height = MAX (self->height - frame.y - SG_PLOT_BOTTOM - LEGEND_HEIGHT - MARGIN, 1);
  frame.x = MARGIN + sg_plot_axes_measure (self->scene, &frame);
  frame.width = MAX (self->width - frame.x - MARGIN - SG_PLOT_RIGHT, 1);
  sg_plot_frame_set_colour (cr, sg_palette_get_card (self->palette), 1);
  cairo_paint (cr);
  x = show_text (&frame, self->title, TRUE, MARGIN, MARGIN / 2., cr);
  show_text (&frame, self->caption, FALSE, x + 8, MARGIN / 2., cr);
  draw_plot (self, &frame, cr);
  draw_legend (self, &frame, cr);
}

GdkTexture *
sg_chart_picture_to_texture (const SgChartPicture *self)
{
  int width = self->width * SG_CHART_PICTURE_SCALE;
  int height = self->height * SG_CHART_PICTURE_SCALE;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;

  cairo_scale (cr, SG_CHART_PICTURE_SCALE, SG_CHART_PICTURE_SCALE);
  draw (self, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), stride * (gsize) height);
  cairo_surface_destroy (surface);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

static cairo_status_t
append_bytes (gpointer      out,
              const guchar *data,
              unsigned int  length)
{
  g_byte_array_append (out, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
sg_chart_picture_to_svg (const SgChartPicture *self)
{
  GByteArray *out = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_svg_surface_create_for_stream (append_bytes, out, self->width, self->height);
  cairo_t *cr = cairo_create (surface);

  draw (self, cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return g_byte_array_free_to_bytes (out);
}
