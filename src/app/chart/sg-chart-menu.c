/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-private.h"

#include "chart/sg-chart-picture.h"
#include "chart/sg-chart-tables.h"

#include <glib/gi18n.h>
#include <string.h>

/* Says something to who shows the chart, as a toast or as it likes. */
static void
tell (SgChart    *self,
      const char *text)
{
  g_signal_emit_by_name (self, "message", text);
}

static SgChartPicture
make_picture (SgChart *self)
{
  SgChartPicture picture = { .scene = sg_chart_get_scene (self),
                             .title = gtk_label_get_label (self->title),
                             .caption = gtk_label_get_label (self->caption),
                             .width = gtk_widget_get_width (GTK_WIDGET (self)),
                             .height = gtk_widget_get_height (GTK_WIDGET (self)),
                             .palette = sg_palette_get_current (),
                             .pango = gtk_widget_get_pango_context (GTK_WIDGET (self)) };

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                               &picture.foreground);
  return picture;
}

static void
copy_png (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       self)
{
  SgChartPicture picture = make_picture (self);
  g_autoptr (GdkTexture) texture = sg_chart_picture_to_texture (&picture);

  gdk_clipboard_set_texture (gtk_widget_get_clipboard (self), texture);
  tell (self, _ ("Picture copied"));
}

static void
copy_svg (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       self)
{
  SgChartPicture picture = make_picture (self);
  g_autoptr (GBytes) bytes = sg_chart_picture_to_svg (&picture);
  g_autoptr (GdkContentProvider) provider =
      gdk_content_provider_new_for_bytes ("image/svg+xml", bytes);

  gdk_clipboard_set_content (gtk_widget_get_clipboard (self), provider);
  tell (self, _ ("Picture copied"));
}

static void
copy_csv (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       self)
{
  g_autofree char *text = sg_chart_tables_to_csv (sg_chart_get_scene (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (self), text);
  tell (self, _ ("Data copied"));
}

static void
file_written (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (SgChart) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_parse_name (G_FILE (object));
  g_autofree char *text = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    text = g_strdup_printf (_ ("Saved as “%s”"), name);
  else
    text = g_strdup_printf (_ ("Not saved: %s"), error->message);
  tell (self, text);
}

/* What a file of this name holds: by its ending SVG, CSV, or else PNG. */
GBytes *
sg_chart_export (SgChart    *self,
                 const char *file_name)
{
  SgChartPicture picture = make_picture (self);
  g_autofree char *lower = g_ascii_strdown (file_name, -1);
  g_autoptr (GdkTexture) texture = NULL;

  if (g_str_has_suffix (lower, ".csv"))
    {
      char *text = sg_chart_tables_to_csv (sg_chart_get_scene (self));

      return g_bytes_new_take (text, strlen (text));
    }
  if (g_str_has_suffix (lower, ".svg"))
    return sg_chart_picture_to_svg (&picture);
  texture = sg_chart_picture_to_texture (&picture);
  return gdk_texture_save_to_png_bytes (texture);
}

static void
on_chosen (GtkNativeDialog *dialog,
           int              response,
           gpointer         data)
{
  g_autoptr (SgChart) self = data;
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL)
    {
      g_autofree char *name = g_file_get_basename (file);
      g_autoptr (GBytes) bytes = sg_chart_export (self, name);

      g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                           file_written, g_object_ref (self));
    }
  g_object_unref (dialog);
}

static void
save (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       data)
{
  SgChart *self = data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *title = g_strdup (gtk_label_get_label (self->title));
  g_autofree char *name = g_strconcat (g_strdelimit (title, "/\\:*?\"<>|", '-'), ".png", NULL);
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Save as PNG, SVG or CSV"), GTK_WINDOW (root),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_chosen), g_object_ref (self));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_popover (gpointer data)
{
  SgChart *self = data;

  self->drop_idle = 0;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  return G_SOURCE_REMOVE;
}

/* Its action is activated after it has closed, and finds it through its parent. */
static void
on_closed (SgChart *self)
{
  if (self->drop_idle == 0)
    self->drop_idle = g_idle_add (drop_popover, self);
}

/* There is at most one, and it goes when it is closed. */
static void
take_popover (SgChart   *self,
              GtkWidget *popover)
{
  g_clear_handle_id (&self->drop_idle, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = popover;
  g_signal_connect_swapped (popover, "closed", G_CALLBACK (on_closed), self);
  gtk_popover_popup (GTK_POPOVER (popover));
}

/* The query, to be read and copied. */
static void
show_query (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  SgChart *self = data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *label = gtk_label_new (self->query);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "sg-query");
  gtk_popover_set_child (GTK_POPOVER (popover), label);
  gtk_widget_set_parent (popover, self->menu);
  take_popover (self, popover);
}

static void
open_query (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  g_signal_emit_by_name (data, "open", SG_CHART (data)->query);
}

static void
change_table (GSimpleAction *action,
              GVariant      *state,
              gpointer       self)
{
  g_simple_action_set_state (action, state);
  sg_chart_show_table (self, g_variant_get_boolean (state));
}

/* Shows the samples as a table in place of the plot. */
void
sg_chart_show_table (SgChart  *self,
                     gboolean  show)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "table");

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (show));
  self->shows_table = show;
  sg_chart_update_tables (self);
}

/* What "show query" and "open" are about; %NULL when there is none. */
void
sg_chart_set_query (SgChart    *self,
                    const char *query)
{
  static const char *const names[] = { "show-query", "open" };

  g_free (self->query);
  self->query = g_strdup (query);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), names[i]);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), query != NULL);
    }
}

static void
pop_up (SgChart *self,
        double   x,
        double   y)
{
  GMenuModel *menu = gtk_menu_button_get_menu_model (GTK_MENU_BUTTON (self->menu));
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  gtk_widget_set_parent (popover, self->root);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  take_popover (self, popover);
}

static void
on_pressed (SgChart *self,
            int      n_press,
            double   x,
            double   y)
{
  pop_up (self, x, y);
}

static gboolean
on_menu_key (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   data)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (SG_CHART (widget)->menu));
  return TRUE;
}

void
sg_chart_class_install_menu (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, on_menu_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, on_menu_key, NULL);
}

void
sg_chart_install_menu (SgChart *self)
{
  static const GActionEntry entries[] = {
    { "table", NULL, NULL, "false", change_table },
    { "copy-png", copy_png },
    { "copy-svg", copy_svg },
    { "copy-csv", copy_csv },
    { "save", save },
    { "show-query", show_query },
    { "open", open_query },
  };
  GtkGesture *click = gtk_gesture_click_new ();

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chart", G_ACTION_GROUP (self->actions));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (self->root, GTK_EVENT_CONTROLLER (click));
  sg_chart_set_query (self, NULL);
}
