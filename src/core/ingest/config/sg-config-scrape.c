/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include <string.h>

/* The jobs: what each says, and what it takes over from the global part. */

#define SCRAPE(key, kind)                                              \
  {                                                                    \
#key, kind, G_STRUCT_OFFSET(SgScrapeConfig, key), NULL, NULL, NULL \
  }
#define LIMIT(key, kind)                                                      \
  {                                                                           \
#key, kind, G_STRUCT_OFFSET(SgScrapeConfig, limits.key), NULL, NULL, NULL \
  }

static gboolean
read_params (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           member,
             GError           **error)
{
  return sg_config_read_pairs (self, node, TRUE, member, error);
}

static void
clear_params (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

static const SgConfigField scrape_fields[] = {
  SCRAPE (job_name, SG_CONFIG_STRING),
  { "scrape_interval", SG_CONFIG_DURATION, G_STRUCT_OFFSET (SgScrapeConfig, scrape_interval_ms),
    NULL, NULL, NULL },
  { "scrape_timeout", SG_CONFIG_DURATION, G_STRUCT_OFFSET (SgScrapeConfig, scrape_timeout_ms), NULL,
    NULL, NULL },
  SCRAPE (metrics_path, SG_CONFIG_STRING),
  SCRAPE (scheme, SG_CONFIG_STRING),
  { "params", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgScrapeConfig, params), read_params, clear_params,
    NULL },
  SCRAPE (honor_labels, SG_CONFIG_BOOL),
  SCRAPE (honor_timestamps, SG_CONFIG_BOOL),
  SCRAPE (track_timestamps_staleness, SG_CONFIG_BOOL),
  SCRAPE (created_timestamps, SG_CONFIG_BOOL),
  SCRAPE (enable_compression, SG_CONFIG_BOOL),
  SCRAPE (scrape_protocols, SG_CONFIG_STRINGS),
  SCRAPE (fallback_scrape_protocol, SG_CONFIG_STRING),
  { "scrape_classic_histograms", SG_CONFIG_BOOL,
    G_STRUCT_OFFSET (SgScrapeConfig, scrape_classic_histograms), NULL, NULL, NULL },
  { "always_scrape_classic_histograms", SG_CONFIG_BOOL,
    G_STRUCT_OFFSET (SgScrapeConfig, scrape_classic_histograms), NULL, NULL, NULL },
  { "scrape_native_histograms", SG_CONFIG_BOOL,
    G_STRUCT_OFFSET (SgScrapeConfig, scrape_native_histograms), NULL, NULL, NULL },
  { "convert_classic_histograms_to_nhcb", SG_CONFIG_BOOL,
    G_STRUCT_OFFSET (SgScrapeConfig, convert_classic_histograms), NULL, NULL, NULL },
  { "scrape_failure_log_file", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  SCRAPE (metric_name_validation_scheme, SG_CONFIG_STRING),
  SCRAPE (metric_name_escaping_scheme, SG_CONFIG_STRING),
  LIMIT (body_size_limit, SG_CONFIG_BYTES),
  LIMIT (sample_limit, SG_CONFIG_COUNT),
  LIMIT (target_limit, SG_CONFIG_COUNT),
  LIMIT (label_limit, SG_CONFIG_COUNT),
  LIMIT (label_name_length_limit, SG_CONFIG_COUNT),
  LIMIT (label_value_length_limit, SG_CONFIG_COUNT),
  SCRAPE (keep_dropped_targets, SG_CONFIG_COUNT),
  SCRAPE (native_histogram_bucket_limit, SG_CONFIG_COUNT),
  { "native_histogram_min_bucket_factor", SG_CONFIG_IGNORED, 0, NULL, NULL, NULL },
  { "extra_scrape_metrics", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "relabel_configs", SG_CONFIG_RELABEL, G_STRUCT_OFFSET (SgScrapeConfig, relabel), NULL, NULL,
    NULL },
  { "metric_relabel_configs", SG_CONFIG_RELABEL, G_STRUCT_OFFSET (SgScrapeConfig, metric_relabel),
    NULL, NULL, NULL },
};

static const SgConfigMistake scrape_mistakes[] = {
  { "name", "write job_name" },
  { "job", "write job_name" },
  { "targets", "write static_configs: [{targets: ['host:port']}]" },
  { "static_config", "write static_configs, with an s: it is a list" },
  { "interval", "write scrape_interval" },
  { "timeout", "write scrape_timeout" },
  { "path", "write metrics_path" },
  { "metric_path", "write metrics_path" },
  { "username", "write basic_auth: {username: …, password_file: …}" },
  { "password", "write basic_auth: {username: …, password_file: …}" },
  { "labels", "labels stand in an entry of static_configs, beside its targets" },
  { "headers", "write http_headers: {NAME: {values: […]}}" },
  { NULL, NULL },
};

static const SgConfigTable scrape_table = {
  .fields = scrape_fields,
  .n_fields = G_N_ELEMENTS (scrape_fields),
  .parent = &sg_config_http_table,
  .parent_offset = G_STRUCT_OFFSET (SgScrapeConfig, http),
  .parent_2 = &sg_config_discovery_table,
  .parent_2_offset = G_STRUCT_OFFSET (SgScrapeConfig, discovery),
  .mistakes = scrape_mistakes,
};

static gboolean
check_protocols (const SgYamlNode   *node,
                 const char  *const *chosen,
                 GError            **error)
{
  static const char *const words[] = { "PrometheusProto",      "PrometheusText0.0.4",
                                       "PrometheusText1.0.0",  "OpenMetricsText0.0.1",
                                       "OpenMetricsText1.0.0", NULL };

  for (guint i = 0; chosen != NULL && chosen[i] != NULL; i++)
    {
      if (!sg_config_check_word (node, "scrape_protocols", chosen[i], words, error))
        return FALSE;
      if (g_strv_contains (chosen + i + 1, chosen[i]))
        return sg_config_fail (sg_yaml_node_lookup (node, "scrape_protocols"), error,
                               "duplicated protocol in scrape_protocols: %s: remove one",
                               chosen[i]);
    }
  return TRUE;
}

static gboolean
check_words (const SgYamlNode      *node,
             const SgScrapeConfig  *scrape,
             GError               **error)
{
  static const char *const protocols[] = { "PrometheusProto",      "PrometheusText0.0.4",
                                           "PrometheusText1.0.0",  "OpenMetricsText0.0.1",
                                           "OpenMetricsText1.0.0", NULL };
  static const char *const schemes[] = { "utf8", "legacy", NULL };
  static const char *const escapings[] = { "allow-utf-8", "underscores", "dots", "values", NULL };

  return check_protocols (node, (const char *const *) scrape->scrape_protocols, error)
         && sg_config_check_word (node, "fallback_scrape_protocol",
                                  scrape->fallback_scrape_protocol, protocols, error)
         && sg_config_check_word (node, "metric_name_validation_scheme",
                                  scrape->metric_name_validation_scheme, schemes, error)
         && sg_config_check_word (node, "metric_name_escaping_scheme",
                                  scrape->metric_name_escaping_scheme, escapings, error);
}

static void
warn_unsupported (SgConfigReader       *self,
                  const SgYamlNode     *node,
                  const SgScrapeConfig *scrape)
{
  static const char *const keys[] = { "scrape_native_histograms",
                                      "convert_classic_histograms_to_nhcb" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const SgYamlNode *value = sg_yaml_node_lookup (node, keys[i]);
      gboolean truth = TRUE;

      if (value == NULL || (sg_yaml_node_get_bool (value, &truth, NULL) && !truth))
        continue;
      sg_config_warn (self, value,
                      "%s is known to Prometheus, and not supported here yet: it has "
                      "no effect",
                      keys[i]);
    }
}

static gboolean
read_scrape_config (SgConfigReader    *self,
                    const SgYamlNode  *node,
                    gpointer           object,
                    GError           **error)
{
  SgScrapeConfig *scrape = object;

  scrape->node = node;
  scrape->yaml = sg_yaml_ref (self->yaml);
  scrape->metrics_path = g_strdup ("/metrics");
  scrape->scheme = g_strdup ("http");
  scrape->honor_timestamps = TRUE;
  scrape->enable_compression = TRUE;
  sg_config_init_http (&scrape->http);
  if (!sg_config_read (self, &scrape_table, node, scrape, error)
      || !sg_config_check_http (node, &scrape->http, error) || !check_words (node, scrape, error))
    return FALSE;
  if (scrape->job_name == NULL || *scrape->job_name == '\0')
    return sg_config_fail (node, error, "job_name is empty: a job needs a name");
  warn_unsupported (self, node, scrape);
  return TRUE;
}

static void
scrape_config_free (gpointer data)
{
  SgScrapeConfig *scrape = data;

  sg_config_clear (&scrape_table, scrape);
  g_clear_pointer (&scrape->yaml, sg_yaml_unref);
  g_free (scrape);
}

/* Adds the jobs of a list to those that are there: the file's own first, then those of its other files. */
gboolean
sg_config_read_scrape_configs (SgConfigReader    *self,
                               const SgYamlNode  *sequence,
                               gpointer           member,
                               GError           **error)
{
  GPtrArray **list = member;
  GPtrArray *jobs = sg_config_read_list (self, sequence, read_scrape_config,
                                         sizeof (SgScrapeConfig), scrape_config_free, error);

  if (jobs == NULL)
    return FALSE;
  if (*list == NULL)
    *list = jobs;
  else
    g_ptr_array_extend_and_steal (*list, jobs);
  return TRUE;
}

static void
take_over_limits (SgScrapeLimits       *limits,
                  const SgScrapeLimits *global)
{
#define TAKE(key) limits->key = limits->key != 0 ? limits->key : global->key
  TAKE (body_size_limit);
  TAKE (sample_limit);
  TAKE (target_limit);
  TAKE (label_limit);
  TAKE (label_name_length_limit);
  TAKE (label_value_length_limit);
#undef TAKE
}

static gboolean
take_over (SgScrapeConfig        *scrape,
           const SgGlobalConfig  *global,
           GError               **error)
{
  if (scrape->scrape_interval_ms == 0)
    scrape->scrape_interval_ms = global->scrape_interval_ms;
  if (scrape->scrape_timeout_ms > scrape->scrape_interval_ms)
    return sg_config_fail (scrape->node, error,
                           "scrape timeout greater than scrape interval for scrape config with job "
                           "name “%s”: shorten scrape_timeout",
                           scrape->job_name);
  if (scrape->scrape_timeout_ms == 0)
    scrape->scrape_timeout_ms = MIN (global->scrape_timeout_ms, scrape->scrape_interval_ms);
  take_over_limits (&scrape->limits, &global->limits);
  if (scrape->keep_dropped_targets == 0)
    scrape->keep_dropped_targets = global->keep_dropped_targets;
  if (scrape->metric_name_escaping_scheme == NULL)
    scrape->metric_name_escaping_scheme = g_strdup (global->metric_name_escaping_scheme);
  if (scrape->scrape_protocols == NULL)
    scrape->scrape_protocols = g_strdupv (global->scrape_protocols);
  return TRUE;
}

/* Once all jobs have been read: fills in what they take from the global part, and looks for doubles. */
gboolean
sg_config_finish_scrape_configs (SgConfigReader  *self,
                                 GError         **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; self->config->scrape != NULL && i < self->config->scrape->len; i++)
    {
      SgScrapeConfig *scrape = self->config->scrape->pdata[i];

      if (!take_over (scrape, &self->config->global, error))
        return FALSE;
      if (!g_hash_table_add (names, scrape->job_name))
        return sg_config_fail (sg_yaml_node_lookup (scrape->node, "job_name"), error,
                               "found multiple scrape configs with job name “%s”: rename one",
                               scrape->job_name);
    }
  return TRUE;
}

static gboolean
strv_equal (const char *const *a,
            const char *const *b)
{
  return a == b || (a != NULL && b != NULL && g_strv_equal (a, b));
}

gboolean
sg_scrape_config_equal (const SgScrapeConfig *a,
                        const SgScrapeConfig *b)
{
  return g_str_equal (sg_yaml_get_name (a->yaml), sg_yaml_get_name (b->yaml))
         && sg_yaml_node_equal (a->node, b->node) && a->scrape_interval_ms == b->scrape_interval_ms
         && a->scrape_timeout_ms == b->scrape_timeout_ms
         && memcmp (&a->limits, &b->limits, sizeof a->limits) == 0
         && strv_equal ((const char *const *) a->scrape_protocols,
                        (const char *const *) b->scrape_protocols);
}
