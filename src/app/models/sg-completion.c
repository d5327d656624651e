/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-completion.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *name;
  const char *signature;
  const char *summary;
  const char *example;
} Aggregation;

/* Aggregations are no functions to the language, but to who writes a query they are. */
static const Aggregation aggregations[] = {
  { "avg", "avg by (label, …) (v)", N_ ("The mean of the series of each group."),
    "avg by (instance) (process_resident_memory_bytes)" },
  { "bottomk", "bottomk(k, v)", N_ ("The k series with the smallest values."), "bottomk(3, up)" },
  { "count", "count by (label, …) (v)", N_ ("How many series each group has."),
    "count by (job) (up)" },
  { "count_values", "count_values(\"label\", v)",
    N_ ("How many series have the same value, which becomes a label."),
    "count_values(\"state\", up)" },
  { "group", "group by (label, …) (v)", N_ ("1 for each group that has any series."),
    "group by (job) (up)" },
  { "limit_ratio", "limit_ratio(ratio, v)", N_ ("About that part of the series, always the same."),
    "limit_ratio(0.1, up)" },
  { "limitk", "limitk(k, v)", N_ ("Any k series of each group."), "limitk(3, up)" },
  { "max", "max by (label, …) (v)", N_ ("The greatest value of each group."),
    "max by (job) (process_open_fds)" },
  { "min", "min by (label, …) (v)", N_ ("The smallest value of each group."),
    "min by (job) (process_open_fds)" },
  { "quantile", "quantile(φ, v)", N_ ("The φ-quantile of the values of each group."),
    "quantile(0.95, process_open_fds)" },
  { "stddev", "stddev by (label, …) (v)", N_ ("How far the values of each group lie apart."),
    "stddev(process_open_fds)" },
  { "stdvar", "stdvar by (label, …) (v)", N_ ("The variance of the values of each group."),
    "stdvar(process_open_fds)" },
  { "sum", "sum by (label, …) (v)", N_ ("The sum of the values of each group."),
    "sum by (job) (rate(sightglass_http_requests_total[$rate]))" },
  { "topk", "topk(k, v)", N_ ("The k series with the greatest values."),
    "topk(3, process_open_fds)" },
};

static const struct
{
  const char *word;
  const char *insert;
  const char *summary;
} keywords[] = {
  { "and", "and ", N_ ("The series of the left side that the right side has, too.") },
  { "bool", "bool ", N_ ("After a comparison: 0 or 1 instead of leaving out series.") },
  { "by", "by (", N_ ("The labels that the groups of an aggregation keep.") },
  { "group_left", "group_left ", N_ ("Many series of the left side may match one of the right.") },
  { "group_right", "group_right ",
    N_ ("Many series of the right side may match one of the left.") },
  { "ignoring", "ignoring (", N_ ("The labels that do not count when two sides are matched.") },
  { "offset", "offset ", N_ ("How long before.") },
  { "on", "on (", N_ ("The only labels that count when two sides are matched.") },
  { "or", "or ", N_ ("The series of the left side, and those that only the right side has.") },
  { "unless", "unless ", N_ ("The series of the left side that the right side does not have.") },
  { "without", "without (", N_ ("The labels that the groups of an aggregation leave out.") },
};

static const char *const durations[] = { "1m", "5m", "10m", "15m", "30m", "1h",
                                         "2h", "6h", "12h", "1d",  "7d",  NULL };

typedef struct
{
  SgCompletionItem *item;
  guint rank;
} Proposal;

typedef struct
{
  const char *typed;
  GArray *proposals;
} Proposer;

/* Returns: where in @name the folded @typed begins, the better the less; 3 when nowhere */
static guint
rank_name (const char *name,
           const char *typed)
{
  gsize length = strlen (typed);
  guint rank = 3;

  if (g_ascii_strncasecmp (name, typed, length) == 0)
    return 0;
  for (const char *c = name + 1; name[0] != '\0' && *c != '\0'; c++)
    {
      if (g_ascii_strncasecmp (c, typed, length) != 0)
        continue;
      if (!g_ascii_isalnum (c[-1]))
        return 1;
      rank = 2;
    }
  return rank;
}

/* Adds an item that fits what is typed, and is told of by @document. */
static SgCompletionItem *
propose (Proposer         *self,
         SgCompletionKind  kind,
         const char       *text,
         const char       *insert,
         const char       *detail)
{
  Proposal proposal = { NULL, rank_name (text, self->typed) };

  if (proposal.rank == 3)
    return NULL;
  proposal.item = sg_completion_item_new (kind, text, insert, detail);
  g_array_append_val (self->proposals, proposal);
  return proposal.item;
}

static void
propose_functions (Proposer *self)
{
  for (guint i = 0; i < SG_N_FUNCTIONS; i++)
    {
      const SgFunction *function = sg_function_get ((SgFunctionId) i);
      g_autofree char *insert = g_strconcat (function->name, "(", NULL);
      SgCompletionItem *item =
          propose (self, SG_COMPLETION_FUNCTION, function->name, insert, _ ("function"));

      if (item != NULL)
        sg_completion_item_document (item, function->signature, function->summary,
                                     function->example);
    }
  for (guint i = 0; i < G_N_ELEMENTS (aggregations); i++)
    {
      const Aggregation *aggregation = &aggregations[i];
      g_autofree char *insert = g_strconcat (aggregation->name, "(", NULL);
      SgCompletionItem *item =
          propose (self, SG_COMPLETION_FUNCTION, aggregation->name, insert, _ ("aggregation"));

      if (item != NULL)
        sg_completion_item_document (item, aggregation->signature, _ (aggregation->summary),
                                     aggregation->example);
    }
}

static void
propose_metrics (Proposer  *self,
                 SgCatalog *catalog)
{
  for (guint i = 0; catalog != NULL && i < catalog->n_metrics; i++)
    {
      const SgCatalogMetric *metric = &catalog->metrics[i];
      SgCompletionItem *item =
          propose (self, SG_COMPLETION_METRIC, metric->name, NULL, metric->type);

      if (item != NULL)
        sg_completion_item_document (item, NULL, metric->help, NULL);
    }
}

static void
propose_keywords (Proposer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    {
      SgCompletionItem *item = propose (self, SG_COMPLETION_KEYWORD, keywords[i].word,
                                        keywords[i].insert, _ ("keyword"));

      if (item != NULL)
        sg_completion_item_document (item, NULL, _ (keywords[i].summary), NULL);
    }
}

static void
propose_label (Proposer   *self,
               const char *name,
               guint       n_values,
               gboolean    in_braces)
{
  g_autofree char *detail =
      g_strdup_printf (ngettext ("%u value", "%u values", n_values), n_values);
  g_autofree char *insert = in_braces ? g_strconcat (name, "=\"", NULL) : NULL;

  propose (self, SG_COMPLETION_LABEL, name, insert, detail);
}

/* The labels of the metric, or of all metrics when it is not known. */
static void
propose_labels (Proposer   *self,
                SgCatalog  *catalog,
                const char *metric_name,
                gboolean    in_braces)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const SgCatalogMetric *only =
      catalog != NULL && metric_name != NULL ? sg_catalog_find (catalog, metric_name) : NULL;

  for (guint i = 0; catalog != NULL && i < catalog->n_metrics; i++)
    {
      const SgCatalogMetric *metric = &catalog->metrics[i];

      if (only != NULL && metric != only)
        continue;
      for (guint j = 0; j < metric->n_labels; j++)
        {
          if (g_hash_table_add (seen, metric->labels[j].name))
            propose_label (self, metric->labels[j].name, metric->labels[j].n_values, in_braces);
        }
    }
}

static void
propose_durations (Proposer *self)
{
  for (const SgQueryVariable *variable = sg_query_variables_describe (); variable->name != NULL;
       variable++)
    {
      SgCompletionItem *item;

      if (g_str_equal (variable->name, "$source"))
        continue;
      item = propose (self, SG_COMPLETION_DURATION, variable->name, NULL, _ ("variable"));
      if (item != NULL)
        sg_completion_item_document (item, NULL, variable->value, NULL);
    }
  for (guint i = 0; durations[i] != NULL; i++)
    propose (self, SG_COMPLETION_DURATION, durations[i], NULL, "");
}

static void
propose_values (Proposer          *self,
                const char *const *values)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      g_autofree char *escaped = g_strescape (values[i], NULL);

      propose (self, SG_COMPLETION_VALUE, values[i], escaped, "");
    }
}

/* Metrics come first as long as nothing is typed: nobody knows them all by heart. */
static guint
kind_order (const Proposer   *self,
            SgCompletionItem *item)
{
  gboolean metric = sg_completion_item_get_kind (item) == SG_COMPLETION_METRIC;

  return *self->typed == '\0' ? !metric : metric;
}

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer      data)
{
  const Proposal *left = a;
  const Proposal *right = b;
  guint left_kind = kind_order (data, left->item);
  guint right_kind = kind_order (data, right->item);

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  if (left_kind != right_kind)
    return left_kind < right_kind ? -1 : 1;
  if (sg_completion_item_get_kind (left->item) == SG_COMPLETION_DURATION)
    return 0;
  return strcmp (sg_completion_item_get_text (left->item),
                 sg_completion_item_get_text (right->item));
}

/* The best of them, in order. What is there in full already need not be proposed. */
static GPtrArray *
choose (Proposer *self)
{
  GPtrArray *best = g_ptr_array_new_with_free_func (g_object_unref);

  g_array_sort_with_data (self->proposals, compare, self);
  for (guint i = 0; i < self->proposals->len; i++)
    {
      SgCompletionItem *item = g_array_index (self->proposals, Proposal, i).item;

      if (i < SG_COMPLETION_MAX)
        g_ptr_array_add (best, item);
      else
        g_object_unref (item);
    }
  if (best->len == 1 && g_str_equal (sg_completion_item_get_insert (best->pdata[0]), self->typed))
    g_ptr_array_set_size (best, 0);
  return best;
}

GPtrArray *
sg_completion_propose (const SgQueryContext *context,
                       const char           *text,
                       SgCatalog            *catalog,
                       const char    *const *values)
{
  g_autofree char *typed =
      g_strndup (text + context->typed.start, context->typed.end - context->typed.start);
  g_autoptr (GArray) proposals = g_array_new (FALSE, FALSE, sizeof (Proposal));
  Proposer self = { typed, proposals };

  switch (context->want)
    {
    case SG_QUERY_WANTS_EXPRESSION:
      propose_metrics (&self, catalog);
      propose_functions (&self);
      break;
    case SG_QUERY_WANTS_OPERATOR:
      propose_keywords (&self);
      break;
    case SG_QUERY_WANTS_LABEL:
      propose_labels (&self, catalog, context->metric, context->in_braces);
      break;
    case SG_QUERY_WANTS_VALUE:
      propose_values (&self, values);
      break;
    case SG_QUERY_WANTS_DURATION:
      propose_durations (&self);
      break;
    case SG_QUERY_WANTS_NOTHING:
    default:
      break;
    }
  return choose (&self);
}
