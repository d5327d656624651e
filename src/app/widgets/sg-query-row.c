/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-query-row.h"

#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgQueryRow
{
  GtkWidget parent_instance;
  GtkToggleButton *letter;
  SgQueryEditor *editor;
  GtkWidget *remove;
};

enum
{
  RUN,
  REMOVE,
  SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgQueryRow, sg_query_row, GTK_TYPE_WIDGET)

SgQueryEditor *
sg_query_row_get_editor (SgQueryRow *self)
{
  return self->editor;
}

gboolean
sg_query_row_get_shown (SgQueryRow *self)
{
  return gtk_toggle_button_get_active (self->letter);
}

void
sg_query_row_set_place (SgQueryRow *self,
                        guint       place,
                        gboolean    only)
{
  const char letter[] = { (char) ('A' + place % 26), '\0' };
  g_autofree char *name = g_strdup_printf (_ ("Show query %s"), letter);
  g_autofree char *remove = g_strdup_printf (_ ("Remove query %s"), letter);

  gtk_button_set_label (GTK_BUTTON (self->letter), letter);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->letter), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->letter), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_widget_set_tooltip_text (self->remove, remove);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  remove, -1);
  gtk_widget_set_visible (self->remove, !only);
  gtk_widget_set_visible (GTK_WIDGET (self->letter), !only);
}

static void
run (SgQueryRow *self)
{
  g_signal_emit (self, signals[RUN], 0);
}

static void
remove_clicked (SgQueryRow *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
shown_toggled (SgQueryRow *self)
{
  if (sg_query_row_get_shown (self))
    gtk_widget_remove_css_class (GTK_WIDGET (self->editor), "sg-hidden");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->editor), "sg-hidden");
  g_signal_emit (self, signals[SHOWN], 0);
}

static gboolean
sg_query_row_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (GTK_WIDGET (SG_QUERY_ROW (widget)->editor), GTK_DIR_TAB_FORWARD);
}

static void
sg_query_row_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_QUERY_ROW);
  G_OBJECT_CLASS (sg_query_row_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, SG_TYPE_QUERY_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
sg_query_row_class_init (SgQueryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_query_row_dispose;
  widget_class->grab_focus = sg_query_row_grab_focus;
  signals[RUN] = add_signal ("run");
  signals[REMOVE] = add_signal ("remove");
  signals[SHOWN] = add_signal ("shown");
  g_type_ensure (SG_TYPE_QUERY_EDITOR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-query-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SgQueryRow, letter);
  gtk_widget_class_bind_template_child (widget_class, SgQueryRow, editor);
  gtk_widget_class_bind_template_child (widget_class, SgQueryRow, remove);
  gtk_widget_class_bind_template_callback (widget_class, run);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked);
  gtk_widget_class_bind_template_callback (widget_class, shown_toggled);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_query_row_init (SgQueryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sg_query_row_new (void)
{
  return g_object_new (SG_TYPE_QUERY_ROW, NULL);
}
