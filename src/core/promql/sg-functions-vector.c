/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"
#include "promql/sg-range-private.h"

/* Notes at which times there is a value at all: a sink for vectors, and one for ranges. */
typedef struct
{
  SgVectorSink sink;
  gboolean *present;
  guint n;
} Presence;

static gboolean
presence_push (SgVectorSink   *sink,
               SgVectorSeries *series)
{
  Presence *self = (Presence *) sink;

  for (guint i = 0; i < self->n; i++)
    self->present[i] = self->present[i] || !sg_is_absent (series->values[i]);
  return TRUE;
}

typedef struct
{
  SgRawSink sink;
  SgEval *eval;
  const SgGrid *grid;
  const SgPlanTime *time;
  gboolean *present;
} RawPresence;

static gboolean
raw_presence_push (SgRawSink         *sink,
                   const SgRawSeries *series)
{
  RawPresence *self = (RawPresence *) sink;
  gsize next = 0;

  for (guint i = 0; i < self->grid->n; i++)
    {
      SgTimeMs end = (self->time->has_at ? self->time->at : sg_grid_get_time (self->grid, i))
                     - self->time->offset;

      next = sg_times_advance (series->t, series->n, next, end);
      self->present[i] =
          self->present[i] || (next > 0 && series->t[next - 1] > end - self->time->range);
    }
  return sg_eval_work (self->eval, self->grid->n);
}

/*
 * Whether the matcher @i says what its label is: the first "=" for that label, and the last matcher. A
 * second matcher for a label takes it away, as it always did in Prometheus.
 */
static gboolean
fixes_label (const SgVectorExpr *selector,
             guint               i)
{
  const SgAstMatcher *matcher = &selector->matchers[i];

  if (matcher->op != SG_TOKEN_EQL || g_str_equal (matcher->name, SG_LABEL_NAME))
    return FALSE;
  for (guint j = 0; j < selector->n_matchers; j++)
    {
      if (j != i && g_str_equal (selector->matchers[j].name, matcher->name)
          && (j > i || selector->matchers[j].op == SG_TOKEN_EQL))
        return FALSE;
    }
  return TRUE;
}

/* What a series that a selector would find has for certain; nothing for what is no selector. */
static SgLabels *
make_absent_labels (const SgPlanNode *node)
{
  const SgVectorExpr *selector = node->selector;
  g_autofree SgLabel *pairs = NULL;
  gsize n = 0;

  if (selector == NULL)
    return sg_labels_get_empty ();
  pairs = g_new (SgLabel, selector->n_matchers);
  for (guint i = 0; i < selector->n_matchers; i++)
    {
      if (fixes_label (selector, i))
        pairs[n++] = (SgLabel) { selector->matchers[i].name, selector->matchers[i].value.text };
    }
  return sg_labels_new (pairs, n);
}

static gboolean
push_absence (SgPlanNode     *node,
              const gboolean *present,
              SgVectorSink   *sink)
{
  g_autoptr (SgLabels) labels = make_absent_labels (node->children[0]);
  g_autofree double *values = g_new (double, node->grid.n);
  SgVectorSeries series = { labels, FALSE, values };

  for (guint i = 0; i < node->grid.n; i++)
    values[i] = present[i] ? sg_absent () : 1;
  return sink->push (sink, &series);
}

gboolean
sg_call_absent (SgEval       *eval,
                SgPlanNode   *node,
                SgVectorSink *sink)
{
  g_autofree gboolean *present = g_new0 (gboolean, node->grid.n);
  Presence presence = { { presence_push }, present, node->grid.n };

  return sg_eval_vector (eval, node->children[0], node->grid.n, &presence.sink)
         && push_absence (node, present, sink);
}

gboolean
sg_call_absent_over_time (SgEval       *eval,
                          SgPlanNode   *node,
                          SgVectorSink *sink)
{
  g_autofree gboolean *present = g_new0 (gboolean, node->grid.n);
  RawPresence presence = {
    { raw_presence_push }, eval, &node->grid, &node->children[0]->time, present
  };

  return sg_eval_matrix (eval, node->children[0], &presence.sink)
         && push_absence (node, present, sink);
}

/* A scalar as a series without labels. */
gboolean
sg_call_vector (SgEval       *eval,
                SgPlanNode   *node,
                SgVectorSink *sink)
{
  g_auto (SgScalarColumn) scalar = { 0 };
  g_autoptr (SgLabels) labels = sg_labels_get_empty ();
  g_autofree double *values = g_new (double, node->grid.n);
  SgVectorSeries series = { labels, FALSE, values };

  if (!sg_eval_scalar (eval, node->children[0], node->grid.n, &scalar))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    values[i] = sg_scalar_at (&scalar, i);
  return sink->push (sink, &series);
}

static gboolean
ignore_push (SgVectorSink   *sink,
             SgVectorSeries *series)
{
  return TRUE;
}

/* What a function of native histograms makes of floats. */
gboolean
sg_call_nothing (SgEval       *eval,
                 SgPlanNode   *node,
                 SgVectorSink *sink)
{
  SgVectorSink ignore = { ignore_push };

  return sg_eval_vector (eval, node->children[0], node->grid.n, &ignore);
}

/* The only value at each time: a sink. */
typedef struct
{
  SgVectorSink sink;
  double *values;
  guint *counts;
  guint n;
} Single;

static gboolean
single_push (SgVectorSink   *sink,
             SgVectorSeries *series)
{
  Single *self = (Single *) sink;

  for (guint i = 0; i < self->n; i++)
    {
      if (sg_is_absent (series->values[i]))
        continue;
      self->values[i] = series->values[i];
      self->counts[i]++;
    }
  return TRUE;
}

/* scalar(): NaN where there is not exactly one series. */
gboolean
sg_scalar_of_vector (SgEval     *eval,
                     SgPlanNode *node,
                     double     *out)
{
  g_autofree guint *counts = g_new0 (guint, node->grid.n);
  Single single = { { single_push }, out, counts, node->grid.n };

  if (!sg_eval_vector (eval, node->children[0], node->grid.n, &single.sink))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    {
      if (counts[i] != 1)
        out[i] = sg_double_from_bits (SG_NORMAL_NAN_BITS);
    }
  return TRUE;
}
