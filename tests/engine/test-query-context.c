/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include <string.h>

/* A query with the place marked by |; then what is wanted there, typed, of which metric and label. */
static const struct
{
  const char *text;
  SgQueryWant want;
  const char *typed;
  const char *metric;
  const char *label;
} cases[] = {
  { "|", SG_QUERY_WANTS_EXPRESSION, "", NULL, NULL },
  { "ht|", SG_QUERY_WANTS_EXPRESSION, "ht", NULL, NULL },
  { "sum(ra|", SG_QUERY_WANTS_EXPRESSION, "ra", NULL, NULL },
  { "sum(rate(http_total{|", SG_QUERY_WANTS_LABEL, "", "http_total", NULL },
  { "http_total{co|}", SG_QUERY_WANTS_LABEL, "co", "http_total", NULL },
  { "http_total{code=\"|\"}", SG_QUERY_WANTS_VALUE, "", "http_total", "code" },
  { "http_total{code=~\"5|", SG_QUERY_WANTS_VALUE, "5", "http_total", "code" },
  { "http_total{code!~ '5-x|", SG_QUERY_WANTS_VALUE, "5-x", "http_total", "code" },
  { "http_total{code=\"a\\\"b\", jo|", SG_QUERY_WANTS_LABEL, "jo", "http_total", NULL },
  { "http_total{code=\"a\"|", SG_QUERY_WANTS_NOTHING, "", "http_total", NULL },
  { "{job=\"x|", SG_QUERY_WANTS_VALUE, "x", NULL, "job" },
  { "rate(http_total{code=\"a\"}[|", SG_QUERY_WANTS_DURATION, "", NULL, NULL },
  { "rate(http_total[5|", SG_QUERY_WANTS_DURATION, "5", NULL, NULL },
  { "up offset |", SG_QUERY_WANTS_DURATION, "", NULL, NULL },
  { "up |", SG_QUERY_WANTS_OPERATOR, "", NULL, NULL },
  { "up of|", SG_QUERY_WANTS_OPERATOR, "of", NULL, NULL },
  { "sum(up) b|", SG_QUERY_WANTS_OPERATOR, "b", NULL, NULL },
  { "up + |", SG_QUERY_WANTS_EXPRESSION, "", NULL, NULL },
  { "up > 5|", SG_QUERY_WANTS_NOTHING, "5", NULL, NULL },
  { "sum by (|) (http_total)", SG_QUERY_WANTS_LABEL, "", "http_total", NULL },
  { "sum(http_total) by (jo|", SG_QUERY_WANTS_LABEL, "jo", "http_total", NULL },
  { "up # rate|", SG_QUERY_WANTS_NOTHING, "rate", NULL, NULL },
  { "up # rate\n + s|", SG_QUERY_WANTS_EXPRESSION, "s", NULL, NULL },
  { "count_values(\"x|", SG_QUERY_WANTS_NOTHING, "x", NULL, NULL },
};

static void
test_context (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  const char *place = strchr (cases[i].text, '|');
  g_autoptr (GString) text = g_string_new (cases[i].text);
  g_auto (SgQueryContext) context = { 0 };
  g_autofree char *typed = NULL;

  g_string_erase (text, place - cases[i].text, 1);
  sg_query_context_find (text->str, (gsize) (place - cases[i].text), &context);
  typed = g_strndup (text->str + context.typed.start, context.typed.end - context.typed.start);
  g_assert_cmpint (context.want, ==, cases[i].want);
  g_assert_cmpstr (typed, ==, cases[i].typed);
  g_assert_cmpstr (context.metric, ==, cases[i].metric);
  g_assert_cmpstr (context.label, ==, cases[i].label);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/query-context/%02u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_context);
    }
  return g_test_run ();
}
