/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-record-rows.h"

#include "chart/sg-unit.h"
#include "models/sg-format.h"

#include <glib/gi18n.h>
#include <math.h>

static const SgTableColumn columns[] = {
  { "time", N_ ("Time"), .least_width = 76 },
  { "type", N_ ("Type"), .least_width = 120 },
  { "status", N_ ("Status"), .pill = TRUE, .least_width = 96 },
  { "duration", N_ ("Duration"), .numeric = TRUE, .least_width = 78 },
  { "records", N_ ("Records"), .numeric = TRUE, .least_width = 88 },
  { "key", N_ ("Key"), .expand = TRUE, .least_width = 120 },
};

enum
{
  COLUMN_TIME,
  COLUMN_TYPE,
  COLUMN_STATUS,
  COLUMN_DURATION,
  COLUMN_RECORDS,
  COLUMN_KEY,
};

/* What the cells are made of. */
typedef struct
{
  SgLogBatch *records;
  SgChartGroup *group;
  gboolean with_ms;
} Rows;

static void
rows_free (gpointer data)
{
  Rows *rows = data;

  sg_log_batch_unref (rows->records);
  g_object_unref (rows->group);
  g_free (rows);
}

char *
sg_record_format_time (const SgLogRecord *record,
                       gboolean           with_ms)
{
  SgTimeMs time = sg_time_ns_to_ms (record->time);
  g_autofree char *clock = sg_format_clock (time, TRUE);

  return with_ms ? g_strdup_printf ("%s.%03d", clock, (int) (time % 1000)) : g_strdup (clock);
}

/* Returns: (transfer full): the status as a word; one that is not known is shown as it came */
char *
sg_record_format_status (const SgLogRecord *record)
{
  static const struct
  {
    const char *status;
    const char *word;
  } words[] = {
    { "success", N_ ("Success") },     { "failed", N_ ("Failed") },
    { "partial", N_ ("Partial") },     { "timeout", N_ ("Timeout") },
    { "cancelled", N_ ("Cancelled") }, { "in_progress", N_ ("In progress") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_str_equal (record->status, words[i].status))
        return g_strdup (_ (words[i].word));
    }
  return g_strdup (*record->status != '\0' ? record->status : SG_UNIT_UNKNOWN_TEXT);
}

char *
sg_record_format_duration (const SgLogRecord *record)
{
  return sg_unit_format (SG_UNIT_SECONDS,
                         record->duration_us >= 0 ? (double) record->duration_us / 1e6 : NAN);
}

SgLevel
sg_record_get_level (const SgLogRecord *record)
{
  if (record->severity >= SG_LOG_ERROR)
    return SG_LEVEL_UNHEALTHY;
  if (record->severity == SG_LOG_WARNING)
    return SG_LEVEL_DEGRADED;
  return g_str_equal (record->status, "success") ? SG_LEVEL_HEALTHY : SG_LEVEL_UNKNOWN;
}

SgSwatch
sg_record_type_swatch (SgChartGroup *group,
                       const char   *type)
{
  guint index = sg_chart_group_get_colour (group, SG_RECORD_TYPE_DOMAIN, type);

  return (SgSwatch) { SG_SWATCH_AREA, sg_palette_get_series (sg_palette_get_current (), index) };
}

static void
fill_amount (const SgLogRecord *record,
             SgTableCell       *cell)
{
  if (record->amount >= 0)
    cell->number = (double) record->amount;
  cell->text = record->amount >= 0 ? sg_format_count ((guint64) record->amount)
                                   : g_strdup (SG_UNIT_UNKNOWN_TEXT);
}

static void
fill_cell (guint        row,
           guint        column,
           SgTableCell *cell,
           gpointer     data)
{
  const Rows *rows = data;
  const SgLogRecord *record = sg_log_batch_get (rows->records, row);

  switch (column)
    {
    case COLUMN_TIME:
      cell->text = sg_record_format_time (record, rows->with_ms);
      cell->number = (double) record->time.ns;
      break;
    case COLUMN_TYPE:
      cell->text = g_strdup (record->name);
      cell->has_swatch = TRUE;
      cell->swatch = sg_record_type_swatch (rows->group, record->name);
      break;
    case COLUMN_STATUS:
      cell->text = sg_record_format_status (record);
      cell->level = sg_record_get_level (record);
      break;
    case COLUMN_DURATION:
      cell->text = sg_record_format_duration (record);
      if (record->duration_us >= 0)
        cell->number = (double) record->duration_us;
      break;
    case COLUMN_RECORDS:
      fill_amount (record, cell);
      break;
    case COLUMN_KEY:
    default:
      cell->text = g_strdup (record->key != NULL ? record->key : "");
    }
}

/* Returns: (transfer full): a model without rows */
SgTableModel *
sg_record_rows_new_model (void)
{
  static SgTableColumn translated[G_N_ELEMENTS (columns)];

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      translated[i] = columns[i];
      translated[i].title = _ (columns[i].title);
    }
  return sg_table_model_new (translated, G_N_ELEMENTS (translated));
}

void
sg_record_rows_show (SgTableModel *model,
                     SgLogBatch   *records,
                     SgChartGroup *group,
                     gboolean      with_ms)
{
  Rows *rows = g_new (Rows, 1);

  *rows = (Rows) { sg_log_batch_ref (records), g_object_ref (group), with_ms };
  sg_table_model_set_rows (model, sg_log_batch_get_length (records), fill_cell, rows, rows_free);
}

/* Whether both are the same records, so that nothing would be seen to change. */
gboolean
sg_record_rows_equal (const SgLogBatch *a,
                      const SgLogBatch *b)
{
  guint n;

  if (a == NULL || b == NULL || sg_log_batch_get_length (a) != sg_log_batch_get_length (b))
    return FALSE;
  n = sg_log_batch_get_length (a);
  for (guint i = 0; i < n; i++)
    {
      const SgLogRecord *left = sg_log_batch_get (a, i);
      const SgLogRecord *right = sg_log_batch_get (b, i);

      if (left->time.ns != right->time.ns || left->sequence != right->sequence)
        return FALSE;
    }
  return TRUE;
}
