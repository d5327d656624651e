/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "ingest/config/sg-config.h"

#include <string.h>

/*
 * The first line is a label set, the rest the rules, as a list in flow style. What comes out is a label
 * set like any other: sorted, none twice, none empty, all of it UTF-8; and the same each time.
 */
static void
check_labels (const SgLabels *labels)
{
  for (guint i = 0; i < labels->n_labels; i++)
    {
      g_assert_cmpstr (labels->labels[i].value, !=, "");
      g_assert_true (g_utf8_validate (labels->labels[i].name, -1, NULL));
      g_assert_true (g_utf8_validate (labels->labels[i].value, -1, NULL));
      if (i > 0)
        g_assert_cmpint (strcmp (labels->labels[i - 1].name, labels->labels[i].name), <, 0);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const guint8 *line = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize length = line != NULL ? (gsize) (line - data) : 0;
  g_autofree char *text = g_strndup ((const char *) data, length);
  g_autoptr (SgLabels) labels = sg_labels_parse (text, NULL);
  g_autoptr (GString) config_text =
      g_string_new ("scrape_configs: [{job_name: a, relabel_configs: ");
  g_autoptr (SgConfig) config = NULL;
  g_autoptr (SgLabels) once = NULL;
  g_autoptr (SgLabels) twice = NULL;
  const SgScrapeConfig *job;

  if (line == NULL || labels == NULL)
    return 0;
  g_string_append_len (config_text, (const char *) line + 1, (gssize) (size - length - 1));
  g_string_append (config_text, "}]\n");
  if (strstr (config_text->str, "_files") != NULL)
    return 0;
  config = sg_config_parse ("f", config_text->str, (gssize) config_text->len, NULL);
  if (config == NULL || config->scrape->len == 0)
    return 0;
  job = config->scrape->pdata[0];
  if (job->relabel == NULL)
    return 0;
  once = sg_relabel_apply (job->relabel, labels);
  twice = sg_relabel_apply (job->relabel, labels);
  g_assert_true ((once == NULL) == (twice == NULL));
  if (once == NULL)
    return 0;
  check_labels (once);
  g_assert_true (sg_labels_equal (once, twice));
  return 0;
}
