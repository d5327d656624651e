/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-window-private.h"

#include "models/sg-format.h"

#include <glib/gi18n.h>

/*
 * The caption under the page's title: live and how old the data are, or which past this is. It counts
 * the seconds, hence a tick of its own, on the whole seconds of the data's age: one redraw of one label
 * a second, and none while the window is not seen.
 */

static char *
describe_age (SgWindow *self,
              gint64    age)
{
  gboolean narrow = sg_breakpoint_get_width_class (self->breakpoint) == SG_WIDTH_NARROW;
  g_autofree char *ago = sg_format_ago (age);

  if (age < 1000)
    return g_strdup (narrow ? _ ("Live · now") : _ ("Live · updated now"));
  /* Translators: how old the data are */
  return g_strdup_printf (narrow ? _ ("Live · %s ago") : _ ("Live · updated %s ago"), ago);
}

static void
show_live (SgWindow *self)
{
  SgTimeMs updated = self->page != NULL ? sg_page_get_updated (self->page) : 0;
  gint64 age = sg_clock_now_ms (self->clock) - updated;
  g_autofree char *ago = sg_format_ago (age);
  g_autofree char *caption = NULL;
  SgPageSign sign = SG_PAGE_SIGN_LIVE;

  if (self->troubled)
    {
      sign = SG_PAGE_SIGN_WARN;
      caption = g_strdup (_ ("Not running"));
    }
  else if (self->page != NULL && sg_page_get_error (self->page) != NULL)
    {
      sign = SG_PAGE_SIGN_WARN;
      caption = updated > 0 ? g_strdup_printf (_ ("Live · no answer for %s"), ago)
                            : g_strdup (_ ("Live · no answer"));
    }
  else if (updated > 0)
    caption = describe_age (self, age);
  else
    {
      sign = SG_PAGE_SIGN_NONE;
      caption = g_strdup (self->engine != NULL ? _ ("Live") : _ ("Starting…"));
    }
  sg_page_title_set_caption (self->title, sign, caption);
  adw_window_title_set_subtitle (self->app_title, "");
}

/* The sidebar says of when its words and counts are. */
static void
show_past (SgWindow *self)
{
  gboolean paused = sg_time_window_get_mode (self->time_window) == SG_TIME_PAUSED;
  g_autofree char *range = sg_time_window_get_caption (self->time_window);
  g_autofree char *time = NULL;
  g_autofree char *paused_at = NULL;
  g_autofree char *as_of = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (self->time_window, &from, &to);
  time = sg_format_clock (to, paused);
  paused_at = g_strdup_printf (_ ("Paused at %s"), time);
  /* Translators: a time of the day */
  as_of = g_strdup_printf (_ ("as of %s"), time);
  sg_page_title_set_caption (self->title, SG_PAGE_SIGN_NONE, paused ? paused_at : range);
  adw_window_title_set_subtitle (self->app_title, as_of);
  sg_past_bar_update (self->past_bar);
}

void
sg_window_caption_stop (SgWindow *self)
{
  if (self->caption_tick == NULL)
    return;
  g_source_destroy (self->caption_tick);
  g_clear_pointer (&self->caption_tick, g_source_unref);
}

static gboolean
tick (gpointer data)
{
  sg_window_update_foot (data);
  sg_window_update_caption (data);
  return G_SOURCE_REMOVE;
}

/* The next change of the caption comes when the age becomes a whole second. */
static void
schedule (SgWindow *self)
{
  SgTimeMs now = sg_clock_now_ms (self->clock);
  SgTimeMs updated = self->page != NULL ? sg_page_get_updated (self->page) : now;
  SgMonotonic at = sg_clock_monotonic (self->clock);

  sg_window_caption_stop (self);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  at.us += (1000 - ABS (now - updated) % 1000) * 1000;
  self->caption_tick = sg_clock_source_new (self->clock, at);
  g_source_set_callback (self->caption_tick, tick, self, NULL);
  g_source_attach (self->caption_tick, NULL);
}

void
sg_window_update_caption (SgWindow *self)
{
  if (sg_time_window_get_mode (self->time_window) == SG_TIME_LIVE)
    show_live (self);
  else
    show_past (self);
  schedule (self);
}
