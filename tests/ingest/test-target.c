/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-target.h"

/* From what is written to what is scraped. */
typedef struct
{
  const char *job;
  const char *discovered;
  const char *labels;
  const char *url;
  const char *error;
} Case;

#define STATIC "static_configs: [{targets: ['h:1'], labels: {zone: z}}]"
#define DEFAULTS                                                                     \
  "__metrics_path__=\"/metrics\", __scheme__=\"http\", __scrape_interval__=\"1m\", " \
  "__scrape_timeout__=\"10s\""

static const Case cases[] = {
  { STATIC, "{__address__=\"h:1\", " DEFAULTS ", job=\"a\", zone=\"z\"}",
    "{instance=\"h:1\", job=\"a\", zone=\"z\"}", "http://h:1/metrics", NULL },
  { "scheme: https\n  metrics_path: /a b?c\n  params: {q: ['x y', z], e: []}\n  " STATIC, NULL,
    "{instance=\"h:1\", job=\"a\", zone=\"z\"}", "https://h:1/a%20b%3Fc?q=x%20y&q=z", NULL },
  { STATIC "\n  relabel_configs: [{source_labels: [zone], target_label: __address__, "
           "replacement: '$1:9'}, {target_label: __param_q, replacement: r}]",
    NULL, "{instance=\"z:9\", job=\"a\", zone=\"z\"}", "http://z:9/metrics?q=r", NULL },
  { STATIC "\n  relabel_configs: [{target_label: instance, replacement: me}, "
           "{target_label: __tmp_x, replacement: y}, {regex: zone, action: labeldrop}]",
    NULL, "{instance=\"me\", job=\"a\"}", "http://h:1/metrics", NULL },
  { STATIC "\n  relabel_configs: [{source_labels: [zone], regex: z, action: drop}]", NULL, NULL,
    NULL, NULL },
  { STATIC "\n  relabel_configs: [{target_label: __scrape_interval__, replacement: 5s}]", NULL,
    NULL, NULL, "scrape timeout cannot be greater than scrape interval (“10s” > “5s”)" },
  { STATIC "\n  relabel_configs: [{target_label: __scrape_timeout__, replacement: soon}]", NULL,
    NULL, NULL, "__scrape_timeout__ is “soon”: write a duration above zero, as 15s" },
  { STATIC "\n  relabel_configs: [{target_label: __address__, replacement: ''}]", NULL, NULL, NULL,
    "no address: the label __address__ is empty after relabelling" },
};

static void
check_target (const Case     *c,
              const SgTarget *target)
{
  g_autofree char *labels = NULL;

  if (c->labels == NULL)
    {
      g_assert_null (target);
      return;
    }
  labels = sg_labels_to_string (target->labels);
  g_assert_cmpstr (labels, ==, c->labels);
  g_assert_cmpstr (target->url, ==, c->url);
}

static void
test_target_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autofree char *text = g_strdup_printf ("scrape_configs:\n- job_name: a\n  %s\n", c->job);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgConfig) config = sg_config_parse ("p.yml", text, -1, &error);
      g_autoptr (SgTarget) target = NULL;
      g_autoptr (SgLabels) discovered = NULL;
      g_autofree char *before = NULL;
      const SgScrapeConfig *job;
      const SgTargetGroup *group;

      g_assert_no_error (error);
      job = config->scrape->pdata[0];
      group = job->discovery.static_groups->pdata[0];
      if (!sg_target_make (job, group->targets->pdata[0], group->labels, &target, &discovered,
                           &error))
        g_assert_cmpstr (error->message, ==, c->error);
      else
        g_assert_null (c->error);
      before = sg_labels_to_string (discovered);
      if (c->discovered != NULL)
        g_assert_cmpstr (before, ==, c->discovered);
      check_target (c, target);
    }
}

/* The labels of a target win over those of its group, and both over the job's. */
static void
test_target_order (void)
{
  g_autoptr (SgConfig) config =
      sg_config_parse ("p.yml", "scrape_configs: [{job_name: a}]", -1, NULL);
  g_autoptr (SgLabels) found = sg_labels_new_from_pairs ("__address__", "h:1", "x", "target", NULL);
  g_autoptr (SgLabels) group =
      sg_labels_new_from_pairs ("job", "group", "x", "group", "y", "group", NULL);
  g_autoptr (SgTarget) target = NULL;
  g_autoptr (SgLabels) discovered = NULL;
  g_autofree char *labels = NULL;

  g_assert_true (
      sg_target_make (config->scrape->pdata[0], found, group, &target, &discovered, NULL));
  labels = sg_labels_to_string (target->labels);
  g_assert_cmpstr (labels, ==, "{instance=\"h:1\", job=\"group\", x=\"target\", y=\"group\"}");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/target/cases", test_target_cases);
  g_test_add_func ("/target/order", test_target_order);
  return g_test_run ();
}
