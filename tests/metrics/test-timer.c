/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

static void
test_timer_block (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  g_autoptr (SgRegistry) registry = sg_registry_new (clock);
  SgHistogram histogram = sg_registry_histogram (registry, "a_seconds", "A.", NULL, 0);

  {
    g_autoptr (SgTimer) timer = sg_timer_start (histogram);

    sg_clock_advance (clock, 1500);
    g_assert_true (sg_timer_elapsed (timer) == 1.5);
    g_assert_cmpuint (sg_histogram_get_count (histogram), ==, 0);
  }
  g_assert_cmpuint (sg_histogram_get_count (histogram), ==, 1);
  g_assert_true (sg_histogram_get_sum (histogram) == 1.5);
}

static void
test_timer_discard (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram = sg_registry_histogram (registry, "a_seconds", "A.", NULL, 0);

  sg_timer_discard (sg_timer_start (histogram));
  g_assert_cmpuint (sg_histogram_get_count (histogram), ==, 0);
}

/* A timer may outlive the registry and its clock. */
static void
test_timer_outlives (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  g_autoptr (SgRegistry) registry = sg_registry_new (clock);
  SgHistogram histogram = sg_registry_histogram (registry, "a_seconds", "A.", NULL, 0);
  SgTimer *timer = sg_timer_start (histogram);

  g_clear_object (&registry);
  g_clear_object (&clock);
  sg_timer_stop (timer);
  g_assert_cmpuint (sg_histogram_get_count (histogram), ==, 0);
  timer = sg_timer_start (histogram);
  g_assert_true (sg_timer_elapsed (timer) >= 0);
  sg_timer_stop (timer);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timer/block", test_timer_block);
  g_test_add_func ("/timer/discard", test_timer_discard);
  g_test_add_func ("/timer/outlives", test_timer_outlives);
  return g_test_run ();
}
