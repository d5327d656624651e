/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser-private.h"

#include "promql/sg-go-text.h"

#include <math.h>
#include <string.h>

/* Selectors, and what can follow one: [range], [range:step], offset, @, anchored, smoothed. */

gboolean
sg_parser_read_number (SgParser *self,
                       SgToken   token,
                       double   *ret_value)
{
  gsize length;
  const char *text = sg_parser_get_text (self, token, &length);
  g_autofree char *why = NULL;
  gint64 ms;

  if (token.kind == SG_TOKEN_NUMBER)
    {
      if (sg_go_parse_number (text, length, ret_value, &why))
        return TRUE;
      sg_parser_add_error (self, token.span, "error parsing number: %s", why);
      return FALSE;
    }
  if (!sg_go_parse_duration (text, length, &ms, &why))
    {
      sg_parser_add_error (self, token.span, "%s", why);
      return FALSE;
    }
  *ret_value = (double) (ms / 1000) + (double) (ms % 1000) / 1000;
  return TRUE;
}

SgText
sg_parser_read_string (SgParser *self,
                       SgToken   token)
{
  g_autoptr (GString) value = g_string_new (NULL);
  gsize length;
  const char *text = sg_parser_get_text (self, token, &length);

  sg_go_unquote (text, length, value);
  return (SgText) { sg_arena_strndup (self->ast->arena, value->str, value->len), value->len };
}

static SgMatchKind
match_type_from_token (SgTokenKind op)
{
  switch ((guint) op)
    {
    case SG_TOKEN_EQL:
      return SG_MATCH_EQUAL;
    case SG_TOKEN_NEQ:
      return SG_MATCH_NOT_EQUAL;
    case SG_TOKEN_EQL_REGEX:
      return SG_MATCH_REGEXP;
    default:
      return SG_MATCH_NOT_REGEXP;
    }
}

static void
add_matcher (SgParser    *self,
             GArray      *matchers,
             const char  *name,
             SgTokenKind  op,
             SgText       value,
             SgSpan       span)
{
  g_autoptr (GError) error = NULL;
  SgAstMatcher matcher = { name, op, value, NULL };

  matcher.compiled = sg_matcher_new (match_type_from_token (op), name, value.text, &error);
  if (matcher.compiled == NULL)
    sg_parser_add_error (self, span, "%s", error->message);
  else
    g_ptr_array_add (self->ast->matchers, matcher.compiled);
  g_array_append_val (matchers, matcher);
}

static gboolean
is_match_operator (SgTokenKind kind)
{
  return kind == SG_TOKEN_EQL || kind == SG_TOKEN_NEQ || kind == SG_TOKEN_EQL_REGEX
         || kind == SG_TOKEN_NEQ_REGEX;
}

/* name op "value", or a lone "name" in quotes, which is the metric's. */
static gboolean
read_matcher (SgParser *self,
              GArray   *matchers)
{
  SgTokenKind kind = sg_parser_peek (self);
  SgToken name;
  SgText text;
  SgTokenKind op;
  SgToken value;

  if (kind != SG_TOKEN_IDENTIFIER && kind != SG_TOKEN_STRING)
    {
      sg_parser_unexpected (self, "label matching", "identifier or \"}\"");
      return FALSE;
    }
  name = sg_parser_take (self);
  text.text = sg_parser_get_text (self, name, &text.length);
  if (kind == SG_TOKEN_STRING)
    text = sg_parser_read_string (self, name);
  op = sg_parser_peek (self);
  if (!is_match_operator (op))
    {
      if (kind == SG_TOKEN_IDENTIFIER)
        sg_parser_unexpected (self, "label matching", "label matching operator");
      else
        add_matcher (self, matchers, SG_LABEL_NAME, SG_TOKEN_EQL, text, name.span);
      return !self->failed;
    }
  sg_parser_take (self);
  if (sg_parser_peek (self) != SG_TOKEN_STRING)
    {
      sg_parser_unexpected (self, "label matching", "string");
      return FALSE;
    }
  value = sg_parser_take (self);
  add_matcher (self, matchers, sg_arena_strndup (self->ast->arena, text.text, text.length), op,
               sg_parser_read_string (self, value), (SgSpan) { name.span.start, value.span.end });
  return TRUE;
}

/* "{" [ matcher { "," matcher } [ "," ] ] "}" */
static void
read_matchers (SgParser *self,
               GArray   *matchers)
{
  sg_parser_take (self);
  while (!sg_parser_accept (self, SG_TOKEN_RIGHT_BRACE))
    {
      if (!read_matcher (self, matchers))
        return;
      if (!sg_parser_accept (self, SG_TOKEN_COMMA) && sg_parser_peek (self) != SG_TOKEN_RIGHT_BRACE)
        {
          sg_parser_unexpected (self, "label matching", "\",\" or \"}\"");
          return;
        }
    }
}

/**
 * sg_parser_read_selector:
 * @self: a parser
 * @name: the metric's name, which was taken, or SG_TOKEN_EOF
 *
 * Returns: the selector that begins there
 */
SgExpr *
sg_parser_read_selector (SgParser *self,
                         SgToken   name)
{
  g_autoptr (GArray) matchers = g_array_new (FALSE, FALSE, sizeof (SgAstMatcher));
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_VECTOR, SG_VALUE_TYPE_VECTOR, name.span);
  gsize length;
  const char *text = sg_parser_get_text (self, name, &length);

  expr->vector.shift.at_bound = SG_TOKEN_EOF;
  if (sg_parser_peek (self) == SG_TOKEN_LEFT_BRACE)
    {
      if (name.kind == SG_TOKEN_EOF)
        expr->span.start = self->token.span.start;
      read_matchers (self, matchers);
      expr->span.end = self->previous_end;
    }
  if (name.kind != SG_TOKEN_EOF)
    {
      SgText value = { sg_arena_strndup (self->ast->arena, text, length), length };

      expr->vector.name = value.text;
      add_matcher (self, matchers, SG_LABEL_NAME, SG_TOKEN_EQL, value, name.span);
    }
  expr->vector.n_matchers = matchers->len;
  expr->vector.matchers =
      sg_arena_copy (self->ast->arena, matchers->data, matchers->len * sizeof (SgAstMatcher));
  return expr;
}

/* Returns: where the offset and the @ of @expr are kept; NULL and an error when it can have none. */
static SgTimeShift *
get_shift (SgParser   *self,
           SgExpr     *expr,
           const char *what)
{
  if (expr->kind == SG_EXPR_VECTOR)
    return &expr->vector.shift;
  if (expr->kind == SG_EXPR_SUBQUERY)
    return &expr->subquery.shift;
  if (expr->kind == SG_EXPR_MATRIX)
    {
      if (expr->matrix.vector->kind == SG_EXPR_VECTOR)
        return &expr->matrix.vector->vector.shift;
      sg_parser_add_error (self, expr->span, "ranges only allowed for vector selectors");
      return NULL;
    }
  sg_parser_add_error (self, expr->span,
                       "%s modifier must be preceded by an instant vector selector or range "
                       "vector selector or a subquery",
                       what);
  return NULL;
}

static void
read_offset (SgParser *self,
             SgExpr   *expr)
{
  SgDurationExpr *offset;
  SgTimeShift *shift;

  sg_parser_take (self);
  offset = sg_parser_read_offset (self);
  if (self->failed)
    return;
  shift = get_shift (self, expr, "offset");
  if (shift == NULL)
    return;
  if (shift->offset_ms != 0 || shift->offset_expr != NULL)
    sg_parser_add_error (self, expr->span, "offset may not be set multiple times");
  else if (offset->op == SG_TOKEN_NUMBER)
    shift->offset_ms = sg_parser_duration_ms (offset->seconds);
  else
    shift->offset_expr = offset;
  expr->span.end = self->previous_end;
}

static void
set_timestamp (SgParser *self,
               SgExpr   *expr,
               double    seconds)
{
  SgTimeShift *shift;

  if (!isfinite (seconds) || seconds >= 0x1p63 || seconds <= -0x1p63)
    {
      char text[512];

      g_ascii_formatd (text, sizeof text, "%f", seconds);
      sg_parser_add_error (self, expr->span, "timestamp out of bounds for @ modifier: %s",
                           isnan (seconds)   ? "NaN"
                           : isinf (seconds) ? (seconds > 0 ? "+Inf" : "-Inf")
                                             : text);
    }
  shift = get_shift (self, expr, "@");
  if (shift == NULL)
    return;
  if (shift->has_at || shift->at_bound != SG_TOKEN_EOF)
    {
      sg_parser_add_error (self, expr->span, "@ <timestamp> may not be set multiple times");
      return;
    }
  shift->has_at = isfinite (seconds);
  shift->at = (SgTimeMs) CLAMP (round (seconds * 1000), -0x1p62, 0x1p62);
  expr->span.end = self->previous_end;
}

static void
set_bound (SgParser    *self,
           SgExpr      *expr,
           SgTokenKind  bound)
{
  SgTimeShift *shift = get_shift (self, expr, "@");

  if (shift == NULL)
    return;
  if (shift->has_at || shift->at_bound != SG_TOKEN_EOF)
    {
      sg_parser_add_error (self, expr->span, "@ <timestamp> may not be set multiple times");
      return;
    }
  shift->at_bound = bound;
  expr->span.end = self->previous_end;
}

/* "@" ( [ sign ] number | "start" "(" ")" | "end" "(" ")" ) */
static void
read_at (SgParser *self,
         SgExpr   *expr)
{
  SgTokenKind sign;
  double seconds;

  sg_parser_take (self);
  sign = sg_parser_peek (self);
  if (sign == SG_TOKEN_START || sign == SG_TOKEN_END)
    {
      sg_parser_take (self);
      if (sg_parser_accept (self, SG_TOKEN_LEFT_PAREN)
          && sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
        set_bound (self, expr, sign);
      else
        sg_parser_unexpected (self, "@", "timestamp");
      return;
    }
  if (sign == SG_TOKEN_ADD || sign == SG_TOKEN_SUB)
    sg_parser_take (self);
  if (sg_parser_peek (self) != SG_TOKEN_NUMBER && sg_parser_peek (self) != SG_TOKEN_DURATION)
    {
      sg_parser_unexpected (self, "@", "timestamp");
      return;
    }
  if (sg_parser_read_number (self, sg_parser_take (self), &seconds))
    set_timestamp (self, expr, sign == SG_TOKEN_SUB ? -seconds : seconds);
}

static void
set_duration (SgAstDuration  *self,
              SgDurationExpr *expr)
{
  if (expr->op == SG_TOKEN_NUMBER)
    self->ms = sg_parser_duration_ms (expr->seconds);
  else
    self->expr = expr;
}

static SgExpr *
make_matrix (SgParser       *self,
             SgExpr         *vector,
             SgDurationExpr *range,
             SgSpan          brackets)
{
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_MATRIX, SG_VALUE_TYPE_MATRIX,
                                     (SgSpan) { vector->span.start, brackets.end });
  const char *why = NULL;

  if (vector->kind != SG_EXPR_VECTOR)
    why = "ranges only allowed for vector selectors";
  else if (vector->vector.shift.offset_ms != 0 || vector->vector.shift.offset_expr != NULL)
    why = "no offset modifiers allowed before range";
  else if (vector->vector.shift.has_at)
    why = "no @ modifiers allowed before range";
  if (why != NULL)
    sg_parser_add_error (self, brackets, "%s", why);
  expr->matrix.vector = vector;
  set_duration (&expr->matrix.range, range);
  sg_parser_adopt (self, expr, vector);
  return expr;
}

static SgExpr *
make_subquery (SgParser       *self,
               SgExpr         *inner,
               SgDurationExpr *range,
               SgDurationExpr *step)
{
  SgExpr *expr = sg_parser_new_expr (self, SG_EXPR_SUBQUERY, SG_VALUE_TYPE_MATRIX,
                                     (SgSpan) { inner->span.start, self->previous_end });

  expr->subquery.expr = inner;
  expr->subquery.shift.at_bound = SG_TOKEN_EOF;
  set_duration (&expr->subquery.range, range);
  if (step != NULL)
    set_duration (&expr->subquery.step, step);
  sg_parser_adopt (self, expr, inner);
  return expr;
}

static SgDurationExpr *
read_positive_duration (SgParser *self)
{
  SgDurationExpr *duration = sg_parser_read_duration (self);

  if (!self->failed && duration->op == SG_TOKEN_NUMBER && duration->seconds <= 0)
    {
      sg_parser_add_error (self, duration->span, "duration must be greater than 0");
      duration->seconds = 0;
    }
  return duration;
}

static gboolean
begins_duration (SgTokenKind kind)
{
  return kind == SG_TOKEN_NUMBER || kind == SG_TOKEN_DURATION || kind == SG_TOKEN_LEFT_PAREN
         || kind == SG_TOKEN_ADD || kind == SG_TOKEN_SUB || kind == SG_TOKEN_STEP
         || kind == SG_TOKEN_RANGE || kind == SG_TOKEN_MIN_OF || kind == SG_TOKEN_MAX_OF;
}

/* After the colon of a subquery. */
static SgExpr *
read_subquery_step (SgParser       *self,
                    SgExpr         *inner,
                    SgDurationExpr *range)
{
  SgDurationExpr *step = NULL;

  if (begins_duration (sg_parser_peek (self)))
    {
      step = read_positive_duration (self);
      if (self->failed)
        return inner;
      if (sg_parser_peek (self) != SG_TOKEN_RIGHT_BRACKET)
        sg_parser_unexpected (self, "subquery selector", "\"]\"");
    }
  else if (sg_parser_peek (self) != SG_TOKEN_RIGHT_BRACKET)
    sg_parser_unexpected (self, "subquery selector", "number, duration, step(), range(), or \"]\"");
  sg_parser_take (self);
  return self->failed ? inner : make_subquery (self, inner, range, step);
}

/* "[" duration [ ":" [ duration ] ] "]" */
static SgExpr *
read_brackets (SgParser *self,
               SgExpr   *expr)
{
  SgToken left = sg_parser_take (self);
  SgDurationExpr *range = read_positive_duration (self);

  if (self->failed)
    return expr;
  if (sg_parser_accept (self, SG_TOKEN_COLON))
    return read_subquery_step (self, expr, range);
  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_BRACKET))
    {
      sg_parser_unexpected (self, "subquery or range", "\":\" or \"]\"");
      return expr;
    }
  return make_matrix (self, expr, range, (SgSpan) { left.span.start, self->previous_end });
}

static void
read_extension (SgParser *self,
                SgExpr   *expr)
{
  SgToken token = sg_parser_take (self);
  const char *what = sg_token_kind_get_text (token.kind);
  SgExpr *selector = expr->kind == SG_EXPR_MATRIX ? expr->matrix.vector : expr;

  if (expr->kind == SG_EXPR_SUBQUERY)
    sg_parser_add_error (self, expr->span, "%s modifier is not supported for subqueries", what);
  else if (selector->kind != SG_EXPR_VECTOR)
    sg_parser_add_error (self, expr->span, "%s modifier not implemented", what);
  else
    {
      selector->vector.anchored |= token.kind == SG_TOKEN_ANCHORED;
      selector->vector.smoothed |= token.kind == SG_TOKEN_SMOOTHED;
      if (selector->vector.anchored && selector->vector.smoothed)
        sg_parser_add_error (self, expr->span,
                             "anchored and smoothed modifiers cannot be used together");
      expr->span.end = token.span.end;
    }
}

/* Reads what follows @expr and belongs to it. Returns: @expr, or what it became. */
SgExpr *
sg_parser_read_modifiers (SgParser *self,
                          SgExpr   *expr)
{
  for (;;)
    {
      switch ((guint) sg_parser_peek (self))
        {
        case SG_TOKEN_LEFT_BRACKET:
          expr = read_brackets (self, expr);
          break;
        case SG_TOKEN_OFFSET:
          read_offset (self, expr);
          break;
        case SG_TOKEN_AT:
          read_at (self, expr);
          break;
        case SG_TOKEN_ANCHORED:
        case SG_TOKEN_SMOOTHED:
          read_extension (self, expr);
          break;
        default:
          return expr;
        }
    }
}
