/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include <string.h>

/*
 * Where targets come from: written down, from files, over HTTP, from DNS. Every other kind that
 * Prometheus has is known by name, so that a file that uses it loads, with a warning.
 *
 * A group of targets is the same everywhere: in static_configs, in a file, in an answer:
 *
 *   - targets: [ "host:port", … ]
 *     labels: { name: value, … }
 */

#define SD(name)                                                   \
  {                                                                \
    name "_sd_configs", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL \
  }

#define FILE_REFRESH_MS (5 * 60 * 1000)
#define HTTP_REFRESH_MS (60 * 1000)
#define DNS_REFRESH_MS  (30 * 1000)

void
sg_target_group_free (SgTargetGroup *self)
{
  g_free (self->source);
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  g_free (self);
}

static void
labels_free (gpointer data)
{
  sg_labels_unref (data);
}

/* Whether @address can be one: a path behind it is a mistake that is often made. */
static gboolean
check_address (const SgYamlNode  *node,
               const char        *address,
               GError           **error)
{
  if (*address == '\0')
    return sg_config_fail (node, error, "an empty target: write host:port");
  if (strchr (address, '/') != NULL)
    return sg_config_fail (node, error,
                           "“%s” is not a valid hostname: write host:port alone; scheme and "
                           "metrics_path are keys of the job",
                           address);
  if (!g_utf8_validate (address, -1, NULL))
    return sg_config_fail (node, error, "a target that is not UTF-8");
  return TRUE;
}

static gboolean
read_targets (const SgYamlNode  *node,
              GPtrArray         *targets,
              GError           **error)
{
  if (!sg_yaml_node_expect (node, SG_YAML_SEQUENCE, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      const SgYamlNode *item = sg_yaml_node_get_item (node, i);
      const char *address;

      if (!sg_yaml_node_get_string (item, &address, error) || !check_address (item, address, error))
        return FALSE;
      g_ptr_array_add (targets, sg_labels_new_from_pairs ("__address__", address, NULL));
    }
  return TRUE;
}

#define GROUP(key, kind)                                              \
  {                                                                   \
#key, kind, G_STRUCT_OFFSET(SgTargetGroup, key), NULL, NULL, NULL \
  }

static gboolean
read_group_targets (SgConfigReader    *self,
                    const SgYamlNode  *node,
                    gpointer           member,
                    GError           **error)
{
  return read_targets (node, *(GPtrArray **) member, error);
}

static const SgConfigField group_fields[] = {
  { "targets", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgTargetGroup, targets), read_group_targets, NULL,
    NULL },
  GROUP (labels, SG_CONFIG_LABELS),
};

static const SgConfigMistake group_mistakes[] = {
  { "target", "write targets, a list: targets: ['host:port']" },
  { "job_name", "it stands in the job, one level up" },
  { "metrics_path", "it stands in the job, one level up" },
  { NULL, NULL },
};

static const SgConfigTable group_table = { .fields = group_fields,
                                           .n_fields = G_N_ELEMENTS (group_fields),
                                           .mistakes = group_mistakes };

static gboolean
read_group (SgConfigReader    *self,
            const SgYamlNode  *node,
            gpointer           object,
            GError           **error)
{
  SgTargetGroup *group = object;

  group->targets = g_ptr_array_new_with_free_func (labels_free);
  if (!sg_config_read (self, &group_table, node, group, error))
    return FALSE;
  if (group->labels == NULL)
    group->labels = sg_labels_ref (sg_labels_get_empty ());
  return TRUE;
}

static void
group_free (gpointer data)
{
  sg_target_group_free (data);
}

/* @prefix: what the sources of the groups begin with */
static GPtrArray *
read_groups (SgConfigReader    *self,
             const SgYamlNode  *node,
             const char        *prefix,
             GError           **error)
{
  GPtrArray *groups =
      sg_config_read_list (self, node, read_group, sizeof (SgTargetGroup), group_free, error);

  for (guint i = 0; groups != NULL && i < groups->len; i++)
    ((SgTargetGroup *) groups->pdata[i])->source = g_strdup_printf ("%s:%u", prefix, i);
  return groups;
}

/**
 * sg_target_groups_parse:
 * @yaml: a list of groups
 * @error: what is wrong with it
 *
 * Returns: (transfer full) (element-type SgTargetGroup): the groups; their sources are the name of @yaml
 * and a number
 */
GPtrArray *
sg_target_groups_parse (const SgYaml  *yaml,
                        GError       **error)
{
  SgConfigReader reader = { 0 };

  if (sg_yaml_node_get_kind (sg_yaml_get_root (yaml)) == SG_YAML_NULL)
    return g_ptr_array_new_with_free_func (group_free);
  return read_groups (&reader, sg_yaml_get_root (yaml), sg_yaml_get_name (yaml), error);
}

static gboolean
read_static (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           member,
             GError           **error)
{
  GPtrArray **list = member;

  g_clear_pointer (list, g_ptr_array_unref);
  *list = read_groups (self, node, "static", error);
  return *list != NULL;
}

static gboolean
check_refresh (const SgYamlNode  *node,
               gint64             interval_ms,
               GError           **error)
{
  if (interval_ms > 0)
    return TRUE;
  return sg_config_fail (sg_yaml_node_lookup (node, "refresh_interval"), error,
                         "refresh_interval must be above zero: write 30s, or remove it");
}

static const SgConfigField file_fields[] = {
  { "files", SG_CONFIG_STRINGS, G_STRUCT_OFFSET (SgFileSdConfig, files), NULL, NULL, NULL },
  { "refresh_interval", SG_CONFIG_DURATION, G_STRUCT_OFFSET (SgFileSdConfig, refresh_interval_ms),
    NULL, NULL, NULL },
};

static const SgConfigTable file_table = { file_fields, G_N_ELEMENTS (file_fields) };

/* A name that ends as one of these, with one star in its last part at most, as Prometheus has it. */
static gboolean
is_file_pattern (const char *pattern)
{
  g_autofree char *base = g_path_get_basename (pattern);
  const char *star = strchr (base, '*');

  return (g_str_has_suffix (base, ".json") || g_str_has_suffix (base, ".yml")
          || g_str_has_suffix (base, ".yaml") || g_str_has_suffix (base, ".JSON")
          || g_str_has_suffix (base, ".YML") || g_str_has_suffix (base, ".YAML"))
         && (star == NULL || strchr (star + 1, '*') == NULL);
}

static gboolean
read_file_sd (SgConfigReader    *self,
              const SgYamlNode  *node,
              gpointer           object,
              GError           **error)
{
  SgFileSdConfig *file = object;

  file->refresh_interval_ms = FILE_REFRESH_MS;
  if (!sg_config_read (self, &file_table, node, file, error)
      || !check_refresh (node, file->refresh_interval_ms, error))
    return FALSE;
  if (file->files == NULL || file->files[0] == NULL)
    return sg_config_fail (node, error,
                           "file service discovery config must contain at least one "
                           "path name: write files: ['targets/*.json']");
  for (guint i = 0; file->files[i] != NULL; i++)
    {
      char *absolute;

      if (!is_file_pattern (file->files[i]))
        return sg_config_fail (sg_yaml_node_lookup (node, "files"), error,
                               "path name “%s” is not valid for file discovery: it ends in .json, "
                               ".yml or .yaml, and has one * in its last part at most",
                               file->files[i]);
      absolute = sg_config_make_path (self, file->files[i]);
      g_free (file->files[i]);
      file->files[i] = absolute;
    }
  return TRUE;
}

static void
file_sd_free (gpointer data)
{
  sg_config_clear (&file_table, data);
  g_free (data);
}

static const SgConfigField http_sd_fields[] = {
  { "url", SG_CONFIG_STRING, G_STRUCT_OFFSET (SgHttpSdConfig, url), NULL, NULL, NULL },
  { "refresh_interval", SG_CONFIG_DURATION, G_STRUCT_OFFSET (SgHttpSdConfig, refresh_interval_ms),
    NULL, NULL, NULL },
};

static const SgConfigTable http_sd_table = {
  .fields = http_sd_fields,
  .n_fields = G_N_ELEMENTS (http_sd_fields),
  .parent = &sg_config_http_table,
  .parent_offset = G_STRUCT_OFFSET (SgHttpSdConfig, http),
};

static gboolean
read_http_sd (SgConfigReader    *self,
              const SgYamlNode  *node,
              gpointer           object,
              GError           **error)
{
  SgHttpSdConfig *http = object;

  http->refresh_interval_ms = HTTP_REFRESH_MS;
  sg_config_init_http (&http->http);
  return sg_config_read (self, &http_sd_table, node, http, error)
         && sg_config_check_http (node, &http->http, error)
         && sg_config_check_url (node, "url", http->url, error)
         && check_refresh (node, http->refresh_interval_ms, error);
}

static void
http_sd_free (gpointer data)
{
  sg_config_clear (&http_sd_table, data);
  g_free (data);
}

static gboolean
read_dns_type (SgConfigReader    *self,
               const SgYamlNode  *node,
               gpointer           member,
               GError           **error)
{
  static const char *const words[] = { [SG_DNS_SRV] = "SRV",
                                       [SG_DNS_A] = "A",
                                       [SG_DNS_AAAA] = "AAAA",
                                       [SG_DNS_MX] = "MX",
                                       [SG_DNS_NS] = "NS" };
  const char *text;

  if (!sg_yaml_node_get_string (node, &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (g_ascii_strcasecmp (text, words[i]) == 0)
        {
          *(SgDnsType *) member = (SgDnsType) i;
          return TRUE;
        }
    }
  return sg_config_fail (node, error,
                         "invalid DNS-SD records type “%s”: write SRV, A, AAAA, MX or "
                         "NS",
                         text);
}

static const SgConfigField dns_fields[] = {
  { "names", SG_CONFIG_STRINGS, G_STRUCT_OFFSET (SgDnsSdConfig, names), NULL, NULL, NULL },
  { "type", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgDnsSdConfig, type), read_dns_type, NULL, NULL },
  { "port", SG_CONFIG_INTEGER, G_STRUCT_OFFSET (SgDnsSdConfig, port), NULL, NULL, NULL },
  { "refresh_interval", SG_CONFIG_DURATION, G_STRUCT_OFFSET (SgDnsSdConfig, refresh_interval_ms),
    NULL, NULL, NULL },
};

static const SgConfigTable dns_table = { dns_fields, G_N_ELEMENTS (dns_fields) };

static gboolean
read_dns_sd (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           object,
             GError           **error)
{
  SgDnsSdConfig *dns = object;

  dns->refresh_interval_ms = DNS_REFRESH_MS;
  if (!sg_config_read (self, &dns_table, node, dns, error)
      || !check_refresh (node, dns->refresh_interval_ms, error))
    return FALSE;
  if (dns->names == NULL || dns->names[0] == NULL)
    return sg_config_fail (node, error,
                           "DNS-SD config must contain at least one SRV record name: write names: "
                           "[…]");
  if (dns->type != SG_DNS_SRV && dns->port == 0)
    return sg_config_fail (node, error,
                           "a port is required in DNS-SD configs for all record types "
                           "except SRV: write port: 9100");
  if (dns->port < 0 || dns->port > 65535)
    return sg_config_fail (sg_yaml_node_lookup (node, "port"), error,
                           "port is out of range: write a number from 1 to 65535");
  return TRUE;
}

static void
dns_sd_free (gpointer data)
{
  sg_config_clear (&dns_table, data);
  g_free (data);
}

#define READ_LIST(function, read_item, type, destroy)                                      \
  static gboolean function (SgConfigReader *self, const SgYamlNode *node, gpointer member, \
                            GError **error)                                                \
  {                                                                                        \
    GPtrArray **list = member;                                                             \
                                                                                           \
    g_clear_pointer (list, g_ptr_array_unref);                                             \
    *list = sg_config_read_list (self, node, read_item, sizeof (type), destroy, error);    \
    return *list != NULL;                                                                  \
  }

READ_LIST (read_file_list, read_file_sd, SgFileSdConfig, file_sd_free)
READ_LIST (read_http_list, read_http_sd, SgHttpSdConfig, http_sd_free)
READ_LIST (read_dns_list, read_dns_sd, SgDnsSdConfig, dns_sd_free)

static void
clear_list (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

static const SgConfigField discovery_fields[] = {
  { "static_configs", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgDiscoveryConfig, static_groups),
    read_static, clear_list, NULL },
  { "file_sd_configs", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgDiscoveryConfig, file), read_file_list,
    clear_list, NULL },
  { "http_sd_configs", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgDiscoveryConfig, http), read_http_list,
    clear_list, NULL },
  { "dns_sd_configs", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgDiscoveryConfig, dns), read_dns_list,
    clear_list, NULL },
  SD ("aws"),
  SD ("azure"),
  SD ("consul"),
  SD ("digitalocean"),
  SD ("docker"),
  SD ("dockerswarm"),
  SD ("ec2"),
  SD ("ecs"),
  SD ("eureka"),
  SD ("gce"),
  SD ("hetzner"),
  SD ("ionos"),
  SD ("kubernetes"),
  SD ("kuma"),
  SD ("lightsail"),
  SD ("linode"),
  SD ("marathon"),
  SD ("nerve"),
  SD ("nomad"),
  SD ("openstack"),
  SD ("ovhcloud"),
  SD ("puppetdb"),
  SD ("scaleway"),
  SD ("serverset"),
  SD ("stackit"),
  SD ("triton"),
  SD ("uyuni"),
  SD ("vultr"),
};

const SgConfigTable sg_config_discovery_table = { discovery_fields,
                                                  G_N_ELEMENTS (discovery_fields) };
