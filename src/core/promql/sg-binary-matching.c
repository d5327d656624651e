/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-binary-private.h"

#include "promql/sg-go-text.h"

#include <string.h>

/*
 * Arithmetic and comparison between two vectors.
 *
 * The series of both sides fall into groups by their matching labels. One side may have one series of a
 * group at a time: it is called the one side, the right one but for group_right. The other may have
 * many where group_left or group_right says so. A group mostly has one series on each side for the
 * whole query, and then its columns are simply put together. Otherwise, when series come and go, or when
 * something is to be filled in, each pair is put together where both have values, and pairs whose
 * results are called the same become one series.
 *
 * What is not allowed is found where it happens: two values at one time on the one side, two results
 * that are called the same. At a time when one side has nothing at all nothing is matched, and nothing
 * is wrong, unless something is filled in.
 */

typedef struct
{
  GArray *one;
  guint n_many;
  guint8 *matched;
} MatchGroup;

/* A result. Of simple groups @values are those of the series of the many side. */
typedef struct
{
  SgLabels *labels;
  double *values;
  guint8 *seen;
  const MatchGroup *group;
  gboolean drop_name;
} MatchResult;

typedef struct
{
  SgEval *eval;
  const SgPlanNode *node;
  const SgBinaryExpr *binary;
  const SgMatching *matching;
  gboolean swapped;
  SgVectorBlock many;
  SgVectorBlock one;
  SgVectorBlock merged;
  SgLabelKey key;
  SgLabelTable table;
  GPtrArray *groups;
  guint8 *active;
  GArray *results;
  SgLabelTable result_table;
  GArray *result_numbers;
  guint n;
} Match;

static void
group_free (gpointer data)
{
  MatchGroup *group = data;

  g_array_unref (group->one);
  g_free (group->matched);
  g_free (group);
}

static void
result_clear (gpointer data)
{
  MatchResult *result = data;

  sg_labels_unref (result->labels);
  g_free (result->seen);
}

static void
match_clear (Match *self)
{
  sg_vector_block_clear (&self->many);
  sg_vector_block_clear (&self->one);
  sg_vector_block_clear (&self->merged);
  sg_label_table_clear (&self->table);
  sg_label_table_clear (&self->result_table);
  sg_label_key_clear (&self->key);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->results, g_array_unref);
  g_clear_pointer (&self->result_numbers, g_array_unref);
  g_clear_pointer (&self->active, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Match, match_clear)

/* on (…) keeps its labels; ignoring (…) drops its own, and the name. */
void
sg_matching_key_init (SgLabelKey       *key,
                      const SgMatching *matching)
{
  sg_label_key_init (key, matching->on, matching->labels, matching->n_labels,
                     matching->on ? NULL : SG_LABEL_NAME);
}

static gboolean
fills (const Match *self)
{
  return self->matching->has_fill_left || self->matching->has_fill_right;
}

/* Notes at which times matching takes place. */
static void
find_active (Match *self)
{
  g_autofree guint8 *many = g_new0 (guint8, self->n);

  self->active = g_new0 (guint8, self->n);
  for (guint i = 0; i < sg_vector_block_get_n (&self->many); i++)
    {
      for (guint j = 0; j < self->n; j++)
        many[j] |= !sg_is_absent (sg_vector_block_get (&self->many, i)->values[j]);
    }
  for (guint i = 0; i < sg_vector_block_get_n (&self->one); i++)
    {
      for (guint j = 0; j < self->n; j++)
        self->active[j] |= !sg_is_absent (sg_vector_block_get (&self->one, i)->values[j]);
    }
  for (guint j = 0; j < self->n; j++)
    self->active[j] = fills (self) ? self->active[j] | many[j] : self->active[j] & many[j];
}

static MatchGroup *
get_group (Match          *self,
           const SgLabels *labels)
{
  gboolean added;
  guint number = sg_label_table_add (&self->table, labels, &added);
  MatchGroup *group;

  if (!added)
    return g_ptr_array_index (self->groups, number);
  group = g_new0 (MatchGroup, 1);
  group->one = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (self->groups, group);
  return group;
}

static void
append_labels (GString        *out,
               const SgLabels *labels)
{
  g_string_append_c (out, '{');
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      if (i > 0)
        g_string_append (out, ", ");
      if (sg_label_name_is_classic (label->name))
        g_string_append (out, label->name);
      else
        sg_go_append_quoted (out, label->name, strlen (label->name));
      g_string_append_c (out, '=');
      sg_go_append_quoted (out, label->value, strlen (label->value));
    }
  g_string_append_c (out, '}');
}

static gboolean
fail_duplicate (Match          *self,
                const SgLabels *a,
                const SgLabels *b)
{
  g_autoptr (SgLabels) common = sg_label_key_project (&self->key, a);
  g_autoptr (GString) text = g_string_new ("found duplicate series for the match group ");
  gboolean in_order = sg_labels_compare (a, b) <= 0;

  append_labels (text, common);
  g_string_append_printf (text, " on the %s hand-side of the operation: [",
                          self->swapped ? "left" : "right");
  append_labels (text, in_order ? a : b);
  g_string_append (text, ", ");
  append_labels (text, in_order ? b : a);
  g_string_append (text, "];many-to-many matching not allowed: matching labels must be unique on "
                         "one side");
  return sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION, "%s", text->str);
}

/* Whether no two series of the one side have a value at the same time. */
static gboolean
check_group (Match      *self,
             MatchGroup *group)
{
  for (guint j = 0; j < self->n && group->one->len > 1; j++)
    {
      const SgLabels *first = NULL;

      for (guint i = 0; i < group->one->len && self->active[j]; i++)
        {
          const SgVectorSeries *series =
              sg_vector_block_get (&self->one, g_array_index (group->one, guint, i));

          if (sg_is_absent (series->values[j]))
            continue;
          if (first != NULL)
            return fail_duplicate (self, first, series->labels);
          first = series->labels;
        }
      if (!sg_eval_work (self->eval, group->one->len))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_groups (Match *self)
{
  for (guint i = 0; i < sg_vector_block_get_n (&self->one); i++)
    g_array_append_val (get_group (self, sg_vector_block_get (&self->one, i)->labels)->one, i);
  for (guint i = 0; i < sg_vector_block_get_n (&self->many); i++)
    get_group (self, sg_vector_block_get (&self->many, i)->labels)->n_many++;
  for (guint i = 0; i < self->groups->len; i++)
    {
      if (!check_group (self, g_ptr_array_index (self->groups, i)))
        return FALSE;
    }
  return TRUE;
}

/* What the result of two series is called. */
static SgLabels *
make_labels (Match          *self,
             const SgLabels *many,
             const SgLabels *one)
{
  const SgMatching *matching = self->matching;
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (SgLabels) base =
      sg_binary_changes_metric (self->binary) ? sg_labels_drop_metric (many) : sg_labels_ref (many);

  if (matching->cardinality == SG_CARDINALITY_ONE_TO_ONE)
    {
      g_auto (SgLabelKey) key = { 0 };

      sg_label_key_init (&key, matching->on, matching->labels, matching->n_labels, NULL);
      return sg_label_key_project (&key, base);
    }
  if (matching->n_include == 0)
    return g_steal_pointer (&base);
  sg_labels_builder_init (&builder, base);
  for (guint i = 0; i < matching->n_include; i++)
    sg_labels_builder_set (&builder, matching->include[i],
                           sg_labels_get (one, matching->include[i]));
  return sg_labels_builder_build (&builder);
}

/*
 * Whether the name of a result goes: that of a comparison is the name of the series on the many side, and
 * goes when that is marked to go.
 */
static gboolean
drops_name (const Match          *self,
            const SgVectorSeries *many)
{
  const SgMatching *matching = self->matching;

  if (self->binary->return_bool || sg_binary_changes_metric (self->binary))
    return self->binary->return_bool;
  for (guint i = 0; i < matching->n_include; i++)
    {
      if (g_str_equal (matching->include[i], SG_LABEL_NAME))
        return FALSE;
    }
  return many->drop_name;
}

/* Computes a column of results; @out may be one of the sides. */
static void
compute (Match        *self,
         const double *many,
         const double *one,
         double       *out)
{
  SgOperand left = { self->swapped ? one : many, 0 };
  SgOperand right = { self->swapped ? many : one, 0 };

  sg_arithmetic_apply (self->binary->op, left, right,
                       self->binary->return_bool ? SG_COMPARE_BOOL : SG_COMPARE_KEEP_LEFT, out,
                       self->n);
}

/* A group with one series on each side. */
static void
match_simply (Match                *self,
              const SgVectorSeries *many,
              const SgVectorSeries *one)
{
  MatchResult result = { make_labels (self, many->labels, one->labels), many->values };

  result.drop_name = drops_name (self, many);
  compute (self, many->values, one->values, many->values);
  g_array_append_val (self->results, result);
}

/* Returns: (transfer none) (nullable): the result that is called @labels; NULL: too many samples */
static MatchResult *
get_result (Match          *self,
            const SgLabels *labels)
{
  gboolean added;
  guint number = sg_label_table_add (&self->result_table, labels, &added);
  MatchResult result = { NULL };

  if (added)
    {
      result.values = sg_vector_block_add_empty (&self->merged, labels, FALSE);
      if (result.values == NULL)
        return NULL;
      result.seen = g_new0 (guint8, self->n);
      result.labels = sg_labels_ref (labels);
      g_array_append_val (self->result_numbers, self->results->len);
      g_array_append_val (self->results, result);
    }
  return &g_array_index (self->results, MatchResult,
                         g_array_index (self->result_numbers, guint, number));
}

static gboolean
fail_ambiguous (Match             *self,
                const MatchResult *result,
                const MatchGroup  *group)
{
  if (result->group != group)
    return sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION,
                         "vector cannot contain metrics with the same labelset");
  return sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION,
                       self->matching->cardinality == SG_CARDINALITY_ONE_TO_ONE
                           ? "multiple matches for labels: many-to-one matching must be explicit "
                             "(group_left/group_right)"
                           : "multiple matches for labels: grouping labels must ensure unique "
                             "matches");
}

/*
 * Puts two series together where both have values, and notes where that was. One of them may stand for
 * what was filled in. That there is one match only is wanted even of what a comparison leaves out.
 */
static gboolean
match_pair (Match                *self,
            MatchGroup           *group,
            const SgVectorSeries *many_series,
            const SgVectorSeries *one_series)
{
  const double *many = many_series->values;
  const double *one = one_series->values;
  g_autoptr (SgLabels) labels = make_labels (self, many_series->labels, one_series->labels);
  g_autofree double *values = g_new (double, self->n);
  MatchResult *result = NULL;

  if (group->matched == NULL)
    group->matched = g_new0 (guint8, self->n);
  compute (self, many, one, values);
  for (guint j = 0; j < self->n; j++)
    {
      if (sg_is_absent (many[j]) || sg_is_absent (one[j]) || !self->active[j])
        continue;
      if (result == NULL && (result = get_result (self, labels)) == NULL)
        return FALSE;
      if (result->seen[j]
          || (group->matched[j] && self->matching->cardinality == SG_CARDINALITY_ONE_TO_ONE))
        return fail_ambiguous (self, result, group);
      result->seen[j] = 1;
      result->drop_name = result->drop_name || drops_name (self, many_series);
      result->group = group;
      group->matched[j] = 1;
      result->values[j] = values[j];
    }
  return sg_eval_work (self->eval, self->n * 2);
}

/* A column that has @value wherever the one side of @group has nothing. */
static double *
make_filling (Match      *self,
              MatchGroup *group,
              double      value)
{
  double *filling = g_new (double, self->n);

  for (guint j = 0; j < self->n; j++)
    filling[j] = value;
  for (guint i = 0; i < group->one->len; i++)
    {
      const SgVectorSeries *one =
          sg_vector_block_get (&self->one, g_array_index (group->one, guint, i));

      for (guint j = 0; j < self->n; j++)
        {
          if (!sg_is_absent (one->values[j]))
            filling[j] = sg_absent ();
        }
    }
  return filling;
}

static gboolean
match_series (Match                *self,
              const SgVectorSeries *many)
{
  MatchGroup *group = get_group (self, many->labels);

  if (group->one->len == 1 && group->n_many == 1 && !fills (self))
    {
      match_simply (self, many,
                    sg_vector_block_get (&self->one, g_array_index (group->one, guint, 0)));
      return sg_eval_work (self->eval, self->n);
    }
  for (guint i = 0; i < group->one->len; i++)
    {
      const SgVectorSeries *one =
          sg_vector_block_get (&self->one, g_array_index (group->one, guint, i));

      if (!match_pair (self, group, many, one))
        return FALSE;
    }
  if (self->matching->has_fill_right)
    {
      g_autoptr (SgLabels) common = sg_label_key_project (&self->key, many->labels);
      g_autofree double *filling = make_filling (self, group, self->matching->fill_right);

      return match_pair (self, group, many, &(SgVectorSeries) { common, FALSE, filling });
    }
  return TRUE;
}

/* Fills in the many side where a series of the one side has found nothing. */
static gboolean
fill_many (Match                *self,
           const SgVectorSeries *one)
{
  MatchGroup *group = get_group (self, one->labels);
  g_autoptr (SgLabels) common = sg_label_key_project (&self->key, one->labels);
  g_autofree double *filling = g_new (double, self->n);

  for (guint j = 0; j < self->n; j++)
    filling[j] =
        group->matched != NULL && group->matched[j] ? sg_absent () : self->matching->fill_left;
  return match_pair (self, group, &(SgVectorSeries) { common, FALSE, filling }, one);
}

static gboolean
match_all (Match *self)
{
  for (guint i = 0; i < sg_vector_block_get_n (&self->many); i++)
    {
      if (!match_series (self, sg_vector_block_get (&self->many, i)))
        return FALSE;
    }
  for (guint i = 0; i < sg_vector_block_get_n (&self->one) && self->matching->has_fill_left; i++)
    {
      if (!fill_many (self, sg_vector_block_get (&self->one, i)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
push_results (Match        *self,
              SgVectorSink *sink)
{
  if (sg_token_kind_is_trim (self->binary->op) && self->results->len > 0)
    sg_binary_inform_types (self->eval, self->node);
  for (guint i = 0; i < self->results->len; i++)
    {
      const MatchResult *result = &g_array_index (self->results, MatchResult, i);
      SgVectorSeries series = { result->labels, result->drop_name, result->values };

      if (!sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_eval_matching (SgEval       *eval,
                  SgPlanNode   *node,
                  SgVectorSink *sink)
{
  g_auto (Match) self = { .eval = eval, .node = node, .n = node->grid.n };

  self.binary = &node->expr->binary;
  self.matching = self.binary->matching;
  self.swapped = self.matching->cardinality == SG_CARDINALITY_ONE_TO_MANY;
  self.groups = g_ptr_array_new_with_free_func (group_free);
  self.results = g_array_new (FALSE, FALSE, sizeof (MatchResult));
  self.result_numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_set_clear_func (self.results, result_clear);
  sg_matching_key_init (&self.key, self.matching);
  sg_label_table_init (&self.table, &self.key);
  sg_label_table_init (&self.result_table, &sg_label_key_all);
  sg_vector_block_init (&self.merged, eval, self.n);
  if (!sg_eval_collect (eval, node->children[self.swapped ? 1 : 0], self.n, &self.many)
      || !sg_eval_collect (eval, node->children[self.swapped ? 0 : 1], self.n, &self.one))
    return FALSE;
  find_active (&self);
  return make_groups (&self) && match_all (&self) && push_results (&self, sink);
}
