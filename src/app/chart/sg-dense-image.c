/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-dense-image.h"

#include "chart/sg-layer.h"
#include "chart/sg-span-raster.h"

#include <math.h>

/*
 * A job has references to the immutable series and copies of everything else, so that the plot may go
 * on, or go away, while a worker draws. For each series the samples are sorted into columns of pixels,
 * the values of the columns are turned into places on the axis, and these become spans. On a linear axis
 * the turning is left out, since the raster does the same.
 */
#define MANY_SAMPLES 8000
#define BAND_ALPHA   .18

typedef struct
{
  SgSeriesData *data;
  guint32 colour;
  guint32 band_colour;
} JobSeries;

typedef struct
{
  SgValueAxis axis;
  gint64 from;
  gint64 to;
  gint64 hole;
  guint width;
  guint height;
  guint margin;
  double line_width;
  GArray *series;
} Job;

gboolean
sg_dense_image_is_better (const SgScene *scene,
                          double         width)
{
  gsize total = 0;

  if (scene->kind != SG_CHART_LINE && scene->kind != SG_CHART_STEP)
    return FALSE;
  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      gsize start, end;

      if (series->hidden)
        continue;
      sg_layer_get_slice (scene, series, &start, &end);
      total += end - start;
      if ((double) (end - start) > width || total > MANY_SAMPLES)
        return TRUE;
    }
  return FALSE;
}

static guint32
to_channel (double strength)
{
  return (guint32) (strength * 255 + .5);
}

/* Premultiplied, as the raster wants it. */
static guint32
to_pixel (GdkRGBA colour,
          double  alpha)
{
  alpha *= (double) colour.alpha;
  return to_channel (alpha) << 24 | to_channel ((double) colour.red * alpha) << 16
         | to_channel ((double) colour.green * alpha) << 8
         | to_channel ((double) colour.blue * alpha);
}

static void
job_series_clear (gpointer data)
{
  sg_series_data_unref (((JobSeries *) data)->data);
}

static Job *
job_new (const SgScene     *scene,
         const SgPlotFrame *frame,
         int                scale)
{
  Job *job = g_new0 (Job, 1);

  job->axis = scene->axis;
  job->from = scene->from;
  job->to = scene->to;
  job->hole = sg_scene_get_hole (scene);
  job->width = (guint) MAX (frame->width * scale, 1);
  job->margin = SG_DENSE_MARGIN * (guint) scale;
  job->height = (guint) MAX (frame->height * scale, 1) + 2 * job->margin;
  job->line_width = sg_palette_get_line_width (frame->palette) * scale;
  job->series = g_array_new (FALSE, FALSE, sizeof (JobSeries));
  g_array_set_clear_func (job->series, job_series_clear);
  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      JobSeries one = { series->data, to_pixel (series->colour, 1),
                        to_pixel (series->colour,
                                  BAND_ALPHA * sg_palette_get_fill_alpha (frame->palette)) };

      if (series->hidden)
        continue;
      sg_series_data_ref (one.data);
      g_array_append_val (job->series, one);
    }
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_array_unref (job->series);
  g_free (job);
}

/* From values to places on the axis; what cannot stand there is below it. */
static void
place_columns (const Job     *job,
               SgPixelColumn *columns)
{
  if (!job->axis.logarithmic)
    return;
  for (guint x = 0; x < job->width; x++)
    {
      SgPixelColumn *column = &columns[x];

      if (column->n == 0)
        continue;
      column->first = sg_value_axis_place (&job->axis, column->first);
      column->last = sg_value_axis_place (&job->axis, column->last);
      column->min = sg_value_axis_place (&job->axis, column->min);
      column->max = sg_value_axis_place (&job->axis, column->max);
    }
}

static void
decimate (const Job          *job,
          const SgSeriesData *data,
          const double       *values,
          SgPixelColumn      *columns)
{
  SgDecimation decimation = { job->from, job->to, job->width, job->hole };
  gsize before, after;

  sg_decimator_run (&decimation, sg_series_data_get_times (data), values,
                    sg_series_data_get_n (data), columns, &before, &after);
}

/* In each column the band reaches from the least of its lows to the greatest of its highs. */
static void
draw_band (const Job       *job,
           const JobSeries *series,
           SgSpanRaster    *raster,
           SgPixelColumn   *columns)
{
  g_autofree SgPixelColumn *lows = g_new (SgPixelColumn, job->width);

  decimate (job, series->data, sg_series_data_get_lows (series->data), lows);
  decimate (job, series->data, sg_series_data_get_highs (series->data), columns);
  for (guint x = 0; x < job->width; x++)
    columns[x].min = columns[x].n > 0 && lows[x].n > 0 ? lows[x].min : columns[x].min;
  place_columns (job, columns);
  sg_span_raster_draw_line (raster, columns, series->band_colour);
}

static void
release_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

/*
 * The pixels are shown by the graphics card as a texture, and by cairo as a surface: GTK 4.8 would take
 * a texture through floating-point numbers for each frame that cairo draws.
 */
static void
take_pixels (SgDenseImage       *image,
             const SgSpanRaster *raster)
{
  static const cairo_user_data_key_t key;
  gsize stride = (gsize) raster->width * sizeof (guint32);
  guint32 *rows = g_malloc (stride * raster->height);
  g_autoptr (GBytes) bytes = NULL;

  sg_span_raster_write_rows (raster, rows);
  bytes = g_bytes_new_take (rows, stride * raster->height);
  image->texture = gdk_memory_texture_new ((int) raster->width, (int) raster->height,
                                           GDK_MEMORY_DEFAULT, bytes, stride);
  image->surface =
      cairo_image_surface_create_for_data ((guchar *) rows, CAIRO_FORMAT_ARGB32,
                                           (int) raster->width, (int) raster->height, (int) stride);
  cairo_surface_set_user_data (image->surface, &key, g_bytes_ref (bytes), release_bytes);
}

static SgDenseImage *
job_run (const Job    *job,
         GCancellable *cancellable)
{
  double low = job->axis.logarithmic ? 0 : job->axis.low;
  double high = job->axis.logarithmic ? 1 : job->axis.high;
  double margin = (high - low) * job->margin / (job->height - 2 * job->margin);
  g_autofree guint32 *pixels = g_new0 (guint32, (gsize) job->width * job->height);
  g_autofree SgPixelColumn *columns = g_new (SgPixelColumn, job->width);
  SgSpanRaster raster = { pixels,       job->width,    job->height,
                          low - margin, high + margin, job->line_width };
  SgDenseImage *image = g_new0 (SgDenseImage, 1);

  for (guint i = 0; i < job->series->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const JobSeries *series = &g_array_index (job->series, JobSeries, i);

      if (sg_series_data_get_lows (series->data) != NULL)
        draw_band (job, series, &raster, columns);
      decimate (job, series->data, sg_series_data_get_values (series->data), columns);
      place_columns (job, columns);
      sg_span_raster_draw_line (&raster, columns, series->colour);
    }
  *image = (SgDenseImage) { NULL, NULL, job->from, job->to, job->axis.low, job->axis.high };
  take_pixels (image, &raster);
  return image;
}

static void
run_in_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  g_task_return_pointer (task, job_run (data, cancellable), (GDestroyNotify) sg_dense_image_free);
}

void
sg_dense_image_new_async (const SgScene       *scene,
                          const SgPlotFrame   *frame,
                          int                  scale,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_dense_image_new_async);
  g_task_set_task_data (task, job_new (scene, frame, scale), job_free);
  g_task_run_in_thread (task, run_in_thread);
}

SgDenseImage *
sg_dense_image_new_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

SgDenseImage *
sg_dense_image_new (const SgScene     *scene,
                    const SgPlotFrame *frame,
                    int                scale)
{
  Job *job = job_new (scene, frame, scale);
  SgDenseImage *image = job_run (job, NULL);

  job_free (job);
  return image;
}

void
sg_dense_image_free (SgDenseImage *self)
{
  g_clear_object (&self->texture);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_free (self);
}
