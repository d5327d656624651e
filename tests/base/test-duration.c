/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-duration.h"
#include "base/sg-error.h"

#include <string.h>

typedef struct
{
  const char *text;
  gint64 ms;
  const char *canonical;
} DurationCase;

static const DurationCase cases[] = {
  { "0", 0, "0s" },
  { "0s", 0, "0s" },
  { "0w", 0, "0s" },
  { "0ms", 0, "0s" },
  { "0y0w0d0h0m0s0ms", 0, "0s" },
  { "1ms", 1, "1ms" },
  { "999ms", 999, "999ms" },
  { "1000ms", 1000, "1s" },
  { "1s", 1000, "1s" },
  { "90s", 90000, "1m30s" },
  { "5m", 300000, "5m" },
  { "005m", 300000, "5m" },
  { "1h30m", 5400000, "1h30m" },
  { "60m", 3600000, "1h" },
  { "24h", 86400000, "1d" },
  { "4d", 345600000, "4d" },
  { "4d1h", 349200000, "4d1h" },
  { "14d", 1209600000, "2w" },
  { "90d", 7776000000, "90d" },
  { "3w", 1814400000, "3w" },
  { "3w2d1h", 2 * 86400000 + 1814400000 + 3600000, "23d1h" },
  { "1y", 31536000000, "1y" },
  { "365d", 31536000000, "1y" },
  { "10y", 315360000000, "10y" },
  { "1y1w", 32140800000, "372d" },
  { "1y1d", 31622400000, "366d" },
  { "1y2w3d4h5m6s7ms", 31536000000 + 1209600000 + 259200000 + 14400000 + 300000 + 6007,
    "382d4h5m6s7ms" },
  { "8w5d", 61 * 86400000LL, "61d" },
  { "292y", 9208512000000, "292y" },
  { "106751d23h47m16s854ms", SG_DURATION_MAX, "106751d23h47m16s854ms" },
  { "9223372036854ms", SG_DURATION_MAX, "106751d23h47m16s854ms" },
};

static void
test_duration_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = sg_duration_to_string (cases[i].ms);
      g_autofree char *negative = g_strconcat ("-", cases[i].text, NULL);
      gint64 ms = -1;

      g_test_message ("%s", cases[i].text);
      g_assert_true (sg_duration_parse (cases[i].text, -1, 0, &ms, &error));
      g_assert_no_error (error);
      g_assert_cmpint (ms, ==, cases[i].ms);
      g_assert_cmpstr (text, ==, cases[i].canonical);
      g_assert_true (sg_duration_parse (negative, -1, SG_DURATION_NEGATIVE, &ms, &error));
      g_assert_cmpint (ms, ==, -cases[i].ms);
      g_assert_false (sg_duration_parse (negative, -1, 0, &ms, NULL));
    }
}

static void
test_duration_write (void)
{
  char text[SG_DURATION_TEXT_MAX];

  g_assert_cmpuint (sg_duration_write (-5400000, text), ==, 6);
  g_assert_cmpstr (text, ==, "-1h30m");
  sg_duration_write (G_MAXINT64, text);
  g_assert_cmpstr (text, ==, "106751991167d7h12m55s807ms");
  sg_duration_write (G_MININT64, text);
  g_assert_cmpstr (text, ==, "-106751991167d7h12m55s808ms");
  for (gint64 ms = 1; ms < SG_DURATION_MAX / 7; ms = ms * 7 + 3)
    {
      gint64 back = 0;
      gsize length = sg_duration_write (ms, text);

      g_assert_true (sg_duration_parse (text, (gssize) length, 0, &back, NULL));
      g_assert_cmpint (back, ==, ms);
    }
}

typedef struct
{
  const char *text;
  const char *message;
} ErrorCase;

#define NUMBER  "expected a number: write for example 5m, or 1h30m"
#define NO_UNIT "a number without its unit: write one of y, w, d, h, m, s and ms after it"
#define UNKNOWN "unknown unit: write one of y, w, d, h, m, s and ms"
#define ORDER   "the units must fall from y to ms, each once: reorder them"
#define LONG    "longer than 292 years: write less"

static const ErrorCase error_cases[] = {
  { "", "duration \"\": byte 0: " NUMBER },
  { "1", "duration \"1\": byte 1: " NO_UNIT },
  { "00", "duration \"00\": byte 2: " NO_UNIT },
  { "m", "duration \"m\": byte 0: " NUMBER },
  { "-5m", "duration \"-5m\": byte 0: " NUMBER },
  { "+5m", "duration \"+5m\": byte 0: " NUMBER },
  { "5 m", "duration \"5 m\": byte 1: " UNKNOWN },
  { " 5m", "duration \" 5m\": byte 0: " NUMBER },
  { "5m ", "duration \"5m \": byte 1: " UNKNOWN },
  { "5x", "duration \"5x\": byte 1: " UNKNOWN },
  { "5M", "duration \"5M\": byte 1: " UNKNOWN },
  { "5mm", "duration \"5mm\": byte 1: " UNKNOWN },
  { "5sec", "duration \"5sec\": byte 1: " UNKNOWN },
  { "1.5h", "duration \"1.5h\": byte 1: " UNKNOWN },
  { "1h30", "duration \"1h30\": byte 4: " NO_UNIT },
  { "30m1h", "duration \"30m1h\": byte 3: " ORDER },
  { "1h1h", "duration \"1h1h\": byte 2: " ORDER },
  { "1ms1s", "duration \"1ms1s\": byte 3: " ORDER },
  { "1d2w", "duration \"1d2w\": byte 2: " ORDER },
  { "293y", "duration \"293y\": byte 0: " LONG },
  { "292y52w", "duration \"292y52w\": byte 4: " LONG },
  { "9223372036855ms", "duration \"9223372036855ms\": byte 0: " LONG },
  { "99999999999999999999999999y", "duration \"99999999999999999999999999y\": byte 0: " LONG },
  { "5\xff\n", "duration \"5\xef\xbf\xbd\\x0a\": byte 1: " UNKNOWN },
  { "18446744073709551617ms", "duration \"18446744073709551617ms\": byte 0: " LONG },
};

static void
test_duration_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 ms = 42;

      g_assert_false (sg_duration_parse (error_cases[i].text, -1, 0, &ms, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, error_cases[i].message);
      g_assert_cmpint (ms, ==, 42);
    }
}

/* Reads no further than it is told to. */
static void
test_duration_length (void)
{
  gint64 ms = 0;

  g_assert_true (sg_duration_parse ("1h30m", 2, 0, &ms, NULL));
  g_assert_cmpint (ms, ==, 3600000);
  g_assert_true (sg_duration_parse ("0h", 1, 0, &ms, NULL));
  g_assert_cmpint (ms, ==, 0);
  g_assert_false (sg_duration_parse ("1h30m", 3, 0, &ms, NULL));
  g_assert_false (sg_duration_parse ("1h\0m", 4, 0, &ms, NULL));
  g_assert_false (sg_duration_parse ("-", 1, SG_DURATION_NEGATIVE, &ms, NULL));
  g_assert_false (sg_duration_parse ("--1h", -1, SG_DURATION_NEGATIVE, &ms, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duration/cases", test_duration_cases);
  g_test_add_func ("/duration/write", test_duration_write);
  g_test_add_func ("/duration/errors", test_duration_errors);
  g_test_add_func ("/duration/length", test_duration_length);
  return g_test_run ();
}
