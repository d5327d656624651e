/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-yaml-edit.h"

#include <stdlib.h>
#include <string.h>

/*
 * Follows a path: keys and numbers, parted by "/". The last part of one is what a change is about;
 * it is %NULL for a change of the whole.
 */
static const SgYamlNode *
find (const SgYaml *yaml,
      const char   *path)
{
  const SgYamlNode *node = sg_yaml_get_root (yaml);
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL && *path != '\0'; i++)
    {
      if (g_ascii_isdigit (*parts[i]))
        node = sg_yaml_node_get_item (node, (guint) atoi (parts[i]));
      else
        node = sg_yaml_node_lookup (node, parts[i]);
      g_assert_nonnull (node);
    }
  return node;
}

/*
 * "set PATH KEY VALUE", "unset PATH KEY", "append PATH VALUE", "replace PATH I VALUE", "remove PATH
 * I"; PATH is "." for the root
 */
static SgYaml *
apply (const SgYaml  *yaml,
       const char    *operation,
       GError       **error)
{
  g_auto (GStrv) words = g_strsplit (operation, " ", 3);
  const SgYamlNode *node = find (yaml, g_str_equal (words[1], ".") ? "" : words[1]);
  g_auto (GStrv) rest = g_strsplit (words[2], " ", 2);

  if (g_str_equal (words[0], "set"))
    return sg_yaml_edit_set (yaml, node, rest[0], rest[1], error);
  if (g_str_equal (words[0], "unset"))
    return sg_yaml_edit_unset (yaml, node, rest[0], error);
  if (g_str_equal (words[0], "append"))
    return sg_yaml_edit_append (yaml, node, words[2], error);
  if (g_str_equal (words[0], "replace"))
    return sg_yaml_edit_replace (yaml, node, (guint) atoi (rest[0]), rest[1], error);
  return sg_yaml_edit_remove (yaml, node, (guint) atoi (rest[0]), error);
}

typedef struct
{
  const char *before;
  const char *operation;
  const char *after;
} EditCase;

static const EditCase cases[] = {
  /* A value that is there. */
  { "a: 1\nb: 2\n", "set . a 7", "a: 7\nb: 2\n" },
  { "a: 1  # one\nb: 2\n", "set . a 7", "a: 7  # one\nb: 2\n" },
  { "a: 'x'\n", "set . a \"y\"", "a: \"y\"\n" },
  { "a: 1", "set . a 7", "a: 7" },
  { "a:\nb: 2\n", "set . a 7", "a: 7\nb: 2\n" },
  { "a:   # empty\nb: 2\n", "set . a 7", "a: 7   # empty\nb: 2\n" },
  { "a: 1\n", "set . a ~", "a:\n" },
  { "\"a\" : 1\n", "set . a 7", "\"a\" : 7\n" },
  { "a: {b: 1, c: 2}\n", "set a b 7", "a: {b: 7, c: 2}\n" },
  { "a: {b: 1, c: 2}\n", "set a b [x,   y]", "a: {b: [x,   y], c: 2}\n" },
  { "a: {b: 1, c: 2}\n", "set a b - x\n- y: z", "a: {b: [x, {y: z}], c: 2}\n" },
  { "a: {b: , c: 2}\n", "set a b 7", "a: {b: 7, c: 2}\n" },
  { "a: 1 # one\nb: 2\n", "set . a - x\n- y", "a: # one\n  - x\n  - y\nb: 2\n" },
  { "a: 1\nb: 2\n", "set . a k: v\nl:\n  - m", "a:\n  k: v\n  l:\n    - m\nb: 2\n" },
  { "a:  # list\n  # first\n  - x\n  - y # last\nb: 2\n", "set . a 5",
    "a: 5  # list\n  # first\nb: 2\n" },
  { "a:\n- x\n- y\nb: 2\n", "set . a - z", "a:\n- z\nb: 2\n" },
  { "a:\n    - x\n\n# about b\nb: 2\n", "set . a - z\n- w",
    "a:\n    - z\n    - w\n\n# about b\nb: 2\n" },
  { "a: |\n  one\n  two\n\nb: 2\n", "set . a x", "a: x\n\nb: 2\n" },
  { "a: 1\nb: 2\n", "set . a |\n  one\n  two", "a: |\n    one\n    two\nb: 2\n" },
  { "a: [1,\n  2] # two\nb: 2\n", "set . a 3", "a: 3 # two\nb: 2\n" },
  { "a: \"x\n  y\"\nb: 2\n", "set . a 3", "a: 3\nb: 2\n" },
  { "- a: 1\n  b: 2\n- c\n", "set 0 a 7", "- a: 7\n  b: 2\n- c\n" },
  { "- a: 1\n  b: 2\n", "set 0 a - x", "- a:\n    - x\n  b: 2\n" },
  /* A new key. */
  { "a: 1\n", "set . b 2", "a: 1\nb: 2\n" },
  { "a: 1", "set . b 2", "a: 1\nb: 2" },
  { "a: 1 # one\n\n# the end\n", "set . b 2", "a: 1 # one\nb: 2\n\n# the end\n" },
  { "x:\n  a: 1\ny: 2\n", "set x b 2", "x:\n  a: 1\n  b: 2\ny: 2\n" },
  { "x:\n      a: 1\ny: 2\n", "set x b - p\n- q",
    "x:\n      a: 1\n      b:\n        - p\n        - q\ny: 2\n" },
  { "- a: 1\n- c: 2\n", "set 0 b 2", "- a: 1\n  b: 2\n- c: 2\n" },
  { "x: {a: 1}\n", "set x b 2", "x: {a: 1, b: 2}\n" },
  { "x: {a: 1,}\n", "set x b 2", "x: {a: 1, b: 2,}\n" },
  { "x: { a: 1 }\n", "set x b c: d", "x: { a: 1, b: {c: d} }\n" },
  { "x:\n  a: |\n    text\n", "set x b 2", "x:\n  a: |\n    text\n  b: 2\n" },
  { "a: 1\n", "set . yes 2", "a: 1\n\"yes\": 2\n" },
  { "m: &m {p: 1}\nx:\n  a: 1\n  <<: *m\n", "set x p 2",
    "m: &m {p: 1}\nx:\n  a: 1\n  <<: *m\n  p: 2\n" },
  { "a: 1\r\nb: 2\r\n", "set . c 3", "a: 1\r\nb: 2\r\nc: 3\r\n" },
  { "a: 1\r\nb: 2\r\n", "set . a - x\n- y", "a:\r\n  - x\r\n  - y\r\nb: 2\r\n" },
  { "\xc3\xa9: \"\xc3\xa9\xc3\xa9\" # \xc3\xa9\nb: 2\n", "set . b 7",
    "\xc3\xa9: \"\xc3\xa9\xc3\xa9\" # \xc3\xa9\nb: 7\n" },
  /* What was nothing. */
  { "", "set . a 1", "a: 1\n" },
  { "# a comment\n", "set . a 1", "# a comment\na: 1\n" },
  { "# no line feed", "set . a 1", "# no line feed\na: 1\n" },
  { "---\n", "set . a 1", "---\na: 1\n" },
  { "{}\n", "set . a 1", "a: 1\n" },
  { "x:\ny: 2\n", "set x a 1", "x:\n  a: 1\ny: 2\n" },
  { "x: {}  # none\ny: 2\n", "set x a - b", "x:  # none\n  a:\n    - b\ny: 2\n" },
  { "x: []\n", "append x k: v\nl: w", "x:\n  - k: v\n    l: w\n" },
  { "x:\n", "append x 1", "x:\n  - 1\n" },
  { "x: ~\n", "append x 1", "x:\n  - 1\n" },
  { "", "append . 1", "- 1\n" },
  { "- []\n- b\n", "append 0 1", "- - 1\n- b\n" },
  { "- \n- b\n", "append 0 1", "- - 1 \n- b\n" },
  { "x: {a: []}\n", "append x/a k: v", "x: {a: [{k: v}]}\n" },
  { "x: [{}]\n", "set x/0 a 1", "x: [{a: 1}]\n" },
  /* Items. */
  { "- a\n- b\n", "append . c", "- a\n- b\n- c\n" },
  { "x:\n- a # first\n\ny: 1\n", "append x c", "x:\n- a # first\n- c\n\ny: 1\n" },
  { "x:\n    - a\ny: 1\n", "append x k: v\nl:\n  - m",
    "x:\n    - a\n    - k: v\n      l:\n        - m\ny: 1\n" },
  { "x: [a, b] # two\n", "append x c", "x: [a, b, c] # two\n" },
  { "x: [a]\n", "append x \"b, c\"", "x: [a, \"b, c\"]\n" },
  { "x: [a]\n", "append x - p\n- q", "x: [a, [p, q]]\n" },
  { "- - a\n  - b\n", "append 0 c", "- - a\n  - b\n  - c\n" },
  { "- # a comment\n  k: v\n- b\n", "append . c", "- # a comment\n  k: v\n- b\n- c\n" },
  { "x:\n  # about a\n  -\n    k: v\n", "append x c", "x:\n  # about a\n  -\n    k: v\n  - c\n" },
  { "x:\n  - &one a\n  - *one\n", "append x c", "x:\n  - &one a\n  - *one\n  - c\n" },
  { "- a\n- b # two\n- c\n", "replace . 1 x: 1\ny: 2", "- a\n- x: 1\n  y: 2 # two\n- c\n" },
  { "- a\n- k: v\n  l: w\n- c\n", "replace . 1 x", "- a\n- x\n- c\n" },
  { "-\n- c\n", "replace . 0 x", "- x\n- c\n" },
  { "[a, b, c]\n", "replace . 1 x: 1", "[a, {x: 1}, c]\n" },
  { "- a\n# about b\n- b\n- c\n", "remove . 1", "- a\n# about b\n- c\n" },
  { "- a\n- b\n", "remove . 0", "- b\n" },
  { "- a\n- k: v\n  l: # c\n    - m\n- c\n", "remove . 1", "- a\n- c\n" },
  { "x:\n  - a # the only one\ny: 1\n", "remove x 0", "x:\n  [] # the only one\ny: 1\n" },
  { "x: [a, b, c]\n", "remove x 0", "x: [b, c]\n" },
  { "x: [a, b, c]\n", "remove x 1", "x: [a, c]\n" },
  { "x: [a, b, c,]\n", "remove x 2", "x: [a, b,]\n" },
  { "x: [a]\n", "remove x 0", "x: []\n" },
  { "- - a\n  - b\n- c\n", "remove 0 0", "- - b\n- c\n" },
  { "- - a\n  - b\n- c\n", "remove 0 1", "- - a\n- c\n" },
  { "- a\n- |\n  one\n\n  two\n- c\n", "remove . 1", "- a\n- c\n" },
  { "- a\r\n- b\r\n- c\r\n", "remove . 1", "- a\r\n- c\r\n" },
  /* Keys that go. */
  { "a: 1\n# about b\nb: 2 # two\nc: 3\n", "unset . b", "a: 1\n# about b\nc: 3\n" },
  { "a: 1\nb:\n  - x\n  - y\nc: 3\n", "unset . b", "a: 1\nc: 3\n" },
  { "a: 1\nb: 2", "unset . b", "a: 1\n" },
  { "a: 1\n", "unset . a", "{}\n" },
  { "x:\n  a: 1\ny: 2\n", "unset x a", "x:\n  {}\ny: 2\n" },
  { "- a: 1\n  b: 2\n- c\n", "unset 0 a", "- b: 2\n- c\n" },
  { "- a: 1\n  # about b\n  b: 2\n- c\n", "unset 0 a", "- \n  # about b\n  b: 2\n- c\n" },
  { "- a: 1\n  b: 2\n- c\n", "unset 0 b", "- a: 1\n- c\n" },
  { "x: {a: 1, b: 2}\n", "unset x a", "x: {b: 2}\n" },
  { "x: {a: 1, b: 2}\n", "unset x b", "x: {a: 1}\n" },
  { "x: {a: 1}\n", "unset x a", "x: {}\n" },
  { "m: &m {p: 1}\nx:\n  p: 2\n  <<: *m\n", "unset x p", "m: &m {p: 1}\nx:\n  <<: *m\n" },
};

static void
test_yaml_edit_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgYaml) before = sg_yaml_parse ("f.yml", cases[i].before, -1, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgYaml) after = NULL;

      g_test_message ("%s of:\n%s", cases[i].operation, cases[i].before);
      after = apply (before, cases[i].operation, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (sg_yaml_get_text (after, NULL), ==, cases[i].after);
      g_assert_cmpstr (sg_yaml_get_text (before, NULL), ==, cases[i].before);
      g_assert_cmpstr (sg_yaml_get_name (after), ==, "f.yml");
    }
}

#define BY_HAND "cannot be changed safely as it is written: change it by hand"

static const EditCase refused_cases[] = {
  { "a: &x 1\nb: *x\n", "set . a 2", "f.yml:1:1: " BY_HAND },
  { "a: &x 1\nb: *x\n", "unset . a", "f.yml:1:1: " BY_HAND },
  { "m: &m {p: 1}\nx: {<<: *m}\n", "set x q 1", "f.yml:2:4: " BY_HAND },
  { "m: &m {p: 1}\nx: {<<: *m}\n", "unset x p",
    "f.yml:2:4: has no key \"p\" of its own: read the file again" },
  { "a: 1\n", "unset . b", "f.yml:1:1: has no key \"b\" of its own: read the file again" },
  { "a: 1\n", "set . b [",
    "value:2:1: while parsing a flow node: did not find expected node "
    "content: check the indentation and the quotes there" },
  { "a: 1\n", "append . b",
    "f.yml:1:1: a mapping where there must be a list: write - before each item" },
  { "- a\n", "set . b 1",
    "f.yml:1:1: a list where there must be a mapping: write key: value in each line" },
  { "a: x\n", "set a b 1",
    "f.yml:1:4: a text where there must be a mapping: write key: value in each line" },
};

static void
test_yaml_edit_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused_cases); i++)
    {
      g_autoptr (SgYaml) before = sg_yaml_parse ("f.yml", refused_cases[i].before, -1, NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s of:\n%s", refused_cases[i].operation, refused_cases[i].before);
      g_assert_null (apply (before, refused_cases[i].operation, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, refused_cases[i].after);
    }
}

/* A file as people write it, changed as the program will change it. */
static void
test_yaml_edit_file (void)
{
  static const char before[] = "# Our monitoring.\n"
                               "global:\n"
                               "  scrape_interval: 15s   # often enough\n"
                               "\n"
                               "scrape_configs:\n"
                               "  # The shop.\n"
                               "  - job_name: shop\n"
                               "    static_configs:\n"
                               "      - targets: ['shop:8080']   # the only one\n"
                               "        labels:\n"
                               "          team: a\n"
                               "\n"
                               "  # This machine.\n"
                               "  - job_name: node\n"
                               "    static_configs: [{targets: [localhost:9100]}]\n"
                               "\n"
                               "rule_files:\n"
                               "  - rules/*.yml\n";
  static const char after[] = "# Our monitoring.\n"
                              "global:\n"
                              "  scrape_interval: 30s   # often enough\n"
                              "\n"
                              "scrape_configs:\n"
                              "  # The shop.\n"
                              "  - job_name: shop\n"
                              "    static_configs:\n"
                              "      - targets: ['shop:8080', shop:8081]   # the only one\n"
                              "        labels:\n"
                              "          team: a\n"
                              "\n"
                              "  # This machine.\n"
                              "  - job_name: db\n"
                              "    static_configs:\n"
                              "      - targets: [db:9187]\n"
                              "\n"
                              "rule_files:\n"
                              "  - rules/*.yml\n";
  static const char *const operations[] = {
    "set global scrape_interval 30s",
    "append scrape_configs/0/static_configs/0/targets shop:8081",
    "append scrape_configs job_name: db\nstatic_configs:\n  - targets: [db:9187]",
    "remove scrape_configs 1",
  };
  g_autoptr (SgYaml) yaml = sg_yaml_parse ("f.yml", before, -1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      g_autoptr (GError) error = NULL;
      SgYaml *next = apply (yaml, operations[i], &error);

      g_assert_no_error (error);
      sg_yaml_unref (yaml);
      yaml = next;
    }
  g_assert_cmpstr (sg_yaml_get_text (yaml, NULL), ==, after);
}

static void
test_yaml_quote (void)
{
  static const char *const quote_cases[][2] = {
    { "plain", "plain" },
    { "two words", "two words" },
    { "http://host:80/x?y=1", "http://host:80/x?y=1" },
    { "/var/log", "/var/log" },
    { "5m", "5m" },
    { "", "\"\"" },
    { "yes", "\"yes\"" },
    { "null", "\"null\"" },
    { "0x10", "\"0x10\"" },
    { "1.5", "\"1.5\"" },
    { "-", "\"-\"" },
    { "a: b", "\"a: b\"" },
    { "a:", "\"a:\"" },
    { "a #b", "\"a #b\"" },
    { " a", "\" a\"" },
    { "a ", "\"a \"" },
    { "*a", "\"*a\"" },
    { "[a]", "\"[a]\"" },
    { "a, b", "\"a, b\"" },
    { "say \"hi\"", "say \"hi\"" },
    { "\"hi\" \\", "\"\\\"hi\\\" \\\\\"" },
    { "one\ntwo\t", "\"one\\ntwo\\t\"" },
    { "\x01\x7f", "\"\\U00000001\\U0000007F\"" },
    { "\xc3\xa9", "\"\xc3\xa9\"" },
    { "\xe2\x80\xa8", "\"\\U00002028\"" },
    { "<<", "\"<<\"" },
    { "...", "\"...\"" },
    { "---", "\"---\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (quote_cases); i++)
    {
      g_autofree char *quoted = sg_yaml_quote (quote_cases[i][0]);
      g_autofree char *text = g_strdup_printf ("{k: %s, %s: [%s]}", quoted, quoted, quoted);
      g_autoptr (SgYaml) yaml = sg_yaml_parse ("f.yml", text, -1, NULL);
      const char *back = NULL;

      g_assert_cmpstr (quoted, ==, quote_cases[i][1]);
      g_assert_true (sg_yaml_node_get_string (find (yaml, "k"), &back, NULL));
      g_assert_cmpstr (back, ==, quote_cases[i][0]);
      g_assert_cmpint (sg_yaml_node_get_kind (find (yaml, "k")), ==, SG_YAML_SCALAR);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-edit/cases", test_yaml_edit_cases);
  g_test_add_func ("/yaml-edit/refused", test_yaml_edit_refused);
  g_test_add_func ("/yaml-edit/file", test_yaml_edit_file);
  g_test_add_func ("/yaml-edit/quote", test_yaml_quote);
  return g_test_run ();
}
