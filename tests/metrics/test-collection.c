/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-collection.h"

#include "sg-test-page.h"

static char *
collect (SgRegistry      *registry,
         SgCollectorFunc  func,
         SgCollectorFunc  second)
{
  sg_registry_add_collector (registry, func, NULL, NULL);
  if (second != NULL)
    sg_registry_add_collector (registry, second, NULL, NULL);
  return sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, TRUE);
}

static void
assert_page (const char *page,
             const char *expected,
             guint       n_refused)
{
  g_autofree char *refused =
      g_strdup_printf ("\nsightglass_metrics_collected_refused_total %u\n", n_refused);

  g_assert_nonnull (strstr (page, refused));
  g_assert_true (g_str_has_prefix (page, expected));
  g_assert_true (g_str_has_prefix (page + strlen (expected), "# HELP sightglass_"));
}

static void
collect_all_kinds (SgCollection *collection,
                   gpointer      user_data)
{
  sg_collection_add_family (collection, SG_METRIC_UNKNOWN, "d", NULL, NULL, NULL);
  sg_collection_add (collection, NULL, -1.5);
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "c_total", "C.", NULL, SG_VALUES ("x"));
  sg_collection_add (collection, SG_VALUES ("2"), 2);
  sg_collection_add_created (collection, SG_VALUES ("1"), 1, 5000);
  sg_collection_add_family (collection, SG_METRIC_INFO, "b", "B.", NULL, SG_VALUES ("x"));
  sg_collection_add (collection, SG_VALUES ("y"), 12);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "a", "A.", NULL, NULL);
  sg_collection_add (collection, NULL, 1);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "a0", "Without samples.", NULL, NULL);
}

static void
test_collection_kinds (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = collect (registry, collect_all_kinds, NULL);
  g_autofree char *openmetrics = sg_test_page (registry, SG_EXPOSITION_OPENMETRICS_1_0_0, FALSE);

  assert_page (page,
               "# HELP a A.\n# TYPE a gauge\na 1\n"
               "# HELP a0 Without samples.\n# TYPE a0 gauge\n"
               "# HELP b_info B.\n# TYPE b_info gauge\nb_info{x=\"y\"} 1\n"
               "# HELP c_total C.\n# TYPE c_total counter\nc_total{x=\"1\"} 1\nc_total{x=\"2\"} 2\n"
               "# TYPE d untyped\nd -1.5\n",
               0);
  g_assert_nonnull (strstr (openmetrics, "# TYPE d unknown\n"));
  g_assert_nonnull (strstr (openmetrics, "c_total{x=\"1\"} 1\nc_created{x=\"1\"} 5\nc_total"));
}

static void
collect_clashes (SgCollection *collection,
                 gpointer      user_data)
{
  sg_collection_add (collection, NULL, 1);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "own", "Taken by the registry.", NULL,
                            NULL);
  sg_collection_add (collection, NULL, 1);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "b", "B.", NULL, SG_VALUES ("x"));
  sg_collection_add (collection, SG_VALUES ("1"), 1);
  sg_collection_add (collection, SG_VALUES ("1"), 2);
  sg_collection_add (collection, SG_VALUES ("0"), 3);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "", "No name.", NULL, NULL);
  sg_collection_add (collection, NULL, 1);
  sg_collection_add_family (collection, SG_METRIC_COUNTER, "c_total", "C.", NULL, NULL);
  sg_collection_add (collection, NULL, 1);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "c", "The same to OpenMetrics.", NULL,
                            NULL);
  sg_collection_add (collection, NULL, 1);
}

static void
collect_more (SgCollection *collection,
              gpointer      user_data)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "b", "Joins the other.", NULL,
                            SG_VALUES ("x"));
  sg_collection_add (collection, SG_VALUES ("5"), 5);
  sg_collection_add (collection, SG_VALUES ("1"), 6);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "b", "Another shape.", NULL, NULL);
  sg_collection_add (collection, NULL, 7);
}

/* A family with its sample that clashes is 2; the sample before any family is nobody's. */
static void
test_collection_clashes (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;

  sg_registry_gauge (registry, "own", "Own.");
  page = collect (registry, collect_clashes, collect_more);
  assert_page (page,
               "# HELP b B.\n# TYPE b gauge\nb{x=\"0\"} 3\nb{x=\"1\"} 1\nb{x=\"5\"} 5\n"
               "# HELP c The same to OpenMetrics.\n# TYPE c gauge\nc 1\n"
               "# HELP own Own.\n# TYPE own gauge\nown 0\n",
               2 + 1 + 2 + 2 + 1 + 2);
}

static void
collect_strange (SgCollection *collection,
                 gpointer      user_data)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "a", "A.\nB\\", NULL, SG_VALUES ("x"));
  sg_collection_add (collection, SG_VALUES ("\xff\n\"\\"), 1);
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "b.c", "B.", NULL, SG_VALUES ("l.x"));
  sg_collection_add (collection, SG_VALUES ("v"), 2);
}

static void
test_collection_strange (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = collect (registry, collect_strange, NULL);

  assert_page (page,
               "# HELP a A.\\nB\\\\\n# TYPE a gauge\na{x=\"\xef\xbf\xbd\\n\\\"\\\\\"} 1\n"
               "# HELP b_c B.\n# TYPE b_c gauge\nb_c{l_x=\"v\"} 2\n",
               0);
}

static void
collect_many (SgCollection *collection,
              gpointer      user_data)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, "a", "A.", NULL, SG_VALUES ("x"));
  for (guint i = 0; i < 10; i++)
    {
      const char value[] = { (char) ('0' + i), '\0' };

      sg_collection_add (collection, SG_VALUES (value), i);
    }
}

static void
test_collection_many (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;

  sg_registry_set_max_children (registry, 3);
  page = collect (registry, collect_many, NULL);
  assert_page (page, "# HELP a A.\n# TYPE a gauge\na{x=\"0\"} 0\na{x=\"1\"} 1\na{x=\"2\"} 2\n", 7);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/collection/kinds", test_collection_kinds);
  g_test_add_func ("/collection/clashes", test_collection_clashes);
  g_test_add_func ("/collection/strange", test_collection_strange);
  g_test_add_func ("/collection/many", test_collection_many);
  return g_test_run ();
}
