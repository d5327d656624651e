/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-labels.h"

/* Names that are accepted can be written and read again. */
static void
try_name (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) labels = NULL;
  g_autoptr (SgLabels) again = NULL;
  g_autofree char *text = NULL;

  if (!sg_label_name_validate (name, &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_assert_true (sg_metric_name_validate (name, NULL));
  labels = sg_labels_new_from_pairs (SG_LABEL_NAME, name, name, "value", NULL);
  text = sg_labels_to_string (labels);
  again = sg_labels_parse (text, &error);
  g_assert_no_error (error);
  g_assert_true (sg_labels_equal (labels, again));
}

/* What is read can be written, and reads as the same; what is not says where it fails. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *input = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgLabels) labels = sg_labels_parse (input, &error);

  try_name (input);
  if (labels == NULL)
    g_assert_true (g_str_has_prefix (error->message, "labels: byte "));
  else
    {
      g_autofree char *text = sg_labels_to_string (labels);
      g_autoptr (SgLabels) again = sg_labels_parse (text, &error);

      g_assert_no_error (error);
      g_assert_true (sg_labels_equal (labels, again));
      g_assert_cmpuint (labels->hash, ==, again->hash);
    }
  return 0;
}
