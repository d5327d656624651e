/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-exposition-page.h"

#include <string.h>

static SgExpositionPage *
page_from_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sg_exposition_page_new (bytes, (SgTimeNs) { 7 });
}

static const char ordinary[] = "# HELP up Whether it answers.\\nOr not.\n"
                               "# TYPE up gauge\n"
                               "up 1\n"
                               "up{job=\"x y\"} 0\n"
                               "# TYPE d_seconds histogram\n"
                               "# UNIT d_seconds seconds\n"
                               "d_seconds_bucket{le=\"1\"} 1\n"
                               "d_seconds_bucket{le=\"+Inf\"} 2\n"
                               "d_seconds_sum 3\n"
                               "d_seconds_count 2\n"
                               "\n"
                               "alone 5 1700000000000\n"
                               "# a remark\n"
                               "{\"utf8.name\",a=\"b\"} 1\n"
                               "# EOF";

static void
assert_family (SgExpositionPage *page,
               guint             i,
               const char       *name,
               const char       *type,
               guint             first_line,
               guint             n_lines,
               guint             n_series)
{
  const SgExpositionFamily *family = sg_exposition_page_get_family (page, i);

  g_assert_cmpstr (family->name, ==, name);
  g_assert_cmpstr (family->type, ==, type);
  g_assert_cmpuint (family->first_line, ==, first_line);
  g_assert_cmpuint (family->n_lines, ==, n_lines);
  g_assert_cmpuint (family->n_series, ==, n_series);
}

static void
test_page_families (void)
{
  g_autoptr (SgExpositionPage) page = page_from_text (ordinary);

  g_assert_cmpuint (sg_exposition_page_get_n_families (page), ==, 4);
  g_assert_cmpuint (sg_exposition_page_get_n_series (page), ==, 8);
  g_assert_cmpuint (sg_exposition_page_get_n_lines (page), ==, 15);
  assert_family (page, 0, "up", "gauge", 0, 4, 2);
  assert_family (page, 1, "d_seconds", "histogram", 4, 7, 4);
  assert_family (page, 2, "alone", "untyped", 11, 2, 1);
  assert_family (page, 3, "utf8.name", "untyped", 13, 2, 1);
  g_assert_cmpstr (sg_exposition_page_get_family (page, 0)->help, ==,
                   "Whether it answers.\nOr not.");
  g_assert_cmpstr (sg_exposition_page_get_family (page, 1)->unit, ==, "seconds");
  g_assert_cmpint (sg_exposition_page_get_time (page).ns, ==, 7);
}

static void
test_page_lines (void)
{
  g_autoptr (SgExpositionPage) page = page_from_text (ordinary);
  gsize length;
  const char *line = sg_exposition_page_get_line (page, 3, &length);

  g_assert_cmpmem (line, length, "up{job=\"x y\"} 0", 15);
  g_assert_cmpint (sg_exposition_page_get_line_kind (page, 0), ==, SG_EXPOSITION_LINE_HELP);
  g_assert_cmpint (sg_exposition_page_get_line_kind (page, 1), ==, SG_EXPOSITION_LINE_TYPE);
  g_assert_cmpint (sg_exposition_page_get_line_kind (page, 5), ==, SG_EXPOSITION_LINE_UNIT);
  g_assert_cmpint (sg_exposition_page_get_line_kind (page, 10), ==, SG_EXPOSITION_LINE_COMMENT);
  g_assert_cmpint (sg_exposition_page_get_line_kind (page, 11), ==, SG_EXPOSITION_LINE_SAMPLE);
  g_assert_cmpuint (sg_exposition_page_get_line_family (page, 12), ==, 2);
  line = sg_exposition_page_get_line (page, 14, &length);
  g_assert_cmpmem (line, length, "# EOF", 5);
}

typedef struct
{
  const char *needle;
  const char *families;
} FindCase;

static const FindCase find_cases[] = {
  { "", "0 1 2 3 " },       { "UP", "0 " },        { "answers", "0 " }, { "x y", "0 " },
  { "count bucket", "1 " }, { "count alone", "" }, { "utf8", "3 " },    { "  up  ", "0 " },
};

static void
test_page_find (void)
{
  g_autoptr (SgExpositionPage) page = page_from_text (ordinary);

  for (guint i = 0; i < G_N_ELEMENTS (find_cases); i++)
    {
      g_autoptr (GArray) found = sg_exposition_page_find (page, find_cases[i].needle);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < found->len; j++)
        g_string_append_printf (text, "%u ", g_array_index (found, guint, j));
      g_assert_cmpstr (text->str, ==, find_cases[i].families);
    }
}

static const char *const rubbish[] = {
  "",
  "\n",
  "\n\n# EOF\n",
  "#",
  "# HELP",
  "# HELP \n# TYPE \"",
  "# TYPE \"a\\",
  "{",
  "{\"",
  "{\"a",
  "{\"a\\",
  "\r\n\r\n",
  "\xff\xfe{\xff=\"\xff\"} 1\n# HELP \xff \xff",
};

/* Whatever a target serves: nothing crashes, each line is found once and belongs to a family. */
static void
test_page_rubbish (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rubbish); i++)
    {
      g_autoptr (SgExpositionPage) page = page_from_text (rubbish[i]);
      guint n_lines = 0;

      for (guint j = 0; j < sg_exposition_page_get_n_families (page); j++)
        {
          const SgExpositionFamily *family = sg_exposition_page_get_family (page, j);

          g_assert_true (g_utf8_validate (family->name, -1, NULL));
          g_assert_true (g_utf8_validate (family->help, -1, NULL));
          g_assert_cmpuint (family->first_line, ==, n_lines);
          n_lines += family->n_lines;
        }
      g_assert_cmpuint (n_lines, ==, sg_exposition_page_get_n_lines (page));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exposition-page/families", test_page_families);
  g_test_add_func ("/exposition-page/lines", test_page_lines);
  g_test_add_func ("/exposition-page/find", test_page_find);
  g_test_add_func ("/exposition-page/rubbish", test_page_rubbish);
  return g_test_run ();
}
