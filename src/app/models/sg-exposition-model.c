/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-model.h"

/*
 * While hunks are applied, the model is between two views: rows before @boundary are those of the new
 * view, rows behind it are those of the old one, @shift rows further on. After each hunk it tells, and
 * whoever asks then gets what has been told so far. When all are applied the new view is all there is.
 *
 * Only rows that somebody holds exist as objects; @lines knows them by row, without a reference. They
 * are moved to their new rows hunk by hunk, and those whose text differs say so at the end.
 *
 * Views are big. The last reference to the old one is dropped by the thread that works out the next.
 */
struct _SgExpositionModel
{
  GObject parent_instance;
  SgExpositionView *view;
  SgExpositionView *retired;
  SgExpositionPage *page;
  char *filter;
  gboolean busy;
  gboolean again;
  GHashTable *lines;
  GtkBitset *selected;
  SgExpositionView *next;
  guint boundary;
  gint64 shift;
};

typedef struct
{
  SgExpositionPage *page;
  char *filter;
  SgExpositionView *old;
  SgExpositionView *retired;
  SgExpositionView *view;
  GArray *hunks;
} Work;

static guint shown_signal;

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgExpositionModel,
                               sg_exposition_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                      selection_model_init))

static void
work_free (Work *work)
{
  sg_exposition_page_unref (work->page);
  g_free (work->filter);
  g_clear_pointer (&work->old, sg_exposition_view_unref);
  g_clear_pointer (&work->retired, sg_exposition_view_unref);
  g_clear_pointer (&work->view, sg_exposition_view_unref);
  g_clear_pointer (&work->hunks, g_array_unref);
  g_free (work);
}

static void
work_run (GTask        *task,
          gpointer      source_object,
          gpointer      task_data,
          GCancellable *cancellable)
{
  Work *work = task_data;

  g_clear_pointer (&work->retired, sg_exposition_view_unref);
  work->view = sg_exposition_view_new (work->page, work->filter);
  if (work->old != NULL)
    work->hunks = sg_exposition_view_diff (work->view, work->old);
  g_task_return_boolean (task, TRUE);
}

static guint
n_rows (SgExpositionModel *self)
{
  guint n = self->view != NULL ? sg_exposition_view_get_n_rows (self->view) : 0;

  return (guint) ((gint64) n + self->shift);
}

/* The view and the row in it that stand at @position now. */
static SgExpositionView *
locate (SgExpositionModel *self,
        guint              position,
        guint             *ret_row)
{
  if (self->next != NULL && position < self->boundary)
    {
      *ret_row = position;
      return self->next;
    }
  *ret_row = (guint) ((gint64) position - self->shift);
  return self->view;
}

static void
line_gone (gpointer  data,
           GObject  *where_the_line_was)
{
  SgExpositionModel *self = data;
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    {
      if (line == where_the_line_was)
        {
          g_hash_table_iter_remove (&iter);
          return;
        }
    }
}

static gpointer
model_get_item (GListModel *list,
                guint       position)
{
  SgExpositionModel *self = SG_EXPOSITION_MODEL (list);
  SgExpositionLine *line;
  SgExpositionView *view;
  guint row;

  if (position >= n_rows (self))
    return NULL;
  line = g_hash_table_lookup (self->lines, GUINT_TO_POINTER (position));
  if (line != NULL)
    return g_object_ref (line);
  view = locate (self, position, &row);
  line = sg_exposition_line_new (view, row);
  g_hash_table_insert (self->lines, GUINT_TO_POINTER (position), line);
  g_object_weak_ref (G_OBJECT (line), line_gone, self);
  return line;
}

static guint
model_get_n_items (GListModel *list)
{
  return n_rows (SG_EXPOSITION_MODEL (list));
}

static GType
model_get_item_type (GListModel *list)
{
  return SG_TYPE_EXPOSITION_LINE;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item = model_get_item;
  iface->get_n_items = model_get_n_items;
  iface->get_item_type = model_get_item_type;
}

static gboolean
model_is_selected (GtkSelectionModel *selection,
                   guint              position)
{
  return gtk_bitset_contains (SG_EXPOSITION_MODEL (selection)->selected, position);
}

static GtkBitset *
model_get_selection_in_range (GtkSelectionModel *selection,
                              guint              position,
                              guint              n_items)
{
  return gtk_bitset_ref (SG_EXPOSITION_MODEL (selection)->selected);
}

static gboolean
model_set_selection (GtkSelectionModel *selection,
                     GtkBitset         *selected,
                     GtkBitset         *mask)
{
  SgExpositionModel *self = SG_EXPOSITION_MODEL (selection);
  g_autoptr (GtkBitset) changes = gtk_bitset_copy (self->selected);
  guint first;

  /* changes = (what is selected now ⊕ what is wanted) ∩ mask */
  gtk_bitset_difference (changes, selected);
  gtk_bitset_intersect (changes, mask);
  gtk_bitset_remove_range (changes, n_rows (self), G_MAXUINT - n_rows (self));
  if (gtk_bitset_is_empty (changes))
    return TRUE;
  gtk_bitset_difference (self->selected, changes);
  first = gtk_bitset_get_minimum (changes);
  gtk_selection_model_selection_changed (selection, first,
                                         gtk_bitset_get_maximum (changes) - first + 1);
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = model_is_selected;
  iface->get_selection_in_range = model_get_selection_in_range;
  iface->set_selection = model_set_selection;
}

/* Every line that is held, each behind the row it stands on. */
static GPtrArray *
list_lines (SgExpositionModel *self)
{
  GPtrArray *pairs = g_ptr_array_sized_new (2 * g_hash_table_size (self->lines));
  GHashTableIter iter;
  gpointer row, line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &row, &line))
    {
      g_ptr_array_add (pairs, row);
      g_ptr_array_add (pairs, line);
    }
  return pairs;
}

/* Gives the lines behind a hunk their new rows; those in it belong to no row any more. */
static void
shift_lines (SgExpositionModel      *self,
             const SgExpositionHunk *hunk)
{
  g_autoptr (GPtrArray) pairs = list_lines (self);

  g_hash_table_remove_all (self->lines);
  for (guint i = 0; i < pairs->len; i += 2)
    {
      guint row = GPOINTER_TO_UINT (g_ptr_array_index (pairs, i));
      GObject *line = g_ptr_array_index (pairs, i + 1);

      if (row >= hunk->position && row < hunk->position + hunk->removed)
        {
          g_object_weak_unref (line, line_gone, self);
          continue;
        }
      if (row >= hunk->position)
        row = row - hunk->removed + hunk->added;
      g_hash_table_insert (self->lines, GUINT_TO_POINTER (row), line);
    }
}

static void
apply_hunk (SgExpositionModel      *self,
            const SgExpositionHunk *hunk)
{
  shift_lines (self, hunk);
  gtk_bitset_splice (self->selected, hunk->position, hunk->removed, hunk->added);
  self->boundary = hunk->position + hunk->added;
  self->shift += (gint64) hunk->added - hunk->removed;
  g_list_model_items_changed (G_LIST_MODEL (self), hunk->position, hunk->removed, hunk->added);
}

/*
 * Every line that is held gets its row of the new view, and says so if it reads differently. What is
 * told may make others let go of lines, hence the references.
 */
static void
renew_lines (SgExpositionModel *self)
{
  g_autoptr (GPtrArray) pairs = list_lines (self);

  for (guint i = 1; i < pairs->len; i += 2)
    g_object_ref (g_ptr_array_index (pairs, i));
  for (guint i = 0; i < pairs->len; i += 2)
    sg_exposition_line_move (g_ptr_array_index (pairs, i + 1), self->view,
                             GPOINTER_TO_UINT (g_ptr_array_index (pairs, i)));
  for (guint i = 1; i < pairs->len; i += 2)
    g_object_unref (g_ptr_array_index (pairs, i));
}

static void
take_view (SgExpositionModel *self,
           Work              *work)
{
  SgExpositionHunk all = { 0, 0, sg_exposition_view_get_n_rows (work->view) };

  self->next = sg_exposition_view_ref (work->view);
  self->boundary = 0;
  if (work->hunks == NULL)
    apply_hunk (self, &all);
  for (guint i = 0; work->hunks != NULL && i < work->hunks->len; i++)
    apply_hunk (self, &g_array_index (work->hunks, SgExpositionHunk, i));
  self->retired = self->view;
  self->view = g_steal_pointer (&self->next);
  self->shift = 0;
  renew_lines (self);
  g_signal_emit (self, shown_signal, 0);
}

static void start_work (SgExpositionModel *self);

static void
work_done (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  SgExpositionModel *self = SG_EXPOSITION_MODEL (object);

  self->busy = FALSE;
  take_view (self, g_task_get_task_data (G_TASK (result)));
  if (self->again)
    start_work (self);
}

/* One view is worked out at a time; what is wanted meanwhile comes after it. */
static void
start_work (SgExpositionModel *self)
{
  g_autoptr (GTask) task = NULL;
  Work *work;

  self->again = self->busy;
  if (self->busy || self->page == NULL)
    return;
  work = g_new0 (Work, 1);
  work->page = sg_exposition_page_ref (self->page);
  work->filter = g_strdup (self->filter);
  work->old = self->view != NULL ? sg_exposition_view_ref (self->view) : NULL;
  work->retired = g_steal_pointer (&self->retired);
  self->busy = TRUE;
  task = g_task_new (self, NULL, work_done, NULL);
  g_task_set_source_tag (task, start_work);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, work_run);
}

/* Shows @page, with the filter as it is. */
void
sg_exposition_model_set_page (SgExpositionModel *self,
                              SgExpositionPage  *page)
{
  sg_exposition_page_ref (page);
  g_clear_pointer (&self->page, sg_exposition_page_unref);
  self->page = page;
  start_work (self);
}

void
sg_exposition_model_set_filter (SgExpositionModel *self,
                                const char        *filter)
{
  if (g_str_equal (self->filter, filter))
    return;
  g_free (self->filter);
  self->filter = g_strdup (filter);
  start_work (self);
}

/* Returns: (transfer none) (nullable): what is shown */
SgExpositionView *
sg_exposition_model_get_view (SgExpositionModel *self)
{
  return self->view;
}

/* Returns: whether something else than what is shown has been asked for */
gboolean
sg_exposition_model_is_busy (SgExpositionModel *self)
{
  return self->busy;
}

static void
sg_exposition_model_finalize (GObject *object)
{
  SgExpositionModel *self = SG_EXPOSITION_MODEL (object);
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    g_object_weak_unref (line, line_gone, self);
  g_hash_table_unref (self->lines);
  g_clear_pointer (&self->view, sg_exposition_view_unref);
  g_clear_pointer (&self->retired, sg_exposition_view_unref);
  g_clear_pointer (&self->page, sg_exposition_page_unref);
  g_free (self->filter);
  gtk_bitset_unref (self->selected);
  G_OBJECT_CLASS (sg_exposition_model_parent_class)->finalize (object);
}

static void
sg_exposition_model_class_init (SgExpositionModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_exposition_model_finalize;
  shown_signal = g_signal_new ("shown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
sg_exposition_model_init (SgExpositionModel *self)
{
  self->lines = g_hash_table_new (NULL, NULL);
  self->filter = g_strdup ("");
  self->selected = gtk_bitset_new_empty ();
}

SgExpositionModel *
sg_exposition_model_new (void)
{
  return g_object_new (SG_TYPE_EXPOSITION_MODEL, NULL);
}
