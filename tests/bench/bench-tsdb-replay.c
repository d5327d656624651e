/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * How long it takes to open a store whose log has ten million samples, with the files of full chunks
 * and without them:
 *
 *   bench-tsdb-replay [SERIES [SCRAPES]]
 */
#define BUDGET_SECONDS 2

static SgStore *
store_open (const char *path)
{
  SgStoreOptions options = { .path = path };
  SgStore *store = sg_store_new (&options, NULL);

  if (store == NULL)
    abort ();
  return store;
}

static void
fill (const char *path,
      guint       n_series,
      guint       n_scrapes)
{
  g_autoptr (SgStore) store = store_open (path);
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autofree SgTimeMs *times = g_new (SgTimeMs, n_series);
  g_autofree double *values = g_new (double, n_series);
  g_autofree SgHeadRef *refs = g_new0 (SgHeadRef, n_series);
  SgBenchSeries *series = sg_bench_series_new (n_series, 42);

  for (guint i = 0; i < n_scrapes; i++)
    {
      sg_bench_series_step (series, 1700000000000 + i * 15000, times, values);
      for (guint k = 0; k < n_series; k++)
        {
          SgSample sample = { times[k], 0, { SG_VALUE_FLOAT, { values[k] } } };

          if (!sg_appender_append (appender, &refs[k], sg_bench_series_get_labels (series, k),
                                   &sample, NULL)
              || (k % 200 == 199 && !sg_appender_commit (appender, NULL)))
            abort ();
        }
    }
  sg_bench_series_free (series);
  sg_store_close (store, NULL);
}

static gboolean
measure (const char *path,
         const char *name)
{
  gint64 start = g_get_monotonic_time ();
  double cpu = sg_bench_cpu_seconds ();
  g_autoptr (SgStore) store = store_open (path);
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  SgStoreStats stats;

  cpu = sg_bench_cpu_seconds () - cpu;

  sg_store_get_stats (store, &stats);
  sg_store_close (store, NULL);
  return sg_bench_judge (
      seconds, SG_BENCH_AT_MOST, BUDGET_SECONDS,
      "%s: %.2f s (%.2f s of a processor) for %.2f M samples, %.2f M of them from the log, "
      "%.1f MiB of log",
      name, seconds, cpu, (double) (stats.replay.samples + stats.replay.samples_skipped) / 1e6,
      (double) stats.replay.samples / 1e6, (double) stats.wal_bytes / 1048576);
}

int
main (int    argc,
      char **argv)
{
  guint n_series = argc > 1 ? (guint) atoi (argv[1]) : 20000;
  guint n_scrapes = argc > 2 ? (guint) atoi (argv[2]) : 500;
  g_autofree char *path = g_dir_make_tmp ("sg-bench-XXXXXX", NULL);
  g_autofree char *chunks = g_build_filename (path, "tsdb", "chunks_head", NULL);

  gboolean within;

  fill (path, n_series, n_scrapes);
  within = measure (path, "with full chunks in files");
  within &= measure (path, "again");
  sg_folder_remove (chunks, NULL);
  within &= measure (path, "from the log alone");
  sg_folder_remove (path, NULL);
  return within ? 0 : 1;
}
