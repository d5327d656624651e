/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-status-pill.h"

static const char *
label_of (GtkWidget *pill)
{
  return gtk_label_get_label (GTK_LABEL (sg_test_find (pill, GTK_TYPE_LABEL)));
}

static const char *
icon_of (GtkWidget *pill)
{
  return gtk_image_get_icon_name (GTK_IMAGE (sg_test_find (pill, GTK_TYPE_IMAGE)));
}

/* Icon, word and colour, always together. */
static void
test_levels (void)
{
  GtkWidget *pill = g_object_ref_sink (sg_status_pill_new (SG_LEVEL_HEALTHY, NULL));

  g_assert_cmpstr (label_of (pill), ==, "Healthy");
  g_assert_cmpstr (icon_of (pill), ==, "sg-ok-symbolic");
  g_assert_true (gtk_widget_has_css_class (pill, "sg-ok"));
  sg_status_pill_set_level (SG_STATUS_PILL (pill), SG_LEVEL_UNHEALTHY);
  g_assert_cmpstr (label_of (pill), ==, "Unhealthy");
  g_assert_cmpstr (icon_of (pill), ==, "sg-err-symbolic");
  g_assert_true (gtk_widget_has_css_class (pill, "sg-err"));
  g_assert_false (gtk_widget_has_css_class (pill, "sg-ok"));
  g_object_set (pill, "level", (int) SG_LEVEL_DEGRADED, "text", "97.2 %", NULL);
  g_assert_cmpstr (label_of (pill), ==, "97.2 %");
  g_assert_cmpstr (icon_of (pill), ==, "sg-warn-symbolic");
  sg_status_pill_set_text (SG_STATUS_PILL (pill), NULL);
  g_assert_cmpstr (label_of (pill), ==, "Degraded");
  g_assert_finalize_object (pill);
}

/* 22 px high, and as wide as its content. */
static void
test_size (void)
{
  GtkWidget *pill = sg_status_pill_new (SG_LEVEL_UNKNOWN, NULL);
  GtkWidget *window = sg_test_present (pill, 300, 200);

  g_assert_cmpint (gtk_widget_get_allocated_height (pill), ==, 22);
  g_assert_cmpint (gtk_widget_get_allocated_width (pill), <, 120);
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/status-pill/levels", test_levels);
  g_test_add_func ("/app/status-pill/size", test_size);
  return g_test_run ();
}
