/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-columns.h"

#include "base/sg-series-ahead.h"

/*
 * From the samples of series to columns of values, on all cores: the reader of the store has a series
 * decoded by whichever thread is free, and that thread makes the column while the samples are in its
 * cache. The columns come out in the order of the series on the one thread that evaluates, so that what
 * is done with them does not depend on who made them.
 *
 * Each thread has an evaluator of its own, with its own count of work, annotations and error, and its
 * own state of the function. They are put together when nobody works any more. Annotations are sorted
 * then, since it is chance which thread comes to speak of what.
 */
typedef struct
{
  gboolean begun;
  SgEval eval;
  gpointer state;
  SgFreshener freshener;
} Worker;

typedef struct
{
  SgEval *eval;
  const SgColumnMaker *maker;
  gconstpointer state;
  Worker workers[SG_SERIES_AHEAD_WORKERS];
} Columns;

static void
worker_begin (Worker        *self,
              const Columns *columns)
{
  const SgEval *eval = columns->eval;

  self->begun = TRUE;
  self->eval = (SgEval) { eval->plan, eval->querier, eval->clock, eval->cancellable, eval->limits };
  self->eval.annotations = sg_annotations_new ();
  self->eval.warn_types = eval->warn_types;
  self->state = columns->maker->copy (columns->state, &self->eval);
}

static SgSeriesOutcome
make_column (const SgSeries *series,
             double         *values,
             guint           number,
             gpointer        user_data)
{
  Columns *self = user_data;
  Worker *worker = &self->workers[number];
  SgRawSeries raw;
  gboolean any = FALSE;

  if (!worker->begun)
    worker_begin (worker, self);
  if (!sg_eval_work (&worker->eval, series->n_columns > 0 ? series->columns[0].n / 4 + 20 : 20))
    return SG_SERIES_FAILED;
  if (sg_eval_take_floats (&worker->eval, series, &raw)
      && (!self->maker->fresh || sg_freshener_apply (&worker->freshener, &raw)))
    any = self->maker->make (worker->state, &raw, values);
  if (worker->eval.error != NULL)
    return SG_SERIES_FAILED;
  return any ? SG_SERIES_MADE : SG_SERIES_EMPTY;
}

static gboolean
push_columns (Columns       *self,
              SgSeriesAhead *ahead,
              SgVectorSink  *sink)
{
  SgSeriesAheadItem item;
  GError *error = NULL;
  guint64 n = 0;

  while (sg_series_ahead_next (ahead, &item, &error))
    {
      SgVectorSeries series = { item.labels, self->maker->drop_name, item.values };

      if (item.outcome == SG_SERIES_FAILED || !sg_eval_check_series (self->eval, ++n)
          || !sg_eval_work (self->eval, 20) || !sink->push (sink, &series))
        return FALSE;
    }
  return error == NULL || sg_eval_take_error (self->eval, error);
}

/* Puts together what the threads came to say. */
static gboolean
finish (Columns *self)
{
  SgEval *eval = self->eval;
  g_autoptr (SgAnnotations) all = sg_annotations_new ();
  guint64 n_series = 0;

  for (guint i = 0; i < SG_SERIES_AHEAD_WORKERS; i++)
    {
      Worker *worker = &self->workers[i];

      if (!worker->begun)
        continue;
      n_series += worker->eval.stats.n_series;
      eval->stats.n_samples += worker->eval.stats.n_samples;
      eval->stats.has_histograms |= worker->eval.stats.has_histograms;
      if (eval->error == NULL)
        eval->error = g_steal_pointer (&worker->eval.error);
      g_clear_error (&worker->eval.error);
      sg_annotations_take (all, worker->eval.annotations);
      self->maker->free (worker->state);
      sg_freshener_clear (&worker->freshener);
    }
  sg_annotations_sort (all);
  sg_annotations_take (eval->annotations, g_steal_pointer (&all));
  eval->stats.n_series += n_series;
  return eval->error == NULL && sg_eval_check_series (eval, n_series) && sg_eval_check (eval);
}

static gboolean
select_columns (SgEval              *eval,
                SgPlanNode          *node,
                const SgColumnMaker *maker,
                gpointer             state,
                guint                n_steps,
                SgVectorSink        *sink)
{
  g_autoptr (SgSeriesSet) set = sg_eval_select (eval, node);
  Columns self = { eval, maker, state };
  SgSeriesAhead *ahead;
  gboolean success;

  if (set == NULL)
    return FALSE;
  ahead = sg_series_ahead_new (set, n_steps, make_column, &self);
  success = push_columns (&self, ahead, sink);
  sg_series_ahead_free (ahead);
  if (success)
    sg_eval_take_warnings (eval, set);
  return finish (&self) && success;
}

/* The same on one thread, of series that somebody pushes: a raw sink before a vector sink. */
typedef struct
{
  SgRawSink sink;
  SgVectorSink *next;
  SgEval *eval;
  const SgColumnMaker *maker;
  gpointer state;
  double *values;
} Making;

static gboolean
making_push (SgRawSink         *sink,
             const SgRawSeries *raw)
{
  Making *self = (Making *) sink;
  SgVectorSeries series = { raw->labels, raw->drop_name || self->maker->drop_name, self->values };
  gboolean any = self->maker->make (self->state, raw, self->values);

  return self->eval->error == NULL && (!any || self->next->push (self->next, &series));
}

/**
 * sg_eval_columns: (skip)
 * @self: the evaluator
 * @node: a selector or a subquery
 * @maker: what makes a column of a series
 * @state: its state on this thread
 * @n_steps: how many values a column has
 * @sink: what gets the columns that have any value
 *
 * Returns: FALSE when it failed
 */
gboolean
sg_eval_columns (SgEval              *self,
                 SgPlanNode          *node,
                 const SgColumnMaker *maker,
                 gpointer             state,
                 guint                n_steps,
                 SgVectorSink        *sink)
{
  Making making = { { making_push }, sink, self, maker, state };
  gboolean success;

  if (node->selector != NULL && node->read == 0)
    return select_columns (self, node, maker, state, n_steps, sink);
  making.values = g_new (double, n_steps);
  success = maker->fresh ? sg_eval_matrix (self, node, &making.sink)
                         : sg_eval_read (self, node, &making.sink);
  g_free (making.values);
  return success;
}
