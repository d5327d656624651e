/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-head-private.h"
#include "tsdb/sg-wal-segments.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * How many samples a second one thread appends, in scrapes of 200 series, for a day of sample time:
 *
 *   bench-tsdb-append [SERIES [SCRAPES]]
 *
 * What counts is the time of the thread that appends; the log is synced by another one.
 */
#define BATCH 200

/* Millions a second. */
#define BUDGET_IN_MEMORY 5
#define BUDGET_WITH_LOG  4

typedef struct
{
  guint n_series;
  guint n_scrapes;
  SgTimeMs *times;
  double *values;
  SgHeadRef *refs;
} Run;

static void
append_scrape (Run           *run,
               SgAppender    *appender,
               SgBenchSeries *series)
{
  for (guint i = 0; i < run->n_series; i++)
    {
      SgSample sample = { run->times[i], 0, { SG_VALUE_FLOAT, { run->values[i] } } };

      if (!sg_appender_append (appender, &run->refs[i], sg_bench_series_get_labels (series, i),
                               &sample, NULL))
        abort ();
      if (i % BATCH == BATCH - 1 && !sg_appender_commit (appender, NULL))
        abort ();
    }
}

static gboolean
measure (Run         *run,
         const char  *name,
         SgWalWriter *wal,
         double       budget)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  SgBenchSeries *series = sg_bench_series_new (run->n_series, 42);
  SgAppender *appender = sg_head_appender_new (head);
  double cpu = 0;
  double best = G_MAXDOUBLE;
  double rate;

  head->wal = wal;
  memset (run->refs, 0, run->n_series * sizeof (SgHeadRef));
  for (guint i = 0; i < run->n_scrapes; i++)
    {
      double start;

      sg_bench_series_step (series, 1700000000000 + i * 15000, run->times, run->values);
      start = sg_bench_cpu_seconds ();
      append_scrape (run, appender, series);
      start = sg_bench_cpu_seconds () - start;
      if (i > 0)
        best = MIN (best, start);
      cpu += i > 0 ? start : 0;
      if (i == 0)
        printf ("%s: %u new series in %.0f ms\n", name, run->n_series, start * 1e3);
    }
  rate = (double) run->n_series * (run->n_scrapes - 1) / cpu / 1e6;
  sg_appender_free (appender);
  sg_bench_series_free (series);
  return sg_bench_judge (rate, SG_BENCH_AT_LEAST, budget, "%s: %.2f M samples/s (best scrape %.2f)",
                         name, rate, (double) run->n_series / best / 1e6);
}

int
main (int    argc,
      char **argv)
{
  Run run = { argc > 1 ? (guint) atoi (argv[1]) : 1000, argc > 2 ? (guint) atoi (argv[2]) : 5760 };
  g_autofree char *folder = g_dir_make_tmp ("sg-bench-XXXXXX", NULL);
  SgWalOptions options = { .sync = SG_WAL_SYNC_INTERVAL };
  SgWalWriter *wal = sg_wal_writer_new (folder, 0, &options, NULL);
  SgWalWriterStats stats;
  gboolean within;

  run.times = g_new (SgTimeMs, run.n_series);
  run.values = g_new (double, run.n_series);
  run.refs = g_new (SgHeadRef, run.n_series);
  within = measure (&run, "in memory", NULL, BUDGET_IN_MEMORY);
  within &= measure (&run, "log on interval", wal, BUDGET_WITH_LOG);
  sg_wal_writer_get_stats (wal, &stats);
  printf ("log: %.2f bytes a sample\n",
          (double) stats.bytes_written / run.n_series / run.n_scrapes);
  sg_wal_writer_close (wal, NULL);
  sg_folder_remove (folder, NULL);
  return within ? 0 : 1;
}
