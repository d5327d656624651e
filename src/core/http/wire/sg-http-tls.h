/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-web-config.h"
#include "http/wire/sg-http-connection.h"

G_BEGIN_DECLS

/* A TLS session takes some 50 KiB: no more connections than these with it. */
#define SG_HTTP_TLS_MAX_CONNECTIONS 1000

/**
 * SgHttpTls:
 *
 * Shakes hands with new clients: see sg-http-tls.c.
 */
typedef struct _SgHttpTls SgHttpTls;

/* Called later, not from within sg_http_tls_start(); @is_safe: whether the client may go on. */
typedef void (*SgHttpTlsFunc) (SgHttpConnection *connection,
                               gboolean          is_safe,
                               gpointer          user_data);

SgHttpTls *sg_http_tls_new   (const SgWebConfig *web,
                              GMainContext      *context,
                              SgHttpTlsFunc      done,
                              gpointer           user_data);
void       sg_http_tls_free  (SgHttpTls         *self);
gboolean   sg_http_tls_start (SgHttpTls         *self,
                              SgHttpConnection  *connection);

G_END_DECLS
