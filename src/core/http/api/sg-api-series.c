/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "metrics/sg-escaping.h"
#include "promql/sg-ast.h"

#include <stdlib.h>
#include <string.h>

/*
 * series, labels and label values: what is there, by any of several selectors. The sets that
 * the selectors find are joined.
 */
typedef struct
{
  SgQuerier *querier;
  GPtrArray *selectors;
  SgSelectHints hints;
  guint64 limit;
  GCancellable *cancellable;
} Lookup;

static void
lookup_clear (Lookup *lookup)
{
  g_clear_object (&lookup->querier);
  g_clear_pointer (&lookup->selectors, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lookup, lookup_clear)

/* @name: (nullable): the parameter that a selector's error is told to be of */
static gboolean
lookup_init (Lookup               *lookup,
             SgApi                *api,
             const SgHttpRequest  *request,
             const char           *name,
             SgHttpResponse      **ret_refusal)
{
  g_autoptr (GError) error = NULL;

  lookup->cancellable = sg_http_request_get_cancellable (request);
  if (!sg_api_get_limit (request, &lookup->limit, ret_refusal)
      || !sg_api_get_times (request, &lookup->hints.start, &lookup->hints.end, ret_refusal))
    return FALSE;
  lookup->selectors = sg_api_get_selectors (request, &error);
  if (lookup->selectors == NULL)
    {
      *ret_refusal = name != NULL ? sg_api_refuse_parameter (name, error->message)
                                  : sg_api_refuse_data (error->message);
      return FALSE;
    }
  lookup->querier = sg_api_get_querier (api, ret_refusal);
  return lookup->querier != NULL;
}

/* Before its start no time comes: there is nothing to find. */
static gboolean
lookup_is_empty (const Lookup *lookup)
{
  return lookup->hints.end < lookup->hints.start;
}

static int
compare_texts (const void *a,
               const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Returns: (transfer container): the keys of @set in order, as many as @limit allows */
static gpointer *
sort_keys (GHashTable *set,
           int (*compare) (const void *a, const void *b),
           guint64     limit,
           guint      *ret_n,
           gboolean   *ret_cut)
{
  guint n;
  gpointer *keys = g_hash_table_get_keys_as_array (set, &n);

  qsort (keys, n, sizeof (gpointer), compare);
  *ret_cut = limit > 0 && n > limit;
  *ret_n = *ret_cut ? (guint) limit : n;
  return keys;
}

static const char *const cut_warnings[] = { SG_API_CUT, NULL };

/* Moves the texts of @found into @all, each once. */
static void
join_texts (GHashTable *all,
            GStrv       found)
{
  for (guint i = 0; found[i] != NULL; i++)
    g_hash_table_add (all, found[i]);
  g_free (found);
}

static SgHttpResponse *
answer_texts (GHashTable *all,
              guint64     limit)
{
  gboolean cut;
  guint n;
  g_autofree gpointer *texts = sort_keys (all, compare_texts, limit, &n, &cut);
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_array (&json);
  for (guint i = 0; i < n; i++)
    sg_json_writer_string (&json, texts[i]);
  sg_json_writer_end_array (&json);
  return sg_api_end (&json, cut ? cut_warnings : NULL, NULL);
}

/* @name is the label whose values are wanted, or %NULL for the names of labels. */
static gboolean
look_up_texts (Lookup      *lookup,
               const char  *name,
               GHashTable  *all,
               GError     **error)
{
  guint n = MAX (lookup->selectors->len, 1);

  for (guint i = 0; i < n; i++)
    {
      SgAst *ast = lookup->selectors->len > 0 ? g_ptr_array_index (lookup->selectors, i) : NULL;
      const SgMatcher *const *matchers =
          ast != NULL ? (const SgMatcher *const *) ast->matchers->pdata : NULL;
      gsize n_matchers = ast != NULL ? ast->matchers->len : 0;
      GStrv found = name != NULL
                        ? sg_querier_label_values (lookup->querier, name, matchers, n_matchers,
                                                   &lookup->hints, lookup->cancellable, error)
                        : sg_querier_label_names (lookup->querier, matchers, n_matchers,
                                                  &lookup->hints, lookup->cancellable, error);

      if (found == NULL)
        return FALSE;
      join_texts (all, found);
    }
  return TRUE;
}

static SgHttpResponse *
answer_lookup (SgApi               *self,
               const SgHttpRequest *request,
               const char          *name)
{
  g_auto (Lookup) lookup = { 0 };
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  SgHttpResponse *refusal = NULL;

  if (!lookup_init (&lookup, self, request, NULL, &refusal))
    return refusal;
  if (!lookup_is_empty (&lookup) && !look_up_texts (&lookup, name, all, &error))
    return sg_api_refuse_error (error);
  return answer_texts (all, lookup.limit);
}

static SgHttpResponse *
answer_labels (const SgHttpRequest *request,
               gpointer             user_data)
{
  return answer_lookup (user_data, request, NULL);
}

/* A name outside the classic alphabet comes as "U__" and its characters' codes, or as it is. */
static SgHttpResponse *
answer_label_values (const SgHttpRequest *request,
                     gpointer             user_data)
{
  g_autofree char *name = sg_escaping_unescape_name (sg_http_request_get_param (request, "name"));
  g_autofree char *message = NULL;

  if (sg_label_name_validate (name, NULL))
    return answer_lookup (user_data, request, name);
  message = g_strdup_printf ("invalid label name: \"%s\"", name);
  return sg_api_refuse_data (message);
}

static int
compare_labels (const void *a,
                const void *b)
{
  return sg_labels_compare (*(SgLabels *const *) a, *(SgLabels *const *) b);
}

static SgHttpResponse *
answer_series_sets (GHashTable *all,
                    guint64     limit)
{
  gboolean cut;
  guint n;
  g_autofree gpointer *sets = sort_keys (all, compare_labels, limit, &n, &cut);
  SgJsonWriter json;

  sg_api_begin (&json);
  sg_json_writer_begin_array (&json);
  for (guint i = 0; i < n; i++)
    sg_api_write_labels (&json, sets[i]);
  sg_json_writer_end_array (&json);
  return sg_api_end (&json, cut ? cut_warnings : NULL, NULL);
}

static SgHttpResponse *
answer_series (const SgHttpRequest *request,
               gpointer             user_data)
{
  g_auto (Lookup) lookup = { 0 };
  g_autoptr (GHashTable) all = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func,
                                                      (GDestroyNotify) sg_labels_unref, NULL);
  SgHttpResponse *refusal = NULL;

  if (sg_http_request_get_value (request, "match[]") == NULL)
    return sg_api_refuse_data ("no match[] parameter provided");
  if (!lookup_init (&lookup, user_data, request, "match[]", &refusal))
    return refusal;
  for (guint i = 0; !lookup_is_empty (&lookup) && i < lookup.selectors->len; i++)
    {
      SgAst *ast = g_ptr_array_index (lookup.selectors, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) found =
          sg_querier_series (lookup.querier, (const SgMatcher *const *) ast->matchers->pdata,
                             ast->matchers->len, &lookup.hints, lookup.cancellable, &error);

      if (found == NULL)
        return sg_api_refuse_error (error);
      for (guint j = 0; j < found->len; j++)
        g_hash_table_add (all, sg_labels_ref (g_ptr_array_index (found, j)));
    }
  return answer_series_sets (all, lookup.limit);
}

const SgApiRoute sg_api_routes_series[] = {
  { "/api/v1/series", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_series },
  { "/api/v1/labels", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_labels },
  { "/api/v1/label/:name/values", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_label_values },
  { NULL },
};
