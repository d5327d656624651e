/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-chart.h"
#include "chart/sg-dense-image.h"
#include "chart/sg-plot.h"

#include <math.h>

#define MILLION 1000000

/* A million samples at 1, but one of them at 9. */
static SgSeriesData *
make_spike (gsize at)
{
  g_autofree double *values = g_new (double, MILLION);

  for (gsize i = 0; i < MILLION; i++)
    values[i] = 1;
  values[at] = 9;
  return sg_test_series ("spike", SG_UNIT_NONE, 100, SG_TEST_NOW, values, MILLION);
}

static void
init_scene (SgScene      *scene,
            SgSeriesData *data)
{
  SgSceneSeries series = { .data = data, .colour = { 1, 0, 0, 1 } };

  sg_scene_init (scene);
  scene->from = SG_TEST_NOW - (gint64) (MILLION - 1) * 100;
  scene->to = SG_TEST_NOW;
  scene->step = 100;
  g_array_append_val (scene->series, series);
}

/* How strongly the pixels of the row at @value are inked, all together. */
static double
ink_at (const SgDenseImage *image,
        double              value)
{
  int width = gdk_texture_get_width (image->texture);
  int height = gdk_texture_get_height (image->texture);
  int plot = height - 2 * SG_DENSE_MARGIN;
  int row = SG_DENSE_MARGIN + (int) (plot * (image->high - value) / (image->high - image->low));
  g_autofree guint32 *pixels = g_new (guint32, (gsize) width * (gsize) height);
  double ink = 0;

  gdk_texture_download (image->texture, (guchar *) pixels, (gsize) width * 4);
  for (int x = 0; x < width; x++)
    ink += (pixels[(gsize) row * (gsize) width + (gsize) x] >> 24) / 255.;
  return ink;
}

/* One sample in a million is a full column of ink, at any width and wherever it falls. */
static void
test_spike (void)
{
  static const gsize places[] = { 0, 1, 333333, 500000, 777777, MILLION - 1 };
  static const double widths[] = { 40, 159, 376, 801, 1200, 3840 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      {
        SgPlotFrame frame = { .width = widths[w],
                              .height = 166,
                              .palette = sg_palette_get (FALSE, FALSE) };
        g_autoptr (SgDenseImage) image = NULL;
        SgScene scene;

        init_scene (&scene, make_spike (places[i]));
        sg_scene_fit (&scene, frame.height);
        g_assert_true (sg_dense_image_is_better (&scene, frame.width));
        image = sg_dense_image_new (&scene, &frame, 1);
        g_assert_cmpfloat (ink_at (image, 8), >=, .99);
        g_assert_cmpfloat (ink_at (image, 8), <=, 2);
        g_assert_cmpfloat (ink_at (image, 1), >=, .7 * widths[w]);
        sg_scene_clear (&scene);
      }
}

static void
test_logarithmic (void)
{
  SgPlotFrame frame = { .width = 300, .height = 166, .palette = sg_palette_get (FALSE, FALSE) };
  g_autoptr (SgDenseImage) image = NULL;
  SgScene scene;

  init_scene (&scene, make_spike (400000));
  scene.axis.logarithmic = TRUE;
  sg_scene_fit (&scene, frame.height);
  image = sg_dense_image_new (&scene, &frame, 2);
  g_assert_cmpint (gdk_texture_get_width (image->texture), ==, 600);
  g_assert_cmpint (gdk_texture_get_height (image->texture), ==, 2 * (166 + 2 * SG_DENSE_MARGIN));
  sg_scene_clear (&scene);
}

static void
test_sparse (void)
{
  static const double values[] = { 1, 2, 3 };
  SgScene scene;

  init_scene (&scene, sg_test_series ("a", SG_UNIT_NONE, 100, SG_TEST_NOW, values, 3));
  g_assert_false (sg_dense_image_is_better (&scene, 300));
  scene.kind = SG_CHART_STACK;
  g_assert_false (sg_dense_image_is_better (&scene, 1));
  sg_scene_clear (&scene);
}

static gboolean
is_idle (gpointer plot)
{
  return !sg_plot_is_busy (plot);
}

/* The widget asks a worker, and shows what it made. */
static void
test_widget (void)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Spike", NULL));
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  GtkWidget *plot = sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT);
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree guint32 *pixels = NULL;
  GtkWidget *window;
  guint inked = 0;
  int width, height;

  g_ptr_array_add (list, make_spike (640000));
  sg_chart_set_window (chart, SG_TEST_NOW - MILLION * G_GINT64_CONSTANT (100), SG_TEST_NOW);
  sg_chart_set_series (chart, list, 100);
  window = sg_test_present (GTK_WIDGET (chart), 480, 300);
  sg_test_wait_until (is_idle, plot);
  sg_test_wait_for_frame (plot);
  texture = sg_test_render (plot);
  width = gdk_texture_get_width (texture);
  height = gdk_texture_get_height (texture);
  pixels = g_new (guint32, (gsize) width * (gsize) height);
  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * 4);
  /* Above the line at 1 there is nothing blue but the spike. */
  for (int y = 30; y < height / 2; y++)
    for (int x = 60; x < width; x++)
      {
        guint32 pixel = pixels[(gsize) y * (gsize) width + (gsize) x];

        inked += (pixel & 0xff) > 0xc0 && (pixel >> 16 & 0xff) < 0x70;
      }
  g_assert_cmpuint (inked, >=, (guint) (height / 2 - 30) * 8 / 10);
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/dense-image/spike", test_spike);
  g_test_add_func ("/app/dense-image/logarithmic", test_logarithmic);
  g_test_add_func ("/app/dense-image/sparse", test_sparse);
  g_test_add_func ("/app/dense-image/widget", test_widget);
  return g_test_run ();
}
