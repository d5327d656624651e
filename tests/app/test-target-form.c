/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-target-form.h"

#include <string.h>

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *part;
  } cases[] = {
    { "localhost:9100", NULL },
    { "10.0.0.1:80", NULL },
    { "[::1]:9100", NULL },
    { "db.example.org:65535", NULL },
    { "", "" },
    { "http://localhost:9100", "scheme" },
    { "localhost:9100/metrics", "metrics_path" },
    { "localhost", "port as well" },
    { "localhost:", "port as well" },
    { "localhost:0", "1 to 65535" },
    { "localhost:65536", "1 to 65535" },
    { "localhost:port", "1 to 65535" },
    { "a host:80", "no spaces" },
    { "user@host:80", "no spaces" },
    { ":80", "host:port" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *problem = sg_target_form_check_address (cases[i].text);

      g_test_message ("%s", cases[i].text);
      if (cases[i].part == NULL)
        g_assert_null (problem);
      else
        g_assert_nonnull (strstr (problem, cases[i].part));
    }
}

static void
test_jobs (void)
{
  g_autofree char *empty = sg_target_form_check_job ("");
  g_autofree char *good = sg_target_form_check_job ("my shop");
  g_autofree char *spaced = sg_target_form_check_job (" shop");

  g_assert_cmpstr (empty, ==, "");
  g_assert_null (good);
  g_assert_nonnull (spaced);
}

static void
test_labels (void)
{
  static const struct
  {
    const char *text;
    const char *labels;
    const char *part;
  } cases[] = {
    { "", "{}", NULL },
    { "team=web", "{team=\"web\"}", NULL },
    { " team = web , env=live,", "{env=\"live\", team=\"web\"}", NULL },
    { "team=\"a, \\\"b\\\"\"", "{team=\"a, \\\"b\\\"\"}", NULL },
    { "team", NULL, "team=value" },
    { "team=", NULL, "no value" },
    { "team=\"web", NULL, "closing quote" },
    { "team=\"web\" env=live", NULL, "comma" },
    { "te-am=web", NULL, "te-am" },
    { "__address__=x", NULL, "__address__" },
    { "team=a, team=b", NULL, "twice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *problem = NULL;
      g_autoptr (SgLabels) labels = sg_target_form_parse_labels (cases[i].text, &problem);

      g_test_message ("%s", cases[i].text);
      if (cases[i].labels != NULL)
        {
          g_autofree char *text = sg_labels_to_string (labels);

          g_assert_null (problem);
          g_assert_cmpstr (text, ==, cases[i].labels);
        }
      else
        {
          g_assert_null (labels);
          g_assert_nonnull (strstr (problem, cases[i].part));
        }
    }
}

/* What is written for a target is read again as the same. */
static void
test_round (void)
{
  g_autoptr (SgLabels) labels = sg_labels_parse ("{env=\"l\\\\i\\\"ve\", team=\"a, b\"}", NULL);
  g_autofree char *text = sg_target_form_write_labels (labels);
  g_autofree char *problem = NULL;
  g_autoptr (SgLabels) again = sg_target_form_parse_labels (text, &problem);

  g_assert_null (problem);
  g_assert_true (sg_labels_equal (labels, again));
}

static void
test_status (void)
{
  g_autoptr (SgTargetStatus) status = sg_target_status_new ();
  g_autoptr (SgLabels) own = NULL;
  g_autofree char *text = NULL;
  g_autofree char *curl = NULL;

  status->url = g_strdup ("http://localhost:9100/metrics?a=b&c='d'");
  status->timeout_ms = 10000;
  status->discovered = sg_labels_parse (
      "{__address__=\"localhost:9100\", __scheme__=\"http\", job=\"node\", team=\"web\"}", NULL);
  own = sg_target_form_own_labels (status);
  text = sg_labels_to_string (own);
  curl = sg_target_form_make_curl (status);
  g_assert_cmpstr (text, ==, "{team=\"web\"}");
  g_assert_true (sg_target_form_is_written (status));
  g_assert_true (g_str_has_suffix (curl, " 'http://localhost:9100/metrics?a=b&c='\\''d'\\'''"));
  g_assert_nonnull (strstr (curl, "--max-time 10 "));
  sg_labels_unref (status->discovered);
  status->discovered =
      sg_labels_parse ("{__address__=\"a:1\", __meta_filepath=\"/etc/targets.json\"}", NULL);
  g_assert_false (sg_target_form_is_written (status));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/target-form/addresses", test_addresses);
  g_test_add_func ("/app/target-form/jobs", test_jobs);
  g_test_add_func ("/app/target-form/labels", test_labels);
  g_test_add_func ("/app/target-form/round", test_round);
  g_test_add_func ("/app/target-form/status", test_status);
  return g_test_run ();
}
