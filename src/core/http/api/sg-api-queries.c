/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-parse.h"
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"

#define MAX_POINTS 11000

/* query and query_range. Each takes GET, or POST with a form. */

/* What all queries may say besides. */
typedef struct
{
  SgPromqlRequest run;
  guint64 limit;
  gboolean wants_stats;
} Query;

static gboolean
get_common (const SgHttpRequest  *request,
            Query                *query,
            SgHttpResponse      **ret_refusal)
{
  const char *stats = sg_http_request_get_value (request, "stats");

  query->wants_stats = stats != NULL && *stats != '\0';
  return sg_api_get_timeout (request, &query->run.timeout_ms, ret_refusal)
         && sg_api_get_lookback (request, &query->run.lookback_ms, ret_refusal);
}

static SgHttpResponse *
answer_run (SgApi               *self,
            const SgHttpRequest *request,
            SgAst               *ast,
            const Query         *query)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgQuerier) querier = sg_api_get_querier (self, &refusal);
  g_autoptr (SgPromqlResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  SgJsonWriter json;

  if (querier == NULL)
    return refusal;
  result = sg_promql_engine_run (self->backend.engine, querier, ast, &query->run,
                                 sg_http_request_get_cancellable (request), &error);
  if (result == NULL)
    return sg_api_refuse_error (error);
  sg_api_begin (&json);
  if (sg_api_write_result (&json, result, query->limit, query->wants_stats))
    g_strv_builder_add (warnings, SG_API_CUT);
  if (result->warnings != NULL)
    g_strv_builder_addv (warnings, (const char **) result->warnings);
  all = g_strv_builder_end (warnings);
  return sg_api_end (&json, (const char *const *) all, (const char *const *) result->infos);
}

static SgHttpResponse *
answer_query (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgApi *self = user_data;
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = NULL;
  Query query = { 0 };
  SgTimeMs now = sg_clock_now_ms (self->backend.clock);

  if (!sg_api_get_limit (request, &query.limit, &refusal)
      || !sg_api_get_time (request, "time", now, &query.run.start, &refusal)
      || !get_common (request, &query, &refusal))
    return refusal;
  ast = sg_api_parse_query (request, &refusal);
  if (ast == NULL)
    return refusal;
  query.run.end = query.run.start;
  return answer_run (self, request, ast, &query);
}

static gboolean
get_range (const SgHttpRequest  *request,
           SgPromqlRequest      *run,
           SgHttpResponse      **ret_refusal)
{
  if (!sg_api_require_time (request, "start", &run->start, ret_refusal)
      || !sg_api_require_time (request, "end", &run->end, ret_refusal))
    return FALSE;
  if (run->end < run->start)
    {
      *ret_refusal = sg_api_refuse_parameter ("end", "end timestamp must not be before start time");
      return FALSE;
    }
  if (!sg_api_require_duration (request, "step", &run->step, ret_refusal))
    return FALSE;
  run->no_cache = g_strcmp0 (sg_http_request_get_value (request, "nocache"), "1") == 0;
  if (run->step <= 0)
    {
      *ret_refusal = sg_api_refuse_parameter (
          "step", "zero or negative query resolution step widths are not accepted. Try a positive "
                  "integer");
      return FALSE;
    }
  if ((run->end - run->start) / run->step > MAX_POINTS)
    {
      *ret_refusal = sg_api_refuse_data (
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query "
          "resolution (?step=XX)");
      return FALSE;
    }
  return TRUE;
}

static SgHttpResponse *
answer_query_range (const SgHttpRequest *request,
                    gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = NULL;
  Query query = { 0 };

  if (!sg_api_get_limit (request, &query.limit, &refusal)
      || !get_range (request, &query.run, &refusal) || !get_common (request, &query, &refusal))
    return refusal;
  ast = sg_api_parse_query (request, &refusal);
  return ast != NULL ? answer_run (user_data, request, ast, &query) : refusal;
}

const SgApiRoute sg_api_routes_queries[] = {
  { "/api/v1/query", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_query },
  { "/api/v1/query_range", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_query_range },
  { NULL },
};
