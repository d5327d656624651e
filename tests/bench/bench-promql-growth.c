/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-engine.h"
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-file-writer.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * How the time of a query grows: with the number of series, from 100 to 100,000 over an hour, and with
 * the range, from an hour to 30 days of 20 series, in both cases with 250 steps. The series are in a block
 * on the disk. A table: milliseconds, and nanoseconds for each sample that was read, which should stay the
 * same.
 *
 * usage: bench-promql-growth [SERIES]
 */
#define START   G_GINT64_CONSTANT (1766016000000)
#define STEP    15000
#define HOUR    G_GINT64_CONSTANT (3600000)
#define N_STEPS 250
#define PASSES  5

static const char *const queries[] = { "sum(m)", "sum by (group) (rate(m[5m]))",
                                       "max_over_time(m[10m])" };

static void
fill (SgBlockBuilder *builder,
      guint           n_series,
      gint64          length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  gsize n = (gsize) (length / STEP);
  g_autofree SgTimeMs *t = g_new (SgTimeMs, n);
  g_autofree double *f = g_new (double, n);

  for (guint i = 0; i < n_series; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *group = g_strdup_printf ("%u", i % 20);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "m", "instance", name,
                                                              "group", group, "job", "bench", NULL);
      SgColumn column = { SG_VALUE_FLOAT, n, t, { f } };
      SgSeries series = { labels, 1, &column };
      double value = g_rand_int_range (random, 0, 100000);
      g_autoptr (GError) error = NULL;

      for (gsize k = 0; k < n; k++)
        {
          value += g_rand_int_range (random, 0, 20);
          t[k] = START + i % STEP + (SgTimeMs) k * STEP;
          f[k] = value;
        }
      if (!sg_block_builder_add_series (builder, &series, &error))
        g_error ("%s", error->message);
    }
}

/* Returns: (transfer full): a querier of blocks with so many series, each so long */
static SgQuerier *
make_querier (const char *folder,
              guint       n_series,
              gint64      length)
{
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (31 * 24 * HOUR);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (GError) error = NULL;

  fill (builder, n_series, length);
  if (!sg_block_builder_write (builder, folder, SG_TIME_MS_MAX, metas, NULL, &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < metas->len; i++)
    {
      const SgBlockMeta *meta = g_ptr_array_index (metas, i);
      char name[SG_ULID_LENGTH + 1];
      g_autofree char *path = NULL;
      SgBlock *block;

      sg_ulid_print (&meta->ulid, name);
      path = g_build_filename (folder, name, NULL);
      block = sg_block_open (path, &error);
      if (block == NULL)
        g_error ("%s", error->message);
      g_ptr_array_add (blocks, block);
    }
  return sg_block_querier_new (blocks);
}

static void
measure (SgPromqlEngine *engine,
         SgQuerier      *querier,
         const char     *query,
         gint64          range)
{
  double best = G_MAXDOUBLE;
  guint64 n_samples = 0;

  for (guint i = 0; i < PASSES; i++)
    {
      gint64 start = g_get_monotonic_time ();
      g_autoptr (GError) error = NULL;
      g_autoptr (SgPromqlResult) result = sg_promql_engine_query_range (
          engine, querier, query, START, START + range, range / N_STEPS, NULL, &error);

      if (result == NULL)
        g_error ("%s: %s", query, error->message);
      best = MIN (best, (double) (g_get_monotonic_time () - start) / 1000);
      n_samples = result->stats.n_samples;
    }
  printf (" %10.2f %7.2f", best, best * 1e6 / (double) MAX (n_samples, 1));
}

static void
measure_all (SgPromqlEngine *engine,
             guint           n_series,
             gint64          range)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-bench-growth-XXXXXX", NULL);
  g_autoptr (SgQuerier) querier = make_querier (folder, n_series, range + HOUR / 2);

  printf ("%8u %6.0f", n_series, (double) range / (double) HOUR);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    measure (engine, querier, queries[i], range);
  printf ("\n");
  g_clear_object (&querier);
  sg_folder_remove (folder, NULL);
}

int
main (int   argc,
      char *argv[])
{
  static const gint64 hours[] = { 1, 6, 24, 7 * 24, 30 * 24 };
  guint max = argc > 1 ? (guint) atoi (argv[1]) : 100000;
  g_autoptr (SgPromqlEngine) engine = sg_promql_engine_new (NULL, NULL);

  printf ("%8s %6s", "series", "hours");
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    printf (" %18.18s", queries[i]);
  printf ("\n%8s %6s", "", "");
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    printf (" %10s %7s", "ms", "ns/s.");
  printf ("\n");
  for (guint n = 100; n <= max; n *= 10)
    measure_all (engine, n, HOUR);
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++)
    measure_all (engine, 20, hours[i] * HOUR);
  return 0;
}
