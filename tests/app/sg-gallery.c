/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-gallery.h"

#include "app/sg-test-series.h"
#include "chart/sg-chart.h"

#include <math.h>

#define STEP   G_GINT64_CONSTANT (10000)
#define WINDOW G_GINT64_CONSTANT (900000)
#define N      91

static GtkWidget *
pad (GtkWidget *child)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_add_css_class (box, "sg-page");
  gtk_box_append (GTK_BOX (box), child);
  return box;
}

static SgChart *
new_chart (const char *title,
           const char *subject,
           SgUnit      unit)
{
  SgChart *chart = SG_CHART (sg_chart_new (title, subject));

  sg_chart_set_unit (chart, unit);
  sg_chart_set_window (chart, SG_TEST_NOW - WINDOW, SG_TEST_NOW);
  return chart;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
}

/* A hole of a minute, at a third of the window. */
static SgSeriesData *
with_hole (const char *name,
           SgUnit      unit,
           double      mean,
           double      spread,
           guint64     seed)
{
  g_autoptr (SgSeriesData) whole =
      sg_test_walk (name, unit, N, STEP, SG_TEST_NOW, mean, spread, seed);
  g_autofree double *values = g_memdup2 (sg_series_data_get_values (whole), N * sizeof (double));

  for (guint i = N / 3; i < N / 3 + 6; i++)
    values[i] = NAN;
  return sg_test_series (name, unit, STEP, SG_TEST_NOW, values, N);
}

static GtkWidget *
make_line (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Duration", "percentiles", SG_UNIT_SECONDS);

  g_ptr_array_add (list, with_hole ("p50", SG_UNIT_SECONDS, .015, .006, 1));
  g_ptr_array_add (list, with_hole ("p95", SG_UNIT_SECONDS, .065, .03, 2));
  g_ptr_array_add (list, with_hole ("p99", SG_UNIT_SECONDS, .12, .07, 3));
  sg_chart_add_threshold (chart, .1, SG_LEVEL_UNHEALTHY, "p95 limit 100 ms");
  sg_chart_set_series (chart, list, STEP);
  return pad (GTK_WIDGET (chart));
}

static const SgGalleryItem items[] = {
  { "chart-line", 500, 300, make_line },
};

const SgGalleryItem *
sg_gallery_get_items (guint *ret_n_items)
{
  *ret_n_items = G_N_ELEMENTS (items);
  return items;
}
