/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-table.h"

#include "models/sg-csv.h"
#include "widgets/sg-sparkline.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-table-cell-view.h"

#include <glib/gi18n.h>
#include <string.h>

#define LEAST_WIDTH 48

struct _SgTable
{
  GtkWidget parent_instance;
  SgTableModel *model;
  GtkWidget *scroller;
  GtkColumnView *view;
  GtkSliceListModel *slice;
  GtkMultiSelection *selection;
  GtkSortListModel *sorted;
  GHashTable *bound;
  GSettings *settings;
  char *id;
  gboolean restoring;
  gboolean *chosen;
  guint fit_idle;
};

enum
{
  ROW_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgTable, sg_table, GTK_TYPE_WIDGET)

/* A column of the view, and what it needs to know to sort and to make its cells. */
typedef struct
{
  SgTable *table;
  guint index;
  int hidden_width;
} ColumnData;

static const SgTableColumn *
column_of (const ColumnData *data)
{
  return sg_table_model_get_column (data->table->model, data->index);
}

static void
setup_cell (GtkSignalListItemFactory *factory,
            GtkListItem              *item,
            gpointer                  data)
{
  const SgTableColumn *column = column_of (data);

  gtk_list_item_set_child (item, column->pill    ? sg_status_pill_new (SG_LEVEL_UNKNOWN, "")
                                 : column->trend ? sg_sparkline_new_small ()
                                                 : sg_table_cell_view_new (column));
}

static void
show_cell (GtkListItem      *item,
           const ColumnData *column)
{
  guint row = sg_table_row_get_index (gtk_list_item_get_item (item));
  GtkWidget *child = gtk_list_item_get_child (item);
  g_auto (SgTableCell) cell = { 0 };

  sg_table_model_get_cell (column->table->model, row, column->index, &cell);
  if (column_of (column)->pill)
    {
      sg_status_pill_set_level (SG_STATUS_PILL (child), cell.level);
      sg_status_pill_set_text (SG_STATUS_PILL (child), cell.text);
    }
  else if (column_of (column)->trend)
    {
      sg_sparkline_set_level (SG_SPARKLINE (child), cell.level);
      sg_sparkline_set_series (SG_SPARKLINE (child), cell.series);
      sg_sparkline_set_values (SG_SPARKLINE (child), cell.trend, cell.n_trend);
    }
  else
    sg_table_cell_view_set (SG_TABLE_CELL_VIEW (child), &cell);
}

static void
bind_cell (GtkSignalListItemFactory *factory,
           GtkListItem              *item,
           gpointer                  data)
{
  show_cell (item, data);
  g_hash_table_insert (((ColumnData *) data)->table->bound, item, data);
}

static void
unbind_cell (GtkSignalListItemFactory *factory,
             GtkListItem              *item,
             gpointer                  data)
{
  if (((ColumnData *) data)->table->bound != NULL)
    g_hash_table_remove (((ColumnData *) data)->table->bound, item);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      data)
{
  const ColumnData *column = data;

  return sg_table_model_compare (column->table->model, column->index,
                                 sg_table_row_get_index ((SgTableRow *) a),
                                 sg_table_row_get_index ((SgTableRow *) b));
}

static GtkColumnViewColumn *
get_column (SgTable *self,
            guint    i)
{
  g_autoptr (GtkColumnViewColumn) column =
      g_list_model_get_item (gtk_column_view_get_columns (self->view), i);

  /* The view keeps it. */
  return column;
}

/*
 * The title of a numeric column stands above its numbers, and the arrow that says how it is sorted before
 * the title. GTK has no way to say so but its widgets.
 */
static void
align_titles (SgTable *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->view));
  GtkWidget *title = gtk_widget_get_first_child (header);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; title != NULL && i < sg_table_model_get_n_columns (self->model); i++)
    {
      GtkWidget *box = gtk_widget_get_first_child (title);

      if (!gtk_column_view_column_get_visible (get_column (self, i)))
        continue;
      if (sg_table_model_get_column (self->model, i)->numeric)
        {
          gtk_widget_set_direction (box, rtl ? GTK_TEXT_DIR_LTR : GTK_TEXT_DIR_RTL);
          gtk_widget_set_halign (box, GTK_ALIGN_START);
        }
      title = gtk_widget_get_next_sibling (title);
    }
}

static int
get_width (GtkColumnViewColumn *view_column)
{
  const ColumnData *data = g_object_get_data (G_OBJECT (view_column), "column");

  return gtk_column_view_column_get_visible (view_column)
             ? gtk_column_view_column_get_fixed_width (view_column)
             : data->hidden_width;
}

/*
 * "width:visible" of each column, by its id: "type=120:1 count=-1:-1". A column that the user neither hid nor
 * showed has -1, since it is hidden or shown by the room there is.
 */
static void
save_columns (SgTable *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GVariant) all = NULL;
  GVariantDict dict;

  if (self->id == NULL || self->settings == NULL || self->restoring)
    return;
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    g_string_append_printf (
        text, "%s%s=%d:%d", i > 0 ? " " : "", sg_table_model_get_column (self->model, i)->id,
        get_width (get_column (self, i)),
        self->chosen[i] ? gtk_column_view_column_get_visible (get_column (self, i)) : -1);
  all = g_settings_get_value (self->settings, "table-columns");
  g_variant_dict_init (&dict, all);
  g_variant_dict_insert (&dict, self->id, "s", text->str);
  g_settings_set_value (self->settings, "table-columns", g_variant_dict_end (&dict));
}

/* GTK leaves room for a column of a fixed width also while it is hidden: it gets that back when it is shown. */
static void
keep_width (GtkColumnViewColumn *view_column,
            ColumnData          *data)
{
  gboolean visible = gtk_column_view_column_get_visible (view_column);
  gboolean restoring = data->table->restoring;

  data->table->restoring = TRUE;
  if (!visible)
    {
      data->hidden_width = gtk_column_view_column_get_fixed_width (view_column);
      gtk_column_view_column_set_fixed_width (view_column, -1);
    }
  else if (data->hidden_width > 0)
    {
      gtk_column_view_column_set_fixed_width (view_column, data->hidden_width);
      data->hidden_width = -1;
    }
  data->table->restoring = restoring;
}

static void
on_visible_changed (GtkColumnViewColumn *view_column,
                    GParamSpec          *pspec,
                    SgTable             *self)
{
  ColumnData *data = g_object_get_data (G_OBJECT (view_column), "column");

  align_titles (self);
  keep_width (view_column, data);
  if (self->restoring)
    return;
  self->chosen[data->index] = TRUE;
  save_columns (self);
}

/* Returns: the column that is the @place-th to be shown */
static guint
find_ranked (SgTable *self,
             guint    place)
{
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      if (sg_table_model_get_column (self->model, i)->rank == place + 1)
        return i;
    }
  return place;
}

static gboolean
takes_room (SgTable *self,
            guint    i)
{
  const SgTableColumn *column = sg_table_model_get_column (self->model, i);

  return column->expand || column->fills;
}

/* Where the column that takes the room that is left is hidden, the last text that is not takes it. */
static void
fill_room (SgTable *self)
{
  gboolean taken = FALSE;
  guint stand_in = G_MAXUINT;

  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      const SgTableColumn *column = sg_table_model_get_column (self->model, i);

      if (!gtk_column_view_column_get_visible (get_column (self, i)))
        continue;
      taken |= takes_room (self, i);
      if (!column->numeric && !column->pill && !column->trend)
        stand_in = i;
    }
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    gtk_column_view_column_set_expand (get_column (self, i),
                                       takes_room (self, i) || (!taken && i == stand_in));
}

/* Shows as many columns as there is room for, from the first on; those that the user chose stay. */
static gboolean
fit_columns (gpointer data)
{
  SgTable *self = data;
  GtkAdjustment *across =
      gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double room = gtk_adjustment_get_page_size (across);

  self->fit_idle = 0;
  self->restoring = TRUE;
  for (guint place = 0; place < sg_table_model_get_n_columns (self->model); place++)
    {
      guint i = find_ranked (self, place);
      int width = sg_table_model_get_column (self->model, i)->least_width;

      if (width == 0)
        continue;
      room -= width;
      if (!self->chosen[i] && i > 0)
        gtk_column_view_column_set_visible (get_column (self, i), room >= 0);
    }
  fill_room (self);
  self->restoring = FALSE;
  return G_SOURCE_REMOVE;
}

static void
queue_fit (SgTable *self)
{
  if (self->fit_idle == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->fit_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_columns, self, NULL);
}

static void
restore_column (SgTable    *self,
                const char *word)
{
  const char *mark = strchr (word, '=');
  int width, visible;

  if (mark == NULL || sscanf (mark + 1, "%d:%d", &width, &visible) != 2)
    return;
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      const char *id = sg_table_model_get_column (self->model, i)->id;

      if (strncmp (id, word, (gsize) (mark - word)) != 0 || id[mark - word] != '\0')
        continue;
      gtk_column_view_column_set_fixed_width (get_column (self, i),
                                              width > 0 ? MAX (width, LEAST_WIDTH) : -1);
      self->chosen[i] = visible >= 0;
      gtk_column_view_column_set_visible (get_column (self, i), visible != 0);
    }
}

static void
restore_columns (SgTable *self)
{
  g_autoptr (GVariant) all = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (self->id == NULL || self->settings == NULL)
    return;
  all = g_settings_get_value (self->settings, "table-columns");
  if (!g_variant_lookup (all, self->id, "s", &text))
    return;
  self->restoring = TRUE;
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    restore_column (self, words[i]);
  self->restoring = FALSE;
}

static char *
action_name_of (const SgTableColumn *column)
{
  return g_strconcat ("show-", column->id, NULL);
}

/* Each header has the same menu: what there is, and which of it is shown. */
static GMenuModel *
make_menu (SgTable *self)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) columns = g_menu_new ();
  g_autoptr (GMenu) copies = g_menu_new ();

  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      const SgTableColumn *column = sg_table_model_get_column (self->model, i);
      g_autofree char *name = action_name_of (column);
      g_autofree char *detailed = g_strconcat ("table.", name, NULL);

      g_menu_append (columns, column->title, detailed);
    }
  g_menu_append (copies, _ ("Copy as CSV"), "table.copy-all");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (columns));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copies));
  return G_MENU_MODEL (menu);
}

static void
add_column (SgTable            *self,
            guint               i,
            GMenuModel         *menu,
            GSimpleActionGroup *actions)
{
  const SgTableColumn *column = sg_table_model_get_column (self->model, i);
  ColumnData *data = g_new (ColumnData, 1);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *view_column = gtk_column_view_column_new (column->title, factory);
  g_autoptr (GtkSorter) sorter = NULL;
  g_autofree char *name = action_name_of (column);
  g_autoptr (GPropertyAction) action = g_property_action_new (name, view_column, "visible");

  *data = (ColumnData) { self, i, -1 };
  g_object_set_data_full (G_OBJECT (view_column), "column", data, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell), data);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), data);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cell), data);
  if (!column->trend)
    sorter = GTK_SORTER (gtk_custom_sorter_new (compare_rows, data, NULL));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  if (column->width > 0)
    gtk_column_view_column_set_fixed_width (view_column, column->width);
  gtk_column_view_column_set_expand (view_column, column->expand || column->fills);
  gtk_column_view_column_set_header_menu (view_column, menu);
  gtk_column_view_append_column (self->view, view_column);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
  g_signal_connect_object (view_column, "notify::visible", G_CALLBACK (on_visible_changed), self,
                           0);
  g_signal_connect_object (view_column, "notify::fixed-width", G_CALLBACK (save_columns), self,
                           G_CONNECT_SWAPPED);
  g_object_unref (view_column);
}

static void
append_row (SgTable *self,
            guint    row,
            GString *out)
{
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      g_auto (SgTableCell) cell = { 0 };

      if (sg_table_model_get_column (self->model, i)->trend)
        continue;
      sg_table_model_get_cell (self->model, row, i, &cell);
      sg_csv_append_field (out, i == 0, cell.text);
    }
  sg_csv_end_row (out);
}

char *
sg_table_to_csv (SgTable  *self,
                 gboolean  only_selected)
{
  GString *out = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->sorted));

  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      const SgTableColumn *column = sg_table_model_get_column (self->model, i);

      if (!column->trend)
        sg_csv_append_field (out, i == 0, column->title);
    }
  sg_csv_end_row (out);
  for (guint position = 0; position < n; position++)
    {
      g_autoptr (SgTableRow) row = g_list_model_get_item (G_LIST_MODEL (self->sorted), position);

      if (!only_selected
          || gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
        append_row (self, sg_table_row_get_index (row), out);
    }
  return g_string_free (out, FALSE);
}

static void
copy (SgTable  *self,
      gboolean  only_selected)
{
  g_autofree char *text = sg_table_to_csv (self, only_selected);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
copy_selected (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       self)
{
  copy (self, TRUE);
}

static void
copy_all (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       self)
{
  copy (self, FALSE);
}

static void
on_activate (SgTable *self,
             guint    position)
{
  g_autoptr (SgTableRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row != NULL)
    g_signal_emit (self, signals[ROW_ACTIVATED], 0, sg_table_row_get_index (row));
}

/* The rows say something else: those that are seen are shown anew where they are, and then sorted. */
static void
renewed (SgTable *self)
{
  GHashTableIter iter;
  gpointer item, data;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, &data))
    show_cell (item, data);
  for (guint i = 0; i < sg_table_model_get_n_columns (self->model); i++)
    {
      GtkSorter *sorter = gtk_column_view_column_get_sorter (get_column (self, i));

      if (sorter != NULL)
        gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
    }
}

static void
follow_model (SgTable *self)
{
  g_signal_connect_object (self->model, "renewed", G_CALLBACK (renewed), self, G_CONNECT_SWAPPED);
}

SgTableModel *
sg_table_get_model (SgTable *self)
{
  return self->model;
}

void
sg_table_set_model (SgTable      *self,
                    SgTableModel *model)
{
  g_return_if_fail (sg_table_model_get_n_columns (model)
                    == sg_table_model_get_n_columns (self->model));
  if (model == self->model)
    return;
  g_signal_handlers_disconnect_by_func (self->model, renewed, self);
  g_set_object (&self->model, model);
  follow_model (self);
  gtk_sort_list_model_set_model (self->sorted, G_LIST_MODEL (model));
}

void
sg_table_set_name (SgTable    *self,
                   const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

void
sg_table_set_single_click (SgTable  *self,
                           gboolean  single_click)
{
  gtk_column_view_set_single_click_activate (self->view, single_click);
}

void
sg_table_set_max_rows (SgTable *self,
                       guint    max_rows)
{
  gtk_slice_list_model_set_size (self->slice, max_rows > 0 ? max_rows : G_MAXUINT);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  max_rows > 0 ? GTK_POLICY_NEVER : GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (self->scroller, max_rows == 0);
}

void
sg_table_sort (SgTable     *self,
               guint        column,
               GtkSortType  order)
{
  gtk_column_view_sort_by_column (self->view, get_column (self, column), order);
}

static void
sg_table_dispose (GObject *object)
{
  SgTable *self = SG_TABLE (object);

  g_clear_handle_id (&self->fit_idle, g_source_remove);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->sorted);
  g_clear_object (&self->slice);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->bound, g_hash_table_unref);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->chosen, g_free);
  G_OBJECT_CLASS (sg_table_parent_class)->dispose (object);
}

static void
sg_table_class_init (SgTableClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_table_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "table.copy",
                                       NULL);
  signals[ROW_ACTIVATED] =
      g_signal_new ("row-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
sg_table_init (SgTable *self)
{
  self->bound = g_hash_table_new (NULL, NULL);
  self->scroller = gtk_scrolled_window_new ();
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "sg");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

/* Filter, sort, slice, selection: each stands on the one before. */
static void
chain_models (SgTable *self)
{
  self->sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->model)),
                                          g_object_ref (gtk_column_view_get_sorter (self->view)));
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  self->slice = gtk_slice_list_model_new (G_LIST_MODEL (g_object_ref (self->sorted)), 0, G_MAXUINT);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->slice)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
}

GtkWidget *
sg_table_new (SgTableModel *model,
              const char   *id,
              GSettings    *settings)
{
  static const GActionEntry entries[] = { { "copy", copy_selected }, { "copy-all", copy_all } };
  SgTable *self = g_object_new (SG_TYPE_TABLE, NULL);
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GMenuModel) menu = NULL;

  self->model = g_object_ref (model);
  self->id = g_strdup (id);
  self->chosen = g_new0 (gboolean, MAX (sg_table_model_get_n_columns (model), 1));
  self->settings = settings != NULL ? g_object_ref (settings) : NULL;
  menu = make_menu (self);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < sg_table_model_get_n_columns (model); i++)
    add_column (self, i, menu, actions);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "table", G_ACTION_GROUP (actions));
  chain_models (self);
  follow_model (self);
  restore_columns (self);
  g_signal_connect_object (self->view, "map", G_CALLBACK (align_titles), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (
      gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)),
      "notify::page-size", G_CALLBACK (queue_fit), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (on_activate), self);
  return GTK_WIDGET (self);
}
