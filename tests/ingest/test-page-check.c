/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-page-check.h"

#include "tools/sg-test-peer.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * Pages that are right and wrong. The judges are the parser of Python's client library for OpenMetrics, and
 * promtool for text: they must say the same of each page. Where we know better, the row says so.
 */
typedef struct
{
  const char *page;
  gboolean good;
  gboolean judge_errs;
} OpenCase;

#define EOF_LINE "# EOF\n"

static const OpenCase open_cases[] = {
  { EOF_LINE, TRUE, FALSE },
  { "# EOF", TRUE, FALSE },
  { "", FALSE, FALSE },
  { "a 1\n", FALSE, FALSE },
  { "\n" EOF_LINE, FALSE, FALSE },
  { "a 1\n\n" EOF_LINE, FALSE, FALSE },
  { EOF_LINE "a 1\n", FALSE, FALSE },
  { EOF_LINE EOF_LINE, FALSE, FALSE },
  { "# EOF \n", FALSE, FALSE },
  { "#EOF\n", FALSE, FALSE },
  { "a 1\n" EOF_LINE, TRUE, FALSE },
  { "a 1 2\n" EOF_LINE, TRUE, FALSE },
  { "a 1 2.5e3\n" EOF_LINE, TRUE, FALSE },
  { "a  1\n" EOF_LINE, FALSE, FALSE },
  { "a\t1\n" EOF_LINE, FALSE, FALSE },
  { " a 1\n" EOF_LINE, FALSE, FALSE },
  { "a 1 \n" EOF_LINE, FALSE, FALSE },
  { "a 1\r\n" EOF_LINE, FALSE, FALSE },
  { "a\n" EOF_LINE, FALSE, FALSE },
  { "a 1 z\n" EOF_LINE, FALSE, FALSE },
  { "a 1 1z\n" EOF_LINE, FALSE, FALSE },
  { "a 1 NaN\n" EOF_LINE, FALSE, FALSE },
  { "a 1 Inf\n" EOF_LINE, FALSE, FALSE },
  { "a 1_2\n" EOF_LINE, FALSE, FALSE },
  { "a 0x1p-3\n" EOF_LINE, FALSE, FALSE },
  { "a 1a\n" EOF_LINE, FALSE, FALSE },
  { "a NaN\n" EOF_LINE, TRUE, FALSE },
  { "a +Inf\n" EOF_LINE, TRUE, FALSE },
  { "a -inf\n" EOF_LINE, TRUE, FALSE },
  { "a .5\n" EOF_LINE, TRUE, FALSE },
  { "a 1.\n" EOF_LINE, TRUE, FALSE },
  { "a{} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"c\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"c\",d=\"e\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"\\\\\\\"\\n\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"ä\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"}\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "a{b=\"c\",} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{,b=\"c\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{b=\"c\" d=\"e\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{b=\"c\"}1\n" EOF_LINE, FALSE, FALSE },
  { "a{b=\"c\"\n" EOF_LINE, FALSE, FALSE },
  { "a{b=c} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{b='c'} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{1b=\"c\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{b=\"c\",b=\"d\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "a{b} 1\n" EOF_LINE, FALSE, FALSE },
  { "{b=\"c\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "1a 1\n" EOF_LINE, FALSE, FALSE },
  { "# comment\n" EOF_LINE, FALSE, FALSE },
  { "# HELP a\n" EOF_LINE, FALSE, FALSE },
  { "# HELP a help\n# TYPE a gauge\n# UNIT a \na 1\n" EOF_LINE, TRUE, FALSE },
  { "#HELP a help\n" EOF_LINE, FALSE, FALSE },
  { "# HELP  a help\n" EOF_LINE, FALSE, FALSE },
  { "# FOO a help\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a meh\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a untyped\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge \n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\n# TYPE a gauge\n" EOF_LINE, FALSE, FALSE },
  { "# HELP a x\n# HELP a x\n" EOF_LINE, FALSE, FALSE },
  { "# UNIT a_s s\n# UNIT a_s s\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a gauge\n# UNIT a seconds\na 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a_s info\n# UNIT a_s s\na_s_info{x=\"1\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "a 1\n# TYPE a gauge\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\na 1\n# HELP a x\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total 1\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a counter\na_total 1\na_created 5\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a counter\na_total -1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total NaN\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total 1 # {t=\"1\"} 0.5 3\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a counter\na_total 1 2 # {} 0.5\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a gauge\na 1 # {t=\"1\"} 0.5\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_created 1 # {t=\"1\"} 0.5\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total 1 # {t=\"1\"}\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total 1 #{t=\"1\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na_total 1 # {t=\"1\"} 1 2 3\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\n# TYPE a_total counter\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a counter\na 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a info\na_info{x=\"1\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a info\na_info{x=\"1\"} 2\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a stateset\na{a=\"x\"} 1\na{a=\"y\"} 0\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a stateset\na{a=\"x\"} 2\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a stateset\na 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na{quantile=\"0.5\"} 1\na_sum 2\na_count 3\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a summary\na{quantile=\"1.5\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na{quantile=\"x\"} 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na{quantile=\"0.5\"} -1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na_count 0.5\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na_sum -1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\na 1\n" EOF_LINE, FALSE, FALSE },
#define HISTOGRAM "# TYPE a histogram\n"
  { HISTOGRAM "a_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\na_count 2\na_sum 3\n" EOF_LINE, TRUE,
    FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 2\n" EOF_LINE, TRUE, FALSE },
  { HISTOGRAM "a_bucket{le=\"1\"} 1\na_count 1\na_sum 3\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+INF\"} 2\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"NaN\"} 2\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket 2\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\n" EOF_LINE,
    FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"1\"} 3\na_bucket{le=\"+Inf\"} 2\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 2\na_count 3\na_sum 3\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 2\na_sum 3\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 2\na_count 2\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 0.5\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 2\na_count 2\na_sum 3\n" EOF_LINE,
    FALSE, FALSE },
  { HISTOGRAM "a_sum 0\na_count 0\n" EOF_LINE, FALSE, FALSE },
  { HISTOGRAM "a_bucket{le=\"+Inf\"} 2 # {t=\"x\"} 1\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 2\na_gcount 2\na_gsum 3\n" EOF_LINE, TRUE,
    FALSE },
  { "# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 2\na_gcount 2\na_gsum -3\n" EOF_LINE, FALSE,
    FALSE },
  { "# TYPE a gaugehistogram\na_bucket{le=\"-1\"} 0\na_bucket{le=\"+Inf\"} 2\na_gcount 2\na_gsum -3\n" EOF_LINE,
    TRUE, FALSE },
  { "# TYPE a gauge\na{x=\"1\"} 1\na{x=\"2\"} 1\na{x=\"1\"} 2\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\na 1 1\na 2 2\n" EOF_LINE, TRUE, FALSE },
  { "# TYPE a gauge\na 1 2\na 2 1\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\na 1 2\na 2\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a gauge\na 1\na 2\n" EOF_LINE, FALSE, TRUE },
  { "# TYPE a histogram\n# TYPE a_bucket gauge\n" EOF_LINE, FALSE, FALSE },
  { "# TYPE a summary\n# TYPE a_sum gauge\n" EOF_LINE, FALSE, FALSE },
  { "a 1\nb 1\na 2\n" EOF_LINE, FALSE, FALSE },
};

static void
test_openmetrics (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (open_cases); i++)
    {
      const char *page = open_cases[i].page;
      g_autoptr (SgPageReport) report =
          sg_page_check (page, strlen (page), SG_PAGE_FORMAT_OPENMETRICS);

      if ((report->message == NULL) != open_cases[i].good)
        g_test_message ("%s\n→ %s", page, report->message);
      g_assert_cmpint (report->message == NULL, ==, open_cases[i].good);
      g_assert_cmpint (report->line > 0, ==, !open_cases[i].good);
    }
}

static const char python[] =
    "import sys\n"
    "from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse\n"
    "for page in sys.stdin.buffer.read().decode().split('\\0')[:-1]:\n"
    "  try:\n"
    "    list(parse(page))\n"
    "    print(1)\n"
    "  except Exception:\n"
    "    print(0)\n";

static void
test_openmetrics_judge (void)
{
  const char *const probe[] = { "/usr/bin/python3", "-c",
                                "import prometheus_client.openmetrics.parser", NULL };
  g_autofree char *output = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) input = g_string_new (NULL);
  g_autofree char *command = NULL;
  guint n_wrong = 0;

  if (sg_test_run_program (probe, NULL, NULL) != 0)
    {
      g_test_skip ("python3-prometheus-client is not installed");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (open_cases); i++)
    g_string_append_len (input, open_cases[i].page, (gssize) strlen (open_cases[i].page) + 1);
  /* The pages have a NUL between them, so that they go by way of a file. */
  path = g_build_filename (g_get_tmp_dir (), "test-page-check.XXXXXX", NULL);
  g_close (g_mkstemp (path), NULL);
  g_assert_true (g_file_set_contents (path, input->str, (gssize) input->len, NULL));
  command = g_strdup_printf ("exec /usr/bin/python3 -c \"$0\" < %s", path);
  {
    const char *const with_script[] = { "sh", "-c", command, python, NULL };

    g_assert_cmpint (sg_test_run_program (with_script, NULL, &output), ==, 0);
  }
  g_unlink (path);
  lines = g_strsplit (output, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, G_N_ELEMENTS (open_cases) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (open_cases); i++)
    {
      gboolean expected = open_cases[i].good != open_cases[i].judge_errs;

      if (g_str_equal (lines[i], "1") == expected)
        continue;
      n_wrong++;
      g_test_message ("the judge says %s of %s", lines[i], open_cases[i].page);
    }
  g_assert_cmpuint (n_wrong, ==, 0);
}

/* Where a page is wrong, by line and column, with what stands there. */
static void
test_places (void)
{
  static const struct
  {
    const char *page;
    SgPageFormat format;
    guint line;
    guint column;
    const char *message;
  } cases[] = {
    { "a 1\nb{x=\"ä\",} 1\n# EOF\n", SG_PAGE_FORMAT_OPENMETRICS, 2, 9,
      "expected the name of a label, found “} 1”" },
    { "a 1\nb 2", SG_PAGE_FORMAT_OPENMETRICS, 2, 4, "expected # EOF, found the end of the page" },
    { "# TYPE a counter\na_total -1\n# EOF\n", SG_PAGE_FORMAT_GUESS, 2, 9,
      "expected a number from 0 on, found “-1”" },
    { "# TYPE a meh\n", SG_PAGE_FORMAT_TEXT, 1, 10,
      "expected a type: counter, gauge, histogram, summary or untyped, found “meh”" },
    { "# HELP a x\n# TYPE a gauge\na 1", SG_PAGE_FORMAT_TEXT, 3, 4,
      "expected a line feed, found the end of the page" },
    { "a{x=\"1\"} y\n", SG_PAGE_FORMAT_TEXT, 1, 10, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SgPageReport) report =
          sg_page_check (cases[i].page, strlen (cases[i].page), cases[i].format);

      g_assert_nonnull (report->message);
      if (cases[i].message != NULL)
        g_assert_cmpstr (report->message, ==, cases[i].message);
      g_assert_cmpuint (report->line, ==, cases[i].line);
      g_assert_cmpuint (report->column, ==, cases[i].column);
    }
}

static const char *const text_cases[] = {
  "",
  "# HELP a_total x\n# TYPE a_total counter\na_total 1\n",
  "a 1\n",
  "a 1",
  "\n\n  # HELP a x\n# TYPE a gauge\n\ta { x = \"1\" , } 1 5\n",
  "# HELP a x\n# TYPE a counter\na 1\n",
  "# HELP a_total x\n# TYPE a_total gauge\na_total 1\n",
  "# HELP a_milliseconds x\n# TYPE a_milliseconds gauge\na_milliseconds 1\n",
  "# HELP a_minutes x\na_minutes 1\n",
  "# HELP thermometers x\nthermometers 1\n",
  "# HELP aB x\n# TYPE aB gauge\naB{cD=\"1\"} 1\n",
  "# HELP a:b x\na:b 1\n",
  "# HELP a_ms x\na_ms 1\n",
  "# HELP a_gauge_x x\na_gauge_x 1\n",
  "# HELP a_bucket x\n# TYPE a_bucket gauge\na_bucket 1\n",
  "# HELP a_count x\n# TYPE a_count gauge\na_count 1\n",
  "# HELP a x\n# TYPE a gauge\na{le=\"1\",quantile=\"2\"} 1\n",
  "# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
  "# HELP a x\n# TYPE a summary\na{quantile=\"0.5\"} 1\na_sum 1\na_count 1\n",
  "# TYPE a meh\na 1\n",
  "# TYPE a gauge\n# TYPE a gauge\na 1\n",
  "# HELP a x\n# HELP a y\na 1\n",
  "a 1\n# TYPE a gauge\n",
  "a{x=\"1\",x=\"2\"} 1\n",
  "a{x=\"1} 1\n",
  "a{x=\"\\q\"} 1\n",
  "a one\n",
  "a 1 1.5\n",
  "1a 1\n",
  "# HELP node_load1 x\n# TYPE node_load1 gauge\nnode_load1 1\n",
};

/* promtool's advice, without the advice that is given of names that it counts by chance. */
static void
test_text_judge (void)
{
  const char *const argv[] = { "promtool", "check", "metrics", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (text_cases); i++)
    {
      const char *page = text_cases[i];
      g_autoptr (SgPageReport) report = sg_page_check (page, strlen (page), SG_PAGE_FORMAT_TEXT);
      g_autofree char *advice = g_strjoinv ("\n", report->advice);
      g_autofree char *output = NULL;
      int status = sg_test_run_program (argv, page, &output);
      int ours = report->message != NULL ? 1 : report->advice[0] != NULL ? 3 : 0;

      if (status < 0)
        {
          g_test_skip ("promtool is not installed");
          return;
        }
      if (status != ours)
        g_test_message ("%s\n→ promtool %d: %s\nwe %d: %s %s", page, status, output, ours,
                        report->message, advice);
      g_assert_cmpint (ours, ==, status);
      if (status == 3)
        g_assert_cmpstr (advice, ==, g_strchomp (output));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-check/openmetrics", test_openmetrics);
  g_test_add_func ("/page-check/openmetrics-judge", test_openmetrics_judge);
  g_test_add_func ("/page-check/places", test_places);
  g_test_add_func ("/page-check/text-judge", test_text_judge);
  return g_test_run ();
}
