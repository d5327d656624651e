/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-view.h"

#include <string.h>

static SgExpositionPage *
make_page (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sg_exposition_page_new (bytes, (SgTimeNs) { 1 });
}

static SgExpositionView *
make_view (const char *text,
           const char *filter)
{
  g_autoptr (SgExpositionPage) page = make_page (text);

  return sg_exposition_view_new (page, filter);
}

static char *
row_text (SgExpositionView *view,
          guint             row)
{
  gsize length;
  const char *line = sg_exposition_page_get_line (sg_exposition_view_get_page (view),
                                                  sg_exposition_view_get_line (view, row), &length);

  return g_strndup (line, length);
}

static const char three_families[] = "# HELP a First\n"
                                     "# TYPE a counter\n"
                                     "a{x=\"1\"} 1\n"
                                     "a{x=\"2\"} 2\n"
                                     "# HELP b Second\n"
                                     "# TYPE b gauge\n"
                                     "b 3\n"
                                     "# HELP c Third\n"
                                     "c{x=\"one\"} 4\n";

static void
test_view_filter (void)
{
  g_autoptr (SgExpositionView) all = make_view (three_families, "");
  g_autoptr (SgExpositionView) some = make_view (three_families, "X=");
  g_autoptr (SgExpositionView) none = make_view (three_families, "x nowhere");
  g_autofree char *first = NULL;
  g_autofree char *fifth = NULL;

  g_assert_cmpuint (sg_exposition_view_get_n_rows (all), ==, 9);
  g_assert_cmpuint (sg_exposition_view_get_n_families (all), ==, 3);
  g_assert_cmpuint (sg_exposition_view_get_n_series (all), ==, 4);
  /* Families stay whole: the comments of a and c come with them. */
  g_assert_cmpuint (sg_exposition_view_get_n_rows (some), ==, 6);
  g_assert_cmpuint (sg_exposition_view_get_n_families (some), ==, 2);
  first = row_text (some, 0);
  fifth = row_text (some, 4);
  g_assert_cmpstr (first, ==, "# HELP a First");
  g_assert_cmpstr (fifth, ==, "# HELP c Third");
  g_assert_cmpuint (sg_exposition_view_get_n_rows (none), ==, 0);
  g_assert_cmpstr (sg_exposition_view_get_filter (none), ==, "x nowhere");
}

static char *
describe_diff (const char *old_text,
               const char *new_text)
{
  g_autoptr (SgExpositionView) old = make_view (old_text, "");
  g_autoptr (SgExpositionView) view = make_view (new_text, "");
  g_autoptr (GArray) hunks = sg_exposition_view_diff (view, old);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < hunks->len; i++)
    {
      const SgExpositionHunk *hunk = &g_array_index (hunks, SgExpositionHunk, i);

      g_string_append_printf (out, "%s%u-%u+%u", i > 0 ? " " : "", hunk->position, hunk->removed,
                              hunk->added);
    }
  return g_string_free (out, FALSE);
}

static void
assert_diff (const char *old_text,
             const char *new_text,
             const char *wanted)
{
  g_autofree char *diff = describe_diff (old_text, new_text);

  g_assert_cmpstr (diff, ==, wanted);
}

static void
test_view_diff (void)
{
  assert_diff ("", "", "");
  assert_diff ("a 1\n", "a 1\n", "");
  /* Values, time stamps and exemplars change; the row stays the same row. */
  assert_diff ("a 1\n", "a 2\n", "");
  assert_diff ("a{x=\"1\"} 1 5\n", "a{x=\"1\"} 2 6 # {t=\"u\"} 1\n", "");
  assert_diff ("a 1 # {t=\"u\"} 1\n", "a 2 # {t=\"v\"} 1\n", "");
  assert_diff ("a {x=\"1\"} 1\n", "a {x=\"1\"} 2\n", "");
  assert_diff ("# HELP a One\na 1\n", "# HELP a Two\na 1\n", "");
  assert_diff ("a 1\nb 1\nc 1\n", "a 1\nc 1\n", "1-1+0");
  assert_diff ("a 1\nc 1\n", "a 1\nb 1\nc 1\n", "1-0+1");
  assert_diff ("", "a 1\nb 1\n", "0-0+2");
  assert_diff ("a 1\nb 1\n", "", "0-2+0");
  assert_diff ("a 1\nb 1\nc 1\nd 1\n", "a 1\nx 1\nc 1\ny 1\n", "1-1+1 3-1+1");
  assert_diff ("a{x=\"} 1\"} 1\n", "a{x=\"} 2\"} 1\n", "0-1+1");
  assert_diff ("a{x=\"\\\"} \"} 1\n", "a{x=\"\\\"} \"} 2\n", "");
}

static void
apply (GPtrArray        *rows,
       SgExpositionView *view,
       GArray           *hunks)
{
  for (guint i = 0; i < hunks->len; i++)
    {
      const SgExpositionHunk *hunk = &g_array_index (hunks, SgExpositionHunk, i);

      if (hunk->removed > 0)
        g_ptr_array_remove_range (rows, hunk->position, hunk->removed);
      for (guint j = 0; j < hunk->added; j++)
        g_ptr_array_insert (rows, (int) (hunk->position + j), row_text (view, hunk->position + j));
    }
}

static char *
random_text (guint n_lines)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (out, "m%d{x=\"%d\"} 1\n", g_test_rand_int_range (0, 4),
                            g_test_rand_int_range (0, 6));
  return g_string_free (out, FALSE);
}

/* Whatever two pages are, doubles and changes of place included, the hunks make one into the other. */
static void
test_view_diff_random (void)
{
  for (int round = 0; round < 3000; round++)
    {
      g_autofree char *old_text = random_text ((guint) g_test_rand_int_range (0, 30));
      g_autofree char *new_text = random_text ((guint) g_test_rand_int_range (0, 30));
      g_autoptr (SgExpositionView) old = make_view (old_text, "");
      g_autoptr (SgExpositionView) view = make_view (new_text, "");
      g_autoptr (GArray) hunks = sg_exposition_view_diff (view, old);
      g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < sg_exposition_view_get_n_rows (old); i++)
        g_ptr_array_add (rows, row_text (old, i));
      apply (rows, view, hunks);
      g_assert_cmpuint (rows->len, ==, sg_exposition_view_get_n_rows (view));
      for (guint i = 0; i < rows->len; i++)
        {
          g_autofree char *text = row_text (view, i);

          g_assert_cmpstr (g_ptr_array_index (rows, i), ==, text);
        }
    }
}

static char *
many_lines (guint n,
            guint every)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (every == 0 || i % every != 0)
        g_string_append_printf (out, "m%u 1\n", i);
    }
  return g_string_free (out, FALSE);
}

/* A list of hunks that would be long ends in one for all the rest. */
static void
test_view_diff_is_bounded (void)
{
  g_autofree char *old_text = many_lines (4000, 0);
  g_autofree char *new_text = many_lines (4000, 2);
  g_autoptr (SgExpositionView) old = make_view (old_text, "");
  g_autoptr (SgExpositionView) view = make_view (new_text, "");
  g_autoptr (GArray) hunks = sg_exposition_view_diff (view, old);
  gint64 change = 0;

  g_assert_cmpuint (hunks->len, <=, 65);
  for (guint i = 0; i < hunks->len; i++)
    change += (gint64) g_array_index (hunks, SgExpositionHunk, i).added
              - g_array_index (hunks, SgExpositionHunk, i).removed;
  g_assert_cmpint (change, ==, -2000);
}

/* A page of nothing but one line, many times over, must not cost the square of its length. */
static void
test_view_diff_doubles (void)
{
  g_autoptr (GString) old_text = g_string_new ("begin 1\n");
  g_autoptr (GString) new_text = g_string_new ("start 1\n");
  g_autoptr (SgExpositionView) old = NULL;
  g_autoptr (SgExpositionView) view = NULL;
  g_autoptr (GArray) hunks = NULL;

  for (guint i = 0; i < 200000; i++)
    {
      g_string_append (old_text, i % 2 == 0 ? "a 1\n" : "b 1\n");
      g_string_append (new_text, i % 2 == 0 ? "b 1\n" : "a 1\n");
    }
  old = make_view (old_text->str, "");
  view = make_view (new_text->str, "");
  hunks = sg_exposition_view_diff (view, old);
  g_assert_cmpuint (hunks->len, >, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/exposition-view/filter", test_view_filter);
  g_test_add_func ("/app/exposition-view/diff", test_view_diff);
  g_test_add_func ("/app/exposition-view/diff-random", test_view_diff_random);
  g_test_add_func ("/app/exposition-view/diff-is-bounded", test_view_diff_is_bounded);
  g_test_add_func ("/app/exposition-view/diff-doubles", test_view_diff_doubles);
  return g_test_run ();
}
