/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgBasicAuthConfig:
 *
 * A name and a password, each as it is or in a file that is read when it is needed.
 */
typedef struct
{
  char *username;
  char *username_file;
  char *password;
  char *password_file;
} SgBasicAuthConfig;

/**
 * SgAuthorizationConfig:
 *
 * What the Authorization field says; its type is "Bearer" unless another is set.
 */
typedef struct
{
  char *type;
  char *credentials;
  char *credentials_file;
} SgAuthorizationConfig;

/**
 * SgTlsConfig:
 * @server_name: (nullable): what the certificate must be for, if not the host
 *
 * Whom to trust, and who one is, as PEM text or as files.
 */
typedef struct
{
  char *ca;
  char *cert;
  char *key;
  char *ca_file;
  char *cert_file;
  char *key_file;
  char *server_name;
  char *min_version;
  char *max_version;
  gboolean insecure_skip_verify;
} SgTlsConfig;

/**
 * SgOauth2Config:
 * @scopes: (nullable): what the token is to allow
 * @token_url: where it is asked for
 * @endpoint_params: (nullable) (element-type char*): name, value, name, value …: sent along
 *
 * How a token is got from OAuth 2, and how the server that gives it is spoken to.
 */
typedef struct
{
  char *client_id;
  char *client_secret;
  char *client_secret_file;
  GStrv scopes;
  char *token_url;
  GPtrArray *endpoint_params;
  SgTlsConfig tls;
  char *proxy_url;
  char *no_proxy;
  gboolean proxy_from_environment;
} SgOauth2Config;

/**
 * SgHttpClientConfig:
 * @has_basic_auth: whether @basic_auth is to be used
 * @has_authorization: whether @authorization is
 * @bearer_token: the older way to write @authorization, which it is moved to
 * @oauth2: (nullable): where the token for the Authorization field comes from
 * @headers: (nullable) (element-type char*): field, value, field, value …
 *
 * How a server is spoken to, as every part of the configuration that does so has it.
 */
typedef struct
{
  gboolean has_basic_auth;
  SgBasicAuthConfig basic_auth;
  gboolean has_authorization;
  SgAuthorizationConfig authorization;
  char *bearer_token;
  char *bearer_token_file;
  gboolean has_tls;
  SgTlsConfig tls;
  gboolean follow_redirects;
  gboolean enable_http2;
  char *proxy_url;
  char *no_proxy;
  gboolean proxy_from_environment;
  SgOauth2Config *oauth2;
  GPtrArray *headers;
} SgHttpClientConfig;

G_END_DECLS
