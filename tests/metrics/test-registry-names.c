/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metrics.h"

#include "sg-test-page.h"

#include <math.h>

static void
test_names_info (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;

  sg_registry_set_info (registry, "app", "I.", "version", "1", "os", "x", NULL);
  sg_registry_set_info (registry, "app_info", "I.", "version", "2", "os", "x", NULL);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);
  g_assert_cmpstr (page, ==,
                   "# HELP app_info I.\n# TYPE app_info gauge\n"
                   "app_info{version=\"2\",os=\"x\"} 1\n");
}

/* Known at 0 from the start. */
static void
test_names_zero (void)
{
  static const double bounds[] = { 1 };
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *page = NULL;

  sg_registry_counter (registry, "a_total", "A.");
  sg_registry_gauge (registry, "b", "B.");
  sg_registry_histogram (registry, "c", "C.", bounds, 1);
  sg_registry_counter_family (registry, "d_total", "D.", "x", NULL);
  page = sg_test_page (registry, SG_EXPOSITION_TEXT_0_0_4, FALSE);
  g_assert_cmpstr (page, ==,
                   "# HELP a_total A.\n# TYPE a_total counter\na_total 0\n"
                   "# HELP b B.\n# TYPE b gauge\nb 0\n"
                   "# HELP c C.\n# TYPE c histogram\nc_bucket{le=\"1\"} 0\n"
                   "c_bucket{le=\"+Inf\"} 0\nc_sum 0\nc_count 0\n"
                   "# HELP d_total D.\n# TYPE d_total counter\n");
}

static void
test_names_abort (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());

      sg_registry_counter (registry, "a_total", "A.");
      sg_registry_gauge (registry, "a_total", "A.");
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*metrics: metric \"a_total\" is there already, as counter*");
}

static void
test_names_by_name (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autoptr (GError) error = NULL;
  SgFamily *family;

  g_assert_true (sg_registry_increment (
      registry, "events_total", SG_VALUES ("event_type", "signup", "site", "a"), 1, &error));
  g_assert_true (sg_registry_increment (
      registry, "events_total", SG_VALUES ("site", "a", "event_type", "signup"), 2, &error));
  g_assert_true (sg_registry_set (registry, "active_connections", NULL, 42, &error));
  g_assert_true (sg_registry_observe (registry, "operation_duration_seconds", NULL, 1.5, &error));
  g_assert_no_error (error);
  family = sg_registry_find_family (registry, "events_total");
  g_assert_true (sg_counter_get (sg_family_counter (family, SG_VALUES ("signup", "a"))) == 3);
  family = sg_registry_find_family (registry, "active_connections");
  g_assert_true (sg_gauge_get (sg_family_gauge (family, NULL)) == 42);
  family = sg_registry_find_family (registry, "operation_duration_seconds");
  g_assert_true (sg_histogram_get_sum (sg_family_histogram (family, NULL)) == 1.5);
}

static void
test_names_observe_summary (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  SgSummary summary = sg_registry_summary (registry, "size_bytes", "S.");

  g_assert_true (sg_registry_observe (registry, "size_bytes", NULL, 5, NULL));
  g_assert_cmpuint (sg_summary_get_count (summary), ==, 1);
}

static void
assert_refused (gboolean    result,
                GError     *error,
                const char *message)
{
  g_assert_false (result);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, message);
  g_error_free (error);
}

static void
test_names_refused (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  GError *error = NULL;
  gboolean result;

  sg_registry_counter_family (registry, "a_total", "A.", "x", "y", NULL);
  result = sg_registry_set (registry, "a_total", SG_VALUES ("x", "1", "y", "2"), 1, &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"a_total\" is a counter, not a gauge: use another name");
  result = sg_registry_increment (registry, "a_total", SG_VALUES ("x", "1"), 1, &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"a_total\": the labels are not those of the family, each once");
  result = sg_registry_increment (registry, "a_total", SG_VALUES ("x", "1", "x", "2"), 1, &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"a_total\": the labels are not those of the family, each once");
  result = sg_registry_increment (registry, "a_total", SG_VALUES ("x", "1", "y", "2", "z", "3"), 1,
                                  &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"a_total\": there are more labels than the family has");
  result = sg_registry_increment (registry, "a_total", SG_VALUES ("x", "1", "y"), 1, &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"a_total\": its last label has no value: give names and values");
  result = sg_registry_increment (registry, "b_total", NULL, -1, &error);
  assert_refused (result, g_steal_pointer (&error),
                  "metric \"b_total\": a counter cannot be increased by -1: use a gauge");
  result = sg_registry_set (registry, "b", SG_VALUES ("__x", "1"), 1, &error);
  assert_refused (
      result, g_steal_pointer (&error),
      "metric \"b\": the label \"__x\" begins with \"__\", which is reserved: rename it");
  g_assert_false (sg_registry_increment (registry, "b_total", NULL, NAN, NULL));
  g_assert_null (sg_registry_find_family (registry, "b_total"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry-names/info", test_names_info);
  g_test_add_func ("/registry-names/zero", test_names_zero);
  g_test_add_func ("/registry-names/abort", test_names_abort);
  g_test_add_func ("/registry-names/by-name", test_names_by_name);
  g_test_add_func ("/registry-names/observe-summary", test_names_observe_summary);
  g_test_add_func ("/registry-names/refused", test_names_refused);
  return g_test_run ();
}
