/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "sg-preferences-window.h"

static void
find_all (GtkWidget *root,
          GType      type,
          GPtrArray *found)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    g_ptr_array_add (found, root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    find_all (child, type, found);
}

static GtkWidget *
find_nth (GtkWidget *root,
          GType      type,
          guint      n)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  find_all (root, type, found);
  g_assert_cmpuint (found->len, >, n);
  return g_ptr_array_index (found, n);
}

static GtkWidget *
open_window (GSettings *settings,
             gboolean   address_is_given)
{
  GtkWidget *window = g_object_ref (sg_preferences_window_new (settings, address_is_given));

  gtk_window_present (GTK_WINDOW (window));
  sg_test_wait_for_frame (window);
  return window;
}

static void
apply (GtkWidget  *row,
       const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  g_signal_emit_by_name (row, "apply");
}

static void
test_choices (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *window = open_window (settings, FALSE);
  GtkWidget *interval = find_nth (window, ADW_TYPE_COMBO_ROW, 0);
  GtkWidget *scheme = find_nth (window, ADW_TYPE_COMBO_ROW, 1);

  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (interval)), ==, 2);
  adw_combo_row_set_selected (ADW_COMBO_ROW (interval), 3);
  g_assert_cmpint (g_settings_get_int (settings, "refresh-interval"), ==, 10);
  adw_combo_row_set_selected (ADW_COMBO_ROW (scheme), 2);
  g_assert_cmpint (g_settings_get_enum (settings, "colour-scheme"), ==, 2);
  sg_test_destroy_window (GTK_WINDOW (window));
  /* An interval that the list does not have, set by other means, stays what it is. */
  g_settings_set_int (settings, "refresh-interval", 7);
  window = open_window (settings, FALSE);
  g_assert_cmpint (g_settings_get_int (settings, "refresh-interval"), ==, 7);
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_address (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *window = open_window (settings, FALSE);
  GtkWidget *host = find_nth (window, ADW_TYPE_ENTRY_ROW, 0);
  GtkWidget *port = find_nth (window, ADW_TYPE_ENTRY_ROW, 1);
  g_autofree char *chosen = NULL;

  apply (port, "9091");
  g_assert_cmpuint (g_settings_get_uint (settings, "listen-port"), ==, 9091);
  apply (port, "0");
  g_assert_true (gtk_widget_has_css_class (port, "error"));
  apply (port, "65536");
  g_assert_true (gtk_widget_has_css_class (port, "error"));
  apply (port, "http");
  g_assert_true (gtk_widget_has_css_class (port, "error"));
  g_assert_cmpuint (g_settings_get_uint (settings, "listen-port"), ==, 9091);
  apply (port, "65535");
  g_assert_false (gtk_widget_has_css_class (port, "error"));
  apply (host, "::1");
  chosen = g_settings_get_string (settings, "listen-host");
  g_assert_cmpstr (chosen, ==, "::1");
  sg_test_destroy_window (GTK_WINDOW (window));
}

static void
test_given (void)
{
  g_autoptr (GSettings) settings = sg_test_settings_new ();
  GtkWidget *window = open_window (settings, TRUE);

  g_assert_false (gtk_widget_get_sensitive (find_nth (window, ADW_TYPE_ENTRY_ROW, 0)));
  g_assert_false (gtk_widget_get_sensitive (find_nth (window, ADW_TYPE_ENTRY_ROW, 1)));
  g_assert_true (gtk_widget_get_sensitive (find_nth (window, ADW_TYPE_COMBO_ROW, 0)));
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/preferences-window/choices", test_choices);
  g_test_add_func ("/app/preferences-window/address", test_address);
  g_test_add_func ("/app/preferences-window/given", test_given);
  return g_test_run ();
}
