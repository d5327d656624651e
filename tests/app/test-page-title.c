/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-page-title.h"

static guint
count_visible (GtkWidget *widget,
               GType      type)
{
  guint n = G_OBJECT_TYPE (widget) == type;

  if (!gtk_widget_get_visible (widget))
    return 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_visible (child, type);
  return n;
}

static void
test_signs (void)
{
  GtkWidget *title = g_object_ref_sink (sg_page_title_new ());

  sg_page_title_set_title (SG_PAGE_TITLE (title), "Metrics Log");
  g_assert_cmpuint (count_visible (title, GTK_TYPE_LABEL), ==, 1);
  sg_page_title_set_caption (SG_PAGE_TITLE (title), SG_PAGE_SIGN_LIVE, "Live");
  g_assert_cmpstr (sg_page_title_get_caption (SG_PAGE_TITLE (title)), ==, "Live");
  g_assert_cmpuint (count_visible (title, GTK_TYPE_LABEL), ==, 2);
  g_assert_cmpuint (count_visible (title, GTK_TYPE_IMAGE), ==, 1);
  sg_page_title_set_caption (SG_PAGE_TITLE (title), SG_PAGE_SIGN_WARN, "Live · no answer");
  g_assert_cmpuint (count_visible (title, GTK_TYPE_IMAGE), ==, 1);
  sg_page_title_set_caption (SG_PAGE_TITLE (title), SG_PAGE_SIGN_NONE, "Paused at 13:57:04");
  g_assert_cmpuint (count_visible (title, GTK_TYPE_IMAGE), ==, 0);
  g_assert_finalize_object (title);
}

/* A long title is cut and does not widen the window. */
static void
test_shrinks (void)
{
  GtkWidget *title = g_object_ref_sink (sg_page_title_new ());
  int least;

  sg_page_title_set_title (SG_PAGE_TITLE (title), "A title that is longer than any header bar");
  sg_page_title_set_caption (SG_PAGE_TITLE (title), SG_PAGE_SIGN_LIVE,
                             "And so is its caption, too");
  gtk_widget_measure (title, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <, 80);
  g_assert_finalize_object (title);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/page-title/signs", test_signs);
  g_test_add_func ("/app/page-title/shrinks", test_shrinks);
  return g_test_run ();
}
