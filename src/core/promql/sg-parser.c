/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser-private.h"

#include "promql/sg-promql-error.h"

#include <string.h>

/*
 * A parser by recursive descent; binary operators by precedence climbing (sg-parser-expr.c). The
 * grammar, loosest first:
 *
 *   expr      = unary { operator modifiers unary }         precedence in sg-parser-expr.c
 *   unary     = ( "+" | "-" ) expr-that-binds-like-^  |  primary { postfix }
 *   postfix   = "[" duration [ ":" [ duration ] ] "]"  |  "offset" offset  |  "@" time
 *             | "anchored" | "smoothed"
 *   primary   = number | duration | string | "(" expr ")" | selector | call | aggregation
 *   modifiers = [ "bool" ] [ ( "on" | "ignoring" ) labels [ ( "group_left" | "group_right" ) [ labels ] ] ]
 *               [ "fill" "(" number ")" … ]
 *
 * What Prometheus says about a text that does not follow the grammar depends on which of its grammar's
 * rules have a place for an error; "unexpected X" names the innermost of them as its context. Here
 * every place that reads a token knows which that is: sg_parser_unexpected() with a context for lists
 * of labels, matchers, offsets, times and ranges, and sg_parser_unexpected_here() for all others, whose
 * only context can be the aggregation around them.
 *
 * An error of meaning (an unknown function, two offsets) does not end the parse, one of grammar does.
 * Only the first is shown by sg_parser_parse().
 */

void
sg_parse_error_free (SgParseError *self)
{
  g_free (self->message);
  g_free (self->hint);
  g_free (self);
}

/**
 * sg_parse_error_to_string:
 * @self: an error
 * @text: what was parsed
 *
 * Returns: (transfer full): line:column: parse error: message
 */
char *
sg_parse_error_to_string (const SgParseError *self,
                          const char         *text)
{
  guint line;
  guint column;

  sg_text_position (text, self->span.start, &line, &column);
  return g_strdup_printf ("%u:%u: parse error: %s", line, column, self->message);
}

/* A line that points at @self: blanks, tabs where the line above has them, then carets. */
static void
append_carets (GString            *out,
               const SgParseError *self,
               const char         *line,
               gsize               line_start)
{
  gsize n = MAX (self->span.end, self->span.start + 1) - self->span.start;
  gsize rest = strcspn (line, "\n");
  gsize column = self->span.start - line_start;

  for (gsize i = 0; i < column; i++)
    {
      if (((guchar) line[i] & 0xc0) != 0x80)
        g_string_append_c (out, line[i] == '\t' ? '\t' : ' ');
    }
  g_string_append_c (out, '^');
  for (gsize i = column + 1; i < MIN (column + n, rest); i++)
    {
      if (((guchar) line[i] & 0xc0) != 0x80)
        g_string_append_c (out, '~');
    }
}

/**
 * sg_parse_error_explain:
 * @self: an error
 * @text: what was parsed
 *
 * Returns: (transfer full): the message with its place, the line it is about, a line that points at
 *   the place, and what was probably meant
 */
char *
sg_parse_error_explain (const SgParseError *self,
                        const char         *text)
{
  g_autofree char *message = sg_parse_error_to_string (self, text);
  GString *out = g_string_new (message);
  gsize line_start = self->span.start;

  while (line_start > 0 && text[line_start - 1] != '\n')
    line_start--;
  g_string_append_printf (out, "\n%.*s\n", (int) strcspn (text + line_start, "\n"),
                          text + line_start);
  append_carets (out, self, text + line_start, line_start);
  if (self->hint != NULL)
    g_string_append_printf (out, "\ndid you mean \"%s\"?", self->hint);
  return g_string_free (out, FALSE);
}

static void
add_error (SgParser *self,
           SgSpan    span,
           char     *message)
{
  SgParseError *error = g_new0 (SgParseError, 1);

  error->span = span;
  error->message = message;
  g_ptr_array_add (self->errors, error);
}

/* Notes what is wrong in meaning; the parse goes on. */
void
sg_parser_add_error (SgParser   *self,
                     SgSpan      span,
                     const char *format,
                     ...)
{
  va_list args;

  va_start (args, format);
  add_error (self, span, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
parser_fail (SgParser *self,
             SgSpan    span,
             char     *message)
{
  self->failed = TRUE;
  add_error (self, span, message);
}

/**
 * sg_parser_peek:
 * @self: a parser
 *
 * Returns: the kind of the next token; SG_TOKEN_ERROR once the parse has failed
 */
SgTokenKind
sg_parser_peek (SgParser *self)
{
  if (self->failed)
    return SG_TOKEN_ERROR;
  if (!self->has_token)
    {
      self->token = sg_lexer_next (&self->lexer);
      self->has_token = TRUE;
      if (self->token.kind == SG_TOKEN_ERROR)
        parser_fail (self, self->token.span, g_strdup (sg_lexer_get_error (&self->lexer)));
    }
  return self->token.kind;
}

/* Takes the next token. */
SgToken
sg_parser_take (SgParser *self)
{
  sg_parser_peek (self);
  if (!self->failed)
    {
      self->has_token = FALSE;
      self->previous_end = self->token.span.end;
    }
  return self->token;
}

gboolean
sg_parser_accept (SgParser    *self,
                  SgTokenKind  kind)
{
  if (sg_parser_peek (self) != kind)
    return FALSE;
  sg_parser_take (self);
  return TRUE;
}

const char *
sg_parser_get_text (SgParser *self,
                    SgToken   token,
                    gsize    *ret_length)
{
  *ret_length = token.span.end - token.span.start;
  return self->ast->text + token.span.start;
}

/**
 * sg_parser_unexpected:
 * @self: a parser
 * @context: (nullable): what it was reading
 * @expected: (nullable): what could have stood there
 *
 * Fails at the next token.
 */
void
sg_parser_unexpected (SgParser   *self,
                      const char *context,
                      const char *expected)
{
  g_autofree char *what = NULL;

  if (sg_parser_peek (self) == SG_TOKEN_ERROR)
    return;
  what = sg_token_describe (&self->token, self->ast->text);
  parser_fail (self, self->token.span,
               g_strconcat ("unexpected ", what, context != NULL ? " in " : "",
                            context != NULL ? context : "", expected != NULL ? ", expected " : "",
                            expected, NULL));
}

/* Fails at the next token, in the context that any expression has. */
void
sg_parser_unexpected_here (SgParser *self)
{
  sg_parser_unexpected (self, self->aggregations > 0 ? "aggregation" : NULL, NULL);
}

SgExpr *
sg_parser_new_expr (SgParser    *self,
                    SgExprKind   kind,
                    SgValueType  type,
                    SgSpan       span)
{
  SgExpr *expr = sg_arena_new0 (self->ast->arena, SgExpr);

  expr->kind = kind;
  expr->type = type;
  expr->span = span;
  return expr;
}

/* Tells @expr that @child lies below it. */
void
sg_parser_adopt (SgParser     *self,
                 SgExpr       *expr,
                 const SgExpr *child)
{
  expr->depth = MAX (expr->depth, child->depth + 1);
  if (expr->depth > SG_PARSER_MAX_DEPTH && !self->failed)
    parser_fail (self, expr->span,
                 g_strdup_printf ("expression is more than %u levels deep", SG_PARSER_MAX_DEPTH));
}

/* Returns: whether the parser may go deeper into itself; sg_parser_leave() is due in any case. */
gboolean
sg_parser_enter (SgParser *self)
{
  if (++self->depth > SG_PARSER_MAX_DEPTH && !self->failed)
    {
      sg_parser_peek (self);
      if (!self->failed)
        parser_fail (self, self->token.span,
                     g_strdup_printf ("expression is more than %u levels deep",
                                      SG_PARSER_MAX_DEPTH));
    }
  return !self->failed;
}

void
sg_parser_leave (SgParser *self)
{
  self->depth--;
}

static void
parse_whole (SgParser *self)
{
  if (sg_parser_peek (self) == SG_TOKEN_EOF)
    {
      parser_fail (self, (SgSpan) { 0, 0 }, g_strdup ("no expression found in input"));
      return;
    }
  self->ast->root = sg_parser_read_expr (self, 0);
  if (sg_parser_peek (self) != SG_TOKEN_EOF)
    sg_parser_unexpected_here (self);
  if (self->errors->len == 0)
    sg_parser_check (self, self->ast->root);
}

static void
parse_only_selector (SgParser *self)
{
  SgToken none = { SG_TOKEN_EOF, { 0, 0 } };

  if (sg_parser_peek (self) == SG_TOKEN_LEFT_BRACE)
    self->ast->root = sg_parser_read_selector (self, none);
  else if (sg_parser_peek (self) == SG_TOKEN_IDENTIFIER
           || self->token.kind == SG_TOKEN_METRIC_IDENTIFIER
           || sg_token_kind_get_class (self->token.kind) == SG_TOKEN_CLASS_AGGREGATOR)
    self->ast->root = sg_parser_read_selector (self, sg_parser_take (self));
  else
    sg_parser_unexpected (self, NULL, NULL);
  if (sg_parser_peek (self) != SG_TOKEN_EOF)
    sg_parser_unexpected (self, NULL, NULL);
}

static SgAst *
parse (const char *text,
       GPtrArray  *errors,
       void (*read) (SgParser *self))
{
  SgParser self = { .ast = sg_ast_new (text), .errors = errors };

  sg_lexer_init (&self.lexer, self.ast->text);
  read (&self);
  sg_lexer_clear (&self.lexer);
  if (errors->len > 0)
    g_clear_pointer (&self.ast, sg_ast_unref);
  return self.ast;
}

static SgAst *
parse_or_set_error (const char  *text,
                    void (*read) (SgParser *self),
                    GError     **error)
{
  g_autoptr (GPtrArray) errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_parse_error_free);
  SgAst *ast = parse (text, errors, read);

  if (ast == NULL)
    {
      g_autofree char *message = sg_parse_error_to_string (errors->pdata[0], text);

      g_set_error_literal (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE, message);
    }
  return ast;
}

/**
 * sg_parser_parse:
 * @text: an expression
 * @error: the first thing that is wrong with it, with its place
 *
 * Returns: (transfer full): its syntax tree, checked for types
 */
SgAst *
sg_parser_parse (const char  *text,
                 GError     **error)
{
  return parse_or_set_error (text, parse_whole, error);
}

/**
 * sg_parser_parse_full:
 * @text: an expression
 * @ret_errors: (out) (transfer full) (element-type SgParseError): all that is wrong with it
 *
 * Returns: (nullable) (transfer full): its syntax tree when nothing is
 */
SgAst *
sg_parser_parse_full (const char  *text,
                      GPtrArray  **ret_errors)
{
  g_autoptr (GPtrArray) errors =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_parse_error_free);
  SgAst *ast = parse (text, errors, parse_whole);

  *ret_errors = g_steal_pointer (&errors);
  return ast;
}

/**
 * sg_parser_parse_selector:
 * @text: a metric with matchers, as the HTTP API's match[] has it
 * @error: the first thing that is wrong with it, with its place
 *
 * Returns: (transfer full): a tree whose root is the selector; it may match the empty set of labels
 */
SgAst *
sg_parser_parse_selector (const char  *text,
                          GError     **error)
{
  return parse_or_set_error (text, parse_only_selector, error);
}
