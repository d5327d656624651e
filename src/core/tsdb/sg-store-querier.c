/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-private.h"

#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-head-select.h"
#include "tsdb/sg-merge-series-set.h"

#include <string.h>

/*
 * The head and the blocks as one. The head is always asked first: a range of it that becomes a block
 * meanwhile is in both, or else it is in the list of blocks that is taken afterwards; asked the other
 * way round, it could be missing from both.
 */
#define SG_TYPE_STORE_QUERIER (sg_store_querier_get_type ())
G_DECLARE_FINAL_TYPE (SgStoreQuerier, sg_store_querier, SG, STORE_QUERIER, GObject)

struct _SgStoreQuerier
{
  GObject parent_instance;
  SgStore *store;
  SgQuerier *head;
};

static void sg_store_querier_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgStoreQuerier,
                               sg_store_querier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER,
                                                      sg_store_querier_iface_init))

static SgQuerier *
ask_blocks (SgStoreQuerier *self)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self->store);

  return sg_block_querier_new (blocks);
}

static SgSeriesSet *
store_select (SgQuerier               *querier,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              const SgSelectHints     *hints,
              GCancellable            *cancellable,
              GError                 **error)
{
  SgStoreQuerier *self = SG_STORE_QUERIER (querier);
  g_autoptr (GPtrArray) sets = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_set_free);
  g_autoptr (SgQuerier) blocks = NULL;
  SgSeriesSet *set;

  set = sg_querier_select (self->head, matchers, n_matchers, hints, cancellable, error);
  if (set == NULL)
    return NULL;
  g_ptr_array_add (sets, set);
  blocks = ask_blocks (self);
  set = sg_querier_select (blocks, matchers, n_matchers, hints, cancellable, error);
  if (set == NULL)
    return NULL;
  g_ptr_array_insert (sets, 0, set);
  g_ptr_array_set_free_func (sets, NULL);
  return sg_merge_series_set_new (g_steal_pointer (&sets), hints);
}

/* Merges two sorted lists of texts, and takes them over. */
static GStrv
merge_texts (GStrv a,
             GStrv b)
{
  g_autoptr (GPtrArray) merged = g_ptr_array_new ();
  char **left = a;
  char **right = b;

  while (*left != NULL || *right != NULL)
    {
      int order = *left == NULL ? 1 : *right == NULL ? -1 : strcmp (*left, *right);

      if (order == 0)
        g_free (*right++);
      g_ptr_array_add (merged, order <= 0 ? *left++ : *right++);
    }
  g_ptr_array_add (merged, NULL);
  g_free (a);
  g_free (b);
  return (GStrv) g_ptr_array_steal (merged, NULL);
}

static GStrv
store_label_names (SgQuerier               *querier,
                   const SgMatcher  *const *matchers,
                   gsize                    n_matchers,
                   const SgSelectHints     *hints,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  SgStoreQuerier *self = SG_STORE_QUERIER (querier);
  g_auto (GStrv) ours =
      sg_querier_label_names (self->head, matchers, n_matchers, hints, cancellable, error);
  g_autoptr (SgQuerier) blocks = ask_blocks (self);
  GStrv theirs = NULL;

  if (ours != NULL)
    theirs = sg_querier_label_names (blocks, matchers, n_matchers, hints, cancellable, error);
  return theirs != NULL ? merge_texts (g_steal_pointer (&ours), theirs) : NULL;
}

static GStrv
store_label_values (SgQuerier               *querier,
                    const char              *name,
                    const SgMatcher  *const *matchers,
                    gsize                    n_matchers,
                    const SgSelectHints     *hints,
                    GCancellable            *cancellable,
                    GError                 **error)
{
  SgStoreQuerier *self = SG_STORE_QUERIER (querier);
  g_auto (GStrv) ours =
      sg_querier_label_values (self->head, name, matchers, n_matchers, hints, cancellable, error);
  g_autoptr (SgQuerier) blocks = ask_blocks (self);
  GStrv theirs = NULL;

  if (ours != NULL)
    theirs =
        sg_querier_label_values (blocks, name, matchers, n_matchers, hints, cancellable, error);
  return theirs != NULL ? merge_texts (g_steal_pointer (&ours), theirs) : NULL;
}

static GPtrArray *
merge_labels (const GPtrArray *a,
              const GPtrArray *b)
{
  GPtrArray *merged = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);
  guint i = 0;
  guint k = 0;

  while (i < a->len || k < b->len)
    {
      int order = i == a->len ? 1 : k == b->len ? -1 : sg_labels_compare (a->pdata[i], b->pdata[k]);

      g_ptr_array_add (merged, sg_labels_ref (order <= 0 ? a->pdata[i] : b->pdata[k]));
      i += order <= 0;
      k += order >= 0;
    }
  return merged;
}

static GPtrArray *
store_series (SgQuerier               *querier,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              const SgSelectHints     *hints,
              GCancellable            *cancellable,
              GError                 **error)
{
  SgStoreQuerier *self = SG_STORE_QUERIER (querier);
  g_autoptr (GPtrArray) ours =
      sg_querier_series (self->head, matchers, n_matchers, hints, cancellable, error);
  g_autoptr (SgQuerier) blocks = ask_blocks (self);
  g_autoptr (GPtrArray) theirs = NULL;

  if (ours != NULL)
    theirs = sg_querier_series (blocks, matchers, n_matchers, hints, cancellable, error);
  return theirs != NULL ? merge_labels (ours, theirs) : NULL;
}

static GPtrArray *
store_metadata (SgQuerier     *querier,
                const char    *metric,
                GCancellable  *cancellable,
                GError       **error)
{
  return sg_querier_metadata (SG_STORE_QUERIER (querier)->head, metric, cancellable, error);
}

/* What nobody appends to stays as it is. */
static void
store_get_version (SgQuerier        *querier,
                   SgQuerierVersion *ret_version)
{
  SgStore *store = SG_STORE_QUERIER (querier)->store;

  sg_head_get_version (store->head, ret_version);
  if (!sg_store_may_write (store))
    ret_version->settled = SG_TIME_MS_MAX;
}

static void
sg_store_querier_iface_init (SgQuerierInterface *iface)
{
  iface->select = store_select;
  iface->label_names = store_label_names;
  iface->label_values = store_label_values;
  iface->series = store_series;
  iface->metadata = store_metadata;
  iface->get_version = store_get_version;
}

static void
sg_store_querier_dispose (GObject *object)
{
  SgStoreQuerier *self = SG_STORE_QUERIER (object);

  g_clear_object (&self->head);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (sg_store_querier_parent_class)->dispose (object);
}

static void
sg_store_querier_class_init (SgStoreQuerierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_store_querier_dispose;
}

static void
sg_store_querier_init (SgStoreQuerier *self)
{
}

/**
 * sg_store_querier_new:
 * @self: a store that is not closed
 *
 * What it answers is as new as the question. It goes on answering when the store is closed.
 *
 * Returns: (transfer full): all that the store has, as something that can be queried
 */
SgQuerier *
sg_store_querier_new (SgStore *self)
{
  SgStoreQuerier *querier = g_object_new (SG_TYPE_STORE_QUERIER, NULL);

  querier->store = g_object_ref (self);
  querier->head = sg_head_querier_new (self->head);
  return SG_QUERIER (querier);
}
