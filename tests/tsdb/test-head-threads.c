/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-lock.h"
#include "base/sg-matcher.h"
#include "tsdb/sg-head-truncate.h"
#include "tsdb/sg-head.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * Many who append, and many who read, at once. Each writer has series of its own, and appends to all of
 * them at once the number of the batch; so whoever reads must find that all series of a writer end with
 * the same number, whenever he looks. Run under ThreadSanitizer, too.
 */
#define T0        G_GINT64_CONSTANT (1700000000000)
#define N_WRITERS 3
#define N_READERS 2
#define N_SERIES  20
#define N_BATCHES 700

/* A writer who was further behind the others than half a range would be out of bounds. */
#define MAX_LEAD 30

typedef struct
{
  SgHead *head;
  guint number;
  guint running;
  SgLock lock;
  SgCond moved;
  guint64 acknowledged[N_WRITERS];
} Shared;

typedef struct
{
  Shared *shared;
  guint number;
} Thread;

static SgLabels *
make_labels (guint writer,
             guint k)
{
  g_autofree char *writer_text = g_strdup_printf ("%u", writer);
  g_autofree char *k_text = g_strdup_printf ("%u", k);

  return sg_labels_new_from_pairs ("__name__", "batch", "writer", writer_text, "k", k_text, NULL);
}

static void
write_batch (SgAppender *appender,
             guint       writer,
             SgHeadRef  *refs,
             guint       batch)
{
  for (guint k = 0; k < N_SERIES; k++)
    {
      g_autoptr (SgLabels) labels = make_labels (writer, k);
      SgSample sample = { T0 + batch * 60000, 0, { SG_VALUE_FLOAT, { batch } } };

      if (!sg_appender_append (appender, &refs[k], labels, &sample, NULL))
        g_assert_not_reached ();
    }
  g_assert_true (sg_appender_commit (appender, NULL));
}

static gboolean
is_ahead (Shared *shared,
          guint   batch)
{
  for (guint i = 0; i < N_WRITERS; i++)
    {
      if (shared->acknowledged[i] + MAX_LEAD < batch)
        return TRUE;
    }
  return FALSE;
}

static void
acknowledge (Shared *shared,
             guint   writer,
             guint   batch)
{
  SG_LOCK_SCOPE (&shared->lock);
  shared->acknowledged[writer] = batch;
  sg_cond_broadcast (&shared->moved);
  while (is_ahead (shared, batch))
    sg_cond_wait (&shared->moved, &shared->lock);
}

static gpointer
write_batches (gpointer data)
{
  Thread *thread = data;
  g_autoptr (SgAppender) appender = sg_head_appender_new (thread->shared->head);
  SgHeadRef refs[N_SERIES] = { 0 };

  for (guint batch = 1; batch <= N_BATCHES; batch++)
    {
      write_batch (appender, thread->number, refs, batch);
      acknowledge (thread->shared, thread->number, batch);
    }
  __atomic_fetch_sub (&thread->shared->running, 1, __ATOMIC_RELEASE);
  return NULL;
}

static void
check_series (const SgSeries *series,
              guint64        *last,
              guint          *n)
{
  guint writer = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "writer"), NULL, 10);
  const SgColumn *column = series->columns;

  for (gsize i = 1; i < column->n; i++)
    g_assert_cmpint (column->t[i], ==, column->t[i - 1] + 60000);
  for (gsize i = 0; i < column->n; i++)
    g_assert_cmpint (column->t[i], ==, T0 + (SgTimeMs) column->f[i] * 60000);
  if (n[writer]++ == 0)
    last[writer] = (guint64) column->f[column->n - 1];
  g_assert_cmpuint (last[writer], ==, (guint64) column->f[column->n - 1]);
}

/* What was acknowledged before the snapshot must be in it. */
static void
read_once (Shared    *shared,
           SgQuerier *querier)
{
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  guint64 before[N_WRITERS];
  guint64 last[N_WRITERS] = { 0 };
  guint n[N_WRITERS] = { 0 };
  g_autoptr (SgSeriesSet) set = NULL;
  const SgSeries *series;

  sg_lock_acquire (&shared->lock);
  memcpy (before, shared->acknowledged, sizeof before);
  sg_lock_release (&shared->lock);
  set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  while (sg_series_set_next (set, &series, NULL))
    check_series (series, last, n);
  for (guint i = 0; i < N_WRITERS; i++)
    {
      g_assert_true (n[i] == 0 || n[i] == N_SERIES);
      g_assert_cmpuint (last[i], >=, before[i]);
    }
}

static gpointer
read_all (gpointer data)
{
  Thread *thread = data;
  g_autoptr (SgQuerier) querier = sg_head_querier_new (thread->shared->head);

  while (__atomic_load_n (&thread->shared->running, __ATOMIC_ACQUIRE) > 0)
    read_once (thread->shared, querier);
  read_once (thread->shared, querier);
  return NULL;
}

/* Lets go of what is old, as if blocks were made of it. */
static gboolean
truncate_once (SgHead *head)
{
  SgTimeMs min_t;
  SgTimeMs end;

  if (!sg_head_find_full_range (head, &min_t, &end))
    return FALSE;
  sg_head_close_range (head, end);
  g_assert_true (sg_head_truncate (head, end, NULL));
  return TRUE;
}

static gpointer
truncate_all (gpointer data)
{
  Thread *thread = data;

  while (__atomic_load_n (&thread->shared->running, __ATOMIC_ACQUIRE) > 0)
    truncate_once (thread->shared->head);
  while (truncate_once (thread->shared->head))
    continue;
  return NULL;
}

static void
test_whole (void)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  Shared shared = { .head = head, .running = N_WRITERS };
  Thread data[N_WRITERS + N_READERS + 1];
  GThread *threads[N_WRITERS + N_READERS + 1];
  SgHeadStats stats;
  g_autoptr (SgQuerier) first = sg_head_querier_new (head);

  /* Its class is made with the first one: ThreadSanitizer does not see how GObject guards that. */
  g_clear_object (&first);
  sg_lock_init (&shared.lock);
  sg_cond_init (&shared.moved);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      GThreadFunc func = i < N_WRITERS ? write_batches : read_all;

      data[i] = (Thread) { &shared, i };
      threads[i] =
          g_thread_new ("head", i == N_WRITERS + N_READERS ? truncate_all : func, &data[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  sg_head_get_stats (head, &stats);
  g_assert_cmpuint (stats.samples_appended, ==, N_WRITERS * N_SERIES * N_BATCHES);
  g_assert_cmpuint (stats.n_series, ==, N_WRITERS * N_SERIES);
  sg_cond_clear (&shared.moved);
  sg_lock_clear (&shared.lock);
}

#define N_CHURNED 2000

/* Series that come and go while others look them up by their labels. */
static gpointer
churn (gpointer data)
{
  Thread *thread = data;
  g_autoptr (SgAppender) appender = sg_head_appender_new (thread->shared->head);

  for (guint i = 0; i < N_CHURNED; i++)
    {
      g_autoptr (SgLabels) labels = make_labels (0, i % 50);
      g_autoptr (GError) error = NULL;
      SgSample sample = { T0 + i * 600000, 0, { SG_VALUE_FLOAT, { i } } };
      SgHeadRef ref = 0;

      sg_appender_append (appender, &ref, labels, &sample, NULL);
      if (!sg_appender_commit (appender, &error))
        g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_BOUNDS);
    }
  __atomic_fetch_sub (&thread->shared->running, 1, __ATOMIC_RELEASE);
  return NULL;
}

static gpointer
list_all (gpointer data)
{
  Thread *thread = data;
  g_autoptr (SgQuerier) querier = sg_head_querier_new (thread->shared->head);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, "k", "1.*|2", NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };

  while (__atomic_load_n (&thread->shared->running, __ATOMIC_ACQUIRE) > 0)
    {
      g_auto (GStrv) values = sg_querier_label_values (querier, "k", NULL, 0, &hints, NULL, NULL);
      g_autoptr (GPtrArray) series = sg_querier_series (querier, matchers, 1, &hints, NULL, NULL);

      g_assert_cmpuint (g_strv_length (values), <=, 50);
      for (guint i = 1; i < series->len; i++)
        g_assert_cmpint (sg_labels_compare (series->pdata[i - 1], series->pdata[i]), <, 0);
    }
  return NULL;
}

static void
test_churn (void)
{
  g_autoptr (SgHead) head = sg_head_new (&(SgHeadOptions) { 0 });
  Shared shared = { .head = head, .running = 2 };
  GThreadFunc funcs[] = { churn, churn, list_all, truncate_all };
  Thread data[G_N_ELEMENTS (funcs)];
  GThread *threads[G_N_ELEMENTS (funcs)];
  SgHeadStats stats;

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    {
      data[i] = (Thread) { &shared, i };
      threads[i] = g_thread_new ("head", funcs[i], &data[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    g_thread_join (threads[i]);
  sg_head_get_stats (head, &stats);
  g_assert_cmpuint (stats.series_created - stats.series_removed, ==, stats.n_series);
  g_assert_cmpuint (stats.series_removed, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/head-threads/whole", test_whole);
  g_test_add_func ("/head-threads/churn", test_churn);
  return g_test_run ();
}
