/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "widgets/sg-history-popover.h"

typedef struct
{
  GSettings *settings;
  SgQueryHistory *history;
  GtkWidget *window;
  GtkWidget *popover;
  GtkListBox *list;
  char *told;
} Fixture;

static void
on_text (GtkWidget  *popover,
         const char *text,
         Fixture    *fixture)
{
  g_free (fixture->told);
  fixture->told = g_strdup (text);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  GtkWidget *button = gtk_menu_button_new ();

  fixture->settings = sg_test_settings_new ();
  fixture->history = sg_query_history_new (fixture->settings);
  fixture->popover = sg_history_popover_new (fixture->history);
  g_signal_connect (fixture->popover, "chosen", G_CALLBACK (on_text), fixture);
  g_signal_connect (fixture->popover, "save", G_CALLBACK (on_text), fixture);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), fixture->popover);
  fixture->window = sg_test_present (button, 400, 300);
  fixture->list = GTK_LIST_BOX (sg_test_find (fixture->popover, GTK_TYPE_LIST_BOX));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_test_destroy_window (GTK_WINDOW (fixture->window));
  g_settings_reset (fixture->settings, "explore-history");
  g_settings_reset (fixture->settings, "explore-saved");
  g_object_unref (fixture->history);
  g_object_unref (fixture->settings);
  g_free (fixture->told);
}

/* Saved ones stand first; what is chosen is told. */
static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  GtkStack *stack = GTK_STACK (sg_test_find (fixture->popover, GTK_TYPE_STACK));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  sg_query_history_add (fixture->history, "up");
  sg_query_history_save (fixture->history, "Busy", "rate(x[5m])");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "list");
  g_signal_emit_by_name (fixture->list, "row-activated",
                         gtk_list_box_get_row_at_index (fixture->list, 0));
  g_assert_cmpstr (fixture->told, ==, "rate(x[5m])");
  g_signal_emit_by_name (fixture->list, "row-activated",
                         gtk_list_box_get_row_at_index (fixture->list, 1));
  g_assert_cmpstr (fixture->told, ==, "up");
  g_assert_null (gtk_list_box_get_row_at_index (fixture->list, 2));
}

static void
test_save (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWidget *name = sg_test_find (fixture->popover, GTK_TYPE_ENTRY);

  g_signal_emit_by_name (name, "activate");
  g_assert_null (fixture->told);
  gtk_editable_set_text (GTK_EDITABLE (name), " Busy ");
  g_signal_emit_by_name (name, "activate");
  g_assert_cmpstr (fixture->told, ==, "Busy");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (name)), ==, "");
}

static void
test_forget (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget *row, *button;

  sg_query_history_save (fixture->history, "Busy", "rate(x[5m])");
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (fixture->list, 0));
  button = sg_test_find (row, GTK_TYPE_BUTTON);
  gtk_test_accessible_assert_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, "Forget Busy");
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpuint (sg_query_history_get_n_saved (fixture->history), ==, 0);
  g_assert_null (gtk_list_box_get_row_at_index (fixture->list, 0));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add ("/app/history-popover/list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add ("/app/history-popover/save", Fixture, NULL, set_up, test_save, tear_down);
  g_test_add ("/app/history-popover/forget", Fixture, NULL, set_up, test_forget, tear_down);
  return g_test_run ();
}
