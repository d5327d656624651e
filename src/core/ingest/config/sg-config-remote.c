/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include <string.h>

/*
 * The parts of the file that say where data and alerts go, and where else to read: they are checked as
 * Prometheus checks them, and kept for those who send.
 */

#define DEFINE_LIST(function, read_item, type, destroy)                                 \
  gboolean function (SgConfigReader *self, const SgYamlNode *node, gpointer member,     \
                     GError **error)                                                    \
  {                                                                                     \
    GPtrArray **list = member;                                                          \
                                                                                        \
    g_clear_pointer (list, g_ptr_array_unref);                                          \
    *list = sg_config_read_list (self, node, read_item, sizeof (type), destroy, error); \
    return *list != NULL && check_names (node, error);                                  \
  }

static gboolean
read_pairs (SgConfigReader    *self,
            const SgYamlNode  *node,
            gpointer           member,
            GError           **error)
{
  return sg_config_read_pairs (self, node, FALSE, member, error);
}

static void
clear_pairs (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

/* No two entries of a list may have one name. */
static gboolean
check_names (const SgYamlNode  *sequence,
             GError           **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < sg_yaml_node_get_length (sequence); i++)
    {
      const SgYamlNode *name = sg_yaml_node_lookup (sg_yaml_node_get_item (sequence, i), "name");
      const char *text;

      if (name == NULL || !sg_yaml_node_get_string (name, &text, NULL) || *text == '\0')
        continue;
      if (!g_hash_table_add (names, (gpointer) text))
        return sg_config_fail (name, error, "found multiple entries with the name “%s”: rename one",
                               text);
    }
  return TRUE;
}

static gboolean
check_headers (const SgYamlNode   *node,
               const GPtrArray    *headers,
               const char  *const *reserved,
               GError            **error)
{
  for (guint i = 0; headers != NULL && i < headers->len; i += 2)
    {
      g_autofree char *lower = g_ascii_strdown (headers->pdata[i], -1);

      if (g_str_equal (lower, "authorization"))
        return sg_config_fail (sg_yaml_node_lookup (node, "headers"), error,
                               "authorization header must be changed via the basic_auth, "
                               "authorization, oauth2, or sigv4 parameter");
      if (g_strv_contains (reserved, lower))
        return sg_config_fail (sg_yaml_node_lookup (node, "headers"), error,
                               "%s is a reserved header. It must not be changed: remove it",
                               (const char *) headers->pdata[i]);
    }
  return TRUE;
}

static const char *const reserved_for_writing[] = { "host",
                                                    "content-encoding",
                                                    "content-length",
                                                    "content-type",
                                                    "user-agent",
                                                    "connection",
                                                    "keep-alive",
                                                    "proxy-authenticate",
                                                    "proxy-authorization",
                                                    "www-authenticate",
                                                    "accept-encoding",
                                                    "x-prometheus-remote-write-version",
                                                    "x-prometheus-remote-read-version",
                                                    NULL };

#define QUEUE(key, kind, member)                                         \
  {                                                                      \
    key, kind, G_STRUCT_OFFSET (SgRemoteQueue, member), NULL, NULL, NULL \
  }

static const SgConfigField queue_fields[] = {
  QUEUE ("capacity", SG_CONFIG_INTEGER, capacity),
  QUEUE ("max_shards", SG_CONFIG_INTEGER, max_shards),
  QUEUE ("min_shards", SG_CONFIG_INTEGER, min_shards),
  QUEUE ("max_samples_per_send", SG_CONFIG_INTEGER, max_samples_per_send),
  QUEUE ("batch_send_deadline", SG_CONFIG_DURATION, batch_send_deadline_ms),
  QUEUE ("min_backoff", SG_CONFIG_DURATION, min_backoff_ms),
  QUEUE ("max_backoff", SG_CONFIG_DURATION, max_backoff_ms),
  QUEUE ("sample_age_limit", SG_CONFIG_DURATION, sample_age_limit_ms),
  QUEUE ("retry_on_http_429", SG_CONFIG_BOOL, retry_on_http_429),
};

static const SgConfigTable queue_table = { queue_fields, G_N_ELEMENTS (queue_fields) };

#define WRITE(key, kind, member)                                               \
  {                                                                            \
    key, kind, G_STRUCT_OFFSET (SgRemoteWriteConfig, member), NULL, NULL, NULL \
  }

static const SgConfigField metadata_fields[] = {
  WRITE ("send", SG_CONFIG_BOOL, metadata_send),
  WRITE ("send_interval", SG_CONFIG_DURATION, metadata_interval_ms),
  WRITE ("max_samples_per_send", SG_CONFIG_INTEGER, metadata_max_samples_per_send),
};

static const SgConfigTable metadata_table = { metadata_fields, G_N_ELEMENTS (metadata_fields) };

static const SgConfigField write_fields[] = {
  WRITE ("name", SG_CONFIG_STRING, name),
  WRITE ("url", SG_CONFIG_STRING, url),
  WRITE ("remote_timeout", SG_CONFIG_DURATION, timeout_ms),
  { "headers", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgRemoteWriteConfig, headers), read_pairs,
    clear_pairs, NULL },
  WRITE ("write_relabel_configs", SG_CONFIG_RELABEL, relabel),
  WRITE ("send_exemplars", SG_CONFIG_BOOL, send_exemplars),
  WRITE ("send_native_histograms", SG_CONFIG_BOOL, send_native_histograms),
  WRITE ("round_robin_dns", SG_CONFIG_BOOL, round_robin_dns),
  WRITE ("protobuf_message", SG_CONFIG_STRING, protobuf_message),
  { "queue_config", SG_CONFIG_TABLE, G_STRUCT_OFFSET (SgRemoteWriteConfig, queue), NULL, NULL,
    &queue_table },
  { "metadata_config", SG_CONFIG_TABLE, 0, NULL, NULL, &metadata_table },
  { "sigv4", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "azuread", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "google_iam", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigMistake write_mistakes[] = {
  { "timeout", "write remote_timeout" },
  { "relabel_configs", "write write_relabel_configs" },
  { NULL, NULL },
};

static const SgConfigTable write_table = {
  .fields = write_fields,
  .n_fields = G_N_ELEMENTS (write_fields),
  .parent = &sg_config_http_table,
  .parent_offset = G_STRUCT_OFFSET (SgRemoteWriteConfig, http),
  .mistakes = write_mistakes,
};

static void
init_write (SgRemoteWriteConfig *write)
{
  write->timeout_ms = 30 * 1000;
  write->queue = (SgRemoteQueue) {
    .capacity = 10000,
    .max_shards = 50,
    .min_shards = 1,
    .max_samples_per_send = 2000,
    .batch_send_deadline_ms = 5000,
    .min_backoff_ms = 30,
    .max_backoff_ms = 5000,
  };
  write->metadata_send = TRUE;
  write->metadata_interval_ms = 60 * 1000;
  write->metadata_max_samples_per_send = 2000;
  sg_config_init_http (&write->http);
}

static gboolean
read_remote_write (SgConfigReader    *self,
                   const SgYamlNode  *node,
                   gpointer           object,
                   GError           **error)
{
  static const char *const messages[] = { "prometheus.WriteRequest",
                                          "io.prometheus.write.v2.Request", NULL };
  SgRemoteWriteConfig *write = object;

  init_write (write);
  return sg_config_read (self, &write_table, node, write, error)
         && sg_config_check_http (node, &write->http, error)
         && sg_config_check_url (node, "url", write->url, error)
         && check_headers (node, write->headers, reserved_for_writing, error)
         && sg_config_check_word (node, "protobuf_message", write->protobuf_message, messages,
                                  error);
}

static void
remote_write_free (gpointer data)
{
  sg_config_clear (&write_table, data);
  g_free (data);
}

DEFINE_LIST (sg_config_read_remote_write, read_remote_write, SgRemoteWriteConfig, remote_write_free)

#define READ(key, kind, member)                                               \
  {                                                                           \
    key, kind, G_STRUCT_OFFSET (SgRemoteReadConfig, member), NULL, NULL, NULL \
  }

static const SgConfigField read_fields[] = {
  READ ("name", SG_CONFIG_STRING, name),
  READ ("url", SG_CONFIG_STRING, url),
  READ ("remote_timeout", SG_CONFIG_DURATION, timeout_ms),
  { "headers", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgRemoteReadConfig, headers), read_pairs,
    clear_pairs, NULL },
  READ ("read_recent", SG_CONFIG_BOOL, read_recent),
  READ ("filter_external_labels", SG_CONFIG_BOOL, filter_external_labels),
  READ ("required_matchers", SG_CONFIG_LABELS, required_matchers),
  { "chunked_read_limit", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigTable read_table = {
  .fields = read_fields,
  .n_fields = G_N_ELEMENTS (read_fields),
  .parent = &sg_config_http_table,
  .parent_offset = G_STRUCT_OFFSET (SgRemoteReadConfig, http),
};

static gboolean
read_remote_read (SgConfigReader    *self,
                  const SgYamlNode  *node,
                  gpointer           object,
                  GError           **error)
{
  SgRemoteReadConfig *read = object;

  read->timeout_ms = 60 * 1000;
  read->filter_external_labels = TRUE;
  sg_config_init_http (&read->http);
  return sg_config_read (self, &read_table, node, read, error)
         && sg_config_check_http (node, &read->http, error)
         && sg_config_check_url (node, "url", read->url, error)
         && check_headers (node, read->headers, reserved_for_writing, error);
}

static void
remote_read_free (gpointer data)
{
  sg_config_clear (&read_table, data);
  g_free (data);
}

DEFINE_LIST (sg_config_read_remote_read, read_remote_read, SgRemoteReadConfig, remote_read_free)

#define ALERT(key, kind, member)                                                \
  {                                                                             \
    key, kind, G_STRUCT_OFFSET (SgAlertmanagerConfig, member), NULL, NULL, NULL \
  }

static const SgConfigField alertmanager_fields[] = {
  ALERT ("scheme", SG_CONFIG_STRING, scheme),
  ALERT ("path_prefix", SG_CONFIG_STRING, path_prefix),
  ALERT ("timeout", SG_CONFIG_DURATION, timeout_ms),
  ALERT ("api_version", SG_CONFIG_STRING, api_version),
  ALERT ("relabel_configs", SG_CONFIG_RELABEL, relabel),
  ALERT ("alert_relabel_configs", SG_CONFIG_RELABEL, alert_relabel),
  { "sigv4", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigMistake alertmanager_mistakes[] = {
  { "targets", "write static_configs: [{targets: ['host:9093']}]" },
  { "url", "write static_configs: [{targets: ['host:9093']}]" },
  { NULL, NULL },
};

static const SgConfigTable alertmanager_table = {
  .fields = alertmanager_fields,
  .n_fields = G_N_ELEMENTS (alertmanager_fields),
  .parent = &sg_config_http_table,
  .parent_offset = G_STRUCT_OFFSET (SgAlertmanagerConfig, http),
  .parent_2 = &sg_config_discovery_table,
  .parent_2_offset = G_STRUCT_OFFSET (SgAlertmanagerConfig, discovery),
  .mistakes = alertmanager_mistakes,
};

static gboolean
read_alertmanager (SgConfigReader    *self,
                   const SgYamlNode  *node,
                   gpointer           object,
                   GError           **error)
{
  static const char *const versions[] = { "v1", "v2", NULL };
  SgAlertmanagerConfig *alertmanager = object;

  alertmanager->scheme = g_strdup ("http");
  alertmanager->path_prefix = g_strdup ("");
  alertmanager->timeout_ms = 10 * 1000;
  alertmanager->api_version = g_strdup ("v2");
  sg_config_init_http (&alertmanager->http);
  return sg_config_read (self, &alertmanager_table, node, alertmanager, error)
         && sg_config_check_http (node, &alertmanager->http, error)
         && sg_config_check_word (node, "api_version", alertmanager->api_version, versions, error);
}

static void
alertmanager_free (gpointer data)
{
  sg_config_clear (&alertmanager_table, data);
  g_free (data);
}

static DEFINE_LIST (read_alertmanagers, read_alertmanager, SgAlertmanagerConfig, alertmanager_free)

    static const SgConfigField alerting_fields[] = {
      { "alert_relabel_configs", SG_CONFIG_RELABEL, G_STRUCT_OFFSET (SgConfig, alert_relabel), NULL,
        NULL, NULL },
      { "alertmanagers", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgConfig, alertmanagers),
        read_alertmanagers, NULL, NULL },
    };

static const SgConfigMistake alerting_mistakes[] = {
  { "alertmanager", "write alertmanagers, with an s: it is a list" },
  { "rules", "alerting says where alerts go; rules stand in files that rule_files names" },
  { "static_configs", "it stands in an entry of alertmanagers" },
  { NULL, NULL },
};

static const SgConfigTable alerting_table = { .fields = alerting_fields,
                                              .n_fields = G_N_ELEMENTS (alerting_fields),
                                              .mistakes = alerting_mistakes };

gboolean
sg_config_read_alerting (SgConfigReader    *self,
                         const SgYamlNode  *node,
                         gpointer           config,
                         GError           **error)
{
  return sg_config_read (self, &alerting_table, node, config, error);
}

static const SgConfigField tsdb_fields[] = {
  { "out_of_order_time_window", SG_CONFIG_DURATION,
    G_STRUCT_OFFSET (SgConfig, out_of_order_window_ms), NULL, NULL, NULL },
  { "stale_series_compaction_threshold", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "retention", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigTable tsdb_table = { tsdb_fields, G_N_ELEMENTS (tsdb_fields) };

static const SgConfigField exemplars_fields[] = {
  { "max_exemplars", SG_CONFIG_INTEGER, G_STRUCT_OFFSET (SgConfig, max_exemplars), NULL, NULL,
    NULL },
};

static const SgConfigTable exemplars_table = { exemplars_fields, G_N_ELEMENTS (exemplars_fields) };

static const SgConfigField storage_fields[] = {
  { "tsdb", SG_CONFIG_TABLE, 0, NULL, NULL, &tsdb_table },
  { "exemplars", SG_CONFIG_TABLE, 0, NULL, NULL, &exemplars_table },
};

static const SgConfigTable storage_table = { storage_fields, G_N_ELEMENTS (storage_fields) };

gboolean
sg_config_read_storage (SgConfigReader    *self,
                        const SgYamlNode  *node,
                        gpointer           config,
                        GError           **error)
{
  return sg_config_read (self, &storage_table, node, config, error);
}

#define TRACING(key, kind, member)                                         \
  {                                                                        \
    key, kind, G_STRUCT_OFFSET (SgTracingConfig, member), NULL, NULL, NULL \
  }

static const SgConfigField tracing_fields[] = {
  TRACING ("client_type", SG_CONFIG_STRING, client_type),
  TRACING ("endpoint", SG_CONFIG_STRING, endpoint),
  TRACING ("sampling_fraction", SG_CONFIG_DOUBLE, sampling_fraction),
  TRACING ("insecure", SG_CONFIG_BOOL, insecure),
  TRACING ("compression", SG_CONFIG_STRING, compression),
  TRACING ("timeout", SG_CONFIG_DURATION, timeout_ms),
  { "headers", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgTracingConfig, headers), read_pairs,
    clear_pairs, NULL },
  { "tls_config", SG_CONFIG_TABLE, G_STRUCT_OFFSET (SgTracingConfig, tls), NULL, NULL,
    &sg_config_tls_table },
};

const SgConfigTable sg_config_tracing_table = { tracing_fields, G_N_ELEMENTS (tracing_fields) };

#define OTLP(key, kind)                                              \
  {                                                                  \
#key, kind, G_STRUCT_OFFSET(SgOtlpConfig, key), NULL, NULL, NULL \
  }

static const SgConfigField otlp_fields[] = {
  OTLP (promote_resource_attributes, SG_CONFIG_STRINGS),
  OTLP (ignore_resource_attributes, SG_CONFIG_STRINGS),
  OTLP (promote_all_resource_attributes, SG_CONFIG_BOOL),
  OTLP (promote_scope_metadata, SG_CONFIG_BOOL),
  OTLP (keep_identifying_resource_attributes, SG_CONFIG_BOOL),
  OTLP (convert_histograms_to_nhcb, SG_CONFIG_BOOL),
  OTLP (label_name_underscore_sanitization, SG_CONFIG_BOOL),
  OTLP (label_name_preserve_multiple_underscores, SG_CONFIG_BOOL),
  OTLP (translation_strategy, SG_CONFIG_STRING),
};

const SgConfigTable sg_config_otlp_table = { otlp_fields, G_N_ELEMENTS (otlp_fields) };
