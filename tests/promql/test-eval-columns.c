/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-compute.h"
#include "promql/sg-memory-querier.h"
#include "promql/sg-promql-engine.h"
#include "promql/sg-promql-error.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-ulid.h"

/*
 * The same series in memory, which are evaluated on one thread, and in blocks, which all cores read and
 * evaluate: the results are the same to the last bit, in the same order, with the same annotations.
 */
#define N_SERIES  150
#define N_SAMPLES 1440
#define STEP_MS   15000
#define END_MS    ((SgTimeMs) N_SAMPLES * STEP_MS)
#define BLOCK_MS  (2 * 3600 * 1000)
#define CANCEL_US 50000

typedef struct
{
  char *folder;
  SgQuerier *memory;
  SgQuerier *blocks;
  SgPromqlEngine *engine;
} Fixture;

/* Counters that begin anew now and then, with gaps and stale markers; of three names. */
static void
add_series (Fixture        *self,
            SgBlockBuilder *builder,
            GRand          *random,
            guint           number)
{
  static const char *const names[] = { "a_total", "b", "c_seconds" };
  g_autofree char *text = g_strdup_printf ("%u", number);
  SgLabel labels[] = { { SG_LABEL_NAME, names[number % 3] },
                       { "g", number % 2 ? "x" : "y" },
                       { "n", text } };
  g_autoptr (SgLabels) label_set = sg_labels_new (labels, G_N_ELEMENTS (labels));
  SgTimeMs t[N_SAMPLES];
  double f[N_SAMPLES];
  SgColumn column = { SG_VALUE_FLOAT, 0, t, { f } };
  SgSeries series = { label_set, 1, &column };
  double value = 0;

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      int chance = g_rand_int_range (random, 0, 200);

      value = chance == 0 ? 0 : value + g_rand_double (random);
      if (chance == 1)
        i += 30;
      t[column.n] = (SgTimeMs) i * STEP_MS + number;
      f[column.n++] = chance == 2 ? sg_stale_nan () : value;
      sg_memory_querier_add (SG_MEMORY_QUERIER (self->memory), label_set, t[column.n - 1],
                             f[column.n - 1]);
    }
  if (!sg_block_builder_add_series (builder, &series, NULL))
    g_assert_not_reached ();
}

static void
open_blocks (Fixture   *self,
             GPtrArray *metas)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);

  g_assert_cmpuint (metas->len, >=, 3);
  for (guint i = 0; i < metas->len; i++)
    {
      const SgBlockMeta *meta = g_ptr_array_index (metas, i);
      char name[SG_ULID_LENGTH + 1];
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      SgBlock *block;

      sg_ulid_print (&meta->ulid, name);
      path = g_build_filename (self->folder, name, NULL);
      block = sg_block_open (path, &error);
      g_assert_no_error (error);
      g_ptr_array_add (blocks, block);
    }
  self->blocks = sg_block_querier_new (blocks);
}

static void
fixture_set_up (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (BLOCK_MS);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  SgPromqlOptions options;

  self->folder = g_dir_make_tmp ("sg-columns-XXXXXX", NULL);
  self->memory = SG_QUERIER (sg_memory_querier_new ());
  for (guint i = 0; i < N_SERIES; i++)
    add_series (self, builder, random, i);
  sg_block_builder_write (builder, self->folder, SG_TIME_MS_MAX, metas, NULL, &error);
  g_assert_no_error (error);
  open_blocks (self, metas);
  sg_promql_options_init (&options);
  self->engine = sg_promql_engine_new (&options, NULL);
}

static void
fixture_tear_down (Fixture       *self,
                   gconstpointer  data)
{
  g_object_unref (self->engine);
  g_object_unref (self->blocks);
  g_object_unref (self->memory);
  sg_test_remove_folder (self->folder);
  g_free (self->folder);
}

static void
assert_same_series (const SgPromqlSeries *a,
                    const SgPromqlSeries *b)
{
  g_assert_true (sg_labels_equal (a->labels, b->labels));
  g_assert_cmpuint (a->column.n, ==, b->column.n);
  g_assert_cmpmem (a->column.t, a->column.n * sizeof (SgTimeMs), b->column.t,
                   b->column.n * sizeof (SgTimeMs));
  g_assert_cmpmem (a->column.f, a->column.n * sizeof (double), b->column.f,
                   b->column.n * sizeof (double));
}

static void
assert_same (Fixture    *self,
             const char *query,
             SgTimeMs    start,
             gint64      step)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlResult) a = NULL;
  g_autoptr (SgPromqlResult) b = NULL;

  g_test_message ("%s", query);
  a = sg_promql_engine_query_range (self->engine, self->memory, query, start, END_MS, step, NULL,
                                    &error);
  g_assert_no_error (error);
  b = sg_promql_engine_query_range (self->engine, self->blocks, query, start, END_MS, step, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (a->n_series, >, 0);
  g_assert_cmpuint (a->n_series, ==, b->n_series);
  for (guint i = 0; i < a->n_series; i++)
    assert_same_series (&a->series[i], &b->series[i]);
  g_assert_cmpstrv (a->warnings, b->warnings);
  g_assert_cmpstrv (a->infos, b->infos);
  g_assert_cmpuint (a->stats.n_series, ==, b->stats.n_series);
}

static void
test_eval_columns_same (Fixture       *self,
                        gconstpointer  data)
{
  static const char *const queries[] = {
    "a_total",
    "{n=~'.+'}",
    "sum by (g) (rate(a_total[5m]))",
    "avg without (n) ({n=~'.+'})",
    "increase({n=~'.+'}[5m] anchored)",
    "rate({n=~'.+'}[5m])",
    "max_over_time(b[20m]) - min_over_time(b[20m])",
    "stddev_over_time(c_seconds[10m])",
    "quantile_over_time(scalar(vector(0.4)), {n=~'.+'}[10m])",
    "timestamp(b)",
    "b smoothed",
    "topk(3, deriv(a_total[10m]))",
    "max_over_time(sum(rate(a_total[5m]))[10m:1m])",
    "a_total / a_total offset 10m",
    "count({n=~'1.+'})",
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      assert_same (self, queries[i], 0, 60000);
      assert_same (self, queries[i], END_MS / 2, 7000);
    }
}

/* What any thread finds wrong ends the query, with one error. */
static void
test_eval_columns_errors (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPromqlEngine) strict = NULL;
  g_autoptr (SgPromqlResult) result = NULL;
  SgPromqlOptions options;

  result = sg_promql_engine_query_range (self->engine, self->blocks,
                                         "double_exponential_smoothing({n=~'.+'}[5m], 2, 0.5)", 0,
                                         END_MS, 60000, NULL, &error);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_EXECUTION);
  g_assert_cmpstr (error->message, ==,
                   "invalid smoothing factor. Expected: 0 < sf < 1, got: 2.000000");
  g_clear_error (&error);

  sg_promql_options_init (&options);
  options.max_series = N_SERIES - 1;
  strict = sg_promql_engine_new (&options, NULL);
  result = sg_promql_engine_query_range (strict, self->blocks, "rate({n=~'.+'}[5m])", 0, END_MS,
                                         60000, NULL, &error);
  g_assert_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT);
  g_clear_error (&error);
  result = sg_promql_engine_query_range (strict, self->blocks, "rate({n=~'.+',n!='7'}[5m])", 0,
                                         END_MS, 60000, NULL, &error);
  g_assert_no_error (error);
}

typedef struct
{
  Fixture *fixture;
  GCancellable *cancellable;
  GError *error;
  gint64 ended_us;
} Asking;

static gpointer
ask_long (gpointer data)
{
  Asking *self = data;
  g_autoptr (SgPromqlResult) result =
      sg_promql_engine_query_range (self->fixture->engine, self->fixture->blocks,
                                    "quantile_over_time(0.5, {n=~'.+'}[2h])", 0, END_MS, 2000,
                                    self->cancellable, &self->error);

  self->ended_us = g_get_monotonic_time ();
  return NULL;
}

/* All threads that work for a query see that it was cancelled. */
static void
test_eval_columns_cancel (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Asking asking = { self, cancellable, NULL, 0 };
  GThread *thread = g_thread_new ("asking", ask_long, &asking);
  SgPromqlEngineStats stats = { 0 };
  gint64 cancelled_us;

  while (stats.running == 0 && stats.queries == 0)
    {
      g_thread_yield ();
      sg_promql_engine_get_stats (self->engine, &stats);
    }
  cancelled_us = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_error (asking.error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_CANCELLED);
  g_error_free (asking.error);
  g_test_message ("it ended %" G_GINT64_FORMAT " us after that, where %d are promised",
                  asking.ended_us - cancelled_us, CANCEL_US);
  g_assert_cmpint (asking.ended_us - cancelled_us, <, 20 * CANCEL_US);
}

#define ADD(name)                                                           \
  g_test_add ("/promql/eval-columns/" #name, Fixture, NULL, fixture_set_up, \
              test_eval_columns_##name, fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ADD (same);
  ADD (errors);
  ADD (cancel);
  status = g_test_run ();
  sg_compute_shutdown ();
  return status;
}
