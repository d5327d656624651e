/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-chunk-segment.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *first;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-chunks-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->first = g_build_filename (fixture->folder, "000001", NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
  g_free (fixture->first);
}

/* The three chunks of the index in test-index-writer.c, as Prometheus 2.42 wrote them. */
static const guint8 golden[] = {
  0x85, 0xbd, 0x40, 0xdd, 0x01, 0x00, 0x00, 0x00, 0x16, 0x01, 0x00, 0x02, 0x80, 0xa0,
  0xd5, 0xed, 0xee, 0x66, 0x3f, 0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x98, 0x75,
  0xc2, 0x67, 0xff, 0x80, 0x13, 0x67, 0x68, 0xaf, 0x11, 0x01, 0x00, 0x01, 0x80, 0xa0,
  0xd5, 0xed, 0xee, 0x66, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x9d,
  0x11, 0x36, 0xf9, 0x11, 0x01, 0x00, 0x01, 0x80, 0xa0, 0xd5, 0xed, 0xee, 0x66, 0x40,
  0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x38, 0x7a, 0xbd, 0x20,
};
static const gsize golden_places[] = { 8, 36, 59 };

static void
test_chunk_segment_golden_read (Fixture       *fixture,
                                gconstpointer  data)
{
  static const double values[] = { 1, 2, 5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgChunkSegments) segments = NULL;

  g_assert_true (g_file_set_contents (fixture->first, (const char *) golden, sizeof golden, NULL));
  segments = sg_chunk_segments_open (fixture->folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_chunk_segments_get_size (segments), ==, sizeof golden);
  for (guint i = 0; i < G_N_ELEMENTS (golden_places); i++)
    {
      SgChunkBytes chunk;
      SgTimeMs times[2];
      double read[2];

      g_assert_true (sg_chunk_segments_find (segments, golden_places[i], &chunk, &error));
      g_assert_cmpuint (chunk.encoding, ==, SG_CHUNK_XOR);
      g_assert_true (sg_xor_chunk_decode (chunk.data, chunk.length, times, read, &error));
      g_assert_true (sg_chunk_segments_check (segments, golden_places[i], &chunk, &error));
      g_assert_cmpfloat (read[0], ==, values[i]);
    }
}

static SgChunkBytes
golden_chunk (guint i)
{
  gsize place = golden_places[i];

  return (SgChunkBytes) { golden[place + 1], golden + place + 2, golden[place] };
}

static void
test_chunk_segment_golden_write (Fixture       *fixture,
                                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgChunkSegmentWriter) writer =
      sg_chunk_segment_writer_new (fixture->folder, SG_CHUNK_SEGMENT_MAX_LENGTH, &error);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (golden_places); i++)
    {
      SgChunkBytes chunk = golden_chunk (i);
      SgChunkRef ref;

      g_assert_true (sg_chunk_segment_writer_put (writer, &chunk, &ref, &error));
      g_assert_cmpuint (ref, ==, golden_places[i]);
    }
  g_assert_true (sg_chunk_segment_writer_close (writer, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (fixture->first, &content, &length, NULL));
  g_assert_cmpmem (content, length, golden, sizeof golden);
}

#define N_CHUNKS 500

static void
fill (guint8 *bytes,
      guint   n,
      guint   seed)
{
  for (guint i = 0; i < n; i++)
    bytes[i] = (guint8) (seed * 31 + i * 7);
}

/* Over many segments, of any encoding and length, with a chunk that is longer than a segment. */
static void
test_chunk_segment_many (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgChunkSegmentWriter) writer =
      sg_chunk_segment_writer_new (fixture->folder, 4096, &error);
  g_autoptr (SgChunkSegments) segments = NULL;
  SgChunkRef refs[N_CHUNKS];
  guint lengths[N_CHUNKS];
  guint8 bytes[8192];

  for (guint i = 0; i < N_CHUNKS; i++)
    {
      SgChunkBytes chunk = { (guint8) i, bytes, i == 250 ? sizeof bytes : i * 7 % 300 };

      lengths[i] = (guint) chunk.length;
      fill (bytes, lengths[i], i);
      g_assert_true (sg_chunk_segment_writer_put (writer, &chunk, &refs[i], &error));
      g_assert_cmpuint (refs[i], >, i == 0 ? 0 : refs[i - 1]);
    }
  g_assert_true (sg_chunk_segment_writer_close (writer, &error));
  g_assert_cmpuint (refs[N_CHUNKS - 1] >> 32, >, 10);
  segments = sg_chunk_segments_open (fixture->folder, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_CHUNKS; i++)
    {
      SgChunkBytes chunk;

      g_assert_true (sg_chunk_segments_find (segments, refs[i], &chunk, &error));
      g_assert_true (sg_chunk_segments_check (segments, refs[i], &chunk, &error));
      fill (bytes, lengths[i], i);
      g_assert_cmpuint (chunk.encoding, ==, (guint8) i);
      g_assert_cmpmem (chunk.data, chunk.length, bytes, lengths[i]);
    }
}

static SgChunkSegments *
open_golden (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SgChunkSegments *segments;

  g_assert_true (g_file_set_contents (fixture->first, (const char *) golden, sizeof golden, NULL));
  segments = sg_chunk_segments_open (fixture->folder, &error);
  g_assert_no_error (error);
  return segments;
}

static void
assert_not_found (const SgChunkSegments *segments,
                  SgChunkRef             ref)
{
  g_autoptr (GError) error = NULL;
  SgChunkBytes chunk;

  if (sg_chunk_segments_find (segments, ref, &chunk, &error))
    g_assert_false (sg_chunk_segments_check (segments, ref, &chunk, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
}

static void
test_chunk_segment_wrong_references (Fixture       *fixture,
                                     gconstpointer  data)
{
  g_autoptr (SgChunkSegments) segments = open_golden (fixture);

  for (gsize place = 0; place < sizeof golden + 20; place++)
    {
      if (place != golden_places[0] && place != golden_places[1] && place != golden_places[2])
        assert_not_found (segments, place);
    }
  assert_not_found (segments, G_GUINT64_CONSTANT (1) << 32 | 8);
  assert_not_found (segments, G_MAXUINT32);
  assert_not_found (segments, G_MAXUINT64);
}

/* Each bit of the first chunk; what the checksum covers is never taken for sound. */
static void
test_chunk_segment_damaged (Fixture       *fixture,
                            gconstpointer  data)
{
  guint8 bytes[sizeof golden];

  memcpy (bytes, golden, sizeof golden);
  for (gsize bit = golden_places[0] * 8; bit < golden_places[1] * 8; bit++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgChunkSegments) segments = NULL;

      bytes[bit / 8] ^= 1 << bit % 8;
      g_assert_true (g_file_set_contents_full (fixture->first, (const char *) bytes, sizeof bytes,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      segments = sg_chunk_segments_open (fixture->folder, &error);
      g_assert_no_error (error);
      assert_not_found (segments, golden_places[0]);
      bytes[bit / 8] ^= 1 << bit % 8;
    }
}

static void
test_chunk_segment_cut (Fixture       *fixture,
                        gconstpointer  data)
{
  gsize length = sizeof golden;

  g_assert_true (g_file_set_contents (fixture->first, (const char *) golden, sizeof golden, NULL));
  while (length-- > 0)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgChunkSegments) segments = NULL;

      g_assert_cmpint (truncate (fixture->first, (off_t) length), ==, 0);
      segments = sg_chunk_segments_open (fixture->folder, &error);
      g_assert_true ((segments == NULL) == (length < 8));
      if (segments != NULL)
        assert_not_found (segments, golden_places[2]);
    }
}

static void
test_chunk_segment_cut_while_open (Fixture       *fixture,
                                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgChunkSegments) segments = open_golden (fixture);
  SgChunkBytes chunk;

  g_assert_true (sg_chunk_segments_find (segments, golden_places[0], &chunk, &error));
  g_assert_cmpint (truncate (fixture->first, 0), ==, 0);
  g_assert_false (sg_chunk_segments_check (segments, golden_places[0], &chunk, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
}

static void
assert_open_fails (Fixture     *fixture,
                   SgTsdbError  code,
                   const char  *problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("%s: %s", fixture->first, problem);

  g_assert_null (sg_chunk_segments_open (fixture->folder, &error));
  g_assert_error (error, SG_TSDB_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_chunk_segment_errors (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *third = g_build_filename (fixture->folder, "000003", NULL);

  g_assert_true (g_file_set_contents (fixture->first, "\x85\xbd\x40\xdd\x02\0\0\0", 8, NULL));
  assert_open_fails (fixture, SG_TSDB_ERROR_UNSUPPORTED,
                     "byte 4: version 2 of segments; only 1 is known here");
  g_assert_true (g_file_set_contents (fixture->first, "\x85\xbd\x40\xde\x01\0\0\0", 8, NULL));
  assert_open_fails (fixture, SG_TSDB_ERROR_CORRUPT,
                     "byte 0: not a segment of chunks, which begins with 85bd40dd");
  g_assert_cmpint (g_rename (fixture->first, third), ==, 0);
  assert_open_fails (fixture, SG_TSDB_ERROR_MISSING, "cannot open it: No such file or directory");
}

#define ADD(name, function)                                                         \
  g_test_add ("/tsdb/chunk-segment/" name, Fixture, NULL, fixture_set_up, function, \
              fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("golden/read", test_chunk_segment_golden_read);
  ADD ("golden/write", test_chunk_segment_golden_write);
  ADD ("many", test_chunk_segment_many);
  ADD ("wrong-references", test_chunk_segment_wrong_references);
  ADD ("damaged", test_chunk_segment_damaged);
  ADD ("cut", test_chunk_segment_cut);
  ADD ("cut-while-open", test_chunk_segment_cut_while_open);
  ADD ("errors", test_chunk_segment_errors);
  return g_test_run ();
}
