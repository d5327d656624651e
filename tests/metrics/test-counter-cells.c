/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

#include <math.h>

static void
test_counter_amounts (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");

  g_assert_true (sg_counter_get (counter) == 0);
  sg_counter_inc (counter);
  sg_counter_add (counter, 41);
  sg_counter_add (counter, 0);
  sg_counter_add (counter, -0.0);
  g_assert_true (sg_counter_get (counter) == 42);
  sg_counter_add (counter, 0.5);
  g_assert_true (sg_counter_get (counter) == 42.5);
  sg_counter_add (counter, 0x1p53);
  g_assert_true (sg_counter_get (counter) == 0x1p53 + 42);
  sg_counter_add (counter, INFINITY);
  g_assert_true (sg_counter_get (counter) == INFINITY);
}

/* Whole amounts stay exact where a double that also holds fractions would have lost them. */
static void
test_counter_whole_beside_fractions (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");

  sg_counter_add (counter, 9007199254740991.0);
  for (guint i = 0; i < 8; i++)
    sg_counter_add (counter, 0.125);
  g_assert_true (sg_counter_get (counter) == 0x1p53);
}

static void
test_counter_refuses (void)
{
  static const double amounts[] = { -1, -0.5, NAN, -INFINITY };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");

  sg_counter_inc (counter);
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL, "*amount >= 0*");
      sg_counter_add (counter, amounts[i]);
      g_test_assert_expected_messages ();
    }
  g_assert_true (sg_counter_get (counter) == 1);
}

/*
 * A handle outlives its child and its registry, swallows all, and never meets its index's next
 * owner.
 */
static void
test_counter_stale (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "l", NULL);
  SgCounter old = sg_family_counter (family, SG_VALUES ("x"));
  SgCounter zeros = { 0 };
  SgCounter new;

  sg_counter_add (old, 5);
  g_assert_true (sg_family_remove (family, SG_VALUES ("x")));
  sg_counter_inc (old);
  g_assert_true (sg_counter_get (old) == 0);
  new = sg_family_counter (family, SG_VALUES ("x"));
  g_assert_cmpuint ((guint32) new.key, ==, (guint32) old.key);
  g_assert_cmpuint (new.key, !=, old.key);
  sg_counter_inc (old);
  g_assert_true (sg_counter_get (new) == 0);
  sg_counter_inc (new);
  sg_counter_inc (old);
  g_assert_true (sg_counter_get (new) == 1);
  g_assert_true (sg_counter_get (old) == 0);

  g_clear_object (&registry);
  sg_counter_inc (new);
  g_assert_true (sg_counter_get (new) == 0);
  sg_counter_inc (zeros);
  sg_counter_add (zeros, 0.5);
  g_assert_true (sg_counter_get (zeros) == 0);
}

#define N_THREADS    16
#define N_INCREMENTS 1000000
#define N_FRACTIONS  10000

static gpointer
count_many (gpointer data)
{
  SgCounter counter = *(const SgCounter *) data;

  for (guint i = 0; i < N_INCREMENTS; i++)
    sg_counter_inc (counter);
  for (guint i = 0; i < N_FRACTIONS; i++)
    sg_counter_add (counter, 0.25);
  return NULL;
}

/* Nothing is lost, and no scrape sees a counter fall, while threads count and while they end. */
static void
test_counter_exact (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");
  const double expected = N_THREADS * (N_INCREMENTS + N_FRACTIONS * 0.25);
  GThread *threads[N_THREADS];
  double last = 0;

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("count", count_many, &counter);
  while (last < expected)
    {
      double seen = sg_counter_get (counter);

      g_assert_true (seen >= last && seen <= expected);
      last = seen;
    }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_true (sg_counter_get (counter) == expected);
}

typedef struct
{
  SgCounter counter;
  double amount;
} FractionJob;

static gpointer
add_fraction (gpointer data)
{
  const FractionJob *job = data;

  sg_counter_add (job->counter, job->amount);
  return NULL;
}

/*
 * Threads that come and go leave fractions that no double can hold exactly; however they are added
 * up, the counter does not fall by a last bit, which would be taken for a restart.
 */
static void
test_counter_never_falls (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgCounter counter = sg_registry_counter (registry, "a_total", "A.");
  double last = 0;

  for (guint i = 0; i < 300; i++)
    {
      FractionJob jobs[2] = {
        { counter, g_test_rand_double () },
        { counter, g_test_rand_double () * 1e-6 },
      };
      GThread *first = g_thread_new ("add", add_fraction, &jobs[0]);
      GThread *second = g_thread_new ("add", add_fraction, &jobs[1]);
      double seen;

      sg_counter_add (counter, 0.1);
      seen = sg_counter_get (counter);
      g_assert_true (seen >= last);
      last = seen;
      g_thread_join (first);
      g_thread_join (second);
      seen = sg_counter_get (counter);
      g_assert_true (seen >= last);
      last = seen;
    }
}

typedef struct
{
  SgFamily *family;
  SgCounter kept;
  gboolean done;
} Churn;

static gpointer
churn_count (gpointer data)
{
  Churn *churn = data;

  while (!__atomic_load_n (&churn->done, __ATOMIC_ACQUIRE))
    {
      sg_counter_inc (sg_family_counter (churn->family, SG_VALUES ("gone")));
      sg_counter_inc (churn->kept);
    }
  return NULL;
}

/* Children made and removed under the hands of those who count: no two of them mix. */
static void
test_counter_churn (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  Churn churn = { 0 };
  GThread *threads[4];

  churn.family = sg_registry_counter_family (registry, "a_total", "A.", "l", NULL);
  churn.kept = sg_family_counter (churn.family, SG_VALUES ("kept"));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn_count, &churn);
  for (guint i = 0; i < 20000; i++)
    {
      SgCounter quiet;

      sg_family_remove (churn.family, SG_VALUES ("gone"));
      quiet = sg_family_counter (churn.family, SG_VALUES ("quiet"));
      g_assert_true (sg_counter_get (quiet) == 0);
      sg_family_remove (churn.family, SG_VALUES ("quiet"));
    }
  __atomic_store_n (&churn.done, TRUE, __ATOMIC_RELEASE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_true (sg_counter_get (churn.kept) > 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counter-cells/amounts", test_counter_amounts);
  g_test_add_func ("/counter-cells/whole-beside-fractions", test_counter_whole_beside_fractions);
  g_test_add_func ("/counter-cells/refuses", test_counter_refuses);
  g_test_add_func ("/counter-cells/stale", test_counter_stale);
  g_test_add_func ("/counter-cells/exact", test_counter_exact);
  g_test_add_func ("/counter-cells/never-falls", test_counter_never_falls);
  g_test_add_func ("/counter-cells/churn", test_counter_churn);
  return g_test_run ();
}
