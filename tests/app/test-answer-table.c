/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-answer-row.h"
#include "models/sg-answer-series.h"
#include "widgets/sg-answer-table.h"

typedef struct
{
  GtkWidget *window;
  SgAnswerTable *table;
  GtkColumnView *view;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *table = sg_answer_table_new ();

  fixture->table = SG_ANSWER_TABLE (table);
  fixture->view = GTK_COLUMN_VIEW (sg_test_find (table, GTK_TYPE_COLUMN_VIEW));
  fixture->window = sg_test_present (table, 600, 300);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
}

static void
show (Fixture           *fixture,
      const char *const *labels,
      guint              n,
      gboolean           range)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  g_autoptr (GPtrArray) series = NULL;

  g_ptr_array_add (answers, sg_test_answer_new ("q", labels, n, 60));
  series = sg_answer_series_make (answers);
  sg_answer_table_set_series (fixture->table, series, SG_UNIT_NONE, range, 0, SG_TEST_NOW);
}

/* Returns: (transfer full): the titles of the columns, one after the other */
static char *
titles (Fixture *fixture)
{
  GListModel *columns = gtk_column_view_get_columns (fixture->view);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      g_string_append_printf (out, "%s%s", i > 0 ? "|" : "",
                              gtk_column_view_column_get_title (column));
    }
  return g_string_free (out, FALSE);
}

static void
test_columns (Fixture       *fixture,
              gconstpointer  data)
{
  const char *named[] = { "x{b=\"1\"}", "x{a=\"2\", b=\"1\"}" };
  const char *nameless[] = { "{}" };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  show (fixture, named, 2, TRUE);
  first = titles (fixture);
  g_assert_cmpstr (first, ==, "Metric|b|a|Last|Least|Greatest|Mean");
  g_assert_cmpuint (sg_answer_table_get_n_rows (fixture->table), ==, 2);
  show (fixture, nameless, 1, FALSE);
  second = titles (fixture);
  g_assert_cmpstr (second, ==, "Query|Value");
}

/* A refresh with the same labels leaves the columns, whose widths are the user's. */
static void
test_columns_stay (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *labels[] = { "x{b=\"1\"}" };
  GListModel *columns = gtk_column_view_get_columns (fixture->view);
  g_autoptr (GObject) before = NULL;
  g_autoptr (GObject) after = NULL;

  show (fixture, labels, 1, TRUE);
  before = g_list_model_get_item (columns, 0);
  show (fixture, labels, 1, TRUE);
  after = g_list_model_get_item (columns, 0);
  g_assert_true (before == after);
}

static const char *
top_label (Fixture    *fixture,
           const char *label)
{
  g_autoptr (SgAnswerRow) row =
      g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (fixture->view)), 0);

  return sg_answer_row_get_label (row, label);
}

static void
test_sort (Fixture       *fixture,
           gconstpointer  data)
{
  const char *labels[] = { "x{b=\"2\"}", "x{b=\"3\"}", "x{b=\"1\"}" };
  g_autoptr (GtkColumnViewColumn) b = NULL;
  g_autoptr (GtkColumnViewColumn) mean = NULL;

  show (fixture, labels, 3, TRUE);
  b = g_list_model_get_item (gtk_column_view_get_columns (fixture->view), 1);
  mean = g_list_model_get_item (gtk_column_view_get_columns (fixture->view), 5);
  gtk_column_view_sort_by_column (fixture->view, b, GTK_SORT_ASCENDING);
  g_assert_cmpstr (top_label (fixture, "b"), ==, "1");
  gtk_column_view_sort_by_column (fixture->view, mean, GTK_SORT_DESCENDING);
  g_assert_cmpstr (top_label (fixture, "b"), ==, "1");
  gtk_column_view_sort_by_column (fixture->view, mean, GTK_SORT_ASCENDING);
  g_assert_cmpstr (top_label (fixture, "b"), ==, "2");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/answer-table/columns", Fixture, NULL, set_up, test_columns, tear_down);
  g_test_add ("/app/answer-table/columns-stay", Fixture, NULL, set_up, test_columns_stay,
              tear_down);
  g_test_add ("/app/answer-table/sort", Fixture, NULL, set_up, test_sort, tear_down);
  return g_test_run ();
}
