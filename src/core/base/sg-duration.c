/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-duration.h"

#include "base/sg-error.h"
#include "base/sg-number.h"

#include <string.h>

/*
 * Durations as Prometheus writes them:
 *
 *   duration = "0" | part { part }
 *   part     = digits unit
 *   unit     = "y" | "w" | "d" | "h" | "m" | "s" | "ms"     in this order, each at most once
 *
 * A year has 365 days. They are printed with the greatest units first, but years and weeks only
 * where nothing is left over, because 90d reads better than 12w6d; zero is 0s.
 */
typedef struct
{
  const char *name;
  gint64 ms;
  gboolean only_whole;
} Unit;

static const Unit units[] = {
  { "y", G_GINT64_CONSTANT (31536000000), TRUE },
  { "w", 604800000, TRUE },
  { "d", 86400000, FALSE },
  { "h", 3600000, FALSE },
  { "m", 60000, FALSE },
  { "s", 1000, FALSE },
  { "ms", 1, FALSE },
};

typedef struct
{
  const char *text;
  const char *p;
  const char *end;
  GError **error;
} Parser;

static gboolean
fail (Parser     *self,
      const char *at,
      const char *what)
{
  g_autofree char *quoted = sg_error_quote (self->text, self->end - self->text);

  g_set_error (self->error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "duration %s: byte %zu: %s",
               quoted, (gsize) (at - self->text), what);
  return FALSE;
}

/* Reads digits; what is beyond the longest duration reads as just beyond it. */
static gboolean
parse_digits (Parser *self,
              gint64 *ret_count)
{
  const char *at = self->p;
  gint64 count = 0;

  for (; self->p < self->end && g_ascii_isdigit (*self->p); self->p++)
    count = MIN (count * 10 + (*self->p - '0'), SG_DURATION_MAX + 1);
  if (self->p == at)
    return fail (self, at, "expected a number: write for example 5m, or 1h30m");
  *ret_count = count;
  return TRUE;
}

/* Returns: the place of the unit at hand in the table, or −1 */
static int
parse_unit (Parser *self)
{
  const char *at = self->p;
  gsize length;

  while (self->p < self->end && !g_ascii_isdigit (*self->p))
    self->p++;
  length = (gsize) (self->p - at);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      if (strlen (units[i].name) == length && memcmp (units[i].name, at, length) == 0)
        return (int) i;
    }
  fail (self, at,
        length > 0 ? "unknown unit: write one of y, w, d, h, m, s and ms"
                   : "a number without its unit: write one of y, w, d, h, m, s and ms after it");
  return -1;
}

static gboolean
parse_parts (Parser *self,
             gint64 *ret_ms)
{
  gint64 total = 0;
  int last = -1;

  do
    {
      const char *at = self->p;
      gint64 count = 0;
      int unit;

      if (!parse_digits (self, &count) || (unit = parse_unit (self)) < 0)
        return FALSE;
      if (unit <= last)
        return fail (self, at, "the units must fall from y to ms, each once: reorder them");
      if (count > (SG_DURATION_MAX - total) / units[unit].ms)
        return fail (self, at, "longer than 292 years: write less");
      total += count * units[unit].ms;
      last = unit;
    }
  while (self->p < self->end);
  *ret_ms = total;
  return TRUE;
}

/**
 * sg_duration_parse:
 * @text: a duration
 * @length: its length in bytes, or -1 when it ends in a NUL
 * @flags: what else to accept
 * @ret_ms: (out): the duration in milliseconds, untouched on failure
 * @error: what is wrong with it, and at which byte
 *
 * Returns: whether all of @text is a duration
 */
gboolean
sg_duration_parse (const char       *text,
                   gssize            length,
                   SgDurationFlags   flags,
                   gint64           *ret_ms,
                   GError          **error)
{
  Parser parser = { text, text, text + (length < 0 ? (gssize) strlen (text) : length), error };
  gboolean negative = FALSE;
  gint64 ms = 0;

  if ((flags & SG_DURATION_NEGATIVE) != 0 && parser.p < parser.end && *parser.p == '-')
    {
      negative = TRUE;
      parser.p++;
    }
  if (parser.end - parser.p == 1 && *parser.p == '0')
    parser.p++;
  else if (!parse_parts (&parser, &ms))
    return FALSE;
  *ret_ms = negative ? -ms : ms;
  return TRUE;
}

/**
 * sg_duration_write:
 * @ms: milliseconds
 * @out: (out caller-allocates): at least %SG_DURATION_TEXT_MAX bytes, gets a NUL at the end
 *
 * Returns: the length of the text
 */
gsize
sg_duration_write (gint64  ms,
                   char   *out)
{
  guint64 rest = ms < 0 ? 0 - (guint64) ms : (guint64) ms;
  char *p = out;

  if (rest == 0)
    return (gsize) (g_stpcpy (out, "0s") - out);
  if (ms < 0)
    *p++ = '-';
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      guint64 unit = (guint64) units[i].ms;
      guint64 count = rest / unit;

      if (count == 0 || (units[i].only_whole && rest % unit != 0))
        continue;
      p += sg_u64_write (count, p);
      p = g_stpcpy (p, units[i].name);
      rest -= count * unit;
    }
  return (gsize) (p - out);
}

char *
sg_duration_to_string (gint64 ms)
{
  char text[SG_DURATION_TEXT_MAX];

  return g_strndup (text, sg_duration_write (ms, text));
}
