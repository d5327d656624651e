/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-json-writer.h"
#include "base/sg-querier.h"
#include "http/sg-http-response.h"
#include "promql/sg-promql-result.h"

G_BEGIN_DECLS

/* What is said when there is more than a request wanted to have. */
#define SG_API_CUT "results truncated due to limit"

/* {"status":"success","data": …: what every answer begins with; sg_api_end() closes it. */
void            sg_api_begin        (SgJsonWriter         *json);
/* Closes the answer; "warnings" and "infos" stand in it if there are any. */
SgHttpResponse *sg_api_end          (SgJsonWriter         *json,
                                     const char *const    *warnings,
                                     const char *const    *infos);

void            sg_api_write_labels (SgJsonWriter         *json,
                                     const SgLabels       *labels);
/* Seconds with up to three decimals. */
void            sg_api_write_time   (SgJsonWriter         *json,
                                     SgTimeMs              t);
/* "value" */
void            sg_api_write_value  (SgJsonWriter         *json,
                                     double                value);
/* [seconds, "value"] */
void            sg_api_write_sample (SgJsonWriter         *json,
                                     SgTimeMs              t,
                                     double                value,
                                     gboolean              is_scalar);
/*
 * {"resultType": …, "result": …, "stats": …}, the last where @with_stats asks for it. Returns: whether
 * there are more series than @limit, and some were left out; 0 is no limit.
 */
gboolean        sg_api_write_result (SgJsonWriter         *json,
                                     const SgPromqlResult *result,
                                     guint64               limit,
                                     gboolean              with_stats);

/* The answer to a query that failed: its class decides the status. */
SgHttpResponse *sg_api_refuse_error (const GError         *error);

G_END_DECLS
