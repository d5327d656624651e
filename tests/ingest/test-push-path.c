/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/push/sg-push-path.h"

#include "ingest/sg-exposition-parser.h"

typedef struct
{
  const char *rest;
  gboolean base64;
  const char *labels;
  const char *message;
} Case;

static const Case cases[] = {
  { "batch", FALSE, "{job=\"batch\"}", NULL },
  { "batch/instance/a", FALSE, "{instance=\"a\", job=\"batch\"}", NULL },
  { "batch/b/2/a/1", FALSE, "{a=\"1\", b=\"2\", job=\"batch\"}", NULL },
  { "a%20b/x/%C3%A4%2F", FALSE, "{job=\"a b\", x=\"ä/\"}", NULL },
  { "batch/job/other", FALSE, "{job=\"batch\"}", NULL },
  { "batch/x/", FALSE, "{job=\"batch\"}", NULL },
  { "batch/path@base64/L3Zhci90bXA", FALSE, "{job=\"batch\", path=\"/var/tmp\"}", NULL },
  { "batch/path@base64/L3Zhci90bXA=", FALSE, "{job=\"batch\", path=\"/var/tmp\"}", NULL },
  { "batch/path@base64/=", FALSE, "{job=\"batch\"}", NULL },
  { "batch/x@base64/_-8_", FALSE, NULL, "invalid base64 encoding for label x: _-8_" },
  { "batch/x@base64/w7_Dvg", FALSE, "{job=\"batch\", x=\"ÿþ\"}", NULL },
  { "YS9i", TRUE, "{job=\"a/b\"}", NULL },
  { "", FALSE, NULL, "job name is required" },
  { "=", TRUE, NULL, "job name is required" },
  { "!!", TRUE, NULL, "invalid base64 encoding for label job: !!" },
  { "A", TRUE, NULL, "invalid base64 encoding for label job: A" },
  { "x/y", FALSE, NULL, "odd number of components in label string \"/y\"" },
  { "x/1y/z", FALSE, NULL, "improper label name \"1y\"" },
  { "x/__y/z", FALSE, NULL, "improper label name \"__y\"" },
  { "x/a%ZZ/z", FALSE, NULL, "improper label name \"a%ZZ\"" },
  { "x/y/%FF", FALSE, NULL, "the value of label y is not percent-encoded UTF-8: %FF" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgLabels) labels = sg_push_path_parse (cases[i].rest, cases[i].base64, &error);
      g_autofree char *text = labels != NULL ? sg_labels_to_string (labels) : NULL;

      g_test_message ("%s", cases[i].rest);
      g_assert_cmpstr (text, ==, cases[i].labels);
      if (cases[i].message == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/push-path/cases", test_cases);
  return g_test_run ();
}
