/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-table-model.h"

#include <math.h>
#include <string.h>

struct _SgTableRow
{
  GObject parent_instance;
  guint index;
};

G_DEFINE_FINAL_TYPE (SgTableRow, sg_table_row, G_TYPE_OBJECT)

static void
sg_table_row_class_init (SgTableRowClass *klass)
{
}

static void
sg_table_row_init (SgTableRow *self)
{
}

/* Which row of the source it is, whatever the table is sorted by. */
guint
sg_table_row_get_index (SgTableRow *self)
{
  return self->index;
}

/* What a column is sorted by: numbers, or texts as the locale orders them. */
typedef struct
{
  double *numbers;
  GPtrArray *texts;
} Keys;

struct _SgTableModel
{
  GObject parent_instance;
  const SgTableColumn *columns;
  guint n_columns;
  Keys *keys;
  guint n_rows;
  SgTableCellFunc func;
  gpointer data;
  GDestroyNotify destroy;
  char *filter;
  GArray *shown;
};

static guint renewed_signal;

static void list_model_init (GListModelInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgTableModel, sg_table_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

void
sg_table_cell_clear (SgTableCell *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->trend, g_free);
}

static GType
get_item_type (GListModel *model)
{
  return SG_TYPE_TABLE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  SgTableModel *self = SG_TABLE_MODEL (model);

  return self->shown != NULL ? self->shown->len : self->n_rows;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  SgTableModel *self = SG_TABLE_MODEL (model);
  SgTableRow *row;

  if (position >= get_n_items (model))
    return NULL;
  row = g_object_new (SG_TYPE_TABLE_ROW, NULL);
  row->index = self->shown != NULL ? g_array_index (self->shown, guint, position) : position;
  return row;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

void
sg_table_model_get_cell (SgTableModel *self,
                         guint         row,
                         guint         column,
                         SgTableCell  *ret_cell)
{
  *ret_cell = (SgTableCell) { .number = NAN, .level = SG_LEVEL_UNKNOWN };
  self->func (row, column, ret_cell, self->data);
}

static void
free_keys (SgTableModel *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    {
      g_clear_pointer (&self->keys[i].numbers, g_free);
      g_clear_pointer (&self->keys[i].texts, g_ptr_array_unref);
    }
}

static void
make_keys (SgTableModel *self,
           guint         column)
{
  Keys *keys = &self->keys[column];
  gboolean numeric = self->columns[column].numeric;

  if (keys->numbers != NULL || keys->texts != NULL)
    return;
  if (numeric)
    keys->numbers = g_new (double, MAX (self->n_rows, 1));
  else
    keys->texts = g_ptr_array_new_full (self->n_rows, g_free);
  for (guint row = 0; row < self->n_rows; row++)
    {
      g_auto (SgTableCell) cell = { 0 };

      sg_table_model_get_cell (self, row, column, &cell);
      if (numeric)
        keys->numbers[row] = cell.number;
      else
        g_ptr_array_add (keys->texts, g_utf8_collate_key (cell.text != NULL ? cell.text : "", -1));
    }
}

/* How rows @a and @b of the source stand by @column; below zero when @a comes first. */
int
sg_table_model_compare (SgTableModel *self,
                        guint         column,
                        guint         a,
                        guint         b)
{
  const Keys *keys = &self->keys[column];
  double x, y;

  make_keys (self, column);
  if (!self->columns[column].numeric)
    return strcmp (g_ptr_array_index (keys->texts, a), g_ptr_array_index (keys->texts, b));
  x = keys->numbers[a];
  y = keys->numbers[b];
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return x < y ? -1 : x > y;
}

static gboolean
row_matches (SgTableModel *self,
             guint         row)
{
  for (guint column = 0; column < self->n_columns; column++)
    {
      g_auto (SgTableCell) cell = { 0 };
      g_autofree char *folded = NULL;

      sg_table_model_get_cell (self, row, column, &cell);
      if (cell.text == NULL)
        continue;
      folded = g_utf8_casefold (cell.text, -1);
      if (strstr (folded, self->filter) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full) (nullable): the rows that match; %NULL when nothing is filtered */
static GArray *
find_matches (SgTableModel *self)
{
  GArray *shown;

  if (self->filter == NULL)
    return NULL;
  shown = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint row = 0; row < self->n_rows; row++)
    {
      if (row_matches (self, row))
        g_array_append_val (shown, row);
    }
  return shown;
}

/* Finds the rows that match, and tells of it. */
static void
apply_filter (SgTableModel *self,
              guint         n_before)
{
  g_clear_pointer (&self->shown, g_array_unref);
  self->shown = find_matches (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, get_n_items (G_LIST_MODEL (self)));
}

void
sg_table_model_set_filter (SgTableModel *self,
                           const char   *text)
{
  guint n_before = get_n_items (G_LIST_MODEL (self));
  g_autofree char *folded = text != NULL && *text != '\0' ? g_utf8_casefold (text, -1) : NULL;

  if (g_strcmp0 (folded, self->filter) == 0)
    return;
  g_free (self->filter);
  self->filter = g_steal_pointer (&folded);
  apply_filter (self, n_before);
}

static void
take_rows (SgTableModel    *self,
           SgTableCellFunc  func,
           gpointer         data,
           GDestroyNotify   destroy)
{
  free_keys (self);
  if (self->destroy != NULL)
    self->destroy (self->data);
  self->func = func;
  self->data = data;
  self->destroy = destroy;
}

/* @data belongs to the model until it has other rows, and is given to @destroy then. */
void
sg_table_model_set_rows (SgTableModel    *self,
                         guint            n_rows,
                         SgTableCellFunc  func,
                         gpointer         data,
                         GDestroyNotify   destroy)
{
  guint n_before = get_n_items (G_LIST_MODEL (self));

  take_rows (self, func, data, destroy);
  self->n_rows = n_rows;
  apply_filter (self, n_before);
}

static gboolean
same_rows (const GArray *a,
           const GArray *b)
{
  return a->len == b->len
         && (a->len == 0 || memcmp (a->data, b->data, a->len * sizeof (guint)) == 0);
}

void
sg_table_model_renew_rows (SgTableModel    *self,
                           SgTableCellFunc  func,
                           gpointer         data,
                           GDestroyNotify   destroy)
{
  guint n_before = get_n_items (G_LIST_MODEL (self));
  g_autoptr (GArray) shown = NULL;

  take_rows (self, func, data, destroy);
  shown = find_matches (self);
  if (shown != NULL && !same_rows (shown, self->shown))
    apply_filter (self, n_before);
  else
    g_signal_emit (self, renewed_signal, 0);
}

guint
sg_table_model_get_n_columns (SgTableModel *self)
{
  return self->n_columns;
}

const SgTableColumn *
sg_table_model_get_column (SgTableModel *self,
                           guint         column)
{
  return &self->columns[column];
}

static void
sg_table_model_finalize (GObject *object)
{
  SgTableModel *self = SG_TABLE_MODEL (object);

  free_keys (self);
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self->keys);
  g_free (self->filter);
  g_clear_pointer (&self->shown, g_array_unref);
  G_OBJECT_CLASS (sg_table_model_parent_class)->finalize (object);
}

static void
sg_table_model_class_init (SgTableModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_table_model_finalize;
  renewed_signal = g_signal_new ("renewed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_table_model_init (SgTableModel *self)
{
}

/* @columns must outlive the model. */
SgTableModel *
sg_table_model_new (const SgTableColumn *columns,
                    guint                n_columns)
{
  SgTableModel *self = g_object_new (SG_TYPE_TABLE_MODEL, NULL);

  self->columns = columns;
  self->n_columns = n_columns;
  self->keys = g_new0 (Keys, MAX (n_columns, 1));
  return self;
}
