/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "pages/sg-metrics-log-page.h"

#include <locale.h>
#include <time.h>
#include <unistd.h>

/*
 * How long the Metrics Log keeps the GTK thread from anything else, with 1,000, 10,000 and 100,000 lines:
 * what it runs from one poll of the main loop to the next, while a page of metrics with all values
 * changed is worked out, taken and drawn. A refresh is shown as its longest such time and their sum; a frame's
 * drawing, by cairo on the processor, is among them and told by itself. With families that come and go,
 * and for a filter that is typed, the same. Budget: 4 ms.
 */
#define BUDGET_MS 4.
#define ROUNDS    31

typedef struct
{
  double longest;
  double sum;
} Busy;

static double busy_since;
static Busy busy;

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

  busy.longest = MAX (busy.longest, ms);
  busy.sum += ms;
  n = g_poll (fds, n_fds, timeout);
  busy_since = run_ms ();
  return n;
}

static SgExpositionPage *
make_page (guint n_lines,
           guint round,
           guint n_extra)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;

  for (guint line = 0; line < n_lines; line += 20)
    {
      g_string_append_printf (text,
                              "# HELP family_%u_total What happened there, and how often.\n"
                              "# TYPE family_%u_total counter\n",
                              line, line);
      for (guint i = 0; i < 18; i++)
        g_string_append_printf (text, "family_%u_total{handler=\"/api/%u\",code=\"200\"} %u\n",
                                line, i, round * 7919 + i * 31 + line);
    }
  for (guint i = 0; i < n_extra; i++)
    g_string_append_printf (text, "extra_%u_of_%u 1\n", i, round);
  bytes = g_string_free_to_bytes (text);
  return sg_exposition_page_new (bytes, (SgTimeNs) { 1 });
}

static gboolean
is_idle (gpointer model)
{
  return !sg_exposition_model_is_busy (model);
}

static Busy
wait_and_take (SgMetricsLogPage *page)
{
  busy = (Busy) { 0 };
  busy_since = run_ms ();
  sg_test_wait_until (is_idle, sg_metrics_log_page_get_model (page));
  sg_test_wait_for_frame (GTK_WIDGET (page));
  return busy;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
report (const char *what,
        guint       n_lines,
        GArray     *longest,
        GArray     *sums)
{
  double median;

  g_array_sort (longest, compare_doubles);
  g_array_sort (sums, compare_doubles);
  median = g_array_index (longest, double, longest->len / 2);
  g_print ("%7u lines  %-28s longest %6.2f ms (best %5.2f, worst %6.2f), in all %6.2f ms%s\n",
           n_lines, what, median, g_array_index (longest, double, 0),
           g_array_index (longest, double, longest->len - 1),
           g_array_index (sums, double, sums->len / 2), median <= BUDGET_MS ? "" : "  EXCEEDED");
  g_array_set_size (longest, 0);
  g_array_set_size (sums, 0);
}

static void
add (GArray *longest,
     GArray *sums,
     Busy    taken)
{
  g_array_append_val (longest, taken.longest);
  g_array_append_val (sums, taken.sum);
}

static void
measure (SgMetricsLogPage *page,
         guint             n_lines)
{
  g_autoptr (GArray) longest = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) sums = g_array_new (FALSE, FALSE, sizeof (double));
  static const char *const filters[] = { "family", "/api/7", "family_1", "" };

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (SgExpositionPage) exposition = make_page (n_lines, round, 0);

      sg_metrics_log_page_show (page, exposition);
      add (longest, sums, wait_and_take (page));
    }
  report ("all values change", n_lines, longest, sums);
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (SgExpositionPage) exposition = make_page (n_lines, round, 10 * (round % 3));

      sg_metrics_log_page_show (page, exposition);
      add (longest, sums, wait_and_take (page));
    }
  report ("families come and go", n_lines, longest, sums);
  for (guint round = 0; round < ROUNDS; round++)
    {
      sg_metrics_log_page_set_filter (page, filters[round % G_N_ELEMENTS (filters)]);
      add (longest, sums, wait_and_take (page));
    }
  report ("a filter is typed", n_lines, longest, sums);
  sg_metrics_log_page_set_filter (page, "");
  wait_and_take (page);
  for (guint round = 0; round < ROUNDS; round++)
    {
      busy = (Busy) { 0 };
      busy_since = run_ms ();
      sg_test_wait_for_frame (GTK_WIDGET (page));
      add (longest, sums, busy);
    }
  report ("nothing but frames", n_lines, longest, sums);
}

static int
run_on_own_display (char **argv)
{
  g_setenv ("SG_BENCH_HAS_DISPLAY", "1", TRUE);
  execl (SG_WITH_XVFB, SG_WITH_XVFB, argv[0], NULL);
  g_printerr ("bench-metrics-log: %s does not run\n", SG_WITH_XVFB);
  return 1;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (SgClock) clock = NULL;
  SgPage *page;
  SgWindow *window;

  setlocale (LC_ALL, "");
  if (g_getenv ("SG_BENCH_HAS_DISPLAY") == NULL)
    return run_on_own_display (argv);
  g_setenv ("GSETTINGS_SCHEMA_DIR", SG_SCHEMA_DIR, TRUE);
  sg_test_app_init (&argc, &argv);
  clock = sg_test_clock_new ();
  window = sg_test_window_new (clock, 1200, 800);
  page = sg_metrics_log_page_new ();
  sg_window_add_page (window, page);
  g_main_context_set_poll_func (NULL, timed_poll);
  for (guint n_lines = 1000; n_lines <= 100000; n_lines *= 10)
    measure (SG_METRICS_LOG_PAGE (page), n_lines);
  return 0;
}
