/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "ingest/check/sg-page-check.h"
#include "ingest/push/sg-push-body.h"

#include <string.h>

static void
try_check (const char   *text,
           gsize         length,
           SgPageFormat  format)
{
  g_autoptr (SgPageReport) report = sg_page_check (text, length, format);

  g_assert_cmpint (report->message != NULL, ==, report->line > 0);
  g_assert_true (report->message == NULL || g_utf8_validate (report->message, -1, NULL));
  g_assert_nonnull (report->advice);
}

static GString *
write_families (GPtrArray *families,
                guint     *ret_samples)
{
  GString *out = g_string_new (NULL);

  *ret_samples = 0;
  for (guint i = 0; i < families->len; i++)
    {
      const SgPushFamily *family = g_ptr_array_index (families, i);

      sg_push_family_write (family, TRUE, out);
      *ret_samples += family->samples->len;
    }
  return out;
}

/* What can be pushed is kept as text, and what is kept is read again as the same. */
static void
try_push (const SgLabels      *key,
          const char          *text,
          gsize                length,
          SgExpositionDialect  dialect)
{
  g_autoptr (GPtrArray) families = sg_push_body_parse (key, text, length, dialect, NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GString) kept = NULL;
  g_autoptr (GString) kept_again = NULL;
  g_autoptr (GError) error = NULL;
  guint n;
  guint n_again;

  if (families == NULL)
    return;
  kept = write_families (families, &n);
  again = sg_push_body_parse (key, kept->str, kept->len, SG_EXPOSITION_DIALECT_TEXT, &error);
  g_assert_no_error (error);
  kept_again = write_families (again, &n_again);
  g_assert_cmpuint (n, ==, n_again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SgLabels) key = sg_labels_new_from_pairs ("job", "j", NULL);
  const char *text = (const char *) data;

  try_check (text, size, SG_PAGE_FORMAT_GUESS);
  try_check (text, size, SG_PAGE_FORMAT_TEXT);
  try_check (text, size, SG_PAGE_FORMAT_OPENMETRICS);
  try_push (key, text, size, SG_EXPOSITION_DIALECT_TEXT);
  try_push (key, text, size, SG_EXPOSITION_DIALECT_OPENMETRICS);
  return 0;
}
