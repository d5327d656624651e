/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser.h"
#include "promql/sg-printer.h"

#include <string.h>

/* The canonical text of every form is tested by parser.txt; here, the indented one. */
typedef struct
{
  const char *text;
  const char *pretty;
} PrettyCase;

static const PrettyCase cases[] = {
  { "up", "up" },
  { "sum(rate(http_requests_total{job=\"a\"}[5m]))",
    "sum(rate(http_requests_total{job=\"a\"}[5m]))" },
  { "histogram_quantile(0.99, sum by (le, handler, instance) (rate(http_request_duration_"
    "seconds_bucket{job=\"api\"}[5m])))",
    "histogram_quantile(\n"
    "  0.99,\n"
    "  sum by (le, handler, instance) (rate(http_request_duration_seconds_bucket{job=\"api\"}[5m]))\n"
    ")" },
  { "-(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbb)",
    "-(\n"
    "    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
    "  +\n"
    "    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
    ")" },
  { "max_over_time((sum by (job) (rate(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[5m])) / bbbbbbbbbb"
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)[1h:1m] offset 5m)",
    "max_over_time(\n"
    "  (\n"
    "    sum by (job) (rate(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[5m])) / bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
    "  )[1h:1m] offset 5m\n"
    ")" },
  { "sum without (instance) (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) / on (job, na"
    "mespace) group_left (team) bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    "  sum without (instance) (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)\n"
    "/ on (job, namespace) group_left (team)\n"
    "  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" },
  { "topk(5, sum by (instance) (rate(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaa[5m])))",
    "topk(\n"
    "  5,\n"
    "  sum by (instance) (\n"
    "    rate(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[5m])\n"
    "  )\n"
    ")" },
};

static void
test_printer_pretty (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgAst) ast = sg_parser_parse (cases[i].text, &error);
      g_autoptr (SgAst) again = NULL;
      g_autofree char *pretty = NULL;

      g_assert_no_error (error);
      pretty = sg_printer_prettify (ast->root);
      g_assert_cmpstr (pretty, ==, cases[i].pretty);
      again = sg_parser_parse (pretty, &error);
      g_assert_no_error (error);
      g_assert_true (sg_expr_equal (ast->root, again->root));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer/pretty", test_printer_pretty);
  return g_test_run ();
}
