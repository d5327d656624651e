/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-head-private.h"
#include "tsdb/sg-wal-segments.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * How many samples a second one thread appends, in scrapes of 200 series:
 *
 *   bench-tsdb-append [SERIES [SCRAPES]]
 */
#define BATCH 200

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

static void
measure (Run         *run,
         const char  *name,
         SgWalWriter *wal)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  SgBenchSeries *series = sg_bench_series_new (run->n_series, 42);
  SgAppender *appender = sg_head_appender_new (head);
  double cpu = 0;
  double best = G_MAXDOUBLE;
  gsize before = sg_bench_resident_bytes ();

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
  printf ("%s: %.2f M samples/s (best scrape %.2f), %.0f bytes a series\n", name,
          (double) run->n_series * (run->n_scrapes - 1) / cpu / 1e6,
          (double) run->n_series / best / 1e6,
          ((double) sg_bench_resident_bytes () - (double) before) / run->n_series);
  sg_appender_free (appender);
  sg_bench_series_free (series);
}

int
main (int    argc,
      char **argv)
{
  Run run = { argc > 1 ? (guint) atoi (argv[1]) : 1000, argc > 2 ? (guint) atoi (argv[2]) : 1000 };
  g_autofree char *folder = g_dir_make_tmp ("sg-bench-XXXXXX", NULL);
  SgWalOptions options = { .sync = SG_WAL_SYNC_INTERVAL };
  SgWalWriter *wal = sg_wal_writer_new (folder, 0, &options, NULL);
  SgWalWriterStats stats;

  run.times = g_new (SgTimeMs, run.n_series);
  run.values = g_new (double, run.n_series);
  run.refs = g_new (SgHeadRef, run.n_series);
  measure (&run, "in memory", NULL);
  measure (&run, "log on interval", wal);
  sg_wal_writer_get_stats (wal, &stats);
  printf ("log: %.2f bytes a sample\n",
          (double) stats.bytes_written / run.n_series / run.n_scrapes);
  sg_wal_writer_close (wal, NULL);
  sg_folder_remove (folder, NULL);
  return 0;
}
