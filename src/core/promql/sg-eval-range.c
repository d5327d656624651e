/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-range-private.h"

/*
 * A function of a range vector goes over each series with a window that moves from one time of the grid
 * to the next. Both its ends only move forward, so that every sample is looked at once to find them.
 */
typedef struct
{
  SgRawSink sink;
  SgVectorSink *next;
  SgWindow window;
  SgWindowFunc func;
  SgColumnFunc column;
  gboolean keeps_name;
  gboolean extended;
  double *values;
} Ranging;

static gboolean
keeps_name (SgFunctionId id)
{
  return id == SG_FUNCTION_FIRST_OVER_TIME || id == SG_FUNCTION_LAST_OVER_TIME;
}

static gboolean
keeps_candidates (SgFunctionId id)
{
  return id == SG_FUNCTION_MAX_OVER_TIME || id == SG_FUNCTION_MIN_OVER_TIME
         || id == SG_FUNCTION_TS_OF_MAX_OVER_TIME || id == SG_FUNCTION_TS_OF_MIN_OVER_TIME;
}

static void
window_begin (SgWindow          *self,
              const SgRawSeries *series)
{
  if (keeps_candidates (self->call->expr->call.function->id))
    self->candidates = g_renew (gsize, self->candidates, series->n);
  self->series = series;
  self->lo = 0;
  self->hi = 0;
  self->seen = 0;
  self->first_candidate = 0;
  self->end_candidates = 0;
  self->checked = FALSE;
  g_array_set_size (self->resets, 0);
  g_array_set_size (self->scratch, 0);
}

/* Moves the window to the time @step of the grid. */
static void
window_move (SgWindow *self,
             guint     step)
{
  const SgPlanTime *time = &self->range->time;
  const SgRawSeries *series = self->series;

  self->step = step;
  self->now = sg_grid_get_time (&self->call->grid, step);
  self->end = (time->has_at ? time->at : self->now) - time->offset;
  self->start = self->end - time->range;
  self->lo = sg_times_advance (series->t, series->n, self->lo, self->start);
  self->hi = sg_times_advance (series->t, series->n, MAX (self->hi, self->lo), self->end);
}

/* Sets the values window by window. */
static gboolean
evaluate_windows (Ranging *self)
{
  SgWindow *window = &self->window;

  for (guint i = 0; i < window->call->grid.n; i++)
    {
      window_move (window, i);
      self->values[i] =
          window->hi == window->lo && !self->extended ? sg_absent () : self->func (window);
      if (!sg_eval_work (window->eval, sg_window_get_n (window) + 1))
        return FALSE;
    }
  return window->eval->error == NULL;
}

static gboolean
ranging_push (SgRawSink         *sink,
              const SgRawSeries *raw)
{
  Ranging *self = (Ranging *) sink;
  SgWindow *window = &self->window;
  guint n = window->call->grid.n;
  SgVectorSeries series = { raw->labels, raw->drop_name || !self->keeps_name, self->values };

  window_begin (window, raw);
  if (self->column != NULL && !self->extended)
    {
      self->column (window, self->values);
      if (!sg_eval_work (window->eval, raw->n / 4 + n))
        return FALSE;
    }
  else if (!evaluate_windows (self))
    return FALSE;
  return !sg_column_has_value (self->values, n) || self->next->push (self->next, &series);
}

/* The one argument that is a range vector. */
static SgPlanNode *
find_range (SgPlanNode *node)
{
  guint i = 0;

  while (node->children[i]->expr->type != SG_VALUE_TYPE_MATRIX)
    i++;
  return node->children[i];
}

static gboolean
eval_arguments (SgEval     *self,
                SgPlanNode *node,
                SgWindow   *window)
{
  guint n = 0;

  for (guint i = 0; i < node->n_children; i++)
    {
      if (node->children[i]->expr->type == SG_VALUE_TYPE_SCALAR
          && !sg_eval_scalar (self, node->children[i], node->grid.n, &window->args[n++]))
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_eval_range_call: (skip)
 * @self: the evaluator
 * @node: a call with one range vector, and scalars
 * @func: what is computed for each window
 * @column: (nullable): what computes all windows of a series at once
 * @sink: what gets the series
 *
 * Returns: FALSE when it failed
 */
gboolean
sg_eval_range_call (SgEval       *self,
                    SgPlanNode   *node,
                    SgWindowFunc  func,
                    SgColumnFunc  column,
                    SgVectorSink *sink)
{
  SgPlanNode *range = find_range (node);
  Ranging ranging = { { ranging_push }, sink, { self, node, range }, func, column };
  gboolean success;

  ranging.keeps_name = keeps_name (node->expr->call.function->id);
  ranging.extended =
      range->selector != NULL && (range->selector->anchored || range->selector->smoothed);
  ranging.values = g_new (double, node->grid.n);
  ranging.window.resets = g_array_new (FALSE, FALSE, sizeof (gsize));
  ranging.window.scratch = g_array_new (FALSE, FALSE, sizeof (double));
  success =
      eval_arguments (self, node, &ranging.window) && sg_eval_matrix (self, range, &ranging.sink);
  g_array_unref (ranging.window.scratch);
  g_free (ranging.window.candidates);
  g_array_unref (ranging.window.resets);
  sg_scalar_column_clear (&ranging.window.args[0]);
  sg_scalar_column_clear (&ranging.window.args[1]);
  g_free (ranging.values);
  return success;
}
