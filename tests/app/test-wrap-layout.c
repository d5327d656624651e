/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-wrap-layout.h"

static GtkWidget *
make_wrap (GtkTextDirection  direction,
           const int        *widths,
           guint             n_widths)
{
  GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));

  gtk_widget_set_layout_manager (box, sg_wrap_layout_new ());
  gtk_widget_set_direction (box, direction);
  for (guint i = 0; i < n_widths; i++)
    {
      GtkWidget *child = gtk_drawing_area_new ();

      gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (child), widths[i]);
      gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (child), i == 0 ? 24 : 16);
      gtk_box_append (GTK_BOX (box), child);
    }
  return box;
}

static graphene_rect_t
bounds_of (GtkWidget *box,
           int        index)
{
  GtkWidget *child = gtk_widget_get_first_child (box);
  graphene_rect_t bounds;

  while (index-- > 0)
    child = gtk_widget_get_next_sibling (child);
  g_assert_true (gtk_widget_compute_bounds (child, box, &bounds));
  return bounds;
}

static int
allocate (GtkWidget *box,
          int        width)
{
  int height;

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_size_allocate (box, &(GtkAllocation) { 0, 0, width, height }, -1);
  return height;
}

static const int widths[] = { 60, 40, 50, 30 };

/* 14 across, 4 down: 60 + 14 + 40 = 114 fits in 120, the next begins a line. */
static void
test_wrap_lines (void)
{
  GtkWidget *box = make_wrap (GTK_TEXT_DIR_LTR, widths, G_N_ELEMENTS (widths));
  int least, natural;

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  g_assert_cmpint (least, ==, 60);
  g_assert_cmpint (natural, ==, 60 + 40 + 50 + 30 + 3 * 14);
  g_assert_cmpint (allocate (box, 120), ==, 24 + 4 + 16);
  g_assert_cmpfloat (bounds_of (box, 1).origin.x, ==, 74.f);
  g_assert_cmpfloat (bounds_of (box, 2).origin.x, ==, 0.f);
  g_assert_cmpfloat (bounds_of (box, 2).origin.y, ==, 28.f);
  g_assert_cmpfloat (bounds_of (box, 3).origin.x, ==, 64.f);
  g_assert_cmpint (allocate (box, 114), ==, 44);
  g_assert_cmpint (allocate (box, 113), ==, 24 + 4 + 16 + 4 + 16);
  g_assert_cmpint (allocate (box, 10000), ==, 24);
  g_assert_finalize_object (box);
}

static void
test_wrap_mirrored (void)
{
  GtkWidget *box = make_wrap (GTK_TEXT_DIR_RTL, widths, G_N_ELEMENTS (widths));

  allocate (box, 120);
  g_assert_cmpfloat (bounds_of (box, 0).origin.x, ==, 60.f);
  g_assert_cmpfloat (bounds_of (box, 1).origin.x, ==, 6.f);
  g_assert_cmpfloat (bounds_of (box, 2).origin.x, ==, 70.f);
  g_assert_finalize_object (box);
}

static void
test_wrap_hidden_and_empty (void)
{
  GtkWidget *box = make_wrap (GTK_TEXT_DIR_LTR, widths, 2);
  GtkWidget *empty = make_wrap (GTK_TEXT_DIR_LTR, widths, 0);

  gtk_widget_set_visible (gtk_widget_get_first_child (box), FALSE);
  g_assert_cmpint (allocate (box, 120), ==, 16);
  g_assert_cmpfloat (bounds_of (box, 1).origin.x, ==, 0.f);
  g_assert_cmpint (allocate (empty, 120), ==, 0);
  g_assert_finalize_object (box);
  g_assert_finalize_object (empty);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/wrap-layout/lines", test_wrap_lines);
  g_test_add_func ("/app/wrap-layout/mirrored", test_wrap_mirrored);
  g_test_add_func ("/app/wrap-layout/hidden-and-empty", test_wrap_hidden_and_empty);
  return g_test_run ();
}
