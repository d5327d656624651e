/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-bytes.h"
#include "base/sg-duration.h"

/* What is read prints as text that reads as the same. */
static void
try_duration (const char      *text,
              gsize            length,
              SgDurationFlags  flags)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  gint64 ms = 0;
  gint64 back = 0;

  if (!sg_duration_parse (text, (gssize) length, flags, &ms, &error))
    {
      g_assert_true (g_str_has_prefix (error->message, "duration \""));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  g_assert_cmpint (ABS (ms), <=, SG_DURATION_MAX);
  printed = sg_duration_to_string (ms);
  g_assert_true (sg_duration_parse (printed, -1, flags, &back, NULL));
  g_assert_cmpint (ms, ==, back);
}

static void
try_bytes (const char *text,
           gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  guint64 bytes = 0;
  guint64 back = 0;

  if (!sg_bytes_parse (text, (gssize) length, &bytes, &error))
    {
      g_assert_true (g_str_has_prefix (error->message, "size \""));
      return;
    }
  printed = sg_bytes_to_string (bytes);
  g_assert_true (sg_bytes_parse (printed, -1, &back, NULL));
  g_assert_cmpuint (bytes, ==, back);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  try_duration ((const char *) data, size, 0);
  try_duration ((const char *) data, size, SG_DURATION_NEGATIVE);
  try_bytes ((const char *) data, size);
  return 0;
}
