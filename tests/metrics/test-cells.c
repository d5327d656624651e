/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"
#include "metrics/sg-metrics.h"

#include "sg-test-tsan.h"

#include <pthread.h>

static guint
count_owners (void)
{
  guint n = 0;

  SG_LOCK_SCOPE (&sg_cells_lock);
  for (const SgCellOwner *owner = sg_cell_owners; owner != NULL; owner = owner->next)
    n++;
  return n;
}

typedef struct
{
  SgCounter counter;
  SgHistogram histogram;
} Instruments;

static gpointer
use_both (gpointer data)
{
  const Instruments *instruments = data;

  sg_counter_add (instruments->counter, 2.5);
  sg_histogram_observe (instruments->histogram, 0.5);
  return NULL;
}

/* What a thread has counted stays when it ends, and its record goes. */
static void
test_cells_fold (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  Instruments instruments = {
    sg_registry_counter (registry, "a_total", "A."),
    sg_registry_histogram (registry, "b_seconds", "B.", NULL, 0),
  };
  guint n_owners;

  use_both (&instruments);
  n_owners = count_owners ();
  for (guint i = 0; i < 100; i++)
    g_thread_join (g_thread_new ("use", use_both, &instruments));
  g_assert_cmpuint (count_owners (), ==, n_owners);
  g_assert_true (sg_counter_get (instruments.counter) == 252.5);
  g_assert_cmpuint (sg_histogram_get_count (instruments.histogram), ==, 101);
  g_assert_true (sg_histogram_get_sum (instruments.histogram) == 50.5);
}

typedef struct
{
  SgLock lock;
  SgCond cond;
  guint step;
  Instruments instruments;
} Script;

static void
script_wait (Script *script,
             guint   step)
{
  SG_LOCK_SCOPE (&script->lock);
  while (script->step < step)
    sg_cond_wait (&script->cond, &script->lock);
}

static void
script_advance (Script *script,
                guint   step)
{
  SG_LOCK_SCOPE (&script->lock);
  script->step = step;
  sg_cond_broadcast (&script->cond);
}

static gpointer
script_thread (gpointer data)
{
  Script *script = data;

  script_wait (script, 1);
  use_both (&script->instruments);
  script_advance (script, 2);
  script_wait (script, 3);
  use_both (&script->instruments);
  script_advance (script, 4);
  script_wait (script, 5);
  use_both (&script->instruments);
  return NULL;
}

static Instruments
make_instruments (SgRegistry *registry)
{
  return (Instruments) {
    sg_registry_counter (registry, "a_total", "A."),
    sg_registry_histogram (registry, "b_seconds", "B.", NULL, 0),
  };
}

/*
 * A thread older than a registry uses it, outlives it, uses its handles and then those of the next.
 */
static void
test_cells_outlive_registry (void)
{
  Script script = { .lock = SG_LOCK_INIT };
  GThread *thread;
  SgRegistry *registry;

  sg_cond_init (&script.cond);
  thread = g_thread_new ("script", script_thread, &script);
  registry = sg_registry_new (sg_clock_get_system ());
  script.instruments = make_instruments (registry);
  script_advance (&script, 1);
  script_wait (&script, 2);
  g_assert_true (sg_counter_get (script.instruments.counter) == 2.5);
  g_object_unref (registry);
  script_advance (&script, 3);
  script_wait (&script, 4);
  g_assert_true (sg_counter_get (script.instruments.counter) == 0);

  registry = sg_registry_new (sg_clock_get_system ());
  script.instruments = make_instruments (registry);
  script_advance (&script, 5);
  g_thread_join (thread);
  g_assert_true (sg_counter_get (script.instruments.counter) == 2.5);
  g_assert_cmpuint (sg_histogram_get_count (script.instruments.histogram), ==, 1);
  g_object_unref (registry);
  sg_cond_clear (&script.cond);
}

/* More rounds than there are; but in the last one ThreadSanitizer knows the thread no longer. */
#define LATE_ROUNDS (SG_TEST_TSAN ? 2 : 20)

static pthread_key_t late_key;
static Instruments late_instruments;

/* Runs among the destructors of an ending thread, in each of their rounds. */
static void
count_late (void *value)
{
  guint rounds = GPOINTER_TO_UINT (value);

  use_both (&late_instruments);
  if (rounds > 1)
    pthread_setspecific (late_key, GUINT_TO_POINTER (rounds - 1));
}

static gpointer
end_late (gpointer data)
{
  use_both (&late_instruments);
  pthread_setspecific (late_key, GUINT_TO_POINTER (LATE_ROUNDS));
  return NULL;
}

/* What is counted by other destructors, after a thread's cells were folded, is not lost either. */
static void
test_cells_late_destructor (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  double rounds;

  pthread_key_create (&late_key, count_late);
  late_instruments = make_instruments (registry);
  g_thread_join (g_thread_new ("late", end_late, NULL));
  rounds = sg_counter_get (late_instruments.counter) / 2.5;
  g_assert_true (rounds >= MIN (LATE_ROUNDS + 1, 4) && rounds == floor (rounds));
  g_assert_cmpuint (sg_histogram_get_count (late_instruments.histogram), ==, (guint64) rounds);
  pthread_key_delete (late_key);
}

/* Cells are there only for what a thread has touched. */
static void
test_cells_on_demand (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "l", NULL);
  SgCounter first = { 0 };
  SgCounter last = { 0 };
  guint n_blocks = 0;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);

      last = sg_family_counter (family, SG_VALUES (value));
      if (i == 0)
        first = last;
    }
  sg_counter_inc (last);
  g_assert_cmpuint ((guint32) last.key - (guint32) first.key, >=, 900);
  for (guint i = 0; i < SG_BLOCKS_AT_HAND; i++)
    n_blocks += sg_own_cells.counters[i] != sg_no_counters[i];
  g_assert_cmpuint (n_blocks, <=, 4);
}

#define DISTANCE (SG_BLOCKS_AT_HAND * SG_CELLS_PER_BLOCK)

/* More blocks than are at hand at once: two counters that share a place, in turn. */
static void
test_cells_counters_not_at_hand (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_counter_family (registry, "a_total", "A.", "l", NULL);
  g_autofree SgCounter *by_index = g_new0 (SgCounter, 3 * DISTANCE);
  guint32 last = 0;

  sg_family_set_max_children (family, G_MAXUINT);
  for (guint i = 0; i < 2 * DISTANCE; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);
      SgCounter counter = sg_family_counter (family, SG_VALUES (value));

      last = (guint32) counter.key;
      by_index[last] = counter;
    }
  for (guint i = 0; i < 1000; i++)
    sg_counter_inc (by_index[i % 2 ? last : last - DISTANCE]);
  g_assert_true (sg_counter_get (by_index[last]) == 500);
  g_assert_true (sg_counter_get (by_index[last - DISTANCE]) == 500);
}

static void
test_cells_histograms_not_at_hand (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family = sg_registry_histogram_family (registry, "b", "B.", NULL, 0, "l", NULL);
  g_autofree SgHistogram *by_index = g_new0 (SgHistogram, 3 * DISTANCE);
  guint32 last = 0;

  sg_family_set_max_children (family, G_MAXUINT);
  for (guint i = 0; i < 2 * DISTANCE; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);
      SgHistogram histogram = sg_family_histogram (family, SG_VALUES (value));

      last = (guint32) histogram.key;
      by_index[last] = histogram;
    }
  for (guint i = 0; i < 1000; i++)
    sg_histogram_observe (by_index[i % 2 ? last : last - DISTANCE], 1);
  g_assert_cmpuint (sg_histogram_get_count (by_index[last]), ==, 500);
  g_assert_cmpuint (sg_histogram_get_count (by_index[last - DISTANCE]), ==, 500);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cells/fold", test_cells_fold);
  g_test_add_func ("/cells/outlive-registry", test_cells_outlive_registry);
  g_test_add_func ("/cells/late-destructor", test_cells_late_destructor);
  g_test_add_func ("/cells/on-demand", test_cells_on_demand);
  g_test_add_func ("/cells/counters-not-at-hand", test_cells_counters_not_at_hand);
  g_test_add_func ("/cells/histograms-not-at-hand", test_cells_histograms_not_at_hand);
  return g_test_run ();
}
