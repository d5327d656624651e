/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-script.h"

static void
test_phases (void)
{
  g_assert_cmpint (sg_demo_script_get_phase (0), ==, SG_DEMO_CALM);
  g_assert_cmpint (sg_demo_script_get_phase (15000), ==, SG_DEMO_SLOW_DISK);
  g_assert_cmpint (sg_demo_script_get_phase (51999), ==, SG_DEMO_LOCKED);
  g_assert_cmpint (sg_demo_script_get_phase (70000 + SG_DEMO_CYCLE_MS), ==, SG_DEMO_STALE);
  g_assert_cmpint (sg_demo_script_get_phase (105000), ==, SG_DEMO_COLD);
  g_assert_cmpstr (sg_demo_phase_to_string (SG_DEMO_LOCKED), ==, "locked database");
  g_assert_cmpfloat (sg_demo_script_get_slower (20000), >, 10);
  g_assert_cmpfloat (sg_demo_script_get_slower (50000), ==, 1);
  g_assert_cmpuint (sg_demo_script_get_cycle (SG_DEMO_CYCLE_MS - 1), ==, 0);
  g_assert_cmpuint (sg_demo_script_get_cycle (SG_DEMO_CYCLE_MS), ==, 1);
}

/* Each cue comes once in a cycle, in order, and the script begins again. */
static void
test_cues (void)
{
  gint64 seen = 0;
  gint64 at = 0;
  SgDemoCue cue;
  guint n = 0;
  guint n_finds = 0;

  g_assert_false (sg_demo_script_find_cue (0, 7999, &cue, &at));
  while (sg_demo_script_find_cue (seen, 3 * SG_DEMO_CYCLE_MS, &cue, &at))
    {
      g_assert_cmpint (at, >, seen);
      seen = at;
      n++;
      n_finds += cue == SG_DEMO_CUE_FIND;
    }
  g_assert_cmpuint (n, ==, 30);
  g_assert_cmpuint (n_finds, ==, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/demo-script/phases", test_phases);
  g_test_add_func ("/demo-script/cues", test_cues);
  return g_test_run ();
}
