/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-page-chart.h"

/* What a chart asks for is done by its page, or by the window that the page is in. */

static void
zoomed (SgPage *page,
        gint64  from,
        gint64  to)
{
  SgTimeWindow *time_window = sg_page_get_time_window (page);

  if (time_window != NULL && from < to)
    sg_time_window_set_fixed (time_window, from, to);
}

static void
went_back (SgPage *page)
{
  SgTimeWindow *time_window = sg_page_get_time_window (page);

  if (time_window != NULL)
    sg_time_window_go_back (time_window);
}

static void
told (SgPage     *page,
      const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  sg_page_add_toast (page, adw_toast_new (markup));
}

static void
opened (SgPage     *page,
        const char *query)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "win.ask", "s", query);
}

static void
retried (SgPage *page)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "win.refresh", NULL);
}

static void
cancelled (SgPage *page)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "win.cancel-refresh", NULL);
}

static void
time_changed (SgChart      *chart,
              SgTimeWindow *time_window)
{
  sg_chart_set_live (chart, sg_time_window_get_mode (time_window) == SG_TIME_LIVE);
}

/* The window gives a page its time once, after it has been made. */
static void
got_time_window (SgChart    *chart,
                 GParamSpec *pspec,
                 SgPage     *page)
{
  SgTimeWindow *time_window = sg_page_get_time_window (page);

  if (time_window == NULL)
    return;
  g_signal_handlers_disconnect_by_func (time_window, time_changed, chart);
  g_signal_connect_object (time_window, "changed", G_CALLBACK (time_changed), chart,
                           G_CONNECT_SWAPPED);
  time_changed (chart, time_window);
}

void
sg_page_adopt_chart (SgPage  *page,
                     SgChart *chart)
{
  static const struct
  {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "zoom", G_CALLBACK (zoomed) },   { "back", G_CALLBACK (went_back) },
    { "message", G_CALLBACK (told) },  { "open", G_CALLBACK (opened) },
    { "retry", G_CALLBACK (retried) }, { "cancel", G_CALLBACK (cancelled) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (chart, handlers[i].signal, handlers[i].handler, page,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::time-window", G_CALLBACK (got_time_window), chart,
                           G_CONNECT_SWAPPED);
  got_time_window (chart, NULL, page);
}
