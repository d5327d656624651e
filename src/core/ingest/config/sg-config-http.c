/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include <string.h>

/*
 * How a server is spoken to: who one is, whom to trust, through which proxy, with which header fields.
 * A secret is a text of the file, or another file that is read when it is needed, so that it may change
 * without a reload; no message shows one.
 */

#define FIELD(type, key, kind)                               \
  {                                                          \
#key, kind, G_STRUCT_OFFSET(type, key), NULL, NULL, NULL \
  }
#define BASIC(key, kind)  FIELD (SgBasicAuthConfig, key, kind)
#define AUTH(key, kind)   FIELD (SgAuthorizationConfig, key, kind)
#define TLS(key, kind)    FIELD (SgTlsConfig, key, kind)
#define OAUTH2(key, kind) FIELD (SgOauth2Config, key, kind)
#define HTTP(key, kind)   FIELD (SgHttpClientConfig, key, kind)

static const SgConfigField basic_fields[] = {
  BASIC (username, SG_CONFIG_STRING),
  BASIC (username_file, SG_CONFIG_PATH),
  BASIC (password, SG_CONFIG_STRING),
  BASIC (password_file, SG_CONFIG_PATH),
  { "username_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "password_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigTable basic_table = { basic_fields, G_N_ELEMENTS (basic_fields) };

static const SgConfigField authorization_fields[] = {
  AUTH (type, SG_CONFIG_STRING),
  AUTH (credentials, SG_CONFIG_STRING),
  AUTH (credentials_file, SG_CONFIG_PATH),
  { "credentials_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigTable authorization_table = { authorization_fields,
                                                   G_N_ELEMENTS (authorization_fields) };

static const SgConfigField tls_fields[] = {
  TLS (ca, SG_CONFIG_STRING),
  TLS (cert, SG_CONFIG_STRING),
  TLS (key, SG_CONFIG_STRING),
  TLS (ca_file, SG_CONFIG_PATH),
  TLS (cert_file, SG_CONFIG_PATH),
  TLS (key_file, SG_CONFIG_PATH),
  TLS (server_name, SG_CONFIG_STRING),
  TLS (min_version, SG_CONFIG_STRING),
  TLS (max_version, SG_CONFIG_STRING),
  TLS (insecure_skip_verify, SG_CONFIG_BOOL),
  { "ca_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "cert_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "key_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

const SgConfigTable sg_config_tls_table = { tls_fields, G_N_ELEMENTS (tls_fields) };

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
read_basic_auth (SgConfigReader    *self,
                 const SgYamlNode  *node,
                 gpointer           member,
                 GError           **error)
{
  SgBasicAuthConfig *basic = member;

  if (!sg_config_read (self, &basic_table, node, basic, error))
    return FALSE;
  if (basic->username != NULL && basic->username_file != NULL)
    return sg_config_fail (node, error,
                           "at most one of basic_auth username & username_file must be configured: "
                           "remove one of them");
  if (basic->password != NULL && basic->password_file != NULL)
    return sg_config_fail (node, error,
                           "at most one of basic_auth password & password_file must be configured: "
                           "remove one of them");
  return TRUE;
}

static void
clear_basic_auth (gpointer member)
{
  sg_config_clear (&basic_table, member);
}

static gboolean
read_authorization (SgConfigReader    *self,
                    const SgYamlNode  *node,
                    gpointer           member,
                    GError           **error)
{
  SgAuthorizationConfig *authorization = member;

  if (!sg_config_read (self, &authorization_table, node, authorization, error))
    return FALSE;
  if (authorization->credentials != NULL && authorization->credentials_file != NULL)
    return sg_config_fail (node, error,
                           "at most one of authorization credentials & credentials_file must be "
                           "configured: remove one of them");
  if (authorization->type != NULL)
    g_strstrip (authorization->type);
  if (authorization->type == NULL || *authorization->type == '\0')
    {
      g_free (authorization->type);
      authorization->type = g_strdup ("Bearer");
    }
  if (g_ascii_strcasecmp (authorization->type, "basic") == 0)
    return sg_config_fail (node, error,
                           "authorization type cannot be set to \"basic\": use basic_auth instead");
  return TRUE;
}

static void
clear_authorization (gpointer member)
{
  sg_config_clear (&authorization_table, member);
}

static gboolean
read_tls (SgConfigReader    *self,
          const SgYamlNode  *node,
          gpointer           member,
          GError           **error)
{
  SgTlsConfig *tls = member;

  if (!sg_config_read (self, &sg_config_tls_table, node, tls, error)
      || !sg_config_check_tls (node, tls, error))
    return FALSE;
  if (tls->max_version != NULL && strcmp (tls->max_version, "TLS13") < 0)
    sg_config_warn (self, node,
                    "max_version has no effect: the newest version that both sides know is spoken");
  return TRUE;
}

static void
clear_tls (gpointer member)
{
  sg_config_clear (&sg_config_tls_table, member);
}

static gboolean
read_params (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           member,
             GError           **error)
{
  return sg_config_read_pairs (self, node, FALSE, member, error);
}

static void
clear_params (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

static const SgConfigField oauth2_fields[] = {
  OAUTH2 (client_id, SG_CONFIG_STRING),
  OAUTH2 (client_secret, SG_CONFIG_STRING),
  OAUTH2 (client_secret_file, SG_CONFIG_PATH),
  { "client_secret_ref", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  OAUTH2 (scopes, SG_CONFIG_STRINGS),
  OAUTH2 (token_url, SG_CONFIG_STRING),
  { "endpoint_params", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgOauth2Config, endpoint_params),
    read_params, clear_params, NULL },
  { "tls_config", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgOauth2Config, tls), read_tls, clear_tls,
    NULL },
  OAUTH2 (proxy_url, SG_CONFIG_STRING),
  OAUTH2 (no_proxy, SG_CONFIG_STRING),
  OAUTH2 (proxy_from_environment, SG_CONFIG_BOOL),
  { "proxy_connect_header", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigTable oauth2_table = { oauth2_fields, G_N_ELEMENTS (oauth2_fields) };

static void
clear_oauth2 (gpointer member)
{
  SgOauth2Config **oauth2 = member;

  if (*oauth2 != NULL)
    sg_config_clear (&oauth2_table, *oauth2);
  g_clear_pointer (oauth2, g_free);
}

static gboolean
read_oauth2 (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           member,
             GError           **error)
{
  SgOauth2Config *oauth2 = g_new0 (SgOauth2Config, 1);

  clear_oauth2 (member);
  *(SgOauth2Config **) member = oauth2;
  if (!sg_config_read (self, &oauth2_table, node, oauth2, error))
    return FALSE;
  if (!has_text (oauth2->client_id))
    return sg_config_fail (node, error, "oauth2 client_id must be configured: write it");
  if (!has_text (oauth2->token_url))
    return sg_config_fail (node, error, "oauth2 token_url must be configured: write it");
  if (has_text (oauth2->client_secret) == has_text (oauth2->client_secret_file))
    return sg_config_fail (node, error,
                           has_text (oauth2->client_secret)
                               ? "at most one of oauth2 client_secret & client_secret_file must be "
                                 "configured: remove one of them"
                               : "either oauth2 client_secret or client_secret_file must be "
                                 "configured: write one of them");
  return TRUE;
}

/* http_headers: a mapping of names to { values, secrets, files }. */
static gboolean
read_header (SgConfigReader    *self,
             const SgYamlNode  *key,
             const SgYamlNode  *node,
             GPtrArray         *headers,
             GError           **error)
{
  static const char *const lists[] = { "values", "secrets", "files", NULL };
  const char *name;

  if (!sg_yaml_node_get_string (key, &name, error) || !sg_yaml_node_check_keys (node, lists, error))
    return FALSE;
  if (g_ascii_strcasecmp (name, "Authorization") == 0 || g_ascii_strcasecmp (name, "Host") == 0
      || g_ascii_strcasecmp (name, "Accept-Encoding") == 0)
    return sg_config_fail (key, error, "the header field “%s” cannot be set here: remove it", name);
  for (guint i = 0; lists[i] != NULL; i++)
    {
      const SgYamlNode *list = sg_yaml_node_lookup (node, lists[i]);
      g_auto (GStrv) texts = NULL;

      if (list == NULL || sg_yaml_node_get_kind (list) == SG_YAML_NULL)
        continue;
      if (!sg_config_read_strings (self, list, &texts, error))
        return FALSE;
      for (guint j = 0; texts[j] != NULL; j++)
        {
          gboolean is_file = g_str_equal (lists[i], "files");
          char *value = is_file ? sg_config_make_path (self, texts[j]) : g_strdup (texts[j]);

          if (is_file)
            sg_config_watch (self, value);
          g_ptr_array_add (headers, g_strconcat (is_file ? "@" : "", name, NULL));
          g_ptr_array_add (headers, value);
        }
    }
  return TRUE;
}

static gboolean
read_headers (SgConfigReader    *self,
              const SgYamlNode  *node,
              gpointer           member,
              GError           **error)
{
  GPtrArray **headers = member;

  if (!sg_yaml_node_expect (node, SG_YAML_MAPPING, error))
    return FALSE;
  g_clear_pointer (headers, g_ptr_array_unref);
  *headers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      if (!read_header (self, sg_yaml_node_get_key (node, i), sg_yaml_node_get_item (node, i),
                        *headers, error))
        return FALSE;
    }
  return TRUE;
}

static void
clear_array (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

static const SgConfigField http_fields[] = {
  { "basic_auth", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgHttpClientConfig, basic_auth),
    read_basic_auth, clear_basic_auth, NULL },
  { "authorization", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgHttpClientConfig, authorization),
    read_authorization, clear_authorization, NULL },
  HTTP (bearer_token, SG_CONFIG_STRING),
  HTTP (bearer_token_file, SG_CONFIG_PATH),
  { "tls_config", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgHttpClientConfig, tls), read_tls, clear_tls,
    NULL },
  HTTP (follow_redirects, SG_CONFIG_BOOL),
  HTTP (enable_http2, SG_CONFIG_BOOL),
  HTTP (proxy_url, SG_CONFIG_STRING),
  HTTP (no_proxy, SG_CONFIG_STRING),
  HTTP (proxy_from_environment, SG_CONFIG_BOOL),
  { "proxy_connect_header", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "oauth2", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgHttpClientConfig, oauth2), read_oauth2,
    clear_oauth2, NULL },
  { "http_headers", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgHttpClientConfig, headers), read_headers,
    clear_array, NULL },
};

const SgConfigTable sg_config_http_table = { http_fields, G_N_ELEMENTS (http_fields) };

void
sg_config_init_http (SgHttpClientConfig *http)
{
  http->follow_redirects = TRUE;
  http->enable_http2 = TRUE;
}

static gboolean
is_set (const SgYamlNode *mapping,
        const char       *key)
{
  const SgYamlNode *node = sg_yaml_node_lookup (mapping, key);

  return node != NULL && sg_yaml_node_get_kind (node) != SG_YAML_NULL;
}

static gboolean
check_pair (const SgYamlNode  *mapping,
            const char        *what,
            const char        *inline_text,
            const char        *file,
            GError           **error)
{
  if (inline_text == NULL || file == NULL || *inline_text == '\0' || *file == '\0')
    return TRUE;
  return sg_config_fail (mapping, error,
                         "at most one of %s and %s_file must be configured: remove one of them",
                         what, what);
}

/* Once a tls_config has been read: what must go together, and what must not. */
gboolean
sg_config_check_tls (const SgYamlNode  *mapping,
                     SgTlsConfig       *tls,
                     GError           **error)
{
  static const char *const versions[] = { "TLS10", "TLS11", "TLS12", "TLS13", NULL };
  gboolean has_cert = has_text (tls->cert) || has_text (tls->cert_file);
  gboolean has_key = has_text (tls->key) || has_text (tls->key_file);

  if (!check_pair (mapping, "ca", tls->ca, tls->ca_file, error)
      || !check_pair (mapping, "cert", tls->cert, tls->cert_file, error)
      || !check_pair (mapping, "key", tls->key, tls->key_file, error)
      || !sg_config_check_word (mapping, "min_version", tls->min_version, versions, error)
      || !sg_config_check_word (mapping, "max_version", tls->max_version, versions, error))
    return FALSE;
  if (has_cert != has_key)
    return sg_config_fail (mapping, error,
                           "a client certificate needs both cert and key: write the %s too",
                           has_cert ? "key" : "certificate");
  if (tls->min_version != NULL && tls->max_version != NULL
      && strcmp (tls->min_version, tls->max_version) > 0)
    return sg_config_fail (mapping, error, "min_version is newer than max_version: swap them");
  return TRUE;
}

static gboolean
check_one_way_in (const SgYamlNode  *mapping,
                  GError           **error)
{
  static const char *const ways[] = { "basic_auth", "authorization", "oauth2", "bearer_token",
                                      "bearer_token_file" };
  const char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      if (!is_set (mapping, ways[i]))
        continue;
      if (first != NULL)
        return sg_config_fail (sg_yaml_node_lookup (mapping, ways[i]), error,
                               "at most one of basic_auth, authorization, oauth2, bearer_token & "
                               "bearer_token_file must be configured: remove %s or %s",
                               first, ways[i]);
      first = ways[i];
    }
  return TRUE;
}

static gboolean
check_proxy (const SgYamlNode          *mapping,
             const SgHttpClientConfig  *http,
             GError                   **error)
{
  g_autoptr (GUri) uri = NULL;

  if (http->proxy_from_environment && (has_text (http->proxy_url) || has_text (http->no_proxy)))
    return sg_config_fail (mapping, error,
                           "if proxy_from_environment is configured, proxy_url and no_proxy must "
                           "not be: remove them");
  if (has_text (http->no_proxy) && !has_text (http->proxy_url))
    return sg_config_fail (mapping, error,
                           "if no_proxy is configured, proxy_url must be too: write it");
  if (!has_text (http->proxy_url))
    return TRUE;
  uri = g_uri_parse (http->proxy_url, G_URI_FLAGS_ENCODED, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL)
    return TRUE;
  return sg_config_fail (sg_yaml_node_lookup (mapping, "proxy_url"), error,
                         "proxy_url is no URL: write it as http://host:port");
}

/* Once a mapping with these keys has been read: says what is set, and moves bearer_token. */
gboolean
sg_config_check_http (const SgYamlNode    *mapping,
                      SgHttpClientConfig  *http,
                      GError             **error)
{
  SgAuthorizationConfig *authorization = &http->authorization;

  if (!check_one_way_in (mapping, error) || !check_proxy (mapping, http, error))
    return FALSE;
  http->has_basic_auth = is_set (mapping, "basic_auth");
  http->has_tls = is_set (mapping, "tls_config");
  http->has_authorization = is_set (mapping, "authorization") || has_text (http->bearer_token)
                            || has_text (http->bearer_token_file);
  if (has_text (http->bearer_token) || has_text (http->bearer_token_file))
    {
      authorization->type = g_strdup ("Bearer");
      authorization->credentials = g_steal_pointer (&http->bearer_token);
      authorization->credentials_file = g_steal_pointer (&http->bearer_token_file);
    }
  return TRUE;
}
