/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void sg_template_dispose (GtkWidget *widget,
                          GType      type);

G_END_DECLS
