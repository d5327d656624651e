/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-record-detail.h"

#include "models/sg-format.h"
#include "models/sg-record-rows.h"
#include "widgets/sg-status-pill.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgRecordDetail
{
  GtkWidget parent_instance;
  GtkLabel *title;
  GtkBox *pill;
  GtkWidget *error_box;
  GtkLabel *error;
  GtkGrid *grid;
  GtkBox *lines;
  int n_rows;
};

static guint closed_signal;

G_DEFINE_FINAL_TYPE (SgRecordDetail, sg_record_detail, GTK_TYPE_WIDGET)

static void
clear_children (GtkWidget *parent)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (parent)) != NULL)
    gtk_widget_unparent (child);
}

static GtkWidget *
new_label (const char *text,
           gboolean    dim,
           gboolean    code)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_yalign (GTK_LABEL (label), 0.f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (dim)
    gtk_widget_add_css_class (label, "sg-dim");
  else
    gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  if (code)
    gtk_widget_add_css_class (label, "sg-query");
  return label;
}

static void
add_field (SgRecordDetail *self,
           const char     *name,
           const char     *value,
           gboolean        code)
{
  GtkWidget *key;
  GtkWidget *text;

  if (value == NULL || *value == '\0')
    return;
  key = new_label (name, TRUE, FALSE);
  text = new_label (value, FALSE, code);
  gtk_label_set_wrap (GTK_LABEL (key), FALSE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_RELATION_LABELLED_BY, key,
                                  NULL, -1);
  gtk_grid_attach (self->grid, key, 0, self->n_rows, 1, 1);
  gtk_grid_attach (self->grid, text, 1, self->n_rows++, 1, 1);
}

static void
add_fields (SgRecordDetail    *self,
            const SgLogRecord *record)
{
  SgTimeMs ms = sg_time_ns_to_ms (record->time);
  g_autofree char *day = sg_format_weekday (ms);
  g_autofree char *clock = sg_record_format_time (record, TRUE);
  g_autofree char *time = g_strdup_printf ("%s, %s", day, clock);
  g_autofree char *duration = sg_record_format_duration (record);
  g_autofree char *amount =
      record->amount >= 0 ? sg_format_count ((guint64) record->amount) : g_strdup ("");

  self->n_rows = 0;
  add_field (self, _ ("Time"), time, FALSE);
  add_field (self, _ ("Duration"), record->duration_us >= 0 ? duration : "", FALSE);
  add_field (self, _ ("Records"), amount, FALSE);
  add_field (self, _ ("Source"), record->service, FALSE);
  add_field (self, _ ("Key"), record->key, TRUE);
  add_field (self, _ ("Trace"), record->trace_id, TRUE);
  add_field (self, _ ("Fields"), record->fields, TRUE);
}

void
sg_record_detail_set_record (SgRecordDetail *self,
                             SgLogBatch     *records,
                             guint           index)
{
  const SgLogRecord *record = sg_log_batch_get (records, index);
  g_autofree char *status = sg_record_format_status (record);

  clear_children (GTK_WIDGET (self->grid));
  clear_children (GTK_WIDGET (self->pill));
  gtk_label_set_label (self->title, record->name);
  gtk_box_append (self->pill, sg_status_pill_new (sg_record_get_level (record), status));
  gtk_widget_set_visible (self->error_box, record->message != NULL);
  gtk_label_set_label (self->error, record->message != NULL ? record->message : "");
  add_fields (self, record);
  sg_record_detail_set_lines (self, NULL);
}

void
sg_record_detail_set_lines (SgRecordDetail *self,
                            SgLogBatch     *lines)
{
  guint n = lines != NULL ? sg_log_batch_get_length (lines) : 0;

  clear_children (GTK_WIDGET (self->lines));
  if (n == 0)
    gtk_box_append (self->lines,
                    new_label (lines != NULL ? _ ("No lines of a log around it.") : "…", TRUE,
                               FALSE));
  for (guint i = 0; i < n; i++)
    {
      const SgLogRecord *line = sg_log_batch_get (lines, i);
      g_autofree char *time = sg_record_format_time (line, TRUE);
      g_autofree char *text =
          g_strdup_printf ("%s %s", time, line->message != NULL ? line->message : line->name);

      gtk_box_append (self->lines, new_label (text, FALSE, TRUE));
    }
}

static void
close_clicked (SgRecordDetail *self)
{
  g_signal_emit (self, closed_signal, 0);
}

static void
sg_record_detail_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_RECORD_DETAIL);
  G_OBJECT_CLASS (sg_record_detail_parent_class)->dispose (object);
}

static void
sg_record_detail_class_init (SgRecordDetailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_record_detail_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-record-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, title);
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, pill);
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, error_box);
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, error);
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, grid);
  gtk_widget_class_bind_template_child (widget_class, SgRecordDetail, lines);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
  closed_signal = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_record_detail_init (SgRecordDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
