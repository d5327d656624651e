/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"
#include "metrics/sg-metrics.h"

#include "sg-test-tsan.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

static const double bounds[] = { 1, 2, 4, 8 };
#define N_BUCKETS (G_N_ELEMENTS (bounds) + 1)

static SgHistogramReading
read_histogram (SgHistogram  histogram,
                guint64     *buckets)
{
  SgHistogramReading reading = { .buckets = buckets };

  SG_LOCK_SCOPE (&sg_cells_lock);
  g_assert_true (sg_histogram_cells_read_locked (histogram, &reading));
  return reading;
}

static void
test_histogram_observe (void)
{
  static const double values[] = { -1, 1, 1.5, 2, 3, 8, 8.5, 1e300 };
  static const guint64 expected[N_BUCKETS] = { 2, 2, 1, 1, 2 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram =
      sg_registry_histogram (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds));
  guint64 buckets[N_BUCKETS];
  SgHistogramReading reading;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    sg_histogram_observe (histogram, values[i]);
  reading = read_histogram (histogram, buckets);
  g_assert_cmpmem (buckets, sizeof buckets, expected, sizeof expected);
  g_assert_cmpuint (reading.count, ==, G_N_ELEMENTS (values));
  g_assert_true (reading.sum == 1e300);
}

/* NaN measures nothing; infinities do. */
static void
test_histogram_extremes (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram =
      sg_registry_histogram (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds));
  guint64 buckets[N_BUCKETS];
  SgHistogramReading reading;

  sg_histogram_observe (histogram, NAN);
  sg_histogram_observe (histogram, 2);
  sg_histogram_observe (histogram, NAN);
  reading = read_histogram (histogram, buckets);
  g_assert_cmpuint (reading.count, ==, 1);
  g_assert_true (reading.sum == 2);

  sg_histogram_observe (histogram, INFINITY);
  reading = read_histogram (histogram, buckets);
  g_assert_cmpuint (buckets[N_BUCKETS - 1], ==, 1);
  g_assert_true (reading.sum == INFINITY);
  sg_histogram_observe (histogram, -INFINITY);
  reading = read_histogram (histogram, buckets);
  g_assert_cmpuint (buckets[0], ==, 1);
  g_assert_cmpuint (reading.count, ==, 3);
  g_assert_true (isnan (reading.sum));
}

static void
test_histogram_without_bounds (void)
{
  static const double none[1];
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram = sg_registry_histogram (registry, "a", "A.", none, 0);

  sg_histogram_observe (histogram, 3);
  sg_histogram_observe (histogram, 4);
  g_assert_cmpuint (sg_histogram_get_count (histogram), ==, 2);
  g_assert_true (sg_histogram_get_sum (histogram) == 7);
}

static void
test_histogram_stale (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgFamily *family =
      sg_registry_histogram_family (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds), "l", NULL);
  SgFamily *other = sg_registry_histogram_family (registry, "b", "B.", bounds, 2, "l", NULL);
  SgHistogram old = sg_family_histogram (family, SG_VALUES ("x"));
  SgHistogram zeros = { 0 };
  SgHistogram new;

  sg_histogram_observe (old, 3);
  sg_family_remove (family, SG_VALUES ("x"));
  new = sg_family_histogram (other, SG_VALUES ("x"));
  g_assert_cmpuint ((guint32) new.key, ==, (guint32) old.key);
  sg_histogram_observe (old, 100);
  g_assert_cmpuint (sg_histogram_get_count (new), ==, 0);
  sg_histogram_observe (new, 1);
  sg_histogram_observe (old, 100);
  g_assert_cmpuint (sg_histogram_get_count (new), ==, 1);
  g_assert_cmpuint (sg_histogram_get_count (old), ==, 0);
  sg_histogram_observe (zeros, 1);
  g_assert_cmpuint (sg_histogram_get_count (zeros), ==, 0);
}

/*
 * A writer that is stopped after each of its stores, in either half: a scrape sees the observation
 * once the bucket is written, and before that nothing of it.
 */
static void
test_histogram_stopped_writer (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram =
      sg_registry_histogram (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds));
  guint64 buckets[N_BUCKETS];

  sg_histogram_observe (histogram, 3);
  for (guint i = 0; i < 20; i++)
    {
      SgHistogramCell *cell = sg_histogram_cell (histogram.key);
      guint hot = i % 2 == 0 ? cell->hot : cell->hot + cell->stride;
      SgHistogramHalf *half = (gpointer) ((char *) cell + hot);
      guint64 n = half->n + 1;
      SgHistogramReading reading = read_histogram (histogram, buckets);
      guint64 count = reading.count;
      double sum = reading.sum;

      half->sums[n & 1] = half->sums[half->n & 1] + 3;
      reading = read_histogram (histogram, buckets);
      g_assert_cmpuint (reading.count, ==, count);
      g_assert_true (reading.sum == sum);
      half->buckets[2]++;
      reading = read_histogram (histogram, buckets);
      g_assert_cmpuint (reading.count, ==, count + 1);
      g_assert_true (reading.sum == sum + 3);
      half->n = n;
      reading = read_histogram (histogram, buckets);
      g_assert_cmpuint (reading.count, ==, count + 1);
      g_assert_true (reading.sum == sum + 3);
    }
}

#define VALUE 3.0

typedef struct
{
  SgHistogram histogram;
  gboolean done;
  guint n_ready;
  guint n_started;
  gint processor;
  pthread_t threads[32];
} Stress;

static void
stress_init (Stress     *stress,
             SgRegistry *registry,
             gint        processor)
{
  *stress = (Stress) { .processor = processor };
  stress->histogram = sg_registry_histogram (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds));
}

static gpointer
observe_until_done (gpointer data)
{
  Stress *stress = data;

  if (stress->processor >= 0)
    {
      cpu_set_t set;

      CPU_ZERO (&set);
      CPU_SET (stress->processor, &set);
      sched_setaffinity (0, sizeof set, &set);
    }
  stress->threads[__atomic_fetch_add (&stress->n_started, 1, __ATOMIC_RELAXED)] = pthread_self ();
  sg_histogram_observe (stress->histogram, VALUE);
  __atomic_fetch_add (&stress->n_ready, 1, __ATOMIC_RELEASE);
  while (!__atomic_load_n (&stress->done, __ATOMIC_RELAXED))
    {
      for (guint i = 0; i < 100; i++)
        sg_histogram_observe (stress->histogram, VALUE);
    }
  return NULL;
}

static void
stress_start (Stress   *stress,
              GThread **threads,
              guint     n_threads)
{
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("observe", observe_until_done, stress);
  while (__atomic_load_n (&stress->n_ready, __ATOMIC_ACQUIRE) < n_threads)
    sched_yield ();
}

static void
stress_stop (Stress   *stress,
             GThread **threads,
             guint     n_threads)
{
  __atomic_store_n (&stress->done, TRUE, __ATOMIC_RELAXED);
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
}

/* Every scrape is of whole observations: all of them are the same, so the sum tells the count. */
static guint64
assert_consistent (SgHistogram histogram,
                   guint64     last)
{
  guint64 buckets[N_BUCKETS];
  SgHistogramReading reading = read_histogram (histogram, buckets);

  g_assert_cmpuint (reading.count, ==, buckets[2]);
  g_assert_cmpuint (reading.count, >=, last);
  g_assert_true (reading.sum == (double) reading.count * VALUE);
  return reading.count;
}

static void
run_stress (gint  processor,
            guint n_threads,
            guint n_scrapes)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  GThread *threads[32];
  gint64 longest = 0;
  gint64 start;
  guint64 count = 0;
  Stress stress;

  stress_init (&stress, registry, processor);
  stress_start (&stress, threads, n_threads);
  for (guint i = 0; i < n_scrapes; i++)
    {
      start = g_get_monotonic_time ();
      count = assert_consistent (stress.histogram, count);
      longest = MAX (longest, g_get_monotonic_time () - start);
    }
  stress_stop (&stress, threads, n_threads);
  assert_consistent (stress.histogram, count);
  g_test_message ("%u threads, %u scrapes, %" G_GUINT64_FORMAT
                  " observations, longest scrape %" G_GINT64_FORMAT " µs",
                  n_threads, n_scrapes, count, longest);
}

static void
test_histogram_consistent (void)
{
  run_stress (-1, 1, 20000);
  run_stress (-1, 4, 20000);
  run_stress (-1, 16, 5000);
}

/*
 * All writers on one processor: all but one of them are preempted at any time, anywhere. A reader
 * that waited for one of them would wait for its turn; this one never does, so the scrapes take far
 * less than the writers' time slices together.
 */
static void
test_histogram_preempted (void)
{
  run_stress (0, 16, 5000);
}

#define N_FROZEN 4

/* What the signal's handler knows; it can be given nothing. */
static struct
{
  sem_t stopped;
  sem_t going;
  int thaw[2];
} frozen;

/* Stands still in the middle of whatever the thread was doing, until a byte comes. */
static void
stand_still (int signal_number)
{
  int saved = errno;
  char byte;

  sem_post (&frozen.stopped);
  while (read (frozen.thaw[0], &byte, 1) < 0 && errno == EINTR)
    ;
  sem_post (&frozen.going);
  errno = saved;
}

static void
wait_for_all (sem_t *semaphore)
{
  for (guint i = 0; i < N_FROZEN; i++)
    {
      struct timespec deadline;

      clock_gettime (CLOCK_REALTIME, &deadline);
      deadline.tv_sec += 30;
      g_assert_cmpint (sem_timedwait (semaphore, &deadline), ==, 0);
    }
}

static void
freeze (Stress *stress)
{
  for (guint i = 0; i < N_FROZEN; i++)
    g_assert_cmpint (pthread_kill (stress->threads[i], SIGUSR1), ==, 0);
  wait_for_all (&frozen.stopped);
}

static void
thaw (void)
{
  g_assert_cmpint (write (frozen.thaw[1], "thaw", N_FROZEN), ==, N_FROZEN);
  wait_for_all (&frozen.going);
}

/* The writers stand still, wherever they were. The scrape neither waits nor sees half an observation. */
static void
test_histogram_frozen (void)
{
  struct sigaction action = { .sa_handler = stand_still };
  struct sigaction before;
  g_autoptr (SgRegistry) registry = NULL;
  GThread *threads[N_FROZEN];
  Stress stress;
  guint64 count = 1;

  if (SG_TEST_TSAN)
    {
      g_test_skip ("ThreadSanitizer delivers no signal to a thread that calls nothing");
      return;
    }
  registry = sg_registry_new (sg_clock_get_system ());
  sem_init (&frozen.stopped, 0, 0);
  sem_init (&frozen.going, 0, 0);
  g_assert_cmpint (pipe (frozen.thaw), ==, 0);
  g_assert_cmpint (sigaction (SIGUSR1, &action, &before), ==, 0);
  stress_init (&stress, registry, -1);
  stress_start (&stress, threads, N_FROZEN);
  for (guint i = 0; i < 300; i++)
    {
      freeze (&stress);
      count = assert_consistent (stress.histogram, count);
      thaw ();
    }
  stress_stop (&stress, threads, N_FROZEN);
  g_assert_cmpint (sigaction (SIGUSR1, &before, NULL), ==, 0);
  close (frozen.thaw[0]);
  close (frozen.thaw[1]);
  sem_destroy (&frozen.going);
  sem_destroy (&frozen.stopped);
}

#define N_THREADS      16
#define N_OBSERVATIONS 100000

static gpointer
observe_many (gpointer data)
{
  SgHistogram histogram = *(const SgHistogram *) data;

  for (guint i = 0; i < N_OBSERVATIONS; i++)
    sg_histogram_observe (histogram, i % 10);
  return NULL;
}

/* Nothing is lost with 16 threads, while it is read. */
static void
test_histogram_exact (void)
{
  static const guint64 expected[N_BUCKETS] = { 2, 1, 2, 4, 1 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgHistogram histogram =
      sg_registry_histogram (registry, "a", "A.", bounds, G_N_ELEMENTS (bounds));
  guint64 buckets[N_BUCKETS];
  SgHistogramReading reading = { .count = 0 };
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("observe", observe_many, &histogram);
  while (reading.count < N_THREADS * N_OBSERVATIONS)
    reading = read_histogram (histogram, buckets);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  reading = read_histogram (histogram, buckets);
  g_assert_cmpuint (reading.count, ==, N_THREADS * N_OBSERVATIONS);
  g_assert_true (reading.sum == N_THREADS * N_OBSERVATIONS * 4.5);
  for (guint i = 0; i < N_BUCKETS; i++)
    g_assert_cmpuint (buckets[i], ==, expected[i] * N_THREADS * N_OBSERVATIONS / 10);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histogram-cells/observe", test_histogram_observe);
  g_test_add_func ("/histogram-cells/extremes", test_histogram_extremes);
  g_test_add_func ("/histogram-cells/without-bounds", test_histogram_without_bounds);
  g_test_add_func ("/histogram-cells/stale", test_histogram_stale);
  g_test_add_func ("/histogram-cells/stopped-writer", test_histogram_stopped_writer);
  g_test_add_func ("/histogram-cells/consistent", test_histogram_consistent);
  g_test_add_func ("/histogram-cells/preempted", test_histogram_preempted);
  g_test_add_func ("/histogram-cells/frozen", test_histogram_frozen);
  g_test_add_func ("/histogram-cells/exact", test_histogram_exact);
  return g_test_run ();
}
