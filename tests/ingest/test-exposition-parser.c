/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-exposition-parser.h"

#include "base/sg-number.h"

#include <string.h>

/* What a page says, one line an entry; an error ends it. */
static char *
read_page (const char          *text,
           gsize                length,
           SgExpositionDialect  dialect)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  SgExpositionParser parser;
  SgExpositionEntry entry;

  sg_exposition_parser_init (&parser, text, length, dialect);
  while (sg_exposition_parser_next (&parser, &entry, &error))
    {
      static const char *const comments[] = { "", "help", "type", "unit" };
      char number[SG_DOUBLE_TEXT_MAX];
      g_autofree char *name = NULL;
      g_autofree char *rest = NULL;
      g_autofree char *labels_text = NULL;
      g_autoptr (SgLabels) labels = NULL;

      if (entry.kind != SG_EXPOSITION_SAMPLE)
        {
          name = sg_exposition_unescape (entry.name);
          rest = sg_exposition_unescape (entry.rest);
          g_string_append_printf (out, "%s %s %s\n", comments[entry.kind], name, rest);
          continue;
        }
      labels = sg_exposition_parse_labels (entry.series, &error);
      if (labels == NULL)
        break;
      labels_text = sg_labels_to_string (labels);
      sg_double_write (entry.value, number);
      g_string_append_printf (out, "%s = %s", labels_text, number);
      if (entry.has_t)
        g_string_append_printf (out, " @%" G_GINT64_FORMAT, entry.t);
      if (entry.exemplar.length > 0)
        {
          sg_double_write (entry.exemplar_value, number);
          g_string_append_printf (out, " # %.*s %s", (int) entry.exemplar.length,
                                  entry.exemplar.text, number);
        }
      if (entry.exemplar_has_t)
        g_string_append_printf (out, " @%" G_GINT64_FORMAT, entry.exemplar_t);
      g_string_append_c (out, '\n');
    }
  if (error != NULL)
    g_string_append_printf (out, "! %s\n", error->message);
  return g_string_free (out, FALSE);
}

typedef struct
{
  const char *page;
  const char *said;
} PageCase;

static const PageCase text_cases[] = {
  { "", "" },
  { "\n\r\n \t\n", "" },
  { "up 1\n", "up = 1\n" },
  { "up 1", "up = 1\n" },
  { "up 1\r\nb 2\r\n", "up = 1\nb = 2\n" },
  { "a:b:c{le=\"+Inf\",} +Inf 1395066363000\n", "a:b:c{le=\"+Inf\"} = +Inf @1395066363000\n" },
  { "a{b=\"1\"}1 -5\n", "a{b=\"1\"} = 1 @-5\n" },
  { " a { b = \"x\" , c=\"y\" } NaN\n", "a{b=\"x\", c=\"y\"} = NaN\n" },
  { "{\"utf8.name\",\"l.x\"=\"v\"} 1e-3\n", "{\"utf8.name\", \"l.x\"=\"v\"} = 0.001\n" },
  { "{a=\"no name\"} 1\n", "{a=\"no name\"} = 1\n" },
  { "a{b=\"q\\\"\\\\\\n\\x\"} -0\n", "a{b=\"q\\\"\\\\\\n\\\\x\"} = -0\n" },
  { "a{b=\"\"} 1\n", "a = 1\n" },
  { "# HELP a What it\\nis.\n# TYPE a counter\na 1\n",
    "help a What it\nis.\ntype a counter\na = 1\n" },
  { "# HELP a\n# HELP \"x.y\" z\n", "help a \nhelp x.y z\n" },
  { "#HELP a b\n# remark\n# EOF\n# UNIT a s\na 1\n", "a = 1\n" },
  { "#\tTYPE\ta\tgauge\n", "type a gauge\n" },
  { "a 1 # {b=\"c\"} 2\n",
    "! 1:5: expected a time in whole milliseconds, found “# {b=\"c\"} 2”\n" },
  { "a\n", "! 1:2: expected a number, found the end of the line\n" },
  { "a 1\nb x\n", "a = 1\n! 2:3: expected a number, found “x”\n" },
  { "a 0x1\n", "! 1:3: expected a number, found “0x1”\n" },
  { "a 1_0\n", "! 1:3: expected a number, found “1_0”\n" },
  { "a 1 1.5\n", "! 1:6: expected the end of the line, found “.5”\n" },
  { "a 1 2 3\n", "! 1:7: expected the end of the line, found “3”\n" },
  { "a 1 99999999999999999999\n",
    "! 1:5: expected a time in whole milliseconds, found “99999999999999999999”\n" },
  { "9a 1\n", "! 1:1: expected a metric name, { or #, found “9a 1”\n" },
  { "a{b 1\n", "! 1:5: expected =, found “1”\n" },
  { "a{b=1} 1\n", "! 1:5: expected a value in double quotes, found “1} 1”\n" },
  { "a{b=\"1} 1\n", "! 1:5: expected a closing double quote, found “\"1} 1”\n" },
  { "a{b=\"1\" c=\"2\"} 1\n", "! 1:9: expected , or }, found “c=\"2\"} 1”\n" },
  { "a{,} 1\n", "! 1:3: expected a label name or }, found “,} 1”\n" },
  { "a{b=\"1\"", "! 1:8: expected , or }, found the end of the page\n" },
  { "a{b=\"1\",b=\"2\"} 1\n", "! the label “b” is given twice\n" },
  { "a{b=\"\xff\"} 1\n", "! the label “b” is not UTF-8\n" },
  { "# TYPE a rate\n",
    "! 1:10: expected a type: counter, gauge, histogram, summary or untyped, found “rate”\n" },
  { "# HELP {x} y\n", "! 1:8: expected a metric name, found “{x} y”\n" },
};

static const PageCase openmetrics_cases[] = {
  { "# EOF", "" },
  { "# EOF\n", "" },
  { "a_total 1 # {trace_id=\"x\"} 0.5 1.5\n# EOF\n", "a_total = 1 # {trace_id=\"x\"} 0.5 @1500\n" },
  { "a 1 1.5 # {} 2\n# EOF\n", "a = 1 @1500 # {} 2\n" },
  { "# UNIT a_seconds seconds\n# TYPE a_seconds gauge\na_seconds 1 -0.5\n# EOF\n",
    "unit a_seconds seconds\ntype a_seconds gauge\na_seconds = 1 @-500\n" },
  { "# TYPE a info\n# TYPE b stateset\n# EOF\n", "type a info\ntype b stateset\n" },
  { "", "! 1:1: expected # EOF, found the end of the page\n" },
  { "a 1\n", "a = 1\n! 2:1: expected # EOF, found the end of the page\n" },
  { "# EOF\na 1\n", "! 2:1: expected nothing after # EOF, found “a 1”\n" },
  { "# EOF x\n", "! 1:6: expected the end of the line, found “ x”\n" },
  { "a 1 Inf\n# EOF\n", "! 1:5: expected a time in seconds, found “Inf”\n" },
  { "a 1 # {b=\"c\"}\n# EOF\n", "! 1:14: expected a number, found the end of the line\n" },
  { "a 1 # b 1\n# EOF\n", "! 1:7: expected {, found “b 1”\n" },
};

static void
check_cases (const PageCase      *cases,
             gsize                n_cases,
             SgExpositionDialect  dialect)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *said = read_page (cases[i].page, strlen (cases[i].page), dialect);

      g_assert_cmpstr (said, ==, cases[i].said);
    }
}

static void
test_parser_text (void)
{
  check_cases (text_cases, G_N_ELEMENTS (text_cases), SG_EXPOSITION_DIALECT_TEXT);
}

static void
test_parser_openmetrics (void)
{
  check_cases (openmetrics_cases, G_N_ELEMENTS (openmetrics_cases),
               SG_EXPOSITION_DIALECT_OPENMETRICS);
}

/* A page cut off after any of its bytes: an error or a shorter page, and nothing read behind it. */
static void
test_parser_cut (void)
{
  static const char page[] = "# HELP a b\\n\n# TYPE a counter\na{b=\"c\\\"\",d=\"e\"} 1.5 17\n"
                             "{\"x.y\",\"z\"=\"1\"} NaN\na 1 # {t=\"u\"} 2 3\n# EOF\n";

  for (gsize i = 0; i <= strlen (page); i++)
    {
      g_autofree char *exact = g_memdup2 (page, MAX (i, 1));
      g_autofree char *text = read_page (exact, i, SG_EXPOSITION_DIALECT_TEXT);
      g_autofree char *openmetrics = read_page (exact, i, SG_EXPOSITION_DIALECT_OPENMETRICS);

      g_assert_nonnull (text);
      g_assert_nonnull (openmetrics);
    }
}

static void
test_parser_nul (void)
{
  static const char page[] = "a{b=\"c\0d\"} 1\n";
  g_autofree char *said = read_page (page, sizeof page - 1, SG_EXPOSITION_DIALECT_TEXT);

  g_assert_true (g_str_has_prefix (said, "! 1:5: expected a closing double quote"));
}

static void
test_parser_dialect (void)
{
  g_assert_cmpint (sg_exposition_dialect_from_content_type (NULL), ==, SG_EXPOSITION_DIALECT_TEXT);
  g_assert_cmpint (sg_exposition_dialect_from_content_type ("text/plain; version=0.0.4"), ==,
                   SG_EXPOSITION_DIALECT_TEXT);
  g_assert_cmpint (
      sg_exposition_dialect_from_content_type ("Application/OpenMetrics-Text; version=1.0.0"), ==,
      SG_EXPOSITION_DIALECT_OPENMETRICS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exposition-parser/text", test_parser_text);
  g_test_add_func ("/exposition-parser/openmetrics", test_parser_openmetrics);
  g_test_add_func ("/exposition-parser/cut", test_parser_cut);
  g_test_add_func ("/exposition-parser/nul", test_parser_nul);
  g_test_add_func ("/exposition-parser/dialect", test_parser_dialect);
  return g_test_run ();
}
