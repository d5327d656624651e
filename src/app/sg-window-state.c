/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-window-private.h"

/*
 * Size, maximized or not, width class and tab are kept from one run to the next. The class is kept beside
 * the size because the width of a maximized window is not known before it is shown, and the first frame
 * has to be right.
 */

void
sg_window_state_restore (SgWindow *self)
{
  gboolean maximized = g_settings_get_boolean (self->settings, "window-maximized");
  int width = g_settings_get_int (self->settings, "window-width");
  int height = g_settings_get_int (self->settings, "window-height");
  SgWidthClass width_class = sg_width_class_for_width (width);

  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (maximized)
    {
      gtk_window_maximize (GTK_WINDOW (self));
      width_class = (SgWidthClass) g_settings_get_enum (self->settings, "width-class");
    }
  sg_breakpoint_set_width_class (self->breakpoint, width_class);
}

static int
current_tab (SgWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->tabs);

  return row != NULL ? gtk_list_box_row_get_index (row) : 0;
}

void
sg_window_state_save (SgWindow *self)
{
  gboolean maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_delay (self->settings);
  g_settings_set_boolean (self->settings, "window-maximized", maximized);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_enum (self->settings, "width-class",
                       (int) sg_breakpoint_get_width_class (self->breakpoint));
  g_settings_set_int (self->settings, "tab", current_tab (self));
  g_settings_apply (self->settings);
}
