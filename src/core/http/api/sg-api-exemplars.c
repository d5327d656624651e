/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "promql/sg-parser.h"

/*
 * query_exemplars: the exemplars of all series that a query selects, whatever it makes of them. Those of
 * several selectors are joined, each once; a query with more selectors than MAX_SELECTORS is refused,
 * since each may find all that there are.
 */
#define MAX_SELECTORS 100

typedef struct
{
  SgStore *store;
  SgTimeMs start;
  SgTimeMs end;
  GPtrArray *found;
  GHashTable *seen;
} Search;

/* Two selectors of which this is equal find the same. */
static char *
describe_selector (const SgVectorExpr *vector)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < vector->n_matchers; i++)
    {
      g_autofree char *matcher = sg_matcher_to_string (vector->matchers[i].compiled);

      g_string_append_printf (out, "%s,", matcher);
    }
  return g_string_free (out, FALSE);
}

static gboolean
search_selector (SgExpr   *expr,
                 gpointer  user_data)
{
  Search *search = user_data;
  g_autoptr (GPtrArray) matchers = NULL;

  if (expr->kind != SG_EXPR_VECTOR)
    return TRUE;
  if (!g_hash_table_add (search->seen, describe_selector (&expr->vector))
      || g_hash_table_size (search->seen) > MAX_SELECTORS)
    return FALSE;
  matchers = g_ptr_array_new ();
  for (guint i = 0; i < expr->vector.n_matchers; i++)
    g_ptr_array_add (matchers, expr->vector.matchers[i].compiled);
  g_ptr_array_extend_and_steal (
      search->found,
      sg_store_select_exemplars (search->store, (const SgMatcher *const *) matchers->pdata,
                                 matchers->len, search->start, search->end));
  return TRUE;
}

/* Two selectors may have found the same one: copies of it are equal, and stand together. */
static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const SgSeriesExemplar *left = *(const SgSeriesExemplar *const *) a;
  const SgSeriesExemplar *right = *(const SgSeriesExemplar *const *) b;
  guint64 left_bits = sg_double_to_bits (left->exemplar.value);
  guint64 right_bits = sg_double_to_bits (right->exemplar.value);
  int order = sg_series_exemplar_compare (left, right);

  if (order != 0)
    return order;
  if (left_bits != right_bits)
    return left_bits < right_bits ? -1 : 1;
  return sg_labels_compare (left->exemplar.labels, right->exemplar.labels);
}

static void
write_exemplar (SgJsonWriter           *json,
                const SgSampleExemplar *exemplar)
{
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "labels");
  sg_api_write_labels (json, exemplar->labels);
  sg_json_writer_key (json, "value");
  sg_api_write_value (json, exemplar->value);
  sg_json_writer_key (json, "timestamp");
  sg_api_write_time (json, exemplar->t);
  sg_json_writer_end_object (json);
}

static void
write_found (SgJsonWriter *json,
             GPtrArray    *found)
{
  const SgSeriesExemplar *last = NULL;

  sg_json_writer_begin_array (json);
  for (guint i = 0; i < found->len; i++)
    {
      const SgSeriesExemplar *item = g_ptr_array_index (found, i);

      if (last != NULL && compare_items (&last, &item) == 0)
        continue;
      if (last == NULL || !sg_labels_equal (last->series, item->series))
        {
          if (last != NULL)
            {
              sg_json_writer_end_array (json);
              sg_json_writer_end_object (json);
            }
          sg_json_writer_begin_object (json);
          sg_json_writer_key (json, "seriesLabels");
          sg_api_write_labels (json, item->series);
          sg_json_writer_key (json, "exemplars");
          sg_json_writer_begin_array (json);
        }
      write_exemplar (json, &item->exemplar);
      last = item;
    }
  if (last != NULL)
    {
      sg_json_writer_end_array (json);
      sg_json_writer_end_object (json);
    }
  sg_json_writer_end_array (json);
}

static SgHttpResponse *
answer_found (GPtrArray *found)
{
  SgJsonWriter json;

  g_ptr_array_sort (found, compare_items);
  sg_api_begin (&json);
  write_found (&json, found);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_exemplars (const SgHttpRequest *request,
                  gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  const char *text = sg_http_request_get_value (request, "query");
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autoptr (SgAst) ast = NULL;
  g_autoptr (GError) error = NULL;
  Search search = { NULL };

  if (!sg_api_get_times (request, &search.start, &search.end, &refusal))
    return refusal;
  if (search.end < search.start)
    return sg_api_refuse_data ("end timestamp must not be before start timestamp");
  ast = sg_parser_parse (text != NULL ? text : "", &error);
  if (ast == NULL)
    return sg_api_refuse_data (error->message);
  store = sg_api_get_store (user_data, &refusal);
  if (store == NULL)
    return refusal;
  search.store = store;
  search.found = found = g_ptr_array_new_with_free_func (sg_series_exemplar_free);
  search.seen = seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sg_expr_walk (ast->root, search_selector, &search);
  if (g_hash_table_size (seen) > MAX_SELECTORS)
    return sg_api_refuse_data ("the query has more than " G_STRINGIFY (
        MAX_SELECTORS) " selectors: ask for exemplars with fewer");
  return answer_found (found);
}

const SgApiRoute sg_api_routes_exemplars[] = {
  { "/api/v1/query_exemplars", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_exemplars },
  { NULL },
};
