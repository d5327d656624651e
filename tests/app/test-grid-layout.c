/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-grid-layout.h"

static void
test_grid_columns (void)
{
  g_autoptr (GtkLayoutManager) tiles = g_object_ref_sink (sg_grid_layout_new (132, 6));
  g_autoptr (GtkLayoutManager) cards = g_object_ref_sink (sg_grid_layout_new (240, 4));
  static const struct
  {
    int width;
    guint columns;
  } cases[] = { { 0, 1 },   { 132, 1 }, { 275, 1 }, { 276, 2 }, { 420, 3 },
                { 564, 3 }, { 708, 3 }, { 851, 3 }, { 852, 6 }, { 10000, 6 } };

  /* Six tiles stand 6, 3, 2 or 1 in a row. */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (tiles), 6, cases[i].width), ==,
                      cases[i].columns);
  g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (cards), 8, 1164), ==, 4);
  g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (cards), 8, 927), ==, 3);
  g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (cards), 5, 1164), ==, 3);
  g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (cards), 2, 1164), ==, 2);
  g_assert_cmpuint (sg_grid_layout_get_columns (SG_GRID_LAYOUT (cards), 0, 1164), ==, 1);
}

static GtkWidget *
make_grid (GtkTextDirection direction)
{
  GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));

  gtk_widget_set_layout_manager (box, sg_grid_layout_new (100, 3));
  gtk_widget_set_direction (box, direction);
  for (int i = 0; i < 5; i++)
    {
      GtkWidget *child = gtk_drawing_area_new ();

      gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (child), i == 1 ? 50 : 20);
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

static void
allocate (GtkWidget *box,
          int        width)
{
  int height;

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_size_allocate (box, &(GtkAllocation) { 0, 0, width, height }, -1);
}

/* Five children in three columns of 100, 12 apart: rows of one height, the highest child's. */
static void
test_grid_allocation (void)
{
  GtkWidget *box = make_grid (GTK_TEXT_DIR_LTR);
  graphene_rect_t second, fourth;
  int least, natural;

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 324);
  g_assert_cmpint (least, <, 100);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 324, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, ==, 50 + 12 + 20);
  allocate (box, 324);
  second = bounds_of (box, 1);
  fourth = bounds_of (box, 3);
  g_assert_cmpfloat (second.origin.x, ==, 112.f);
  g_assert_cmpfloat (second.size.width, ==, 100.f);
  g_assert_cmpfloat (bounds_of (box, 0).size.height, ==, 50.f);
  g_assert_cmpfloat (fourth.origin.x, ==, 0.f);
  g_assert_cmpfloat (fourth.origin.y, ==, 62.f);
  g_assert_finalize_object (box);
}

static void
test_grid_mirrored (void)
{
  GtkWidget *box = make_grid (GTK_TEXT_DIR_RTL);

  allocate (box, 324);
  g_assert_cmpfloat (bounds_of (box, 0).origin.x, ==, 224.f);
  g_assert_cmpfloat (bounds_of (box, 1).origin.x, ==, 112.f);
  g_assert_cmpfloat (bounds_of (box, 3).origin.x, ==, 224.f);
  g_assert_finalize_object (box);
}

static void
test_grid_hidden_children (void)
{
  GtkWidget *box = make_grid (GTK_TEXT_DIR_LTR);

  gtk_widget_set_visible (gtk_widget_get_first_child (box), FALSE);
  gtk_widget_set_visible (gtk_widget_get_last_child (box), FALSE);
  allocate (box, 324);
  g_assert_cmpfloat (bounds_of (box, 1).origin.x, ==, 0.f);
  g_assert_cmpfloat (bounds_of (box, 3).origin.y, ==, 0.f);
  g_assert_finalize_object (box);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/grid-layout/columns", test_grid_columns);
  g_test_add_func ("/app/grid-layout/allocation", test_grid_allocation);
  g_test_add_func ("/app/grid-layout/mirrored", test_grid_mirrored);
  g_test_add_func ("/app/grid-layout/hidden-children", test_grid_hidden_children);
  return g_test_run ();
}
