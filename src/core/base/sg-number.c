/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"

#include "base/sg-number-private.h"
#include "base/sg-sample.h"

/*
 * Writing.
 *
 * A double is c × 2^q with an integer c < 2^53. Every real number between the midpoints to its two
 * neighbours reads back as it (the midpoints themselves too when c is even, because reading rounds
 * ties to even). Wanted is the decimal in that interval with the fewest digits and, of those, the
 * one nearest to the double. This is Schubfach, the pigeonhole method of Raffaello Giulietti ("The
 * Schubfach way to render doubles", 2021):
 *
 *  - Choose k = floor (log10 (width of the interval)). Then the interval is at least 10^k wide, so
 *    that it holds a multiple of 10^k, and less than 10^(k+1), so that it holds at most one
 *    multiple of 10^(k+1). If there is one of the latter, it is the answer; else it is one of the
 *    two multiples of 10^k around the double.
 *  - The double and both midpoints are multiples of 2^(q-2): 4c, 4c ± 2 of them (4c − 1 below when
 *    c is 2^52, because the doubles below lie twice as dense). Each is scaled by 10^-k with one
 *    product of 64 × 128 bits. The power of ten is rounded up, and of the product's fraction only
 *    "is there any" is kept, in the lowest bit: rounding to odd. Giulietti proves that all
 *    comparisons with such numbers come out as with the exact ones.
 *
 * The result may end in zeros, which are cut. Integers below 2^53 take none of this way: the
 * shortest digits of one are its own, since the interval around it is not wider than 1. Nor do
 * numbers that are n millionths with n < 10^15, as most that a program measures and rounds: one
 * division tells.
 *
 * The digits d1 d2 … dn with the point after the p-th are laid out as Go's strconv does:
 *
 *   exponent   d1.d2…dn e ± two digits or more      (p − 1 is the exponent)
 *   plain      d1…dp.…dn, zeros on either side where p ≤ 0 or p > n
 */

#define SIGN_BIT      (G_GUINT64_CONSTANT (1) << 63)
#define LEADING_BIT   (G_GUINT64_CONSTANT (1) << 52)
#define FRACTION_MASK (LEADING_BIT - 1)

/* 0.d1…dn × 10^point; n digits without trailing zeros, the first not zero. */
typedef struct
{
  char text[SG_INTEGER_TEXT_MAX];
  int n;
  int point;
} Digits;

static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

static guint
count_digits (guint64 value)
{
  static const guint64 powers[] = {
    0,
    G_GUINT64_CONSTANT (10),
    G_GUINT64_CONSTANT (100),
    G_GUINT64_CONSTANT (1000),
    G_GUINT64_CONSTANT (10000),
    G_GUINT64_CONSTANT (100000),
    G_GUINT64_CONSTANT (1000000),
    G_GUINT64_CONSTANT (10000000),
    G_GUINT64_CONSTANT (100000000),
    G_GUINT64_CONSTANT (1000000000),
    G_GUINT64_CONSTANT (10000000000),
    G_GUINT64_CONSTANT (100000000000),
    G_GUINT64_CONSTANT (1000000000000),
    G_GUINT64_CONSTANT (10000000000000),
    G_GUINT64_CONSTANT (100000000000000),
    G_GUINT64_CONSTANT (1000000000000000),
    G_GUINT64_CONSTANT (10000000000000000),
    G_GUINT64_CONSTANT (100000000000000000),
    G_GUINT64_CONSTANT (1000000000000000000),
    G_GUINT64_CONSTANT (10000000000000000000),
  };
  /* The number of bits times log10 (2) is the number of digits, or one too few. */
  guint bits = 64 - (guint) __builtin_clzll (value | 1);
  guint guess = (bits * 1233) >> 12;

  return guess + (value >= powers[guess]);
}

/**
 * sg_u64_write:
 * @value: a number
 * @out: (out caller-allocates): at least %SG_INTEGER_TEXT_MAX bytes
 *
 * Returns: the length of the text
 */
gsize
sg_u64_write (guint64  value,
              char    *out)
{
  guint n = count_digits (value | 1);
  char *p = out + n;

  *p = '\0';
  while (value >= 100)
    {
      guint64 rest = value / 100;

      p -= 2;
      memcpy (p, pairs + 2 * (value - rest * 100), 2);
      value = rest;
    }
  if (value >= 10)
    memcpy (out, pairs + 2 * value, 2);
  else
    *out = (char) ('0' + value);
  return n;
}

gsize
sg_i64_write (gint64  value,
              char   *out)
{
  if (value >= 0)
    return sg_u64_write ((guint64) value, out);
  *out = '-';
  return sg_u64_write (0 - (guint64) value, out + 1) + 1;
}

/* The part of @power × @x above its 128th bit, its lowest bit set if there is any fraction. */
static guint64
scale_to_odd (SgU128  power,
              guint64 x)
{
  SgU128 low = (SgU128) (guint64) power * x;
  SgU128 high = (SgU128) (guint64) (power >> 64) * x + (guint64) (low >> 64);

  return (guint64) (high >> 64) | ((guint64) high > 1);
}

/* Of the two multiples of 10^k around the double, @s and @s + 1, the one to take. */
static guint64
pick_neighbour (guint64 s,
                guint64 value,
                guint64 lower,
                guint64 upper)
{
  gboolean down_inside = lower <= 4 * s;
  gboolean up_inside = 4 * s + 4 <= upper;
  guint64 middle = 4 * s + 2;

  if (down_inside != up_inside)
    return s + (guint64) up_inside;
  return s + (guint64) (value > middle || (value == middle && (s & 1) != 0));
}

/* Sets *@ret_exponent, and returns the digits as a number that may end in zeros. */
static guint64
shortest_decimal (guint64  fraction,
                  int      biased,
                  int     *ret_exponent)
{
  guint64 c = biased != 0 ? fraction | LEADING_BIT : fraction;
  int q = (biased != 0 ? biased : 1) - 1075;
  gboolean irregular = fraction == 0 && biased > 1;
  guint64 is_odd = c & 1;
  /* floor (log10 (2^q)) and floor (log10 (3/4 × 2^q)). */
  int k = (q * 1262611 - (irregular ? 524031 : 0)) >> 22;
  int h = q + sg_log2_of_power (-k) + 1;
  const SgPower *entry = sg_power_of_ten (-k);
  SgU128 power = ((SgU128) entry->hi << 64 | entry->lo) + 1;
  guint64 lower = scale_to_odd (power, (4 * c - (irregular ? 1 : 2)) << h) + is_odd;
  guint64 value = scale_to_odd (power, (4 * c) << h);
  guint64 upper = scale_to_odd (power, (4 * c + 2) << h) - is_odd;
  guint64 s = value / 4;
  guint64 tens = s / 10;

  if (s >= 10)
    {
      gboolean down_inside = lower <= 40 * tens;
      gboolean up_inside = 40 * tens + 40 <= upper;

      if (down_inside != up_inside)
        {
          *ret_exponent = k + 1;
          return tens + (guint64) up_inside;
        }
    }
  *ret_exponent = k;
  return pick_neighbour (s, value, lower, upper);
}

/*
 * Whether @magnitude is a number of millionths. A decimal of at most 15 digits is the only one of
 * its kind that reads as its double, so that no shorter one can exist.
 */
static gboolean
is_in_millionths (double   magnitude,
                  guint64 *ret_value)
{
  double millionths = magnitude * 1e6;
  guint64 n;

  if (millionths >= 1e15)
    return FALSE;
  n = (guint64) (millionths + 0.5);
  *ret_value = n;
  return (double) n / 1e6 == magnitude;
}

/* @bits: of a finite double that is not zero */
static void
digits_init (Digits  *self,
             guint64  bits)
{
  int biased = (int) (bits >> 52 & 0x7ff);
  int exponent = 0;
  guint64 value;
  double magnitude = sg_double_from_bits (bits & ~SIGN_BIT);

  if (magnitude < 0x1p53 && magnitude == (double) (guint64) magnitude)
    value = (guint64) magnitude;
  else if (is_in_millionths (magnitude, &value))
    exponent = -6;
  else
    value = shortest_decimal (bits & FRACTION_MASK, biased, &exponent);
  self->n = (int) sg_u64_write (value, self->text);
  self->point = self->n + exponent;
  while (self->text[self->n - 1] == '0')
    self->n--;
}

/*
 * Writes the sign, and NaN, the infinities and zero whole. Returns: where the digits go, or NULL.
 */
static char *
write_beginning (guint64  bits,
                 char    *out,
                 gsize   *ret_length)
{
  guint64 magnitude = bits & ~SIGN_BIT;
  gboolean negative = bits != magnitude;
  const char *special = NULL;

  if (magnitude > G_GUINT64_CONSTANT (0x7ff0000000000000))
    special = "NaN";
  else if (magnitude == G_GUINT64_CONSTANT (0x7ff0000000000000))
    special = negative ? "-Inf" : "+Inf";
  else if (magnitude == 0)
    special = negative ? "-0" : "0";
  if (special != NULL)
    {
      *ret_length = (gsize) (g_stpcpy (out, special) - out);
      return NULL;
    }
  *out = '-';
  return out + negative;
}

static char *
write_exponent_form (const Digits *digits,
                     char         *p)
{
  int exponent = digits->point - 1;
  guint magnitude = (guint) ABS (exponent);

  *p++ = digits->text[0];
  if (digits->n > 1)
    {
      *p++ = '.';
      p = mempcpy (p, digits->text + 1, (gsize) digits->n - 1);
    }
  *p++ = 'e';
  *p++ = exponent < 0 ? '-' : '+';
  if (magnitude < 10)
    *p++ = '0';
  return p + sg_u64_write (magnitude, p);
}

static char *
write_plain_form (const Digits *digits,
                  char         *p)
{
  int whole = MIN (digits->point, digits->n);

  if (digits->point <= 0)
    {
      *p++ = '0';
      *p++ = '.';
      p = (char *) memset (p, '0', (gsize) -digits->point) - digits->point;
      p = mempcpy (p, digits->text, (gsize) digits->n);
    }
  else
    {
      p = mempcpy (p, digits->text, (gsize) whole);
      p = (char *) memset (p, '0', (gsize) (digits->point - whole)) + digits->point - whole;
      if (digits->n > whole)
        {
          *p++ = '.';
          p = mempcpy (p, digits->text + whole, (gsize) (digits->n - whole));
        }
    }
  *p = '\0';
  return p;
}

/* The exponents from @low up to but not @high are written plainly, the others as such. */
static gsize
write_digits (guint64  bits,
              int      low,
              int      high,
              char    *out)
{
  gsize length;
  char *p = write_beginning (bits, out, &length);
  Digits digits;

  if (p == NULL)
    return length;
  digits_init (&digits, bits);
  if (digits.point - 1 < low || digits.point - 1 >= high)
    p = write_exponent_form (&digits, p);
  else
    p = write_plain_form (&digits, p);
  return (gsize) (p - out);
}

static inline gboolean
is_small_integer (double value)
{
  return value > -0x1p53 && value < 0x1p53 && value == (double) (gint64) value
         && (value != 0 || !signbit (value));
}

/**
 * sg_double_write:
 * @value: a number
 * @out: (out caller-allocates): at least %SG_DOUBLE_TEXT_MAX bytes
 *
 * The text as Go prints it with %v: the exponent is written when it is below −4 or from 21, so that
 * integers stay plain up to 21 digits; NaN, +Inf, -Inf, -0.
 *
 * Returns: the length of the text
 */
gsize
sg_double_write (double  value,
                 char   *out)
{
  if (is_small_integer (value))
    return sg_i64_write ((gint64) value, out);
  return write_digits (sg_double_to_bits (value), -4, 21, out);
}

/**
 * sg_double_write_json:
 * @value: a number
 * @out: (out caller-allocates): at least %SG_DOUBLE_TEXT_MAX bytes
 *
 * The text as the values of Prometheus' HTTP API, without their quotes: the exponent is written
 * below 1e-6 and from 1e21.
 *
 * Returns: the length of the text
 */
gsize
sg_double_write_json (double  value,
                      char   *out)
{
  if (is_small_integer (value))
    return sg_i64_write ((gint64) value, out);
  return write_digits (sg_double_to_bits (value), -6, 21, out);
}

/**
 * sg_double_write_exponent:
 * @value: a number
 * @out: (out caller-allocates): at least %SG_DOUBLE_TEXT_MAX bytes
 *
 * The text always with an exponent, as the values of alerts in Prometheus' HTTP API: 1e+00. Zero is
 * 0e+00.
 *
 * Returns: the length of the text
 */
gsize
sg_double_write_exponent (double  value,
                          char   *out)
{
  gsize length = write_digits (sg_double_to_bits (value), G_MAXINT, G_MAXINT, out);

  if (value == 0)
    length = (gsize) (g_stpcpy (out + length, "e+00") - out);
  return length;
}

/**
 * sg_double_write_fixed:
 * @value: a number
 * @out: (out caller-allocates): at least %SG_DOUBLE_FIXED_MAX bytes
 *
 * The text never with an exponent, as a scalar in Prometheus' HTTP API: 1e300 has 301 digits.
 *
 * Returns: the length of the text
 */
gsize
sg_double_write_fixed (double  value,
                       char   *out)
{
  if (is_small_integer (value))
    return sg_i64_write ((gint64) value, out);
  return write_digits (sg_double_to_bits (value), G_MININT, G_MAXINT, out);
}
