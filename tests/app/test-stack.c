/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-holes.h"
#include "chart/sg-stack.h"

#include <math.h>

static void
add (SgScene      *scene,
     SgSeriesData *data)
{
  SgSceneSeries series = { .data = data };

  g_array_append_val (scene->series, series);
}

/* Two grids: the second begins later, and has one time of its own. */
static void
init_scene (SgScene *scene)
{
  static const double a[] = { 1, 2, NAN, 4 };
  static const double b[] = { 10, 20, 30 };

  sg_scene_init (scene);
  scene->kind = SG_CHART_STACK;
  scene->from = 0;
  scene->to = 4000;
  scene->step = 1000;
  add (scene, sg_test_series ("a", SG_UNIT_NONE, 1000, 4000, a, G_N_ELEMENTS (a)));
  add (scene, sg_test_series ("b", SG_UNIT_NONE, 500, 4000, b, G_N_ELEMENTS (b)));
}

static void
test_union (void)
{
  g_auto (SgStack) stack = { 0 };
  static const gint64 times[] = { 1000, 2000, 3000, 3500, 4000 };
  static const double tops[] = { 1, 2, 10, 20, 34 };
  double min = INFINITY;
  double max = -INFINITY;
  SgScene scene;

  init_scene (&scene);
  sg_stack_init (&stack, &scene);
  g_assert_cmpuint (stack.n, ==, G_N_ELEMENTS (times));
  for (gsize k = 0; k < stack.n; k++)
    {
      g_assert_cmpint (stack.times[k], ==, times[k]);
      g_assert_cmpfloat (sg_stack_get_total (&stack, k), ==, tops[k]);
    }
  g_assert_cmpfloat (sg_stack_get_base (&stack, 1, 4), ==, 4);
  g_assert_cmpfloat (sg_stack_get_base (&stack, 0, 4), ==, 0);
  sg_stack_get_range (&scene, &min, &max);
  g_assert_cmpfloat (min, ==, 0);
  g_assert_cmpfloat (max, ==, 34);
  g_assert_cmpfloat (sg_scene_get_top (&scene, 1, 4000), ==, 34);
  sg_scene_clear (&scene);
}

static void
test_hidden (void)
{
  g_auto (SgStack) stack = { 0 };
  SgScene scene;

  init_scene (&scene);
  sg_scene_get_series (&scene, 0)->hidden = TRUE;
  sg_stack_init (&stack, &scene);
  g_assert_cmpuint (stack.n, ==, 3);
  g_assert_cmpfloat (sg_stack_get_base (&stack, 1, 2), ==, 0);
  g_assert_cmpfloat (sg_stack_get_total (&stack, 2), ==, 30);
  g_assert_cmpfloat (sg_scene_get_top (&scene, 1, 4000), ==, 30);
  sg_scene_clear (&scene);
}

static void
test_thin (void)
{
  g_auto (SgStack) stack = { 0 };
  SgScene scene;

  init_scene (&scene);
  sg_stack_init (&stack, &scene);
  sg_stack_thin (&stack, &scene, 2);
  /* [0, 2000), [2000, 4000), and the end of the window. */
  g_assert_cmpuint (stack.n, ==, 3);
  g_assert_cmpint (stack.times[1], ==, 3500);
  g_assert_cmpfloat (sg_stack_get_total (&stack, 1), ==, 20);
  g_assert_cmpfloat (sg_stack_get_total (&stack, 2), ==, 34);
  sg_scene_clear (&scene);
}

static void
test_holes (void)
{
  static const double a[] = { 1, NAN, NAN, NAN, 5, 6, 7, 8, NAN, NAN, NAN, 12 };
  static const double b[] = { 1, 2, NAN, 4, 5, NAN, NAN, NAN, NAN, NAN, NAN, 12 };
  g_autoptr (GArray) holes = NULL;
  SgScene scene;

  sg_scene_init (&scene);
  scene.from = 0;
  scene.to = 14000;
  scene.step = 1000;
  add (&scene, sg_test_series ("a", SG_UNIT_NONE, 1000, 12000, a, G_N_ELEMENTS (a)));
  add (&scene, sg_test_series ("b", SG_UNIT_NONE, 1000, 12000, b, G_N_ELEMENTS (b)));
  holes = sg_holes_find (&scene);
  g_assert_cmpuint (holes->len, ==, 3);
  g_assert_cmpint (g_array_index (holes, SgHole, 0).from, ==, 2000);
  g_assert_cmpint (g_array_index (holes, SgHole, 0).to, ==, 4000);
  g_assert_cmpint (g_array_index (holes, SgHole, 1).from, ==, 8000);
  g_assert_cmpint (g_array_index (holes, SgHole, 1).to, ==, 12000);
  g_assert_cmpint (g_array_index (holes, SgHole, 2).from, ==, 12000);
  g_assert_cmpint (g_array_index (holes, SgHole, 2).to, ==, 14000);
  g_clear_pointer (&holes, g_array_unref);
  scene.step = 0;
  holes = sg_holes_find (&scene);
  g_assert_cmpuint (holes->len, ==, 0);
  sg_scene_clear (&scene);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/stack/union", test_union);
  g_test_add_func ("/app/stack/hidden", test_hidden);
  g_test_add_func ("/app/stack/thin", test_thin);
  g_test_add_func ("/app/holes/find", test_holes);
  return g_test_run ();
}
