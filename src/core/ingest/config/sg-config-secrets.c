/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-secrets.h"

#include "base/sg-yaml-edit.h"

#include <string.h>

/*
 * A configuration that may be shown: what stands under one of the keys below is replaced, and so is a
 * password in an address. Everything else stays as its user wrote it. A text in which that cannot be done
 * is not shown at all.
 */
static const char *const secret_keys[] = {
  "account_key",
  "api_key",
  "application_credential_secret",
  "bearer_token",
  "client_secret",
  "credentials",
  "key",
  "password",
  "refresh_token",
  "secret",
  "secret_key",
  "secrets",
  "service_account_key",
  "token",
  NULL,
};

/* So many replacements are made at most: each reads the document again. */
#define MAX_SECRETS 10000

static gboolean
is_hidden (const SgYamlNode *node)
{
  const char *text = NULL;

  if (sg_yaml_node_get_kind (node) == SG_YAML_NULL)
    return TRUE;
  return sg_yaml_node_get_kind (node) == SG_YAML_SCALAR
         && sg_yaml_node_get_string (node, &text, NULL) && g_str_equal (text, SG_CONFIG_SECRET);
}

/* Returns: (nullable): a mapping with a secret that is not hidden, and its key */
static const SgYamlNode *
find_secret (const SgYamlNode  *node,
             const char       **ret_key)
{
  SgYamlKind kind = sg_yaml_node_get_kind (node);
  guint n =
      kind == SG_YAML_SEQUENCE || kind == SG_YAML_MAPPING ? sg_yaml_node_get_length (node) : 0;
  const SgYamlNode *found = NULL;

  for (guint i = 0; found == NULL && i < n; i++)
    {
      const SgYamlNode *item = sg_yaml_node_get_item (node, i);
      const char *key = NULL;

      if (kind == SG_YAML_MAPPING
          && sg_yaml_node_get_string (sg_yaml_node_get_key (node, i), &key, NULL)
          && g_strv_contains (secret_keys, key) && !is_hidden (item))
        {
          *ret_key = key;
          return node;
        }
      found = find_secret (item, ret_key);
    }
  return found;
}

static SgYaml *
hide_values (SgYaml *yaml)
{
  const SgYamlNode *mapping;
  const char *key = NULL;

  for (guint i = 0; (mapping = find_secret (sg_yaml_get_root (yaml), &key)) != NULL; i++)
    {
      SgYaml *next = i < MAX_SECRETS
                         ? sg_yaml_edit_set (yaml, mapping, key, "\"" SG_CONFIG_SECRET "\"", NULL)
                         : NULL;

      sg_yaml_unref (yaml);
      if (next == NULL)
        return NULL;
      yaml = next;
    }
  return yaml;
}

static char *
hide_in_addresses (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("(://[^/:@\\s\"']*):[^/@\\s\"']*@", 0, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, "\\1:xxxxx@", 0, NULL);
}

/**
 * sg_config_hide_secrets:
 * @text: a configuration
 *
 * Returns: (transfer full): the same without what is secret; "" when that cannot be told
 */
char *
sg_config_hide_secrets (const char *text)
{
  SgYaml *yaml = sg_yaml_parse ("configuration", text, -1, NULL);
  gsize length = 0;
  g_autofree char *hidden = NULL;
  char *shown;

  yaml = yaml != NULL ? hide_values (yaml) : NULL;
  if (yaml == NULL)
    return g_strdup ("");
  hidden = g_strdup (sg_yaml_get_text (yaml, &length));
  sg_yaml_unref (yaml);
  shown = hide_in_addresses (hidden);
  return shown != NULL ? shown : g_strdup ("");
}
