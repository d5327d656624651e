/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-eval-private.h"

#include <string.h>

void
sg_column_clear (double *values,
                 guint   n)
{
  for (guint i = 0; i < n; i++)
    values[i] = sg_absent ();
}

gboolean
sg_column_has_value (const double *values,
                     guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (values[i]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
block_push (SgVectorSink   *sink,
            SgVectorSeries *series)
{
  SgVectorBlock *self = (SgVectorBlock *) sink;

  return sg_vector_block_add (self, series->labels, series->drop_name, series->values);
}

void
sg_vector_block_init (SgVectorBlock *self,
                      SgEval        *eval,
                      guint          n_steps)
{
  self->sink.push = block_push;
  self->eval = eval;
  self->arena = sg_arena_new ();
  self->series = g_array_new (FALSE, FALSE, sizeof (SgVectorSeries));
  self->n_steps = n_steps;
  self->held = 0;
}

void
sg_vector_block_clear (SgVectorBlock *self)
{
  if (self->series == NULL)
    return;
  for (guint i = 0; i < self->series->len; i++)
    sg_labels_unref ((SgLabels *) sg_vector_block_get (self, i)->labels);
  g_clear_pointer (&self->series, g_array_unref);
  g_clear_pointer (&self->arena, sg_arena_free);
  sg_eval_release (self->eval, self->held);
}

/* Returns: (nullable): the values of a new series, not yet set; NULL when there are too many */
static double *
block_reserve (SgVectorBlock  *self,
               const SgLabels *labels,
               gboolean        drop_name)
{
  SgVectorSeries series = { NULL, drop_name, NULL };

  if (!sg_eval_hold (self->eval, self->n_steps))
    return NULL;
  self->held += self->n_steps;
  series.labels = sg_labels_ref (labels);
  series.values = sg_arena_new_array (self->arena, double, self->n_steps);
  g_array_append_val (self->series, series);
  return series.values;
}

/* Copies a series, unless it has no value at all. Returns: FALSE when there are too many. */
gboolean
sg_vector_block_add (SgVectorBlock  *self,
                     const SgLabels *labels,
                     gboolean        drop_name,
                     const double   *values)
{
  double *copy;

  if (!sg_column_has_value (values, self->n_steps))
    return TRUE;
  copy = block_reserve (self, labels, drop_name);
  if (copy == NULL)
    return FALSE;
  memcpy (copy, values, self->n_steps * sizeof (double));
  return sg_eval_work (self->eval, self->n_steps / 8 + 10);
}

/* Returns: (nullable): the values of a new series, each absent; NULL when it failed */
double *
sg_vector_block_add_empty (SgVectorBlock  *self,
                           const SgLabels *labels,
                           gboolean        drop_name)
{
  double *values = block_reserve (self, labels, drop_name);

  if (values == NULL || !sg_eval_work (self->eval, self->n_steps))
    return NULL;
  sg_column_clear (values, self->n_steps);
  return values;
}

/* Pushes copies of all series into @sink. */
gboolean
sg_vector_block_replay (SgVectorBlock *self,
                        SgVectorSink  *sink)
{
  g_autofree double *values = g_new (double, self->n_steps);

  for (guint i = 0; i < self->series->len; i++)
    {
      SgVectorSeries series = *sg_vector_block_get (self, i);

      memcpy (values, series.values, self->n_steps * sizeof (double));
      series.values = values;
      if (!sg_eval_work (self->eval, self->n_steps / 8 + 1) || !sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}

static gboolean
merger_push (SgVectorSink   *sink,
             SgVectorSeries *series)
{
  SgVectorMerger *self = (SgVectorMerger *) sink;
  guint kind = series->drop_name ? 1 : 0;
  SgVectorSeries *merged;
  gboolean added;
  guint number;

  if (!sg_column_has_value (series->values, self->block.n_steps))
    return TRUE;
  number = sg_label_table_add (&self->tables[kind], series->labels, &added);
  if (added)
    {
      number = sg_vector_block_get_n (&self->block);
      g_array_append_val (self->numbers[kind], number);
      return sg_vector_block_add (&self->block, series->labels, series->drop_name, series->values);
    }
  merged = sg_vector_block_get (&self->block, g_array_index (self->numbers[kind], guint, number));
  for (guint i = 0; i < self->block.n_steps; i++)
    {
      if (sg_is_absent (series->values[i]))
        continue;
      if (!sg_is_absent (merged->values[i]))
        return sg_eval_fail (self->block.eval, SG_PROMQL_ERROR_EXECUTION,
                             "vector cannot contain metrics with the same labelset");
      merged->values[i] = series->values[i];
    }
  return TRUE;
}

void
sg_vector_merger_init (SgVectorMerger *self,
                       SgEval         *eval,
                       guint           n_steps)
{
  self->sink.push = merger_push;
  sg_vector_block_init (&self->block, eval, n_steps);
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      sg_label_table_init (&self->tables[i], &sg_label_key_all);
      self->numbers[i] = g_array_new (FALSE, FALSE, sizeof (guint));
    }
}

void
sg_vector_merger_clear (SgVectorMerger *self)
{
  sg_vector_block_clear (&self->block);
  for (guint i = 0; i < G_N_ELEMENTS (self->tables); i++)
    {
      sg_label_table_clear (&self->tables[i]);
      g_clear_pointer (&self->numbers[i], g_array_unref);
    }
}
