/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-yaml.h"
#include "ingest/config/sg-http-client-config.h"
#include "ingest/sg-relabel.h"

G_BEGIN_DECLS

/* The bounds of what one target's page may be; 0 is no bound. */
typedef struct
{
  guint64 body_size_limit;
  guint64 sample_limit;
  guint64 target_limit;
  guint64 label_limit;
  guint64 label_name_length_limit;
  guint64 label_value_length_limit;
} SgScrapeLimits;

/**
 * SgGlobalConfig:
 * @scrape_interval_ms: how often targets are scraped, unless their job says otherwise
 * @scrape_timeout_ms: how long a scrape may take
 * @evaluation_interval_ms: how often rules are evaluated
 * @rule_query_offset_ms: how far behind now rules look
 * @external_labels: what is added to what leaves this machine
 * @limits: for jobs that set none
 * @scrape_protocols: (nullable): the formats to ask for, best first
 */
typedef struct
{
  gint64 scrape_interval_ms;
  gint64 scrape_timeout_ms;
  gint64 evaluation_interval_ms;
  gint64 rule_query_offset_ms;
  SgLabels *external_labels;
  SgScrapeLimits limits;
  GStrv scrape_protocols;
  guint64 keep_dropped_targets;
  char *metric_name_validation_scheme;
  char *metric_name_escaping_scheme;
} SgGlobalConfig;

/**
 * SgTargetGroup:
 * @source: where it comes from: equal sources replace each other
 * @labels: what all of its targets have
 * @targets: (element-type SgLabels): what each has, its __address__ at least
 */
typedef struct
{
  char *source;
  SgLabels *labels;
  GPtrArray *targets;
} SgTargetGroup;

typedef struct
{
  GStrv files;
  gint64 refresh_interval_ms;
} SgFileSdConfig;

typedef struct
{
  char *url;
  gint64 refresh_interval_ms;
  SgHttpClientConfig http;
} SgHttpSdConfig;

/**
 * SgDnsType:
 *
 * Which records of a name are its targets.
 */
typedef enum
{
  SG_DNS_SRV,
  SG_DNS_A,
  SG_DNS_AAAA,
  SG_DNS_MX,
  SG_DNS_NS,
} SgDnsType;

typedef struct
{
  GStrv names;
  SgDnsType type;
  gint64 port;
  gint64 refresh_interval_ms;
} SgDnsSdConfig;

/**
 * SgDiscoveryConfig:
 * @static_groups: (element-type SgTargetGroup)
 * @file: (element-type SgFileSdConfig)
 * @http: (element-type SgHttpSdConfig)
 * @dns: (element-type SgDnsSdConfig)
 *
 * Where the targets of a job come from.
 */
typedef struct
{
  GPtrArray *static_groups;
  GPtrArray *file;
  GPtrArray *http;
  GPtrArray *dns;
} SgDiscoveryConfig;

/**
 * SgScrapeConfig:
 * @node: where it stands in its file
 * @yaml: that file
 * @job_name: what its targets' label "job" is
 * @created_timestamps: whether a series that says since when it counts gets a sample of zero there; a key of
 *   ours
 * @params: (element-type char*): name, value, name, value …: what is asked for with each scrape
 *
 * One job: what to scrape, how, and what becomes of it. What the job does not say is filled in from the
 * global part.
 */
typedef struct
{
  const SgYamlNode *node;
  SgYaml *yaml;
  char *job_name;
  gint64 scrape_interval_ms;
  gint64 scrape_timeout_ms;
  char *metrics_path;
  char *scheme;
  GPtrArray *params;
  gboolean honor_labels;
  gboolean honor_timestamps;
  gboolean track_timestamps_staleness;
  gboolean created_timestamps;
  gboolean enable_compression;
  gboolean scrape_classic_histograms;
  gboolean convert_classic_histograms;
  gboolean scrape_native_histograms;
  GStrv scrape_protocols;
  char *fallback_scrape_protocol;
  char *metric_name_validation_scheme;
  char *metric_name_escaping_scheme;
  SgScrapeLimits limits;
  guint64 keep_dropped_targets;
  guint64 native_histogram_bucket_limit;
  SgHttpClientConfig http;
  SgDiscoveryConfig discovery;
  SgRelabel *relabel;
  SgRelabel *metric_relabel;
} SgScrapeConfig;

typedef struct
{
  char *scheme;
  char *path_prefix;
  gint64 timeout_ms;
  char *api_version;
  SgHttpClientConfig http;
  SgDiscoveryConfig discovery;
  SgRelabel *relabel;
  SgRelabel *alert_relabel;
} SgAlertmanagerConfig;

/**
 * SgRemoteQueue:
 *
 * How samples wait for being sent.
 */
typedef struct
{
  gint64 capacity;
  gint64 max_shards;
  gint64 min_shards;
  gint64 max_samples_per_send;
  gint64 batch_send_deadline_ms;
  gint64 min_backoff_ms;
  gint64 max_backoff_ms;
  gint64 sample_age_limit_ms;
  gboolean retry_on_http_429;
} SgRemoteQueue;

typedef struct
{
  char *name;
  char *url;
  gint64 timeout_ms;
  GPtrArray *headers;
  SgHttpClientConfig http;
  SgRelabel *relabel;
  gboolean send_exemplars;
  gboolean send_native_histograms;
  gboolean round_robin_dns;
  char *protobuf_message;
  SgRemoteQueue queue;
  gboolean metadata_send;
  gint64 metadata_interval_ms;
  gint64 metadata_max_samples_per_send;
} SgRemoteWriteConfig;

typedef struct
{
  char *name;
  char *url;
  gint64 timeout_ms;
  GPtrArray *headers;
  SgHttpClientConfig http;
  gboolean read_recent;
  gboolean filter_external_labels;
  SgLabels *required_matchers;
} SgRemoteReadConfig;

typedef struct
{
  char *client_type;
  char *endpoint;
  char *compression;
  double sampling_fraction;
  gboolean insecure;
  gint64 timeout_ms;
  GPtrArray *headers;
  SgTlsConfig tls;
} SgTracingConfig;

typedef struct
{
  GStrv promote_resource_attributes;
  GStrv ignore_resource_attributes;
  gboolean promote_all_resource_attributes;
  gboolean promote_scope_metadata;
  gboolean keep_identifying_resource_attributes;
  gboolean convert_histograms_to_nhcb;
  gboolean label_name_underscore_sanitization;
  gboolean label_name_preserve_multiple_underscores;
  char *translation_strategy;
} SgOtlpConfig;

/**
 * SgConfig:
 * @path: the file
 * @yaml: its text
 * @scrape: (element-type SgScrapeConfig): the jobs
 * @rule_files: patterns of rule files, from the folder of @path
 * @out_of_order_window_ms: how late a sample may come
 * @max_exemplars: how many exemplars are kept; −1 when the file does not say
 * @warnings: (element-type utf8): what is not supported yet, with its place
 * @watched: (element-type utf8): the files that belong to it: when one changes, it is to be read again
 *
 * All that a prometheus.yml says, checked, with all defaults filled in. Immutable and counted.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *path;
  SgYaml *yaml;
  SgGlobalConfig global;
  GPtrArray *scrape;
  GStrv rule_files;
  GStrv scrape_config_files;
  SgRelabel *alert_relabel;
  GPtrArray *alertmanagers;
  GPtrArray *remote_write;
  GPtrArray *remote_read;
  SgTracingConfig tracing;
  SgOtlpConfig otlp;
  gint64 out_of_order_window_ms;
  gint64 max_exemplars;
  GPtrArray *warnings;
  GPtrArray *watched;
} SgConfig;

SgConfig             *sg_config_load     (const char      *path,
                                          GError         **error);
/* @path is where @text would stand: what it names is looked for from there. */
SgConfig             *sg_config_parse    (const char      *path,
                                          const char      *text,
                                          gssize           length,
                                          GError         **error);
SgConfig             *sg_config_ref      (SgConfig        *self);
void                  sg_config_unref    (SgConfig        *self);
const SgScrapeConfig *sg_config_find_job (const SgConfig  *self,
                                          const char      *job_name);
/* Whether both ask the same of their targets, so that what runs can go on. */
gboolean              sg_scrape_config_equal (const SgScrapeConfig *a,
                                          const SgScrapeConfig *b);

void                  sg_target_group_free (SgTargetGroup *self);
/* What file_sd and http_sd read: a list of groups, as YAML or JSON. */
GPtrArray            *sg_target_groups_parse (const SgYaml  *yaml,
                                          GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgConfig, sg_config_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTargetGroup, sg_target_group_free)

G_END_DECLS
