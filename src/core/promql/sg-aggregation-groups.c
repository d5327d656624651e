/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-aggregation-private.h"

#include "promql/sg-go-text.h"
#include "promql/sg-quantile.h"

#include <math.h>
#include <string.h>

/* Aggregations that must see all series of a group: quantile and count_values. */

gboolean
sg_groups_init (SgGroups   *self,
                SgEval     *eval,
                SgPlanNode *node)
{
  self->eval = eval;
  self->node = node;
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  sg_aggregation_key_init (&self->key, &node->expr->aggregate, NULL);
  sg_label_table_init (&self->table, &self->key);
  if (!sg_eval_collect (eval, node->children[0], node->grid.n, &self->block))
    return FALSE;
  for (guint i = 0; i < sg_vector_block_get_n (&self->block); i++)
    {
      gboolean added;
      guint number =
          sg_label_table_add (&self->table, sg_vector_block_get (&self->block, i)->labels, &added);

      if (added)
        g_ptr_array_add (self->members, g_array_new (FALSE, FALSE, sizeof (guint)));
      g_array_append_val (sg_groups_get_members (self, number), i);
    }
  return TRUE;
}

void
sg_groups_clear (SgGroups *self)
{
  sg_vector_block_clear (&self->block);
  sg_label_table_clear (&self->table);
  sg_label_key_clear (&self->key);
  g_clear_pointer (&self->members, g_ptr_array_unref);
}

static void
warn_quantile (SgEval           *eval,
               const SgPlanNode *argument,
               double            q)
{
  g_autofree char *text = NULL;

  if (q >= 0 && q <= 1)
    return;
  text = sg_go_format_general (q);
  sg_annotations_warn (eval->annotations, argument->expr->span.start,
                       "quantile value should be between 0 and 1, got %s", text);
}

static gboolean
push_quantile (SgGroups             *self,
               guint                 group,
               const SgScalarColumn *q,
               SgVectorSink         *sink)
{
  GArray *members = sg_groups_get_members (self, group);
  const SgVectorSeries *first =
      sg_vector_block_get (&self->block, g_array_index (members, guint, 0));
  g_autoptr (SgLabels) labels = sg_label_key_project (&self->key, first->labels);
  g_autofree double *values = g_new (double, self->node->grid.n);
  g_autofree double *scratch = g_new (double, members->len);
  SgVectorSeries series = { labels, first->drop_name, values };

  for (guint i = 0; i < self->node->grid.n; i++)
    {
      gsize n = 0;

      for (guint j = 0; j < members->len; j++)
        {
          double value =
              sg_vector_block_get (&self->block, g_array_index (members, guint, j))->values[i];

          if (!sg_is_absent (value))
            scratch[n++] = value;
        }
      values[i] = n == 0 ? sg_absent () : sg_quantile (sg_scalar_at (q, i), scratch, n);
      if (!sg_eval_work (self->eval, members->len * 4))
        return FALSE;
    }
  return sink->push (sink, &series);
}

gboolean
sg_eval_quantile_groups (SgEval       *eval,
                         SgPlanNode   *node,
                         SgVectorSink *sink)
{
  g_auto (SgGroups) self = { 0 };
  g_auto (SgScalarColumn) q = { 0 };

  if (!sg_eval_scalar (eval, node->children[1], node->grid.n, &q)
      || !sg_groups_init (&self, eval, node))
    return FALSE;
  for (guint i = 0; i < (q.operand.values == NULL ? 1 : node->grid.n); i++)
    warn_quantile (eval, node->children[1], sg_scalar_at (&q, i));
  for (guint i = 0; i < sg_groups_get_n (&self); i++)
    {
      if (!push_quantile (&self, i, &q, sink))
        return FALSE;
    }
  return TRUE;
}

/* Counts the series of each group that have a value: a sink. */
typedef struct
{
  SgVectorSink sink;
  SgEval *eval;
  const char *label;
  SgLabelKey key;
  SgLabelTable table;
  SgVectorBlock block;
} ValueCount;

/* Returns: (nullable): the counts of what @series comes to with the label set to @value */
static double *
find_counts (ValueCount           *self,
             const SgVectorSeries *series,
             double                value)
{
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autofree char *text = sg_go_format_fixed (value);
  g_autoptr (SgLabels) labels = NULL;
  g_autoptr (SgLabels) grouped = NULL;
  gboolean added;
  guint number;

  sg_labels_builder_init (&builder, series->labels);
  sg_labels_builder_set (&builder, self->label, text);
  labels = sg_labels_builder_build (&builder);
  number = sg_label_table_add (&self->table, labels, &added);
  if (!added)
    return sg_vector_block_get (&self->block, number)->values;
  grouped = sg_label_key_project (&self->key, labels);
  return sg_vector_block_add_empty (&self->block, grouped, series->drop_name);
}

static gboolean
value_count_push (SgVectorSink   *sink,
                  SgVectorSeries *series)
{
  ValueCount *self = (ValueCount *) sink;
  double last = sg_absent ();
  double *counts = NULL;

  for (guint i = 0; i < self->block.n_steps; i++)
    {
      double value = series->values[i];

      if (sg_is_absent (value))
        continue;
      if (counts == NULL || sg_double_to_bits (value) != sg_double_to_bits (last))
        {
          counts = find_counts (self, series, value);
          last = value;
          if (counts == NULL || !sg_eval_work (self->eval, 100))
            return FALSE;
        }
      counts[i] = sg_is_absent (counts[i]) ? 1 : counts[i] + 1;
    }
  return TRUE;
}

gboolean
sg_eval_count_values (SgEval       *eval,
                      SgPlanNode   *node,
                      SgVectorSink *sink)
{
  SgText label = sg_eval_string (node->children[1]);
  ValueCount self = { { value_count_push }, eval, label.text };
  gboolean success;

  if (label.length == 0 || !g_utf8_validate_len (label.text, label.length, NULL))
    {
      g_autofree char *quoted = sg_go_quote (label.text, label.length);

      return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION, "invalid label name %s", quoted);
    }
  sg_aggregation_key_init (&self.key, &node->expr->aggregate, label.text);
  sg_label_table_init (&self.table, &self.key);
  sg_vector_block_init (&self.block, eval, node->grid.n);
  success = sg_eval_vector (eval, node->children[0], node->grid.n, &self.sink)
            && sg_vector_block_replay (&self.block, sink);
  sg_vector_block_clear (&self.block);
  sg_label_table_clear (&self.table);
  sg_label_key_clear (&self.key);
  return success;
}
