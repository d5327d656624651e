/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-cache-judgement.h"

#include <math.h>
#include <string.h>

static SgCacheFigures
make_figures (double hit_ratio)
{
  SgCacheFigures figures;

  sg_cache_figures_init (&figures);
  figures.hit_ratio = hit_ratio;
  return figures;
}

static void
test_levels (void)
{
  static const struct
  {
    double ratio;
    SgLevel level;
  } cases[] = {
    { 1., SG_LEVEL_HEALTHY },  { .9, SG_LEVEL_HEALTHY },   { .899, SG_LEVEL_DEGRADED },
    { .7, SG_LEVEL_DEGRADED }, { .5, SG_LEVEL_UNHEALTHY }, { 0., SG_LEVEL_UNHEALTHY },
    { NAN, SG_LEVEL_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SgCacheFigures figures = make_figures (cases[i].ratio);

      g_assert_cmpint (sg_cache_figures_judge (&figures), ==, cases[i].level);
    }
}

static void
test_figures (void)
{
  SgCacheFigures figures = make_figures (.8);

  g_assert_true (isnan (sg_cache_figures_get_fill (&figures)));
  g_assert_true (isnan (sg_cache_figures_get_miss_cost (&figures)));
  figures.size = 50;
  figures.size_limit = 100;
  figures.memory = 900;
  figures.memory_limit = 1000;
  figures.misses = 30;
  figures.miss_seconds = .5;
  g_assert_cmpfloat (sg_cache_figures_get_fill (&figures), ==, .9);
  g_assert_cmpfloat (sg_cache_figures_get_entry_size (&figures), ==, 18.);
  g_assert_cmpfloat (sg_cache_figures_get_miss_cost (&figures), ==, 15.);
  /* A limit of 0 is none. */
  figures.memory_limit = 0;
  g_assert_cmpfloat (sg_cache_figures_get_fill (&figures), ==, .5);
}

static void
assert_says (const SgCacheFigures *figures,
             const char           *part)
{
  g_autofree char *text = sg_cache_figures_explain (figures);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, part));
}

/* The words say why: it is too small, it is not filled, it did better before, and what that costs. */
static void
test_words (void)
{
  SgCacheFigures figures = make_figures (NAN);

  assert_says (&figures, "Nothing was asked");
  figures = make_figures (.8);
  figures.hits = 800;
  figures.misses = 200;
  figures.miss_seconds = .5;
  assert_says (&figures, "to load");
  figures.hit_ratio_before = .95;
  assert_says (&figures, "In the window before it was");
  figures.evictions = 150;
  figures.size = 99;
  figures.size_limit = 100;
  assert_says (&figures, "a larger cache would keep them");
  figures.evictions = 0;
  figures.size = 10;
  assert_says (&figures, "still being filled");
  figures = make_figures (.95);
  figures.hit_ratio_before = .8;
  assert_says (&figures, "It has risen from");
  figures.hits = 10;
  figures.evictions = 100;
  assert_says (&figures, "than were asked for again");
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/cache-judgement/levels", test_levels);
  g_test_add_func ("/app/cache-judgement/figures", test_figures);
  g_test_add_func ("/app/cache-judgement/words", test_words);
  return g_test_run ();
}
