/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tombstones.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

static SgTombstones *
make (const SgTombstone *stones,
      guint              n)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (SgTombstone));

  g_array_append_vals (array, stones, n);
  return sg_tombstones_new (array);
}

static void
assert_stones (const SgTombstones *tombstones,
               const SgTombstone  *expected,
               guint               n)
{
  g_assert_cmpuint (sg_tombstones_get_count (tombstones), ==, n);
  g_assert_cmpmem (sg_tombstones_get_all (tombstones), n * sizeof *expected, expected,
                   n * sizeof *expected);
}

static void
test_tombstones_joined (void)
{
  static const SgTombstone given[] = {
    { 9, 50, 60 }, { 7, 10, 20 }, { 7, 21, 30 },         { 7, 32, 40 }, { 7, 5, 12 },
    { 9, 52, 55 }, { 8, 3, 2 },   { 9, 61, G_MAXINT64 }, { 9, 70, 80 }, { 10, G_MININT64, -1 },
  };
  static const SgTombstone joined[] = {
    { 7, 5, 30 }, { 7, 32, 40 }, { 9, 50, G_MAXINT64 }, { 10, G_MININT64, -1 }
  };
  g_autoptr (SgTombstones) tombstones = make (given, G_N_ELEMENTS (given));

  assert_stones (tombstones, joined, G_N_ELEMENTS (joined));
}

static void
test_tombstones_find (void)
{
  static const SgTombstone given[] = { { 2, 0, 1 }, { 2, 5, 6 }, { 2, 8, 9 }, { 5, 0, 1 } };
  g_autoptr (SgTombstones) tombstones = make (given, G_N_ELEMENTS (given));
  const SgTombstone *found;
  guint n;

  found = sg_tombstones_find (tombstones, 2, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (found[2].min_time, ==, 8);
  found = sg_tombstones_find (tombstones, 5, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (found->max_time, ==, 1);
  for (guint ref = 0; ref < 9; ref++)
    {
      sg_tombstones_find (tombstones, ref, &n);
      g_assert_cmpuint (n, ==, ref == 2 ? 3 : ref == 5 ? 1 : 0);
    }
}

/* Deleting at random and looking at each time is what the intervals must be equal to. */
static void
test_tombstones_random (void)
{
  for (guint round = 0; round < 300; round++)
    {
      GArray *stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
      g_autoptr (SgTombstones) tombstones = NULL;
      gboolean deleted[60] = { FALSE };
      const SgTombstone *found;
      guint n;

      for (guint i = g_test_rand_int_range (0, 12); i > 0; i--)
        {
          SgTombstone stone = { 3, g_test_rand_int_range (0, 50), 0 };

          stone.max_time = stone.min_time + g_test_rand_int_range (-1, 10);
          for (SgTimeMs t = stone.min_time; t <= stone.max_time; t++)
            deleted[t] = TRUE;
          g_array_append_val (stones, stone);
        }
      tombstones = sg_tombstones_new (stones);
      found = sg_tombstones_find (tombstones, 3, &n);
      for (guint i = 0; i < n; i++)
        {
          g_assert_true (i == 0 || found[i].min_time > found[i - 1].max_time + 1);
          for (SgTimeMs t = found[i].min_time; t <= found[i].max_time; t++)
            {
              g_assert_true (deleted[t]);
              deleted[t] = FALSE;
            }
        }
      for (guint t = 0; t < G_N_ELEMENTS (deleted); t++)
        g_assert_false (deleted[t]);
    }
}

/* What Prometheus 2.42 wrote when two series were deleted through its API; 7 comes before 3. */
static const guint8 golden[] = {
  0x01, 0x30, 0xba, 0x30, 0x01, 0x07, 0x80, 0xa0, 0xd5, 0xed, 0xee, 0x66,
  0x80, 0xa0, 0xd5, 0xed, 0xee, 0x66, 0x03, 0x80, 0xa0, 0xd5, 0xed, 0xee,
  0x66, 0xa0, 0xbc, 0xd6, 0xed, 0xee, 0x66, 0xd4, 0xdb, 0x2d, 0x76,
};

#define T0 G_GINT64_CONSTANT (1767225600000)

static void
test_tombstones_golden (void)
{
  static const SgTombstone expected[] = { { 3, T0, T0 + 10000 }, { 7, T0, T0 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTombstones) tombstones = sg_tombstones_parse (golden, sizeof golden, &error);

  g_assert_no_error (error);
  assert_stones (tombstones, expected, G_N_ELEMENTS (expected));
}

static const SgTombstone some[] = { { 3, -1000, 1000 },
                                    { 300, G_MININT64, G_MAXINT64 },
                                    { G_MAXUINT64, 5, 5 } };

static char *
write_some (const char *folder,
            gsize      *ret_length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTombstones) tombstones = make (some, G_N_ELEMENTS (some));
  g_autofree char *path = g_build_filename (folder, "tombstones", NULL);
  char *content;

  g_assert_true (sg_tombstones_write (tombstones, folder, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, ret_length, NULL));
  return content;
}

static void
test_tombstones_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("sg-tombstones-XXXXXX", &error);
  g_autoptr (SgTombstones) missing = sg_tombstones_read (folder, &error);
  g_autoptr (SgTombstones) read = NULL;
  g_autofree char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  g_assert_cmpuint (sg_tombstones_get_count (missing), ==, 0);
  content = write_some (folder, &length);
  read = sg_tombstones_read (folder, &error);
  g_assert_no_error (error);
  assert_stones (read, some, G_N_ELEMENTS (some));
  g_assert_true (sg_folder_remove (folder, NULL));
}

static void
assert_refused (const char *content,
                gsize       length)
{
  g_autofree guint8 *copy = g_memdup2 (content, length);
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_tombstones_parse (copy, length, &error));
  g_assert_cmpint (error->domain, ==, SG_TSDB_ERROR);
}

/* Each bit and each length: all of the file is covered by the checksum, the magic or the version. */
static void
test_tombstones_damaged (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-tombstones-XXXXXX", NULL);
  gsize length;
  g_autofree char *content = write_some (folder, &length);

  for (gsize cut = 0; cut < length; cut++)
    assert_refused (content, cut);
  for (gsize bit = 0; bit < length * 8; bit++)
    {
      content[bit / 8] ^= 1 << bit % 8;
      assert_refused (content, length);
      content[bit / 8] ^= 1 << bit % 8;
    }
  g_assert_true (sg_folder_remove (folder, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/tombstones/joined", test_tombstones_joined);
  g_test_add_func ("/tsdb/tombstones/find", test_tombstones_find);
  g_test_add_func ("/tsdb/tombstones/random", test_tombstones_random);
  g_test_add_func ("/tsdb/tombstones/golden", test_tombstones_golden);
  g_test_add_func ("/tsdb/tombstones/file", test_tombstones_file);
  g_test_add_func ("/tsdb/tombstones/damaged", test_tombstones_damaged);
  return g_test_run ();
}
