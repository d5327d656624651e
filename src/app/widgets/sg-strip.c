/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-strip.h"

#include "models/sg-format.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgStrip
{
  GtkWidget parent_instance;
  SgPage *page;
  GtkLabel *text;
  GtkWidget *details;
};

G_DEFINE_FINAL_TYPE (SgStrip, sg_strip, GTK_TYPE_WIDGET)

/* The first line of an error says what is wrong; the rest stands behind Details. */
static char *
first_line (const char *text)
{
  return g_strndup (text, strcspn (text, "\n"));
}

static void
strip_update (SgStrip *self)
{
  const char *error = sg_page_get_error (self->page);
  gboolean visible = sg_page_get_state (self->page) == SG_PAGE_STALE && error != NULL;
  g_autofree char *reason = NULL;
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), visible);
  if (!visible)
    return;
  reason = first_line (error);
  time = sg_format_clock (sg_page_get_updated (self->page), TRUE);
  /* Translators: why, and a time of the day: “Refresh failed: no answer within 10 s. Showing data of
   * 13:52:10.” */
  text = g_strdup_printf (_ ("Refresh failed: %s. Showing data of %s."), reason, time);
  gtk_label_set_label (self->text, text);
}

static void
strip_update_width (SgStrip *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gboolean narrow = sg_page_get_width_class (self->page) == SG_WIDTH_NARROW;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

static void
create_popover (GtkMenuButton *button,
                gpointer       data)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *popover = gtk_popover_new ();

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  g_object_bind_property (SG_STRIP (data)->page, "error", label, "label", G_BINDING_SYNC_CREATE);
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  gtk_menu_button_set_popover (button, popover);
  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
}

const char *
sg_strip_get_text (SgStrip *self)
{
  return gtk_label_get_label (self->text);
}

void
sg_strip_set_page (SgStrip *self,
                   SgPage  *page)
{
  g_return_if_fail (self->page == NULL);
  g_set_weak_pointer (&self->page, page);
  g_signal_connect_object (page, "notify::state", G_CALLBACK (strip_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::error", G_CALLBACK (strip_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::width-class", G_CALLBACK (strip_update_width), self,
                           G_CONNECT_SWAPPED);
  strip_update (self);
  strip_update_width (self);
}

static void
sg_strip_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_STRIP);
  g_clear_weak_pointer (&SG_STRIP (object)->page);
  G_OBJECT_CLASS (sg_strip_parent_class)->dispose (object);
}

static void
sg_strip_class_init (SgStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_strip_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, SgStrip, text);
  gtk_widget_class_bind_template_child (widget_class, SgStrip, details);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_strip_init (SgStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->details), create_popover, self,
                                         NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sg_strip_new (void)
{
  return g_object_new (SG_TYPE_STRIP, NULL);
}
