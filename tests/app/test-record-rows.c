/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-sync.h"

#include "models/sg-record-rows.h"

static void
expect (SgTableModel *model,
        guint         column,
        const char   *text)
{
  g_auto (SgTableCell) cell = { 0 };

  sg_table_model_get_cell (model, 0, column, &cell);
  g_assert_cmpstr (cell.text, ==, text);
}

static void
test_cells (void)
{
  g_autoptr (SgLogAnswer) answer = sg_test_sync_records_new (5, FALSE);
  g_autoptr (SgTableModel) model = sg_record_rows_new_model ();
  g_autoptr (SgChartGroup) group = sg_chart_group_new ();
  g_autofree char *duration = sg_record_format_duration (sg_log_batch_get (answer->records, 0));

  sg_record_rows_show (model, answer->records, group, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5);
  expect (model, 0, "13:57:03.812");
  expect (model, 1, "bulk_insert");
  expect (model, 2, "Failed");
  expect (model, 3, duration);
  expect (model, 4, "0");
  expect (model, 5, "asset:batch:8841");
  sg_record_rows_show (model, answer->records, group, FALSE);
  expect (model, 0, "13:57:03");
}

/* A status that nobody knows here is shown as it came, and what is not known as a dash. */
static void
test_words (void)
{
  SgLogRecord record = SG_LOG_RECORD_INIT;
  g_autofree char *duration = sg_record_format_duration (&record);
  g_autofree char *none = sg_record_format_status (&record);
  g_autofree char *odd = NULL;

  g_assert_cmpstr (duration, ==, "–");
  g_assert_cmpstr (none, ==, "–");
  g_assert_cmpint (sg_record_get_level (&record), ==, SG_LEVEL_UNKNOWN);
  record.status = "rolled-back";
  odd = sg_record_format_status (&record);
  g_assert_cmpstr (odd, ==, "rolled-back");
  record.severity = SG_LOG_WARNING;
  g_assert_cmpint (sg_record_get_level (&record), ==, SG_LEVEL_DEGRADED);
}

static void
test_equal (void)
{
  g_autoptr (SgLogAnswer) a = sg_test_sync_records_new (5, FALSE);
  g_autoptr (SgLogAnswer) b = sg_test_sync_records_new (5, FALSE);
  g_autoptr (SgLogAnswer) c = sg_test_sync_records_new (6, FALSE);

  g_assert_true (sg_record_rows_equal (a->records, b->records));
  g_assert_false (sg_record_rows_equal (a->records, c->records));
  g_assert_false (sg_record_rows_equal (a->records, NULL));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/record-rows/cells", test_cells);
  g_test_add_func ("/app/record-rows/words", test_words);
  g_test_add_func ("/app/record-rows/equal", test_equal);
  return g_test_run ();
}
