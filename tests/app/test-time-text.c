/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-time-text.h"

#define MINUTE G_GINT64_CONSTANT (60000)
/* Midnight of the day of these tests. */
#define MIDNIGHT (SG_TEST_NOW - (13 * 60 + 57) * MINUTE - 4000)

static SgTimeWindow *
make_window (void)
{
  g_autoptr (SgClock) clock = sg_test_clock_new ();

  return sg_time_window_new (clock);
}

static void
test_moments (void)
{
  static const struct
  {
    const char *text;
    SgTimeMs time;
  } cases[] = {
    { "13:42", MIDNIGHT + (13 * 60 + 42) * MINUTE },
    { " 13:42:05 ", MIDNIGHT + (13 * 60 + 42) * MINUTE + 5000 },
    { "2025-05-14", MIDNIGHT },
    { "2025-05-13 23:59", MIDNIGHT - MINUTE },
    { "2025-05-14T13:42:00Z", MIDNIGHT + (13 * 60 + 42) * MINUTE },
    { "2025-05-14T13:42:00.250Z", MIDNIGHT + (13 * 60 + 42) * MINUTE },
    { "2025-05-14T13:42:00+02:00", MIDNIGHT + (11 * 60 + 42) * MINUTE },
    { "now", SG_TEST_NOW },
    { "now-1h", SG_TEST_NOW - 60 * MINUTE },
    { "1747231024", SG_TEST_NOW },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      SgTimeMs time = 0;

      sg_time_text_parse_moment (cases[i].text, SG_TEST_NOW, &time, &error);
      g_assert_no_error (error);
      g_assert_cmpint (time, ==, cases[i].time);
    }
}

static void
test_refuses (void)
{
  static const char *const moments[] = { "",      "noon",        "25:00",           "2025-02-30",
                                         "13:4x", "2025-05-14X", "13:42 Nowhere/X", "now+1h" };
  static const char *const windows[] = {
    "", "last", "last week", "0s", "13:57 – 13:42", "13:42 – "
  };
  g_autoptr (SgTimeWindow) window = make_window ();

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (GError) error = NULL;
      SgTimeMs time = 7;

      g_assert_false (sg_time_text_parse_moment (moments[i], SG_TEST_NOW, &time, &error));
      g_assert_error (error, SG_TIME_TEXT_ERROR, SG_TIME_TEXT_ERROR_INVALID);
      g_assert_cmpint (time, ==, 7);
    }
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sg_time_text_apply (windows[i], window, &error));
      g_assert_error (error, SG_TIME_TEXT_ERROR, SG_TIME_TEXT_ERROR_INVALID);
    }
  g_assert_false (sg_time_window_can_go_back (window));
}

static void
test_windows (void)
{
  static const char *const fixed[] = { "13:42 – 13:57", "13:42..13:57",
                                       "2025-05-14T13:42:00Z/2025-05-14T13:57:00Z",
                                       "2025-05-14 13:42 to 2025-05-14 13:57" };
  SgTimeMs from, to;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      g_autoptr (SgTimeWindow) window = make_window ();

      g_assert_true (sg_time_text_apply (fixed[i], window, NULL));
      g_assert_cmpint (sg_time_window_get_mode (window), ==, SG_TIME_FIXED);
      sg_time_window_get_range (window, &from, &to);
      g_assert_cmpint (from, ==, MIDNIGHT + (13 * 60 + 42) * MINUTE);
      g_assert_cmpint (to - from, ==, 15 * MINUTE);
    }
}

static void
test_live (void)
{
  static const char *const live[] = { "last 90m", "90m", "Last 1h30m", "now-90m/now" };

  for (guint i = 0; i < G_N_ELEMENTS (live); i++)
    {
      g_autoptr (SgTimeWindow) window = make_window ();

      g_assert_true (sg_time_text_apply (live[i], window, NULL));
      g_assert_cmpint (sg_time_window_get_mode (window), ==, SG_TIME_LIVE);
      g_assert_cmpint (sg_time_window_get_span (window), ==, 90 * MINUTE);
    }
}

/* What one window writes, another reads. */
static void
test_round_trip (void)
{
  g_autoptr (SgTimeWindow) one = make_window ();
  g_autoptr (SgTimeWindow) other = make_window ();
  g_autofree char *live = sg_time_text_write (one);
  g_autofree char *paused = NULL;
  g_autofree char *again = NULL;

  g_assert_cmpstr (live, ==, "last 15m");
  sg_time_window_pause (one);
  paused = sg_time_text_write (one);
  g_assert_cmpstr (paused, ==, "2025-05-14T13:42:04Z/2025-05-14T13:57:04Z");
  g_assert_true (sg_time_text_apply (paused, other, NULL));
  again = sg_time_text_write (other);
  g_assert_cmpstr (again, ==, paused);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/time-text/moments", test_moments);
  g_test_add_func ("/app/time-text/refuses", test_refuses);
  g_test_add_func ("/app/time-text/windows", test_windows);
  g_test_add_func ("/app/time-text/live", test_live);
  g_test_add_func ("/app/time-text/round-trip", test_round_trip);
  return g_test_run ();
}
