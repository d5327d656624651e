/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-suggest.h"

static void
test_suggest_nearest (void)
{
  static const char *const words[] = {
    "scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels", "job",
    "query_log_file"
  };
  static const char *const cases[][2] = {
    { "scrape_intervall", "scrape_interval" },
    { "scrap_interval", "scrape_interval" },
    { "scrape-timeout", "scrape_timeout" },
    { "ScrapeTimeout", "scrape_timeout" },
    { "sacrpe_timeout", "scrape_timeout" },
    { "jbo", "job" },
    { "jab", "job" },
    { "x", NULL },
    { "", NULL },
    { "something", NULL },
    { "external_lables", "external_labels" },
  };
  g_autofree char *lengthy = g_strnfill (65, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (sg_suggest (cases[i][0], words, G_N_ELEMENTS (words)), ==, cases[i][1]);
  g_assert_null (sg_suggest (lengthy, words, G_N_ELEMENTS (words)));
  g_assert_null (sg_suggest ("job", (const char *const[]) { lengthy }, 1));
}

static void
test_suggest_advice (void)
{
  static const char *const words[] = { "alpha", "beta", "c", "d", "e", "f", "g",
                                       "h",     "i",    "j", "k", "l", "m" };
  static const struct
  {
    const char *word;
    gsize n;
    const char *advice;
  } cases[] = {
    { "alhpa", 13, "did you mean \"alpha\"?" },
    { "zzzz", 2, "write one of alpha, beta" },
    { "zzzz", 13, "write one of alpha, beta, c, d, e, f, g, h, i, j, k, l …" },
    { "zzzz", 0, "remove it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *advice = sg_suggest_advice (cases[i].word, words, cases[i].n);

      g_assert_cmpstr (advice, ==, cases[i].advice);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/suggest/nearest", test_suggest_nearest);
  g_test_add_func ("/suggest/advice", test_suggest_advice);
  return g_test_run ();
}
