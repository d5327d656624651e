/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-error.h"
#include "base/sg-snappy.h"

#include <string.h>

#define MAX_LENGTH (1024 * 1024)

/* A block: it is expanded, or refused with an offset in it. */
static void
try_expand (const guint8 *data,
            gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expanded = NULL;
  gsize length = 0;
  guint64 offset = 0;

  if (!sg_snappy_get_length (data, size, &length, &error))
    {
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      return;
    }
  if (length > MAX_LENGTH)
    return;
  expanded = g_malloc (MAX (length, 1));
  if (sg_snappy_expand (data, size, expanded, &error))
    return;
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "byte "));
  offset = g_ascii_strtoull (error->message + strlen ("byte "), NULL, 10);
  g_assert_cmpuint (offset, <=, size);
}

/* Anything: it comes back as it was. */
static void
try_round_trip (const guint8 *data,
                gsize         size)
{
  g_autofree guint8 *block = g_malloc (SG_SNAPPY_BOUND (size));
  gsize block_length = sg_snappy_compress (data, size, block);
  g_autofree guint8 *exact = g_malloc (block_length);
  g_autofree guint8 *expanded = g_malloc (MAX (size, 1));
  gsize length = 0;

  g_assert_cmpuint (block_length, <=, SG_SNAPPY_BOUND (size));
  memcpy (exact, block, block_length);
  g_assert_true (sg_snappy_get_length (exact, block_length, &length, NULL));
  g_assert_cmpuint (length, ==, size);
  g_assert_true (sg_snappy_expand (exact, block_length, expanded, NULL));
  g_assert_cmpmem (expanded, length, data, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  try_expand (data, size);
  try_round_trip (data, size);
  return 0;
}
