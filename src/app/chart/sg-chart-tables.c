/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-tables.h"

#include "models/sg-csv.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

/*
 * A copy of what a scene shows, for a model that outlives it: references to the series, their names as
 * titles of columns, and the times at which any of them has a sample.
 */
typedef struct
{
  SgScene scene;
  GArray *times;
  GArray *columns;
  GPtrArray *ids;
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  sg_scene_clear (&copy->scene);
  g_array_unref (copy->times);
  g_array_unref (copy->columns);
  g_ptr_array_unref (copy->ids);
  g_free (copy);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* (transfer full) (element-type gint64): the times of all visible series in the window, each once */
static GArray *
collect_times (const SgScene *scene)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint kept = 0;

  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);
      gsize start = sg_series_data_find (series->data, scene->from);
      gsize end = sg_series_data_find (series->data, scene->to + 1);

      if (!series->hidden)
        g_array_append_vals (times, sg_series_data_get_times (series->data) + start,
                             (guint) (end - start));
    }
  g_array_sort (times, compare_times);
  for (guint i = 0; i < times->len; i++)
    {
      gint64 time = g_array_index (times, gint64, i);

      if (kept == 0 || g_array_index (times, gint64, kept - 1) != time)
        g_array_index (times, gint64, kept++) = time;
    }
  g_array_set_size (times, kept);
  return times;
}

static Copy *
copy_new (const SgScene *scene)
{
  Copy *copy = g_new0 (Copy, 1);

  sg_scene_init (&copy->scene);
  copy->scene.kind = scene->kind;
  copy->scene.axis = scene->axis;
  copy->scene.from = scene->from;
  copy->scene.to = scene->to;
  copy->scene.step = scene->step;
  for (guint i = 0; i < scene->series->len; i++)
    {
      SgSceneSeries series = *sg_scene_get_series (scene, i);

      sg_series_data_ref (series.data);
      g_array_append_val (copy->scene.series, series);
    }
  copy->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  copy->columns = g_array_new (FALSE, TRUE, sizeof (SgTableColumn));
  copy->ids = g_ptr_array_new_with_free_func (g_free);
  return copy;
}

static void
add_column (Copy       *copy,
            const char *title,
            gboolean    numeric)
{
  char *id = g_strdup_printf ("c%u", copy->columns->len);
  SgTableColumn column = { .id = id, .title = title, .numeric = numeric };

  g_ptr_array_add (copy->ids, id);
  g_array_append_val (copy->columns, column);
}

/* The model reads its columns from the copy, which is therefore kept with it and not with its rows. */
static SgTableModel *
make_model (Copy            *copy,
            guint            n_rows,
            SgTableCellFunc  func)
{
  SgTableModel *model = sg_table_model_new ((const SgTableColumn *) (gpointer) copy->columns->data,
                                            copy->columns->len);

  g_object_set_data_full (G_OBJECT (model), "copy", copy, copy_free);
  sg_table_model_set_rows (model, n_rows, func, copy, NULL);
  return model;
}

static double
value_at (const SgScene *scene,
          guint          i,
          gint64         time)
{
  const SgSceneSeries *series = sg_scene_get_series (scene, i);
  gsize index;

  return sg_series_data_find_nearest (series->data, time, 0, &index)
             ? sg_series_data_get_values (series->data)[index]
             : NAN;
}

static char *
format_value (const Copy *copy,
              double      value)
{
  return copy->scene.kind == SG_CHART_HEAT ? sg_unit_format (SG_UNIT_COUNT, value)
                                           : sg_unit_format (copy->scene.axis.unit, value);
}

static void
sample_cell (guint        row,
             guint        column,
             SgTableCell *cell,
             gpointer     data)
{
  const Copy *copy = data;
  gint64 time = g_array_index (copy->times, gint64, copy->times->len - 1 - row);

  if (column == 0)
    {
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (time / 1000);

      cell->text = g_date_time_format (when, "%Y-%m-%d %H:%M:%S");
      cell->number = (double) time;
      return;
    }
  cell->number = value_at (&copy->scene, column - 1, time);
  cell->text = format_value (copy, cell->number);
}

static void
remove_hidden (SgScene *scene)
{
  for (guint i = scene->series->len; i-- > 0;)
    {
      if (sg_scene_get_series (scene, i)->hidden || i >= SG_CHART_TABLE_MOST_SERIES)
        g_array_remove_index (scene->series, i);
    }
}

SgTableModel *
sg_chart_tables_new_samples (const SgScene *scene)
{
  Copy *copy = copy_new (scene);

  remove_hidden (&copy->scene);
  g_array_unref (copy->times);
  copy->times = collect_times (&copy->scene);
  add_column (copy, _ ("Time"), FALSE);
  for (guint i = 0; i < copy->scene.series->len; i++)
    add_column (copy, sg_series_data_get_name (sg_scene_get_series (&copy->scene, i)->data), TRUE);
  g_array_index (copy->columns, SgTableColumn, 0).fills = TRUE;
  return make_model (copy, copy->times->len, sample_cell);
}

static void
legend_cell (guint        row,
             guint        column,
             SgTableCell *cell,
             gpointer     data)
{
  const Copy *copy = data;
  const SgSceneSeries *series = sg_scene_get_series (&copy->scene, row);
  SgSeriesStats stats;

  if (column == 0)
    {
      cell->text = g_strdup (sg_series_data_get_name (series->data));
      cell->has_swatch = TRUE;
      cell->swatch =
          (SgSwatch) { sg_scene_is_stacked (&copy->scene) ? SG_SWATCH_AREA : SG_SWATCH_LINE,
                       series->colour, series->dash, series->hidden };
      return;
    }
  stats = sg_series_data_get_stats (series->data, copy->scene.from, copy->scene.to);
  cell->number = column == 1   ? stats.last
                 : column == 2 ? stats.min
                 : column == 3 ? stats.max
                 : column == 4 ? stats.mean
                               : stats.sum;
  cell->text = format_value (copy, cell->number);
}

SgTableModel *
sg_chart_tables_new_legend (const SgScene *scene)
{
  Copy *copy = copy_new (scene);

  add_column (copy, _ ("Name"), FALSE);
  add_column (copy, _ ("Last"), TRUE);
  add_column (copy, _ ("Min"), TRUE);
  add_column (copy, _ ("Max"), TRUE);
  add_column (copy, _ ("Mean"), TRUE);
  add_column (copy, _ ("Sum"), TRUE);
  g_array_index (copy->columns, SgTableColumn, 0).fills = TRUE;
  return make_model (copy, copy->scene.series->len, legend_cell);
}

char *
sg_chart_tables_to_csv (const SgScene *scene)
{
  g_autoptr (GArray) times = collect_times (scene);
  GString *out = g_string_new (NULL);

  sg_csv_append_field (out, TRUE, "time");
  for (guint i = 0; i < scene->series->len; i++)
    {
      if (!sg_scene_get_series (scene, i)->hidden)
        sg_csv_append_field (out, FALSE,
                             sg_series_data_get_name (sg_scene_get_series (scene, i)->data));
    }
  sg_csv_end_row (out);
  for (guint k = 0; k < times->len; k++)
    {
      gint64 time = g_array_index (times, gint64, k);

      sg_csv_append_number (out, TRUE, (double) time / 1000);
      for (guint i = 0; i < scene->series->len; i++)
        {
          if (!sg_scene_get_series (scene, i)->hidden)
            sg_csv_append_number (out, FALSE, value_at (scene, i, time));
        }
      sg_csv_end_row (out);
    }
  return g_string_free (out, FALSE);
}
