/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-breakpoint.h"

static void
test_breakpoint_classes (void)
{
  g_assert_cmpint (sg_width_class_for_width (860), ==, SG_WIDTH_WIDE);
  g_assert_cmpint (sg_width_class_for_width (859), ==, SG_WIDTH_MEDIUM);
  g_assert_cmpint (sg_width_class_for_width (600), ==, SG_WIDTH_MEDIUM);
  g_assert_cmpint (sg_width_class_for_width (599), ==, SG_WIDTH_NARROW);
}

static GtkWidget *
make_wide_label (void)
{
  GtkWidget *label =
      gtk_label_new ("A label that neither wraps nor ellipsizes, and is wider than 360");

  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  return label;
}

static void
test_breakpoint_least_size (void)
{
  GtkWidget *breakpoint = g_object_ref_sink (sg_breakpoint_new ());
  int least, natural;

  sg_breakpoint_set_child (SG_BREAKPOINT (breakpoint), make_wide_label ());
  gtk_widget_measure (breakpoint, GTK_ORIENTATION_HORIZONTAL, -1, &least, &natural, NULL, NULL);
  g_assert_cmpint (least, ==, 360);
  g_assert_cmpint (natural, >, 360);
  gtk_widget_measure (breakpoint, GTK_ORIENTATION_VERTICAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, ==, 400);
  g_assert_finalize_object (breakpoint);
}

typedef struct
{
  SgBreakpoint *breakpoint;
  SgWidthClass wanted;
} Wait;

static gboolean
has_class (gpointer data)
{
  Wait *wait = data;

  return sg_breakpoint_get_width_class (wait->breakpoint) == wait->wanted;
}

/* The flap folds, and the window gets its class, without the child's wishes being asked. */
static void
test_breakpoint_follows_width (void)
{
  static const int widths[] = { 1200, 1000, 700, 400, 1200, 360, 900 };
  GtkWidget *flap = adw_flap_new ();
  GtkWidget *breakpoint = sg_breakpoint_new ();
  GtkWidget *window;

  adw_flap_set_flap (ADW_FLAP (flap), gtk_label_new ("Sidebar"));
  adw_flap_set_content (ADW_FLAP (flap), make_wide_label ());
  sg_breakpoint_set_child (SG_BREAKPOINT (breakpoint), flap);
  sg_breakpoint_set_flap (SG_BREAKPOINT (breakpoint), ADW_FLAP (flap));
  window = sg_test_present (breakpoint, 1200, 600);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      Wait wait = { SG_BREAKPOINT (breakpoint), sg_width_class_for_width (widths[i]) };

      gtk_window_set_default_size (GTK_WINDOW (window), widths[i], 600);
      sg_test_wait_until (has_class, &wait);
      sg_test_wait_for_frame (window);
      g_assert_cmpint (gtk_widget_get_width (window), ==, widths[i]);
      g_assert_true (adw_flap_get_folded (ADW_FLAP (flap)) == (wait.wanted != SG_WIDTH_WIDE));
      g_assert_true (gtk_widget_has_css_class (window, "narrow")
                     == (wait.wanted == SG_WIDTH_NARROW));
    }
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* A child that is wider than the window keeps its start in sight. */
static void
assert_start_is_seen (GtkTextDirection direction)
{
  GtkWidget *label = make_wide_label ();
  GtkWidget *breakpoint = sg_breakpoint_new ();
  GtkWidget *window;
  graphene_rect_t bounds;

  gtk_widget_set_direction (breakpoint, direction);
  sg_breakpoint_set_child (SG_BREAKPOINT (breakpoint), label);
  window = sg_test_present (breakpoint, 360, 400);
  g_assert_true (gtk_widget_compute_bounds (label, breakpoint, &bounds));
  g_assert_cmpfloat (bounds.size.width, >, 360.f);
  if (direction == GTK_TEXT_DIR_RTL)
    g_assert_cmpfloat (bounds.origin.x + bounds.size.width, ==, 360.f);
  else
    g_assert_cmpfloat (bounds.origin.x, ==, 0.f);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_breakpoint_start_edge (void)
{
  assert_start_is_seen (GTK_TEXT_DIR_LTR);
  assert_start_is_seen (GTK_TEXT_DIR_RTL);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/breakpoint/classes", test_breakpoint_classes);
  g_test_add_func ("/app/breakpoint/least-size", test_breakpoint_least_size);
  g_test_add_func ("/app/breakpoint/follows-width", test_breakpoint_follows_width);
  g_test_add_func ("/app/breakpoint/start-edge", test_breakpoint_start_edge);
  return g_test_run ();
}
