/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-go-text.h"

#include <math.h>
#include <string.h>

static void
test_go_text_quote (void)
{
  static const struct
  {
    const char *text;
    const char *quoted;
  } cases[] = {
    { "", "\"\"" },
    { "a\"b'c\\", "\"a\\\"b'c\\\\\"" },
    { "\a\b\f\n\r\t\v\x01\x7f", "\"\\a\\b\\f\\n\\r\\t\\v\\x01\\x7f\"" },
    { "é☺\xf0\x9f\x98\x80", "\"é☺\xf0\x9f\x98\x80\"" },
    { "a\xc5z", "\"a\\xc5z\"" },
    { "\xc2\xa0\xc2\xad\xe2\x80\x8b", "\"\\u00a0\\u00ad\\u200b\"" },
    { "\xef\xbf\xbd", "\"\xef\xbf\xbd\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quoted = sg_go_quote (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (quoted, ==, cases[i].quoted);
    }
}

static void
test_go_text_unquote (void)
{
  static const struct
  {
    const char *literal;
    const char *text;
    gsize length;
  } cases[] = {
    { "\"a\\\"b\"", "a\"b", 3 },
    { "'a\\'b\"'", "a'b\"", 4 },
    { "`a\\n`", "a\\n", 3 },
    { "\"\\x00\\101\\u00e9\\U0001f600\\t\"", "\0A\xc3\xa9\xf0\x9f\x98\x80\t", 9 },
    { "\"\\xff\"", "\xff", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GString *out = g_string_new (NULL);

      sg_go_unquote (cases[i].literal, strlen (cases[i].literal), out);
      g_assert_cmpmem (out->str, out->len, cases[i].text, cases[i].length);
      g_string_free (out, TRUE);
    }
}

static void
test_go_text_durations (void)
{
  static const struct
  {
    const char *text;
    gint64 ms;
  } cases[] = {
    { "0", 0 },
    { "0s", 0 },
    { "1ms", 1 },
    { "90m", 5400000 },
    { "1d", 86400000 },
    { "7d", 604800000 },
    { "8d", 691200000 },
    { "1y", G_GINT64_CONSTANT (31536000000) },
    { "1y1w1d1h1m1s1ms", G_GINT64_CONSTANT (32230861001) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *error = NULL;
      gint64 ms = -1;

      g_assert_true (sg_go_parse_duration (cases[i].text, strlen (cases[i].text), &ms, &error));
      g_assert_cmpint (ms, ==, cases[i].ms);
    }
}

static void
test_go_text_durations_refused (void)
{
  static const char *const texts[] = { "",     "1",   "s",    "1x",  "1s1m",
                                       "1m1m", "-1s", "1.5s", "1s ", "300000000y" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *error = NULL;
      gint64 ms;

      g_assert_false (sg_go_parse_duration (texts[i], strlen (texts[i]), &ms, &error));
      g_assert_nonnull (error);
    }
}

static void
test_go_text_numbers (void)
{
  static const struct
  {
    double number;
    const char *fixed;
    const char *general;
  } cases[] = {
    { 0, "0", "0" },
    { -0.0, "-0", "-0" },
    { 1e6, "1000000", "1e+06" },
    { 999999, "999999", "999999" },
    { 1e-5, "0.00001", "1e-05" },
    { 0.0001, "0.0001", "0.0001" },
    { 1e21, "1000000000000000000000", "1e+21" },
    { 0.1 + 0.2, "0.30000000000000004", "0.30000000000000004" },
    { INFINITY, "+Inf", "+Inf" },
    { -INFINITY, "-Inf", "-Inf" },
    { NAN, "NaN", "NaN" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *fixed = sg_go_format_fixed (cases[i].number);
      g_autofree char *general = sg_go_format_general (cases[i].number);

      g_assert_cmpstr (fixed, ==, cases[i].fixed);
      g_assert_cmpstr (general, ==, cases[i].general);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/go-text/quote", test_go_text_quote);
  g_test_add_func ("/go-text/unquote", test_go_text_unquote);
  g_test_add_func ("/go-text/durations", test_go_text_durations);
  g_test_add_func ("/go-text/durations-refused", test_go_text_durations_refused);
  g_test_add_func ("/go-text/numbers", test_go_text_numbers);
  return g_test_run ();
}
