/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <glib/gstdio.h>

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
  SgStoreOptions options = { .path = fixture->path };
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

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/store/reopen", test_reopen);
  return g_test_run ();
}
