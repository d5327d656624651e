/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/sg-rule-check.h"

#include "base/sg-labels.h"
#include "base/sg-yaml.h"
#include "promql/sg-parser.h"

#include <string.h>

/*
 * A file of rules, as Prometheus reads it:
 *
 *   groups:
 *   - name: …                 unique in the file
 *     interval: 30s           and query_offset, durations; limit, a number; labels, a mapping
 *     rules:
 *     - record: …             the name of a metric
 *       expr: …
 *       labels: {…}
 *     - alert: …
 *       expr: …
 *       for: 5m               and keep_firing_for
 *       labels: {…}
 *       annotations: {…}
 *
 * Where the structure is wrong the rest of that group is not looked at; all else that is wrong is told at
 * once. Two rules with the same name and labels are told and no mistake. Of templates it is only seen
 * whether what is opened is closed.
 */

typedef struct
{
  const SgYaml *yaml;
  GString *problems;
  const char *group;
  guint rule;
  const char *name;
  guint n_rules;
  GHashTable *groups;
  GHashTable *seen;
  guint n_repeated;
} Check;

static void tell (Check *self, const SgYamlNode *node, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Tells a problem at @node, and in which rule it is. */
static void
tell (Check            *self,
      const SgYamlNode *node,
      const char       *format,
      ...)
{
  va_list args;

  g_string_append_printf (self->problems, "%s:%u:%u: ", sg_yaml_get_name (self->yaml),
                          sg_yaml_node_get_line (node), sg_yaml_node_get_column (node));
  if (self->rule > 0)
    g_string_append_printf (self->problems, "group “%s”, rule %u, “%s”: ", self->group, self->rule,
                            self->name);
  va_start (args, format);
  g_string_append_vprintf (self->problems, format, args);
  va_end (args);
  g_string_append_c (self->problems, '\n');
}

/* The error has its place already. Takes it. */
static void
tell_error (Check  *self,
            GError *error)
{
  g_string_append_printf (self->problems, "%s\n", error->message);
  g_error_free (error);
}

static gboolean
check_keys (Check             *self,
            const SgYamlNode  *node,
            const char *const *known)
{
  GError *error = NULL;

  if (sg_yaml_node_expect (node, SG_YAML_MAPPING, &error)
      && sg_yaml_node_check_keys (node, known, &error))
    return TRUE;
  tell_error (self, error);
  return FALSE;
}

/* Returns: (nullable): the text of a key, %NULL when it is absent, or no text, which is told */
static const char *
get_text (Check            *self,
          const SgYamlNode *mapping,
          const char       *key)
{
  const SgYamlNode *node = sg_yaml_node_lookup (mapping, key);
  const char *text = NULL;
  GError *error = NULL;

  if (node == NULL || sg_yaml_node_get_kind (node) == SG_YAML_NULL)
    return NULL;
  if (!sg_yaml_node_get_string (node, &text, &error))
    tell_error (self, error);
  return text;
}

static void
check_duration (Check            *self,
                const SgYamlNode *mapping,
                const char       *key)
{
  gint64 ms = 0;
  GError *error = NULL;

  if (!sg_yaml_read_duration (mapping, key, &ms, &error))
    tell_error (self, error);
}

static gboolean
is_closed (const char *template_text)
{
  const char *p = template_text;

  while ((p = strstr (p, "{{")) != NULL)
    {
      p = strstr (p, "}}");
      if (p == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Labels or annotations. Adds what they say to @identity, if that is given. */
static void
check_pairs (Check            *self,
             const SgYamlNode *mapping,
             const char       *key,
             GString          *identity)
{
  const SgYamlNode *pairs = sg_yaml_node_lookup (mapping, key);
  const char *what = g_str_equal (key, "labels") ? "label" : "annotation";
  GError *error = NULL;

  if (pairs == NULL || sg_yaml_node_get_kind (pairs) == SG_YAML_NULL)
    return;
  if (!sg_yaml_node_expect (pairs, SG_YAML_MAPPING, &error))
    {
      tell_error (self, error);
      return;
    }
  for (guint i = 0; i < sg_yaml_node_get_length (pairs); i++)
    {
      const SgYamlNode *name_node = sg_yaml_node_get_key (pairs, i);
      const char *name = NULL;
      const char *value = NULL;

      if (!sg_yaml_node_get_string (name_node, &name, &error)
          || !sg_yaml_node_get_string (sg_yaml_node_get_item (pairs, i), &value, &error))
        {
          tell_error (self, g_steal_pointer (&error));
          continue;
        }
      if (!sg_label_name_is_classic (name) || g_str_equal (name, SG_LABEL_NAME))
        tell (self, name_node, "“%s” is no %s name: use letters, digits and _", name, what);
      if (!is_closed (value))
        tell (self, sg_yaml_node_get_item (pairs, i),
              "the template of the %s “%s” has a {{ that is not closed: write }}", what, name);
      if (identity != NULL)
        g_string_append_printf (identity, "\n%s=%s", name, value);
    }
}

static void
check_expr (Check            *self,
            const SgYamlNode *rule)
{
  const char *text = get_text (self, rule, "expr");
  GError *error = NULL;
  g_autoptr (SgAst) ast = NULL;

  if (text == NULL || *text == '\0')
    {
      tell (self, rule, "it has no expr: write what is to be computed");
      return;
    }
  ast = sg_parser_parse (text, &error);
  if (ast != NULL)
    return;
  tell (self, sg_yaml_node_lookup (rule, "expr"), "could not parse expression: %s", error->message);
  g_error_free (error);
}

/* What only an alert may have. */
static void
check_recording (Check            *self,
                 const SgYamlNode *rule,
                 const char       *record)
{
  static const char *const others[] = { "annotations", "for", "keep_firing_for" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      const SgYamlNode *node = sg_yaml_node_lookup (rule, others[i]);

      if (node != NULL && sg_yaml_node_get_kind (node) != SG_YAML_NULL)
        tell (self, node, "%s is for alerts: a rule that records has none", others[i]);
    }
  if (!sg_metric_name_is_classic (record))
    tell (self, sg_yaml_node_lookup (rule, "record"),
          "“%s” is no name of a metric: use letters, digits, _ and :", record);
}

static void
check_rule (Check            *self,
            const SgYamlNode *rule)
{
  static const char *const keys[] = { "record",          "alert",  "expr",        "for",
                                      "keep_firing_for", "labels", "annotations", NULL };
  g_autoptr (GString) identity = NULL;
  const char *record;
  const char *alert;

  self->name = "";
  if (!check_keys (self, rule, keys))
    return;
  record = get_text (self, rule, "record");
  alert = get_text (self, rule, "alert");
  self->name = record != NULL ? record : alert != NULL ? alert : "";
  identity = g_string_new (self->name);
  if (record != NULL && alert != NULL)
    tell (self, rule, "it has both record and alert: make two rules of it");
  else if (record == NULL && alert == NULL)
    tell (self, rule, "it has neither record nor alert: write one of them");
  else if (record != NULL)
    check_recording (self, rule, record);
  check_expr (self, rule);
  check_duration (self, rule, "for");
  check_duration (self, rule, "keep_firing_for");
  check_pairs (self, rule, "labels", identity);
  check_pairs (self, rule, "annotations", NULL);
  self->n_repeated += !g_hash_table_add (self->seen, g_strdup (identity->str));
}

static void
check_rules (Check            *self,
             const SgYamlNode *group)
{
  const SgYamlNode *rules = sg_yaml_node_lookup (group, "rules");
  GError *error = NULL;

  if (rules == NULL || sg_yaml_node_get_kind (rules) == SG_YAML_NULL)
    return;
  if (!sg_yaml_node_expect (rules, SG_YAML_SEQUENCE, &error))
    {
      tell_error (self, error);
      return;
    }
  for (guint i = 0; i < sg_yaml_node_get_length (rules); i++)
    {
      self->rule = i + 1;
      self->n_rules++;
      check_rule (self, sg_yaml_node_get_item (rules, i));
    }
  self->rule = 0;
}

static void
check_group (Check            *self,
             const SgYamlNode *group)
{
  static const char *const keys[] = { "name",  "interval", "query_offset", "limit", "labels",
                                      "rules", NULL };
  gint64 limit = 0;
  GError *error = NULL;

  if (!check_keys (self, group, keys))
    return;
  self->group = get_text (self, group, "name");
  if (self->group == NULL || *self->group == '\0')
    {
      tell (self, group, "a group has no name: give it one");
      self->group = "";
    }
  else if (!g_hash_table_add (self->groups, (char *) self->group))
    tell (self, group, "there are two groups “%s”: give one of them another name", self->group);
  check_duration (self, group, "interval");
  check_duration (self, group, "query_offset");
  if (!sg_yaml_read_int (group, "limit", 0, G_MAXINT, &limit, &error))
    tell_error (self, error);
  check_pairs (self, group, "labels", NULL);
  check_rules (self, group);
}

/* A mistake that is made, and what was meant. Returns: whether the root can be looked into */
static gboolean
check_root (Check            *self,
            const SgYamlNode *root)
{
  static const char *const keys[] = { "groups", NULL };
  const SgYamlNode *mistake = NULL;

  if (sg_yaml_node_get_kind (root) == SG_YAML_MAPPING)
    mistake = sg_yaml_node_lookup (root, "alert_rules");
  if (mistake != NULL)
    {
      tell (
          self, mistake,
          "there is no key alert_rules: write “groups:”, a list of groups, each with a name and a "
          "list of rules");
      return FALSE;
    }
  return check_keys (self, root, keys);
}

static void
check_file (Check *self)
{
  const SgYamlNode *root = sg_yaml_get_root (self->yaml);
  const SgYamlNode *groups;
  GError *error = NULL;

  if (sg_yaml_node_get_kind (root) == SG_YAML_NULL || !check_root (self, root))
    return;
  groups = sg_yaml_node_lookup (root, "groups");
  if (groups == NULL || sg_yaml_node_get_kind (groups) == SG_YAML_NULL)
    return;
  if (!sg_yaml_node_expect (groups, SG_YAML_SEQUENCE, &error))
    {
      tell_error (self, error);
      return;
    }
  for (guint i = 0; i < sg_yaml_node_get_length (groups); i++)
    check_group (self, sg_yaml_node_get_item (groups, i));
}

static void
report_problems (const char *problems,
                 GString    *report)
{
  g_auto (GStrv) lines = g_strsplit (problems, "\n", -1);

  g_string_append (report, "  FAILED:\n");
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    g_string_append_printf (report, "    %s\n", lines[i]);
  g_string_append_c (report, '\n');
}

gboolean
sg_rule_check_file (const char *path,
                    GString    *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, &error);
  g_autoptr (GString) problems = g_string_new (NULL);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Check check = { .yaml = yaml, .problems = problems, .groups = groups, .seen = seen };

  g_string_append_printf (report, "Checking %s\n", path);
  if (yaml != NULL)
    check_file (&check);
  else
    g_string_append_printf (problems, "%s\n", error->message);
  if (problems->len > 0)
    {
      report_problems (problems->str, report);
      return FALSE;
    }
  if (check.n_repeated > 0)
    g_string_append_printf (
        report,
        "  WARNING: %u rules have the name and the labels of another: what they "
        "record gets in each other's way\n",
        check.n_repeated);
  g_string_append_printf (report, "  SUCCESS: %u rules found\n\n", check.n_rules);
  return TRUE;
}
