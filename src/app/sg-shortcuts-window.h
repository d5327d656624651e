/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The window that lists the keys, made when it is asked for. */
GtkWidget *sg_shortcuts_window_new     (void);
void       sg_shortcuts_window_present (GtkWindow *parent);

G_END_DECLS
