/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../tsdb/block-fixture.h"
#include "sg-bench-series.h"
#include "base/sg-matcher.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-compactor.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What chunks and blocks cost: nanoseconds to append a sample, samples a second to decode, bytes a
 * sample on the disk, and samples a second of a query over a day, from blocks of two hours and from
 * compacted ones. Where promtool is installed it makes blocks of the same samples.
 *
 *   bench-tsdb-chunk [SERIES [SCRAPES]]
 */
#define T0       G_GINT64_CONSTANT (1767225600000)
#define STEP     15000
#define PASSES   7
#define SELECTED 100

/* Millions of samples a second that a query over a day reads. */
#define BUDGET_SELECT 100

typedef struct
{
  guint n_series;
  guint n_scrapes;
  SgLabels **labels;
  SgTimeMs *times;
  double *values;
  GArray *chunks;
  char *folder;
} Bench;

static void
make_samples (Bench *bench)
{
  SgBenchSeries *series = sg_bench_series_new (bench->n_series, 42);
  g_autofree SgTimeMs *times = g_new (SgTimeMs, bench->n_series);
  g_autofree double *values = g_new (double, bench->n_series);

  bench->labels = g_new (SgLabels *, bench->n_series);
  bench->times = g_new (SgTimeMs, (gsize) bench->n_series * bench->n_scrapes);
  bench->values = g_new (double, (gsize) bench->n_series * bench->n_scrapes);
  for (guint i = 0; i < bench->n_series; i++)
    bench->labels[i] = sg_labels_ref (sg_bench_series_get_labels (series, i));
  for (guint k = 0; k < bench->n_scrapes; k++)
    {
      sg_bench_series_step (series, T0 + (SgTimeMs) k * STEP, times, values);
      for (guint i = 0; i < bench->n_series; i++)
        {
          bench->times[(gsize) i * bench->n_scrapes + k] = times[i];
          bench->values[(gsize) i * bench->n_scrapes + k] = values[i];
        }
    }
  sg_bench_series_free (series);
}

static gsize
count_samples (const Bench *bench)
{
  return (gsize) bench->n_series * bench->n_scrapes;
}

static void
chunk_clear (gpointer data)
{
  g_free ((gpointer) ((SgChunk *) data)->bytes.data);
}

/* Puts all samples into chunks of 120. Returns: how long that took */
static double
append_all (Bench *bench)
{
  SgXorAppender appender;
  double start = sg_bench_cpu_seconds ();

  g_array_set_size (bench->chunks, 0);
  sg_xor_appender_init (&appender);
  for (gsize i = 0; i < count_samples (bench); i++)
    {
      sg_xor_appender_append (&appender, bench->times[i], bench->values[i]);
      if (appender.n_samples == SG_CHUNK_USUAL_SAMPLES
          || i % bench->n_scrapes == bench->n_scrapes - 1)
        {
          SgChunk chunk = { 0 };

          chunk.bytes.data = sg_xor_appender_steal (&appender, &chunk.bytes.length);
          g_array_append_val (bench->chunks, chunk);
        }
    }
  return sg_bench_cpu_seconds () - start;
}

static double
decode_all (Bench *bench)
{
  SgTimeMs times[SG_CHUNK_USUAL_SAMPLES];
  double values[SG_CHUNK_USUAL_SAMPLES];
  double start = sg_bench_cpu_seconds ();

  for (guint i = 0; i < bench->chunks->len; i++)
    {
      const SgChunkBytes *bytes = &g_array_index (bench->chunks, SgChunk, i).bytes;

      if (!sg_xor_chunk_decode (bytes->data, bytes->length, times, values, NULL))
        abort ();
    }
  return sg_bench_cpu_seconds () - start;
}

static double
iterate_all (Bench *bench)
{
  double start = sg_bench_cpu_seconds ();

  for (guint i = 0; i < bench->chunks->len; i++)
    {
      const SgChunkBytes *bytes = &g_array_index (bench->chunks, SgChunk, i).bytes;
      SgXorIter iter;
      SgTimeMs t;
      double value;

      sg_xor_iter_init (&iter, bytes->data, bytes->length);
      while (sg_xor_iter_next (&iter, &t, &value, NULL))
        continue;
    }
  return sg_bench_cpu_seconds () - start;
}

static double
least_of (Bench *bench,
          double (*run) (Bench *bench))
{
  double least = G_MAXDOUBLE;

  for (guint pass = 0; pass < PASSES; pass++)
    least = MIN (least, run (bench));
  return least;
}

static void
measure_chunks (Bench *bench)
{
  double n = (double) count_samples (bench);
  double append = least_of (bench, append_all);
  double decode = least_of (bench, decode_all);
  double iterate = least_of (bench, iterate_all);
  gsize bytes = 0;

  for (guint i = 0; i < bench->chunks->len; i++)
    bytes += g_array_index (bench->chunks, SgChunk, i).bytes.length;
  printf ("chunks: append %.1f ns a sample, decode %.0f M samples/s, iterate %.0f M samples/s, "
          "%.3f bytes a sample\n",
          append / n * 1e9, n / decode / 1e6, n / iterate / 1e6, (double) bytes / n);
}

/* The samples between two times. */
static GPtrArray *
make_part (Bench    *bench,
           SgTimeMs  begin,
           SgTimeMs  end)
{
  GPtrArray *list = test_series_list_new ();

  for (guint i = 0; i < bench->n_series; i++)
    {
      TestSeries *series = g_new (TestSeries, 1);

      series->labels = sg_labels_ref (bench->labels[i]);
      series->samples = g_array_new (FALSE, FALSE, sizeof (TestSample));
      series->foreign = g_array_new (FALSE, FALSE, sizeof (TestForeignChunk));
      g_ptr_array_add (list, series);
      for (guint k = 0; k < bench->n_scrapes; k++)
        {
          gsize place = (gsize) i * bench->n_scrapes + k;

          if (bench->times[place] >= begin && bench->times[place] < end)
            test_series_append (series, bench->times[place], bench->values[place]);
        }
    }
  return list;
}

static GPtrArray *
write_blocks (Bench *bench)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  SgTimeMs end = T0 + (SgTimeMs) bench->n_scrapes * STEP + STEP;

  for (SgTimeMs begin = T0; begin < end; begin += SG_BLOCK_RANGE)
    {
      g_autoptr (GPtrArray) part = make_part (bench, begin, begin + SG_BLOCK_RANGE);
      TestSet *set = test_set_new (part, SG_CHUNK_USUAL_SAMPLES);
      g_autoptr (SgBlockMeta) meta = test_meta_new (begin, begin + SG_BLOCK_RANGE);

      if (!sg_block_write (bench->folder, &set->parent, meta, NULL, NULL))
        abort ();
      sg_chunk_series_set_free (&set->parent);
      if (meta->n_samples > 0)
        g_ptr_array_add (blocks, test_block_open (bench->folder, &meta->ulid));
    }
  return blocks;
}

static GPtrArray *
compact (Bench     *bench,
         GPtrArray *blocks)
{
  GPtrArray *compacted = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (SgBlockMeta) meta = NULL;
  double start = sg_bench_cpu_seconds ();

  if (!sg_compaction_run (bench->folder, blocks, T0, &meta, NULL, NULL))
    abort ();
  printf ("compaction: %.1f M samples/s\n",
          (double) meta->n_samples / (sg_bench_cpu_seconds () - start) / 1e6);
  g_ptr_array_add (compacted, test_block_open (bench->folder, &meta->ulid));
  return compacted;
}

static guint64
get_size (GPtrArray *blocks)
{
  guint64 size = 0;

  for (guint i = 0; i < blocks->len; i++)
    size += sg_block_get_size (g_ptr_array_index (blocks, i));
  return size;
}

/* Reads a tenth of the series, which have one kind of label in common, over all times. */
static gboolean
measure_select (const char *name,
                GPtrArray  *blocks)
{
  g_autoptr (SgQuerier) querier = sg_block_querier_new (blocks);
  g_autoptr (SgMatcher) matcher =
      sg_matcher_new (SG_MATCH_REGEXP, SG_LABEL_NAME, "node_(vmstat_total|network_.*)", NULL);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  double least = G_MAXDOUBLE;
  gsize n_samples = 0;
  guint n_series = 0;

  for (guint pass = 0; pass < PASSES; pass++)
    {
      double start = sg_bench_cpu_seconds ();
      g_autoptr (SgSeriesSet) set = NULL;
      const SgSeries *series;

      n_samples = n_series = 0;
      set = sg_querier_select (querier, (const SgMatcher *const *) &matcher, 1, &hints, NULL, NULL);
      while (n_series < SELECTED && sg_series_set_next (set, &series, NULL))
        {
          n_samples += series->columns[0].n;
          n_series++;
        }
      least = MIN (least, sg_bench_cpu_seconds () - start);
    }
  return sg_bench_judge ((double) n_samples / least / 1e6, SG_BENCH_AT_LEAST, BUDGET_SELECT,
                         "select from %s: %u series, %zu samples in %.2f ms: %.0f M samples/s",
                         name, n_series, n_samples, least * 1e3, (double) n_samples / least / 1e6);
}

static guint64
measure_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 size = 0;

  if (dir == NULL)
    return 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf status;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        size += measure_folder (child);
      else if (g_stat (child, &status) == 0)
        size += (guint64) status.st_size;
    }
  return size;
}

/* The samples of two hours, in the format that promtool reads: no blanks between labels. */
static void
write_openmetrics (Bench      *bench,
                   const char *path,
                   SgTimeMs    begin)
{
  FILE *file = fopen (path, "w");

  if (file == NULL)
    abort ();
  for (guint i = 0; i < bench->n_series; i++)
    {
      g_autofree char *text = sg_labels_to_string (bench->labels[i]);
      g_auto (GStrv) parts = g_strsplit (text, ", ", -1);
      g_autofree char *joined = g_strjoinv (",", parts);
      gsize first = (gsize) i * bench->n_scrapes;

      for (gsize k = first; k < first + bench->n_scrapes; k++)
        {
          if (bench->times[k] >= begin && bench->times[k] < begin + SG_BLOCK_RANGE)
            fprintf (file, "%s %.17g %" G_GINT64_FORMAT ".%03d\n", joined, bench->values[k],
                     bench->times[k] / 1000, (int) (bench->times[k] % 1000));
        }
    }
  fputs ("# EOF\n", file);
  fclose (file);
}

static gboolean
make_peer_block (const char *promtool,
                 const char *input,
                 const char *output)
{
  const char *const argv[] = { promtool, "tsdb", "create-blocks-from", "openmetrics", input,
                               output,   NULL };
  int status = 0;

  return g_spawn_sync (NULL, (char **) argv, NULL,
                       G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                       NULL, &status, NULL)
         && status == 0;
}

/*
 * Prometheus' blocks of the same samples. It reads its input once for each block, so that each gets
 * one of its own. Returns: how many bytes they have, 0 when it is not installed
 */
static guint64
measure_peer (Bench *bench)
{
  g_autofree char *promtool = g_find_program_in_path ("promtool");
  g_autofree char *input = g_build_filename (bench->folder, "in.om", NULL);
  g_autofree char *output = g_build_filename (bench->folder, "peer", NULL);
  SgTimeMs end = T0 + (SgTimeMs) bench->n_scrapes * STEP + STEP;
  gboolean good = promtool != NULL;
  guint64 size;

  for (SgTimeMs begin = T0; good && begin < end; begin += SG_BLOCK_RANGE)
    {
      write_openmetrics (bench, input, begin);
      good = make_peer_block (promtool, input, output);
    }
  size = good ? measure_folder (output) : 0;
  sg_folder_remove (input, NULL);
  sg_folder_remove (output, NULL);
  return size;
}

static gboolean
measure_sizes (Bench *bench)
{
  double n = (double) count_samples (bench);
  double ours = (double) measure_folder (bench->folder) / n;
  double peer = (double) measure_peer (bench) / n;

  if (peer > 0)
    return sg_bench_judge (ours, SG_BENCH_AT_MOST, peer,
                           "blocks of two hours: %.3f bytes a sample, Prometheus' %.3f", ours,
                           peer);
  printf ("blocks of two hours: %.3f bytes a sample; promtool is not installed\n", ours);
  return TRUE;
}

static gboolean
measure_blocks (Bench *bench)
{
  g_autoptr (GPtrArray) blocks = write_blocks (bench);
  gboolean within = measure_sizes (bench);
  g_autoptr (GPtrArray) compacted = compact (bench, blocks);

  printf ("one block: %.3f bytes a sample\n",
          (double) get_size (compacted) / (double) count_samples (bench));
  within &= measure_select ("blocks of two hours", blocks);
  within &= measure_select ("one block", compacted);
  return within;
}

int
main (int    argc,
      char **argv)
{
  Bench bench = { argc > 1 ? (guint) atoi (argv[1]) : 1000,
                  argc > 2 ? (guint) atoi (argv[2]) : 5760 };

  gboolean within;

  bench.chunks = g_array_new (FALSE, FALSE, sizeof (SgChunk));
  g_array_set_clear_func (bench.chunks, chunk_clear);
  bench.folder = g_dir_make_tmp ("sg-bench-XXXXXX", NULL);
  make_samples (&bench);
  measure_chunks (&bench);
  within = measure_blocks (&bench);
  sg_folder_remove (bench.folder, NULL);
  return within ? 0 : 1;
}
