/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SERIES_PER_HOST 200

typedef enum
{
  CONSTANT,
  COUNT,
  SECONDS,
  BYTES,
  PAGES,
  LOAD,
} Kind;

/* One family: how many series of a host, with which label, and how they behave. */
typedef struct
{
  const char *name;
  const char *label;
  guint n;
  Kind kind;
  double pace;
} Family;

static const Family families[] = {
  { "node_cpu_seconds_total", "cpu", 32, SECONDS, 0.3 },
  { "node_network_receive_bytes_total", "device", 8, BYTES, 250000 },
  { "node_network_transmit_bytes_total", "device", 8, BYTES, 120000 },
  { "node_network_receive_packets_total", "device", 8, COUNT, 300 },
  { "node_network_transmit_packets_total", "device", 8, COUNT, 200 },
  { "node_network_receive_errs_total", "device", 8, CONSTANT, 0 },
  { "node_disk_reads_completed_total", "device", 6, COUNT, 2 },
  { "node_disk_written_bytes_total", "device", 6, BYTES, 400000 },
  { "node_disk_io_time_seconds_total", "device", 6, SECONDS, 0.02 },
  { "node_filesystem_avail_bytes", "mountpoint", 6, PAGES, 200 },
  { "node_filesystem_size_bytes", "mountpoint", 6, CONSTANT, 0 },
  { "node_memory_bytes", "area", 40, PAGES, 300 },
  { "node_load", "window", 3, LOAD, 0.1 },
  { "node_vmstat_total", "field", 20, COUNT, 1000 },
  { "node_softirqs_total", "vector", 20, COUNT, 500 },
  { "node_info", "module", 15, CONSTANT, 0 },
};

struct _SgBenchSeries
{
  guint n;
  guint64 state;
  SgLabels **labels;
  double *values;
  guint8 *family;
};

static guint64
next_random (SgBenchSeries *self)
{
  self->state ^= self->state << 13;
  self->state ^= self->state >> 7;
  self->state ^= self->state << 17;
  return self->state;
}

static double
uniform (SgBenchSeries *self)
{
  return (double) (next_random (self) >> 11) * 0x1p-53;
}

static guint
find_family (guint  in_host,
             guint *ret_member)
{
  guint i = 0;

  while (in_host >= families[i].n)
    in_host -= families[i++].n;
  *ret_member = in_host;
  return i;
}

static void
add_series (SgBenchSeries *self,
            guint          i)
{
  guint member;
  guint family = find_family (i % SERIES_PER_HOST, &member);
  g_autofree char *instance = g_strdup_printf ("host%04u.example.org:9100", i / SERIES_PER_HOST);
  g_autofree char *value = g_strdup_printf ("%s%u", families[family].label, member);

  self->family[i] = (guint8) family;
  self->labels[i] =
      sg_labels_new_from_pairs ("__name__", families[family].name, "instance", instance, "job",
                                "node", "region", "eu-west-1", families[family].label, value, NULL);
  self->values[i] = floor (uniform (self) * 1e6);
}

SgBenchSeries *
sg_bench_series_new (guint   n_series,
                     guint64 seed)
{
  SgBenchSeries *self = g_new0 (SgBenchSeries, 1);

  self->n = n_series;
  self->state = seed * 2 + 1;
  self->labels = g_new (SgLabels *, n_series);
  self->values = g_new (double, n_series);
  self->family = g_new (guint8, n_series);
  for (guint i = 0; i < n_series; i++)
    add_series (self, i);
  return self;
}

const SgLabels *
sg_bench_series_get_labels (SgBenchSeries *self,
                            guint          i)
{
  return self->labels[i];
}

static double
step (SgBenchSeries *self,
      const Family  *family,
      double         value)
{
  double amount = family->pace * 15 * (0.7 + 0.6 * uniform (self));

  switch (family->kind)
    {
    case COUNT:
    case BYTES:
      return value + floor (amount);
    case SECONDS:
      return round ((value + amount) * 100) / 100;
    case PAGES:
      return fabs (value + 4096 * round ((uniform (self) - 0.5) * family->pace));
    case LOAD:
      return round (fabs (value + (uniform (self) - 0.5) * family->pace) * 100) / 100;
    case CONSTANT:
    default:
      return value;
    }
}

/* Each host is scraped at a moment of its own, which is late by a few milliseconds now and then. */
void
sg_bench_series_step (SgBenchSeries *self,
                      SgTimeMs       scrape,
                      SgTimeMs      *times,
                      double        *values)
{
  SgTimeMs t = scrape;

  for (guint i = 0; i < self->n; i++)
    {
      if (i % SERIES_PER_HOST == 0)
        t = scrape + (i / SERIES_PER_HOST * 7919) % 15000
            + (uniform (self) < 0.02 ? (SgTimeMs) (uniform (self) * 8) : 0);
      self->values[i] = step (self, &families[self->family[i]], self->values[i]);
      times[i] = t;
      values[i] = self->values[i];
    }
}

void
sg_bench_series_free (SgBenchSeries *self)
{
  for (guint i = 0; i < self->n; i++)
    sg_labels_unref (self->labels[i]);
  g_free (self->labels);
  g_free (self->values);
  g_free (self->family);
  g_free (self);
}

/* Prints a line, and whether @figure is within its budget. Returns: the same. */
gboolean
sg_bench_judge (double         figure,
                SgBenchBudget  kind,
                double         budget,
                const char    *format,
                ...)
{
  gboolean within = kind == SG_BENCH_AT_MOST ? figure <= budget : figure >= budget;
  va_list args;

  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  printf ("  (%s %g: %s)\n", kind == SG_BENCH_AT_MOST ? "at most" : "at least", budget,
          within ? "ok" : "over");
  return within;
}

/* What this thread has used. */
double
sg_bench_cpu_seconds (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Without mapped files. */
gsize
sg_bench_resident_bytes (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "RssAnon:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024 : 0;
}
