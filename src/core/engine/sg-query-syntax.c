/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-query-syntax.h"

#include "promql/sg-lexer.h"
#include "promql/sg-parser.h"

#include <string.h>

/*
 * The parts come from the lexer, so that what is coloured is what is understood. Three things it does
 * not tell: what is a function (a word before a parenthesis), what is a label (a word in braces, or in
 * the parentheses after by and its like), and comments, which stand in the gaps.
 *
 * $rate, $step, $window and $source are no tokens of the language. Before the lexer and the parser see
 * the text, each is replaced by something of its kind that is exactly as long, so that every place in
 * the one text is the same place in the other.
 */
static const SgQueryVariable variables[] = {
  { "$rate", "A range that is long enough for rate(): four intervals of the job, or a step" },
  { "$step", "The distance between two points of the chart" },
  { "$window", "The length of the time window" },
  { "$source", "The matchers of the source that is chosen" },
  { NULL, NULL },
};

G_DEFINE_BOXED_TYPE (SgQuerySyntax, sg_query_syntax, sg_query_syntax_ref, sg_query_syntax_unref)

const SgQueryVariable *
sg_query_variables_describe (void)
{
  return variables;
}

/* Returns: the variable that @text begins with, of @n, or %NULL */
static const SgQueryVariable *
find_variable (const SgQueryVariable *list,
               gsize                  n,
               const char            *text)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize length = strlen (list[i].name);

      if (strncmp (text, list[i].name, length) == 0 && !g_ascii_isalnum (text[length])
          && text[length] != '_')
        return &list[i];
    }
  return NULL;
}

/**
 * sg_query_expand:
 * @text: a query with variables
 * @list: (array length=n): what stands for them
 * @n: how many
 *
 * Returns: (transfer full): the query with the values in their places
 */
char *
sg_query_expand (const char            *text,
                 const SgQueryVariable *list,
                 gsize                  n)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0';)
    {
      const SgQueryVariable *variable = *c == '$' ? find_variable (list, n, c) : NULL;

      if (variable != NULL)
        {
          g_string_append (out, variable->value);
          c += strlen (variable->name);
        }
      else
        g_string_append_c (out, *c++);
    }
  return g_string_free (out, FALSE);
}

/* Puts a duration, or a matcher, of the same length in the place of each variable. */
static char *
stand_in (const char *text)
{
  char *out = g_strdup (text);

  for (char *c = strchr (out, '$'); c != NULL; c = strchr (c + 1, '$'))
    {
      const SgQueryVariable *variable = find_variable (variables, G_N_ELEMENTS (variables) - 1, c);
      gsize length = variable != NULL ? strlen (variable->name) : 0;

      if (variable == NULL)
        continue;
      if (g_str_equal (variable->name, "$source"))
        memcpy (c, "a=\"bcd\"", length);
      else
        {
          memset (c, '1', length);
          c[length - 1] = 's';
        }
    }
  return out;
}

static gboolean
takes_labels (SgTokenKind kind)
{
  switch ((guint) kind)
    {
    case SG_TOKEN_BY:
    case SG_TOKEN_WITHOUT:
    case SG_TOKEN_ON:
    case SG_TOKEN_IGNORING:
    case SG_TOKEN_GROUP_LEFT:
    case SG_TOKEN_GROUP_RIGHT:
      return TRUE;
    default:
      return FALSE;
    }
}

typedef struct
{
  const char *text;
  SgLexer lexer;
  GArray *parts;
  gsize end;
  SgTokenKind before;
  gboolean in_braces;
  gboolean in_labels;
} Cutter;

static gboolean
paren_follows (Cutter *self,
               gsize   offset)
{
  offset += strspn (self->text + offset, " \t\r\n");
  return self->text[offset] == '(';
}

static SgQueryPartKind
classify_value (Cutter  *self,
                SgToken  token)
{
  switch ((guint) token.kind)
    {
    case SG_TOKEN_STRING:
      return SG_QUERY_PART_STRING;
    case SG_TOKEN_NUMBER:
    case SG_TOKEN_DURATION:
      return SG_QUERY_PART_NUMBER;
    case SG_TOKEN_ERROR:
      return SG_QUERY_PART_ERROR;
    default:
      return paren_follows (self, token.span.end) ? SG_QUERY_PART_FUNCTION : SG_QUERY_PART_METRIC;
    }
}

static SgQueryPartKind
classify (Cutter  *self,
          SgToken  token)
{
  gboolean word = g_ascii_isalpha (self->text[token.span.start])
                  || self->text[token.span.start] == '_' || self->text[token.span.start] == ':';

  if (word && token.kind != SG_TOKEN_ERROR && token.kind != SG_TOKEN_NUMBER
      && (self->in_braces || self->in_labels))
    return SG_QUERY_PART_LABEL;
  switch ((guint) sg_token_kind_get_class (token.kind))
    {
    case SG_TOKEN_CLASS_VALUE:
      return classify_value (self, token);
    case SG_TOKEN_CLASS_AGGREGATOR:
      return SG_QUERY_PART_FUNCTION;
    case SG_TOKEN_CLASS_KEYWORD:
    case SG_TOKEN_CLASS_PREPROCESSOR:
      return SG_QUERY_PART_KEYWORD;
    default:
      return word ? SG_QUERY_PART_KEYWORD : SG_QUERY_PART_MARK;
    }
}

static void
cutter_add (Cutter          *self,
            SgQueryPartKind  kind,
            gsize            start,
            gsize            end)
{
  SgQueryPart part = { kind, { start, end } };

  g_array_append_val (self->parts, part);
}

/* What lies between two tokens is blank, but for comments. */
static void
cut_gap (Cutter *self,
         gsize   end)
{
  gsize start = self->end;

  while (start < end)
    {
      const char *hash = memchr (self->text + start, '#', end - start);
      gsize from;

      if (hash == NULL)
        return;
      from = (gsize) (hash - self->text);
      start = MIN (end, from + strcspn (hash, "\n"));
      cutter_add (self, SG_QUERY_PART_COMMENT, from, start);
    }
}

static void
cut (Cutter *self)
{
  SgToken token;

  do
    {
      token = sg_lexer_next (&self->lexer);
      cut_gap (self, token.kind == SG_TOKEN_EOF ? strlen (self->text) : token.span.start);
      if (token.kind == SG_TOKEN_EOF)
        return;
      cutter_add (self, classify (self, token), token.span.start, token.span.end);
      if (token.kind == SG_TOKEN_LEFT_BRACE)
        self->in_braces = TRUE;
      else if (token.kind == SG_TOKEN_RIGHT_BRACE)
        self->in_braces = FALSE;
      else if (token.kind == SG_TOKEN_LEFT_PAREN)
        self->in_labels = takes_labels (self->before);
      else if (token.kind == SG_TOKEN_RIGHT_PAREN)
        self->in_labels = FALSE;
      self->before = token.kind;
      self->end = token.span.end;
    }
  while (token.kind != SG_TOKEN_ERROR);
}

/* Makes one part of all that stands in for a variable. */
static void
mark_variables (Cutter     *self,
                const char *text)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SgQueryPart *part = &g_array_index (self->parts, SgQueryPart, i);
      const SgQueryVariable *variable = NULL;
      gsize end;

      if (text[part->span.start] == '$')
        variable = find_variable (variables, G_N_ELEMENTS (variables) - 1, text + part->span.start);
      if (variable == NULL)
        continue;
      end = part->span.start + strlen (variable->name);
      part->kind = SG_QUERY_PART_VARIABLE;
      while (part->span.end < end && i + 1 < self->parts->len)
        {
          part->span.end = g_array_index (self->parts, SgQueryPart, i + 1).span.end;
          g_array_remove_index (self->parts, i + 1);
        }
    }
}

static gboolean
find_bounds (SgExpr   *expr,
             gpointer  user_data)
{
  gboolean *found = user_data;

  if (expr->kind == SG_EXPR_VECTOR)
    *found |= expr->vector.shift.at_bound != SG_TOKEN_EOF;
  else if (expr->kind == SG_EXPR_SUBQUERY)
    *found |= expr->subquery.shift.at_bound != SG_TOKEN_EOF;
  return TRUE;
}

static void
parse (SgQuerySyntax *self,
       const char    *text)
{
  g_autoptr (GPtrArray) errors = NULL;
  g_autoptr (SgAst) ast = sg_parser_parse_full (text, &errors);

  if (ast != NULL)
    sg_expr_walk (ast->root, find_bounds, &self->fixed_in_time);
  self->n_problems = errors->len;
  self->problems = g_new0 (SgQueryProblem, errors->len);
  for (guint i = 0; i < errors->len; i++)
    {
      SgParseError *error = g_ptr_array_index (errors, i);

      self->problems[i] = (SgQueryProblem) { error->span, g_steal_pointer (&error->message),
                                             g_steal_pointer (&error->hint) };
    }
}

/**
 * sg_query_syntax_new:
 * @text: a query, finished or not
 *
 * Returns: (transfer full): its parts, and what is wrong with it
 */
SgQuerySyntax *
sg_query_syntax_new (const char *text)
{
  g_autofree char *stood_in = stand_in (text);
  SgQuerySyntax *self = g_new0 (SgQuerySyntax, 1);
  Cutter cutter = { .text = stood_in, .before = SG_TOKEN_EOF };

  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_strdup (text);
  cutter.parts = g_array_new (FALSE, FALSE, sizeof (SgQueryPart));
  sg_lexer_init (&cutter.lexer, stood_in);
  cut (&cutter);
  sg_lexer_clear (&cutter.lexer);
  mark_variables (&cutter, text);
  self->n_parts = cutter.parts->len;
  self->parts = (SgQueryPart *) (gpointer) g_array_free (cutter.parts, FALSE);
  parse (self, stood_in);
  return self;
}

SgQuerySyntax *
sg_query_syntax_ref (SgQuerySyntax *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_query_syntax_unref (SgQuerySyntax *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_problems; i++)
    {
      g_free (self->problems[i].message);
      g_free (self->problems[i].hint);
    }
  g_free (self->problems);
  g_free (self->parts);
  g_free (self->text);
  g_free (self);
}
