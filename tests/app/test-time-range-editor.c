/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-time-range-editor.h"

typedef struct
{
  SgTimeWindow *time_window;
  GtkWidget *window;
  SgTimeRangeEditor *editor;
  GtkEditable *from;
  GtkEditable *to;
  GtkCalendar *calendar;
  guint n_applied;
} Fixture;

static void
applied (SgTimeRangeEditor *editor,
         Fixture           *fixture)
{
  fixture->n_applied++;
}

static GtkWidget *
find_below (GtkWidget *root,
            GType      type,
            guint      index)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (g_type_is_a (G_OBJECT_TYPE (child), type) && index-- == 0)
        return child;
    }
  return NULL;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();
  GtkWidget *editor, *grid;

  fixture->time_window = sg_time_window_new (clock);
  editor = sg_time_range_editor_new (fixture->time_window);
  fixture->editor = SG_TIME_RANGE_EDITOR (editor);
  g_signal_connect (editor, "applied", G_CALLBACK (applied), fixture);
  fixture->window = sg_test_present (editor, 360, 400);
  grid = sg_test_find (editor, GTK_TYPE_GRID);
  fixture->from = GTK_EDITABLE (find_below (grid, GTK_TYPE_ENTRY, 0));
  fixture->to = GTK_EDITABLE (find_below (grid, GTK_TYPE_ENTRY, 1));
  fixture->calendar = GTK_CALENDAR (sg_test_find (editor, GTK_TYPE_CALENDAR));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->time_window);
}

static void
test_begins (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (fixture->calendar);

  g_assert_cmpstr (gtk_editable_get_text (fixture->from), ==, "2025-05-14 13:42:04");
  g_assert_cmpstr (gtk_editable_get_text (fixture->to), ==, "2025-05-14 13:57:04");
  g_assert_cmpint (g_date_time_get_day_of_month (day), ==, 14);
}

static void
test_apply (Fixture       *fixture,
            gconstpointer  data)
{
  SgTimeMs from, to;

  gtk_editable_set_text (fixture->from, "2025-05-13 12:00");
  gtk_editable_set_text (fixture->to, "13:00");
  g_assert_true (sg_time_range_editor_apply (fixture->editor));
  g_assert_cmpuint (fixture->n_applied, ==, 1);
  sg_time_window_get_range (fixture->time_window, &from, &to);
  g_assert_cmpint (to - from, ==, 25 * 3600 * 1000);
}

/* What is wrong is said, and goes when it is changed. */
static void
test_problem (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget *problem = sg_test_find_class (GTK_WIDGET (fixture->editor), "sg-err");

  g_assert_false (gtk_widget_get_visible (problem));
  gtk_editable_set_text (fixture->from, "yesterday");
  g_assert_false (sg_time_range_editor_apply (fixture->editor));
  g_assert_true (gtk_widget_get_visible (problem));
  gtk_editable_set_text (fixture->from, "2025-05-15");
  g_assert_false (gtk_widget_get_visible (problem));
  g_assert_false (sg_time_range_editor_apply (fixture->editor));
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_cmpuint (fixture->n_applied, ==, 0);
  g_assert_cmpint (sg_time_window_get_mode (fixture->time_window), ==, SG_TIME_LIVE);
}

/* The calendar follows what is written, and changes the day of the time that has the focus. */
static void
test_calendar (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GDateTime) other = g_date_time_new_local (2025, 4, 30, 0, 0, 0);
  g_autoptr (GDateTime) day = NULL;

  gtk_editable_set_text (fixture->from, "2025-03-02 13:00");
  day = gtk_calendar_get_date (fixture->calendar);
  g_assert_cmpint (g_date_time_get_month (day), ==, 3);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->to));
  gtk_calendar_select_day (fixture->calendar, other);
  g_assert_cmpstr (gtk_editable_get_text (fixture->from), ==, "2025-03-02 13:00");
  g_assert_cmpstr (gtk_editable_get_text (fixture->to), ==, "2025-04-30 13:57:04");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/time-range-editor/begins", Fixture, NULL, set_up, test_begins, tear_down);
  g_test_add ("/app/time-range-editor/apply", Fixture, NULL, set_up, test_apply, tear_down);
  g_test_add ("/app/time-range-editor/problem", Fixture, NULL, set_up, test_problem, tear_down);
  g_test_add ("/app/time-range-editor/calendar", Fixture, NULL, set_up, test_calendar, tear_down);
  return g_test_run ();
}
