/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-window-private.h"

#include "models/sg-command.h"
#include "models/sg-format.h"
#include "sg-command-palette.h"
#include "widgets/sg-sidebar-row.h"

#include <glib/gi18n.h>

/* What the palette of commands lists: tabs, what the window and the application do, what pages have. */
static const struct
{
  const char *title;
  const char *icon_name;
  const char *action;
} commands_of_window[] = {
  { N_ ("Pause or Resume"), "media-playback-pause-symbolic", "win.pause" },
  { N_ ("Refresh"), "view-refresh-symbolic", "win.refresh" },
  { N_ ("Back to Live"), "sg-clock-symbolic", "win.back-to-live" },
  { N_ ("Choose a Time Window"), "sg-clock-symbolic", "win.time-choose" },
  { N_ ("Copy the Time Window"), "edit-copy-symbolic", "win.time-copy" },
  { N_ ("Paste a Time Window"), "sg-clock-symbolic", "win.time-paste" },
  { N_ ("Preferences"), "open-menu-symbolic", "app.preferences" },
  { N_ ("Keyboard Shortcuts"), "open-menu-symbolic", "app.shortcuts" },
  { N_ ("About Sightglass"), "open-menu-symbolic", "app.about" },
  { N_ ("Quit"), "process-stop-symbolic", "app.quit" },
};

static void
add_spans (GPtrArray *commands)
{
  gsize n_spans;
  const gint64 *spans = sg_time_window_get_quick_spans (&n_spans);

  for (gsize i = 0; i < n_spans; i++)
    {
      g_autofree char *span = sg_format_span (spans[i]);
      g_autofree char *title = g_strdup_printf (_ ("Last %s"), span);

      g_ptr_array_add (commands, sg_command_new (title, _ ("Time"), "sg-clock-symbolic", NULL,
                                                 "win.time-span", g_variant_new_int64 (spans[i])));
    }
}

/* Returns: (transfer full) (element-type SgCommand): all that can be done now */
GPtrArray *
sg_window_list_commands (SgWindow *self)
{
  GPtrArray *commands = g_ptr_array_new_with_free_func (g_object_unref);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->tabs, i)) != NULL; i++)
    {
      SgPage *page = sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row));

      g_ptr_array_add (commands, sg_command_new (sg_page_get_title (page), _ ("Tab"),
                                                 sg_page_get_icon_name (page), NULL, "win.tab",
                                                 g_variant_new_int32 (i + 1)));
    }
  for (guint i = 0; i < G_N_ELEMENTS (commands_of_window); i++)
    g_ptr_array_add (commands, sg_command_new (_ (commands_of_window[i].title), _ ("Action"),
                                               commands_of_window[i].icon_name, NULL,
                                               commands_of_window[i].action, NULL));
  add_spans (commands);
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->tabs, i)) != NULL; i++)
    sg_page_list_commands (sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)), commands);
  return commands;
}

/* Does what was chosen; what a page does is done when that is shown. */
static void
do_command (SgWindow  *self,
            SgCommand *command)
{
  SgPage *page = sg_command_get_page (command);
  GtkListBoxRow *row;

  for (int i = 0; page != NULL && (row = gtk_list_box_get_row_at_index (self->tabs, i)) != NULL;
       i++)
    {
      if (sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)) == page)
        sg_window_show_tab (self, (guint) i);
    }
  gtk_widget_activate_action_variant (page != NULL ? GTK_WIDGET (page) : GTK_WIDGET (self),
                                      sg_command_get_action (command),
                                      sg_command_get_target (command));
}

void
sg_window_show_commands (SgWindow *self)
{
  g_autoptr (GPtrArray) commands = sg_window_list_commands (self);
  GtkWidget *palette = sg_command_palette_new (commands);

  gtk_window_set_transient_for (GTK_WINDOW (palette), GTK_WINDOW (self));
  g_signal_connect_object (palette, "chosen", G_CALLBACK (do_command), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (palette));
}
