/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-lexer.h"

#include "promql/sg-go-text.h"

#include <string.h>

/*
 * Three alphabets.
 *
 * Outside, words are keywords, functions and metrics ([a-zA-Z_:][a-zA-Z0-9_:]*), and a digit begins a
 * number or a duration. Inside braces every word is a label's name, keyword or not, and the operators
 * are those of matchers. From a left bracket to the first number or duration, only what a duration
 * expression is made of may stand; from there to the right bracket the outer alphabet holds again,
 * without words but step, range, min_of and max_of.
 *
 *   number   = digits, at most one ".", an exponent, "_" between digits; or 0x and hexadecimal digits
 *   duration = digits unit { digits unit }       unit = ms s m h d w y, checked by the parser
 *   string   = "…" or '…' with Go's escapes, or `…` without any
 *   comment  = "#" to the end of the line
 *
 * An error begins where its token began; one about a bracket or a parenthesis that was read already
 * begins after it, as Prometheus has it.
 */

void
sg_lexer_init (SgLexer    *self,
               const char *text)
{
  memset (self, 0, sizeof *self);
  self->text = text;
  self->length = strlen (text);
}

void
sg_lexer_clear (SgLexer *self)
{
  g_clear_pointer (&self->error, g_free);
}

/* What the last token, an error, says. */
const char *
sg_lexer_get_error (SgLexer *self)
{
  return self->error;
}

static gint32
lexer_peek_wide (SgLexer *self,
                 gsize   *ret_width)
{
  return sg_go_decode_rune (self->text + self->pos, self->length - self->pos, ret_width);
}

static gint32
lexer_peek (SgLexer *self)
{
  gsize width;

  return lexer_peek_wide (self, &width);
}

static gint32
lexer_read (SgLexer *self)
{
  gsize width;
  gint32 rune = lexer_peek_wide (self, &width);

  self->pos += width;
  return rune;
}

static gboolean
lexer_accept (SgLexer    *self,
              const char *set)
{
  char c = self->text[self->pos];

  if (c == '\0' || strchr (set, c) == NULL)
    return FALSE;
  self->pos++;
  return TRUE;
}

static gboolean
lexer_accept_run (SgLexer    *self,
                  const char *set)
{
  gsize n = strspn (self->text + self->pos, set);

  self->pos += n;
  return n > 0;
}

static SgToken
lexer_emit (SgLexer     *self,
            SgTokenKind  kind)
{
  SgToken token = { kind, { self->start, self->pos } };

  self->start = self->pos;
  return token;
}

G_GNUC_PRINTF (2, 3)
static SgToken
lexer_fail (SgLexer    *self,
            const char *format,
            ...)
{
  va_list args;

  va_start (args, format);
  g_free (self->error);
  self->error = g_strdup_vprintf (format, args);
  va_end (args);
  return (SgToken) { SG_TOKEN_ERROR, { self->start, self->length } };
}

/* @format has one %s, for @rune in quotes. */
G_GNUC_PRINTF (3, 0)
static SgToken
lexer_fail_at_rune (SgLexer    *self,
                    gint32      rune,
                    const char *format)
{
  g_autofree char *quoted = sg_go_quote_rune (rune);

  g_free (self->error);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  self->error = g_strdup_printf (format, quoted);
#pragma GCC diagnostic pop
  return (SgToken) { SG_TOKEN_ERROR, { self->start, self->length } };
}

static gboolean
is_word_start (gint32 rune)
{
  return rune == '_' || (rune >= 0 && rune < 0x80 && g_ascii_isalpha ((char) rune));
}

static gboolean
is_word (gint32 rune)
{
  return is_word_start (rune) || (rune >= '0' && rune <= '9');
}

static gboolean
is_digit (gint32 rune)
{
  return rune >= '0' && rune <= '9';
}

/* Skips blanks and comments. */
static void
lexer_skip (SgLexer  *self,
            gboolean  comments)
{
  for (;;)
    {
      lexer_accept_run (self, " \t\n\r");
      if (!comments || self->text[self->pos] != '#')
        break;
      self->pos += strcspn (self->text + self->pos, "\n\r");
    }
  self->start = self->pos;
}

/*
 * A number of any form; what follows must not go on with a letter or digit. When it is not one, the
 * position stays where reading stopped, for a duration may go on there.
 */
static gboolean
lexer_scan_number (SgLexer *self)
{
  const char *digits = "0123456789";
  gsize start = self->pos;
  gboolean got_dot = FALSE;
  gboolean got_exponent = FALSE;

  if (lexer_accept (self, "0") && lexer_accept (self, "xX"))
    {
      lexer_accept (self, "_");
      digits = "0123456789abcdefABCDEF";
    }
  lexer_accept (self, ".");
  lexer_accept (self, digits);
  for (;;)
    {
      if (lexer_accept (self, "."))
        {
          if (got_dot || lexer_accept (self, "_.") || strlen (digits) > 10)
            return FALSE;
          got_dot = TRUE;
        }
      else if (lexer_accept (self, "eE"))
        {
          if (got_exponent)
            return FALSE;
          lexer_accept (self, "+-");
          got_exponent = TRUE;
          if (lexer_accept (self, "._eE") || self->pos == self->length)
            return FALSE;
        }
      else if (lexer_accept (self, "_"))
        {
          if (lexer_accept (self, "._eE") || self->pos == self->length)
            return FALSE;
        }
      else if (!lexer_accept_run (self, digits))
        break;
    }
  return self->pos > start && !is_word (lexer_peek (self));
}

/* The rest of a duration whose first digits were read. Bad units are found by the parser. */
static gboolean
lexer_scan_duration (SgLexer *self)
{
  if (!lexer_accept (self, "smhdwy"))
    return FALSE;
  lexer_accept (self, "s");
  while (lexer_accept_run (self, "0123456789"))
    {
      if (!lexer_accept (self, "smhdw"))
        return FALSE;
      lexer_accept (self, "s");
    }
  return !is_word (lexer_peek (self));
}

static SgToken
lex_number_or_duration (SgLexer *self)
{
  g_autofree char *quoted = NULL;

  if (lexer_scan_number (self))
    return lexer_emit (self, SG_TOKEN_NUMBER);
  if (lexer_scan_duration (self))
    return lexer_emit (self, SG_TOKEN_DURATION);
  /* Looking at what follows the unit costs a character in the message, as it does in Prometheus. */
  if (self->pos < self->length && self->pos > self->start
      && strchr ("smhdwy", self->text[self->pos - 1]) != NULL && is_word (lexer_peek (self)))
    lexer_read (self);
  quoted = sg_go_quote (self->text + self->start, self->pos - self->start);
  return lexer_fail (self, "bad number or duration syntax: %s", quoted);
}

static SgToken
lex_escape_digits (SgLexer *self,
                   gint32   rune,
                   guint    n,
                   guint    base,
                   guint    max)
{
  guint value = 0;

  for (;;)
    {
      int digit = rune >= 0 && rune < 0x80 ? g_ascii_xdigit_value ((char) rune) : -1;

      if (rune == SG_GO_RUNE_EOF)
        return lexer_fail (self, "escape sequence not terminated");
      if (digit < 0 || (guint) digit >= base)
        {
          g_autofree char *described = sg_go_describe_rune (rune);

          return lexer_fail (self, "illegal character %s in escape sequence", described);
        }
      value = value * base + (guint) digit;
      if (--n == 0)
        break;
      rune = lexer_read (self);
    }
  if (value > max || (value >= 0xd800 && value < 0xe000))
    return lexer_fail (self, "escape sequence is an invalid Unicode code point");
  return (SgToken) { SG_TOKEN_STRING, { 0, 0 } };
}

/* After a backslash. Returns: an error, or a string token to go on with. */
static SgToken
lex_escape (SgLexer *self,
            gint32   quote)
{
  gint32 rune = lexer_read (self);
  g_autofree char *described = NULL;

  if (rune == SG_GO_RUNE_EOF)
    return lexer_fail (self, "escape sequence not terminated");
  if (rune == quote || (rune < 0x80 && strchr ("abfnrtv\\", rune) != NULL))
    return (SgToken) { SG_TOKEN_STRING, { 0, 0 } };
  if (rune >= '0' && rune <= '7')
    return lex_escape_digits (self, rune, 3, 8, 255);
  if (rune == 'x')
    return lex_escape_digits (self, lexer_read (self), 2, 16, 255);
  if (rune == 'u')
    return lex_escape_digits (self, lexer_read (self), 4, 16, 0x10ffff);
  if (rune == 'U')
    return lex_escape_digits (self, lexer_read (self), 8, 16, 0x10ffff);
  described = sg_go_describe_rune (rune);
  return lexer_fail (self, "unknown escape sequence %s", described);
}

static SgToken
lex_string (SgLexer *self,
            gint32   quote)
{
  gboolean raw = quote == '`';

  for (;;)
    {
      gint32 rune = lexer_read (self);

      if (rune == quote)
        return lexer_emit (self, SG_TOKEN_STRING);
      if (rune == SG_GO_RUNE_ERROR)
        return lexer_fail (self, "invalid UTF-8 rune");
      if (raw && rune == SG_GO_RUNE_EOF)
        return lexer_fail (self, "unterminated raw string");
      if (!raw && (rune == SG_GO_RUNE_EOF || rune == '\n'))
        return lexer_fail (self, "unterminated quoted string");
      if (!raw && rune == '\\')
        {
          SgToken token = lex_escape (self, quote);

          if (token.kind == SG_TOKEN_ERROR)
            return token;
        }
    }
}

static SgToken
lex_word (SgLexer *self)
{
  while (is_word (lexer_peek (self)) || lexer_peek (self) == ':')
    lexer_read (self);
  return lexer_emit (self,
                     sg_token_kind_from_word (self->text + self->start, self->pos - self->start));
}

static SgToken
lex_inside_braces (SgLexer *self)
{
  gint32 rune = lexer_read (self);

  switch (rune)
    {
    case SG_GO_RUNE_EOF:
      return lexer_fail (self, "unexpected end of input inside braces");
    case ',':
      return lexer_emit (self, SG_TOKEN_COMMA);
    case '"':
    case '\'':
    case '`':
      return lex_string (self, rune);
    case '=':
      return lexer_emit (self, lexer_accept (self, "~") ? SG_TOKEN_EQL_REGEX : SG_TOKEN_EQL);
    case '!':
      if (lexer_accept (self, "~"))
        return lexer_emit (self, SG_TOKEN_NEQ_REGEX);
      if (lexer_accept (self, "="))
        return lexer_emit (self, SG_TOKEN_NEQ);
      return lexer_fail_at_rune (self, lexer_peek (self),
                                 "unexpected character after '!' inside braces: %s");
    case '{':
      return lexer_fail_at_rune (self, rune, "unexpected left brace %s");
    case '}':
      self->brace_open = FALSE;
      return lexer_emit (self, SG_TOKEN_RIGHT_BRACE);
    default:
      break;
    }
  if (!is_word_start (rune))
    return lexer_fail_at_rune (self, rune, "unexpected character inside braces: %s");
  while (is_word (lexer_peek (self)))
    lexer_read (self);
  return lexer_emit (self, SG_TOKEN_IDENTIFIER);
}

/* Inside brackets, after its first letter was read: one of the words that stand for a duration. */
static gboolean
lexer_scan_duration_word (SgLexer     *self,
                          SgTokenKind *ret_kind)
{
  SgTokenKind kind;

  while (is_word_start (lexer_peek (self)))
    lexer_read (self);
  kind = sg_token_kind_from_word (self->text + self->start, self->pos - self->start);
  *ret_kind = kind;
  return kind == SG_TOKEN_STEP || kind == SG_TOKEN_RANGE || kind == SG_TOKEN_MIN_OF
         || kind == SG_TOKEN_MAX_OF;
}

static gboolean
begins_duration_word (gint32 rune)
{
  return rune > 0 && rune < 0x80 && strchr ("sSmMrR", rune) != NULL;
}

/* The single characters that mean the same outside and in brackets. */
static SgTokenKind
symbol_from_rune (gint32 rune)
{
  switch (rune)
    {
    case ',':
      return SG_TOKEN_COMMA;
    case '*':
      return SG_TOKEN_MUL;
    case '/':
      return SG_TOKEN_DIV;
    case '%':
      return SG_TOKEN_MOD;
    case '+':
      return SG_TOKEN_ADD;
    case '-':
      return SG_TOKEN_SUB;
    case '^':
      return SG_TOKEN_POW;
    default:
      return SG_TOKEN_ERROR;
    }
}

static SgToken
lex_right_paren (SgLexer *self)
{
  SgToken token = lexer_emit (self, SG_TOKEN_RIGHT_PAREN);

  if (--self->paren_depth < 0)
    return lexer_fail (self, "unexpected right parenthesis ')'");
  return token;
}

static SgToken
lex_left_paren (SgLexer *self)
{
  self->paren_depth++;
  return lexer_emit (self, SG_TOKEN_LEFT_PAREN);
}

static SgToken
lex_right_bracket (SgLexer *self)
{
  self->bracket_open = FALSE;
  self->in_duration = FALSE;
  return lexer_emit (self, SG_TOKEN_RIGHT_BRACKET);
}

static SgToken
lex_duration_colon (SgLexer *self)
{
  SgToken token = lexer_emit (self, SG_TOKEN_COLON);

  if (!self->got_duration)
    return lexer_fail (self, "unexpected colon before duration in duration expression");
  if (self->got_colon)
    return lexer_fail (self, "unexpected repeated colon in duration expression");
  self->got_colon = TRUE;
  return token;
}

/* From a left bracket to the first number or duration. */
static SgToken
lex_duration_expression (SgLexer *self)
{
  gint32 rune = lexer_read (self);
  SgTokenKind kind = symbol_from_rune (rune);

  if (rune == SG_GO_RUNE_EOF)
    return lexer_fail (self, "unexpected end of input in duration expression");
  if (kind != SG_TOKEN_ERROR)
    return lexer_emit (self, kind);
  if (rune == ']')
    return lex_right_bracket (self);
  if (rune == ':')
    return lex_duration_colon (self);
  if (rune == '(')
    return lex_left_paren (self);
  if (rune == ')')
    return lex_right_paren (self);
  if (begins_duration_word (rune) && lexer_scan_duration_word (self, &kind))
    return lexer_emit (self, kind);
  if (is_digit (rune) || (rune == '.' && is_digit (lexer_peek (self))))
    {
      self->pos--;
      self->in_duration = FALSE;
      self->got_duration = TRUE;
      return lex_number_or_duration (self);
    }
  return lexer_fail_at_rune (self, rune, "unexpected character in duration expression: %s");
}

static SgToken
lex_end (SgLexer *self)
{
  if (self->paren_depth != 0)
    return lexer_fail (self, "unclosed left parenthesis");
  if (self->bracket_open)
    return lexer_fail (self, "unclosed left bracket");
  return lexer_emit (self, SG_TOKEN_EOF);
}

static SgToken
lex_comparison (SgLexer *self,
                gint32   rune)
{
  if (rune == '=')
    {
      if (lexer_accept (self, "="))
        return lexer_emit (self, SG_TOKEN_EQLC);
      if (lexer_peek (self) == '~')
        return lexer_fail (self, "unexpected character after '=': '~'");
      return lexer_emit (self, SG_TOKEN_EQL);
    }
  if (rune == '!')
    {
      if (lexer_accept (self, "="))
        return lexer_emit (self, SG_TOKEN_NEQ);
      return lexer_fail_at_rune (self, lexer_peek (self), "unexpected character after '!': %s");
    }
  if (lexer_accept (self, "="))
    return lexer_emit (self, rune == '<' ? SG_TOKEN_LTE : SG_TOKEN_GTE);
  if (lexer_accept (self, "/"))
    return lexer_emit (self, rune == '<' ? SG_TOKEN_TRIM_UPPER : SG_TOKEN_TRIM_LOWER);
  return lexer_emit (self, rune == '<' ? SG_TOKEN_LSS : SG_TOKEN_GTR);
}

static SgToken
lex_bracket (SgLexer *self,
             gint32   rune)
{
  if (rune == ']' && !self->bracket_open)
    return lexer_fail (self, "unexpected right bracket ']'");
  if (rune == ']')
    return lex_right_bracket (self);
  if (self->bracket_open)
    return lexer_fail (self, "unexpected left bracket '['");
  self->got_colon = FALSE;
  self->bracket_open = TRUE;
  self->in_duration = TRUE;
  return lexer_emit (self, SG_TOKEN_LEFT_BRACKET);
}

static SgToken
lex_word_in_brackets (SgLexer *self,
                      gint32   rune)
{
  SgTokenKind kind;

  if (rune == ':')
    {
      if (self->got_colon)
        return lexer_fail (self, "unexpected colon ':'");
      self->got_colon = TRUE;
      return lexer_emit (self, SG_TOKEN_COLON);
    }
  if (begins_duration_word (rune) && lexer_scan_duration_word (self, &kind))
    return lexer_emit (self, kind);
  return lexer_fail_at_rune (self, rune, "unexpected character: %s, expected ':'");
}

static SgToken
lex_outside (SgLexer *self)
{
  gint32 rune = lexer_read (self);
  SgTokenKind kind = symbol_from_rune (rune);

  if (kind != SG_TOKEN_ERROR)
    return lexer_emit (self, kind);
  if (is_word_start (rune) || rune == ':')
    return self->bracket_open ? lex_word_in_brackets (self, rune) : lex_word (self);
  if (is_digit (rune) || (rune == '.' && is_digit (lexer_peek (self))))
    {
      self->pos--;
      return lex_number_or_duration (self);
    }
  switch (rune)
    {
    case SG_GO_RUNE_EOF:
      return lex_end (self);
    case '=':
    case '!':
    case '<':
    case '>':
      return lex_comparison (self, rune);
    case '"':
    case '\'':
    case '`':
      return lex_string (self, rune);
    case '(':
      return lex_left_paren (self);
    case ')':
      return lex_right_paren (self);
    case '{':
      self->brace_open = TRUE;
      return lexer_emit (self, SG_TOKEN_LEFT_BRACE);
    case '[':
    case ']':
      return lex_bracket (self, rune);
    case '@':
      return lexer_emit (self, SG_TOKEN_AT);
    default:
      return lexer_fail_at_rune (self, rune, "unexpected character: %s");
    }
}

SgToken
sg_lexer_next (SgLexer *self)
{
  lexer_skip (self, !self->in_duration);
  if (self->brace_open)
    return lex_inside_braces (self);
  if (self->in_duration)
    return lex_duration_expression (self);
  return lex_outside (self);
}
