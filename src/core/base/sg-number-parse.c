/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"

#include "base/sg-number-private.h"
#include "base/sg-sample.h"

/*
 * Reading. The grammar is that of Go's ParseFloat:
 *
 *   number  = [ "+" | "-" ] ( decimal | hex | infinity )  |  nan
 *   decimal = mantissa of digits and at most one ".", at least one digit
 *             [ ( "e" | "E" ) [ "+" | "-" ] digit { digit } ]
 *   hex     = "0" ( "x" | "X" ) mantissa of hex digits, at least one
 *             ( "p" | "P" ) [ "+" | "-" ] digit { digit }
 *   infinity, nan = "inf", "infinity", "nan" in any case
 *
 * The double nearest to the number is returned, of two equally near ones the one with the even
 * fraction. A number from halfway above the greatest double is refused.
 *
 * A decimal is its first 19 significant digits w times 10^q, and the rest. Three ways, from the
 * most ordinary to the rarest:
 *
 *  1. w ≤ 2^53 and |q| ≤ 22: w and 10^|q| are doubles, so that one product or quotient rounds once,
 *     which is right (William Clinger, 1990).
 *  2. w × T, where T is the 128-bit beginning of 10^q (Michael Eisel and Daniel Lemire, 2020). Of
 *     the 192 bits of the product of w, shifted to the top of its word, with T, let U be the upper
 *     128. T falls short of its power by less than one unit, and w is less than 2^64: so the true
 *     value lies in [U, U + 2), counted in units of U's last bit. U has 127 or 128 digits; the
 *     upper 53 make the fraction (fewer for a subnormal), and the remainder r decides against half
 *     of the fraction's last bit. r + 2 ≤ half: the true remainder is below half, round down. r >
 *     half, or r = half and T not exact, or bits of the product below U: it is above, round up. r =
 *     half and all is exact: a tie. Only r = half − 1 leaves it open, once in 2^73 for numbers that
 *     are not meant to hit it.
 *  3. Then the digits are compared with the half exactly (sg-number-exact.c).
 *
 * With more than 19 digits the number lies between w and w + 1: where both round to the same
 * double, it is that one; where they do not, the half between them decides, by the third way.
 */

#define DIGITS_IN_WORD 19
#define FRACTION_BITS  52
#define INFINITY_BITS  G_GUINT64_CONSTANT (0x7ff0000000000000)
/* An exponent past this is past every number whose text has less than 10^15 bytes. */
#define EXPONENT_MAX G_GINT64_CONSTANT (1000000000000000)

/* w × 10^q and, where @cut, something less than 10^q; @digits with their point, times 10^scale. */
typedef struct
{
  guint64 w;
  gint64 q;
  gboolean negative;
  gboolean cut;
  const char *digits;
  gsize n_digits;
  gint64 scale;
} Decimal;

/* What the second way found: the double, or the two between which the half decides. */
typedef struct
{
  gboolean open;
  guint64 m;
  int e;
  guint64 bits;
} Rounded;

static inline guint
digit_value (char c)
{
  return (guint) (guint8) c - '0';
}

static inline char
lower (char c)
{
  return (char) (c | 0x20);
}

static guint
hex_value (char c)
{
  char folded = lower (c);

  if (digit_value (c) < 10)
    return digit_value (c);
  return folded >= 'a' && folded <= 'f' ? (guint) (folded - 'a') + 10 : 16;
}

static gboolean
equals_folded (const char *p,
               const char *end,
               const char *word)
{
  for (; p < end && *word != '\0'; p++, word++)
    {
      if (lower (*p) != *word)
        return FALSE;
    }
  return p == end && *word == '\0';
}

static gboolean
parse_special (const char *text,
               const char *end,
               double     *ret_value)
{
  gboolean has_sign = *text == '+' || *text == '-';
  const char *p = text + has_sign;

  if (equals_folded (p, end, "inf") || equals_folded (p, end, "infinity"))
    *ret_value = *text == '-' ? -INFINITY : INFINITY;
  else if (!has_sign && equals_folded (p, end, "nan"))
    *ret_value = sg_double_from_bits (SG_NORMAL_NAN_BITS);
  else
    return FALSE;
  return TRUE;
}

/* @p: after the letter. Returns: whether digits up to @end, and nothing else, follow. */
static gboolean
parse_exponent (const char *p,
                const char *end,
                gint64     *ret_exponent)
{
  gboolean negative = p < end && *p == '-';
  gint64 exponent = 0;

  if (p < end && (*p == '+' || *p == '-'))
    p++;
  if (p == end)
    return FALSE;
  for (; p < end; p++)
    {
      if (digit_value (*p) >= 10)
        return FALSE;
      if (exponent < EXPONENT_MAX)
        exponent = exponent * 10 + digit_value (*p);
    }
  *ret_exponent = negative ? -exponent : exponent;
  return TRUE;
}

/* Reads digits into @self->w as long as they fit. Returns: where they end. */
static const char *
scan_digits (Decimal    *self,
             const char *p,
             const char *end,
             guint      *used)
{
  for (; p < end && digit_value (*p) < 10; p++)
    {
      if (*used < DIGITS_IN_WORD)
        {
          self->w = self->w * 10 + digit_value (*p);
          *used += self->w != 0;
        }
      else
        {
          self->cut |= *p != '0';
          self->q++;
        }
    }
  return p;
}

/* Splits @p into sign, digits and exponent. Returns: %FALSE when it is not of the grammar. */
static gboolean
scan_decimal (Decimal    *self,
              const char *p,
              const char *end)
{
  guint used = 0;
  gint64 exponent = 0;
  gsize n_points = 0;

  self->negative = p < end && *p == '-';
  if (p < end && (*p == '+' || *p == '-'))
    p++;
  self->digits = p;
  p = scan_digits (self, p, end, &used);
  if (p < end && *p == '.')
    {
      const char *point = p;

      p = scan_digits (self, p + 1, end, &used);
      self->scale -= p - point - 1;
      n_points = 1;
    }
  self->n_digits = (gsize) (p - self->digits);
  if (self->n_digits == n_points)
    return FALSE;
  if (p < end && (lower (*p) != 'e' || !parse_exponent (p + 1, end, &exponent)))
    return FALSE;
  self->scale += exponent;
  self->q += self->scale;
  return TRUE;
}

/* The first way. Returns: %FALSE when it is not open. */
static gboolean
decimal_by_double (const Decimal *self,
                   double        *ret_value)
{
  static const double powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  };
  double value = (double) self->w;

  if (self->cut || self->w > G_GUINT64_CONSTANT (1) << 53 || self->q < -22 || self->q > 22)
    return FALSE;
  value = self->q < 0 ? value / powers[-self->q] : value * powers[self->q];
  *ret_value = self->negative ? -value : value;
  return TRUE;
}

/* m × 2^e with m < 2^53 (at most 2^53 after rounding up) as the bits of a double. */
static guint64
bits_of (guint64 m,
         int     e)
{
  /* A fraction that has its leading bit adds one to the exponent, as does a carry out of it. */
  return ((guint64) (e + 1074) << FRACTION_BITS) + m;
}

/* Decides @m and the remainder @r, which counts up to 2 × @half, as the essay says. */
static void
rounded_decide (Rounded  *self,
                SgU128    r,
                SgU128    half,
                gboolean  exact,
                gboolean  below)
{
  gboolean up;

  self->open = !exact && r + 1 == half;
  if (exact && r == half && !below)
    up = (self->m & 1) != 0;
  else
    up = r >= half;
  self->bits = bits_of (self->m + (guint64) up, self->e);
}

/* The second way. @w is not 0. */
static Rounded
decimal_by_product (guint64 w,
                    gint64  q)
{
  Rounded self = { FALSE, 0, -1074, 0 };
  int shift = __builtin_clzll (w);
  const SgPower *power;
  SgU128 low, high;
  int length, exponent, kept, drop;

  if (q < SG_NUMBER_POWER_FIRST)
    return self;
  if (q > 308)
    {
      self.bits = INFINITY_BITS;
      return self;
    }
  power = sg_power_of_ten ((int) q);
  low = (SgU128) power->lo * (w << shift);
  high = (SgU128) power->hi * (w << shift) + (guint64) (low >> 64);
  length = 127 + (int) (high >> 127);
  exponent = length - 1 + 64 + sg_log2_of_power ((int) q) - 127 - shift;
  kept = MIN (FRACTION_BITS + 1, exponent + 1075);
  drop = length - kept;
  if (kept < 0)
    {
      /* Below half the least double, but perhaps only because T falls short. */
      self.open = kept == -1;
      return self;
    }
  if (exponent > 1023)
    {
      self.bits = INFINITY_BITS;
      return self;
    }
  self.m = drop < 128 ? (guint64) (high >> drop) : 0;
  self.e = exponent - kept + 1;
  rounded_decide (&self, high - (drop < 128 ? (SgU128) self.m << drop : 0),
                  (SgU128) 1 << (drop - 1), q >= 0 && q <= SG_NUMBER_POWER_EXACT,
                  (guint64) low != 0);
  return self;
}

/* The second way and, where it leaves two doubles, the third. */
static guint64
decimal_to_bits (const Decimal *self)
{
  Rounded from = decimal_by_product (self->w, self->q);
  Rounded to = self->cut ? decimal_by_product (self->w + 1, self->q) : from;
  int order;

  if (!from.open && !to.open && from.bits == to.bits)
    return from.bits;
  if (!from.open && to.open)
    from = to;
  order = sg_number_compare_half (self->digits, self->n_digits, self->scale, from.m, from.e);
  return bits_of (from.m + (guint64) (order > 0 || (order == 0 && (from.m & 1) != 0)), from.e);
}

static gboolean
parse_decimal (const char *text,
               const char *end,
               double     *ret_value)
{
  Decimal decimal = { 0 };
  guint64 bits = 0;

  if (!scan_decimal (&decimal, text, end))
    return FALSE;
  if (decimal_by_double (&decimal, ret_value))
    return TRUE;
  if (decimal.w != 0)
    bits = decimal_to_bits (&decimal);
  if (bits == INFINITY_BITS)
    return FALSE;
  *ret_value = sg_double_from_bits (bits | (guint64) decimal.negative << 63);
  return TRUE;
}

/*
 * Returns: where the hexadecimal digits end; @self->w × 2^q then holds them, its last bit sticky.
 */
static const char *
scan_hex_digits (Decimal    *self,
                 const char *p,
                 const char *end)
{
  gboolean after_point = FALSE;

  self->digits = p;
  for (; p < end && (hex_value (*p) < 16 || (*p == '.' && !after_point)); p++)
    {
      if (*p == '.')
        {
          after_point = TRUE;
          continue;
        }
      self->n_digits++;
      self->q -= after_point ? 4 : 0;
      if (self->w >> 60 == 0)
        self->w = self->w << 4 | hex_value (*p);
      else
        {
          self->w |= hex_value (*p) != 0;
          self->q += 4;
        }
    }
  return p;
}

/* The double nearest to w × 2^q, where w is not 0 and its last bit stands for all below it too. */
static guint64
hex_to_bits (guint64 w,
             gint64  q)
{
  int shift = __builtin_clzll (w);
  gint64 exponent = q + 63 - shift;
  int kept = (int) CLAMP (exponent + 1075, -1, FRACTION_BITS + 1);
  int drop = 64 - kept;
  guint64 m, rest, half;

  w <<= shift;
  if (exponent > 1023)
    return INFINITY_BITS;
  if (kept < 0)
    return 0;
  m = drop < 64 ? w >> drop : 0;
  half = G_GUINT64_CONSTANT (1) << (drop - 1);
  rest = w - (drop < 64 ? m << drop : 0);
  if (rest > half || (rest == half && (m & 1) != 0))
    m++;
  return bits_of (m, (int) exponent - kept + 1);
}

/* @p: after the 0x */
static gboolean
parse_hex (const char *p,
           const char *end,
           gboolean    negative,
           double     *ret_value)
{
  Decimal number = { 0 };
  guint64 bits = 0;
  gint64 exponent;

  p = scan_hex_digits (&number, p, end);
  if (number.n_digits == 0 || p == end || lower (*p) != 'p'
      || !parse_exponent (p + 1, end, &exponent))
    return FALSE;
  if (number.w != 0)
    bits = hex_to_bits (number.w, number.q + exponent);
  if (bits == INFINITY_BITS)
    return FALSE;
  *ret_value = sg_double_from_bits (bits | (guint64) negative << 63);
  return TRUE;
}

static gboolean
parse_plain (const char    *text,
             const char    *end,
             SgNumberFlags  flags,
             double        *ret_value)
{
  const char *p = text;

  if (parse_decimal (text, end, ret_value))
    return TRUE;
  if (p < end && (*p == '+' || *p == '-'))
    p++;
  if ((flags & SG_NUMBER_DECIMAL) == 0 && end - p > 2 && p[0] == '0' && lower (p[1]) == 'x')
    return parse_hex (p + 2, end, *text == '-', ret_value);
  return p < end && parse_special (text, end, ret_value);
}

/* Whether each underscore stands between two digits, or between the 0x and a digit. */
static gboolean
underscores_are_right (const char *text,
                       const char *end)
{
  const char *p = text;
  gboolean hex;

  if (p < end && (*p == '+' || *p == '-'))
    p++;
  hex = end - p > 2 && p[0] == '0' && lower (p[1]) == 'x';
  for (; p < end; p++)
    {
      gboolean after_prefix = hex && p - text >= 2 && lower (p[-1]) == 'x';

      if (*p != '_')
        continue;
      if (p == text || p + 1 == end)
        return FALSE;
      if (!after_prefix && (hex ? hex_value (p[-1]) >= 16 : digit_value (p[-1]) >= 10))
        return FALSE;
      if (hex ? hex_value (p[1]) >= 16 : digit_value (p[1]) >= 10)
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_double_parse_full:
 * @text: a number, need not end in a NUL
 * @length: its length in bytes
 * @flags: what else to accept or to refuse
 * @ret_value: (out): the nearest double, untouched on failure
 *
 * Returns: %FALSE when @text is not a number, the whole of it, or one too great for a double
 */
gboolean
sg_double_parse_full (const char    *text,
                      gsize          length,
                      SgNumberFlags  flags,
                      double        *ret_value)
{
  const char *end = text + length;
  g_autofree char *copy = NULL;
  gsize kept = 0;

  if ((flags & SG_NUMBER_UNDERSCORES) == 0 || memchr (text, '_', length) == NULL)
    return parse_plain (text, end, flags, ret_value);
  if (!underscores_are_right (text, end))
    return FALSE;
  copy = g_malloc (length);
  for (const char *p = text; p < end; p++)
    {
      if (*p != '_')
        copy[kept++] = *p;
    }
  return parse_plain (copy, copy + kept, flags, ret_value);
}

gboolean
sg_double_parse (const char *text,
                 gsize       length,
                 double     *ret_value)
{
  return parse_plain (text, text + length, 0, ret_value);
}
