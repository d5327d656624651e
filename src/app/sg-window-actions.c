/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-window-private.h"

#include "models/sg-time-text.h"
#include "sg-open-folder.h"
#include "widgets/sg-sidebar-row.h"

#include <glib/gi18n.h>

/* The window's actions, on the object itself, so that buttons, menus, keys and tests take one way. */

static void
pause_activated (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       data)
{
  SgWindow *self = data;

  if (sg_time_window_get_mode (self->time_window) == SG_TIME_PAUSED)
    sg_time_window_resume (self->time_window);
  else
    sg_time_window_pause (self->time_window);
}

static void
back_to_live_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       data)
{
  sg_time_window_back_to_live (SG_WINDOW (data)->time_window);
}

static void
refresh_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
  sg_refresher_refresh_now (SG_WINDOW (data)->refresher);
}

static void
cancel_refresh_activated (GSimpleAction *action,
                          GVariant      *parameter,
                          gpointer       data)
{
  sg_refresher_cancel (SG_WINDOW (data)->refresher);
}

static void
time_back_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  sg_time_window_go_back (SG_WINDOW (data)->time_window);
}

static void
time_forward_activated (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       data)
{
  sg_time_window_go_forward (SG_WINDOW (data)->time_window);
}

static void
time_choose_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       data)
{
  SgWindow *self = data;

  sg_time_controls_popup (gtk_widget_get_visible (self->bottom_bar) ? self->bottom_time
                                                                    : self->header_time);
}

static void
time_copy_activated (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  SgWindow *self = data;
  g_autofree char *text = sg_time_text_write (self->time_window);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  sg_window_add_toast (self, _ ("Time window copied"));
}

static void
time_pasted (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (SgWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, &error);

  if (text != NULL && sg_time_text_apply (text, self->time_window, &error))
    return;
  sg_window_add_toast (self, error != NULL ? error->message : _ ("The clipboard is empty"));
}

static void
time_paste_activated (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       data)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (data)), NULL, time_pasted,
                                 g_object_ref (data));
}

static void
time_span_changed (GSimpleAction *action,
                   GVariant      *value,
                   gpointer       data)
{
  sg_time_window_set_live (SG_WINDOW (data)->time_window, g_variant_get_int64 (value));
}

static void
tab_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  sg_window_show_tab (data, (guint) g_variant_get_int32 (parameter) - 1);
}

/* Opens a query on the page where one asks. */
static void
ask_activated (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       data)
{
  SgWindow *self = data;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->tabs, i)) != NULL; i++)
    {
      SgPage *page = sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row));

      if (sg_page_ask (page, g_variant_get_string (parameter, NULL)))
        {
          sg_window_show_tab (self, (guint) i);
          return;
        }
    }
}

static void
find_activated (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  SgWindow *self = data;

  if (self->page != NULL)
    sg_page_find (self->page);
}

static void
commands_activated (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       data)
{
  sg_window_show_commands (data);
}

static void
sidebar_activated (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       data)
{
  SgWindow *self = data;

  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static void
open_folder_activated (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  sg_open_folder (file);
}

static const GActionEntry entries[] = {
  { "pause", pause_activated, NULL, "false", NULL },
  { "back-to-live", back_to_live_activated, NULL, NULL, NULL },
  { "refresh", refresh_activated, NULL, NULL, NULL },
  { "cancel-refresh", cancel_refresh_activated, NULL, NULL, NULL },
  { "time-back", time_back_activated, NULL, NULL, NULL },
  { "time-forward", time_forward_activated, NULL, NULL, NULL },
  { "time-choose", time_choose_activated, NULL, NULL, NULL },
  { "time-copy", time_copy_activated, NULL, NULL, NULL },
  { "time-paste", time_paste_activated, NULL, NULL, NULL },
  { "time-span", NULL, "x", "int64 0", time_span_changed },
  { "tab", tab_activated, "i", NULL, NULL },
  { "ask", ask_activated, "s", NULL, NULL },
  { "find", find_activated, NULL, NULL, NULL },
  { "commands", commands_activated, NULL, NULL, NULL },
  { "sidebar", sidebar_activated, NULL, NULL, NULL },
  { "open-folder", open_folder_activated, "s", NULL, NULL },
};

static GSimpleAction *
lookup (SgWindow   *self,
        const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name));
}

/* What can be done now. A page that shows only the present has nothing to ask for while paused. */
void
sg_window_actions_update (SgWindow *self)
{
  SgTimeMode mode = sg_time_window_get_mode (self->time_window);
  gboolean wants_time = self->page != NULL && sg_page_get_wants_time_window (self->page);
  gint64 span = mode == SG_TIME_FIXED ? 0 : sg_time_window_get_span (self->time_window);

  g_simple_action_set_state (lookup (self, "pause"),
                             g_variant_new_boolean (mode == SG_TIME_PAUSED));
  g_simple_action_set_enabled (lookup (self, "pause"), mode != SG_TIME_FIXED);
  g_simple_action_set_enabled (lookup (self, "refresh"), mode == SG_TIME_LIVE || wants_time);
  g_simple_action_set_enabled (lookup (self, "time-choose"), wants_time);
  g_simple_action_set_enabled (lookup (self, "time-back"),
                               wants_time && sg_time_window_can_go_back (self->time_window));
  g_simple_action_set_enabled (lookup (self, "time-forward"),
                               wants_time && sg_time_window_can_go_forward (self->time_window));
  g_simple_action_set_state (lookup (self, "time-span"), g_variant_new_int64 (span));
}

/* Space pauses, but not where it is typed or presses what has the focus. */
static gboolean
space_is_free (GtkWidget *focus)
{
  return focus == NULL
         || !(GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus) || GTK_IS_BUTTON (focus)
              || GTK_IS_SWITCH (focus) || GTK_IS_MENU_BUTTON (focus) || GTK_IS_DROP_DOWN (focus)
              || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL);
}

static gboolean
space_pressed (GtkWidget *widget,
               GVariant  *arguments,
               gpointer   data)
{
  if (!space_is_free (gtk_root_get_focus (GTK_ROOT (widget))))
    return FALSE;
  return gtk_widget_activate_action (widget, "win.pause", NULL);
}

void
sg_window_actions_init (SgWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcutTrigger *space = gtk_keyval_trigger_new (GDK_KEY_space, (GdkModifierType) 0);
  GtkShortcutAction *pause = gtk_callback_action_new (space_pressed, NULL, NULL);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (space, pause));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
