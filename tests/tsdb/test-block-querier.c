/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"

#include "base/sg-matcher.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-block-select.h"
#include "tsdb/sg-tsdb-error.h"

#include <unistd.h>

typedef struct
{
  char *folder;
  GPtrArray *list;
  GPtrArray *blocks;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-querier-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->list = test_series_list_new ();
  fixture->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_ptr_array_unref (fixture->list);
  g_ptr_array_unref (fixture->blocks);
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

/* Ten series of a sample each second, in three blocks; one of them is in the second block only. */
static void
write_blocks (Fixture *fixture)
{
  static const SgTimeMs borders[] = { 0, 400000, 600000, 1000000 };

  for (guint b = 0; b < 3; b++)
    {
      g_autoptr (GPtrArray) part = test_series_list_new ();

      for (guint i = 0; i < 10; i++)
        {
          g_autofree char *text = g_strdup_printf ("m{n=\"%u\"%s}", i, i == 9 ? ",only=\"x\"" : "");

          for (SgTimeMs t = borders[b]; (i < 9 || b == 1) && t < borders[b + 1]; t += 1000)
            {
              test_series_append (test_series_get (part, text), t, i * 1e6 + t);
              test_series_append (test_series_get (fixture->list, text), t, i * 1e6 + t);
            }
        }
      g_ptr_array_add (fixture->blocks,
                       test_block_write (fixture->folder, part, borders[b], borders[b + 1], 120));
    }
}

/* Removes from the list what is not within the times. */
static void
trim_list (GPtrArray *list,
           SgTimeMs   start,
           SgTimeMs   end)
{
  for (guint i = list->len; i > 0; i--)
    {
      TestSeries *series = g_ptr_array_index (list, i - 1);

      for (guint k = series->samples->len; k > 0; k--)
        {
          SgTimeMs t = g_array_index (series->samples, TestSample, k - 1).t;

          if (t < start || t > end)
            g_array_remove_index (series->samples, k - 1);
        }
      if (series->samples->len == 0)
        g_ptr_array_remove_index (list, i - 1);
    }
}

static GPtrArray *
copy_list (GPtrArray *list)
{
  GPtrArray *copy = test_series_list_new ();

  for (guint i = 0; i < list->len; i++)
    {
      const TestSeries *from = g_ptr_array_index (list, i);
      TestSeries *to = test_series_add_labels (copy, from->labels);

      g_array_append_vals (to->samples, from->samples->data, from->samples->len);
    }
  return copy;
}

/* Reads a set to its end. Returns: what it yielded; the warnings are counted */
static GPtrArray *
read_set (SgSeriesSet  *set,
          guint        *ret_n_warnings,
          GError      **error)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (SgLabels) last = NULL;
  g_autoptr (GError) problem = NULL;
  const SgSeries *series;

  while (sg_series_set_next (set, &series, &problem))
    {
      TestSeries *copy = test_series_add_labels (list, series->labels);

      g_assert_true (last == NULL || sg_labels_compare (last, series->labels) < 0);
      g_clear_pointer (&last, sg_labels_unref);
      last = sg_labels_ref (series->labels);
      g_assert_cmpuint (series->n_columns, ==, 1);
      for (gsize i = 0; i < series->columns->n; i++)
        {
          g_assert_true (i == 0 || series->columns->t[i] > series->columns->t[i - 1]);
          test_series_append (copy, series->columns->t[i], series->columns->f[i]);
        }
    }
  *ret_n_warnings = g_strv_length ((GStrv) sg_series_set_get_warnings (set));
  if (problem == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

static GPtrArray *
select_all (Fixture  *fixture,
            SgTimeMs  start,
            SgTimeMs  end,
            guint    *ret_n_warnings)
{
  g_autoptr (SgQuerier) querier = sg_block_querier_new (fixture->blocks);
  g_autoptr (GError) error = NULL;
  SgSelectHints hints = { .start = start, .end = end };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  GPtrArray *list;

  g_assert_no_error (error);
  list = read_set (set, ret_n_warnings, &error);
  g_assert_no_error (error);
  return list;
}

static void
assert_select (Fixture  *fixture,
               SgTimeMs  start,
               SgTimeMs  end)
{
  guint n_warnings;
  g_autoptr (GPtrArray) read = select_all (fixture, start, end, &n_warnings);
  g_autoptr (GPtrArray) expected = copy_list (fixture->list);

  trim_list (expected, start, end);
  test_assert_series_equal (read, expected);
  g_assert_cmpuint (n_warnings, ==, 0);
}

static void
test_block_querier_times (Fixture       *fixture,
                          gconstpointer  data)
{
  static const SgTimeMs times[][2] = {
    { G_MININT64, G_MAXINT64 },
    { 0, 999000 },
    { 0, 0 },
    { 999000, 999000 },
    { 399000, 400000 },
    { 399001, 399999 },
    { 400000, 599999 },
    { 120000, 239000 },
    { 119999, 240001 },
    { -5, -1 },
    { 1000000, 2000000 },
    { 500, 999 },
    { 700000, 100 },
  };

  write_blocks (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    assert_select (fixture, times[i][0], times[i][1]);
  for (guint i = 0; i < 50; i++)
    {
      SgTimeMs start = g_test_rand_int_range (-1000, 1001000);

      assert_select (fixture, start, start + g_test_rand_int_range (0, 500000));
    }
}

static void
test_block_querier_tombstones (Fixture       *fixture,
                               gconstpointer  data)
{
  static const SgTimeMs deleted[][2] = {
    { 100000, 150000 }, { 200500, 200600 }, { 390000, 450000 }, { 550000, G_MAXINT64 }
  };
  TestSeries *series;

  write_blocks (fixture);
  series = test_series_get (fixture->list, "m{n=\"0\"}");
  for (guint b = 0; b < 2; b++)
    {
      SgBlock *block = g_ptr_array_index (fixture->blocks, b);
      g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
      g_autoptr (SgPostings) postings =
          sg_index_reader_get_postings (sg_block_get_index (block), "n", "0", NULL);
      SgSeriesRef ref;

      g_assert_true (sg_postings_next (postings, &ref));
      for (guint i = 0; i < G_N_ELEMENTS (deleted); i++)
        {
          SgTombstone stone = { ref, deleted[i][0], deleted[i][1] };

          g_array_append_val (stones, stone);
        }
      g_assert_true (sg_block_add_tombstones (block, stones, NULL));
    }
  for (guint i = series->samples->len; i > 0; i--)
    {
      SgTimeMs t = g_array_index (series->samples, TestSample, i - 1).t;

      for (guint k = 0; k < G_N_ELEMENTS (deleted); k++)
        {
          if (t >= deleted[k][0] && t <= deleted[k][1] && t < 600000)
            {
              g_array_remove_index (series->samples, i - 1);
              break;
            }
        }
    }
  assert_select (fixture, G_MININT64, G_MAXINT64);
  assert_select (fixture, 140000, 460000);
}

/* What is deleted by matchers is gone, from the samples and, when nothing is left, from the series. */
static void
test_block_querier_delete (Fixture       *fixture,
                           gconstpointer  data)
{
  SgSelectHints all = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgMatcher) some = sg_matcher_new (SG_MATCH_REGEXP, "n", "[2-4]", NULL);
  g_autoptr (SgMatcher) last = sg_matcher_new (SG_MATCH_EQUAL, "n", "9", NULL);
  g_autoptr (GPtrArray) series = NULL;
  g_autoptr (SgQuerier) querier = NULL;

  write_blocks (fixture);
  for (guint b = 0; b < 3; b++)
    {
      SgBlock *block = g_ptr_array_index (fixture->blocks, b);
      g_autoptr (GError) error = NULL;

      sg_block_delete (block, (const SgMatcher *const *) &some, 1, 300000, 699999, NULL, &error);
      g_assert_no_error (error);
      sg_block_delete (block, (const SgMatcher *const *) &last, 1, G_MININT64, G_MAXINT64, NULL,
                       &error);
      g_assert_no_error (error);
    }
  g_ptr_array_remove_index (fixture->list, 9);
  for (guint i = 2; i <= 4; i++)
    g_array_remove_range (((TestSeries *) g_ptr_array_index (fixture->list, i))->samples, 300, 400);
  assert_select (fixture, G_MININT64, G_MAXINT64);
  querier = sg_block_querier_new (fixture->blocks);
  series = sg_querier_series (querier, NULL, 0, &all, NULL, NULL);
  g_assert_cmpuint (series->len, ==, 9);
}

#define N_READERS 3

/* Reads as long as the other thread deletes; a series has all of its samples or lacks what is deleted. */
static gpointer
read_meanwhile (gpointer data)
{
  Fixture *fixture = data;

  for (guint round = 0; round < 30; round++)
    {
      guint n_warnings;
      g_autoptr (GPtrArray) read = select_all (fixture, 0, 1000000, &n_warnings);

      g_assert_cmpuint (n_warnings, ==, 0);
      g_assert_cmpuint (read->len, ==, 10);
      for (guint i = 0; i < read->len; i++)
        {
          const TestSeries *series = g_ptr_array_index (read, i);

          g_assert_cmpuint (series->samples->len, >=, i == 9 ? 200 : 900);
          g_assert_cmpuint (series->samples->len, <=, i == 9 ? 200 : 1000);
        }
    }
  return NULL;
}

static void
test_block_querier_threads (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (SgMatcher) all = sg_matcher_new (SG_MATCH_REGEXP, "n", "[0-8]", NULL);
  GThread *readers[N_READERS];

  write_blocks (fixture);
  for (guint i = 0; i < N_READERS; i++)
    readers[i] = g_thread_new ("reader", read_meanwhile, fixture);
  for (SgTimeMs t = 200000; t < 300000; t += 10000)
    g_assert_true (sg_block_delete (g_ptr_array_index (fixture->blocks, 0),
                                    (const SgMatcher *const *) &all, 1, t, t + 9999, NULL, NULL));
  for (guint i = 0; i < N_READERS; i++)
    g_thread_join (readers[i]);
}

static void
test_block_querier_limits (Fixture       *fixture,
                           gconstpointer  data)
{
  static const SgSelectHints hints[] = {
    { .end = G_MAXINT64, .max_series = 9 },
    { .end = G_MAXINT64, .max_samples = 9199 },
  };
  SgSelectHints enough = { .end = G_MAXINT64, .max_series = 10, .max_samples = 9200 };
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (SgSeriesSet) allowed = NULL;
  g_autoptr (GPtrArray) read = NULL;
  guint n_warnings;

  write_blocks (fixture);
  querier = sg_block_querier_new (fixture->blocks);
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints[i], NULL, &error);

      g_assert_null (read_set (set, &n_warnings, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT);
    }
  allowed = sg_querier_select (querier, NULL, 0, &enough, NULL, NULL);
  read = read_set (allowed, &n_warnings, NULL);
  test_assert_series_equal (read, fixture->list);
}

static void
test_block_querier_cancelled (Fixture       *fixture,
                              gconstpointer  data)
{
  SgSelectHints hints = { .end = G_MAXINT64 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (SgSeriesSet) set = NULL;
  g_autoptr (GError) error = NULL;
  const SgSeries *series;

  write_blocks (fixture);
  querier = sg_block_querier_new (fixture->blocks);
  set = sg_querier_select (querier, NULL, 0, &hints, cancellable, NULL);
  g_assert_true (sg_series_set_next (set, &series, NULL));
  g_cancellable_cancel (cancellable);
  g_assert_false (sg_series_set_next (set, &series, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (sg_querier_select (querier, NULL, 0, &hints, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
assert_texts (GStrv       texts,
              const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", texts);

  g_assert_cmpstr (joined, ==, expected);
  g_strfreev (texts);
}

static void
test_block_querier_labels (Fixture       *fixture,
                           gconstpointer  data)
{
  SgSelectHints all = { .start = G_MININT64, .end = G_MAXINT64 };
  SgSelectHints early = { .start = 0, .end = 1000 };
  g_autoptr (SgMatcher) odd = sg_matcher_new (SG_MATCH_REGEXP, "n", "[79]", NULL);
  g_autoptr (SgMatcher) none = sg_matcher_new (SG_MATCH_EQUAL, "n", "77", NULL);
  const SgMatcher *const odd_list[] = { odd };
  const SgMatcher *const none_list[] = { none };
  g_autoptr (SgQuerier) querier = NULL;

  write_blocks (fixture);
  querier = sg_block_querier_new (fixture->blocks);
  assert_texts (sg_querier_label_names (querier, NULL, 0, &all, NULL, NULL), "__name__ n only");
  assert_texts (sg_querier_label_names (querier, NULL, 0, &early, NULL, NULL), "__name__ n");
  assert_texts (sg_querier_label_names (querier, odd_list, 1, &all, NULL, NULL), "__name__ n only");
  assert_texts (sg_querier_label_names (querier, none_list, 1, &all, NULL, NULL), "");
  assert_texts (sg_querier_label_values (querier, "n", NULL, 0, &all, NULL, NULL),
                "0 1 2 3 4 5 6 7 8 9");
  assert_texts (sg_querier_label_values (querier, "n", odd_list, 1, &all, NULL, NULL), "7 9");
  assert_texts (sg_querier_label_values (querier, "n", odd_list, 1, &early, NULL, NULL), "7");
  assert_texts (sg_querier_label_values (querier, "only", odd_list, 1, &all, NULL, NULL), "x");
  assert_texts (sg_querier_label_values (querier, "nothing", NULL, 0, &all, NULL, NULL), "");
  assert_texts (sg_querier_label_values (querier, "nothing", odd_list, 1, &all, NULL, NULL), "");
}

static void
test_block_querier_series (Fixture       *fixture,
                           gconstpointer  data)
{
  SgSelectHints all = { .start = G_MININT64, .end = G_MAXINT64 };
  SgSelectHints early = { .start = 0, .end = 1000 };
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (GPtrArray) series = NULL;
  g_autoptr (GPtrArray) early_series = NULL;
  g_autoptr (GPtrArray) metadata = NULL;

  write_blocks (fixture);
  querier = sg_block_querier_new (fixture->blocks);
  series = sg_querier_series (querier, NULL, 0, &all, NULL, NULL);
  g_assert_cmpuint (series->len, ==, 10);
  for (guint i = 0; i < series->len; i++)
    {
      const TestSeries *expected = g_ptr_array_index (fixture->list, i);

      g_assert_true (sg_labels_equal (g_ptr_array_index (series, i), expected->labels));
    }
  early_series = sg_querier_series (querier, NULL, 0, &early, NULL, NULL);
  g_assert_cmpuint (early_series->len, ==, 9);
  metadata = sg_querier_metadata (querier, NULL, NULL, NULL);
  g_assert_cmpuint (metadata->len, ==, 0);
}

/* Histograms are told and left out; what else the series has is there. */
static void
test_block_querier_unsupported (Fixture       *fixture,
                                gconstpointer  data)
{
  static const TestForeignChunk histogram = { 5000, 5900, SG_CHUNK_HISTOGRAM, "\0\7abc", 5 };
  guint n_warnings;
  g_autoptr (GPtrArray) read = NULL;
  TestSeries *mixed = test_series_get (fixture->list, "a_mixed");
  TestSeries *only = test_series_get (fixture->list, "b_only");

  test_series_append (mixed, 1000, 1);
  g_array_append_val (mixed->foreign, histogram);
  g_array_append_val (only->foreign, histogram);
  test_series_append (test_series_get (fixture->list, "c_floats"), 1000, 1);
  g_ptr_array_add (fixture->blocks,
                   test_block_write (fixture->folder, fixture->list, 0, 10000, 120));
  read = select_all (fixture, 0, 10000, &n_warnings);
  g_assert_cmpuint (n_warnings, ==, 2);
  g_ptr_array_remove (fixture->list, only);
  test_assert_series_equal (read, fixture->list);
}

/* Chunks that overlap within a series, though the index does not say so. */
static void
test_block_querier_overlap (Fixture       *fixture,
                            gconstpointer  data)
{
  TestForeignChunk chunk = { 6000, 9000, SG_CHUNK_XOR };
  TestSeries *series = test_series_get (fixture->list, "a");
  g_auto (SgXorAppender) appender;
  g_autoptr (GPtrArray) read = NULL;
  guint n_warnings;

  for (guint i = 0; i < 6; i++)
    test_series_append (series, i * 1000, i);
  sg_xor_appender_init (&appender);
  for (guint i = 3; i < 10; i++)
    g_assert_true (sg_xor_appender_append (&appender, i * 1000, i < 6 ? -1.0 : i));
  chunk.data = (const char *) appender.data;
  chunk.length = sg_xor_appender_length (&appender);
  g_array_append_val (series->foreign, chunk);
  g_ptr_array_add (fixture->blocks,
                   test_block_write (fixture->folder, fixture->list, 0, 10000, 120));
  read = select_all (fixture, 0, 10000, &n_warnings);
  for (guint i = 6; i < 10; i++)
    test_series_append (series, i * 1000, i);
  test_assert_series_equal (read, fixture->list);
}

static SgBlock *
reopen (SgBlock *block)
{
  g_autoptr (GError) error = NULL;
  SgBlock *again = sg_block_open (sg_block_get_folder (block), &error);

  g_assert_no_error (error);
  return again;
}

static void
change_byte (SgBlock    *block,
             const char *file,
             gsize       place)
{
  g_autofree char *path = g_build_filename (sg_block_get_folder (block), file, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  content[place] ^= 0x10;
  g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
}

/* A damaged chunk is left out and told; all else is there. */
static void
test_block_querier_damaged_chunk (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr (GPtrArray) read = NULL;
  SgBlock *block;
  TestSeries *first;
  guint n_warnings;

  write_blocks (fixture);
  block = g_ptr_array_index (fixture->blocks, 0);
  change_byte (block, "chunks/000001", 60);
  g_ptr_array_index (fixture->blocks, 0) = reopen (block);
  sg_block_unref (block);
  read = select_all (fixture, 0, 1000000, &n_warnings);
  g_assert_cmpuint (n_warnings, ==, 1);
  first = g_ptr_array_index (fixture->list, 0);
  g_array_remove_range (first->samples, 0, 120);
  test_assert_series_equal (read, fixture->list);
}

/* So is a series whose entry in the index is damaged. */
static void
test_block_querier_damaged_series (Fixture       *fixture,
                                   gconstpointer  data)
{
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (SgPostings) all = NULL;
  SgBlock *block;
  TestSeries *first;
  SgSeriesRef ref;
  guint n_warnings;

  write_blocks (fixture);
  block = g_ptr_array_index (fixture->blocks, 0);
  all = sg_index_reader_get_all (sg_block_get_index (block), NULL);
  g_assert_true (sg_postings_next (all, &ref));
  change_byte (block, "index", ref * 16 + 5);
  g_ptr_array_index (fixture->blocks, 0) = reopen (block);
  sg_block_unref (block);
  read = select_all (fixture, 0, 1000000, &n_warnings);
  g_assert_cmpuint (n_warnings, ==, 1);
  first = g_ptr_array_index (fixture->list, 0);
  g_array_remove_range (first->samples, 0, 400);
  test_assert_series_equal (read, fixture->list);
}

/* Files that are cut while they are read: no sample is wrong, and what is missing is told. */
static void
test_block_querier_cut_while_open (Fixture       *fixture,
                                   gconstpointer  data)
{
  static const char *const files[] = { "chunks/000001", "index" };

  write_blocks (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      SgBlock *block = g_ptr_array_index (fixture->blocks, i);
      g_autofree char *path = g_build_filename (sg_block_get_folder (block), files[i], NULL);
      guint n_warnings;
      g_autoptr (GPtrArray) read = NULL;

      g_assert_cmpint (truncate (path, 20), ==, 0);
      read = select_all (fixture, 0, 1000000, &n_warnings);
      g_assert_cmpuint (n_warnings, >, 0);
      for (guint k = 0; k < read->len; k++)
        {
          const TestSeries *series = g_ptr_array_index (read, k);
          gint64 n = g_ascii_strtoll (sg_labels_get (series->labels, "n"), NULL, 10);

          for (guint s = 0; s < series->samples->len; s++)
            {
              const TestSample *sample = &g_array_index (series->samples, TestSample, s);

              g_assert_cmpfloat (sample->value, ==, n * 1e6 + sample->t);
            }
        }
    }
}

#define ADD(name, function)                                                         \
  g_test_add ("/tsdb/block-querier/" name, Fixture, NULL, fixture_set_up, function, \
              fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("times", test_block_querier_times);
  ADD ("tombstones", test_block_querier_tombstones);
  ADD ("delete", test_block_querier_delete);
  ADD ("threads", test_block_querier_threads);
  ADD ("limits", test_block_querier_limits);
  ADD ("cancelled", test_block_querier_cancelled);
  ADD ("labels", test_block_querier_labels);
  ADD ("series", test_block_querier_series);
  ADD ("unsupported", test_block_querier_unsupported);
  ADD ("overlap", test_block_querier_overlap);
  ADD ("damaged/chunk", test_block_querier_damaged_chunk);
  ADD ("damaged/series", test_block_querier_damaged_series);
  ADD ("cut-while-open", test_block_querier_cut_while_open);
  return g_test_run ();
}
