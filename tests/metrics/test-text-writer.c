/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-text-writer.h"

#include <math.h>

static char *
writer_steal (SgTextWriter *writer)
{
  sg_text_write_char (writer, '\0');
  return g_steal_pointer (&writer->data);
}

/* Every length around the moves of sg_text_copy(), into a buffer that grows from nothing. */
static void
test_writer_grows (void)
{
  g_autofree char *source = g_malloc (300);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *text = NULL;
  SgTextWriter writer;

  for (guint i = 0; i < 300; i++)
    source[i] = (char) ('a' + i % 26);
  sg_text_writer_init (&writer, 0);
  for (guint n = 0; n < 300; n++)
    {
      sg_text_write (&writer, source, n);
      g_string_append_len (expected, source, n);
    }
  text = writer_steal (&writer);
  g_assert_cmpstr (text, ==, expected->str);
}

typedef struct
{
  double value;
  const char *text;
} NumberCase;

static const NumberCase number_cases[] = {
  { 0, "0" },
  { -0.0, "-0" },
  { 1, "1" },
  { -17, "-17" },
  { 1000000, "1000000" },
  { 9007199254740991, "9007199254740991" },
  { 9007199254740992, "9007199254740992" },
  { 1e21, "1e+21" },
  { 0.1, "0.1" },
  { 1.0 / 3, "0.3333333333333333" },
  { 5e-324, "5e-324" },
  { 1.7976931348623157e308, "1.7976931348623157e+308" },
};

static void
test_writer_numbers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (number_cases); i++)
    {
      g_autofree char *text = NULL;
      SgTextWriter writer;

      sg_text_writer_init (&writer, 0);
      sg_text_write_number (&writer, number_cases[i].value);
      text = writer_steal (&writer);
      g_assert_cmpstr (text, ==, number_cases[i].text);
      g_assert_true (g_ascii_strtod (text, NULL) == number_cases[i].value);
    }
}

static void
test_writer_not_numbers (void)
{
  g_autofree char *text = NULL;
  SgTextWriter writer;

  sg_text_writer_init (&writer, 0);
  sg_text_write_number (&writer, NAN);
  sg_text_write_number (&writer, INFINITY);
  sg_text_write_number (&writer, -INFINITY);
  sg_text_write_integer (&writer, G_MAXUINT64);
  text = writer_steal (&writer);
  g_assert_cmpstr (text, ==, "NaN+Inf-Inf18446744073709551615");
}

static const NumberCase label_cases[] = {
  { 0, "0" },         { 0.005, "0.005" },   { 1, "1" },           { 10, "10" },
  { 2.5, "2.5" },     { 999999, "999999" }, { 1000000, "1e+06" }, { 1234567, "1.234567e+06" },
  { -2e6, "-2e+06" }, { 1e-5, "1e-05" },    { 0.0001, "0.0001" }, { INFINITY, "+Inf" },
};

/* As Go's %g, which is what other clients of Prometheus write in le and quantile. */
static void
test_writer_labels (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (label_cases); i++)
    {
      char text[SG_DOUBLE_TEXT_MAX];

      sg_text_format_label (label_cases[i].value, text);
      g_assert_cmpstr (text, ==, label_cases[i].text);
    }
}

static void
test_writer_escaped (void)
{
  g_autofree char *text = NULL;
  SgTextWriter writer;

  sg_text_writer_init (&writer, 0);
  sg_text_write_escaped (&writer, "a\\b\n\"c\"", FALSE);
  sg_text_write_char (&writer, '|');
  sg_text_write_quoted (&writer, "a\\b\n\"c\"");
  sg_text_write_quoted (&writer, "");
  text = writer_steal (&writer);
  g_assert_cmpstr (text, ==, "a\\\\b\\n\"c\"|\"a\\\\b\\n\\\"c\\\"\"\"\"");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-writer/grows", test_writer_grows);
  g_test_add_func ("/text-writer/numbers", test_writer_numbers);
  g_test_add_func ("/text-writer/not-numbers", test_writer_not_numbers);
  g_test_add_func ("/text-writer/labels", test_writer_labels);
  g_test_add_func ("/text-writer/escaped", test_writer_escaped);
  return g_test_run ();
}
