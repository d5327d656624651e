/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-http-client-config.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgFetchOptions:
 * @accept: (nullable): which formats to ask for
 * @gzip: whether the answer may be compressed
 * @timeout_ms: how long it may take, from the start to the last byte
 * @max_bytes: how long its body may be, as it is sent
 * @form: (nullable): what to send; the request is a POST then; stays until the answer is there
 */
typedef struct
{
  const char *accept;
  gboolean gzip;
  gint64 timeout_ms;
  guint64 max_bytes;
  const char *form;
} SgFetchOptions;

/**
 * SgFetched:
 * @body: what came, as it was sent
 * @content_type: (nullable): what it says that it is
 * @is_gzip: whether it is compressed
 *
 * An answer with the status 200.
 */
typedef struct
{
  GBytes *body;
  char *content_type;
  gboolean is_gzip;
} SgFetched;

/**
 * SgHttpClient:
 *
 * Asks servers as an SgHttpClientConfig says: connections that are kept, who one is, whom to trust. It
 * lives in the main context in which it was made; secrets in files are read when it is made.
 */
typedef struct _SgHttpClient SgHttpClient;

SgHttpClient *sg_http_client_new          (const SgHttpClientConfig  *config);
SgHttpClient *sg_http_client_ref          (SgHttpClient              *self);
void          sg_http_client_unref        (SgHttpClient              *self);
void          sg_http_client_fetch_async  (SgHttpClient              *self,
                                           const char                *url,
                                           const SgFetchOptions      *options,
                                           GCancellable              *cancellable,
                                           GAsyncReadyCallback        callback,
                                           gpointer                   user_data);
SgFetched    *sg_http_client_fetch_finish (GAsyncResult              *result,
                                           GError                   **error);
void          sg_fetched_free             (SgFetched                 *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpClient, sg_http_client_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFetched, sg_fetched_free)

G_END_DECLS
