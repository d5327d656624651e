/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"
#include "tsdb/sg-tsdb-error.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  GPtrArray *list;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-block-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->list = test_series_list_new ();
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_ptr_array_unref (fixture->list);
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
fill (Fixture *fixture,
      guint    n_series,
      guint    n_samples)
{
  for (guint i = 0; i < n_series; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("metric_%u{instance=\"host-%u\",job=\"j\"}", i % 3, i);
      TestSeries *series = test_series_get (fixture->list, text);

      for (guint k = 0; k < n_samples; k++)
        test_series_append (series, (SgTimeMs) k * 15000, i * 1000.0 + k);
    }
}

static void
test_block_round_trip (Fixture       *fixture,
                       gconstpointer  data)
{
  static const char *const files[] = { "meta.json", "index", "chunks/000001", "tombstones" };
  g_autoptr (SgBlock) block = NULL;
  g_autoptr (SgBlockMeta) meta = NULL;

  fill (fixture, 100, 480);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  test_assert_block_has (block, fixture->list);
  meta = sg_block_copy_meta (block);
  g_assert_cmpuint (meta->n_series, ==, 100);
  g_assert_cmpuint (meta->n_chunks, ==, 400);
  g_assert_cmpuint (meta->n_samples, ==, 48000);
  g_assert_cmpint (sg_block_get_min_time (block), ==, 0);
  g_assert_cmpint (sg_block_get_max_time (block), ==, 7200000);
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  g_assert_cmpuint (count_files (sg_block_get_folder (block)), ==, G_N_ELEMENTS (files));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (sg_block_get_folder (block), files[i], NULL);

      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

/* What was opened stays readable when the block is gone. */
static void
test_block_deleted_while_open (Fixture       *fixture,
                               gconstpointer  data)
{
  g_autoptr (SgBlock) block = NULL;

  fill (fixture, 10, 240);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  g_assert_true (sg_folder_remove (sg_block_get_folder (block), NULL));
  test_assert_block_has (block, fixture->list);
}

static void
test_block_without_samples (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = test_meta_new (0, 10);
  TestSet *set;

  test_series_get (fixture->list, "nothing");
  set = test_set_new (fixture->list, 120);
  g_assert_true (sg_block_write (fixture->folder, &set->parent, meta, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (meta->n_samples, ==, 0);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
  sg_chunk_series_set_free (&set->parent);
}

static void
test_block_failed (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = test_meta_new (0, 7200000);
  TestSet *set;

  fill (fixture, 10, 240);
  set = test_set_new (fixture->list, 120);
  set->fail_at = 5;
  g_assert_false (sg_block_write (fixture->folder, &set->parent, meta, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
  sg_chunk_series_set_free (&set->parent);
}

static void
test_block_cancelled (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) verify_error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SgBlockMeta) meta = test_meta_new (0, 7200000);
  g_autoptr (SgBlock) block = NULL;
  TestSet *set;

  fill (fixture, 10, 240);
  set = test_set_new (fixture->list, 120);
  g_cancellable_cancel (cancellable);
  g_assert_false (sg_block_write (fixture->folder, &set->parent, meta, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
  sg_chunk_series_set_free (&set->parent);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  g_assert_false (sg_block_verify (block, cancellable, &verify_error));
  g_assert_error (verify_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
set_file_limit (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* The system takes so many bytes of a file and no more, as a full disk would; later there is room. */
static void
test_block_no_room (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (SgBlock) block = NULL;
  sighandler_t before = signal (SIGXFSZ, SIG_IGN);

  fill (fixture, 10, 240);
  for (guint bytes = 0; bytes < 2000; bytes += 199)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgBlockMeta) meta = test_meta_new (0, 7200000);
      TestSet *set = test_set_new (fixture->list, 120);
      gboolean ok;

      set_file_limit (bytes);
      ok = sg_block_write (fixture->folder, &set->parent, meta, NULL, &error);
      set_file_limit (RLIM_INFINITY);
      g_assert_false (ok);
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_NO_SPACE);
      g_assert_cmpuint (count_files (fixture->folder), ==, 0);
      sg_chunk_series_set_free (&set->parent);
    }
  signal (SIGXFSZ, before);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  test_assert_block_has (block, fixture->list);
}

static void
test_block_outside_its_times (Fixture       *fixture,
                              gconstpointer  data)
{
  static const SgTimeMs times[][2] = { { 0, 3585000 }, { 15000, 7200000 } };

  fill (fixture, 1, 240);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgBlockMeta) meta = test_meta_new (times[i][0], times[i][1]);
      TestSet *set = test_set_new (fixture->list, 120);

      g_assert_false (sg_block_write (fixture->folder, &set->parent, meta, NULL, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID);
      g_assert_cmpuint (count_files (fixture->folder), ==, 0);
      sg_chunk_series_set_free (&set->parent);
    }
}

/* Deletes an interval of the series that @text names, in the block and in the list. */
static void delete (
    Fixture *fixture, SgBlock *block, const char *text, SgTimeMs min_time, SgTimeMs max_time)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  TestSeries *series = test_series_get (fixture->list, text);
  const char *instance = sg_labels_get (series->labels, "instance");
  g_autoptr (SgPostings) postings =
      sg_index_reader_get_postings (sg_block_get_index (block), "instance", instance, NULL);
  SgTombstone stone = { 0, min_time, max_time };
  SgSeriesRef ref;

  g_assert_true (sg_postings_next (postings, &ref));
  stone.series_ref = ref;
  g_array_append_val (stones, stone);
  g_assert_true (sg_block_add_tombstones (block, stones, &error));
  g_assert_no_error (error);
  for (guint i = series->samples->len; i > 0; i--)
    {
      SgTimeMs t = g_array_index (series->samples, TestSample, i - 1).t;

      if (t >= min_time && t <= max_time)
        g_array_remove_index (series->samples, i - 1);
    }
  if (series->samples->len == 0)
    g_ptr_array_remove (fixture->list, series);
}

static void
test_block_tombstones (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgBlock) block = NULL;
  g_autoptr (SgBlock) again = NULL;
  g_autoptr (SgBlockMeta) meta = NULL;

  fill (fixture, 4, 360);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  delete (fixture, block, "metric_0{instance=\"host-0\",job=\"j\"}", 100000, 200000);
  delete (fixture, block, "metric_0{instance=\"host-0\",job=\"j\"}", 0, 0);
  delete (fixture, block, "metric_0{instance=\"host-0\",job=\"j\"}", 120 * 15000, 240 * 15000);
  delete (fixture, block, "metric_1{instance=\"host-1\",job=\"j\"}", G_MININT64, G_MAXINT64);
  test_assert_block_has (block, fixture->list);
  again = test_block_open (fixture->folder, sg_block_get_ulid (block));
  test_assert_block_has (again, fixture->list);
  meta = sg_block_copy_meta (again);
  g_assert_cmpuint (meta->n_tombstones, ==, 4);
  g_assert_cmpuint (meta->n_samples, ==, 4 * 360);
}

static void
test_block_marks (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgBlock) block = NULL;
  g_autoptr (SgBlock) again = NULL;
  g_autoptr (SgBlockMeta) before = NULL;
  g_autoptr (SgBlockMeta) after = NULL;

  fill (fixture, 1, 1);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 120);
  before = sg_block_copy_meta (block);
  g_assert_false (before->failed || before->deletable);
  g_assert_true (sg_block_mark_failed (block, NULL));
  g_assert_true (sg_block_mark_deletable (block, NULL));
  again = test_block_open (fixture->folder, sg_block_get_ulid (block));
  after = sg_block_copy_meta (again);
  g_assert_true (after->failed && after->deletable);
}

/* Says whether a block is opened and verified; if so, all of its samples are what they were. */
static gboolean
is_taken_for_sound (Fixture      *fixture,
                    const SgUlid *ulid)
{
  g_autofree char *path = test_block_path (fixture->folder, ulid);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlock) block = sg_block_open (path, &error);
  g_autoptr (GPtrArray) read = NULL;

  if (block != NULL && sg_block_verify (block, NULL, &error))
    {
      read = test_block_read (block, &error);
      g_assert_no_error (error);
      test_assert_series_equal (read, fixture->list);
      return TRUE;
    }
  g_assert_cmpint (error->domain, ==, SG_TSDB_ERROR);
  if (block != NULL)
    read = test_block_read (block, NULL);
  return FALSE;
}

/* Each bit of a file of a small block is turned over, and each of its lengths cut. */
static void
test_block_damaged (Fixture       *fixture,
                    gconstpointer  file)
{
  g_autoptr (SgBlock) block = NULL;
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  gsize length;
  guint n_taken = 0;
  SgUlid ulid;

  fill (fixture, 3, 5);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 2);
  ulid = *sg_block_get_ulid (block);
  path = g_build_filename (sg_block_get_folder (block), file, NULL);
  g_clear_pointer (&block, sg_block_unref);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize bit = 0; bit < length * 8; bit++)
    {
      content[bit / 8] ^= 1 << bit % 8;
      g_assert_true (g_file_set_contents_full (path, content, (gssize) length,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      n_taken += is_taken_for_sound (fixture, &ulid);
      content[bit / 8] ^= 1 << bit % 8;
    }
  g_test_message ("%u of %zu bits are not missed", n_taken, length * 8);
  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  g_assert_true (is_taken_for_sound (fixture, &ulid));
  for (gsize cut = length; cut-- > 0;)
    {
      g_assert_cmpint (truncate (path, (off_t) cut), ==, 0);
      g_assert_false (is_taken_for_sound (fixture, &ulid));
    }
}

static void
test_block_missing_files (Fixture       *fixture,
                          gconstpointer  data)
{
  static const char *const files[] = { "tombstones", "chunks/000001", "index", "meta.json" };
  g_autoptr (SgBlock) block = NULL;
  SgUlid ulid;

  fill (fixture, 3, 5);
  block = test_block_write (fixture->folder, fixture->list, 0, 7200000, 2);
  ulid = *sg_block_get_ulid (block);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (sg_block_get_folder (block), files[i], NULL);

      g_assert_true (sg_folder_remove (path, NULL));
      g_assert_true (is_taken_for_sound (fixture, &ulid) == (i == 0));
    }
}

#define ADD(name, function) \
  g_test_add ("/tsdb/block/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
#define ADD_DAMAGED(file)                                                                     \
  g_test_add ("/tsdb/block/damaged/" file, Fixture, file, fixture_set_up, test_block_damaged, \
              fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_block_round_trip);
  ADD ("deleted-while-open", test_block_deleted_while_open);
  ADD ("without-samples", test_block_without_samples);
  ADD ("failed", test_block_failed);
  ADD ("cancelled", test_block_cancelled);
  ADD ("no-room", test_block_no_room);
  ADD ("outside-its-times", test_block_outside_its_times);
  ADD ("tombstones", test_block_tombstones);
  ADD ("marks", test_block_marks);
  ADD ("missing-files", test_block_missing_files);
  ADD_DAMAGED ("index");
  ADD_DAMAGED ("chunks/000001");
  ADD_DAMAGED ("tombstones");
  ADD_DAMAGED ("meta.json");
  return g_test_run ();
}
