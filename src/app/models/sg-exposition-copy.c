/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-copy.h"

typedef struct
{
  SgExpositionView *view;
  GtkBitset *rows;
} Copy;

static void
copy_free (Copy *copy)
{
  sg_exposition_view_unref (copy->view);
  gtk_bitset_unref (copy->rows);
  g_free (copy);
}

static void
append_row (GString          *out,
            SgExpositionView *view,
            guint             row)
{
  gsize length;
  const char *text = sg_exposition_page_get_line (sg_exposition_view_get_page (view),
                                                  sg_exposition_view_get_line (view, row), &length);

  g_string_append_len (out, text, (gssize) length);
  g_string_append_c (out, '\n');
}

static void
copy_run (GTask        *task,
          gpointer      source_object,
          gpointer      task_data,
          GCancellable *cancellable)
{
  Copy *copy = task_data;
  GString *out = g_string_new (NULL);
  GtkBitsetIter iter;
  guint row;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, copy->rows, &row); more;
       more = gtk_bitset_iter_next (&iter, &row))
    append_row (out, copy->view, row);
  g_task_return_pointer (task, g_utf8_make_valid (out->str, (gssize) out->len), g_free);
  g_string_free (out, TRUE);
}

/**
 * sg_exposition_copy_async:
 * @view: a view
 * @rows: rows of it; what it does not have is left out
 * @callback: called with their text
 * @user_data: for @callback
 */
void
sg_exposition_copy_async (SgExpositionView    *view,
                          GtkBitset           *rows,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, sg_exposition_view_get_n_rows (view));
  Copy *copy = g_new0 (Copy, 1);

  copy->view = sg_exposition_view_ref (view);
  copy->rows = gtk_bitset_copy (rows);
  gtk_bitset_intersect (copy->rows, all);
  g_task_set_source_tag (task, sg_exposition_copy_async);
  g_task_set_task_data (task, copy, (GDestroyNotify) copy_free);
  g_task_run_in_thread (task, copy_run);
}

/* Returns: (transfer full): the lines, each with its line feed */
char *
sg_exposition_copy_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* Returns: (transfer full): the rows of the family that @row belongs to */
GtkBitset *
sg_exposition_copy_family_rows (SgExpositionView *view,
                                guint             row)
{
  SgExpositionPage *page = sg_exposition_view_get_page (view);
  guint line = sg_exposition_view_get_line (view, row);
  const SgExpositionFamily *family =
      sg_exposition_page_get_family (page, sg_exposition_page_get_line_family (page, line));

  return gtk_bitset_new_range (row - (line - family->first_line), family->n_lines);
}
