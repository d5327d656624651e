/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-plan.h"

#include "promql/sg-promql-error.h"

#include <math.h>

/*
 * Durations that the query computes from its step and its range. The numbers are seconds; the result is
 * cut to milliseconds. An error begins with the bytes of the query that it is about, as Prometheus has
 * it: "5:12: division by zero".
 */
#define SECONDS_MAX 9223372036.854775807

static gboolean
fail (const SgDurationExpr  *duration,
      const char            *message,
      GError               **error)
{
  g_set_error (error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_EXECUTION,
               "%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", duration->span.start,
               duration->span.end, message);
  return FALSE;
}

static double
combine (SgTokenKind op,
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
    case SG_TOKEN_MOD:
      return fmod (a, b);
    case SG_TOKEN_POW:
      return pow (a, b);
    case SG_TOKEN_MIN_OF:
      return fmin (a, b);
    default:
      return fmax (a, b);
    }
}

static gboolean
compute (const SgPlanParams    *params,
         const SgDurationExpr  *duration,
         double                *ret_seconds,
         GError               **error)
{
  double a = 0;
  double b;

  if (duration->op == SG_TOKEN_NUMBER)
    *ret_seconds = duration->seconds;
  else if (duration->op == SG_TOKEN_STEP)
    *ret_seconds = (double) params->step / 1000;
  else if (duration->op == SG_TOKEN_RANGE)
    *ret_seconds = (double) (params->end - params->start) / 1000;
  else
    {
      if ((duration->lhs != NULL && !compute (params, duration->lhs, &a, error))
          || !compute (params, duration->rhs, &b, error))
        return FALSE;
      if (b == 0 && duration->op == SG_TOKEN_DIV)
        return fail (duration, "division by zero", error);
      if (b == 0 && duration->op == SG_TOKEN_MOD)
        return fail (duration, "modulo by zero", error);
      *ret_seconds = duration->lhs == NULL && duration->op == SG_TOKEN_SUB
                         ? -b
                         : (duration->lhs == NULL ? b : combine (duration->op, a, b));
    }
  return TRUE;
}

/* Returns: milliseconds; G_MININT64 when @error is set */
gint64
sg_plan_compute_duration (const SgPlanParams    *params,
                          const SgDurationExpr  *duration,
                          gboolean               may_be_negative,
                          GError               **error)
{
  double seconds;

  if (!compute (params, duration, &seconds, error))
    return G_MININT64;
  if (!may_be_negative && seconds <= 0)
    {
      fail (duration, "duration must be greater than 0", error);
      return G_MININT64;
    }
  if (!(fabs (seconds) <= SECONDS_MAX))
    {
      fail (duration, "duration is out of range", error);
      return G_MININT64;
    }
  return (gint64) (seconds * 1000);
}
