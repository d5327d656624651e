/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include <string.h>

/*
 * info(v, {matchers}): each series of v gets the labels of the info series that has the same job and
 * instance. Without a matcher for the name, the info metric is target_info. Only the labels that the
 * matchers name are taken, or all when there are none; a label that the series has already stays. Of
 * two info series of one metric the one with the newer sample counts. A series of v for which nothing
 * was found is left out when a matcher does not match the empty value, else it stays as it is; and so
 * does a series that is an info series itself.
 */
#define DEFAULT_METRIC "target_info"

static const char *const identifying[] = { "instance", "job" };

/* The labels that tell info series apart: what they identify, and their metric. */
static const char *const info_names[] = { SG_LABEL_NAME, "instance", "job" };

typedef struct
{
  SgEval *eval;
  SgPlanNode *node;
  const SgVectorExpr *selector;
  GPtrArray *matchers;
  guint n_name_matchers;
  SgLabelKey key;
  SgLabelTable groups;
  GPtrArray *members;
  SgLabelKey metric_key;
  SgVectorBlock base;
  SgVectorBlock info;
  SgVectorMerger merger;
} Info;

static void
info_clear (Info *self)
{
  g_clear_pointer (&self->matchers, g_ptr_array_unref);
  sg_label_table_clear (&self->groups);
  sg_label_key_clear (&self->key);
  sg_label_key_clear (&self->metric_key);
  g_clear_pointer (&self->members, g_ptr_array_unref);
  sg_vector_block_clear (&self->base);
  sg_vector_block_clear (&self->info);
  if (self->merger.block.series != NULL)
    sg_vector_merger_clear (&self->merger);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

static gboolean
is_name_matcher (const SgAstMatcher *matcher)
{
  return g_str_equal (matcher->name, SG_LABEL_NAME);
}

static gboolean
is_negative (const SgAstMatcher *matcher)
{
  return matcher->op == SG_TOKEN_NEQ || matcher->op == SG_TOKEN_NEQ_REGEX;
}

static void
add_matcher (Info        *self,
             SgMatchKind  kind,
             const char  *name,
             const char  *value)
{
  g_ptr_array_add (self->matchers, sg_matcher_new (kind, name, value, NULL));
}

/* The matchers for info series: those for the name first, then those for their labels. */
static void
make_matchers (Info *self)
{
  gboolean positive = FALSE;
  guint n_selector = self->selector != NULL ? self->selector->n_matchers : 0;

  self->matchers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_matcher_unref);
  for (guint i = 0; i < n_selector; i++)
    {
      const SgAstMatcher *matcher = &self->selector->matchers[i];

      if (!is_name_matcher (matcher))
        continue;
      g_ptr_array_add (self->matchers, sg_matcher_ref (matcher->compiled));
      positive = positive || !is_negative (matcher);
    }
  if (self->matchers->len == 0)
    add_matcher (self, SG_MATCH_EQUAL, SG_LABEL_NAME, DEFAULT_METRIC);
  else if (!positive)
    add_matcher (self, SG_MATCH_REGEXP, SG_LABEL_NAME, ".+_info");
  self->n_name_matchers = self->matchers->len;
  for (guint i = 0; i < n_selector; i++)
    {
      if (!is_name_matcher (&self->selector->matchers[i]))
        g_ptr_array_add (self->matchers, sg_matcher_ref (self->selector->matchers[i].compiled));
    }
}

/* Whether @labels are those of an info series. */
static gboolean
is_info_series (const Info     *self,
                const SgLabels *labels)
{
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);

  for (guint i = 0; i < self->n_name_matchers; i++)
    {
      if (!sg_matcher_matches (g_ptr_array_index (self->matchers, i), name))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): the first selector in @node, whose times hold for the info series too */
static const SgPlanNode *
find_selector (const SgPlanNode *node)
{
  if (node->selector != NULL)
    return node;
  for (guint i = 0; i < node->n_children; i++)
    {
      const SgPlanNode *found = find_selector (node->children[i]);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Reads the info series: the times of their samples. */
static gboolean
read_info (Info *self)
{
  const SgPlanNode *first = find_selector (self->node->children[0]);
  SgExpr expr = { .kind = SG_EXPR_VECTOR, .type = SG_VALUE_TYPE_VECTOR };
  SgPlanNode node = { .expr = &expr, .selector = &expr.vector };
  g_autofree SgAstMatcher *matchers = g_new0 (SgAstMatcher, self->matchers->len);

  for (guint i = 0; i < self->matchers->len; i++)
    matchers[i].compiled = g_ptr_array_index (self->matchers, i);
  expr.vector.matchers = matchers;
  expr.vector.n_matchers = self->matchers->len;
  node.grid = self->node->grid;
  if (first != NULL)
    {
      node.time.has_at = first->time.has_at;
      node.time.at = first->time.at;
      node.time.offset = first->time.offset;
    }
  node.time.first = (node.time.has_at ? node.time.at : node.grid.start) - node.time.offset
                    - (self->eval->plan->params.lookback - 1);
  node.time.last =
      (node.time.has_at ? node.time.at : sg_grid_get_end (&node.grid)) - node.time.offset;
  sg_vector_block_init (&self->info, self->eval, node.grid.n);
  return sg_eval_selector (self->eval, &node, TRUE, &self->info.sink);
}

/* Numbers the info series by what they identify; members[i] is a list of those of the group i. */
static void
index_info (Info *self)
{
  sg_label_key_init (&self->key, TRUE, identifying, G_N_ELEMENTS (identifying), NULL);
  sg_label_key_init (&self->metric_key, TRUE, info_names, G_N_ELEMENTS (info_names), NULL);
  sg_label_table_init (&self->groups, &self->key);
  self->members = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < sg_vector_block_get_n (&self->info); i++)
    {
      gboolean added;
      guint group =
          sg_label_table_add (&self->groups, sg_vector_block_get (&self->info, i)->labels, &added);

      if (added)
        g_ptr_array_add (self->members, g_array_new (FALSE, FALSE, sizeof (guint)));
      g_array_append_val ((GArray *) g_ptr_array_index (self->members, group), i);
    }
}

/* Whether the matchers ask for the label @name. */
static gboolean
wants_label (const Info *self,
             const char *name)
{
  gboolean any = FALSE;

  for (guint i = 0; self->selector != NULL && i < self->selector->n_matchers; i++)
    {
      if (is_name_matcher (&self->selector->matchers[i]))
        continue;
      any = TRUE;
      if (g_str_equal (self->selector->matchers[i].name, name))
        return TRUE;
    }
  return !any;
}

/* Whether nothing found means that the series goes. */
static gboolean
needs_match (const Info *self)
{
  for (guint i = self->n_name_matchers; i < self->matchers->len; i++)
    {
      if (!sg_matcher_matches (g_ptr_array_index (self->matchers, i), ""))
        return TRUE;
    }
  return FALSE;
}

/* Whether another info series of the same metric has a newer sample at the time @step. */
static gboolean
is_outdated (Info   *self,
             GArray *members,
             guint   member,
             guint   step)
{
  const SgVectorSeries *series = sg_vector_block_get (&self->info, member);

  for (guint i = 0; i < members->len; i++)
    {
      guint other = g_array_index (members, guint, i);
      const SgVectorSeries *rival = sg_vector_block_get (&self->info, other);

      if (other == member || sg_is_absent (rival->values[step])
          || !sg_label_key_equal (&self->metric_key, rival->labels, series->labels))
        continue;
      if (rival->values[step] == series->values[step])
        {
          g_autofree char *a = sg_labels_to_string (series->labels);
          g_autofree char *b = sg_labels_to_string (rival->labels);

          sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION,
                        "found duplicate series for info metric: existing %s, new %s", a, b);
        }
      if (rival->values[step] > series->values[step])
        return TRUE;
    }
  return FALSE;
}

/* Adds the labels of an info series to @builder, which began as @base. Returns: FALSE on failure. */
static gboolean
add_labels (Info            *self,
            const SgLabels  *base,
            const SgLabels  *info,
            SgLabelsBuilder *builder,
            gboolean        *any)
{
  for (guint i = 0; i < info->n_labels; i++)
    {
      const SgLabel *label = &info->labels[i];
      const char *known;

      if (g_str_equal (label->name, SG_LABEL_NAME) || sg_labels_get (base, label->name)[0] != '\0'
          || !wants_label (self, label->name))
        continue;
      known = sg_labels_builder_get (builder, label->name);
      if (known[0] != '\0' && !g_str_equal (known, label->value))
        return sg_eval_fail (self->eval, SG_PROMQL_ERROR_EXECUTION, "conflicting label: %s",
                             label->name);
      sg_labels_builder_set (builder, label->name, label->value);
      *any = TRUE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): what @base is called at the time @step; NULL: it goes */
static SgLabels *
make_labels (Info           *self,
             const SgLabels *base,
             GArray         *members,
             guint           step)
{
  g_auto (SgLabelsBuilder) builder = { 0 };
  gboolean any = FALSE;

  sg_labels_builder_init (&builder, base);
  for (guint i = 0; members != NULL && i < members->len; i++)
    {
      guint member = g_array_index (members, guint, i);
      const SgVectorSeries *info = sg_vector_block_get (&self->info, member);

      if (sg_is_absent (info->values[step]) || is_outdated (self, members, member, step))
        continue;
      if (!add_labels (self, base, info->labels, &builder, &any))
        return NULL;
    }
  return !any && needs_match (self) ? NULL : sg_labels_builder_build (&builder);
}

static gboolean
push_enriched (Info                 *self,
               const SgVectorSeries *base)
{
  guint group = sg_label_table_find (&self->groups, base->labels);
  GArray *members = group == SG_LABEL_TABLE_NONE ? NULL : g_ptr_array_index (self->members, group);
  g_autofree double *values = g_new (double, self->node->grid.n);

  sg_column_clear (values, self->node->grid.n);
  for (guint i = 0; i < self->node->grid.n; i++)
    {
      g_autoptr (SgLabels) labels = NULL;
      SgVectorSeries series = { NULL, base->drop_name, values };

      if (sg_is_absent (base->values[i]))
        continue;
      labels = make_labels (self, base->labels, members, i);
      if (self->eval->error != NULL || !sg_eval_work (self->eval, 100))
        return FALSE;
      if (labels == NULL)
        continue;
      series.labels = labels;
      values[i] = base->values[i];
      if (!self->merger.sink.push (&self->merger.sink, &series))
        return FALSE;
      values[i] = sg_absent ();
    }
  return TRUE;
}

static gboolean
enrich (Info *self)
{
  for (guint i = 0; i < sg_vector_block_get_n (&self->base); i++)
    {
      SgVectorSeries *series = sg_vector_block_get (&self->base, i);
      gboolean success = is_info_series (self, series->labels)
                             ? self->merger.sink.push (&self->merger.sink, series)
                             : push_enriched (self, series);

      if (!success)
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_call_info (SgEval       *eval,
              SgPlanNode   *node,
              SgVectorSink *sink)
{
  g_auto (Info) self = { .eval = eval, .node = node };

  if (node->n_children > 1)
    self.selector = node->children[1]->selector;
  make_matchers (&self);
  if (!sg_eval_collect (eval, node->children[0], node->grid.n, &self.base) || !read_info (&self))
    return FALSE;
  sg_vector_merger_init (&self.merger, eval, node->grid.n);
  index_info (&self);
  return enrich (&self) && sg_vector_block_replay (&self.merger.block, sink);
}
