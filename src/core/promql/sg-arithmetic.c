/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-arithmetic.h"

#include <math.h>

/*
 * The operators between numbers. The remainder has the sign of the dividend, 0^0 is 1, and a comparison
 * with NaN is false but for !=.
 */

double
sg_arithmetic_compute (SgTokenKind op,
                       double      a,
                       double      b)
{
  switch ((guint) op)
    {
    case SG_TOKEN_ADD:
      return a + b;
    case SG_TOKEN_SUB:
      return a - b;
    case SG_TOKEN_MUL:
      return a * b;
    case SG_TOKEN_DIV:
      return a / b;
    case SG_TOKEN_POW:
      return pow (a, b);
    case SG_TOKEN_MOD:
      return fmod (a, b);
    case SG_TOKEN_ATAN2:
      return atan2 (a, b);
    case SG_TOKEN_EQLC:
      return a == b;
    case SG_TOKEN_NEQ:
      return a != b;
    case SG_TOKEN_GTR:
      return a > b;
    case SG_TOKEN_LSS:
      return a < b;
    case SG_TOKEN_GTE:
      return a >= b;
    case SG_TOKEN_LTE:
      return a <= b;
    default:
      return sg_absent ();
    }
}

/* Evaluates @expression of x and y for every time at which both are there. */
#define FOR_EACH(expression)                                                       \
  for (guint i = 0; i < n; i++)                                                    \
    {                                                                              \
      double x = a.values != NULL ? a.values[i] : a.constant;                      \
      double y = b.values != NULL ? b.values[i] : b.constant;                      \
                                                                                   \
      out[i] = sg_is_absent (x) || sg_is_absent (y) ? sg_absent () : (expression); \
    }                                                                              \
  break

static void
apply_comparison (SgTokenKind    op,
                  SgOperand      a,
                  SgOperand      b,
                  SgCompareMode  mode,
                  double        *out,
                  guint          n)
{
  double yes = 1;
  double no = mode == SG_COMPARE_BOOL ? 0 : sg_absent ();

#define KEPT (mode == SG_COMPARE_BOOL ? yes : mode == SG_COMPARE_KEEP_LEFT ? x : y)
  switch ((guint) op)
    {
    case SG_TOKEN_EQLC:
      FOR_EACH (x == y ? KEPT : no);
    case SG_TOKEN_NEQ:
      FOR_EACH (x != y ? KEPT : no);
    case SG_TOKEN_GTR:
      FOR_EACH (x > y ? KEPT : no);
    case SG_TOKEN_LSS:
      FOR_EACH (x < y ? KEPT : no);
    case SG_TOKEN_GTE:
      FOR_EACH (x >= y ? KEPT : no);
    default:
      FOR_EACH (x <= y ? KEPT : no);
    }
#undef KEPT
}

/**
 * sg_arithmetic_apply: (skip)
 * @op: an operator that is no set operator
 * @a: its left side
 * @b: its right side
 * @mode: what a comparison that holds yields
 * @out: (array length=n): the results; may be one of the operands
 * @n: how many there are
 *
 * Operators that are not for numbers yield nothing.
 */
void
sg_arithmetic_apply (SgTokenKind    op,
                     SgOperand      a,
                     SgOperand      b,
                     SgCompareMode  mode,
                     double        *out,
                     guint          n)
{
  switch ((guint) op)
    {
    case SG_TOKEN_ADD:
      FOR_EACH (x + y);
    case SG_TOKEN_SUB:
      FOR_EACH (x - y);
    case SG_TOKEN_MUL:
      FOR_EACH (x * y);
    case SG_TOKEN_DIV:
      FOR_EACH (x / y);
    case SG_TOKEN_POW:
    case SG_TOKEN_MOD:
    case SG_TOKEN_ATAN2:
      FOR_EACH (sg_arithmetic_compute (op, x, y));
    case SG_TOKEN_TRIM_LOWER:
    case SG_TOKEN_TRIM_UPPER:
      FOR_EACH (sg_absent ());
    default:
      apply_comparison (op, a, b, mode, out, n);
    }
}
