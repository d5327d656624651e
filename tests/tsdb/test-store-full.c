/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * A disk without room. As root it is a small file system in memory; else a bound on the length of files
 * has to do, which fails in the same places.
 */
#define T0        G_GINT64_CONSTANT (1700000000000)
#define STEP_MS   1000
#define N_SERIES  100
#define DISK_SIZE "size=6m"
#define FILL_SIZE (1024 * 1024)
#define PAGE      4096

typedef struct
{
  char *path;
  gboolean mounted;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-full-XXXXXX", NULL);
  fixture->mounted = geteuid () == 0 && mount ("tmpfs", fixture->path, "tmpfs", 0, DISK_SIZE) == 0;
  signal (SIGXFSZ, SIG_IGN);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  if (fixture->mounted)
    g_assert_cmpint (umount2 (fixture->path, MNT_DETACH), ==, 0);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

/* How long blocks are where there shall be some. */
#define RANGE_MS (10 * 60 * 1000)

static char *
fill_path (Fixture *fixture)
{
  return g_build_filename (fixture->path, "fill", NULL);
}

/* Takes the room that is given back later. */
static void
take_room (Fixture *fixture)
{
  g_autofree char *path = fill_path (fixture);
  g_autofree char *zeros = g_malloc0 (FILL_SIZE);
  struct rlimit limit = { 3 * 1024 * 1024, RLIM_INFINITY };

  if (fixture->mounted)
    g_assert_true (
        g_file_set_contents_full (path, zeros, FILL_SIZE, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  else
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
give_room (Fixture *fixture)
{
  g_autofree char *path = fill_path (fixture);
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

  if (fixture->mounted)
    g_assert_cmpint (unlink (path), ==, 0);
  else
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static SgStore *
store_open (Fixture *fixture,
            gint64   range_ms)
{
  SgStoreOptions options = {
    .path = fixture->path,
    .head = { .chunk_range_ms = range_ms },
    .wal = { .segment_size = 4 * SG_WAL_PAGE_SIZE },
  };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  g_assert_null (sg_store_get_read_only_reason (store));
  return store;
}

/* Numbers that nothing makes shorter. */
static double
value_at (guint k,
          guint step)
{
  guint64 mixed = (k * 1000003 + step) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (double) (mixed ^ mixed >> 29);
}

static gboolean
append_step (SgAppender  *appender,
             SgHeadRef   *refs,
             guint        step,
             GError     **error)
{
  for (guint k = 0; k < N_SERIES; k++)
    {
      g_autofree char *text = g_strdup_printf ("%03u", k);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "full", "k", text, NULL);
      SgSample sample = { T0 + (SgTimeMs) step * STEP_MS,
                          0,
                          { SG_VALUE_FLOAT, { value_at (k, step) } } };

      g_assert_true (sg_appender_append (appender, &refs[k], labels, &sample, NULL));
    }
  return sg_appender_commit (appender, error);
}

/* Exactly the steps that were acknowledged. */
static void
assert_steps (SgStore      *store,
              const GArray *steps)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  const SgSeries *series;
  guint k = 0;

  g_assert_no_error (error);
  for (; sg_series_set_next (set, &series, &error); k++)
    {
      g_assert_cmpuint (series->columns->n, ==, steps->len);
      for (guint i = 0; i < steps->len; i++)
        {
          guint step = g_array_index (steps, guint, i);

          g_assert_cmpint (series->columns->t[i], ==, T0 + (SgTimeMs) step * STEP_MS);
          g_assert_cmpfloat (series->columns->f[i], ==, value_at (k, step));
        }
    }
  g_assert_no_error (error);
  g_assert_cmpuint (k, ==, N_SERIES);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
}

static void
assert_health (SgStore       *store,
               SgStoreHealth  expected)
{
  g_autofree char *text = NULL;

  g_assert_cmpint (sg_store_get_health (store, &text), ==, expected);
  g_assert_nonnull (text);
}

/* Appends until a commit is refused for want of room. Returns: the step after that. */
static guint
append_until_full (SgAppender *appender,
                   SgHeadRef  *refs,
                   GArray     *steps,
                   guint       step)
{
  g_autoptr (GError) error = NULL;

  for (; append_step (appender, refs, step, &error); step++)
    g_array_append_val (steps, step);
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_NO_SPACE);
  g_test_message ("%s", error->message);
  return step + 1;
}

static void
test_full (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (SgStore) store = store_open (fixture, 0);
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  SgHeadRef refs[N_SERIES] = { 0 };
  SgStoreStats stats;
  guint step;

  take_room (fixture);
  step = append_until_full (appender, refs, steps, 0);
  assert_health (store, SG_STORE_FAILING);
  for (guint i = 0; i < 20; i++, step++)
    g_assert_false (append_step (appender, refs, step, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.head.refused_log, ==, 21 * N_SERIES);
  g_assert_cmpuint (stats.head.commits_failed, ==, 21);
  assert_steps (store, steps);

  give_room (fixture);
  for (guint i = 0; i < 20; i++, step++)
    {
      g_assert_true (append_step (appender, refs, step, NULL));
      g_array_append_val (steps, step);
    }
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  assert_steps (store, steps);
  g_clear_pointer (&appender, sg_appender_free);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture, 0);
  assert_steps (store, steps);
}

/* Takes all the room that there is. */
static void
take_all_room (Fixture *fixture)
{
  g_autofree char *path = fill_path (fixture);
  g_autofree char *zeros = g_malloc0 (FILL_SIZE);
  gsize n = FILL_SIZE;
  int fd = open (path, O_WRONLY | O_CREAT | O_APPEND, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (n > 0)
    {
      ssize_t written = write (fd, zeros, n);

      n = written > 0 ? n : n / 2;
    }
  close (fd);
}

/* Returns: whether there was a page to give back */
static gboolean
give_page (Fixture *fixture)
{
  g_autofree char *path = fill_path (fixture);
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size >= PAGE && truncate (path, (info.st_size - 1) / PAGE * PAGE) == 0;
}

/* Lets the store work with a page more of room each time. Returns: how often it could not do all */
static guint
maintain_until_done (Fixture      *fixture,
                     SgStore      *store,
                     const GArray *steps)
{
  guint n_failed = 0;

  for (;; n_failed++)
    {
      g_autoptr (GError) error = NULL;

      if (sg_store_maintain (store, NULL, &error))
        return n_failed;
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_NO_SPACE);
      assert_health (store, SG_STORE_FAILING);
      if (n_failed % 16 == 0)
        assert_steps (store, steps);
      g_assert_true (give_page (fixture));
    }
}

static void
append_many (SgAppender *appender,
             SgHeadRef  *refs,
             GArray     *steps,
             guint       n)
{
  for (guint step = 0; step < n; step++)
    {
      g_assert_true (append_step (appender, refs, step, NULL));
      g_array_append_val (steps, step);
    }
}

/* No room for a block, and then for a block but not for a checkpoint. */
static void
test_blocks (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgAppender) appender = NULL;
  SgHeadRef refs[N_SERIES] = { 0 };
  SgStoreStats stats;
  guint n_failed;

  if (!fixture->mounted)
    {
      g_test_skip ("a small file system cannot be mounted: that takes root");
      return;
    }
  store = store_open (fixture, RANGE_MS);
  appender = sg_store_appender_new (store, NULL);
  append_many (appender, refs, steps, RANGE_MS / STEP_MS * 2);
  take_all_room (fixture);
  n_failed = maintain_until_done (fixture, store, steps);
  sg_store_get_stats (store, &stats);
  g_test_message ("%u times no room: %" G_GUINT64_FORMAT " blocks and %" G_GUINT64_FORMAT
                  " checkpoints failed, then %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT,
                  n_failed, stats.compactions_failed, stats.checkpoints_failed, stats.n_blocks,
                  stats.checkpoints);
  g_assert_cmpuint (stats.compactions_failed, >, 0);
  g_assert_cmpuint (stats.checkpoints_failed, >, 0);
  g_assert_cmpuint (stats.compactions_failed + stats.checkpoints_failed, >=, n_failed);
  g_assert_cmpuint (stats.n_blocks, >, 0);
  g_assert_cmpuint (stats.checkpoints, >, 0);
  assert_health (store, SG_STORE_HEALTHY);
  assert_steps (store, steps);
  g_clear_pointer (&appender, sg_appender_free);
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  store = store_open (fixture, RANGE_MS);
  assert_steps (store, steps);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-full/full", Fixture, NULL, set_up, test_full, tear_down);
  g_test_add ("/store-full/blocks", Fixture, NULL, set_up, test_blocks, tear_down);
  return g_test_run ();
}
