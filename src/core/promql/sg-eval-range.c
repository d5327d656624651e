/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-columns.h"
#include "promql/sg-range-private.h"

/*
 * A function of a range vector goes over each series with a window that moves from one time of the grid
 * to the next. Both its ends only move forward, so that every sample is looked at once to find them.
 */
typedef struct
{
  SgWindow window;
  SgWindowFunc func;
  SgColumnFunc column;
  gboolean extended;
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
evaluate_windows (Ranging *self,
                  double  *values)
{
  SgWindow *window = &self->window;

  for (guint i = 0; i < window->call->grid.n; i++)
    {
      window_move (window, i);
      values[i] = window->hi == window->lo && !self->extended ? sg_absent () : self->func (window);
      if (!sg_eval_work (window->eval, sg_window_get_n (window) + 1))
        return FALSE;
    }
  return window->eval->error == NULL;
}

static gboolean
ranging_make (gpointer           state,
              const SgRawSeries *raw,
              double            *values)
{
  Ranging *self = state;
  SgWindow *window = &self->window;
  guint n = window->call->grid.n;

  window_begin (window, raw);
  if (self->column != NULL && !self->extended)
    {
      self->column (window, values);
      if (!sg_eval_work (window->eval, raw->n / 4 + n))
        return FALSE;
    }
  else if (!evaluate_windows (self, values))
    return FALSE;
  return sg_column_has_value (values, n);
}

static void
ranging_init (Ranging *self,
              SgEval  *eval)
{
  self->window.eval = eval;
  self->window.resets = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->window.scratch = g_array_new (FALSE, FALSE, sizeof (double));
  self->window.candidates = NULL;
}

static void
ranging_clear (Ranging *self)
{
  g_array_unref (self->window.scratch);
  g_array_unref (self->window.resets);
  g_free (self->window.candidates);
}

/* The arguments stay those of the original. */
static gpointer
ranging_copy (gconstpointer  state,
              SgEval        *eval)
{
  Ranging *copy = g_memdup2 (state, sizeof (Ranging));

  ranging_init (copy, eval);
  return copy;
}

static void
ranging_free (gpointer state)
{
  ranging_clear (state);
  g_free (state);
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
  SgColumnMaker maker = { ranging_copy, ranging_free, ranging_make, TRUE };
  Ranging ranging = { { self, node, range }, func, column };
  gboolean success;

  maker.drop_name = !keeps_name (node->expr->call.function->id);
  ranging.extended =
      range->selector != NULL && (range->selector->anchored || range->selector->smoothed);
  ranging_init (&ranging, self);
  success = eval_arguments (self, node, &ranging.window)
            && sg_eval_columns (self, range, &maker, &ranging, node->grid.n, sink);
  ranging_clear (&ranging);
  sg_scalar_column_clear (&ranging.window.args[0]);
  sg_scalar_column_clear (&ranging.window.args[1]);
  return success;
}
