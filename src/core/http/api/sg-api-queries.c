/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "promql/sg-parser.h"
#include "promql/sg-printer.h"

#define MAX_POINTS 11000

/* query, query_range and format_query. Each takes GET, or POST with a form. */

static SgAst *
parse_query (const SgHttpRequest  *request,
             SgHttpResponse      **ret_refusal)
{
  const char *text = sg_http_request_get_value (request, "query");
  g_autoptr (GError) error = NULL;
  SgAst *ast = sg_parser_parse (text != NULL ? text : "", &error);

  if (ast == NULL)
    *ret_refusal = sg_api_refuse_parameter ("query", error->message);
  return ast;
}

static SgHttpResponse *
answer_run (SgApi                 *self,
            const SgHttpRequest   *request,
            SgAst                 *ast,
            const SgPromqlRequest *run)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgQuerier) querier = sg_api_get_querier (self, &refusal);
  g_autoptr (SgPromqlResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SgJsonWriter json;

  if (querier == NULL)
    return refusal;
  result = sg_promql_engine_run (self->engine, querier, ast, run,
                                 sg_http_request_get_cancellable (request), &error);
  if (result == NULL)
    return sg_api_refuse_error (error);
  sg_api_begin (&json);
  sg_api_write_result (&json, result);
  return sg_api_end (&json, (const char *const *) result->warnings,
                     (const char *const *) result->infos);
}

static SgHttpResponse *
answer_query (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgApi *self = user_data;
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = NULL;
  SgPromqlRequest run = { 0 };

  if (!sg_api_get_time (request, "time", sg_clock_now_ms (self->clock), &run.start, &refusal)
      || !sg_api_get_duration (request, "timeout", 0, &run.timeout_ms, &refusal)
      || !sg_api_get_duration (request, "lookback_delta", 0, &run.lookback_ms, &refusal))
    return refusal;
  ast = parse_query (request, &refusal);
  if (ast == NULL)
    return refusal;
  run.end = run.start;
  return answer_run (self, request, ast, &run);
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
      *ret_refusal = sg_http_response_new_json_error (
          400, "bad_data",
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
  SgPromqlRequest run = { 0 };

  if (!get_range (request, &run, &refusal)
      || !sg_api_get_duration (request, "timeout", 0, &run.timeout_ms, &refusal)
      || !sg_api_get_duration (request, "lookback_delta", 0, &run.lookback_ms, &refusal))
    return refusal;
  ast = parse_query (request, &refusal);
  return ast != NULL ? answer_run (user_data, request, ast, &run) : refusal;
}

static SgHttpResponse *
answer_format (const SgHttpRequest *request,
               gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = parse_query (request, &refusal);
  g_autofree char *text = NULL;
  SgJsonWriter json;

  if (ast == NULL)
    return refusal;
  text = sg_printer_prettify (ast->root);
  sg_api_begin (&json);
  sg_json_writer_string (&json, text);
  return sg_api_end (&json, NULL, NULL);
}

void
sg_api_add_queries (SgHttpServer *server,
                    SgApi        *api)
{
  static const struct
  {
    const char *path;
    SgHttpHandler handler;
  } routes[] = {
    { "/api/v1/query", answer_query },
    { "/api/v1/query_range", answer_query_range },
    { "/api/v1/format_query", answer_format },
  };

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    sg_http_server_add_route (server, routes[i].path, SG_HTTP_GET | SG_HTTP_POST,
                              SG_HTTP_SCOPE_READ, routes[i].handler, api, NULL);
}
