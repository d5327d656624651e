/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SG_HTTP_TYPE_TEXT "text/plain; charset=utf-8"
#define SG_HTTP_TYPE_HTML "text/html; charset=utf-8"
#define SG_HTTP_TYPE_JSON "application/json"

/**
 * SgHttpResponse:
 *
 * What a handler answers: a status, header fields, a body. Made by one thread, then not changed any
 * more; reference-counted. Date, Server, Content-Length, Content-Encoding and the fields that keep
 * browsers from guessing are the server's business.
 */
typedef struct _SgHttpResponse SgHttpResponse;

#define SG_TYPE_HTTP_RESPONSE (sg_http_response_get_type ())

GType           sg_http_response_get_type         (void) G_GNUC_CONST;
SgHttpResponse *sg_http_response_new              (guint           status,
                                                   const char     *content_type,
                                                   GBytes         *body);
SgHttpResponse *sg_http_response_new_text         (guint           status,
                                                   const char     *content_type,
                                                   const char     *body);
SgHttpResponse *sg_http_response_new_json_error   (guint           status,
                                                   const char     *type,
                                                   const char     *message);
SgHttpResponse *sg_http_response_ref              (SgHttpResponse *self);
void            sg_http_response_unref            (SgHttpResponse *self);
void            sg_http_response_set_header       (SgHttpResponse *self,
                                                   const char     *name,
                                                   const char     *value);
void            sg_http_response_append_token     (SgHttpResponse *self,
                                                   const char     *name,
                                                   const char     *token);
guint           sg_http_response_get_status       (SgHttpResponse *self);
const char     *sg_http_response_get_header       (SgHttpResponse *self,
                                                   const char     *name);
GBytes         *sg_http_response_get_body         (SgHttpResponse *self);
void            sg_http_response_set_body         (SgHttpResponse *self,
                                                   GBytes         *body);
void            sg_http_response_foreach_header   (SgHttpResponse *self,
                                                   void          (*func) (const char *name,
                                                                          const char *value,
                                                                          gpointer    user_data),
                                                   gpointer        user_data);
GBytes         *sg_http_response_serialize        (SgHttpResponse *self,
                                                   gboolean        without_body);

/* The errorType that goes with a status, in the words of Prometheus' API where it has one. */
const char     *sg_http_status_get_error_type     (guint           status);
const char     *sg_http_status_get_phrase         (guint           status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpResponse, sg_http_response_unref)

G_END_DECLS
