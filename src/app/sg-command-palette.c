/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-command-palette.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgCommandPalette
{
  AdwWindow parent_instance;
  GPtrArray *commands;
  GListStore *found;
  GtkSearchEntry *words;
  GtkStack *stack;
  GtkListView *list;
  GtkSingleSelection *selection;
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (SgCommandPalette, sg_command_palette, ADW_TYPE_WINDOW)

guint
sg_command_palette_get_n_found (SgCommandPalette *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->found));
}

SgCommand *
sg_command_palette_get_selected (SgCommandPalette *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

/* The best first; of those that are as good, in their order. */
static void
search (SgCommandPalette *self)
{
  g_autofree char *folded =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->words)), -1);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t", -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint rank = 0; rank < SG_COMMAND_NO_MATCH; rank++)
    {
      for (guint i = 0; i < self->commands->len && found->len < SG_COMMAND_PALETTE_MAX; i++)
        {
          if (sg_command_rank (self->commands->pdata[i], (const char *const *) words) == rank)
            g_ptr_array_add (found, self->commands->pdata[i]);
        }
    }
  g_list_store_splice (self->found, 0, sg_command_palette_get_n_found (self), found->pdata,
                       found->len);
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_stack_set_visible_child_name (self->stack, found->len > 0 ? "list" : "nothing");
  if (found->len > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
}

void
sg_command_palette_find (SgCommandPalette *self,
                         const char       *words)
{
  gtk_editable_set_text (GTK_EDITABLE (self->words), words);
  search (self);
}

void
sg_command_palette_choose (SgCommandPalette *self)
{
  SgCommand *selected = sg_command_palette_get_selected (self);
  g_autoptr (SgCommand) command = selected != NULL ? g_object_ref (selected) : NULL;

  if (command == NULL)
    return;
  g_object_ref (self);
  gtk_window_close (GTK_WINDOW (self));
  g_signal_emit (self, chosen_signal, 0, command);
  g_object_unref (self);
}

/* A click chooses. To choose by single-click-activate would move the choice with the pointer, too. */
static void
row_clicked (GtkGesture  *gesture,
             int          n_press,
             double       x,
             double       y,
             GtkListItem *item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  SgCommandPalette *self = SG_COMMAND_PALETTE (gtk_widget_get_root (row));

  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (item));
  sg_command_palette_choose (self);
}

static void
move (SgCommandPalette *self,
      int               by)
{
  guint n = sg_command_palette_get_n_found (self);
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (n == 0)
    return;
  selected = (selected + n + (guint) by) % n;
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);
}

/* The entry keeps the focus; the arrows move the choice. */
static gboolean
key_pressed (SgCommandPalette *self,
             guint             keyval)
{
  if (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down)
    return FALSE;
  move (self, keyval == GDK_KEY_Up ? -1 : 1);
  return TRUE;
}

/* What the choice is, for those who hear it. */
static void
selection_changed (SgCommandPalette *self)
{
  SgCommand *command = sg_command_palette_get_selected (self);
  g_autofree char *spoken = command != NULL
                                ? g_strdup_printf ("%s, %s", sg_command_get_title (command),
                                                   sg_command_get_group (command))
                                : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->words), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  spoken, -1);
}

static void
setup_row (SgCommandPalette *self,
           GtkListItem      *item)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *group = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0.f);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (group, "caption");
  gtk_widget_add_css_class (group, "sg-dim");
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), group);
  g_signal_connect (click, "released", G_CALLBACK (row_clicked), item);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  SgCommand *command = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *title = gtk_widget_get_next_sibling (icon);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), sg_command_get_icon_name (command));
  gtk_label_set_label (GTK_LABEL (title), sg_command_get_title (command));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (title)),
                       sg_command_get_group (command));
}

static void
close_clicked (SgCommandPalette *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

static void
sg_command_palette_dispose (GObject *object)
{
  SgCommandPalette *self = SG_COMMAND_PALETTE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), SG_TYPE_COMMAND_PALETTE);
  g_clear_object (&self->found);
  g_clear_pointer (&self->commands, g_ptr_array_unref);
  G_OBJECT_CLASS (sg_command_palette_parent_class)->dispose (object);
}

static void
sg_command_palette_class_init (SgCommandPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_command_palette_dispose;
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, SG_TYPE_COMMAND);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/sg-command-palette.ui");
  gtk_widget_class_bind_template_child (widget_class, SgCommandPalette, words);
  gtk_widget_class_bind_template_child (widget_class, SgCommandPalette, stack);
  gtk_widget_class_bind_template_child (widget_class, SgCommandPalette, list);
  gtk_widget_class_bind_template_child (widget_class, SgCommandPalette, selection);
  gtk_widget_class_bind_template_callback (widget_class, search);
  gtk_widget_class_bind_template_callback (widget_class, sg_command_palette_choose);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, setup_row);
  gtk_widget_class_bind_template_callback (widget_class, bind_row);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
}

static void
sg_command_palette_init (SgCommandPalette *self)
{
  self->found = g_list_store_new (SG_TYPE_COMMAND);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->found));
}

GtkWidget *
sg_command_palette_new (GPtrArray *commands)
{
  SgCommandPalette *self = g_object_new (SG_TYPE_COMMAND_PALETTE, NULL);

  self->commands = g_ptr_array_ref (commands);
  search (self);
  return GTK_WIDGET (self);
}
