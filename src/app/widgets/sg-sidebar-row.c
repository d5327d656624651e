/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-sidebar-row.h"

#include "models/sg-format.h"
#include "widgets/sg-level-style.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgSidebarRow
{
  GtkListBoxRow parent_instance;
  SgPage *page;
  GtkImage *icon;
  GtkLabel *name;
  GtkWidget *status;
  GtkImage *status_icon;
  GtkLabel *status_word;
  GtkLabel *badge;
};

G_DEFINE_FINAL_TYPE (SgSidebarRow, sg_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

/* Spoken as one: "Metrics Log, Healthy". */
static void
row_update_spoken (SgSidebarRow *self,
                   guint         count)
{
  const char *title = sg_page_get_title (self->page);
  const char *word = gtk_label_get_label (self->status_word);
  g_autofree char *spoken = NULL;

  if (count == 0)
    spoken = g_strdup_printf ("%s, %s", title, word);
  else
    /* Translators: a tab, how it is, and how many things on it are not healthy, as it is spoken */
    spoken = g_strdup_printf (ngettext ("%s, %s, %u problem", "%s, %s, %u problems", count), title,
                              word, count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
row_update (SgSidebarRow *self)
{
  SgLevel level = sg_page_get_level (self->page);
  guint count = sg_page_get_count (self->page);
  g_autofree char *number = sg_format_count (count);

  gtk_image_set_from_icon_name (self->status_icon, sg_level_style_get_icon_name (level));
  gtk_label_set_label (self->status_word, sg_level_style_get_word (level));
  sg_level_style_apply (self->status, level);
  sg_level_style_apply (GTK_WIDGET (self->badge), level);
  gtk_label_set_label (self->badge, number);
  gtk_widget_set_visible (GTK_WIDGET (self->badge), count > 0);
  row_update_spoken (self, count);
}

/* Returns: (transfer none): the page it is the tab of */
SgPage *
sg_sidebar_row_get_page (SgSidebarRow *self)
{
  return self->page;
}

static void
sg_sidebar_row_dispose (GObject *object)
{
  g_clear_object (&SG_SIDEBAR_ROW (object)->page);
  G_OBJECT_CLASS (sg_sidebar_row_parent_class)->dispose (object);
}

static void
sg_sidebar_row_class_init (SgSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_sidebar_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, name);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, status);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, status_icon);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, status_word);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarRow, badge);
}

static void
sg_sidebar_row_init (SgSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sg_sidebar_row_new (SgPage *page)
{
  SgSidebarRow *self = g_object_new (SG_TYPE_SIDEBAR_ROW, NULL);

  self->page = g_object_ref (page);
  gtk_image_set_from_icon_name (self->icon, sg_page_get_icon_name (page));
  gtk_label_set_label (self->name, sg_page_get_title (page));
  g_signal_connect_object (page, "notify::level", G_CALLBACK (row_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::count", G_CALLBACK (row_update), self, G_CONNECT_SWAPPED);
  row_update (self);
  return GTK_WIDGET (self);
}
