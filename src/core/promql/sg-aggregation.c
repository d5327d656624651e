/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-aggregation-private.h"

#include "promql/sg-kahan.h"

#include <string.h>

/*
 * Aggregations that take one series after the other: nothing is kept but what each group has come to.
 * A group has up to three numbers for each time: the value, which is absent until the first sample; the
 * correction of Kahan's summation, or the sum of squared differences; and the count.
 */
typedef struct
{
  double *value;
  double *c;
  double *count;
  gboolean *incremental;
  SgLabels *labels;
  gboolean drop_name;
} Group;

typedef void (*Accumulate) (Group *group, const double *values, guint n);
typedef void (*Finish) (Group *group, guint n);

typedef struct
{
  SgVectorSink sink;
  SgEval *eval;
  SgLabelKey key;
  SgLabelTable table;
  GArray *groups;
  SgArena *arena;
  guint n_columns;
  Accumulate accumulate;
  guint n;
  guint64 held;
} Aggregation;

static void
accumulate_sum (Group        *group,
                const double *values,
                guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      if (sg_is_absent (values[i]))
        continue;
      if (sg_is_absent (group->value[i]))
        {
          group->value[i] = values[i];
          group->c[i] = 0;
        }
      else
        sg_kahan_add (values[i], &group->value[i], &group->c[i]);
    }
}

static void
finish_sum (Group *group,
            guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (group->value[i]))
        group->value[i] += group->c[i];
    }
}

/* One more sample for a mean. When the sum would overflow, it becomes a mean that moves on. */
static void
add_to_mean (Group  *group,
             guint   i,
             double  value)
{
  double count = ++group->count[i];
  double share = (count - 1) / count;

  if (!group->incremental[i])
    {
      double sum = group->value[i];
      double c = group->c[i];

      sg_kahan_add (value, &sum, &c);
      if (!isinf (sum))
        {
          group->value[i] = sum;
          group->c[i] = c;
          return;
        }
      group->incremental[i] = TRUE;
      group->value[i] /= count - 1;
      group->c[i] /= count - 1;
    }
  group->value[i] *= share;
  group->c[i] *= share;
  sg_kahan_add (value / count, &group->value[i], &group->c[i]);
}

static void
accumulate_avg (Group        *group,
                const double *values,
                guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      if (sg_is_absent (values[i]))
        continue;
      if (!sg_is_absent (group->value[i]))
        add_to_mean (group, i, values[i]);
      else
        {
          group->value[i] = values[i];
          group->c[i] = 0;
          group->count[i] = 1;
          group->incremental[i] = FALSE;
        }
    }
}

static void
finish_avg (Group *group,
            guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      if (sg_is_absent (group->value[i]))
        continue;
      group->value[i] += group->c[i];
      if (!group->incremental[i])
        group->value[i] /= group->count[i];
    }
}

static void
accumulate_min (Group        *group,
                const double *values,
                guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      double best = group->value[i];

      if (!sg_is_absent (values[i]) && (sg_is_absent (best) || best > values[i] || isnan (best)))
        group->value[i] = values[i];
    }
}

static void
accumulate_max (Group        *group,
                const double *values,
                guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      double best = group->value[i];

      if (!sg_is_absent (values[i]) && (sg_is_absent (best) || best < values[i] || isnan (best)))
        group->value[i] = values[i];
    }
}

static void
accumulate_count (Group        *group,
                  const double *values,
                  guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (values[i]))
        group->value[i] = sg_is_absent (group->value[i]) ? 1 : group->value[i] + 1;
    }
}

static void
accumulate_group (Group        *group,
                  const double *values,
                  guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (values[i]))
        group->value[i] = 1;
    }
}

/* After Welford: the value is the mean, the second number the sum of squared differences. */
static void
accumulate_variance (Group        *group,
                     const double *values,
                     guint         n)
{
  for (guint i = 0; i < n; i++)
    {
      double delta;

      if (sg_is_absent (values[i]))
        continue;
      if (sg_is_absent (group->value[i]))
        {
          group->value[i] = values[i];
          group->count[i] = 1;
          group->c[i] = isfinite (values[i]) ? 0 : NAN;
          continue;
        }
      delta = values[i] - group->value[i];
      group->value[i] += delta / ++group->count[i];
      group->c[i] += delta * (values[i] - group->value[i]);
    }
}

static void
finish_stdvar (Group *group,
               guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (group->value[i]))
        group->value[i] = group->c[i] / group->count[i];
    }
}

static void
finish_stddev (Group *group,
               guint  n)
{
  finish_stdvar (group, n);
  for (guint i = 0; i < n; i++)
    {
      if (!sg_is_absent (group->value[i]))
        group->value[i] = sqrt (group->value[i]);
    }
}

static void
finish_nothing (Group *group,
                guint  n)
{
}

typedef struct
{
  SgTokenKind op;
  guint n_columns;
  Accumulate accumulate;
  Finish finish;
} Method;

static const Method methods[] = {
  { SG_TOKEN_AVG, 3, accumulate_avg, finish_avg },
  { SG_TOKEN_COUNT, 1, accumulate_count, finish_nothing },
  { SG_TOKEN_GROUP, 1, accumulate_group, finish_nothing },
  { SG_TOKEN_MAX, 1, accumulate_max, finish_nothing },
  { SG_TOKEN_MIN, 1, accumulate_min, finish_nothing },
  { SG_TOKEN_STDDEV, 3, accumulate_variance, finish_stddev },
  { SG_TOKEN_STDVAR, 3, accumulate_variance, finish_stdvar },
  { SG_TOKEN_SUM, 2, accumulate_sum, finish_sum },
};

/* @extra: (nullable): one more label that counts, or does not, as those of the grouping */
void
sg_aggregation_key_init (SgLabelKey            *key,
                         const SgAggregateExpr *aggregate,
                         const char            *extra)
{
  sg_label_key_init (key, !aggregate->without, aggregate->grouping, aggregate->n_grouping,
                     aggregate->without ? SG_LABEL_NAME : extra);
}

static gboolean
aggregation_add_group (Aggregation          *self,
                       const SgVectorSeries *series)
{
  Group group = { 0 };
  gsize size = self->n * sizeof (double);

  if (!sg_eval_hold (self->eval, (guint64) self->n * self->n_columns))
    return FALSE;
  self->held += (guint64) self->n * self->n_columns;
  group.value = sg_arena_alloc (self->arena, size);
  sg_column_clear (group.value, self->n);
  if (self->n_columns > 1)
    group.c = sg_arena_alloc (self->arena, size);
  if (self->n_columns > 2)
    {
      group.count = sg_arena_alloc (self->arena, size);
      group.incremental = sg_arena_new_array (self->arena, gboolean, self->n);
    }
  group.labels = sg_label_key_project (&self->key, series->labels);
  group.drop_name = series->drop_name;
  g_array_append_val (self->groups, group);
  return TRUE;
}

static gboolean
aggregation_push (SgVectorSink   *sink,
                  SgVectorSeries *series)
{
  Aggregation *self = (Aggregation *) sink;
  gboolean added;
  guint number;

  if (!sg_column_has_value (series->values, self->n))
    return TRUE;
  number = sg_label_table_add (&self->table, series->labels, &added);
  if (added && !aggregation_add_group (self, series))
    return FALSE;
  self->accumulate (&g_array_index (self->groups, Group, number), series->values, self->n);
  return sg_eval_work (self->eval, self->n + 20);
}

static gboolean
aggregation_finish (Aggregation  *self,
                    Finish        finish,
                    SgVectorSink *sink)
{
  for (guint i = 0; i < self->groups->len; i++)
    {
      Group *group = &g_array_index (self->groups, Group, i);
      SgVectorSeries series = { group->labels, group->drop_name, group->value };

      finish (group, self->n);
      if (!sg_eval_work (self->eval, self->n) || !sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}

static gboolean
eval_by_method (SgEval       *eval,
                SgPlanNode   *node,
                const Method *method,
                SgVectorSink *sink)
{
  Aggregation self = { { aggregation_push }, eval };
  gboolean success;

  self.n = node->grid.n;
  self.n_columns = method->n_columns;
  self.accumulate = method->accumulate;
  self.arena = sg_arena_new ();
  self.groups = g_array_new (FALSE, FALSE, sizeof (Group));
  sg_aggregation_key_init (&self.key, &node->expr->aggregate, NULL);
  sg_label_table_init (&self.table, &self.key);
  success = sg_eval_vector (eval, node->children[0], self.n, &self.sink)
            && aggregation_finish (&self, method->finish, sink);
  for (guint i = 0; i < self.groups->len; i++)
    sg_labels_unref (g_array_index (self.groups, Group, i).labels);
  sg_label_table_clear (&self.table);
  sg_label_key_clear (&self.key);
  g_array_unref (self.groups);
  sg_arena_free (self.arena);
  sg_eval_release (eval, self.held);
  return success;
}

gboolean
sg_eval_aggregate (SgEval       *self,
                   SgPlanNode   *node,
                   SgVectorSink *sink)
{
  SgTokenKind op = node->expr->aggregate.op;

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (methods[i].op == op)
        return eval_by_method (self, node, &methods[i], sink);
    }
  switch ((guint) op)
    {
    case SG_TOKEN_QUANTILE:
      return sg_eval_quantile_groups (self, node, sink);
    case SG_TOKEN_COUNT_VALUES:
      return sg_eval_count_values (self, node, sink);
    case SG_TOKEN_TOPK:
    case SG_TOKEN_BOTTOMK:
      return sg_eval_top (self, node, sink);
    default:
      return sg_eval_limit (self, node, sink);
    }
}
