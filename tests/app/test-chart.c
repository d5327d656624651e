/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-chart-tooltip.h"
#include "chart/sg-chart.h"
#include "chart/sg-legend-item.h"
#include "chart/sg-plot.h"

#include <math.h>

#define STEP   G_GINT64_CONSTANT (5000)
#define WINDOW G_GINT64_CONSTANT (900000)

static SgChart *
make_chart (guint n_series)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Duration", "percentiles"));
  g_autoptr (GPtrArray) series =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  for (guint i = 0; i < n_series; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", 50 + i);

      g_ptr_array_add (series, sg_test_walk (name, SG_UNIT_SECONDS, 181, STEP, SG_TEST_NOW,
                                             .05 + .04 * i, .02, i));
    }
  sg_chart_set_unit (chart, SG_UNIT_SECONDS);
  sg_chart_set_window (chart, SG_TEST_NOW - WINDOW, SG_TEST_NOW);
  sg_chart_set_series (chart, series, STEP);
  return chart;
}

static GtkWidget *
present (SgChart *chart)
{
  gtk_widget_set_margin_start (GTK_WIDGET (chart), 12);
  return sg_test_present (GTK_WIDGET (chart), 480, 300);
}

static gboolean
caption_has_unit (gpointer caption)
{
  return g_str_has_suffix (gtk_label_get_label (caption), ", ms");
}

static void
test_caption (void)
{
  SgChart *chart = make_chart (2);
  GtkWidget *window = present (chart);
  GtkWidget *caption = sg_test_find_class (GTK_WIDGET (chart), "caption");

  sg_test_wait_until (caption_has_unit, caption);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (caption)), ==, "percentiles, ms");
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* The same names have the same colours in every chart of a domain, whatever else there is. */
static void
test_colours (void)
{
  g_autoptr (SgChartGroup) group = sg_chart_group_new ();
  SgChart *two = g_object_ref_sink (make_chart (2));
  SgChart *three = g_object_ref_sink (make_chart (3));

  sg_chart_set_group (three, group);
  sg_chart_set_domain (three, "quantile");
  sg_chart_set_group (two, group);
  sg_chart_set_domain (two, "quantile");
  g_assert_cmpuint (sg_chart_group_get_colour (group, "quantile", "p50"), ==, 0);
  g_assert_cmpuint (sg_chart_group_get_colour (group, "quantile", "p52"), ==, 2);
  g_assert_cmpuint (sg_chart_group_get_colour (group, "quantile", "new"), ==, 3);
  g_assert_cmpuint (sg_chart_group_get_colour (group, "other", "p52"), ==, 0);
  g_assert_finalize_object (two);
  g_assert_finalize_object (three);
}

/* The wider value labels of one chart move the plot of the other. */
static void
test_gutter (void)
{
  g_autoptr (SgChartGroup) group = sg_chart_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SgChart *chart = make_chart (1);
  GtkWidget *window;
  double alone;

  sg_chart_set_group (chart, group);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (chart));
  window = sg_test_present (box, 480, 600);
  alone = sg_chart_group_get_gutter (group);
  g_assert_cmpfloat (alone, ==, 52);
  sg_chart_group_set_gutter (group, box, 80);
  g_assert_cmpfloat (sg_chart_group_get_gutter (group), ==, 80);
  sg_chart_group_set_gutter (group, box, 0);
  g_assert_cmpfloat (sg_chart_group_get_gutter (group), ==, alone);
  gtk_box_remove (GTK_BOX (box), GTK_WIDGET (chart));
  g_assert_cmpfloat (sg_chart_group_get_gutter (group), ==, 0);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static gboolean
is_near (guint32 pixel,
         guint   shift,
         float   wanted)
{
  return ABS ((int) (pixel >> shift & 0xff) - (int) (wanted * 255)) < 12;
}

static gboolean
has_ink (GdkTexture *texture,
         GdkRGBA     colour)
{
  gsize n = (gsize) gdk_texture_get_width (texture) * (gsize) gdk_texture_get_height (texture);
  g_autofree guint32 *pixels = g_new (guint32, n);

  gdk_texture_download (texture, (guchar *) pixels, (gsize) gdk_texture_get_width (texture) * 4);
  for (gsize i = 0; i < n; i++)
    {
      if (is_near (pixels[i], 16, colour.red) && is_near (pixels[i], 8, colour.green)
          && is_near (pixels[i], 0, colour.blue))
        return TRUE;
    }
  return FALSE;
}

static void
test_drawn (void)
{
  SgChart *chart = make_chart (2);
  GtkWidget *window = present (chart);
  GtkWidget *plot = sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT);
  g_autoptr (GdkTexture) texture = sg_test_render (plot);

  for (guint i = 0; i < 2; i++)
    g_assert_true (has_ink (texture, sg_palette_get_series (sg_palette_get_current (), i)));
  g_assert_false (has_ink (texture, sg_palette_get_series (sg_palette_get_current (), 2)));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static SgLegendItem *
find_item (GtkWidget  *root,
           const char *name)
{
  for (GtkWidget *item = gtk_widget_get_first_child (sg_test_find_class (root, "legend"));
       item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      if (g_str_equal (sg_legend_item_get_name (SG_LEGEND_ITEM (item)), name))
        return SG_LEGEND_ITEM (item);
    }
  return NULL;
}

/* Hidden, isolated, and all again; and a refresh leaves that as it is, and the widgets too. */
static void
test_legend (void)
{
  SgChart *chart = make_chart (3);
  GtkWidget *window = present (chart);
  SgLegendItem *first = find_item (window, "p50");
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_signal_emit_by_name (first, "toggled");
  g_assert_true (sg_chart_get_hidden (chart, "p50"));
  g_assert_true (sg_legend_item_get_hidden (first));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (first), GTK_ACCESSIBLE_ROLE_CHECKBOX);
  g_assert_null (gtk_test_accessible_check_state (
      GTK_ACCESSIBLE (first), GTK_ACCESSIBLE_STATE_CHECKED, GTK_ACCESSIBLE_TRISTATE_FALSE));
  g_signal_emit_by_name (find_item (window, "p51"), "isolated");
  g_assert_true (sg_chart_get_hidden (chart, "p50"));
  g_assert_false (sg_chart_get_hidden (chart, "p51"));
  g_assert_true (sg_chart_get_hidden (chart, "p52"));
  g_signal_emit_by_name (find_item (window, "p51"), "isolated");
  g_assert_false (sg_chart_get_hidden (chart, "p52"));
  sg_chart_set_hidden (chart, "p52", TRUE);
  sg_chart_set_window (chart, SG_TEST_NOW - WINDOW / 2, SG_TEST_NOW);
  g_assert_true (find_item (window, "p50") == first);
  g_assert_true (sg_legend_item_get_hidden (find_item (window, "p52")));
  sg_chart_set_series (chart, none, STEP);
  g_assert_null (find_item (window, "p50"));
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* The crosshair of one chart has its tooltip there, and its values in the legends of all. */
static void
test_crosshair (void)
{
  g_autoptr (SgChartGroup) group = sg_chart_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SgChart *charts[] = { make_chart (2), make_chart (2) };
  g_autofree char *before = NULL;
  GtkWidget *window;

  for (guint i = 0; i < 2; i++)
    {
      sg_chart_set_group (charts[i], group);
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (charts[i]));
    }
  window = sg_test_present (box, 480, 600);
  before = g_strdup (sg_legend_item_get_value (find_item (GTK_WIDGET (charts[1]), "p51")));
  sg_chart_group_set_cursor (group, sg_test_find (GTK_WIDGET (charts[0]), SG_TYPE_PLOT),
                             SG_TEST_NOW - 60 * STEP);
  g_assert_cmpstr (sg_legend_item_get_value (find_item (GTK_WIDGET (charts[1]), "p51")), !=,
                   before);
  g_assert_true (
      gtk_widget_get_visible (sg_test_find (GTK_WIDGET (charts[0]), SG_TYPE_CHART_TOOLTIP)));
  g_assert_false (
      gtk_widget_get_visible (sg_test_find (GTK_WIDGET (charts[1]), SG_TYPE_CHART_TOOLTIP)));
  g_assert_cmpuint (sg_chart_tooltip_get_n_rows (SG_CHART_TOOLTIP (
                        sg_test_find (GTK_WIDGET (charts[0]), SG_TYPE_CHART_TOOLTIP))),
                    ==, 3);
  sg_chart_group_set_cursor (group, NULL, SG_CHART_NO_CURSOR);
  g_assert_cmpstr (sg_legend_item_get_value (find_item (GTK_WIDGET (charts[1]), "p51")), ==,
                   before);
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/chart/caption", test_caption);
  g_test_add_func ("/app/chart/colours", test_colours);
  g_test_add_func ("/app/chart/gutter", test_gutter);
  g_test_add_func ("/app/chart/drawn", test_drawn);
  g_test_add_func ("/app/chart/legend", test_legend);
  g_test_add_func ("/app/chart/crosshair", test_crosshair);
  return g_test_run ();
}
