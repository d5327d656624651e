/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * How much memory so many series take after three hours of samples, and after opening them again; and
 * how much a Prometheus takes that opens the same directory:
 *
 *   bench-tsdb-memory [SERIES [SCRAPES]]
 *
 * Mapped files do not count, nor does what the benchmark itself has for each series; the labels do.
 * The budget is 120 MB for a hundred thousand series.
 */
#define BUDGET_EACH 1200

/* What the generator has for each series beside its labels: a pointer to them, a value, a family. */
#define OWN_EACH (sizeof (SgLabels *) + sizeof (double) + 1)

static SgStore *
store_open (const char *path)
{
  SgStoreOptions options = { .path = path };
  SgStore *store = sg_store_new (&options, NULL);

  if (store == NULL)
    abort ();
  return store;
}

static gboolean
tell (const char *name,
      gsize       bytes,
      guint       n_series)
{
  double each = (double) bytes / n_series;

  return sg_bench_judge (each, SG_BENCH_AT_MOST, BUDGET_EACH, "%s: %.1f MB, %.0f bytes a series",
                         name, (double) bytes / 1e6, each);
}

static void
fill (SgStore       *store,
      SgBenchSeries *series,
      guint          n_series,
      guint          n_scrapes)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autofree SgTimeMs *times = g_new (SgTimeMs, n_series);
  g_autofree double *values = g_new (double, n_series);
  g_autofree SgHeadRef *refs = g_new0 (SgHeadRef, n_series);

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
      if (i % 40 == 0)
        sg_store_maintain (store, NULL, NULL);
    }
}

/* Returns: what a process has resident, without mapped files; 0 when it is gone */
static gsize
resident_of (const char *pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", pid);
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL))
    return 0;
  line = strstr (status, "RssAnon:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) * 1024 : 0;
}

static void
measure_prometheus (const char *path,
                    guint       n_series)
{
  g_autofree char *tsdb = g_strdup_printf ("--storage.tsdb.path=%s/tsdb", path);
  g_autofree char *config = g_build_filename (path, "prometheus.yml", NULL);
  g_autofree char *config_flag = g_strdup_printf ("--config.file=%s", config);
  g_autoptr (GSubprocess) peer = NULL;
  g_autoptr (GDataInputStream) log = NULL;
  gsize bytes;
  char *line;

  g_file_set_contents (config, "global: {}\n", -1, NULL);
  peer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL, "prometheus", config_flag, tsdb,
                           "--web.listen-address=127.0.0.1:0", NULL);
  if (peer == NULL)
    return;
  log = g_data_input_stream_new (g_subprocess_get_stderr_pipe (peer));
  while ((line = g_data_input_stream_read_line (log, NULL, NULL, NULL)) != NULL)
    {
      gboolean ready = strstr (line, "Server is ready to receive") != NULL;

      g_free (line);
      if (ready)
        break;
    }
  bytes = resident_of (g_subprocess_get_identifier (peer));
  printf ("Prometheus on the same directory: %.1f MB, %.0f bytes a series\n", (double) bytes / 1e6,
          (double) bytes / n_series);
  g_subprocess_force_exit (peer);
  g_subprocess_wait (peer, NULL, NULL);
}

/*
 * In a process of its own, so that what it leaves behind is not measured with what comes after.
 * Returns: whether it is within the budget
 */
static gboolean
run_apart (const char *path,
           guint       n_series,
           guint       n_scrapes)
{
  pid_t child = fork ();
  int status = -1;

  if (child == 0)
    {
      gsize own = n_scrapes > 0 ? n_series * OWN_EACH : 0;
      gsize before = sg_bench_resident_bytes () + own;
      gboolean within;
      SgStore *store = store_open (path);
      SgBenchSeries *series = n_scrapes > 0 ? sg_bench_series_new (n_series, 42) : NULL;

      if (series != NULL)
        fill (store, series, n_series, n_scrapes);
      within = tell (series != NULL ? "after three hours" : "opened again",
                     sg_bench_resident_bytes () - before, n_series);
      fflush (stdout);
      sg_store_close (store, NULL);
      _exit (within ? 0 : 1);
    }
  waitpid (child, &status, 0);
  return status == 0;
}

int
main (int    argc,
      char **argv)
{
  guint n_series = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  guint n_scrapes = argc > 2 ? (guint) atoi (argv[2]) : 720;
  g_autofree char *path = g_dir_make_tmp ("sg-bench-XXXXXX", NULL);

  gboolean within = run_apart (path, n_series, n_scrapes);

  within &= run_apart (path, n_series, 0);
  measure_prometheus (path, n_series);
  sg_folder_remove (path, NULL);
  return within ? 0 : 1;
}
