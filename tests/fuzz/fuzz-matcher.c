/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-matcher.h"
#include "base/sg-regex.h"

#include <string.h>

#define SET_MEMBERS_TRIED 20

static void
try_refused (const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRegex) regex = sg_regex_new (pattern, 0, &error);

  g_assert_null (regex);
  g_assert_true (g_str_has_prefix (error->message, "regular expression: "));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* The short ways and PCRE2 agree, and what is known of all matches is true of this one. */
static void
try_text (const SgRegex *regex,
          const SgRegex *capturing,
          const char    *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SgRegexVerdict verdict = sg_regex_match (regex, text);
  SgRegexVerdict other = sg_regex_expand (capturing, text, "$0", out);

  if (verdict == SG_REGEX_GIVEN_UP || other == SG_REGEX_GIVEN_UP)
    return;
  g_assert_cmpint (verdict, ==, other);
  if (verdict != SG_REGEX_MATCH)
    return;
  g_assert_true (g_str_has_prefix (text, sg_regex_get_prefix (regex)));
  g_assert_nonnull (strstr (text, sg_regex_get_contains (regex)));
  g_assert_true (!sg_regex_is_non_empty (regex) || *text != '\0');
  if (g_utf8_validate (text, -1, NULL))
    g_assert_cmpstr (out->str, ==, text);
}

static void
try_set (const SgRegex *regex,
         const SgRegex *capturing)
{
  gsize n = 0;
  const char *const *set = sg_regex_get_set (regex, &n);

  for (gsize i = 0; set != NULL && i < MIN (n, SET_MEMBERS_TRIED); i++)
    {
      g_assert_cmpint (sg_regex_match (regex, set[i]), ==, SG_REGEX_MATCH);
      g_assert_true (i == 0 || strcmp (set[i - 1], set[i]) < 0);
      try_text (regex, capturing, set[i]);
    }
}

static void
try_matcher (const char *pattern,
             const char *text)
{
  g_autoptr (SgMatcher) positive = sg_matcher_new (SG_MATCH_REGEXP, "name", pattern, NULL);
  g_autoptr (SgMatcher) negative = sg_matcher_new (SG_MATCH_NOT_REGEXP, "name", pattern, NULL);
  g_autofree char *printed = sg_matcher_to_string (positive);
  gboolean matches = sg_matcher_matches (positive, text);

  g_assert_true (g_str_has_prefix (printed, "name=~\""));
  if (sg_matcher_get_given_up (positive) == 0)
    g_assert_cmpint (sg_matcher_matches (negative, text), ==, !matches);
}

/* The input is an expression, a line feed, and a text, which is a replacement too. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *pattern = g_strndup ((const char *) data, size);
  char *text = strchr (pattern, '\n');
  g_autoptr (SgRegex) regex = NULL;
  g_autoptr (SgRegex) capturing = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  if (text != NULL)
    *text++ = '\0';
  else
    text = pattern + strlen (pattern);
  regex = sg_regex_new (pattern, 0, NULL);
  capturing = sg_regex_new (pattern, SG_REGEX_CAPTURES, NULL);
  if (regex == NULL)
    {
      try_refused (pattern);
      return 0;
    }
  try_matcher (pattern, text);
  if (capturing == NULL)
    return 0;
  try_text (regex, capturing, text);
  try_text (regex, capturing, "");
  try_set (regex, capturing);
  sg_regex_expand (capturing, text, text, out);
  return 0;
}
