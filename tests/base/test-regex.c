/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-regex.h"

#include <string.h>

static gboolean
is_capital_digit (char c)
{
  return g_ascii_isxdigit (c) && !g_ascii_islower (c);
}

/* Replaces each <hh> by its byte, in place. */
static void
unescape (char *text)
{
  char *to = text;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (p[0] == '<' && is_capital_digit (p[1]) && is_capital_digit (p[2]) && p[3] == '>')
        {
          *to++ = (char) (g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2]));
          p += 3;
        }
      else
        *to++ = *p;
    }
  *to = '\0';
}

static void
check_text (const char *pattern,
            const char *text,
            gboolean    expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRegex) regex = sg_regex_new (pattern, 0, &error);
  g_autoptr (SgRegex) capturing = sg_regex_new (pattern, SG_REGEX_CAPTURES, NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpint (sg_regex_match (regex, text), ==, expected ? SG_REGEX_MATCH : SG_REGEX_NO_MATCH);
  /* The same by PCRE2, where the short ways are not taken. */
  g_assert_cmpint (sg_regex_expand (capturing, text, "$0", out), ==,
                   expected ? SG_REGEX_MATCH : SG_REGEX_NO_MATCH);
  g_assert_cmpstr (out->str, ==, expected ? text : "");
  if (expected)
    {
      g_assert_true (g_str_has_prefix (text, sg_regex_get_prefix (regex)));
      g_assert_nonnull (strstr (text, sg_regex_get_contains (regex)));
    }
}

static void
check_error (const char *pattern,
             const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_regex_new (pattern, 0, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_regex_cases (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "regex-cases.txt", NULL);
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  const char *pattern = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  lines = g_strsplit (content, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *argument = strchr (lines[i], ' ');

      if (argument == NULL || lines[i][0] == '#')
        continue;
      g_test_message ("line %u: %s", i + 1, lines[i]);
      unescape (++argument);
      if (g_str_has_prefix (lines[i], "re "))
        pattern = argument;
      else if (g_str_has_prefix (lines[i], "error "))
        check_error (pattern, argument);
      else
        check_text (pattern, argument, g_str_has_prefix (lines[i], "yes "));
      n++;
    }
  g_assert_cmpuint (n, >, 1300);
}

typedef struct
{
  const char *pattern;
  const char *set;
  const char *prefix;
  const char *contains;
} KnownCase;

/* The set with blanks between its members; "-" for none. */
static const KnownCase known_cases[] = {
  { "", "", "", "" },
  { "abc", "abc", "abc", "abc" },
  { "^abc$", "abc", "abc", "abc" },
  { "(?m)^abc$", "abc", "abc", "abc" },
  { "b|a|b|c", "a b c", "", "" },
  { "foo(bar|baz)", "foobar foobaz", "fooba", "foo" },
  { "foo(bar|baz)?", "foo foobar foobaz", "foo", "foo" },
  { "(a|b)(c|d)(e|)", "ac ace ad ade bc bce bd bde", "", "" },
  { "host[1-3]", "host1 host2 host3", "host", "host" },
  { "a{2,3}", "aa aaa", "a", "a" },
  { "x{1,16}",
    "x xx xxx xxxx xxxxx xxxxxx xxxxxxx xxxxxxxx xxxxxxxxx xxxxxxxxxx xxxxxxxxxxx "
    "xxxxxxxxxxxx xxxxxxxxxxxxx xxxxxxxxxxxxxx xxxxxxxxxxxxxxx xxxxxxxxxxxxxxxx",
    "x", "x" },
  { "x{1,17}", "-", "x", "x" },
  { "(^a|b)", "a b", "", "" },
  { "a(^b|c)", "-", "a", "a" },
  { "a(b$|c)", "ab ac", "a", "a" },
  { "é|à", "à é", "", "" },
  { "(?i)abc", "-", "", "" },
  { "a(?i)b", "-", "a", "a" },
  { ".*", "-", "", "" },
  { "foo.*", "-", "foo", "foo" },
  { "(foo|fob).*", "-", "fo", "" },
  { ".*foo.*longer.*", "-", "", "longer" },
  { "foo[0-9]+bar-", "-", "foo", "bar-" },
  { "(foo+)bar", "-", "foo", "bar" },
  { "(ab)+c", "-", "ab", "ab" },
  { "(ab)*c", "-", "", "c" },
  { "a|.*", "-", "", "" },
  { "a.c", "-", "a", "a" },
  { "ab\\b.*", "-", "ab", "ab" },
  { "[[:digit:]]", "0 1 2 3 4 5 6 7 8 9", "", "" },
  { "[^a]", "-", "", "" },
  { "\\pL", "-", "", "" },
  { "[a-z]{2}[a-z]{2}", "-", "", "" },
  { "\\x{d800}a", "", "", "a" },
  { "\\x00", "-", "", "" },
  { "(é|è)x.*", "-", "", "x" },
};

static void
test_regex_known (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known_cases); i++)
    {
      const KnownCase *c = &known_cases[i];
      g_autoptr (SgRegex) regex = sg_regex_new (c->pattern, 0, NULL);
      g_autofree char *joined = NULL;
      const char *const *set;
      gsize n = 0;

      g_test_message ("%s", c->pattern);
      set = sg_regex_get_set (regex, &n);
      if (set != NULL)
        {
          g_auto (GStrv) copy = g_new0 (char *, n + 1);

          for (gsize j = 0; j < n; j++)
            copy[j] = g_strdup (set[j]);
          joined = g_strjoinv (" ", copy);
        }
      g_assert_cmpstr (joined != NULL ? joined : "-", ==, c->set);
      g_assert_cmpstr (sg_regex_get_prefix (regex), ==, c->prefix);
      g_assert_cmpstr (sg_regex_get_contains (regex), ==, c->contains);
    }
}

static void
test_regex_wildcards (void)
{
  g_autoptr (SgRegex) anything = sg_regex_new ("^(.*)$", 0, NULL);
  g_autoptr (SgRegex) non_empty = sg_regex_new (".*.+", 0, NULL);
  g_autoptr (SgRegex) neither = sg_regex_new ("(?-s).*", 0, NULL);

  g_assert_true (sg_regex_is_anything (anything));
  g_assert_false (sg_regex_is_non_empty (anything));
  g_assert_true (sg_regex_is_non_empty (non_empty));
  g_assert_false (sg_regex_is_anything (non_empty));
  g_assert_false (sg_regex_is_anything (neither));
}

typedef struct
{
  const char *pattern;
  const char *text;
  const char *replacement;
  const char *result;
} ExpandCase;

static const ExpandCase expand_cases[] = {
  { "(.*):(.*)", "host:80", "$1", "host" },
  { "(.*):(.*)", "host:80", "${2}-$1", "80-host" },
  { "(.*):(.*)", "host:80", "$0", "host:80" },
  { "(.*):(.*)", "host:80", "$3", "" },
  { "(.*):(.*)", "host:80", "$10x", "" },
  { "(.*):(.*)", "host:80", "${1}0x", "host0x" },
  { "(.*):(.*)", "host:80", "$1x", "" },
  { "(.*):(.*)", "host:80", "a$$1", "a$1" },
  { "(.*):(.*)", "host:80", "$", "$" },
  { "(.*):(.*)", "host:80", "$ $-", "$ $-" },
  { "(.*):(.*)", "host:80", "${1", "${1" },
  { "(.*):(.*)", "host:80", "${}", "${}" },
  { "(.*):(.*)", "host:80", "${a-b}", "${a-b}" },
  { "(.*):(.*)", "host:80", "$01", "" },
  { "(.*):(.*)", "host:80", "$99999999999999999999", "" },
  { "(?P<name>.*):(?P<port>.*)", "host:80", "$port/$name", "80/host" },
  { "(?P<name>.*):(?<port>.*)", "host:80", "${port}$name_", "80" },
  { "(?P<x>a)|(?P<x>b)", "b", "[$x]", "[b]" },
  { "(a)|(b)", "b", "[$1][$2]", "[][b]" },
  { "(?:a)(b)", "ab", "$1", "b" },
  { "((a)(b))", "ab", "$1 $2 $3", "ab a b" },
  { "(é+)x", "ééx", "$1é", "" },
  { "(é+)x", "ééx", "${1}é", "ééé" },
  { "foo(bar|baz)", "foobaz", "$1", "baz" },
};

static void
test_regex_expand (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expand_cases); i++)
    {
      const ExpandCase *c = &expand_cases[i];
      g_autoptr (SgRegex) regex = sg_regex_new (c->pattern, SG_REGEX_CAPTURES, NULL);
      g_autoptr (GString) out = g_string_new ("> ");
      g_autofree char *expected = g_strconcat ("> ", c->result, NULL);

      g_test_message ("%s %s", c->pattern, c->replacement);
      g_assert_cmpint (sg_regex_expand (regex, c->text, c->replacement, out), ==, SG_REGEX_MATCH);
      g_assert_cmpstr (out->str, ==, expected);
      g_assert_cmpint (sg_regex_expand (regex, "nothing like it", "$1", out), ==,
                       SG_REGEX_NO_MATCH);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

/* Each byte that is not UTF-8 is one character, U+FFFD, as in Go. */
static void
test_regex_not_utf8 (void)
{
  static const struct
  {
    const char *pattern;
    const char *text;
    SgRegexVerdict verdict;
  } cases[] = {
    { "a.b",
      "a\xff"
      "b",
      SG_REGEX_MATCH },
    { "a..b",
      "a\xff\xc3"
      "b",
      SG_REGEX_MATCH },
    { "a.b",
      "a\xff\xff"
      "b",
      SG_REGEX_NO_MATCH },
    { "[^x]+", "\xff\xfe", SG_REGEX_MATCH },
    { "a.*", "a\xff", SG_REGEX_MATCH },
    { ".*b",
      "\xc3"
      "b",
      SG_REGEX_MATCH },
    { "(?i)a\\x{fffd}", "A\xc3", SG_REGEX_MATCH },
    { "\\w", "\xff", SG_REGEX_NO_MATCH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgRegex) regex = sg_regex_new (cases[i].pattern, 0, NULL);

      g_test_message ("%s", cases[i].pattern);
      g_assert_cmpint (sg_regex_match (regex, cases[i].text), ==, cases[i].verdict);
    }
}

/* An expression that would keep a backtracking matcher busy for ever is given up, and says so. */
static void
test_regex_hostile (void)
{
  static const char *const patterns[] = { "([a-z]+)*[0-9]", "(?i)(a|aa|aaa)*[0-9]",
                                          "(\\w*)(\\w*)(\\w*)(\\w*)(\\w*)(\\w*)\\pN" };
  g_autofree char *text = g_strnfill (5000, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (SgRegex) regex = sg_regex_new (patterns[i], 0, NULL);

      g_assert_cmpint (sg_regex_match (regex, text), ==, SG_REGEX_GIVEN_UP);
      g_assert_cmpint (sg_regex_match (regex, "a1"), ==, SG_REGEX_MATCH);
    }
}

static GString *
join_names (guint       n,
            const char *suffix)
{
  GString *pattern = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (pattern, '|');
      g_string_append_printf (pattern, "host-%u%s", i, suffix);
    }
  return pattern;
}

/* Lists of names have no bound but the length of the text. */
static void
test_regex_large (void)
{
  g_autoptr (GString) names = join_names (9000, "\\.example\\.org");
  g_autoptr (GString) globs = join_names (15000, ":.*");
  g_autoptr (SgRegex) set = sg_regex_new (names->str, 0, NULL);
  g_autoptr (SgRegex) split = sg_regex_new (globs->str, 0, NULL);
  gsize n;

  g_assert_nonnull (sg_regex_get_set (set, &n));
  g_assert_cmpuint (n, ==, 9000);
  g_assert_cmpint (sg_regex_match (set, "host-8999.example.org"), ==, SG_REGEX_MATCH);
  g_assert_cmpint (sg_regex_match (set, "host-9000.example.org"), ==, SG_REGEX_NO_MATCH);
  g_assert_cmpint (sg_regex_match (split, "host-0:1"), ==, SG_REGEX_MATCH);
  g_assert_cmpint (sg_regex_match (split, "host-14999:"), ==, SG_REGEX_MATCH);
  g_assert_cmpint (sg_regex_match (split, "host-15000:"), ==, SG_REGEX_NO_MATCH);
}

static void
test_regex_limits (void)
{
  g_autofree char *deep = g_strnfill (SG_REGEX_DEPTH_MAX + 1, '(');
  g_autofree char *opening = g_strnfill (SG_REGEX_DEPTH_MAX - 1, '(');
  g_autofree char *closing = g_strnfill (SG_REGEX_DEPTH_MAX - 1, ')');
  g_autofree char *deepest = g_strconcat (opening, "a[0-9]", closing, NULL);
  g_autofree char *lengthy = g_strnfill (SG_REGEX_LENGTH_MAX + 1, 'a');
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRegex) regex = NULL;

  check_error (deep, "regular expression: byte 250: nests more than 250 deep: make it flatter");
  regex = sg_regex_new (deepest, SG_REGEX_CAPTURES, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sg_regex_match (regex, "a5"), ==, SG_REGEX_MATCH);
  g_assert_null (sg_regex_new (lengthy, 0, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==,
                   "regular expression: 262145 bytes are more than 262144: shorten it");
  g_clear_error (&error);
  g_assert_null (sg_regex_new ("([a-z][0-9x][a-z][0-9x]\\w+){1000}", 0, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==,
                   "regular expression: too large to compile: repeat less, or "
                   "write it more simply");
  check_error (
      "(?i)[\\x{0}-\\x{ffff}][\\x{0}-\\x{fffff}]",
      "regular expression: byte 21: ranges of more than 1000000 characters with (?i): narrow "
      "them, or turn it off with (?-i:…)");
  check_error ("ab\xff", "regular expression: byte 2: not UTF-8: write it in UTF-8");
}

static gpointer
match_often (gpointer data)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_assert_cmpint (sg_regex_match (data, "web-17"), ==, SG_REGEX_MATCH);
      g_assert_cmpint (sg_regex_match (data, "web-x"), ==, SG_REGEX_NO_MATCH);
    }
  sg_regex_unref (data);
  return NULL;
}

static void
test_regex_threads (void)
{
  g_autoptr (SgRegex) regex = sg_regex_new ("[a-z]+-\\d+", 0, NULL);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("match", match_often, sg_regex_ref (regex));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/regex/cases", test_regex_cases);
  g_test_add_func ("/regex/known", test_regex_known);
  g_test_add_func ("/regex/wildcards", test_regex_wildcards);
  g_test_add_func ("/regex/expand", test_regex_expand);
  g_test_add_func ("/regex/not-utf8", test_regex_not_utf8);
  g_test_add_func ("/regex/hostile", test_regex_hostile);
  g_test_add_func ("/regex/large", test_regex_large);
  g_test_add_func ("/regex/limits", test_regex_limits);
  g_test_add_func ("/regex/threads", test_regex_threads);
  return g_test_run ();
}
