/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-shortcuts-window.h"

#include "sg-config.h"

/* Returns: (transfer full): the window, which belongs to GTK's list of windows */
GtkWidget *
sg_shortcuts_window_new (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource (SG_RESOURCE_PATH "/sg-shortcuts-window.ui");

  return GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));
}

void
sg_shortcuts_window_present (GtkWindow *parent)
{
  GtkWidget *window = sg_shortcuts_window_new ();

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}
