/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-bytes.h"
#include "base/sg-error.h"

typedef struct
{
  const char *text;
  guint64 bytes;
  const char *canonical;
} BytesCase;

static const BytesCase bytes_cases[] = {
  { "0", 0, "0B" },
  { "0EB", 0, "0B" },
  { "1", 1, "1B" },
  { "512B", 512, "512B" },
  { "1000", 1000, "1000B" },
  { "1KB", 1024, "1KiB" },
  { "1KiB", 1024, "1KiB" },
  { "1536B", 1536, "1536B" },
  { "1024KB", 1048576, "1MiB" },
  { "8MiB", 8388608, "8MiB" },
  { "50GB", G_GUINT64_CONSTANT (53687091200), "50GiB" },
  { "2TiB", G_GUINT64_CONSTANT (2199023255552), "2TiB" },
  { "15EB", G_GUINT64_CONSTANT (17293822569102704640), "15EiB" },
  { "18446744073709551615", G_MAXUINT64, "18446744073709551615B" },
  { "1.5MB", 1572864, "1536KiB" },
  { "0.25KB", 256, "256B" },
  { "1.KB", 1024, "1KiB" },
  { "1GB512MB", 1610612736, "1536MiB" },
  { "1KB1B", 1025, "1025B" },
};

static void
test_bytes_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bytes_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = sg_bytes_to_string (bytes_cases[i].bytes);
      guint64 bytes = 1;

      g_assert_true (sg_bytes_parse (bytes_cases[i].text, -1, &bytes, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (bytes, ==, bytes_cases[i].bytes);
      g_assert_cmpstr (text, ==, bytes_cases[i].canonical);
    }
}

static void
test_bytes_errors (void)
{
  static const char *const cases[][2] = {
    { "", "size \"\": expected a number: write for example 512MB" },
    { "MB", "size \"MB\": expected a number: write for example 512MB" },
    { "-1", "size \"-1\": expected a number: write for example 512MB" },
    { "1 MB", "size \"1 MB\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { "1.5", "size \"1.5\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { "1KB1", "size \"1KB1\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { ".5KB", "size \".5KB\": expected a number: write for example 512MB" },
    { "15EB1EB", "size \"15EB1EB\": beyond what 64 bits can count: write less" },
    { "1mb", "size \"1mb\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { "1M", "size \"1M\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { "1MBB", "size \"1MBB\": unknown unit: write one of B, KB, MB, GB, TB, PB and EB" },
    { "16EB", "size \"16EB\": beyond what 64 bits can count: write less" },
    { "18446744073709551616", "size \"18446744073709551616\": beyond what 64 bits can count: "
                              "write less" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = 42;

      g_assert_false (sg_bytes_parse (cases[i][0], -1, &bytes, &error));
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, cases[i][1]);
      g_assert_cmpuint (bytes, ==, 42);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bytes/cases", test_bytes_cases);
  g_test_add_func ("/bytes/errors", test_bytes_errors);
  return g_test_run ();
}
