/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-bytes.h"

#include "base/sg-error.h"

#include <string.h>

/*
 * Sizes as Prometheus' files and flags write them: digits and one of B, KB, MB, GB, TB, PB, EB,
 * which are powers of 1024 there, as are KiB, MiB … here and there. Without a unit they are bytes.
 * Printed is the greatest unit that leaves no rest, with its i.
 */
static const char prefixes[] = "KMGTPE";

static gboolean
fail (const char  *text,
      gsize        length,
      const char  *what,
      GError     **error)
{
  g_autofree char *quoted = sg_error_quote (text, (gssize) length);

  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "size %s: %s", quoted, what);
  return FALSE;
}

/* Returns: the power of 1024 that @unit stands for, or −1 */
static int
parse_unit (const char *unit,
            gsize       length)
{
  const char *prefix;

  if (length == 0 || (length == 1 && *unit == 'B'))
    return 0;
  prefix = memchr (prefixes, *unit, sizeof prefixes - 1);
  if (prefix == NULL)
    return -1;
  if ((length == 2 && unit[1] == 'B') || (length == 3 && memcmp (unit + 1, "iB", 2) == 0))
    return (int) (prefix - prefixes) + 1;
  return -1;
}

/**
 * sg_bytes_parse:
 * @text: a size such as 512MB
 * @length: its length in bytes, or -1 when it ends in a NUL
 * @ret_bytes: (out): the size in bytes, untouched on failure
 * @error: what is wrong with it
 *
 * Returns: whether all of @text is a size
 */
gboolean
sg_bytes_parse (const char  *text,
                gssize       length,
                guint64     *ret_bytes,
                GError     **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  gsize digits = 0;
  guint64 count = 0;
  int power;

  for (; digits < n && g_ascii_isdigit (text[digits]); digits++)
    {
      if (!g_uint64_checked_mul (&count, count, 10)
          || !g_uint64_checked_add (&count, count, (guint64) (text[digits] - '0')))
        return fail (text, n, "beyond what 64 bits can count: write less", error);
    }
  if (digits == 0)
    return fail (text, n, "expected a number: write for example 512MB", error);
  power = parse_unit (text + digits, n - digits);
  if (power < 0)
    return fail (text, n, "unknown unit: write one of B, KB, MB, GB, TB, PB and EB", error);
  if (count > G_MAXUINT64 >> (10 * power))
    return fail (text, n, "beyond what 64 bits can count: write less", error);
  *ret_bytes = count << (10 * power);
  return TRUE;
}

char *
sg_bytes_to_string (guint64 bytes)
{
  guint power = 0;

  while (bytes > 0 && bytes % 1024 == 0 && power < sizeof prefixes - 1)
    {
      bytes /= 1024;
      power++;
    }
  if (power == 0)
    return g_strdup_printf ("%" G_GUINT64_FORMAT "B", bytes);
  return g_strdup_printf ("%" G_GUINT64_FORMAT "%ciB", bytes, prefixes[power - 1]);
}
