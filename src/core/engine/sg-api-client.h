/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-api-answer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgApiClient:
 *
 * Asks Prometheus' API: that of a server, or that over a directory which is opened for reading, and of
 * which no byte is changed. It waits for the answer: for programs without a screen.
 */
typedef struct _SgApiClient SgApiClient;

SgApiClient *sg_api_client_new  (const char          *where,
                                 GError             **error);
void         sg_api_client_free (SgApiClient         *self);
SgApiAnswer *sg_api_client_ask  (SgApiClient         *self,
                                 const char          *path,
                                 const char *const   *parameters,
                                 GCancellable        *cancellable,
                                 GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgApiClient, sg_api_client_free)

G_END_DECLS
