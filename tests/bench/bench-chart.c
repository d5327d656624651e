/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-series.h"

#include "chart/sg-chart.h"
#include "chart/sg-dense-image.h"
#include "chart/sg-plot.h"

#include <locale.h>
#include <math.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/*
 * What charts cost. First 100,000 points in 10 series on 1200×400 pixels, as a random walk, as noise and as
 * noise over the full height: the worker's time for an image, and the time that the GTK thread runs from
 * one poll to the next while new data are taken and drawn (budgets: 4 ms each). Then the same for a thousand
 * series (8 ms). Then a page with six live
 * charts that is refreshed every five seconds: the part of a core that it takes (budget: 0.3 %).
 */
#define N_SERIES        10
#define N_POINTS        10000
#define STEP            G_GINT64_CONSTANT (1000)
#define ROUNDS          31
#define LIVE_SECONDS    30
#define BUDGET_MS       4.
#define BUDGET_CORE     .3
#define BUDGET_FRAME_MS 8.

typedef enum
{
  WALK,
  NOISE,
  FULL_NOISE,
} Shape;

static double busy_since;
static double busy_longest;
static double busy_sum;

/* Milliseconds that this thread has run: what else the machine does is not its fault. */
static double
run_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static int
timed_poll (GPollFD *fds,
            guint    n_fds,
            int      timeout)
{
  double ms = run_ms () - busy_since;
  int n;

  busy_longest = MAX (busy_longest, ms);
  busy_sum += ms;
  n = g_poll (fds, n_fds, timeout);
  busy_since = run_ms ();
  return n;
}

static SgSeriesData *
make_series (Shape shape,
             guint i,
             guint round)
{
  SgTestRandom random = { i * 1000 + round };
  g_autofree double *values = g_new (double, N_POINTS);
  g_autofree char *name = g_strdup_printf ("series %u", i);
  double at = 50;

  for (guint k = 0; k < N_POINTS; k++)
    {
      double part = sg_test_random (&random);

      at = CLAMP (at + part - .5, 0, 100);
      values[k] = shape == WALK ? at : shape == NOISE ? 10. * i + 5 * part : 100 * part;
    }
  return sg_test_series (name, SG_UNIT_NONE, STEP, SG_TEST_NOW, values, N_POINTS);
}

static GPtrArray *
make_list (Shape shape,
           guint round)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  for (guint i = 0; i < N_SERIES; i++)
    g_ptr_array_add (list, make_series (shape, i, round));
  return list;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare_doubles);
  return values[ROUNDS / 2];
}

static double
time_worker (Shape shape)
{
  SgPlotFrame frame = { .width = 1200, .height = 400, .palette = sg_palette_get (FALSE, FALSE) };
  double times[ROUNDS];
  SgScene scene;

  sg_scene_init (&scene);
  scene.from = SG_TEST_NOW - N_POINTS * STEP;
  scene.to = SG_TEST_NOW;
  scene.step = STEP;
  for (guint i = 0; i < N_SERIES; i++)
    {
      SgSceneSeries series = { .data = make_series (shape, i, 0),
                               .colour = sg_palette_get_series (frame.palette, i) };

      g_array_append_val (scene.series, series);
    }
  sg_scene_fit (&scene, frame.height);
  for (guint round = 0; round < ROUNDS; round++)
    {
      double start = run_ms ();

      sg_dense_image_free (sg_dense_image_new (&scene, &frame, 1));
      times[round] = run_ms () - start;
    }
  sg_scene_clear (&scene);
  return median (times);
}

static gboolean
is_idle (gpointer plot)
{
  return !sg_plot_is_busy (plot);
}

/* Gives the chart new data and waits until they are drawn. */
static void
refresh (SgChart   *chart,
         GtkWidget *plot,
         GPtrArray *list,
         gint64     step)
{
  sg_chart_set_series (chart, list, step);
  sg_test_wait_for_frame (plot);
  sg_test_wait_until (is_idle, plot);
  sg_test_wait_for_frame (plot);
}

static void
time_window (Shape   shape,
             double *ret_longest,
             double *ret_sum)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Chart", NULL));
  GtkWidget *plot = sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT);
  GtkWidget *window;
  double longest[ROUNDS], sums[ROUNDS];

  sg_chart_set_window (chart, SG_TEST_NOW - N_POINTS * STEP, SG_TEST_NOW);
  window = sg_test_present (GTK_WIDGET (chart), 1282, 560);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GPtrArray) list = make_list (shape, round);

      while (g_main_context_iteration (NULL, FALSE))
        ;
      busy_since = run_ms ();
      busy_longest = busy_sum = 0;
      refresh (chart, plot, list, STEP);
      longest[round] = busy_longest;
      sums[round] = busy_sum;
    }
  *ret_longest = median (longest);
  *ret_sum = median (sums);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static gboolean
bench_shape (Shape       shape,
             const char *name)
{
  double worker = time_worker (shape);
  double longest, sum;

  time_window (shape, &longest, &sum);
  g_print ("%-18s worker %5.2f ms   GTK thread: longest %5.2f ms, a refresh in all %5.2f ms%s\n",
           name, worker, longest, sum, worker > BUDGET_MS || longest > BUDGET_MS ? "   OVER" : "");
  return worker <= BUDGET_MS && longest <= BUDGET_MS;
}

/* What a query over a day may bring: a thousand series of 288 samples, in one refresh. */
static gboolean
bench_many (void)
{
  SgChart *chart = SG_CHART (sg_chart_new ("Chart", NULL));
  GtkWidget *plot = sg_test_find (GTK_WIDGET (chart), SG_TYPE_PLOT);
  double longest[ROUNDS];
  GtkWidget *window;

  sg_chart_set_window (chart, SG_TEST_NOW - 86400000, SG_TEST_NOW);
  window = sg_test_present (GTK_WIDGET (chart), 1282, 560);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GPtrArray) list =
          g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

      for (guint i = 0; i < 1000; i++)
        {
          g_autofree char *name = g_strdup_printf ("series %u", i);

          g_ptr_array_add (list, sg_test_walk (name, SG_UNIT_NONE, 288, 300000, SG_TEST_NOW, i, 20,
                                               round * 1000 + i));
        }
      while (g_main_context_iteration (NULL, FALSE))
        ;
      busy_since = run_ms ();
      busy_longest = busy_sum = 0;
      refresh (chart, plot, list, 300000);
      longest[round] = busy_longest;
    }
  sg_test_destroy_window (GTK_WINDOW (window));
  g_print ("a thousand series  GTK thread: longest %5.2f ms%s\n", median (longest),
           median (longest) > BUDGET_FRAME_MS ? "   OVER" : "");
  return median (longest) <= BUDGET_FRAME_MS;
}

typedef struct
{
  SgChart *charts[6];
  gint64 now;
} Live;

static gboolean
refresh_live (gpointer data)
{
  Live *live = data;

  live->now += 5000;
  for (guint i = 0; i < G_N_ELEMENTS (live->charts); i++)
    {
      g_autoptr (GPtrArray) list =
          g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

      for (guint k = 0; k < 3; k++)
        {
          g_autofree char *name = g_strdup_printf ("series %u", k);

          g_ptr_array_add (list, sg_test_walk (name, SG_UNIT_NONE, 181, 5000, live->now,
                                               20. * (k + 1), 9, i * 10 + k));
        }
      sg_chart_set_window (live->charts[i], live->now - 900000, live->now);
      sg_chart_set_series (live->charts[i], list, 5000);
    }
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
make_live_page (Live *live)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (live->charts); i++)
    {
      live->charts[i] = SG_CHART (sg_chart_new ("Live", NULL));
      sg_chart_set_kind (live->charts[i], i % 2 == 0 ? SG_CHART_LINE : SG_CHART_STACK);
      sg_chart_set_live (live->charts[i], TRUE);
      gtk_widget_set_hexpand (GTK_WIDGET (live->charts[i]), TRUE);
      gtk_grid_attach (GTK_GRID (grid), GTK_WIDGET (live->charts[i]), (int) i % 2, (int) i / 2, 1,
                       1);
    }
  return grid;
}

static double
cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static gboolean
end_loop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gboolean
bench_live (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Live live = { .now = SG_TEST_NOW };
  GtkWidget *window = sg_test_present (make_live_page (&live), 964, 900);
  double start, percent;
  guint timer;

  refresh_live (&live);
  sg_test_wait_for_frame (window);
  start = cpu_seconds ();
  timer = g_timeout_add_seconds (5, refresh_live, &live);
  g_timeout_add_seconds (LIVE_SECONDS, end_loop, loop);
  g_main_loop_run (loop);
  percent = (cpu_seconds () - start) / LIVE_SECONDS * 100;
  g_source_remove (timer);
  sg_test_destroy_window (GTK_WINDOW (window));
  g_print ("six live charts    %.2f %% of a core over %d s%s\n", percent, LIVE_SECONDS,
           percent > BUDGET_CORE ? "   OVER" : "");
  return percent <= BUDGET_CORE;
}

static int
run_on_own_display (char **argv)
{
  g_setenv ("SG_BENCH_HAS_DISPLAY", "1", TRUE);
  execl (SG_WITH_XVFB, SG_WITH_XVFB, argv[0], NULL);
  g_printerr ("bench-chart: %s does not run\n", SG_WITH_XVFB);
  return 1;
}

int
main (int    argc,
      char **argv)
{
  gboolean good;

  setlocale (LC_ALL, "");
  if (g_getenv ("SG_BENCH_HAS_DISPLAY") == NULL)
    return run_on_own_display (argv);
  g_setenv ("GSETTINGS_SCHEMA_DIR", SG_SCHEMA_DIR, TRUE);
  sg_test_app_init (&argc, &argv);
  g_main_context_set_poll_func (NULL, timed_poll);
  good = bench_shape (WALK, "random walk");
  good = bench_shape (NOISE, "noise") && good;
  good = bench_shape (FULL_NOISE, "full-height noise") && good;
  good = bench_many () && good;
  good = bench_live () && good;
  return good ? 0 : 1;
}
