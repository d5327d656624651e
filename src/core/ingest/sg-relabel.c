/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-relabel.h"

#include "base/sg-regex.h"
#include "ingest/sg-exposition-parser.h"

#include <string.h>

/*
 * Rules go over a label set one after the other, each seeing what the one before left. A label that is
 * set to "" is gone. A rule whose target or result is no label name does nothing, as in Prometheus.
 *
 * The hash of hashmod is the second half of the MD5 of the source, as a big-endian number: every
 * server that shares out targets must agree on it.
 */
typedef struct
{
  SgRelabelAction action;
  GStrv source_labels;
  char *separator;
  SgRegex *regex;
  guint64 modulus;
  char *target_label;
  char *replacement;
} Rule;

struct _SgRelabel
{
  gatomicrefcount ref_count;
  GArray *rules;
};

/* What a rule works on: the labels, and the texts made for them on the way. */
typedef struct
{
  SgLabelsBuilder builder;
  GStringChunk *texts;
} Work;

static const char *const action_names[] = {
  [SG_RELABEL_REPLACE] = "replace",
  [SG_RELABEL_KEEP] = "keep",
  [SG_RELABEL_DROP] = "drop",
  [SG_RELABEL_KEEP_EQUAL] = "keepequal",
  [SG_RELABEL_DROP_EQUAL] = "dropequal",
  [SG_RELABEL_HASHMOD] = "hashmod",
  [SG_RELABEL_LABELMAP] = "labelmap",
  [SG_RELABEL_LABELDROP] = "labeldrop",
  [SG_RELABEL_LABELKEEP] = "labelkeep",
  [SG_RELABEL_LOWERCASE] = "lowercase",
  [SG_RELABEL_UPPERCASE] = "uppercase",
};

/* In any letter case, as Prometheus reads them. */
gboolean
sg_relabel_action_from_string (const char      *text,
                               SgRelabelAction *ret_action)
{
  for (guint i = 0; i < G_N_ELEMENTS (action_names); i++)
    {
      if (g_ascii_strcasecmp (text, action_names[i]) == 0)
        {
          *ret_action = (SgRelabelAction) i;
          return TRUE;
        }
    }
  return FALSE;
}

static void
rule_clear (gpointer data)
{
  Rule *rule = data;

  g_strfreev (rule->source_labels);
  g_free (rule->separator);
  g_clear_pointer (&rule->regex, sg_regex_unref);
  g_free (rule->target_label);
  g_free (rule->replacement);
}

static gboolean
fail (const SgRelabelSpec  *spec,
      GError              **error,
      const char           *what)
{
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG, "relabelling: %s: %s",
               action_names[spec->action], what);
  return FALSE;
}

static gboolean
has_target (SgRelabelAction action)
{
  return action == SG_RELABEL_REPLACE || action == SG_RELABEL_HASHMOD
         || action == SG_RELABEL_LOWERCASE || action == SG_RELABEL_UPPERCASE
         || action == SG_RELABEL_KEEP_EQUAL || action == SG_RELABEL_DROP_EQUAL;
}

/* A name, or a pattern of one with $1, ${1} or ${name} in it. */
static gboolean
is_name_pattern (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      const char *end;

      if (*p != '$')
        g_string_append_c (plain, *p);
      else if (p[1] == '{' && (end = strchr (p, '}')) != NULL)
        {
          g_string_append_c (plain, 'x');
          p = end;
        }
      else if (g_ascii_isalnum (p[1]) || p[1] == '_')
        {
          g_string_append_c (plain, 'x');
          while (g_ascii_isalnum (p[1]) || p[1] == '_')
            p++;
        }
      else
        return FALSE;
    }
  return sg_label_name_is_classic (plain->str);
}

/* labeldrop and labelkeep look at names alone; the two equals, at values alone. */
static gboolean
check_no_more (const SgRelabelSpec  *spec,
               GError              **error)
{
  gboolean names_only =
      spec->action == SG_RELABEL_LABELDROP || spec->action == SG_RELABEL_LABELKEEP;
  gboolean equal = spec->action == SG_RELABEL_KEEP_EQUAL || spec->action == SG_RELABEL_DROP_EQUAL;

  if (names_only
      && (spec->source_labels != NULL || spec->target_label != NULL || spec->modulus != 0
          || spec->separator != NULL || spec->replacement != NULL))
    return fail (spec, error, "it takes regex and nothing else: remove the other keys");
  if (equal
      && (spec->regex != NULL || spec->modulus != 0 || spec->separator != NULL
          || spec->replacement != NULL))
    return fail (spec, error,
                 "it takes source_labels and target_label and nothing else: remove the other keys");
  if ((spec->action == SG_RELABEL_LOWERCASE || spec->action == SG_RELABEL_UPPERCASE)
      && spec->replacement != NULL)
    return fail (spec, error, "it takes no replacement: remove it");
  return TRUE;
}

static gboolean
check_spec (const SgRelabelSpec  *spec,
            GError              **error)
{
  if (has_target (spec->action) && spec->target_label == NULL)
    return fail (spec, error, "it needs target_label: name the label to set");
  if (spec->action == SG_RELABEL_HASHMOD && spec->modulus == 0)
    return fail (spec, error, "it needs modulus: a number above zero");
  if (spec->action == SG_RELABEL_REPLACE && !is_name_pattern (spec->target_label))
    return fail (spec, error, "target_label is no label name: use letters, digits, _ and ${1}");
  if (has_target (spec->action) && spec->action != SG_RELABEL_REPLACE
      && !sg_label_name_is_classic (spec->target_label))
    return fail (spec, error, "target_label is no label name: use letters, digits and _");
  if (spec->action == SG_RELABEL_LABELMAP && spec->replacement != NULL
      && !is_name_pattern (spec->replacement))
    return fail (spec, error, "replacement is no label name: use letters, digits, _ and ${1}");
  return check_no_more (spec, error);
}

static gboolean
rule_init (Rule                 *rule,
           const SgRelabelSpec  *spec,
           GError              **error)
{
  *rule = (Rule) { .action = spec->action };
  if (!check_spec (spec, error))
    return FALSE;
  rule->regex = sg_regex_new (spec->regex != NULL ? spec->regex : "(.*)", SG_REGEX_CAPTURES, error);
  if (rule->regex == NULL)
    {
      g_prefix_error (error, "relabelling: %s: regex: ", action_names[spec->action]);
      return FALSE;
    }
  rule->source_labels = g_strdupv ((GStrv) spec->source_labels);
  rule->separator = g_strdup (spec->separator != NULL ? spec->separator : ";");
  rule->modulus = spec->modulus;
  rule->target_label = g_strdup (spec->target_label);
  rule->replacement = g_strdup (spec->replacement != NULL ? spec->replacement : "$1");
  return TRUE;
}

/**
 * sg_relabel_new:
 * @specs: (array length=n_specs): the rules, in their order
 * @n_specs: how many
 * @error: which rule is wrong, why, and what to write
 *
 * Returns: (transfer full): the rules, compiled
 */
SgRelabel *
sg_relabel_new (const SgRelabelSpec  *specs,
                gsize                 n_specs,
                GError              **error)
{
  g_autoptr (SgRelabel) self = g_new0 (SgRelabel, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->rules = g_array_new (FALSE, FALSE, sizeof (Rule));
  g_array_set_clear_func (self->rules, rule_clear);
  for (gsize i = 0; i < n_specs; i++)
    {
      Rule rule;

      if (!rule_init (&rule, &specs[i], error))
        return NULL;
      g_array_append_val (self->rules, rule);
    }
  return g_steal_pointer (&self);
}

SgRelabel *
sg_relabel_ref (SgRelabel *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_relabel_unref (SgRelabel *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->rules);
  g_free (self);
}

static char *
join_source (const Rule *rule,
             Work       *work)
{
  GString *source = g_string_new (NULL);

  for (guint i = 0; rule->source_labels != NULL && rule->source_labels[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (source, rule->separator);
      g_string_append (source, sg_labels_builder_get (&work->builder, rule->source_labels[i]));
    }
  return g_string_free (source, FALSE);
}

static void
set_label (Work       *work,
           const char *name,
           const char *value)
{
  sg_labels_builder_set (&work->builder, g_string_chunk_insert (work->texts, name),
                         g_string_chunk_insert (work->texts, value));
}

static void
apply_replace (const Rule *rule,
               Work       *work,
               const char *source)
{
  g_autoptr (GString) target = g_string_new (NULL);
  g_autoptr (GString) value = g_string_new (NULL);

  if (sg_regex_expand (rule->regex, source, rule->target_label, target) != SG_REGEX_MATCH
      || sg_regex_expand (rule->regex, source, rule->replacement, value) != SG_REGEX_MATCH)
    return;
  if (sg_label_name_is_classic (target->str) && g_utf8_validate (value->str, -1, NULL))
    set_label (work, target->str, value->str);
}

static void
apply_hashmod (const Rule *rule,
               Work       *work,
               const char *source)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  guint8 digest[16];
  gsize length = sizeof digest;
  guint64 second_half;
  g_autofree char *value = NULL;

  g_checksum_update (checksum, (const guchar *) source, (gssize) strlen (source));
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&second_half, digest + 8, sizeof second_half);
  value = g_strdup_printf ("%" G_GUINT64_FORMAT, GUINT64_FROM_BE (second_half) % rule->modulus);
  set_label (work, rule->target_label, value);
}

static void
apply_case (const Rule *rule,
            Work       *work,
            const char *source)
{
  g_autofree char *value = rule->action == SG_RELABEL_LOWERCASE ? g_utf8_strdown (source, -1)
                                                                : g_utf8_strup (source, -1);

  set_label (work, rule->target_label, value);
}

/* The labels that there are before the rule; those it adds are not looked at. */
static void
apply_to_names (const Rule *rule,
                Work       *work)
{
  g_autoptr (SgLabels) before = sg_labels_builder_build (&work->builder);

  for (guint i = 0; i < before->n_labels; i++)
    {
      const SgLabel *label = &before->labels[i];
      gboolean matches = sg_regex_match (rule->regex, label->name) == SG_REGEX_MATCH;

      if (rule->action == SG_RELABEL_LABELMAP && matches)
        {
          g_autoptr (GString) name = g_string_new (NULL);

          sg_regex_expand (rule->regex, label->name, rule->replacement, name);
          if (name->len > 0)
            set_label (work, name->str, label->value);
        }
      else if ((rule->action == SG_RELABEL_LABELDROP && matches)
               || (rule->action == SG_RELABEL_LABELKEEP && !matches))
        sg_labels_builder_unset (&work->builder, label->name);
    }
}

/* Returns: whether the labels are kept */
static gboolean
apply_rule (const Rule *rule,
            Work       *work)
{
  g_autofree char *source = join_source (rule, work);

  switch (rule->action)
    {
    case SG_RELABEL_KEEP:
      return sg_regex_match (rule->regex, source) == SG_REGEX_MATCH;
    case SG_RELABEL_DROP:
      return sg_regex_match (rule->regex, source) != SG_REGEX_MATCH;
    case SG_RELABEL_KEEP_EQUAL:
      return g_str_equal (sg_labels_builder_get (&work->builder, rule->target_label), source);
    case SG_RELABEL_DROP_EQUAL:
      return !g_str_equal (sg_labels_builder_get (&work->builder, rule->target_label), source);
    case SG_RELABEL_REPLACE:
      apply_replace (rule, work, source);
      return TRUE;
    case SG_RELABEL_HASHMOD:
      apply_hashmod (rule, work, source);
      return TRUE;
    case SG_RELABEL_LOWERCASE:
    case SG_RELABEL_UPPERCASE:
      apply_case (rule, work, source);
      return TRUE;
    case SG_RELABEL_LABELMAP:
    case SG_RELABEL_LABELDROP:
    case SG_RELABEL_LABELKEEP:
    default:
      apply_to_names (rule, work);
      return TRUE;
    }
}

SgLabels *
sg_relabel_apply (const SgRelabel *self,
                  const SgLabels  *labels)
{
  Work work = { .texts = g_string_chunk_new (256) };
  gboolean kept = TRUE;
  SgLabels *result = NULL;

  sg_labels_builder_init (&work.builder, labels);
  for (guint i = 0; i < self->rules->len && kept; i++)
    kept = apply_rule (&g_array_index (self->rules, Rule, i), &work);
  if (kept)
    result = sg_labels_builder_build (&work.builder);
  sg_labels_builder_clear (&work.builder);
  g_string_chunk_free (work.texts);
  return result;
}
