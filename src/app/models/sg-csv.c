/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ISOLATE 0x2066
#define LAST_ISOLATE  0x2069

static gboolean
is_formula (const char *text)
{
  return strchr ("=+-@\t\r", *text) != NULL && *text != '\0'
         && !(text[0] == '-' && g_ascii_isdigit (text[1]));
}

static void
append_text (GString    *out,
             const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c >= FIRST_ISOLATE && c <= LAST_ISOLATE)
        continue;
      if (c == '"')
        g_string_append_c (out, '"');
      g_string_append_unichar (out, c);
    }
}

void
sg_csv_append_field (GString    *out,
                     gboolean    first,
                     const char *text)
{
  gboolean quoted;

  if (!first)
    g_string_append_c (out, ',');
  if (text == NULL)
    return;
  quoted = strpbrk (text, ",\"\r\n") != NULL;
  if (quoted)
    g_string_append_c (out, '"');
  if (is_formula (text))
    g_string_append_c (out, '\'');
  append_text (out, text);
  if (quoted)
    g_string_append_c (out, '"');
}

void
sg_csv_append_number (GString  *out,
                      gboolean  first,
                      double    number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!first)
    g_string_append_c (out, ',');
  if (isnan (number))
    return;
  for (int digits = 15; digits <= 17; digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, sizeof buffer, format, number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  g_string_append (out, buffer);
}

void
sg_csv_end_row (GString *out)
{
  g_string_append (out, "\r\n");
}
