/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-escaping.h"

typedef struct
{
  const char *name;
  const char *as[4];
} EscapingCase;

/* In the order of SgEscaping: underscores, allow-utf-8, dots, values. */
static const EscapingCase metric_cases[] = {
  { "up", { "up", "up", "up", "up" } },
  { "job:rate_5m", { "job:rate_5m", "job:rate_5m", "job:rate__5m", "job:rate_5m" } },
  { "http.status", { "http_status", "http.status", "http_dot_status", "U__http_2e_status" } },
  { "mysystem.prod.west.cpu_load",
    { "mysystem_prod_west_cpu_load", "mysystem.prod.west.cpu_load",
      "mysystem_dot_prod_dot_west_dot_cpu__load", "U__mysystem_2e_prod_2e_west_2e_cpu__load" } },
  { "1a", { "_a", "1a", "__a", "U___31_a" } },
  { "a1", { "a1", "a1", "a1", "a1" } },
  { "é", { "_", "é", "__", "U___e9_" } },
  { "花火", { "__", "花火", "____", "U___82b1__706b_" } },
  { "a b", { "a_b", "a b", "a__b", "U__a_20_b" } },
  { "🚀", { "_", "🚀", "__", "U___1f680_" } },
};

static void
test_escaping_metrics (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (metric_cases); i++)
    {
      for (guint j = 0; j < 4; j++)
        {
          g_autofree char *escaped = sg_escaping_metric_name ((SgEscaping) j, metric_cases[i].name);

          g_assert_cmpstr (escaped, ==, metric_cases[i].as[j]);
        }
    }
}

/* A colon is not in the alphabet of labels. */
static void
test_escaping_labels (void)
{
  static const char *const expected[] = { "a_b", "a:b", "a__b", "U__a_3a_b" };

  for (guint j = 0; j < 4; j++)
    {
      g_autofree char *escaped = sg_escaping_label_name ((SgEscaping) j, "a:b");

      g_assert_cmpstr (escaped, ==, expected[j]);
    }
}

static void
test_escaping_strings (void)
{
  SgEscaping escaping;

  for (guint j = 0; j < 4; j++)
    {
      g_assert_true (sg_escaping_from_string (sg_escaping_to_string ((SgEscaping) j), &escaping));
      g_assert_cmpint (escaping, ==, j);
    }
  g_assert_true (sg_escaping_from_string ("allow-utf8", &escaping));
  g_assert_cmpint (escaping, ==, SG_ESCAPING_ALLOW_UTF8);
  escaping = SG_ESCAPING_DOTS;
  g_assert_false (sg_escaping_from_string ("none", &escaping));
  g_assert_false (sg_escaping_from_string ("", &escaping));
  g_assert_cmpint (escaping, ==, SG_ESCAPING_DOTS);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/escaping/metrics", test_escaping_metrics);
  g_test_add_func ("/escaping/labels", test_escaping_labels);
  g_test_add_func ("/escaping/strings", test_escaping_strings);
  return g_test_run ();
}
