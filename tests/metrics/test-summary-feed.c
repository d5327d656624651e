/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-summary-feed.h"

#include "metrics/sg-metrics.h"

#define MINUTE_MS (60 * 1000)

static double
read_median (SgRegistry *registry,
             SgSummary   summary)
{
  double values[3];

  g_assert_true (sg_summary_read_quantiles (
      summary, sg_clock_monotonic (sg_registry_get_clock (registry)), values));
  return values[0];
}

static SgRegistry *
registry_new_manual (SgClock **ret_clock)
{
  *ret_clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  return sg_registry_new (*ret_clock);
}

static void
test_summary_values (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgSummary summary = sg_registry_summary (registry, "a", "A.");
  SgSummary zeros = { 0 };

  g_assert_true (isnan (read_median (registry, summary)));
  for (guint i = 1; i <= 1001; i++)
    sg_summary_observe (summary, i);
  sg_summary_observe (summary, NAN);
  g_assert_cmpuint (sg_summary_get_count (summary), ==, 1001);
  g_assert_true (sg_summary_get_sum (summary) == 1001 * 501);
  g_assert_cmpfloat (read_median (registry, summary), >=, 450);
  g_assert_cmpfloat (read_median (registry, summary), <=, 552);
  sg_summary_observe (zeros, 1);
  g_assert_cmpuint (sg_summary_get_count (zeros), ==, 0);
}

/* Quantiles forget after ten minutes; count and sum do not. */
static void
test_summary_window (void)
{
  g_autoptr (SgClock) clock = NULL;
  g_autoptr (SgRegistry) registry = registry_new_manual (&clock);
  SgSummary summary = sg_registry_summary (registry, "a", "A.");

  sg_clock_advance (clock, 1);
  for (guint i = 0; i < 100; i++)
    sg_summary_observe (summary, 1);
  sg_clock_advance (clock, 7 * MINUTE_MS);
  g_assert_true (read_median (registry, summary) == 1);
  for (guint i = 0; i < 1000; i++)
    sg_summary_observe (summary, 2);
  g_assert_true (read_median (registry, summary) == 2);
  sg_clock_advance (clock, 5 * MINUTE_MS);
  for (guint i = 0; i < 10; i++)
    sg_summary_observe (summary, 3);
  g_assert_true (read_median (registry, summary) == 2);
  sg_clock_advance (clock, 6 * MINUTE_MS);
  g_assert_true (read_median (registry, summary) == 3);
  sg_clock_advance (clock, 60 * MINUTE_MS);
  g_assert_true (isnan (read_median (registry, summary)));
  g_assert_cmpuint (sg_summary_get_count (summary), ==, 1110);
}

/* What was observed long ago but not read since does not come back as new. */
static void
test_summary_late_reader (void)
{
  g_autoptr (SgClock) clock = NULL;
  g_autoptr (SgRegistry) registry = registry_new_manual (&clock);
  SgSummary summary = sg_registry_summary (registry, "a", "A.");

  sg_summary_observe (summary, 1);
  sg_clock_advance (clock, 24 * 60 * MINUTE_MS);
  sg_summary_observe (summary, 2);
  g_assert_true (read_median (registry, summary) == 2);
}

static void
test_summary_own_quantiles (void)
{
  static const SgQuantile quantiles[] = { { 0.25, 0.01 }, { 0.75, 0.01 } };
  g_autoptr (SgClock) clock = NULL;
  g_autoptr (SgRegistry) registry = registry_new_manual (&clock);
  SgFamilySpec spec = {
    .kind = SG_METRIC_SUMMARY,
    .name = "a",
    .quantiles = quantiles,
    .n_quantiles = G_N_ELEMENTS (quantiles),
    .window_ms = 5000,
  };
  SgSummary summary = sg_family_summary (sg_registry_add_family_spec (registry, &spec, NULL), NULL);
  double values[2];

  for (guint i = 0; i < 1000; i++)
    sg_summary_observe (summary, i);
  sg_summary_read_quantiles (summary, sg_clock_monotonic (clock), values);
  g_assert_cmpfloat (fabs (values[0] - 250), <=, 11);
  g_assert_cmpfloat (fabs (values[1] - 750), <=, 11);
  sg_clock_advance (clock, 6000);
  sg_summary_read_quantiles (summary, sg_clock_monotonic (clock), values);
  g_assert_true (isnan (values[0]));
}

#define N_THREADS      8
#define N_OBSERVATIONS 50000

static gpointer
observe_many (gpointer data)
{
  SgSummary summary = *(const SgSummary *) data;

  for (guint i = 0; i < N_OBSERVATIONS; i++)
    sg_summary_observe (summary, i % 1000);
  return NULL;
}

/* Chunks change hands between observers, mergers and readers; nothing is lost, and threads end. */
static void
test_summary_threads (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgSummary summary = sg_registry_summary (registry, "a", "A.");
  GThread *threads[N_THREADS];
  double median = NAN;

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("observe", observe_many, &summary);
  while (sg_summary_get_count (summary) < N_THREADS * N_OBSERVATIONS)
    median = read_median (registry, summary);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  median = read_median (registry, summary);
  g_assert_cmpfloat (fabs (median - 500), <=, 52);
  g_assert_cmpuint (sg_summary_get_count (summary), ==, N_THREADS * N_OBSERVATIONS);
  g_assert_true (sg_summary_get_sum (summary) == N_THREADS * N_OBSERVATIONS * 499.5);
}

static void
test_summary_stale (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_summary_family (registry, "a", "A.", "l", NULL);
  SgSummary old = sg_family_summary (family, SG_VALUES ("x"));
  SgSummary new;
  double values[3];

  sg_summary_observe (old, 1);
  sg_family_remove (family, SG_VALUES ("x"));
  g_assert_false (sg_summary_read_quantiles (old, (SgMonotonic) { 0 }, values));
  new = sg_family_summary (family, SG_VALUES ("x"));
  sg_summary_observe (old, 1);
  g_assert_cmpuint (sg_summary_get_count (new), ==, 0);
  sg_summary_observe (new, 2);
  g_assert_true (read_median (registry, new) == 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/summary-feed/values", test_summary_values);
  g_test_add_func ("/summary-feed/window", test_summary_window);
  g_test_add_func ("/summary-feed/late-reader", test_summary_late_reader);
  g_test_add_func ("/summary-feed/own-quantiles", test_summary_own_quantiles);
  g_test_add_func ("/summary-feed/threads", test_summary_threads);
  g_test_add_func ("/summary-feed/stale", test_summary_stale);
  return g_test_run ();
}
