/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "chart/sg-plot-private.h"
#include "pages/sg-explore-page-private.h"
#include "pages/sg-page-chart.h"

typedef struct
{
  SgClock *clock;
  GSettings *settings;
  SgWindow *window;
  SgTestPage *page;
  SgExplorePage *explore;
  SgChart *chart;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_test_clock_new ();
  fixture->settings = sg_test_settings_new ();
  fixture->window = sg_test_window_new (fixture->clock, 1000, 700);
  fixture->page = sg_test_page_new ("One", "sg-log-symbolic", "Monitor", TRUE);
  fixture->chart = SG_CHART (sg_chart_new ("Chart", NULL));
  sg_page_adopt_chart (SG_PAGE (fixture->page), fixture->chart);
  sg_test_page_set_content (fixture->page, GTK_WIDGET (fixture->chart));
  sg_window_add_page (fixture->window, SG_PAGE (fixture->page));
  fixture->explore = SG_EXPLORE_PAGE (sg_explore_page_new (fixture->settings));
  sg_window_add_page (fixture->window, SG_PAGE (fixture->explore));
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "explore-queries");
  g_settings_reset (fixture->settings, "explore-history");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

/* A chart glides while the window is live, and looks at what one drags over in all of it. */
static void
test_time (Fixture       *fixture,
           gconstpointer  data)
{
  SgTimeWindow *time_window = sg_window_get_time_window (fixture->window);
  SgPlot *plot = SG_PLOT (sg_test_find (GTK_WIDGET (fixture->chart), SG_TYPE_PLOT));
  SgTimeMs from, to;

  g_assert_true (plot->live);
  g_signal_emit_by_name (fixture->chart, "zoom", G_GINT64_CONSTANT (1000000),
                         G_GINT64_CONSTANT (1060000));
  sg_time_window_get_range (time_window, &from, &to);
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_FIXED);
  g_assert_cmpint (from, ==, 1000000);
  g_assert_cmpint (to, ==, 1060000);
  g_assert_false (plot->live);

  g_signal_emit_by_name (fixture->chart, "zoom", G_GINT64_CONSTANT (5), G_GINT64_CONSTANT (5));
  sg_time_window_get_range (time_window, &from, &to);
  g_assert_cmpint (from, ==, 1000000);

  g_signal_emit_by_name (fixture->chart, "back");
  g_assert_cmpint (sg_time_window_get_mode (time_window), ==, SG_TIME_LIVE);
  g_assert_true (plot->live);
}

static void
test_open (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *text = NULL;

  g_signal_emit_by_name (fixture->chart, "open", "sum(up)");
  g_assert_true (sg_window_get_page (fixture->window) == SG_PAGE (fixture->explore));
  text = sg_explore_page_get_first_text (fixture->explore);
  g_assert_cmpstr (text, ==, "sum(up)");
}

static gboolean
shows_text (GtkWidget  *widget,
            const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (shows_text (child, text))
        return TRUE;
    }
  return FALSE;
}

/* Text from elsewhere is not markup. */
static void
test_message (Fixture       *fixture,
              gconstpointer  data)
{
  g_signal_emit_by_name (fixture->chart, "message", "a < b & c");
  sg_test_wait_for_frame (GTK_WIDGET (fixture->window));
  g_assert_true (shows_text (GTK_WIDGET (fixture->window), "a < b & c"));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/page-chart/time", Fixture, NULL, set_up, test_time, tear_down);
  g_test_add ("/page-chart/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/page-chart/message", Fixture, NULL, set_up, test_message, tear_down);
  return g_test_run ();
}
