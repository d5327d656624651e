/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-gauge.h"
#include "widgets/sg-sparkline.h"
#include "widgets/sg-tile.h"

#include <math.h>

static void
assert_label (GtkWidget  *widget,
              const char *label)
{
  g_autofree char *found = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, NULL);

  g_assert_cmpstr (found, ==, NULL);
}

static void
test_values (void)
{
  GtkWidget *tile = g_object_ref_sink (sg_tile_new ("Duration p95", SG_UNIT_SECONDS));

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (tile), GTK_ACCESSIBLE_ROLE_BUTTON);
  assert_label (tile, "Duration p95, – ");
  sg_tile_set_value (SG_TILE (tile), .0842);
  sg_tile_set_before (SG_TILE (tile), .0752);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (sg_test_find_class (tile, "value"))), ==,
                   "84.2");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (sg_test_find_class (tile, "unit"))), ==, "ms");
  assert_label (tile, "Duration p95, 84.2 ms, \u2066▲ 12 %\u2069");
  sg_tile_set_suffix (SG_TILE (tile), "now");
  sg_tile_set_note (SG_TILE (tile), "highest 99");
  assert_label (tile, "Duration p95, 84.2 now, highest 99");
  g_assert_finalize_object (tile);
}

/* In either direction, and only with thresholds. */
static void
test_levels (void)
{
  GtkWidget *tile = g_object_ref_sink (sg_tile_new ("Rate", SG_UNIT_RATIO));

  sg_tile_set_value (SG_TILE (tile), .97);
  g_assert_cmpint (sg_tile_get_level (SG_TILE (tile)), ==, SG_LEVEL_UNKNOWN);
  g_assert_false (gtk_widget_get_visible (sg_test_find (tile, GTK_TYPE_IMAGE)));
  sg_tile_set_thresholds (SG_TILE (tile), .98, .95);
  g_assert_cmpint (sg_tile_get_level (SG_TILE (tile)), ==, SG_LEVEL_DEGRADED);
  g_assert_true (gtk_widget_get_visible (sg_test_find (tile, GTK_TYPE_IMAGE)));
  assert_label (tile, "Rate, 97.0 %, Degraded");
  sg_tile_set_value (SG_TILE (tile), .5);
  g_assert_cmpint (sg_tile_get_level (SG_TILE (tile)), ==, SG_LEVEL_UNHEALTHY);
  sg_tile_set_thresholds (SG_TILE (tile), .6, .8);
  g_assert_cmpint (sg_tile_get_level (SG_TILE (tile)), ==, SG_LEVEL_HEALTHY);
  sg_tile_set_value (SG_TILE (tile), NAN);
  g_assert_cmpint (sg_tile_get_level (SG_TILE (tile)), ==, SG_LEVEL_UNKNOWN);
  g_assert_finalize_object (tile);
}

static void
test_gauge (void)
{
  GtkWidget *ring = g_object_ref_sink (sg_gauge_new_ring ("Score"));
  GtkWidget *bar = g_object_ref_sink (sg_gauge_new_bar ("Disk"));
  int width;

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (ring), GTK_ACCESSIBLE_ROLE_METER);
  assert_label (ring, "Score");
  sg_gauge_set_value (SG_GAUGE (ring), .82, "82");
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (sg_test_find (ring, GTK_TYPE_LABEL))), ==, "82");
  gtk_widget_measure (ring, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  g_assert_cmpint (width, ==, 84);
  sg_gauge_set_value (SG_GAUGE (bar), 1.7, NULL);
  g_assert_cmpfloat (sg_gauge_get_value (SG_GAUGE (bar)), ==, 1);
  sg_gauge_set_value (SG_GAUGE (bar), NAN, NULL);
  g_assert_true (isnan (sg_gauge_get_value (SG_GAUGE (bar))));
  g_assert_finalize_object (ring);
  g_assert_finalize_object (bar);
}

/* A quarter below the least value stays free, and what never changes runs through the middle. */
static void
test_sparkline (void)
{
  static const double values[] = { 0, 1, NAN, 1, 0 };
  static const double flat[] = { 5, 5, 5 };
  GtkWidget *sparkline = sg_sparkline_new ();
  GtkWidget *window;
  guchar pixel[4];

  sg_sparkline_set_values (SG_SPARKLINE (sparkline), values, G_N_ELEMENTS (values));
  gtk_widget_set_valign (sparkline, GTK_ALIGN_CENTER);
  window = sg_test_present (sparkline, 300, 200);
  {
    g_autoptr (GdkTexture) texture = sg_test_render (sparkline);

    g_assert_cmpint (gdk_texture_get_height (texture), ==, 36);
    /* The gap in the middle has no ink. */
    sg_test_pixel (texture, gdk_texture_get_width (texture) / 2, 20, pixel);
    g_assert_cmpuint (pixel[3], ==, 0);
    sg_test_pixel (texture, gdk_texture_get_width (texture) / 8, 30, pixel);
    g_assert_cmpuint (pixel[3], >, 0);
  }
  sg_sparkline_set_values (SG_SPARKLINE (sparkline), flat, G_N_ELEMENTS (flat));
  sg_test_wait_for_frame (sparkline);
  {
    g_autoptr (GdkTexture) texture = sg_test_render (sparkline);

    sg_test_pixel (texture, gdk_texture_get_width (texture) / 2, 4, pixel);
    g_assert_cmpuint (pixel[3], ==, 0);
  }
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/tile/values", test_values);
  g_test_add_func ("/app/tile/levels", test_levels);
  g_test_add_func ("/app/gauge/values", test_gauge);
  g_test_add_func ("/app/sparkline/drawn", test_sparkline);
  return g_test_run ();
}
