/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-edit.h"

#include "base/sg-yaml-edit.h"
#include "ingest/sg-exposition-parser.h"

/*
 * A target is added to the group of its job that has just its labels, or in a new group; it is removed
 * from where it stands, and a group that has no other goes with it. One whose labels change is removed
 * and added. A job stays when its last target goes: its settings are worth keeping.
 */

/* Where a target stands. */
typedef struct
{
  const SgYamlNode *groups;
  guint group;
  const SgYamlNode *targets;
  guint target;
} Place;

static const SgYamlNode *
lookup (const SgYamlNode *mapping,
        const char       *key,
        SgYamlKind        kind)
{
  const SgYamlNode *node = mapping != NULL ? sg_yaml_node_lookup (mapping, key) : NULL;

  return node != NULL && sg_yaml_node_get_kind (node) == kind ? node : NULL;
}

static const SgYamlNode *
find_job (const SgYaml *yaml,
          const char   *job)
{
  const SgYamlNode *jobs = lookup (sg_yaml_get_root (yaml), "scrape_configs", SG_YAML_SEQUENCE);

  for (guint i = 0; jobs != NULL && i < sg_yaml_node_get_length (jobs); i++)
    {
      const SgYamlNode *node = sg_yaml_node_get_item (jobs, i);
      const SgYamlNode *name = lookup (node, "job_name", SG_YAML_SCALAR);
      const char *text;

      if (name != NULL && sg_yaml_node_get_string (name, &text, NULL) && g_str_equal (text, job))
        return node;
    }
  return NULL;
}

static gboolean
fail (GError     **error,
      const char  *job,
      const char  *address)
{
  g_set_error (
      error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG,
      "the configuration has no target “%s” of the job “%s” in its static_configs: it comes "
      "from elsewhere, and is changed there",
      address, job);
  return FALSE;
}

static gboolean
find_target (const SgYaml  *yaml,
             const char    *job,
             const char    *address,
             Place         *ret_place,
             GError       **error)
{
  const SgYamlNode *node = find_job (yaml, job);
  const SgYamlNode *groups = lookup (node, "static_configs", SG_YAML_SEQUENCE);

  for (guint i = 0; groups != NULL && i < sg_yaml_node_get_length (groups); i++)
    {
      const SgYamlNode *targets =
          lookup (sg_yaml_node_get_item (groups, i), "targets", SG_YAML_SEQUENCE);

      for (guint j = 0; targets != NULL && j < sg_yaml_node_get_length (targets); j++)
        {
          const char *text;

          if (sg_yaml_node_get_string (sg_yaml_node_get_item (targets, j), &text, NULL)
              && g_str_equal (text, address))
            {
              *ret_place = (Place) { groups, i, targets, j };
              return TRUE;
            }
        }
    }
  return fail (error, job, address);
}

static gboolean
has_labels (const SgYamlNode *group,
            const SgLabels   *labels)
{
  const SgYamlNode *node = lookup (group, "labels", SG_YAML_MAPPING);
  guint n = node != NULL ? sg_yaml_node_get_length (node) : 0;

  if (n != labels->n_labels)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const SgYamlNode *value = lookup (node, labels->labels[i].name, SG_YAML_SCALAR);
      const char *text;

      if (value == NULL || !sg_yaml_node_get_string (value, &text, NULL)
          || !g_str_equal (text, labels->labels[i].value))
        return FALSE;
    }
  return TRUE;
}

/* A group of one target, as YAML of its own. */
static char *
write_group (const char     *address,
             const SgLabels *labels)
{
  g_autofree char *quoted = sg_yaml_quote (address);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "targets: [%s]\n", quoted);
  if (labels->n_labels > 0)
    g_string_append (out, "labels:\n");
  for (guint i = 0; i < labels->n_labels; i++)
    {
      g_autofree char *value = sg_yaml_quote (labels->labels[i].value);

      g_string_append_printf (out, "  %s: %s\n", labels->labels[i].name, value);
    }
  return g_string_free (out, FALSE);
}

/* @text: YAML; each line of it becomes one that is indented, the first behind a "- ". */
static char *
write_item (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    g_string_append_printf (out, "%s%s\n", i == 0 ? "- " : "  ", lines[i]);
  return g_string_free (out, FALSE);
}

static char *
write_job (const char *job,
           const char *group)
{
  g_autofree char *quoted = sg_yaml_quote (job);
  g_autofree char *item = write_item (group);

  return g_strdup_printf ("job_name: %s\nstatic_configs:\n%s", quoted, item);
}

static SgYaml *
add_job (const SgYaml  *yaml,
         const char    *job,
         const char    *group,
         GError       **error)
{
  const SgYamlNode *root = sg_yaml_get_root (yaml);
  const SgYamlNode *jobs = lookup (root, "scrape_configs", SG_YAML_SEQUENCE);
  g_autofree char *text = write_job (job, group);
  g_autofree char *item = write_item (text);
  g_autofree char *whole = NULL;

  if (jobs != NULL && sg_yaml_node_get_length (jobs) > 0)
    return sg_yaml_edit_append (yaml, jobs, text, error);
  if (sg_yaml_node_get_kind (root) == SG_YAML_MAPPING)
    return sg_yaml_edit_set (yaml, root, "scrape_configs", item, error);
  whole = g_strconcat (sg_yaml_get_text (yaml, NULL), "scrape_configs:\n", item, NULL);
  return sg_yaml_parse (sg_yaml_get_name (yaml), whole, -1, error);
}

SgYaml *
sg_config_edit_add_target (const SgYaml    *yaml,
                           const char      *job,
                           const char      *address,
                           const SgLabels  *labels,
                           GError         **error)
{
  const SgYamlNode *node = find_job (yaml, job);
  const SgYamlNode *groups = lookup (node, "static_configs", SG_YAML_SEQUENCE);
  g_autofree char *group = write_group (address, labels);
  g_autofree char *item = write_item (group);
  g_autofree char *quoted = sg_yaml_quote (address);

  if (node == NULL)
    return add_job (yaml, job, group, error);
  for (guint i = 0; groups != NULL && i < sg_yaml_node_get_length (groups); i++)
    {
      const SgYamlNode *old = sg_yaml_node_get_item (groups, i);
      const SgYamlNode *targets = lookup (old, "targets", SG_YAML_SEQUENCE);

      if (targets != NULL && sg_yaml_node_get_length (targets) > 0 && has_labels (old, labels))
        return sg_yaml_edit_append (yaml, targets, quoted, error);
    }
  if (groups != NULL && sg_yaml_node_get_length (groups) > 0)
    return sg_yaml_edit_append (yaml, groups, group, error);
  return sg_yaml_edit_set (yaml, node, "static_configs", item, error);
}

SgYaml *
sg_config_edit_remove_target (const SgYaml  *yaml,
                              const char    *job,
                              const char    *address,
                              GError       **error)
{
  Place place;

  if (!find_target (yaml, job, address, &place, error))
    return NULL;
  if (sg_yaml_node_get_length (place.targets) > 1)
    return sg_yaml_edit_remove (yaml, place.targets, place.target, error);
  if (sg_yaml_node_get_length (place.groups) > 1)
    return sg_yaml_edit_remove (yaml, place.groups, place.group, error);
  return sg_yaml_edit_unset (yaml, find_job (yaml, job), "static_configs", error);
}

SgYaml *
sg_config_edit_change_target (const SgYaml    *yaml,
                              const char      *job,
                              const char      *address,
                              const char      *new_address,
                              const SgLabels  *labels,
                              GError         **error)
{
  g_autofree char *quoted = sg_yaml_quote (new_address);
  g_autoptr (SgYaml) without = NULL;
  Place place;

  if (!find_target (yaml, job, address, &place, error))
    return NULL;
  if (labels == NULL || has_labels (sg_yaml_node_get_item (place.groups, place.group), labels))
    return sg_yaml_edit_replace (yaml, place.targets, place.target, quoted, error);
  without = sg_config_edit_remove_target (yaml, job, address, error);
  return without != NULL ? sg_config_edit_add_target (without, job, new_address, labels, error)
                         : NULL;
}
