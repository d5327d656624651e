/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-number.h"
#include "base/sg-sample.h"

#include <stdlib.h>
#include <string.h>

/* What is written reads as the same double, and fits where it is said to fit. */
static void
try_write (double value)
{
  static const struct
  {
    gsize (*write) (double value, char *out);
    gsize longest;
  } writers[] = {
    { sg_double_write, SG_DOUBLE_TEXT_MAX },
    { sg_double_write_json, SG_DOUBLE_TEXT_MAX },
    { sg_double_write_exponent, SG_DOUBLE_TEXT_MAX },
    { sg_double_write_fixed, SG_DOUBLE_FIXED_MAX },
  };

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    {
      g_autofree char *text = g_malloc (writers[i].longest);
      gsize length = writers[i].write (value, text);
      double back = 0;

      g_assert_cmpuint (length, ==, strlen (text));
      g_assert_cmpuint (length, <, writers[i].longest);
      g_assert_true (sg_double_parse (text, length, &back));
      g_assert_true (isnan (value) ? isnan (back)
                                   : sg_double_to_bits (back) == sg_double_to_bits (value));
    }
}

static void
try_integers (guint64 value)
{
  char text[SG_INTEGER_TEXT_MAX];
  char expected[SG_INTEGER_TEXT_MAX];

  g_snprintf (expected, sizeof expected, "%" G_GUINT64_FORMAT, value);
  g_assert_cmpuint (sg_u64_write (value, text), ==, strlen (expected));
  g_assert_cmpstr (text, ==, expected);
  g_snprintf (expected, sizeof expected, "%" G_GINT64_FORMAT, (gint64) value);
  g_assert_cmpuint (sg_i64_write ((gint64) value, text), ==, strlen (expected));
  g_assert_cmpstr (text, ==, expected);
}

/*
 * Whatever is taken for a number the C library takes for the same one; decimals also the other way.
 */
static void
try_parse (const guint8 *data,
           gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  gboolean whole = strlen (text) == size;
  gboolean only_decimal = size > 0 && strspn (text, "0123456789.eE+-") == size;
  double value = 0;
  double expected;
  char *end;

  expected = strtod (text, &end);
  if (sg_double_parse ((const char *) data, size, &value))
    {
      g_assert_true (whole && *end == '\0');
      g_assert_true (isnan (value) ? isnan (expected)
                                   : sg_double_to_bits (value) == sg_double_to_bits (expected));
    }
  else if (only_decimal && *end == '\0')
    g_assert_true (isinf (expected));
}

/* Underscores change nothing but that they may be there. */
static void
try_underscores (const guint8 *data,
                 gsize         size)
{
  g_autoptr (GString) stripped = g_string_new (NULL);
  double value = 0;
  double plain = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (data[i] != '_')
        g_string_append_c (stripped, (char) data[i]);
    }
  if (!sg_double_parse_full ((const char *) data, size, SG_NUMBER_UNDERSCORES, &value))
    return;
  g_assert_true (sg_double_parse (stripped->str, stripped->len, &plain));
  g_assert_cmpuint (sg_double_to_bits (value), ==, sg_double_to_bits (plain));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  guint64 bits = 0;

  memcpy (&bits, data, MIN (size, sizeof bits));
  try_write (sg_double_from_bits (bits));
  try_integers (bits);
  try_parse (data, size);
  try_underscores (data, size);
  return 0;
}
