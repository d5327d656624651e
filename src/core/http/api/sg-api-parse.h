/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-json-writer.h"
#include "http/sg-http-request.h"
#include "http/sg-http-response.h"
#include "promql/sg-ast.h"

G_BEGIN_DECLS

/* The parameter "query", or the answer that says what is wrong with it. */
SgAst *sg_api_parse_query (const SgHttpRequest  *request,
                           SgHttpResponse      **ret_refusal);
/* A syntax tree as parse_query answers it; %NULL is null. */
void   sg_api_write_expr  (SgJsonWriter         *json,
                           const SgExpr         *expr);

G_END_DECLS
