/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-sparkline.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-table-cell-view.h"
#include "widgets/sg-table.h"

#include <math.h>

static const SgTableColumn columns[] = {
  { "name", "Name", .fills = TRUE },
  { "value", "Value", .numeric = TRUE },
  { "state", "State", .pill = TRUE },
};

static guint cells_made;

/* Row i has the value i × 7919 modulo 10,007, so that every order differs from the source's. */
static void
fill_cell (guint        row,
           guint        column,
           SgTableCell *cell,
           gpointer     data)
{
  cells_made++;
  cell->number = column == 1 ? (row == 3 ? NAN : (row * 7919u) % 10007u) : NAN;
  cell->level = row % 2 == 0 ? SG_LEVEL_HEALTHY : SG_LEVEL_DEGRADED;
  cell->text = column == 0   ? g_strdup_printf ("row %u", row)
               : column == 1 ? g_strdup_printf ("%g", cell->number)
                             : g_strdup (row % 2 == 0 ? "even" : "odd");
}

/* As fill_cell(), another time: the greatest value is the least, and so on. */
static void
fill_later (guint        row,
            guint        column,
            SgTableCell *cell,
            gpointer     data)
{
  fill_cell (row, column, cell, data);
  if (column != 1)
    return;
  cell->number = -cell->number;
  g_free (cell->text);
  cell->text = g_strdup_printf ("%g", cell->number);
}

static GtkWidget *
make_table (guint      n_rows,
            GSettings *settings)
{
  g_autoptr (SgTableModel) model = sg_table_model_new (columns, G_N_ELEMENTS (columns));

  sg_table_model_set_rows (model, n_rows, fill_cell, NULL, NULL);
  return sg_table_new (model, "test", settings);
}

static GtkSortListModel *
get_sorted (GtkWidget *table)
{
  GtkWidget *view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  GtkSelectionModel *selection = gtk_column_view_get_model (GTK_COLUMN_VIEW (view));
  GListModel *slice = gtk_multi_selection_get_model (GTK_MULTI_SELECTION (selection));

  return GTK_SORT_LIST_MODEL (gtk_slice_list_model_get_model (GTK_SLICE_LIST_MODEL (slice)));
}

static gboolean
is_sorted (gpointer model)
{
  return gtk_sort_list_model_get_pending (model) == 0;
}

static guint
row_at (GtkSortListModel *model,
        guint             position)
{
  g_autoptr (SgTableRow) row = g_list_model_get_item (G_LIST_MODEL (model), position);

  return sg_table_row_get_index (row);
}

static void
test_sort (void)
{
  GtkWidget *table = make_table (100, NULL);
  GtkWidget *window = sg_test_present (table, 600, 400);
  GtkSortListModel *sorted = get_sorted (table);

  sg_table_sort (SG_TABLE (table), 1, GTK_SORT_DESCENDING);
  sg_test_wait_until (is_sorted, sorted);
  for (guint i = 2; i < 100; i++)
    g_assert_cmpuint ((row_at (sorted, i - 1) * 7919u) % 10007u, >,
                      (row_at (sorted, i) * 7919u) % 10007u);
  sg_table_sort (SG_TABLE (table), 0, GTK_SORT_ASCENDING);
  sg_test_wait_until (is_sorted, sorted);
  g_assert_cmpuint (row_at (sorted, 0), ==, 0);
  g_assert_cmpuint (row_at (sorted, 2), ==, 10);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_filter (void)
{
  g_autoptr (SgTableModel) model = sg_table_model_new (columns, G_N_ELEMENTS (columns));

  sg_table_model_set_rows (model, 100, fill_cell, NULL, NULL);
  sg_table_model_set_filter (model, "ROW 1");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 11);
  sg_table_model_set_filter (model, "odd");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 50);
  sg_table_model_set_filter (model, "nowhere");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  sg_table_model_set_filter (model, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 100);
}

static void
test_csv (void)
{
  GtkWidget *table = g_object_ref_sink (make_table (2, NULL));
  g_autofree char *text = sg_table_to_csv (SG_TABLE (table), FALSE);
  g_autofree char *selected = NULL;

  g_assert_cmpstr (text, ==, "Name,Value,State\r\nrow 0,0,even\r\nrow 1,7919,odd\r\n");
  gtk_selection_model_select_item (
      gtk_column_view_get_model (GTK_COLUMN_VIEW (sg_test_find (table, GTK_TYPE_COLUMN_VIEW))), 1,
      TRUE);
  selected = sg_table_to_csv (SG_TABLE (table), TRUE);
  g_assert_cmpstr (selected, ==, "Name,Value,State\r\nrow 1,7919,odd\r\n");
  g_assert_finalize_object (table);
}

/* Hidden columns and widths are those of the next table of that name, too. */
static void
test_settings (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *table = g_object_ref_sink (make_table (2, settings));
  GtkWidget *view;
  g_autoptr (GtkColumnViewColumn) column = NULL;
  g_autoptr (GtkColumnViewColumn) first = NULL;

  gtk_widget_activate_action (table, "table.show-value", NULL);
  view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  first = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view)), 0);
  gtk_column_view_column_set_fixed_width (first, 222);
  g_assert_finalize_object (table);
  table = g_object_ref_sink (make_table (2, settings));
  view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  g_clear_object (&first);
  first = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view)), 0);
  column = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view)), 1);
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (first), ==, 222);
  g_assert_false (gtk_column_view_column_get_visible (column));
  g_assert_finalize_object (table);
}

static GtkColumnViewColumn *
get_column (GtkWidget *table,
            guint      i)
{
  GtkWidget *view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  g_autoptr (GtkColumnViewColumn) column =
      g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view)), i);

  return column;
}

static gboolean
is_hidden (gpointer column)
{
  return !gtk_column_view_column_get_visible (column);
}

/* The last columns go where there is no room, unless the user asked for them. */
static void
test_narrow (void)
{
  static const SgTableColumn wide[] = { { "a", "A", .least_width = 200 },
                                        { "b", "B", .least_width = 200 },
                                        { "c", "C", .least_width = 200 } };
  g_autoptr (SgTableModel) model = sg_table_model_new (wide, G_N_ELEMENTS (wide));
  GtkWidget *table, *window;

  sg_table_model_set_rows (model, 3, fill_cell, NULL, NULL);
  table = sg_table_new (model, NULL, NULL);
  window = sg_test_present (table, 450, 300);
  sg_test_wait_until (is_hidden, get_column (table, 2));
  g_assert_true (gtk_column_view_column_get_visible (get_column (table, 1)));
  gtk_widget_activate_action (table, "table.show-c", NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 300);
  sg_test_wait_until (is_hidden, get_column (table, 1));
  g_assert_true (gtk_column_view_column_get_visible (get_column (table, 2)));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static guint activated = 99;

static void
on_activated (GtkWidget *table,
              guint      row)
{
  activated = row;
}

/* Of a hundred thousand rows only those that are seen are made. */
static void
test_many (void)
{
  GtkWidget *table = make_table (100000, NULL);
  GtkWidget *window, *view;

  cells_made = 0;
  window = sg_test_present (table, 600, 400);
  g_assert_cmpuint (cells_made, <, 3000);
  view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  g_assert_nonnull (sg_test_find (table, SG_TYPE_STATUS_PILL));
  g_assert_cmpstr (sg_table_cell_view_get_text (
                       SG_TABLE_CELL_VIEW (sg_test_find (table, SG_TYPE_TABLE_CELL_VIEW))),
                   ==, "row 0");
  g_signal_connect (table, "row-activated", G_CALLBACK (on_activated), NULL);
  g_signal_emit_by_name (view, "activate", 41);
  g_assert_cmpuint (activated, ==, 41);
  sg_table_set_max_rows (SG_TABLE (table), 10);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)))),
      ==, 10);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static GtkWidget *
find_cell (GtkWidget  *root,
           const char *text)
{
  if (SG_IS_TABLE_CELL_VIEW (root))
    return g_str_equal (sg_table_cell_view_get_text (SG_TABLE_CELL_VIEW (root)), text) ? root
                                                                                       : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_cell (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* New values come into the rows that are there: what is selected stays, and the order is that of the values. */
static void
test_renew (void)
{
  GtkWidget *table = make_table (20, NULL);
  GtkWidget *window = sg_test_present (table, 600, 400);
  GtkWidget *view = sg_test_find (table, GTK_TYPE_COLUMN_VIEW);
  GtkSelectionModel *selection = gtk_column_view_get_model (GTK_COLUMN_VIEW (view));
  SgTableModel *model = sg_table_get_model (SG_TABLE (table));

  gtk_selection_model_select_item (selection, 2, TRUE);
  g_assert_nonnull (find_cell (table, "7919"));
  sg_table_model_renew_rows (model, fill_later, NULL, NULL);
  sg_test_wait_for_frame (window);
  g_assert_nonnull (find_cell (table, "-7919"));
  g_assert_null (find_cell (table, "7919"));
  g_assert_true (gtk_selection_model_is_selected (selection, 2));
  sg_table_sort (SG_TABLE (table), 1, GTK_SORT_ASCENDING);
  sg_test_wait_until (is_sorted, get_sorted (table));
  for (guint i = 1; i < 19; i++)
    g_assert_cmpuint ((row_at (get_sorted (table), i - 1) * 7919u) % 10007u, >,
                      (row_at (get_sorted (table), i) * 7919u) % 10007u);
  sg_table_model_renew_rows (model, fill_cell, NULL, NULL);
  sg_test_wait_until (is_sorted, get_sorted (table));
  for (guint i = 1; i < 19; i++)
    g_assert_cmpuint ((row_at (get_sorted (table), i - 1) * 7919u) % 10007u, <,
                      (row_at (get_sorted (table), i) * 7919u) % 10007u);
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* With a filter, rows may come and go with their values. */
static void
test_renew_filtered (void)
{
  g_autoptr (SgTableModel) model = sg_table_model_new (columns, G_N_ELEMENTS (columns));

  sg_table_model_set_rows (model, 20, fill_cell, NULL, NULL);
  sg_table_model_set_filter (model, "-");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  sg_table_model_renew_rows (model, fill_later, NULL, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), >, 15);
}

static void
fill_trend (guint        row,
            guint        column,
            SgTableCell *cell,
            gpointer     data)
{
  static const double values[] = { 1, 3, NAN, 2 };

  if (column == 0)
    cell->text = g_strdup ("a");
  else
    {
      cell->trend = g_memdup2 (values, sizeof values);
      cell->n_trend = G_N_ELEMENTS (values);
    }
}

/* A column may show how a value went: it has a width of its own, and says nothing in a copy. */
static void
test_trend (void)
{
  static const SgTableColumn two[] = { { "name", "Name", .fills = TRUE },
                                       { "trend", "Trend", .trend = TRUE, .width = 96 } };
  g_autoptr (SgTableModel) model = sg_table_model_new (two, G_N_ELEMENTS (two));
  g_autofree char *csv = NULL;
  GtkWidget *table, *window, *sparkline;

  sg_table_model_set_rows (model, 2, fill_trend, NULL, NULL);
  table = sg_table_new (model, NULL, NULL);
  window = sg_test_present (table, 600, 400);
  sparkline = sg_test_find (table, SG_TYPE_SPARKLINE);
  g_assert_nonnull (sparkline);
  g_assert_cmpint (gtk_widget_get_width (sparkline), ==, 96 - 2 * 12);
  g_assert_cmpint (gtk_widget_get_height (sparkline), ==, 22);
  csv = sg_table_to_csv (SG_TABLE (table), FALSE);
  g_assert_cmpstr (csv, ==, "Name\r\na\r\na\r\n");
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/table/sort", test_sort);
  g_test_add_func ("/app/table/filter", test_filter);
  g_test_add_func ("/app/table/csv", test_csv);
  g_test_add_func ("/app/table/settings", test_settings);
  g_test_add_func ("/app/table/narrow", test_narrow);
  g_test_add_func ("/app/table/many", test_many);
  g_test_add_func ("/app/table/renew", test_renew);
  g_test_add_func ("/app/table/renew-filtered", test_renew_filtered);
  g_test_add_func ("/app/table/trend", test_trend);
  return g_test_run ();
}
