/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-matcher.h"

#include "base/sg-labels.h"
#include "base/sg-regex.h"

#include <string.h>

struct _SgMatcher
{
  guint ref_count;
  SgMatchKind kind;
  char *name;
  char *value;
  SgRegex *regex;
  gboolean matches_empty;
  /* Matches that were given up; the one thing in here that changes. */
  guint64 given_up;
};

G_DEFINE_BOXED_TYPE (SgMatcher, sg_matcher, sg_matcher_ref, sg_matcher_unref)

/**
 * sg_matcher_new:
 * @kind: how to compare
 * @name: the name of a label
 * @value: a value, or a regular expression that the whole value must match
 * @error: what is wrong with the expression
 *
 * Returns: (transfer full) (nullable): the matcher
 */
SgMatcher *
sg_matcher_new (SgMatchKind   kind,
                const char   *name,
                const char   *value,
                GError      **error)
{
  SgMatcher *self;
  SgRegex *regex = NULL;

  if (kind == SG_MATCH_REGEXP || kind == SG_MATCH_NOT_REGEXP)
    {
      regex = sg_regex_new (value, 0, error);
      if (regex == NULL)
        return NULL;
    }
  self = g_new0 (SgMatcher, 1);
  self->ref_count = 1;
  self->kind = kind;
  self->name = g_strdup (name);
  self->value = g_strdup (value);
  self->regex = regex;
  self->matches_empty = sg_matcher_matches (self, "");
  return self;
}

SgMatcher *
sg_matcher_ref (const SgMatcher *self)
{
  SgMatcher *mutable_self = (SgMatcher *) self;

  __atomic_fetch_add (&mutable_self->ref_count, 1, __ATOMIC_RELAXED);
  return mutable_self;
}

void
sg_matcher_unref (SgMatcher *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_clear_pointer (&self->regex, sg_regex_unref);
  g_free (self->name);
  g_free (self->value);
  g_free (self);
}

SgMatchKind
sg_matcher_get_kind (const SgMatcher *self)
{
  return self->kind;
}

const char *
sg_matcher_get_name (const SgMatcher *self)
{
  return self->name;
}

const char *
sg_matcher_get_value (const SgMatcher *self)
{
  return self->value;
}

gboolean
sg_matcher_equal (const SgMatcher *a,
                  const SgMatcher *b)
{
  return a == b
         || (a->kind == b->kind && g_str_equal (a->name, b->name)
             && g_str_equal (a->value, b->value));
}

/* As the query language writes it: job=~"a|b", and "a name"="v" where the name needs quotes. */
char *
sg_matcher_to_string (const SgMatcher *self)
{
  static const char *const operators[] = { "=", "!=", "=~", "!~" };
  GString *out = g_string_new (NULL);

  if (sg_label_name_is_classic (self->name))
    g_string_append (out, self->name);
  else
    sg_labels_append_quoted (out, self->name);
  g_string_append (out, operators[self->kind]);
  sg_labels_append_quoted (out, self->value);
  return g_string_free (out, FALSE);
}

/**
 * sg_matcher_matches:
 * @self: a matcher
 * @value: the value of the label, "" where it is absent
 *
 * Where an expression would take too many steps this is %FALSE, whatever the kind, and counted: who
 * tries many values looks at sg_matcher_get_given_up() after each, and fails.
 *
 * Returns: whether the condition holds
 */
gboolean
sg_matcher_matches (const SgMatcher *self,
                    const char      *value)
{
  SgRegexVerdict verdict;

  if (self->regex == NULL)
    return (strcmp (self->value, value) == 0) == (self->kind == SG_MATCH_EQUAL);
  verdict = sg_regex_match (self->regex, value);
  if (verdict == SG_REGEX_GIVEN_UP)
    {
      __atomic_fetch_add (&((SgMatcher *) self)->given_up, 1, __ATOMIC_RELAXED);
      return FALSE;
    }
  return (verdict == SG_REGEX_MATCH) == (self->kind == SG_MATCH_REGEXP);
}

/* Returns: how many values were given up on, because the expression took too many steps */
guint64
sg_matcher_get_given_up (const SgMatcher *self)
{
  return __atomic_load_n (&self->given_up, __ATOMIC_RELAXED);
}

gboolean
sg_matcher_is_negative (const SgMatcher *self)
{
  return self->kind == SG_MATCH_NOT_EQUAL || self->kind == SG_MATCH_NOT_REGEXP;
}

/* Returns: whether series without the label match */
gboolean
sg_matcher_matches_empty (const SgMatcher *self)
{
  return self->matches_empty;
}

/* Returns: whether =~ or !~ was given .*, or what means the same */
gboolean
sg_matcher_matches_anything (const SgMatcher *self)
{
  return self->regex != NULL && sg_regex_is_anything (self->regex);
}

/* Returns: whether =~ or !~ was given .+, or what means the same */
gboolean
sg_matcher_matches_non_empty (const SgMatcher *self)
{
  return self->regex != NULL && sg_regex_is_non_empty (self->regex);
}

/**
 * sg_matcher_get_set:
 * @self: a matcher
 * @ret_n: (out): how many
 *
 * Returns: (array length=ret_n) (nullable): the only values that match (that do not, when
 *   negative), sorted by their bytes, where they can be listed
 */
const char *const *
sg_matcher_get_set (const SgMatcher *self,
                    gsize           *ret_n)
{
  if (self->regex != NULL)
    return sg_regex_get_set (self->regex, ret_n);
  *ret_n = 1;
  return (const char *const *) &self->value;
}

/* Returns: what every such value begins with, perhaps "" */
const char *
sg_matcher_get_prefix (const SgMatcher *self)
{
  return self->regex != NULL ? sg_regex_get_prefix (self->regex) : self->value;
}

/* Returns: a text that every such value contains, perhaps "" */
const char *
sg_matcher_get_contains (const SgMatcher *self)
{
  return self->regex != NULL ? sg_regex_get_contains (self->regex) : self->value;
}
