/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-time-range-editor.h"

#include "models/sg-time-text.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgTimeRangeEditor
{
  GtkWidget parent_instance;
  SgTimeWindow *time_window;
  GtkEntry *from;
  GtkEntry *to;
  GtkEntry *edited;
  GtkCalendar *calendar;
  GtkLabel *problem;
  gboolean busy;
};

static guint applied_signal;

G_DEFINE_FINAL_TYPE (SgTimeRangeEditor, sg_time_range_editor, GTK_TYPE_WIDGET)

static gboolean
read_entry (SgTimeRangeEditor  *self,
            GtkEntry           *entry,
            SgTimeMs           *ret_time,
            GError            **error)
{
  SgTimeMs now = sg_clock_now_ms (sg_time_window_get_clock (self->time_window));

  return sg_time_text_parse_moment (gtk_editable_get_text (GTK_EDITABLE (entry)), now, ret_time,
                                    error);
}

static void
show_problem (SgTimeRangeEditor *self,
              const char        *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
}

/* The calendar shows the day of the time that is being edited. */
static void
update_calendar (SgTimeRangeEditor *self)
{
  g_autoptr (GDateTime) day = NULL;
  SgTimeMs time;

  if (!read_entry (self, self->edited, &time, NULL))
    return;
  day = g_date_time_new_from_unix_local (time / 1000);
  self->busy = TRUE;
  gtk_calendar_select_day (self->calendar, day);
  self->busy = FALSE;
}

static void
entry_changed (SgTimeRangeEditor *self)
{
  show_problem (self, NULL);
  if (!self->busy)
    update_calendar (self);
}

static void
focus_entered (SgTimeRangeEditor       *self,
               GtkEventControllerFocus *controller)
{
  self->edited = GTK_ENTRY (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller)));
  update_calendar (self);
}

/* The day changes, the time of day stays. */
static void
day_selected (SgTimeRangeEditor *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) clock = NULL;
  g_autofree char *date = g_date_time_format (day, "%Y-%m-%d");
  g_autofree char *time_of_day = NULL;
  g_autofree char *text = NULL;
  SgTimeMs time;

  if (self->busy)
    return;
  if (!read_entry (self, self->edited, &time, NULL))
    time = sg_clock_now_ms (sg_time_window_get_clock (self->time_window));
  clock = g_date_time_new_from_unix_local (time / 1000);
  time_of_day = g_date_time_format (clock, "%H:%M:%S");
  text = g_strconcat (date, " ", time_of_day, NULL);
  self->busy = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->edited), text);
  self->busy = FALSE;
}

void
sg_time_range_editor_reset (SgTimeRangeEditor *self)
{
  g_autofree char *from_text = NULL;
  g_autofree char *to_text = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (self->time_window, &from, &to);
  from_text = sg_time_text_write_moment (from);
  to_text = sg_time_text_write_moment (to);
  gtk_editable_set_text (GTK_EDITABLE (self->from), from_text);
  gtk_editable_set_text (GTK_EDITABLE (self->to), to_text);
  self->edited = self->from;
  update_calendar (self);
  show_problem (self, NULL);
}

/* Returns: whether both times are understood, and in order; the time window is set to them then */
gboolean
sg_time_range_editor_apply (SgTimeRangeEditor *self)
{
  g_autoptr (GError) error = NULL;
  SgTimeMs from, to;

  if (!read_entry (self, self->from, &from, &error) || !read_entry (self, self->to, &to, &error))
    {
      show_problem (self, error->message);
      return FALSE;
    }
  if (from >= to)
    {
      show_problem (self, _ ("The time window ends before it begins"));
      return FALSE;
    }
  sg_time_window_set_fixed (self->time_window, from, to);
  g_signal_emit (self, applied_signal, 0);
  return TRUE;
}

static void
apply_clicked (SgTimeRangeEditor *self)
{
  sg_time_range_editor_apply (self);
}

static void
sg_time_range_editor_dispose (GObject *object)
{
  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_TIME_RANGE_EDITOR);
  g_clear_object (&SG_TIME_RANGE_EDITOR (object)->time_window);
  G_OBJECT_CLASS (sg_time_range_editor_parent_class)->dispose (object);
}

static void
sg_time_range_editor_class_init (SgTimeRangeEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_time_range_editor_dispose;
  applied_signal = g_signal_new ("applied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-time-range-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, SgTimeRangeEditor, from);
  gtk_widget_class_bind_template_child (widget_class, SgTimeRangeEditor, to);
  gtk_widget_class_bind_template_child (widget_class, SgTimeRangeEditor, calendar);
  gtk_widget_class_bind_template_child (widget_class, SgTimeRangeEditor, problem);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, focus_entered);
  gtk_widget_class_bind_template_callback (widget_class, day_selected);
  gtk_widget_class_bind_template_callback (widget_class, apply_clicked);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_time_range_editor_init (SgTimeRangeEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_orientable_set_orientation (
      GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  self->edited = self->from;
}

GtkWidget *
sg_time_range_editor_new (SgTimeWindow *time_window)
{
  SgTimeRangeEditor *self = g_object_new (SG_TYPE_TIME_RANGE_EDITOR, NULL);

  self->time_window = g_object_ref (time_window);
  sg_time_range_editor_reset (self);
  return GTK_WIDGET (self);
}
