/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-exposition-parser.h"

#include "base/sg-number.h"
#include "ingest/sg-exposition-lexis.h"

#include <math.h>
#include <string.h>

/*
 * Two dialects of one format, read by one grammar. B stands for blanks or tabs, which may be missing
 * where two parts cannot be taken for one; a line ends with LF or CR LF, the last one may lack it.
 *
 *   page    = { line }
 *   line    = [B] [ comment | sample ]
 *   comment = "#" B "HELP" B name [B text]      text to the end of the line, escapes \\ \n
 *           | "#" B "TYPE" B name B type
 *           | "#" B "UNIT" B name [B unit]      only OpenMetrics; a remark in the text format
 *           | "#" B "EOF"                       the same; nothing may follow it, and it must come
 *           | "#" …                             a remark
 *   sample  = series [B] value [B time] [exemplar]
 *   series  = name [[B] labels] | labels        the latter with the metric's name in quotes
 *   labels  = "{" { item "," } [item] "}"
 *   item    = labelname "=" quoted | quoted "=" quoted | quoted
 *   exemplar = B "#" B labels B value [B time]   only OpenMetrics
 *
 * Times are whole milliseconds in the text format, seconds with a fraction in OpenMetrics. Values are
 * numbers as Go reads them, without hexadecimal forms and underscores; any NaN becomes the one NaN
 * that is not a stale marker.
 */

G_DEFINE_QUARK (sg_ingest_error, sg_ingest_error)

#define SHOWN_BYTES 32

/* OpenMetrics is spoken only by a page that says so. */
SgExpositionDialect
sg_exposition_dialect_from_content_type (const char *content_type)
{
  if (content_type != NULL
      && g_ascii_strncasecmp (content_type, "application/openmetrics-text", 28) == 0)
    return SG_EXPOSITION_DIALECT_OPENMETRICS;
  return SG_EXPOSITION_DIALECT_TEXT;
}

void
sg_exposition_parser_init (SgExpositionParser  *self,
                           const char          *text,
                           gsize                length,
                           SgExpositionDialect  dialect)
{
  *self = (SgExpositionParser) {
    .start = text,
    .end = text + length,
    .p = text,
    .line = text,
    .line_number = 1,
    .dialect = dialect,
  };
}

void
sg_exposition_parser_expect (SgExpositionParser *self,
                             SgSlice             series)
{
  self->expected = series;
}

/* What stands at @p, to its line's end and not too much of it, fit to be shown. */
static char *
describe_found (SgExpositionParser *self,
                const char         *p)
{
  gsize length = 0;
  g_autofree char *text = NULL;

  if (p == self->end)
    return g_strdup ("the end of the page");
  while (p + length < self->end && p[length] != '\n' && p[length] != '\r' && length < SHOWN_BYTES)
    length++;
  if (length == 0)
    return g_strdup ("the end of the line");
  text = g_utf8_make_valid (p, (gssize) length);
  return g_strdup_printf ("“%s”", text);
}

static gboolean
fail (SgExpositionParser  *self,
      const char          *p,
      const char          *expected,
      GError             **error)
{
  g_autofree char *found = describe_found (self, p);

  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
               "%" G_GUINT64_FORMAT ":%zu: expected %s, found %s", self->line_number,
               (gsize) (p - self->line) + 1, expected, found);
  return FALSE;
}

static const char *
skip_blanks (const SgExpositionParser *self,
             const char               *p)
{
  while (p < self->end && (*p == ' ' || *p == '\t'))
    p++;
  return p;
}

static gboolean
at_line_end (const SgExpositionParser *self,
             const char               *p)
{
  return p == self->end || *p == '\n' || (*p == '\r' && p + 1 < self->end && p[1] == '\n');
}

static const char *
find_line_end (const SgExpositionParser *self,
               const char               *p)
{
  const char *end = p < self->end ? memchr (p, '\n', (gsize) (self->end - p)) : NULL;

  if (end == NULL)
    return self->end;
  return end > p && end[-1] == '\r' ? end - 1 : end;
}

/* Steps over the end of the line at @p. */
static void
next_line (SgExpositionParser *self,
           const char         *p)
{
  if (p < self->end && *p == '\r')
    p++;
  if (p < self->end)
    p++;
  self->p = p;
  self->line = p;
  self->line_number++;
}

static SgSlice
span_between (const char *from,
              const char *to)
{
  return (SgSlice) { from, (gsize) (to - from) };
}

/* Takes { … } at @p. Returns: what follows it, or %NULL with @error set. */
static const char *
take_labels (SgExpositionParser  *self,
             const char          *p,
             GError             **error)
{
  const char *expected = NULL;
  const char *end = sg_exposition_scan_labels (p, self->end, &expected);

  if (expected == NULL)
    return end;
  fail (self, end, expected, error);
  return NULL;
}

/* Takes a number up to a blank or the line's end, and the blanks after it. */
static const char *
take_number (SgExpositionParser  *self,
             const char          *p,
             double              *ret_value,
             GError             **error)
{
  const char *end = p;

  while (end < self->end && *end != ' ' && *end != '\t' && !at_line_end (self, end))
    end++;
  if (!sg_double_parse_full (p, (gsize) (end - p), SG_NUMBER_DECIMAL, ret_value))
    {
      fail (self, p, "a number", error);
      return NULL;
    }
  if (isnan (*ret_value))
    *ret_value = sg_double_from_bits (SG_NORMAL_NAN_BITS);
  return skip_blanks (self, end);
}

static const char *
take_milliseconds (SgExpositionParser  *self,
                   const char          *p,
                   SgTimeMs            *ret_t,
                   GError             **error)
{
  const char *digits = p < self->end && *p == '-' ? p + 1 : p;
  const char *end = digits;
  guint64 value = 0;
  gboolean fits = TRUE;

  for (; end < self->end && g_ascii_isdigit (*end); end++)
    {
      fits = fits && value <= (G_MAXINT64 - 9) / 10;
      value = value * 10 + (guint64) (*end - '0');
    }
  if (end == digits || !fits)
    {
      fail (self, p, "a time in whole milliseconds", error);
      return NULL;
    }
  *ret_t = digits == p ? (SgTimeMs) value : -(SgTimeMs) value;
  return skip_blanks (self, end);
}

static const char *
take_seconds (SgExpositionParser  *self,
              const char          *p,
              SgTimeMs            *ret_t,
              GError             **error)
{
  double seconds;
  const char *end = take_number (self, p, &seconds, error);

  if (end == NULL)
    return NULL;
  if (!(fabs (seconds) < 9e15))
    {
      fail (self, p, "a time in seconds", error);
      return NULL;
    }
  *ret_t = (SgTimeMs) (seconds * 1000.0);
  return end;
}

static const char *
take_time (SgExpositionParser  *self,
           const char          *p,
           SgTimeMs            *ret_t,
           GError             **error)
{
  if (self->dialect == SG_EXPOSITION_DIALECT_OPENMETRICS)
    return take_seconds (self, p, ret_t, error);
  return take_milliseconds (self, p, ret_t, error);
}

/* Takes { … } value [time] behind the # of an exemplar. */
static const char *
take_exemplar (SgExpositionParser  *self,
               const char          *p,
               SgExpositionEntry   *entry,
               GError             **error)
{
  const char *labels = skip_blanks (self, p + 1);
  const char *end = take_labels (self, labels, error);

  if (end == NULL)
    return NULL;
  entry->exemplar = span_between (labels, end);
  end = take_number (self, skip_blanks (self, end), &entry->exemplar_value, error);
  if (end == NULL || at_line_end (self, end))
    return end;
  entry->exemplar_has_t = TRUE;
  return take_seconds (self, end, &entry->exemplar_t, error);
}

/* Whether the sample at @p is the expected one: its bytes, and then a blank, so that no name goes on. */
static gboolean
is_expected (const SgExpositionParser *self,
             const char               *p)
{
  gsize length = self->expected.length;

  return length > 0 && (gsize) (self->end - p) > length
         && memcmp (p, self->expected.text, length) == 0 && (p[length] == ' ' || p[length] == '\t');
}

/* Takes the name and the labels of a sample. */
static const char *
take_series (SgExpositionParser  *self,
             const char          *p,
             SgExpositionEntry   *entry,
             GError             **error)
{
  const char *end;
  const char *braces;

  entry->expected = is_expected (self, p);
  if (entry->expected)
    {
      entry->series = (SgSlice) { p, self->expected.length };
      return skip_blanks (self, p + entry->series.length);
    }
  end = sg_exposition_scan_metric_name (p, self->end);
  braces = skip_blanks (self, end);
  if (end == p && *p != '{')
    {
      fail (self, p, "a metric name, { or #", error);
      return NULL;
    }
  if (braces < self->end && *braces == '{')
    end = take_labels (self, braces, error);
  if (end == NULL)
    return NULL;
  entry->series = span_between (p, end);
  return skip_blanks (self, end);
}

static gboolean
parse_sample (SgExpositionParser  *self,
              const char          *p,
              SgExpositionEntry   *entry,
              GError             **error)
{
  gboolean openmetrics = self->dialect == SG_EXPOSITION_DIALECT_OPENMETRICS;

  entry->kind = SG_EXPOSITION_SAMPLE;
  entry->exemplar = (SgSlice) { p, 0 };
  entry->has_t = FALSE;
  entry->exemplar_has_t = FALSE;
  p = take_series (self, p, entry, error);
  if (p != NULL)
    p = take_number (self, p, &entry->value, error);
  if (p != NULL && !at_line_end (self, p) && !(openmetrics && *p == '#'))
    {
      entry->has_t = TRUE;
      p = take_time (self, p, &entry->t, error);
    }
  if (p != NULL && openmetrics && p < self->end && *p == '#')
    p = take_exemplar (self, p, entry, error);
  if (p == NULL)
    return FALSE;
  if (!at_line_end (self, p))
    return fail (self, p, "the end of the line", error);
  next_line (self, p);
  return TRUE;
}

static gboolean
span_is (SgSlice     span,
         const char *word)
{
  return span.length == strlen (word) && memcmp (span.text, word, span.length) == 0;
}

static gboolean
type_is_known (SgSlice type)
{
  static const char *const types[] = { "counter",  "gauge",   "histogram",
                                       "summary",  "untyped", "unknown",
                                       "stateset", "info",    "gaugehistogram" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (span_is (type, types[i]))
        return TRUE;
    }
  return FALSE;
}

/* HELP, TYPE and UNIT, from the name on. */
static gboolean
parse_metadata (SgExpositionParser  *self,
                const char          *p,
                SgExpositionEntry   *entry,
                GError             **error)
{
  const char *line_end = find_line_end (self, p);
  const char *name_end = sg_exposition_scan_name_or_quoted (p, self->end);

  if (name_end == NULL)
    return fail (self, p, "a metric name", error);
  entry->name = span_between (p, name_end);
  p = skip_blanks (self, name_end);
  if (p == name_end && p < line_end)
    return fail (self, p, "a blank after the metric name", error);
  entry->rest = span_between (p, line_end);
  if (entry->kind == SG_EXPOSITION_TYPE && !type_is_known (entry->rest))
    return fail (self, p, "a type: counter, gauge, histogram, summary or untyped", error);
  if (!g_utf8_validate_len (entry->rest.text, entry->rest.length, NULL))
    return fail (self, p, "UTF-8", error);
  next_line (self, line_end);
  return TRUE;
}

static gboolean
parse_end (SgExpositionParser  *self,
           const char          *p,
           GError             **error)
{
  if (!at_line_end (self, p))
    return fail (self, p, "the end of the line", error);
  next_line (self, p);
  if (self->p != self->end)
    return fail (self, self->p, "nothing after # EOF", error);
  self->ended = TRUE;
  return TRUE;
}

/*
 * Reads a line that begins with #. Returns: whether all is well; *ret_found tells whether @entry has
 * something for the caller.
 */
static gboolean
parse_comment (SgExpositionParser  *self,
               const char          *p,
               SgExpositionEntry   *entry,
               gboolean            *ret_found,
               GError             **error)
{
  gboolean openmetrics = self->dialect == SG_EXPOSITION_DIALECT_OPENMETRICS;
  const char *word = skip_blanks (self, p + 1);
  const char *end = word;
  SgSlice span;

  while (end < self->end && g_ascii_isupper (*end))
    end++;
  span = span_between (word, end);
  *ret_found = FALSE;
  if (word > p + 1 && openmetrics && span_is (span, "EOF"))
    return parse_end (self, end, error);
  if (word > p + 1 && skip_blanks (self, end) > end)
    {
      *ret_found = TRUE;
      entry->kind = SG_EXPOSITION_HELP;
      if (span_is (span, "HELP"))
        return parse_metadata (self, skip_blanks (self, end), entry, error);
      entry->kind = SG_EXPOSITION_TYPE;
      if (span_is (span, "TYPE"))
        return parse_metadata (self, skip_blanks (self, end), entry, error);
      entry->kind = SG_EXPOSITION_UNIT;
      if (openmetrics && span_is (span, "UNIT"))
        return parse_metadata (self, skip_blanks (self, end), entry, error);
      *ret_found = FALSE;
    }
  next_line (self, find_line_end (self, end));
  return TRUE;
}

/* Digits that are a whole number any double can be; most values are. Returns: what follows them. */
static const char *
take_digits (const char *p,
             const char *end,
             double     *ret_value)
{
  const char *digits = p;
  guint64 value = 0;

  for (; p < end && (guint8) (*p - '0') < 10; p++)
    value = value * 10 + (guint64) (*p - '0');
  if (p - digits > 15)
    return digits;
  *ret_value = (double) value;
  return p;
}

gboolean
sg_exposition_parser_take_plain (SgExpositionParser *self,
                                 SgSlice             series,
                                 double             *ret_value)
{
  const char *number = self->p + series.length + 1;
  double value = 0;
  const char *p;

  if ((gsize) (self->end - self->p) < series.length + 2 || number[-1] != ' '
      || memcmp (self->p, series.text, series.length) != 0 || self->ended)
    return FALSE;
  p = take_digits (number, self->end, &value);
  if (p == number || p == self->end || *p != '\n')
    {
      p = memchr (number, '\n', (gsize) (self->end - number));
      if (p == NULL
          || !sg_double_parse_full (number, (gsize) (p - number), SG_NUMBER_DECIMAL, &value))
        return FALSE;
    }
  *ret_value = G_UNLIKELY (isnan (value)) ? sg_double_from_bits (SG_NORMAL_NAN_BITS) : value;
  self->p = self->line = p + 1;
  self->line_number++;
  return TRUE;
}

/**
 * sg_exposition_parser_next: (skip)
 * @self: a parser
 * @ret_entry: the next line that says something; its spans point into the page
 * @error: set where the page is wrong; not set at its end
 *
 * Returns: whether there was one
 */
gboolean
sg_exposition_parser_next (SgExpositionParser  *self,
                           SgExpositionEntry   *ret_entry,
                           GError             **error)
{
  while (self->p < self->end && !self->ended)
    {
      const char *p = skip_blanks (self, self->p);
      gboolean found;

      if (at_line_end (self, p))
        next_line (self, p);
      else if (*p != '#')
        return parse_sample (self, p, ret_entry, error);
      else if (!parse_comment (self, p, ret_entry, &found, error))
        return FALSE;
      else if (found)
        return TRUE;
    }
  if (self->dialect == SG_EXPOSITION_DIALECT_OPENMETRICS && !self->ended)
    fail (self, self->p, "# EOF", error);
  return FALSE;
}
