/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-chart.h"
#include "chart/sg-plot-private.h"

#include <math.h>

#define STEP   G_GINT64_CONSTANT (5000)
#define N      181
#define WINDOW (STEP * (N - 1))

/* What the user does to a plot: keys, pointer, wheel. Events are given to its controllers. */

typedef struct
{
  SgChart *chart;
  GtkWidget *plot;
  GtkWidget *window;
  gint64 from;
  gint64 to;
  guint n_zooms;
  guint n_backs;
} Fixture;

static void
on_zoom (Fixture *self,
         gint64   from,
         gint64   to)
{
  self->from = from;
  self->to = to;
  self->n_zooms++;
}

static void
on_back (Fixture *self)
{
  self->n_backs++;
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  double values[2][N];

  for (guint i = 0; i < N; i++)
    {
      values[0][i] = i;
      values[1][i] = 200 - i;
    }
  *self = (Fixture) { .chart = SG_CHART (sg_chart_new ("Test", NULL)) };
  g_ptr_array_add (list, sg_test_series ("up", SG_UNIT_COUNT, STEP, SG_TEST_NOW, values[0], N));
  g_ptr_array_add (list, sg_test_series ("down", SG_UNIT_COUNT, STEP, SG_TEST_NOW, values[1], N));
  sg_chart_set_unit (self->chart, SG_UNIT_COUNT);
  sg_chart_set_window (self->chart, SG_TEST_NOW - WINDOW, SG_TEST_NOW);
  sg_chart_set_series (self->chart, list, STEP);
  self->plot = sg_test_find (GTK_WIDGET (self->chart), SG_TYPE_PLOT);
  self->window = sg_test_present (GTK_WIDGET (self->chart), 500, 300);
  g_signal_connect_swapped (self->chart, "zoom", G_CALLBACK (on_zoom), self);
  g_signal_connect_swapped (self->chart, "back", G_CALLBACK (on_back), self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (self->window));
}

/* (transfer none): the controller of @type that the plot has */
static gpointer
find_controller (Fixture *self,
                 GType    type)
{
  g_autoptr (GListModel) list = gtk_widget_observe_controllers (self->plot);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (list, i);

      if (G_OBJECT_TYPE (controller) == type)
        return controller;
    }
  g_error ("there is no %s", g_type_name (type));
}

static gboolean
press (Fixture         *self,
       guint            key,
       GdkModifierType  modifiers)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (find_controller (self, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", key,
                         0, modifiers, &handled);
  return handled;
}

static void
move_pointer (Fixture *self,
              double   x)
{
  g_signal_emit_by_name (find_controller (self, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x,
                         50.);
}

static gint64
get_cursor (Fixture *self)
{
  return sg_plot_get_cursor (SG_PLOT (self->plot));
}

static void
assert_spoken (Fixture    *self,
               const char *words)
{
  g_autofree char *found = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_PROPERTY_LABEL, words, NULL);

  g_assert_cmpstr (found, ==, NULL);
}

static void
test_keys (Fixture       *self,
           gconstpointer  data)
{
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (self->plot), GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_true (gtk_widget_get_focusable (self->plot));
  assert_spoken (self, "Test, chart with 2 series: up 180, down 20");
  g_assert_true (press (self, GDK_KEY_Left, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW);
  assert_spoken (self, "13:57:04, up, 180");
  g_assert_true (press (self, GDK_KEY_Left, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW - STEP);
  g_assert_true (press (self, GDK_KEY_Down, 0));
  assert_spoken (self, "13:56:59, down, 21");
  g_assert_true (press (self, GDK_KEY_Home, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW - WINDOW);
  g_assert_true (press (self, GDK_KEY_Left, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW - WINDOW);
  g_assert_true (press (self, GDK_KEY_Page_Down, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW - WINDOW + 10 * STEP);
  g_assert_true (press (self, GDK_KEY_End, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW);
  g_assert_false (press (self, GDK_KEY_a, 0));
  g_assert_true (press (self, GDK_KEY_Escape, 0));
  g_assert_cmpint (get_cursor (self), ==, SG_CHART_NO_CURSOR);
  g_assert_cmpuint (self->n_backs, ==, 0);
  g_assert_true (press (self, GDK_KEY_Escape, 0));
  g_assert_cmpuint (self->n_backs, ==, 1);
}

/* A series that is put away is not gone to. */
static void
test_hidden (Fixture       *self,
             gconstpointer  data)
{
  press (self, GDK_KEY_End, 0);
  sg_chart_set_hidden (self->chart, "down", TRUE);
  press (self, GDK_KEY_Down, 0);
  assert_spoken (self, "13:57:04, up, 180");
}

static void
test_zoom_keys (Fixture       *self,
                gconstpointer  data)
{
  press (self, GDK_KEY_plus, GDK_CONTROL_MASK);
  g_assert_cmpint (self->to - self->from, ==, (gint64) (WINDOW / 1.25));
  press (self, GDK_KEY_minus, GDK_CONTROL_MASK);
  g_assert_cmpint (self->to - self->from, ==, (gint64) (WINDOW * 1.25));
  press (self, GDK_KEY_Left, GDK_CONTROL_MASK);
  g_assert_cmpint (self->to, ==, SG_TEST_NOW - WINDOW / 10);
  g_assert_cmpint (self->to - self->from, ==, WINDOW);
  g_assert_cmpuint (self->n_zooms, ==, 3);
}

static void
drag (Fixture *self,
      double   from,
      double   to)
{
  GtkGesture *gesture = find_controller (self, GTK_TYPE_GESTURE_DRAG);

  g_signal_emit_by_name (gesture, "drag-begin", from, 50.);
  g_signal_emit_by_name (gesture, "drag-update", (to - from) / 2, 0.);
  g_signal_emit_by_name (gesture, "drag-update", to - from, 3.);
  g_signal_emit_by_name (gesture, "drag-end", to - from, 3.);
}

/* The middle half, in either direction; out of the plot is its edge; a twitch is nothing. */
static void
test_drag (Fixture       *self,
           gconstpointer  data)
{
  double left = 52;
  double width = gtk_widget_get_width (self->plot) - left - 2;

  for (guint i = 0; i < 2; i++)
    {
      double a = left + width / 4;
      double b = left + width * 3 / 4;

      drag (self, i == 0 ? a : b, i == 0 ? b : a);
      g_assert_cmpint (ABS (self->from - (SG_TEST_NOW - WINDOW * 3 / 4)), <=, 2);
      g_assert_cmpint (ABS (self->to - (SG_TEST_NOW - WINDOW / 4)), <=, 2);
    }
  drag (self, left + width / 2, left + width + 500);
  g_assert_cmpint (self->to, ==, SG_TEST_NOW);
  g_assert_cmpuint (self->n_zooms, ==, 3);
  drag (self, 200, 203);
  g_assert_cmpuint (self->n_zooms, ==, 3);
}

static void
test_pointer (Fixture       *self,
              gconstpointer  data)
{
  double left = 52;
  double width = gtk_widget_get_width (self->plot) - left - 2;

  move_pointer (self, left + width / 2 + .2);
  g_assert_cmpint (get_cursor (self), ==, SG_TEST_NOW - WINDOW / 2);
  move_pointer (self, left - 10);
  g_assert_cmpint (get_cursor (self), ==, SG_CHART_NO_CURSOR);
  move_pointer (self, left + 1);
  g_signal_emit_by_name (find_controller (self, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (get_cursor (self), ==, SG_CHART_NO_CURSOR);
  g_signal_emit_by_name (find_controller (self, GTK_TYPE_GESTURE_CLICK), "pressed", 2, 200., 50.);
  g_assert_cmpuint (self->n_backs, ==, 1);
}

/* Up and down scrolls the page, until the plot has been clicked on. */
static void
test_wheel (Fixture       *self,
            gconstpointer  data)
{
  GtkEventController *scroll = find_controller (self, GTK_TYPE_EVENT_CONTROLLER_SCROLL);
  gboolean handled;

  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  g_signal_emit_by_name (scroll, "scroll", 0., 1., &handled);
  g_assert_false (handled);
  g_signal_emit_by_name (scroll, "scroll", -1., 0., &handled);
  g_assert_true (handled);
  g_assert_cmpint (self->to, ==, SG_TEST_NOW - WINDOW / 10);
  gtk_widget_grab_focus (self->plot);
  g_signal_emit_by_name (scroll, "scroll", 0., 1., &handled);
  g_assert_true (handled);
  g_assert_cmpint (self->to, ==, SG_TEST_NOW + WINDOW / 10);
}

static gboolean
has_glided (gpointer plot)
{
  return sg_plot_get_glide (plot) >= 2;
}

/* A live plot moves by itself, but not where it would be restless, nor where nothing is to move. */
static void
test_glide (Fixture       *self,
            gconstpointer  data)
{
  SgPlot *plot = SG_PLOT (self->plot);

  /* About three pixels a second. */
  sg_chart_set_window (self->chart, SG_TEST_NOW - 140000, SG_TEST_NOW);
  sg_chart_set_live (self->chart, TRUE);
  sg_test_wait_for_frame (self->plot);
  g_assert_cmpfloat (sg_plot_get_glide (plot), <=, 1);
  sg_test_wait_until (has_glided, plot);
  g_assert_cmpint (plot->frame.from, >, plot->scene.from);
  /* New data begin where they belong. */
  sg_chart_set_window (self->chart, SG_TEST_NOW - 140000, SG_TEST_NOW);
  sg_test_wait_for_frame (self->plot);
  g_assert_cmpfloat (sg_plot_get_glide (plot), <=, 1);
  g_assert_cmpuint (plot->glide_timeout, !=, 0);
  sg_chart_set_window (self->chart, SG_TEST_NOW - 20000, SG_TEST_NOW);
  sg_test_wait_for_frame (self->plot);
  g_assert_cmpuint (plot->glide_timeout, ==, 0);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  sg_chart_set_window (self->chart, SG_TEST_NOW - 140000, SG_TEST_NOW);
  sg_test_wait_for_frame (self->plot);
  g_assert_cmpuint (plot->glide_timeout, ==, 0);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
}

/* A chart that goes away while a worker draws for it leaves nothing behind. */
static void
test_leak (void)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Dense", NULL));
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  GtkWidget *plot = sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT);
  SgSeriesData *data = sg_test_walk ("a", SG_UNIT_NONE, 200000, 10, SG_TEST_NOW, 50, 10, 1);
  GtkWidget *window;
  gpointer chart_left = chart;
  gpointer plot_left = plot;

  g_object_add_weak_pointer (G_OBJECT (chart), &chart_left);
  g_object_add_weak_pointer (G_OBJECT (plot), &plot_left);
  g_ptr_array_add (list, data);
  sg_chart_set_window (chart, SG_TEST_NOW - 2000000, SG_TEST_NOW);
  window = sg_test_present (GTK_WIDGET (chart), 500, 300);
  sg_chart_set_series (chart, list, 10);
  sg_chart_show_table (chart, TRUE);
  sg_chart_show_legend_table (chart, TRUE);
  sg_chart_show_table (chart, FALSE);
  sg_chart_set_loading (chart, TRUE);
  sg_test_wait_for_frame (window);
  sg_test_destroy_window (GTK_WINDOW (window));
  while (plot_left != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (chart_left);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  ADD ("/app/plot/keys", test_keys);
  ADD ("/app/plot/hidden", test_hidden);
  ADD ("/app/plot/zoom-keys", test_zoom_keys);
  ADD ("/app/plot/drag", test_drag);
  ADD ("/app/plot/pointer", test_pointer);
  ADD ("/app/plot/wheel", test_wheel);
  ADD ("/app/plot/glide", test_glide);
  g_test_add_func ("/app/plot/leak", test_leak);
  return g_test_run ();
}
