/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#define HEAD "name: x\nroles:\n"

static void
test_good (void)
{
  static const char text[] =
      "name: shop\n"
      "title: The shop\n"
      "namespace: any\n"
      "roles:\n"
      "  operations:\n"
      "    - selector: $namespace_ops_total{tier=\"one\", zone!=\"x\",}\n"
      "      kind: counter\n"
      "      labels: {type: [from, to], status: result}\n"
      "      success: ok\n"
      "      failure: [bad, worse]\n"
      "    - {selector: $namespace_other_total, kind: counter, means: failure}\n"
      "  durations: {selector: $namespace_ms, kind: summary, unit: milliseconds}\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMapping) mapping = sg_mapping_parse ("shop.yml", text, -1, &error);
  const SgMappingPart *part;

  g_assert_no_error (error);
  g_assert_cmpstr (mapping->title, ==, "The shop");
  g_assert_true (mapping->any_namespace);
  g_assert_cmpuint (mapping->parts->len, ==, 3);
  part = mapping->parts->pdata[0];
  g_assert_cmpstr (part->name, ==, "$namespace_ops_total");
  g_assert_cmpstr (part->matchers, ==, "tier=\"one\", zone!=\"x\"");
  g_assert_cmpstr (part->labels[SG_MAPPING_TYPE][1], ==, "to");
  g_assert_cmpstr (part->good[0], ==, "ok");
  g_assert_cmpstr (part->bad[1], ==, "worse");
  part = mapping->parts->pdata[1];
  g_assert_cmpint (part->means, ==, SG_MAPPING_ALWAYS_BAD);
  part = mapping->parts->pdata[2];
  g_assert_cmpint (part->kind, ==, SG_MAPPING_SUMMARY);
  g_assert_cmpfloat (part->factor, ==, 1e-3);
  g_assert_true (sg_mapping_has_role (mapping, SG_ROLE_DURATIONS));
  g_assert_false (sg_mapping_has_role (mapping, SG_ROLE_SIZE));
}

/* What is wrong, where it stands, and what to write. */
static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "roles: {}\n", "m.yml:1:1: it has no name: write “name:” and a word" },
    { "name: x\n", "m.yml:1:1: it says no roles: write “roles:” and what they are" },
    { "name: x\nrolls: {}\n", "m.yml:2:1: " },
    { "name: x\nnamespace: shop\nroles: {}\n",
      "m.yml:2:12: the namespace is “any”, or not there: write “shop” into the selectors" },
    { HEAD "  operation: {}\n",
      "m.yml:3:3: there is no role “operation”: did you mean \"operations\"?" },
    { HEAD "  size: {selector: x}\n",
      "m.yml:3:9: there is no kind: write counter, gauge, histogram or summary" },
    { HEAD "  size: {selector: x, kind: guage}\n",
      "m.yml:3:29: there is no kind of metric “guage”: did you mean \"gauge\"?" },
    { HEAD "  size: {kind: gauge}\n",
      "m.yml:3:9: there is no selector: write the name of the family" },
    { HEAD "  size: {selector: \"x{a=}\", kind: gauge}\n", "m.yml:3:20: “x{a=}” cannot be used: " },
    { HEAD "  size: {selector: '{a=\"b\"}', kind: gauge}\n",
      "m.yml:3:20: “{a=\"b\"}” cannot be used: begin it with the name of the family" },
    { HEAD "  size: {selector: $namespace_x, kind: gauge}\n",
      "m.yml:3:20: “$namespace_x” cannot be used: $namespace needs “namespace: any” above the roles" },
    { HEAD "  size: {selector: x, kind: gauge, unit: bits}\n",
      "m.yml:3:42: there is no unit “bits”: " },
    { HEAD "  size: {selector: x, kind: gauge, labels: {typ: a}}\n", "m.yml:3:45: " },
    { HEAD "  size: {selector: x, kind: gauge, labels: {type: a-b}}\n",
      "m.yml:3:51: “a-b” is no label name: use letters, digits and _" },
    { HEAD "  operations: {selector: x, kind: counter, success: ok}\n",
      "m.yml:3:15: its values are told, but not of which label: add “status” to its labels" },
    { HEAD "  operations: {selector: x, kind: counter, labels: {status: [a, b]}}\n",
      "m.yml:3:15: the status stands in one label, not in several" },
    { HEAD "  operations: {selector: x, kind: counter, means: good}\n",
      "m.yml:3:51: there is no meaning “good”: " },
    { "name: x\nroles: [\n", "m.yml:3:1: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgMapping) mapping = sg_mapping_parse ("m.yml", cases[i].text, -1, &error);

      g_assert_null (mapping);
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      if (!g_str_has_prefix (error->message, cases[i].message))
        g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mapping/good", test_good);
  g_test_add_func ("/mapping/bad", test_bad);
  return g_test_run ();
}
