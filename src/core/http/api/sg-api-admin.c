/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "promql/sg-ast.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * admin/tsdb: deletes samples, gives back their room, copies the store. Always with the token. What was
 * deleted by the first of several selectors stays deleted when a later one fails.
 */
static SgHttpResponse *
refuse_error (const GError *error)
{
  if (g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_READ_ONLY))
    return sg_http_response_new_json_error (503, "unavailable", error->message);
  return sg_api_refuse_error (error);
}

static SgHttpResponse *
answer_delete (const SgHttpRequest *request,
               gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (GPtrArray) selectors = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autoptr (GError) error = NULL;
  SgTimeMs start;
  SgTimeMs end;

  if (sg_http_request_get_value (request, "match[]") == NULL)
    return sg_api_refuse_data ("no match[] parameter provided");
  if (!sg_api_get_times (request, &start, &end, &refusal))
    return refusal;
  selectors = sg_api_get_selectors (request, &error);
  if (selectors == NULL)
    return sg_api_refuse_parameter ("match[]", error->message);
  store = sg_api_get_store (user_data, &refusal);
  if (store == NULL)
    return refusal;
  for (guint i = 0; start <= end && i < selectors->len; i++)
    {
      const SgAst *ast = g_ptr_array_index (selectors, i);

      if (!sg_store_delete (store, (const SgMatcher *const *) ast->matchers->pdata,
                            ast->matchers->len, start, end,
                            sg_http_request_get_cancellable (request), &error))
        return refuse_error (error);
    }
  return sg_http_response_new (204, NULL, NULL);
}

static SgHttpResponse *
answer_clean (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgStore) store = sg_api_get_store (user_data, &refusal);
  g_autoptr (GError) error = NULL;

  if (store == NULL)
    return refusal;
  if (!sg_store_clean_tombstones (store, sg_http_request_get_cancellable (request), &error))
    return refuse_error (error);
  return sg_http_response_new (204, NULL, NULL);
}

static SgHttpResponse *
answer_snapshot (const SgHttpRequest *request,
                 gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgStore) store = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  gboolean skip_head;
  SgJsonWriter json;

  if (!sg_api_get_boolean (request, "skip_head", &skip_head, &refusal)
      || (store = sg_api_get_store (user_data, &refusal)) == NULL)
    return refusal;
  if (!sg_store_snapshot (store, !skip_head, &name, sg_http_request_get_cancellable (request),
                          &error))
    return refuse_error (error);
  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "name");
  sg_json_writer_string (&json, name);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

#define WRITES (SG_HTTP_POST | SG_HTTP_PUT)

const SgApiRoute sg_api_routes_admin[] = {
  { "/api/v1/admin/tsdb/delete_series", WRITES, SG_HTTP_SCOPE_ADMIN, answer_delete },
  { "/api/v1/admin/tsdb/clean_tombstones", WRITES, SG_HTTP_SCOPE_ADMIN, answer_clean },
  { "/api/v1/admin/tsdb/snapshot", WRITES, SG_HTTP_SCOPE_ADMIN, answer_snapshot },
  { NULL },
};
