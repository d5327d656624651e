/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-mapping-private.h"

#include "base/sg-labels.h"
#include "base/sg-suggest.h"
#include "base/sg-yaml.h"
#include "promql/sg-parser.h"

#include <string.h>

/*
 * A mapping is a YAML file:
 *
 *   name: anivault                  # by which a user's file can take the place of one of ours
 *   title: AniVault                 # what people see; the name where there is none
 *   namespace: any                  # $namespace in selectors is whatever word stands there
 *   roles:
 *     operations:                   # a role: one family, or a list of them
 *       selector: $namespace_sync_operations_total{tier="one"}
 *       kind: counter               # or gauge, histogram, summary
 *       labels: {type: operation_type, status: status}
 *       success: [success]          # values of the status; "hit" and "miss" where the role is cache_events
 *       failure: [failed, timeout]
 *     cache_events:
 *       - selector: redis_keyspace_hits_total
 *         kind: counter
 *         means: hit                # all of the family: success, failure, hit or miss
 *     hit_rate: {selector: $namespace_cache_hit_rate, kind: gauge, unit: percent}
 *
 * A label may be a list of labels, whose values are joined. What a role has is in seconds, bytes, ratios
 * or plain numbers; the unit says what the family is in.
 */
#define PARTS_MAX 200

typedef struct
{
  const char *name;
  double factor;
} Unit;

static const Unit units[] = {
  { "seconds", 1 },        { "milliseconds", 1e-3 }, { "microseconds", 1e-6 },
  { "nanoseconds", 1e-9 }, { "ratio", 1 },           { "percent", 0.01 },
  { "bytes", 1 },          { "kibibytes", 1024 },    { "mebibytes", 1048576 },
  { "count", 1 },
};

static const char *const kinds[] = {
  [SG_MAPPING_COUNTER] = "counter",
  [SG_MAPPING_GAUGE] = "gauge",
  [SG_MAPPING_HISTOGRAM] = "histogram",
  [SG_MAPPING_SUMMARY] = "summary",
};

static gboolean
fail_choice (const SgYamlNode   *node,
             const char         *what,
             const char         *text,
             const char  *const *choices,
             gsize               n_choices,
             GError            **error)
{
  g_autofree char *advice = sg_suggest_advice (text, choices, n_choices);

  sg_yaml_node_set_error (node, error, "there is no %s “%s”: %s", what, text, advice);
  return FALSE;
}

/* Reads a text, or a list of texts; an absent key leaves @ret_texts alone. */
static gboolean
read_texts (const SgYamlNode  *mapping,
            const char        *key,
            GStrv             *ret_texts,
            GError           **error)
{
  const SgYamlNode *node = sg_yaml_node_lookup (mapping, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *text;

  if (node == NULL || sg_yaml_node_get_kind (node) == SG_YAML_NULL)
    return TRUE;
  if (sg_yaml_node_get_kind (node) == SG_YAML_SCALAR)
    {
      if (!sg_yaml_node_get_string (node, &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  else if (!sg_yaml_node_expect (node, SG_YAML_SEQUENCE, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
    {
      if (!sg_yaml_node_get_string (sg_yaml_node_get_item (node, i), &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*ret_texts);
  *ret_texts = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_labels (const SgYamlNode  *node,
             SgMappingPart     *part,
             GError           **error)
{
  const SgYamlNode *labels = sg_yaml_node_lookup (node, "labels");
  guint n;
  const char *const *names = sg_mapping_list_label_names (&n);
  g_autofree const char **known = g_new0 (const char *, n + 1);

  if (labels == NULL)
    return TRUE;
  memcpy (known, names, n * sizeof *names);
  if (!sg_yaml_node_expect (labels, SG_YAML_MAPPING, error)
      || !sg_yaml_node_check_keys (labels, known, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (!read_texts (labels, names[i], &part->labels[i], error))
        return FALSE;
      for (guint j = 0; part->labels[i] != NULL && part->labels[i][j] != NULL; j++)
        {
          if (sg_label_name_is_classic (part->labels[i][j]))
            continue;
          sg_yaml_node_set_error (sg_yaml_node_lookup (labels, names[i]), error,
                                  "“%s” is no label name: use letters, digits and _",
                                  part->labels[i][j]);
          return FALSE;
        }
    }
  return TRUE;
}

/* What stands in the braces of a selector that is known to be good. */
static char *
cut_matchers (const char *text)
{
  const char *open = strchr (text, '{');
  const char *close = strrchr (text, '}');
  g_autofree char *inner = open != NULL ? g_strndup (open + 1, (gsize) (close - open - 1)) : NULL;

  if (inner == NULL)
    return g_strdup ("");
  g_strstrip (inner);
  if (g_str_has_suffix (inner, ","))
    inner[strlen (inner) - 1] = '\0';
  return g_steal_pointer (&inner);
}

static gboolean
read_selector (const SgYamlNode  *node,
               SgMappingPart     *part,
               gboolean           any_namespace,
               GError           **error)
{
  const SgYamlNode *selector = sg_yaml_node_lookup (node, "selector");
  g_autoptr (SgAst) ast = NULL;
  g_autoptr (GError) reason = NULL;
  const char *text;
  gboolean has_namespace;

  if (selector == NULL)
    {
      sg_yaml_node_set_error (node, error, "there is no selector: write the name of the family");
      return FALSE;
    }
  if (!sg_yaml_node_get_string (selector, &text, error))
    return FALSE;
  has_namespace = g_str_has_prefix (text, SG_MAPPING_NAMESPACE);
  ast = sg_parser_parse_selector (has_namespace ? text + 1 : text, &reason);
  if (ast == NULL || *text == '{' || has_namespace != any_namespace)
    {
      sg_yaml_node_set_error (selector, error, "“%s” cannot be used: %s", text,
                              ast == NULL    ? reason->message
                              : *text == '{' ? "begin it with the name of the family"
                              : any_namespace
                                  ? "begin it with $namespace, as namespace: any asks for"
                                  : "$namespace needs “namespace: any” above the roles");
      return FALSE;
    }
  part->name = g_strndup (text, strcspn (text, "{ \t"));
  part->matchers = cut_matchers (text);
  return TRUE;
}

static gboolean
read_kind (const SgYamlNode  *node,
           SgMappingKind     *ret_kind,
           GError           **error)
{
  const SgYamlNode *kind = sg_yaml_node_lookup (node, "kind");
  const char *text;

  if (kind == NULL)
    {
      sg_yaml_node_set_error (node, error,
                              "there is no kind: write counter, gauge, histogram or summary");
      return FALSE;
    }
  if (!sg_yaml_node_get_string (kind, &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (!g_str_equal (text, kinds[i]))
        continue;
      *ret_kind = (SgMappingKind) i;
      return TRUE;
    }
  return fail_choice (kind, "kind of metric", text, kinds, G_N_ELEMENTS (kinds), error);
}

static gboolean
read_unit (const SgYamlNode  *node,
           SgMappingPart     *part,
           GError           **error)
{
  const SgYamlNode *unit = sg_yaml_node_lookup (node, "unit");
  const char *names[G_N_ELEMENTS (units)];
  const char *text;

  if (unit == NULL)
    return TRUE;
  if (!sg_yaml_node_get_string (unit, &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      names[i] = units[i].name;
      if (!g_str_equal (text, units[i].name))
        continue;
      part->factor = units[i].factor;
      return TRUE;
    }
  return fail_choice (unit, "unit", text, names, G_N_ELEMENTS (names), error);
}

static gboolean
read_means (const SgYamlNode  *node,
            SgMappingPart     *part,
            GError           **error)
{
  static const char *const words[] = { "success", "hit", "failure", "miss" };
  const SgYamlNode *means = sg_yaml_node_lookup (node, "means");
  const char *text;

  if (means == NULL)
    return TRUE;
  if (!sg_yaml_node_get_string (means, &text, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (!g_str_equal (text, words[i]))
        continue;
      part->means = i < 2 ? SG_MAPPING_ALWAYS_GOOD : SG_MAPPING_ALWAYS_BAD;
      return TRUE;
    }
  return fail_choice (means, "meaning", text, words, G_N_ELEMENTS (words), error);
}

/* Which values are good or bad has no meaning without the label whose values they are. */
static gboolean
check_values (const SgYamlNode     *node,
              const SgMappingPart  *part,
              GError              **error)
{
  if ((part->good != NULL || part->bad != NULL) && part->labels[SG_MAPPING_STATUS] == NULL)
    {
      sg_yaml_node_set_error (
          node, error, "its values are told, but not of which label: add “status” to its labels");
      return FALSE;
    }
  if (part->labels[SG_MAPPING_STATUS] != NULL && part->labels[SG_MAPPING_STATUS][0] != NULL
      && part->labels[SG_MAPPING_STATUS][1] != NULL)
    {
      sg_yaml_node_set_error (node, error, "the status stands in one label, not in several");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_part (const SgYamlNode  *node,
           SgMapping         *mapping,
           SgMappingRole      role,
           GError           **error)
{
  static const char *const known[] = { "selector", "kind",    "unit", "labels", "means",
                                       "success",  "failure", "hit",  "miss",   NULL };
  g_autoptr (SgMappingPart) part = sg_mapping_part_new (role, SG_MAPPING_COUNTER);

  if (!sg_yaml_node_expect (node, SG_YAML_MAPPING, error)
      || !sg_yaml_node_check_keys (node, known, error)
      || !read_selector (node, part, mapping->any_namespace, error)
      || !read_kind (node, &part->kind, error) || !read_unit (node, part, error)
      || !read_labels (node, part, error) || !read_means (node, part, error)
      || !read_texts (node, "success", &part->good, error)
      || !read_texts (node, "hit", &part->good, error)
      || !read_texts (node, "failure", &part->bad, error)
      || !read_texts (node, "miss", &part->bad, error) || !check_values (node, part, error))
    return FALSE;
  if (mapping->parts->len >= PARTS_MAX)
    {
      sg_yaml_node_set_error (node, error, "more than %d families: split the file", PARTS_MAX);
      return FALSE;
    }
  g_ptr_array_add (mapping->parts, g_steal_pointer (&part));
  return TRUE;
}

static gboolean
read_role (const SgYamlNode  *roles,
           guint              index,
           SgMapping         *mapping,
           GError           **error)
{
  const SgYamlNode *key = sg_yaml_node_get_key (roles, index);
  const SgYamlNode *value = sg_yaml_node_get_item (roles, index);
  const char *text;
  SgMappingRole role;

  if (!sg_yaml_node_get_string (key, &text, error))
    return FALSE;
  if (!sg_mapping_role_from_string (text, &role))
    {
      guint n;
      const char *const *names = sg_mapping_list_role_names (&n);

      return fail_choice (key, "role", text, names, n, error);
    }
  if (sg_yaml_node_get_kind (value) != SG_YAML_SEQUENCE)
    return read_part (value, mapping, role, error);
  for (guint i = 0; i < sg_yaml_node_get_length (value); i++)
    {
      if (!read_part (sg_yaml_node_get_item (value, i), mapping, role, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_roles (const SgYamlNode  *root,
            SgMapping         *mapping,
            GError           **error)
{
  const SgYamlNode *roles = sg_yaml_node_lookup (root, "roles");

  if (roles == NULL || sg_yaml_node_get_kind (roles) == SG_YAML_NULL)
    {
      sg_yaml_node_set_error (root, error, "it says no roles: write “roles:” and what they are");
      return FALSE;
    }
  if (!sg_yaml_node_expect (roles, SG_YAML_MAPPING, error))
    return FALSE;
  for (guint i = 0; i < sg_yaml_node_get_length (roles); i++)
    {
      if (!read_role (roles, i, mapping, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_namespace (const SgYamlNode  *root,
                SgMapping         *mapping,
                GError           **error)
{
  const SgYamlNode *node = sg_yaml_node_lookup (root, "namespace");
  const char *text;

  if (node == NULL)
    return TRUE;
  if (!sg_yaml_node_get_string (node, &text, error))
    return FALSE;
  mapping->any_namespace = g_str_equal (text, "any");
  if (mapping->any_namespace)
    return TRUE;
  sg_yaml_node_set_error (
      node, error, "the namespace is “any”, or not there: write “%s” into the selectors", text);
  return FALSE;
}

static SgMapping *
read_mapping (const SgYaml  *yaml,
              GError       **error)
{
  static const char *const known[] = { "name", "title", "namespace", "roles", NULL };
  const SgYamlNode *root = sg_yaml_get_root (yaml);
  g_autoptr (SgMapping) self = NULL;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  if (!sg_yaml_node_expect (root, SG_YAML_MAPPING, error)
      || !sg_yaml_node_check_keys (root, known, error)
      || !sg_yaml_read_string (root, "name", &name, error)
      || !sg_yaml_read_string (root, "title", &title, error))
    return NULL;
  if (name == NULL || *name == '\0')
    {
      sg_yaml_node_set_error (root, error, "it has no name: write “name:” and a word");
      return NULL;
    }
  self = sg_mapping_new (name, title != NULL ? title : name);
  if (!read_namespace (root, self, error) || !read_roles (root, self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * sg_mapping_parse:
 * @file: what errors call it
 * @text: a YAML document
 * @length: its length, or -1
 * @error: what is wrong, as file:line:column, and what to write
 *
 * Returns: (transfer full) (nullable): the mapping
 */
SgMapping *
sg_mapping_parse (const char  *file,
                  const char  *text,
                  gssize       length,
                  GError     **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_parse (file, text, length, error);

  return yaml != NULL ? read_mapping (yaml, error) : NULL;
}

SgMapping *
sg_mapping_load (const char  *path,
                 GError     **error)
{
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, error);

  return yaml != NULL ? read_mapping (yaml, error) : NULL;
}
