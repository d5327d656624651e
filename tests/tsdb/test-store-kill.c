/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-lock.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"

#include "tools/sg-test-child.h"

/*
 * A child appends with several threads, and makes blocks and checkpoints; it says on a pipe what was
 * acknowledged. The parent kills it without notice at a moment of its choice. Then every acknowledged
 * sample is there, none twice, and none that was not appended. The next child goes on where the last
 * one was stopped. Twenty rounds, or two hundred with -m slow.
 */
#define T0        G_GINT64_CONSTANT (1700000000000)
#define STEP_MS   1000
#define N_WRITERS 3
#define N_SERIES  25

/* So short that there are blocks, and checkpoints, after some rounds. */
#define RANGE_MS (10 * 60 * 1000)

/* A writer who is further behind than half a range would be refused. */
#define MAX_LEAD 100

typedef struct
{
  guint32 writer;
  guint32 step;
} Acknowledgement;

typedef struct
{
  char *path;
  guint32 acknowledged[N_WRITERS];
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-kill-XXXXXX", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static SgStore *
store_open (Fixture   *fixture,
            gboolean   read_only,
            SgWalSync  sync)
{
  SgStoreOptions options = { .path = fixture->path, .read_only = read_only };
  g_autoptr (GError) error = NULL;
  SgStore *store;

  options.wal.sync = sync;
  options.wal.segment_size = 4 * 32768;
  options.head.chunk_range_ms = RANGE_MS;
  store = sg_store_new (&options, &error);
  g_assert_no_error (error);
  return store;
}

static double
value_at (guint32 writer,
          guint   k,
          guint32 step)
{
  return writer * 1e9 + k * 1e7 + step;
}

/* Series come and go, so that names are written all the time. */
static SgLabels *
labels_at (guint32 writer,
           guint   k,
           guint32 step)
{
  g_autofree char *writer_text = g_strdup_printf ("%u", writer);
  g_autofree char *k_text = g_strdup_printf ("%u", k);
  g_autofree char *age = g_strdup_printf ("%u", k == 0 ? step / 50 : 0);

  return sg_labels_new_from_pairs ("__name__", "kill", "writer", writer_text, "k", k_text, "age",
                                   age, NULL);
}

typedef struct
{
  SgLock lock;
  SgCond moved;
  guint32 steps[N_WRITERS];
} Pace;

typedef struct
{
  SgStore *store;
  guint32 writer;
  guint32 next;
  Pace *pace;
} Writer;

static gboolean
is_ahead (const Pace *pace,
          guint32     step)
{
  for (guint i = 0; i < N_WRITERS; i++)
    {
      if (pace->steps[i] + MAX_LEAD < step)
        return TRUE;
    }
  return FALSE;
}

static void
keep_pace (Writer  *writer,
           guint32  step)
{
  Pace *pace = writer->pace;

  SG_LOCK_SCOPE (&pace->lock);
  pace->steps[writer->writer] = step;
  sg_cond_broadcast (&pace->moved);
  while (is_ahead (pace, step))
    sg_cond_wait (&pace->moved, &pace->lock);
}

static gpointer
append_for_ever (gpointer data)
{
  Writer *writer = data;
  g_autoptr (SgAppender) appender = sg_store_appender_new (writer->store, NULL);

  for (guint32 step = writer->next;; step++)
    {
      Acknowledgement done = { writer->writer, step };

      for (guint k = 0; k < N_SERIES; k++)
        {
          g_autoptr (SgLabels) labels = labels_at (writer->writer, k, step);
          SgSample sample = { T0 + (SgTimeMs) step * STEP_MS,
                              0,
                              { SG_VALUE_FLOAT, { value_at (writer->writer, k, step) } } };
          SgHeadRef ref = 0;

          if (!sg_appender_append (appender, &ref, labels, &sample, NULL))
            abort ();
        }
      if (!sg_appender_commit (appender, NULL))
        abort ();
      sg_test_child_say (&done, sizeof done);
      if (writer->writer == 0 && step % 50 == 0 && !sg_store_maintain (writer->store, NULL, NULL))
        abort ();
      keep_pace (writer, step);
    }
  return NULL;
}

static guint32
next_step (Fixture *fixture)
{
  guint32 next = 0;

  for (guint i = 0; i < N_WRITERS; i++)
    next = MAX (next, fixture->acknowledged[i] + 2);
  return next;
}

/* The child: the folder, how the log is synced, and the step to begin with. */
static void
run_child (char **arguments)
{
  Fixture fixture = { .path = arguments[0] };
  SgWalSync sync = (SgWalSync) g_ascii_strtoull (arguments[1], NULL, 10);
  guint32 next = (guint32) g_ascii_strtoull (arguments[2], NULL, 10);
  SgStore *store = store_open (&fixture, FALSE, sync);
  Writer writers[N_WRITERS];
  GThread *threads[N_WRITERS];
  Pace pace = { .steps = { next, next, next } };

  sg_lock_init (&pace.lock);
  sg_cond_init (&pace.moved);
  for (guint i = 0; i < N_WRITERS; i++)
    {
      writers[i] = (Writer) { store, i, next, &pace };
      threads[i] = g_thread_new ("append", append_for_ever, &writers[i]);
    }
  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);
}

static void
run_and_kill (Fixture   *fixture,
              SgWalSync  sync,
              guint      n_acknowledgements)
{
  g_autofree char *sync_text = g_strdup_printf ("%u", (guint) sync);
  g_autofree char *next = g_strdup_printf ("%u", next_step (fixture));
  g_autoptr (SgTestChild) child = sg_test_child_start (fixture->path, sync_text, next, NULL);
  Acknowledgement done;

  for (guint i = 0; i < n_acknowledgements; i++)
    {
      sg_test_child_expect (child, &done, sizeof done);
      fixture->acknowledged[done.writer] = done.step;
    }
  sg_test_child_kill (child);
  while (sg_test_child_read (child, &done, sizeof done))
    fixture->acknowledged[done.writer] = done.step;
}

/* A bit for each step of each series that was ever acknowledged, and where the unknown begins. */
typedef struct
{
  GArray *first;
  GArray *last;
} History;

static gboolean
was_acknowledged (const History *history,
                  guint32        writer,
                  guint32        step)
{
  for (guint i = writer; i < history->first->len; i += N_WRITERS)
    {
      if (step >= g_array_index (history->first, guint32, i)
          && step <= g_array_index (history->last, guint32, i))
        return TRUE;
    }
  return FALSE;
}

/* Appended by a child that was killed before it said so: one step a writer and child. */
static gboolean
may_be_there (const History *history,
              guint32        writer,
              guint32        step)
{
  for (guint i = writer; i < history->first->len; i += N_WRITERS)
    {
      if (step == g_array_index (history->last, guint32, i) + 1)
        return TRUE;
    }
  return FALSE;
}

static void
check_series (const SgSeries *series,
              const History  *history,
              guint64        *n_found)
{
  guint32 writer = (guint32) g_ascii_strtoull (sg_labels_get (series->labels, "writer"), NULL, 10);
  guint k = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "k"), NULL, 10);

  for (gsize i = 0; i < series->columns->n; i++)
    {
      guint32 step = (guint32) ((series->columns->t[i] - T0) / STEP_MS);

      g_assert_true (i == 0 || series->columns->t[i] > series->columns->t[i - 1]);
      g_assert_cmpint (series->columns->t[i], ==, T0 + (SgTimeMs) step * STEP_MS);
      g_assert_cmpfloat (series->columns->f[i], ==, value_at (writer, k, step));
      if (was_acknowledged (history, writer, step))
        n_found[writer]++;
      else
        g_assert_true (may_be_there (history, writer, step));
    }
}

/* Returns: how many acknowledged samples there are */
static guint64
check_store (SgStore       *store,
             const History *history)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  guint64 n_found[N_WRITERS] = { 0 };
  guint64 n_expected[N_WRITERS] = { 0 };
  const SgSeries *series;

  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    check_series (series, history, n_found);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
  for (guint i = 0; i < history->first->len; i++)
    n_expected[i % N_WRITERS] += N_SERIES
                                 * (g_array_index (history->last, guint32, i)
                                    - g_array_index (history->first, guint32, i) + 1);
  for (guint i = 0; i < N_WRITERS; i++)
    g_assert_cmpuint (n_found[i], ==, n_expected[i]);
  return n_found[0] + n_found[1] + n_found[2];
}

static void
remember (Fixture *fixture,
          History *history,
          guint32  first)
{
  for (guint i = 0; i < N_WRITERS; i++)
    {
      guint32 last = MAX (fixture->acknowledged[i], first - 1);

      g_array_append_val (history->first, first);
      g_array_append_val (history->last, last);
      fixture->acknowledged[i] = last;
    }
}

static void
tell_blocks (Fixture *fixture,
             guint    rounds,
             guint64  n_samples)
{
  g_autoptr (SgStore) store = store_open (fixture, TRUE, SG_WAL_SYNC_NEVER);
  SgStoreStats stats;

  sg_store_get_stats (store, &stats);
  g_test_message ("%u times killed: each of %" G_GUINT64_FORMAT
                  " acknowledged samples is there once, in %" G_GUINT64_FORMAT
                  " blocks and the log",
                  rounds, n_samples, stats.n_blocks);
  if (fixture->acknowledged[0] > 2000)
    g_assert_cmpuint (stats.n_blocks, >, 0);
}

static void
test_kill (Fixture       *fixture,
           gconstpointer  data)
{
  guint rounds = g_test_slow () ? 200 : 20;
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) last = g_array_new (FALSE, FALSE, sizeof (guint32));
  History history = { first, last };
  guint64 n_samples = 0;

  for (guint i = 0; i < rounds; i++)
    {
      SgWalSync sync = i % 5 == 4 ? SG_WAL_SYNC_ALWAYS : SG_WAL_SYNC_INTERVAL;
      guint32 begin = next_step (fixture);
      g_autoptr (SgStore) store = NULL;

      run_and_kill (fixture, sync, (guint) g_test_rand_int_range (1, 600));
      remember (fixture, &history, begin);
      store = store_open (fixture, TRUE, sync);
      n_samples = check_store (store, &history);
    }
  tell_blocks (fixture, rounds, n_samples);
}

int
main (int    argc,
      char **argv)
{
  sg_test_child_main (argc, argv, run_child);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-kill/kill", Fixture, NULL, set_up, test_kill, tear_down);
  return g_test_run ();
}
