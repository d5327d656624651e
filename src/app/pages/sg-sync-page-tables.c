/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-sync-page-private.h"

#include "models/sg-answer-series.h"
#include "models/sg-format.h"
#include "models/sg-record-rows.h"
#include "widgets/sg-table.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define SHOWN_ROWS 10
/* In the order of the table, and of what is hidden where there is no room for all. */
enum
{
  TYPE_NAME,
  TYPE_COUNT,
  TYPE_SUCCESS,
  TYPE_MEAN,
  TYPE_P95,
  TYPE_P99,
  TYPE_RECORDS,
  TYPE_ERROR,
  TYPE_TREND,
};

static const SgTableColumn type_columns[] = {
  [TYPE_NAME] = { "type", N_ ("Type"), .least_width = 120, .rank = 1 },
  [TYPE_COUNT] = { "count", N_ ("Count"), .numeric = TRUE, .least_width = 70, .rank = 3 },
  [TYPE_SUCCESS] = { "success", N_ ("Success"), .pill = TRUE, .least_width = 92, .rank = 2 },
  [TYPE_MEAN] = { "mean", N_ ("Mean"), .numeric = TRUE, .least_width = 84, .rank = 5 },
  [TYPE_P95] = { "p95", N_ ("p95"), .numeric = TRUE, .least_width = 74, .rank = 4 },
  [TYPE_P99] = { "p99", N_ ("p99"), .numeric = TRUE, .least_width = 84, .rank = 6 },
  [TYPE_RECORDS] = { "records", N_ ("Records"), .numeric = TRUE, .least_width = 96, .rank = 8 },
  [TYPE_ERROR] = { "error", N_ ("Last error"), .expand = TRUE, .least_width = 160, .rank = 9 },
  [TYPE_TREND] = { "trend", N_ ("Trend"), .trend = TRUE, .least_width = 96, .rank = 7 },
};

enum
{
  CHECK_NAME,
  CHECK_RUNS,
  CHECK_MEAN,
  CHECK_FOUND,
  CHECK_SEVERITIES,
};

static const SgTableColumn check_columns[] = {
  [CHECK_NAME] = { "check", N_ ("Check"), .least_width = 128 },
  [CHECK_RUNS] = { "runs", N_ ("Runs"), .numeric = TRUE, .least_width = 76 },
  [CHECK_MEAN] = { "mean", N_ ("Mean"), .numeric = TRUE, .least_width = 84 },
  [CHECK_FOUND] = { "found", N_ ("Found"), .pill = TRUE, .least_width = 96 },
  [CHECK_SEVERITIES] = { "severities", N_ ("By severity"), .expand = TRUE, .least_width = 160 },
};

enum
{
  RECONCILIATION_STRATEGY,
  RECONCILIATION_COUNT,
  RECONCILIATION_SUCCESS,
  RECONCILIATION_MEAN,
};

static const SgTableColumn reconciliation_columns[] = {
  [RECONCILIATION_STRATEGY] = { "strategy", N_ ("Strategy"), .fills = TRUE, .least_width = 128 },
  [RECONCILIATION_COUNT] = { "count", N_ ("Count"), .numeric = TRUE, .least_width = 76 },
  [RECONCILIATION_SUCCESS] = { "success", N_ ("Success"), .pill = TRUE, .least_width = 96 },
  [RECONCILIATION_MEAN] = { "mean", N_ ("Mean"), .numeric = TRUE, .least_width = 84 },
};

/* Returns: (transfer full) (element-type utf8): the values of @label, those with most first */
static GPtrArray *
list_values (SgQueryAnswer *answer,
             const char    *label,
             gboolean       only_counted)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_free);
  SgPromqlResult *result = answer != NULL ? answer->result : NULL;

  for (guint i = 0; result != NULL && i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];

      if (series->column.n > 0 && (!only_counted || series->column.f[series->column.n - 1] > 0))
        g_ptr_array_add (values, g_strdup (sg_labels_get (series->labels, label)));
    }
  return values;
}

static void
set_number (SgTableCell *cell,
            SgUnit       unit,
            double       value)
{
  cell->number = value;
  cell->text = sg_unit_format (unit, value);
}

static void
set_count (SgTableCell *cell,
           double       value)
{
  cell->number = value;
  cell->text = isnan (value) ? g_strdup (SG_UNIT_UNKNOWN_TEXT)
                             : sg_format_count ((guint64) llround (MAX (value, 0)));
}

static void
set_ratio (SgSyncPage  *self,
           SgTableCell *cell,
           double       ratio)
{
  set_number (cell, SG_UNIT_RATIO, ratio);
  cell->level = sg_sync_page_judge_success (self, ratio);
}

/* "database is locked · 13:56:41": the newest record of @type that did not go well. */
static char *
describe_last_error (SgSyncPage *self,
                     const char *type)
{
  guint n = self->troubles != NULL ? sg_log_batch_get_length (self->troubles->records) : 0;

  for (guint i = 0; i < n; i++)
    {
      const SgLogRecord *record = sg_log_batch_get (self->troubles->records, i);
      g_autofree char *time = NULL;
      g_autofree char *status = NULL;

      if (!g_str_equal (record->name, type))
        continue;
      time = sg_record_format_time (record, FALSE);
      status = sg_record_format_status (record);
      return g_strdup_printf ("%s · %s", record->message != NULL ? record->message : status, time);
    }
  return g_strdup (SG_UNIT_UNKNOWN_TEXT);
}

static void
set_trend (SgSyncPage  *self,
           SgTableCell *cell,
           const char  *type)
{
  SgQueryAnswer *answer = sg_source_plan_get_answer (self->plan, "types");
  SgPromqlResult *result = answer != NULL ? answer->result : NULL;

  cell->series = sg_chart_group_get_colour (self->group, SG_RECORD_TYPE_DOMAIN, type);
  cell->level = SG_LEVEL_HEALTHY;
  for (guint i = 0; result != NULL && i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];

      if (!g_str_equal (sg_labels_get (series->labels, "type"), type))
        continue;
      cell->n_trend = (guint) series->column.n;
      cell->trend = g_memdup2 (series->column.f, series->column.n * sizeof (double));
      return;
    }
}

static double
value_of (SgSyncPage *self,
          const char *role,
          const char *label,
          const char *value)
{
  return sg_answer_series_value (sg_source_plan_get_answer (self->plan, role), label, value);
}

static void
fill_type (guint        row,
           guint        column,
           SgTableCell *cell,
           gpointer     data)
{
  SgSyncPage *self = data;
  const char *type = self->types->pdata[row];

  switch (column)
    {
    case TYPE_NAME:
      cell->text = g_strdup (type);
      cell->has_swatch = TRUE;
      cell->swatch = sg_record_type_swatch (self->group, type);
      break;
    case TYPE_COUNT:
      set_count (cell, value_of (self, "type-count", "type", type));
      break;
    case TYPE_SUCCESS:
      set_ratio (self, cell, value_of (self, "type-success", "type", type));
      break;
    case TYPE_MEAN:
      set_number (cell, SG_UNIT_SECONDS, value_of (self, "type-mean", "type", type));
      break;
    case TYPE_P95:
      set_number (cell, SG_UNIT_SECONDS, value_of (self, "type-p95", "type", type));
      break;
    case TYPE_P99:
      set_number (cell, SG_UNIT_SECONDS, value_of (self, "type-p99", "type", type));
      break;
    case TYPE_RECORDS:
      set_count (cell, value_of (self, "type-records", "type", type));
      break;
    case TYPE_ERROR:
      cell->text = describe_last_error (self, type);
      break;
    case TYPE_TREND:
    default:
      set_trend (self, cell, type);
    }
}

/* "3 critical, 2 minor" */
static char *
describe_severities (SgSyncPage *self,
                     const char *check,
                     double     *ret_total)
{
  SgQueryAnswer *answer = sg_source_plan_get_answer (self->plan, "inconsistencies");
  SgPromqlResult *result = answer != NULL ? answer->result : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  *ret_total = 0;
  for (guint i = 0; result != NULL && i < result->n_series; i++)
    {
      const SgPromqlSeries *series = &result->series[i];
      double n = series->column.n > 0 ? series->column.f[series->column.n - 1] : 0;
      g_autofree char *count = sg_format_count ((guint64) llround (MAX (n, 0)));

      if (!g_str_equal (sg_labels_get (series->labels, "check"), check) || !(n >= .5))
        continue;
      *ret_total += n;
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "", count,
                              sg_labels_get (series->labels, "severity"));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The rows of a table, by name, and whose page they are of. */
typedef struct
{
  SgSyncPage *page;
  GPtrArray *names;
} Names;

static void
names_free (gpointer data)
{
  Names *names = data;

  g_ptr_array_unref (names->names);
  g_free (names);
}

static void
fill_check (guint        row,
            guint        column,
            SgTableCell *cell,
            gpointer     data)
{
  const Names *names = data;
  const char *check = names->names->pdata[row];
  double total;
  g_autofree char *severities = describe_severities (names->page, check, &total);

  switch (column)
    {
    case CHECK_NAME:
      cell->text = g_strdup (check);
      break;
    case CHECK_RUNS:
      set_count (cell, value_of (names->page, "checks", "check", check));
      break;
    case CHECK_MEAN:
      set_number (cell, SG_UNIT_SECONDS, value_of (names->page, "check-mean", "check", check));
      break;
    case CHECK_FOUND:
      set_count (cell, total);
      cell->level = total > 0 ? SG_LEVEL_DEGRADED : SG_LEVEL_HEALTHY;
      break;
    case CHECK_SEVERITIES:
    default:
      cell->text = *severities != '\0' ? g_steal_pointer (&severities)
                                       : g_strdup (_ ("Cache and database agree"));
    }
}

static void
fill_reconciliation (guint        row,
                     guint        column,
                     SgTableCell *cell,
                     gpointer     data)
{
  const Names *names = data;
  const char *strategy = names->names->pdata[row];

  switch (column)
    {
    case RECONCILIATION_STRATEGY:
      cell->text = g_strdup (strategy);
      break;
    case RECONCILIATION_COUNT:
      set_count (cell, value_of (names->page, "reconciliations", "strategy", strategy));
      break;
    case RECONCILIATION_SUCCESS:
      set_ratio (names->page, cell,
                 value_of (names->page, "reconciliation-success", "strategy", strategy));
      break;
    case RECONCILIATION_MEAN:
    default:
      set_number (cell, SG_UNIT_SECONDS,
                  value_of (names->page, "reconciliation-mean", "strategy", strategy));
    }
}

static gboolean
same_names (const GPtrArray *a,
            const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      if (!g_str_equal (a->pdata[i], b->pdata[i]))
        return FALSE;
    }
  return TRUE;
}

/* What is selected and focused stays, where the types are those that they were. */
static void
update_types (SgSyncPage *self)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->types);
  gboolean same;

  self->types = list_values (sg_source_plan_get_answer (self->plan, "type-count"), "type", TRUE);
  same = same_names (before, self->types);
  if (same)
    sg_table_model_renew_rows (self->types_model, fill_type, self, NULL);
  else
    sg_table_model_set_rows (self->types_model, self->types->len, fill_type, self, NULL);
  sg_operations_view_set_types (self->operations, self->types);
}

static void
update_names (SgSyncPage      *self,
              GtkWidget       *section,
              SgTableModel    *model,
              SgTableCellFunc  fill,
              const char      *role,
              const char      *label)
{
  Names *names = g_new (Names, 1);

  *names =
      (Names) { self, list_values (sg_source_plan_get_answer (self->plan, role), label, TRUE) };
  gtk_widget_set_visible (section, names->names->len > 0);
  sg_table_model_set_rows (model, names->names->len, fill, names, names_free);
}

static void
update_recent (SgSyncPage *self)
{
  SgLogBatch *records = self->recent != NULL ? self->recent->records : NULL;
  gboolean with_ms = sg_page_get_width_class (SG_PAGE (self)) != SG_WIDTH_NARROW;

  gtk_widget_set_visible (GTK_WIDGET (self->recent_section),
                          records != NULL && sg_log_batch_get_length (records) > 0);
  if (records == NULL
      || (with_ms == self->shown_ms && sg_record_rows_equal (records, self->shown_recent)))
    return;
  sg_log_batch_ref (records);
  g_clear_pointer (&self->shown_recent, sg_log_batch_unref);
  self->shown_recent = records;
  self->shown_ms = with_ms;
  sg_record_rows_show (self->recent_model, records, self->group, with_ms);
}

void
sg_sync_page_update_tables (SgSyncPage *self)
{
  update_types (self);
  update_recent (self);
  update_names (self, GTK_WIDGET (self->checks_section), self->checks_model, fill_check, "checks",
                "check");
  update_names (self, GTK_WIDGET (self->reconciliations_section), self->reconciliations_model,
                fill_reconciliation, "reconciliations", "strategy");
}

guint
sg_sync_page_count_unhealthy (SgSyncPage *self)
{
  guint n = 0;

  for (guint i = 0; i < self->types->len; i++)
    {
      double ratio = value_of (self, "type-success", "type", self->types->pdata[i]);
      SgLevel level = sg_sync_page_judge_success (self, ratio);

      n += level == SG_LEVEL_DEGRADED || level == SG_LEVEL_UNHEALTHY;
    }
  return n;
}

static void
type_activated (SgSyncPage *self,
                guint       row)
{
  if (row < self->types->len)
    sg_sync_page_show_operations (self, self->types->pdata[row]);
}

static void
recent_activated (SgSyncPage *self,
                  guint       row)
{
  g_autoptr (SgLogBatch) records = NULL;

  if (self->shown_recent == NULL || row >= sg_log_batch_get_length (self->shown_recent))
    return;
  records = sg_log_batch_ref (self->shown_recent);
  sg_sync_page_show_operations (self, NULL);
  sg_operations_view_show_record (self->operations, sg_page_get_engine (SG_PAGE (self)), records,
                                  row);
}

static GtkWidget *
add_table (SgSyncPage   *self,
           GtkBox       *box,
           SgTableModel *model,
           const char   *id,
           GCallback     activated)
{
  GtkWidget *table = sg_table_new (model, id, self->settings);

  sg_table_set_max_rows (SG_TABLE (table), SHOWN_ROWS);
  if (activated != NULL)
    {
      sg_table_set_single_click (SG_TABLE (table), TRUE);
      g_signal_connect_swapped (table, "row-activated", activated, self);
    }
  gtk_box_append (box, table);
  return table;
}

/* The titles of @columns in the language of the user; @room stays as long as the program. */
static SgTableModel *
make_model (const SgTableColumn *columns,
            SgTableColumn       *room,
            guint                n)
{
  memcpy (room, columns, n * sizeof *columns);
  for (guint i = 0; i < n; i++)
    room[i].title = _ (columns[i].title);
  return sg_table_model_new (room, n);
}

void
sg_sync_page_make_tables (SgSyncPage *self)
{
  static SgTableColumn types[G_N_ELEMENTS (type_columns)];
  static SgTableColumn checks[G_N_ELEMENTS (check_columns)];
  static SgTableColumn reconciliations[G_N_ELEMENTS (reconciliation_columns)];

  self->types_model = make_model (type_columns, types, G_N_ELEMENTS (types));
  self->recent_model = sg_record_rows_new_model ();
  self->checks_model = make_model (check_columns, checks, G_N_ELEMENTS (checks));
  self->reconciliations_model =
      make_model (reconciliation_columns, reconciliations, G_N_ELEMENTS (reconciliations));
  self->types_table = add_table (self, self->types_box, self->types_model, "sync-types",
                                 G_CALLBACK (type_activated));
  sg_table_sort (SG_TABLE (self->types_table), TYPE_COUNT, GTK_SORT_DESCENDING);
  self->recent_table = add_table (self, self->recent_box, self->recent_model, "sync-recent",
                                  G_CALLBACK (recent_activated));
  add_table (self, self->checks_box, self->checks_model, "sync-checks", NULL);
  add_table (self, self->reconciliations_box, self->reconciliations_model, "sync-reconciliations",
             NULL);
}
