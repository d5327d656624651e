/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-matcher.h"

typedef struct
{
  SgMatchKind kind;
  const char *name;
  const char *value;
  const char *text;
  const char *matching;
  const char *other;
  gboolean matches_empty;
} MatchCase;

static const MatchCase match_cases[] = {
  { SG_MATCH_EQUAL, "job", "a", "job=\"a\"", "a", "b", FALSE },
  { SG_MATCH_EQUAL, "job", "", "job=\"\"", "", "b", TRUE },
  { SG_MATCH_EQUAL, "job", ".*", "job=\".*\"", ".*", "a", FALSE },
  { SG_MATCH_NOT_EQUAL, "job", "a", "job!=\"a\"", "b", "a", TRUE },
  { SG_MATCH_NOT_EQUAL, "job", "", "job!=\"\"", "a", "", FALSE },
  { SG_MATCH_REGEXP, "job", "a|b", "job=~\"a|b\"", "b", "c", FALSE },
  { SG_MATCH_REGEXP, "job", "", "job=~\"\"", "", "a", TRUE },
  { SG_MATCH_REGEXP, "job", "a|", "job=~\"a|\"", "a", "b", TRUE },
  { SG_MATCH_REGEXP, "job", "web-\\d+", "job=~\"web-\\\\d+\"", "web-12", "web-", FALSE },
  { SG_MATCH_REGEXP, "job", ".*", "job=~\".*\"", "x", NULL, TRUE },
  { SG_MATCH_REGEXP, "job", ".+", "job=~\".+\"", "x", "", FALSE },
  { SG_MATCH_NOT_REGEXP, "job", "a|b", "job!~\"a|b\"", "c", "a", TRUE },
  { SG_MATCH_NOT_REGEXP, "job", ".*", "job!~\".*\"", NULL, "x", FALSE },
  { SG_MATCH_NOT_REGEXP, "job", ".+", "job!~\".+\"", "", "x", TRUE },
  { SG_MATCH_NOT_REGEXP, "job", "web-\\d+", "job!~\"web-\\\\d+\"", "web-", "web-12", TRUE },
  { SG_MATCH_EQUAL, "a.b", "q\"\n", "\"a.b\"=\"q\\\"\\n\"", "q\"\n", "q", FALSE },
};

static void
test_matcher_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (match_cases); i++)
    {
      const MatchCase *c = &match_cases[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (SgMatcher) matcher = sg_matcher_new (c->kind, c->name, c->value, &error);
      g_autoptr (SgMatcher) same = sg_matcher_new (c->kind, c->name, c->value, NULL);
      g_autofree char *text = sg_matcher_to_string (matcher);

      g_assert_no_error (error);
      g_test_message ("%s", text);
      g_assert_cmpstr (text, ==, c->text);
      g_assert_cmpint (sg_matcher_get_kind (matcher), ==, c->kind);
      g_assert_cmpstr (sg_matcher_get_name (matcher), ==, c->name);
      g_assert_cmpstr (sg_matcher_get_value (matcher), ==, c->value);
      g_assert_true (c->matching == NULL || sg_matcher_matches (matcher, c->matching));
      g_assert_true (c->other == NULL || !sg_matcher_matches (matcher, c->other));
      g_assert_cmpint (sg_matcher_matches_empty (matcher), ==, c->matches_empty);
      g_assert_cmpint (sg_matcher_matches (matcher, ""), ==, c->matches_empty);
      g_assert_true (sg_matcher_equal (matcher, same));
      g_assert_cmpuint (sg_matcher_get_given_up (matcher), ==, 0);
    }
}

static void
test_matcher_index (void)
{
  g_autoptr (SgMatcher) equal = sg_matcher_new (SG_MATCH_EQUAL, "job", "node", NULL);
  g_autoptr (SgMatcher) list = sg_matcher_new (SG_MATCH_NOT_REGEXP, "job", "node|app", NULL);
  g_autoptr (SgMatcher) prefix = sg_matcher_new (SG_MATCH_REGEXP, "job", "node.+x[0-9]", NULL);
  g_autoptr (SgMatcher) anything = sg_matcher_new (SG_MATCH_REGEXP, "job", ".*", NULL);
  const char *const *set;
  gsize n = 0;

  set = sg_matcher_get_set (equal, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (set[0], ==, "node");
  g_assert_cmpstr (sg_matcher_get_prefix (equal), ==, "node");
  set = sg_matcher_get_set (list, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (set[0], ==, "app");
  g_assert_cmpstr (set[1], ==, "node");
  g_assert_true (sg_matcher_is_negative (list));
  g_assert_false (sg_matcher_is_negative (prefix));
  g_assert_null (sg_matcher_get_set (prefix, &n));
  g_assert_cmpstr (sg_matcher_get_prefix (prefix), ==, "node");
  g_assert_cmpstr (sg_matcher_get_contains (prefix), ==, "node");
  g_assert_true (sg_matcher_matches_anything (anything));
  g_assert_false (sg_matcher_matches_non_empty (anything));
  g_assert_false (sg_matcher_matches_anything (equal));
  g_assert_false (sg_matcher_equal (equal, list));
}

static void
test_matcher_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMatcher) plain = NULL;

  g_assert_null (sg_matcher_new (SG_MATCH_NOT_REGEXP, "job", "a(b", &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==,
                   "regular expression: byte 1: ( without its ): add it, or "
                   "write \\( for the character");
  plain = sg_matcher_new (SG_MATCH_EQUAL, "job", "a(b", NULL);
  g_assert_true (sg_matcher_matches (plain, "a(b"));
}

/* A match that is given up is no match of either kind, and is counted. */
static void
test_matcher_given_up (void)
{
  g_autofree char *text = g_strnfill (5000, 'a');
  g_autoptr (SgMatcher) positive = sg_matcher_new (SG_MATCH_REGEXP, "job", "([a-z]+)*[0-9]", NULL);
  g_autoptr (SgMatcher) negative =
      sg_matcher_new (SG_MATCH_NOT_REGEXP, "job", "([a-z]+)*[0-9]", NULL);

  g_assert_false (sg_matcher_matches (positive, text));
  g_assert_false (sg_matcher_matches (negative, text));
  g_assert_cmpuint (sg_matcher_get_given_up (positive), ==, 1);
  g_assert_cmpuint (sg_matcher_get_given_up (negative), ==, 1);
  g_assert_true (sg_matcher_matches (positive, "a1"));
  g_assert_cmpuint (sg_matcher_get_given_up (positive), ==, 1);
}

static void
test_matcher_boxed (void)
{
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, "a", "b", NULL);
  SgMatcher *copy = g_boxed_copy (SG_TYPE_MATCHER, matcher);

  g_assert_true (copy == matcher);
  g_boxed_free (SG_TYPE_MATCHER, copy);
  g_assert_cmpstr (sg_matcher_get_name (matcher), ==, "a");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/matcher/cases", test_matcher_cases);
  g_test_add_func ("/matcher/index", test_matcher_index);
  g_test_add_func ("/matcher/error", test_matcher_error);
  g_test_add_func ("/matcher/given-up", test_matcher_given_up);
  g_test_add_func ("/matcher/boxed", test_matcher_boxed);
  return g_test_run ();
}
