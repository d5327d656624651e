/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-history-popover.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgHistoryPopover
{
  GtkPopover parent_instance;
  SgQueryHistory *history;
  GtkEntry *name;
  GtkWidget *save;
  GtkStack *stack;
  GtkListBox *list;
};

enum
{
  CHOSEN,
  SAVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgHistoryPopover, sg_history_popover, GTK_TYPE_POPOVER)

static GtkWidget *
make_texts (const char *name,
            const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *line = g_strjoinv (" ", lines);
  GtkWidget *query = gtk_label_new (line);

  if (name != NULL)
    {
      GtkWidget *title = gtk_label_new (name);

      gtk_label_set_xalign (GTK_LABEL (title), 0.f);
      gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
      gtk_box_append (GTK_BOX (box), title);
      gtk_widget_add_css_class (query, "sg-dim");
    }
  gtk_label_set_xalign (GTK_LABEL (query), 0.f);
  gtk_label_set_ellipsize (GTK_LABEL (query), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (query, "sg-query-text");
  gtk_widget_set_tooltip_text (query, text);
  gtk_box_append (GTK_BOX (box), query);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static void
forget_clicked (GtkWidget        *button,
                SgHistoryPopover *self)
{
  sg_query_history_forget (self->history, g_object_get_data (G_OBJECT (button), "name"));
}

static GtkWidget *
make_forget (SgHistoryPopover *self,
             const char       *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");
  g_autofree char *label = g_strdup_printf (_ ("Forget %s"), name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (forget_clicked), self);
  return button;
}

static void
append (SgHistoryPopover *self,
        const char       *group,
        const char       *name,
        const char       *text)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_append (GTK_BOX (box), make_texts (name, text));
  if (name != NULL)
    gtk_box_append (GTK_BOX (box), make_forget (self, name));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "text", g_strdup (text), g_free);
  g_object_set_data (G_OBJECT (row), "group", (gpointer) group);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name != NULL ? name : text, -1);
  gtk_list_box_append (self->list, row);
}

static void
rebuild (SgHistoryPopover *self)
{
  const char *const *texts = sg_query_history_get_texts (self->history);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < sg_query_history_get_n_saved (self->history); i++)
    {
      SgSavedQuery saved = sg_query_history_get_saved (self->history, i);

      append (self, _ ("Saved"), saved.name, saved.text);
    }
  for (guint i = 0; texts[i] != NULL; i++)
    append (self, _ ("Recent"), NULL, texts[i]);
  gtk_stack_set_visible_child_name (
      self->stack, gtk_list_box_get_row_at_index (self->list, 0) != NULL ? "list" : "empty");
}

static void
group_header (GtkListBoxRow *row,
              GtkListBoxRow *before,
              gpointer       data)
{
  const char *group = g_object_get_data (G_OBJECT (row), "group");
  GtkWidget *label;

  if (before != NULL && g_str_equal (group, g_object_get_data (G_OBJECT (before), "group")))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (group);
  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_widget_add_css_class (label, "group");
  gtk_widget_add_css_class (label, "sg-dim");
  gtk_list_box_row_set_header (row, label);
}

static void
row_activated (SgHistoryPopover *self,
               GtkListBoxRow    *row)
{
  g_autofree char *text = g_strdup (g_object_get_data (G_OBJECT (row), "text"));

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, text);
}

static void
name_changed (SgHistoryPopover *self)
{
  gtk_widget_set_sensitive (self->save, *gtk_editable_get_text (GTK_EDITABLE (self->name)) != '\0');
}

static void
save_clicked (SgHistoryPopover *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));

  if (*name == '\0')
    return;
  g_signal_emit (self, signals[SAVE], 0, name);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
}

static void
sg_history_popover_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_HISTORY_POPOVER);
  g_clear_object (&SG_HISTORY_POPOVER (object)->history);
  G_OBJECT_CLASS (sg_history_popover_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, SG_TYPE_HISTORY_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sg_history_popover_class_init (SgHistoryPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_history_popover_dispose;
  signals[CHOSEN] = add_signal ("chosen");
  signals[SAVE] = add_signal ("save");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-history-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, SgHistoryPopover, name);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryPopover, save);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryPopover, stack);
  gtk_widget_class_bind_template_child (widget_class, SgHistoryPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, name_changed);
  gtk_widget_class_bind_template_callback (widget_class, save_clicked);
}

static void
sg_history_popover_init (SgHistoryPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, group_header, NULL, NULL);
}

GtkWidget *
sg_history_popover_new (SgQueryHistory *history)
{
  SgHistoryPopover *self = g_object_new (SG_TYPE_HISTORY_POPOVER, NULL);

  self->history = g_object_ref (history);
  g_signal_connect_object (history, "changed", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  rebuild (self);
  return GTK_WIDGET (self);
}
