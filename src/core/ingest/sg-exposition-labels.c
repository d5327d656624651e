/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-exposition-parser.h"

#include "ingest/sg-exposition-lexis.h"

/*
 * Names, quoted texts and label sets of a page. The bytes of a label set are looked at twice: once to
 * find where it ends, each time the page is read; and once to make an SgLabels of them, when a series
 * is seen for the first time. A quoted text knows the escapes \\ \" \n; a backslash before any other
 * byte stands for itself.
 */

enum
{
  FIRST_OF_METRIC = 1 << 0,
  IN_METRIC = 1 << 1,
  FIRST_OF_LABEL = 1 << 2,
  IN_LABEL = 1 << 3,
};

#define LETTER (FIRST_OF_METRIC | IN_METRIC | FIRST_OF_LABEL | IN_LABEL)

static const guint8 byte_classes[256] = {
  ['a' ... 'z'] = LETTER,
  ['A' ... 'Z'] = LETTER,
  ['_'] = LETTER,
  [':'] = FIRST_OF_METRIC | IN_METRIC,
  ['0' ... '9'] = IN_METRIC | IN_LABEL,
};

static const char *
scan_word (const char *p,
           const char *end,
           guint8      first,
           guint8      further)
{
  if (p == end || !(byte_classes[(guint8) *p] & first))
    return p;
  do
    p++;
  while (p < end && (byte_classes[(guint8) *p] & further));
  return p;
}

const char *
sg_exposition_scan_metric_name (const char *p,
                                const char *end)
{
  return scan_word (p, end, FIRST_OF_METRIC, IN_METRIC);
}

/* @p is at the opening quote. Returns: (nullable): behind the closing one, %NULL where it is missing. */
static const char *
scan_quoted (const char *p,
             const char *end)
{
  for (p++; p < end && *p != '\n' && *p != '\0'; p++)
    {
      if (*p == '"')
        return p + 1;
      if (*p == '\\' && ++p == end)
        return NULL;
    }
  return NULL;
}

const char *
sg_exposition_scan_name_or_quoted (const char *p,
                                   const char *end)
{
  const char *name_end = sg_exposition_scan_metric_name (p, end);

  if (name_end > p)
    return name_end;
  return p < end && *p == '"' ? scan_quoted (p, end) : NULL;
}

static const char *
skip_blanks (const char *p,
             const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  return p;
}

/* A label, or the name of the metric in quotes. Returns: where it ends, or where it is wrong. */
static const char *
scan_item (const char  *p,
           const char  *end,
           const char **ret_expected)
{
  gboolean quoted = *p == '"';
  const char *name_end =
      quoted ? scan_quoted (p, end) : scan_word (p, end, FIRST_OF_LABEL, IN_LABEL);
  const char *value_end;

  if (name_end == NULL || name_end == p)
    {
      *ret_expected = quoted ? "a closing double quote" : "a label name or }";
      return p;
    }
  p = skip_blanks (name_end, end);
  if (p < end && quoted && (*p == ',' || *p == '}'))
    return p;
  if (p == end || *p != '=')
    {
      *ret_expected = "=";
      return p;
    }
  p = skip_blanks (p + 1, end);
  if (p == end || *p != '"')
    {
      *ret_expected = "a value in double quotes";
      return p;
    }
  value_end = scan_quoted (p, end);
  if (value_end == NULL)
    *ret_expected = "a closing double quote";
  return value_end != NULL ? value_end : p;
}

const char *
sg_exposition_scan_labels (const char  *p,
                           const char  *end,
                           const char **ret_expected)
{
  if (p == end || *p != '{')
    {
      *ret_expected = "{";
      return p;
    }
  p = skip_blanks (p + 1, end);
  while (p < end && *p != '}')
    {
      p = scan_item (p, end, ret_expected);
      if (*ret_expected != NULL)
        return p;
      p = skip_blanks (p, end);
      if (p < end && *p == ',')
        p = skip_blanks (p + 1, end);
      else if (p == end || *p != '}')
        break;
    }
  if (p < end && *p == '}')
    return p + 1;
  *ret_expected = ", or }";
  return p;
}

static SgSlice
take_quotes_off (SgSlice text)
{
  if (text.length >= 2 && *text.text == '"')
    return (SgSlice) { text.text + 1, text.length - 2 };
  return text;
}

/* Writes @text without its escapes at @out, which has room for all of it, and a NUL. */
static char *
write_unescaped (SgSlice  text,
                 char    *out)
{
  for (gsize i = 0; i < text.length; i++)
    {
      char c = text.text[i];
      char next = i + 1 < text.length ? text.text[i + 1] : '\0';

      if (c == '\\' && (next == '\\' || next == '"' || next == 'n'))
        {
          c = next == 'n' ? '\n' : next;
          i++;
        }
      *out++ = c;
    }
  *out++ = '\0';
  return out;
}

char *
sg_exposition_unescape (SgSlice text)
{
  SgSlice bare = take_quotes_off (text);
  char *unescaped = g_malloc (bare.length + 1);

  write_unescaped (bare, unescaped);
  return unescaped;
}

/* Where the unescaped texts of a label set go, and the labels that are made of them. */
typedef struct
{
  SgLabelsBuilder *builder;
  char *room;
} Collector;

static const char *
collect_text (Collector *collector,
              SgSlice    text)
{
  const char *start = collector->room;

  collector->room = write_unescaped (take_quotes_off (text), collector->room);
  return start;
}

static gboolean
collect_pair (Collector   *collector,
              const char  *name,
              SgSlice      value_text,
              GError     **error)
{
  const char *value = collect_text (collector, value_text);

  if (!g_utf8_validate (value, -1, NULL) || !g_utf8_validate (name, -1, NULL))
    {
      g_autofree char *shown = g_utf8_make_valid (name, -1);

      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "the label “%s” is not UTF-8",
                   shown);
      return FALSE;
    }
  if (sg_labels_builder_has (collector->builder, name))
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "the label “%s” is given twice",
                   name);
      return FALSE;
    }
  sg_labels_builder_set (collector->builder, name, value);
  return TRUE;
}

/* Takes one item, sound as it is. Returns: (nullable): what follows it. */
static const char *
collect_item (Collector   *collector,
              const char  *p,
              const char  *end,
              GError     **error)
{
  const char *name_end =
      *p == '"' ? scan_quoted (p, end) : scan_word (p, end, FIRST_OF_LABEL, IN_LABEL);
  SgSlice name = { p, (gsize) (name_end - p) };
  const char *value;

  p = skip_blanks (name_end, end);
  if (*p != '=')
    return collect_pair (collector, SG_LABEL_NAME, name, error) ? p : NULL;
  value = skip_blanks (p + 1, end);
  p = scan_quoted (value, end);
  if (!collect_pair (collector, collect_text (collector, name),
                     (SgSlice) { value, (gsize) (p - value) }, error))
    return NULL;
  return p;
}

gboolean
sg_exposition_collect_labels (SgSlice           series,
                              char             *room,
                              SgLabelsBuilder  *builder,
                              GError          **error)
{
  const char *end = series.text + series.length;
  const char *name_end = sg_exposition_scan_metric_name (series.text, end);
  const char *p = skip_blanks (name_end, end);
  Collector collector = { builder, room };
  SgSlice name = { series.text, (gsize) (name_end - series.text) };

  if (name.length > 0 && !collect_pair (&collector, SG_LABEL_NAME, name, error))
    return FALSE;
  if (p == end)
    return TRUE;
  for (p = skip_blanks (p + 1, end); *p != '}'; p = skip_blanks (p, end))
    {
      p = collect_item (&collector, p, end, error);
      if (p == NULL)
        return FALSE;
      p = skip_blanks (p, end);
      p += *p == ',';
    }
  return TRUE;
}

SgLabels *
sg_exposition_parse_labels (SgSlice   series,
                            GError  **error)
{
  g_autofree char *room = g_malloc (2 * series.length + 2);
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, NULL);
  if (!sg_exposition_collect_labels (series, room, &builder, error))
    return NULL;
  return sg_labels_builder_build (&builder);
}
