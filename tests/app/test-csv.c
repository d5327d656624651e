/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-csv.h"

#include <math.h>

static void
test_fields (void)
{
  static const struct
  {
    const char *text;
    const char *field;
  } cases[] = {
    { "plain", "plain" },
    { "", "" },
    { NULL, "" },
    { "a,b", "\"a,b\"" },
    { "say \"hi\"", "\"say \"\"hi\"\"\"" },
    { "two\nlines", "\"two\nlines\"" },
    { "=1+1", "'=1+1" },
    { "@SUM(A1)", "'@SUM(A1)" },
    { "-5.2", "-5.2" },
    { "-cmd", "'-cmd" },
    { "\u20664.2\u00a0ms\u2069", "4.2\u00a0ms" },
    { "größer", "größer" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      sg_csv_append_field (out, TRUE, cases[i].text);
      g_assert_cmpstr (out->str, ==, cases[i].field);
    }
}

static void
test_rows (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sg_csv_append_number (out, TRUE, .1);
  sg_csv_append_number (out, FALSE, NAN);
  sg_csv_append_number (out, FALSE, 1e300 / 7);
  sg_csv_append_field (out, FALSE, "x");
  sg_csv_end_row (out);
  g_assert_cmpstr (out->str, ==, "0.1,,1.4285714285714286e+299,x\r\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/csv/fields", test_fields);
  g_test_add_func ("/app/csv/rows", test_rows);
  return g_test_run ();
}
