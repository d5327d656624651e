/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-copy.h"

#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/*
 * From a directory with a block, and two ranges in its head, into an empty one: whole, in part, cut short, and damaged.
 */
#define T0        G_GINT64_CONSTANT (1699999200000)
#define STEP_MS   15000
#define N_STEPS   (5 * 240)
#define ALL_TIMES .min_ms = G_MININT64, .max_ms = G_MAXINT64

typedef struct
{
  char *path;
  char *from;
  char *to;
  GPtrArray *warnings;
  GString *table;
  GCancellable *cancellable;
  SgTsdbTask task;
} Fixture;

static void
fill (Fixture *fixture)
{
  SgStoreOptions options = { .path = fixture->path };
  g_autoptr (SgStore) store = sg_store_new (&options, NULL);
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "copied", NULL);
  SgHeadRef ref = 0;

  for (guint i = 0; i < N_STEPS; i++)
    {
      SgSample sample = { T0 + (gint64) i * STEP_MS, 0, { SG_VALUE_FLOAT, { i } } };

      g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  g_assert_true (sg_store_close (store, NULL));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-copy-XXXXXX", NULL);
  fixture->from = g_build_filename (fixture->path, "tsdb", NULL);
  fixture->to = g_build_filename (fixture->path, "copy", NULL);
  fixture->warnings = g_ptr_array_new_with_free_func (g_free);
  fixture->table = g_string_new (NULL);
  fixture->cancellable = g_cancellable_new ();
  fixture->task =
      (SgTsdbTask) { .warnings = fixture->warnings, .cancellable = fixture->cancellable };
  g_assert_cmpint (g_mkdir (fixture->to, 0777), ==, 0);
  fill (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_object_unref (fixture->cancellable);
  g_string_free (fixture->table, TRUE);
  g_ptr_array_unref (fixture->warnings);
  g_free (fixture->to);
  g_free (fixture->from);
  g_free (fixture->path);
}

/* The copy has each step from @first to @last, once, and the blocks are sound. */
static void
check_copy (Fixture *fixture,
            guint    n_blocks,
            guint    first,
            guint    last)
{
  SgStoreOptions options = { .path = fixture->to, .tsdb_path = fixture->to, .read_only = TRUE };
  g_autoptr (SgStore) store = sg_store_new (&options, NULL);
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  g_autoptr (SgBlockScan) scan = sg_block_scan (fixture->to, NULL, NULL);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  const SgSeries *series;

  g_assert_cmpuint (scan->blocks->len, ==, n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    g_assert_true (sg_block_verify (scan->blocks->pdata[i], NULL, NULL));
  g_assert_true (sg_series_set_next (set, &series, NULL));
  g_assert_cmpuint (series->columns->n, ==, last - first + 1);
  for (gsize i = 0; i < series->columns->n; i++)
    {
      g_assert_cmpint (series->columns->t[i], ==, T0 + (gint64) (first + i) * STEP_MS);
      g_assert_cmpfloat (series->columns->f[i], ==, (double) (first + i));
    }
}

/* The second time only the head is copied, since it is no block that could be known again. */
static void
test_all (Fixture       *fixture,
          gconstpointer  data)
{
  SgTsdbPart part = { ALL_TIMES };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++)
    {
      sg_tsdb_copy (fixture->from, fixture->to, &part, &fixture->task, fixture->table, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (fixture->warnings->len, ==, 0);
      check_copy (fixture, 3 + 2 * i, 0, N_STEPS - 1);
    }
  sg_tsdb_copy (fixture->from, fixture->from, &part, &fixture->task, fixture->table, &error);
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_INVALID);
}

static void
test_part (Fixture       *fixture,
           gconstpointer  data)
{
  SgTsdbPart part = { .min_ms = T0 + 100 * STEP_MS, .max_ms = T0 + 1000 * STEP_MS };
  g_autoptr (GError) error = NULL;

  sg_tsdb_copy (fixture->from, fixture->to, &part, &fixture->task, fixture->table, &error);
  g_assert_no_error (error);
  check_copy (fixture, 3, 100, 1000);
}

static void
cancel (guint64  done,
        guint64  total,
        gpointer user_data)
{
  if (done > 0)
    g_cancellable_cancel (user_data);
}

/* Nothing is left of a copy that was cut short, not even the blocks that it had made. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  SgTsdbPart part = { ALL_TIMES };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;

  fixture->task.progress = cancel;
  fixture->task.progress_data = fixture->cancellable;
  g_assert_false (
      sg_tsdb_copy (fixture->from, fixture->to, &part, &fixture->task, fixture->table, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  dir = g_dir_open (fixture->to, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, NULL);
  g_assert_cmpstr (fixture->table->str, ==, "");
}

/* A damaged block is left out and named; the others are taken. */
static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  SgTsdbPart part = { ALL_TIMES };
  g_autoptr (SgBlockScan) scan = sg_block_scan (fixture->from, NULL, NULL);
  g_autofree char *chunks =
      g_build_filename (sg_block_get_folder (scan->blocks->pdata[0]), "chunks", "000001", NULL);
  g_autoptr (GError) error = NULL;
  int fd = open (chunks, O_RDWR | O_CLOEXEC);
  guint8 byte;

  g_assert_cmpint (pread (fd, &byte, 1, 30), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, 30), ==, 1);
  close (fd);
  g_assert_false (
      sg_tsdb_copy (fixture->from, fixture->to, &part, &fixture->task, fixture->table, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  g_assert_cmpuint (fixture->warnings->len, ==, 1);
  g_assert_nonnull (strstr (fixture->warnings->pdata[0], chunks));
  check_copy (fixture, 2, 480, N_STEPS - 1);
}

/* Beside a log, a block that ends behind the others says that it may be out of order. */
static void
test_beside_log (Fixture       *fixture,
                 gconstpointer  data)
{
  SgTsdbPart part = { ALL_TIMES };
  g_autofree char *wal = g_build_filename (fixture->to, "wal", NULL);
  g_autofree char *segment = g_build_filename (wal, "00000000", NULL);
  g_autoptr (SgBlockScan) scan = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (wal, 0777), ==, 0);
  g_assert_true (g_file_set_contents (segment, "", 0, NULL));
  sg_tsdb_copy (fixture->from, fixture->to, &part, &fixture->task, fixture->table, &error);
  g_assert_no_error (error);
  scan = sg_block_scan (fixture->to, NULL, NULL);
  for (guint i = 0; i < scan->blocks->len; i++)
    {
      g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (scan->blocks->pdata[i]);

      g_assert_true (sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER));
    }
  check_copy (fixture, 3, 0, N_STEPS - 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/tsdb-copy/all", test_all);
  ADD ("/tsdb-copy/part", test_part);
  ADD ("/tsdb-copy/cancelled", test_cancelled);
  ADD ("/tsdb-copy/damaged", test_damaged);
  ADD ("/tsdb-copy/beside-log", test_beside_log);
  return g_test_run ();
}
