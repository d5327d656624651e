/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * The query engine over series in memory: what evaluation costs without a store and without HTTP. Each
 * query of promql-queries.txt is asked 2 + N times; the median is told, the least processor time, and
 * what of that a sample cost that was read. The series are those of five hosts, two hundred each, a day at 15 s.
 *
 * usage: bench-promql QUERIES [N [HOSTS]]
 */
#define STEP_MS   15000
#define N_SAMPLES 5760
#define START_MS  G_GINT64_CONSTANT (1767225600000)

/* One family of series of a host: two labels with so many values each. */
typedef struct
{
  const char *name;
  const char *labels[2];
  const char *values[2];
  gboolean counts;
} Family;

static const Family families[] = {
  { "node_cpu_seconds_total",
    { "cpu", "mode" },
    { "0 1 2 3", "idle iowait irq nice softirq steal system user" },
    TRUE },
  { "http_request_duration_seconds_bucket",
    { "handler", "le" },
    { "/ /api/items /api/users /static", "0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30 +Inf" },
    TRUE },
  { "http_requests_total",
    { "handler", "code" },
    { "/ /api/items /api/users /static", "200 201 301 404 500 503" },
    TRUE },
  { "node_network_receive_bytes_total", { "device", NULL }, { "eth0 eth1 lo", "" }, TRUE },
  { "node_network_transmit_bytes_total", { "device", NULL }, { "eth0 eth1 lo", "" }, TRUE },
  { "node_disk_io_seconds_total",
    { "device", "op" },
    { "sda sdb sdc sdd", "read write trim" },
    TRUE },
  { "node_hwmon_temp_celsius", { "sensor", NULL }, { "temp1 temp2 temp3 temp4", "" }, FALSE },
  { "node_load1", { NULL, NULL }, { "", "" }, FALSE },
  { "node_memory_MemAvailable_bytes", { NULL, NULL }, { "", "" }, FALSE },
  { "node_memory_MemTotal_bytes", { NULL, NULL }, { "", "" }, FALSE },
  { "node_filesystem_bytes",
    { "mountpoint", "kind" },
    { "/ /boot /home /var /srv /opt /tmp /mnt", "size avail used" },
    FALSE },
  { "node_softirqs_total",
    { "cpu", "vector" },
    { "0 1 2 3", "hi timer tx rx block tasklet" },
    TRUE },
  { "node_vmstat", { "field", NULL }, { "a b c d e f g h i j k l m n o p q r s", "" }, FALSE },
};

static double
next_value (const Family *family,
            double        value,
            GRand        *random)
{
  if (family->counts)
    return value + floor (g_rand_double (random) * 20);
  return fabs (value + floor (g_rand_double (random) * 9) - 4);
}

static void
add_series (SgMemoryQuerier *store,
            const Family    *family,
            const char      *instance,
            const char      *first,
            const char      *second,
            GRand           *random)
{
  SgLabel pairs[] = {
    { SG_LABEL_NAME, family->name },
    { "instance", instance },
    { "job", "node" },
    { family->labels[0] != NULL ? family->labels[0] : "job",
      family->labels[0] != NULL ? first : "node" },
    { family->labels[1] != NULL ? family->labels[1] : "job",
      family->labels[1] != NULL ? second : "node" },
  };
  g_autoptr (SgLabels) labels = sg_labels_new (pairs, G_N_ELEMENTS (pairs));
  SgTimeMs t = START_MS + g_rand_int_range (random, 0, STEP_MS);
  double value = g_rand_int_range (random, 0, 100000);

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      value = next_value (family, value, random);
      sg_memory_querier_add (store, labels, t + (SgTimeMs) i * STEP_MS, value);
    }
}

static guint
add_host (SgMemoryQuerier *store,
          guint            host,
          GRand           *random)
{
  g_autofree char *instance = g_strdup_printf ("host%02u:9100", host);
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_auto (GStrv) first = g_strsplit (families[i].values[0], " ", -1);
      g_auto (GStrv) second = g_strsplit (families[i].values[1], " ", -1);

      for (guint a = 0; a < MAX (g_strv_length (first), 1); a++)
        {
          for (guint b = 0; b < MAX (g_strv_length (second), 1); b++, n++)
            add_series (store, &families[i], instance, first[a] != NULL ? first[a] : "",
                        second[b] != NULL ? second[b] : "", random);
        }
    }
  return n;
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

/* A line of the file: name, kind, range, step, query. */
static void
measure (Bench      *self,
         const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 5);
  SgTimeMs end = START_MS + (SgTimeMs) N_SAMPLES * STEP_MS - 1000;
  gint64 range = g_ascii_strtoll (parts[2], NULL, 10) * 1000;
  gint64 step = g_ascii_strtoll (parts[3], NULL, 10) * 1000;
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
      result = sg_promql_engine_query_range (self->engine, self->store, parts[4], end - range, end,
                                             step, NULL, &error);
      if (result == NULL)
        g_error ("%s: %s", parts[4], error->message);
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
  printf ("%-3s %9.3f %9.3f %9.2f %6u %8zu %9" G_GUINT64_FORMAT "  %s\n", parts[0],
          times[self->n / 2], least, least * 1e6 / (double) MAX (result->stats.n_samples, 1),
          result->n_series, n_points, result->stats.n_samples, parts[4]);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  g_autoptr (SgMemoryQuerier) store = sg_memory_querier_new ();
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);
  Bench bench = { engine, SG_QUERIER (store), argc > 2 ? (guint) atoi (argv[2]) : 20, 0 };
  guint n_hosts = argc > 3 ? (guint) atoi (argv[3]) : 5;
  g_auto (GStrv) lines = NULL;
  guint n_series = 0;

  if (argc < 2 || !g_file_get_contents (argv[1], &text, NULL, &error))
    {
      g_printerr ("usage: bench-promql QUERIES [N [HOSTS]]\n%s\n",
                  error != NULL ? error->message : "");
      return 2;
    }
  for (guint i = 0; i < n_hosts; i++)
    n_series += add_host (store, i, random);
  printf ("%u series of %u samples\n%-3s %9s %9s %9s %6s %8s %9s\n", n_series, (guint) N_SAMPLES,
          "", "median ms", "cpu ms", "ns/sample", "series", "points", "read");
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] != '\0' && lines[i][0] != '#')
        measure (&bench, lines[i]);
    }
  printf ("sum %9.3f %9.3f\n", bench.sum, bench.cpu_sum);
  return 0;
}
