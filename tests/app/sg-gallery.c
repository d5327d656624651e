/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-gallery.h"

#include "app/sg-test-series.h"
#include "chart/sg-chart.h"
#include "chart/sg-plot.h"

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

static GtkWidget *
make_stack_of (SgChartKind kind)
{
  static const struct
  {
    const char *name;
    double mean;
  } types[] = { { "read_through", 58 },
                { "write_through", 36 },
                { "write_behind", 22 },
                { "bulk_insert", 17 },
                { "refresh", 9 } };
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Operations by type", NULL, SG_UNIT_PER_SECOND);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_ptr_array_add (list, sg_test_walk (types[i].name, SG_UNIT_PER_SECOND, N, STEP, SG_TEST_NOW,
                                         types[i].mean, types[i].mean / 4, i));
  sg_chart_set_kind (chart, kind);
  sg_chart_set_series (chart, list, STEP);
  return pad (GTK_WIDGET (chart));
}

static GtkWidget *
make_stack (void)
{
  return make_stack_of (SG_CHART_STACK);
}

static gboolean
point_now (gpointer chart)
{
  sg_chart_group_set_cursor (sg_chart_get_group (chart), sg_test_find (chart, SG_TYPE_PLOT),
                             SG_TEST_NOW - 33 * STEP);
  return G_SOURCE_REMOVE;
}

static void
point (GtkWidget *plot,
       SgChart   *chart)
{
  g_timeout_add (1, point_now, chart);
}

/* Points into the window as soon as it is there, as the pointer would. */
static GtkWidget *
pointed (GtkWidget *box)
{
  GtkWidget *chart = sg_test_find (box, SG_TYPE_CHART);
  GtkWidget *plot = sg_test_find (chart, SG_TYPE_PLOT);

  g_signal_connect_after (plot, "map", G_CALLBACK (point), chart);
  return box;
}

static GtkWidget *
make_stack_pointed (void)
{
  return pointed (make_stack_of (SG_CHART_STACK));
}

static GtkWidget *
make_columns (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Operations by status", NULL, SG_UNIT_PER_SECOND);
  double success[31], partial[31], failed[31];
  SgTestRandom random = { 5 };

  for (guint i = 0; i < G_N_ELEMENTS (success); i++)
    {
      success[i] = 135 + 20 * sg_test_random (&random);
      partial[i] = 2 + 2 * sg_test_random (&random);
      failed[i] = i >= 18 && i < 21 ? 22 : i % 4 == 0 ? .4 : 0;
    }
  g_ptr_array_add (list, sg_test_series ("success", SG_UNIT_PER_SECOND, 3 * STEP, SG_TEST_NOW,
                                         success, 31));
  g_ptr_array_add (list, sg_test_series ("partial, timeout", SG_UNIT_PER_SECOND, 3 * STEP,
                                         SG_TEST_NOW, partial, 31));
  g_ptr_array_add (list, sg_test_series ("failed", SG_UNIT_PER_SECOND, 3 * STEP, SG_TEST_NOW,
                                         failed, 31));
  sg_chart_set_kind (chart, SG_CHART_COLUMNS);
  sg_chart_set_series (chart, list, 3 * STEP);
  return pointed (pad (GTK_WIDGET (chart)));
}

static GtkWidget *
make_heat (void)
{
  static const double bounds[] = { 0, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5 };
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Duration spread", "operations in each bucket", SG_UNIT_SECONDS);
  g_autoptr (GBytes) times = sg_test_times (61, 15000, SG_TEST_NOW);

  for (guint row = 0; row + 1 < G_N_ELEMENTS (bounds); row++)
    {
      SgTestRandom random = { row };
      double values[61];
      g_autoptr (GBytes) column = NULL;

      for (guint i = 0; i < 61; i++)
        {
          double centre = 4 + 1.2 * sin (i / 9.);
          double value = 40 * exp (-(row - centre) * (row - centre) / 2)
                         * (.8 + .4 * sg_test_random (&random));

          if (row >= 8 && row <= 9 && i > 34 && i < 46)
            value = 9;
          values[i] = floor (value);
        }
      column = sg_test_values (values, 61);
      g_ptr_array_add (list, sg_series_data_new_bucket (NULL, SG_UNIT_SECONDS, bounds[row],
                                                        bounds[row + 1], times, column));
    }
  sg_chart_set_kind (chart, SG_CHART_HEAT);
  sg_chart_set_series (chart, list, 15000);
  return pointed (pad (GTK_WIDGET (chart)));
}

/* The mean of four machines, and what lies between the least and the greatest of them. */
static GtkWidget *
make_band (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Temperature", "four machines", SG_UNIT_NONE);
  g_autoptr (SgSeriesData) mean =
      sg_test_walk ("mean", SG_UNIT_NONE, N, STEP, SG_TEST_NOW, 52, 4, 9);
  const double *values = sg_series_data_get_values (mean);
  g_autoptr (GBytes) times = sg_test_times (N, STEP, SG_TEST_NOW);
  g_autoptr (GBytes) column = sg_test_values (values, N);
  double lows[N], highs[N];
  g_autoptr (GBytes) low_column = NULL;
  g_autoptr (GBytes) high_column = NULL;

  for (guint i = 0; i < N; i++)
    {
      lows[i] = values[i] - 3 - 2 * sin (i / 7.);
      highs[i] = values[i] + 4 + 2 * cos (i / 5.);
    }
  low_column = sg_test_values (lows, N);
  high_column = sg_test_values (highs, N);
  g_ptr_array_add (list, sg_series_data_new_band (NULL, "mean", SG_UNIT_NONE, times, column,
                                                  low_column, high_column));
  sg_chart_set_free_start (chart, TRUE);
  sg_chart_set_series (chart, list, STEP);
  return pad (GTK_WIDGET (chart));
}

static GtkWidget *
make_alone (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Memory", "of 15.5 GiB,", SG_UNIT_BYTES);

  g_ptr_array_add (list, sg_test_walk ("used", SG_UNIT_BYTES, N, STEP, SG_TEST_NOW, 6.4 * 0x1p30,
                                       .2 * 0x1p30, 3));
  sg_chart_set_subject (chart, "of 15.5 GiB");
  sg_chart_set_series (chart, list, STEP);
  return pad (GTK_WIDGET (chart));
}

static GtkWidget *
make_step (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Connections", "steps", SG_UNIT_COUNT);
  static const double open[] = { 3, 3, 4, 4, 4, 7, 7, 12, 12, 11, 9, 9, 9, 4, 4, 5, 5, 5, 2, 2, 3 };
  static const double idle[] = { 9, 9, 8, 8, 8, 5, 5, 0, 0, 1, 3, 3, 3, 8, 8, 7, 7, 7, 10, 10, 9 };

  g_ptr_array_add (list, sg_test_series ("in use", SG_UNIT_COUNT, 45000, SG_TEST_NOW, open, 21));
  g_ptr_array_add (list, sg_test_series ("idle", SG_UNIT_COUNT, 45000, SG_TEST_NOW, idle, 21));
  sg_chart_set_kind (chart, SG_CHART_STEP);
  sg_chart_set_series (chart, list, 45000);
  return pad (GTK_WIDGET (chart));
}

static GtkWidget *
make_logarithmic (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Queue", "items, logarithmic", SG_UNIT_COUNT);
  double values[N];

  for (guint i = 0; i < N; i++)
    values[i] = rint (exp (1 + 9. * i / N + sin (i / 4.)));
  g_ptr_array_add (list, sg_test_series ("waiting", SG_UNIT_COUNT, STEP, SG_TEST_NOW, values, N));
  g_ptr_array_add (list, sg_test_walk ("running", SG_UNIT_COUNT, N, STEP, SG_TEST_NOW, 30, 12, 4));
  sg_chart_set_logarithmic (chart, TRUE);
  sg_chart_set_series (chart, list, STEP);
  return pad (GTK_WIDGET (chart));
}

static GtkWidget *
make_marked (void)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, TRUE, sizeof (SgMark));
  SgMark alert = { SG_TEST_NOW - 400000, SG_TEST_NOW - 220000, SG_LEVEL_UNHEALTHY, NULL,
                   (char *) "HighLatency fires" };
  SgMark slow = { SG_TEST_NOW - 700000, SG_TEST_NOW - 640000, SG_LEVEL_DEGRADED, NULL,
                  (char *) "SlowDisk fires" };
  SgMark restart = { SG_TEST_NOW - 500000, SG_TEST_NOW - 500000, SG_LEVEL_UNKNOWN,
                     (char *) "view-refresh-symbolic", (char *) "api restarted" };
  GtkWidget *box = make_line ();

  g_array_append_val (marks, alert);
  g_array_append_val (marks, slow);
  g_array_append_val (marks, restart);
  sg_chart_set_marks (SG_CHART (sg_test_find (box, SG_TYPE_CHART)), marks);
  return pointed (box);
}

static GtkWidget *
make_many (void)
{
  g_autoptr (GPtrArray) list = new_list ();
  SgChart *chart = new_chart ("Requests by handler", NULL, SG_UNIT_PER_SECOND);

  for (guint i = 0; i < 23; i++)
    {
      g_autofree char *name = g_strdup_printf ("/api/v1/handler/%c%u", 'a' + (char) i, i);

      g_ptr_array_add (list, sg_test_walk (name, SG_UNIT_PER_SECOND, N, STEP, SG_TEST_NOW,
                                           8 + 5. * i, 6, i));
    }
  sg_chart_set_series (chart, list, STEP);
  return pointed (pad (GTK_WIDGET (chart)));
}

static GtkWidget *
make_hidden (void)
{
  GtkWidget *box = make_stack_of (SG_CHART_STACK);

  sg_chart_set_hidden (SG_CHART (sg_test_find (box, SG_TYPE_CHART)), "write_through", TRUE);
  sg_chart_set_hidden (SG_CHART (sg_test_find (box, SG_TYPE_CHART)), "refresh", TRUE);
  return box;
}

static GtkWidget *
make_empty (void)
{
  return pad (GTK_WIDGET (new_chart ("Duration", "percentiles", SG_UNIT_SECONDS)));
}

static GtkWidget *
make_loading (void)
{
  GtkWidget *box = make_empty ();

  sg_chart_set_loading (SG_CHART (sg_test_find (box, SG_TYPE_CHART)), TRUE);
  return box;
}

static GtkWidget *
make_last_seen (void)
{
  GtkWidget *box = make_empty ();

  sg_chart_set_last_seen (SG_CHART (sg_test_find (box, SG_TYPE_CHART)),
                          SG_TEST_NOW - WINDOW - 12 * 60000);
  return box;
}

/* The data end where the last answer came, and the query has failed since. */
static GtkWidget *
make_failed (void)
{
  GtkWidget *box = make_stack_of (SG_CHART_STACK);
  SgChart *chart = SG_CHART (sg_test_find (box, SG_TYPE_CHART));

  sg_chart_set_window (chart, SG_TEST_NOW - WINDOW + 180000, SG_TEST_NOW + 180000);
  sg_chart_set_error (chart, "Refresh failed: the query took longer than 10\u00a0s.");
  return box;
}

static GtkWidget *
make_twin (void)
{
  GtkWidget *box = make_line ();

  sg_chart_show_table (SG_CHART (sg_test_find (box, SG_TYPE_CHART)), TRUE);
  return box;
}

static GtkWidget *
make_legend_table (void)
{
  GtkWidget *box = make_many ();
  SgChart *chart = SG_CHART (sg_test_find (box, SG_TYPE_CHART));

  sg_chart_set_hidden (chart, "/api/v1/handler/c2", TRUE);
  sg_chart_show_legend_table (chart, TRUE);
  return box;
}

static const SgGalleryItem items[] = {
  { "chart-alone", 500, 300, make_alone },
  { "chart-band", 500, 300, make_band },
  { "chart-columns", 500, 300, make_columns },
  { "chart-empty", 500, 300, make_empty },
  { "chart-failed", 500, 340, make_failed },
  { "chart-heat", 500, 300, make_heat },
  { "chart-hidden", 500, 300, make_hidden },
  { "chart-last-seen", 500, 300, make_last_seen },
  { "chart-legend-table", 560, 480, make_legend_table },
  { "chart-line", 500, 300, make_line },
  { "chart-log", 500, 300, make_logarithmic },
  { "chart-loading", 500, 300, make_loading },
  { "chart-many", 500, 340, make_many },
  { "chart-marked", 500, 300, make_marked },
  { "chart-stack", 500, 300, make_stack },
  { "chart-stack-pointed", 500, 300, make_stack_pointed },
  { "chart-step", 500, 300, make_step },
  { "chart-table", 500, 340, make_twin },
  { "gauges", 500, 240, sg_gallery_make_gauges },
  { "table", 800, 260, sg_gallery_make_table },
  { "tiles", 1000, 160, sg_gallery_make_tiles },
};

const SgGalleryItem *
sg_gallery_get_items (guint *ret_n_items)
{
  *ret_n_items = G_N_ELEMENTS (items);
  return items;
}
