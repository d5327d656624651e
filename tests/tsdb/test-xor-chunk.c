/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-xor-chunk.h"

#define T0 G_GINT64_CONSTANT (1767225600000)

typedef struct
{
  const char *hex;
  guint n;
  SgTimeMs offsets[10];
  guint64 bits[10];
} Golden;

/* Written by Prometheus 2.42 (promtool tsdb create-blocks-from openmetrics). */
static const Golden goldens[] = {
  /* Each end of the ranges of 14 bits; window kept and not; -0, NaN and both infinities. */
  { "000a80a0d5edee663ff0000000000000904e3097ffd84cfffa000c00e800701b7ffc2001a001bc001800fff80000000"
    "00001800180020000000000006fffe80000000000000000",
    10,
    { 0, 10000, 20000, 30000, 48192, 58193, 76387, 86389, 96392, 106394 },
    { 0x3ff0000000000000, 0x3ff0000000000000, 0x4000000000000000, 0x3ff8000000000000,
      0xbff8000000000000, 0, 0x8000000000000000, SG_NORMAL_NAN_BITS, 0x7ff0000000000000,
      0xfff0000000000000 } },
  /* Each end of 17 bits; denormal and huge values. */
  { "000980a0d5edee6601a56e1fc2f8f359f0a204c3dc15b4a135d46859d0000fef8f1a5f3dd0001c3ec0fe240ca3d70a3"
    "f8400070fdffbfffffffffffff7800062fbfe7ffffffffffff80028000000000000001bffe80200000000000010",
    9,
    { 0, 70000, 205536, 275537, 411075, 481077, 551081, 621083, 691085 },
    { 0x01a56e1fc2f8f359, 0x40fe240c9fbe76c9, 0x40fe240ca3d70a3d, 1, 0x7fefffffffffffff,
      0x4008000000000000, 0x4008000000000001, 0x4028000000000000, 0x4028000000000000 } },
  /* Each end of 20 bits, and what needs 64. */
  { "000780a0d5edee664059000000000000c0cf24e20fa00003805f40000ee07e0000000000100003a87cbfffffffffffe"
    "ffffda0ae65d018",
    7,
    { 0, 600000, 1724288, 2324289, 3448579, 4048579, 4648579 },
    { 0x4059000000000000, 0x4059400000000000, 0x4059800000000000, 0x405b800000000000,
      0x4069000000000000, 0x408f400000000000, 0x408f480000000000 } },
  { "000280a0d5edee6640450000000000000100",
    2,
    { 0, 1 },
    { 0x4045000000000000, 0x4045000000000000 } },
  /* Before 2.55 there was a whole byte of padding after this. */
  { "000180a0d5edee66c01d000000000000", 1, { 0 }, { 0xc01d000000000000 } },
  /* A xor of all 64 bits, whose length is written as 0. */
  { "000a80a0d5edee663fb999999999999a9875d21f6bd3555555555555da76d555555555555d8befee666666666666d00"
    "00000000000002c20c6006c1f5f1bf21e44003ace",
    10,
    { 0, 15000, 30000, 45000, 60000, 75000, 90000, 105000, 120000, 135000 },
    { 0x3fb999999999999a, 0x3fc999999999999a, 0x3fd3333333333334, 0x3fb999999999999a, 1, 0,
      0x4000000000000000, 0x4000000000000000, 0xc000000000000000, 0x7e37e43c8800759c } },
};

static GBytes *
bytes_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  g_assert_cmpuint (strlen (hex) % 2, ==, 0);
  for (; hex[0] != '\0'; hex += 2)
    {
      guint8 byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);

      g_byte_array_append (bytes, &byte, 1);
    }
  return g_byte_array_free_to_bytes (bytes);
}

static void
assert_same_bytes (const SgXorAppender *appender,
                   GBytes              *expected)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (expected, &length);

  g_assert_cmpmem (appender->data, sg_xor_appender_length (appender), data, length);
}

static void
append_golden (SgXorAppender *appender,
               const Golden  *golden,
               guint          from,
               guint          to)
{
  for (guint i = from; i < to; i++)
    g_assert_true (sg_xor_appender_append (appender, T0 + golden->offsets[i],
                                           sg_double_from_bits (golden->bits[i])));
}

static void
test_xor_chunk_golden_append (void)
{
  for (guint g = 0; g < G_N_ELEMENTS (goldens); g++)
    {
      g_autoptr (GBytes) expected = bytes_from_hex (goldens[g].hex);
      g_auto (SgXorAppender) appender;

      sg_xor_appender_init (&appender);
      append_golden (&appender, &goldens[g], 0, goldens[g].n);
      assert_same_bytes (&appender, expected);
    }
}

/* Left after each sample and taken up again, the chunk is the same. */
static void
test_xor_chunk_golden_resume (void)
{
  for (guint g = 0; g < G_N_ELEMENTS (goldens); g++)
    {
      g_autoptr (GBytes) expected = bytes_from_hex (goldens[g].hex);

      for (guint cut = 0; cut <= goldens[g].n; cut++)
        {
          g_autoptr (GError) error = NULL;
          g_auto (SgXorAppender) first;
          g_auto (SgXorAppender) second;
          gsize length;
          g_autofree guint8 *data = NULL;

          sg_xor_appender_init (&first);
          sg_xor_appender_init (&second);
          append_golden (&first, &goldens[g], 0, cut);
          data = sg_xor_appender_steal (&first, &length);
          g_assert_cmpuint (first.n_samples, ==, 0);
          if (cut > 0)
            g_assert_true (sg_xor_appender_resume (&second, data, length, &error));
          g_assert_no_error (error);
          append_golden (&second, &goldens[g], cut, goldens[g].n);
          assert_same_bytes (&second, expected);
        }
    }
}

static void
test_xor_chunk_golden_read (void)
{
  for (guint g = 0; g < G_N_ELEMENTS (goldens); g++)
    {
      const Golden *golden = &goldens[g];
      g_autoptr (GBytes) bytes = bytes_from_hex (golden->hex);
      g_autoptr (GError) error = NULL;
      SgTimeMs times[10];
      double values[10];
      SgTimeMs t;
      double value;
      SgXorIter iter;
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      g_assert_cmpuint (sg_xor_chunk_count (data, length), ==, golden->n);
      g_assert_true (sg_xor_chunk_decode (data, length, times, values, &error));
      g_assert_no_error (error);
      sg_xor_iter_init (&iter, data, length);
      for (guint i = 0; i < golden->n; i++)
        {
          g_assert_true (sg_xor_iter_next (&iter, &t, &value, &error));
          g_assert_cmpint (t, ==, T0 + golden->offsets[i]);
          g_assert_cmphex (sg_double_to_bits (value), ==, golden->bits[i]);
          g_assert_cmpint (times[i], ==, t);
          g_assert_cmphex (sg_double_to_bits (values[i]), ==, golden->bits[i]);
        }
      g_assert_false (sg_xor_iter_next (&iter, &t, &value, &error));
      g_assert_no_error (error);
    }
}

/* Values and distances that have sprung surprises, and any others. */
static guint64
random_bits (void)
{
  static const guint64 special[] = {
    0,
    1,
    0x8000000000000000,
    SG_STALE_NAN_BITS,
    SG_NORMAL_NAN_BITS,
    0x7ff8000000000000,
    0xfff8000000000000,
    0x7ff0000000000000,
    0xfff0000000000000,
    0x7fefffffffffffff,
    G_MAXUINT64,
    0x3ff0000000000000,
  };
  guint64 any = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();

  switch (g_test_rand_int_range (0, 5))
    {
    case 0:
      return special[g_test_rand_int_range (0, G_N_ELEMENTS (special))];
    case 1:
      return any;
    case 2:
      return any >> g_test_rand_int_range (0, 64);
    case 3:
      return any << g_test_rand_int_range (0, 64);
    default:
      return sg_double_to_bits (g_test_rand_int_range (0, 1000));
    }
}

static gint64
random_distance (void)
{
  static const gint64 usual[] = { 1, 15000, 8192, 8193, 65536, 65537, 524288, 524289, G_MAXINT32 };

  if (g_test_rand_int_range (0, 4) > 0)
    return 15000 + g_test_rand_int_range (-3, 3);
  return usual[g_test_rand_int_range (0, G_N_ELEMENTS (usual))] + g_test_rand_int_range (0, 3);
}

typedef struct
{
  SgXorAppender appender;
  guint n;
  SgTimeMs *times;
  double *values;
} RandomChunk;

static void
random_chunk_init (RandomChunk *chunk,
                   guint        n,
                   SgTimeMs     start)
{
  sg_xor_appender_init (&chunk->appender);
  chunk->n = n;
  chunk->times = g_new (SgTimeMs, n);
  chunk->values = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      start += i == 0 ? 0 : random_distance ();
      chunk->times[i] = start;
      chunk->values[i] = sg_double_from_bits (random_bits ());
      g_assert_true (sg_xor_appender_append (&chunk->appender, start, chunk->values[i]));
    }
}

static void
random_chunk_clear (RandomChunk *chunk)
{
  sg_xor_appender_clear (&chunk->appender);
  g_free (chunk->times);
  g_free (chunk->values);
}

static void
assert_decodes_to (const RandomChunk *chunk,
                   const guint8      *data,
                   gsize              length)
{
  g_autoptr (GError) error = NULL;
  g_autofree SgTimeMs *times = g_new (SgTimeMs, chunk->n);
  g_autofree double *values = g_new (double, chunk->n);

  g_assert_cmpuint (sg_xor_chunk_count (data, length), ==, chunk->n);
  g_assert_true (sg_xor_chunk_decode (data, length, times, values, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (times, chunk->n * sizeof *times, chunk->times, chunk->n * sizeof *times);
  g_assert_cmpmem (values, chunk->n * sizeof *values, chunk->values, chunk->n * sizeof *values);
}

static void
test_xor_chunk_round_trip (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      RandomChunk chunk;
      gsize length;
      g_autofree guint8 *data = NULL;

      random_chunk_init (&chunk, g_test_rand_int_range (1, 300),
                         round % 3 == 0 ? -G_GINT64_CONSTANT (1000000) : T0);
      data = sg_xor_appender_steal (&chunk.appender, &length);
      assert_decodes_to (&chunk, data, length);
      random_chunk_clear (&chunk);
    }
}

/* Times as far apart as they can be: their distances wrap, in both directions. */
static void
test_xor_chunk_far_times (void)
{
  static const SgTimeMs times[] = {
    G_MININT64, G_MININT64 + 1, -1, 0, 1, G_MAXINT64 - 1, G_MAXINT64
  };
  g_autoptr (GError) error = NULL;
  g_auto (SgXorAppender) appender;
  SgTimeMs read[G_N_ELEMENTS (times)];
  double values[G_N_ELEMENTS (times)];

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_true (sg_xor_appender_append (&appender, times[i], i));
  g_assert_true (sg_xor_chunk_decode (appender.data, sg_xor_appender_length (&appender), read,
                                      values, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (read, sizeof read, times, sizeof times);
}

static void
test_xor_chunk_refused (void)
{
  g_auto (SgXorAppender) appender;
  g_autofree SgTimeMs *times = g_new (SgTimeMs, SG_XOR_CHUNK_MAX_SAMPLES);
  g_autofree double *values = g_new (double, SG_XOR_CHUNK_MAX_SAMPLES);
  gsize length;

  sg_xor_appender_init (&appender);
  g_assert_cmpuint (sg_xor_appender_length (&appender), ==, 0);
  g_assert_true (sg_xor_appender_append (&appender, 5, 1));
  length = sg_xor_appender_length (&appender);
  g_assert_false (sg_xor_appender_append (&appender, 5, 1));
  g_assert_false (sg_xor_appender_append (&appender, 4, 1));
  g_assert_cmpuint (sg_xor_appender_length (&appender), ==, length);
  for (guint i = 1; i < SG_XOR_CHUNK_MAX_SAMPLES; i++)
    g_assert_true (sg_xor_appender_append (&appender, 5 + i, i));
  length = sg_xor_appender_length (&appender);
  g_assert_false (sg_xor_appender_append (&appender, T0, 1));
  g_assert_cmpuint (sg_xor_appender_length (&appender), ==, length);
  g_assert_true (sg_xor_chunk_decode (appender.data, length, times, values, NULL));
  g_assert_cmpfloat (values[SG_XOR_CHUNK_MAX_SAMPLES - 1], ==, SG_XOR_CHUNK_MAX_SAMPLES - 1);
}

/*
 * Decodes bytes that may be anything, from memory that ends where they end, in both ways. They must
 * agree, whatever they say.
 */
static gboolean
decode_hostile (const guint8 *data,
                gsize         length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  guint n = sg_xor_chunk_count (copy, length);
  g_autofree SgTimeMs *times = g_new (SgTimeMs, n);
  g_autofree double *values = g_new (double, n);
  g_autoptr (GError) batch_error = NULL;
  g_autoptr (GError) iter_error = NULL;
  gboolean ok = sg_xor_chunk_decode (copy, length, times, values, &batch_error);
  SgXorIter iter;
  SgTimeMs t;
  double value;
  guint i = 0;

  sg_xor_iter_init (&iter, copy, length);
  for (; sg_xor_iter_next (&iter, &t, &value, &iter_error); i++)
    {
      if (ok)
        {
          g_assert_cmpint (times[i], ==, t);
          g_assert_cmphex (sg_double_to_bits (values[i]), ==, sg_double_to_bits (value));
        }
      g_assert_true (i == 0 || !ok || times[i] > times[i - 1]);
    }
  g_assert_true (ok == (batch_error == NULL));
  if (ok)
    {
      g_assert_no_error (iter_error);
      g_assert_cmpuint (i, ==, n);
      return TRUE;
    }
  g_assert_error (batch_error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  g_assert_cmpstr (batch_error->message, ==, iter_error->message);
  return FALSE;
}

static void
test_xor_chunk_damaged (void)
{
  for (guint round = 0; round < 20; round++)
    {
      RandomChunk chunk;
      gsize length;
      g_autofree guint8 *data = NULL;
      guint n_bad = 0;

      random_chunk_init (&chunk, g_test_rand_int_range (1, 60), T0);
      data = sg_xor_appender_steal (&chunk.appender, &length);
      for (gsize cut = 0; cut < length; cut++)
        g_assert_false (decode_hostile (data, cut));
      for (gsize bit = 0; bit < length * 8; bit++)
        {
          data[bit / 8] ^= 1 << bit % 8;
          n_bad += !decode_hostile (data, length);
          data[bit / 8] ^= 1 << bit % 8;
        }
      g_assert_cmpuint (n_bad, >, 0);
      assert_decodes_to (&chunk, data, length);
      random_chunk_clear (&chunk);
    }
}

static void
test_xor_chunk_noise (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      guint8 noise[200];
      gsize length = g_test_rand_int_range (0, sizeof noise);

      for (gsize i = 0; i < length; i++)
        noise[i] = g_test_rand_int_range (0, 256);
      if (length > 1 && round % 2 == 0)
        noise[0] = 0;
      decode_hostile (noise, length);
    }
}

/* A writer that does not know the window says 10 and 64 bits; so it may be taken up here. */
static void
test_xor_chunk_foreign_window (void)
{
  g_autoptr (GBytes) bytes = bytes_from_hex ("0003043ff00000000000000127ff00000000000000");
  g_autoptr (GError) error = NULL;
  g_auto (SgXorAppender) appender;
  SgTimeMs times[4];
  double values[4];
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  sg_xor_appender_init (&appender);
  g_assert_true (sg_xor_chunk_decode (data, length, times, values, &error));
  g_assert_no_error (error);
  g_assert_cmpint (times[2], ==, 4);
  g_assert_cmpfloat (values[1], ==, 1);
  g_assert_cmpfloat (values[2], ==, 2);
  g_assert_true (sg_xor_appender_resume (&appender, data, length, &error));
  g_assert_no_error (error);
  g_assert_true (sg_xor_appender_append (&appender, 5, 7));
  g_assert_true (sg_xor_chunk_decode (appender.data, sg_xor_appender_length (&appender), times,
                                      values, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (values[3], ==, 7);
}

typedef struct
{
  const char *hex;
  const char *message;
} ErrorCase;

static const ErrorCase error_cases[] = {
  { "", "XOR chunk: byte 0: a chunk begins with two bytes that count its samples" },
  { "00", "XOR chunk: byte 1: a chunk begins with two bytes that count its samples" },
  { "0001", "XOR chunk: byte 2: the first sample is not whole: the chunk was cut" },
  { "000104ffffffff", "XOR chunk: byte 3: the first sample is not whole: the chunk was cut" },
  { "0002043ff0000000000000",
    "XOR chunk: byte 11: the second sample is not whole: the chunk was cut" },
  { "0002043ff000000000000001",
    "XOR chunk: byte 12: the data end within a sample: the chunk was cut" },
  { "0002043ff00000000000000000",
    "XOR chunk: byte 12: a time that does not rise, or a value of more than 64 bits: the chunk is "
    "damaged" },
  { "0002043ff000000000000001ffffffffffffffffffff",
    "XOR chunk: byte 21: a time that does not rise, or a value of more than 64 bits: the chunk is "
    "damaged" },
};

static void
test_xor_chunk_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GBytes) bytes = bytes_from_hex (error_cases[i].hex);
      g_autoptr (GError) error = NULL;
      g_auto (SgXorAppender) appender;
      SgTimeMs times[4];
      double values[4];
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      g_assert_false (sg_xor_chunk_decode (data, length, times, values, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
      g_assert_cmpstr (error->message, ==, error_cases[i].message);
      sg_xor_appender_init (&appender);
      g_assert_false (sg_xor_appender_resume (&appender, data, length, NULL));
      g_assert_cmpuint (appender.n_samples, ==, 0);
    }
}

/* What is decoded up to a time has all samples up to it, the same as the whole chunk, and few others. */
static void
test_xor_chunk_until (void)
{
  g_auto (SgXorAppender) appender;
  SgTimeMs all_times[120];
  SgTimeMs times[120];
  double all_values[120];
  double values[120];

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < 120; i++)
    g_assert_true (sg_xor_appender_append (&appender, 1000 + 15000 * (SgTimeMs) i + (i % 7 == 0),
                                           i / 10 * 1.1));
  g_assert_true (sg_xor_chunk_decode (appender.data, sg_xor_appender_length (&appender), all_times,
                                      all_values, NULL));
  for (guint i = 0; i < 120; i++)
    {
      guint n = 0;

      g_assert_true (sg_xor_chunk_decode_until (appender.data, sg_xor_appender_length (&appender),
                                                all_times[i], times, values, &n, NULL));
      g_assert_cmpuint (n, >, i);
      g_assert_cmpuint (n, <=, MIN (120, i + 30));
      g_assert_cmpmem (times, n * sizeof *times, all_times, n * sizeof *times);
      g_assert_cmpmem (values, n * sizeof *values, all_values, n * sizeof *values);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/xor-chunk/golden/append", test_xor_chunk_golden_append);
  g_test_add_func ("/tsdb/xor-chunk/golden/resume", test_xor_chunk_golden_resume);
  g_test_add_func ("/tsdb/xor-chunk/golden/read", test_xor_chunk_golden_read);
  g_test_add_func ("/tsdb/xor-chunk/round-trip", test_xor_chunk_round_trip);
  g_test_add_func ("/tsdb/xor-chunk/far-times", test_xor_chunk_far_times);
  g_test_add_func ("/tsdb/xor-chunk/refused", test_xor_chunk_refused);
  g_test_add_func ("/tsdb/xor-chunk/damaged", test_xor_chunk_damaged);
  g_test_add_func ("/tsdb/xor-chunk/until", test_xor_chunk_until);
  g_test_add_func ("/tsdb/xor-chunk/noise", test_xor_chunk_noise);
  g_test_add_func ("/tsdb/xor-chunk/foreign-window", test_xor_chunk_foreign_window);
  g_test_add_func ("/tsdb/xor-chunk/errors", test_xor_chunk_errors);
  return g_test_run ();
}
