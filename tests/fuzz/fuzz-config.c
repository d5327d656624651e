/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "ingest/config/sg-config-edit.h"
#include "ingest/config/sg-config.h"
#include "ingest/scrape/sg-target.h"

#include <string.h>

/* What a configuration says is checked, so that targets made of it are whole or refused with a reason. */
static void
try_targets (const SgScrapeConfig *job)
{
  const GPtrArray *groups = job->discovery.static_groups;

  g_assert_cmpint (job->scrape_timeout_ms, <=, job->scrape_interval_ms);
  g_assert_cmpstr (job->job_name, !=, "");
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const SgTargetGroup *group = groups->pdata[i];

      for (guint j = 0; j < group->targets->len; j++)
        {
          g_autoptr (SgTarget) target = NULL;
          g_autoptr (SgLabels) discovered = NULL;
          g_autoptr (GError) error = NULL;

          if (!sg_target_make (job, group->targets->pdata[j], group->labels, &target, &discovered,
                               &error))
            g_assert_nonnull (error);
          g_assert_nonnull (discovered);
          if (target != NULL)
            g_assert_cmpstr (sg_labels_get (target->labels, "__address__"), ==, "");
        }
    }
}

/* A target that was added is there, and goes again. */
static void
try_edit (const SgConfig *config)
{
  const char *job =
      config->scrape->len > 0 ? ((SgScrapeConfig *) config->scrape->pdata[0])->job_name : "new";
  g_autoptr (SgYaml) added =
      sg_config_edit_add_target (config->yaml, job, "fuzz:1", sg_labels_get_empty (), NULL);
  g_autoptr (SgYaml) removed = NULL;

  if (added == NULL)
    return;
  removed = sg_config_edit_remove_target (added, job, "fuzz:1", NULL);
  if (removed != NULL)
    {
      g_autoptr (SgConfig) again =
          sg_config_parse ("f", sg_yaml_get_text (removed, NULL), -1, NULL);

      g_assert_nonnull (again);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgConfig) config = NULL;

  /* Other files are not the input. */
  if (memmem (data, size, "_files", 6) != NULL)
    return 0;
  config = sg_config_parse ("f", (const char *) data, (gssize) size, &error);
  if (config == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "f:"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  for (guint i = 0; i < config->scrape->len; i++)
    try_targets (config->scrape->pdata[i]);
  for (guint i = 0; i < config->scrape->len; i++)
    g_assert_true (sg_scrape_config_equal (config->scrape->pdata[i], config->scrape->pdata[i]));
  try_edit (config);
  return 0;
}
