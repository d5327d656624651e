/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-yaml.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

static SgYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SgYaml *yaml = sg_yaml_parse ("f.yml", text, -1, &error);

  g_assert_no_error (error);
  return yaml;
}

/* Writes @node so that its structure can be seen: ~ for nothing, texts in quotes. */
static void
dump (const SgYamlNode *node,
      GString          *out)
{
  const char *text;

  switch (sg_yaml_node_get_kind (node))
    {
    case SG_YAML_NULL:
      g_string_append_c (out, '~');
      break;
    case SG_YAML_SCALAR:
      g_assert_true (sg_yaml_node_get_string (node, &text, NULL));
      g_string_append_printf (out, "'%s'", text);
      break;
    case SG_YAML_SEQUENCE:
    case SG_YAML_MAPPING:
    default:
      g_string_append_c (out, sg_yaml_node_get_kind (node) == SG_YAML_MAPPING ? '{' : '[');
      for (guint i = 0; i < sg_yaml_node_get_length (node); i++)
        {
          g_string_append (out, i > 0 ? " " : "");
          if (sg_yaml_node_get_key (node, i) != NULL)
            {
              dump (sg_yaml_node_get_key (node, i), out);
              g_string_append_c (out, ':');
            }
          dump (sg_yaml_node_get_item (node, i), out);
        }
      g_string_append_c (out, sg_yaml_node_get_kind (node) == SG_YAML_MAPPING ? '}' : ']');
    }
}

typedef struct
{
  const char *text;
  const char *expected;
} TextCase;

static const TextCase structure_cases[] = {
  { "", "~" },
  { "# nothing\n", "~" },
  { "---\n", "~" },
  { "---\n...\n", "~" },
  { "~", "~" },
  { "a", "'a'" },
  { "\"\"", "''" },
  { "''", "''" },
  { "a: 1\nb: two\n", "{'a':'1' 'b':'two'}" },
  { "a:\nb:\n", "{'a':~ 'b':~}" },
  { "- 1\n- - 2\n  - 3\n-\n", "['1' ['2' '3'] ~]" },
  { "{a: [1, {b: c}], d: }", "{'a':['1' {'b':'c'}] 'd':~}" },
  { "[]", "[]" },
  { "{}", "{}" },
  { "a: |\n  one\n  two\nb: >-\n  three\n  four\n", "{'a':'one\ntwo\n' 'b':'three four'}" },
  { "a: \"x\\ty\\u00e9\"\nb: 'it''s'\n", "{'a':'x\ty\xc3\xa9' 'b':'it's'}" },
  { "a: one\n  two\n", "{'a':'one two'}" },
  { "a: &x [1, 2]\nb: *x\nc: *x\n", "{'a':['1' '2'] 'b':['1' '2'] 'c':['1' '2']}" },
  { "a: &x 1\nb: &x 2\nc: *x\n", "{'a':'1' 'b':'2' 'c':'2'}" },
  { "&k a: 1\nb: *k\n", "{'a':'1' 'b':'a'}" },
  { "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "{'a':{'p':'1' 'q':'2'} 'b':{'q':'3' 'p':'1'}}" },
  { "a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y], r: 3}\n",
    "{'a':{'p':'1'} 'b':{'p':'2' 'q':'2'} 'c':{'r':'3' 'p':'1' 'q':'2'}}" },
  { "a: {<<: {p: 1}}\n", "{'a':{'p':'1'}}" },
  { "a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y}\n",
    "{'a':{'p':'1'} 'b':{'q':'2' 'p':'1'} 'c':{'q':'2' 'p':'1'}}" },
  { "a: {\"<<\": 1}\n", "{'a':{'<<':'1'}}" },
  { "? a\n: b\n", "{'a':'b'}" },
  { "1: a\ntrue: b\n", "{'1':'a' 'true':'b'}" },
  { "%YAML 1.1\n---\na: 1\n", "{'a':'1'}" },
  { "a: 1\n---\n", "{'a':'1'}" },
  { "a: 1\n...\n", "{'a':'1'}" },
  { "\xef\xbb\xbf"
    "a: 1\n",
    "{'a':'1'}" },
  { "a: 1\r\nb: 2\r\n", "{'a':'1' 'b':'2'}" },
  { "a: !!str 1\nb: !!int \"2\"\nc: !!seq [x]\nd: !!map {}\ne: ! 3\nf: !!null ''\n",
    "{'a':'1' 'b':'2' 'c':['x'] 'd':{} 'e':'3' 'f':~}" },
  { "a: 2001-01-01\nb: 1.10\nc: 0777\nd: yes\n",
    "{'a':'2001-01-01' 'b':'1.10' 'c':'0777' 'd':'yes'}" },
};

static void
test_yaml_structure (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (structure_cases); i++)
    {
      g_autoptr (SgYaml) yaml = parse (structure_cases[i].text);
      g_autoptr (GString) out = g_string_new (NULL);

      dump (sg_yaml_get_root (yaml), out);
      g_assert_cmpstr (out->str, ==, structure_cases[i].expected);
      g_assert_cmpstr (sg_yaml_get_text (yaml, NULL), ==, structure_cases[i].text);
    }
}

#define CHECK ": check the indentation and the quotes there"

static const TextCase error_cases[] = {
  { "a: b: c", "f.yml:1:5: mapping values are not allowed in this context" CHECK },
  { "a: 1\n b: 2\n", "f.yml:2:3: mapping values are not allowed in this context" CHECK },
  { "a: 1\nb\nc: 2\n",
    "f.yml:3:1: while scanning a simple key from line 2 on: could not find expected ':'" CHECK },
  { "a: [1, 2\n",
    "f.yml:2:1: while parsing a flow sequence from line 1 on: did not find expected ',' or ']'" CHECK },
  { "a: \"x\n",
    "f.yml:2:1: while scanning a quoted scalar from line 1 on: found unexpected end of stream" CHECK },
  { "a:\n\t- b\n",
    "f.yml:2:1: while scanning for the next token: found character that cannot start any token" CHECK },
  { "a: *x\n", "f.yml:1:4: an alias of nothing: put its anchor, &name, before it" },
  { "a: &x\n  b: *x\n", "f.yml:2:6: an alias within what it names: write it out" },
  { "a: 1\na: 2\n", "f.yml:2:1: the key \"a\" is given twice, first in line 1: remove one" },
  { "x: {b: 1, c: 2, b: 3}\n",
    "f.yml:1:17: the key \"b\" is given twice, first in line 1: remove one" },
  { "a: 1\n\"a\": 2\n", "f.yml:2:1: the key \"a\" is given twice, first in line 1: remove one" },
  { "<<: {}\n<<: {}\n", "f.yml:2:1: the key \"<<\" is given twice, first in line 1: remove one" },
  { "[a]: 1\n", "f.yml:1:1: a key is a collection: write a text" },
  { "a: {~: 1}\n", "f.yml:1:5: a key is nothing: write a text" },
  { "a:\n  <<: 1\n",
    "f.yml:2:3: << merges something that is no mapping: write an alias of one, or a list of such" },
  { "a: {<<: [1]}\n",
    "f.yml:1:5: << merges something that is no mapping: write an alias of one, or a list of such" },
  { "a: 1\n---\nb: 2\n", "f.yml:3:1: a second document: put it into a file of its own" },
  { "a: !foo b\n", "f.yml:1:4: an unknown tag: remove it" },
  { "a: !foo [b]\n", "f.yml:1:4: an unknown tag: remove it" },
  { "a: !!binary aGk=\n", "f.yml:1:4: an unknown tag: remove it" },
  { "a: 1\nb: \xc3\xa9\xff\n", "f.yml: byte 10 is not UTF-8: write the file in UTF-8" },
  { "a: 1\nb: \xc3\xa9\x01\n", "f.yml:2:5: control characters are not allowed" CHECK },
  { "\"a\\0\": 1\n", "f.yml:1:1: a key holds a NUL: remove it" },
};

static void
test_yaml_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_yaml_parse ("f.yml", error_cases[i].text, -1, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, error_cases[i].expected);
    }
}

typedef struct
{
  const char *text;
  const char *boolean;
  const char *integer;
  const char *number;
} ScalarCase;

/* What each accessor makes of a scalar; NULL where it refuses it. */
static const ScalarCase scalar_cases[] = {
  { "true", "1", NULL, NULL },
  { "Yes", "1", NULL, NULL },
  { "on", "1", NULL, NULL },
  { "y", "1", NULL, NULL },
  { "n", "0", NULL, NULL },
  { "No", "0", NULL, NULL },
  { "OFF", "0", NULL, NULL },
  { "FALSE", "0", NULL, NULL },
  { "tRUE", NULL, NULL, NULL },
  { "\"true\"", NULL, NULL, NULL },
  { "'yes'", NULL, NULL, NULL },
  { "!!bool \"yes\"", "1", NULL, NULL },
  { "!!str yes", NULL, NULL, NULL },
  { "~", NULL, NULL, NULL },
  { "0", NULL, "0", "0" },
  { "1", NULL, "1", "1" },
  { "-5", NULL, "-5", "-5" },
  { "+5", NULL, "5", "5" },
  { "-0", NULL, "0", "0" },
  { "010", NULL, "8", "8" },
  { "-010", NULL, "-8", "-8" },
  { "08", NULL, "8", "8" },
  { "0o17", NULL, "15", "15" },
  { "0x1F", NULL, "31", "31" },
  { "-0x1f", NULL, "-31", "-31" },
  { "0b101", NULL, "5", "5" },
  { "0b2", NULL, NULL, NULL },
  { "0x", NULL, NULL, NULL },
  { "0xg", NULL, NULL, NULL },
  { "1_000", NULL, "1000", "1000" },
  { "_1", NULL, "1", "1" },
  { "1e3", NULL, "1000", "1000" },
  { "1.0", NULL, "1", "1" },
  { "1.5", NULL, NULL, "1.5" },
  { ".5", NULL, NULL, "0.5" },
  { "5.", NULL, "5", "5" },
  { "-1.5e-3", NULL, NULL, "-0.0015" },
  { "1e30", NULL, NULL, "1e+30" },
  { "1e999", NULL, NULL, NULL },
  { "\"5\"", NULL, NULL, NULL },
  { "!!int \"5\"", NULL, "5", "5" },
  { "!!str 5", NULL, NULL, NULL },
  { "9223372036854775807", NULL, "9223372036854775807", "9.22337e+18" },
  { "-9223372036854775808", NULL, "-9223372036854775808", "-9.22337e+18" },
  { "9223372036854775808", NULL, NULL, "9.22337e+18" },
  { ".inf", NULL, NULL, "inf" },
  { "-.Inf", NULL, NULL, "-inf" },
  { "+.INF", NULL, NULL, "inf" },
  { ".nan", NULL, NULL, "nan" },
  { ".NaN", NULL, NULL, "nan" },
  { "-.nan", NULL, NULL, NULL },
  { "inf", NULL, NULL, NULL },
  { "nan", NULL, NULL, NULL },
  { "0x1p3", NULL, NULL, NULL },
  { "1:30", NULL, NULL, NULL },
  { "1 2", NULL, NULL, NULL },
  { "+", NULL, NULL, NULL },
  { "[1]", NULL, NULL, NULL },
};

static void
test_yaml_scalars (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scalar_cases); i++)
    {
      const ScalarCase *c = &scalar_cases[i];
      g_autoptr (SgYaml) yaml = parse (c->text);
      const SgYamlNode *node = sg_yaml_get_root (yaml);
      g_autofree char *text = NULL;
      gboolean boolean = 42;
      gint64 integer = 42;
      double number = 42;

      g_test_message ("%s", c->text);
      g_assert_cmpint (sg_yaml_node_get_bool (node, &boolean, NULL), ==, c->boolean != NULL);
      g_assert_cmpint (boolean, ==, c->boolean != NULL ? *c->boolean - '0' : 42);
      g_assert_cmpint (sg_yaml_node_get_int (node, G_MININT64, G_MAXINT64, &integer, NULL), ==,
                       c->integer != NULL);
      text = g_strdup_printf ("%" G_GINT64_FORMAT, integer);
      g_assert_cmpstr (text, ==, c->integer != NULL ? c->integer : "42");
      g_free (text);
      g_assert_cmpint (sg_yaml_node_get_double (node, &number, NULL), ==, c->number != NULL);
      text = g_strdup_printf ("%g", number);
      g_assert_cmpstr (text, ==, c->number != NULL ? c->number : "42");
    }
}

static const char *
find_error (const SgYamlNode  *node,
            const char        *what,
            GError           **error)
{
  gboolean boolean;
  gint64 integer;
  guint64 bytes;
  double number;
  const char *text;

  if (g_str_equal (what, "bool"))
    sg_yaml_node_get_bool (node, &boolean, error);
  else if (g_str_equal (what, "int"))
    sg_yaml_node_get_int (node, 1, 10, &integer, error);
  else if (g_str_equal (what, "double"))
    sg_yaml_node_get_double (node, &number, error);
  else if (g_str_equal (what, "duration"))
    sg_yaml_node_get_duration (node, &integer, error);
  else if (g_str_equal (what, "bytes"))
    sg_yaml_node_get_bytes (node, &bytes, error);
  else if (g_str_equal (what, "string"))
    sg_yaml_node_get_string (node, &text, error);
  else
    sg_yaml_node_expect (node, SG_YAML_SEQUENCE, error);
  return *error != NULL ? (*error)->message : NULL;
}

static const char *const message_cases[][3] = {
  { "maybe", "bool", "f.yml:1:4: \"maybe\" is neither true nor false: write one of them" },
  { "\"true\"", "bool",
    "f.yml:1:4: \"true\" is a text, because of its quotes or tag: remove them" },
  { "~", "bool", "f.yml:1:4: nothing where there must be a text: write one value" },
  { "[1]", "bool", "f.yml:1:4: a list where there must be a text: write one value" },
  { "ten", "int", "f.yml:1:4: \"ten\" is no whole number: write digits" },
  { "1.5", "int", "f.yml:1:4: \"1.5\" is no whole number: write digits" },
  { "11", "int", "f.yml:1:4: 11 is out of range: write a number from 1 to 10" },
  { "10", "int", NULL },
  { "x", "double", "f.yml:1:4: \"x\" is no number: write digits" },
  { "5m", "duration", NULL },
  { "\"5m\"", "duration", NULL },
  { "5", "duration",
    "f.yml:1:4: duration \"5\": byte 1: a number without its unit: write one of y, w, d, h, m, s and "
    "ms after it" },
  { "5XB", "bytes",
    "f.yml:1:4: size \"5XB\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
  { "{}", "string", "f.yml:1:4: a mapping where there must be a text: write one value" },
  { "\"a\\0b\"", "string", "f.yml:1:4: a text with a NUL in it: remove that" },
  { "x", "list", "f.yml:1:4: a text where there must be a list: write - before each item" },
};

static void
test_yaml_messages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (message_cases); i++)
    {
      g_autofree char *text = g_strconcat ("a: ", message_cases[i][0], NULL);
      g_autoptr (SgYaml) yaml = parse (text);
      const SgYamlNode *node = sg_yaml_node_lookup (sg_yaml_get_root (yaml), "a");
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (find_error (node, message_cases[i][1], &error), ==, message_cases[i][2]);
    }
}

static void
test_yaml_check_keys (void)
{
  static const char *const known[] = { "scrape_interval", "scrape_timeout", NULL };
  static const char *const cases[][2] = {
    { "scrape_timeout: 1s\nscrape_interval: 1m\n", NULL },
    { "{}", NULL },
    { "scrape_timeout: 1s\nscrape_intervall: 1m\n",
      "f.yml:2:1: unknown key \"scrape_intervall\": did you mean \"scrape_interval\"?" },
    { "other: 1\n",
      "f.yml:1:1: unknown key \"other\": write one of scrape_interval, scrape_timeout" },
    { "- a\n", "f.yml:1:1: a list where there must be a mapping: write key: value in each line" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgYaml) yaml = parse (cases[i][0]);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (sg_yaml_node_check_keys (sg_yaml_get_root (yaml), known, &error), ==,
                       cases[i][1] == NULL);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i][1]);
    }
}

static void
test_yaml_read (void)
{
  g_autoptr (SgYaml) yaml = parse ("s: text\nb: yes\ni: 7\nd: 1.5\nt: 90s\nz: 1KB\nempty:\n");
  const SgYamlNode *root = sg_yaml_get_root (yaml);
  g_autofree char *text = g_strdup ("default");
  gboolean boolean = FALSE;
  gint64 integer = 1;
  gint64 ms = 1;
  guint64 bytes = 1;
  double number = 1;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_yaml_read_string (root, "absent", &text, &error));
  g_assert_true (sg_yaml_read_string (root, "empty", &text, &error));
  g_assert_cmpstr (text, ==, "default");
  g_assert_true (sg_yaml_read_int (root, "empty", 5, 9, &integer, &error));
  g_assert_cmpint (integer, ==, 1);
  g_assert_true (sg_yaml_read_string (root, "s", &text, &error));
  g_assert_cmpstr (text, ==, "text");
  g_assert_true (sg_yaml_read_bool (root, "b", &boolean, &error));
  g_assert_true (boolean);
  g_assert_true (sg_yaml_read_int (root, "i", 5, 9, &integer, &error));
  g_assert_cmpint (integer, ==, 7);
  g_assert_true (sg_yaml_read_double (root, "d", &number, &error));
  g_assert_cmpfloat (number, ==, 1.5);
  g_assert_true (sg_yaml_read_duration (root, "t", &ms, &error));
  g_assert_cmpint (ms, ==, 90000);
  g_assert_true (sg_yaml_read_bytes (root, "z", &bytes, &error));
  g_assert_cmpuint (bytes, ==, 1024);
  g_assert_no_error (error);
  g_assert_false (sg_yaml_read_int (root, "s", 5, 9, &integer, &error));
  g_assert_cmpstr (error->message, ==, "f.yml:1:4: \"text\" is no whole number: write digits");
  g_assert_cmpint (integer, ==, 7);
}

static void
test_yaml_expanded (void)
{
  static const char *const cases[][2] = {
    { "plain", "plain" },
    { "${SG_TEST_VALUE}", "value" },
    { "a-$SG_TEST_VALUE-b", "a-value-b" },
    { "${SG_TEST_VALUE}${SG_TEST_VALUE}", "valuevalue" },
    { "$$SG_TEST_VALUE", "$SG_TEST_VALUE" },
    { "${SG_TEST_ABSENT}x", "x" },
    { "100$", "100$" },
    { "'${'", "${" },
    { "'${}'", "${}" },
    { "'${SG_TEST_VALUE'", "${SG_TEST_VALUE" },
    { "~", "" },
  };
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);

  g_setenv ("SG_TEST_VALUE", "value", TRUE);
  g_unsetenv ("SG_TEST_ABSENT");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgYaml) yaml = parse (cases[i][0]);
      g_autofree char *text = NULL;

      g_assert_true (sg_yaml_node_get_expanded (sg_yaml_get_root (yaml), &text, missing, NULL));
      g_assert_cmpstr (text, ==, cases[i][1]);
    }
  g_assert_cmpuint (missing->len, ==, 1);
  g_assert_cmpstr (missing->pdata[0], ==, "SG_TEST_ABSENT");
}

/* Lines and columns count characters, and a document of many of them is still found right. */
static void
test_yaml_places (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SgYaml) yaml = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "é%u: \"日本\" # ü\n", i);
  g_string_append (text, "last: {é: [a, b]}\n");
  yaml = parse (text->str);
  for (guint i = 0; i < 3000; i += 100)
    {
      const SgYamlNode *key = sg_yaml_node_get_key (sg_yaml_get_root (yaml), i);
      const SgYamlNode *value = sg_yaml_node_get_item (sg_yaml_get_root (yaml), i);

      g_assert_cmpuint (sg_yaml_node_get_line (value), ==, i + 1);
      g_assert_cmpuint (sg_yaml_node_get_column (key), ==, 1);
      g_assert_cmpuint (sg_yaml_node_get_column (value), ==,
                        i < 10     ? 5
                        : i < 100  ? 6
                        : i < 1000 ? 7
                                   : 8);
    }
}

static void
test_yaml_equal (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean equal;
  } cases[] = {
    { "a: 1", "{a: 1}", TRUE },
    { "a: x", "a: \"x\"", TRUE },
    { "a: 1", "a: \"1\"", FALSE },
    { "a: yes", "a: 'yes'", FALSE },
    { "a: ~", "a:", TRUE },
    { "a: ''", "a:", FALSE },
    { "[a, b]", "- a\n- b\n", TRUE },
    { "[a, b]", "[b, a]", FALSE },
    { "[a]", "[a, a]", FALSE },
    { "{a: 1, b: 2}", "{b: 2, a: 1}", FALSE },
    { "x: &a [1]\ny: *a", "x: [1]\ny: [1]", TRUE },
    { "[]", "{}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgYaml) a = parse (cases[i].a);
      g_autoptr (SgYaml) b = parse (cases[i].b);

      g_assert_cmpint (sg_yaml_node_equal (sg_yaml_get_root (a), sg_yaml_get_root (b)), ==,
                       cases[i].equal);
    }
}

static void
assert_limit (const char *text,
              const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_yaml_parse ("f.yml", text, -1, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_yaml_limits (void)
{
  g_autoptr (GString) laughs = g_string_new ("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
  g_autoptr (GString) directives = g_string_new (NULL);
  g_autofree char *deep = g_strnfill (SG_YAML_DEPTH_MAX + 1, '[');
  g_autofree char *opening = g_strnfill (SG_YAML_DEPTH_MAX, '[');
  g_autofree char *closing = g_strnfill (SG_YAML_DEPTH_MAX, ']');
  g_autofree char *deepest = g_strconcat (opening, closing, NULL);
  g_autofree char *lengthy = g_strnfill (SG_YAML_BYTES_MAX + 1, '#');
  g_autoptr (SgYaml) yaml = parse (deepest);

  g_assert_cmpuint (sg_yaml_node_get_length (sg_yaml_get_root (yaml)), ==, 1);
  for (guint i = 1; i < 10; i++)
    g_string_append_printf (laughs, "a%u: &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n",
                            i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
  assert_limit (laughs->str,
                "f.yml:7:20: more than 1000000 nodes, aliases written out: make it smaller");
  for (guint i = 0; i < 65; i++)
    g_string_append_printf (directives, "%%TAG !%u! tag:x\n", i);
  assert_limit (directives->str, "f.yml: more than 64 %TAG directives: remove some");
  assert_limit (deep, "f.yml:1:101: more than 100 collections in one another: make it flatter");
  assert_limit (lengthy, "f.yml: 16777217 bytes are more than 16777216: make it smaller");
}

/* Merges of merges of merges stay small: what is merged is not copied again and again. */
static void
test_yaml_merge_bomb (void)
{
  g_autoptr (GString) text = g_string_new ("a0: &a0 {k: v}\n");
  g_autoptr (SgYaml) yaml = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i < 100; i++)
    g_string_append_printf (text, "a%u: &a%u {<<: [*a%u, *a%u]}\n", i, i, i - 1, i - 1);
  yaml = sg_yaml_parse ("f.yml", text->str, -1, &error);
  g_assert_null (yaml);
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT);
}

static void
test_yaml_load (void)
{
  g_autofree char *directory = g_dir_make_tmp ("sg-yaml-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "a.yml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgYaml) yaml = NULL;

  g_assert_null (sg_yaml_load (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "a: [1\n", -1, NULL));
  g_assert_null (sg_yaml_load (path, &error));
  g_assert_true (g_str_has_prefix (error->message, path));
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "a: 1\n", -1, NULL));
  yaml = sg_yaml_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_yaml_get_name (yaml), ==, path);
  g_assert_cmpuint (sg_yaml_node_get_length (sg_yaml_get_root (yaml)), ==, 1);
  g_unlink (path);
  g_rmdir (directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/structure", test_yaml_structure);
  g_test_add_func ("/yaml/errors", test_yaml_errors);
  g_test_add_func ("/yaml/scalars", test_yaml_scalars);
  g_test_add_func ("/yaml/messages", test_yaml_messages);
  g_test_add_func ("/yaml/check-keys", test_yaml_check_keys);
  g_test_add_func ("/yaml/read", test_yaml_read);
  g_test_add_func ("/yaml/expanded", test_yaml_expanded);
  g_test_add_func ("/yaml/places", test_yaml_places);
  g_test_add_func ("/yaml/equal", test_yaml_equal);
  g_test_add_func ("/yaml/limits", test_yaml_limits);
  g_test_add_func ("/yaml/merge-bomb", test_yaml_merge_bomb);
  g_test_add_func ("/yaml/load", test_yaml_load);
  return g_test_run ();
}
