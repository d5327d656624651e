/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-json-reader.h"

#include <string.h>

/* Reads a text that has no NUL behind it, so that a look beyond its end is seen. */
static gboolean
read_all (const char  *text,
          gsize        length,
          gssize      *ret_failed,
          const char **ret_reason)
{
  g_autofree char *copy = g_memdup2 (text, length);
  SgJsonReader reader;
  SgJsonSlice value;
  gboolean good;

  sg_json_reader_init (&reader, copy, length);
  good = sg_json_reader_value (&reader, &value);
  *ret_failed = good ? reader.p - copy : reader.failed - copy;
  *ret_reason = reader.reason;
  return good;
}

static void
test_good (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "[[],{}]",
    "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"d\":true}",
    " \t\r\n[1]",
    "-0",
    "0.5",
    "1e9",
    "-12.25E-3",
    "\"\"",
    "\"\\u00e9\\n\\\"\"",
    "\"gr\303\274n\"",
    "false",
    "[1 , 2 ]",
    "{ \"a\" : 1 , \"b\" : 2 }",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *reason = NULL;
      gssize end = 0;

      g_test_message ("%s", texts[i]);
      g_assert_true (read_all (texts[i], strlen (texts[i]), &end, &reason));
      g_assert_cmpint (end, ==, (gssize) strlen (texts[i]));
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    gssize failed;
    const char *reason;
  } cases[] = {
    { "", 0, "is the end, where a value is missing" },
    { "{", 1, "should be the name of a member, in double quotes" },
    { "{\"a\"", 4, "should be a colon" },
    { "{\"a\":", 5, "is the end, where a value is missing" },
    { "{\"a\":1", 6, "should be “,” or “}”" },
    { "{\"a\":1,}", 7, "should be the name of a member, in double quotes" },
    { "[1,]", 3, "is no JSON value" },
    { "[1}", 2, "should be “,” or “]”" },
    { "{'a':1}", 1, "should be the name of a member, in double quotes" },
    { "nul", 0, "is no JSON value" },
    { "NaN", 0, "is no JSON value" },
    { "01", 0, "begins a number with a zero too many" },
    { "-", 1, "should be a digit" },
    { "1.", 2, "should be a digit" },
    { "1e", 2, "should be a digit" },
    { "\"abc", 0, "begins a string that does not end" },
    { "\"a\tb\"", 2, "is a control character: write it as an escape" },
    { "\"\\x\"", 1, "is no escape: write \\\\ for a backslash" },
    { "\"\\u12g4\"", 1, "is no escape: \\u has four hexadecimal digits" },
    { "\"gr\374n\"", 3, "is not UTF-8: send UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *reason = NULL;
      gssize failed = 0;

      g_assert_false (read_all (cases[i].text, strlen (cases[i].text), &failed, &reason));
      g_assert_cmpstr (reason, ==, cases[i].reason);
      g_assert_cmpint (failed, ==, cases[i].failed);
    }
}

/* A million brackets end at the bound, and not at the end of the stack. */
static void
test_deep (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autoptr (GString) most = g_string_new (NULL);
  const char *reason = NULL;
  gssize end = 0;

  g_assert_false (read_all (deep, 1000000, &end, &reason));
  g_assert_cmpint (end, ==, SG_JSON_READER_DEPTH_MAX);
  g_assert_cmpstr (reason, ==, "is more than 64 levels deep");
  for (guint i = 0; i < SG_JSON_READER_DEPTH_MAX; i++)
    g_string_append (most, i % 2 == 0 ? "{\"a\":" : "[");
  g_string_append_c (most, '1');
  for (guint i = 0; i < SG_JSON_READER_DEPTH_MAX; i++)
    g_string_append_c (most, i % 2 == 0 ? ']' : '}');
  g_assert_true (read_all (most->str, most->len, &end, &reason));
}

static void
test_members (void)
{
  static const char text[] = "{ \"a\" : [1,{}] ,\"b\":\"x\" , \"c\":null }";
  static const char *const wanted[][2] = { { "\"a\"", "[1,{}]" },
                                           { "\"b\"", "\"x\"" },
                                           { "\"c\"", "null" } };
  SgJsonReader reader;
  SgJsonSlice rest;
  SgJsonSlice name;
  SgJsonSlice value;

  sg_json_reader_init (&reader, text, sizeof text - 1);
  g_assert_true (sg_json_reader_value (&reader, &rest));
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_assert_true (sg_json_slice_next_member (&rest, &name, &value));
      g_assert_cmpmem (name.text, name.length, wanted[i][0], strlen (wanted[i][0]));
      g_assert_cmpmem (value.text, value.length, wanted[i][1], strlen (wanted[i][1]));
    }
  g_assert_false (sg_json_slice_next_member (&rest, &name, &value));
}

static void
test_strings (void)
{
  static const struct
  {
    const char *json;
    const char *text;
    const char *reason;
  } cases[] = {
    { "\"plain\"", "plain", NULL },
    { "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"", "a\"b\\c/\b\f\n\r\t", NULL },
    { "\"\\u00e9\\u20AC\"", "é€", NULL },
    { "\"\\ud83d\\ude00\"", "😀", NULL },
    { "\"a\\u0000\"", NULL, "has a NUL, which no text has" },
    { "\"\\ud83d\"", NULL, "has half of a surrogate pair" },
    { "\"\\ud83d\\u0041\"", NULL, "has half of a surrogate pair" },
    { "\"\\ude00\"", NULL, "has half of a surrogate pair" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SgJsonSlice slice = { cases[i].json, strlen (cases[i].json) };
      const char *reason = NULL;
      g_autofree char *text = sg_json_slice_to_string (&slice, &reason);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (reason, ==, cases[i].reason);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-reader/good", test_good);
  g_test_add_func ("/json-reader/bad", test_bad);
  g_test_add_func ("/json-reader/deep", test_deep);
  g_test_add_func ("/json-reader/members", test_members);
  g_test_add_func ("/json-reader/strings", test_strings);

  return g_test_run ();
}
