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

  if (length == 1 && *unit == 'B')
    return 0;
  prefix = length > 1 ? memchr (prefixes, *unit, sizeof prefixes - 1) : NULL;
  if (prefix == NULL)
    return -1;
  if ((length == 2 && unit[1] == 'B') || (length == 3 && memcmp (unit + 1, "iB", 2) == 0))
    return (int) (prefix - prefixes) + 1;
  return -1;
}

/* Returns: %FALSE beyond 64 bits */
static gboolean
parse_digits (const char **p,
              const char  *end,
              guint64     *ret_count)
{
  guint64 count = 0;

  for (; *p < end && g_ascii_isdigit (**p); (*p)++)
    {
      if (!g_uint64_checked_mul (&count, count, 10)
          || !g_uint64_checked_add (&count, count, (guint64) (**p - '0')))
        return FALSE;
    }
  *ret_count = count;
  return TRUE;
}

/* Reads a point and digits, if they are there. Returns: the fraction that they mean */
static double
parse_fraction (const char **p,
                const char  *end)
{
  double fraction = 0;
  double digit = 0.1;

  if (*p == end || **p != '.')
    return 0;
  for ((*p)++; *p < end && g_ascii_isdigit (**p); (*p)++, digit /= 10)
    fraction += digit * (**p - '0');
  return fraction;
}

/* Reads a number and its unit, and adds what they mean. Returns: what is wrong, or %NULL */
static const char *
parse_part (const char **p,
            const char  *end,
            guint64     *total)
{
  const char *number = *p;
  const char *unit;
  double fraction;
  guint64 count;
  int power;

  if (!g_ascii_isdigit (*number))
    return "expected a number: write for example 512MB";
  if (!parse_digits (p, end, &count))
    return "beyond what 64 bits can count: write less";
  fraction = parse_fraction (p, end);
  unit = *p;
  while (*p < end && !g_ascii_isdigit (**p))
    (*p)++;
  power = parse_unit (unit, (gsize) (*p - unit));
  if (power < 0)
    return "unknown unit: write one of B, KB, MB, GB, TB, PB and EB";
  if (count > G_MAXUINT64 >> (10 * power)
      || !g_uint64_checked_add (total, *total, count << (10 * power))
      || !g_uint64_checked_add (
          total, *total, (guint64) (fraction * (double) (G_GUINT64_CONSTANT (1) << (10 * power)))))
    return "beyond what 64 bits can count: write less";
  return NULL;
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
  const char *p = text;
  const char *end = text + (length < 0 ? (gssize) strlen (text) : length);
  const char *problem = NULL;
  guint64 total = 0;

  if (p < end && parse_digits (&p, end, &total) && p == end)
    {
      *ret_bytes = total;
      return TRUE;
    }
  p = text;
  total = 0;
  do
    problem = p < end ? parse_part (&p, end, &total) : "expected a number: write for example 512MB";
  while (problem == NULL && p < end);
  if (problem != NULL)
    return fail (text, (gsize) (end - text), problem, error);
  *ret_bytes = total;
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
