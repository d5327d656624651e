/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config.h"

#include "ingest/config/sg-config-check.h"
#include "rules/sg-rule-check.h"
#include "tools/sg-test-peer.h"

#include <string.h>

/*
 * Configurations, good and bad. Each is judged by promtool as well, which must agree; where it is older
 * than the key in question, or Debian has built it without, the case says so.
 */

#define JOB    "scrape_configs:\n- job_name: a\n"
#define STATIC "  static_configs:\n  - targets: ['h:1']\n"

typedef enum
{
  ASK_PROMTOOL,
  NOT_FOR_PROMTOOL,
} Oracle;

typedef struct
{
  const char *text;
  const char *error;
  Oracle oracle;
} Case;

/* @error: what the message has, after "FILE:"; %NULL where the file is good */
static const Case cases[] = {
  { "", NULL },
  { "global:\n", NULL },
  { "global:\n  scrape_interval: 15s\n", NULL },
  { JOB STATIC, NULL },
  { JOB STATIC "  metrics_path: /m\n  scheme: https\n  params: {a: [b, c]}\n", NULL },
  { JOB STATIC "  honor_labels: true\n  honor_timestamps: false\n  follow_redirects: false\n",
    NULL },
  { JOB STATIC "  sample_limit: 1\n  label_limit: 2\n  label_name_length_limit: 3\n"
               "  label_value_length_limit: 4\n  target_limit: 5\n  body_size_limit: 1MB\n",
    NULL },
  { JOB STATIC "  basic_auth: {username: u, password: p}\n", NULL },
  { JOB STATIC "  authorization: {credentials: c}\n", NULL },
  { JOB STATIC "  bearer_token: c\n", NULL },
  { JOB STATIC "  oauth2: {client_id: i, client_secret: s, token_url: 'http://a/t', scopes: [x],\n"
               "    endpoint_params: {a: b}, tls_config: {insecure_skip_verify: true}}\n",
    NULL },
  { JOB STATIC "  oauth2: {client_id: i, client_secret_file: s, token_url: 'http://a/t'}\n", NULL },
  { JOB STATIC "  created_timestamps: true\n", NULL, NOT_FOR_PROMTOOL },
  { JOB STATIC "  tls_config: {insecure_skip_verify: true, server_name: x, min_version: TLS12}\n",
    NULL },
  { JOB STATIC "  relabel_configs:\n  - {source_labels: [a], target_label: b}\n", NULL },
  { JOB STATIC "  relabel_configs:\n  - {action: labeldrop, regex: a.*}\n", NULL },
  { JOB STATIC
    "  metric_relabel_configs:\n  - {source_labels: [__name__], regex: x, action: drop}\n",
    NULL },
  { JOB "  file_sd_configs:\n  - files: ['nothing/*.json']\n    refresh_interval: 1m\n", NULL },
  { JOB "  http_sd_configs:\n  - url: http://localhost/x\n", NULL },
  { JOB "  dns_sd_configs:\n  - names: [a.b]\n    type: A\n    port: 1\n", NULL },
  { JOB "  dns_sd_configs:\n  - names: [a.b]\n", NULL },
  { JOB "  kubernetes_sd_configs:\n  - role: pod\n", NULL, NOT_FOR_PROMTOOL },
  { JOB "  consul_sd_configs:\n  - server: localhost:1\n", NULL, NOT_FOR_PROMTOOL },
  { "rule_files: ['none/*.yml']\n", NULL },
  { "alerting:\n  alertmanagers:\n  - static_configs:\n    - targets: ['a:9093']\n", NULL },
  { "alerting:\n  alertmanagers:\n  - {scheme: https, path_prefix: /x, timeout: 5s}\n", NULL },
  { "remote_write:\n- url: http://a/w\n  queue_config: {capacity: 10}\n", NULL },
  { "remote_read:\n- url: http://a/r\n  required_matchers: {a: b}\n", NULL },
  { "storage:\n  tsdb: {out_of_order_time_window: 10m}\n  exemplars: {max_exemplars: 10}\n", NULL },
  { "tracing: {endpoint: 'a:1', client_type: http, sampling_fraction: 0.5}\n", NULL },
  { "global:\n  external_labels: {a: b}\n", NULL },
  { "global:\n  scrape_interval: 5s\nscrape_configs:\n- job_name: a\n", NULL },
  { JOB "  scrape_interval: 5s\n", NULL },
  { "otlp: {promote_resource_attributes: [a]}\n", NULL, NOT_FOR_PROMTOOL },
  { "runtime: {gogc: 75}\n", NULL, NOT_FOR_PROMTOOL },
  { JOB STATIC "  scrape_protocols: [OpenMetricsText1.0.0]\n", NULL, NOT_FOR_PROMTOOL },
  { JOB STATIC "  fallback_scrape_protocol: PrometheusText0.0.4\n", NULL, NOT_FOR_PROMTOOL },
  { JOB STATIC "  enable_compression: false\n", NULL, NOT_FOR_PROMTOOL },
  { JOB STATIC "  http_headers: {X-A: {values: [b]}}\n", NULL, NOT_FOR_PROMTOOL },

  { JOB STATIC "  oauth2: {client_secret: s, token_url: t}\n",
    "oauth2 client_id must be configured: write it" },
  { JOB STATIC "  oauth2: {client_id: i, client_secret: s}\n",
    "oauth2 token_url must be configured: write it" },
  { JOB STATIC "  oauth2: {client_id: i, client_secret: s, token_url: t}\n  bearer_token: c\n",
    "at most one of basic_auth, authorization, oauth2, bearer_token & bearer_token_file" },
  { "globel:\n", ":1:1: unknown key \"globel\": did you mean \"global\"?" },
  { "global:\n  scrape_intervall: 5s\n",
    ":2:3: unknown key \"scrape_intervall\": did you mean \"scrape_interval\"?" },
  { "alert_rules: [x.yml]\n", ":1:1: unknown key \"alert_rules\": rules are named by rule_files" },
  { JOB "  targets: [a]\n", ":3:3: unknown key \"targets\": write static_configs" },
  { JOB "  scrape_interval: 5\n", ":3:20: " },
  { JOB "  scrape_interval: 5s\n  scrape_timeout: 6s\n", ":2:3: scrape timeout greater than" },
  { "global: {scrape_interval: 5s, scrape_timeout: 6s}\n", ":1:47: global scrape timeout greater" },
  { JOB "- job_name: a\n", ":3:13: found multiple scrape configs with job name “a”" },
  { "scrape_configs:\n- metrics_path: /x\n", ":2:3: job_name is empty" },
  { "scrape_configs:\n-\n", ":2:2: an empty entry" },
  { "scrape_configs: x\n", ":1:17: a text where there must be a list" },
  { JOB "  static_configs:\n  - targets: ['http://h:1/x']\n",
    ":4:15: “http://h:1/x” is not a valid" },
  { JOB "  static_configs:\n  - target: ['h:1']\n", ":4:5: unknown key \"target\": write targets" },
  { JOB "  static_configs:\n  - targets: ['h:1']\n    labels: {'a-b': c}\n", ":5:14: “a-b” is no" },
  { JOB "  params: {a: b}\n", ":3:15: a text where there must be a list" },
  { JOB "  honor_labels: maybe\n", ":3:17: \"maybe\" is neither true nor false" },
  { JOB "  sample_limit: -1\n", ":3:17: -1 is out of range" },
  { JOB "  body_size_limit: 1 potato\n", ":3:20: " },
  { JOB "  basic_auth: {username: u, password: p, password_file: f}\n", ":3:15: at most one of" },
  { JOB "  basic_auth: {username: u}\n  bearer_token: c\n", ":4:17: at most one of basic_auth" },
  { JOB "  authorization: {type: basic, credentials: c}\n", ":3:18: authorization type cannot be" },
  { JOB "  authorization: {credentials: c, credentials_file: f}\n", ":3:18: at most one of" },
  { JOB "  tls_config: {min_version: TLS9}\n", ":3:29: min_version cannot be “TLS9”" },
  { JOB "  relabel_configs:\n  - {action: hashmod, target_label: a}\n",
    ":4:5: relabelling: hashmod" },
  { JOB "  relabel_configs:\n  - {action: nothing}\n", ":4:14: there is no action “nothing”" },
  { JOB "  relabel_configs:\n  - {source_labels: [a], regex: '(', target_label: b}\n", ":4:5: " },
  { JOB "  relabel_configs:\n  - {source_labels: [a]}\n", ":4:5: relabelling: replace: it needs" },
  { JOB "  relabel_configs:\n  -\n", ":4:4: an empty relabelling rule" },
  { JOB "  file_sd_configs:\n  - files: ['a.txt']\n", ":4:12: path name" },
  { JOB "  file_sd_configs:\n  - files: []\n", ":4:5: file service discovery config must" },
  { JOB "  http_sd_configs:\n  - url: ftp://x\n", ":4:10: url is no URL" },
  { JOB "  http_sd_configs:\n  - {}\n", ":4:5: url is missing" },
  { JOB "  dns_sd_configs:\n  - names: [a]\n    type: A\n", ":4:5: a port is required" },
  { JOB "  dns_sd_configs:\n  - names: [a]\n    type: TXT\n", ":5:11: invalid DNS-SD records" },
  { "global:\n  external_labels: {'a-b': c}\n", ":2:21: “a-b” is no label name" },
  { "alerting:\n  alertmanagers:\n  - api_version: v3\n", ":3:18: api_version cannot be “v3”" },
  { "remote_write:\n- name: x\n", ":2:3: url is missing" },
  { "remote_write:\n- {url: 'http://a', name: x}\n- {url: 'http://b', name: x}\n",
    ":3:27: found multiple entries" },
  { "remote_write:\n- {url: 'http://a', headers: {Authorization: x}}\n",
    ":2:30: authorization header must be changed" },
  { "rule_files: [none.yml]\n", "does not point to an existing file" },
  { "a: [\n", ":2:1: " },
  { "global: {}\nglobal: {}\n", ":2:1: " },
  { JOB STATIC "  relabel_configs: [{target_label: __address__, replacement: ''}]\n",
    "no address" },
};

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-config-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "prometheus.yml", NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static gboolean
check (Fixture    *fixture,
       const char *text,
       GString    *report)
{
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  g_string_truncate (report, 0);
  return sg_config_check_file (fixture->path, sg_rule_check_file, report);
}

/* Tells of one case, and lets the others be tried too. */
static void fail (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
fail (const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s", text);
  g_test_fail ();
}

static void
test_config_cases (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GString) report = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean good = check (fixture, cases[i].text, report);

      if (good != (cases[i].error == NULL))
        fail ("%s\nis %s: %s", cases[i].text, good ? "good" : "bad", report->str);
      else if (!good && strstr (report->str, cases[i].error) == NULL)
        fail ("%s\nwants “%s”, has %s", cases[i].text, cases[i].error, report->str);
    }
}

static void
test_config_promtool (Fixture       *fixture,
                      gconstpointer  data)
{
  const char *const argv[] = { "promtool", "check", "config", fixture->path, NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *output = NULL;
      int status;

      if (cases[i].oracle == NOT_FOR_PROMTOOL)
        continue;
      g_assert_true (g_file_set_contents (fixture->path, cases[i].text, -1, NULL));
      status = sg_test_run_program (argv, NULL, &output);
      if (status == -1)
        {
          g_test_skip ("promtool is not installed");
          return;
        }
      if ((status == 0) != (cases[i].error == NULL))
        fail ("%s\nis %s for promtool: %s", cases[i].text, status == 0 ? "good" : "bad", output);
    }
}

static void
test_config_values (void)
{
  static const char text[] =
      "global:\n  scrape_interval: 20s\n  sample_limit: 7\n  external_labels: {a: 'x${SG_T}y'}\n"
      "scrape_configs:\n- job_name: a\n  file_sd_configs:\n  - files: [t/*.yml]\n"
      "- job_name: b\n  scrape_interval: 5s\n  sample_limit: 3\n  bearer_token_file: tok\n"
      "  kubernetes_sd_configs: []\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SgConfig) config = NULL;
  const SgScrapeConfig *a;
  const SgScrapeConfig *b;
  const SgFileSdConfig *file;

  g_setenv ("SG_T", "1", TRUE);
  config = sg_config_parse ("/etc/p/prometheus.yml", text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_labels_get (config->global.external_labels, "a"), ==, "x1y");
  a = sg_config_find_job (config, "a");
  b = sg_config_find_job (config, "b");
  g_assert_null (sg_config_find_job (config, "c"));
  g_assert_cmpint (a->scrape_interval_ms, ==, 20000);
  g_assert_cmpint (a->scrape_timeout_ms, ==, 10000);
  g_assert_cmpuint (a->limits.sample_limit, ==, 7);
  g_assert_cmpint (b->scrape_timeout_ms, ==, 5000);
  g_assert_cmpuint (b->limits.sample_limit, ==, 3);
  file = a->discovery.file->pdata[0];
  g_assert_cmpstr (file->files[0], ==, "/etc/p/t/*.yml");
  g_assert_true (b->http.has_authorization);
  g_assert_cmpstr (b->http.authorization.credentials_file, ==, "/etc/p/tok");
  g_assert_cmpuint (config->watched->len, ==, 2);
  g_assert_cmpstr (config->watched->pdata[1], ==, "/etc/p/tok");
  g_assert_cmpuint (config->warnings->len, ==, 1);
  g_assert_nonnull (strstr (config->warnings->pdata[0], ":13:3: kubernetes_sd_configs"));
}

static void
test_config_equal (void)
{
  static const char base[] = "scrape_configs: [{job_name: a, static_configs: [{targets: [x]}]}]\n";
  static const char spaced[] =
      "# a comment\nscrape_configs:\n- job_name: a\n  static_configs:\n  - targets:\n    - x\n";
  static const char slower[] =
      "global: {scrape_interval: 2m}\n"
      "scrape_configs: [{job_name: a, static_configs: [{targets: [x]}]}]\n";
  g_autoptr (SgConfig) a = sg_config_parse ("p.yml", base, -1, NULL);
  g_autoptr (SgConfig) b = sg_config_parse ("p.yml", spaced, -1, NULL);
  g_autoptr (SgConfig) c = sg_config_parse ("p.yml", slower, -1, NULL);

  g_assert_true (sg_scrape_config_equal (a->scrape->pdata[0], b->scrape->pdata[0]));
  g_assert_false (sg_scrape_config_equal (a->scrape->pdata[0], c->scrape->pdata[0]));
}

static void
test_config_more_files (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *more = g_build_filename (fixture->folder, "more.yml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgConfig) config = NULL;

  g_assert_true (
      g_file_set_contents (fixture->path, "scrape_config_files: [mor*.yml]\n", -1, NULL));
  g_assert_true (g_file_set_contents (more, "scrape_configs: [{job_name: m}]\n", -1, NULL));
  config = sg_config_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_nonnull (sg_config_find_job (config, "m"));
}

/* The blocks of the five documents that are scrape configurations. */
static const struct
{
  const char *document;
  const char *mark;
  const char *error;
  const char *job;
} seeds[] = {
  { "000_2c7d9d8bc5a871e1.txt", "scrape_configs:\n  - job_name: 'anivault'", NULL, "anivault" },
  { "001_0c6177a0d122dcb3.txt", "scrape_configs:\n  - job_name: 'py-framework'", NULL,
    "py-framework" },
  { "002_dfc7684364ebda50.txt", "scrape_configs:\n  - job_name: 'bakhmach-app'",
    "unknown key \"alert_rules\": rules are named by rule_files: write rule_files: [FILE, …] instead",
    "bakhmach-app" },
  { "004_08b36c880b3bca3c.txt", "scrape_configs:\n  - job_name: 'kotoba-db'", NULL, "kotoba-db" },
};

/* Returns: (transfer full) (nullable): the block between ```s in which @mark stands */
static char *
cut_block (const char *document,
           const char *mark)
{
  g_autofree char *path = g_build_filename (g_getenv ("SG_SHARED"), "seeds", document, NULL);
  g_autofree char *text = NULL;
  const char *at;
  const char *start;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  at = strstr (text, mark);
  g_assert_nonnull (at);
  start = g_strrstr_len (text, at - text, "```yaml\n") + strlen ("```yaml\n");
  return g_strndup (start, (gsize) (strstr (at, "```") - start));
}

static void
test_config_seeds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      g_autofree char *block = cut_block (seeds[i].document, seeds[i].mark);
      g_autofree char *right = NULL;
      g_autoptr (GString) fixed = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (SgConfig) config = NULL;

      if (block == NULL)
        {
          g_test_skip ("the documents are not here");
          return;
        }
      config = sg_config_parse ("prometheus.yml", block, -1, &error);
      if (seeds[i].error != NULL)
        {
          g_assert_nonnull (error);
          g_assert_nonnull (strstr (error->message, seeds[i].error));
          g_clear_error (&error);
          fixed = g_string_new (block);
          g_string_replace (fixed, "alert_rules", "rule_files", 0);
          config = sg_config_parse ("prometheus.yml", fixed->str, -1, &error);
        }
      g_assert_no_error (error);
      g_assert_nonnull (sg_config_find_job (config, seeds[i].job));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("/config/cases", test_config_cases);
  ADD ("/config/promtool", test_config_promtool);
  ADD ("/config/more-files", test_config_more_files);
#undef ADD
  g_test_add_func ("/config/values", test_config_values);
  g_test_add_func ("/config/equal", test_config_equal);
  g_test_add_func ("/config/seeds", test_config_seeds);
  return g_test_run ();
}
