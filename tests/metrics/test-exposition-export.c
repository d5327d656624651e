/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-test-page.h"

#include <json-glib/json-glib.h>
#include <math.h>

static SgRegistry *
make_registry (void)
{
  static const double bounds[] = { 0.5, 1000000 };
  static const SgQuantile quantiles[] = { { 0.5, 0.05 } };
  g_autoptr (SgLabels) constant = sg_labels_new_from_pairs ("site", "x", NULL);
  SgRegistry *registry = sg_registry_new_with_labels (sg_clock_get_system (), constant, NULL);
  SgFamily *family = sg_registry_counter_family (registry, "a.total", "With \"q\",\n.", "l", NULL);
  SgFamilySpec spec = {
    .kind = SG_METRIC_SUMMARY,
    .name = "c",
    .quantiles = quantiles,
    .n_quantiles = 1,
  };
  SgHistogram histogram = sg_registry_histogram (registry, "b", "B.", bounds, 2);

  sg_counter_inc (sg_family_counter (family, SG_VALUES ("v\"\\\n\x01,é")));
  sg_counter_add (sg_family_counter (family, SG_VALUES ("w")), 0.5);
  sg_histogram_observe (histogram, 0.25);
  sg_histogram_observe (histogram, INFINITY);
  sg_registry_add_family_spec (registry, &spec, NULL);
  sg_registry_set_info (registry, "d", "D.", "k", "v", NULL);
  return registry;
}

static char *export(SgExpositionFormat format)
{
  g_autoptr (SgRegistry) registry = make_registry ();
  g_autoptr (GBytes) bytes = sg_exposition_write (registry, format);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static const char expected_json[] =
    "[\n"
    "{\"name\":\"a.total\",\"help\":\"With \\\"q\\\",\\u000a.\",\"type\":\"COUNTER\",\"metrics\":[\n"
    "{\"labels\":{\"site\":\"x\",\"l\":\"v\\\"\\\\\\u000a\\u0001,é\"},\"value\":\"1\"},\n"
    "{\"labels\":{\"site\":\"x\",\"l\":\"w\"},\"value\":\"0.5\"}]},\n"
    "{\"name\":\"b\",\"help\":\"B.\",\"type\":\"HISTOGRAM\",\"metrics\":[\n"
    "{\"labels\":{\"site\":\"x\"},\"buckets\":{\"0.5\":\"1\",\"1e+06\":\"1\",\"+Inf\":\"2\"},"
    "\"count\":\"2\",\"sum\":\"+Inf\"}]},\n"
    "{\"name\":\"c\",\"help\":\"\",\"type\":\"SUMMARY\",\"metrics\":[\n"
    "{\"labels\":{\"site\":\"x\"},\"quantiles\":{\"0.5\":\"NaN\"},\"count\":\"0\",\"sum\":\"0\"}]},\n"
    "{\"name\":\"d_info\",\"help\":\"D.\",\"type\":\"GAUGE\",\"metrics\":[\n"
    "{\"labels\":{\"site\":\"x\",\"k\":\"v\"},\"value\":\"1\"}]},\n";

static void
test_export_json (void)
{
  g_autofree char *json = export(SG_EXPOSITION_JSON);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *families;
  JsonObject *family;

  g_assert_true (g_str_has_prefix (json, expected_json));
  json_parser_load_from_data (parser, json, -1, &error);
  g_assert_no_error (error);
  families = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (families), ==, 6);
  family = json_array_get_object_element (families, 0);
  g_assert_cmpstr (json_object_get_string_member (family, "help"), ==, "With \"q\",\n.");
}

static const char expected_csv[] =
    "name,labels,value,type\r\n"
    "a.total,\"{site=\"\"x\"\",l=\"\"v\\\"\"\\\\\\n\x01,é\"\"}\",1,counter\r\n"
    "a.total,\"{site=\"\"x\"\",l=\"\"w\"\"}\",0.5,counter\r\n"
    "b_bucket,\"{site=\"\"x\"\",le=\"\"0.5\"\"}\",1,histogram\r\n"
    "b_bucket,\"{site=\"\"x\"\",le=\"\"1e+06\"\"}\",1,histogram\r\n"
    "b_bucket,\"{site=\"\"x\"\",le=\"\"+Inf\"\"}\",2,histogram\r\n"
    "b_sum,\"{site=\"\"x\"\"}\",+Inf,histogram\r\n"
    "b_count,\"{site=\"\"x\"\"}\",2,histogram\r\n"
    "c,\"{site=\"\"x\"\",quantile=\"\"0.5\"\"}\",NaN,summary\r\n"
    "c_sum,\"{site=\"\"x\"\"}\",0,summary\r\n"
    "c_count,\"{site=\"\"x\"\"}\",0,summary\r\n"
    "d_info,\"{site=\"\"x\"\",k=\"\"v\"\"}\",1,info\r\n";

static void
test_export_csv (void)
{
  g_autofree char *csv = export(SG_EXPOSITION_CSV);

  g_assert_true (g_str_has_prefix (csv, expected_csv));
  g_assert_true (g_str_has_suffix (csv, "\r\n"));
}

/* Without constant labels, what has no labels has an empty field, or no member. */
static void
test_export_no_labels (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  g_autofree char *csv = NULL;
  g_autofree char *json = NULL;

  sg_registry_gauge (registry, "a", "A.");
  csv = sg_test_page (registry, SG_EXPOSITION_CSV, FALSE);
  json = sg_test_page (registry, SG_EXPOSITION_JSON, FALSE);
  g_assert_cmpstr (csv, ==, "name,labels,value,type\r\na,,0,gauge\r\n");
  g_assert_nonnull (strstr (json, "\"metrics\":[\n{\"value\":\"0\"}]}"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exposition-export/json", test_export_json);
  g_test_add_func ("/exposition-export/csv", test_export_csv);
  g_test_add_func ("/exposition-export/no-labels", test_export_no_labels);
  return g_test_run ();
}
