/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "widgets/sg-sidebar-row.h"

static GtkWidget *
make_row (SgPage **ret_page)
{
  *ret_page = SG_PAGE (
      g_object_ref_sink (sg_test_page_new ("Cache", "sg-cache-symbolic", "Monitor", FALSE)));
  return sg_sidebar_row_new (*ret_page);
}

/* It follows its page: level as word, colour and icon, and a count where there is one. */
static void
test_follows_page (void)
{
  SgPage *page;
  GtkWidget *row = g_object_ref_sink (make_row (&page));
  GtkWidget *badge = sg_test_find_class (row, "badge");

  g_assert_true (sg_sidebar_row_get_page (SG_SIDEBAR_ROW (row)) == page);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "Cache, Unknown");
  g_assert_false (gtk_widget_get_visible (badge));
  sg_page_set_level (page, SG_LEVEL_DEGRADED, 2);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Cache, Degraded, 2 problems");
  g_assert_true (gtk_widget_get_visible (badge));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (badge)), ==, "2");
  g_assert_true (gtk_widget_has_css_class (badge, "sg-warn"));
  sg_page_set_level (page, SG_LEVEL_UNHEALTHY, 1);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Cache, Unhealthy, 1 problem");
  sg_page_set_level (page, SG_LEVEL_HEALTHY, 0);
  g_assert_false (gtk_widget_get_visible (badge));
  g_assert_finalize_object (row);
  g_assert_finalize_object (page);
}

/* 44 px high at a pitch of 46, with margins of 8. */
static void
test_measures (void)
{
  SgPage *pages[2];
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *rows[2];
  GtkWidget *window;
  graphene_rect_t first, second;

  for (int i = 0; i < 2; i++)
    {
      rows[i] = make_row (&pages[i]);
      gtk_list_box_append (GTK_LIST_BOX (list), rows[i]);
    }
  sg_page_set_level (pages[1], SG_LEVEL_UNHEALTHY, 1000);
  window = sg_test_present (list, 236, 300);
  g_assert_true (gtk_widget_compute_bounds (rows[0], list, &first));
  g_assert_true (gtk_widget_compute_bounds (rows[1], list, &second));
  g_assert_cmpfloat (first.size.height, ==, 44.f);
  g_assert_cmpfloat (second.origin.y - first.origin.y, ==, 46.f);
  g_assert_cmpfloat (first.origin.x, ==, 8.f);
  g_assert_cmpfloat (first.size.width, ==, (float) gtk_widget_get_width (list) - 16.f);
  sg_test_destroy_window (GTK_WINDOW (window));
  for (int i = 0; i < 2; i++)
    g_object_unref (pages[i]);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/sidebar-row/follows-page", test_follows_page);
  g_test_add_func ("/app/sidebar-row/measures", test_measures);
  return g_test_run ();
}
