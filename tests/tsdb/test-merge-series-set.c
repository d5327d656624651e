/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-merge-series-set.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

#define N_LABELS 6
#define N_TIMES  200
#define MAX_SETS 5

/* One series of a set: what it has at each time, NAN for nothing. */
typedef struct
{
  gboolean is_there;
  double values[N_TIMES];
} Model;

/* A set that yields a model; its memory is new for each series, so that reading too late is noticed. */
typedef struct
{
  SgSeriesSet parent;
  const Model *models;
  guint next;
  gboolean is_histogram;
  gboolean fails;
  SgLabels *labels;
  SgTimeMs *times;
  double *values;
  gconstpointer *pointers;
  SgColumn column;
  SgSeries series;
} ModelSet;

static void
model_set_forget (ModelSet *self)
{
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_clear_pointer (&self->times, g_free);
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->pointers, g_free);
}

static SgLabels *
nth_labels (guint i)
{
  g_autofree char *value = g_strdup_printf ("%u", i);

  return sg_labels_new_from_pairs ("n", value, NULL);
}

static void
model_set_fill (ModelSet    *self,
                const Model *model)
{
  gsize n = 0;

  self->times = g_new (SgTimeMs, N_TIMES);
  self->values = g_new (double, N_TIMES);
  self->pointers = g_new (gconstpointer, N_TIMES);
  for (guint t = 0; t < N_TIMES; t++)
    {
      if (isnan (model->values[t]))
        continue;
      self->times[n] = t;
      self->pointers[n] = &model->values[t];
      self->values[n++] = model->values[t];
    }
  self->times = g_renew (SgTimeMs, self->times, n);
  self->column = (SgColumn) { SG_VALUE_FLOAT, n, self->times, { self->values } };
  if (self->is_histogram)
    {
      self->column.kind = SG_VALUE_HISTOGRAM;
      self->column.histograms = (const SgHistogramValue *const *) self->pointers;
    }
}

static gboolean
model_set_next (SgSeriesSet     *set,
                const SgSeries **ret_series,
                GError         **error)
{
  ModelSet *self = (ModelSet *) set;

  model_set_forget (self);
  while (self->next < N_LABELS && !self->models[self->next].is_there)
    self->next++;
  if (self->fails && self->next >= N_LABELS / 2)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "asked to fail");
      return FALSE;
    }
  if (self->next == N_LABELS)
    {
      sg_series_set_warn (set, "a warning");
      return FALSE;
    }
  self->labels = nth_labels (self->next);
  model_set_fill (self, &self->models[self->next++]);
  self->series = (SgSeries) { self->labels, 1, &self->column };
  *ret_series = &self->series;
  return TRUE;
}

static void
model_set_free (SgSeriesSet *set)
{
  model_set_forget ((ModelSet *) set);
  g_free (set);
}

static ModelSet *
model_set_new (const Model *models)
{
  static const SgSeriesSetClass klass = { model_set_next, model_set_free };
  ModelSet *self = g_new0 (ModelSet, 1);

  sg_series_set_init (&self->parent, &klass);
  self->models = models;
  return self;
}

/* Fills a model with samples in a random interval, so that some overlap and some do not. */
static void
randomize (Model  *models,
           double  mark)
{
  for (guint i = 0; i < N_LABELS; i++)
    {
      guint begin = g_test_rand_int_range (0, N_TIMES);
      guint end = begin + g_test_rand_int_range (1, N_TIMES);
      gboolean is_dense = g_test_rand_bit ();

      models[i].is_there = g_test_rand_int_range (0, 3) > 0;
      for (guint t = 0; t < N_TIMES; t++)
        models[i].values[t] =
            t >= begin && t < end && (is_dense || g_test_rand_bit ()) ? mark + t : NAN;
    }
}

/* What all sets together have; the first that has a time wins. */
static void
combine (Model           models[][N_LABELS],
         guint           n_sets,
         const gboolean *is_histogram,
         gboolean        wanted,
         Model          *ret_models)
{
  for (guint i = 0; i < N_LABELS; i++)
    {
      ret_models[i].is_there = FALSE;
      for (guint t = 0; t < N_TIMES; t++)
        ret_models[i].values[t] = NAN;
      for (guint s = 0; s < n_sets; s++)
        {
          if (!models[s][i].is_there)
            continue;
          ret_models[i].is_there = TRUE;
          for (guint t = 0; is_histogram[s] == wanted && t < N_TIMES; t++)
            {
              if (isnan (ret_models[i].values[t]))
                ret_models[i].values[t] = models[s][i].values[t];
            }
        }
    }
}

static double
get_value (const SgColumn *column,
           gsize           i)
{
  return column->kind == SG_VALUE_FLOAT ? column->f[i]
                                        : *(const double *) (gconstpointer) column->histograms[i];
}

static void
assert_column (const SgSeries *series,
               SgValueKind     kind,
               const Model    *expected)
{
  const SgColumn *column = NULL;
  gsize n = 0;

  for (guint i = 0; i < series->n_columns; i++)
    {
      if (series->columns[i].kind != kind)
        continue;
      g_assert_null (column);
      column = &series->columns[i];
    }
  for (guint t = 0; t < N_TIMES; t++)
    {
      if (isnan (expected->values[t]))
        continue;
      g_assert_cmpuint (n, <, column->n);
      g_assert_cmpint (column->t[n], ==, t);
      g_assert_cmpfloat (get_value (column, n), ==, expected->values[t]);
      n++;
    }
  g_assert_true (column == NULL ? n == 0 : n == column->n);
}

static void
test_merge_series_set_random (void)
{
  for (guint round = 0; round < 300; round++)
    {
      Model models[MAX_SETS][N_LABELS];
      Model floats[N_LABELS];
      Model histograms[N_LABELS];
      gboolean is_histogram[MAX_SETS] = { FALSE };
      GPtrArray *sets = g_ptr_array_new ();
      g_autoptr (SgSeriesSet) merged = NULL;
      g_autoptr (GError) error = NULL;
      guint n_sets = g_test_rand_int_range (0, MAX_SETS + 1);
      const SgSeries *series;

      for (guint s = 0; s < n_sets; s++)
        {
          ModelSet *set = model_set_new (models[s]);

          randomize (models[s], s * 1000);
          is_histogram[s] = set->is_histogram = g_test_rand_int_range (0, 4) == 0;
          g_ptr_array_add (sets, set);
        }
      combine (models, n_sets, is_histogram, FALSE, floats);
      combine (models, n_sets, is_histogram, TRUE, histograms);
      merged = sg_merge_series_set_new (sets, NULL);
      for (guint i = 0; i < N_LABELS; i++)
        {
          g_autoptr (SgLabels) labels = nth_labels (i);

          if (!floats[i].is_there)
            continue;
          g_assert_true (sg_series_set_next (merged, &series, &error));
          g_assert_true (sg_labels_equal (series->labels, labels));
          assert_column (series, SG_VALUE_FLOAT, &floats[i]);
          assert_column (series, SG_VALUE_HISTOGRAM, &histograms[i]);
        }
      g_assert_false (sg_series_set_next (merged, &series, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length ((GStrv) sg_series_set_get_warnings (merged)), ==, n_sets);
    }
}

static SgSeriesSet *
merge_two (Model                models[2][N_LABELS],
           gboolean             fails,
           const SgSelectHints *hints)
{
  GPtrArray *sets = g_ptr_array_new ();

  for (guint s = 0; s < 2; s++)
    {
      ModelSet *set = model_set_new (models[s]);

      for (guint i = 0; i < N_LABELS; i++)
        {
          models[s][i].is_there = TRUE;
          for (guint t = 0; t < N_TIMES; t++)
            models[s][i].values[t] = t % 2 == s ? t : NAN;
        }
      set->fails = fails && s == 1;
      g_ptr_array_add (sets, set);
    }
  return sg_merge_series_set_new (sets, hints);
}

static void
test_merge_series_set_fails (void)
{
  Model models[2][N_LABELS];
  g_autoptr (SgSeriesSet) merged = merge_two (models, TRUE, NULL);
  g_autoptr (GError) error = NULL;
  const SgSeries *series;

  for (guint i = 0; i < N_LABELS / 2; i++)
    g_assert_true (sg_series_set_next (merged, &series, &error));
  g_assert_false (sg_series_set_next (merged, &series, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_merge_series_set_limits (void)
{
  static const SgSelectHints hints[] = { { .max_series = 3 }, { .max_samples = 3 * N_TIMES } };
  static const char *const messages[] = {
    "the query would read more than 3 series, its limit: ask for less, or raise the limit",
    "the query would read more than 600 samples, its limit: ask for less, or raise the limit",
  };

  for (guint k = 0; k < G_N_ELEMENTS (hints); k++)
    {
      Model models[2][N_LABELS];
      g_autoptr (SgSeriesSet) merged = merge_two (models, FALSE, &hints[k]);
      g_autoptr (GError) error = NULL;
      const SgSeries *series;

      for (guint i = 0; i < 3; i++)
        g_assert_true (sg_series_set_next (merged, &series, &error));
      g_assert_false (sg_series_set_next (merged, &series, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT);
      g_assert_cmpstr (error->message, ==, messages[k]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/merge-series-set/random", test_merge_series_set_random);
  g_test_add_func ("/tsdb/merge-series-set/fails", test_merge_series_set_fails);
  g_test_add_func ("/tsdb/merge-series-set/limits", test_merge_series_set_limits);
  return g_test_run ();
}
