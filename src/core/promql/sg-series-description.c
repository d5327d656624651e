/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-series-description.h"

#include "base/sg-sample.h"
#include "promql/sg-go-text.h"
#include "promql/sg-lexer.h"
#include "promql/sg-promql-error.h"

#include <math.h>
#include <string.h>

/*
 * A series with values, as the language of tests writes it:
 *
 *   metric { label = "value", … } item item …          or { "metric", label = "value", … } item …
 *
 *   item = _          no sample               _xN        N times none
 *        | v          a sample                vxN        the same N times more
 *        | v+dxN      v, v+d, v+d+d …: N+1 samples; so with v-dxN
 *        | stale      the marker that ends a series
 *        | {{…}}      a native histogram, also with xN, + and -
 *
 * v is a number (not a hexadecimal one: its x would be read as a repetition) or a duration. Steps are
 * added one after the other, with the rounding that brings.
 */

typedef struct
{
  const char *line;
  const char *p;
  GArray *items;
  GError **error;
} Description;

static gboolean
fail (Description *self,
      const char  *expected)
{
  g_set_error (self->error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE,
               "column %" G_GSIZE_FORMAT ": expected %s", (gsize) (self->p - self->line) + 1,
               expected);
  return FALSE;
}

static char *
token_text (const char *line,
            SgToken     token)
{
  GString *out = g_string_new (NULL);

  if (token.kind == SG_TOKEN_STRING)
    sg_go_unquote (line + token.span.start, token.span.end - token.span.start, out);
  else
    g_string_append_len (out, line + token.span.start,
                         (gssize) (token.span.end - token.span.start));
  return g_string_free (out, FALSE);
}

static void
take_pair (GPtrArray *pairs,
           char      *name,
           char      *value)
{
  g_ptr_array_add (pairs, name);
  g_ptr_array_add (pairs, value);
}

/* name="value", or "metric". Returns: whether it was one of them */
static gboolean
read_label (Description *self,
            SgLexer     *lexer,
            SgToken      name,
            GPtrArray   *pairs,
            SgToken     *ret_next)
{
  SgToken value;

  if (name.kind != SG_TOKEN_IDENTIFIER && name.kind != SG_TOKEN_STRING)
    return fail (self, "a label, or }");
  *ret_next = sg_lexer_next (lexer);
  self->p = self->line + ret_next->span.start;
  if (ret_next->kind != SG_TOKEN_EQL)
    {
      if (name.kind != SG_TOKEN_STRING)
        return fail (self, "=");
      take_pair (pairs, g_strdup (SG_LABEL_NAME), token_text (self->line, name));
      return TRUE;
    }
  value = sg_lexer_next (lexer);
  self->p = self->line + value.span.start;
  if (value.kind != SG_TOKEN_STRING)
    return fail (self, "a value in quotes");
  take_pair (pairs, token_text (self->line, name), token_text (self->line, value));
  *ret_next = sg_lexer_next (lexer);
  self->p = self->line + ret_next->span.start;
  return TRUE;
}

static gboolean
read_braces (Description *self,
             SgLexer     *lexer,
             GPtrArray   *pairs)
{
  SgToken token = sg_lexer_next (lexer);

  self->p = self->line + token.span.start;
  while (token.kind != SG_TOKEN_RIGHT_BRACE)
    {
      if (!read_label (self, lexer, token, pairs, &token))
        return FALSE;
      if (token.kind == SG_TOKEN_COMMA)
        token = sg_lexer_next (lexer);
      else if (token.kind != SG_TOKEN_RIGHT_BRACE)
        return fail (self, ", or }");
      self->p = self->line + token.span.start;
    }
  self->p = self->line + token.span.end;
  return TRUE;
}

static gboolean
is_metric_token (SgToken token)
{
  SgTokenClass class = sg_token_kind_get_class (token.kind);

  return token.kind == SG_TOKEN_IDENTIFIER || token.kind == SG_TOKEN_METRIC_IDENTIFIER
         || class == SG_TOKEN_CLASS_AGGREGATOR || class == SG_TOKEN_CLASS_KEYWORD
         || class == SG_TOKEN_CLASS_PREPROCESSOR || token.kind == SG_TOKEN_AND
         || token.kind == SG_TOKEN_OR || token.kind == SG_TOKEN_UNLESS
         || token.kind == SG_TOKEN_ATAN2;
}

/* The name and the labels. */
static gboolean
read_metric (Description *self,
             GPtrArray   *pairs)
{
  g_auto (SgLexer) lexer = { 0 };
  SgToken token;

  sg_lexer_init (&lexer, self->line);
  token = sg_lexer_next (&lexer);
  if (is_metric_token (token))
    {
      take_pair (pairs, g_strdup (SG_LABEL_NAME), token_text (self->line, token));
      self->p = self->line + token.span.end;
      if (self->line[token.span.end + strspn (self->p, " \t")] != '{')
        return TRUE;
      /* One brace only: two begin a value. */
      if (self->line[token.span.end + strspn (self->p, " \t") + 1] == '{')
        return TRUE;
      token = sg_lexer_next (&lexer);
    }
  if (token.kind != SG_TOKEN_LEFT_BRACE)
    return fail (self, "a metric name or {");
  return read_braces (self, &lexer, pairs);
}

static gboolean
is_number_char (char c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '_';
}

/* How long the number at @p is. Its exponent may have a sign, and the x of a repetition ends it. */
static gsize
measure_number (const char *p)
{
  gsize n = 0;

  while (is_number_char (p[n]) && p[n] != 'x')
    {
      gboolean exponent = (p[n] == 'e' || p[n] == 'E') && n > 0;

      n++;
      if (exponent && (p[n] == '+' || p[n] == '-') && g_ascii_isdigit (p[n + 1]))
        n++;
    }
  return n;
}

/* A number with or without a sign, or a duration. */
static gboolean
read_number (Description *self,
             double      *ret_number)
{
  gboolean negative = *self->p == '-';
  gsize n;
  g_autofree char *error = NULL;
  g_autofree char *duration_error = NULL;
  gint64 ms;

  if (*self->p == '+' || *self->p == '-')
    self->p++;
  n = measure_number (self->p);
  if (n == 0 || self->p[n - 1] == '_')
    return fail (self, "a value");
  if (!sg_go_parse_number (self->p, n, ret_number, &error))
    {
      if (!sg_go_parse_duration (self->p, n, &ms, &duration_error))
        return fail (self, "a value");
      *ret_number = (double) ms / 1000;
    }
  if (negative)
    *ret_number = -*ret_number;
  self->p += n;
  return TRUE;
}

/* xN, if it is there. */
static gboolean
read_times (Description *self,
            guint       *ret_times)
{
  guint64 times;
  char *end;

  *ret_times = 0;
  if (*self->p != 'x')
    return TRUE;
  self->p++;
  if (!g_ascii_isdigit (*self->p))
    return fail (self, "a number of times");
  times = g_ascii_strtoull (self->p, &end, 10);
  if (times > SG_SEQUENCE_MAX || self->items->len + times > SG_SEQUENCE_MAX)
    return fail (self, "no more than 10000000 values");
  self->p = end;
  *ret_times = (guint) times;
  return TRUE;
}

static void
append_item (Description    *self,
             SgSequenceKind  kind,
             double          value)
{
  SgSequenceItem item = { kind, value };

  g_array_append_val (self->items, item);
}

static gboolean
read_gap (Description *self)
{
  guint times = 1;

  self->p++;
  if (*self->p == 'x' && !read_times (self, &times))
    return FALSE;
  for (guint i = 0; i < times; i++)
    append_item (self, SG_SEQUENCE_GAP, 0);
  return TRUE;
}

/* {{…}}, not looked into. */
static gboolean
skip_histogram (Description *self)
{
  const char *end = strstr (self->p, "}}");

  if (!g_str_has_prefix (self->p, "{{") || end == NULL)
    return fail (self, "{{ and }}");
  self->p = end + 2;
  return TRUE;
}

static gboolean
read_histogram (Description *self)
{
  guint times;

  if (!skip_histogram (self))
    return FALSE;
  if ((*self->p == '+' || *self->p == '-') && self->p[1] == '{')
    {
      self->p++;
      if (!skip_histogram (self))
        return FALSE;
    }
  if (!read_times (self, &times))
    return FALSE;
  for (guint i = 0; i <= times; i++)
    append_item (self, SG_SEQUENCE_HISTOGRAM, 0);
  return TRUE;
}

static gboolean
read_float (Description *self)
{
  double value;
  double step = 0;
  guint times;

  if (g_str_has_prefix (self->p, "stale"))
    {
      self->p += strlen ("stale");
      value = sg_stale_nan ();
      append_item (self, SG_SEQUENCE_FLOAT, value);
      return TRUE;
    }
  if (!read_number (self, &value))
    return FALSE;
  if (*self->p == '+' || *self->p == '-')
    {
      if (!read_number (self, &step))
        return FALSE;
      if (*self->p != 'x')
        return fail (self, "x and a number of times");
    }
  if (!read_times (self, &times))
    return FALSE;
  for (guint i = 0; i <= times; i++)
    {
      append_item (self, SG_SEQUENCE_FLOAT, value);
      value += step;
    }
  return TRUE;
}

static gboolean
read_items (Description *self)
{
  for (;;)
    {
      gsize blanks = strspn (self->p, " \t");
      gboolean success;

      self->p += blanks;
      if (*self->p == '\0')
        return TRUE;
      if (blanks == 0)
        return fail (self, "a blank before a value");
      if (*self->p == '_')
        success = read_gap (self);
      else if (*self->p == '{')
        success = read_histogram (self);
      else
        success = read_float (self);
      if (!success)
        return FALSE;
    }
}

/**
 * sg_series_description_parse: (skip)
 * @line: a series with values
 * @ret_items: (transfer full) (element-type SgSequenceItem): the values
 * @error: what is wrong with it, and where
 *
 * Returns: (transfer full) (nullable): what the series is called
 */
SgLabels *
sg_series_description_parse (const char  *line,
                             GArray     **ret_items,
                             GError     **error)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (SgSequenceItem));
  g_autofree SgLabel *labels = NULL;
  Description self = { line, line, items, error };

  if (!read_metric (&self, pairs) || !read_items (&self))
    return NULL;
  labels = g_new (SgLabel, pairs->len / 2 + 1);
  for (guint i = 0; i < pairs->len / 2; i++)
    labels[i] = (SgLabel) { pairs->pdata[2 * i], pairs->pdata[2 * i + 1] };
  *ret_items = g_steal_pointer (&items);
  return sg_labels_new (labels, pairs->len / 2);
}
