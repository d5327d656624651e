/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-unit.h"

#include <math.h>

typedef struct
{
  SgUnit unit;
  double value;
  const char *number;
  const char *symbol;
} FormatCase;

static const FormatCase format_cases[] = {
  { SG_UNIT_NONE, 0, "0", "" },
  { SG_UNIT_NONE, -0.0, "0", "" },
  { SG_UNIT_NONE, 1.5, "1.50", "" },
  { SG_UNIT_NONE, 0.0842, "0.0842", "" },
  { SG_UNIT_NONE, 0.00001234, "1.23e-05", "" },
  { SG_UNIT_NONE, -97.84, "-97.8", "" },
  { SG_UNIT_NONE, 1e18, "1000", "P" },
  { SG_UNIT_COUNT, 1, "1", "" },
  { SG_UNIT_COUNT, 2826, "2,826", "" },
  { SG_UNIT_COUNT, 9999, "9,999", "" },
  { SG_UNIT_COUNT, 10000, "10.0", "k" },
  { SG_UNIT_COUNT, 128400, "128.4", "k" },
  { SG_UNIT_COUNT, 999449, "999.4", "k" },
  { SG_UNIT_COUNT, 999500, "1.00", "M" },
  { SG_UNIT_PER_SECOND, 143, "143", "/s" },
  { SG_UNIT_PER_SECOND, 9.996, "10.0", "/s" },
  { SG_UNIT_PER_SECOND, 1234, "1.23", "k/s" },
  { SG_UNIT_SECONDS, 0, "0", "s" },
  { SG_UNIT_SECONDS, 0.0842, "84.2", "ms" },
  { SG_UNIT_SECONDS, 12.3e-6, "12.3", "µs" },
  { SG_UNIT_SECONDS, 4.7e-9, "4.70", "ns" },
  { SG_UNIT_SECONDS, 0.99949, "999", "ms" },
  { SG_UNIT_SECONDS, 0.9996, "1.00", "s" },
  { SG_UNIT_SECONDS, 59.9, "59.9", "s" },
  { SG_UNIT_SECONDS, 90, "1.50", "min" },
  { SG_UNIT_SECONDS, 7200, "2.00", "h" },
  { SG_UNIT_SECONDS, 86400 * 12.5, "12.5", "d" },
  { SG_UNIT_BYTES, 512, "512", "B" },
  { SG_UNIT_BYTES, 1331439862, "1.24", "GiB" },
  { SG_UNIT_BYTES, 1023.9, "1.00", "KiB" },
  { SG_UNIT_BYTES_SI, 1331439862, "1.33", "GB" },
  { SG_UNIT_BYTES_PER_SECOND, 2048, "2.00", "KiB/s" },
  { SG_UNIT_PERCENT, 97.84, "97.8", "%" },
  { SG_UNIT_RATIO, 0.9784, "97.8", "%" },
  { SG_UNIT_RATIO, 1, "100", "%" },
  { SG_UNIT_RATIO, 0.0001, "0.0100", "%" },
  { SG_UNIT_SECONDS, INFINITY, "∞", "d" },
  { SG_UNIT_SECONDS, NAN, "–", "" },
};

static void
test_unit_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *number = NULL;
      const char *symbol;

      sg_unit_format_parts (format_cases[i].unit, format_cases[i].value, &number, &symbol);
      g_assert_cmpstr (number, ==, format_cases[i].number);
      g_assert_cmpstr (symbol, ==, format_cases[i].symbol);
    }
}

static void
test_unit_text (void)
{
  g_autofree char *duration = sg_unit_format (SG_UNIT_SECONDS, 0.0842);
  g_autofree char *count = sg_unit_format (SG_UNIT_COUNT, 7);

  g_assert_cmpstr (duration, ==, "\u206684.2\u00a0ms\u2069");
  g_assert_cmpstr (count, ==, "7");
}

typedef struct
{
  SgUnit unit;
  double value;
  double before;
  const char *text;
} ChangeCase;

static const ChangeCase change_cases[] = {
  { SG_UNIT_COUNT, 104.2, 100, "\u2066▲ 4.2 %\u2069" },
  { SG_UNIT_COUNT, 161, 100, "\u2066▲ 61 %\u2069" },
  { SG_UNIT_COUNT, 50, 100, "\u2066▼ 50 %\u2069" },
  { SG_UNIT_RATIO, 0.978, 0.992, "\u2066▼ 1.4 points\u2069" },
  { SG_UNIT_PERCENT, 12, 10, "\u2066▲ 2.0 points\u2069" },
  { SG_UNIT_COUNT, 100, 100, "unchanged" },
  { SG_UNIT_COUNT, 5, 0, NULL },
  { SG_UNIT_COUNT, NAN, 1, NULL },
  { SG_UNIT_SECONDS, -1, -2, "\u2066▲ 50 %\u2069" },
};

static void
test_unit_change (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (change_cases); i++)
    {
      const ChangeCase *c = &change_cases[i];
      g_autofree char *text = sg_unit_format_change (c->unit, c->value, c->before);

      g_assert_cmpstr (text, ==, c->text);
    }
}

static void
test_unit_name (void)
{
  g_assert_cmpint (sg_unit_from_name ("a_seconds", NULL), ==, SG_UNIT_SECONDS);
  g_assert_cmpint (sg_unit_from_name ("process_start_time_seconds", NULL), ==, SG_UNIT_DATE);
  g_assert_cmpint (sg_unit_from_name ("a_bytes", ""), ==, SG_UNIT_BYTES);
  g_assert_cmpint (sg_unit_from_name ("a_total", NULL), ==, SG_UNIT_COUNT);
  g_assert_cmpint (sg_unit_from_name ("a_total", "bytes"), ==, SG_UNIT_BYTES);
  g_assert_cmpint (sg_unit_from_name ("go_goroutines", NULL), ==, SG_UNIT_NONE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit/format", test_unit_format);
  g_test_add_func ("/unit/text", test_unit_text);
  g_test_add_func ("/unit/change", test_unit_change);
  g_test_add_func ("/unit/name", test_unit_name);
  return g_test_run ();
}
