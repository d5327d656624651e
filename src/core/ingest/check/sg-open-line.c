/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-open-line.h"

#include "base/sg-number.h"

#include <math.h>
#include <string.h>

/*
 * The grammar, in which each blank is one blank:
 *
 *   line      = "# EOF" | metadata | sample
 *   metadata  = "# " ("TYPE" | "UNIT" | "HELP") " " name " " rest
 *   sample    = name [labels] " " number [" " time] [" # " labels " " number [" " time]]
 *   labels    = "{" [label {"," label}] "}"
 *   label     = labelname "=" '"' { character | "\\" | "\"" | "\n" } '"'
 *   number    = [sign] real | [sign] ("inf" | "infinity") | "nan"        in any case
 *   time      = [sign] real
 *   real      = digits ["." {digit}] [exponent] | "." digits [exponent]
 *
 * The labels of an exemplar have at most 128 characters together.
 */
#define EXEMPLAR_MAX 128

typedef struct
{
  SgOpenLine *line;
  const char *p;
  const char *end;
} Scanner;

void
sg_open_line_clear (SgOpenLine *self)
{
  g_clear_pointer (&self->labels, g_ptr_array_unref);
}

static gboolean
fail (Scanner    *self,
      const char *at,
      const char *expected)
{
  self->line->problem = expected;
  self->line->problem_at = at;
  return FALSE;
}

static gboolean
is_at (const Scanner *self,
       const char    *text)
{
  gsize length = strlen (text);

  return (gsize) (self->end - self->p) >= length && memcmp (self->p, text, length) == 0;
}

static gboolean
take_text (Scanner    *self,
           const char *text)
{
  if (!is_at (self, text))
    return FALSE;
  self->p += strlen (text);
  return TRUE;
}

static const char *
skip_digits (const char *p,
             const char *end)
{
  while (p < end && g_ascii_isdigit (*p))
    p++;
  return p;
}

/* Returns: whether all of the text is a real number, without its sign */
static gboolean
is_real (const char *p,
         const char *end)
{
  const char *whole = skip_digits (p, end);
  gboolean digits = whole > p;

  p = whole;
  if (p < end && *p == '.')
    {
      const char *fraction = skip_digits (p + 1, end);

      digits = digits || fraction > p + 1;
      p = fraction;
    }
  if (!digits)
    return FALSE;
  if (p < end && (*p == 'e' || *p == 'E'))
    {
      p++;
      if (p < end && (*p == '+' || *p == '-'))
        p++;
      if (p == end || !g_ascii_isdigit (*p))
        return FALSE;
      p = skip_digits (p, end);
    }
  return p == end;
}

static gboolean
is_word (const char *p,
         const char *end,
         const char *word)
{
  return (gsize) (end - p) == strlen (word) && g_ascii_strncasecmp (p, word, strlen (word)) == 0;
}

static gboolean
time_parse (const char *text,
            gsize       length,
            double     *ret_value)
{
  const char *end = text + length;
  const char *p = text;

  if (p < end && (*p == '+' || *p == '-'))
    p++;
  return is_real (p, end) && sg_double_parse (text, length, ret_value) && isfinite (*ret_value);
}

gboolean
sg_open_number_parse (const char *text,
                      gsize       length,
                      double     *ret_value)
{
  const char *end = text + length;
  const char *p = text;

  if (is_word (p, end, "nan"))
    {
      *ret_value = NAN;
      return TRUE;
    }
  if (p < end && (*p == '+' || *p == '-'))
    p++;
  if (is_word (p, end, "inf") || is_word (p, end, "infinity"))
    {
      *ret_value = *text == '-' ? -INFINITY : INFINITY;
      return TRUE;
    }
  return is_real (p, end) && sg_double_parse (text, length, ret_value);
}

static gboolean
is_name_start (char     c,
               gboolean metric)
{
  return g_ascii_isalpha (c) || c == '_' || (metric && c == ':');
}

static gboolean
take_name (Scanner     *self,
           gboolean     metric,
           const char **ret_name,
           gsize       *ret_length)
{
  const char *start = self->p;

  if (self->p == self->end || !is_name_start (*self->p, metric))
    return fail (self, self->p, metric ? "the name of a metric" : "the name of a label");
  while (self->p < self->end && (is_name_start (*self->p, metric) || g_ascii_isdigit (*self->p)))
    self->p++;
  *ret_name = start;
  *ret_length = (gsize) (self->p - start);
  return TRUE;
}

/* Returns: (transfer full) (nullable): the value, without its quotes and escapes */
static char *
take_quoted (Scanner *self)
{
  g_autoptr (GString) value = g_string_new (NULL);

  if (!take_text (self, "\""))
    {
      fail (self, self->p, "\"=\" and a value in double quotes");
      return NULL;
    }
  while (self->p < self->end && *self->p != '"')
    {
      const char *escape;

      if (*self->p != '\\')
        {
          g_string_append_c (value, *self->p++);
          continue;
        }
      escape = self->p + 1 < self->end ? strchr ("\\\"n", self->p[1]) : NULL;
      if (escape == NULL || *escape == '\0')
        {
          fail (self, self->p, "\\\\, \\\" or \\n behind the backslash");
          return NULL;
        }
      g_string_append_c (value, *escape == 'n' ? '\n' : *escape);
      self->p += 2;
    }
  if (!take_text (self, "\""))
    {
      fail (self, self->p, "the double quote that ends the value");
      return NULL;
    }
  return g_string_free (g_steal_pointer (&value), FALSE);
}

static gboolean
take_label (Scanner   *self,
            GPtrArray *labels)
{
  const char *at = self->p;
  const char *name_at;
  gsize length;
  char *name;
  char *value;

  if (!take_name (self, FALSE, &name_at, &length))
    return FALSE;
  if (!take_text (self, "="))
    return fail (self, self->p, "\"=\" and a value in double quotes");
  name = g_strndup (name_at, length);
  g_ptr_array_add (labels, name);
  value = take_quoted (self);
  if (value == NULL)
    {
      g_ptr_array_set_size (labels, (gint) labels->len - 1);
      return FALSE;
    }
  for (guint i = 0; i + 1 < labels->len; i += 2)
    {
      if (!g_str_equal (g_ptr_array_index (labels, i), name))
        continue;
      g_free (value);
      g_ptr_array_set_size (labels, (gint) labels->len - 1);
      return fail (self, at, "a label that the series does not have yet");
    }
  g_ptr_array_add (labels, value);
  return TRUE;
}

static gboolean
take_labels (Scanner   *self,
             GPtrArray *labels)
{
  self->p++;
  if (take_text (self, "}"))
    return TRUE;
  do
    {
      if (!take_label (self, labels))
        return FALSE;
    }
  while (take_text (self, ","));
  return take_text (self, "}") || fail (self, self->p, "\",\" or \"}\"");
}

static gboolean
take_number (Scanner     *self,
             gboolean     is_time,
             double      *ret_value,
             const char **ret_at)
{
  const char *start = self->p;
  gsize length;

  while (self->p < self->end && *self->p != ' ')
    self->p++;
  length = (gsize) (self->p - start);
  *ret_at = start;
  if (is_time)
    return time_parse (start, length, ret_value) || fail (self, start, "a time in seconds");
  return sg_open_number_parse (start, length, ret_value) || fail (self, start, "a number");
}

static gboolean
check_exemplar_length (Scanner    *self,
                       const char *at,
                       GPtrArray  *labels)
{
  glong n = 0;

  for (guint i = 0; i < labels->len; i++)
    n += g_utf8_strlen (g_ptr_array_index (labels, i), -1);
  return n <= EXEMPLAR_MAX
         || fail (self, at, "labels of an exemplar with at most 128 characters together");
}

static gboolean
take_exemplar (Scanner *self)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  const char *at = self->p;
  double number;

  self->line->exemplar_at = at;
  if (self->p == self->end || *self->p != '{')
    return fail (self, self->p, "the labels of an exemplar");
  if (!take_labels (self, labels) || !check_exemplar_length (self, at, labels))
    return FALSE;
  if (!take_text (self, " "))
    return fail (self, self->p, "a blank and the exemplar's value");
  if (!take_number (self, FALSE, &number, &at))
    return FALSE;
  return !take_text (self, " ") || take_number (self, TRUE, &number, &at);
}

static gboolean
take_sample (Scanner *self)
{
  SgOpenLine *line = self->line;

  line->kind = SG_OPEN_SAMPLE;
  line->labels = g_ptr_array_new_with_free_func (g_free);
  if (!take_name (self, TRUE, &line->name, &line->name_length))
    return FALSE;
  if (self->p < self->end && *self->p == '{' && !take_labels (self, line->labels))
    return FALSE;
  if (!take_text (self, " "))
    return fail (self, self->p, "one blank and a number");
  if (!take_number (self, FALSE, &line->value, &line->value_at))
    return FALSE;
  if (self->p < self->end && !is_at (self, " # "))
    {
      self->p++;
      if (!take_number (self, TRUE, &line->t, &line->t_at))
        return FALSE;
      line->has_t = TRUE;
    }
  if (take_text (self, " # ") && !take_exemplar (self))
    return FALSE;
  return self->p == self->end || fail (self, self->p, "the end of the line");
}

static gboolean
take_metadata (Scanner *self)
{
  static const struct
  {
    const char *word;
    SgOpenKind kind;
  } words[] = {
    { "# TYPE ", SG_OPEN_TYPE },
    { "# HELP ", SG_OPEN_HELP },
    { "# UNIT ", SG_OPEN_UNIT },
  };
  SgOpenLine *line = self->line;
  gboolean known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (words) && !known; i++)
    {
      known = take_text (self, words[i].word);
      line->kind = words[i].kind;
    }
  if (!known)
    return fail (self, self->p, "# TYPE, # HELP, # UNIT or # EOF, with one blank between");
  if (!take_name (self, TRUE, &line->name, &line->name_length))
    return FALSE;
  if (!take_text (self, " "))
    return fail (self, self->p, "one blank and what is to be said of the metric");
  line->rest = self->p;
  line->rest_length = (gsize) (self->end - self->p);
  return TRUE;
}

gboolean
sg_open_line_parse (SgOpenLine *self,
                    const char *text,
                    const char *end)
{
  Scanner scanner = { self, text, end };
  const char *wrong;

  if (!g_utf8_validate (text, end - text, &wrong))
    return fail (&scanner, wrong, "UTF-8");
  if (text == end)
    return fail (&scanner, text, "a line that is not blank");
  if (is_word (text, end, "# EOF") && memcmp (text, "# EOF", 5) == 0)
    {
      self->kind = SG_OPEN_EOF;
      return TRUE;
    }
  return *text == '#' ? take_metadata (&scanner) : take_sample (&scanner);
}

const char *
sg_open_line_get_label (const SgOpenLine *self,
                        const char       *name)
{
  for (guint i = 0; i < self->labels->len; i += 2)
    {
      if (g_str_equal (g_ptr_array_index (self->labels, i), name))
        return g_ptr_array_index (self->labels, i + 1);
    }
  return NULL;
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
sg_open_line_make_key (const SgOpenLine *self,
                       const char       *without,
                       gboolean          with_name)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  GString *key = g_string_new_len (self->name, with_name ? (gssize) self->name_length : 0);

  for (guint i = 0; i < self->labels->len; i += 2)
    {
      const char *name = g_ptr_array_index (self->labels, i);

      if (without == NULL || !g_str_equal (name, without))
        g_ptr_array_add (pairs,
                         g_strconcat (name, "\1", g_ptr_array_index (self->labels, i + 1), NULL));
    }
  g_ptr_array_sort (pairs, compare_texts);
  for (guint i = 0; i < pairs->len; i++)
    g_string_append_printf (key, "\2%s", (const char *) g_ptr_array_index (pairs, i));
  return g_string_free (key, FALSE);
}
