/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"
#include "metrics/sg-metrics.h"

static void
test_gauge_values (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgGauge gauge = sg_registry_gauge (registry, "a", "A.");

  g_assert_true (sg_gauge_get (gauge) == 0);
  sg_gauge_set (gauge, 3);
  sg_gauge_inc (gauge);
  sg_gauge_inc (gauge);
  sg_gauge_dec (gauge);
  sg_gauge_add (gauge, 0.5);
  sg_gauge_sub (gauge, 10);
  g_assert_true (sg_gauge_get (gauge) == -5.5);
  sg_gauge_set (gauge, -0.0);
  g_assert_true (signbit (sg_gauge_get (gauge)));
  sg_gauge_set (gauge, NAN);
  sg_gauge_add (gauge, 1);
  g_assert_true (isnan (sg_gauge_get (gauge)));
  sg_gauge_set (gauge, INFINITY);
  g_assert_true (sg_gauge_get (gauge) == INFINITY);
}

static void
test_gauge_stale (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_gauge_family (registry, "a", "A.", "l", NULL);
  SgGauge gauge = sg_family_gauge (family, SG_VALUES ("x"));
  SgGauge zeros = { NULL, 0 };

  sg_gauge_set (gauge, 5);
  sg_family_remove (family, SG_VALUES ("x"));
  sg_gauge_set (gauge, 6);
  sg_gauge_add (gauge, 1);
  g_assert_true (sg_gauge_get (gauge) == 0);
  g_clear_object (&registry);
  sg_gauge_inc (gauge);
  g_assert_true (sg_gauge_get (gauge) == 0);
  sg_gauge_set (zeros, 1);
  g_assert_true (sg_gauge_get (zeros) == 0);
}

/* Slots are given again, and the memory of gauges does not grow with those that come and go. */
static void
test_gauge_recycled (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_gauge_family (registry, "a", "A.", "l", NULL);
  g_autoptr (GHashTable) slots = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < 5000; i++)
    {
      SgGauge gauge = sg_family_gauge (family, SG_VALUES ("x"));

      g_assert_true (sg_gauge_get (gauge) == 0);
      sg_gauge_set (gauge, i + 1);
      g_hash_table_add (slots, gauge.slot);
      sg_family_remove (family, SG_VALUES ("x"));
    }
  g_assert_cmpuint (g_hash_table_size (slots), <, 200);
}

#define N_THREADS   16
#define N_ADDITIONS 20000

static gpointer
add_and_subtract (gpointer data)
{
  SgGauge gauge = *(const SgGauge *) data;

  for (guint i = 0; i < N_ADDITIONS; i++)
    {
      sg_gauge_inc (gauge);
      sg_gauge_add (gauge, 2);
      sg_gauge_dec (gauge);
    }
  return NULL;
}

static void
test_gauge_exact (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgGauge gauge = sg_registry_gauge (registry, "a", "A.");
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("add", add_and_subtract, &gauge);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_true (sg_gauge_get (gauge) == 2.0 * N_THREADS * N_ADDITIONS);
}

typedef struct
{
  SgFamily *family;
  gboolean done;
} Churn;

static gpointer
write_gone (gpointer data)
{
  Churn *churn = data;

  while (!__atomic_load_n (&churn->done, __ATOMIC_ACQUIRE))
    {
      SgGauge gauge = sg_family_gauge (churn->family, SG_VALUES ("gone"));

      for (guint i = 0; i < 10; i++)
        sg_gauge_add (gauge, 1);
      sg_gauge_set (gauge, 1);
    }
  return NULL;
}

/*
 * Slots change their owners under the hands of writers: a write never lands in a stranger's gauge.
 */
static void
test_gauge_churn (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  Churn churn = { 0 };
  GThread *threads[4];

  churn.family = sg_registry_gauge_family (registry, "a", "A.", "l", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("write", write_gone, &churn);
  for (guint i = 0; i < 20000; i++)
    {
      SgGauge quiet = sg_family_gauge (churn.family, SG_VALUES ("quiet"));

      sg_family_remove (churn.family, SG_VALUES ("gone"));
      g_assert_true (sg_gauge_get (quiet) == 0);
      sg_gauge_set (quiet, 7);
      g_assert_true (sg_gauge_get (quiet) == 7);
      sg_family_remove (churn.family, SG_VALUES ("quiet"));
    }
  __atomic_store_n (&churn.done, TRUE, __ATOMIC_RELEASE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gauge-slots/values", test_gauge_values);
  g_test_add_func ("/gauge-slots/stale", test_gauge_stale);
  g_test_add_func ("/gauge-slots/recycled", test_gauge_recycled);
  g_test_add_func ("/gauge-slots/exact", test_gauge_exact);
  g_test_add_func ("/gauge-slots/churn", test_gauge_churn);
  return g_test_run ();
}
