/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-snappy.h"

#include "base/sg-error.h"
#include "tools/sg-snappy-library.h"

#include <string.h>

typedef struct
{
  const char *block;
  gsize block_length;
  const char *text;
} Vector;

#define BLOCK(bytes) bytes, sizeof bytes - 1

/* Written by hand, from the format's description: each kind of element in each of its forms. */
static const Vector vectors[] = {
  { BLOCK ("\x00"), "" },
  { BLOCK ("\x01\x00x"), "x" },
  { BLOCK ("\x05\x10hello"), "hello" },
  { BLOCK ("\x05\xf0\x04hello"), "hello" },
  { BLOCK ("\x05\xf4\x04\x00hello"), "hello" },
  { BLOCK ("\x05\xf8\x04\x00\x00hello"), "hello" },
  { BLOCK ("\x05\xfc\x04\x00\x00\x00hello"), "hello" },
  { BLOCK ("\x85\x80\x00\x10hello"), "hello" },
  { BLOCK ("\x08\x0c"
           "abcd\x01\x04"),
    "abcdabcd" },
  { BLOCK ("\x06\x04"
           "ab\x0e\x02\x00"),
    "ababab" },
  { BLOCK ("\x06\x04"
           "ab\x0f\x02\x00\x00\x00"),
    "ababab" },
  { BLOCK ("\x0b\x00"
           "a\x19\x01"),
    "aaaaaaaaaaa" },
  { BLOCK ("\x0e\x08"
           "abc\x1d\x03"),
    "abcabcabcabcab" },
  { BLOCK ("\x21\x00z\x7e\x01\x00"), "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz" },
};

static void
test_snappy_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      const Vector *vector = &vectors[i];
      g_autoptr (GError) error = NULL;
      char text[64];
      gsize length = 0;

      g_assert_true (sg_snappy_get_length (vector->block, vector->block_length, &length, &error));
      g_assert_cmpuint (length, <=, sizeof text);
      g_assert_true (
          sg_snappy_expand (vector->block, vector->block_length, (guint8 *) text, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (text, length, vector->text, strlen (vector->text));
    }
}

/* What is refused, with the offset of the element that is wrong. */
static void
test_snappy_damage (void)
{
  static const struct
  {
    const char *block;
    gsize length;
    const char *message;
  } cases[] = {
    { BLOCK (""), "byte 0: what snappy makes begins with a length" },
    { BLOCK ("\x80"), "byte 0: what snappy makes begins with a length" },
    { BLOCK ("\xff\xff\xff\xff\x10\x00x"), "byte 0: what snappy makes begins with a length" },
    { BLOCK ("\x05"), "byte 1: the block ends before its length is reached" },
    { BLOCK ("\x05\x0chell"), "byte 6: the block ends before its length is reached" },
    { BLOCK ("\x05\x10hell"), "byte 1: a literal goes on behind the end of the block" },
    { BLOCK ("\x05\xf4\x04"), "byte 1: the block ends within the length of a literal" },
    { BLOCK ("\x04\x10hello"), "byte 1: there is more than the block's length says" },
    { BLOCK ("\x08\x0c"
             "abcd\x01"),
      "byte 6: the block ends within the offset of a copy" },
    { BLOCK ("\x08\x0c"
             "abcd\x0e\x01"),
      "byte 6: the block ends within the offset of a copy" },
    { BLOCK ("\x08\x0c"
             "abcd\x0f\x01\x00"),
      "byte 6: the block ends within the offset of a copy" },
    { BLOCK ("\x08\x0c"
             "abcd\x01\x00"),
      "byte 6: a copy reaches before the start" },
    { BLOCK ("\x08\x0c"
             "abcd\x01\x05"),
      "byte 6: a copy reaches before the start" },
    { BLOCK ("\x07\x0c"
             "abcd\x01\x04"),
      "byte 6: there is more than the block's length says" },
    { BLOCK ("\x04\xfc\xff\xff\xff\xff"
             "abcd"),
      "byte 1: a literal goes on behind the end of the block" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint8 text[64];

      g_assert_false (sg_snappy_expand (cases[i].block, cases[i].length, text, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/*
 * Bytes of which a part repeats what stood before, at distances and lengths that no one element covers, from
 * nothing but noise (0) to hardly any.
 */
static guint8 *
make_bytes (gsize length,
            guint repetition)
{
  guint8 *bytes = g_malloc (MAX (length, 1));
  gsize at = 0;

  while (at < length)
    {
      gsize run = (gsize) g_test_rand_int_range (1, 200);

      run = MIN (run, length - at);
      if (at == 0 || (guint) g_test_rand_int_range (0, 100) >= repetition)
        {
          for (gsize i = 0; i < MIN (run, 20); i++)
            bytes[at++] = (guint8) g_test_rand_int ();
          continue;
        }
      for (gsize back = (gsize) g_test_rand_int_range (1, (gint32) MIN (at, 100000) + 1); run > 0;
           run--, at++)
        bytes[at] = bytes[at - back];
    }
  return bytes;
}

typedef void (*Check) (const guint8 *bytes, gsize length);

static void
for_many (Check check)
{
  static const gsize lengths[] = { 0,   1,   4,    15,    16,    17,    18,    60,    61,
                                   256, 257, 5000, 65535, 65536, 65537, 65560, 200000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      for (guint repetition = 0; repetition <= 100; repetition += 20)
        {
          g_autofree guint8 *bytes = make_bytes (lengths[i], repetition);

          check (bytes, lengths[i]);
        }
    }
}

static void
check_round_trip (const guint8 *bytes,
                  gsize         length)
{
  g_autofree guint8 *block = g_malloc (SG_SNAPPY_BOUND (length));
  g_autofree guint8 *expanded = g_malloc (length + 8);
  g_autoptr (GError) error = NULL;
  gsize block_length = sg_snappy_compress (bytes, length, block);

  g_assert_cmpuint (block_length, <=, SG_SNAPPY_BOUND (length));
  memset (expanded + length, 0x5a, 8);
  g_assert_true (sg_snappy_expand (block, block_length, expanded, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (expanded, length, bytes, length);
  g_assert_cmpmem (expanded + length, 8, "ZZZZZZZZ", 8);
}

static void
test_snappy_round_trip (void)
{
  for_many (check_round_trip);
}

/* Zeros, as a page of a log is full of, come down to a hundredth and more. */
static void
test_snappy_ratio (void)
{
  g_autofree guint8 *zeros = g_malloc0 (100000);
  g_autofree guint8 *block = g_malloc (SG_SNAPPY_BOUND (100000));

  g_assert_cmpuint (sg_snappy_compress (zeros, 100000, block), <, 5000);
}

static SgSnappyLibrary library;

/* Each reads what the other has made. */
static void
check_with_library (const guint8 *bytes,
                    gsize         length)
{
  gsize room = SG_SNAPPY_BOUND (length);
  g_autofree guint8 *block = g_malloc (room);
  g_autofree guint8 *expanded = g_malloc (MAX (length, 1));
  gsize block_length = sg_snappy_compress (bytes, length, block);
  size_t their_length = length;

  g_assert_cmpint (
      library.expand ((const char *) block, block_length, (char *) expanded, &their_length), ==, 0);
  g_assert_cmpmem (expanded, their_length, bytes, length);
  their_length = room;
  g_assert_cmpint (library.compress ((const char *) bytes, length, (char *) block, &their_length),
                   ==, 0);
  memset (expanded, 0, MAX (length, 1));
  g_assert_true (sg_snappy_expand (block, their_length, expanded, NULL));
  g_assert_cmpmem (expanded, length, bytes, length);
}

static void
test_snappy_library (void)
{
  if (sg_snappy_library_load (&library))
    for_many (check_with_library);
  else
    g_test_skip ("libsnappy.so.1 is not installed");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snappy/vectors", test_snappy_vectors);
  g_test_add_func ("/snappy/damage", test_snappy_damage);
  g_test_add_func ("/snappy/round-trip", test_snappy_round_trip);
  g_test_add_func ("/snappy/ratio", test_snappy_ratio);
  g_test_add_func ("/snappy/library", test_snappy_library);
  return g_test_run ();
}
