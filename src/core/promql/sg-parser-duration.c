/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-parser-private.h"

#include <math.h>

/*
 * Durations that are computed.
 *
 *   duration = signed { operator signed }        + - * / % ^ with the precedence they have elsewhere
 *   signed   = ( "+" | "-" ) duration-that-binds-like-^ | number | duration literal | "(" duration ")"
 *            | "step" "(" ")" | "range" "(" ")" | ( "min_of" | "max_of" ) "(" duration "," duration ")"
 *
 * After "offset" no operator can follow a number, a step() or range(), a min_of() or max_of(), or what
 * has a sign before it: `foo offset 5m * 2` doubles the samples, not the offset. After an offset that
 * begins with a parenthesis operators do belong to it, as in Prometheus.
 */

#define SECONDS_MAX 9223372036.854775807

enum
{
  LEVEL_SUM = 1,
  LEVEL_PRODUCT,
  LEVEL_POWER,
};

static guint
duration_level (SgTokenKind kind)
{
  switch ((guint) kind)
    {
    case SG_TOKEN_ADD:
    case SG_TOKEN_SUB:
      return LEVEL_SUM;
    case SG_TOKEN_MUL:
    case SG_TOKEN_DIV:
    case SG_TOKEN_MOD:
      return LEVEL_PRODUCT;
    case SG_TOKEN_POW:
      return LEVEL_POWER;
    default:
      return 0;
    }
}

/* Milliseconds as Prometheus has them: rounded to a nanosecond, then cut. */
gint64
sg_parser_duration_ms (double seconds)
{
  double ns = round (seconds * 1e9);

  if (ns >= 0x1p63)
    return G_MAXINT64 / 1000000;
  if (ns <= -0x1p63)
    return G_MININT64 / 1000000;
  return (gint64) ns / 1000000;
}

static SgDurationExpr *
new_duration (SgParser    *self,
              SgTokenKind  op,
              SgSpan       span)
{
  SgDurationExpr *duration = sg_arena_new0 (self->ast->arena, SgDurationExpr);

  duration->op = op;
  duration->span = span;
  return duration;
}

/* Fails at the next token, in brackets or after "offset". */
static SgDurationExpr *
fail (SgParser *self,
      gboolean  is_offset)
{
  sg_parser_unexpected (self, is_offset ? "offset" : "subquery or range selector",
                        "number, duration, step(), or range()");
  return new_duration (self, SG_TOKEN_NUMBER, self->token.span);
}

static SgDurationExpr *read_level (SgParser *self, guint min_level, gboolean is_offset);

static void
check_range (SgParser       *self,
             SgDurationExpr *number,
             SgSpan          span)
{
  if (number->seconds > SECONDS_MAX || number->seconds < -SECONDS_MAX)
    {
      sg_parser_add_error (self, span, "duration out of range");
      number->seconds = 0;
    }
}

static SgDurationExpr *
read_number (SgParser *self)
{
  SgToken token = sg_parser_take (self);
  SgDurationExpr *number = new_duration (self, SG_TOKEN_NUMBER, token.span);

  number->is_duration = token.kind == SG_TOKEN_DURATION;
  sg_parser_read_number (self, token, &number->seconds);
  check_range (self, number, token.span);
  return number;
}

/* step(), range(), min_of(a, b), max_of(a, b) */
static SgDurationExpr *
read_named (SgParser *self,
            gboolean  is_offset)
{
  SgToken name = sg_parser_take (self);
  SgDurationExpr *duration = new_duration (self, name.kind, name.span);

  if (!sg_parser_accept (self, SG_TOKEN_LEFT_PAREN))
    return fail (self, is_offset);
  if (name.kind == SG_TOKEN_MIN_OF || name.kind == SG_TOKEN_MAX_OF)
    {
      duration->lhs = read_level (self, LEVEL_SUM, is_offset);
      if (!sg_parser_accept (self, SG_TOKEN_COMMA))
        return fail (self, is_offset);
      duration->rhs = read_level (self, LEVEL_SUM, is_offset);
    }
  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    return fail (self, is_offset);
  duration->span.end = self->previous_end;
  return duration;
}

static SgDurationExpr *
read_paren (SgParser *self,
            gboolean  is_offset)
{
  SgDurationExpr *duration;

  sg_parser_take (self);
  duration = read_level (self, LEVEL_SUM, is_offset);
  if (!sg_parser_accept (self, SG_TOKEN_RIGHT_PAREN))
    return fail (self, is_offset);
  if (duration->op != SG_TOKEN_NUMBER)
    duration->wrapped = TRUE;
  return duration;
}

static SgDurationExpr *
negate (SgParser       *self,
        SgToken         sign,
        SgDurationExpr *operand)
{
  SgDurationExpr *duration;

  if (operand->op == SG_TOKEN_NUMBER)
    {
      if (sign.kind == SG_TOKEN_SUB)
        operand->seconds = -operand->seconds;
      operand->span.start = sign.span.start;
      return operand;
    }
  if (sign.kind == SG_TOKEN_ADD)
    return operand;
  duration = new_duration (self, SG_TOKEN_SUB, (SgSpan) { sign.span.start, operand->span.end });
  duration->rhs = operand;
  return duration;
}

static SgDurationExpr *
read_unsigned (SgParser *self,
               gboolean  is_offset)
{
  switch ((guint) sg_parser_peek (self))
    {
    case SG_TOKEN_NUMBER:
    case SG_TOKEN_DURATION:
      return read_number (self);
    case SG_TOKEN_STEP:
    case SG_TOKEN_RANGE:
    case SG_TOKEN_MIN_OF:
    case SG_TOKEN_MAX_OF:
      return read_named (self, is_offset);
    case SG_TOKEN_LEFT_PAREN:
      return read_paren (self, is_offset);
    default:
      return fail (self, is_offset);
    }
}

static SgDurationExpr *
read_operand (SgParser *self,
              gboolean  is_offset)
{
  SgTokenKind kind = sg_parser_peek (self);

  if (kind == SG_TOKEN_ADD || kind == SG_TOKEN_SUB)
    {
      SgToken sign = sg_parser_take (self);

      return negate (self, sign, read_level (self, LEVEL_POWER, is_offset));
    }
  return read_unsigned (self, is_offset);
}

static SgDurationExpr *
read_binary (SgParser       *self,
             SgDurationExpr *lhs,
             guint           level,
             gboolean        is_offset)
{
  SgToken op = sg_parser_take (self);
  SgDurationExpr *rhs = read_level (self, level == LEVEL_POWER ? level : level + 1, is_offset);
  SgDurationExpr *duration;

  if (!self->failed && rhs->op == SG_TOKEN_NUMBER && rhs->seconds == 0
      && (op.kind == SG_TOKEN_DIV || op.kind == SG_TOKEN_MOD))
    sg_parser_add_error (self, op.span, "%s by zero",
                         op.kind == SG_TOKEN_DIV ? "division" : "modulo");
  duration = new_duration (self, op.kind, (SgSpan) { lhs->span.start, rhs->span.end });
  duration->lhs = lhs;
  duration->rhs = rhs;
  return duration;
}

static SgDurationExpr *
go_on (SgParser       *self,
       SgDurationExpr *duration,
       guint           min_level,
       gboolean        is_offset)
{
  while (!self->failed)
    {
      guint level = duration_level (sg_parser_peek (self));

      if (level == 0 || level < min_level)
        break;
      duration = read_binary (self, duration, level, is_offset);
    }
  return duration;
}

static SgDurationExpr *
read_level (SgParser *self,
            guint     min_level,
            gboolean  is_offset)
{
  SgDurationExpr *duration;

  if (!sg_parser_enter (self))
    {
      sg_parser_leave (self);
      return new_duration (self, SG_TOKEN_NUMBER, self->token.span);
    }
  duration = go_on (self, read_operand (self, is_offset), min_level, is_offset);
  sg_parser_leave (self);
  return duration;
}

/* In brackets. */
SgDurationExpr *
sg_parser_read_duration (SgParser *self)
{
  return read_level (self, LEVEL_SUM, FALSE);
}

/* After "offset". */
SgDurationExpr *
sg_parser_read_offset (SgParser *self)
{
  SgTokenKind kind = sg_parser_peek (self);

  if (kind == SG_TOKEN_LEFT_PAREN)
    {
      SgDurationExpr *duration = read_level (self, LEVEL_SUM, TRUE);

      duration->wrapped = duration->op != SG_TOKEN_NUMBER;
      return duration;
    }
  if (kind == SG_TOKEN_ADD || kind == SG_TOKEN_SUB)
    {
      SgToken sign = sg_parser_take (self);

      return negate (self, sign, read_unsigned (self, TRUE));
    }
  return read_unsigned (self, TRUE);
}
