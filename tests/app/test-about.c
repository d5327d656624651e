/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-about.h"

#include <string.h>

static void
test_describe (void)
{
  g_autofree char *text = sg_about_describe ();

  g_assert_nonnull (strstr (text, sg_version_get_string ()));
  g_assert_nonnull (strstr (text, "GLib"));
  g_assert_nonnull (strstr (text, "GTK 4."));
  g_assert_nonnull (strstr (text, "libadwaita 1."));
}

/* What is missing is said, and nothing else. */
static void
test_missing (void)
{
  g_autofree char *text = sg_about_list_missing ();
  gsize n_parts, n_missing = 0;
  const SgVersionPart *parts = sg_version_get_parts (&n_parts);

  for (gsize i = 0; i < n_parts; i++)
    {
      if (parts[i].version != NULL)
        g_assert_null (strstr (text, parts[i].name));
      else
        {
          g_assert_nonnull (strstr (text, parts[i].name));
          n_missing++;
        }
    }
  g_assert_cmpint (*text == '\0', ==, n_missing == 0);
}

static GtkWindow *
find_about (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *item = windows; item != NULL; item = item->next)
    {
      if (ADW_IS_ABOUT_WINDOW (item->data))
        return item->data;
    }
  return NULL;
}

static void
test_window (void)
{
  GtkWidget *parent = sg_test_present (gtk_label_new ("x"), 300, 200);
  GtkWindow *about;

  sg_about_present (GTK_WINDOW (parent));
  about = find_about ();
  g_assert_nonnull (about);
  sg_test_wait_for_frame (GTK_WIDGET (about));
  g_assert_cmpstr (adw_about_window_get_version (ADW_ABOUT_WINDOW (about)), ==,
                   sg_version_get_string ());
  gtk_window_destroy (about);
  sg_test_destroy_window (GTK_WINDOW (parent));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/about/describe", test_describe);
  g_test_add_func ("/app/about/missing", test_missing);
  g_test_add_func ("/app/about/window", test_window);
  return g_test_run ();
}
