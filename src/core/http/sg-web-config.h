/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-users.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgWebClients:
 * @SG_WEB_CLIENTS_ANONYMOUS: clients are not asked for a certificate
 * @SG_WEB_CLIENTS_MAY_SHOW: they are asked; none or any will do
 * @SG_WEB_CLIENTS_MUST_SHOW: they need one; any will do
 * @SG_WEB_CLIENTS_MAY_PROVE: they are asked; one that they have must be signed by a known authority
 * @SG_WEB_CLIENTS_MUST_PROVE: they need one, signed by a known authority
 *
 * What is asked of clients over TLS, from the least to the most.
 */
typedef enum
{
  SG_WEB_CLIENTS_ANONYMOUS,
  SG_WEB_CLIENTS_MAY_SHOW,
  SG_WEB_CLIENTS_MUST_SHOW,
  SG_WEB_CLIENTS_MAY_PROVE,
  SG_WEB_CLIENTS_MUST_PROVE,
} SgWebClients;

/**
 * SgWebConfig:
 * @users: (nullable): who may come in with a password
 * @certificate: (nullable): who we are; without it there is no TLS
 * @authorities: (nullable): who signs certificates of clients
 * @clients: what is asked of clients
 * @client_names: (nullable): of these, a client's certificate must have one
 * @min_version: the oldest TLS that is spoken
 * @max_version: the newest
 * @headers: (element-type utf8): names and values in turn, for every response
 *
 * What a web.config.yml says: TLS, users, header fields. Its format is that of Prometheus. Immutable
 * and counted; certificates are loaded, so that using it cannot fail.
 */
typedef struct
{
  int ref_count;
  SgHttpUsers *users;
  GTlsCertificate *certificate;
  GTlsDatabase *authorities;
  SgWebClients clients;
  GStrv client_names;
  GTlsProtocolVersion min_version;
  GTlsProtocolVersion max_version;
  GPtrArray *headers;
} SgWebConfig;

#define SG_TYPE_WEB_CONFIG (sg_web_config_get_type ())

GType        sg_web_config_get_type (void) G_GNUC_CONST;
SgWebConfig *sg_web_config_load     (const char   *path,
                                     GError      **error);
SgWebConfig *sg_web_config_ref      (SgWebConfig  *self);
void         sg_web_config_unref    (SgWebConfig  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgWebConfig, sg_web_config_unref)

G_END_DECLS
