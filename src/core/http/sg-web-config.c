/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-web-config.h"

#include "base/sg-yaml.h"

#include <string.h>

/*
 * web.config.yml, as Prometheus and its exporters have it:
 *
 *   tls_server_config:
 *     cert_file, key_file: PEM files, relative to this one
 *     client_auth_type: NoClientCert | RequestClientCert | RequireAnyClientCert
 *                     | VerifyClientCertIfGiven | RequireAndVerifyClientCert
 *     client_ca_file: PEM file
 *     client_allowed_sans: [ name or address, … ]
 *     min_version, max_version: TLS10 … TLS13
 *   http_server_config:
 *     http2: true | false          HTTP/1.1 is spoken either way
 *     headers: { name: value }     of a short list of names
 *   basic_auth_users:
 *     name: bcrypt hash
 *
 * cipher_suites and curve_preferences are refused: GIO leaves both to the policy of the machine. What
 * is older than TLS 1.2 is not spoken, whatever min_version says. No message shows a hash.
 */

G_DEFINE_BOXED_TYPE (SgWebConfig, sg_web_config, sg_web_config_ref, sg_web_config_unref)

static const struct
{
  const char *name;
  SgWebClients clients;
} client_types[] = {
  { "NoClientCert", SG_WEB_CLIENTS_ANONYMOUS },
  { "RequestClientCert", SG_WEB_CLIENTS_MAY_SHOW },
  { "RequireAnyClientCert", SG_WEB_CLIENTS_MUST_SHOW },
  { "RequireClientCert", SG_WEB_CLIENTS_MUST_SHOW },
  { "VerifyClientCertIfGiven", SG_WEB_CLIENTS_MAY_PROVE },
  { "RequireAndVerifyClientCert", SG_WEB_CLIENTS_MUST_PROVE },
};

static const struct
{
  const char *name;
  GTlsProtocolVersion version;
} versions[] = {
  { "TLS10", G_TLS_PROTOCOL_VERSION_TLS_1_2 },
  { "TLS11", G_TLS_PROTOCOL_VERSION_TLS_1_2 },
  { "TLS12", G_TLS_PROTOCOL_VERSION_TLS_1_2 },
  { "TLS13", G_TLS_PROTOCOL_VERSION_TLS_1_3 },
};

/* @values: (nullable): what it may be, NULL-terminated; anything when %NULL */
static const struct
{
  const char *name;
  const char *const *values;
} header_names[] = {
  { "Content-Security-Policy", NULL },
  { "Strict-Transport-Security", NULL },
  { "X-Content-Type-Options", (const char *const[]) { "nosniff", NULL } },
  { "X-Frame-Options", (const char *const[]) { "deny", "sameorigin", NULL } },
  { "X-XSS-Protection", NULL },
};

SgWebConfig *
sg_web_config_ref (SgWebConfig *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_web_config_unref (SgWebConfig *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_clear_pointer (&self->users, sg_http_users_unref);
  g_clear_object (&self->certificate);
  g_clear_object (&self->authorities);
  g_strfreev (self->client_names);
  g_ptr_array_unref (self->headers);
  g_free (self);
}

/* Returns: (nullable): the text at @key, made relative to the folder of @yaml */
static gboolean
read_path (const SgYaml      *yaml,
           const SgYamlNode  *mapping,
           const char        *key,
           char             **ret_path,
           GError           **error)
{
  g_autofree char *text = NULL;
  g_autofree char *folder = g_path_get_dirname (sg_yaml_get_name (yaml));

  if (!sg_yaml_read_string (mapping, key, &text, error))
    return FALSE;
  if (text == NULL || *text == '\0')
    return TRUE;
  *ret_path =
      g_path_is_absolute (text) ? g_steal_pointer (&text) : g_build_filename (folder, text, NULL);
  return TRUE;
}

static gboolean
load_certificate (SgWebConfig       *self,
                  const SgYamlNode  *tls,
                  const char        *cert_file,
                  const char        *key_file,
                  GError           **error)
{
  g_autoptr (GError) local_error = NULL;

  if (cert_file == NULL || key_file == NULL)
    {
      sg_yaml_node_set_error (tls, error, "%s is missing: TLS needs cert_file and key_file",
                              cert_file == NULL ? "cert_file" : "key_file");
      return FALSE;
    }
  self->certificate = g_tls_certificate_new_from_files (cert_file, key_file, &local_error);
  if (self->certificate != NULL)
    return TRUE;
  sg_yaml_node_set_error (tls, error, "cannot use the certificate %s with the key %s: %s",
                          cert_file, key_file, local_error->message);
  return FALSE;
}

static gboolean
load_authorities (SgWebConfig       *self,
                  const SgYamlNode  *tls,
                  const char        *ca_file,
                  GError           **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean needed = self->clients >= SG_WEB_CLIENTS_MAY_PROVE;
  gboolean is_idle = self->clients == SG_WEB_CLIENTS_ANONYMOUS;

  if (needed ? ca_file == NULL : is_idle && ca_file != NULL)
    {
      sg_yaml_node_set_error (tls, error,
                              needed
                                  ? "client_ca_file is missing: client_auth_type wants clients "
                                    "to prove who they are"
                                  : "client_ca_file is given, but client_auth_type does not have "
                                    "it used: set it to RequireAndVerifyClientCert");
      return FALSE;
    }
  if (!needed)
    return TRUE;
  self->authorities = g_tls_file_database_new (ca_file, &local_error);
  if (self->authorities != NULL)
    return TRUE;
  sg_yaml_node_set_error (tls, error, "cannot use client_ca_file %s: %s", ca_file,
                          local_error->message);
  return FALSE;
}

static gboolean
read_clients (SgWebConfig       *self,
              const SgYamlNode  *tls,
              GError           **error)
{
  g_autofree char *type = NULL;

  if (!sg_yaml_read_string (tls, "client_auth_type", &type, error))
    return FALSE;
  if (type == NULL || *type == '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (client_types); i++)
    {
      if (g_str_equal (client_types[i].name, type))
        {
          self->clients = client_types[i].clients;
          return TRUE;
        }
    }
  sg_yaml_node_set_error (sg_yaml_node_lookup (tls, "client_auth_type"), error,
                          "\"%s\" is no client_auth_type: write NoClientCert, RequestClientCert, "
                          "RequireAnyClientCert, VerifyClientCertIfGiven or "
                          "RequireAndVerifyClientCert",
                          type);
  return FALSE;
}

static gboolean
read_client_names (SgWebConfig       *self,
                   const SgYamlNode  *tls,
                   GError           **error)
{
  const SgYamlNode *list = sg_yaml_node_lookup (tls, "client_allowed_sans");
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (list == NULL || sg_yaml_node_get_kind (list) == SG_YAML_NULL)
    return TRUE;
  if (!sg_yaml_node_expect (list, SG_YAML_SEQUENCE, error))
    return FALSE;
  if (self->clients != SG_WEB_CLIENTS_MUST_PROVE)
    {
      sg_yaml_node_set_error (list, error,
                              "client_allowed_sans needs client_auth_type "
                              "RequireAndVerifyClientCert");
      return FALSE;
    }
  for (guint i = 0; i < sg_yaml_node_get_length (list); i++)
    {
      const char *name;

      if (!sg_yaml_node_get_string (sg_yaml_node_get_item (list, i), &name, error))
        return FALSE;
      g_strv_builder_add (names, name);
    }
  self->client_names = g_strv_builder_end (names);
  return TRUE;
}

static gboolean
read_version (const SgYamlNode     *tls,
              const char           *key,
              GTlsProtocolVersion  *ret_version,
              GError              **error)
{
  g_autofree char *text = NULL;

  if (!sg_yaml_read_string (tls, key, &text, error))
    return FALSE;
  if (text == NULL || *text == '\0')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      if (g_str_equal (versions[i].name, text))
        {
          *ret_version = versions[i].version;
          return TRUE;
        }
    }
  sg_yaml_node_set_error (sg_yaml_node_lookup (tls, key), error,
                          "\"%s\" is no version: write TLS12 or TLS13", text);
  return FALSE;
}

/* What GIO decides by itself: fine where it says what happens anyway. */
static gboolean
check_fixed_keys (const SgYamlNode  *tls,
                  GError           **error)
{
  static const char *const fixed[] = { "cipher_suites", "curve_preferences" };
  gboolean prefer = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      const SgYamlNode *node = sg_yaml_node_lookup (tls, fixed[i]);

      if (node != NULL && sg_yaml_node_get_length (node) > 0)
        {
          sg_yaml_node_set_error (node, error,
                                  "%s cannot be chosen here, the machine's policy decides: remove "
                                  "the key",
                                  fixed[i]);
          return FALSE;
        }
    }
  if (!sg_yaml_read_bool (tls, "prefer_server_cipher_suites", &prefer, error))
    return FALSE;
  if (!prefer)
    sg_yaml_node_set_error (sg_yaml_node_lookup (tls, "prefer_server_cipher_suites"), error,
                            "the server's order of ciphers always counts here: remove the key");
  return prefer;
}

static gboolean
read_tls (SgWebConfig       *self,
          const SgYaml      *yaml,
          const SgYamlNode  *tls,
          GError           **error)
{
  static const char *const keys[] = { "cert_file",
                                      "key_file",
                                      "client_auth_type",
                                      "client_ca_file",
                                      "client_allowed_sans",
                                      "min_version",
                                      "max_version",
                                      "cipher_suites",
                                      "curve_preferences",
                                      "prefer_server_cipher_suites",
                                      NULL };
  g_autofree char *cert_file = NULL;
  g_autofree char *key_file = NULL;
  g_autofree char *ca_file = NULL;

  if (!sg_yaml_node_check_keys (tls, keys, error)
      || !read_path (yaml, tls, "cert_file", &cert_file, error)
      || !read_path (yaml, tls, "key_file", &key_file, error)
      || !read_path (yaml, tls, "client_ca_file", &ca_file, error)
      || !read_clients (self, tls, error) || !read_client_names (self, tls, error)
      || !read_version (tls, "min_version", &self->min_version, error)
      || !read_version (tls, "max_version", &self->max_version, error)
      || !check_fixed_keys (tls, error))
    return FALSE;
  if (self->min_version > self->max_version)
    {
      sg_yaml_node_set_error (tls, error, "min_version is newer than max_version: swap them");
      return FALSE;
    }
  return load_certificate (self, tls, cert_file, key_file, error)
         && load_authorities (self, tls, ca_file, error);
}

static gboolean
header_value_is_sound (const char *const *values,
                       const char        *value)
{
  if (values != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (value, -1);

      return g_strv_contains (values, lower);
    }
  for (const char *p = value; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_header (SgWebConfig       *self,
             const SgYamlNode  *headers,
             guint              i,
             GError           **error)
{
  const SgYamlNode *key = sg_yaml_node_get_key (headers, i);
  const char *name;
  const char *value;

  if (!sg_yaml_node_get_string (key, &name, error)
      || !sg_yaml_node_get_string (sg_yaml_node_get_item (headers, i), &value, error))
    return FALSE;
  for (guint j = 0; j < G_N_ELEMENTS (header_names); j++)
    {
      if (!g_str_equal (header_names[j].name, name))
        continue;
      if (!header_value_is_sound (header_names[j].values, value))
        {
          sg_yaml_node_set_error (sg_yaml_node_get_item (headers, i), error,
                                  "that is no value for %s", name);
          return FALSE;
        }
      g_ptr_array_add (self->headers, g_strdup (name));
      g_ptr_array_add (self->headers, g_strdup (value));
      return TRUE;
    }
  sg_yaml_node_set_error (key, error, "the header field \"%s\" cannot be set here: remove it",
                          name);
  return FALSE;
}

static gboolean
read_http (SgWebConfig       *self,
           const SgYamlNode  *http,
           GError           **error)
{
  static const char *const keys[] = { "http2", "headers", NULL };
  const SgYamlNode *headers = sg_yaml_node_lookup (http, "headers");
  gboolean http2 = TRUE;

  if (!sg_yaml_node_check_keys (http, keys, error)
      || !sg_yaml_read_bool (http, "http2", &http2, error))
    return FALSE;
  if (headers == NULL || sg_yaml_node_get_kind (headers) == SG_YAML_NULL)
    return TRUE;
  if (!sg_yaml_node_expect (headers, SG_YAML_MAPPING, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (headers); i++)
    {
      if (!read_header (self, headers, i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_user (SgWebConfig       *self,
           const SgYamlNode  *users,
           guint              i,
           GError           **error)
{
  const SgYamlNode *key = sg_yaml_node_get_key (users, i);
  const char *name;
  const char *hash;

  if (!sg_yaml_node_get_string (key, &name, error)
      || !sg_yaml_node_get_string (sg_yaml_node_get_item (users, i), &hash, error))
    return FALSE;
  if (*name == '\0' || strchr (name, ':') != NULL)
    {
      sg_yaml_node_set_error (key, error, "a user name is empty or has a colon: choose another");
      return FALSE;
    }
  if (sg_http_users_add (self->users, name, hash))
    return TRUE;
  sg_yaml_node_set_error (key, error,
                          "what stands for the password of \"%s\" is no bcrypt hash: make one with "
                          "htpasswd -nBC 10 %s",
                          name, name);
  return FALSE;
}

static gboolean
read_users (SgWebConfig       *self,
            const SgYamlNode  *users,
            GError           **error)
{
  if (!sg_yaml_node_expect (users, SG_YAML_MAPPING, error))
    return FALSE;
  if (sg_yaml_node_get_length (users) == 0)
    return TRUE;
  self->users = sg_http_users_new ();
  for (guint i = 0; i < sg_yaml_node_get_length (users); i++)
    {
      if (!read_user (self, users, i, error))
        return FALSE;
    }
  return TRUE;
}

static const SgYamlNode *
find_section (const SgYamlNode *root,
              const char       *key)
{
  const SgYamlNode *node = sg_yaml_node_lookup (root, key);

  return node != NULL && sg_yaml_node_get_kind (node) != SG_YAML_NULL ? node : NULL;
}

static gboolean
read_root (SgWebConfig   *self,
           const SgYaml  *yaml,
           GError       **error)
{
  static const char *const keys[] = { "tls_server_config", "http_server_config", "basic_auth_users",
                                      NULL };
  const SgYamlNode *root = sg_yaml_get_root (yaml);
  const SgYamlNode *tls;
  const SgYamlNode *http;
  const SgYamlNode *users;

  if (sg_yaml_node_get_kind (root) == SG_YAML_NULL)
    return TRUE;
  if (!sg_yaml_node_check_keys (root, keys, error))
    return FALSE;
  tls = find_section (root, "tls_server_config");
  if (tls != NULL && sg_yaml_node_get_kind (tls) == SG_YAML_MAPPING
      && sg_yaml_node_get_length (tls) == 0)
    tls = NULL;
  http = find_section (root, "http_server_config");
  users = find_section (root, "basic_auth_users");
  return (tls == NULL || read_tls (self, yaml, tls, error))
         && (http == NULL || read_http (self, http, error))
         && (users == NULL || read_users (self, users, error));
}

/**
 * sg_web_config_load:
 * @path: a web.config.yml
 * @error: what is wrong with it, and where
 *
 * Reads @path and the certificates that it names. An empty file asks for nothing.
 *
 * Returns: (transfer full): what it says
 */
SgWebConfig *
sg_web_config_load (const char  *path,
                    GError     **error)
{
  g_autoptr (SgWebConfig) self = g_new0 (SgWebConfig, 1);
  g_autoptr (SgYaml) yaml = NULL;

  self->ref_count = 1;
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->min_version = G_TLS_PROTOCOL_VERSION_TLS_1_2;
  self->max_version = G_TLS_PROTOCOL_VERSION_TLS_1_3;
  yaml = sg_yaml_load (path, error);
  if (yaml == NULL || !read_root (self, yaml, error))
    return NULL;
  return g_steal_pointer (&self);
}
