/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-http-client-config.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgHttpToken:
 *
 * What OAuth 2 gives a program that shows its own name and secret (RFC 6749, 4.4, client credentials): a
 * token, asked for when the first fetch needs it and kept until shortly before it ends. It lives in the
 * main context in which it was made.
 */
typedef struct _SgHttpToken SgHttpToken;

SgHttpToken *sg_http_token_new        (const SgOauth2Config  *config,
                                       GError               **error);
void         sg_http_token_free       (SgHttpToken           *self);
/* Calls back at once when there is a token that is still good. */
void         sg_http_token_get_async  (SgHttpToken           *self,
                                       gint64                 timeout_ms,
                                       GCancellable          *cancellable,
                                       GAsyncReadyCallback    callback,
                                       gpointer               user_data);
/* Returns: (transfer full): what the Authorization field says */
char        *sg_http_token_get_finish (GAsyncResult          *result,
                                       GError               **error);
/* The target does not take it: the next fetch asks for another. */
void         sg_http_token_forget     (SgHttpToken           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpToken, sg_http_token_free)

G_END_DECLS
