/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-json-reader.h"

#include <string.h>

/*
 * JSON as RFC 8259 has it, and no more than that: no comments, no comma behind the last member, no NaN, no
 * control characters in strings, UTF-8 only.
 *
 *   value  = object | array | string | number | "true" | "false" | "null"
 *   object = "{" [ string ":" value { "," string ":" value } ] "}"
 *   array  = "[" [ value { "," value } ] "]"
 *
 * A value is followed to its end with a word of bits for the brackets that are open, one bit each, so that
 * "[[[[…" of any length ends at a bound and not at the end of the stack.
 *
 * The text is a slice of a larger one, and need not end with a NUL.
 */
typedef struct
{
  SgJsonReader *reader;
  guint64 objects;
  guint depth;
} Scan;

static gboolean
fail (SgJsonReader *self,
      const char   *at,
      const char   *reason)
{
  self->failed = at;
  self->reason = reason;
  return FALSE;
}

void
sg_json_reader_init (SgJsonReader *self,
                     const char   *text,
                     gsize         length)
{
  *self = (SgJsonReader) { text, text + length, NULL, NULL };
}

void
sg_json_reader_skip_blanks (SgJsonReader *self)
{
  while (self->p < self->end
         && (*self->p == ' ' || *self->p == '\t' || *self->p == '\n' || *self->p == '\r'))
    self->p++;
}

static int
peek (const SgJsonReader *self)
{
  return self->p < self->end ? (guchar) *self->p : -1;
}

static gboolean
scan_escape (SgJsonReader *self)
{
  const char *at = self->p++;
  int c = peek (self);

  if (c < 0 || strchr ("\"\\/bfnrtu", c) == NULL || c == '\0')
    return fail (self, at, "is no escape: write \\\\ for a backslash");
  self->p++;
  for (guint i = 0; c == 'u' && i < 4; i++)
    {
      if (peek (self) < 0 || !g_ascii_isxdigit (*self->p))
        return fail (self, at, "is no escape: \\u has four hexadecimal digits");
      self->p++;
    }
  return TRUE;
}

static gboolean
scan_string (SgJsonReader *self)
{
  const char *begin = self->p++;
  gboolean plain = TRUE;

  for (;;)
    {
      int c = peek (self);

      if (c < 0 || c == '\n')
        return fail (self, begin, "begins a string that does not end");
      if (c < 0x20)
        return fail (self, self->p, "is a control character: write it as an escape");
      if (c == '"')
        break;
      if (c == '\\' && !scan_escape (self))
        return FALSE;
      if (c == '\\')
        continue;
      plain = plain && c < 0x80;
      self->p++;
    }
  self->p++;
  if (!plain && !g_utf8_validate (begin, self->p - begin, &begin))
    return fail (self, begin, "is not UTF-8: send UTF-8");
  return TRUE;
}

static gboolean
scan_digits (SgJsonReader *self)
{
  const char *begin = self->p;

  while (self->p < self->end && g_ascii_isdigit (*self->p))
    self->p++;
  return self->p > begin || fail (self, begin, "should be a digit");
}

static gboolean
scan_number (SgJsonReader *self)
{
  const char *begin;

  if (*self->p == '-')
    self->p++;
  begin = self->p;
  if (!scan_digits (self))
    return FALSE;
  if (*begin == '0' && self->p > begin + 1)
    return fail (self, begin, "begins a number with a zero too many");
  if (peek (self) == '.')
    {
      self->p++;
      if (!scan_digits (self))
        return FALSE;
    }
  if (peek (self) != 'e' && peek (self) != 'E')
    return TRUE;
  self->p++;
  if (peek (self) == '+' || peek (self) == '-')
    self->p++;
  return scan_digits (self);
}

static gboolean
scan_word (SgJsonReader *self)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);

      if ((gsize) (self->end - self->p) >= length && memcmp (self->p, words[i], length) == 0)
        {
          self->p += length;
          return TRUE;
        }
    }
  return fail (self, self->p, "is no JSON value");
}

static gboolean
scan_scalar (SgJsonReader *self)
{
  int c = peek (self);

  if (c < 0)
    return fail (self, self->p, "is the end, where a value is missing");
  if (c == '"')
    return scan_string (self);
  if (c == '-' || g_ascii_isdigit (c))
    return scan_number (self);
  return scan_word (self);
}

static gboolean
scan_name (SgJsonReader *self)
{
  sg_json_reader_skip_blanks (self);
  if (peek (self) != '"')
    return fail (self, self->p, "should be the name of a member, in double quotes");
  if (!scan_string (self))
    return FALSE;
  sg_json_reader_skip_blanks (self);
  if (peek (self) != ':')
    return fail (self, self->p, "should be a colon");
  self->p++;
  return TRUE;
}

static gboolean
is_in_object (const Scan *scan)
{
  return scan->depth > 0 && (scan->objects >> (scan->depth - 1) & 1) != 0;
}

/* Goes into an array or an object, to its first value if it has any. */
static gboolean
open_bracket (Scan     *scan,
              gboolean *ret_empty)
{
  SgJsonReader *self = scan->reader;
  gboolean is_object = *self->p == '{';

  if (scan->depth == SG_JSON_READER_DEPTH_MAX)
    return fail (self, self->p,
                 "is more than " G_STRINGIFY (SG_JSON_READER_DEPTH_MAX) " levels deep");
  scan->objects &= ~(G_GUINT64_CONSTANT (1) << scan->depth);
  scan->objects |= (guint64) is_object << scan->depth;
  scan->depth++;
  self->p++;
  sg_json_reader_skip_blanks (self);
  *ret_empty = peek (self) == (is_object ? '}' : ']');
  return *ret_empty || !is_object || scan_name (self);
}

/* Behind a value: closes what ends here, and goes to the next value if there is one. */
static gboolean
close_brackets (Scan *scan)
{
  SgJsonReader *self = scan->reader;

  while (scan->depth > 0)
    {
      gboolean is_object = is_in_object (scan);

      sg_json_reader_skip_blanks (self);
      if (peek (self) == ',')
        {
          self->p++;
          return !is_object || scan_name (self);
        }
      if (peek (self) != (is_object ? '}' : ']'))
        return fail (self, self->p, is_object ? "should be “,” or “}”" : "should be “,” or “]”");
      self->p++;
      scan->depth--;
    }
  return TRUE;
}

/**
 * sg_json_reader_value:
 * @self: a reader
 * @ret_value: (out): the value
 *
 * Reads one value to its end, with the blanks before it. When it is wrong, the reader stays where it is
 * wrong.
 *
 * Returns: whether there is a value, and it is right to its end
 */
gboolean
sg_json_reader_value (SgJsonReader *self,
                      SgJsonSlice  *ret_value)
{
  Scan scan = { .reader = self };
  const char *begin;

  sg_json_reader_skip_blanks (self);
  begin = self->p;
  do
    {
      gboolean empty = FALSE;

      sg_json_reader_skip_blanks (self);
      if (peek (self) == '{' || peek (self) == '[')
        {
          if (!open_bracket (&scan, &empty))
            return FALSE;
          if (!empty)
            continue;
        }
      else if (!scan_scalar (self))
        return FALSE;
      if (!close_brackets (&scan))
        return FALSE;
    }
  while (scan.depth > 0);
  *ret_value = (SgJsonSlice) { begin, (gsize) (self->p - begin) };
  return TRUE;
}

/**
 * sg_json_slice_next_member:
 * @object: (inout): an object that was read, then what is left of it
 * @ret_name: (out): the name of its next member, a string
 * @ret_value: (out): its value
 *
 * Returns: whether there is one more
 */
gboolean
sg_json_slice_next_member (SgJsonSlice *object,
                           SgJsonSlice *ret_name,
                           SgJsonSlice *ret_value)
{
  SgJsonReader reader;
  gboolean more;

  /* The bracket of the object, or the comma that was left of it. */
  sg_json_reader_init (&reader, object->text + 1, object->length - 1);
  sg_json_reader_skip_blanks (&reader);
  if (peek (&reader) == '}' || !sg_json_reader_value (&reader, ret_name))
    return FALSE;
  sg_json_reader_skip_blanks (&reader);
  reader.p++;
  more = sg_json_reader_value (&reader, ret_value);
  sg_json_reader_skip_blanks (&reader);
  if (peek (&reader) == '}')
    reader.p--;
  *object = (SgJsonSlice) { reader.p, (gsize) (reader.end - reader.p) };
  return more;
}

/* Whether @string is @text, which has no signs that need an escape. */
gboolean
sg_json_slice_is (const SgJsonSlice *string,
                  const char        *text)
{
  gsize length = strlen (text);

  return string->length == length + 2 && memcmp (string->text + 1, text, length) == 0;
}

static gunichar
read_hex (const char *p)
{
  gunichar value = 0;

  for (guint i = 0; i < 4; i++)
    value = value << 4 | (gunichar) g_ascii_xdigit_value (p[i]);
  return value;
}

/* Returns: whether the escape at @p, which is moved behind it, means something */
static gboolean
decode_unicode (const char **p,
                GString     *out,
                const char **ret_reason)
{
  gunichar c = read_hex (*p + 2);

  *p += 6;
  if (c >= 0xd800 && c < 0xdc00 && (*p)[0] == '\\' && (*p)[1] == 'u')
    {
      gunichar low = read_hex (*p + 2);

      *p += 6;
      c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xd800;
    }
  if (c == 0)
    *ret_reason = "has a NUL, which no text has";
  else if (!g_unichar_validate (c))
    *ret_reason = "has half of a surrogate pair";
  else
    g_string_append_unichar (out, c);
  return c != 0 && g_unichar_validate (c);
}

/**
 * sg_json_slice_to_string:
 * @string: a string that was read
 * @ret_reason: (out): what is wrong with what it means
 *
 * Returns: (transfer full) (nullable): what it means
 */
char *
sg_json_slice_to_string (const SgJsonSlice  *string,
                         const char        **ret_reason)
{
  const char *p = string->text + 1;
  const char *end = string->text + string->length - 1;
  g_autoptr (GString) out = NULL;

  if (memchr (p, '\\', (gsize) (end - p)) == NULL)
    return g_strndup (p, (gsize) (end - p));
  out = g_string_sized_new ((gsize) (end - p));
  while (p < end)
    {
      static const char from[] = "bfnrt";
      static const char to[] = "\b\f\n\r\t";
      const char *known;

      if (*p != '\\')
        g_string_append_c (out, *p++);
      else if (p[1] == 'u')
        {
          if (!decode_unicode (&p, out, ret_reason))
            return NULL;
        }
      else
        {
          known = strchr (from, p[1]);
          g_string_append_c (out, known != NULL ? to[known - from] : p[1]);
          p += 2;
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
