/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-reader.h"

#include "base/sg-suggest.h"

/* A rule as it was read, with what its texts stand in. */
typedef struct
{
  char *action;
  GStrv source_labels;
  char *separator;
  char *regex;
  guint64 modulus;
  char *target_label;
  char *replacement;
} RuleText;

#define RULE(key, kind)                                          \
  {                                                              \
#key, kind, G_STRUCT_OFFSET(RuleText, key), NULL, NULL, NULL \
  }

static const SgConfigField rule_fields[] = {
  RULE (action, SG_CONFIG_STRING),      RULE (source_labels, SG_CONFIG_STRINGS),
  RULE (separator, SG_CONFIG_STRING),   RULE (regex, SG_CONFIG_STRING),
  RULE (modulus, SG_CONFIG_COUNT),      RULE (target_label, SG_CONFIG_STRING),
  RULE (replacement, SG_CONFIG_STRING),
};

static const SgConfigTable rule_table = { rule_fields, G_N_ELEMENTS (rule_fields) };

static void
rule_text_free (gpointer data)
{
  sg_config_clear (&rule_table, data);
  g_free (data);
}

static gboolean
check_action (const SgYamlNode  *node,
              const RuleText    *rule,
              SgRelabelAction   *ret_action,
              GError           **error)
{
  static const char *const words[] = { "replace",   "keep",      "drop",     "keepequal",
                                       "dropequal", "hashmod",   "labelmap", "labeldrop",
                                       "labelkeep", "lowercase", "uppercase" };
  g_autofree char *advice = NULL;

  if (rule->action == NULL || sg_relabel_action_from_string (rule->action, ret_action))
    return TRUE;
  advice = sg_suggest_advice (rule->action, words, G_N_ELEMENTS (words));
  return sg_config_fail (sg_yaml_node_lookup (node, "action"), error, "there is no action “%s”: %s",
                         rule->action, advice);
}

static gboolean
check_source_labels (const SgYamlNode  *node,
                     const RuleText    *rule,
                     GError           **error)
{
  for (guint i = 0; rule->source_labels != NULL && rule->source_labels[i] != NULL; i++)
    {
      if (!sg_label_name_is_classic (rule->source_labels[i]))
        return sg_config_fail (sg_yaml_node_lookup (node, "source_labels"), error,
                               "“%s” is no label name: use letters, digits and _",
                               rule->source_labels[i]);
    }
  return TRUE;
}

/* Checks each rule by itself first, so that an error stands where the rule stands. */
static gboolean
read_rule (SgConfigReader    *self,
           const SgYamlNode  *node,
           RuleText          *rule,
           SgRelabelSpec     *ret_spec,
           GError           **error)
{
  g_autoptr (SgRelabel) alone = NULL;
  g_autoptr (GError) reason = NULL;
  SgRelabelAction action = SG_RELABEL_REPLACE;

  if (sg_yaml_node_get_kind (node) == SG_YAML_NULL)
    return sg_config_fail (node, error,
                           "an empty relabelling rule: write its keys, or remove the -");
  if (!sg_config_read (self, &rule_table, node, rule, error)
      || !check_action (node, rule, &action, error) || !check_source_labels (node, rule, error))
    return FALSE;
  *ret_spec = (SgRelabelSpec) {
    .action = action,
    .source_labels = (const char *const *) rule->source_labels,
    .separator = rule->separator,
    .regex = rule->regex,
    .modulus = rule->modulus,
    .target_label = rule->target_label,
    .replacement = rule->replacement,
  };
  alone = sg_relabel_new (ret_spec, 1, &reason);
  return alone != NULL || sg_config_fail (node, error, "%s", reason->message);
}

/* Returns: (transfer full) (nullable): the rules of a list, compiled */
SgRelabel *
sg_config_read_relabel (SgConfigReader    *self,
                        const SgYamlNode  *sequence,
                        GError           **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (rule_text_free);
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (SgRelabelSpec));

  if (!sg_yaml_node_expect (sequence, SG_YAML_SEQUENCE, error))
    return NULL;
  for (guint i = 0; i < sg_yaml_node_get_length (sequence); i++)
    {
      RuleText *text = g_new0 (RuleText, 1);
      SgRelabelSpec spec;

      g_ptr_array_add (texts, text);
      if (!read_rule (self, sg_yaml_node_get_item (sequence, i), text, &spec, error))
        return NULL;
      g_array_append_val (specs, spec);
    }
  return sg_relabel_new ((const SgRelabelSpec *) (gpointer) specs->data, specs->len, error);
}
