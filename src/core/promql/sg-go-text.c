/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-go-text.h"

#include "base/sg-duration.h"
#include "base/sg-number.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/**
 * sg_go_decode_rune:
 * @text: bytes
 * @length: how many there are
 * @ret_width: how many the first character takes
 *
 * Returns: the first character, SG_GO_RUNE_EOF when there is none, SG_GO_RUNE_ERROR of width 1 for a
 *   byte that begins no UTF-8 character
 */
gint32
sg_go_decode_rune (const char *text,
                   gsize       length,
                   gsize      *ret_width)
{
  gunichar rune;

  *ret_width = length > 0 ? 1 : 0;
  if (length == 0)
    return SG_GO_RUNE_EOF;
  if ((guchar) *text < 0x80)
    return *text;
  rune = g_utf8_get_char_validated (text, (gssize) MIN (length, 4));
  if (rune == (gunichar) -1 || rune == (gunichar) -2)
    return SG_GO_RUNE_ERROR;
  *ret_width = (gsize) g_unichar_to_utf8 (rune, NULL);
  return (gint32) rune;
}

/* What Go's quoting leaves as it is: letters, marks, numbers, punctuation, symbols and the blank. */
static gboolean
is_printable (gint32 rune)
{
  if (rune < 0x80)
    return rune >= 0x20 && rune < 0x7f;
  return rune != 0xad && g_unichar_isgraph ((gunichar) rune)
         && g_unichar_type ((gunichar) rune) != G_UNICODE_FORMAT
         && g_unichar_type ((gunichar) rune) != G_UNICODE_PRIVATE_USE;
}

static void
append_escaped_rune (GString *out,
                     gint32   rune,
                     char     quote)
{
  static const char letters[] = "abtnvfr";
  char utf8[6];

  if (rune == quote || rune == '\\')
    g_string_append_printf (out, "\\%c", (char) rune);
  else if (is_printable (rune))
    g_string_append_len (out, utf8, g_unichar_to_utf8 ((gunichar) rune, utf8));
  else if (rune >= '\a' && rune <= '\r')
    g_string_append_printf (out, "\\%c", letters[rune - '\a']);
  else if (rune < ' ' || rune == 0x7f)
    g_string_append_printf (out, "\\x%02x", (guint) rune);
  else if (rune < 0x10000)
    g_string_append_printf (out, "\\u%04x", (guint) rune);
  else
    g_string_append_printf (out, "\\U%08x", (guint) rune);
}

static void
append_quoted_runes (GString    *out,
                     const char *text,
                     gsize       length,
                     gsize       n_runes)
{
  gsize width;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < length && n_runes > 0; i += width, n_runes--)
    {
      gint32 rune = sg_go_decode_rune (text + i, length - i, &width);

      if (rune == SG_GO_RUNE_ERROR && width == 1)
        g_string_append_printf (out, "\\x%02x", (guchar) text[i]);
      else
        append_escaped_rune (out, rune, '"');
    }
  g_string_append_c (out, '"');
}

/* As Go's strconv.Quote. */
void
sg_go_append_quoted (GString    *out,
                     const char *text,
                     gsize       length)
{
  append_quoted_runes (out, text, length, G_MAXSIZE);
}

char *
sg_go_quote (const char *text,
             gsize       length)
{
  return sg_go_quote_prefix (text, length, G_MAXSIZE);
}

/* As fmt's `%.nq...`: no more than @n_runes characters, and three dots after the quotes. */
char *
sg_go_quote_prefix (const char *text,
                    gsize       length,
                    gsize       n_runes)
{
  GString *out = g_string_sized_new (length + 2);

  append_quoted_runes (out, text, length, n_runes);
  if (n_runes != G_MAXSIZE)
    g_string_append (out, "...");
  return g_string_free (out, FALSE);
}

/* As fmt's `%q` of a character. */
char *
sg_go_quote_rune (gint32 rune)
{
  GString *out = g_string_new ("'");

  append_escaped_rune (out, rune < 0 ? SG_GO_RUNE_ERROR : rune, '\'');
  g_string_append_c (out, '\'');
  return g_string_free (out, FALSE);
}

/* As fmt's `%#U`: U+0078 'x'. */
char *
sg_go_describe_rune (gint32 rune)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "U+%04X", (guint) rune);
  if (is_printable (rune))
    {
      char utf8[6];

      g_string_append (out, " '");
      g_string_append_len (out, utf8, g_unichar_to_utf8 ((gunichar) rune, utf8));
      g_string_append_c (out, '\'');
    }
  return g_string_free (out, FALSE);
}

static guint
read_digits (const char **p,
             guint        n,
             guint        base)
{
  guint value = 0;

  for (; n > 0; n--, (*p)++)
    value = value * base + (guint) g_ascii_xdigit_value (**p);
  return value;
}

static void
append_unescaped (GString     *out,
                  const char **p)
{
  static const char letters[] = "abtnvfr";
  char c = *(*p)++;
  const char *letter = strchr (letters, c);

  if (letter != NULL)
    g_string_append_c (out, (char) ('\a' + (letter - letters)));
  else if (c == 'x')
    g_string_append_c (out, (char) read_digits (p, 2, 16));
  else if (c == 'u' || c == 'U')
    g_string_append_unichar (out, (gunichar) read_digits (p, c == 'u' ? 4 : 8, 16));
  else if (c >= '0' && c <= '7')
    {
      (*p)--;
      g_string_append_c (out, (char) read_digits (p, 3, 8));
    }
  else
    g_string_append_c (out, c);
}

/**
 * sg_go_unquote:
 * @literal: a string literal with its quotes, whose escapes the lexer has found to be right
 * @length: how long it is
 * @out: what the literal means is appended here; it can hold any byte
 */
void
sg_go_unquote (const char *literal,
               gsize       length,
               GString    *out)
{
  const char *end = literal + length - 1;

  if (*literal == '`')
    {
      g_string_append_len (out, literal + 1, (gssize) length - 2);
      return;
    }
  for (const char *p = literal + 1; p < end;)
    {
      if (*p == '\\')
        {
          p++;
          append_unescaped (out, &p);
        }
      else
        g_string_append_c (out, *p++);
    }
}

/* Go's integer literals: 0x is base 16, a leading 0 is base 8. Returns: whether @text is one. */
static gboolean
parse_integer (const char *text,
               double     *ret_number)
{
  int base = *text == '0' && text[1] != '\0' ? 8 : 10;
  char *end;
  gint64 value;

  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    {
      base = 16;
      text += 2;
    }
  if (!g_ascii_isxdigit (*text))
    return FALSE;
  errno = 0;
  value = g_ascii_strtoll (text, &end, base);
  if (errno != 0 || *end != '\0')
    return FALSE;
  *ret_number = (double) value;
  return TRUE;
}

static gboolean
is_decimal (const char *text)
{
  gsize integer = strspn (text, "0123456789");
  gsize fraction = 0;

  text += integer;
  if (*text == '.')
    {
      fraction = strspn (text + 1, "0123456789");
      text += 1 + fraction;
    }
  if (integer + fraction == 0)
    return FALSE;
  if (*text != 'e' && *text != 'E')
    return *text == '\0';
  text += text[1] == '+' || text[1] == '-' ? 2 : 1;
  return *text != '\0' && text[strspn (text, "0123456789")] == '\0';
}

/**
 * sg_go_parse_number: (skip)
 * @text: a number as the lexer found it
 * @length: how long it is
 * @ret_number: its value
 * @ret_error: (transfer full): why it has none
 *
 * An integer literal of Go, else a decimal number; underscores between digits do not count.
 *
 * Returns: whether it has a value
 */
gboolean
sg_go_parse_number (const char  *text,
                    gsize        length,
                    double      *ret_number,
                    char       **ret_error)
{
  g_autofree char *digits = g_malloc (length + 1);
  g_autofree char *quoted = NULL;
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] != '_')
        digits[n++] = text[i];
    }
  digits[n] = '\0';
  if (parse_integer (digits, ret_number)
      || sg_double_parse_full (text, length, SG_NUMBER_UNDERSCORES, ret_number))
    return TRUE;
  quoted = sg_go_quote (text, length);
  *ret_error = g_strdup_printf ("strconv.ParseFloat: parsing %s: %s", quoted,
                                is_decimal (digits) ? "value out of range" : "invalid syntax");
  return FALSE;
}

/* As strconv.FormatFloat (number, 'f', -1, 64): the shortest digits, never an exponent. */
void
sg_go_append_fixed (GString *out,
                    double   number)
{
  char text[SG_DOUBLE_FIXED_MAX];

  g_string_append_len (out, text, (gssize) sg_double_write_fixed (number, text));
}

char *
sg_go_format_fixed (double number)
{
  char text[SG_DOUBLE_FIXED_MAX];

  return g_strndup (text, sg_double_write_fixed (number, text));
}

/* As fmt's `%g`: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
char *
sg_go_format_general (double number)
{
  char text[SG_DOUBLE_FIXED_MAX];
  double size = fabs (number);

  if (isfinite (number) && number != 0 && (size < 1e-4 || size >= 1e6))
    return g_strndup (text, sg_double_write_exponent (number, text));
  return sg_go_format_fixed (number);
}

/* Whether @text is a duration but for its length: numbers with units, the greater ones first. */
static gboolean
looks_like_duration (const char *text,
                     const char *end)
{
  static const char *const units[] = { "y", "w", "d", "h", "m", "s", "ms" };
  gsize next = 0;

  while (text < end)
    {
      gsize digits = strspn (text, "0123456789");
      const char *unit = text + digits;

      while (next < G_N_ELEMENTS (units)
             && (!g_str_has_prefix (unit, units[next])
                 || (*unit == 'm' && unit[1] == 's' && units[next][1] == '\0')))
        next++;
      if (digits == 0 || next == G_N_ELEMENTS (units))
        return FALSE;
      text = unit + strlen (units[next++]);
    }
  return text == end;
}

/**
 * sg_go_parse_duration: (skip)
 * @text: a duration, need not end in a NUL
 * @length: its length
 * @ret_ms: its length in milliseconds
 * @ret_error: (transfer full): why it has none, in Prometheus' words
 *
 * Returns: whether @text is a duration
 */
gboolean
sg_go_parse_duration (const char  *text,
                      gsize        length,
                      gint64      *ret_ms,
                      char       **ret_error)
{
  g_autofree char *copy = NULL;
  g_autofree char *quoted = NULL;

  if (sg_duration_parse (text, (gssize) length, 0, ret_ms, NULL))
    return TRUE;
  copy = g_strndup (text, length);
  quoted = sg_go_quote (text, length);
  if (length == 0)
    *ret_error = g_strdup ("empty duration string");
  else if (looks_like_duration (copy, copy + length))
    *ret_error = g_strdup ("duration out of range");
  else
    *ret_error = g_strdup_printf ("not a valid duration string: %s", quoted);
  return FALSE;
}
