/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-time-window.h"

#define MINUTE G_GINT64_CONSTANT (60000)

typedef struct
{
  SgClock *clock;
  SgTimeWindow *window;
  guint n_changed;
} Fixture;

static void
changed (SgTimeWindow *window,
         Fixture      *fixture)
{
  fixture->n_changed++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_test_clock_new ();
  fixture->window = sg_time_window_new (fixture->clock);
  g_signal_connect (fixture->window, "changed", G_CALLBACK (changed), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->window);
  g_object_unref (fixture->clock);
}

static void
assert_range (Fixture  *fixture,
              SgTimeMs  from,
              SgTimeMs  to)
{
  SgTimeMs got_from, got_to;

  sg_time_window_get_range (fixture->window, &got_from, &got_to);
  g_assert_cmpint (got_from, ==, from);
  g_assert_cmpint (got_to, ==, to);
}

static void
assert_text (char       *text,
             const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_LIVE);
  assert_range (fixture, SG_TEST_NOW - 15 * MINUTE, SG_TEST_NOW);
  assert_text (sg_time_window_get_label (fixture->window), "Last 15\u00a0min");
  sg_clock_advance (fixture->clock, 5000);
  assert_range (fixture, SG_TEST_NOW + 5000 - 15 * MINUTE, SG_TEST_NOW + 5000);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  sg_time_window_set_live (fixture->window, 60 * MINUTE);
  assert_text (sg_time_window_get_label (fixture->window), "Last 1\u00a0h");
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  /* The same choice again is none. */
  sg_time_window_set_live (fixture->window, 60 * MINUTE);
  g_assert_cmpuint (fixture->n_changed, ==, 1);
}

static void
test_paused (Fixture       *fixture,
             gconstpointer  data)
{
  sg_time_window_pause (fixture->window);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_PAUSED);
  sg_clock_advance (fixture->clock, 60000);
  assert_range (fixture, SG_TEST_NOW - 15 * MINUTE, SG_TEST_NOW);
  /* Another span keeps the moment of the pause. */
  sg_time_window_set_live (fixture->window, 5 * MINUTE);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_PAUSED);
  assert_range (fixture, SG_TEST_NOW - 5 * MINUTE, SG_TEST_NOW);
  sg_time_window_pause (fixture->window);
  assert_range (fixture, SG_TEST_NOW - 5 * MINUTE, SG_TEST_NOW);
  sg_time_window_resume (fixture->window);
  assert_range (fixture, SG_TEST_NOW - 4 * MINUTE, SG_TEST_NOW + MINUTE);
}

static void
test_fixed (Fixture       *fixture,
            gconstpointer  data)
{
  SgTimeMs to = SG_TEST_NOW - 4000;

  sg_time_window_set_live (fixture->window, 5 * MINUTE);
  sg_time_window_set_fixed (fixture->window, to - 15 * MINUTE, to);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_FIXED);
  g_assert_cmpint (sg_time_window_get_span (fixture->window), ==, 15 * MINUTE);
  sg_clock_advance (fixture->clock, 120 * MINUTE);
  assert_range (fixture, to - 15 * MINUTE, to);
  assert_text (sg_time_window_get_label (fixture->window), "13:42\u00a0–\u00a013:57");
  assert_text (sg_time_window_get_caption (fixture->window), "14 May, 13:42\u00a0–\u00a013:57");
  assert_text (sg_time_window_get_description (fixture->window),
               "Wednesday 14 May, 13:42\u00a0–\u00a013:57, 2\u00a0h ago");
  sg_time_window_pause (fixture->window);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_FIXED);
  sg_time_window_back_to_live (fixture->window);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_LIVE);
  g_assert_cmpint (sg_time_window_get_span (fixture->window), ==, 5 * MINUTE);
}

static void
test_midnight (Fixture       *fixture,
               gconstpointer  data)
{
  sg_time_window_set_fixed (fixture->window, SG_TEST_NOW - 14 * 60 * MINUTE, SG_TEST_NOW);
  assert_text (sg_time_window_get_caption (fixture->window), "13 May 23:57 – 14 May 13:57");
  assert_text (sg_time_window_get_description (fixture->window),
               "13 May 23:57 – 14 May 13:57, 0\u00a0s ago");
}

static void
test_history (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_false (sg_time_window_can_go_back (fixture->window));
  sg_time_window_set_live (fixture->window, 60 * MINUTE);
  sg_time_window_set_fixed (fixture->window, 1000, 2000);
  g_assert_false (sg_time_window_can_go_forward (fixture->window));
  sg_time_window_go_back (fixture->window);
  g_assert_cmpint (sg_time_window_get_span (fixture->window), ==, 60 * MINUTE);
  sg_time_window_go_back (fixture->window);
  g_assert_cmpint (sg_time_window_get_span (fixture->window), ==, 15 * MINUTE);
  sg_time_window_go_back (fixture->window);
  g_assert_cmpint (sg_time_window_get_span (fixture->window), ==, 15 * MINUTE);
  sg_time_window_go_forward (fixture->window);
  sg_time_window_go_forward (fixture->window);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_FIXED);
  /* A new choice ends the way forward. */
  sg_time_window_go_back (fixture->window);
  sg_time_window_set_live (fixture->window, 5 * MINUTE);
  g_assert_false (sg_time_window_can_go_forward (fixture->window));
}

static void
test_history_is_bounded (Fixture       *fixture,
                         gconstpointer  data)
{
  guint n_back = 0;

  for (int i = 1; i <= 500; i++)
    sg_time_window_set_fixed (fixture->window, i, i + 1);
  for (; sg_time_window_can_go_back (fixture->window); n_back++)
    sg_time_window_go_back (fixture->window);
  g_assert_cmpuint (n_back, ==, 99);
}

/* A pause that ends by going to a fixed window is over when one comes back. */
static void
test_pause_and_past (Fixture       *fixture,
                     gconstpointer  data)
{
  sg_time_window_pause (fixture->window);
  sg_time_window_set_fixed (fixture->window, 1000, 2000);
  sg_time_window_go_back (fixture->window);
  g_assert_cmpint (sg_time_window_get_mode (fixture->window), ==, SG_TIME_LIVE);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/time-window/live", test_live);
  ADD ("/app/time-window/paused", test_paused);
  ADD ("/app/time-window/fixed", test_fixed);
  ADD ("/app/time-window/midnight", test_midnight);
  ADD ("/app/time-window/history", test_history);
  ADD ("/app/time-window/history-is-bounded", test_history_is_bounded);
  ADD ("/app/time-window/pause-and-past", test_pause_and_past);
  return g_test_run ();
}
