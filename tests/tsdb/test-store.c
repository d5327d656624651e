/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-lock.h"
#include "base/sg-matcher.h"
#include "tools/sg-test-child.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>
#include <unistd.h>

#define T0 G_GINT64_CONSTANT (1700000000000)

typedef struct
{
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-store-XXXXXX", NULL);
  g_assert_nonnull (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static SgStore *
store_open (Fixture *fixture)
{
  SgStoreOptions options = { .path = fixture->path, .head = { .max_exemplars = 100 } };
  g_autoptr (GError) error = NULL;
  SgStore *store = sg_store_new (&options, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

static void
append_steps (SgStore *store,
              guint    n_series,
              guint    first,
              guint    n)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);

  for (guint i = first; i < first + n; i++)
    {
      for (guint k = 0; k < n_series; k++)
        {
          g_autofree char *value = g_strdup_printf ("%u", k);
          g_autoptr (SgLabels) labels =
              sg_labels_new_from_pairs ("__name__", "test", "k", value, NULL);
          SgSample sample = { T0 + i * 15000, 0, { SG_VALUE_FLOAT, { i * 1000.0 + k } } };
          SgHeadRef ref = 0;

          g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
        }
      g_assert_true (sg_appender_commit (appender, NULL));
    }
}

/* Each series has the steps from 0 to @n, with their values. */
static void
assert_steps (SgStore *store,
              guint    n_series,
              guint    n)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSeriesSet) set = NULL;
  const SgSeries *series;
  guint found = 0;

  set = sg_querier_select (querier, NULL, 0, &hints, NULL, &error);
  g_assert_no_error (error);
  while (sg_series_set_next (set, &series, &error))
    {
      guint k = (guint) g_ascii_strtoull (sg_labels_get (series->labels, "k"), NULL, 10);

      found++;
      g_assert_cmpuint (series->columns->n, ==, n);
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpint (series->columns->t[i], ==, T0 + i * 15000);
          g_assert_cmpfloat (series->columns->f[i], ==, i * 1000.0 + k);
        }
    }
  g_assert_no_error (error);
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
  g_assert_cmpuint (found, ==, n_series);
}

static void
test_reopen (Fixture       *fixture,
             gconstpointer  data)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (SgStore) store = store_open (fixture);
      SgStoreStats stats;

      g_assert_null (sg_store_get_read_only_reason (store));
      assert_steps (store, i == 0 ? 0 : 10, i * 300);
      append_steps (store, 10, i * 300, 300);
      assert_steps (store, 10, (i + 1) * 300);
      sg_store_get_stats (store, &stats);
      g_assert_cmpuint (stats.head.n_chunks_queued, ==, 0);
      if (i > 0)
        g_assert_cmpuint (stats.replay.chunks, >, 0);
      g_assert_true (sg_store_close (store, NULL));
    }
}

/* What @matchers select, as text: name[t:v …] with times counted from T0. */
static char *
select_text (SgStore    *store,
             const char *metric)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, "__name__", metric, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, NULL);
  GString *text = g_string_new (NULL);
  const SgSeries *series;

  while (sg_series_set_next (set, &series, NULL))
    {
      g_string_append (text, text->len > 0 ? " " : "");
      sg_labels_append_text (series->labels, text);
      for (gsize i = 0; i < series->columns->n; i++)
        g_string_append_printf (text, "%c%" G_GINT64_FORMAT ":%g", i == 0 ? '[' : ' ',
                                series->columns->t[i] - T0, series->columns->f[i]);
      g_string_append_c (text, ']');
    }
  return g_string_free (text, FALSE);
}

static void
assert_select (SgStore    *store,
               const char *metric,
               const char *expected)
{
  g_autofree char *text = select_text (store, metric);

  g_assert_cmpstr (text, ==, expected);
}

static SgHeadRef
append_one (SgAppender *appender,
            const char *text,
            SgTimeMs    t,
            SgTimeMs    start_t,
            double      value)
{
  g_autoptr (SgLabels) labels = sg_labels_parse (text, NULL);
  SgSample sample = { T0 + t, start_t != 0 ? T0 + start_t : 0, { SG_VALUE_FLOAT, { value } } };
  g_autoptr (GError) error = NULL;
  SgHeadRef ref = 0;

  sg_appender_append (appender, &ref, labels, &sample, &error);
  g_assert_no_error (error);
  return ref;
}

static void
reopen (Fixture  *fixture,
        SgStore **store)
{
  g_assert_true (sg_store_close (*store, NULL));
  g_clear_object (store);
  *store = store_open (fixture);
}

/* The moment since which a counter counts is a sample of zero, once, and again after a restart of it. */
static void
test_start_times (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char expected[] = "c_total[-5000:0 0:3 15000:4 20000:0 30000:1] "
                                 "c_total{k=\"old\"}[0:7]";
  g_autoptr (SgStore) store = store_open (fixture);
  SgAppender *appender = sg_store_appender_new (store, NULL);

  append_one (appender, "c_total", 0, -5000, 3);
  append_one (appender, "c_total{k=\"old\"}", 0, -3600000, 7);
  g_assert_true (sg_appender_commit (appender, NULL));
  append_one (appender, "c_total", 15000, -5000, 4);
  g_assert_true (sg_appender_commit (appender, NULL));
  append_one (appender, "c_total", 30000, 20000, 1);
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_appender_free (appender);
  assert_select (store, "c_total", expected);
  reopen (fixture, &store);
  assert_select (store, "c_total", expected);
}

static void
assert_metadata (SgStore *store)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  g_autoptr (GPtrArray) all = sg_querier_metadata (querier, NULL, NULL, NULL);
  g_autoptr (GPtrArray) one = sg_querier_metadata (querier, "h", NULL, NULL);
  g_autoptr (GPtrArray) none = sg_querier_metadata (querier, "h_bucket", NULL, NULL);
  const SgMetadata *metadata;

  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (one->len, ==, 1);
  metadata = one->pdata[0];
  g_assert_cmpstr (metadata->type, ==, "histogram");
  g_assert_cmpstr (metadata->help, ==, "Sizes.");
  g_assert_cmpstr (metadata->unit, ==, "bytes");
}

static void
assert_exemplars (SgStore *store)
{
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, "__name__", "h.*", NULL);
  const SgMatcher *matchers[] = { matcher };
  g_autoptr (GPtrArray) found = sg_store_select_exemplars (store, matchers, 1, T0, T0 + 20000);
  const SgSeriesExemplar *exemplar;

  g_assert_cmpuint (found->len, ==, 1);
  exemplar = found->pdata[0];
  g_assert_cmpstr (sg_labels_get (exemplar->series, "__name__"), ==, "h_bucket");
  g_assert_cmpint (exemplar->exemplar.t, ==, T0 + 10);
  g_assert_cmpfloat (exemplar->exemplar.value, ==, 0.25);
  g_assert_cmpstr (sg_labels_get (exemplar->exemplar.labels, "trace_id"), ==, "abc");
}

static void
test_beside_samples (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture);
  SgAppender *appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) trace = sg_labels_new_from_pairs ("trace_id", "abc", NULL);
  SgHeadRef bucket = append_one (appender, "h_bucket{le=\"1\"}", 0, 0, 1);
  SgHeadRef gauge = append_one (appender, "g", 0, 0, 1);

  g_assert_true (sg_appender_set_metadata (
      appender, bucket, &(SgMetadata) { "h", "histogram", "Sizes.", "bytes" }, NULL));
  g_assert_true (
      sg_appender_set_metadata (appender, gauge, &(SgMetadata) { "g", "gauge", "A.", "" }, NULL));
  g_assert_true (sg_appender_append_exemplar (appender, bucket,
                                              &(SgSampleExemplar) { T0 + 10, 0.25, trace }, NULL));
  g_assert_true (sg_appender_append_exemplar (appender, gauge,
                                              &(SgSampleExemplar) { T0 + 10, 1, trace }, NULL));
  g_assert_false (
      sg_appender_append_exemplar (appender, 999, &(SgSampleExemplar) { T0 + 10, 1, trace }, NULL));
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_appender_free (appender);
  assert_metadata (store);
  assert_exemplars (store);
  reopen (fixture, &store);
  assert_metadata (store);
  assert_exemplars (store);
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgStore) store = store_open (fixture);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, "k", "1", NULL);
  const SgMatcher *matchers[] = { matcher };
  static const char expected[] =
      "d{k=\"1\"}[0:0 40:4 50:5] d{k=\"2\"}[0:0 10:1 20:2 30:3 40:4 50:5]";
  SgAppender *appender = sg_store_appender_new (store, NULL);

  for (guint i = 0; i < 5; i++)
    {
      append_one (appender, "d{k=\"1\"}", i * 10, 0, i);
      append_one (appender, "d{k=\"2\"}", i * 10, 0, i);
      g_assert_true (sg_appender_commit (appender, NULL));
    }
  g_assert_true (sg_store_delete (store, matchers, 1, T0 + 5, T0 + 15, NULL, NULL));
  g_assert_true (sg_store_delete (store, matchers, 1, T0 + 15, T0 + 35, NULL, NULL));
  append_one (appender, "d{k=\"1\"}", 50, 0, 5);
  append_one (appender, "d{k=\"2\"}", 50, 0, 5);
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_appender_free (appender);
  assert_select (store, "d", expected);
  reopen (fixture, &store);
  assert_select (store, "d", expected);
}

/* A child that has the store, with a step in it, until it is killed. */
static void
hold_store (char **arguments)
{
  Fixture fixture = { .path = arguments[0] };
  SgStore *store = store_open (&fixture);

  append_steps (store, 3, 0, 1);
  sg_test_child_say ("x", 1);
  for (;;)
    pause ();
}

/* The second process is told which is the first; once that is killed, it may write. */
static void
test_two_processes (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (SgTestChild) child = sg_test_child_start (fixture->path, NULL);
  g_autofree char *holder = g_strdup_printf ("process %d", (int) sg_test_child_get_pid (child));
  g_autoptr (SgStore) store = NULL;
  char byte;

  sg_test_child_expect (child, &byte, 1);
  store = store_open (fixture);
  g_test_message ("%s", sg_store_get_read_only_reason (store));
  g_assert_nonnull (strstr (sg_store_get_read_only_reason (store), holder));
  assert_steps (store, 3, 1);
  sg_test_child_kill (child);
  g_clear_object (&store);
  store = store_open (fixture);
  g_assert_null (sg_store_get_read_only_reason (store));
  assert_steps (store, 3, 1);
}

/* Who comes second reads, and is told who was first; when that one ends, the next one may write. */
static void
test_two (Fixture       *fixture,
          gconstpointer  data)
{
  g_autoptr (SgStore) first = store_open (fixture);
  g_autoptr (SgStore) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  append_steps (first, 3, 0, 10);
  second = store_open (fixture);
  g_test_message ("%s", sg_store_get_read_only_reason (second));
  g_assert_nonnull (strstr (sg_store_get_read_only_reason (second), "is written by "));
  g_assert_nonnull (strstr (sg_store_get_read_only_reason (second), "test-tsdb-store"));
  g_assert_null (sg_store_appender_new (second, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY);
  g_assert_cmpint (sg_store_get_health (second, &text), ==, SG_STORE_READ_ONLY);
  assert_steps (second, 3, 10);
  append_steps (first, 3, 10, 10);
  assert_steps (first, 3, 20);
  g_assert_true (sg_store_close (first, NULL));
  g_clear_object (&second);
  second = store_open (fixture);
  g_assert_null (sg_store_get_read_only_reason (second));
  assert_steps (second, 3, 20);
}

typedef struct
{
  SgStore *store;
  guint number;
  guint acknowledged;
} Stopped;

static gpointer
append_until_closed (gpointer data)
{
  Stopped *stopped = data;
  g_autoptr (SgAppender) appender = sg_store_appender_new (stopped->store, NULL);
  g_autofree char *text = g_strdup_printf ("closing{k=\"%u\"}", stopped->number);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  do
    {
      append_one (appender, text, n, 0, n);
      __atomic_store_n (&stopped->acknowledged, n, __ATOMIC_RELEASE);
    }
  while (sg_appender_commit (appender, &error) && ++n > 0);
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY);
  return NULL;
}

/* Who still appends is refused, and what he was told is kept is there. */
static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  SgStore *store = store_open (fixture);
  Stopped stopped[3] = { 0 };
  GThread *threads[G_N_ELEMENTS (stopped)];
  g_autoptr (GString) expected = g_string_new (NULL);
  SgStoreStats stats;

  for (guint i = 0; i < G_N_ELEMENTS (stopped); i++)
    {
      stopped[i] = (Stopped) { store, i, 0 };
      threads[i] = g_thread_new ("append", append_until_closed, &stopped[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (stopped); i++)
    {
      while (__atomic_load_n (&stopped[i].acknowledged, __ATOMIC_ACQUIRE) < 20)
        g_thread_yield ();
    }
  g_assert_true (sg_store_close (store, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_true (sg_store_close (store, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (stopped); i++)
    {
      g_thread_join (threads[i]);
      g_string_append_printf (expected, "%sclosing{k=\"%u\"}", i > 0 ? " " : "", i);
      for (guint n = 0; n < stopped[i].acknowledged; n++)
        g_string_append_printf (expected, "%c%u:%u", n > 0 ? ' ' : '[', n, n);
      g_string_append_c (expected, ']');
    }
  assert_select (store, "closing", expected->str);
  g_object_unref (store);
  store = store_open (fixture);
  assert_select (store, "closing", expected->str);
  g_object_unref (store);
}

/* The clock goes an hour forward, and back: what cannot be taken is refused, and nothing else happens. */
static void
test_clock (Fixture       *fixture,
            gconstpointer  data)
{
  const guint hour = 240;
  g_autoptr (SgStore) store = store_open (fixture);
  SgAppender *appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "clock", NULL);
  static const guint jumps[] = { 0, 1, 2, 2 + 240, 3 + 240, 3, 4, 5, 6 + 240, 7 + 240 };
  SgHeadRef ref = 0;
  SgStoreStats stats;
  guint taken = 0;

  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      SgSample sample = { T0 + (SgTimeMs) jumps[i] * 15000, 0, { SG_VALUE_FLOAT, { i } } };

      taken += sg_appender_append (appender, &ref, labels, &sample, NULL);
      g_assert_true (sg_appender_commit (appender, NULL));
    }
  g_assert_cmpuint (taken, ==, 7);
  append_one (appender, "other", 15000 * hour, 0, 1);
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.head.refused_out_of_order + stats.head.refused_out_of_bounds, ==, 3);
  g_assert_cmpuint (stats.head.samples_appended, ==, 8);
  g_test_message ("%u samples of a clock that jumps: %u taken, %" G_GUINT64_FORMAT
                  " out of order, %" G_GUINT64_FORMAT " out of bounds",
                  (guint) G_N_ELEMENTS (jumps), taken, stats.head.refused_out_of_order,
                  stats.head.refused_out_of_bounds);
  sg_appender_free (appender);
  reopen (fixture, &store);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.replay.samples, ==, 8);
}

/* A hundred thousand new series in one commit. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  const guint n = 100000;
  g_autoptr (SgStore) store = store_open (fixture);
  gint64 started_us;
  SgStoreStats stats;

  started_us = g_get_monotonic_time ();
  append_steps (store, n, 0, 2);
  g_test_message ("%u new series in one commit, and a second sample of each: %.0f ms", n,
                  (double) (g_get_monotonic_time () - started_us) / 1000);
  assert_steps (store, n, 2);
  reopen (fixture, &store);
  assert_steps (store, n, 2);
  sg_store_get_stats (store, &stats);
  g_assert_cmpuint (stats.head.n_series, ==, n);
  g_assert_cmpuint (stats.replay.unknown, ==, 0);
}

typedef struct
{
  GHashTable *counts;
  SgLock lock;
} Operations;

static void
count_operation (const SgOperation *operation,
                 gpointer           user_data)
{
  Operations *operations = user_data;
  g_autofree char *text = g_strdup_printf ("%s %s %s", operation->type, operation->key,
                                           sg_operation_status_to_string (operation->status));

  SG_LOCK_SCOPE (&operations->lock);
  g_hash_table_add (operations->counts, g_steal_pointer (&text));
}

/* The store is a cache with a database behind it, and says so. */
static void
test_operations (Fixture       *fixture,
                 gconstpointer  data)
{
  Operations operations = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                            SG_LOCK_INIT };
  SgOperationSink sink = { count_operation, &operations };
  SgStoreOptions options = { .path = fixture->path, .sink = &sink };
  g_autoptr (SgStore) store = sg_store_new (&options, NULL);

  append_steps (store, 3, 0, 800);
  g_assert_true (sg_store_maintain (store, NULL, NULL));
  g_assert_true (sg_store_close (store, NULL));
  g_clear_object (&store);
  g_assert_true (g_hash_table_contains (operations.counts, "read_through wal success"));
  g_assert_true (g_hash_table_contains (operations.counts, "bulk_insert head success"));
  g_assert_true (g_hash_table_contains (operations.counts, "write_behind wal success"));
  g_hash_table_unref (operations.counts);
}

int
main (int    argc,
      char **argv)
{
  sg_test_child_main (argc, argv, hold_store);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store/reopen", test_reopen);
  ADD ("/store/start-times", test_start_times);
  ADD ("/store/beside-samples", test_beside_samples);
  ADD ("/store/delete", test_delete);
  ADD ("/store/two", test_two);
  ADD ("/store/two-processes", test_two_processes);
  ADD ("/store/close", test_close);
  ADD ("/store/clock", test_clock);
  ADD ("/store/many", test_many);
  ADD ("/store/operations", test_operations);
  return g_test_run ();
}
