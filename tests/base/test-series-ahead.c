/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-series-ahead.h"

#include "base/sg-compute.h"

#define N_SERIES  1000
#define N_SAMPLES 200
#define FAILING   700

/* A set of series of which every third is empty; sample k of series i has the value i + k. */
typedef struct
{
  SgSeriesSet parent;
  guint next;
  guint n_given;
  guint n_back;
  gboolean finished;
  gboolean fails;
} ModelSet;

typedef struct
{
  SgSeriesPiece parent;
  ModelSet *set;
  SgLabels *labels;
  guint number;
  int n_read;
} ModelPiece;

static void
piece_read (SgSeriesPiece  *piece,
            SgSampleBuffer *buffer)
{
  ModelPiece *self = (ModelPiece *) piece;

  __atomic_fetch_add (&self->n_read, 1, __ATOMIC_RELAXED);
  for (guint k = 0; k < N_SAMPLES && self->number % 3 != 0; k++)
    {
      SgTimeMs t = k;
      double f = self->number + k;

      sg_sample_buffer_add (buffer, &t, &f, 1);
    }
}

static void
piece_done (SgSeriesPiece *piece)
{
  ModelPiece *self = (ModelPiece *) piece;

  g_assert_cmpint (__atomic_load_n (&self->n_read, __ATOMIC_RELAXED), <=, 1);
  self->set->n_back++;
  sg_labels_unref (self->labels);
  g_free (self);
}

static SgSeriesPiece *
model_look (SgSeriesSet  *set,
            GError      **error)
{
  static const SgSeriesPieceClass klass = { piece_read, piece_done };
  ModelSet *self = (ModelSet *) set;
  g_autofree char *value = g_strdup_printf ("%04u", self->next);
  SgLabel label = { "n", value };
  ModelPiece *piece;

  if (self->fails && self->next == FAILING)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "asked to fail");
  if (self->next == N_SERIES || (self->fails && self->next == FAILING))
    return NULL;
  piece = g_new0 (ModelPiece, 1);
  piece->parent.klass = &klass;
  piece->parent.n_chunks = 2;
  piece->set = self;
  piece->labels = sg_labels_new (&label, 1);
  piece->parent.labels = piece->labels;
  piece->number = self->next++;
  self->n_given++;
  return &piece->parent;
}

static void
model_finish (SgSeriesSet *set)
{
  ModelSet *self = (ModelSet *) set;

  g_assert_cmpuint (self->n_back, ==, self->n_given);
  self->finished = TRUE;
}

static void
model_free (SgSeriesSet *set)
{
}

static void
model_init (ModelSet *self)
{
  static const SgSeriesSetClass klass = { NULL, model_free, model_look, model_finish };

  *self = (ModelSet) { 0 };
  sg_series_set_init (&self->parent, &klass);
}

typedef struct
{
  int busy[SG_SERIES_AHEAD_WORKERS];
  guint failing;
} Making;

static SgSeriesOutcome
make_values (const SgSeries *series,
             double         *values,
             guint           worker,
             gpointer        user_data)
{
  Making *self = user_data;
  const SgColumn *column = &series->columns[0];
  SgSeriesOutcome outcome = SG_SERIES_MADE;

  g_assert_cmpuint (worker, <, SG_SERIES_AHEAD_WORKERS);
  g_assert_false (__atomic_exchange_n (&self->busy[worker], TRUE, __ATOMIC_ACQ_REL));
  g_assert_cmpuint (column->n, ==, N_SAMPLES);
  values[0] = column->f[0];
  values[1] = 0;
  for (gsize i = 0; i < column->n; i++)
    values[1] += column->f[i];
  if (column->f[0] == (double) self->failing)
    outcome = SG_SERIES_FAILED;
  else if ((guint) column->f[0] % 3 == 2)
    outcome = SG_SERIES_EMPTY;
  __atomic_store_n (&self->busy[worker], FALSE, __ATOMIC_RELEASE);
  return outcome;
}

/* What comes is in order, and is right, however many help. */
static void
test_series_ahead_values (void)
{
  for (guint run = 0; run < 20; run++)
    {
      Making making = { { 0 }, N_SERIES };
      ModelSet set;
      SgSeriesAhead *ahead;
      SgSeriesAheadItem item;
      GError *error = NULL;
      guint number = 1;

      model_init (&set);
      ahead = sg_series_ahead_new (&set.parent, 2, make_values, &making);
      for (; sg_series_ahead_next (ahead, &item, &error); number += 3)
        {
          g_assert_cmpint (item.outcome, ==, SG_SERIES_MADE);
          g_assert_null (item.series);
          g_assert_cmpuint (g_ascii_strtoull (sg_labels_get (item.labels, "n"), NULL, 10), ==,
                            number);
          g_assert_cmpfloat (item.values[0], ==, number);
          g_assert_cmpfloat (item.values[1], ==,
                             number * N_SAMPLES + N_SAMPLES * (N_SAMPLES - 1) / 2);
        }
      g_assert_no_error (error);
      g_assert_cmpuint (number, ==, N_SERIES);
      g_assert_true (set.finished);
      sg_series_ahead_free (ahead);
      sg_series_set_free (&set.parent);
    }
}

static void
test_series_ahead_samples (void)
{
  ModelSet set;
  SgSeriesAhead *ahead;
  SgSeriesAheadItem item;
  guint n = 0;

  model_init (&set);
  ahead = sg_series_ahead_new (&set.parent, 0, NULL, NULL);
  for (; sg_series_ahead_next (ahead, &item, NULL); n++)
    {
      const SgColumn *column = &item.series->columns[0];
      guint number = 3 * (n / 2) + n % 2 + 1;

      g_assert_cmpuint (column->n, ==, N_SAMPLES);
      g_assert_cmpfloat (column->f[0], ==, number);
      g_assert_cmpint (column->t[N_SAMPLES - 1], ==, N_SAMPLES - 1);
    }
  g_assert_cmpuint (n, ==, 666);
  sg_series_ahead_free (ahead);
  sg_series_set_free (&set.parent);
}

/* Whoever goes early waits for those that work for him, and everything that was looked up is given back. */
static void
test_series_ahead_gone (void)
{
  for (guint run = 0; run < 200; run++)
    {
      Making *making = g_new0 (Making, 1);
      ModelSet set;
      SgSeriesAhead *ahead;
      SgSeriesAheadItem item;

      making->failing = N_SERIES;
      model_init (&set);
      ahead = sg_series_ahead_new (&set.parent, 2, make_values, making);
      for (guint i = 0; i < run % 50; i++)
        g_assert_true (sg_series_ahead_next (ahead, &item, NULL));
      sg_series_ahead_free (ahead);
      g_assert_cmpuint (set.n_back, ==, set.n_given);
      g_free (making);
      sg_series_set_free (&set.parent);
    }
}

static void
test_series_ahead_failures (void)
{
  Making making = { { 0 }, 340 };
  SgSeriesAhead *ahead;
  SgSeriesAheadItem item = { 0 };
  g_autoptr (GError) error = NULL;
  ModelSet set;

  model_init (&set);
  ahead = sg_series_ahead_new (&set.parent, 2, make_values, &making);
  while (item.outcome != SG_SERIES_FAILED)
    g_assert_true (sg_series_ahead_next (ahead, &item, NULL));
  g_assert_cmpfloat (item.values[0], ==, 340);
  sg_series_ahead_free (ahead);
  sg_series_set_free (&set.parent);

  model_init (&set);
  set.fails = TRUE;
  ahead = sg_series_ahead_new (&set.parent, 0, NULL, NULL);
  while (sg_series_ahead_next (ahead, &item, &error))
    continue;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  sg_series_ahead_free (ahead);
  g_assert_cmpuint (set.n_back, ==, FAILING);
  sg_series_set_free (&set.parent);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/series-ahead/values", test_series_ahead_values);
  g_test_add_func ("/base/series-ahead/samples", test_series_ahead_samples);
  g_test_add_func ("/base/series-ahead/gone", test_series_ahead_gone);
  g_test_add_func ("/base/series-ahead/failures", test_series_ahead_failures);
  status = g_test_run ();
  sg_compute_shutdown ();
  return status;
}
