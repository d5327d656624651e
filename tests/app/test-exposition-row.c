/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-exposition-row.h"

#include <string.h>

static SgExpositionLine *
make_line (const char *text,
           guint       row,
           const char *filter)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SgExpositionPage) page = sg_exposition_page_new (bytes, (SgTimeNs) { 1 });
  g_autoptr (SgExpositionView) view = sg_exposition_view_new (page, filter);

  return sg_exposition_line_new (view, row);
}

static const char family[] = "# HELP a First\n# TYPE a counter\na{x=\"1\"} 1\n";

static void
test_row_place (void)
{
  g_autoptr (SgExpositionLine) help = make_line (family, 0, "");
  g_autoptr (SgExpositionLine) type = make_line (family, 1, "");
  g_autoptr (SgExpositionLine) sample = make_line (family, 2, "");
  GtkWidget *row = g_object_ref_sink (sg_exposition_row_new ());

  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), help);
  g_assert_true (gtk_widget_has_css_class (row, "first"));
  g_assert_true (gtk_widget_has_css_class (row, "header"));
  g_assert_false (gtk_widget_has_css_class (row, "header-end"));
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), type);
  g_assert_false (gtk_widget_has_css_class (row, "first"));
  g_assert_true (gtk_widget_has_css_class (row, "header-end"));
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), sample);
  g_assert_false (gtk_widget_has_css_class (row, "header"));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "a{x=\"1\"} 1");
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), NULL);
  g_assert_null (sg_exposition_row_get_line (SG_EXPOSITION_ROW (row)));
  g_assert_finalize_object (row);
}

static int
height_for (GtkWidget *row,
            int        width)
{
  int natural;

  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

/* A long line wraps, and can be made narrow; a short one stays a line. */
static void
test_row_wraps (void)
{
  g_autoptr (SgExpositionLine) line = make_line (
      "long_family_name_total{first=\"value\",second=\"value\",third=\"value\",fourth=\"v\"} 123456789\n",
      0, "");
  GtkWidget *row = g_object_ref_sink (sg_exposition_row_new ());
  int least;

  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), line);
  gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <, 50);
  g_assert_cmpint (height_for (row, 300), >, 2 * height_for (row, 1200) - 8);
  g_assert_cmpint (height_for (row, 1200), ==, height_for (row, -1));
  g_assert_finalize_object (row);
}

/* A line of a megabyte, of no UTF-8, or with a multi-byte character at the cut, is shown all the same. */
static void
test_row_hostile (void)
{
  g_autoptr (GString) text = g_string_new ("a{x=\"");
  g_autoptr (SgExpositionLine) huge = NULL;
  g_autoptr (SgExpositionLine) binary = make_line ("a{x=\"\xff\xfe,\x01\"} \xc3\n", 0, "\xff");
  GtkWidget *row = sg_exposition_row_new ();
  GtkWidget *window = sg_test_present (row, 400, 300);

  for (int i = 0; i < 350000; i++)
    g_string_append (text, "€");
  g_string_append (text, "\"} 1\n");
  huge = make_line (text->str, 0, "");
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), huge);
  g_assert_cmpint (height_for (row, 300), <, 4096);
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), binary);
  sg_test_wait_for_frame (window);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static guint
count_yellow (GtkWidget *row)
{
  g_autoptr (GdkTexture) texture = sg_test_render (row);
  guint n = 0;

  for (int x = 0; x < gdk_texture_get_width (texture); x++)
    {
      guchar pixel[4];

      sg_test_pixel (texture, x, gdk_texture_get_height (texture) - 4, pixel);
      n += pixel[0] > pixel[2] + 40;
    }
  return n;
}

/* What was looked for stands on another ground, whatever its letter case. */
static void
test_row_marks (void)
{
  g_autoptr (SgExpositionLine) plain = make_line ("abc_total 1\n", 0, "");
  g_autoptr (SgExpositionLine) marked = make_line ("abc_total 1\n", 0, "TOTAL");
  GtkWidget *row = sg_exposition_row_new ();
  GtkWidget *window;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_widget_set_valign (row, GTK_ALIGN_START);
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), plain);
  window = sg_test_present (row, 300, 100);
  g_assert_cmpuint (count_yellow (row), ==, 0);
  sg_exposition_row_set_line (SG_EXPOSITION_ROW (row), marked);
  sg_test_wait_for_frame (window);
  /* Five characters of a monospaced font of 9 pt. */
  g_assert_cmpuint (count_yellow (row), >, 25);
  g_assert_cmpuint (count_yellow (row), <, 45);
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/exposition-row/place", test_row_place);
  g_test_add_func ("/app/exposition-row/wraps", test_row_wraps);
  g_test_add_func ("/app/exposition-row/hostile", test_row_hostile);
  g_test_add_func ("/app/exposition-row/marks", test_row_marks);
  return g_test_run ();
}
