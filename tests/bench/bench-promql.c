/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-hosts.h"
#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * The query engine over series in memory: what evaluation costs without a store and without HTTP. Each
 * query of queries/promql.txt is asked 2 + N times; the median is told, the least processor time, and
 * what of that a sample cost that was read. The series are those of five hosts, two hundred each, a day at 15 s.
 *
 * usage: bench-promql [QUERIES [N [HOSTS]]]
 */
static void
add_series (const SgSeries *series,
            gpointer        user_data)
{
  for (gsize i = 0; i < series->columns[0].n; i++)
    sg_memory_querier_add (user_data, series->labels, series->columns[0].t[i],
                           series->columns[0].f[i]);
}

static int
compare_doubles (const void *a,
                 const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

typedef struct
{
  SgPromqlEngine *engine;
  SgQuerier *store;
  guint n;
  double sum;
  double cpu_sum;
} Bench;

static double
cpu_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static void
measure (Bench              *self,
         const SgBenchQuery *query)
{
  SgTimeMs end = SG_BENCH_END_MS - 1000;
  g_autofree double *times = g_new (double, self->n);
  g_autoptr (SgPromqlResult) result = NULL;
  gsize n_points = 0;
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < self->n + 2; i++)
    {
      gint64 start = g_get_monotonic_time ();
      double cpu = cpu_ms ();
      g_autoptr (GError) error = NULL;

      g_clear_pointer (&result, sg_promql_result_unref);
      result = sg_promql_engine_query_range (self->engine, self->store, query->query,
                                             end - query->range, end, query->step, NULL, &error);
      if (result == NULL)
        g_error ("%s: %s", query->query, error->message);
      least = MIN (least, cpu_ms () - cpu);
      if (i >= 2)
        times[i - 2] = (double) (g_get_monotonic_time () - start) / 1000;
    }
  if (result == NULL)
    return;
  qsort (times, self->n, sizeof *times, compare_doubles);
  for (guint i = 0; i < result->n_series; i++)
    n_points += result->series[i].column.n;
  self->sum += times[self->n / 2];
  self->cpu_sum += least;
  printf ("%-3s %9.3f %9.3f %9.2f %6u %8zu %9" G_GUINT64_FORMAT "  %s\n", query->name,
          times[self->n / 2], least, least * 1e6 / (double) MAX (result->stats.n_samples, 1),
          result->n_series, n_points, result->stats.n_samples, query->query);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queries =
      sg_bench_queries_load (argc > 1 ? argv[1] : SG_BENCH_QUERIES, &error);
  g_autoptr (SgMemoryQuerier) store = sg_memory_querier_new ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  Bench bench = { engine, SG_QUERIER (store), argc > 2 ? (guint) atoi (argv[2]) : 20, 0 };
  guint n_series;

  if (queries == NULL)
    {
      g_printerr ("usage: bench-promql [QUERIES [N [HOSTS]]]\n%s\n", error->message);
      return 2;
    }
  n_series = sg_bench_hosts_make (argc > 3 ? (guint) atoi (argv[3]) : 5, add_series, store);
  printf ("%u series of %u samples\n%-3s %9s %9s %9s %6s %8s %9s\n", n_series,
          (guint) SG_BENCH_N_SAMPLES, "", "median ms", "cpu ms", "ns/sample", "series", "points",
          "read");
  for (guint i = 0; i < queries->len; i++)
    measure (&bench, g_ptr_array_index (queries, i));
  printf ("sum %9.3f %9.3f\n", bench.sum, bench.cpu_sum);
  return 0;
}
