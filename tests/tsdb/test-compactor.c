/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"
#include "tsdb/sg-compactor.h"
#include "tsdb/sg-tsdb-error.h"

typedef struct
{
  char *folder;
  GPtrArray *blocks;
  GPtrArray *expected;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-compactor-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  fixture->expected = test_series_list_new ();
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_ptr_array_unref (fixture->blocks);
  g_ptr_array_unref (fixture->expected);
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

static void
assert_ranges (gint64        first,
               gint64        longest,
               const gint64 *expected,
               guint         n)
{
  g_autoptr (GArray) ranges = sg_compaction_ranges (first, longest);

  g_assert_cmpmem (ranges->data, ranges->len * sizeof (gint64), expected, n * sizeof (gint64));
}

#define HOUR G_GINT64_CONSTANT (3600000)

static void
test_compactor_ranges (void)
{
  static const gint64 usual[] = { 2 * HOUR, 6 * HOUR, 18 * HOUR };
  static const gint64 all[] = { 1, 3, 9, 27 };

  /* A tenth of fifteen days; the least; just enough and just not enough. */
  assert_ranges (SG_BLOCK_RANGE, 36 * HOUR, usual, 3);
  assert_ranges (SG_BLOCK_RANGE, 0, usual, 1);
  assert_ranges (1, 27, all, 4);
  assert_ranges (1, 26, all, 3);
}

/*
 * A block of a plan: its times in units of the shortest range, which is 20; how many stones it has and
 * how many series; its marks.
 */
typedef struct
{
  gint64 min_time;
  gint64 max_time;
  guint n_stones;
  gboolean failed;
  gboolean stale;
} PlanBlock;

typedef struct
{
  const char *name;
  PlanBlock blocks[12];
  const char *chosen;
} PlanCase;

/* The ranges are 20, 60, 180, 540. Of the blocks those marked x are chosen. */
static const PlanCase plan_cases[] = {
  { "one", { { 0, 20 } }, "." },
  { "two", { { 0, 20 }, { 20, 40 } }, ".." },
  { "a range is not full", { { 0, 20 }, { 20, 40 }, { 40, 60 } }, "..." },
  { "the newest is left out", { { 0, 20 }, { 20, 40 }, { 40, 60 }, { 60, 80 } }, "xxx." },
  { "a gap, and a newer block", { { 0, 20 }, { 20, 40 }, { 60, 80 }, { 80, 100 } }, "xx.." },
  { "a gap, and no newer block", { { 0, 20 }, { 20, 40 }, { 60, 80 } }, "..." },
  { "not aligned", { { 20, 40 }, { 40, 60 }, { 60, 80 }, { 80, 100 } }, "xx.." },
  { "only one in its range", { { 0, 20 }, { 60, 80 }, { 120, 140 }, { 180, 200 } }, "...." },
  { "only one in its range, and two newer blocks",
    { { 0, 20 }, { 60, 80 }, { 120, 140 }, { 180, 200 }, { 240, 260 } },
    "xxx.." },
  { "before 1970", { { -60, -40 }, { -40, -20 }, { -20, 0 }, { 0, 20 } }, "xxx." },
  { "the shorter range first",
    { { 0, 60 },
      { 60, 120 },
      { 120, 180 },
      { 180, 200 },
      { 200, 220 },
      { 220, 240 },
      { 240, 260 } },
    "...xxx." },
  { "then the longer one", { { 0, 60 }, { 60, 120 }, { 120, 180 }, { 180, 240 } }, "xxx." },
  { "longer than all ranges", { { 0, 1000 }, { 1000, 2000 }, { 2000, 3000 } }, "..." },
  { "one that does not fit a range",
    { { 0, 90 }, { 90, 110 }, { 110, 120 }, { 120, 140 }, { 140, 160 } },
    ".xx.." },
  { "some overlap", { { 0, 20 }, { 19, 40 }, { 40, 60 } }, "xx." },
  { "overlap of the newest", { { 0, 20 }, { 20, 40 }, { 30, 60 } }, ".xx" },
  { "overlap with one far back",
    { { 0, 100 }, { 20, 40 }, { 60, 80 }, { 100, 120 }, { 110, 140 } },
    "xxx.." },
  { "overlap comes first", { { 0, 20 }, { 20, 40 }, { 40, 60 }, { 60, 80 }, { 70, 90 } }, "...xx" },
  { "the same times", { { 0, 20 }, { 0, 20 } }, "xx" },
  { "failed", { { 0, 20 }, { 20, 40, 0, TRUE }, { 40, 60 }, { 60, 80 } }, "...." },
  { "failed overlap",
    { { 0, 20, 0, TRUE }, { 19, 40 }, { 60, 80 }, { 70, 90 }, { 120, 140 } },
    "..xx." },
  { "few stones", { { 0, 540 }, { 540, 560 } }, ".." },
  { "many stones", { { 0, 540, 1 }, { 540, 560 } }, "x." },
  { "many stones, newest first", { { 0, 540, 1 }, { 540, 1080, 1 }, { 1080, 1100 } }, ".x." },
  { "many stones, but failed", { { 0, 540, 1, TRUE }, { 540, 560 } }, ".." },
  { "all stones, though short", { { 0, 20, 1 }, { 20, 40 } }, "x." },
  { "the newest has stones", { { 0, 20 }, { 20, 40, 1 } }, ".." },
  { "stale ones by themselves",
    { { 0, 20, 0, FALSE, TRUE }, { 0, 20 }, { 20, 40, 0, FALSE, TRUE }, { 20, 40 } },
    "...." },
  { "stale ones overlap",
    { { 0, 20, 0, FALSE, TRUE }, { 0, 20 }, { 10, 40, 0, FALSE, TRUE }, { 20, 40 } },
    "x.x." },
};

static void
add_plan_block (Fixture         *fixture,
                const PlanBlock *plan)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  g_autoptr (SgBlockMeta) meta = test_meta_new (plan->min_time, plan->max_time);
  g_autoptr (GError) error = NULL;
  SgTombstone stone = { 3, plan->min_time, plan->min_time };
  TestSet *set;
  SgBlock *block;

  test_series_append (test_series_get (list, "a"), plan->min_time, 1);
  meta->failed = plan->failed;
  if (plan->stale)
    sg_block_meta_add_hint (meta, SG_BLOCK_HINT_STALE);
  set = test_set_new (list, 120);
  sg_block_write (fixture->folder, &set->parent, meta, NULL, &error);
  g_assert_no_error (error);
  sg_chunk_series_set_free (&set->parent);
  block = test_block_open (fixture->folder, &meta->ulid);
  g_ptr_array_add (fixture->blocks, block);
  for (guint i = 0; i < plan->n_stones; i++)
    {
      g_array_append_val (stones, stone);
      g_assert_true (sg_block_add_tombstones (block, stones, NULL));
    }
}

static char *
plan (Fixture *fixture)
{
  g_autoptr (GArray) ranges = sg_compaction_ranges (20, 540);
  g_autoptr (GPtrArray) chosen = sg_compaction_plan (fixture->blocks, ranges);
  GString *text = g_string_new (NULL);
  guint found = 0;

  for (guint i = 0; i < fixture->blocks->len; i++)
    {
      gboolean is_chosen = g_ptr_array_find (chosen, g_ptr_array_index (fixture->blocks, i), NULL);

      g_string_append_c (text, is_chosen ? 'x' : '.');
      found += is_chosen;
    }
  g_assert_cmpuint (found, ==, chosen->len);
  return g_string_free (text, FALSE);
}

static void
test_compactor_plan (Fixture       *fixture,
                     gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (plan_cases); i++)
    {
      const PlanCase *c = &plan_cases[i];
      g_autofree char *chosen = NULL;

      g_ptr_array_set_size (fixture->blocks, 0);
      for (guint k = 0; k < strlen (c->chosen); k++)
        add_plan_block (fixture, &c->blocks[k]);
      chosen = plan (fixture);
      g_test_message ("%s", c->name);
      g_assert_cmpstr (chosen, ==, c->chosen);
    }
}

/* Blocks of any times are planned for without a fault. */
static void
test_compactor_plan_extreme (Fixture       *fixture,
                             gconstpointer  data)
{
  static const PlanBlock blocks[] = { { G_MININT64, G_MAXINT64 },
                                      { G_MAXINT64 - 1, G_MAXINT64 },
                                      { G_MININT64, 0 },
                                      { 0, 20 },
                                      { 5, 40 } };
  g_autoptr (GPtrArray) old = NULL;
  g_autofree char *chosen = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    add_plan_block (fixture, &blocks[i]);
  chosen = plan (fixture);
  g_assert_cmpstr (chosen, ==, "...xx");
  old = sg_retention_find (fixture->blocks, 1000, 0, 0);
  g_assert_cmpuint (old->len, ==, 3);
}

static SgBlock *
compact (Fixture      *fixture,
         SgBlockMeta **ret_meta)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      sg_compaction_run (fixture->folder, fixture->blocks, 5000, ret_meta, NULL, &error));
  g_assert_no_error (error);
  return (*ret_meta)->n_samples > 0 ? test_block_open (fixture->folder, &(*ret_meta)->ulid) : NULL;
}

/* Series that are in all blocks and such that are in one only; a name that comes and goes. */
static void
add_block (Fixture  *fixture,
           SgTimeMs  begin,
           guint     n,
           guint     number)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autofree char *own = g_strdup_printf ("own{block=\"%u\"}", number);
  const char *const texts[] = { "everywhere{a=\"b\"}", own, number % 2 ? "odd" : "even" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      for (guint k = 0; k < n; k++)
        {
          test_series_append (test_series_get (list, texts[i]), begin + k * 10, i * 1e6 + k);
          test_series_append (test_series_get (fixture->expected, texts[i]), begin + k * 10,
                              i * 1e6 + k);
        }
    }
  g_ptr_array_add (fixture->blocks,
                   test_block_write (fixture->folder, list, begin, begin + n * 10, 120));
}

static void
test_compactor_horizontal (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgBlock) block = NULL;

  for (guint i = 0; i < 3; i++)
    add_block (fixture, i * 5000, 500, i);
  block = compact (fixture, &meta);
  test_assert_block_has (block, fixture->expected);
  g_assert_cmpint (meta->min_time, ==, 0);
  g_assert_cmpint (meta->max_time, ==, 15000);
  g_assert_cmpuint (meta->level, ==, 2);
  g_assert_cmpuint (meta->sources->len, ==, 3);
  g_assert_cmpuint (meta->parents->len, ==, 3);
  g_assert_cmpuint (meta->n_series, ==, 6);
  for (guint i = 0; i < 3; i++)
    {
      const SgBlockParent *parent = &g_array_index (meta->parents, SgBlockParent, i);
      SgBlock *from = g_ptr_array_index (fixture->blocks, i);

      g_assert_cmpint (sg_ulid_compare (&parent->ulid, sg_block_get_ulid (from)), ==, 0);
      g_assert_cmpint (parent->min_time, ==, i * 5000);
      g_assert_cmpint (parent->max_time, ==, (i + 1) * 5000);
    }
  g_assert_true (sg_block_meta_has_hint (meta, SG_BLOCK_HINT_STALE) == FALSE);
}

/* Compacted again the level rises, and sources are not counted twice. */
static void
test_compactor_levels (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (SgBlockMeta) first = NULL;
  g_autoptr (SgBlockMeta) second = NULL;
  g_autoptr (SgBlock) block = NULL;
  g_autoptr (SgBlock) final = NULL;

  add_block (fixture, 0, 100, 0);
  add_block (fixture, 1000, 100, 1);
  block = compact (fixture, &first);
  g_ptr_array_add (fixture->blocks, sg_block_ref (block));
  final = compact (fixture, &second);
  g_assert_cmpuint (second->level, ==, 3);
  g_assert_cmpuint (second->sources->len, ==, 2);
  g_assert_cmpuint (second->parents->len, ==, 3);
  test_assert_block_has (final, fixture->expected);
}

/* The last two chunks of the block's series "everywhere" are these, byte by byte. */
static void
assert_last_chunks (SgBlock          *block,
                    TestForeignChunk  first,
                    TestForeignChunk  second)
{
  const TestForeignChunk *expected[] = { &first, &second };
  g_autoptr (SgChunkSeriesSet) set = sg_block_series_new (block, NULL);
  SgChunkSeries series;

  do
    g_assert_true (sg_chunk_series_set_next_series (set, &series, NULL));
  while (!g_str_equal (sg_labels_get (series.labels, SG_LABEL_NAME), "everywhere"));
  for (guint i = 0; i < 2; i++)
    {
      const SgChunk *chunk = &series.chunks[series.n_chunks - 2 + i];

      g_assert_cmpint (chunk->min_time, ==, expected[i]->min_time);
      g_assert_cmpint (chunk->max_time, ==, expected[i]->max_time);
      g_assert_cmpuint (chunk->bytes.encoding, ==, expected[i]->encoding);
      g_assert_cmpmem (chunk->bytes.data, chunk->bytes.length, expected[i]->data,
                       expected[i]->length);
    }
}

static void
test_compactor_unsupported (Fixture       *fixture,
                            gconstpointer  data)
{
  static const TestForeignChunk histogram = { 5000, 5900, SG_CHUNK_HISTOGRAM, "\0\7abc", 5 };
  static const TestForeignChunk newer = { 6000, 6900, 77, "\0\3xyz", 5 };
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgBlock) block = NULL;
  g_autoptr (SgTombstones) kept = NULL;
  SgTombstone stone = { 3, 5800, 6100 };
  TestSeries *series = test_series_get (list, "everywhere{a=\"b\"}");

  add_block (fixture, 0, 500, 0);
  g_array_append_val (series->foreign, histogram);
  g_array_append_val (series->foreign, newer);
  g_ptr_array_add (fixture->blocks, test_block_write (fixture->folder, list, 5000, 10000, 120));
  g_array_append_val (stones, stone);
  g_assert_true (sg_block_add_tombstones (g_ptr_array_index (fixture->blocks, 1), stones, NULL));
  block = compact (fixture, &meta);
  test_assert_block_has (block, fixture->expected);
  g_assert_cmpuint (meta->n_samples, ==, 1500 + 7 + 3);
  g_assert_cmpuint (meta->n_tombstones, ==, 2);
  kept = sg_block_ref_tombstones (block);
  g_assert_cmpint (sg_tombstones_get_all (kept)[0].min_time, ==, 5800);
  g_assert_cmpint (sg_tombstones_get_all (kept)[0].max_time, ==, 5900);
  g_assert_cmpint (sg_tombstones_get_all (kept)[1].min_time, ==, 6000);
  g_assert_cmpint (sg_tombstones_get_all (kept)[1].max_time, ==, 6100);
  assert_last_chunks (block, histogram, newer);
}

/* A histogram that overlaps floats of its series: nothing is lost, and it is not tried again. */
static void
test_compactor_unsupported_overlap (Fixture       *fixture,
                                    gconstpointer  data)
{
  static const TestForeignChunk histogram = { 4000, 5900, SG_CHUNK_HISTOGRAM, "\0\7abc", 5 };
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (GArray) ranges = sg_compaction_ranges (5000, 5000);
  g_autoptr (GPtrArray) chosen = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  TestSeries *series = test_series_get (list, "everywhere{a=\"b\"}");

  add_block (fixture, 0, 500, 0);
  g_array_append_val (series->foreign, histogram);
  g_ptr_array_add (fixture->blocks, test_block_write (fixture->folder, list, 4000, 10000, 120));
  chosen = sg_compaction_plan (fixture->blocks, ranges);
  g_assert_cmpuint (chosen->len, ==, 2);
  g_assert_false (sg_compaction_run (fixture->folder, chosen, 0, NULL, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   "everywhere{a=\"b\"}: a chunk of encoding 2 overlaps another one, and cannot be "
                   "merged with it here");
  again = sg_compaction_plan (fixture->blocks, ranges);
  g_assert_cmpuint (again->len, ==, 0);
  test_assert_block_has (g_ptr_array_index (fixture->blocks, 0), fixture->expected);
}

static void
test_compactor_cancelled (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (GError) error = NULL;

  add_block (fixture, 0, 100, 0);
  g_cancellable_cancel (cancellable);
  g_assert_false (
      sg_compaction_run (fixture->folder, fixture->blocks, 0, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  meta = sg_block_copy_meta (g_ptr_array_index (fixture->blocks, 0));
  g_assert_false (meta->failed);
}

/* Turns a bit of the first chunk of a block over. */
static void
damage_chunk (SgBlock *block)
{
  g_autofree char *path = g_build_filename (sg_block_get_folder (block), "chunks/000001", NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  content[30] ^= 1;
  g_assert_true (g_file_set_contents_full (path, content, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                                           0666, NULL));
}

/* A damaged chunk is never written anew with a good checksum. */
static void
test_compactor_damaged (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = NULL;
  SgUlid ulid;

  add_block (fixture, 0, 100, 0);
  ulid = *sg_block_get_ulid (g_ptr_array_index (fixture->blocks, 0));
  damage_chunk (g_ptr_array_index (fixture->blocks, 0));
  g_ptr_array_set_size (fixture->blocks, 0);
  g_ptr_array_add (fixture->blocks, test_block_open (fixture->folder, &ulid));
  g_assert_false (sg_compaction_run (fixture->folder, fixture->blocks, 0, NULL, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  meta = sg_block_copy_meta (g_ptr_array_index (fixture->blocks, 0));
  g_assert_true (meta->failed);
}

static void
test_compactor_all_deleted (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgBlockMeta) parent = NULL;
  SgBlock *block;
  g_autoptr (SgPostings) all = NULL;
  SgSeriesRef ref;

  add_block (fixture, 0, 500, 0);
  block = g_ptr_array_index (fixture->blocks, 0);
  all = sg_index_reader_get_all (sg_block_get_index (block), NULL);
  while (sg_postings_next (all, &ref))
    {
      SgTombstone stone = { ref, G_MININT64, G_MAXINT64 };

      g_array_append_val (stones, stone);
    }
  g_assert_true (sg_block_add_tombstones (block, stones, NULL));
  g_assert_null (compact (fixture, &meta));
  parent = sg_block_copy_meta (block);
  g_assert_true (parent->deletable);
}

static void
test_compactor_stale (Fixture       *fixture,
                      gconstpointer  data)
{
  static const PlanBlock blocks[] = { { 0, 20, 0, FALSE, TRUE }, { 20, 40, 0, FALSE, TRUE } };
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (SgBlock) block = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    add_plan_block (fixture, &blocks[i]);
  block = compact (fixture, &meta);
  g_assert_true (sg_block_meta_has_hint (meta, SG_BLOCK_HINT_STALE));
}

#define N_TIMES 600

/* What a series has, at each time: NAN for nothing. Blocks made first win. */
typedef double Model[4][N_TIMES];

static void
add_random_block (Fixture *fixture,
                  Model    model)
{
  g_autoptr (GPtrArray) list = test_series_list_new ();
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (SgTombstone));
  SgTimeMs begin = g_test_rand_int_range (0, N_TIMES / 2);
  SgTimeMs end = begin + g_test_rand_int_range (1, N_TIMES / 2);
  SgBlock *block;
  g_autoptr (SgPostings) all = NULL;
  SgSeriesRef ref;

  for (guint s = 0; s < 4; s++)
    {
      g_autofree char *text = g_strdup_printf ("s{n=\"%u\"}", s);
      TestSeries *series = test_series_get (list, text);

      for (SgTimeMs t = begin; t < end; t += g_test_rand_int_range (1, 5))
        test_series_append (series, t, g_test_rand_int_range (0, 100));
    }
  block = test_block_write (fixture->folder, list, begin, end, g_test_rand_int_range (1, 50));
  g_ptr_array_add (fixture->blocks, block);
  all = sg_index_reader_get_all (sg_block_get_index (block), NULL);
  for (guint s = 0; sg_postings_next (all, &ref); s++)
    {
      TestSeries *series = g_ptr_array_index (list, s);
      SgTombstone stone = { ref, g_test_rand_int_range (0, N_TIMES) };

      stone.max_time = stone.min_time + g_test_rand_int_range (0, 60);
      g_array_append_val (stones, stone);
      for (guint i = 0; i < series->samples->len; i++)
        {
          const TestSample *sample = &g_array_index (series->samples, TestSample, i);

          if ((sample->t < stone.min_time || sample->t > stone.max_time)
              && isnan (model[s][sample->t]))
            model[s][sample->t] = sample->value;
        }
    }
  g_assert_true (sg_block_add_tombstones (block, stones, NULL));
}

static void
test_compactor_random (Fixture       *fixture,
                       gconstpointer  data)
{
  for (guint round = 0; round < 8; round++)
    {
      Model model;
      g_autoptr (SgBlockMeta) meta = NULL;
      g_autoptr (SgBlock) block = NULL;

      for (guint s = 0; s < 4; s++)
        {
          for (guint t = 0; t < N_TIMES; t++)
            model[s][t] = NAN;
        }
      g_ptr_array_set_size (fixture->blocks, 0);
      g_ptr_array_set_size (fixture->expected, 0);
      for (guint i = g_test_rand_int_range (1, 6); i > 0; i--)
        add_random_block (fixture, model);
      for (guint s = 0; s < 4; s++)
        {
          g_autofree char *text = g_strdup_printf ("s{n=\"%u\"}", s);

          for (guint t = 0; t < N_TIMES; t++)
            {
              if (!isnan (model[s][t]))
                test_series_append (test_series_get (fixture->expected, text), t, model[s][t]);
            }
        }
      block = compact (fixture, &meta);
      if (block != NULL)
        test_assert_block_has (block, fixture->expected);
      else
        g_assert_cmpuint (fixture->expected->len, ==, 0);
    }
}

static void
test_compactor_retention (Fixture       *fixture,
                          gconstpointer  data)
{
  static const PlanBlock blocks[] = { { 40, 60 }, { 0, 20 }, { 60, 80 }, { 20, 40 } };
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) by_time = NULL;
  g_autoptr (GPtrArray) by_size = NULL;
  g_autoptr (GPtrArray) by_other_size = NULL;
  guint64 size;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    add_plan_block (fixture, &blocks[i]);
  none = sg_retention_find (fixture->blocks, 0, 0, 1000000);
  g_assert_cmpuint (none->len, ==, 0);
  by_time = sg_retention_find (fixture->blocks, 40, 0, 0);
  g_assert_cmpuint (by_time->len, ==, 2);
  g_assert_cmpint (sg_block_get_min_time (g_ptr_array_index (by_time, 0)), ==, 20);
  g_assert_cmpint (sg_block_get_min_time (g_ptr_array_index (by_time, 1)), ==, 0);
  size = sg_block_get_size (g_ptr_array_index (fixture->blocks, 0));
  by_size = sg_retention_find (fixture->blocks, 0, 3 * size, 0);
  g_assert_cmpuint (by_size->len, ==, 1);
  g_assert_cmpint (sg_block_get_min_time (g_ptr_array_index (by_size, 0)), ==, 0);
  by_other_size = sg_retention_find (fixture->blocks, 1000, 3 * size, 2 * size + 1);
  g_assert_cmpuint (by_other_size->len, ==, 4);
}

#define ADD(name, function) \
  g_test_add ("/tsdb/compactor/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/compactor/ranges", test_compactor_ranges);
  ADD ("plan", test_compactor_plan);
  ADD ("plan-extreme", test_compactor_plan_extreme);
  ADD ("horizontal", test_compactor_horizontal);
  ADD ("levels", test_compactor_levels);
  ADD ("unsupported", test_compactor_unsupported);
  ADD ("unsupported-overlap", test_compactor_unsupported_overlap);
  ADD ("cancelled", test_compactor_cancelled);
  ADD ("damaged", test_compactor_damaged);
  ADD ("all-deleted", test_compactor_all_deleted);
  ADD ("stale", test_compactor_stale);
  ADD ("random", test_compactor_random);
  ADD ("retention", test_compactor_retention);
  return g_test_run ();
}
