/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include <glib.h>

G_BEGIN_DECLS

/*
 * A sum of doubles that does not depend on their order, for all that a double can show: beside the
 * sum stands what rounding took from it (Knuth's two-sum, 1969, exact for every pair of doubles).
 *
 * A counter is the sum of its threads' cells, and a thread's cell moves into the base when the
 * thread ends. With plain additions that changes the order, and with it now and then the last bit:
 * the counter would fall by 1e-16 of itself, which every reader takes for a restart from zero.
 */
typedef struct
{
  double high;
  double low;
} SgExactSum;

static inline void
sg_exact_sum_add (SgExactSum *self,
                  double      value)
{
  double sum = self->high + value;
  double part = sum - self->high;

  self->low += (self->high - (sum - part)) + (value - part);
  self->high = sum;
}

static inline void
sg_exact_sum_join (SgExactSum       *self,
                   const SgExactSum *other)
{
  sg_exact_sum_add (self, other->high);
  sg_exact_sum_add (self, other->low);
}

static inline double
sg_exact_sum_get (const SgExactSum *self)
{
  return isfinite (self->high) && isfinite (self->low) ? self->high + self->low : self->high;
}

G_END_DECLS
