/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-past-bar.h"

#include "models/sg-format.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgPastBar
{
  GtkWidget parent_instance;
  SgTimeWindow *time_window;
  GtkWidget *texts;
  GtkLabel *title;
  GtkLabel *details;
  GtkButton *leave;
};

G_DEFINE_FINAL_TYPE (SgPastBar, sg_past_bar, GTK_TYPE_WIDGET)

static void
show_paused (SgPastBar *self)
{
  g_autofree char *time = NULL;
  g_autofree char *title = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (self->time_window, &from, &to);
  time = sg_format_clock (to, TRUE);
  /* Translators: a time of the day */
  title = g_strdup_printf (_ ("Paused at %s"), time);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->details, _ ("Data keeps coming in"));
  gtk_button_set_label (self->leave, _ ("Resume"));
}

static void
show_fixed (SgPastBar *self)
{
  g_autofree char *details = sg_time_window_get_description (self->time_window);

  gtk_label_set_label (self->title, _ ("You are looking at the past"));
  gtk_label_set_label (self->details, details);
  gtk_button_set_label (self->leave, _ ("Back to Live"));
}

/* Says anew how long ago it was. */
void
sg_past_bar_update (SgPastBar *self)
{
  SgTimeMode mode = sg_time_window_get_mode (self->time_window);

  if (mode == SG_TIME_PAUSED)
    show_paused (self);
  else if (mode == SG_TIME_FIXED)
    show_fixed (self);
}

void
sg_past_bar_set_time_window (SgPastBar    *self,
                             SgTimeWindow *time_window)
{
  g_return_if_fail (self->time_window == NULL);
  self->time_window = g_object_ref (time_window);
  g_signal_connect_object (time_window, "changed", G_CALLBACK (sg_past_bar_update), self,
                           G_CONNECT_SWAPPED);
  sg_past_bar_update (self);
}

/* Narrow: two lines, the second a caption. */
void
sg_past_bar_set_width_class (SgPastBar    *self,
                             SgWidthClass  width_class)
{
  gboolean narrow = width_class == SG_WIDTH_NARROW;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->texts),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  if (narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self->details), "caption");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->details), "caption");
}

static void
sg_past_bar_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_PAST_BAR);
  g_clear_object (&SG_PAST_BAR (object)->time_window);
  G_OBJECT_CLASS (sg_past_bar_parent_class)->dispose (object);
}

static void
sg_past_bar_class_init (SgPastBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_past_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-past-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SgPastBar, texts);
  gtk_widget_class_bind_template_child (widget_class, SgPastBar, title);
  gtk_widget_class_bind_template_child (widget_class, SgPastBar, details);
  gtk_widget_class_bind_template_child (widget_class, SgPastBar, leave);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_past_bar_init (SgPastBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
sg_past_bar_new (void)
{
  return g_object_new (SG_TYPE_PAST_BAR, NULL);
}
