/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <glib/gstdio.h>
#include <string.h>

/* From the head to blocks, checkpoints and what is kept, on a time of its own. */
#define T0      G_GINT64_CONSTANT (1699999200000)
#define STEP_MS 15000
#define HOUR    (60 * 60 * 1000 / STEP_MS)

typedef struct
{
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-blocks-XXXXXX", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static SgStore *
store_open (Fixture *fixture,
            gint64   retention_ms)
{
  SgStoreOptions options = {
    .path = fixture->path,
    .retention_ms = retention_ms,
    .wal = { .sync = SG_WAL_SYNC_NEVER, .segment_size = 4 * SG_WAL_PAGE_SIZE },
  };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  g_assert_null (sg_store_get_read_only_reason (store));
  return store;
}

/* A series lives for six hours, so that there are always ten of them, and in the end many. */
static SgLabels *
labels_at (guint k,
           guint step)
{
  g_autofree char *k_text = g_strdup_printf ("%u", k);
  g_autofree char *age = g_strdup_printf ("%02u", (step + k * 100) / (6 * HOUR));

  return sg_labels_new_from_pairs ("__name__", "block", "k", k_text, "age", age, NULL);
}

static double
value_at (guint k,
          guint step)
{
  return (step * 7 % 1000) / 8.0 + k;
}

static void
append_steps (SgStore *store,
              guint    first,
              guint    n)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);

  for (guint step = first; step < first + n; step++)
    {
      for (guint k = 0; k < 10; k++)
        {
          g_autoptr (SgLabels) labels = labels_at (k, step);
          SgSample sample = { T0 + (SgTimeMs) step * STEP_MS,
                              0,
                              { SG_VALUE_FLOAT, { value_at (k, step) } } };
          SgHeadRef ref = 0;

          g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
        }
      g_assert_true (sg_appender_commit (appender, NULL));
      if (step % 40 == 0)
        g_assert_true (sg_store_maintain (store, NULL, NULL));
    }
}

/* All samples of the steps from @first on, once each. */
static void
check_steps (SgStore *store,
             guint    first,
             guint    end)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = T0 + (SgTimeMs) first * STEP_MS, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  const SgSeries *series;
  guint n = 0;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      guint k = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "k"), NULL, 10);

      for (gsize i = 0; i < series->columns->n; i++)
        {
          guint step = (guint) ((series->columns->t[i] - T0) / STEP_MS);
          g_autoptr (SgLabels) labels = labels_at (k, step);

          g_assert_true (i == 0 || series->columns->t[i] > series->columns->t[i - 1]);
          g_assert_true (sg_labels_equal (labels, series->labels));
          g_assert_cmpfloat (series->columns->f[i], ==, value_at (k, step));
        }
      n += series->columns->n;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
  g_assert_cmpuint (n, ==, (end - first) * 10);
}

static void
test_days (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture, 0);
  guint64 compactions = 0;
  guint64 checkpoints = 0;
  SgStoreStats stats;

  for (guint hour = 0; hour < 26; hour++)
    {
      append_steps (store, hour * HOUR, HOUR);
      sg_store_get_stats (store, &stats);
      if (hour % 5 != 0)
        continue;
      compactions += stats.compactions;
      checkpoints += stats.checkpoints;
      check_steps (store, 0, (hour + 1) * HOUR);
      g_assert_true (sg_store_close (store, NULL));
      g_clear_object (&store);
      store = store_open (fixture, 0);
      check_steps (store, 0, (hour + 1) * HOUR);
    }
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.n_blocks, >, 1);
  g_assert_cmpuint (stats.n_blocks, <, 9);
  g_assert_cmpuint (compactions, >, 10);
  g_assert_cmpuint (checkpoints, >, 3);
  g_assert_cmpuint (stats.head.n_series, <, 31);
  g_assert_cmpint (stats.head.min_t, >=, T0 + 23 * HOUR * STEP_MS - 15000);
  g_assert_cmpuint (stats.wal_bytes, <, 1500000);
  g_assert_cmpuint (stats.head_chunk_bytes, <, 300000);
}

static void
test_retention (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture, 8 * 60 * 60 * 1000);
  SgStoreStats stats;

  append_steps (store, 0, 26 * HOUR);
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.n_blocks, <, 7);
  check_steps (store, 20 * HOUR, 26 * HOUR);
}

/* The log and the head forget what is in blocks, and the names of what is gone. */
static void
test_checkpoint (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *wal = g_build_filename (fixture->path, "tsdb", "wal", NULL);
  g_autofree char *checkpoint = NULL;
  g_autoptr (GPtrArray) segments = NULL;
  g_autoptr (SgStore) store = store_open (fixture, 0);
  SgStoreStats stats;
  guint64 index;

  append_steps (store, 0, 20 * HOUR);
  g_assert_true (sg_wal_find_checkpoint (wal, &checkpoint, &index, NULL));
  g_assert_nonnull (checkpoint);
  segments = sg_wal_list_segments (wal, NULL);
  g_assert_cmpuint (((SgWalSegment *) segments->pdata[0])->index, ==, index + 1);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture, 0);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.replay.unknown, ==, 0);
  g_assert_cmpuint (stats.replay.series, <, 60);
  check_steps (store, 0, 20 * HOUR);
}

static void
copy_file (const char *from,
           const char *to,
           const char *name)
{
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *target = g_build_filename (to, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &text, &length, NULL));
  g_assert_true (g_file_set_contents (target, text, (gssize) length, NULL));
}

/* Makes a block of one sample in @folder. Returns: (transfer full): its name */
static char *
make_block (const char *folder)
{
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (2 * 60 * 60 * 1000);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "arrived", NULL);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  char *name = g_malloc (SG_ULID_LENGTH + 1);

  g_assert_true (
      sg_block_builder_add (builder, sg_block_builder_get_series (builder, labels), 1000, 1, NULL));
  g_assert_true (sg_block_builder_write (builder, folder, SG_TIME_MS_MAX, metas, NULL, NULL));
  sg_ulid_print (&((SgBlockMeta *) metas->pdata[0])->ulid, name);
  return name;
}

static void
assert_blocks (SgStore    *store,
               guint       n,
               const char *repairs)
{
  g_autofree char *text = sg_store_get_repairs (store);
  SgStoreStats stats;

  g_assert_true (sg_store_maintain (store, NULL, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.n_blocks, ==, n);
  g_clear_pointer (&text, g_free);
  text = sg_store_get_repairs (store);
  g_assert_true (repairs == NULL ? *text == '\0' : strstr (text, repairs) != NULL);
}

/* A block that is being copied to its place is left alone; what stays half for ten minutes is not. */
static void
test_arriving (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual (sg_time_ms_to_ns (1000));
  SgStoreOptions options = { .path = fixture->path, .clock = clock };
  g_autofree char *elsewhere = g_build_filename (fixture->path, "elsewhere", NULL);
  g_autofree char *name = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *chunks = NULL;
  g_autofree char *index = NULL;
  g_autoptr (SgStore) store = sg_store_new (&options, NULL);

  g_assert_cmpint (g_mkdir (elsewhere, 0777), ==, 0);
  name = make_block (elsewhere);
  from = g_build_filename (elsewhere, name, NULL);
  to = g_build_filename (fixture->path, "tsdb", name, NULL);
  chunks = g_build_filename (to, "chunks", NULL);
  index = g_build_filename (to, "index", NULL);
  g_assert_cmpint (g_mkdir (to, 0777), ==, 0);
  copy_file (from, to, "meta.json");
  g_assert_true (g_file_set_contents (index, "half", -1, NULL));
  assert_blocks (store, 0, NULL);
  sg_clock_advance (clock, 5 * 60 * 1000);
  assert_blocks (store, 0, NULL);
  copy_file (from, to, "index");
  g_assert_cmpint (g_mkdir (chunks, 0777), ==, 0);
  copy_file (from, to, "chunks/000001");
  assert_blocks (store, 1, NULL);

  g_assert_true (sg_folder_remove (to, NULL));
  assert_blocks (store, 0, NULL);
  g_assert_cmpint (g_mkdir (to, 0777), ==, 0);
  copy_file (from, to, "meta.json");
  g_assert_true (g_file_set_contents (index, "half", -1, NULL));
  assert_blocks (store, 0, NULL);
  sg_clock_advance (clock, 10 * 60 * 1000);
  assert_blocks (store, 0, "not an index");
  g_assert_false (g_file_test (to, G_FILE_TEST_EXISTS));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store-blocks/days", test_days);
  ADD ("/store-blocks/retention", test_retention);
  ADD ("/store-blocks/checkpoint", test_checkpoint);
  ADD ("/store-blocks/arriving", test_arriving);
  return g_test_run ();
}
