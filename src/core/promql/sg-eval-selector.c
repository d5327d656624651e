/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-columns.h"
#include "promql/sg-range-private.h"

#include <string.h>

/*
 * Selectors: from the samples of the store to the values at the times of the grid.
 *
 * The value at a time is that of the newest sample that is not after it and less than the lookback
 * older; there is none when that sample is a stale marker. With "smoothed" it is the value at that very
 * time, on the line between the samples before and after, each no further away than the lookback; when
 * there is none after it, that of the sample before.
 *
 * What several selectors read is read once and kept, each then takes its own window of it.
 */

/* A series that is kept. */
typedef struct
{
  SgLabels *labels;
  const SgTimeMs *t;
  const double *f;
  gsize n;
} KeptSeries;

typedef struct
{
  SgRawSink sink;
  SgEval *eval;
  SgArena *arena;
  GArray *series;
  guint64 held;
} KeptRead;

static gboolean
kept_push (SgRawSink         *sink,
           const SgRawSeries *series)
{
  KeptRead *self = (KeptRead *) sink;
  KeptSeries kept = { NULL, NULL, NULL, series->n };

  if (!sg_eval_hold (self->eval, series->n))
    return FALSE;
  self->held += series->n;
  kept.labels = sg_labels_ref (series->labels);
  kept.t = sg_arena_copy (self->arena, series->t, series->n * sizeof *series->t);
  kept.f = sg_arena_copy (self->arena, series->f, series->n * sizeof *series->f);
  g_array_append_val (self->series, kept);
  return TRUE;
}

void
sg_eval_read_free (gpointer data)
{
  KeptRead *self = data;

  if (self == NULL)
    return;
  for (guint i = 0; i < self->series->len; i++)
    sg_labels_unref (g_array_index (self->series, KeptSeries, i).labels);
  sg_eval_release (self->eval, self->held);
  g_array_unref (self->series);
  sg_arena_free (self->arena);
  g_free (self);
}

static void
warn_histograms (SgEval *self)
{
  self->stats.has_histograms = TRUE;
  sg_annotations_warn (self->annotations, SG_ANNOTATION_NOWHERE,
                       "native histograms are not evaluated: their samples were left out");
}

/* The floats of @series. Returns: whether it has any */
gboolean
sg_eval_take_floats (SgEval         *self,
                     const SgSeries *series,
                     SgRawSeries    *ret_raw)
{
  SgRawSeries raw = { series->labels, FALSE, NULL, NULL, 0 };

  self->stats.n_series++;
  for (guint i = 0; i < series->n_columns; i++)
    {
      const SgColumn *column = &series->columns[i];

      if (column->kind == SG_VALUE_FLOAT)
        {
          raw.t = column->t;
          raw.f = column->f;
          raw.n = column->n;
        }
      else if (column->n > 0)
        warn_histograms (self);
    }
  self->stats.n_samples += raw.n;
  *ret_raw = raw;
  return raw.n > 0;
}

/* Whether a selector may yield @n series. */
gboolean
sg_eval_check_series (SgEval  *self,
                      guint64  n)
{
  return n <= self->limits.max_series
         || sg_eval_fail (self, SG_PROMQL_ERROR_LIMIT,
                          "the selector yields more than %" G_GUINT64_FORMAT
                          " series: add matchers, or raise the limit of series",
                          self->limits.max_series);
}

void
sg_eval_take_warnings (SgEval      *self,
                       SgSeriesSet *set)
{
  const char *const *warnings = sg_series_set_get_warnings (set);

  for (guint i = 0; warnings != NULL && warnings[i] != NULL; i++)
    sg_annotations_add_foreign (self->annotations, warnings[i]);
}

static gboolean
push_set (SgEval      *self,
          SgSeriesSet *set,
          SgRawSink   *sink)
{
  const SgSeries *series;
  GError *error = NULL;
  SgRawSeries raw;
  guint64 n = 0;

  while (sg_series_set_next (set, &series, &error))
    {
      if (!sg_eval_check_series (self, ++n))
        return FALSE;
      if (sg_eval_take_floats (self, series, &raw)
          && (!sg_eval_work (self, raw.n / 4 + 20) || !sink->push (sink, &raw)))
        return FALSE;
    }
  if (error != NULL)
    return sg_eval_take_error (self, error);
  sg_eval_take_warnings (self, set);
  return sg_eval_check (self);
}

static SgSeriesSet *
select_series (SgEval              *self,
               const SgVectorExpr  *selector,
               const SgSelectHints *hints)
{
  g_autofree const SgMatcher **matchers = g_new (const SgMatcher *, selector->n_matchers);
  SgSeriesSet *set;
  GError *error = NULL;

  for (guint i = 0; i < selector->n_matchers; i++)
    matchers[i] = selector->matchers[i].compiled;
  set = sg_querier_select (self->querier, matchers, selector->n_matchers, hints, self->cancellable,
                           &error);
  if (set == NULL)
    sg_eval_take_error (self, error);
  return set;
}

/* Returns: (transfer full) (nullable): the series of a selector; NULL when it failed */
SgSeriesSet *
sg_eval_select (SgEval     *self,
                SgPlanNode *node)
{
  const SgAggregateExpr *aggregate = node->aggregate;
  g_autofree const char **grouping = NULL;
  SgSelectHints hints = { 0 };

  if (aggregate != NULL)
    {
      grouping = g_new0 (const char *, aggregate->n_grouping + 1);
      if (aggregate->n_grouping > 0)
        memcpy (grouping, aggregate->grouping, aggregate->n_grouping * sizeof *grouping);
      hints.grouping = grouping;
      hints.by = !aggregate->without;
    }
  hints.start = node->time.first;
  hints.end = node->time.last;
  hints.step = node->grid.step;
  hints.range = node->time.range;
  hints.function = node->function != NULL ? node->function->name : NULL;
  hints.max_series = self->limits.max_series;
  return select_series (self, node->selector, &hints);
}

static gboolean
read_alone (SgEval     *self,
            SgPlanNode *node,
            SgRawSink  *sink)
{
  g_autoptr (SgSeriesSet) set = sg_eval_select (self, node);

  return set != NULL && push_set (self, set, sink);
}

/* Pushes those samples of @series that are in the window of @node. */
static gboolean
push_window (SgPlanNode       *node,
             const KeptSeries *series,
             SgRawSink        *sink)
{
  SgRawSeries raw = { series->labels, FALSE, series->t, series->f, series->n };
  gsize end = series->n;
  gsize start = 0;

  while (start < end && series->t[start] < node->time.first)
    start++;
  while (end > start && series->t[end - 1] > node->time.last)
    end--;
  raw.t += start;
  raw.f += start;
  raw.n = end - start;
  return raw.n == 0 || sink->push (sink, &raw);
}

static gboolean
read_shared (SgEval     *self,
             SgPlanNode *node,
             SgRawSink  *sink)
{
  const SgPlanRead *read = &g_array_index (self->plan->reads, SgPlanRead, node->read - 1);
  gpointer *slot = &g_ptr_array_index (self->reads, node->read - 1);
  KeptRead *kept = *slot;

  if (kept == NULL)
    {
      SgSelectHints hints = { .start = read->first, .end = read->last, .step = node->grid.step };
      g_autoptr (SgSeriesSet) set = NULL;

      kept = g_new0 (KeptRead, 1);
      *slot = kept;
      kept->sink.push = kept_push;
      kept->eval = self;
      kept->arena = sg_arena_new ();
      kept->series = g_array_new (FALSE, FALSE, sizeof (KeptSeries));
      hints.max_series = self->limits.max_series;
      set = select_series (self, read->selector, &hints);
      if (set == NULL || !push_set (self, set, &kept->sink))
        return FALSE;
    }
  for (guint i = 0; i < kept->series->len; i++)
    {
      const KeptSeries *series = &g_array_index (kept->series, KeptSeries, i);

      if (!sg_eval_work (self, series->n / 4 + 20) || !push_window (node, series, sink))
        return FALSE;
    }
  return TRUE;
}

/* Pushes what the selector of @node reads, with stale markers. */
gboolean
sg_eval_read (SgEval     *self,
              SgPlanNode *node,
              SgRawSink  *sink)
{
  return node->read > 0 ? read_shared (self, node, sink) : read_alone (self, node, sink);
}

/* From samples to the values at the times of the grid. It changes nothing in itself. */
typedef struct
{
  SgPlanNode *node;
  SgEval *eval;
  gint64 lookback;
  gboolean timestamps;
} Sampling;

static SgTimeMs
get_reference (const SgPlanNode *node,
               guint             i)
{
  return (node->time.has_at ? node->time.at : sg_grid_get_time (&node->grid, i))
         - node->time.offset;
}

static gboolean
sample_newest (const Sampling    *self,
               const SgRawSeries *raw,
               double            *values)
{
  gsize next = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < self->node->grid.n; i++)
    {
      SgTimeMs reference = get_reference (self->node, i);

      next = sg_times_advance (raw->t, raw->n, next, reference);
      if (next > 0 && raw->t[next - 1] > reference - self->lookback
          && !sg_is_stale_nan (raw->f[next - 1]))
        {
          values[i] = self->timestamps ? (double) raw->t[next - 1] / 1000 : raw->f[next - 1];
          any = TRUE;
        }
      else
        values[i] = sg_absent ();
    }
  return any;
}

/* The value at @reference; raw->t[next] is the first sample after it. */
static double
interpolate (const Sampling    *self,
             const SgRawSeries *raw,
             gsize              next,
             SgTimeMs           reference)
{
  gboolean has_before = next > 0 && raw->t[next - 1] > reference - self->lookback;
  gboolean has_after = next < raw->n && raw->t[next] < reference + self->lookback;
  gsize before = next - 1;

  if (!has_before)
    return sg_absent ();
  if (raw->t[before] == reference || !has_after)
    return raw->f[before];
  return raw->f[before]
         + (raw->f[next] - raw->f[before]) * (double) (reference - raw->t[before])
               / (double) (raw->t[next] - raw->t[before]);
}

static gboolean
sample_smoothed (const Sampling    *self,
                 const SgRawSeries *raw,
                 double            *values)
{
  gsize next = 0;
  gboolean any = FALSE;

  for (guint i = 0; i < self->node->grid.n; i++)
    {
      SgTimeMs reference = get_reference (self->node, i);

      next = sg_times_advance (raw->t, raw->n, next, reference);
      values[i] = interpolate (self, raw, next, reference);
      any = any || !sg_is_absent (values[i]);
    }
  return any;
}

static gboolean
make_samples (gpointer           state,
              const SgRawSeries *raw,
              double            *values)
{
  const Sampling *self = state;

  sg_eval_work (self->eval, self->node->grid.n);
  return self->node->selector->smoothed ? sample_smoothed (self, raw, values)
                                        : sample_newest (self, raw, values);
}

static gpointer
copy_sampling (gconstpointer  state,
               SgEval        *eval)
{
  Sampling *copy = g_memdup2 (state, sizeof (Sampling));

  copy->eval = eval;
  return copy;
}

/* Whether there is any: eight samples are tried at once. */
static gboolean
has_stale (const SgRawSeries *raw)
{
  guint any = 0;

  for (gsize i = 0; i < raw->n && any == 0;)
    {
      for (gsize end = MIN (i + 8, raw->n); i < end; i++)
        any |= sg_is_stale_nan (raw->f[i]);
    }
  return any != 0;
}

/* Leaves stale markers out of @raw. Returns: whether any sample is left */
gboolean
sg_freshener_apply (SgFreshener *self,
                    SgRawSeries *raw)
{
  gsize n = 0;

  if (!has_stale (raw))
    return raw->n > 0;
  if (raw->n > self->capacity)
    {
      self->capacity = raw->n;
      self->t = g_renew (SgTimeMs, self->t, raw->n);
      self->f = g_renew (double, self->f, raw->n);
    }
  for (gsize i = 0; i < raw->n; i++)
    {
      self->t[n] = raw->t[i];
      self->f[n] = raw->f[i];
      n += !sg_is_stale_nan (raw->f[i]);
    }
  raw->t = self->t;
  raw->f = self->f;
  raw->n = n;
  return n > 0;
}

void
sg_freshener_clear (SgFreshener *self)
{
  g_free (self->t);
  g_free (self->f);
}

/* Drops stale markers: a raw sink before another. */
typedef struct
{
  SgRawSink sink;
  SgRawSink *next;
  SgFreshener freshener;
} Freshening;

static gboolean
freshening_push (SgRawSink         *sink,
                 const SgRawSeries *raw)
{
  Freshening *self = (Freshening *) sink;
  SgRawSeries fresh = *raw;

  return !sg_freshener_apply (&self->freshener, &fresh) || self->next->push (self->next, &fresh);
}

static gboolean
read_fresh (SgEval     *self,
            SgPlanNode *node,
            SgRawSink  *sink)
{
  Freshening freshening = { { freshening_push }, sink };
  gboolean success = sg_eval_read (self, node, &freshening.sink);

  sg_freshener_clear (&freshening.freshener);
  return success;
}

/* An instant selector; @timestamps: whether the times of the samples are wanted for their values */
gboolean
sg_eval_selector (SgEval       *self,
                  SgPlanNode   *node,
                  gboolean      timestamps,
                  SgVectorSink *sink)
{
  SgColumnMaker maker = { copy_sampling, g_free, make_samples, node->selector->smoothed, FALSE };
  Sampling sampling = { node, self, self->plan->params.lookback, timestamps };

  return sg_eval_columns (self, node, &maker, &sampling, node->grid.n, sink);
}

/* From the columns inside a subquery to samples: a vector sink before a raw sink. */
typedef struct
{
  SgVectorSink sink;
  SgRawSink *next;
  const SgGrid *grid;
  SgTimeMs *t;
  double *f;
} Unrolling;

static gboolean
unrolling_push (SgVectorSink   *sink,
                SgVectorSeries *series)
{
  Unrolling *self = (Unrolling *) sink;
  SgRawSeries raw = { series->labels, series->drop_name, self->t, self->f, 0 };

  for (guint i = 0; i < self->grid->n; i++)
    {
      self->t[raw.n] = sg_grid_get_time (self->grid, i);
      self->f[raw.n] = series->values[i];
      raw.n += !sg_is_absent (series->values[i]);
    }
  return raw.n == 0 || self->next->push (self->next, &raw);
}

static gboolean
eval_subquery (SgEval     *self,
               SgPlanNode *node,
               SgRawSink  *sink)
{
  Unrolling unrolling = { { unrolling_push }, sink, &node->inner, NULL, NULL };
  gboolean success;

  if (node->inner.n == 0)
    return TRUE;
  if (!sg_eval_hold (self, node->inner.n))
    return FALSE;
  unrolling.t = g_new (SgTimeMs, node->inner.n);
  unrolling.f = g_new (double, node->inner.n);
  success = sg_eval_vector (self, node->children[0], node->inner.n, &unrolling.sink);
  g_free (unrolling.t);
  g_free (unrolling.f);
  sg_eval_release (self, node->inner.n);
  return success;
}

/* Pushes the series of a range vector; their samples are those of all ranges together, and more. */
gboolean
sg_eval_matrix (SgEval     *self,
                SgPlanNode *node,
                SgRawSink  *sink)
{
  return node->expr->kind == SG_EXPR_SUBQUERY ? eval_subquery (self, node, sink)
                                              : read_fresh (self, node, sink);
}
