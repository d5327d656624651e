/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config.h"

#include "ingest/config/sg-config-reader.h"

#include <glob.h>
#include <string.h>

/*
 * prometheus.yml, as Prometheus 3 has it: global, scrape_configs, scrape_config_files, rule_files,
 * alerting, remote_write, remote_read, storage, tracing, otlp. It is read whole, then checked whole, and
 * only what passed becomes an SgConfig: so applying one cannot fail.
 *
 * Names of files begin at the folder of the file in which they stand.
 */

#define DEFAULT_INTERVAL_MS (60 * 1000)
#define DEFAULT_TIMEOUT_MS  (10 * 1000)

#define GLOBAL(key, kind, member)                                         \
  {                                                                       \
    key, kind, G_STRUCT_OFFSET (SgGlobalConfig, member), NULL, NULL, NULL \
  }

/* ${VAR} and $VAR become what the environment says; what is not set becomes nothing, with a warning. */
static gboolean
read_external_labels (SgConfigReader    *self,
                      const SgYamlNode  *node,
                      gpointer           member,
                      GError           **error)
{
  SgLabels **labels = member;
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);

  if (!sg_yaml_node_expect (node, SG_YAML_MAPPING, error))
    return FALSE;
  sg_labels_builder_init (&builder, NULL);
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      const SgYamlNode *key = sg_yaml_node_get_key (node, i);
      const char *name;
      char *value;

      if (!sg_yaml_node_get_string (key, &name, error)
          || !sg_yaml_node_get_expanded (sg_yaml_node_get_item (node, i), &value, missing, error))
        return FALSE;
      g_ptr_array_add (texts, value);
      if (!sg_label_name_is_classic (name))
        return sg_config_fail (key, error, "“%s” is no label name: use letters, digits and _",
                               name);
      sg_labels_builder_set (&builder, name, value);
    }
  for (guint i = 0; i < missing->len; i++)
    sg_config_warn (self, node, "the environment has no ${%s}: it is taken as empty",
                    (const char *) missing->pdata[i]);
  g_clear_pointer (labels, sg_labels_unref);
  *labels = sg_labels_builder_build (&builder);
  return TRUE;
}

static void
clear_labels (gpointer member)
{
  g_clear_pointer ((SgLabels **) member, sg_labels_unref);
}

static const SgConfigField global_fields[] = {
  GLOBAL ("scrape_interval", SG_CONFIG_DURATION, scrape_interval_ms),
  GLOBAL ("scrape_timeout", SG_CONFIG_DURATION, scrape_timeout_ms),
  GLOBAL ("evaluation_interval", SG_CONFIG_DURATION, evaluation_interval_ms),
  GLOBAL ("rule_query_offset", SG_CONFIG_DURATION, rule_query_offset_ms),
  { "external_labels", SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgGlobalConfig, external_labels),
    read_external_labels, clear_labels, NULL },
  GLOBAL ("query_log_file", SG_CONFIG_STRING, query_log_file),
  GLOBAL ("scrape_failure_log_file", SG_CONFIG_STRING, scrape_failure_log_file),
  GLOBAL ("scrape_protocols", SG_CONFIG_STRINGS, scrape_protocols),
  GLOBAL ("body_size_limit", SG_CONFIG_BYTES, limits.body_size_limit),
  GLOBAL ("sample_limit", SG_CONFIG_COUNT, limits.sample_limit),
  GLOBAL ("target_limit", SG_CONFIG_COUNT, limits.target_limit),
  GLOBAL ("label_limit", SG_CONFIG_COUNT, limits.label_limit),
  GLOBAL ("label_name_length_limit", SG_CONFIG_COUNT, limits.label_name_length_limit),
  GLOBAL ("label_value_length_limit", SG_CONFIG_COUNT, limits.label_value_length_limit),
  GLOBAL ("metric_name_validation_scheme", SG_CONFIG_STRING, metric_name_validation_scheme),
  GLOBAL ("metric_name_escaping_scheme", SG_CONFIG_STRING, metric_name_escaping_scheme),
  { "keep_dropped_targets", SG_CONFIG_IGNORED, 0, NULL, NULL, NULL },
  { "scrape_native_histograms", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "convert_classic_histograms_to_nhcb", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
  { "always_scrape_classic_histograms", SG_CONFIG_IGNORED, 0, NULL, NULL, NULL },
  { "extra_scrape_metrics", SG_CONFIG_UNSUPPORTED, 0, NULL, NULL, NULL },
};

static const SgConfigMistake global_mistakes[] = {
  { "interval", "write scrape_interval" },
  { "timeout", "write scrape_timeout" },
  { "labels", "write external_labels" },
  { "scrape_configs", "it stands beside global, not in it: indent it less" },
  { "retention", "retention is a flag: --storage.tsdb.retention.time" },
  { NULL, NULL },
};

static const SgConfigTable global_table = { .fields = global_fields,
                                            .n_fields = G_N_ELEMENTS (global_fields),
                                            .mistakes = global_mistakes };

static gboolean
read_global (SgConfigReader    *self,
             const SgYamlNode  *node,
             gpointer           member,
             GError           **error)
{
  SgGlobalConfig *global = member;

  global->scrape_timeout_ms = 0;
  if (!sg_config_read (self, &global_table, node, global, error))
    return FALSE;
  if (global->scrape_interval_ms == 0)
    global->scrape_interval_ms = DEFAULT_INTERVAL_MS;
  if (global->evaluation_interval_ms == 0)
    global->evaluation_interval_ms = DEFAULT_INTERVAL_MS;
  if (global->scrape_timeout_ms > global->scrape_interval_ms)
    return sg_config_fail (sg_yaml_node_lookup (node, "scrape_timeout"), error,
                           "global scrape timeout greater than scrape interval: shorten it");
  if (global->scrape_timeout_ms == 0)
    global->scrape_timeout_ms = MIN (DEFAULT_TIMEOUT_MS, global->scrape_interval_ms);
  return TRUE;
}

static void
clear_global (gpointer member)
{
  sg_config_clear (&global_table, member);
}

static void
clear_list (gpointer member)
{
  g_clear_pointer ((GPtrArray **) member, g_ptr_array_unref);
}

/* Each pattern, made absolute. The folders of those with wildcards are looked at as well. */
static gboolean
read_patterns (SgConfigReader    *self,
               const SgYamlNode  *node,
               gpointer           member,
               GError           **error)
{
  GStrv *patterns = member;

  if (!sg_yaml_node_expect (node, SG_YAML_SEQUENCE, error)
      || !sg_config_read_strings (self, node, patterns, error))
    return FALSE;
  for (guint i = 0; (*patterns)[i] != NULL; i++)
    {
      char *absolute = sg_config_make_path (self, (*patterns)[i]);

      g_free ((*patterns)[i]);
      (*patterns)[i] = absolute;
      sg_config_watch (self, absolute);
    }
  return TRUE;
}

static void
clear_strings (gpointer member)
{
  g_clear_pointer ((GStrv *) member, g_strfreev);
}

static void
clear_alerting (gpointer config)
{
  clear_list (&((SgConfig *) config)->alertmanagers);
  g_clear_pointer (&((SgConfig *) config)->alert_relabel, sg_relabel_unref);
}

#define PART(key, member, read, clear)                                           \
  {                                                                              \
    key, SG_CONFIG_CUSTOM, G_STRUCT_OFFSET (SgConfig, member), read, clear, NULL \
  }

static const SgConfigField root_fields[] = {
  PART ("global", global, read_global, clear_global),
  PART ("scrape_configs", scrape, sg_config_read_scrape_configs, clear_list),
  PART ("scrape_config_files", scrape_config_files, read_patterns, clear_strings),
  PART ("rule_files", rule_files, read_patterns, clear_strings),
  { "alerting", SG_CONFIG_CUSTOM, 0, sg_config_read_alerting, clear_alerting, NULL },
  PART ("remote_write", remote_write, sg_config_read_remote_write, clear_list),
  PART ("remote_read", remote_read, sg_config_read_remote_read, clear_list),
  { "storage", SG_CONFIG_CUSTOM, 0, sg_config_read_storage, NULL, NULL },
  { "tracing", SG_CONFIG_TABLE, G_STRUCT_OFFSET (SgConfig, tracing), NULL, NULL,
    &sg_config_tracing_table },
  { "otlp", SG_CONFIG_TABLE, G_STRUCT_OFFSET (SgConfig, otlp), NULL, NULL, &sg_config_otlp_table },
  { "runtime", SG_CONFIG_IGNORED, 0, NULL, NULL, NULL },
};

static const SgConfigMistake root_mistakes[] = {
  { "alert_rules", "rules are named by rule_files: write rule_files: [FILE, …] instead" },
  { "alerts", "rules are named by rule_files: write rule_files: [FILE, …] instead" },
  { "rules", "rules are named by rule_files: write rule_files: [FILE, …] instead" },
  { "rule_file", "write rule_files, with an s: it is a list" },
  { "groups", "this is a file of rules: name it under rule_files" },
  { "alertmanagers", "write alerting: {alertmanagers: […]}" },
  { "alertmanager", "write alerting: {alertmanagers: […]}" },
  { "jobs", "write scrape_configs" },
  { "scrape_config", "write scrape_configs, with an s: it is a list" },
  { "scrape_interval", "it stands in global: indent it below that" },
  { "scrape_timeout", "it stands in global: indent it below that" },
  { "evaluation_interval", "it stands in global: indent it below that" },
  { "external_labels", "it stands in global: indent it below that" },
  { "static_configs", "it stands in an entry of scrape_configs" },
  { "route", "this is a configuration of Alertmanager: give it with --alertmanager.config.file" },
  { "receivers",
    "this is a configuration of Alertmanager: give it with --alertmanager.config.file" },
  { NULL, NULL },
};

static const SgConfigTable root_table = { .fields = root_fields,
                                          .n_fields = G_N_ELEMENTS (root_fields),
                                          .mistakes = root_mistakes };

static SgConfig *
config_new (const char *path)
{
  SgConfig *self = g_new0 (SgConfig, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = g_strdup (path);
  self->global.scrape_interval_ms = DEFAULT_INTERVAL_MS;
  self->global.scrape_timeout_ms = DEFAULT_TIMEOUT_MS;
  self->global.evaluation_interval_ms = DEFAULT_INTERVAL_MS;
  self->max_exemplars = -1;
  self->tracing.timeout_ms = 10 * 1000;
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->watched = g_ptr_array_new_with_free_func (g_free);
  return self;
}

SgConfig *
sg_config_ref (SgConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_config_unref (SgConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_config_clear (&root_table, self);
  g_clear_pointer (&self->yaml, sg_yaml_unref);
  g_ptr_array_unref (self->warnings);
  g_ptr_array_unref (self->watched);
  g_free (self->path);
  g_free (self);
}

static const SgConfigField extra_fields[] = {
  PART ("scrape_configs", scrape, sg_config_read_scrape_configs, NULL),
};

static const SgConfigTable extra_table = { extra_fields, G_N_ELEMENTS (extra_fields) };

/* A file of scrape_config_files: jobs alone, added to those of the file itself. */
static gboolean
read_extra_file (SgConfig    *config,
                 const char  *path,
                 GError     **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, error);
  g_autofree char *folder = g_path_get_dirname (path);
  SgConfigReader reader = { config, yaml, folder };

  return yaml != NULL
         && sg_config_read (&reader, &extra_table, sg_yaml_get_root (yaml), config, error);
}

static gboolean
read_extra_files (SgConfig  *config,
                  GError   **error)
{
  for (guint i = 0; config->scrape_config_files != NULL && config->scrape_config_files[i] != NULL;
       i++)
    {
      glob_t found;
      gboolean good = TRUE;

      if (glob (config->scrape_config_files[i], 0, NULL, &found) != 0)
        continue;
      for (gsize j = 0; j < found.gl_pathc && good; j++)
        good = read_extra_file (config, found.gl_pathv[j], error);
      globfree (&found);
      if (!good)
        return FALSE;
    }
  return TRUE;
}

static SgConfig *
config_read (const char  *path,
             SgYaml      *yaml,
             GError     **error)
{
  g_autoptr (SgConfig) self = config_new (path);
  g_autofree char *folder = g_path_get_dirname (path);
  SgConfigReader reader = { self, yaml, folder };

  self->yaml = sg_yaml_ref (yaml);
  sg_config_watch (&reader, path);
  if (!sg_config_read (&reader, &root_table, sg_yaml_get_root (yaml), self, error)
      || !read_extra_files (self, error) || !sg_config_finish_scrape_configs (&reader, error))
    return NULL;
  if (self->global.external_labels == NULL)
    self->global.external_labels = sg_labels_ref (sg_labels_get_empty ());
  if (self->scrape == NULL)
    self->scrape = g_ptr_array_new ();
  return g_steal_pointer (&self);
}

/**
 * sg_config_load:
 * @path: a prometheus.yml
 * @error: what is wrong, as file:line:column, and what to write
 *
 * Returns: (transfer full): what it says
 */
SgConfig *
sg_config_load (const char  *path,
                GError     **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, error);

  return yaml != NULL ? config_read (path, yaml, error) : NULL;
}

SgConfig *
sg_config_parse (const char  *path,
                 const char  *text,
                 gssize       length,
                 GError     **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_parse (path, text, length, error);

  return yaml != NULL ? config_read (path, yaml, error) : NULL;
}

/* Returns: (nullable): the job of that name */
const SgScrapeConfig *
sg_config_find_job (const SgConfig *self,
                    const char     *job_name)
{
  for (guint i = 0; i < self->scrape->len; i++)
    {
      const SgScrapeConfig *scrape = self->scrape->pdata[i];

      if (g_str_equal (scrape->job_name, job_name))
        return scrape;
    }
  return NULL;
}
