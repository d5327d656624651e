/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-lock.h"
#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wal-writer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("sg-wal-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

static SgWalWriter *
writer_new (Fixture   *fixture,
            SgWalSync  sync,
            guint      pages,
            gboolean   plain)
{
  SgWalOptions options = { .sync = sync, .segment_size = pages * SG_WAL_PAGE_SIZE, .plain = plain };
  g_autoptr (GError) error = NULL;
  SgWalWriter *writer = sg_wal_writer_new (fixture->folder, 0, &options, &error);

  g_assert_no_error (error);
  return writer;
}

static gboolean
log_bytes (SgWalWriter    *writer,
           gconstpointer   bytes,
           gsize           length,
           GError        **error)
{
  g_auto (SgWalBatch) batch = { 0 };

  sg_wal_batch_init (&batch);
  sg_wal_batch_add (&batch, bytes, length, sg_wal_writer_compresses (writer));
  return sg_wal_writer_log (writer, &batch, error);
}

/* A record of @length bytes that no two calls with different @seed make alike. */
static guint8 *
make_record (guint32 seed,
             gsize   length)
{
  guint8 *bytes = g_malloc (length + 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) g_rand_int (rand);
  return bytes;
}

static void
log_record (SgWalWriter *writer,
            guint32      seed,
            gsize        length)
{
  g_autofree guint8 *record = make_record (seed, length);
  g_autoptr (GError) error = NULL;

  g_assert_true (log_bytes (writer, record, length, &error));
  g_assert_no_error (error);
}

static void
assert_next (SgWalReader *reader,
             guint32      seed,
             gsize        length)
{
  g_autofree guint8 *expected = make_record (seed, length);
  g_autoptr (GError) error = NULL;
  const guint8 *record;
  gsize found;

  g_assert_true (sg_wal_reader_next (reader, &record, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (record, found, expected, length);
}

static void
assert_end (SgWalReader *reader)
{
  g_autoptr (GError) error = NULL;
  const guint8 *record;
  gsize length;

  g_assert_false (sg_wal_reader_next (reader, &record, &length, &error));
  g_assert_no_error (error);
}

static GBytes *
read_segment (Fixture *fixture,
              guint64  index)
{
  g_autofree char *path = sg_wal_segment_path (fixture->folder, index);
  char *contents;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  return g_bytes_new_take (contents, length);
}

/* The layout as the format describes it, built here by other means. */
static void
expect_fragment (GByteArray   *expected,
                 guint8        flags,
                 const guint8 *bytes,
                 guint16       length)
{
  guint32 crc = GUINT32_TO_BE (sg_crc32c (0, bytes, length));
  guint16 n = GUINT16_TO_BE (length);

  g_byte_array_append (expected, &flags, 1);
  g_byte_array_append (expected, (guint8 *) &n, 2);
  g_byte_array_append (expected, (guint8 *) &crc, 4);
  g_byte_array_append (expected, bytes, length);
}

static void
test_layout (Fixture       *fixture,
             gconstpointer  data)
{
  SgWalWriter *writer = writer_new (fixture, SG_WAL_SYNC_NEVER, 4, TRUE);
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autoptr (GBytes) found = NULL;
  g_autofree guint8 *small = make_record (1, 100);
  g_autofree guint8 *large = make_record (2, 70000);
  g_autofree guint8 *tail = make_record (3, 28154);

  log_record (writer, 1, 100);
  log_record (writer, 2, 70000);
  log_record (writer, 3, 28154);
  log_record (writer, 4, 0);
  log_record (writer, 1, 1);
  g_assert_true (sg_wal_writer_close (writer, NULL));

  expect_fragment (expected, 1, small, 100);
  expect_fragment (expected, 2, large, 32768 - 107 - 7);
  expect_fragment (expected, 3, large + 32654, 32761);
  expect_fragment (expected, 4, large + 65415, 4585);
  expect_fragment (expected, 1, tail, 28154);
  expect_fragment (expected, 1, tail, 0);
  expect_fragment (expected, 1, small, 1);
  found = read_segment (fixture, 0);
  g_assert_cmpmem (g_bytes_get_data (found, NULL), g_bytes_get_size (found), expected->data,
                   expected->len);
}

/* A page with fewer than seven bytes left is filled with zeros at once. */
static void
test_padding (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint left = 0; left < 9; left++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%u", fixture->folder, left);
      SgWalOptions options = { .sync = SG_WAL_SYNC_NEVER, .plain = TRUE };
      SgWalWriter *writer = sg_wal_writer_new (folder, 3, &options, NULL);
      g_autoptr (SgWalReader) reader = NULL;
      SgWalWriterStats stats;

      log_record (writer, 1, SG_WAL_PAGE_SIZE - SG_WAL_HEADER_LENGTH - left);
      sg_wal_writer_get_stats (writer, &stats);
      g_assert_cmpuint (stats.end.offset, ==,
                        left < SG_WAL_HEADER_LENGTH ? SG_WAL_PAGE_SIZE : SG_WAL_PAGE_SIZE - left);
      log_record (writer, 2, 10);
      g_assert_true (sg_wal_writer_close (writer, NULL));
      reader = sg_wal_reader_new (folder, 3, 3, NULL);
      assert_next (reader, 1, SG_WAL_PAGE_SIZE - SG_WAL_HEADER_LENGTH - left);
      assert_next (reader, 2, 10);
      assert_end (reader);
    }
}

static void
test_segments (Fixture       *fixture,
               gconstpointer  data)
{
  SgWalWriter *writer = writer_new (fixture, SG_WAL_SYNC_ALWAYS, 2, TRUE);
  g_autoptr (SgWalReader) reader = NULL;
  g_autoptr (GPtrArray) segments = NULL;
  guint64 segment;

  log_record (writer, 1, 30000);
  log_record (writer, 2, 30000);
  log_record (writer, 3, 30000);
  log_record (writer, 4, 200000);
  log_record (writer, 5, 1);
  g_assert_true (sg_wal_writer_next_segment (writer, &segment, NULL));
  g_assert_cmpuint (segment, ==, 4);
  g_assert_true (sg_wal_writer_next_segment (writer, &segment, NULL));
  g_assert_cmpuint (segment, ==, 4);
  log_record (writer, 6, 1);
  g_assert_true (sg_wal_writer_close (writer, NULL));

  segments = sg_wal_list_segments (fixture->folder, NULL);
  g_assert_cmpuint (segments->len, ==, 5);
  g_assert_cmpuint (((SgWalSegment *) segments->pdata[0])->size, ==, 2 * SG_WAL_PAGE_SIZE);
  g_assert_cmpuint (((SgWalSegment *) segments->pdata[1])->size, ==, SG_WAL_PAGE_SIZE);
  g_assert_cmpuint (((SgWalSegment *) segments->pdata[2])->size % SG_WAL_PAGE_SIZE, ==, 0);
  reader = sg_wal_reader_new (fixture->folder, 0, G_MAXUINT64, NULL);
  for (guint i = 1; i <= 3; i++)
    assert_next (reader, i, 30000);
  assert_next (reader, 4, 200000);
  assert_next (reader, 5, 1);
  assert_next (reader, 6, 1);
  assert_end (reader);
}

static void
test_compressed (Fixture       *fixture,
                 gconstpointer  data)
{
  SgWalWriter *writer = writer_new (fixture, SG_WAL_SYNC_INTERVAL, 4, FALSE);
  g_autoptr (SgWalReader) reader = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *zeros = g_malloc0 (100000);
  const guint8 *record;
  gsize length;

  g_assert_true (log_bytes (writer, zeros, 100000, NULL));
  log_record (writer, 7, 5000);
  g_assert_true (sg_wal_writer_close (writer, NULL));
  bytes = read_segment (fixture, 0);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 11000);
  g_assert_cmphex (((const guint8 *) g_bytes_get_data (bytes, NULL))[0], ==, 0x09);
  reader = sg_wal_reader_new (fixture->folder, 0, 0, NULL);
  g_assert_true (sg_wal_reader_next (reader, &record, &length, NULL));
  g_assert_cmpmem (record, length, zeros, 100000);
  assert_next (reader, 7, 5000);
  assert_end (reader);
}

typedef struct
{
  SgWalWriter *writer;
  guint32 seed;
} Job;

#define N_JOBS    4
#define N_RECORDS 200

static gpointer
log_many (gpointer data)
{
  Job *job = data;

  for (guint i = 0; i < N_RECORDS; i++)
    {
      g_auto (SgWalBatch) batch = { 0 };
      guint32 pair[] = { job->seed, i };

      sg_wal_batch_init (&batch);
      sg_wal_batch_add (&batch, (const guint8 *) pair, sizeof pair, FALSE);
      sg_wal_batch_add (&batch, (const guint8 *) pair, sizeof pair, FALSE);
      g_assert_true (sg_wal_writer_log (job->writer, &batch, NULL));
    }
  return NULL;
}

/* Records of one batch stand together, those of one thread in their order, and none is lost. */
static void
check_interleaved (SgWalReader *reader)
{
  guint next[N_JOBS] = { 0 };
  const guint8 *record;
  gsize length;

  for (guint i = 0; i < N_JOBS * N_RECORDS; i++)
    {
      guint32 pair[2];

      g_assert_true (sg_wal_reader_next (reader, &record, &length, NULL));
      g_assert_cmpuint (length, ==, sizeof pair);
      memcpy (pair, record, sizeof pair);
      g_assert_cmpuint (pair[0], <, N_JOBS);
      g_assert_cmpuint (pair[1], ==, next[pair[0]]);
      g_assert_true (sg_wal_reader_next (reader, &record, &length, NULL));
      g_assert_cmpmem (record, length, pair, sizeof pair);
      next[pair[0]]++;
    }
  assert_end (reader);
}

static void
test_threads (Fixture       *fixture,
              gconstpointer  data)
{
  SgWalWriter *writer = writer_new (fixture, GPOINTER_TO_INT (data), 1, TRUE);
  g_autoptr (SgWalReader) reader = NULL;
  GThread *threads[N_JOBS];
  Job jobs[N_JOBS];
  SgWalWriterStats stats;

  for (guint i = 0; i < N_JOBS; i++)
    {
      jobs[i] = (Job) { writer, i };
      threads[i] = g_thread_new ("log", log_many, &jobs[i]);
    }
  g_assert_true (sg_wal_writer_sync (writer, NULL));
  for (guint i = 0; i < N_JOBS; i++)
    g_thread_join (threads[i]);
  sg_wal_writer_get_stats (writer, &stats);
  g_assert_cmpuint (stats.records_written, ==, 2 * N_JOBS * N_RECORDS);
  g_assert_cmpuint (stats.writes, <=, N_JOBS * N_RECORDS);
  g_assert_true (sg_wal_writer_close (writer, NULL));
  reader = sg_wal_reader_new (fixture->folder, 0, G_MAXUINT64, NULL);
  check_interleaved (reader);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A write that ends half-way leaves nothing of its group, and the next one finds a clean end. */
static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  SgWalWriter *writer = writer_new (fixture, SG_WAL_SYNC_NEVER, 2, TRUE);
  g_autoptr (SgWalReader) reader = NULL;
  g_autofree guint8 *large = make_record (9, 100000);
  SgWalWriterStats before;
  SgWalWriterStats after;

  signal (SIGXFSZ, SIG_IGN);
  log_record (writer, 1, 20000);
  sg_wal_writer_get_stats (writer, &before);
  for (rlim_t limit = 20010; limit < 100000; limit += 9999)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) segment = NULL;

      limit_files (limit);
      g_assert_false (log_bytes (writer, large, 100000, &error));
      limit_files (RLIM_INFINITY);
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_NO_SPACE);
      segment = read_segment (fixture, 0);
      g_assert_cmpuint (g_bytes_get_size (segment), ==, before.end.offset);
    }
  sg_wal_writer_get_stats (writer, &after);
  g_assert_cmpuint (after.writes_failed, ==, 8);
  g_assert_cmpuint (after.end.offset, ==, before.end.offset);
  log_record (writer, 2, 100);
  g_assert_true (sg_wal_writer_close (writer, NULL));
  reader = sg_wal_reader_new (fixture->folder, 0, G_MAXUINT64, NULL);
  assert_next (reader, 1, 20000);
  assert_next (reader, 2, 100);
  assert_end (reader);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func, data) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/wal-writer/layout", test_layout, NULL);
  ADD ("/wal-writer/padding", test_padding, NULL);
  ADD ("/wal-writer/segments", test_segments, NULL);
  ADD ("/wal-writer/compressed", test_compressed, NULL);
  ADD ("/wal-writer/threads/interval", test_threads, GINT_TO_POINTER (SG_WAL_SYNC_INTERVAL));
  ADD ("/wal-writer/threads/always", test_threads, GINT_TO_POINTER (SG_WAL_SYNC_ALWAYS));
  ADD ("/wal-writer/threads/never", test_threads, GINT_TO_POINTER (SG_WAL_SYNC_NEVER));
  ADD ("/wal-writer/full", test_full, NULL);
  return g_test_run ();
}
