/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-check.h"

#include "ingest/config/sg-config.h"
#include "ingest/scrape/sg-target.h"
#include "ingest/sg-exposition-parser.h"

#include <glob.h>
#include <string.h>

/*
 * What “check config” looks at, and how it says it, as promtool does: the file itself, then whether the
 * files that it names are there and can be read, and whether each written target can be one. A reload
 * asks less: a password file that comes later is no reason to refuse a configuration.
 */

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError     **error,
      const char  *format,
      ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG, text);
  return FALSE;
}

static gboolean
check_exists (const char  *what,
              const char  *path,
              GError     **error)
{
  if (path == NULL || *path == '\0' || g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  return fail (error, "%s “%s” does not exist: make it, or correct its name", what, path);
}

static gboolean
check_http_files (const SgHttpClientConfig  *http,
                  GError                   **error)
{
  return check_exists ("the credentials file", http->authorization.credentials_file, error)
         && check_exists ("the certificate", http->tls.cert_file, error)
         && check_exists ("the key", http->tls.key_file, error);
}

static gboolean
check_groups (const SgScrapeConfig  *job,
              const GPtrArray       *groups,
              GError               **error)
{
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const SgTargetGroup *group = groups->pdata[i];

      for (guint j = 0; j < group->targets->len; j++)
        {
          g_autoptr (SgTarget) target = NULL;
          g_autoptr (SgLabels) discovered = NULL;

          if (!sg_target_make (job, group->targets->pdata[j], group->labels, &target, &discovered,
                               error))
            {
              g_prefix_error (error, "job “%s”: ", job->job_name);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
check_sd_file (const SgScrapeConfig  *job,
               const char            *path,
               GError               **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, error);
  g_autoptr (GPtrArray) groups = yaml != NULL ? sg_target_groups_parse (yaml, error) : NULL;

  return groups != NULL && (job == NULL || check_groups (job, groups, error));
}

static gboolean
check_sd_pattern (const SgScrapeConfig  *job,
                  const char            *pattern,
                  GString               *report,
                  GError               **error)
{
  glob_t found;
  gboolean good = TRUE;

  if (glob (pattern, 0, NULL, &found) != 0)
    {
      g_string_append_printf (report, "  WARNING: file “%s” for file_sd%s%s does not exist\n",
                              pattern, job != NULL ? " in scrape job " : "",
                              job != NULL ? job->job_name : "");
      return TRUE;
    }
  for (gsize i = 0; i < found.gl_pathc && good; i++)
    good = check_sd_file (job, found.gl_pathv[i], error);
  globfree (&found);
  return good;
}

static gboolean
check_discovery (const SgScrapeConfig     *job,
                 const SgDiscoveryConfig  *discovery,
                 GString                  *report,
                 GError                  **error)
{
  for (guint i = 0; discovery->file != NULL && i < discovery->file->len; i++)
    {
      const SgFileSdConfig *file = discovery->file->pdata[i];

      for (guint j = 0; file->files[j] != NULL; j++)
        {
          if (!check_sd_pattern (job, file->files[j], report, error))
            return FALSE;
        }
    }
  return job == NULL || check_groups (job, discovery->static_groups, error);
}

static gboolean
check_jobs (const SgConfig  *config,
            GString         *report,
            GError         **error)
{
  for (guint i = 0; i < config->scrape->len; i++)
    {
      const SgScrapeConfig *job = config->scrape->pdata[i];

      if (!check_http_files (&job->http, error)
          || !check_discovery (job, &job->discovery, report, error))
        return FALSE;
    }
  for (guint i = 0; config->alertmanagers != NULL && i < config->alertmanagers->len; i++)
    {
      const SgAlertmanagerConfig *alertmanager = config->alertmanagers->pdata[i];

      if (!check_http_files (&alertmanager->http, error)
          || !check_discovery (NULL, &alertmanager->discovery, report, error))
        return FALSE;
    }
  return TRUE;
}

/* Finds the rule files; one that is named without a wildcard must be there. */
static gboolean
find_rule_files (const SgConfig  *config,
                 GPtrArray       *files,
                 GError         **error)
{
  for (guint i = 0; config->rule_files != NULL && config->rule_files[i] != NULL; i++)
    {
      const char *pattern = config->rule_files[i];
      glob_t found;

      if (glob (pattern, 0, NULL, &found) == 0)
        {
          for (gsize j = 0; j < found.gl_pathc; j++)
            g_ptr_array_add (files, g_strdup (found.gl_pathv[j]));
          globfree (&found);
        }
      else if (strpbrk (pattern, "*?[") == NULL)
        return fail (error, "“%s” does not point to an existing file: correct it in rule_files",
                     pattern);
    }
  return TRUE;
}

static gboolean
check_config (const char  *path,
              GString     *report,
              GPtrArray   *rule_files,
              GError     **error)
{
  g_autoptr (SgConfig) config = sg_config_load (path, error);

  if (config == NULL)
    return FALSE;
  for (guint i = 0; i < config->warnings->len; i++)
    g_string_append_printf (report, "  WARNING: %s\n", (const char *) config->warnings->pdata[i]);
  return find_rule_files (config, rule_files, error) && check_jobs (config, report, error);
}

gboolean
sg_config_check_file (const char        *path,
                      SgConfigRuleCheck  rule_check,
                      GString           *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rule_files = g_ptr_array_new_with_free_func (g_free);
  gboolean good = TRUE;

  g_string_append_printf (report, "Checking %s\n", path);
  if (!check_config (path, report, rule_files, &error))
    {
      g_string_append_printf (report, "  FAILED: %s\n\n", error->message);
      return FALSE;
    }
  if (rule_files->len > 0)
    g_string_append_printf (report, "  SUCCESS: %u rule files found\n", rule_files->len);
  g_string_append_printf (report, " SUCCESS: %s is valid prometheus config file syntax\n\n", path);
  for (guint i = 0; i < rule_files->len; i++)
    good = rule_check (rule_files->pdata[i], report) && good;
  return good;
}
