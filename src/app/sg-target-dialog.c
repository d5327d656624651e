/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-target-dialog.h"

#include "models/sg-target-form.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgTargetDialog
{
  AdwWindow parent_instance;
  gboolean is_change;
  gboolean is_good;
  AdwEntryRow *job;
  AdwEntryRow *address;
  AdwEntryRow *labels;
  GtkLabel *problem;
  GtkButton *accept;
};

static guint done_signal;

G_DEFINE_FINAL_TYPE (SgTargetDialog, sg_target_dialog, ADW_TYPE_WINDOW)

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* A row that is wrong says so; one that nobody has filled in yet does not. */
static void
mark (AdwEntryRow *row,
      const char  *problem)
{
  if (problem != NULL && *problem != '\0')
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

static void
show_problem (SgTargetDialog *self,
              const char     *problem)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL && *problem != '\0');
}

static void
check (SgTargetDialog *self)
{
  g_autofree char *job = sg_target_form_check_job (get_text (self->job));
  g_autofree char *address = sg_target_form_check_address (get_text (self->address));
  g_autofree char *labels = NULL;
  g_autoptr (SgLabels) parsed = sg_target_form_parse_labels (get_text (self->labels), &labels);
  const char *problems[] = { job, address, labels };
  const char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      if (first == NULL && problems[i] != NULL && *problems[i] != '\0')
        first = problems[i];
    }
  mark (self->job, job);
  mark (self->address, address);
  mark (self->labels, labels);
  show_problem (self, first);
  self->is_good = job == NULL && address == NULL && labels == NULL;
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept), self->is_good);
}

static void
accepted (SgTargetDialog *self)
{
  g_autofree char *problem = NULL;
  g_autoptr (SgLabels) labels = NULL;

  if (!self->is_good)
    return;
  labels = sg_target_form_parse_labels (get_text (self->labels), &problem);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept), FALSE);
  g_signal_emit (self, done_signal, 0, get_text (self->job), get_text (self->address), labels);
}

void
sg_target_dialog_take_answer (SgTargetDialog *self,
                              const char     *problem)
{
  if (problem == NULL)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  show_problem (self, problem);
  gtk_widget_set_sensitive (GTK_WIDGET (self->accept), self->is_good);
}

gboolean
sg_target_dialog_is_good (SgTargetDialog *self)
{
  return self->is_good;
}

const char *
sg_target_dialog_get_problem (SgTargetDialog *self)
{
  return gtk_label_get_label (self->problem);
}

void
sg_target_dialog_suggest (SgTargetDialog *self,
                          const char     *job,
                          const char     *address)
{
  gtk_editable_set_text (GTK_EDITABLE (self->job), job);
  gtk_editable_set_text (GTK_EDITABLE (self->address), address);
}

static void
sg_target_dialog_class_init (SgTargetDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  done_signal = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, SG_TYPE_LABELS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/sg-target-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTargetDialog, job);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDialog, address);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDialog, labels);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, SgTargetDialog, accept);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, accepted);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
sg_target_dialog_init (SgTargetDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  check (self);
}

/* A target that is there keeps its job: where its series belong is no matter of its address. */
static void
begin_with (SgTargetDialog       *self,
            const SgTargetStatus *status)
{
  g_autoptr (SgLabels) own = sg_target_form_own_labels (status);
  g_autofree char *labels = sg_target_form_write_labels (own);

  gtk_window_set_title (GTK_WINDOW (self), _ ("Edit Target"));
  gtk_button_set_label (self->accept, _ ("_Save"));
  sg_target_dialog_suggest (self, status->job, sg_labels_get (status->discovered, "__address__"));
  gtk_editable_set_text (GTK_EDITABLE (self->labels), labels);
  gtk_widget_set_sensitive (GTK_WIDGET (self->job), FALSE);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->address));
}

GtkWidget *
sg_target_dialog_new (const SgTargetStatus *status)
{
  SgTargetDialog *self = g_object_new (SG_TYPE_TARGET_DIALOG, NULL);

  if (status != NULL)
    begin_with (self, status);
  return GTK_WIDGET (self);
}
