/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-target-metadata.h"

#include "base/sg-matcher.h"
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-result.h"
#include "promql/sg-parser.h"

#include <string.h>

/*
 * targets/metadata: type, help and unit of the metrics of each target. "match_target" chooses targets by
 * their labels, "metric" one metric, whose name is then not repeated in the answer. What metrics a target
 * has is what series the store has of it; the parts of a histogram or a summary stand for the whole.
 */
typedef struct
{
  SgQuerier *querier;
  GCancellable *cancellable;
  SgAst *chosen;
  const char *metric;
  guint64 limit;
  guint64 n;
  GHashTable *by_name;
  SgJsonWriter *json;
} Answer;

static gboolean
is_chosen (const SgAst    *selector,
           const SgLabels *labels)
{
  for (guint i = 0; selector != NULL && i < selector->matchers->len; i++)
    {
      const SgMatcher *matcher = selector->matchers->pdata[i];

      if (!sg_matcher_matches (matcher, sg_labels_get (labels, sg_matcher_get_name (matcher))))
        return FALSE;
    }
  return TRUE;
}

/* The metadata of @name, or of what it is a part of. */
static const SgMetadata *
find_metadata (Answer     *answer,
               const char *name)
{
  static const char *const parts[] = { "_total", "_bucket", "_sum", "_count", "_info", "_created" };
  const SgMetadata *metadata = g_hash_table_lookup (answer->by_name, name);

  for (guint i = 0; metadata == NULL && i < G_N_ELEMENTS (parts); i++)
    {
      if (g_str_has_suffix (name, parts[i]))
        {
          g_autofree char *whole = g_strndup (name, strlen (name) - strlen (parts[i]));

          metadata = g_hash_table_lookup (answer->by_name, whole);
        }
    }
  return metadata;
}

static void
write_text (SgJsonWriter *json,
            const char   *key,
            const char   *text)
{
  sg_json_writer_key (json, key);
  sg_json_writer_string (json, text != NULL ? text : "");
}

static void
write_metric (Answer           *answer,
              const SgLabels   *target,
              const SgMetadata *metadata)
{
  sg_json_writer_begin_object (answer->json);
  sg_json_writer_key (answer->json, "target");
  sg_api_write_labels (answer->json, target);
  if (answer->metric == NULL)
    write_text (answer->json, "metric", metadata->name);
  write_text (answer->json, "type", metadata->type);
  write_text (answer->json, "help", metadata->help);
  write_text (answer->json, "unit", metadata->unit);
  sg_json_writer_end_object (answer->json);
  answer->n++;
}

/* Returns: (transfer full): the names of the metrics that the store has of a target */
static GStrv
list_names (Answer          *answer,
            const SgLabels  *target,
            GError         **error)
{
  g_autoptr (GPtrArray) matchers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_matcher_unref);
  SgSelectHints hints = { .start = SG_TIME_MS_MIN / 2, .end = SG_TIME_MS_MAX / 2 };

  for (guint i = 0; i < target->n_labels; i++)
    g_ptr_array_add (matchers, sg_matcher_new (SG_MATCH_EQUAL, target->labels[i].name,
                                               target->labels[i].value, NULL));
  return sg_querier_label_values (answer->querier, SG_LABEL_NAME,
                                  (const SgMatcher *const *) matchers->pdata, matchers->len, &hints,
                                  answer->cancellable, error);
}

static gboolean
write_target (Answer          *answer,
              const SgLabels  *target,
              GError         **error)
{
  g_auto (GStrv) names = list_names (answer, target, error);
  g_autoptr (GHashTable) written = g_hash_table_new (NULL, NULL);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL && (answer->limit == 0 || answer->n < answer->limit); i++)
    {
      const SgMetadata *metadata = find_metadata (answer, names[i]);

      if (metadata != NULL && g_hash_table_add (written, (gpointer) metadata)
          && (answer->metric == NULL || g_str_equal (answer->metric, metadata->name)))
        write_metric (answer, target, metadata);
    }
  return TRUE;
}

static gboolean
write_targets (Answer              *answer,
               const SgTargetList  *list,
               GError             **error)
{
  g_autoptr (GPtrArray) all =
      sg_querier_metadata (answer->querier, NULL, answer->cancellable, error);
  gboolean good = all != NULL;

  if (!good)
    return FALSE;
  answer->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < all->len; i++)
    {
      const SgMetadata *metadata = all->pdata[i];

      g_hash_table_insert (answer->by_name, (gpointer) metadata->name, (gpointer) metadata);
    }
  sg_json_writer_begin_array (answer->json);
  for (guint i = 0; i < list->n_targets && good; i++)
    {
      if (is_chosen (answer->chosen, list->targets[i]->labels))
        good = write_target (answer, list->targets[i]->labels, error);
    }
  sg_json_writer_end_array (answer->json);
  g_hash_table_unref (answer->by_name);
  return good;
}

/**
 * sg_api_answer_target_metadata:
 * @request: what is asked
 * @list: the targets
 * @querier: the store
 *
 * Returns: (transfer full): the answer
 */
SgHttpResponse *
sg_api_answer_target_metadata (const SgHttpRequest *request,
                               const SgTargetList  *list,
                               SgQuerier           *querier)
{
  const char *selector = sg_http_request_get_value (request, "match_target");
  const char *metric = sg_http_request_get_value (request, "metric");
  g_autoptr (SgAst) chosen = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (SgJsonWriter) json = { 0 };
  SgHttpResponse *refusal = NULL;
  Answer answer = { .querier = querier,
                    .cancellable = sg_http_request_get_cancellable (request),
                    .metric = metric != NULL && *metric != '\0' ? metric : NULL,
                    .json = &json };

  if (!sg_api_get_limit (request, &answer.limit, &refusal))
    return refusal;
  if (selector != NULL && *selector != '\0')
    {
      chosen = sg_parser_parse_selector (selector, &error);
      if (chosen == NULL)
        return sg_api_refuse_parameter ("match_target", error->message);
    }
  answer.chosen = chosen;
  sg_api_begin (&json);
  if (!write_targets (&answer, list, &error))
    return sg_api_refuse_error (error);
  return sg_api_end (&json, NULL, NULL);
}
