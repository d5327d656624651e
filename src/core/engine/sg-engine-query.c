/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-private.h"

#include "base/sg-compute.h"
#include "promql/sg-parser.h"

/*
 * What is asked of the engine. Each call is one job of the compute pool; the queries of a batch are
 * forked from it, and joined by it. The answers are immutable, so that nobody needs a lock.
 */

typedef struct
{
  guint n_queries;
  SgQuery *queries;
  SgQuerier *querier;
  SgQueryAnswer **answers;
} Batch;

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->n_queries; i++)
    {
      g_free ((char *) batch->queries[i].text);
      g_clear_pointer (&batch->queries[i].base, sg_query_answer_unref);
      g_clear_pointer (&batch->answers[i], sg_query_answer_unref);
    }
  g_clear_object (&batch->querier);
  g_free (batch->queries);
  g_free (batch->answers);
  g_free (batch);
}

static Batch *
batch_new (const SgQuery *queries,
           guint          n_queries)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->n_queries = n_queries;
  batch->queries = g_memdup2 (queries, n_queries * sizeof *queries);
  batch->answers = g_new0 (SgQueryAnswer *, n_queries);
  for (guint i = 0; i < n_queries; i++)
    {
      batch->queries[i].text = g_strdup (queries[i].text);
      if (queries[i].base != NULL)
        sg_query_answer_ref (queries[i].base);
    }
  return batch;
}

static gboolean
take_querier (GTask      *task,
              SgQuerier **ret_querier)
{
  *ret_querier = sg_engine_open_querier (g_task_get_source_object (task));
  if (*ret_querier != NULL)
    return TRUE;
  g_task_return_new_error (task, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                           "the store is not open: wait until the engine has started");
  return FALSE;
}

static SgAst *
parse (SgQueryAnswer *answer)
{
  g_autoptr (GPtrArray) errors = NULL;
  SgAst *ast = sg_parser_parse_full (answer->text, &errors);
  SgParseError *first;

  if (ast != NULL)
    return ast;
  first = g_ptr_array_index (errors, 0);
  answer->place = first->span;
  answer->hint = g_strdup (first->hint);
  answer->error = g_error_new_literal (SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE, first->message);
  return NULL;
}

static gboolean
can_join (const SgQuery       *query,
          const SgQueryAnswer *answer)
{
  return query->base != NULL && query->base->result != NULL && query->step > 0
         && query->base->step == query->step && query->from > query->start
         && query->from <= query->base->end + query->step && query->start >= query->base->start
         && query->base->result->type == SG_VALUE_TYPE_MATRIX;
}

static void
answer_query (gsize    index,
              gpointer data)
{
  GTask *task = data;
  Batch *batch = g_task_get_task_data (task);
  const SgQuery *query = &batch->queries[index];
  SgQueryAnswer *answer = sg_query_answer_new (query->text, query->start, query->end, query->step);
  gint64 began = g_get_monotonic_time ();
  g_autoptr (SgAst) ast = parse (answer);
  gboolean joins = can_join (query, answer);
  SgPromqlRequest request = { joins ? query->from : query->start, query->end, query->step };

  batch->answers[index] = answer;
  if (ast == NULL)
    return;
  answer->result =
      sg_promql_engine_run (sg_engine_get_promql (g_task_get_source_object (task)), batch->querier,
                            ast, &request, g_task_get_cancellable (task), &answer->error);
  if (answer->result != NULL && joins)
    {
      g_autoptr (SgPromqlResult) after = g_steal_pointer (&answer->result);

      answer->result = sg_query_join (query->base->result, after, query->start, query->from);
    }
  answer->duration_us = g_get_monotonic_time () - began;
}

static void
run_batch (gpointer data)
{
  g_autoptr (GTask) task = data;
  Batch *batch = g_task_get_task_data (task);
  GPtrArray *answers;

  if (g_task_return_error_if_cancelled (task) || !take_querier (task, &batch->querier))
    return;
  sg_compute_for (batch->n_queries, answer_query, task);
  /* Let go here: the thread that asked frees the task, and may be the one that draws. */
  g_clear_object (&batch->querier);
  answers = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);
  for (guint i = 0; i < batch->n_queries; i++)
    g_ptr_array_add (answers, g_steal_pointer (&batch->answers[i]));
  g_task_return_pointer (task, answers, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * sg_engine_query_async:
 * @self: an engine
 * @queries: (array length=n_queries): what is asked, at one time or over a range each
 * @n_queries: how many
 * @cancellable: (nullable): ends all of them
 * @callback: called with all the answers
 * @user_data: for @callback
 *
 * Asks several queries at once: what a page needs for one refresh.
 */
void
sg_engine_query_async (SgEngine            *self,
                       const SgQuery       *queries,
                       guint                n_queries,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_query_async);
  g_task_set_task_data (task, batch_new (queries, n_queries), batch_free);
  sg_compute_push (run_batch, task);
}

/**
 * sg_engine_query_finish:
 * @self: an engine
 * @result: from the callback
 * @error: why nothing could be asked
 *
 * Returns: (transfer full) (nullable) (element-type SgQueryAnswer): an answer for each query, in their
 *   order, good or bad
 */
GPtrArray *
sg_engine_query_finish (SgEngine      *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_explanation (gpointer data)
{
  g_autoptr (GTask) task = data;
  Batch *batch = g_task_get_task_data (task);
  GError *error = NULL;
  SgExplanation *explanation;

  if (g_task_return_error_if_cancelled (task) || !take_querier (task, &batch->querier))
    return;
  explanation =
      sg_explanation_make (sg_engine_get_promql (g_task_get_source_object (task)), batch->querier,
                           &batch->queries[0], g_task_get_cancellable (task), &error);
  if (explanation != NULL)
    g_task_return_pointer (task, explanation, (GDestroyNotify) sg_explanation_unref);
  else
    g_task_return_error (task, error);
}

/* Tells what each part of @query comes to. */
void
sg_engine_explain_async (SgEngine            *self,
                         const SgQuery       *query,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_explain_async);
  g_task_set_task_data (task, batch_new (query, 1), batch_free);
  sg_compute_push (run_explanation, task);
}

SgExplanation *
sg_engine_explain_finish (SgEngine      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  char *label;
  char *selector;
  SgTimeMs start;
  SgTimeMs end;
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *lookup = data;

  g_free (lookup->label);
  g_free (lookup->selector);
  g_free (lookup);
}

static GTask *
lookup_task_new (SgEngine            *self,
                 Lookup               lookup,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, g_memdup2 (&lookup, sizeof lookup), lookup_free);
  return task;
}

static GStrv
look_up (const Lookup  *lookup,
         SgQuerier     *querier,
         GCancellable  *cancellable,
         GError       **error)
{
  SgSelectHints hints = { .start = lookup->start, .end = lookup->end };
  g_autoptr (SgAst) ast = NULL;
  const SgMatcher *const *matchers = NULL;
  gsize n_matchers = 0;

  if (lookup->selector != NULL)
    {
      ast = sg_parser_parse_selector (lookup->selector, error);
      if (ast == NULL)
        return NULL;
      matchers = (const SgMatcher *const *) ast->matchers->pdata;
      n_matchers = ast->matchers->len;
    }
  if (lookup->label == NULL)
    return sg_querier_label_names (querier, matchers, n_matchers, &hints, cancellable, error);
  return sg_querier_label_values (querier, lookup->label, matchers, n_matchers, &hints, cancellable,
                                  error);
}

static void
run_lookup (gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (SgQuerier) querier = NULL;
  GError *error = NULL;
  GStrv found;

  if (g_task_return_error_if_cancelled (task) || !take_querier (task, &querier))
    return;
  found = look_up (g_task_get_task_data (task), querier, g_task_get_cancellable (task), &error);
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, error);
}

/**
 * sg_engine_list_labels_async:
 * @self: an engine
 * @label: (nullable): whose values are wanted; %NULL for the names of labels
 * @selector: (nullable): which series count; %NULL for all
 * @start: the first time that counts
 * @end: the last
 * @cancellable: (nullable): ends it
 * @callback: called with the texts
 * @user_data: for @callback
 */
void
sg_engine_list_labels_async (SgEngine            *self,
                             const char          *label,
                             const char          *selector,
                             SgTimeMs             start,
                             SgTimeMs             end,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Lookup lookup = { g_strdup (label), g_strdup (selector), start, end };
  GTask *task = lookup_task_new (self, lookup, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_list_labels_async);
  sg_compute_push (run_lookup, task);
}

/* Returns: (transfer full) (nullable): the texts in order */
GStrv
sg_engine_list_labels_finish (SgEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_catalog (gpointer data)
{
  g_autoptr (GTask) task = data;
  const Lookup *lookup = g_task_get_task_data (task);
  g_autoptr (SgQuerier) querier = NULL;
  GError *error = NULL;
  SgCatalog *catalog;

  if (g_task_return_error_if_cancelled (task) || !take_querier (task, &querier))
    return;
  catalog =
      sg_catalog_make (querier, lookup->start, lookup->end, g_task_get_cancellable (task), &error);
  if (catalog != NULL)
    g_task_return_pointer (task, catalog, (GDestroyNotify) sg_catalog_unref);
  else
    g_task_return_error (task, error);
}

/* Tells which metrics have samples from @start to @end, and what is known of them. */
void
sg_engine_get_catalog_async (SgEngine            *self,
                             SgTimeMs             start,
                             SgTimeMs             end,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Lookup lookup = { NULL, NULL, start, end };
  GTask *task = lookup_task_new (self, lookup, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_get_catalog_async);
  sg_compute_push (run_catalog, task);
}

SgCatalog *
sg_engine_get_catalog_finish (SgEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
run_sources (gpointer data)
{
  g_autoptr (GTask) task = data;
  SgEngine *self = g_task_get_source_object (task);
  const Lookup *lookup = g_task_get_task_data (task);
  g_autoptr (SgMappingList) mappings = NULL;
  g_autoptr (SgTargetList) targets = NULL;
  g_autoptr (SgQuerier) querier = NULL;
  GError *error = NULL;
  SgSourceList *sources;

  if (g_task_return_error_if_cancelled (task) || !take_querier (task, &querier))
    return;
  mappings = sg_engine_get_mappings (self);
  sources = sg_source_list_find (mappings, querier, lookup->start, lookup->end,
                                 g_task_get_cancellable (task), &error);
  if (sources == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  targets = sg_engine_list_targets (self);
  sg_source_list_take_intervals (sources, targets);
  g_task_return_pointer (task, sources, (GDestroyNotify) sg_source_list_unref);
}

void
sg_engine_list_sources_async (SgEngine            *self,
                              SgTimeMs             start,
                              SgTimeMs             end,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  Lookup lookup = { NULL, NULL, start, end };
  GTask *task = lookup_task_new (self, lookup, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_list_sources_async);
  sg_compute_push (run_sources, task);
}

SgSourceList *
sg_engine_list_sources_finish (SgEngine      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
