/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-series.h"
#include "base/sg-snappy.h"
#include "tools/sg-snappy-library.h"
#include "tsdb/sg-wal-record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Snappy on the records of a write-ahead log, beside the library that most programs use, where that is
 * installed: megabytes a second of what is not compressed, and what is left of it.
 *
 *   bench-snappy
 */
#define T0        G_GINT64_CONSTANT (1767225600000)
#define STEP      15000
#define N_SERIES  200
#define N_RECORDS 200
#define PASSES    25

typedef struct
{
  const char *name;
  GPtrArray *records;
  gsize length;
  gsize longest;
} Work;

/* What a pass over all records does: one of the four. */
typedef gsize (*Pass) (const Work *work, GPtrArray *blocks, guint8 *room);

static SgSnappyLibrary library;

static gsize
pass_compress (const Work *work,
               GPtrArray  *blocks,
               guint8     *room)
{
  gsize total = 0;

  for (guint i = 0; i < work->records->len; i++)
    {
      const GByteArray *record = work->records->pdata[i];

      total += sg_snappy_compress (record->data, record->len, room);
    }
  return total;
}

static gsize
pass_library_compress (const Work *work,
                       GPtrArray  *blocks,
                       guint8     *room)
{
  gsize total = 0;

  for (guint i = 0; i < work->records->len; i++)
    {
      const GByteArray *record = work->records->pdata[i];
      size_t length = SG_SNAPPY_BOUND (record->len);

      if (library.compress ((const char *) record->data, record->len, (char *) room, &length) != 0)
        abort ();
      total += length;
    }
  return total;
}

static gsize
pass_expand (const Work *work,
             GPtrArray  *blocks,
             guint8     *room)
{
  gsize total = 0;

  for (guint i = 0; i < blocks->len; i++)
    {
      const GByteArray *block = blocks->pdata[i];

      if (!sg_snappy_expand (block->data, block->len, room, NULL))
        abort ();
      total += block->len;
    }
  return total;
}

static gsize
pass_library_expand (const Work *work,
                     GPtrArray  *blocks,
                     guint8     *room)
{
  gsize total = 0;

  for (guint i = 0; i < blocks->len; i++)
    {
      const GByteArray *block = blocks->pdata[i];
      size_t length = work->longest;

      if (library.expand ((const char *) block->data, block->len, (char *) room, &length) != 0)
        abort ();
      total += block->len;
    }
  return total;
}

/* Returns: megabytes a second of the quickest pass */
static double
measure (const Work *work,
         GPtrArray  *blocks,
         Pass        pass,
         gsize      *ret_total)
{
  g_autofree guint8 *room = g_malloc (SG_SNAPPY_BOUND (work->longest));
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < PASSES; i++)
    {
      gint64 start = g_get_monotonic_time ();

      *ret_total = pass (work, blocks, room);
      best = MIN (best, g_get_monotonic_time () - start);
    }
  return (double) work->length / (double) MAX (best, 1);
}

static GPtrArray *
compress_all (const Work *work)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autofree guint8 *room = g_malloc (SG_SNAPPY_BOUND (work->longest));

  for (guint i = 0; i < work->records->len; i++)
    {
      const GByteArray *record = work->records->pdata[i];
      GByteArray *block = g_byte_array_new ();

      g_byte_array_append (block, room,
                           (guint) sg_snappy_compress (record->data, record->len, room));
      g_ptr_array_add (blocks, block);
    }
  return blocks;
}

static void
compare (const char *name,
         const Work *work,
         GPtrArray  *blocks,
         Pass        ours,
         Pass        theirs)
{
  gsize total;
  double rate = measure (work, blocks, ours, &total);

  printf ("%-20s %-10s %7.0f MB/s  %5.1f %%", work->name, name, rate,
          100.0 * (double) total / (double) work->length);
  if (library.compress != NULL)
    {
      double library_rate = measure (work, blocks, theirs, &total);

      printf ("   library %7.0f MB/s  %5.1f %%   x %.2f", library_rate,
              100.0 * (double) total / (double) work->length, rate / library_rate);
    }
  printf ("\n");
}

static void
add_record (Work         *work,
            const guint8 *data,
            gsize         length)
{
  GByteArray *record = g_byte_array_new ();

  g_byte_array_append (record, data, (guint) length);
  g_ptr_array_add (work->records, record);
  work->length += length;
  work->longest = MAX (work->longest, length);
}

static void
run (Work *work)
{
  g_autoptr (GPtrArray) blocks = compress_all (work);

  compare ("compress", work, blocks, pass_compress, pass_library_compress);
  compare ("expand", work, blocks, pass_expand, pass_library_expand);
  g_ptr_array_unref (work->records);
}

static Work
work_new (const char *name)
{
  return (Work) { name, g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref) };
}

static void
run_samples (SgBenchSeries *series)
{
  Work work = work_new ("samples");
  g_autofree SgTimeMs *times = g_new (SgTimeMs, N_SERIES);
  g_autofree double *values = g_new (double, N_SERIES);
  g_autofree SgWalSample *samples = g_new (SgWalSample, N_SERIES);

  for (guint k = 0; k < N_RECORDS; k++)
    {
      SgWireWriter writer;

      sg_wire_writer_init (&writer);
      sg_bench_series_step (series, T0 + (SgTimeMs) k * STEP, times, values);
      for (guint i = 0; i < N_SERIES; i++)
        samples[i] = (SgWalSample) { i + 1, times[i], values[i] };
      sg_wal_encode_samples (&writer, samples, N_SERIES);
      add_record (&work, writer.data, writer.length);
      sg_wire_writer_clear (&writer);
    }
  run (&work);
}

static void
run_series (SgBenchSeries *series)
{
  Work work = work_new ("series");

  for (guint k = 0; k < N_RECORDS / 10; k++)
    {
      SgWalSeries entries[N_SERIES];
      SgWireWriter writer;

      sg_wire_writer_init (&writer);
      for (guint i = 0; i < N_SERIES; i++)
        entries[i] = (SgWalSeries) { k * N_SERIES + i + 1,
                                     (SgLabels *) sg_bench_series_get_labels (series, i) };
      sg_wal_encode_series (&writer, entries, N_SERIES);
      add_record (&work, writer.data, writer.length);
      sg_wire_writer_clear (&writer);
    }
  run (&work);
}

static void
run_noise (void)
{
  Work work = work_new ("noise");
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  guint32 noise[4096];

  for (guint k = 0; k < N_RECORDS; k++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (noise); i++)
        noise[i] = g_rand_int (rand);
      add_record (&work, (const guint8 *) noise, sizeof noise);
    }
  run (&work);
}

int
main (void)
{
  SgBenchSeries *series = sg_bench_series_new (N_SERIES, 42);

  if (!sg_snappy_library_load (&library))
    printf ("libsnappy.so.1 is not installed: nothing to compare with\n");
  run_samples (series);
  run_series (series);
  run_noise ();
  sg_bench_series_free (series);
  return 0;
}
