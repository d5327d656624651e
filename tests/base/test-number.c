/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"
#include "base/sg-sample.h"

#include <float.h>
#include <stdlib.h>

typedef gsize (*WriteFunc) (double value, char *out);

typedef struct
{
  double value;
  const char *plain;
  const char *json;
  const char *exponent;
} WriteCase;

static const WriteCase write_cases[] = {
  { 0.0, "0", "0", "0e+00" },
  { -0.0, "-0", "-0", "-0e+00" },
  { 1.0, "1", "1", "1e+00" },
  { -1.0, "-1", "-1", "-1e+00" },
  { 10.0, "10", "10", "1e+01" },
  { 1.5, "1.5", "1.5", "1.5e+00" },
  { 0.1, "0.1", "0.1", "1e-01" },
  { 0.3, "0.3", "0.3", "3e-01" },
  { 0.1 + 0.2, "0.30000000000000004", "0.30000000000000004", "3.0000000000000004e-01" },
  { 1.0 / 3.0, "0.3333333333333333", "0.3333333333333333", "3.333333333333333e-01" },
  { 100.25, "100.25", "100.25", "1.0025e+02" },
  { 0.0001, "0.0001", "0.0001", "1e-04" },
  { 0.00012, "0.00012", "0.00012", "1.2e-04" },
  { 0.00001, "1e-05", "0.00001", "1e-05" },
  { 0.000001, "1e-06", "0.000001", "1e-06" },
  { 9.99e-7, "9.99e-07", "9.99e-07", "9.99e-07" },
  { 1e-7, "1e-07", "1e-07", "1e-07" },
  { -1e-10, "-1e-10", "-1e-10", "-1e-10" },
  { 1000000.0, "1000000", "1000000", "1e+06" },
  { 1234567890.0, "1234567890", "1234567890", "1.23456789e+09" },
  { 1e15, "1000000000000000", "1000000000000000", "1e+15" },
  { 9007199254740991.0, "9007199254740991", "9007199254740991", "9.007199254740991e+15" },
  { 9007199254740992.0, "9007199254740992", "9007199254740992", "9.007199254740992e+15" },
  { 123456789012345678901.0, "123456789012345680000", "123456789012345680000",
    "1.2345678901234568e+20" },
  { 999999999999999868928.0, "999999999999999900000", "999999999999999900000",
    "9.999999999999999e+20" },
  { 1e21, "1e+21", "1e+21", "1e+21" },
  { 1e22, "1e+22", "1e+22", "1e+22" },
  { 1e23, "1e+23", "1e+23", "1e+23" },
  { 9.5e-3, "0.0095", "0.0095", "9.5e-03" },
  { 1e100, "1e+100", "1e+100", "1e+100" },
  { -1.5e300, "-1.5e+300", "-1.5e+300", "-1.5e+300" },
  { 2e-323, "2e-323", "2e-323", "2e-323" },
  { 5e-324, "5e-324", "5e-324", "5e-324" },
  { DBL_MIN, "2.2250738585072014e-308", "2.2250738585072014e-308", "2.2250738585072014e-308" },
  { DBL_MAX, "1.7976931348623157e+308", "1.7976931348623157e+308", "1.7976931348623157e+308" },
  { 2.225073858507201e-308, "2.225073858507201e-308", "2.225073858507201e-308",
    "2.225073858507201e-308" },
  { 9007199254740993.0 * 2, "18014398509481984", "18014398509481984", "1.8014398509481984e+16" },
  { 0x1p-44, "5.684341886080802e-14", "5.684341886080802e-14", "5.684341886080802e-14" },
  { 4.35, "4.35", "4.35", "4.35e+00" },
  { INFINITY, "+Inf", "+Inf", "+Inf" },
  { -INFINITY, "-Inf", "-Inf", "-Inf" },
  { NAN, "NaN", "NaN", "NaN" },
};

static void
assert_written (WriteFunc   write,
                double      value,
                const char *expected)
{
  char text[SG_DOUBLE_FIXED_MAX];
  gsize length = write (value, text);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

static void
test_number_write (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (write_cases); i++)
    {
      assert_written (sg_double_write, write_cases[i].value, write_cases[i].plain);
      assert_written (sg_double_write_json, write_cases[i].value, write_cases[i].json);
      assert_written (sg_double_write_exponent, write_cases[i].value, write_cases[i].exponent);
    }
  assert_written (sg_double_write, sg_stale_nan (), "NaN");
  assert_written (sg_double_write, -NAN, "NaN");
}

static void
test_number_write_fixed (void)
{
  g_autofree char *zeros = g_strnfill (300, '0');
  g_autofree char *great = g_strconcat ("1", zeros, NULL);
  g_autofree char *small =
      g_strdup_printf ("-0.%.323s5", "000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000"
                                     "00000000000000000000000000000000000000000000000000000");
  char text[SG_DOUBLE_FIXED_MAX];

  assert_written (sg_double_write_fixed, 1e300, great);
  assert_written (sg_double_write_fixed, -5e-324, small);
  assert_written (sg_double_write_fixed, -0.0, "-0");
  assert_written (sg_double_write_fixed, 1e21, "1000000000000000000000");
  assert_written (sg_double_write_fixed, 12.5, "12.5");
  assert_written (sg_double_write_fixed, INFINITY, "+Inf");
  g_assert_cmpuint (sg_double_write_fixed (-DBL_MAX, text), ==, 310);
  g_assert_cmpuint (sg_double_write_fixed (-2.2250738585072014e-308, text), ==, 327);
}

static void
test_number_write_integers (void)
{
  guint64 power = 1;
  char text[SG_INTEGER_TEXT_MAX];
  char expected[SG_INTEGER_TEXT_MAX];

  for (guint i = 0; i < 20; i++, power *= 10)
    {
      const guint64 around[] = { power - 1, power, power + 1, power * 9, ~power, power << 1 };

      for (guint j = 0; j < G_N_ELEMENTS (around); j++)
        {
          g_snprintf (expected, sizeof expected, "%" G_GUINT64_FORMAT, around[j]);
          g_assert_cmpuint (sg_u64_write (around[j], text), ==, strlen (expected));
          g_assert_cmpstr (text, ==, expected);
          g_snprintf (expected, sizeof expected, "%" G_GINT64_FORMAT, (gint64) around[j]);
          g_assert_cmpuint (sg_i64_write ((gint64) around[j], text), ==, strlen (expected));
          g_assert_cmpstr (text, ==, expected);
        }
    }
  sg_i64_write (G_MININT64, text);
  g_assert_cmpstr (text, ==, "-9223372036854775808");
  sg_u64_write (G_MAXUINT64, text);
  g_assert_cmpstr (text, ==, "18446744073709551615");
}

typedef struct
{
  const char *text;
  SgNumberFlags flags;
  double value;
} ParseCase;

static const ParseCase parse_cases[] = {
  { "0", 0, 0.0 },
  { "-0", 0, -0.0 },
  { "+0", 0, 0.0 },
  { "-0e99999999999999999999", 0, -0.0 },
  { "1", 0, 1.0 },
  { "+1", 0, 1.0 },
  { "00000000000000000000000000000000001", 0, 1.0 },
  { "1.", 0, 1.0 },
  { ".5", 0, 0.5 },
  { "-.5e1", 0, -5.0 },
  { "1e23", 0, 1e23 },
  { "1E+06", 0, 1e6 },
  { "1e-0000000000000000000000000007", 0, 1e-7 },
  { "8.41", 0, 8.41 },
  { "9007199254740993", 0, 9007199254740992.0 },
  { "9007199254740993.0000000000000000000000000000000001", 0, 9007199254740994.0 },
  { "9007199254740992.5", 0, 9007199254740992.0 },
  { "9007199254740995", 0, 9007199254740996.0 },
  { "18446744073709551615", 0, 18446744073709551616.0 },
  { "123456789012345678901234567890", 0, 123456789012345678901234567890.0 },
  { "1.00000000000000011102230246251565404236316680908203125", 0, 1.0 },
  { "1.00000000000000011102230246251565404236316680908203124", 0, 1.0 },
  { "1.00000000000000011102230246251565404236316680908203126", 0, 1.0000000000000002 },
  { "1.7976931348623157e308", 0, DBL_MAX },
  { "1.7976931348623158e308", 0, DBL_MAX },
  { "179769313486231580793e288", 0, DBL_MAX },
  { "1."
    "797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775"
    "8720709633028641669288791094655554785194040263065748867150582068190890200070838367627385484581"
    "77"
    "1153176447573027006985557136695962284291481986083493647529271907416844436551070434271155969950"
    "80"
    "93042880177904174497791999999e308",
    0, DBL_MAX },
  { "4.9406564584124654e-324", 0, 5e-324 },
  { "2.4703282292062328e-324", 0, 5e-324 },
  { "2.4703282292062327e-324", 0, 0.0 },
  { "2.470328229206232720e-324", 0, 0.0 },
  { "-2e-324", 0, -0.0 },
  { "1e-400", 0, 0.0 },
  { "1e-99999999999999999999999", 0, 0.0 },
  { "2.2250738585072011e-308", 0, 2.225073858507201e-308 },
  { "2.2250738585072012e-308", 0, DBL_MIN },
  { "2.225073858507201136057409796709131975934819546351645648e-308", 0, 2.225073858507201e-308 },
  { "0x1p0", 0, 1.0 },
  { "0X1.8P+1", 0, 3.0 },
  { "-0x.8p1", 0, -1.0 },
  { "0x1.fffffffffffffp1023", 0, DBL_MAX },
  { "0x1.fffffffffffff7fffp1023", 0, DBL_MAX },
  { "0x1p-1074", 0, 5e-324 },
  { "0x1p-1075", 0, 0.0 },
  { "0x1.00000000000000000001p-1075", 0, 5e-324 },
  { "0x1.8p-1074", 0, 1e-323 },
  { "0x1.00000000000008p0", 0, 1.0 },
  { "0x1.00000000000018p0", 0, 1.0000000000000004 },
  { "0x1.000000000000080000000000000001p0", 0, 1.0000000000000002 },
  { "0x0p99999999999999999999", 0, 0.0 },
  { "0x123456789abcdef01234p-80", 0, 0x1.23456789abcdfp-4 },
  { "inf", 0, INFINITY },
  { "+Inf", 0, INFINITY },
  { "-INF", 0, -INFINITY },
  { "Infinity", 0, INFINITY },
  { "-iNfInItY", 0, -INFINITY },
  { "NaN", 0, NAN },
  { "nan", 0, NAN },
  { "1_23.50_0_0e+1_2", SG_NUMBER_UNDERSCORES, 1.235e14 },
  { "-1_000", SG_NUMBER_UNDERSCORES, -1000.0 },
  { "0x_1_2.3_4_5p+1_2", SG_NUMBER_UNDERSCORES, 74565.0 },
  { "1000", SG_NUMBER_UNDERSCORES, 1000.0 },
  { "nan", SG_NUMBER_UNDERSCORES | SG_NUMBER_DECIMAL, NAN },
};

static void
test_number_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      const ParseCase *c = &parse_cases[i];
      double value = 42;

      g_test_message ("%s", c->text);
      g_assert_true (sg_double_parse_full (c->text, strlen (c->text), c->flags, &value));
      if (isnan (c->value))
        g_assert_cmpuint (sg_double_to_bits (value), ==, SG_NORMAL_NAN_BITS);
      else
        g_assert_cmpuint (sg_double_to_bits (value), ==, sg_double_to_bits (c->value));
    }
}

static const ParseCase refused_cases[] = {
  { "", 0, 0 },
  { " 1", 0, 0 },
  { "1 ", 0, 0 },
  { "+", 0, 0 },
  { "-", 0, 0 },
  { ".", 0, 0 },
  { "-.", 0, 0 },
  { ".e1", 0, 0 },
  { "e1", 0, 0 },
  { "1e", 0, 0 },
  { "1e+", 0, 0 },
  { "1e5.", 0, 0 },
  { "1.2.3", 0, 0 },
  { "1..2", 0, 0 },
  { "--1", 0, 0 },
  { "+-1", 0, 0 },
  { "1x", 0, 0 },
  { "1e1e1", 0, 0 },
  { "1f", 0, 0 },
  { "1,5", 0, 0 },
  { "0x", 0, 0 },
  { "0x1", 0, 0 },
  { "0x1.8", 0, 0 },
  { "0xp1", 0, 0 },
  { "0x.p1", 0, 0 },
  { "0x1p", 0, 0 },
  { "0x1p+", 0, 0 },
  { "0x1p1.", 0, 0 },
  { "0x1e1", 0, 0 },
  { "0x1.1.1p1", 0, 0 },
  { "x1p1", 0, 0 },
  { "0x-1p1", 0, 0 },
  { "1p1", 0, 0 },
  { "+nan", 0, 0 },
  { "-NaN", 0, 0 },
  { "na", 0, 0 },
  { "nanx", 0, 0 },
  { "in", 0, 0 },
  { "infin", 0, 0 },
  { "infinityx", 0, 0 },
  { "--inf", 0, 0 },
  { "1e309", 0, 0 },
  { "-1e309", 0, 0 },
  { "1e99999999999999999999999", 0, 0 },
  { "1.7976931348623159e308", 0, 0 },
  { "1."
    "797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775"
    "8720709633028641669288791094655554785194040263065748867150582068190890200070838367627385484581"
    "77"
    "1153176447573027006985557136695962284291481986083493647529271907416844436551070434271155969950"
    "80"
    "93042880177904174497792e308",
    0, 0 },
  { "0x1p1024", 0, 0 },
  { "0x1.fffffffffffff8p1023", 0, 0 },
  { "1_000", 0, 0 },
  { "0x1p1", SG_NUMBER_DECIMAL, 0 },
  { "-0x1p1", SG_NUMBER_DECIMAL, 0 },
  { "_1", SG_NUMBER_UNDERSCORES, 0 },
  { "1_", SG_NUMBER_UNDERSCORES, 0 },
  { "-_1", SG_NUMBER_UNDERSCORES, 0 },
  { "1__2", SG_NUMBER_UNDERSCORES, 0 },
  { "1_.5", SG_NUMBER_UNDERSCORES, 0 },
  { "1._5", SG_NUMBER_UNDERSCORES, 0 },
  { "1.5_e1", SG_NUMBER_UNDERSCORES, 0 },
  { "1.5e_1", SG_NUMBER_UNDERSCORES, 0 },
  { "1.5e+_1", SG_NUMBER_UNDERSCORES, 0 },
  { "1.5e1_", SG_NUMBER_UNDERSCORES, 0 },
  { "_0x1p1", SG_NUMBER_UNDERSCORES, 0 },
  { "0_x1p1", SG_NUMBER_UNDERSCORES, 0 },
  { "0x__1p1", SG_NUMBER_UNDERSCORES, 0 },
  { "0x1_p1", SG_NUMBER_UNDERSCORES, 0 },
  { "0x1p_1", SG_NUMBER_UNDERSCORES, 0 },
  { "in_f", SG_NUMBER_UNDERSCORES, 0 },
  { "_", SG_NUMBER_UNDERSCORES, 0 },
};

static void
test_number_refused (void)
{
  double value = 42;

  for (guint i = 0; i < G_N_ELEMENTS (refused_cases); i++)
    {
      const ParseCase *c = &refused_cases[i];

      g_test_message ("%s", c->text);
      g_assert_false (sg_double_parse_full (c->text, strlen (c->text), c->flags, &value));
      g_assert_cmpfloat (value, ==, 42);
    }
  g_assert_false (sg_double_parse ("1\0002", 3, &value));
}

/* Reads exactly the length it is told to: the byte after it does not exist. */
static void
test_number_parse_length (void)
{
  const char *text = "-123.5e+1";
  double value;

  for (gsize length = 0; length <= strlen (text); length++)
    {
      g_autofree char *exact = g_memdup2 (text, MAX (length, 1));
      g_autofree char *terminated = g_strndup (text, length);
      char *end;
      double expected = strtod (terminated, &end);

      if (length > 0 && *end == '\0' && end != terminated)
        {
          g_assert_true (sg_double_parse (exact, length, &value));
          g_assert_cmpfloat (value, ==, expected);
        }
      else
        g_assert_false (sg_double_parse (exact, length, &value));
    }
}

/* A million digits, of which the last decides. */
static void
test_number_parse_long (void)
{
  g_autoptr (GString) text =
      g_string_new ("1.00000000000000011102230246251565404236316680908203125");
  double value;

  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, '0');
  g_assert_true (sg_double_parse (text->str, text->len, &value));
  g_assert_cmpfloat (value, ==, 1.0);
  g_string_append_c (text, '1');
  g_assert_true (sg_double_parse (text->str, text->len, &value));
  g_assert_cmpfloat (value, ==, 1.0000000000000002);
  g_string_assign (text, "0.");
  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (text, '0');
  g_string_append (text, "15e1000000");
  g_assert_true (sg_double_parse (text->str, text->len, &value));
  g_assert_cmpfloat (value, ==, 0.15);
}

static guint
count_digits (const char *text)
{
  guint n = 0;

  for (; *text != '\0' && *text != 'e'; text++)
    n += g_ascii_isdigit (*text) != 0;
  return n;
}

/*
 * Reads back as itself; no shorter digits do; and of that length they are the nearest. The last is
 * %.*e, but for a power of two, below which the doubles are denser: there the nearest decimal may
 * lie outside the interval where another of its length lies inside.
 */
static void
assert_shortest (double value)
{
  gboolean is_power_of_two =
      (sg_double_to_bits (value) & ((G_GUINT64_CONSTANT (1) << 52) - 1)) == 0;
  char text[SG_DOUBLE_FIXED_MAX];
  char expected[64];
  double back;
  int digits;

  sg_double_write_exponent (value, text);
  g_assert_cmpfloat (strtod (text, NULL), ==, value);
  digits = (int) count_digits (text);
  g_snprintf (expected, sizeof expected, "%.*e", digits - 1, value);
  if (!is_power_of_two)
    g_assert_cmpstr (text, ==, expected);
  if (digits > 1)
    {
      g_snprintf (expected, sizeof expected, "%.*e", digits - 2, value);
      g_assert_cmpfloat (strtod (expected, NULL), !=, value);
    }
  g_assert_true (sg_double_parse (text, strlen (text), &back));
  g_assert_cmpuint (sg_double_to_bits (back), ==, sg_double_to_bits (value));
}

static void
assert_round_trip (double value)
{
  static const WriteFunc writers[] = {
    sg_double_write,
    sg_double_write_json,
    sg_double_write_fixed,
    sg_double_write_exponent,
  };
  char text[SG_DOUBLE_FIXED_MAX];
  double back;

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++)
    {
      gsize length = writers[i](value, text);

      g_assert_true (sg_double_parse (text, length, &back));
      g_assert_cmpuint (sg_double_to_bits (back), ==, sg_double_to_bits (value));
    }
}

static void
check_around (double value)
{
  guint64 bits = sg_double_to_bits (value);

  for (gint64 i = -3; i <= 3; i++)
    {
      double near = sg_double_from_bits (bits + (guint64) i);

      if (isfinite (near) && near > 0)
        {
          assert_shortest (near);
          assert_round_trip (near);
          assert_round_trip (-near);
        }
    }
}

/* Every power of two and of ten with its neighbours: all exponents, and all the irregular cases. */
static void
test_number_powers (void)
{
  for (int e = -1074; e < 1024; e++)
    check_around (ldexp (1.0, e));
  for (int e = -323; e <= 308; e++)
    {
      g_autofree char *text = g_strdup_printf ("1e%d", e);

      check_around (strtod (text, NULL));
    }
  for (guint64 i = 1; i < 2000; i++)
    {
      assert_shortest (sg_double_from_bits (i));
      assert_shortest ((double) i / 1000);
      assert_shortest ((double) (G_GUINT64_CONSTANT (1) << 53) + 2.0 * (double) i);
    }
}

/* Adds two numbers of equal length in text, the point among the digits. Returns: with the carry. */
static char *
add_texts (const char *a,
           const char *b)
{
  gsize n = strlen (a);
  char *sum = g_malloc (n + 2);
  int carry = 0;

  g_assert_cmpuint (strlen (b), ==, n);
  sum[n + 1] = '\0';
  for (gsize i = n; i-- > 0;)
    {
      int digit = a[i] - '0' + b[i] - '0' + carry;

      if (a[i] == '.')
        {
          sum[i + 1] = '.';
          continue;
        }
      carry = digit >= 10;
      sum[i + 1] = (char) ('0' + digit % 10);
    }
  sum[0] = (char) ('0' + carry);
  return sum;
}

static void
halve_text (char *text)
{
  int rest = 0;

  for (char *p = text; *p != '\0'; p++)
    {
      int digit = rest * 10 + (*p - '0');

      if (*p == '.')
        continue;
      *p = (char) ('0' + digit / 2);
      rest = digit % 2;
    }
  g_assert_cmpint (rest, ==, 0);
}

/*
 * The decimal text of the middle between a double and the next, whole, and a hair to either side.
 */
static void
check_half (guint64 bits)
{
  double low = sg_double_from_bits (bits);
  double high = sg_double_from_bits (bits + 1);
  int whole = 1 + (int) MAX (0, floor (log10 (high)) + 1);
  g_autofree char *a = g_strdup_printf ("%0*.1076f", whole + 1077, low);
  g_autofree char *b = g_strdup_printf ("%0*.1076f", whole + 1077, high);
  g_autofree char *middle = add_texts (a, b);
  g_autofree char *above = NULL;
  char *last;
  double value;

  halve_text (middle);
  g_assert_true (sg_double_parse (middle, strlen (middle), &value));
  g_assert_cmpuint (sg_double_to_bits (value), ==, bits + (bits & 1));
  g_assert_cmpfloat (value, ==, strtod (middle, NULL));
  above = g_strconcat (middle, "00000000000000000001", NULL);
  g_assert_true (sg_double_parse (above, strlen (above), &value));
  g_assert_cmpuint (sg_double_to_bits (value), ==, bits + 1);
  for (last = middle + strlen (middle) - 1; *last == '0' || *last == '.'; last--)
    if (*last == '0')
      *last = '9';
  --*last;
  g_assert_true (sg_double_parse (middle, strlen (middle), &value));
  g_assert_cmpuint (sg_double_to_bits (value), ==, bits);
}

static void
test_number_halves (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint n = g_test_slow () ? 50000 : 1500;

  for (guint64 i = 0; i < 50; i++)
    {
      check_half (i);
      check_half (sg_double_to_bits (DBL_MIN) - 25 + i);
      check_half (sg_double_to_bits (1.0) - 25 + i);
      check_half (sg_double_to_bits (0x1p53) - 25 + i);
      check_half (sg_double_to_bits (DBL_MAX) - 51 + i);
    }
  for (guint i = 0; i < n; i++)
    {
      guint64 bits = (guint64) g_rand_int (random) << 32 | g_rand_int (random);

      bits &= G_GUINT64_CONSTANT (0x7fffffffffffffff);
      if (bits < sg_double_to_bits (DBL_MAX))
        check_half (bits);
    }
}

/* Reads as the C library does. */
static void
check_text (const char *text)
{
  double expected = strtod (text, NULL);
  double back;

  if (isinf (expected))
    g_assert_false (sg_double_parse (text, strlen (text), &back));
  else
    {
      g_assert_true (sg_double_parse (text, strlen (text), &back));
      g_assert_cmpuint (sg_double_to_bits (back), ==, sg_double_to_bits (expected));
    }
}

/* The text of a double, cut or spread to any number of digits. */
static void
check_digits (GRand  *random,
              double  value)
{
  char text[128];

  g_snprintf (text, sizeof text, "%.*e", g_rand_int_range (random, 0, 60), value);
  check_text (text);
}

static void
test_number_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  guint n = g_test_slow () ? 10000000 : 100000;

  for (guint i = 0; i < n; i++)
    {
      guint64 bits = (guint64) g_rand_int (random) << 32 | g_rand_int (random);
      double value = sg_double_from_bits (bits);

      if (!isfinite (value))
        continue;
      assert_shortest (fabs (value));
      assert_round_trip (value);
      check_digits (random, value);
      /* What monitoring really sees: few digits, moderate exponents. */
      value = (double) (bits >> 40) / (double) (1 << (bits & 15));
      assert_shortest (value + 1e-3);
      assert_round_trip (value);
      check_digits (random, value);
    }
}

/* Decimal digits picked at random, with every exponent. */
static void
test_number_random_text (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (43);
  guint n = g_test_slow () ? 10000000 : 200000;

  for (guint i = 0; i < n; i++)
    {
      char text[96];
      gsize length = 0;
      guint digits = (guint) g_rand_int_range (random, 1, 40);

      for (guint j = 0; j < digits; j++)
        text[length++] = (char) ('0' + g_rand_int_range (random, 0, 10));
      g_snprintf (text + length, sizeof text - length, "e%d",
                  g_rand_int_range (random, -360, 312 - (int) digits));
      check_text (text);
    }
}

/* Hexadecimal texts, against the C library. */
static void
test_number_random_hex (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (44);

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *text = NULL;

      text = g_strdup_printf ("%s0x%x.%x%x%xp%d", i % 2 == 0 ? "-" : "", g_rand_int (random),
                              g_rand_int (random), g_rand_int (random), i % 5 == 0 ? 0x80000000 : 0,
                              g_rand_int_range (random, -1200, 1050));
      check_text (text);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/write", test_number_write);
  g_test_add_func ("/number/write-fixed", test_number_write_fixed);
  g_test_add_func ("/number/write-integers", test_number_write_integers);
  g_test_add_func ("/number/parse", test_number_parse);
  g_test_add_func ("/number/refused", test_number_refused);
  g_test_add_func ("/number/parse-length", test_number_parse_length);
  g_test_add_func ("/number/parse-long", test_number_parse_long);
  g_test_add_func ("/number/powers", test_number_powers);
  g_test_add_func ("/number/halves", test_number_halves);
  g_test_add_func ("/number/random", test_number_random);
  g_test_add_func ("/number/random-text", test_number_random_text);
  g_test_add_func ("/number/random-hex", test_number_random_hex);
  return g_test_run ();
}
