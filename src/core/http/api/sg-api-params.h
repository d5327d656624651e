/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "http/sg-http-request.h"
#include "http/sg-http-response.h"

G_BEGIN_DECLS

/* What stands for the times that no request has named: long before and long after all samples. */
#define SG_API_MIN_TIME (SG_TIME_MS_MIN / 2)
#define SG_API_MAX_TIME (SG_TIME_MS_MAX / 2)

/*
 * The parameters of Prometheus' API, from the query string or a form. Each getter fails with the answer
 * to give: bad_data, with the words of Prometheus. A missing or empty parameter is its default.
 */

/* Seconds since 1970 with a fraction, or RFC 3339. */
gboolean sg_api_parse_time        (const char           *text,
                                   SgTimeMs             *ret_t);
/* Seconds with a fraction, or 1h30m. */
gboolean sg_api_parse_duration    (const char           *text,
                                   gint64               *ret_ms);

gboolean sg_api_get_time          (const SgHttpRequest  *request,
                                   const char           *name,
                                   SgTimeMs              otherwise,
                                   SgTimeMs             *ret_t,
                                   SgHttpResponse      **ret_refusal);
/* "start" and "end", which may be missing. */
gboolean sg_api_get_times         (const SgHttpRequest  *request,
                                   SgTimeMs             *ret_start,
                                   SgTimeMs             *ret_end,
                                   SgHttpResponse      **ret_refusal);
/* A missing one is refused, as for query_range. */
gboolean sg_api_require_time      (const SgHttpRequest  *request,
                                   const char           *name,
                                   SgTimeMs             *ret_t,
                                   SgHttpResponse      **ret_refusal);
gboolean sg_api_require_duration  (const SgHttpRequest  *request,
                                   const char           *name,
                                   gint64               *ret_ms,
                                   SgHttpResponse      **ret_refusal);
/* How long a query may take: one that has no time at all is refused with "timeout". */
gboolean sg_api_get_timeout       (const SgHttpRequest  *request,
                                   gint64               *ret_ms,
                                   SgHttpResponse      **ret_refusal);
/* How old a sample may be; 0 for what the engine has. */
gboolean sg_api_get_lookback      (const SgHttpRequest  *request,
                                   gint64               *ret_ms,
                                   SgHttpResponse      **ret_refusal);
/* A whole number that is not negative; 0 is no limit. */
gboolean sg_api_get_limit         (const SgHttpRequest  *request,
                                   guint64              *ret_limit,
                                   SgHttpResponse      **ret_refusal);
/* A whole number; below 0 is no limit, and so is a missing one. */
gboolean sg_api_get_number        (const SgHttpRequest  *request,
                                   const char           *name,
                                   gint64                otherwise,
                                   gint64               *ret_number,
                                   SgHttpResponse      **ret_refusal);
gboolean sg_api_get_boolean       (const SgHttpRequest  *request,
                                   const char           *name,
                                   gboolean             *ret_value,
                                   SgHttpResponse      **ret_refusal);
/* (element-type SgAst): the selectors of "match[]", each with a matcher that "" does not meet. */
GPtrArray *sg_api_get_selectors   (const SgHttpRequest  *request,
                                   GError              **error);

SgHttpResponse *sg_api_refuse_parameter (const char     *name,
                                         const char     *why);
/* 400, bad_data */
SgHttpResponse *sg_api_refuse_data (const char          *message);

G_END_DECLS
