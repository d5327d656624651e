/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgHttpMethods:
 * @SG_HTTP_GET: GET, and with it HEAD
 * @SG_HTTP_POST: POST
 * @SG_HTTP_PUT: PUT
 * @SG_HTTP_DELETE: DELETE
 * @SG_HTTP_PATCH: PATCH
 * @SG_HTTP_OPTIONS: OPTIONS, which the server answers itself
 * @SG_HTTP_OTHER: any other; no route has it
 */
typedef enum
{
  SG_HTTP_GET = 1 << 0,
  SG_HTTP_POST = 1 << 1,
  SG_HTTP_PUT = 1 << 2,
  SG_HTTP_DELETE = 1 << 3,
  SG_HTTP_PATCH = 1 << 4,
  SG_HTTP_OPTIONS = 1 << 5,
  SG_HTTP_OTHER = 1 << 6,
} SgHttpMethods;

/**
 * SgHttpRequest:
 *
 * What a client asks for, as its handler sees it: complete, decompressed, within the bounds. It does
 * not change any more and may be kept with a reference.
 */
typedef struct _SgHttpRequest SgHttpRequest;

#define SG_TYPE_HTTP_REQUEST (sg_http_request_get_type ())

GType          sg_http_request_get_type        (void) G_GNUC_CONST;
SgHttpRequest *sg_http_request_ref             (const SgHttpRequest *self);
void           sg_http_request_unref           (SgHttpRequest       *self);

/* HEAD reads as GET: the server leaves the body out. */
SgHttpMethods  sg_http_request_get_method      (const SgHttpRequest *self);
/* The path as it was sent, still percent-encoded. */
const char    *sg_http_request_get_path        (const SgHttpRequest *self);
/* What stands behind the prefix of a route that is one, still percent-encoded. */
const char    *sg_http_request_get_rest        (const SgHttpRequest *self);
/* What stands in the place of ":name" in the route's path, decoded; %NULL when there is none. */
const char    *sg_http_request_get_param       (const SgHttpRequest *self,
                                                const char          *name);
/* Values of a form in the body come before those of the query string, as in Go's net/http. */
const char    *sg_http_request_get_value       (const SgHttpRequest *self,
                                                const char          *name);
const char   **sg_http_request_get_values      (const SgHttpRequest *self,
                                                const char          *name);
/* Several fields of one name are joined by commas; letter case does not count. */
const char    *sg_http_request_get_header      (const SgHttpRequest *self,
                                                const char          *name);
GBytes        *sg_http_request_get_body        (const SgHttpRequest *self);
/* The address of the client, without its port. */
const char    *sg_http_request_get_peer        (const SgHttpRequest *self);
/* Who it is, when it said so with a password; %NULL otherwise. */
const char    *sg_http_request_get_user        (const SgHttpRequest *self);
/* Cancelled when the client goes, when it takes too long, and when the server stops. */
GCancellable  *sg_http_request_get_cancellable (const SgHttpRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpRequest, sg_http_request_unref)

G_END_DECLS
