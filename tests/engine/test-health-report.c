/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-health-report-private.h"

#include <json-glib/json-glib.h>

static SgHealthReport *
report_from_levels (const SgLevel *levels,
                    guint          n_levels)
{
  GArray *checks = g_array_new (FALSE, TRUE, sizeof (SgHealthCheck));

  for (guint i = 0; i < n_levels; i++)
    {
      SgHealthCheck check = { g_strdup_printf ("check%u", i), levels[i], g_strdup ("so \"so\""),
                              1500 };

      g_array_append_val (checks, check);
    }
  return sg_health_report_new_take (checks, (SgTimeNs) { G_GINT64_CONSTANT (1700000000123456789) });
}

static void
test_report_worst (void)
{
  static const SgLevel levels[] = { SG_LEVEL_HEALTHY, SG_LEVEL_UNKNOWN, SG_LEVEL_DEGRADED,
                                    SG_LEVEL_UNHEALTHY };
  static const SgLevel worst[] = { SG_LEVEL_UNKNOWN, SG_LEVEL_HEALTHY, SG_LEVEL_UNKNOWN,
                                   SG_LEVEL_DEGRADED, SG_LEVEL_UNHEALTHY };

  for (guint n = 0; n <= G_N_ELEMENTS (levels); n++)
    {
      g_autoptr (SgHealthReport) report = report_from_levels (levels, n);

      g_assert_cmpint (report->level, ==, worst[n]);
    }
}

static void
test_report_json (void)
{
  static const SgLevel levels[] = { SG_LEVEL_HEALTHY, SG_LEVEL_DEGRADED };
  g_autoptr (SgHealthReport) report = report_from_levels (levels, 2);
  g_autofree char *json = sg_health_report_to_json (report);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonObject *object = json_node_get_object (root);
  JsonObject *checks = json_object_get_object_member (object, "checks");
  JsonObject *check = json_object_get_object_member (checks, "check1");

  g_assert_cmpstr (json_object_get_string_member (object, "status"), ==, "degraded");
  g_assert_cmpstr (json_object_get_string_member (object, "timestamp"), ==,
                   "2023-11-14T22:13:20.123Z");
  g_assert_cmpuint (json_object_get_size (checks), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (check, "status"), ==, "degraded");
  g_assert_cmpstr (json_object_get_string_member (check, "message"), ==, "so \"so\"");
  g_assert_cmpfloat (json_object_get_double_member (check, "duration_ms"), ==, 1.5);
}

static void
test_level_text (void)
{
  SgLevel level = SG_LEVEL_UNKNOWN;

  g_assert_true (sg_level_from_string ("Critical", &level));
  g_assert_cmpint (level, ==, SG_LEVEL_UNHEALTHY);
  g_assert_true (sg_level_from_string ("degraded", &level));
  g_assert_cmpint (level, ==, SG_LEVEL_DEGRADED);
  g_assert_false (sg_level_from_string ("so-so", &level));
  g_assert_cmpint (level, ==, SG_LEVEL_DEGRADED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health-report/worst", test_report_worst);
  g_test_add_func ("/health-report/json", test_report_json);
  g_test_add_func ("/level/text", test_level_text);
  return g_test_run ();
}
