/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include <string.h>

/* Each part as its letter and its text, so that a whole query is one line. */
static char *
describe (const char *text)
{
  static const char letters[] = "mfklsnv.#!";
  g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (text);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < syntax->n_parts; i++)
    {
      const SgQueryPart *part = &syntax->parts[i];

      g_string_append_printf (out, "%s%c:%.*s", i > 0 ? " " : "", letters[part->kind],
                              (int) (part->span.end - part->span.start), text + part->span.start);
    }
  return g_string_free (out, FALSE);
}

static void
test_parts (void)
{
  static const struct
  {
    const char *text;
    const char *parts;
  } cases[] = {
    { "up", "m:up" },
    { "sum by (job) (rate(http_total{code=~\"5..\"}[5m]))",
      "f:sum k:by .:( l:job .:) .:( f:rate .:( m:http_total .:{ l:code .:=~ s:\"5..\" .:} .:[ "
      "n:5m .:] .:) .:)" },
    { "a and on (x) b offset 1h", "m:a k:and k:on .:( l:x .:) m:b k:offset n:1h" },
    { "up # the \"targets\"\n > 0.5", "m:up #:# the \"targets\" .:> n:0.5" },
    { "rate(x[$rate])", "f:rate .:( m:x .:[ v:$rate .:] .:)" },
    { "up{$source,a=\"b\"}", "m:up .:{ v:$source .:, l:a .:= s:\"b\" .:}" },
    { "up{job=\"a", "m:up .:{ l:job .:= !:\"a" },
    { "job:x:rate5m", "m:job:x:rate5m" },
    { "{by=\"x\"}", ".:{ l:by .:= s:\"x\" .:}" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *parts = describe (cases[i].text);

      g_assert_cmpstr (parts, ==, cases[i].parts);
    }
}

static void
test_problems (void)
{
  g_autoptr (SgQuerySyntax) good = sg_query_syntax_new ("rate(x[$rate])");
  g_autoptr (SgQuerySyntax) bad = sg_query_syntax_new ("rate(x)");
  g_autoptr (SgQuerySyntax) misspelt = sg_query_syntax_new ("raet(x[5m])");

  g_assert_cmpuint (good->n_problems, ==, 0);
  g_assert_cmpuint (bad->n_problems, ==, 1);
  g_assert_cmpuint (bad->problems[0].span.start, ==, 5);
  g_assert_cmpuint (bad->problems[0].span.end, ==, 6);
  g_assert_nonnull (strstr (bad->problems[0].message, "expected type range vector"));
  g_assert_cmpstr (misspelt->problems[0].hint, ==, "rate");
}

static void
test_fixed_in_time (void)
{
  static const struct
  {
    const char *text;
    gboolean fixed;
  } cases[] = { { "up", FALSE },
                { "up @ end()", TRUE },
                { "sum(rate(x[5m] @ start()))", TRUE },
                { "max_over_time(up[1h:1m] @ end())", TRUE },
                { "up @ 100", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (cases[i].text);

      g_assert_cmpint (syntax->fixed_in_time, ==, cases[i].fixed);
    }
}

static void
test_expand (void)
{
  const SgQueryVariable values[] = { { "$rate", "20s" }, { "$step", "5s" } };
  g_autofree char *text = sg_query_expand ("rate(x[$rate]) + y{a=\"$stepper $\"} offset $step",
                                           values, G_N_ELEMENTS (values));

  g_assert_cmpstr (text, ==, "rate(x[20s]) + y{a=\"$stepper $\"} offset 5s");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/query-syntax/parts", test_parts);
  g_test_add_func ("/engine/query-syntax/problems", test_problems);
  g_test_add_func ("/engine/query-syntax/fixed-in-time", test_fixed_in_time);
  g_test_add_func ("/engine/query-syntax/expand", test_expand);
  return g_test_run ();
}
