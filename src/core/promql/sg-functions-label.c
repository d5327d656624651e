/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include "base/sg-regex.h"

/*
 * Functions that change labels. Series that are called the same then are one, unless they have a value
 * at the same time. Who sets the name of a series keeps it: it does not go at the end of the query.
 */

/* Makes a value of a label from the labels of a series. Returns: whether it is to be set. */
typedef struct _Relabeling Relabeling;
typedef gboolean (*MakeValue) (Relabeling *self, const SgLabels *labels, GString *out);

struct _Relabeling
{
  SgVectorSink sink;
  SgVectorSink *next;
  MakeValue make_value;
  const SgPlanNode *node;
  const char *destination;
  SgRegex *regex;
  GString *value;
};

static gboolean
relabeling_push (SgVectorSink   *sink,
                 SgVectorSeries *series)
{
  Relabeling *self = (Relabeling *) sink;
  SgVectorSeries relabeled = *series;
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (SgLabels) labels = NULL;

  g_string_truncate (self->value, 0);
  if (!self->make_value (self, series->labels, self->value))
    return self->next->push (self->next, series);
  sg_labels_builder_init (&builder, series->labels);
  sg_labels_builder_set (&builder, self->destination, self->value->str);
  labels = sg_labels_builder_build (&builder);
  relabeled.labels = labels;
  if (g_str_equal (self->destination, SG_LABEL_NAME))
    relabeled.drop_name = FALSE;
  return self->next->push (self->next, &relabeled);
}

static gboolean
is_label_name (SgText name)
{
  return name.length > 0 && g_utf8_validate_len (name.text, name.length, NULL);
}

/* Relabels all series of the first argument, then passes on what is left of them. */
static gboolean
relabel (SgEval       *eval,
         Relabeling   *self,
         SgVectorSink *sink)
{
  g_auto (SgVectorMerger) merger = { 0 };
  guint n = self->node->grid.n;
  gboolean success;

  sg_vector_merger_init (&merger, eval, n);
  self->next = &merger.sink;
  self->value = g_string_new (NULL);
  success = sg_eval_vector (eval, self->node->children[0], n, &self->sink);
  g_string_free (self->value, TRUE);
  return success && sg_vector_block_replay (&merger.block, sink);
}

static gboolean
replace_value (Relabeling     *self,
               const SgLabels *labels,
               GString        *out)
{
  const char *source = sg_eval_string (self->node->children[3]).text;
  const char *replacement = sg_eval_string (self->node->children[2]).text;

  return sg_regex_expand (self->regex, sg_labels_get (labels, source), replacement, out)
         == SG_REGEX_MATCH;
}

gboolean
sg_call_label_replace (SgEval       *eval,
                       SgPlanNode   *node,
                       SgVectorSink *sink)
{
  SgText destination = sg_eval_string (node->children[1]);
  const char *pattern = sg_eval_string (node->children[4]).text;
  g_autoptr (SgRegex) regex = sg_regex_new (pattern, SG_REGEX_CAPTURES, NULL);
  Relabeling self = { { relabeling_push }, NULL, replace_value, node, destination.text, regex };

  if (regex == NULL)
    return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION,
                         "invalid regular expression in label_replace(): %s", pattern);
  if (!is_label_name (destination))
    return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION,
                         "invalid destination label name in label_replace(): %s", destination.text);
  return relabel (eval, &self, sink);
}

static gboolean
join_values (Relabeling     *self,
             const SgLabels *labels,
             GString        *out)
{
  SgText separator = sg_eval_string (self->node->children[2]);

  for (guint i = 3; i < self->node->n_children; i++)
    {
      if (i > 3)
        g_string_append_len (out, separator.text, (gssize) separator.length);
      g_string_append (out, sg_labels_get (labels, sg_eval_string (self->node->children[i]).text));
    }
  return TRUE;
}

gboolean
sg_call_label_join (SgEval       *eval,
                    SgPlanNode   *node,
                    SgVectorSink *sink)
{
  SgText destination = sg_eval_string (node->children[1]);
  Relabeling self = { { relabeling_push }, NULL, join_values, node, destination.text };

  for (guint i = 3; i < node->n_children; i++)
    {
      SgText source = sg_eval_string (node->children[i]);

      if (!is_label_name (source))
        return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION,
                             "invalid source label name in label_join(): %s", source.text);
    }
  if (!is_label_name (destination))
    return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION,
                         "invalid destination label name in label_join(): %s", destination.text);
  return relabel (eval, &self, sink);
}
