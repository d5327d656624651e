/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define T0      G_GINT64_CONSTANT (1700000000000)
#define STEP_MS 15000

typedef struct
{
  char *path;
  char *tsdb;
} Fixture;

/* In memory, if that is possible: a disk would be waited for thousands of times. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_strdup ("/dev/shm/sg-damage-XXXXXX");
  if (g_mkdtemp (fixture->path) == NULL)
    {
      g_free (fixture->path);
      fixture->path = g_dir_make_tmp ("sg-damage-XXXXXX", NULL);
    }
  fixture->tsdb = g_build_filename (fixture->path, "tsdb", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->tsdb);
  g_free (fixture->path);
}

static double
value_at (const char *name,
          guint       k,
          guint       step)
{
  return strlen (name) * 1e6 + step * 16.0 + k;
}

static SgStore *
store_open (const char *path,
            gboolean    take_over)
{
  SgStoreOptions options = {
    .path = path,
    .take_over = take_over,
    .wal = { .sync = SG_WAL_SYNC_NEVER, .segment_size = SG_WAL_PAGE_SIZE, .plain = TRUE },
  };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  return store;
}

/* Appends steps of ten series called @name. */
static void
append_steps (SgStore    *store,
              const char *name,
              guint       first,
              guint       n)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  SgHeadRef refs[10] = { 0 };

  for (guint step = first; step < first + n; step++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (refs); k++)
        {
          g_autofree char *text = g_strdup_printf ("%u", k);
          g_autoptr (SgLabels) labels =
              sg_labels_new_from_pairs ("__name__", name, "k", text, NULL);
          SgSample sample = { T0 + (SgTimeMs) step * STEP_MS,
                              0,
                              { SG_VALUE_FLOAT, { value_at (name, k, step) } } };

          g_assert_true (sg_appender_append (appender, &refs[k], labels, &sample, NULL));
        }
      g_assert_true (sg_appender_commit (appender, NULL));
    }
}

/* Makes a store with so many steps, and closes it. */
static void
make_store (const char *path,
            const char *name,
            guint       n)
{
  g_autoptr (SgStore) store = store_open (path, FALSE);

  append_steps (store, name, 0, n);
  g_assert_true (sg_store_close (store, NULL));
}

/*
 * All that is there must be steps as they were appended, of series of this name, from the first one on
 * without a hole. Returns: how many samples there are.
 */
static guint
check_steps (SgStore    *store,
             const char *name)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  const SgSeries *series;
  guint n = 0;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      guint k = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "k"), NULL, 10);

      g_assert_cmpstr (sg_labels_get (series->labels, "__name__"), ==, name);
      for (gsize i = 0; i < series->columns->n; i++)
        {
          g_assert_cmpint (series->columns->t[i], ==, T0 + (SgTimeMs) i * STEP_MS);
          g_assert_cmpfloat (series->columns->f[i], ==, value_at (name, k, (guint) i));
        }
      n += series->columns->n;
    }
  g_assert_no_error (error);
  return n;
}

static GPtrArray *
list_wal (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->tsdb, "wal", NULL);

  return sg_wal_list_segments (folder, NULL);
}

static void
assert_consecutive (Fixture *fixture)
{
  g_autoptr (GPtrArray) segments = list_wal (fixture);

  for (guint i = 1; i < segments->len; i++)
    g_assert_cmpuint (((SgWalSegment *) segments->pdata[i])->index, ==,
                      ((SgWalSegment *) segments->pdata[i - 1])->index + 1);
}

static void
flip (const char *path,
      gsize       at,
      guint8      bits)
{
  int fd = open (path, O_RDWR);
  guint8 byte;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pread (fd, &byte, 1, (off_t) at), ==, 1);
  byte ^= bits;
  g_assert_cmpint (pwrite (fd, &byte, 1, (off_t) at), ==, 1);
  close (fd);
}

/* The files that were set aside, by their paths in the data directory. */
static char *
list_aside (Fixture *fixture)
{
  g_autofree char *command = g_strdup_printf (
      "cd %s && test -d damaged && cd damaged/* && find . -type f | sort | tr '\\n' ' '",
      fixture->path);
  char *argv[] = { (char *) "sh", (char *) "-c", command, NULL };
  char *out = NULL;

  g_assert_true (
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, NULL, NULL));
  return g_strchomp (out);
}

/* Damage in the middle: all before it is kept, the rest is set aside, and writing goes on. */
static void
test_middle (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) segments = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *repairs = NULL;
  g_autofree char *health = NULL;
  guint n;

  make_store (fixture->path, "test", 1200);
  segments = list_wal (fixture);
  g_assert_cmpuint (segments->len, ==, 5);
  flip (((SgWalSegment *) segments->pdata[2])->path, 20000, 1);
  {
    g_autofree char *chunks = g_build_filename (fixture->tsdb, "chunks_head", NULL);

    g_assert_true (sg_folder_remove (chunks, NULL));
  }

  store = store_open (fixture->path, FALSE);
  g_assert_null (sg_store_get_read_only_reason (store));
  g_assert_cmpint (sg_store_get_health (store, &health), ==, SG_STORE_REPAIRED);
  repairs = sg_store_get_repairs (store);
  g_test_message ("%s", repairs);
  g_assert_nonnull (strstr (repairs, "wal/00000002: byte "));
  aside = list_aside (fixture);
  g_assert_cmpstr (aside, ==, "./wal/00000002 ./wal/00000003 ./wal/00000004");
  n = check_steps (store, "test");
  g_assert_cmpuint (n, >, 6000);
  g_assert_cmpuint (n, <, 8000);
  append_steps (store, "test", n / 10, 10);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  assert_consecutive (fixture);
  store = store_open (fixture->path, FALSE);
  g_assert_cmpuint (check_steps (store, "test"), ==, n + 100);
}

/* With its chunks in files less is lost: they hold what was before the damage and after it. */
static void
test_tail (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) segments = NULL;
  const SgWalSegment *last;
  g_autoptr (SgStore) store = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *repairs = NULL;

  make_store (fixture->path, "test", 50);
  segments = list_wal (fixture);
  last = segments->pdata[segments->len - 1];
  g_assert_cmpint (truncate (last->path, (off_t) last->size - 1), ==, 0);
  store = store_open (fixture->path, FALSE);
  g_assert_cmpuint (check_steps (store, "test"), ==, 490);
  repairs = sg_store_get_repairs (store);
  g_assert_nonnull (strstr (repairs, "the segment ends within a fragment"));
  aside = list_aside (fixture);
  g_assert_cmpstr (aside, ==, "");
}

/* A small log as it was, in an empty directory. */
static void
restore (Fixture    *fixture,
         const char *path,
         const char *contents,
         gsize       length)
{
  g_autofree char *damaged = g_build_filename (fixture->path, "damaged", NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_true (sg_folder_remove (fixture->tsdb, NULL));
  g_assert_true (sg_folder_remove (damaged, NULL));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents_full (path, contents, (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

/* The store opens, has whole steps only, and writes on. Returns: how many of them it has */
static guint
assert_carries_on (Fixture *fixture)
{
  g_autoptr (SgStore) store = store_open (fixture->path, FALSE);
  guint n = check_steps (store, "test");

  g_assert_cmpuint (n, <=, 50);
  g_assert_cmpuint (n % 10, ==, 0);
  append_steps (store, "test", n / 10, 1);
  g_assert_cmpuint (check_steps (store, "test"), ==, n + 10);
  g_assert_true (sg_store_close (store, NULL));
  assert_consecutive (fixture);
  return n / 10;
}

/* Each byte of a small log, turned over or the first that is missing. */
static void
test_each_byte (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) segments = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *path = NULL;
  guint flipped[6] = { 0 };
  guint cut[6] = { 0 };
  gsize length;

  make_store (fixture->path, "test", 5);
  segments = list_wal (fixture);
  path = g_strdup (((SgWalSegment *) segments->pdata[0])->path);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (gsize at = 0; at < length; at++)
    {
      restore (fixture, path, contents, length);
      flip (path, at, (guint8) (1 << at % 8));
      flipped[assert_carries_on (fixture)]++;
      restore (fixture, path, contents, at);
      cut[assert_carries_on (fixture)]++;
    }
  g_test_message (
      "%zu bytes: of 5 steps 0 1 2 3 4 5 were left %u %u %u %u %u %u times when one was "
      "turned over, %u %u %u %u %u %u times when the log ended before it",
      length, flipped[0], flipped[1], flipped[2], flipped[3], flipped[4], flipped[5], cut[0],
      cut[1], cut[2], cut[3], cut[4], cut[5]);
  g_assert_cmpuint (flipped[5], ==, 0);
  g_assert_cmpuint (cut[5], ==, 0);
}

static char *
chunks_folder (const char *path)
{
  return g_build_filename (path, "tsdb", "chunks_head", NULL);
}

static void
assert_chunk_files (Fixture    *fixture,
                    const char *expected)
{
  g_autofree char *folder = chunks_folder (fixture->path);
  g_autoptr (GPtrArray) files = sg_wal_list_segments (folder, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < files->len; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                            ((SgWalSegment *) files->pdata[i])->index);
  g_assert_cmpstr (text->str, ==, expected);
}

/* A damaged chunk, and what is behind it, is read from the log instead, and written again. */
static void
test_chunks (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *folder = chunks_folder (fixture->path);
  g_autofree char *file = g_build_filename (folder, "000001", NULL);
  g_autofree char *aside = NULL;
  g_autoptr (SgStore) store = NULL;
  SgStoreStats stats;

  make_store (fixture->path, "test", 1000);
  flip (file, 5000, 4);
  store = store_open (fixture->path, FALSE);
  g_assert_cmpuint (check_steps (store, "test"), ==, 10000);
  aside = list_aside (fixture);
  g_assert_cmpstr (aside, ==, "./chunks_head/000001");
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.files_set_aside, ==, 1);
  g_assert_cmpuint (stats.head.n_chunks_queued, ==, 0);
  assert_chunk_files (fixture, "1 2");
  append_steps (store, "test", 1000, 1000);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture->path, FALSE);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.replay.samples_skipped, >, 15000);
  g_assert_cmpuint (check_steps (store, "test"), ==, 20000);
}

/* Wherever the writing of full chunks was interrupted: all samples are there, time and again. */
static void
test_chunks_torn (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *folder = chunks_folder (fixture->path);
  g_autofree char *file = g_build_filename (folder, "000001", NULL);
  guint lengths[] = { 4000, 3000, 300, 20, 5, 0 };

  make_store (fixture->path, "test", 1000);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_assert_cmpint (truncate (file, lengths[i]), ==, 0);
      for (guint k = 0; k < 3; k++)
        {
          g_autoptr (SgStore) store = store_open (fixture->path, FALSE);
          g_assert_cmpuint (check_steps (store, "test"), ==, 10000 + (i * 3 + k) * 1500);
          append_steps (store, "test", 1000 + (i * 3 + k) * 150, 150);
          g_assert_true (sg_store_close (store, NULL));
        }
    }
}

/* Found out when it is queried: the rest of the series is there, and a warning. */
static void
test_chunk_while_open (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *folder = chunks_folder (fixture->path);
  g_autofree char *file = g_build_filename (folder, "000001", NULL);
  g_autoptr (SgStore) store = store_open (fixture->path, FALSE);
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = NULL;
  const SgSeries *series;
  gsize n = 0;

  append_steps (store, "test", 0, 1000);
  flip (file, 100, 4);
  set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  while (sg_series_set_next (set, &series, NULL))
    n += series->columns->n;
  g_assert_cmpuint (n, >, 9700);
  g_assert_cmpuint (n, <, 10000);
  g_assert_nonnull (
      strstr (sg_series_set_get_warnings (set)[0], "1 chunks of the head are damaged"));
}

/* Chunks beside a log that is not theirs have the same references, and other series. */
static void
test_foreign_chunks (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *other = g_build_filename (fixture->path, "other", NULL);
  g_autofree char *chunks = chunks_folder (fixture->path);
  g_autofree char *other_chunks = chunks_folder (other);
  g_autofree char *lock = g_build_filename (fixture->tsdb, "lock", NULL);
  const char *name = data != NULL ? data : "late";
  guint first = data != NULL ? 0 : 7;
  g_autofree char *aside = NULL;
  g_autoptr (SgStore) store = NULL;

  make_store (fixture->path, "test", 600);
  g_assert_cmpint (g_mkdir_with_parents (other, 0777), ==, 0);
  {
    g_autoptr (SgStore) second = store_open (other, FALSE);

    append_steps (second, name, first, 600 - first);
    g_assert_true (sg_store_close (second, NULL));
  }
  g_assert_true (sg_folder_remove (chunks, NULL));
  g_assert_cmpint (rename (other_chunks, chunks), ==, 0);
  g_assert_cmpint (unlink (lock), ==, 0);
  g_assert_true (sg_folder_remove (other, NULL));

  store = store_open (fixture->path, FALSE);
  g_assert_null (sg_store_get_read_only_reason (store));
  g_assert_cmpuint (check_steps (store, "test"), ==, 6000);
  aside = list_aside (fixture);
  g_assert_cmpstr (aside, ==, "./chunks_head/000001");
}

/* The same when the log is gone, and the chunks are not: no series gets one of their references. */
static void
test_lost_log (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *wal = g_build_filename (fixture->tsdb, "wal", NULL);
  g_autoptr (SgStore) store = NULL;

  make_store (fixture->path, "test", 600);
  g_assert_true (sg_folder_remove (wal, NULL));
  store = store_open (fixture->path, FALSE);
  append_steps (store, "new", 0, 10);
  g_assert_cmpuint (check_steps (store, "new"), ==, 100);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture->path, FALSE);
  g_assert_cmpuint (check_steps (store, "new"), ==, 100);
}

static void
add_opaque_record (Fixture *fixture)
{
  static const guint8 record[] = { 7, 1, 2, 3 };
  g_autofree char *folder = g_build_filename (fixture->tsdb, "wal", NULL);
  SgWalOptions options = { .sync = SG_WAL_SYNC_NEVER };
  SgWalWriter *writer = sg_wal_writer_new (folder, 9, &options, NULL);
  g_autoptr (GPtrArray) segments = NULL;
  g_auto (SgWalBatch) batch = { 0 };

  segments = sg_wal_list_segments (folder, NULL);
  sg_wal_writer_close (writer, NULL);
  writer = sg_wal_writer_new (
      folder, ((SgWalSegment *) segments->pdata[segments->len - 1])->index + 1, &options, NULL);
  sg_wal_batch_init (&batch);
  sg_wal_batch_add (&batch, record, sizeof record, FALSE);
  g_assert_true (sg_wal_writer_log (writer, &batch, NULL));
  g_assert_true (sg_wal_writer_close (writer, NULL));
}

/* A log with native histograms is written only if that was said, and then it is kept. */
static void
test_opaque (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  g_autofree char *aside = NULL;

  make_store (fixture->path, "test", 10);
  add_opaque_record (fixture);
  store = store_open (fixture->path, FALSE);
  g_assert_nonnull (strstr (sg_store_get_read_only_reason (store), "1 records"));
  g_assert_cmpuint (check_steps (store, "test"), ==, 100);
  g_assert_null (sg_store_appender_new (store, NULL));
  g_clear_object (&store);

  store = store_open (fixture->path, TRUE);
  g_assert_null (sg_store_get_read_only_reason (store));
  aside = list_aside (fixture);
  g_assert_cmpstr (aside, ==, "./wal/00000000 ./wal/00000001");
  append_steps (store, "test", 10, 10);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);

  store = store_open (fixture->path, FALSE);
  g_assert_null (sg_store_get_read_only_reason (store));
  g_assert_cmpuint (check_steps (store, "test"), ==, 200);
}

/* Reading writes nothing, whatever is wrong. */
static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *command =
      g_strdup_printf ("cd %s && find . -printf '%%p %%s %%T@ %%C@\\n' | sort", fixture->path);
  char *argv[] = { (char *) "sh", (char *) "-c", command, NULL };
  SgStoreOptions options = { .path = fixture->path, .read_only = TRUE };
  g_autofree char *chunks = chunks_folder (fixture->path);
  g_autofree char *chunk_file = g_build_filename (chunks, "000001", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GPtrArray) segments = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autoptr (GError) error = NULL;

  make_store (fixture->path, "test", 600);
  segments = list_wal (fixture);
  flip (((SgWalSegment *) segments->pdata[1])->path, 100, 1);
  flip (chunk_file, 3000, 1);
  g_assert_true (
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &before, NULL, NULL, NULL));
  store = sg_store_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (check_steps (store, "test"), >, 1000);
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  g_assert_true (sg_store_close (store, NULL));
  g_assert_true (
      g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &after, NULL, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  g_test_add ("/store-damage/foreign-chunks/values", Fixture, "stranger", set_up,
              test_foreign_chunks, tear_down);
  ADD ("/store-damage/middle", test_middle);
  ADD ("/store-damage/tail", test_tail);
  ADD ("/store-damage/each-byte", test_each_byte);
  ADD ("/store-damage/chunks", test_chunks);
  ADD ("/store-damage/chunks-torn", test_chunks_torn);
  ADD ("/store-damage/chunk-while-open", test_chunk_while_open);
  ADD ("/store-damage/foreign-chunks/times", test_foreign_chunks);
  ADD ("/store-damage/lost-log", test_lost_log);
  ADD ("/store-damage/opaque", test_opaque);
  ADD ("/store-damage/read-only", test_read_only);
  return g_test_run ();
}
