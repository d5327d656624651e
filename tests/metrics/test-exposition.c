/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exposition.h"

typedef struct
{
  const char *accept;
  const char *content_type;
} NegotiationCase;

#define TEXT_0_0_4        "text/plain; version=0.0.4; charset=utf-8"
#define TEXT_1_0_0        "text/plain; version=1.0.0; charset=utf-8; escaping="
#define OPENMETRICS_0_0_1 "application/openmetrics-text; version=0.0.1; charset=utf-8"
#define OPENMETRICS_1_0_0 "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping="

static const NegotiationCase negotiation_cases[] = {
  { NULL, TEXT_0_0_4 },
  { "", TEXT_0_0_4 },
  { "*/*", TEXT_0_0_4 },
  { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT_0_0_4 },
  { "text/plain", TEXT_0_0_4 },
  { "text/plain;version=0.0.4", TEXT_0_0_4 },
  { "text/plain; version=1.0.0", TEXT_1_0_0 "underscores" },
  { "text/plain; version=1.0.0; escaping=allow-utf-8", TEXT_1_0_0 "allow-utf-8" },
  { "text/plain; version=9", TEXT_0_0_4 },
  { "application/openmetrics-text", OPENMETRICS_0_0_1 },
  { "application/openmetrics-text;version=0.0.1", OPENMETRICS_0_0_1 },
  { "application/openmetrics-text;version=1.0.0", OPENMETRICS_1_0_0 "underscores" },
  { "application/openmetrics-text;version=2.0.0", TEXT_0_0_4 },
  { "application/openmetrics-text;version=1.0.0;escaping=dots", OPENMETRICS_1_0_0 "dots" },
  { "application/openmetrics-text;version=1.0.0;escaping=values", OPENMETRICS_1_0_0 "values" },
  { "application/openmetrics-text;version=1.0.0;escaping=no-such",
    OPENMETRICS_1_0_0 "underscores" },
  { " Application/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=1", OPENMETRICS_1_0_0 "underscores" },
  /* Prometheus 2.42 */
  { "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    OPENMETRICS_1_0_0 "underscores" },
  /* Prometheus 3, and with protobuf first */
  { "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
    OPENMETRICS_1_0_0 "allow-utf-8" },
  { "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
    "q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1",
    OPENMETRICS_1_0_0 "allow-utf-8" },
  { "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    TEXT_0_0_4 },
  /* order and weight */
  { "text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.6",
    OPENMETRICS_1_0_0 "underscores" },
  { "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0", TEXT_0_0_4 },
  { "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4",
    OPENMETRICS_1_0_0 "underscores" },
  { "application/openmetrics-text;version=1.0.0;q=0,text/plain;version=1.0.0;q=0.001",
    TEXT_1_0_0 "underscores" },
  { "application/openmetrics-text;version=1.0.0;q=0", TEXT_0_0_4 },
  { "application/openmetrics-text;version=1.0.0;q=nan,text/plain", TEXT_0_0_4 },
  { "application/openmetrics-text;version=1.0.0;q=-3,text/plain;version=1.0.0;q=0.1",
    TEXT_1_0_0 "underscores" },
  { "text/plain;q=0.9,application/openmetrics-text;version=1.0.0;q=7",
    OPENMETRICS_1_0_0 "underscores" },
  /* rubbish */
  { ";;;,,,;=;q", TEXT_0_0_4 },
  { "text/plain;version", TEXT_0_0_4 },
  { "text/plain;version=\"", TEXT_0_0_4 },
};

static void
test_exposition_negotiate (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (negotiation_cases); i++)
    {
      SgExpositionFormat format = sg_exposition_negotiate (negotiation_cases[i].accept);

      g_assert_cmpstr (sg_exposition_content_type (format), ==, negotiation_cases[i].content_type);
    }
}

/* A header of any length is read in no time. */
static void
test_exposition_negotiate_long (void)
{
  g_autoptr (GString) accept = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append (accept, "a/b;q=0.5,;");
  g_assert_cmpint (sg_exposition_negotiate (accept->str), ==, SG_EXPOSITION_TEXT_0_0_4);
}

static void
test_exposition_format (void)
{
  SgExpositionFormat format =
      sg_exposition_format_with_escaping (SG_EXPOSITION_TEXT_1_0_0, SG_ESCAPING_DOTS);

  g_assert_cmpint (format, ==, SG_EXPOSITION_TEXT_1_0_0 | SG_EXPOSITION_DOTS);
  g_assert_cmpint (sg_exposition_format_get_syntax (format), ==, SG_EXPOSITION_TEXT_1_0_0);
  g_assert_cmpint (sg_exposition_format_get_escaping (format), ==, SG_ESCAPING_DOTS);
  format = sg_exposition_format_with_escaping (format, SG_ESCAPING_UNDERSCORES);
  g_assert_cmpint (format, ==, SG_EXPOSITION_TEXT_1_0_0);
  g_assert_cmpstr (sg_exposition_content_type (SG_EXPOSITION_JSON), ==, "application/json");
  g_assert_cmpstr (sg_exposition_content_type (SG_EXPOSITION_CSV), ==,
                   "text/csv; charset=utf-8; header=present");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exposition/negotiate", test_exposition_negotiate);
  g_test_add_func ("/exposition/negotiate-long", test_exposition_negotiate_long);
  g_test_add_func ("/exposition/format", test_exposition_format);
  return g_test_run ();
}
