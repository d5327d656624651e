/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-chunk-merge.h"
#include "tsdb/sg-tsdb-error.h"

typedef struct
{
  SgChunkMerge merge;
  GPtrArray *made;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  sg_chunk_merge_init (&fixture->merge);
  fixture->made = g_ptr_array_new_with_free_func (g_free);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_chunk_merge_clear (&fixture->merge);
  g_ptr_array_unref (fixture->made);
}

/* Adds a chunk of the times @begin, @begin + @step … with the values @value, @value + 1 … */
static SgChunk
add_chunk (Fixture  *fixture,
           SgTimeMs  begin,
           gint64    step,
           guint     n,
           double    value)
{
  SgXorAppender appender;
  SgChunk chunk = { begin, begin + step * (n - 1) };

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < n; i++)
    g_assert_true (sg_xor_appender_append (&appender, begin + step * i, value + i));
  chunk.bytes.encoding = SG_CHUNK_XOR;
  chunk.bytes.data = sg_xor_appender_steal (&appender, &chunk.bytes.length);
  g_ptr_array_add (fixture->made, (gpointer) chunk.bytes.data);
  sg_chunk_merge_add (&fixture->merge, &chunk);
  return chunk;
}

static const SgChunk *
run (Fixture *fixture,
     guint    n_expected)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_chunk_merge_run (&fixture->merge, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->merge.merged->len, ==, n_expected);
  return (const SgChunk *) (gpointer) fixture->merge.merged->data;
}

/* Chunks that do not overlap are passed on as they are, in order. */
static void
test_chunk_merge_apart (Fixture       *fixture,
                        gconstpointer  data)
{
  SgChunk second = add_chunk (fixture, 100, 1, 10, 0);
  SgChunk first = add_chunk (fixture, 90, 1, 10, 0);
  const SgChunk *merged = run (fixture, 2);

  g_assert_true (merged[0].bytes.data == first.bytes.data);
  g_assert_true (merged[1].bytes.data == second.bytes.data);
}

static void
test_chunk_merge_same (Fixture       *fixture,
                       gconstpointer  data)
{
  SgChunk first = add_chunk (fixture, 100, 1, 10, 0);
  const SgChunk *merged;

  add_chunk (fixture, 100, 1, 10, 0);
  add_chunk (fixture, 100, 1, 10, 0);
  merged = run (fixture, 1);
  g_assert_true (merged->bytes.data == first.bytes.data);
}

/* Of two samples of one time the first chunk's stays, in whatever order the chunks begin. */
static void
test_chunk_merge_conflict (Fixture       *fixture,
                           gconstpointer  data)
{
  const SgChunk *merged;
  SgTimeMs times[6];
  double values[6];

  add_chunk (fixture, 102, 1, 4, 10);
  add_chunk (fixture, 100, 1, 4, 20);
  merged = run (fixture, 1);
  g_assert_cmpint (merged->min_time, ==, 100);
  g_assert_cmpint (merged->max_time, ==, 105);
  g_assert_true (
      sg_xor_chunk_decode (merged->bytes.data, merged->bytes.length, times, values, NULL));
  g_assert_cmpfloat (values[1], ==, 21);
  g_assert_cmpfloat (values[2], ==, 10);
  g_assert_cmpfloat (values[3], ==, 11);
  g_assert_cmpfloat (values[5], ==, 13);
}

/* 300 samples and 300 between them become five chunks of 120. */
static void
test_chunk_merge_interleaved (Fixture       *fixture,
                              gconstpointer  data)
{
  const SgChunk *merged;

  add_chunk (fixture, 0, 2, 300, 0);
  add_chunk (fixture, 1, 2, 300, 0);
  merged = run (fixture, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpuint (sg_chunk_count (&merged[i].bytes), ==, SG_CHUNK_USUAL_SAMPLES);
      g_assert_cmpint (merged[i].min_time, ==, i * 120);
      g_assert_cmpint (merged[i].max_time, ==, i * 120 + 119);
    }
}

static void
test_chunk_merge_unknown (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  SgChunk chunk = { 200, 300, { SG_CHUNK_HISTOGRAM, (const guint8 *) "\0\1x", 3 } };
  const SgChunk *merged;

  add_chunk (fixture, 100, 1, 100, 0);
  sg_chunk_merge_add (&fixture->merge, &chunk);
  sg_chunk_merge_add (&fixture->merge, &chunk);
  merged = run (fixture, 2);
  g_assert_cmpuint (merged[1].bytes.encoding, ==, SG_CHUNK_HISTOGRAM);
  sg_chunk_merge_reset (&fixture->merge);
  add_chunk (fixture, 101, 1, 100, 0);
  sg_chunk_merge_add (&fixture->merge, &chunk);
  g_assert_false (sg_chunk_merge_run (&fixture->merge, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "a chunk of encoding 2 overlaps another one, and cannot be merged with it here");
}

static void
test_chunk_merge_damaged (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  SgChunk chunk = { 150, 300, { SG_CHUNK_XOR, (const guint8 *) "\0\1x", 3 } };

  add_chunk (fixture, 100, 1, 100, 0);
  sg_chunk_merge_add (&fixture->merge, &chunk);
  g_assert_false (sg_chunk_merge_run (&fixture->merge, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
}

#define N_TIMES 3000

static void
assert_has (Fixture      *fixture,
            const double *expected)
{
  SgTimeMs next = 0;

  for (guint i = 0; i < fixture->merge.merged->len; i++)
    {
      const SgChunk *chunk = &g_array_index (fixture->merge.merged, SgChunk, i);
      g_autoptr (GError) error = NULL;
      SgXorIter iter;
      SgTimeMs t;
      double value;

      g_assert_cmpint (chunk->min_time, >=, next);
      sg_xor_iter_init (&iter, chunk->bytes.data, chunk->bytes.length);
      while (sg_xor_iter_next (&iter, &t, &value, &error))
        {
          for (; next < t; next++)
            g_assert_cmpfloat (expected[next], ==, -1);
          g_assert_cmpfloat (expected[next], ==, value);
          next++;
        }
      g_assert_no_error (error);
      g_assert_cmpint (t, ==, chunk->max_time);
    }
  for (; next < N_TIMES; next++)
    g_assert_cmpfloat (expected[next], ==, -1);
}

static void
test_chunk_merge_random (Fixture       *fixture,
                         gconstpointer  data)
{
  for (guint round = 0; round < 300; round++)
    {
      double expected[N_TIMES];

      for (guint t = 0; t < N_TIMES; t++)
        expected[t] = -1;
      sg_chunk_merge_reset (&fixture->merge);
      for (guint i = g_test_rand_int_range (0, 8); i > 0; i--)
        {
          guint n = g_test_rand_int_range (1, 200);
          guint step = g_test_rand_int_range (1, 4);
          guint begin = g_test_rand_int_range (0, N_TIMES - 600);
          double value = g_test_rand_int_range (0, 10000);

          add_chunk (fixture, begin, step, n, value);
          for (guint k = 0; k < n; k++)
            {
              if (expected[begin + k * step] < 0)
                expected[begin + k * step] = value + k;
            }
        }
      g_assert_true (sg_chunk_merge_run (&fixture->merge, NULL));
      assert_has (fixture, expected);
    }
}

#define ADD(name, function) \
  g_test_add ("/tsdb/chunk-merge/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("apart", test_chunk_merge_apart);
  ADD ("same", test_chunk_merge_same);
  ADD ("conflict", test_chunk_merge_conflict);
  ADD ("interleaved", test_chunk_merge_interleaved);
  ADD ("unknown", test_chunk_merge_unknown);
  ADD ("damaged", test_chunk_merge_damaged);
  ADD ("random", test_chunk_merge_random);
  return g_test_run ();
}
