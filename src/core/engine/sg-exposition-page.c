/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-exposition-page.h"

#include <string.h>

/*
 * A page is cut into lines, and its lines into families, in one pass. A family is a run of lines:
 * its comments (# HELP, # TYPE, # UNIT with its name) and the samples that belong to it. A sample
 * belongs to the family before it when its name is the family's, or the family's with one of the
 * endings that its kind has (_bucket, _sum, _count, _total, _created, _info, _gsum, _gcount); else
 * it begins a family of its own. Blank lines and other comments stay with the family before them.
 */

typedef struct
{
  gsize offset;
  guint32 family;
  guint32 kind;
} Line;

struct _SgExpositionPage
{
  gatomicrefcount ref_count;
  GBytes *text;
  SgTimeNs time;
  GArray *lines;
  GArray *families;
  guint n_series;
  char *lower;
};

typedef struct
{
  const char *start;
  gsize length;
} Span;

G_DEFINE_BOXED_TYPE (SgExpositionPage,
                     sg_exposition_page,
                     sg_exposition_page_ref,
                     sg_exposition_page_unref)

static gsize
span_find_any (Span        span,
               const char *stops)
{
  gsize i = 0;

  while (i < span.length && strchr (stops, span.start[i]) == NULL)
    i++;
  return i;
}

static Span
span_skip (Span  span,
           gsize n)
{
  return (Span) { span.start + n, span.length - n };
}

static Span
span_skip_blanks (Span span)
{
  while (span.length > 0 && (*span.start == ' ' || *span.start == '\t'))
    span = span_skip (span, 1);
  return span;
}

/* Takes the text in double quotes at the start of @span, still with its escapes. */
static Span
span_take_quoted (Span span)
{
  gsize i = 1;

  while (i < span.length && span.start[i] != '"')
    i += span.start[i] == '\\' ? 2 : 1;
  return (Span) { span.start + 1, MIN (i, span.length) - 1 };
}

static Span
span_take_name (Span span)
{
  if (span.length > 0 && *span.start == '"')
    return span_take_quoted (span);
  return (Span) { span.start, span_find_any (span, " \t{") };
}

/* Undoes \\ \n \" in @span. */
static char *
span_unescape (Span span)
{
  GString *out = g_string_sized_new (span.length);

  for (gsize i = 0; i < span.length; i++)
    {
      char c = span.start[i];

      if (c == '\\' && i + 1 < span.length)
        {
          c = span.start[++i];
          c = c == 'n' ? '\n' : c;
        }
      g_string_append_c (out, c);
    }
  return g_string_free (out, FALSE);
}

static char *
span_to_text (Span span)
{
  g_autofree char *unescaped = span_unescape (span);

  return g_utf8_make_valid (unescaped, -1);
}

/* The name of a sample's metric: what stands before { or a blank, or the lone quoted text inside {.
 */
static Span
sample_name (Span line)
{
  gsize name_length = span_find_any (line, "{ \t");
  Span rest = span_skip (line, name_length);

  if (name_length == 0 && rest.length > 0 && *rest.start == '{')
    {
      rest = span_skip_blanks (span_skip (rest, 1));
      if (rest.length > 0 && *rest.start == '"')
        return span_take_quoted (rest);
    }
  return (Span) { line.start, name_length };
}

static gboolean
name_belongs (const char *family,
              Span        name)
{
  static const char *const endings[] = { "",         "_total", "_bucket", "_sum",   "_count",
                                         "_created", "_info",  "_gsum",   "_gcount" };
  gsize length = strlen (family);

  if (name.length < length || memcmp (name.start, family, length) != 0)
    return FALSE;
  name = span_skip (name, length);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      if (strlen (endings[i]) == name.length && memcmp (endings[i], name.start, name.length) == 0)
        return TRUE;
    }
  return FALSE;
}

static SgExpositionFamily *
last_family (SgExpositionPage *self)
{
  if (self->families->len == 0)
    return NULL;
  return &g_array_index (self->families, SgExpositionFamily, self->families->len - 1);
}

static SgExpositionFamily *
begin_family (SgExpositionPage *self,
              Span              name)
{
  SgExpositionFamily family = {
    .name = span_to_text (name),
    .type = g_strdup ("untyped"),
    .help = g_strdup (""),
    .unit = g_strdup (""),
    .first_line = self->lines->len,
  };

  g_array_append_val (self->families, family);
  return &g_array_index (self->families, SgExpositionFamily, self->families->len - 1);
}

static void
take_sample (SgExpositionPage *self,
             Span              line)
{
  Span name = sample_name (line);
  SgExpositionFamily *family = last_family (self);

  if (family == NULL || !name_belongs (family->name, name))
    family = begin_family (self, name);
  family->n_series++;
  self->n_series++;
}

static SgExpositionLineKind
comment_kind (Span  line,
              Span *ret_rest)
{
  static const char *const words[] = { "HELP", "TYPE", "UNIT" };
  Span word = span_skip_blanks (span_skip (line, 1));
  gsize length = span_find_any (word, " \t");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (length == 4 && memcmp (word.start, words[i], 4) == 0)
        {
          *ret_rest = span_skip_blanks (span_skip (word, length));
          return (SgExpositionLineKind) i;
        }
    }
  return SG_EXPOSITION_LINE_COMMENT;
}

static void
replace_text (char **slot,
              Span   text)
{
  g_free (*slot);
  *slot = span_to_text (text);
}

static SgExpositionLineKind
take_comment (SgExpositionPage *self,
              Span              line)
{
  Span rest = { NULL, 0 };
  SgExpositionLineKind kind = comment_kind (line, &rest);
  SgExpositionFamily *family = last_family (self);
  Span name;
  gsize taken;

  if (kind == SG_EXPOSITION_LINE_COMMENT)
    return kind;
  name = span_take_name (rest);
  if (family == NULL || strlen (family->name) != name.length
      || memcmp (family->name, name.start, name.length) != 0)
    family = begin_family (self, name);
  taken = (gsize) (name.start - rest.start) + name.length;
  taken += taken < rest.length && rest.start[taken] == '"' ? 1 : 0;
  rest = span_skip_blanks (span_skip (rest, taken));
  if (kind == SG_EXPOSITION_LINE_HELP)
    replace_text (&family->help, rest);
  else if (kind == SG_EXPOSITION_LINE_TYPE)
    replace_text (&family->type, rest);
  else
    replace_text (&family->unit, rest);
  return kind;
}

static void
take_line (SgExpositionPage *self,
           Span              line,
           gsize             offset)
{
  Line taken = { .offset = offset, .kind = SG_EXPOSITION_LINE_COMMENT };
  Span text = span_skip_blanks (line);
  SgExpositionFamily *family;

  if (text.length > 0 && text.start[text.length - 1] == '\r')
    text.length--;
  if (text.length > 0 && *text.start == '#')
    taken.kind = take_comment (self, text);
  else if (text.length > 0)
    {
      take_sample (self, text);
      taken.kind = SG_EXPOSITION_LINE_SAMPLE;
    }
  family = last_family (self);
  if (family == NULL)
    family = begin_family (self, (Span) { "", 0 });
  family->n_lines++;
  taken.family = self->families->len - 1;
  g_array_append_val (self->lines, taken);
}

static void
page_parse (SgExpositionPage *self)
{
  gsize size;
  const char *text = g_bytes_get_data (self->text, &size);
  gsize offset = 0;

  while (offset < size)
    {
      const char *end = memchr (text + offset, '\n', size - offset);
      gsize length = end != NULL ? (gsize) (end - text) - offset : size - offset;

      take_line (self, (Span) { text + offset, length }, offset);
      offset += length + 1;
    }
}

static void
family_clear (gpointer data)
{
  SgExpositionFamily *family = data;

  g_free (family->name);
  g_free (family->type);
  g_free (family->help);
  g_free (family->unit);
}

/**
 * sg_exposition_page_new:
 * @text: the page as it was served
 * @time: when
 *
 * Returns: (transfer full): the page with its lines and families
 */
SgExpositionPage *
sg_exposition_page_new (GBytes   *text,
                        SgTimeNs  time)
{
  SgExpositionPage *self = g_new0 (SgExpositionPage, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_bytes_ref (text);
  self->time = time;
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  self->families = g_array_new (FALSE, FALSE, sizeof (SgExpositionFamily));
  g_array_set_clear_func (self->families, family_clear);
  page_parse (self);
  return self;
}

SgExpositionPage *
sg_exposition_page_ref (SgExpositionPage *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_exposition_page_unref (SgExpositionPage *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->text);
  g_array_unref (self->lines);
  g_array_unref (self->families);
  g_free (self->lower);
  g_free (self);
}

/* Returns: (transfer none): the page as it was served */
GBytes *
sg_exposition_page_get_text (SgExpositionPage *self)
{
  return self->text;
}

SgTimeNs
sg_exposition_page_get_time (SgExpositionPage *self)
{
  return self->time;
}

guint
sg_exposition_page_get_n_series (SgExpositionPage *self)
{
  return self->n_series;
}

guint
sg_exposition_page_get_n_families (SgExpositionPage *self)
{
  return self->families->len;
}

const SgExpositionFamily *
sg_exposition_page_get_family (SgExpositionPage *self,
                               guint             i)
{
  g_return_val_if_fail (i < self->families->len, NULL);
  return &g_array_index (self->families, SgExpositionFamily, i);
}

guint
sg_exposition_page_get_n_lines (SgExpositionPage *self)
{
  return self->lines->len;
}

/* Where line @i begins; for the line after the last one, where the page ends. */
static gsize
line_offset (SgExpositionPage *self,
             guint             i)
{
  if (i < self->lines->len)
    return g_array_index (self->lines, Line, i).offset;
  return g_bytes_get_size (self->text);
}

/**
 * sg_exposition_page_get_line:
 * @self: a page
 * @i: a line
 * @ret_length: (out): its length, without the line feed
 *
 * Returns: its first byte; there is no NUL at its end
 */
const char *
sg_exposition_page_get_line (SgExpositionPage *self,
                             guint             i,
                             gsize            *ret_length)
{
  const char *text = g_bytes_get_data (self->text, NULL);
  gsize start = line_offset (self, i);
  gsize end = line_offset (self, i + 1);

  g_return_val_if_fail (i < self->lines->len, NULL);
  while (end > start && (text[end - 1] == '\n' || text[end - 1] == '\r'))
    end--;
  *ret_length = end - start;
  return text + start;
}

SgExpositionLineKind
sg_exposition_page_get_line_kind (SgExpositionPage *self,
                                  guint             i)
{
  g_return_val_if_fail (i < self->lines->len, SG_EXPOSITION_LINE_COMMENT);
  return (SgExpositionLineKind) g_array_index (self->lines, Line, i).kind;
}

guint
sg_exposition_page_get_line_family (SgExpositionPage *self,
                                    guint             i)
{
  g_return_val_if_fail (i < self->lines->len, 0);
  return g_array_index (self->lines, Line, i).family;
}

/* The page in lower case, made at the first search. Two searches at once may both make it. */
static const char *
page_get_lower (SgExpositionPage *self)
{
  gsize size;
  const char *text = g_bytes_get_data (self->text, &size);
  char *lower = g_atomic_pointer_get (&self->lower);

  if (lower != NULL)
    return lower;
  lower = g_malloc (size + 1);
  for (gsize i = 0; i < size; i++)
    lower[i] = g_ascii_tolower (text[i]);
  lower[size] = '\0';
  if (!g_atomic_pointer_compare_and_exchange (&self->lower, NULL, lower))
    g_free (lower);
  return g_atomic_pointer_get (&self->lower);
}

static gboolean
range_has_words (const char        *start,
                 gsize              length,
                 const char *const *words)
{
  for (; *words != NULL; words++)
    {
      if (**words != '\0' && memmem (start, length, *words, strlen (*words)) == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_exposition_page_find:
 * @self: a page
 * @needle: words
 *
 * Returns: (transfer full) (element-type guint): the families that have all the words
 */
GArray *
sg_exposition_page_find (SgExpositionPage *self,
                         const char       *needle)
{
  g_autofree char *lower_needle = g_ascii_strdown (needle, -1);
  g_auto (GStrv) words = g_strsplit_set (lower_needle, " \t\n", -1);
  const char *lower = page_get_lower (self);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->families->len; i++)
    {
      const SgExpositionFamily *family = &g_array_index (self->families, SgExpositionFamily, i);
      gsize start = line_offset (self, family->first_line);
      gsize end = line_offset (self, family->first_line + family->n_lines);

      if (range_has_words (lower + start, end - start, (const char *const *) words))
        g_array_append_val (found, i);
    }
  return found;
}
