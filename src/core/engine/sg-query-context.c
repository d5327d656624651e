/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-query-syntax.h"

#include <string.h>

/*
 * What may be written at a place. A query that is being typed is wrong most of the time, so this reads
 * characters, not tokens: from the start to the place, with the brackets that are open there on a
 * stack. What the innermost one is, and the word before it, say nearly all.
 */
#define MAX_OPEN 64

typedef struct
{
  char bracket;
  SgSpan word;
  gsize start;
} Open;

typedef struct
{
  const char *text;
  gsize end;
  gsize pos;
  Open open[MAX_OPEN];
  guint n_open;
  SgSpan word;
  gsize string_start;
  gboolean in_string;
  gboolean in_comment;
  char last;
} Scanner;

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == ':' || c == '.' || c == '$';
}

static void
skip_string (Scanner *self)
{
  char quote = self->text[self->pos];

  self->string_start = ++self->pos;
  while (self->pos < self->end && self->text[self->pos] != quote)
    self->pos += self->text[self->pos] == '\\' && quote != '`' ? 2 : 1;
  self->in_string = self->pos >= self->end;
  self->pos = MIN (self->pos + 1, self->end);
  self->last = '"';
}

static void
skip_comment (Scanner *self)
{
  self->pos += strcspn (self->text + self->pos, "\n");
  self->in_comment = self->pos >= self->end;
  self->pos = MIN (self->pos, self->end);
}

static void
skip_word (Scanner *self)
{
  self->word.start = self->pos;
  while (self->pos < self->end && is_word (self->text[self->pos]))
    self->pos++;
  self->word.end = self->pos;
  self->last = 'a';
}

static void
read_mark (Scanner *self)
{
  char c = self->text[self->pos++];
  SgSpan none = { 0, 0 };

  if (strchr ("([{", c) != NULL && self->n_open < MAX_OPEN)
    {
      gboolean after_word = self->last == 'a' || (c == '{' && self->last == ')');

      self->open[self->n_open++] = (Open) { c, after_word ? self->word : none, self->pos };
    }
  else if (strchr (")]}", c) != NULL && self->n_open > 0)
    self->word = self->open[--self->n_open].word;
  if (!g_ascii_isspace (c))
    self->last = c;
}

static void
scan (Scanner *self)
{
  while (self->pos < self->end)
    {
      char c = self->text[self->pos];

      if (c == '"' || c == '\'' || c == '`')
        skip_string (self);
      else if (c == '#')
        skip_comment (self);
      else if (is_word (c))
        skip_word (self);
      else
        read_mark (self);
    }
}

static gboolean
word_is_one_of (const char        *text,
                SgSpan             word,
                const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strlen (words[i]) == word.end - word.start
          && g_ascii_strncasecmp (text + word.start, words[i], word.end - word.start) == 0)
        return TRUE;
    }
  return FALSE;
}

static char *
copy_span (const char *text,
           SgSpan      span)
{
  return span.end > span.start ? g_strndup (text + span.start, span.end - span.start) : NULL;
}

/* The metric that a grouping is about: the next one that is written after it, else the one before. */
static char *
find_metric (const char *text,
             gsize       offset)
{
  g_autoptr (SgQuerySyntax) syntax = sg_query_syntax_new (text);
  char *found = NULL;

  for (guint i = 0; i < syntax->n_parts; i++)
    {
      const SgQueryPart *part = &syntax->parts[i];

      if (part->kind != SG_QUERY_PART_METRIC)
        continue;
      g_free (found);
      found = copy_span (text, part->span);
      if (part->span.start >= offset)
        break;
    }
  return found;
}

/* The label whose value is written at @offset: the word before the operator before it. */
static char *
find_label (const char *text,
            gsize       offset)
{
  SgSpan word;

  while (offset > 0 && strchr ("=~! \t\"'`", text[offset - 1]) != NULL)
    offset--;
  word.end = offset;
  while (offset > 0 && is_word (text[offset - 1]))
    offset--;
  word.start = offset;
  return copy_span (text, word);
}

static void
in_braces (Scanner        *self,
           const Open     *open,
           SgQueryContext *context)
{
  context->metric = copy_span (self->text, open->word);
  context->in_braces = TRUE;
  if (self->in_string)
    {
      context->typed.start = self->string_start;
      context->label = find_label (self->text, self->string_start - 1);
      context->want = context->label != NULL ? SG_QUERY_WANTS_VALUE : SG_QUERY_WANTS_NOTHING;
    }
  else if (self->last == '{' || self->last == ',' || context->typed.start < context->typed.end)
    context->want = SG_QUERY_WANTS_LABEL;
}

static void
outside (Scanner        *self,
         const Open     *open,
         SgQueryContext *context)
{
  static const char *const groupings[] = { "by",         "without",     "on", "ignoring",
                                           "group_left", "group_right", NULL };
  static const char *const offsets[] = { "offset", NULL };

  if (open != NULL && word_is_one_of (self->text, open->word, groupings))
    {
      context->want = SG_QUERY_WANTS_LABEL;
      context->metric = find_metric (self->text, open->start);
    }
  else if (self->last == 'a' && word_is_one_of (self->text, self->word, offsets))
    context->want = SG_QUERY_WANTS_DURATION;
  else if (self->last == ')' || self->last == '}' || self->last == ']' || self->last == 'a'
           || self->last == '"')
    context->want = SG_QUERY_WANTS_OPERATOR;
  else
    context->want = SG_QUERY_WANTS_EXPRESSION;
}

/**
 * sg_query_context_find:
 * @text: a query
 * @offset: a place in it, in bytes
 * @ret_context: (out): what may stand there
 */
void
sg_query_context_find (const char     *text,
                       gsize           offset,
                       SgQueryContext *ret_context)
{
  gsize typed = offset;
  Scanner scanner = { .text = text };
  const Open *open;

  while (typed > 0 && is_word (text[typed - 1]))
    typed--;
  *ret_context = (SgQueryContext) { SG_QUERY_WANTS_NOTHING, { typed, offset } };
  scanner.end = typed;
  scan (&scanner);
  if (scanner.in_comment)
    return;
  open = scanner.n_open > 0 ? &scanner.open[scanner.n_open - 1] : NULL;
  if (open != NULL && open->bracket == '{')
    in_braces (&scanner, open, ret_context);
  else if (scanner.in_string)
    return;
  else if (open != NULL && open->bracket == '[')
    ret_context->want = SG_QUERY_WANTS_DURATION;
  else if (!g_ascii_isdigit (text[typed]) || typed == offset)
    outside (&scanner, open, ret_context);
}

void
sg_query_context_clear (SgQueryContext *self)
{
  g_clear_pointer (&self->metric, g_free);
  g_clear_pointer (&self->label, g_free);
}
