/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-result.h"

#include "promql/sg-range-extended.h"

#include <stdlib.h>
#include <string.h>

/*
 * The end of a query. Names go that were marked to go; series that are called the same then are one, if
 * they have no value at the same time. Columns become samples: of those that are complete the times
 * are kept once for all.
 */
typedef struct
{
  SgVectorSink sink;
  SgRawSink raw_sink;
  SgEval *eval;
  SgPromqlResult *result;
  SgLabelTable table;
  GArray *series;
  const SgPlanNode *node;
  SgTimeMs *grid_times;
} Builder;

/* The samples of two series in one. Returns: FALSE when both have one at the same time */
static gboolean
merge_series (Builder        *self,
              SgPromqlSeries *into,
              const SgTimeMs *t,
              const double   *f,
              gsize           n)
{
  const SgColumn old = into->column;
  SgTimeMs *all_t = sg_arena_new_array (self->result->arena, SgTimeMs, old.n + n);
  double *all_f = sg_arena_new_array (self->result->arena, double, old.n + n);
  gsize i = 0;
  gsize j = 0;

  while (i < old.n || j < n)
    {
      gboolean first = j == n || (i < old.n && old.t[i] < t[j]);

      if (i < old.n && j < n && old.t[i] == t[j])
        return sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION,
                             "vector cannot contain metrics with the same labelset");
      all_t[i + j] = first ? old.t[i] : t[j];
      all_f[i + j] = first ? old.f[i] : f[j];
      i += first;
      j += !first;
    }
  into->column.t = all_t;
  into->column.f = all_f;
  into->column.n = old.n + n;
  return TRUE;
}

/* Adds a series whose arrays are the result's already. */
static gboolean
builder_add (Builder        *self,
             const SgLabels *labels,
             gboolean        drop_name,
             const SgTimeMs *t,
             const double   *f,
             gsize           n)
{
  SgPromqlSeries series = { NULL, { SG_VALUE_FLOAT, n, t, { f } } };
  g_autoptr (SgLabels) name = drop_name ? sg_labels_drop_metric (labels) : sg_labels_ref (labels);
  gboolean added;
  guint number = sg_label_table_add (&self->table, name, &added);

  if (!added)
    return merge_series (self, &g_array_index (self->series, SgPromqlSeries, number), t, f, n);
  series.labels = g_steal_pointer (&name);
  g_array_append_val (self->series, series);
  return TRUE;
}

static const SgTimeMs *
get_grid_times (Builder *self)
{
  const SgGrid *grid = &self->node->grid;

  if (self->grid_times == NULL)
    {
      self->grid_times = sg_arena_new_array (self->result->arena, SgTimeMs, grid->n);
      for (guint i = 0; i < grid->n; i++)
        self->grid_times[i] = sg_grid_get_time (grid, i);
    }
  return self->grid_times;
}

static gboolean
builder_push (SgVectorSink   *sink,
              SgVectorSeries *series)
{
  Builder *self = (Builder *) sink;
  const SgTimeMs *times = get_grid_times (self);
  guint n_steps = self->node->grid.n;
  gsize n = 0;
  SgTimeMs *t;
  double *f;

  for (guint i = 0; i < n_steps; i++)
    n += !sg_is_absent (series->values[i]);
  if (n == 0)
    return TRUE;
  if (!sg_eval_hold (self->eval, n) || !sg_eval_work (self->eval, n))
    return FALSE;
  if (n == n_steps)
    {
      f = sg_arena_copy (self->result->arena, series->values, n * sizeof *f);
      return builder_add (self, series->labels, series->drop_name, times, f, n);
    }
  t = sg_arena_new_array (self->result->arena, SgTimeMs, n);
  f = sg_arena_new_array (self->result->arena, double, n);
  n = 0;
  for (guint i = 0; i < n_steps; i++)
    {
      if (sg_is_absent (series->values[i]))
        continue;
      t[n] = times[i];
      f[n++] = series->values[i];
    }
  return builder_add (self, series->labels, series->drop_name, t, f, n);
}

/* The samples in the range, and those that anchored and smoothed make at its ends. */
static gsize
copy_range (Builder           *self,
            const SgRawSeries *raw,
            SgTimeMs          *t,
            double            *f)
{
  const SgPlanNode *node = self->node;
  SgTimeMs end = (node->time.has_at ? node->time.at : node->grid.start) - node->time.offset;
  SgTimeMs start = end - node->time.range;
  gboolean extended =
      node->selector != NULL && (node->selector->anchored || node->selector->smoothed);
  SgRangeExtent extent;
  gsize n = 0;

  if (extended)
    {
      if (!sg_range_extend (raw, start, end, self->eval->plan->params.lookback,
                            node->selector->smoothed, FALSE, &extent))
        return 0;
      t[n] = start;
      f[n++] = extent.left;
    }
  for (gsize i = 0; i < raw->n; i++)
    {
      if (raw->t[i] <= start || raw->t[i] > end || (extended && raw->t[i] == end))
        continue;
      t[n] = raw->t[i];
      f[n++] = raw->f[i];
    }
  if (extended)
    {
      t[n] = end;
      f[n++] = extent.right;
    }
  return n;
}

static gboolean
builder_push_raw (SgRawSink         *sink,
                  const SgRawSeries *raw)
{
  Builder *self = (Builder *) (void *) ((char *) sink - G_STRUCT_OFFSET (Builder, raw_sink));
  SgTimeMs *t;
  double *f;
  gsize n;

  if (!sg_eval_hold (self->eval, raw->n + 2))
    return FALSE;
  t = sg_arena_new_array (self->result->arena, SgTimeMs, raw->n + 2);
  f = sg_arena_new_array (self->result->arena, double, raw->n + 2);
  n = copy_range (self, raw, t, f);
  return n == 0 || builder_add (self, raw->labels, raw->drop_name, t, f, n);
}

static int
compare_series (const void *a,
                const void *b)
{
  const SgPromqlSeries *left = a;
  const SgPromqlSeries *right = b;

  return sg_labels_compare (left->labels, right->labels);
}

static gboolean
run_scalar (Builder *self)
{
  g_auto (SgScalarColumn) column = { 0 };
  g_autofree double *values = g_new (double, self->node->grid.n);
  g_autoptr (SgLabels) labels = sg_labels_get_empty ();
  SgVectorSeries series = { labels, FALSE, values };

  if (!sg_eval_scalar (self->eval, self->eval->plan->root, self->node->grid.n, &column))
    return FALSE;
  self->result->scalar = sg_scalar_at (&column, 0);
  if (self->result->type == SG_VALUE_TYPE_SCALAR)
    return TRUE;
  for (guint i = 0; i < self->node->grid.n; i++)
    values[i] = sg_scalar_at (&column, i);
  return builder_push (&self->sink, &series);
}

static gboolean
run_root (Builder *self)
{
  SgPlanNode *root = self->eval->plan->root;
  SgText text;

  switch (root->expr->type)
    {
    case SG_VALUE_TYPE_SCALAR:
      return run_scalar (self);
    case SG_VALUE_TYPE_VECTOR:
      return sg_eval_vector (self->eval, root, self->node->grid.n, &self->sink);
    case SG_VALUE_TYPE_MATRIX:
      return sg_eval_matrix (self->eval, root, &self->raw_sink);
    case SG_VALUE_TYPE_STRING:
    case SG_VALUE_TYPE_NONE:
    default:
      text = sg_eval_string (root);
      self->result->string = g_bytes_new (text.text, text.length);
      return TRUE;
    }
}

/* Hands over the series; all that is no instant vector is in the order of labels. */
static void
builder_finish (Builder *self)
{
  SgPromqlResult *result = self->result;

  result->n_series = self->series->len;
  result->series = (SgPromqlSeries *) (gpointer) g_array_steal (self->series, NULL);
  if (result->type == SG_VALUE_TYPE_MATRIX && result->n_series > 1)
    qsort (result->series, result->n_series, sizeof *result->series, compare_series);
}

static void
discard_series (gpointer data)
{
  sg_labels_unref (((SgPromqlSeries *) data)->labels);
}

/**
 * sg_eval_run: (skip)
 * @self: an evaluator with a plan
 *
 * Returns: (transfer full) (nullable): what the query comes to, without annotations; NULL when it
 *   failed
 */
SgPromqlResult *
sg_eval_run (SgEval *self)
{
  const SgPlanParams *params = &self->plan->params;
  SgValueType type = self->plan->root->expr->type;
  SgGrid grid = { params->start, params->step, self->plan->n_steps };
  SgPlanNode whole = *self->plan->root;
  Builder builder = { { builder_push }, { builder_push_raw }, self };

  if (params->step > 0)
    type = SG_VALUE_TYPE_MATRIX;
  whole.grid = grid;
  builder.node = &whole;
  builder.result = sg_promql_result_new (type, params->start);
  builder.series = g_array_new (FALSE, FALSE, sizeof (SgPromqlSeries));
  g_array_set_clear_func (builder.series, discard_series);
  sg_label_table_init (&builder.table, &sg_label_key_all);
  if (run_root (&builder) && self->error == NULL)
    builder_finish (&builder);
  else
    g_clear_pointer (&builder.result, sg_promql_result_unref);
  sg_label_table_clear (&builder.table);
  g_array_unref (builder.series);
  return builder.result;
}
