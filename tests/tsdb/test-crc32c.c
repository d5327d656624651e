/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-crc32c.h"

#include <string.h>

/* The vectors of RFC 3720, appendix B.4, and of the catalogue of CRCs ("123456789"). */
static void
test_crc32c_vectors (void)
{
  guint8 bytes[32];

  g_assert_cmphex (sg_crc32c (0, "", 0), ==, 0);
  g_assert_cmphex (sg_crc32c (0, "123456789", 9), ==, 0xe3069283);
  memset (bytes, 0, sizeof bytes);
  g_assert_cmphex (sg_crc32c (0, bytes, sizeof bytes), ==, 0x8a9136aa);
  memset (bytes, 0xff, sizeof bytes);
  g_assert_cmphex (sg_crc32c (0, bytes, sizeof bytes), ==, 0x62a8ab43);
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = i;
  g_assert_cmphex (sg_crc32c (0, bytes, sizeof bytes), ==, 0x46dd794e);
}

static void
test_crc32c_portable (void)
{
  guint8 bytes[300];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = g_test_rand_int_range (0, 256);
  for (gsize start = 0; start < 9; start++)
    {
      for (gsize length = 0; length <= sizeof bytes - start; length++)
        g_assert_cmphex (sg_crc32c (start, bytes + start, length), ==,
                         sg_crc32c_portable (start, bytes + start, length));
    }
}

static void
test_crc32c_pieces (void)
{
  guint8 bytes[100];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = g_test_rand_int_range (0, 256);
  for (gsize cut = 0; cut <= sizeof bytes; cut++)
    {
      guint32 first = sg_crc32c (0, bytes, cut);

      g_assert_cmphex (sg_crc32c (first, bytes + cut, sizeof bytes - cut), ==,
                       sg_crc32c (0, bytes, sizeof bytes));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/crc32c/vectors", test_crc32c_vectors);
  g_test_add_func ("/tsdb/crc32c/portable", test_crc32c_portable);
  g_test_add_func ("/tsdb/crc32c/pieces", test_crc32c_pieces);
  return g_test_run ();
}
