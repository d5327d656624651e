/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-target.h"

#include "base/sg-duration.h"
#include "ingest/sg-exposition-parser.h"

#include <string.h>

/*
 * From what was found to what is scraped, as Prometheus does it:
 *
 *  1. The labels of the target win over those of its group. What neither sets comes from the job:
 *     job, __scheme__, __metrics_path__, __scrape_interval__, __scrape_timeout__, and __param_<name>
 *     with the first value of each parameter. These are the labels before relabelling.
 *  2. relabel_configs go over them; they may drop the target.
 *  3. __address__, __scheme__, __metrics_path__ and the parameters make the URL; __scrape_interval__
 *     and __scrape_timeout__ say when.
 *  4. instance is __address__ where nothing has set it, and everything that begins with __ goes.
 */

#define PARAM_PREFIX "__param_"

SgTarget *
sg_target_ref (SgTarget *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_target_unref (SgTarget *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_labels_unref (self->discovered);
  sg_labels_unref (self->labels);
  g_free (self->url);
  g_free (self);
}

static void
set_default (SgLabelsBuilder *builder,
             const char      *name,
             const char      *value)
{
  if (*sg_labels_builder_get (builder, name) == '\0')
    sg_labels_builder_set (builder, name, value);
}

static void
set_params (SgLabelsBuilder      *builder,
            const SgScrapeConfig *config,
            GStringChunk         *texts)
{
  for (guint i = 0; config->params != NULL && i < config->params->len; i += 2)
    {
      g_autofree char *name = g_strconcat (PARAM_PREFIX, config->params->pdata[i], NULL);

      set_default (builder, g_string_chunk_insert (texts, name), config->params->pdata[i + 1]);
    }
}

static SgLabels *
discover (const SgScrapeConfig *config,
          const SgLabels       *found,
          const SgLabels       *of_group)
{
  g_autoptr (GStringChunk) texts = g_string_chunk_new (256);
  g_autofree char *interval = sg_duration_to_string (config->scrape_interval_ms);
  g_autofree char *timeout = sg_duration_to_string (config->scrape_timeout_ms);
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, of_group);
  for (guint i = 0; i < found->n_labels; i++)
    sg_labels_builder_set (&builder, found->labels[i].name, found->labels[i].value);
  set_default (&builder, "job", config->job_name);
  set_default (&builder, "__scrape_interval__", interval);
  set_default (&builder, "__scrape_timeout__", timeout);
  set_default (&builder, "__metrics_path__", config->metrics_path);
  set_default (&builder, "__scheme__", config->scheme);
  set_params (&builder, config, texts);
  return sg_labels_builder_build (&builder);
}

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError     **error,
      const char  *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG, text);
  return FALSE;
}

static gboolean
read_time (const SgLabels  *labels,
           const char      *name,
           gint64          *ret_ms,
           GError         **error)
{
  const char *text = sg_labels_get (labels, name);

  if (!sg_duration_parse (text, -1, 0, ret_ms, NULL) || *ret_ms == 0)
    return fail (error, "%s is “%s”: write a duration above zero, as 15s", name, text);
  return TRUE;
}

static gboolean
check (const SgLabels  *labels,
       SgTarget        *target,
       GError         **error)
{
  const char *address = sg_labels_get (labels, "__address__");

  if (*address == '\0')
    return fail (error, "no address: the label __address__ is empty after relabelling");
  if (strchr (address, '/') != NULL)
    return fail (error, "“%s” is not a valid hostname: write host:port", address);
  if (!read_time (labels, "__scrape_interval__", &target->interval_ms, error)
      || !read_time (labels, "__scrape_timeout__", &target->timeout_ms, error))
    return FALSE;
  if (target->timeout_ms > target->interval_ms)
    return fail (error, "scrape timeout cannot be greater than scrape interval (“%s” > “%s”)",
                 sg_labels_get (labels, "__scrape_timeout__"),
                 sg_labels_get (labels, "__scrape_interval__"));
  return TRUE;
}

static void
append_param (GString    *query,
              const char *name,
              const char *value)
{
  g_string_append_c (query, query->len == 0 ? '?' : '&');
  g_string_append_uri_escaped (query, name, NULL, FALSE);
  g_string_append_c (query, '=');
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

/* The first value of a parameter is its label's, as relabelling left it; the others are the job's. */
static void
append_params (GString              *query,
               const SgScrapeConfig *config,
               const SgLabels       *labels)
{
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const char *name = labels->labels[i].name;
      gboolean first = TRUE;

      if (!g_str_has_prefix (name, PARAM_PREFIX))
        continue;
      name += strlen (PARAM_PREFIX);
      append_param (query, name, labels->labels[i].value);
      for (guint j = 0; config->params != NULL && j < config->params->len; j += 2)
        {
          if (!g_str_equal (config->params->pdata[j], name))
            continue;
          if (!first)
            append_param (query, name, config->params->pdata[j + 1]);
          first = FALSE;
        }
    }
}

static char *
make_url (const SgScrapeConfig *config,
          const SgLabels       *labels)
{
  const char *path = sg_labels_get (labels, "__metrics_path__");
  g_autofree char *escaped = g_uri_escape_string (path, "/:@!$&'()*+,;=", FALSE);
  g_autoptr (GString) query = g_string_new (NULL);

  append_params (query, config, labels);
  return g_strconcat (sg_labels_get (labels, "__scheme__"), "://",
                      sg_labels_get (labels, "__address__"), *path == '/' ? "" : "/", escaped,
                      query->str, NULL);
}

static gboolean
has_prefix (const SgLabel *label,
            const char    *prefix)
{
  return g_str_has_prefix (label->name, prefix);
}

static SgLabels *
make_labels (const SgLabels *relabelled)
{
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, relabelled);
  set_default (&builder, "instance", sg_labels_get (relabelled, "__address__"));
  for (guint i = 0; i < relabelled->n_labels; i++)
    {
      if (has_prefix (&relabelled->labels[i], "__"))
        sg_labels_builder_unset (&builder, relabelled->labels[i].name);
    }
  return sg_labels_builder_build (&builder);
}

gboolean
sg_target_make (const SgScrapeConfig  *config,
                const SgLabels        *found,
                const SgLabels        *of_group,
                SgTarget             **ret_target,
                SgLabels             **ret_discovered,
                GError               **error)
{
  g_autoptr (SgLabels) relabelled = NULL;
  SgTarget times = { 0 };
  SgTarget *target;

  *ret_target = NULL;
  *ret_discovered = discover (config, found, of_group);
  relabelled = config->relabel != NULL ? sg_relabel_apply (config->relabel, *ret_discovered)
                                       : sg_labels_ref (*ret_discovered);
  if (relabelled == NULL)
    return TRUE;
  if (!check (relabelled, &times, error))
    return FALSE;
  target = g_new0 (SgTarget, 1);
  g_atomic_ref_count_init (&target->ref_count);
  target->discovered = sg_labels_ref (*ret_discovered);
  target->labels = make_labels (relabelled);
  target->url = make_url (config, relabelled);
  target->interval_ms = times.interval_ms;
  target->timeout_ms = times.timeout_ms;
  target->hash = target->labels->hash * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
                 ^ ((guint64) g_str_hash (target->url) << 32 | (guint64) target->interval_ms)
                 ^ (guint64) target->timeout_ms << 20;
  *ret_target = target;
  return TRUE;
}
