/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/sg-rule-check.h"

#include "tools/sg-test-peer.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * Each file is checked here and by promtool, where it is installed: they agree on which are good.
 */

typedef struct
{
  const char *text;
  const char *problems[4];
  gboolean not_for_promtool;
} Case;

#define RULES "groups:\n- name: g\n  rules:\n"

/* @problems: what the report has, behind the path, each in a line of its own; none where the file is good */
static const Case cases[] = {
  { "", { NULL } },
  { "groups:\n", { NULL } },
  { "groups: []\n", { NULL } },
  { "groups:\n- name: g\n", { NULL } },
  { "groups:\n- name: g\n  interval: 30s\n  limit: 5\n  rules: []\n", { NULL } },
  { RULES "  - record: a:b\n    expr: rate(c[5m])\n    labels: {d: e}\n", { NULL } },
  { RULES "  - alert: Any Name\n    expr: up == 0\n    for: 5m\n    labels: {severity: page}\n"
          "    annotations: {summary: '{{ $labels.job }} is down: {{ $value }}'}\n",
    { NULL } },
  { RULES "  - alert: a\n    expr: |\n      sum by (x) (\n        rate(a[5m])\n      ) > 0\n",
    { NULL } },
  { RULES "  - alert: a\n    expr: up\n    keep_firing_for: 5m\n", { NULL }, TRUE },
  { RULES "  - {record: a, expr: b}\n  - {record: a, expr: c}\n", { NULL } },
  { "alert_rules:\n- alerts.yml\n",
    { ":2:1: there is no key alert_rules: write “groups:”, a list of groups, each with a name and a "
      "list of rules" } },
  { "group: []\n", { ":1:1: unknown key \"group\"" } },
  { "groups: {}\n", { ":1:9: " } },
  { "groups:\n- rules: []\n", { ":2:3: a group has no name: give it one" } },
  { "groups:\n- name: a\n- name: a\n",
    { ":3:3: there are two groups “a”: give one of them another name" } },
  { "groups:\n- {name: a, interval: soon}\n", { ":2:23: " } },
  { "groups:\n- {name: a, rule: []}\n", { ":2:13: unknown key \"rule\"" } },
  { RULES "  - record: x\n    expr: rate(a[5m)\n  - record: a b\n    expr: up\n    for: 1m\n",
    { ":5:11: group “g”, rule 1, “x”: could not parse expression: 1:10: parse error: ",
      ":8:10: group “g”, rule 2, “a b”: for is for alerts: a rule that records has none",
      ":6:13: group “g”, rule 2, “a b”: “a b” is no name of a metric: use letters, digits, _ and :" } },
  { RULES "  - expr: up\n", { ":4:5: group “g”, rule 1, “”: it has neither record nor alert" } },
  { RULES "  - {record: a, alert: b, expr: up}\n",
    { ":4:5: group “g”, rule 1, “a”: it has both record and alert: make two rules of it" } },
  { RULES "  - alert: a\n", { ":4:5: group “g”, rule 1, “a”: it has no expr" } },
  { RULES "  - alert: a\n    expr: up\n    fr: 5m\n", { ":6:5: unknown key \"fr\"" } },
  { RULES "  - alert: a\n    expr: up\n    labels: {a-b: c, __name__: d}\n"
          "    annotations: {e: '{{ $value '}\n",
    { ":6:14: group “g”, rule 1, “a”: “a-b” is no label name",
      ":6:22: group “g”, rule 1, “a”: “__name__” is no label name",
      ":7:22: group “g”, rule 1, “a”: the template of the annotation “e” has a {{ that is not "
      "closed: write }}" } },
  { RULES "  - record: a\n    expr: sum(up\n", { "could not parse expression: 1:" } },
  { RULES "  - record: a\n    expr: rate(up)\n", { "could not parse expression: 1:" } },
};

static gboolean
promtool_accepts (const char *path)
{
  const char *const argv[] = { "promtool", "check", "rules", path, NULL };
  g_autofree char *output = NULL;

  return sg_test_run_program (argv, "", &output) == 0;
}

static void
check_case (const Case *c,
            const char *path,
            gboolean    has_promtool)
{
  g_autoptr (GString) report = g_string_new (NULL);
  gboolean expected = c->problems[0] == NULL;
  gboolean good;

  g_assert_true (g_file_set_contents (path, c->text, -1, NULL));
  good = sg_rule_check_file (path, report);
  g_test_message ("%s%s", c->text, report->str);
  g_assert_true (good == expected);
  for (guint i = 0; i < G_N_ELEMENTS (c->problems) && c->problems[i] != NULL; i++)
    g_assert_nonnull (strstr (report->str, c->problems[i]));
  if (has_promtool && !c->not_for_promtool)
    g_assert_true (promtool_accepts (path) == expected);
}

static void
test_rule_check_cases (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-rules-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "rules.yml", NULL);
  g_autofree char *promtool = g_find_program_in_path ("promtool");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_case (&cases[i], path, promtool != NULL);
  sg_test_remove_folder (folder);
}

static void
test_rule_check_counts (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-rules-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "rules.yml", NULL);
  g_autoptr (GString) report = g_string_new (NULL);

  g_assert_true (g_file_set_contents (
      path, RULES "  - {record: a, expr: b}\n  - {record: a, expr: c}\n", -1, NULL));
  g_assert_true (sg_rule_check_file (path, report));
  g_assert_nonnull (strstr (report->str, "  WARNING: 1 rules have the name and the labels"));
  g_assert_nonnull (strstr (report->str, "  SUCCESS: 2 rules found\n"));
  g_string_truncate (report, 0);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_false (sg_rule_check_file (path, report));
  g_assert_nonnull (strstr (report->str, "  FAILED:\n"));
  sg_test_remove_folder (folder);
}

/* The rules that are installed. */
static void
test_rule_check_installed (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "..", "data", "rules", "system.yml", NULL);
  g_autofree char *promtool = g_find_program_in_path ("promtool");
  g_autoptr (GString) report = g_string_new (NULL);

  g_assert_true (sg_rule_check_file (path, report));
  g_assert_nonnull (strstr (report->str, "  SUCCESS: 5 rules found\n"));
  g_assert_null (strstr (report->str, "WARNING"));
  if (promtool != NULL)
    g_assert_true (promtool_accepts (path));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule-check/cases", test_rule_check_cases);
  g_test_add_func ("/rule-check/counts", test_rule_check_counts);
  g_test_add_func ("/rule-check/installed", test_rule_check_installed);
  return g_test_run ();
}
