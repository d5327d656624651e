/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-private.h"

#include <glib/gi18n.h>

/*
 * What a chart shows in place of data, or beside old ones. While the first data are read there is nothing
 * for a moment, since mostly they come before; then a spinner where the menu is, and after two seconds the
 * words and a way to stop. A query that failed has its strip in the card; what there was is still shown.
 */
#define SPINNER_AFTER_MS 150
#define WORDS_AFTER_MS   2000

/* The words in the middle of the plot, and the button below them. */
static void
say (SgChart    *self,
     const char *text,
     const char *button)
{
  gtk_widget_set_visible (self->empty, text != NULL);
  gtk_label_set_label (self->empty_text, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->empty_button), button != NULL);
  gtk_button_set_label (self->empty_button, button != NULL ? button : "");
}

static char *
format_ago (gint64 ms)
{
  gint64 minutes = ms / 60000;

  if (minutes < 1)
    return g_strdup (_ ("Last: less than a minute before"));
  if (minutes < 120)
    return g_strdup_printf (_ ("Last: %d min before"), (int) minutes);
  if (minutes < 2 * 1440)
    return g_strdup_printf (_ ("Last: %d h before"), (int) (minutes / 60));
  return g_strdup_printf (_ ("Last: %d d before"), (int) (minutes / 1440));
}

void
sg_chart_update_state (SgChart *self)
{
  SgScene *scene = sg_chart_get_scene (self);
  g_autofree char *last = NULL;

  if (scene->series->len > 0)
    say (self, NULL, NULL);
  else if (self->loading)
    say (self, self->waits_long ? _ ("Reading data…") : NULL,
         self->waits_long ? _ ("Cancel") : NULL);
  else
    {
      if (self->last_seen > 0 && self->last_seen < scene->from)
        last = format_ago (scene->from - self->last_seen);
      say (self, _ ("No data in this window"), last);
    }
}

static gboolean
wait_long (gpointer data)
{
  SgChart *self = data;

  self->loading_timeout = 0;
  self->waits_long = TRUE;
  sg_chart_update_state (self);
  return G_SOURCE_REMOVE;
}

static gboolean
show_spinner (gpointer data)
{
  SgChart *self = data;

  gtk_stack_set_visible_child_name (self->corner, "spinner");
  gtk_spinner_start (self->spinner);
  self->loading_timeout = g_timeout_add (WORDS_AFTER_MS - SPINNER_AFTER_MS, wait_long, self);
  return G_SOURCE_REMOVE;
}

/* Whether the first data are on their way; a refresh shows nothing. Cancel emits "cancel". */
void
sg_chart_set_loading (SgChart  *self,
                      gboolean  loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  self->waits_long = FALSE;
  g_clear_handle_id (&self->loading_timeout, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_stack_set_visible_child_name (self->corner, "menu");
  if (loading)
    self->loading_timeout = g_timeout_add (SPINNER_AFTER_MS, show_spinner, self);
  sg_chart_update_state (self);
}

/* Why the query of this chart failed, or %NULL when it did not. Retry emits "retry". */
void
sg_chart_set_error (SgChart    *self,
                    const char *message)
{
  gtk_widget_set_visible (self->strip, message != NULL);
  gtk_label_set_label (self->strip_text, message != NULL ? message : "");
}

/* When there were data last, in milliseconds; 0 when that is not known. */
void
sg_chart_set_last_seen (SgChart *self,
                        gint64   time)
{
  self->last_seen = time;
  sg_chart_update_state (self);
}

/* Below the words: either the wait is ended, or the data are looked at where they end. */
void
sg_chart_press_empty_button (SgChart *self)
{
  SgScene *scene = sg_chart_get_scene (self);
  gint64 span = scene->to - scene->from;

  if (self->loading)
    g_signal_emit_by_name (self, "cancel");
  else
    g_signal_emit_by_name (self, "zoom", self->last_seen - span * 3 / 4,
                           self->last_seen + span / 4);
}
