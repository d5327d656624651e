/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-format.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static void
assert_text (char       *text,
             const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_format_count (void)
{
  assert_text (sg_format_count (0), "0");
  assert_text (sg_format_count (999), "999");
  assert_text (sg_format_count (1000), "1,000");
  assert_text (sg_format_count (2826), "2,826");
  assert_text (sg_format_count (1437700), "1,437,700");
  assert_text (sg_format_count (G_MAXUINT64), "18,446,744,073,709,551,615");
}

static void
test_format_span (void)
{
  assert_text (sg_format_span (5 * SECOND), "5\u00a0s");
  assert_text (sg_format_span (5 * MINUTE), "5\u00a0min");
  assert_text (sg_format_span (90 * MINUTE), "90\u00a0min");
  assert_text (sg_format_span (6 * HOUR), "6\u00a0h");
  assert_text (sg_format_span (24 * HOUR), "24\u00a0h");
  assert_text (sg_format_span (7 * DAY), "7\u00a0d");
  assert_text (sg_format_span (0), "0\u00a0s");
}

static void
test_format_ago (void)
{
  assert_text (sg_format_ago (-5 * SECOND), "0\u00a0s");
  assert_text (sg_format_ago (2999), "2\u00a0s");
  assert_text (sg_format_ago (59999), "59\u00a0s");
  assert_text (sg_format_ago (MINUTE), "1\u00a0min");
  assert_text (sg_format_ago (3 * MINUTE + 59999), "3\u00a0min");
  assert_text (sg_format_ago (2 * HOUR + 1), "2\u00a0h");
  assert_text (sg_format_ago (47 * HOUR + 59 * MINUTE), "47\u00a0h");
  assert_text (sg_format_ago (5 * DAY + HOUR), "5\u00a0d");
}

static void
test_format_times (void)
{
  assert_text (sg_format_clock (SG_TEST_NOW, FALSE), "13:57");
  assert_text (sg_format_clock (SG_TEST_NOW, TRUE), "13:57:04");
  assert_text (sg_format_day (SG_TEST_NOW), "14 May");
  assert_text (sg_format_weekday (SG_TEST_NOW), "Wednesday 14 May");
  assert_text (sg_format_range (SG_TEST_NOW - 15 * MINUTE, SG_TEST_NOW), "13:42\u00a0–\u00a013:57");
  assert_text (sg_format_range (SG_TEST_NOW - 14 * HOUR, SG_TEST_NOW),
               "13 May 23:57 – 14 May 13:57");
  /* A time that no calendar has is written as the first one, and nothing breaks. */
  assert_text (sg_format_clock (G_MAXINT64, FALSE), "00:00");
  g_assert_true (sg_format_same_day (SG_TEST_NOW, SG_TEST_NOW + HOUR));
  g_assert_false (sg_format_same_day (SG_TEST_NOW, SG_TEST_NOW + 365 * DAY));
}

static void
test_format_isolate (void)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  assert_text (sg_format_span (5 * SECOND), "\u20665\u00a0s\u2069");
  assert_text (sg_format_isolate (g_strdup ("4.2 %")), "\u20664.2 %\u2069");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  assert_text (sg_format_isolate (g_strdup ("4.2 %")), "4.2 %");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/format/count", test_format_count);
  g_test_add_func ("/app/format/span", test_format_span);
  g_test_add_func ("/app/format/ago", test_format_ago);
  g_test_add_func ("/app/format/times", test_format_times);
  g_test_add_func ("/app/format/isolate", test_format_isolate);
  return g_test_run ();
}
