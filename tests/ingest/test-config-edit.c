/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-edit.h"

#include "ingest/config/sg-config.h"

/* What was written by hand stays as it was, but for the one target. */
typedef struct
{
  const char *before;
  const char *verb;
  const char *job;
  const char *address;
  const char *other;
  const char *labels;
  const char *after;
} Case;

#define TWO                      \
  "# mine\nscrape_configs:\n"    \
  "- job_name: a  # the first\n" \
  "  static_configs:\n"          \
  "  - targets:\n"               \
  "    - h:1  # one\n"           \
  "    - h:2\n"                  \
  "    labels: {zone: z}\n"

static const Case cases[] = {
  { "", "add", "a", "h:1", NULL, "{}",
    "scrape_configs:\n- job_name: a\n  static_configs:\n  - targets: [h:1]\n" },
  { TWO, "add", "a", "h:3", NULL, "{zone=\"z\"}",
    "# mine\nscrape_configs:\n- job_name: a  # the first\n  static_configs:\n  - targets:\n"
    "    - h:1  # one\n    - h:2\n    - h:3\n    labels: {zone: z}\n" },
  { TWO, "remove", "a", "h:2", NULL, NULL,
    "# mine\nscrape_configs:\n- job_name: a  # the first\n  static_configs:\n  - targets:\n"
    "    - h:1  # one\n    labels: {zone: z}\n" },
  { TWO, "change", "a", "h:2", "h:9", NULL,
    "# mine\nscrape_configs:\n- job_name: a  # the first\n  static_configs:\n  - targets:\n"
    "    - h:1  # one\n    - h:9\n    labels: {zone: z}\n" },
};

static SgYaml *
run (const Case  *c,
     SgYaml      *yaml,
     GError     **error)
{
  g_autoptr (SgLabels) labels = c->labels != NULL ? sg_labels_parse (c->labels, NULL) : NULL;

  if (g_str_equal (c->verb, "add"))
    return sg_config_edit_add_target (yaml, c->job, c->address, labels, error);
  if (g_str_equal (c->verb, "remove"))
    return sg_config_edit_remove_target (yaml, c->job, c->address, error);
  return sg_config_edit_change_target (yaml, c->job, c->address, c->other, labels, error);
}

static void
test_edit_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgYaml) yaml = sg_yaml_parse ("p.yml", cases[i].before, -1, &error);
      g_autoptr (SgYaml) edited = run (&cases[i], yaml, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (sg_yaml_get_text (edited, NULL), ==, cases[i].after);
    }
}

/* Whatever is done in whatever order, the configuration has the targets that it should have. */
static void
test_edit_many (void)
{
  g_autoptr (SgYaml) yaml = sg_yaml_parse ("p.yml", "global: {}\n", -1, NULL);
  g_autoptr (SgLabels) none = sg_labels_ref (sg_labels_get_empty ());
  g_autoptr (SgLabels) some = sg_labels_new_from_pairs ("zone", "it's", "b", "yes", NULL);
  g_autoptr (SgConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  const SgScrapeConfig *job;
  const SgTargetGroup *group;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *address = g_strdup_printf ("h:%u", i);
      SgYaml *next = sg_config_edit_add_target (yaml, i % 2 == 0 ? "a" : "b b", address,
                                                i % 3 == 0 ? some : none, &error);

      g_assert_no_error (error);
      sg_yaml_unref (yaml);
      yaml = next;
    }
  for (guint i = 2; i < 20; i++)
    {
      g_autofree char *address = g_strdup_printf ("h:%u", i);
      SgYaml *next = sg_config_edit_remove_target (yaml, i % 2 == 0 ? "a" : "b b", address, &error);

      g_assert_no_error (error);
      sg_yaml_unref (yaml);
      yaml = next;
    }
  config = sg_config_parse ("p.yml", sg_yaml_get_text (yaml, NULL), -1, &error);
  g_assert_no_error (error);
  job = sg_config_find_job (config, "a");
  g_assert_cmpuint (job->discovery.static_groups->len, ==, 1);
  group = job->discovery.static_groups->pdata[0];
  g_assert_cmpuint (group->targets->len, ==, 1);
  g_assert_cmpstr (sg_labels_get (group->labels, "zone"), ==, "it's");
  g_assert_cmpstr (sg_labels_get (group->targets->pdata[0], "__address__"), ==, "h:0");
}

static void
test_edit_missing (void)
{
  g_autoptr (SgYaml) yaml = sg_yaml_parse ("p.yml", TWO, -1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_config_edit_remove_target (yaml, "a", "h:7", &error));
  g_assert_cmpstr (error->message, ==,
                   "the configuration has no target “h:7” of the job “a” in its static_configs: it "
                   "comes from elsewhere, and is changed there");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config-edit/cases", test_edit_cases);
  g_test_add_func ("/config-edit/many", test_edit_many);
  g_test_add_func ("/config-edit/missing", test_edit_missing);
  return g_test_run ();
}
