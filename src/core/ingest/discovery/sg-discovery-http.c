/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/discovery/sg-discovery-private.h"

#include "ingest/sg-exposition-parser.h"

/*
 * Groups over HTTP: a list as JSON, in an answer that says that it is application/json. Each target gets
 * __meta_url.
 */

static gboolean
is_json (const char *content_type)
{
  return content_type != NULL && g_ascii_strncasecmp (content_type, "application/json", 16) == 0;
}

static GPtrArray *
parse (const SgHttpSdConfig  *config,
       GBytes                *body,
       GError               **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (SgYaml) yaml = sg_yaml_parse (config->url, text, (gssize) length, error);

  return yaml != NULL ? sg_target_groups_parse (yaml, error) : NULL;
}

SgFinding *
sg_discovery_read_answer (const SgHttpSdConfig *config,
                          GBytes               *body,
                          const char           *content_type)
{
  SgFinding *finding = sg_finding_new ();
  GError *error = NULL;
  g_autoptr (GPtrArray) groups = NULL;

  if (is_json (content_type))
    groups = parse (config, body, &error);
  else
    g_set_error (&error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
                 "%s: unsupported content type “%s”: answer with application/json", config->url,
                 content_type != NULL ? content_type : "");
  if (groups == NULL)
    {
      sg_finding_miss (finding, config->url, error);
      finding->failed = TRUE;
      return finding;
    }
  for (guint i = 0; i < groups->len; i++)
    sg_target_group_set (groups->pdata[i], "__meta_url", config->url);
  g_ptr_array_extend_and_steal (finding->groups, g_steal_pointer (&groups));
  return finding;
}
