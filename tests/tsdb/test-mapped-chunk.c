/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-mapped-chunk.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

static const guint8 some_data[] = { 0, 1, 0xd0, 0x0f, 0x40, 0, 0, 0, 0, 0, 0, 0 };

static const SgMappedChunk chunks[] = {
  { 1, 1000, 1000, FALSE, { SG_CHUNK_XOR, some_data, sizeof some_data } },
  { G_MAXUINT64, G_MININT64, G_MAXINT64, TRUE, { SG_CHUNK_HISTOGRAM, some_data, 3 } },
  { 7, -1, 0, FALSE, { 99, some_data, 0 } },
};

static void
put_all (SgWireWriter *out)
{
  sg_wire_writer_init (out);
  sg_mapped_chunks_put_header (out);
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    sg_mapped_chunk_put (out, &chunks[i]);
}

/* The header and the first chunk but for its checksum; the mark of the second. */
static void
test_mapped_chunk_bytes (void)
{
  static const guint8 expected[] = { 0x01, 0x30, 0xbc, 0x91, 1, 0, 0,    0,    0, 0,    0,    0,
                                     0,    0,    0,    1,    0, 0, 0,    0,    0, 0,    0x03, 0xe8,
                                     0,    0,    0,    0,    0, 0, 0x03, 0xe8, 1, 0x0c, 0,    1,
                                     0xd0, 0x0f, 0x40, 0,    0, 0, 0,    0,    0, 0 };
  g_auto (SgWireWriter) out;

  put_all (&out);
  g_assert_cmpmem (out.data, sizeof expected, expected, sizeof expected);
  g_assert_cmpuint (out.data[8 + 42 + 24], ==, SG_CHUNK_HISTOGRAM | SG_CHUNK_OUT_OF_ORDER);
}

static void
assert_chunk_equal (const SgMappedChunk *a,
                    const SgMappedChunk *b)
{
  g_assert_cmpuint (a->series_ref, ==, b->series_ref);
  g_assert_cmpint (a->min_time, ==, b->min_time);
  g_assert_cmpint (a->max_time, ==, b->max_time);
  g_assert_cmpint (a->out_of_order, ==, b->out_of_order);
  g_assert_cmpuint (a->chunk.encoding, ==, b->chunk.encoding);
  g_assert_cmpmem (a->chunk.data, a->chunk.length, b->chunk.data, b->chunk.length);
}

static void
test_mapped_chunk_round_trip (void)
{
  for (gsize n_zeros = 0; n_zeros < 100; n_zeros++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (SgWireWriter) out;
      gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
      gsize end;
      SgMappedChunk chunk;

      put_all (&out);
      end = out.length;
      for (gsize i = 0; i < n_zeros; i++)
        sg_wire_put_u8 (&out, 0);
      g_assert_true (sg_mapped_chunks_check_header (out.data, out.length, &error));
      for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
        {
          g_assert_true (sg_mapped_chunk_read (out.data, out.length, &position, &chunk, &error));
          assert_chunk_equal (&chunk, &chunks[i]);
        }
      g_assert_false (sg_mapped_chunk_read (out.data, out.length, &position, &chunk, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (position, ==, end);
    }
}

/* Returns: how many sound chunks there are; a sound chunk is never another one than was written. */
static guint
count_sound (const guint8  *data,
             gsize          length,
             GError       **error)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
  SgMappedChunk chunk;
  guint n = 0;

  if (!sg_mapped_chunks_check_header (copy, length, error))
    return 0;
  for (; sg_mapped_chunk_read (copy, length, &position, &chunk, error); n++)
    assert_chunk_equal (&chunk, &chunks[n]);
  g_assert_cmpuint (position, <=, length);
  return n;
}

static void
test_mapped_chunk_damaged (void)
{
  g_auto (SgWireWriter) out;

  put_all (&out);
  for (gsize bit = 0; bit < out.length * 8; bit++)
    {
      g_autoptr (GError) error = NULL;

      out.data[bit / 8] ^= 1 << bit % 8;
      if (count_sound (out.data, out.length, &error) < G_N_ELEMENTS (chunks))
        g_assert_nonnull (error);
      else
        g_assert_cmpuint (bit / 8, <, SG_MAPPED_CHUNKS_HEADER_LENGTH);
      out.data[bit / 8] ^= 1 << bit % 8;
    }
}

static void
test_mapped_chunk_cut (void)
{
  g_auto (SgWireWriter) out;

  put_all (&out);
  for (gsize cut = 0; cut < out.length; cut++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (count_sound (out.data, cut, &error), <, G_N_ELEMENTS (chunks));
    }
}

static void
test_mapped_chunk_errors (void)
{
  g_autoptr (GError) magic = NULL;
  g_autoptr (GError) version = NULL;
  g_autoptr (GError) checksum = NULL;
  g_autoptr (GError) cut = NULL;
  g_auto (SgWireWriter) out;

  put_all (&out);
  count_sound (out.data, out.length - 1, &cut);
  g_assert_cmpstr (cut->message, ==, "byte 83: a chunk reaches over the end: the file was cut");
  out.data[20] ^= 1;
  count_sound (out.data, out.length, &checksum);
  g_assert_cmpstr (checksum->message, ==,
                   "byte 8: a chunk does not match its checksum: the file is damaged");
  out.data[4] = 2;
  count_sound (out.data, out.length, &version);
  g_assert_error (version, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
  out.data[0] = 2;
  count_sound (out.data, out.length, &magic);
  g_assert_cmpstr (magic->message, ==,
                   "byte 0: not a file of head chunks, which begins with 0130bc91");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/mapped-chunk/bytes", test_mapped_chunk_bytes);
  g_test_add_func ("/tsdb/mapped-chunk/round-trip", test_mapped_chunk_round_trip);
  g_test_add_func ("/tsdb/mapped-chunk/damaged", test_mapped_chunk_damaged);
  g_test_add_func ("/tsdb/mapped-chunk/cut", test_mapped_chunk_cut);
  g_test_add_func ("/tsdb/mapped-chunk/errors", test_mapped_chunk_errors);
  return g_test_run ();
}
