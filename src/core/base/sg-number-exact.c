/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number-private.h"

/*
 * Decides exactly whether a decimal lies below, on or above the middle between two neighbouring
 * doubles m × 2^e and (m + 1) × 2^e. With the decimal D × 10^s (D an integer) it compares
 *
 *   D × 10^s   with   (2m + 1) × 2^(e−1)
 *
 * as integers: each factor with a negative exponent goes over to the other side.
 *
 *   s ≥ 0:  D × 5^s × 2^max(s−e+1, 0)   with   (2m + 1) × 2^max(e−1−s, 0)
 *   s < 0:  D × 2^max(s−e+1, 0)         with   (2m + 1) × 5^−s × 2^max(e−1−s, 0)
 *
 * The middle between two doubles has at most 767 significant digits; so of D the first 800 decide,
 * and whatever follows them only says "and a little more", for which a digit 1 is appended. The two
 * sides are nearly equal, and D < 10^801 with a decimal of at least 2^−1076, so s > −1126: neither
 * side has more than 2661 + 1126 bits, 60 limbs of 64.
 */
#define LIMBS       64
#define DIGITS_KEPT 800

typedef struct
{
  guint n;
  guint64 limbs[LIMBS];
} Big;

/* self = self × factor + add */
static void
big_multiply_add (Big     *self,
                  guint64  factor,
                  guint64  add)
{
  guint64 carry = add;

  for (guint i = 0; i < self->n; i++)
    {
      SgU128 product = (SgU128) self->limbs[i] * factor + carry;

      self->limbs[i] = (guint64) product;
      carry = (guint64) (product >> 64);
    }
  if (carry != 0)
    {
      g_assert (self->n < LIMBS);
      self->limbs[self->n++] = carry;
    }
}

static void
big_multiply_power_of_five (Big    *self,
                            gint64  exponent)
{
  /* The greatest power of five that fits a limb. */
  const guint64 five27 = G_GUINT64_CONSTANT (7450580596923828125);

  for (; exponent >= 27; exponent -= 27)
    big_multiply_add (self, five27, 0);
  for (; exponent > 0; exponent--)
    big_multiply_add (self, 5, 0);
}

static void
big_shift_left (Big    *self,
                gint64  bits)
{
  guint whole = (guint) (bits / 64);

  g_assert (self->n + whole <= LIMBS);
  for (guint i = self->n; i-- > 0;)
    self->limbs[i + whole] = self->limbs[i];
  for (guint i = 0; i < whole; i++)
    self->limbs[i] = 0;
  self->n += whole;
  big_multiply_add (self, G_GUINT64_CONSTANT (1) << (bits % 64), 0);
}

static int
big_compare (const Big *a,
             const Big *b)
{
  if (a->n != b->n)
    return a->n < b->n ? -1 : 1;
  for (guint i = a->n; i-- > 0;)
    {
      if (a->limbs[i] != b->limbs[i])
        return a->limbs[i] < b->limbs[i] ? -1 : 1;
    }
  return 0;
}

/* Reads @digits, among them a point; raises *@scale by what it left out. */
static void
big_read (Big        *self,
          const char *digits,
          gsize       n_digits,
          gint64     *scale)
{
  guint used = 0;
  gboolean more = FALSE;

  for (gsize i = 0; i < n_digits; i++)
    {
      if (digits[i] == '.')
        continue;
      if (used == DIGITS_KEPT)
        {
          more |= digits[i] != '0';
          *scale += 1;
        }
      else if (used > 0 || digits[i] != '0')
        {
          big_multiply_add (self, 10, (guint64) (digits[i] - '0'));
          used++;
        }
    }
  if (more)
    {
      big_multiply_add (self, 10, 1);
      *scale -= 1;
    }
}

/*
 * sg_number_compare_half:
 * @digits: the digits of a decimal that is not zero, and possibly a point, which does not count
 * @n_digits: their number, with the point
 * @scale: the power of ten that belongs to the last digit
 * @m: see above
 * @e: see above; the decimal is within a few units of m × 2^e
 *
 * Returns: below 0, 0 or above 0 when the decimal is below, on or above the middle
 */
int
sg_number_compare_half (const char *digits,
                        gsize       n_digits,
                        gint64      scale,
                        guint64     m,
                        int         e)
{
  Big left = { 0 };
  Big right = { 0 };

  big_read (&left, digits, n_digits, &scale);
  big_multiply_add (&right, 0, 2 * m + 1);
  big_multiply_power_of_five (scale >= 0 ? &left : &right, ABS (scale));
  big_shift_left (&left, MAX (scale - e + 1, 0));
  big_shift_left (&right, MAX (e - 1 - scale, 0));
  return big_compare (&left, &right);
}
