/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"

#include "models/sg-exposition-model.h"

#include <string.h>

static gboolean
is_idle (gpointer model)
{
  return !sg_exposition_model_is_busy (model);
}

static void
show (SgExpositionModel *model,
      const char        *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SgExpositionPage) page = sg_exposition_page_new (bytes, (SgTimeNs) { 1 });

  sg_exposition_model_set_page (model, page);
  sg_test_wait_until (is_idle, model);
}

static void
set_filter (SgExpositionModel *model,
            const char        *filter)
{
  sg_exposition_model_set_filter (model, filter);
  sg_test_wait_until (is_idle, model);
}

static void
assert_line (SgExpositionModel *model,
             guint              position,
             const char        *wanted)
{
  g_autoptr (SgExpositionLine) line = g_list_model_get_item (G_LIST_MODEL (model), position);
  gsize length;
  const char *text = sg_exposition_line_get_text (line, &length);
  g_autofree char *copy = g_strndup (text, length);

  g_assert_cmpstr (copy, ==, wanted);
}

/* While it changes, what the model says has to fit what it has told so far. */
static void
check_items (GListModel *model,
             guint       position,
             guint       removed,
             guint       added,
             gint       *n_items)
{
  g_assert_cmpint (position + removed, <=, *n_items);
  *n_items += (gint) added - (gint) removed;
  g_assert_cmpint ((gint) g_list_model_get_n_items (model), ==, *n_items);
  for (guint i = 0; i < (guint) *n_items; i++)
    {
      g_autoptr (SgExpositionLine) line = g_list_model_get_item (model, i);
      gsize length;

      g_assert_nonnull (sg_exposition_line_get_text (line, &length));
    }
  g_assert_null (g_list_model_get_item (model, (guint) *n_items));
}

static void
test_model_hunks (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  gint n_items = 0;

  g_signal_connect (model, "items-changed", G_CALLBACK (check_items), &n_items);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), 0));
  show (model, "a 1\nb 1\nc 1\nd 1\n");
  assert_line (model, 3, "d 1");
  show (model, "a 2\nx 1\nc 2\nd 2\ny 1\n");
  assert_line (model, 0, "a 2");
  assert_line (model, 1, "x 1");
  assert_line (model, 4, "y 1");
  set_filter (model, "y");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1);
  assert_line (model, 0, "y 1");
  set_filter (model, "nothing has this");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  set_filter (model, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5);
}

static void
count (gpointer  object,
       guint    *n)
{
  ++*n;
}

/* A line that is held stays the same object, moves with its row, and tells when it reads differently. */
static void
test_model_identity (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  g_autoptr (SgExpositionLine) a = NULL;
  g_autoptr (SgExpositionLine) b = NULL;
  g_autoptr (SgExpositionLine) again = NULL;
  guint a_changed = 0, b_changed = 0;

  show (model, "a 1\nb 1\n");
  a = g_list_model_get_item (G_LIST_MODEL (model), 0);
  b = g_list_model_get_item (G_LIST_MODEL (model), 1);
  g_signal_connect (a, "changed", G_CALLBACK (count), &a_changed);
  g_signal_connect (b, "changed", G_CALLBACK (count), &b_changed);
  show (model, "new 1\na 1\nb 2\n");
  again = g_list_model_get_item (G_LIST_MODEL (model), 2);
  g_assert_true (again == b);
  g_assert_cmpuint (sg_exposition_line_get_row (a), ==, 1);
  g_assert_cmpuint (a_changed, ==, 0);
  g_assert_cmpuint (b_changed, ==, 1);
  /* A new filter marks other words, so that what it leaves is drawn anew. */
  set_filter (model, "b");
  g_assert_cmpuint (b_changed, ==, 2);
  g_assert_cmpuint (sg_exposition_line_get_row (b), ==, 0);
}

/* A line that is held while its row goes keeps what it said. */
static void
test_model_line_outlives_row (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  g_autoptr (SgExpositionLine) line = NULL;
  gsize length;

  show (model, "a 1\n");
  line = g_list_model_get_item (G_LIST_MODEL (model), 0);
  show (model, "b 1\n");
  show (model, "a 2\n");
  g_assert_true (strncmp (sg_exposition_line_get_text (line, &length), "a 1", 3) == 0);
  g_clear_object (&model);
  g_assert_true (strncmp (sg_exposition_line_get_text (line, &length), "a 1", 3) == 0);
}

static void
count_selections (GtkSelectionModel *model,
                  guint              position,
                  guint              n_items,
                  guint             *n)
{
  ++*n;
}

static void
test_model_selection (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (model);
  g_autoptr (GtkBitset) selected = NULL;
  guint n_changed = 0;

  show (model, "a 1\nb 1\nc 1\n");
  g_signal_connect (model, "selection-changed", G_CALLBACK (count_selections), &n_changed);
  gtk_selection_model_select_item (selection, 1, TRUE);
  g_assert_true (gtk_selection_model_is_selected (selection, 1));
  g_assert_cmpuint (n_changed, ==, 1);
  gtk_selection_model_select_item (selection, 1, TRUE);
  g_assert_cmpuint (n_changed, ==, 1);
  /* The selection goes with its row. */
  show (model, "new 1\na 1\nb 1\nc 1\n");
  g_assert_false (gtk_selection_model_is_selected (selection, 1));
  g_assert_true (gtk_selection_model_is_selected (selection, 2));
  gtk_selection_model_select_all (selection);
  selected = gtk_selection_model_get_selection (selection);
  g_assert_cmpuint (gtk_bitset_get_size (selected), ==, 4);
  gtk_selection_model_unselect_item (selection, 0);
  g_assert_false (gtk_selection_model_is_selected (selection, 0));
  gtk_selection_model_unselect_all (selection);
  g_assert_false (gtk_selection_model_is_selected (selection, 3));
  /* A selection beyond the end is none. */
  gtk_selection_model_select_range (selection, 2, 100, TRUE);
  g_clear_pointer (&selected, gtk_bitset_unref);
  selected = gtk_selection_model_get_selection (selection);
  g_assert_cmpuint (gtk_bitset_get_size (selected), ==, 2);
}

/* What is asked for while something is worked out comes after it; only the last of it counts. */
static void
test_model_latest_counts (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a 1\nb 1\nc 1\n", 12);
  g_autoptr (SgExpositionPage) page = sg_exposition_page_new (bytes, (SgTimeNs) { 1 });

  sg_exposition_model_set_page (model, page);
  sg_exposition_model_set_filter (model, "a");
  sg_exposition_model_set_filter (model, "b");
  sg_exposition_model_set_filter (model, "c");
  sg_test_wait_until (is_idle, model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 1);
  assert_line (model, 0, "c 1");
}

static char *
random_text (void)
{
  GString *out = g_string_new (NULL);

  for (int n = g_test_rand_int_range (0, 30); n > 0; n--)
    g_string_append_printf (out, "m%d{x=\"%d\"} %d\n", g_test_rand_int_range (0, 4),
                            g_test_rand_int_range (0, 6), g_test_rand_int ());
  return g_string_free (out, FALSE);
}

static void
test_model_random (void)
{
  g_autoptr (SgExpositionModel) model = sg_exposition_model_new ();
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  gint n_items = 0;

  g_signal_connect (model, "items-changed", G_CALLBACK (check_items), &n_items);
  for (int round = 0; round < 300; round++)
    {
      g_autofree char *text = random_text ();
      g_auto (GStrv) lines = NULL;

      show (model, text);
      lines = g_strsplit (text, "\n", -1);
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (model)); i++)
        {
          assert_line (model, i, lines[i]);
          if (g_test_rand_bit ())
            g_ptr_array_add (held, g_list_model_get_item (G_LIST_MODEL (model), i));
        }
      if (round % 3 == 0)
        g_ptr_array_set_size (held, 0);
    }
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/exposition-model/hunks", test_model_hunks);
  g_test_add_func ("/app/exposition-model/identity", test_model_identity);
  g_test_add_func ("/app/exposition-model/line-outlives-row", test_model_line_outlives_row);
  g_test_add_func ("/app/exposition-model/selection", test_model_selection);
  g_test_add_func ("/app/exposition-model/latest-counts", test_model_latest_counts);
  g_test_add_func ("/app/exposition-model/random", test_model_random);
  return g_test_run ();
}
