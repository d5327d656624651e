/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "http/sg-http-request.h"
#include "http/sg-http-response.h"

G_BEGIN_DECLS

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
/* A missing one is refused, as for query_range. */
gboolean sg_api_require_time      (const SgHttpRequest  *request,
                                   const char           *name,
                                   SgTimeMs             *ret_t,
                                   SgHttpResponse      **ret_refusal);
gboolean sg_api_require_duration  (const SgHttpRequest  *request,
                                   const char           *name,
                                   gint64               *ret_ms,
                                   SgHttpResponse      **ret_refusal);
gboolean sg_api_get_duration      (const SgHttpRequest  *request,
                                   const char           *name,
                                   gint64                otherwise,
                                   gint64               *ret_ms,
                                   SgHttpResponse      **ret_refusal);
/* A whole number that is not negative; 0 is no limit. */
gboolean sg_api_get_limit         (const SgHttpRequest  *request,
                                   guint64              *ret_limit,
                                   SgHttpResponse      **ret_refusal);

SgHttpResponse *sg_api_refuse_parameter (const char     *name,
                                         const char     *why);

G_END_DECLS
