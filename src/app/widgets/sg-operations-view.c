/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-operations-view.h"

#include "models/sg-format.h"
#include "models/sg-record-rows.h"
#include "widgets/sg-record-detail.h"
#include "widgets/sg-table.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>
#include <string.h>

/* How many are shown; who looks for older ones moves the time window. */
#define SHOWN_MAX 1000

/* So far before and after an operation the log is looked at. */
#define AROUND_MS 5000
#define LINES_MAX 20

struct _SgOperationsView
{
  GtkWidget parent_instance;
  GtkBox *tools;
  GtkDropDown *type;
  GtkDropDown *status;
  GtkDropDown *duration;
  GtkSearchEntry *key;
  GtkLabel *count;
  GtkBox *table_box;
  GtkLabel *none;
  SgRecordDetail *detail;
  GtkStringList *types;
  SgTableModel *model;
  GtkWidget *table;
  SgChartGroup *group;
  SgLogBatch *records;
  SgEngine *engine;
  GCancellable *around;
  char *key_text;
  gboolean quiet;
  gboolean narrow;
};

static guint left_signal;
static guint filter_changed_signal;

G_DEFINE_FINAL_TYPE (SgOperationsView, sg_operations_view, GTK_TYPE_WIDGET)

/* In the order of the choice; the first is any. */
static const char *const statuses[] = {
  NULL, "success", "failed", "partial", "timeout", "cancelled"
};
static const gint64 least_durations[] = { 0, 1000, 10000, 100000, 1000000, 10000000 };

static void
filter_changed (SgOperationsView *self)
{
  g_free (self->key_text);
  self->key_text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->key))));
  if (!self->quiet)
    g_signal_emit (self, filter_changed_signal, 0);
}

static void
back_clicked (SgOperationsView *self)
{
  g_signal_emit (self, left_signal, 0);
}

/* Where it is narrow, the details stand in place of the table. */
static void
update_places (SgOperationsView *self)
{
  gboolean detailed = gtk_widget_get_visible (GTK_WIDGET (self->detail));

  gtk_widget_set_visible (GTK_WIDGET (self->table_box), !self->narrow || !detailed);
  gtk_widget_set_hexpand (GTK_WIDGET (self->detail), self->narrow);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools), self->narrow
                                                                    ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
}

static void
stop_looking_around (SgOperationsView *self)
{
  if (self->around != NULL)
    g_cancellable_cancel (self->around);
  g_clear_object (&self->around);
}

static void
detail_closed (SgOperationsView *self)
{
  stop_looking_around (self);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), FALSE);
  update_places (self);
}

static void
got_lines (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (SgOperationsView) self = data;
  g_autoptr (SgLogAnswer) answer = sg_engine_search_logs_finish (SG_ENGINE (object), result, NULL);

  if (answer != NULL && self->detail != NULL)
    sg_record_detail_set_lines (self->detail, answer->records);
}

static void
look_around (SgOperationsView  *self,
             const SgLogRecord *record)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;

  stop_looking_around (self);
  if (self->engine == NULL)
    return;
  query.from.ns = record->time.ns - AROUND_MS * G_GINT64_CONSTANT (1000000);
  query.to.ns = record->time.ns + AROUND_MS * G_GINT64_CONSTANT (1000000);
  query.kinds = 1u << SG_LOG_KIND_LOG;
  query.order = SG_LOG_OLDEST_FIRST;
  query.limit = LINES_MAX;
  self->around = g_cancellable_new ();
  sg_engine_search_logs_async (self->engine, &query, SG_LOG_SEARCH_PAGE, self->around, got_lines,
                               g_object_ref (self));
}

void
sg_operations_view_show_record (SgOperationsView *self,
                                SgEngine         *engine,
                                SgLogBatch       *records,
                                guint             index)
{
  g_set_object (&self->engine, engine);
  sg_record_detail_set_record (self->detail, records, index);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), TRUE);
  update_places (self);
  look_around (self, sg_log_batch_get (records, index));
}

static void
row_activated (SgOperationsView *self,
               guint             row)
{
  if (self->records != NULL && row < sg_log_batch_get_length (self->records))
    sg_operations_view_show_record (self, self->engine, self->records, row);
}

void
sg_operations_view_set_up (SgOperationsView *self,
                           SgChartGroup     *group,
                           GSettings        *settings)
{
  g_set_object (&self->group, group);
  self->model = sg_record_rows_new_model ();
  self->table = sg_table_new (self->model, "operations", settings);
  gtk_widget_set_vexpand (self->table, TRUE);
  gtk_widget_set_hexpand (self->table, TRUE);
  sg_table_set_single_click (SG_TABLE (self->table), TRUE);
  g_signal_connect_swapped (self->table, "row-activated", G_CALLBACK (row_activated), self);
  gtk_box_append (self->table_box, self->table);
}

void
sg_operations_view_set_width_class (SgOperationsView *self,
                                    SgWidthClass      width_class)
{
  self->narrow = width_class == SG_WIDTH_NARROW;
  update_places (self);
}

/* Returns: (nullable): the type that is asked for */
static const char *
get_type (SgOperationsView *self)
{
  guint at = gtk_drop_down_get_selected (self->type);

  return at > 0 ? gtk_string_list_get_string (self->types, at) : NULL;
}

static void
select_type (SgOperationsView *self,
             const char       *type)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->types));

  for (guint i = 1; type != NULL && i < n; i++)
    {
      if (!g_str_equal (gtk_string_list_get_string (self->types, i), type))
        continue;
      gtk_drop_down_set_selected (self->type, i);
      return;
    }
  if (type != NULL)
    gtk_string_list_append (self->types, type);
  gtk_drop_down_set_selected (self->type, type != NULL ? n : 0);
}

void
sg_operations_view_set_types (SgOperationsView *self,
                              GPtrArray        *types)
{
  g_autofree char *chosen = g_strdup (get_type (self));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->types));
  gboolean same = n >= types->len + 1;

  for (guint i = 0; same && i < types->len; i++)
    same = g_str_equal (gtk_string_list_get_string (self->types, i + 1), types->pdata[i]);
  if (same)
    return;
  self->quiet = TRUE;
  gtk_string_list_splice (self->types, 1, n - 1, NULL);
  for (guint i = 0; i < types->len; i++)
    gtk_string_list_append (self->types, types->pdata[i]);
  select_type (self, chosen);
  self->quiet = FALSE;
}

void
sg_operations_view_show_type (SgOperationsView *self,
                              const char       *type)
{
  self->quiet = TRUE;
  select_type (self, type);
  gtk_drop_down_set_selected (self->status, 0);
  gtk_drop_down_set_selected (self->duration, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->key), "");
  filter_changed (self);
  self->quiet = FALSE;
  detail_closed (self);
}

void
sg_operations_view_fill_query (SgOperationsView *self,
                               SgLogQuery       *query)
{
  query->name = get_type (self);
  query->status = statuses[gtk_drop_down_get_selected (self->status)];
  query->min_duration_us = least_durations[gtk_drop_down_get_selected (self->duration)];
  query->contains = self->key_text != NULL && *self->key_text != '\0' ? self->key_text : NULL;
  query->limit = SHOWN_MAX;
}

static void
show_count (SgOperationsView  *self,
            const SgLogAnswer *answer)
{
  guint n = sg_log_batch_get_length (answer->records);
  guint64 all = answer->has_count ? answer->count : n;
  g_autofree char *shown = sg_format_count (n);
  g_autofree char *total = sg_format_count (all);
  g_autofree char *text =
      answer->has_more
          ? g_strdup_printf (_ ("the newest %s of %s"), shown, total)
          : g_strdup_printf (ngettext ("%s operation", "%s operations", (gulong) all), total);

  gtk_label_set_label (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->none), n == 0);
  gtk_widget_set_visible (self->table, n > 0);
}

void
sg_operations_view_take (SgOperationsView *self,
                         SgEngine         *engine,
                         SgLogAnswer      *answer)
{
  g_set_object (&self->engine, engine);
  show_count (self, answer);
  if (sg_record_rows_equal (self->records, answer->records))
    return;
  sg_log_batch_ref (answer->records);
  g_clear_pointer (&self->records, sg_log_batch_unref);
  self->records = answer->records;
  sg_record_rows_show (self->model, self->records, self->group, !self->narrow);
}

void
sg_operations_view_find (SgOperationsView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->key));
}

static void
sg_operations_view_dispose (GObject *object)
{
  SgOperationsView *self = SG_OPERATIONS_VIEW (object);

  stop_looking_around (self);
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_OPERATIONS_VIEW);
  g_clear_object (&self->model);
  g_clear_object (&self->group);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->records, sg_log_batch_unref);
  g_clear_pointer (&self->key_text, g_free);
  G_OBJECT_CLASS (sg_operations_view_parent_class)->dispose (object);
}

static void
sg_operations_view_class_init (SgOperationsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_operations_view_dispose;
  g_type_ensure (SG_TYPE_RECORD_DETAIL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-operations-view.ui");
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, tools);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, type);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, types);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, status);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, duration);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, key);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, count);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, table_box);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, none);
  gtk_widget_class_bind_template_child (widget_class, SgOperationsView, detail);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, detail_closed);
  left_signal =
      g_signal_new ("left", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0, NULL,
                    NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_Escape, 0, "left", NULL);
  filter_changed_signal = g_signal_new ("filter-changed", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_operations_view_init (SgOperationsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
