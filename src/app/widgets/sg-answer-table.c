/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-answer-table.h"

#include "models/sg-answer-row.h"
#include "models/sg-format.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* More labels than these are seen in the text of the answer. */
#define MAX_LABELS 8

struct _SgAnswerTable
{
  GtkWidget parent_instance;
  GtkColumnView *view;
  GtkLabel *more;
  GListStore *rows;
  SgUnit unit;
  char *layout;
};

/* What a column shows: a label, by its name, or a number, by where it stands in the statistics. */
typedef struct
{
  SgAnswerTable *table;
  const char *label;
  gsize number;
} Column;

G_DEFINE_FINAL_TYPE (SgAnswerTable, sg_answer_table, GTK_TYPE_WIDGET)

guint
sg_answer_table_get_n_rows (SgAnswerTable *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

static double
get_number (SgAnswerRow  *row,
            const Column *column)
{
  const char *stats = (const char *) sg_answer_row_get_stats (row);
  double value;

  memcpy (&value, stats + column->number, sizeof value);
  return value;
}

static const char *
get_text (SgAnswerRow  *row,
          const Column *column)
{
  return *column->label != '\0' ? sg_answer_row_get_label (row, column->label)
                                : sg_answer_row_get_name (row);
}

static void
setup_cell (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            Column                   *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->label != NULL ? 0.f : 1.f);
  gtk_label_set_ellipsize (GTK_LABEL (label),
                           column->label != NULL ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           Column                   *column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  SgAnswerRow *row = gtk_list_item_get_item (item);
  g_autofree char *number = NULL;

  if (column->label != NULL)
    {
      gtk_label_set_label (GTK_LABEL (label), get_text (row, column));
      gtk_widget_set_tooltip_text (label, get_text (row, column));
      return;
    }
  number = sg_unit_format (column->table->unit, get_number (row, column));
  gtk_label_set_label (GTK_LABEL (label), number);
}

/* What is not known comes last. */
static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      data)
{
  const Column *column = data;
  SgAnswerRow *left = (SgAnswerRow *) a;
  SgAnswerRow *right = (SgAnswerRow *) b;
  double x, y;

  if (column->label != NULL)
    return g_utf8_collate (get_text (left, column), get_text (right, column));
  x = get_number (left, column);
  y = get_number (right, column);
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return (x > y) - (x < y);
}

static GtkColumnViewColumn *
add_column (SgAnswerTable *self,
            const char    *title,
            const char    *label,
            gsize          number)
{
  Column *column = g_new (Column, 1);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter = NULL;

  *column = (Column) { self, label != NULL ? g_intern_string (label) : NULL, number };
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), column);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), column);
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare_rows, column, NULL));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  g_object_set_data_full (G_OBJECT (view_column), "column", column, g_free);
  gtk_column_view_append_column (self->view, view_column);
  return view_column;
}

static void
remove_columns (SgAnswerTable *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->view);

  while (g_list_model_get_n_items (columns) > 0)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

      gtk_column_view_remove_column (self->view, column);
    }
}

static void
add_columns (SgAnswerTable *self,
             GStrv          labels,
             gboolean       range)
{
  GtkColumnViewColumn *first = NULL;

  for (guint i = 0; labels[i] != NULL; i++)
    {
      gboolean metric = g_str_equal (labels[i], SG_LABEL_NAME);
      GtkColumnViewColumn *column =
          add_column (self, metric ? _ ("Metric") : labels[i], labels[i], 0);

      first = first != NULL ? first : column;
    }
  if (first == NULL)
    first = add_column (self, _ ("Query"), "", 0);
  gtk_column_view_column_set_expand (first, TRUE);
  add_column (self, range ? _ ("Last") : _ ("Value"), NULL, G_STRUCT_OFFSET (SgSeriesStats, last));
  if (!range)
    return;
  add_column (self, _ ("Least"), NULL, G_STRUCT_OFFSET (SgSeriesStats, min));
  add_column (self, _ ("Greatest"), NULL, G_STRUCT_OFFSET (SgSeriesStats, max));
  add_column (self, _ ("Mean"), NULL, G_STRUCT_OFFSET (SgSeriesStats, mean));
}

/* Returns: (transfer full): the names of the labels that the series have, the metric's first */
static GStrv
list_labels (GPtrArray *series)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < series->len; i++)
    {
      const SgLabels *labels = sg_series_data_get_labels (g_ptr_array_index (series, i));

      for (guint j = 0; j < labels->n_labels && names->len < MAX_LABELS; j++)
        {
          const char *name = labels->labels[j].name;

          if (!g_hash_table_add (seen, (gpointer) name))
            continue;
          g_ptr_array_insert (names, g_str_equal (name, SG_LABEL_NAME) ? 0 : -1, g_strdup (name));
        }
    }
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}

/* Columns are made anew only when they are others: their widths and their order stay. */
static void
lay_out (SgAnswerTable *self,
         GPtrArray     *series,
         gboolean       range)
{
  g_auto (GStrv) labels = list_labels (series);
  g_autofree char *names = g_strjoinv ("\n", labels);
  char *layout = g_strdup_printf ("%d\n%s", range, names);

  if (g_strcmp0 (layout, self->layout) == 0)
    {
      g_free (layout);
      return;
    }
  g_free (self->layout);
  self->layout = layout;
  remove_columns (self);
  add_columns (self, labels, range);
}

static void
show_more (SgAnswerTable *self,
           guint          n_series)
{
  g_autofree char *shown = sg_format_count (SG_ANSWER_TABLE_MAX);
  g_autofree char *all = sg_format_count (n_series);
  g_autofree char *text = g_strdup_printf (_ ("The first %s of %s series"), shown, all);

  gtk_label_set_label (self->more, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more), n_series > SG_ANSWER_TABLE_MAX);
}

void
sg_answer_table_set_series (SgAnswerTable *self,
                            GPtrArray     *series,
                            SgUnit         unit,
                            gboolean       range,
                            gint64         from,
                            gint64         to)
{
  guint n_rows = MIN (series->len, SG_ANSWER_TABLE_MAX);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (n_rows, g_object_unref);

  for (guint i = 0; i < n_rows; i++)
    g_ptr_array_add (rows, sg_answer_row_new (g_ptr_array_index (series, i), from, to));
  self->unit = unit;
  lay_out (self, series, range);
  g_list_store_splice (self->rows, 0, sg_answer_table_get_n_rows (self), rows->pdata, n_rows);
  show_more (self, series->len);
}

static void
sg_answer_table_dispose (GObject *object)
{
  SgAnswerTable *self = SG_ANSWER_TABLE (object);

  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_ANSWER_TABLE);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->layout, g_free);
  G_OBJECT_CLASS (sg_answer_table_parent_class)->dispose (object);
}

static void
sg_answer_table_class_init (SgAnswerTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_answer_table_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-answer-table.ui");
  gtk_widget_class_bind_template_child (widget_class, SgAnswerTable, view);
  gtk_widget_class_bind_template_child (widget_class, SgAnswerTable, more);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_answer_table_init (SgAnswerTable *self)
{
  GtkSortListModel *sorted;
  GtkNoSelection *selection;

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->rows = g_list_store_new (SG_TYPE_ANSWER_ROW);
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->rows)),
                                    g_object_ref (gtk_column_view_get_sorter (self->view)));
  selection = gtk_no_selection_new (G_LIST_MODEL (sorted));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
}

GtkWidget *
sg_answer_table_new (void)
{
  return g_object_new (SG_TYPE_ANSWER_TABLE, NULL);
}
