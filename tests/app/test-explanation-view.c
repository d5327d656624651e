/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "chart/sg-unit.h"
#include "widgets/sg-explanation-view.h"

static SgExplanationPart parts[] = {
  { 0, { 0, 0 }, (char *) "sum", SG_VALUE_TYPE_VECTOR, 1, 60, 120, 2000, NULL },
  { 1, { 0, 0 }, (char *) "x", SG_VALUE_TYPE_VECTOR, 12, 720, 720, 500, NULL },
  { 1, { 0, 0 }, (char *) "y", SG_VALUE_TYPE_VECTOR, 0, 0, 0, 10, NULL },
  { 1, { 0, 0 }, (char *) "z", SG_VALUE_TYPE_VECTOR, 0, 0, 0, 10, (char *) "too many" },
};
static SgExplanation explanation = { 1, (char *) "q", G_N_ELEMENTS (parts), parts, FALSE };

static void
show (GtkWidget *view,
      guint      n)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (list, &explanation);
  sg_explanation_view_set_explanations (SG_EXPLANATION_VIEW (view), list);
}

/* Each part says what it comes to, and is spoken as one; what is empty or failed stands out. */
static void
test_parts (void)
{
  GtkWidget *view = sg_explanation_view_new ();
  GtkWidget *window = sg_test_present (view, 500, 300);
  GtkListBox *list = GTK_LIST_BOX (sg_test_find (view, GTK_TYPE_LIST_BOX));
  g_autofree char *time = NULL;
  g_autofree char *spoken = NULL;
  GtkWidget *row;

  show (view, 1);
  show (view, 1);
  g_assert_null (gtk_list_box_get_row_at_index (list, G_N_ELEMENTS (parts)));
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (list, 1));
  time = sg_unit_format (SG_UNIT_SECONDS, 0.0005);
  spoken = g_strdup_printf ("x, 12 series · 720 samples, %s", time);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, spoken);
  g_assert_null (sg_test_find_class (row, "sg-warn"));
  g_assert_nonnull (
      sg_test_find_class (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 2)), "sg-warn"));
  g_assert_nonnull (
      sg_test_find_class (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 3)), "sg-err"));
  sg_test_wait_for_frame (window);
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* Of several queries each stands above its parts. */
static void
test_several (void)
{
  GtkWidget *view = sg_explanation_view_new ();
  GtkWidget *window = sg_test_present (view, 500, 300);
  GtkListBox *list = GTK_LIST_BOX (sg_test_find (view, GTK_TYPE_LIST_BOX));
  int second = 1 + G_N_ELEMENTS (parts);

  show (view, 2);
  gtk_test_accessible_assert_property (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "q");
  gtk_test_accessible_assert_property (GTK_WIDGET (gtk_list_box_get_row_at_index (list, second)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "q");
  g_assert_nonnull (gtk_list_box_get_row_at_index (list, 2 * second - 1));
  g_assert_null (gtk_list_box_get_row_at_index (list, 2 * second));
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_message (void)
{
  GtkWidget *view = sg_explanation_view_new ();
  GtkWidget *window = sg_test_present (view, 500, 300);
  GtkStack *stack = GTK_STACK (sg_test_find (view, GTK_TYPE_STACK));

  show (view, 1);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "parts");
  sg_explanation_view_set_message (SG_EXPLANATION_VIEW (view), "no answer");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "message");
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/explanation-view/parts", test_parts);
  g_test_add_func ("/app/explanation-view/several", test_several);
  g_test_add_func ("/app/explanation-view/message", test_message);
  return g_test_run ();
}
