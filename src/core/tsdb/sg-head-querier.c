/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-private.h"

#include "tsdb/sg-head-find.h"
#include "tsdb/sg-head-select.h"

#include <string.h>

/* What the head tells to who asks by the interface for queries. */

/* How many texts are listed between two looks at the cancellable. */
#define TEXTS_A_LOOK 1024

#define SG_TYPE_HEAD_QUERIER (sg_head_querier_get_type ())
G_DECLARE_FINAL_TYPE (SgHeadQuerier, sg_head_querier, SG, HEAD_QUERIER, GObject)

struct _SgHeadQuerier
{
  GObject parent_instance;
  SgHead *head;
};

static void sg_head_querier_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgHeadQuerier,
                               sg_head_querier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER, sg_head_querier_iface_init))

static SgSeriesSet *
head_select (SgQuerier               *querier,
             const SgMatcher  *const *matchers,
             gsize                    n_matchers,
             const SgSelectHints     *hints,
             GCancellable            *cancellable,
             GError                 **error)
{
  return sg_head_select (SG_HEAD_QUERIER (querier)->head, matchers, n_matchers, hints, cancellable,
                         error);
}

static GPtrArray *
head_series (SgQuerier               *querier,
             const SgMatcher  *const *matchers,
             gsize                    n_matchers,
             const SgSelectHints     *hints,
             GCancellable            *cancellable,
             GError                 **error)
{
  return sg_head_select_labels (SG_HEAD_QUERIER (querier)->head, matchers, n_matchers, hints,
                                cancellable, error);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GStrv
sorted_texts (GHashTable *texts)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer text;

  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    g_ptr_array_add (sorted, g_strdup (text));
  g_ptr_array_sort (sorted, compare_texts);
  g_ptr_array_add (sorted, NULL);
  return (GStrv) g_ptr_array_steal (sorted, NULL);
}

/* Now and then only, for it is slower than what is done in between. */
static gboolean
is_cancelled (guint          i,
              GCancellable  *cancellable,
              GError       **error)
{
  return i % TEXTS_A_LOOK == 0 && g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* The names of all labels, or with @name the values of that one. */
static gboolean
add_from_index (SgHead        *head,
                const char    *name,
                GHashTable    *texts,
                GCancellable  *cancellable,
                GError       **error)
{
  const SgHeadPostings *postings = &head->index.postings;
  const SgHeadName *found = name != NULL ? sg_head_postings_find_name (postings, name) : NULL;
  const SgHeadTableSlots *slots;

  if (name != NULL && found == NULL)
    return TRUE;
  slots = sg_head_table_get_slots (name != NULL ? &found->values : &postings->names);
  for (guint i = 0; i <= slots->mask; i++)
    {
      gconstpointer item = sg_head_table_peek (slots, i);

      if (is_cancelled (i, cancellable, error))
        return FALSE;
      if (item != NULL)
        g_hash_table_add (texts, g_strdup (name != NULL ? ((const SgHeadValue *) item)->value
                                                        : ((const SgHeadName *) item)->name));
    }
  return TRUE;
}

static void
add_from_series (const SgHeadSeries *series,
                 const char         *name,
                 GHashTable         *texts)
{
  for (guint i = 0; i < series->labels->n_labels; i++)
    {
      const SgLabel *label = &series->labels->labels[i];
      const char *text = name != NULL ? label->value : label->name;

      if ((name == NULL || g_str_equal (label->name, name)) && !g_hash_table_contains (texts, text))
        g_hash_table_add (texts, g_strdup (text));
    }
}

static gboolean
add_selected (SgHead                  *head,
              const char              *name,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              GHashTable              *texts,
              GCancellable            *cancellable,
              GError                 **error)
{
  g_autoptr (GPtrArray) found = sg_head_find (head, matchers, n_matchers, cancellable, error);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      if (is_cancelled (i, cancellable, error))
        return FALSE;
      add_from_series (found->pdata[i], name, texts);
    }
  return found != NULL;
}

static GStrv
list_texts (SgHead                  *head,
            const char              *name,
            const SgMatcher  *const *matchers,
            gsize                    n_matchers,
            GCancellable            *cancellable,
            GError                 **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SgHeadGuard guard;
  gboolean good;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  sg_head_gate_enter (&head->gate, &guard);
  if (n_matchers == 0)
    good = add_from_index (head, name, texts, cancellable, error);
  else
    good = add_selected (head, name, matchers, n_matchers, texts, cancellable, error);
  sg_head_gate_leave (&head->gate, &guard);
  return good ? sorted_texts (texts) : NULL;
}

static GStrv
head_label_names (SgQuerier               *querier,
                  const SgMatcher  *const *matchers,
                  gsize                    n_matchers,
                  const SgSelectHints     *hints,
                  GCancellable            *cancellable,
                  GError                 **error)
{
  return list_texts (SG_HEAD_QUERIER (querier)->head, NULL, matchers, n_matchers, cancellable,
                     error);
}

static GStrv
head_label_values (SgQuerier               *querier,
                   const char              *name,
                   const SgMatcher  *const *matchers,
                   gsize                    n_matchers,
                   const SgSelectHints     *hints,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  return list_texts (SG_HEAD_QUERIER (querier)->head, name, matchers, n_matchers, cancellable,
                     error);
}

static GPtrArray *
head_metadata (SgQuerier     *querier,
               const char    *metric,
               GCancellable  *cancellable,
               GError       **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return sg_head_metadata_list (&SG_HEAD_QUERIER (querier)->head->metadata, metric);
}

static void
sg_head_querier_iface_init (SgQuerierInterface *iface)
{
  iface->select = head_select;
  iface->label_names = head_label_names;
  iface->label_values = head_label_values;
  iface->series = head_series;
  iface->metadata = head_metadata;
}

static void
sg_head_querier_finalize (GObject *object)
{
  sg_head_unref (SG_HEAD_QUERIER (object)->head);
  G_OBJECT_CLASS (sg_head_querier_parent_class)->finalize (object);
}

static void
sg_head_querier_class_init (SgHeadQuerierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_head_querier_finalize;
}

static void
sg_head_querier_init (SgHeadQuerier *self)
{
}

/**
 * sg_head_querier_new:
 * @self: a head
 *
 * Returns: (transfer full): the head as something that can be queried
 */
SgQuerier *
sg_head_querier_new (SgHead *self)
{
  SgHeadQuerier *querier = g_object_new (SG_TYPE_HEAD_QUERIER, NULL);

  querier->head = sg_head_ref (self);
  return SG_QUERIER (querier);
}
