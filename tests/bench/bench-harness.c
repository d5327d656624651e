/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define N_ROUNDS    31
#define MAX_THREADS 16

typedef struct
{
  pthread_barrier_t *barrier;
  BenchFunc func;
  guint thread;
  guint64 n;
  double seconds;
} Run;

/* The processor's time, so that whoever else works on this machine does not count. */
static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
pin (guint thread)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (thread % (guint) sysconf (_SC_NPROCESSORS_ONLN), &set);
  sched_setaffinity (0, sizeof set, &set);
}

static void *
run_thread (void *data)
{
  Run *run = data;
  double start;

  pin (run->thread);
  run->func (run->thread, 1);
  pthread_barrier_wait (run->barrier);
  start = now ();
  run->func (run->thread, run->n);
  run->seconds = now () - start;
  return NULL;
}

/* Returns: the seconds that one call took, as the slowest thread saw it */
static double
measure (const BenchWork *work,
         BenchFunc        func)
{
  pthread_t threads[MAX_THREADS];
  Run runs[MAX_THREADS];
  pthread_barrier_t barrier;
  double slowest = 0;

  pthread_barrier_init (&barrier, NULL, work->n_threads);
  for (guint i = 0; i < work->n_threads; i++)
    {
      runs[i] = (Run) { &barrier, func, i, work->n, 0 };
      pthread_create (&threads[i], NULL, run_thread, &runs[i]);
    }
  for (guint i = 0; i < work->n_threads; i++)
    {
      pthread_join (threads[i], NULL);
      slowest = MAX (slowest, runs[i].seconds);
    }
  pthread_barrier_destroy (&barrier);
  return slowest / (double) work->n;
}

static int
compare (const void *a,
         const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return left < right ? -1 : left > right;
}

static double
lower_quartile (double *values)
{
  qsort (values, N_ROUNDS, sizeof (double), compare);
  return values[N_ROUNDS / 4];
}

static gboolean
run_work (const BenchWork *work,
          double           units_per_second)
{
  double ours[N_ROUNDS];
  double floor[N_ROUNDS];
  double peer[N_ROUNDS] = { 0 };
  double ratio;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      floor[i] = measure (work, work->floor) * units_per_second;
      ours[i] = measure (work, work->ours) * units_per_second;
      if (work->peer != NULL)
        peer[i] = measure (work, work->peer) * units_per_second;
    }
  ratio = lower_quartile (ours) / lower_quartile (floor);
  g_print ("%-42s %u %10.3f %10.3f %7.2f", work->name, work->n_threads, lower_quartile (ours),
           lower_quartile (floor), ratio);
  if (work->peer != NULL)
    g_print (" %14.3f", lower_quartile (peer));
  else
    g_print (" %14s", "-");
  g_print (" %7.2f  %s\n", work->budget, ratio <= work->budget ? "ok" : "over");
  return ratio <= work->budget;
}

/**
 * bench_run:
 * @unit: what the figures are in
 * @units_per_second: how many of them make a second
 * @works: (array length=n_works): what to measure
 * @n_works: how many
 *
 * Prints a table. Returns: what main() returns: 0 if all is within its budget
 */
int
bench_run (const char      *unit,
           double           units_per_second,
           const BenchWork *works,
           gsize            n_works)
{
  gboolean within = TRUE;
  g_autofree char *title = g_strdup_printf ("work, %s each", unit);

  g_print ("%-42s %s %10s %10s %7s %14s %7s\n", title, "T", "ours", "floor", "ratio",
           "prometheus-cpp", "budget");
  for (gsize i = 0; i < n_works; i++)
    within &= run_work (&works[i], units_per_second);
  return within ? 0 : 1;
}
