/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-time-controls.h"

#include "models/sg-format.h"
#include "widgets/sg-template.h"
#include "widgets/sg-time-range-editor.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgTimeControls
{
  GtkWidget parent_instance;
  SgTimeWindow *time_window;
  GtkMenuButton *choose;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (SgTimeControls, sg_time_controls, GTK_TYPE_WIDGET)

static void
controls_update (SgTimeControls *self)
{
  g_autofree char *label = sg_time_window_get_label (self->time_window);
  g_autofree char *spoken = g_strdup_printf (_ ("Time window: %s"), label);

  gtk_label_set_label (self->label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choose), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
append_spans (GMenu *menu)
{
  g_autoptr (GMenu) section = g_menu_new ();
  gsize n_spans;
  const gint64 *spans = sg_time_window_get_quick_spans (&n_spans);

  for (gsize i = 0; i < n_spans; i++)
    {
      g_autofree char *span = sg_format_span (spans[i]);
      g_autofree char *label = g_strdup_printf (_ ("Last %s"), span);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.time-span", "x", spans[i]);
      g_menu_append_item (section, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* The editor is the one item of a menu below, which slides in over the first. */
static void
append_custom (GMenu *menu)
{
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenu) submenu = g_menu_new ();
  g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);

  g_menu_item_set_attribute (item, "custom", "s", "editor");
  g_menu_append_item (submenu, item);
  g_menu_append_submenu (section, _ ("Custom Range"), G_MENU_MODEL (submenu));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) text = g_menu_new ();

  append_spans (menu);
  append_custom (menu);
  g_menu_append (text, _ ("Copy as Text"), "win.time-copy");
  g_menu_append (text, _ ("Paste"), "win.time-paste");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (text));
  return G_MENU_MODEL (menu);
}

/* The popover is made when it is first asked for: it would cost the start of the window. */
static void
create_popover (GtkMenuButton *button,
                gpointer       data)
{
  SgTimeControls *self = data;
  g_autoptr (GMenuModel) menu = make_menu ();
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);
  GtkWidget *editor = sg_time_range_editor_new (self->time_window);

  gtk_popover_menu_add_child (GTK_POPOVER_MENU (popover), editor, "editor");
  g_signal_connect_object (popover, "show", G_CALLBACK (sg_time_range_editor_reset), editor,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "applied", G_CALLBACK (gtk_popover_popdown), popover,
                           G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, popover);
  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
}

void
sg_time_controls_popup (SgTimeControls *self)
{
  gtk_menu_button_popup (self->choose);
}

const char *
sg_time_controls_get_label (SgTimeControls *self)
{
  return gtk_label_get_label (self->label);
}

void
sg_time_controls_set_time_window (SgTimeControls *self,
                                  SgTimeWindow   *time_window)
{
  g_return_if_fail (self->time_window == NULL);
  self->time_window = g_object_ref (time_window);
  g_signal_connect_object (time_window, "changed", G_CALLBACK (controls_update), self,
                           G_CONNECT_SWAPPED);
  controls_update (self);
}

static void
sg_time_controls_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_TIME_CONTROLS);
  g_clear_object (&SG_TIME_CONTROLS (object)->time_window);
  G_OBJECT_CLASS (sg_time_controls_parent_class)->dispose (object);
}

static void
sg_time_controls_class_init (SgTimeControlsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_time_controls_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-time-controls.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTimeControls, choose);
  gtk_widget_class_bind_template_child (widget_class, SgTimeControls, label);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_time_controls_init (SgTimeControls *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->choose, create_popover, self, NULL);
}

GtkWidget *
sg_time_controls_new (void)
{
  return g_object_new (SG_TYPE_TIME_CONTROLS, NULL);
}
