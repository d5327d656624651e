/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-template.h"

/**
 * sg_template_dispose:
 * @widget: a widget that is being disposed of
 * @type: the class that has the template
 *
 * Lets go of what the template of @type made. GTK does so for the objects that have an id; a widget that
 * is no container has to part with all of its children itself.
 */
void
sg_template_dispose (GtkWidget *widget,
                     GType      type)
{
  GtkWidget *child;

  gtk_widget_dispose_template (widget, type);
  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}
