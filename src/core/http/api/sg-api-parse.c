/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-parse.h"

#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "promql/sg-parser.h"
#include "promql/sg-printer.h"

/* What can be said of a query without evaluating it: format_query and parse_query. */

SgAst *
sg_api_parse_query (const SgHttpRequest  *request,
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
answer_format (const SgHttpRequest *request,
               gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = sg_api_parse_query (request, &refusal);
  g_autofree char *text = NULL;
  SgJsonWriter json;

  if (ast == NULL)
    return refusal;
  text = sg_printer_prettify (ast->root);
  sg_api_begin (&json);
  sg_json_writer_string (&json, text);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_parse (const SgHttpRequest *request,
              gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgAst) ast = sg_api_parse_query (request, &refusal);
  SgJsonWriter json;

  if (ast == NULL)
    return refusal;
  sg_api_begin (&json);
  sg_api_write_expr (&json, ast->root);
  return sg_api_end (&json, NULL, NULL);
}

const SgApiRoute sg_api_routes_parse[] = {
  { "/api/v1/format_query", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_format },
  { "/api/v1/parse_query", SG_HTTP_GET | SG_HTTP_POST, SG_HTTP_SCOPE_READ, answer_parse },
  { NULL },
};
