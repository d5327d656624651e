/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-syntax.h"

#include <string.h>

/* Each span as a letter and its text: N name, L label, S string, 1 number, K keyword, T type, C comment. */
static char *
describe (const char           *line,
          SgExpositionLineKind  kind)
{
  static const char letters[] = "NLS1KTC";
  g_autoptr (GArray) spans = sg_exposition_syntax_scan (line, strlen (line), kind);
  GString *out = g_string_new (NULL);
  guint end = 0;

  for (guint i = 0; i < spans->len; i++)
    {
      const SgSyntaxSpan *span = &g_array_index (spans, SgSyntaxSpan, i);

      g_assert_cmpuint (span->start, >=, end);
      g_assert_cmpuint (span->start, <, span->end);
      g_assert_cmpuint (span->end, <=, strlen (line));
      end = span->end;
      g_string_append_printf (out, "%s%c[%.*s]", out->len > 0 ? " " : "", letters[span->part],
                              (int) (span->end - span->start), line + span->start);
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  SgExpositionLineKind kind;
  const char *line;
  const char *spans;
} cases[] = {
  { SG_EXPOSITION_LINE_SAMPLE, "up 1", "N[up] 1[1]" },
  { SG_EXPOSITION_LINE_SAMPLE, "up 1 1747231024000", "N[up] 1[1] C[1747231024000]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{} NaN", "N[a] 1[NaN]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b=\"c\"} -Inf", "N[a] L[b] S[\"c\"] 1[-Inf]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b=\"c\",d=\"}\\\" \",} 1e+06",
    "N[a] L[b] S[\"c\"] L[d] S[\"}\\\" \"] 1[1e+06]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a { b = \"c\" , d = \"e\" } 1",
    "N[a] L[b] S[\"c\"] L[d] S[\"e\"] 1[1]" },
  { SG_EXPOSITION_LINE_SAMPLE, "{\"utf8.name\",\"l.x\"=\"v\"} 3",
    "N[\"utf8.name\"] L[\"l.x\"] S[\"v\"] 1[3]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a_bucket{le=\"1\"} 4 # {trace_id=\"x\"} .7 1.5",
    "N[a_bucket] L[le] S[\"1\"] 1[4] L[trace_id] S[\"x\"] 1[.7] C[1.5]" },
  { SG_EXPOSITION_LINE_SAMPLE, "", "" },
  { SG_EXPOSITION_LINE_SAMPLE, "   ", "" },
  { SG_EXPOSITION_LINE_SAMPLE, "a", "N[a]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{", "N[a]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b", "N[a] L[b]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b=", "N[a] L[b]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b=\"", "N[a] L[b] S[\"]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{b=\"\\", "N[a] L[b] S[\"\\]" },
  { SG_EXPOSITION_LINE_SAMPLE, "a{=,,==} 1", "N[a] 1[1]" },
  { SG_EXPOSITION_LINE_HELP, "# HELP up Whether it answers.",
    "K[# HELP] N[up] C[Whether it answers.]" },
  { SG_EXPOSITION_LINE_TYPE, "# TYPE up gauge", "K[# TYPE] N[up] T[gauge]" },
  { SG_EXPOSITION_LINE_TYPE, "#TYPE\tup   gauge", "K[#TYPE] N[up] T[gauge]" },
  { SG_EXPOSITION_LINE_UNIT, "# UNIT a_seconds seconds", "K[# UNIT] N[a_seconds] T[seconds]" },
  { SG_EXPOSITION_LINE_HELP, "# HELP \"utf8 name\" x", "K[# HELP] N[\"utf8 name\"] C[x]" },
  { SG_EXPOSITION_LINE_HELP, "# HELP", "K[# HELP]" },
  { SG_EXPOSITION_LINE_COMMENT, "# EOF", "C[# EOF]" },
  { SG_EXPOSITION_LINE_COMMENT, "", "" },
};

static void
test_syntax_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *spans = describe (cases[i].line, cases[i].kind);

      g_assert_cmpstr (spans, ==, cases[i].spans);
    }
}

/* Whatever a target serves, spans stay in order and within the line. */
static void
test_syntax_random (void)
{
  static const char alphabet[] = "ab{}=\",\\ #\t1.\xc3\xa4";

  for (int round = 0; round < 20000; round++)
    {
      char line[24];
      guint length = (guint) g_test_rand_int_range (0, sizeof line);

      for (guint i = 0; i < length; i++)
        line[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      line[length] = '\0';
      for (int kind = SG_EXPOSITION_LINE_HELP; kind <= SG_EXPOSITION_LINE_SAMPLE; kind++)
        g_free (describe (line, (SgExpositionLineKind) kind));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/exposition-syntax/cases", test_syntax_cases);
  g_test_add_func ("/app/exposition-syntax/random", test_syntax_random);
  return g_test_run ();
}
