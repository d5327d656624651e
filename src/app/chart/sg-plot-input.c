/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-plot-private.h"

#include <math.h>

/* A drag over less than this is a click by an unsteady hand. */
#define LEAST_DRAG 6

/* How much of the window one notch of the wheel moves, and by what it zooms. */
#define PAN_PART    .1
#define ZOOM_FACTOR 1.25

/* Closer than this there is nothing to see; further than this, no time to speak of. */
#define LEAST_SPAN G_GINT64_CONSTANT (1000)
#define MOST_SPAN  (G_GINT64_CONSTANT (3650) * 86400 * 1000)

static void
on_motion (SgPlot *self,
           double  x,
           double  y)
{
  if (!self->dragging)
    sg_plot_point_at (self, x);
}

static void
on_leave (SgPlot *self)
{
  if (!self->dragging)
    sg_plot_clear_cursor (self);
}

static double
inside (SgPlot *self,
        double  x)
{
  return CLAMP (x, self->frame.x, self->frame.x + self->frame.width);
}

static void
on_drag_begin (SgPlot *self,
               double  x,
               double  y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->pressed_x = x;
  self->drag_start = self->drag_end = inside (self, x);
}

static void
on_drag_update (SgPlot         *self,
                double          dx,
                double          dy,
                GtkGestureDrag *gesture)
{
  self->drag_end = inside (self, self->pressed_x + dx);
  if (fabs (dx) >= LEAST_DRAG && !self->dragging)
    {
      self->dragging = TRUE;
      sg_plot_clear_cursor (self);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_drag_end (SgPlot *self,
             double  dx,
             double  dy)
{
  gint64 a = sg_plot_frame_time (&self->frame, self->drag_start);
  gint64 b = sg_plot_frame_time (&self->frame, self->drag_end);

  if (!self->dragging)
    return;
  self->dragging = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (fabs (self->drag_end - self->drag_start) >= LEAST_DRAG && ABS (b - a) >= LEAST_SPAN)
    sg_plot_zoom (self, MIN (a, b), MAX (a, b));
}

static void
on_click (SgPlot *self,
          int     n_press,
          double  x,
          double  y)
{
  if (n_press == 2)
    sg_plot_go_back (self);
}

/* Moves the window by @part of its length. */
static void
pan (SgPlot *self,
     double  part)
{
  gint64 shift = (gint64) (part * (double) (self->scene.to - self->scene.from));

  if (shift != 0)
    sg_plot_zoom (self, self->scene.from + shift, self->scene.to + shift);
}

/* Makes the window @factor times as long, so that the time at @part of it stays in its place. */
static void
zoom_around (SgPlot *self,
             double  factor,
             double  part)
{
  double span = (double) (self->scene.to - self->scene.from);
  gint64 wanted = (gint64) (span * factor);
  gint64 from = self->scene.from + (gint64) ((span - (double) wanted) * part);

  if (wanted >= LEAST_SPAN && wanted <= MOST_SPAN)
    sg_plot_zoom (self, from, from + wanted);
}

static double
pointed_part (SgPlot *self)
{
  gint64 cursor = sg_plot_get_cursor (self);

  if (cursor == SG_CHART_NO_CURSOR)
    return .5;
  return CLAMP ((double) (cursor - self->scene.from) / (double) (self->scene.to - self->scene.from),
                0., 1.);
}

/*
 * With Ctrl the wheel zooms. Sideways, or with Shift, it pans; up and down only in a plot that has been
 * clicked on, since otherwise no page of charts could be scrolled.
 */
static gboolean
on_scroll (SgPlot                   *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *controller)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (state & GDK_CONTROL_MASK)
    {
      if (dy != 0)
        zoom_around (self, pow (ZOOM_FACTOR, dy), pointed_part (self));
      return TRUE;
    }
  if (dx == 0 && !(state & GDK_SHIFT_MASK) && !gtk_widget_has_focus (GTK_WIDGET (self)))
    return FALSE;
  pan (self, (dx != 0 ? dx : dy) * PAN_PART);
  return TRUE;
}

static gboolean
on_escape (SgPlot *self)
{
  if (self->dragging)
    {
      self->dragging = FALSE;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  else if (sg_plot_get_cursor (self) != SG_CHART_NO_CURSOR)
    sg_plot_clear_cursor (self);
  else
    sg_plot_go_back (self);
  return TRUE;
}

static gboolean
on_plain_key (SgPlot *self,
              guint   key)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return sg_plot_step_cursor (self, -1);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return sg_plot_step_cursor (self, 1);
    case GDK_KEY_Page_Up:
      return sg_plot_step_cursor (self, -10);
    case GDK_KEY_Page_Down:
      return sg_plot_step_cursor (self, 10);
    case GDK_KEY_Home:
      return sg_plot_step_cursor (self, G_MININT);
    case GDK_KEY_End:
      return sg_plot_step_cursor (self, G_MAXINT);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return sg_plot_step_series (self, -1);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return sg_plot_step_series (self, 1);
    case GDK_KEY_Escape:
      return on_escape (self);
    default:
      return FALSE;
    }
}

static gboolean
on_key (SgPlot          *self,
        guint            key,
        guint            code,
        GdkModifierType  state)
{
  GdkModifierType modifiers = state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK);

  if (modifiers == 0)
    return on_plain_key (self, key);
  if (!(modifiers & GDK_CONTROL_MASK))
    return FALSE;
  if (key == GDK_KEY_plus || key == GDK_KEY_equal || key == GDK_KEY_KP_Add)
    zoom_around (self, 1 / ZOOM_FACTOR, pointed_part (self));
  else if (key == GDK_KEY_minus || key == GDK_KEY_KP_Subtract)
    zoom_around (self, ZOOM_FACTOR, pointed_part (self));
  else if (key == GDK_KEY_Left)
    pan (self, -PAN_PART);
  else if (key == GDK_KEY_Right)
    pan (self, PAN_PART);
  else
    return FALSE;
  return TRUE;
}

static void
add_controller (SgPlot             *self,
                GtkEventController *controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

void
sg_plot_install_input (SgPlot *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *key = gtk_event_controller_key_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (on_click), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (on_key), self);
  add_controller (self, motion);
  add_controller (self, GTK_EVENT_CONTROLLER (drag));
  add_controller (self, GTK_EVENT_CONTROLLER (click));
  add_controller (self, scroll);
  add_controller (self, key);
}
