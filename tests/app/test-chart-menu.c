/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-chart.h"
#include "chart/sg-plot.h"
#include "widgets/sg-table.h"

#include <math.h>
#include <string.h>

#define STEP G_GINT64_CONSTANT (5000)

static SgChart *
make_chart (guint n_series)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Rate", NULL));
  g_autoptr (GPtrArray) series =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  for (guint i = 0; i < n_series; i++)
    {
      g_autofree char *name = g_strdup_printf ("s%02u", i);
      const double values[] = { i, i + .5, NAN, i + 2. };

      g_ptr_array_add (series, sg_test_series (name, SG_UNIT_NONE, STEP, SG_TEST_NOW, values, 4));
    }
  sg_chart_set_window (chart, SG_TEST_NOW - 20000, SG_TEST_NOW);
  sg_chart_set_series (chart, series, STEP);
  return chart;
}

static void
test_csv (void)
{
  SgChart *chart = make_chart (3);
  GtkWidget *window = sg_test_present (GTK_WIDGET (chart), 480, 300);
  g_autoptr (GBytes) bytes = NULL;

  sg_chart_set_hidden (chart, "s01", TRUE);
  bytes = sg_chart_export (chart, "Rate.CSV");
  g_assert_cmpmem ("time,s00,s02\r\n1747231009,0,2\r\n1747231014,0.5,2.5\r\n1747231019,,\r\n"
                   "1747231024,2,4\r\n",
                   80, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_pictures (void)
{
  SgChart *chart = make_chart (2);
  GtkWidget *window = sg_test_present (GTK_WIDGET (chart), 480, 300);
  g_autoptr (GBytes) png = sg_chart_export (chart, "a.png");
  g_autoptr (GBytes) svg = sg_chart_export (chart, "a.svg");
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_bytes (png, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (svg, NULL), g_bytes_get_size (svg));

  g_assert_nonnull (texture);
  g_assert_cmpint (gdk_texture_get_width (texture), ==,
                   2 * gtk_widget_get_width (GTK_WIDGET (chart)));
  g_assert_true (g_str_has_prefix (text, "<?xml"));
  g_assert_nonnull (strstr (text, "</svg>"));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static char *opened;
static char *told;

static void
keep_text (SgChart     *chart,
           const char  *text,
           char       **place)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
test_query (void)
{
  SgChart *chart = make_chart (2);
  GtkWidget *window = sg_test_present (GTK_WIDGET (chart), 480, 300);

  g_signal_connect (chart, "open", G_CALLBACK (keep_text), &opened);
  g_signal_connect (chart, "message", G_CALLBACK (keep_text), &told);
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.open", NULL);
  g_assert_null (opened);
  sg_chart_set_query (chart, "rate(x[5m])");
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.open", NULL);
  g_assert_cmpstr (opened, ==, "rate(x[5m])");
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.copy-csv", NULL);
  g_assert_cmpstr (told, ==, "Data copied");
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.copy-png", NULL);
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.copy-svg", NULL);
  g_assert_cmpstr (told, ==, "Picture copied");
  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.show-query", NULL);
  g_assert_cmpstr (
      gtk_label_get_label (GTK_LABEL (sg_test_find_class (GTK_WIDGET (chart), "sg-query"))), ==,
      "rate(x[5m])");
  /* It is open while the chart goes away. */
  g_clear_pointer (&opened, g_free);
  g_clear_pointer (&told, g_free);
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* The twin has a row for each time, the latest first; it goes along with a refresh, and goes away. */
static void
test_table (void)
{
  SgChart *chart = make_chart (30);
  GtkWidget *window = sg_test_present (GTK_WIDGET (chart), 480, 300);
  SgTableModel *model;
  SgTableCell cell;

  gtk_widget_activate_action (GTK_WIDGET (chart), "chart.table", NULL);
  g_assert_false (gtk_widget_get_child_visible (sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT))
                  && gtk_widget_get_mapped (sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT)));
  model = sg_table_get_model (SG_TABLE (sg_test_find (GTK_WIDGET (chart), SG_TYPE_TABLE)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 4);
  g_assert_cmpuint (sg_table_model_get_n_columns (model), ==, 25);
  sg_table_model_get_cell (model, 0, 0, &cell);
  g_assert_cmpstr (cell.text, ==, "2025-05-14 13:57:04");
  sg_table_cell_clear (&cell);
  sg_table_model_get_cell (model, 0, 1, &cell);
  g_assert_cmpfloat (cell.number, ==, 2);
  sg_table_cell_clear (&cell);
  sg_table_model_get_cell (model, 1, 1, &cell);
  g_assert_cmpstr (cell.text, ==, "–");
  sg_table_cell_clear (&cell);
  sg_chart_show_table (chart, FALSE);
  g_assert_null (sg_test_find (GTK_WIDGET (chart), SG_TYPE_TABLE));
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* More than eight series: six of them by value, and a button for the table of all. */
static void
test_legend_table (void)
{
  SgChart *chart = make_chart (30);
  GtkWidget *window = sg_test_present (GTK_WIDGET (chart), 480, 500);
  GtkWidget *more = sg_test_find_class (GTK_WIDGET (chart), "legend-table");
  SgTableModel *model;
  GtkWidget *table;
  SgTableCell cell;
  guint n = 0;

  for (GtkWidget *item =
           gtk_widget_get_first_child (sg_test_find_class (GTK_WIDGET (chart), "legend"));
       item != NULL; item = gtk_widget_get_next_sibling (item))
    n++;
  g_assert_cmpuint (n, ==, 6);
  more = gtk_widget_get_next_sibling (more);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (more)), ==, "24 more…");
  g_signal_emit_by_name (more, "clicked");
  table = sg_test_find (GTK_WIDGET (chart), SG_TYPE_TABLE);
  model = sg_table_get_model (SG_TABLE (table));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 30);
  sg_table_model_get_cell (model, 7, 4, &cell);
  g_assert_cmpfloat_with_epsilon (cell.number, (7 + 7.5 + 9) / 3, 1e-9);
  sg_table_cell_clear (&cell);
  /* A click hides, a second one at once leaves nothing else. */
  g_signal_emit_by_name (table, "row-activated", 7);
  g_assert_true (sg_chart_get_hidden (chart, "s07"));
  g_assert_false (sg_chart_get_hidden (chart, "s08"));
  g_signal_emit_by_name (table, "row-activated", 7);
  g_assert_false (sg_chart_get_hidden (chart, "s07"));
  g_assert_true (sg_chart_get_hidden (chart, "s08"));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static gboolean
is_visible (gpointer widget)
{
  return gtk_widget_get_visible (widget);
}

static guint n_signals;

static void
count_signal (void)
{
  n_signals++;
}

/* Loading, nothing there, and a query that failed. */
static void
test_states (void)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Rate", NULL));
  GtkWidget *window, *button;

  sg_chart_set_window (chart, SG_TEST_NOW - 20000, SG_TEST_NOW);
  sg_chart_set_last_seen (chart, SG_TEST_NOW - 20000 - 12 * 60000);
  window = sg_test_present (GTK_WIDGET (chart), 480, 300);
  button = sg_test_find_class (sg_test_find_class (GTK_WIDGET (chart), "body"), "chart-link");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Last: 12 min before");
  g_signal_connect (chart, "zoom", G_CALLBACK (count_signal), NULL);
  g_signal_connect (chart, "cancel", G_CALLBACK (count_signal), NULL);
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (n_signals, ==, 1);
  sg_chart_set_loading (chart, TRUE);
  g_assert_false (gtk_widget_get_visible (button));
  sg_test_wait_until (is_visible, button);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "Cancel");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (n_signals, ==, 2);
  sg_chart_set_loading (chart, FALSE);
  g_assert_false (gtk_widget_get_visible (sg_test_find_class (GTK_WIDGET (chart), "sg-strip")));
  sg_chart_set_error (chart, "no disk");
  g_assert_true (gtk_widget_get_visible (sg_test_find_class (GTK_WIDGET (chart), "sg-strip")));
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/chart/csv", test_csv);
  g_test_add_func ("/app/chart/pictures", test_pictures);
  g_test_add_func ("/app/chart/query", test_query);
  g_test_add_func ("/app/chart/table", test_table);
  g_test_add_func ("/app/chart/legend-table", test_legend_table);
  g_test_add_func ("/app/chart/states", test_states);
  return g_test_run ();
}
